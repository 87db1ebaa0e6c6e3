/**
 * What stands beside the `$ref` of a Path Item or an Operation. The standard leaves it open for the first (§4.8.9) and has
 * no reference for the second, but authors keep both in files of their own and name or amend them where they refer to them.
 */
import {
  isArray,
  isObject,
  own,
  ownString,
  pointerTo,
  put,
  valueAt,
  type Json,
  type JsonObject,
} from "../base/json.ts";
import { ownObject, writable, type MutableObject } from "./mutable.ts";

/** References that lead from one path item or operation to the next before they count as a circle. */
const longestChain = 50;

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/**
 * Makes a path item or operation that says more than its `$ref` an object of its own: what is behind the reference, with
 * the fields beside it in place of those of the same name. Parameters are joined; the later ones count.
 *
 * @param root a document whose references are local; changed in place
 * @param moves receives, by new pointer, where a field stood before
 */
export function mergeBesideReferences(root: MutableObject, moves: Map<string, string>): void {
  const items = [
    ["/paths", own(root, "paths")],
    ["/webhooks", own(root, "webhooks")],
    ["/components/pathItems", own(own(root, "components"), "pathItems")],
  ] as const;
  const seen = new Set<object>();
  const merge = (owner: MutableObject, key: string, parent: string): void => {
    const entry = own(owner, key);
    if (ownString(entry, "$ref") === undefined) return;
    const merged = mergedFrom(root, entry, pointerTo(parent, key), moves, 0);
    if (merged !== undefined) put(owner, key, merged);
  };
  const mergeOperations = (pathItem: Json | undefined, pointer: string): void => {
    const { value, at } = behind(root, pathItem, pointer);
    if (!isObject(value) || seen.has(value)) return;
    seen.add(value);
    const item = writable(value);
    for (const method of methods) merge(item, method, at);
    const additional = ownObject(item, "additionalOperations") ?? {};
    for (const method of Object.keys(additional)) merge(additional, method, pointerTo(at, "additionalOperations"));
  };
  for (const [pointer, map] of items) {
    if (!isObject(map)) continue;
    for (const key of Object.keys(map)) {
      merge(writable(map), key, pointer);
      mergeOperations(own(map, key), pointerTo(pointer, key));
    }
  }
}

/** `undefined` where a value is no reference, or one with nothing beside it. */
function mergedFrom(
  root: JsonObject,
  entry: Json | undefined,
  pointer: string,
  moves: Map<string, string>,
  chain: number,
): MutableObject | undefined {
  const reference = ownString(entry, "$ref");
  if (!isObject(entry) || reference === undefined || !reference.startsWith("#/") || chain > longestChain)
    return undefined;
  const beside = Object.keys(entry).filter((key) => key !== "$ref");
  if (beside.length === 0) return undefined;
  const first = behind(root, { $ref: reference }, pointer, true);
  const target =
    mergedFrom(root, first.value, first.at, new Map(), chain + 1) ?? behind(root, first.value, first.at).value;
  if (!isObject(target)) return undefined;
  // Not a copy of all that is inside: many places may refer to one large object.
  const merged: MutableObject = { ...target };
  for (const [key, value] of Object.entries(target)) {
    if (isArray(value)) put(merged, key, [...value]);
    moves.set(pointerTo(pointer, key), pointerTo(first.at, key));
  }
  for (const key of beside) {
    const value = own(entry, key);
    if (value === undefined) continue;
    const inherited = own(merged, key);
    if (key === "parameters" && isArray(inherited) && isArray(value)) {
      put(merged, key, [...inherited, ...value]);
      value.forEach((_, index) =>
        moves.set(pointerTo(pointer, key, inherited.length + index), pointerTo(pointer, key, index)),
      );
    } else {
      put(merged, key, value);
      moves.delete(pointerTo(pointer, key));
    }
  }
  return merged;
}

/** Follows references to their end, or one step only. */
function behind(
  root: JsonObject,
  start: Json | undefined,
  pointer: string,
  once = false,
): { readonly value: Json | undefined; readonly at: string } {
  let value = start;
  let at = pointer;
  for (let step = 0; step < longestChain; step += 1) {
    const reference = ownString(value, "$ref");
    if (reference === undefined || !reference.startsWith("#/")) return { value, at };
    at = reference.slice(1);
    value = valueAt(root, at);
    if (once) return { value, at };
  }
  return { value: undefined, at };
}
