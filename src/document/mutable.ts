/**
 * A freshly parsed document belongs to this stage alone, which changes it in place: copying 13 MB costs more than
 * reading it. What leaves the stage is read-only again.
 */
import { isObject, put, type Json, type JsonObject } from "../base/json.ts";

export interface MutableObject {
  [key: string]: Json;
}

/** The same object, writable. Only for values that were parsed or built by this stage. */
export function writable(object: JsonObject): MutableObject {
  return object as MutableObject;
}

/** The same array, writable. Only for values that were parsed or built by this stage. */
export function writableArray(array: readonly Json[]): Json[] {
  return array as Json[];
}

/** Gives an object the properties of another in place of its own, so that all who hold it see the change. */
export function replaceContent(object: MutableObject, content: JsonObject): void {
  const entries = Object.entries(content);
  // Backwards: an object whose last property goes stays one that is fast to read.
  for (const key of Object.keys(object).reverse()) delete object[key];
  for (const [key, value] of entries) put(object, key, value);
}

/** A copy that shares nothing with the original. */
export function copy<T extends Json>(value: T): T {
  return structuredClone(value);
}

/** The own property as a writable object, or `undefined` where it is none. */
export function ownObject(object: JsonObject, key: string): MutableObject | undefined {
  const found = Object.hasOwn(object, key) ? object[key] : undefined;
  return isObject(found) ? writable(found) : undefined;
}
