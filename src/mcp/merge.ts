import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../json.ts";
import type { JsonSchema } from "./model.ts";

/** How often a composition may lead into another before it counts as a circle. */
const maximumNesting = 20;

/**
 * A schema with its `allOf` (and the references in it) folded into one: properties and required names joined, bounds
 * tightened, values intersected. What cannot be folded keeps the first form found: the result never forbids more
 * than a reader of all parts would expect, and the server still validates the parts.
 */
export function mergeAllOf(schema: JsonObject, definitions: ReadonlyMap<string, JsonSchema>): JsonObject {
  let known = merged.get(definitions);
  if (known === undefined) merged.set(definitions, (known = new WeakMap()));
  let folded = known.get(schema);
  if (folded === undefined) known.set(schema, (folded = fold(schema, definitions, { left: mostParts }, 0)));
  return folded;
}

/** The same schemas are asked for again and again where many refer to each other. Definitions do not change any more. */
const merged = new WeakMap<ReadonlyMap<string, JsonSchema>, WeakMap<JsonObject, JsonObject>>();
/** Parts of one composition that are read: those that lead to the same parts twice double with each level. */
const mostParts = 10_000;

function fold(
  schema: JsonSchema,
  definitions: ReadonlyMap<string, JsonSchema>,
  budget: { left: number },
  nesting: number,
): JsonObject {
  if (!isObject(schema) || nesting > maximumNesting || budget.left <= 0) return {};
  budget.left -= 1;
  const parts = own(schema, "allOf");
  const reference = ownString(schema, "$ref");
  const target = reference === undefined ? undefined : definitions.get(reference.slice("#/$defs/".length));
  if (!isArray(parts) && target === undefined) return schema;
  const outer = Object.fromEntries(
    Object.keys(schema)
      .filter((key) => key !== "allOf" && key !== "$ref")
      .map((key) => [key, own(schema, key) ?? null]),
  );
  const inner = [
    ...(target === undefined ? [] : [target]),
    ...(isArray(parts) ? (parts as readonly JsonSchema[]) : []),
  ];
  return inner
    .map((part) => fold(part, definitions, budget, nesting + 1))
    .reduce((merged, part) => combine(merged, part), outer);
}

/** Both schemas at once. Texts and other annotations of the first win. */
function combine(first: JsonObject, second: JsonObject): JsonObject {
  const entries = new Map<string, Json>();
  for (const key of Object.keys(first)) entries.set(key, own(first, key) ?? null);
  for (const key of Object.keys(second)) {
    const value = own(second, key) ?? null;
    const present = entries.get(key);
    entries.set(key, present === undefined ? value : combineKeyword(key, present, value));
    // Types that exclude each other: there is no such value.
    if (key === "type" && present !== undefined && commonTypes(present, value).length === 0) entries.set("not", {});
  }
  return Object.fromEntries(entries);
}

function combineKeyword(key: string, first: Json, second: Json): Json {
  switch (key) {
    case "properties":
      return isObject(first) && isObject(second) ? combineProperties(first, second) : first;
    case "required":
      return isArray(first) && isArray(second) ? [...new Set([...first, ...second])] : first;
    case "enum":
      return isArray(first) && isArray(second) ? intersection(first, second) : first;
    case "type":
      return combineTypes(first, second);
    case "minimum":
    case "exclusiveMinimum":
    case "minLength":
    case "minItems":
    case "minProperties":
      return typeof first === "number" && typeof second === "number" ? Math.max(first, second) : first;
    case "maximum":
    case "exclusiveMaximum":
    case "maxLength":
    case "maxItems":
    case "maxProperties":
      return typeof first === "number" && typeof second === "number" ? Math.min(first, second) : first;
    case "additionalProperties":
      // A part that is closed by itself closes the whole only if the others say so too; authors mean the sum.
      return first === false && second === false ? false : first === false ? second : first;
    case "items":
      return isObject(first) && isObject(second) ? { allOf: [first, second] } : first;
    default:
      return first;
  }
}

function combineProperties(first: JsonObject, second: JsonObject): JsonObject {
  const entries = new Map<string, Json>();
  for (const name of Object.keys(first)) entries.set(name, own(first, name) ?? null);
  for (const name of Object.keys(second)) {
    const present = entries.get(name);
    const value = own(second, name) ?? null;
    const same = present === undefined || JSON.stringify(present) === JSON.stringify(value);
    entries.set(name, same ? value : { allOf: [present, value] });
  }
  return Object.fromEntries(entries);
}

function combineTypes(first: Json, second: Json): Json {
  const types = commonTypes(first, second);
  return types.length === 0 ? first : types.length === 1 ? (types[0] ?? first) : types;
}

function commonTypes(first: Json, second: Json): readonly Json[] {
  const list = (value: Json): readonly Json[] => (isArray(value) ? value : [value]);
  const common = list(first).filter(
    (type) => list(second).includes(type) || (type === "integer" && list(second).includes("number")),
  );
  const widened = list(second).filter((type) => type === "integer" && list(first).includes("number"));
  return [...new Set([...common, ...widened])];
}

function intersection(first: readonly Json[], second: readonly Json[]): readonly Json[] {
  const known = new Set(second.map((value) => JSON.stringify(value)));
  const both = first.filter((value) => known.has(JSON.stringify(value)));
  return both.length === 0 ? first : both;
}
