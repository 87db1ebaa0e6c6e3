/** Documents that differ from a sound one in a few places, each in a way that an editor, a script or an attacker would. */
import fc from "fast-check";
import { isArray, isObject, type Json, type JsonObject } from "../../src/base/json.ts";

export type Mutation =
  | { readonly kind: "drop"; readonly at: number }
  | { readonly kind: "replace"; readonly at: number; readonly by: Json }
  | { readonly kind: "duplicate"; readonly at: number; readonly key: string }
  | { readonly kind: "splice"; readonly at: number; readonly from: number }
  | { readonly kind: "rename"; readonly at: number; readonly key: string }
  | { readonly kind: "wrap"; readonly at: number; readonly list: boolean };

const keys = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "$ref",
    "",
    "type",
    "in",
    "x-a",
    "..",
    "allOf",
    "properties",
    "0",
    "\ud800",
  ),
  fc.string({ maxLength: 12 }),
);

const values: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1e400,
    "",
    {},
    [],
    [[]],
    { $ref: "#" },
    { $ref: "#/components" },
    "object",
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);

const place = fc.nat({ max: 1_000_000 });

/** Up to six mutations; places count through the document, modulo its size. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("drop" as const), at: place }),
    fc.record({ kind: fc.constant("replace" as const), at: place, by: values }),
    fc.record({ kind: fc.constant("duplicate" as const), at: place, key: keys }),
    fc.record({ kind: fc.constant("splice" as const), at: place, from: place }),
    fc.record({ kind: fc.constant("rename" as const), at: place, key: keys }),
    fc.record({ kind: fc.constant("wrap" as const), at: place, list: fc.boolean() }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** A member of an object or an item of a list. */
interface Place {
  readonly parent: JsonObject | readonly Json[];
  readonly key: string | number;
}

/** The document with all mutations; the given one stays as it is. */
export function mutate(document: JsonObject, all: readonly Mutation[]): JsonObject {
  const copy = structuredClone(document);
  for (const mutation of all) apply(copy, mutation);
  return copy;
}

function apply(root: JsonObject, mutation: Mutation): void {
  const places = placesOf(root);
  const target = places[mutation.at % Math.max(1, places.length)];
  if (target === undefined) return;
  const value = valueOf(target);
  switch (mutation.kind) {
    case "drop":
      remove(target);
      return;
    case "replace":
      put(target.parent, target.key, structuredClone(mutation.by));
      return;
    case "duplicate":
      if (isArray(target.parent)) (target.parent as Json[]).push(structuredClone(value));
      else put(target.parent, mutation.key, structuredClone(value));
      return;
    case "splice": {
      const source = places[mutation.from % places.length];
      if (source !== undefined) put(target.parent, target.key, structuredClone(valueOf(source)));
      return;
    }
    case "rename":
      if (isArray(target.parent)) return;
      remove(target);
      put(target.parent, mutation.key, value);
      return;
    case "wrap":
      put(target.parent, target.key, mutation.list ? [value] : { [String(target.key)]: value });
      return;
    default:
      mutation satisfies never;
  }
}

function placesOf(root: JsonObject): readonly Place[] {
  const places: Place[] = [];
  const visit = (parent: Json): void => {
    if (isArray(parent))
      parent.forEach((item, key) => {
        places.push({ parent, key });
        visit(item);
      });
    else if (isObject(parent))
      for (const [key, item] of Object.entries(parent)) {
        places.push({ parent, key });
        visit(item);
      }
  };
  visit(root);
  return places;
}

function valueOf({ parent, key }: Place): Json {
  return isArray(parent)
    ? (parent[Number(key)] ?? null)
    : (Object.entries(parent).find(([name]) => name === key)?.[1] ?? null);
}

function put(parent: Place["parent"], key: string | number, value: Json): void {
  Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true });
}

function remove({ parent, key }: Place): void {
  if (isArray(parent)) (parent as Json[]).splice(Number(key), 1);
  else delete (parent as { [name: string]: Json })[key];
}
