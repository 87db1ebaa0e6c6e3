/** Names of arguments: what the API calls them, where every client takes that. */
import type { Parameter } from "../../api/model.ts";
import { latin } from "./words.ts";

/** Keys that clients take (`^[a-zA-Z0-9_.-]{1,64}$`). */
export const portableKey = /^[a-zA-Z0-9_.-]{1,64}$/;
/** Keys that mean something to JavaScript. */
export const unsafeKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** The wire name where clients take it, made explicit by its location where it is taken. */
export class ArgumentNames {
  readonly #taken = new Set<string>();
  /** By wish, the first number that may be free. */
  readonly #next = new Map<string, number>();

  allocate(wire: string, location: Parameter["in"] | "body"): string {
    const wish = portableKey.test(wire) && !unsafeKeys.has(wire) ? wire : sanitise(wire);
    const explicit = wish === nameless ? wish : `${location}_${wish}`.slice(0, 64);
    let name = this.#taken.has(wish) ? explicit : wish;
    const numbered = explicit.slice(0, mostNumbered);
    let number = this.#next.get(numbered) ?? 2;
    for (; this.#taken.has(name); number++) name = `${numbered.slice(0, 63 - String(number).length)}_${number}`;
    if (name !== wish && name !== explicit) this.#next.set(numbered, number);
    this.#taken.add(name);
    return name;
  }
}

/** Characters of a name that a number follows. */
const mostNumbered = 60;

/** An argument whose name has no Latin letters, and no digits. */
const nameless = "argument";

/** Signs that mean something at the end of a name, as in `StartTime<`; those of a point in time have words of their own. */
const signs: readonly (readonly [sign: RegExp, word: string, ofTime?: string])[] = [
  [/<=$/, "at_most", "until"],
  [/>=$/, "at_least", "from"],
  [/<$/, "less_than", "before"],
  [/>$/, "greater_than", "after"],
  [/!=?$/, "not"],
  [/~$/, "like"],
  [/\*$/, "all"],
];
const time =
  /(?:date|time|day|month|year|when|since|until|created|updated|modified|expires?|start|end)(?:[_-]?(?:at|on|utc))?$/i;

/** `filter[name]` becomes `filter_name`, `$top` becomes `top`, `StartTime<` becomes `StartTime_before`. */
function sanitise(wire: string): string {
  for (const [sign, word, ofTime] of signs) {
    const base = wire.replace(sign, "");
    if (base !== wire && base !== "") return plainName(`${base}_${time.test(base) ? (ofTime ?? word) : word}`);
  }
  return plainName(wire);
}

function plainName(text: string): string {
  // More than 64 characters are kept of no name, nor looked at where most of it is signs.
  const name = latin(text.slice(0, 2_000))
    .replace(/[^a-zA-Z0-9_.-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 64);
  return name === "" ? nameless : name;
}
