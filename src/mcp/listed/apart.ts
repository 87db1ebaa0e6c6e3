/** Alternatives of which just one may fit (`oneOf`, JSON Schema 2020-12 §10.2.1.3), so that a caller hits just one. */
import { type Json, type JsonObject, isObject, own, ownString } from "../../base/json.ts";
import { mergeAllOf } from "./merge.ts";
import type { JsonSchema } from "../model.ts";
import { Remembered } from "./remembered.ts";
import { fittingValues } from "./listed-values.ts";
import { enumOf, requiredOf, typesOf } from "./schema-facts.ts";

type Definitions = ReadonlyMap<string, JsonSchema>;

/** How deep two schemas are compared. */
const deepest = 3;
/** Alternatives that are each compared with each other. */
const mostCompared = 200;
/** Properties that are looked at for one API. Alternatives that are not compared by then stay as they are. */
const mostProperties = 1_000_000;
/** How many of them are left, by the API's definitions. */
const lookedAt = new WeakMap<Definitions, { left: number }>();
/** Formats of which no text has two. */
const exclusiveFormats = new Set(["date-time", "date", "uuid", "email", "ipv4", "ipv6"]);

/**
 * The alternatives such that a value that a caller writes for one does not fit another by accident: where two could be
 * taken for each other, the property that tells them apart becomes required, or what only the other requires is left
 * out. Alternatives that nothing tells apart stay as they are.
 *
 * @param alternatives with their `allOf` merged
 */
export function apart(alternatives: readonly JsonSchema[], definitions: Definitions): readonly JsonSchema[] {
  if (alternatives.length < 2 || alternatives.length > mostCompared) return alternatives;
  const looking = lookedAt.get(definitions) ?? { left: mostProperties };
  lookedAt.set(definitions, looking);
  return alternatives.map((alternative) => {
    if (!isObject(alternative)) return alternative;
    return alternatives.reduce<JsonObject>(
      (kept, other) => (other === alternative || !isObject(other) ? kept : told(kept, other, definitions, looking)),
      alternative,
    );
  });
}

/** An alternative such that its values are none of another, where that can be said. */
function told(
  alternative: JsonObject,
  other: JsonObject,
  definitions: Definitions,
  looking: { left: number },
  depth = 0,
): JsonObject {
  if (looking.left <= 0 || areDisjoint(alternative, other, definitions)) return alternative;
  const minimum = own(alternative, "minItems");
  if (own(alternative, "items") !== undefined && own(other, "items") !== undefined && minimum === undefined) {
    const filled = { ...alternative, minItems: 1 };
    return areDisjoint(filled, other, definitions) ? filled : alternative;
  }
  const properties = own(alternative, "properties");
  if (!isObject(properties)) return alternative;
  const isListed = (name: string): boolean => own(properties, name) !== undefined && own(properties, name) !== false;
  if (requiredOf(other).some((name) => !isListed(name))) return alternative;
  const names = Object.keys(properties).filter(isListed);
  for (const name of names) {
    // Each comparison reads all of them again.
    looking.left -= names.length;
    if (looking.left <= 0) return alternative;
    const telling = { ...alternative, required: [...new Set([...requiredOf(alternative), name])] };
    if (areDisjoint(telling, other, definitions)) return telling;
  }
  for (const name of depth > 0 ? [] : names) {
    looking.left -= names.length;
    if (looking.left <= 0) return alternative;
    const [mine, theirs] = [own(properties, name), own(own(other, "properties"), name)];
    if (!isObject(mine) || !isObject(theirs)) continue;
    const inner = told(mergeAllOf(mine, definitions), mergeAllOf(theirs, definitions), definitions, looking, depth + 1);
    const telling = {
      ...alternative,
      properties: { ...properties, [name]: inner },
      required: [...new Set([...requiredOf(alternative), name])],
    };
    if (areDisjoint(telling, other, definitions)) return telling;
  }
  const theirs = requiredOf(other).filter((name) => !requiredOf(alternative).includes(name));
  if (theirs.length === 0) return alternative;
  const left = Object.keys(properties).map((name): [string, Json] => [
    name,
    theirs.includes(name) ? false : (own(properties, name) ?? {}),
  ]);
  return { ...alternative, properties: Object.fromEntries(left) };
}

/** Whether it is certain that no value meets a schema. */
export function isImpossible(schema: JsonSchema, definitions: Definitions, depth = 0): boolean {
  if (!isObject(schema)) return schema === false;
  const known = impossible[depth];
  return known !== undefined && known.of(schema, definitions, () => judgeImpossible(schema, definitions, depth));
}

/** What is known, by the depth that a schema was looked at from. */
const impossible = Array.from({ length: deepest + 1 }, () => new Remembered<boolean>());

function judgeImpossible(schema: JsonObject, definitions: Definitions, depth: number): boolean {
  const merged = mergeAllOf(schema, definitions);
  const not = own(merged, "not");
  if (not === true || (isObject(not) && Object.keys(not).length === 0)) return true;
  const values = enumOf(merged);
  if (values !== undefined && fittingValues(merged, values).length === 0) return true;
  const properties = own(merged, "properties");
  const isObjectOnly = typesOf(merged).join() === "object";
  return (
    isObjectOnly &&
    requiredOf(merged).some((name) => isImpossible((own(properties, name) ?? {}) as JsonSchema, definitions, depth + 1))
  );
}

/** Whether it is certain that no value meets both schemas. */
export function areDisjoint(first: JsonSchema, second: JsonSchema, definitions: Definitions, depth = 0): boolean {
  if (first === false || second === false) return true;
  if (!isObject(first) || !isObject(second) || depth > deepest) return false;
  const [a, b] = [mergeAllOf(first, definitions), mergeAllOf(second, definitions)];
  const [types, others] = [typesOf(a), typesOf(b)];
  if (types.length > 0 && others.length > 0) {
    const common = types.filter((type) => others.some((entry) => isSameType(type, entry)));
    if (common.length === 0) return true;
    if (common.length > 1) return false;
  }
  const [values, otherValues] = [enumOf(a), enumOf(b)];
  if (values !== undefined && otherValues !== undefined) {
    const texts = new Set(otherValues.map((value) => JSON.stringify(value)));
    return values.every((value) => !texts.has(JSON.stringify(value)));
  }
  const [format, otherFormat] = [ownString(a, "format"), ownString(b, "format")];
  if (format !== otherFormat && exclusiveFormats.has(format ?? "") && exclusiveFormats.has(otherFormat ?? ""))
    return true;
  if (bounds.some(([low, high]) => isBeyond(a, b, low, high) || isBeyond(b, a, low, high))) return true;
  return areItemsDisjoint(a, b, definitions, depth) || arePropertiesDisjoint(a, b, definitions, depth);
}

function isSameType(type: string, other: string): boolean {
  return type === other || ["integer", "number"].every((entry) => entry === type || entry === other);
}

const bounds = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
] as const;

function isBeyond(a: JsonObject, b: JsonObject, low: string, high: string): boolean {
  const [least, most] = [own(a, low), own(b, high)];
  return typeof least === "number" && typeof most === "number" && least > most;
}

function areItemsDisjoint(a: JsonObject, b: JsonObject, definitions: Definitions, depth: number): boolean {
  const [items, others] = [own(a, "items"), own(b, "items")];
  if (items === undefined || others === undefined) return false;
  const isFilled = [a, b].some((schema) => Number(own(schema, "minItems") ?? 0) > 0);
  return isFilled && areDisjoint(items as JsonSchema, others as JsonSchema, definitions, depth + 1);
}

function arePropertiesDisjoint(a: JsonObject, b: JsonObject, definitions: Definitions, depth: number): boolean {
  const [mine, theirs] = [own(a, "properties"), own(b, "properties")];
  return [...new Set([...requiredOf(a), ...requiredOf(b)])].some((name) => {
    const [property, other] = [own(mine, name), own(theirs, name)];
    if (property === undefined && requiredOf(b).includes(name)) return isClosed(a);
    if (other === undefined && requiredOf(a).includes(name)) return isClosed(b);
    return (
      property !== undefined &&
      other !== undefined &&
      areDisjoint(property as JsonSchema, other as JsonSchema, definitions, depth + 1)
    );
  });
}

/** Whether an object may have no other properties than those that it lists. */
function isClosed(schema: JsonObject): boolean {
  return own(schema, "additionalProperties") === false && own(schema, "patternProperties") === undefined;
}
