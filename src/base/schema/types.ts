/** The types of JSON (JSON Schema 2020-12 §4.2.1), and what says of a value which it has. */
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../json.ts";

/** JSON Schema 2020-12. */
export type Schema = JsonObject | boolean;

export type JsonType = "string" | "number" | "integer" | "boolean" | "array" | "object" | "null";

const types: ReadonlySet<unknown> = new Set<JsonType>([
  "string",
  "number",
  "integer",
  "boolean",
  "array",
  "object",
  "null",
]);

function isJsonType(value: unknown): value is JsonType {
  return types.has(value);
}

/** Formats of texts (JSON Schema Validation 2020-12 §7.3) that readers know or leave alone. */
export const textFormats: ReadonlySet<string> = new Set(
  "date-time date time duration email uri uuid ipv4 ipv6 hostname".split(" "),
);

/** The type of a value; of a whole number, `integer`. */
export function typeOfValue(value: Json): JsonType {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "integer" : "number";
    case "string":
    case "boolean":
      return typeof value as "string" | "boolean";
    default:
      return "object";
  }
}

/** The types that a schema names. */
export function namedTypesOf(schema: Schema): readonly JsonType[] {
  const type = own(schema, "type");
  if (isArray(type)) return type.filter(isJsonType);
  return isJsonType(type) ? [type] : [];
}

/** The types that a schema allows, inferred from its other keywords where it names none. Empty: any. */
export function typesOf(schema: Schema): readonly JsonType[] {
  const says = (keyword: string): boolean => own(schema, keyword) !== undefined;
  if (says("type")) return namedTypesOf(schema);
  if (isObject(own(schema, "properties")) || isObject(own(schema, "additionalProperties"))) return ["object"];
  // Who requires a property means an object.
  const required = own(schema, "required");
  if (isArray(required) && required.some((name) => typeof name === "string")) return ["object"];
  if (says("items") || says("prefixItems")) return ["array"];
  const [values, constant] = [own(schema, "enum"), own(schema, "const")];
  if (isArray(values)) return [...new Set(values.map(typeOfValue))];
  if (constant !== undefined) return [typeOfValue(constant)];
  if (["minLength", "maxLength", "pattern"].some(says)) return ["string"];
  return textFormats.has(ownString(schema, "format") ?? "") ? ["string"] : [];
}
