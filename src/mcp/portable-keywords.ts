/** What the portable profile takes over from a schema, and what it drops. */
import { type Json, type JsonObject, own, ownString } from "../json.ts";

/** Formats that clients know or leave alone (JSON Schema Validation 2020-12 §7.3). */
export const portableFormats = new Set("date-time date time duration email uri uuid ipv4 ipv6 hostname".split(" "));
/** Formats that a type says already, or that say nothing to a caller. */
export const silentFormats = new Set(
  "int32 int64 float double decimal string password binary number integer".split(" "),
);
/** Keywords that the profile drops although they forbid something. */
export const droppedKeywords = new Set([
  "patternProperties",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedProperties",
  "unevaluatedItems",
  "contains",
  "minContains",
  "maxContains",
  "not",
  "if",
  "then",
  "else",
]);
/** Keywords that go on as they are, with the types that they belong to. */
export const plainKeywords: ReadonlyMap<string, readonly string[]> = new Map([
  ["minLength", ["string"]],
  ["maxLength", ["string"]],
  ["pattern", ["string"]],
  ["minimum", ["number", "integer"]],
  ["maximum", ["number", "integer"]],
  ["multipleOf", ["number", "integer"]],
  ["minItems", ["array"]],
  ["maxItems", ["array"]],
  ["uniqueItems", ["array"]],
  ["minProperties", ["object"]],
  ["maxProperties", ["object"]],
]);

/** Names that every client takes for a property. */
export const portableName = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Formats that clients may not know, as patterns (OpenAPI Format Registry; RFC 4648 §4; RFC 3986 §4.1). */
const patterns: ReadonlyMap<string, string> = new Map([
  ["byte", "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"],
  ["url", "^https?://[!-~]+$"],
  ["uri-reference", "^([A-Za-z][A-Za-z0-9+.-]*:)?([!$&-9;=?-Z_a-z~]|%[0-9A-Fa-f]{2})*$"],
]);
const int32 = 2_147_483_648;

/** A format that the profile does not have, as keywords that it has; what the schema says itself goes before. */
export function plainFormat(format: string | undefined, type: string | undefined, schema: JsonObject): JsonObject {
  if (type === "string") {
    const pattern = patterns.get(format ?? "");
    if (pattern === undefined || own(schema, "pattern") !== undefined || own(schema, "enum") !== undefined) return {};
    return format === "url" ? { format: "uri", pattern } : { pattern };
  }
  if (type !== "integer" || format !== "int32") return {};
  const isBounded = (keyword: string, exclusive: string): boolean =>
    own(schema, keyword) !== undefined || own(schema, exclusive) !== undefined || own(schema, "enum") !== undefined;
  return {
    ...(isBounded("minimum", "exclusiveMinimum") ? {} : { minimum: -int32 }),
    ...(isBounded("maximum", "exclusiveMaximum") ? {} : { maximum: int32 - 1 }),
  };
}

/** What is said of such integers: see `mayExceedDouble`. */
export const longNumberNote = "Beyond 2^53 as text.";

/** Whether an integer may have more digits than a double: callers whose numbers are doubles give it as text. */
export function mayExceedDouble(schema: JsonObject, type: string | undefined): boolean {
  if (type !== "integer" || ownString(schema, "format") !== "int64" || own(schema, "enum") !== undefined) return false;
  const maximum = own(schema, "maximum") ?? own(schema, "exclusiveMaximum");
  return !(typeof maximum === "number" && maximum <= Number.MAX_SAFE_INTEGER);
}

/** An exclusive bound as the nearest inclusive one, unless `entries` have one. */
export function exclusiveBounds(
  schema: JsonObject,
  type: string | undefined,
  entries: readonly (readonly [string, Json])[],
): [string, Json][] {
  const step = type === "integer" ? 1 : 1e-6;
  const bounds = [
    ["exclusiveMinimum", "minimum", 1],
    ["exclusiveMaximum", "maximum", -1],
  ] as const;
  return bounds.flatMap(([exclusive, inclusive, direction]): [string, Json][] => {
    const bound = own(schema, exclusive);
    if (typeof bound !== "number" || entries.some(([key]) => key === inclusive)) return [];
    const nearest =
      type === "integer"
        ? direction === 1
          ? Math.floor(bound) + 1
          : Math.ceil(bound) - 1
        : Number((bound + direction * Math.max(step, Math.abs(bound) * step)).toPrecision(12));
    return [[inclusive, nearest]];
  });
}

/** About how many characters of JSON a schema takes, without those that lie below it: each level counts its own. */
export function weightOf(written: JsonObject): number {
  return Object.keys(written).reduce((sum, key) => {
    const value = written[key];
    const size = typeof value === "string" ? value.length : key === "enum" ? JSON.stringify(value).length : 8;
    return sum + key.length + 4 + size;
  }, 0);
}
