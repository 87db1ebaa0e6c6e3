import { type Json, fromEntries, isArray, isObject, own } from "../json.ts";
import type { SchemaNode } from "./node.ts";

/**
 * A schema with those of its properties, items and further properties and its alternatives changed, in the order in
 * which they stand; itself where none changes. Those that are `true` or `false` stay.
 *
 * @param change sees which keyword a schema stands in, and of a property its name
 */
export function mapParts(
  schema: SchemaNode,
  change: (part: SchemaNode, keyword: string, name?: string) => SchemaNode,
): SchemaNode {
  // Most schemas have no parts.
  if (!schema.says("properties", "items", "additionalProperties", "anyOf")) return schema;
  const changed = (given: Json, keyword: string, name?: string): Json =>
    isObject(given) ? change(schema.schemas.of(given), keyword, name).json : given;
  const keywords = Object.entries(schema.keywords).flatMap(([keyword, value]): readonly [string, Json][] => {
    if (keyword === "properties" && isObject(value)) {
      const entries = Object.keys(value).map((name): [string, Json] => [
        name,
        changed(own(value, name) ?? {}, keyword, name),
      ]);
      return entries.every(([name, part]) => part === own(value, name)) ? [] : [[keyword, fromEntries(entries)]];
    }
    if (keyword === "anyOf" && isArray(value)) {
      const parts = value.map((part) => changed(part, keyword));
      return parts.every((part, index) => part === value[index]) ? [] : [[keyword, parts]];
    }
    const part = keyword === "items" || keyword === "additionalProperties" ? changed(value, keyword) : value;
    return part === value ? [] : [[keyword, part]];
  });
  return schema.with(Object.fromEntries(keywords));
}
