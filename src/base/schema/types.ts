/** The types of JSON (JSON Schema 2020-12 §4.2.1), and what says of a value which it has. */
import { type Json, type JsonObject, isArray } from "../json.ts";

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

export function isJsonType(value: unknown): value is JsonType {
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
