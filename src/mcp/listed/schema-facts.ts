/** What the portable profile asks of a schema besides what a schema says of itself. */
import type { Json, JsonObject } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { type JsonType, typeOfValue } from "../../base/schema/types.ts";
import { isListedName } from "./portable-keywords.ts";

/** The part of a schema of several types that concerns one of them. */
export function restrict(schema: SchemaNode, type: JsonType): SchemaNode {
  if (type === "null") return schema.schemas.anything;
  const fitting = schema.values?.filter(
    (value) => typeOfValue(value) === type || (type === "number" && typeof value === "number"),
  );
  const rest = schema.without("type", "description", "title", "default", "enum", "const");
  return fitting === undefined || fitting.length === 0 ? rest : rest.with({ enum: fitting });
}

/** Properties that are required and described nowhere: any value will do. */
export function undescribedOf(schema: SchemaNode): readonly string[] {
  return schema.required.filter((name) => schema.property(name) === undefined && isListedName(name, true));
}

/** Properties of an object that a client cannot be shown as such, by their names. */
export function unlistedOf(schema: SchemaNode): readonly string[] {
  const required = new Set(schema.required);
  return [...new Set([...schema.propertyNames, ...required])].filter(
    (name) =>
      !isListedName(name, required.has(name)) && (required.has(name) || schema.property(name)?.isNever === false),
  );
}

/** What further properties are: where only names of some patterns are allowed, what these have. */
export function furtherOf(schema: SchemaNode): SchemaNode | undefined {
  if (!schema.isClosed || !schema.says("patternProperties")) return schema.additionalProperties;
  const [only, ...others] = schema.patternProperties.map(([, { json }]) => json);
  return only === undefined ? undefined : schema.schemas.of(others.length === 0 ? only : { anyOf: [only, ...others] });
}

export function defaultOf({ default: value }: SchemaNode): { readonly default?: Exclude<Json, null> } {
  // A default that is long, or a whole structure, costs more than it tells.
  return value === undefined || value === null || JSON.stringify(value).length > 200 ? {} : { default: value };
}

/** Whether a schema's description ends by saying that it is read-only, where `readOnly` is not used (§4.8.24.5). */
export function isSetByServer({ description }: SchemaNode): boolean {
  return description !== undefined && /(?:^|[.!]\s+)read-?only\b\s*(?:[.!]|$)/i.test(description);
}

/** A listed schema without some of its keywords. */
export function without(listed: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(listed).filter(([keyword]) => !keywords.includes(keyword)));
}
