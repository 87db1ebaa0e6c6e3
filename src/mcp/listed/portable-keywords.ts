/** What the portable profile takes over from a schema, and what it drops. */
import type { Json, JsonObject } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import type { JsonType } from "../../base/schema/types.ts";

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
/** Further names, such as `@odata.type`: providers look at the names at the root of a tool only. */
const nestedName = /^[\x20-\x7e\p{L}\p{N}]{1,64}$/u;

/** Whether a property below the root is listed under its name; others are named in words, but for what has to be sent. */
export function isListedName(name: string, required: boolean): boolean {
  // Readers that resolve references take a property of that name for one.
  return portableName.test(name) || (required && name !== "$ref" && nestedName.test(name));
}

/** An exclusive bound as the nearest inclusive one, unless `entries` have one. */
export function exclusiveBounds(
  schema: SchemaNode,
  type: JsonType | undefined,
  entries: readonly (readonly [string, Json])[],
): [string, Json][] {
  if (!schema.says("exclusiveMinimum", "exclusiveMaximum")) return [];
  const step = type === "integer" ? 1 : 1e-6;
  const bounds = [
    ["exclusiveMinimum", "minimum", 1],
    ["exclusiveMaximum", "maximum", -1],
  ] as const;
  return bounds.flatMap(([exclusive, inclusive, direction]): [string, Json][] => {
    const bound = schema.bound(exclusive);
    if (bound === undefined || entries.some(([key]) => key === inclusive)) return [];
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
    // Prose is not worth a level of what it describes.
    const size =
      typeof value === "string"
        ? Math.min(value.length, 100)
        : key === "enum"
          ? Math.min(JSON.stringify(value).length, 700)
          : 8;
    return sum + key.length + 4 + size;
  }, 0);
}
