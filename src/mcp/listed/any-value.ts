/** Places that take any value, with types: there are converters that refuse a schema without one, and all tools with it. */
import { type Json, type JsonObject, fromEntries, isArray, isObject, own } from "../../base/json.ts";

const single: readonly JsonObject[] = ["string", "number", "boolean", "object"].map((type) => ({ type }));
const anyValue: readonly JsonObject[] = [...single, { type: "array", items: { anyOf: single } }];

/** A listed schema in which every place has a type, values or alternatives. */
export function withTypes(schema: JsonObject): JsonObject {
  const entries = Object.keys(schema).map((key): [string, Json] => [key, partsOf(key, own(schema, key) ?? null)]);
  const isTyped = ["type", "anyOf", "enum"].some((keyword) => own(schema, keyword) !== undefined);
  return fromEntries(isTyped ? entries : [...entries, ["anyOf", anyValue]]);
}

function partsOf(key: string, value: Json): Json {
  if (key === "properties" && isObject(value))
    return fromEntries(Object.keys(value).map((name) => [name, typed(own(value, name) ?? {})]));
  if (key === "items" || key === "additionalProperties") return typed(value);
  return key === "anyOf" && isArray(value) ? value.map(typed) : value;
}

function typed(value: Json): Json {
  return isObject(value) ? withTypes(value) : value;
}
