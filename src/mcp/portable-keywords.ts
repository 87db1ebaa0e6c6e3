/** What the portable profile takes over from a schema, and what it drops. */

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
