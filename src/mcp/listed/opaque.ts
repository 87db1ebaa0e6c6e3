import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, isArray, isObject, own, ownString } from "../../base/json.ts";
import { plainText } from "../../base/plain-text.ts";
import { condense, someOf } from "../text/condense.ts";
import { joinSentences } from "../text/sentence.ts";
import { typesOf } from "./schema-facts.ts";

/**
 * A schema that is not written out: its type, and in words what it is and which properties it has.
 *
 * @param schema with its `allOf` merged
 * @param given description of the place that it stands in
 */
export function opaqueSchema(schema: JsonObject, given: Json | undefined): JsonObject {
  const properties = own(schema, "properties");
  const keys = isObject(properties) ? Object.keys(properties) : [];
  const description = typeof given === "string" ? given : ownString(schema, "description");
  const about = joinSentences([
    condense(plainText(description ?? ""), 120, {}, 240),
    keys.length === 0 ? undefined : `Properties: ${someOf(keys, 220)}.`,
  ]);
  const isUntyped = typesOf(schema).length === 0 && isArray(own(schema, "anyOf") ?? own(schema, "oneOf"));
  const type = isUntyped ? undefined : (typesOf(schema).find((candidate) => candidate !== "null") ?? "object");
  return {
    ...defined({ type }),
    ...(about === "" ? {} : { description: about }),
    ...(type === "array" ? { items: {} } : {}),
  };
}
