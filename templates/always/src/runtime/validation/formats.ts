/** Formats that no validator of JSON Schema knows, as keywords: a tool lists these, and its server checks them. */
import type { JsonObject } from "../data/model.js";
import { isJsonArray, ownValue } from "../data/json-place.js";

/** OpenAPI Format Registry; RFC 4648 §4; RFC 3986 §4.1, its characters and one fragment. */
const patterns: ReadonlyMap<unknown, string> = new Map([
  ["byte", "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"],
  ["url", "^https?://[!-~]+$"],
  [
    "uri-reference",
    "^([!$&-;=?-\\[\\]_a-z~]|%[0-9A-Fa-f]{2})*(#([!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*)?$",
  ],
]);
const int32 = 2_147_483_648;

/** What the format of a schema with a type stands for; what the schema says itself goes before. */
export function formatKeywords(schema: JsonObject): JsonObject {
  const type = ownValue(schema, "type");
  const is = (name: string): boolean =>
    isJsonArray(type) ? type.includes(name) : type === name;
  const says = (...keywords: readonly string[]): boolean =>
    keywords.some((keyword) => ownValue(schema, keyword) !== undefined);
  const format = ownValue(schema, "format");
  const pattern = patterns.get(format);
  if (pattern !== undefined)
    return is("string") && !says("pattern", "enum", "const") ? { pattern } : {};
  if (format !== "int32" || !is("integer") || says("enum", "const")) return {};
  return {
    ...(says("minimum", "exclusiveMinimum") ? {} : { minimum: -int32 }),
    ...(says("maximum", "exclusiveMaximum") ? {} : { maximum: int32 - 1 }),
  };
}
