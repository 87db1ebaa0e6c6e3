import type { Report } from "../diagnostics.ts";
import { type Json, type JsonObject, isObject, own, ownString, valueAt } from "../json.ts";
import type { SchemaBuilder } from "./schema.ts";

/** What every part of this room needs: the document, a place to report to, and the schemas collected so far. */
export interface Reader {
  readonly root: JsonObject;
  readonly report: Report;
  readonly schemas: SchemaBuilder;
}

/** A value with the pointer at which it stands. */
export interface Placed {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** How many references may lead from one to the next before they count as a circle. */
const maximumReferences = 50;

/**
 * Follows Reference Objects (§4.8.23) to the object that they stand for. `undefined` where there is none.
 * References between schemas are not followed here: they stay references.
 */
export function dereference(root: JsonObject, value: Json | undefined, pointer: string): Placed | undefined {
  let current: Json | undefined = value;
  let place = pointer;
  for (let count = 0; count < maximumReferences; count++) {
    if (!isObject(current)) return undefined;
    const reference = ownString(current, "$ref");
    if (reference === undefined || !reference.startsWith("#/")) return { value: current, pointer: place };
    place = decodeFragment(reference.slice(1));
    current = valueAt(root, place);
  }
  return undefined;
}

/** A JSON pointer in URI fragment form is percent-encoded (RFC 6901 §6). */
export function decodeFragment(fragment: string): string {
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
  return Object.keys(value)
    .filter((key) => !key.startsWith("x-"))
    .sort()
    .flatMap((key) => {
      const entry = own(value, key);
      return entry === undefined ? [] : [[key, entry] as const];
    });
}

/** A copy of a JSON value with the keys of its objects sorted. */
export function canonical(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(canonical);
  if (!isObject(value)) return value;
  return fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(own(value, key) ?? null)]),
  );
}

/** Like `Object.fromEntries`, also for a key such as `__proto__`. */
export function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  const object: Record<string, Json> = {};
  for (const [key, value] of entries) {
    // An assignment to `__proto__` would set the prototype; for all other keys it is the faster way.
    if (key === "__proto__")
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    else object[key] = value;
  }
  return object;
}

/** Text of a field, or `undefined` where it is missing, blank or no text. */
export function textOf(value: Json | undefined, key: string): string | undefined {
  const text = ownString(value, key)?.trim();
  return text === "" ? undefined : text;
}
