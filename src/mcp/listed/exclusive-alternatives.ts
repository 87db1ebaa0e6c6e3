/** Alternatives of which just one may fit (`oneOf`, JSON Schema 2020-12 §10.2.1.3), so that a caller hits just one. */
import { type Json, type JsonObject, fromEntries } from "../../base/json.ts";
import type { Bound, SchemaNode, Schemas } from "../../base/schema/node.ts";
import { fittingValues } from "./listed-values.ts";

/** How deep two schemas are compared. */
const deepest = 3;
/** Alternatives that are each compared with each other. */
const mostCompared = 200;
/** Properties that are looked at for one API. Alternatives that are not compared by then stay as they are. */
const mostProperties = 1_000_000;
/** How many of them are left, by the API's schemas. */
const lookedAt = new WeakMap<Schemas, { left: number }>();
/** Formats of which no text has two. */
const exclusiveFormats = new Set(["date-time", "date", "uuid", "email", "ipv4", "ipv6"]);

/**
 * The alternatives such that a value that a caller writes for one does not fit another by accident: where two could be
 * taken for each other, the property that tells them apart becomes required, or what only the other requires is left
 * out. Alternatives that nothing tells apart stay as they are.
 *
 * @param alternatives with their `allOf` merged
 */
export function exclusiveAlternatives(alternatives: readonly SchemaNode[]): readonly SchemaNode[] {
  const [first] = alternatives;
  if (first === undefined || alternatives.length < 2 || alternatives.length > mostCompared) return alternatives;
  const looking = lookedAt.get(first.schemas) ?? { left: mostProperties };
  lookedAt.set(first.schemas, looking);
  return alternatives.map((alternative) => {
    if (alternative.isBoolean) return alternative;
    return alternatives.reduce(
      (kept, other) => (other === alternative || other.isBoolean ? kept : exclusiveOf(kept, other, looking)),
      alternative,
    );
  });
}

/** An alternative such that its values are none of another, where that can be said. */
function exclusiveOf(alternative: SchemaNode, other: SchemaNode, looking: { left: number }, depth = 0): SchemaNode {
  if (looking.left <= 0 || areDisjoint(alternative, other)) return alternative;
  if (alternative.items !== undefined && other.items !== undefined && !alternative.says("minItems")) {
    const filled = alternative.with({ minItems: 1 });
    return areDisjoint(filled, other) ? filled : alternative;
  }
  const properties = new Map(alternative.properties);
  if (!alternative.hasProperties) return alternative;
  const isListed = (name: string): boolean => properties.get(name)?.isNever === false;
  if (other.required.some((name) => !isListed(name))) return alternative;
  // Where the schemas as a whole allow the same values whatever their properties are, no property tells them apart.
  const mayTell = areDisjointThemselves(alternative.whole, other.whole) === undefined;
  const names = mayTell ? [...properties.keys()].filter(isListed) : [];
  for (const name of names) {
    looking.left -= names.length;
    if (looking.left <= 0) return alternative;
    const [mine, theirs] = [properties.get(name), other.whole.property(name)];
    if (mine !== undefined && (theirs === undefined ? isClosed(other.whole) : areDisjoint(mine, theirs, 1)))
      return withRequired(alternative, name);
  }
  for (const name of depth > 0 ? [] : names) {
    looking.left -= names.length;
    if (looking.left <= 0) return alternative;
    const [mine, theirs] = [properties.get(name), other.property(name)];
    if (mine === undefined || theirs === undefined || mine.isBoolean || theirs.isBoolean) continue;
    const inner = exclusiveOf(mine.whole, theirs.whole, looking, depth + 1);
    if (inner === mine.whole || !areDisjoint(inner, theirs, 1)) continue;
    const told = [...properties].map(([key, property]) => [key, key === name ? inner : property] as const);
    return withRequired(alternative.with({ properties: written(told) }), name);
  }
  const theirs = other.required.filter((name) => !alternative.required.includes(name));
  if (theirs.length === 0) return alternative;
  const { nothing } = alternative.schemas;
  const left = [...properties].map(([name, property]) => [name, theirs.includes(name) ? nothing : property] as const);
  return alternative.with({ properties: written(left) });
}

function withRequired(schema: SchemaNode, name: string): SchemaNode {
  return schema.with({ required: [...new Set([...schema.required, name])] });
}

function written(properties: readonly (readonly [string, SchemaNode])[]): JsonObject {
  return fromEntries(properties.map(([name, property]): [string, Json] => [name, property.json]));
}

/** Whether it is certain that no value meets a schema. */
export function isImpossible(schema: SchemaNode, depth = 0): boolean {
  if (schema.isBoolean) return schema.isNever;
  const known = impossible[depth];
  if (known === undefined) return false;
  let found = known.get(schema);
  if (found === undefined) known.set(schema, (found = judgeImpossible(schema.whole, depth)));
  return found;
}

/**
 * What is known, by the depth that a schema was looked at from: where many refer to each other, the same ones are asked
 * about again and again.
 */
const impossible = Array.from({ length: deepest + 1 }, () => new WeakMap<SchemaNode, boolean>());

function judgeImpossible(schema: SchemaNode, depth: number): boolean {
  const { not, values, types, required } = schema;
  if (not?.isNever === false && not.saysOnly()) return true;
  if (values !== undefined && fittingValues(schema, values).length === 0) return true;
  const isRequiredImpossible = (name: string): boolean => {
    const property = schema.property(name);
    return property !== undefined && isImpossible(property, depth + 1);
  };
  return types.join() === "object" && required.some(isRequiredImpossible);
}

/** Whether it is certain that no value meets both schemas. */
export function areDisjoint(first: SchemaNode, second: SchemaNode, depth = 0): boolean {
  if (first.isNever || second.isNever) return true;
  if (first.isBoolean || second.isBoolean || depth > deepest) return false;
  const [a, b] = [first.whole, second.whole];
  return (
    areDisjointThemselves(a, b) ??
    (areItemsDisjoint(a, b, depth) || arePropertiesDisjoint(a, b, requiredOf(a, b), depth))
  );
}

/** The same by what two schemas say of a value as a whole; `undefined` where its parts decide. */
function areDisjointThemselves(a: SchemaNode, b: SchemaNode): boolean | undefined {
  if (a.types.length > 0 && b.types.length > 0) {
    const common = commonTypes(a.types, b.types);
    if (common !== 1) return common === 0;
  }
  const values = a.values;
  const otherValues = values === undefined ? undefined : b.values;
  if (values !== undefined && otherValues !== undefined) {
    const texts = new Set(otherValues.map((value) => JSON.stringify(value)));
    return values.every((value) => !texts.has(JSON.stringify(value)));
  }
  if (a.format !== b.format && exclusiveFormats.has(a.format ?? "") && exclusiveFormats.has(b.format ?? ""))
    return true;
  return bounds.some(([low, high]) => isBeyond(a, b, low, high) || isBeyond(b, a, low, high)) ? true : undefined;
}

/** How many types of one are among those of another. */
function commonTypes(types: readonly string[], others: readonly string[]): number {
  let common = 0;
  for (const type of types) if (others.some((entry) => isSameType(type, entry))) common++;
  return common;
}

function isSameType(type: string, other: string): boolean {
  return type === other || (isNumber(type) && isNumber(other));
}

function isNumber(type: string): boolean {
  return type === "integer" || type === "number";
}

const bounds: readonly (readonly [Bound, Bound])[] = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
];

function isBeyond(a: SchemaNode, b: SchemaNode, low: Bound, high: Bound): boolean {
  const [least, most] = [a.bound(low), b.bound(high)];
  return least !== undefined && most !== undefined && least > most;
}

function areItemsDisjoint(a: SchemaNode, b: SchemaNode, depth: number): boolean {
  const [{ items }, { items: others }] = [a, b];
  if (items === undefined || others === undefined) return false;
  const isFilled = [a, b].some((schema) => (schema.bound("minItems") ?? 0) > 0);
  return isFilled && areDisjoint(items, others, depth + 1);
}

function requiredOf(a: SchemaNode, b: SchemaNode): readonly string[] {
  const [mine, theirs] = [a.required, b.required];
  return mine.length === 0 ? theirs : theirs.length === 0 ? mine : [...new Set([...mine, ...theirs])];
}

/** @param required names of properties that a value of one of the two has */
function arePropertiesDisjoint(a: SchemaNode, b: SchemaNode, required: readonly string[], depth: number): boolean {
  const [mine, theirs] = [a.required, b.required];
  return required.some((name) => {
    const [property, other] = [a.property(name), b.property(name)];
    if (property === undefined && theirs.includes(name)) return isClosed(a);
    if (other === undefined && mine.includes(name)) return isClosed(b);
    return property !== undefined && other !== undefined && areDisjoint(property, other, depth + 1);
  });
}

/** Whether an object may have no other properties than those that it lists. */
function isClosed(schema: SchemaNode): boolean {
  return schema.isClosed && !schema.says("patternProperties");
}
