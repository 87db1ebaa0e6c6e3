import { parseUrl } from "../base/address.ts";
import { isArray, isObject, pointerTo, type Json } from "../base/json.ts";

/** Names of places inside one file (JSON Schema 2020-12 §8.2). */
export interface Anchors {
  /** Pointer of the `$anchor` or `$dynamicAnchor` of this name that is nearest to a place, or `undefined`. */
  readonly find: (name: string, from: string) => string | undefined;
  /** Pointer of the schema with this absolute `$id`, or of the document with this `$self`. */
  readonly findId: (url: string) => string | undefined;
}

/** Reads the anchors of a file: one pass over it, so only when a reference asks for one. */
export function anchorsOf(file: Json): Anchors {
  const named = new Map<string, string[]>();
  const ids = new Map<string, string>();
  const visit = (value: Json, pointer: string): void => {
    if (isArray(value)) {
      value.forEach((element, index) => visit(element, pointerTo(pointer, index)));
      return;
    }
    if (!isObject(value)) return;
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const name = value[keyword];
      if (typeof name === "string") named.set(name, [...(named.get(name) ?? []), pointer]);
    }
    for (const keyword of pointer === "" ? ["$id", "$self"] : ["$id"]) {
      const id = value[keyword];
      if (typeof id === "string" && parseUrl(id) !== undefined && !ids.has(id.replace(/#$/, "")))
        ids.set(id.replace(/#$/, ""), pointer);
    }
    for (const key of Object.keys(value)) {
      const member = value[key];
      if (typeof member === "object" && member !== null) visit(member, pointerTo(pointer, key));
    }
  };
  visit(file, "");
  return {
    find: (name, from) => {
      const pointers = named.get(name) ?? [];
      return pointers.reduce<string | undefined>(
        (best, pointer) =>
          best === undefined || sharedLength(pointer, from) > sharedLength(best, from) ? pointer : best,
        undefined,
      );
    },
    findId: (url) => ids.get(url),
  };
}

function sharedLength(one: string, other: string): number {
  const left = one.split("/");
  const right = other.split("/");
  let count = 0;
  while (count < left.length && left[count] === right[count]) count += 1;
  return count;
}
