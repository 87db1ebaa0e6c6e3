import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../json.ts";
import { plainText } from "../plain-text.ts";
import { shorten } from "./condense.ts";
import { typesOf } from "./schema-facts.ts";

/**
 * A schema that is not written out: its type, and in words what it is and which properties it has.
 *
 * @param schema with its `allOf` merged
 * @param name of its definition, where it has one
 * @param given description of the place that it stands in
 */
export function opaqueSchema(schema: JsonObject, name: string | undefined, given: Json | undefined): JsonObject {
  const properties = own(schema, "properties");
  const keys = isObject(properties) ? Object.keys(properties) : [];
  const description = typeof given === "string" ? given : ownString(schema, "description");
  const about = [
    plainText(description ?? ""),
    name === undefined ? "" : `A ${name}.`,
    keys.length === 0 ? "" : `Properties: ${keys.join(", ")}.`,
  ].filter((text) => text !== "");
  const isUntyped = typesOf(schema).length === 0 && isArray(own(schema, "anyOf") ?? own(schema, "oneOf"));
  const type = isUntyped ? undefined : (typesOf(schema).find((candidate) => candidate !== "null") ?? "object");
  return {
    ...(type === undefined ? {} : { type }),
    ...(about.length === 0 ? {} : { description: shorten(about.join(" "), 240) }),
    ...(type === "array" ? { items: {} } : {}),
  };
}
