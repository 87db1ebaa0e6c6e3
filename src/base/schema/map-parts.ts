import { type Json, fromEntries, isArray, isObject, own } from "../json.ts";
import type { SchemaNode } from "./node.ts";

const keywordsOfParts = new Set(["properties", "items", "additionalProperties", "anyOf"]);

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
  const { keywords, schemas } = schema;
  const names = Object.keys(keywords);
  // Most schemas have no parts.
  if (!names.some((keyword) => keywordsOfParts.has(keyword))) return schema;
  const changedPart = (given: Json, keyword: string, name?: string): Json =>
    isObject(given) ? change(schemas.of(given), keyword, name).json : given;
  const changed: Record<string, Json> = {};
  for (const keyword of names) {
    const value = keywords[keyword] ?? null;
    const written = changedValue(value, keyword, changedPart);
    if (written !== value) changed[keyword] = written;
  }
  return schema.with(changed);
}

/** The value of a keyword with the schemas in it changed; itself where none is. */
function changedValue(
  value: Json,
  keyword: string,
  changedPart: (part: Json, keyword: string, name?: string) => Json,
): Json {
  switch (keyword) {
    case "items":
    case "additionalProperties":
      return changedPart(value, keyword);
    case "anyOf": {
      if (!isArray(value)) return value;
      const parts = value.map((part) => changedPart(part, keyword));
      return parts.every((part, index) => part === value[index]) ? value : parts;
    }
    case "properties": {
      if (!isObject(value)) return value;
      const names = Object.keys(value);
      const parts = names.map((name) => changedPart(own(value, name) ?? {}, keyword, name));
      return parts.every((part, index) => part === own(value, names[index] ?? ""))
        ? value
        : fromEntries(names.map((name, index) => [name, parts[index] ?? {}]));
    }
    default:
      return value;
  }
}
