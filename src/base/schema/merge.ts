/** Schemas that hold together, as one: the only place where `allOf` is read as anything but a list. */
import { type Json, type JsonObject, isArray, isObject, isSame, own, ownString } from "../json.ts";
import { closedTo, combineProperties } from "./merge-properties.ts";
import type { Schema } from "./types.ts";

/** How often a composition may lead into another before it counts as a circle. */
const maximumNesting = 20;
/** Alternatives that two unions may make together. */
const mostAlternatives = 24;

/**
 * A schema with its `allOf` (and the references in it) folded into one: properties and required names joined, bounds
 * tightened, values intersected, alternatives of two parts combined. Where parts contradict each other, the first form
 * found is kept beside `not: {}`. What one schema cannot say, such as a second pattern, stays in `allOf`: see
 * `isFolded`.
 */
export function mergeAllOf(schema: JsonObject, definitions: ReadonlyMap<string, Schema>): JsonObject {
  return fold(schema, definitions, { left: mostParts }, 0);
}

/** Both schemas as one. Texts and other annotations of the first win. */
export function mergeBoth(first: Schema, second: Schema, definitions: ReadonlyMap<string, Schema>): JsonObject {
  return fold({ allOf: [first, second] }, definitions, { left: mostParts }, 0);
}

/** Whether the `allOf` of a schema, if any, holds only what could not be folded: keywords that the whole has already. */
export function isFolded(schema: JsonObject): boolean {
  const parts = own(schema, "allOf");
  return (
    !isArray(parts) ||
    parts.every(
      (part) =>
        isObject(part) && Object.keys(part).every((key) => unfoldable.has(key) && own(schema, key) !== undefined),
    )
  );
}

/** The patterns that a text has to match, all of them. */
export function patternsOf(schema: JsonObject): readonly string[] {
  const parts = own(schema, "allOf");
  const others = isArray(parts) ? parts.map((part) => ownString(part, "pattern")) : [];
  return [ownString(schema, "pattern"), ...others].filter((pattern) => pattern !== undefined);
}

const unfoldable = new Set(
  "pattern anyOf oneOf not if then else contains minContains maxContains propertyNames dependentSchemas".split(" "),
);

/** Parts of one composition that are read: those that lead to the same parts twice double with each level. */
const mostParts = 10_000;
/** Parts that are kept beside what they could not be folded into; what reads them takes each with each. */
const mostLeft = 50;
/** Schemas that are combined one after the other. */
const mostInTurn = 32;

function fold(
  schema: Schema,
  definitions: ReadonlyMap<string, Schema>,
  budget: { left: number },
  nesting: number,
): JsonObject {
  if (!isObject(schema) || nesting > maximumNesting || budget.left <= 0) return schema === false ? { not: {} } : {};
  budget.left -= 1;
  const parts = own(schema, "allOf");
  const reference = ownString(schema, "$ref");
  const target = reference === undefined ? undefined : definitions.get(reference.slice("#/$defs/".length));
  if (target === undefined && isFolded(schema)) return schema;
  const outer = Object.fromEntries(
    Object.keys(schema)
      .filter((key) => !["allOf", "$ref", "unevaluatedProperties"].includes(key))
      .map((key) => [key, own(schema, key) ?? null]),
  );
  const inner = [...(target === undefined ? [] : [target]), ...(isArray(parts) ? (parts as readonly Schema[]) : [])];
  const folded = inner.map((part) => fold(part, definitions, budget, nesting + 1));
  const [only, ...others] = folded;
  const isAlone = others.length === 0 && Object.keys(outer).length === 0;
  const whole = isAlone && only !== undefined && isCombined(only) ? only : combineAll([outer, ...folded]);
  // It sees the properties of all parts (JSON Schema 2020-12 §11.3), those of a part only its own.
  const unevaluated = own(schema, "unevaluatedProperties");
  return unevaluated === undefined ? whole : { ...whole, unevaluatedProperties: unevaluated };
}

/** Whether a schema is as `combine` would write it, were there no other. */
function isCombined(schema: JsonObject): boolean {
  return own(schema, "allOf") === undefined && own(schema, "unevaluatedProperties") === undefined;
}

/**
 * All schemas at once, one after the other; of many, the halves first, since each step goes through all that was joined
 * before it.
 */
function combineAll(parts: readonly JsonObject[]): JsonObject {
  if (parts.length <= mostInTurn) return parts.reduce((merged, part) => combine(merged, part));
  const middle = Math.ceil(parts.length / 2);
  return combine(combineAll(parts.slice(0, middle)), combineAll(parts.slice(middle)));
}

/** Both schemas at once. Texts and other annotations of the first win. */
function combine(first: JsonObject, second: JsonObject): JsonObject {
  const entries = new Map<string, Json>();
  const left: JsonObject[] = [];
  let isImpossible = false;
  for (const key of Object.keys(first)) entries.set(key, own(first, key) ?? null);
  for (const key of Object.keys(second)) {
    const value = own(second, key) ?? null;
    const present = entries.get(key);
    if (present === undefined || isSame(present, value)) {
      entries.set(key, value);
      continue;
    }
    const both = combineKeyword(key, present, value);
    if (both === "contradiction") isImpossible = true;
    else if (both !== "both") entries.set(key, both.value);
    else left.push(leftOver(key, second));
  }
  const { properties, contradicts } = combineProperties(first, second);
  if (properties !== undefined) entries.set("properties", properties);
  if (!contradicts && [first, second].some((part) => closedTo(part) === false))
    entries.set("additionalProperties", false);
  if (isImpossible || contradicts) entries.set("not", {});
  const all = [...listOf(own(first, "allOf")), ...listOf(own(second, "allOf")), ...left];
  if (all.length > 0) entries.set("allOf", distinct(all).slice(0, mostLeft));
  return Object.fromEntries(entries);
}

function distinct(parts: readonly Json[]): readonly Json[] {
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
}

/** A keyword of a schema as a part of its own, with those that it only means something with. */
function leftOver(key: string, schema: JsonObject): JsonObject {
  const group = key === "if" ? ["if", "then", "else"] : [key];
  return Object.fromEntries(
    group.filter((name) => own(schema, name) !== undefined).map((name) => [name, own(schema, name) ?? {}]),
  );
}

function listOf(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

/** What two values of a keyword say together; `both` where one value cannot say it. */
function combineKeyword(key: string, first: Json, second: Json): { readonly value: Json } | "both" | "contradiction" {
  switch (key) {
    case "required":
    case "examples":
      return { value: [...new Set([...listOf(first), ...listOf(second)])] };
    case "enum": {
      const others = new Set(listOf(second).map((other) => JSON.stringify(other)));
      const values = listOf(first).filter((value) => others.has(JSON.stringify(value)));
      return values.length === 0 ? "contradiction" : { value: values };
    }
    case "const":
      return "contradiction";
    case "type": {
      const types = commonTypes(first, second);
      return types.length === 0 ? "contradiction" : { value: types.length === 1 ? (types[0] ?? first) : types };
    }
    case "minimum":
    case "exclusiveMinimum":
    case "minLength":
    case "minItems":
    case "minProperties":
      return { value: Math.max(Number(first), Number(second)) };
    case "maximum":
    case "exclusiveMaximum":
    case "maxLength":
    case "maxItems":
    case "maxProperties":
      return { value: Math.min(Number(first), Number(second)) };
    case "multipleOf":
      return { value: commonMultiple(Number(first), Number(second)) };
    case "uniqueItems":
      return { value: first === true || second === true };
    case "additionalProperties":
    case "items":
      return first === false || second === false
        ? { value: false }
        : { value: first === true ? second : second === true ? first : { allOf: [first, second] } };
    case "not":
      return {
        value: isAnything(first) || isAnything(second) ? {} : { anyOf: [...negated(first), ...negated(second)] },
      };
    case "anyOf":
    case "oneOf":
      return combineUnions(listOf(first), listOf(second));
    case "patternProperties":
      return isObject(first) && isObject(second) ? { value: { ...second, ...first } } : { value: first };
    default:
      return unfoldable.has(key) ? "both" : { value: first };
  }
}

function isAnything(schema: Json): boolean {
  return schema === true || (isObject(schema) && Object.keys(schema).length === 0);
}

/** What a `not` forbids, one by one. */
function negated(schema: Json): readonly Json[] {
  const any = own(schema, "anyOf");
  return isArray(any) && isObject(schema) && Object.keys(schema).length === 1 ? any : [schema];
}

/** Every alternative of one with every one of the other; `both` where these are too many. */
export function combineUnions(first: readonly Json[], second: readonly Json[]): { readonly value: Json } | "both" {
  if (first.length * second.length > mostAlternatives) return "both";
  const pairs = first.flatMap((one) => second.map((other) => (isSame(one, other) ? one : { allOf: [one, other] })));
  return { value: distinct(pairs) };
}

/** A number that is a multiple of both; the first where they are no whole numbers. */
function commonMultiple(first: number, second: number): number {
  const isWhole = [first, second].every((value) => Number.isSafeInteger(value) && value > 0);
  if (!isWhole) return first;
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return (first / divisor(first, second)) * second;
}

function commonTypes(first: Json, second: Json): readonly Json[] {
  const list = (value: Json): readonly Json[] => (isArray(value) ? value : [value]);
  const common = list(first).filter(
    (type) => list(second).includes(type) || (type === "integer" && list(second).includes("number")),
  );
  const widened = list(second).filter((type) => type === "integer" && list(first).includes("number"));
  return [...new Set([...common, ...widened])];
}
