/** What a schema says, read without a validator: its types, values, properties and whether it nests. */
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../../base/json.ts";
import { isFolded } from "./merge.ts";
import type { JsonSchema } from "../model.ts";
import { isListedName, portableFormats } from "./portable-keywords.ts";

/** The types that a schema allows, inferred from its other keywords where it names none. Empty: any. */
export function typesOf(schema: JsonObject): readonly string[] {
  const type = own(schema, "type");
  if (typeof type === "string") return [type];
  if (isArray(type)) return type.filter((entry): entry is string => typeof entry === "string");
  if (own(schema, "properties") !== undefined || isObject(own(schema, "additionalProperties"))) return ["object"];
  // Who requires a property means an object.
  if (requiredOf(schema).length > 0) return ["object"];
  if (own(schema, "items") !== undefined || own(schema, "prefixItems") !== undefined) return ["array"];
  const values =
    own(schema, "enum") ?? (own(schema, "const") === undefined ? undefined : [own(schema, "const") ?? null]);
  if (isArray(values)) return [...new Set(values.map(typeOf))];
  if (["minLength", "maxLength", "pattern"].some((keyword) => own(schema, keyword) !== undefined)) return ["string"];
  const format = ownString(schema, "format");
  return format !== undefined && portableFormats.has(format) ? ["string"] : [];
}

export function typeOf(value: Json): string {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** The part of a schema of several types that concerns one of them. */
export function restrict(schema: JsonObject, type: string): JsonObject {
  const values = enumOf(schema);
  const fitting = values?.filter((value) => typeOf(value) === type || (type === "number" && typeof value === "number"));
  const entries = Object.keys(schema)
    .filter((key) => !["type", "description", "title", "default", "enum", "const"].includes(key))
    .map((key): [string, Json] => [key, own(schema, key) ?? null]);
  if (type === "null") return {};
  return Object.fromEntries([
    ...entries,
    ...(fitting === undefined || fitting.length === 0 ? [] : [["enum", fitting] as const]),
  ]);
}

export function requiredOf(schema: JsonObject): readonly string[] {
  const required = own(schema, "required");
  return isArray(required) ? required.filter((name): name is string => typeof name === "string") : [];
}

/** Properties that are required and described nowhere: any value will do. */
export function undescribedOf(schema: JsonObject): readonly string[] {
  const properties = own(schema, "properties");
  return requiredOf(schema).filter((name) => own(properties, name) === undefined && isListedName(name, true));
}

/** Properties of an object that a client cannot be shown as such, by their names. */
export function unlistedOf(schema: JsonObject): readonly string[] {
  const properties = own(schema, "properties");
  const names = isObject(properties) ? Object.keys(properties) : [];
  const allowed = names.filter((name) => own(properties, name) !== false);
  const required = new Set(requiredOf(schema));
  return [...new Set([...allowed, ...required])].filter((name) => !isListedName(name, required.has(name)));
}

export function without(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.keys(schema)
      .filter((key) => !keywords.includes(key))
      .map((key) => [key, own(schema, key) ?? null]),
  );
}

export function enumOf(schema: JsonObject): readonly Json[] | undefined {
  const constant = own(schema, "const");
  if (constant !== undefined) return [constant];
  const values = own(schema, "enum");
  return isArray(values) && values.length > 0 ? values : undefined;
}

export function defaultOf(schema: JsonObject): JsonObject {
  const value = own(schema, "default");
  // A default that is long, or a whole structure, costs more than it tells.
  return value === undefined || value === null || JSON.stringify(value).length > 200 ? {} : { default: value };
}

/** Whether writing a schema out means going deeper. */
export function isNested(schema: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): boolean {
  if (!isObject(schema)) return false;
  const reference = ownString(schema, "$ref");
  const target = reference === undefined ? schema : definitions.get(reference.slice("#/$defs/".length));
  return (
    isObject(target) &&
    ["properties", "items", "prefixItems", "allOf", "anyOf", "oneOf", "additionalProperties", "$ref"].some((key) => {
      const value = own(target, key);
      if (key === "allOf" && isArray(value)) return !isFolded(target);
      return isObject(value) || isArray(value) || (key === "$ref" && value !== undefined);
    })
  );
}

/** Whether a schema's description ends by saying that it is read-only, where `readOnly` is not used (§4.8.24.5). */
export function isSetByServer(schema: JsonSchema): boolean {
  const description = ownString(schema, "description");
  return description !== undefined && /(?:^|[.!]\s+)read-?only\b\s*(?:[.!]|$)/i.test(description);
}

/** What an object's further properties are: where only names of some patterns are allowed, what these have. */
export function additionalOf(schema: JsonObject): Json | undefined {
  const [additional, patterns] = [own(schema, "additionalProperties"), own(schema, "patternProperties")];
  if (additional !== false || !isObject(patterns)) return additional;
  const [only, ...others] = Object.values(patterns);
  return others.length === 0 ? only : { anyOf: [only ?? {}, ...others] };
}
