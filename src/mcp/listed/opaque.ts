import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { plainText } from "../../base/plain-text.ts";
import { condense, someOf } from "../text/condense.ts";
import { joinSentences } from "../text/sentence.ts";

/**
 * A schema that is not written out: its type, and in words what it is and which properties it has.
 *
 * @param schema with its `allOf` merged
 * @param given description of the place that it stands in
 */
export function opaqueSchema(schema: SchemaNode, given: string | undefined): JsonObject {
  const { propertyNames: keys, types, union } = schema;
  const description = given ?? schema.description;
  const about = joinSentences([
    condense(plainText(description ?? ""), 120, {}, 240),
    keys.length === 0 ? undefined : `Properties: ${someOf(keys, 220)}.`,
  ]);
  const isUntyped = types.length === 0 && union !== undefined;
  const type = isUntyped ? undefined : (types.find((candidate) => candidate !== "null") ?? "object");
  return {
    ...defined({ type }),
    ...(about === "" ? {} : { description: about }),
    ...(type === "array" ? { items: {} } : {}),
  };
}
