import { editsBetween } from "../../templates/always/src/runtime/text/spelling.ts";

/** The name that was probably meant: at most a third of its characters differ. `undefined` where none is near. */
export function nearestName(wanted: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = name.toLowerCase() === wanted.toLowerCase() ? 0 : editsBetween(wanted, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * The name that something may be called now: the nearest, else the one that shares most words with it, if that is at
 * least half of them. `undefined` where there is none.
 */
export function likelyName(wanted: string, names: Iterable<string>): string | undefined {
  const all = [...names];
  const near = nearestName(wanted, all);
  if (near !== undefined) return near;
  const parts = new Set(partsOf(wanted));
  let best: string | undefined;
  let bestShare = 0.5;
  for (const name of all) {
    const others = partsOf(name);
    const share = others.filter((part) => parts.has(part)).length / Math.max(others.length, parts.size, 1);
    if (share > bestShare || (share === bestShare && best === undefined)) {
      best = name;
      bestShare = share;
    }
  }
  return best;
}

function partsOf(name: string): readonly string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((part) => part !== "");
}
