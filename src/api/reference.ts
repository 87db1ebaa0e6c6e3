import { type Json, type JsonObject, isObject, ownString, valueAt } from "../base/json.ts";

/** A value with the pointer at which it stands. */
export interface Placed {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** How many references may lead from one to the next before they count as a circle. */
const maximumReferences = 50;

/**
 * Follows Reference Objects (§4.8.23) to the object that they stand for, with the `summary` and `description` that stand
 * beside the first reference that has them. `undefined` where there is none. References between schemas are not followed
 * here: they stay references.
 */
export function dereference(root: JsonObject, value: Json | undefined, pointer: string): Placed | undefined {
  if (isObject(value) && ownString(value, "$ref") === undefined) return { value, pointer };
  const texts: Record<string, string> = {};
  const found = followReferences(root, value, pointer, (reference) => {
    for (const key of ["summary", "description"]) {
      const text = textOf(reference, key);
      if (text !== undefined) texts[key] ??= text;
    }
  });
  if (!isObject(found.value)) return undefined;
  const isTold = Object.keys(texts).length > 0;
  return { value: isTold ? { ...found.value, ...texts } : found.value, pointer: found.pointer };
}

/**
 * What a value stands for where the standard has no Reference Object, as in an operation or a list of parameters, and
 * authors keep it elsewhere all the same.
 *
 * @param visit sees each reference on the way
 */
export function followReferences(
  root: JsonObject,
  value: Json | undefined,
  pointer: string,
  visit: (reference: JsonObject) => void = () => {},
): { readonly value: Json | undefined; readonly pointer: string } {
  let current: Json | undefined = value;
  let place = pointer;
  for (let count = 0; count < maximumReferences; count++) {
    const reference = isObject(current) ? ownString(current, "$ref") : undefined;
    if (reference === undefined || !reference.startsWith("#/")) return { value: current, pointer: place };
    if (isObject(current)) visit(current);
    ({ value: current, pointer: place } = targetOf(root, reference));
  }
  return { value: undefined, pointer: place };
}

/** What a reference `#/…` leads to, and where that stands. */
interface Target {
  readonly value: Json | undefined;
  readonly pointer: string;
}

/** By document, as it does not change any more: most references stand in many places. */
const targets = new WeakMap<JsonObject, Map<string, Target>>();

/** What a reference that starts with `#/` leads to, not followed further. */
export function targetOf(root: JsonObject, reference: string): Target {
  let known = targets.get(root);
  if (known === undefined) targets.set(root, (known = new Map()));
  let target = known.get(reference);
  if (target === undefined) {
    const pointer = decodeFragment(reference.slice(1));
    known.set(reference, (target = { value: valueAt(root, pointer), pointer }));
  }
  return target;
}

/** A JSON pointer in URI fragment form is percent-encoded (RFC 6901 §6). */
export function decodeFragment(fragment: string): string {
  if (!fragment.includes("%")) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/**
 * The entries of a map of the document in an order of their own: the same document with its keys shuffled
 * generates the same bytes. Vendor extensions are left out.
 */
export function sortedEntries(value: Json | undefined): readonly (readonly [string, Json])[] {
  if (!isObject(value)) return [];
  const entries: (readonly [string, Json])[] = [];
  for (const key of Object.keys(value).sort()) {
    const entry = value[key];
    if (entry !== undefined && !key.startsWith("x-")) entries.push([key, entry]);
  }
  return entries;
}

/** Text of a field, or `undefined` where it is missing, blank or no text. */
export function textOf(value: Json | undefined, key: string): string | undefined {
  const text = ownString(value, key)?.trim();
  return text === "" ? undefined : text;
}
