/** Places that take any value, with types: there are converters that refuse a schema without one, and all tools with it. */
import type { JsonObject } from "../../base/json.ts";
import { mapParts } from "../../base/schema/map-parts.ts";
import type { SchemaNode } from "../../base/schema/node.ts";

const single: readonly JsonObject[] = ["string", "number", "boolean", "object"].map((type) => ({ type }));
const anyValue: readonly JsonObject[] = [...single, { type: "array", items: { anyOf: single } }];

/** A listed schema in which every place has a type, values or alternatives. */
export function withTypes(schema: SchemaNode): SchemaNode {
  const typed = mapParts(schema, withTypes);
  return typed.says("type", "anyOf", "enum") ? typed : typed.with({ anyOf: anyValue });
}
