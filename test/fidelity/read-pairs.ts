/** Pairs of a query or a form (RFC 1866 §8.2.1, WHATWG URL §5.1), and the trees that brackets in their names make. */
import type { Json } from "../../src/base/json.ts";

export type Pair = readonly [name: string, value?: string];

/** Raw, still encoded pairs. A name without `=` has no value. */
export function pairsOf(query: string): readonly Pair[] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part): Pair => {
      const sign = part.indexOf("=");
      return sign < 0 ? [part] : [part.slice(0, sign), part.slice(sign + 1)];
    });
}

/** Percent-decoding (RFC 3986 §2.1); text that is not valid stays. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same where `+` stands for a space. */
export function decodeForm(text: string): string {
  return decodePercent(text.replaceAll("+", " "));
}

/** What the pairs of one name hold, `name[a][0]=x` being `{ a: ["x"] }`; `undefined` where there are none. */
export function treeOf(pairs: readonly (readonly [string, string])[], name: string): Json | undefined {
  const own = pairs.filter(([key]) => key === name || key.startsWith(`${name}[`));
  if (own.length === 0) return undefined;
  return gather(own.map(([key, text]) => [pathOf(key.slice(name.length)), text]));
}

function pathOf(brackets: string): readonly string[] {
  return [...brackets.matchAll(/\[([^\]]*)\]/g)].map(([, key = ""]) => key);
}

function gather(entries: readonly (readonly [readonly string[], string])[]): Json {
  const [first] = entries;
  if (first !== undefined && entries.every(([path]) => path.length === 0))
    return entries.length === 1 ? first[1] : entries.map(([, text]) => text);
  const keys = [...new Set(entries.map(([path]) => path[0] ?? ""))];
  const below = (key: string): Json =>
    gather(entries.filter(([path]) => path[0] === key).map(([path, text]) => [path.slice(1), text]));
  if (keys.length === 1 && keys[0] === "") {
    const value = below("");
    return Array.isArray(value) ? value : [value];
  }
  if (keys.every((key, index) => key === String(index))) return keys.map(below);
  return Object.fromEntries(keys.map((key) => [key, below(key)]));
}
