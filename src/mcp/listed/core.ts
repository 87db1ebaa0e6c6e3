/** What a value cannot do without where its schema is not written out: so that nobody has to guess that. */
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, fromEntries, isArray, isObject, own, ownString } from "../../base/json.ts";
import { patternWords } from "./listed-pattern.ts";
import { mergeAllOf } from "./merge.ts";
import type { JsonSchema } from "../model.ts";
import { isListedName } from "./portable-keywords.ts";
import { isNested, requiredOf, typesOf, without } from "./schema-facts.ts";
import { distinct, mergedEnum } from "./variants.ts";

/** Levels of what is required. */
const deepest = 3;

/**
 * The keywords of a portable schema for what is required of an object, for the items of a list, and for the
 * alternatives that need no further level; none where nothing of the kind is asked for.
 *
 * @param schema with its `allOf` merged
 * @param write writes a schema that does not nest
 */
export function coreOf(
  schema: JsonObject,
  definitions: ReadonlyMap<string, JsonSchema>,
  write: (schema: JsonObject) => JsonObject,
  level = 0,
): JsonObject {
  if (level >= deepest) return {};
  const part = (value: Json | undefined): JsonObject => {
    const merged = isObject(value) ? mergeAllOf(value, definitions) : {};
    if (!isNested(merged, definitions)) return ruled(write(without(merged, ["description", "title"])));
    const type = typesOf(merged).find((candidate) => candidate !== "null");
    return { ...defined({ type }), ...coreOf(merged, definitions, write, level + 1) };
  };
  const union = own(schema, "anyOf") ?? own(schema, "oneOf");
  const types = typesOf(schema);
  if (isArray(union) && types.length === 0) {
    const simple = union.filter((entry) => !isNested(entry as JsonSchema, definitions)).map(part);
    const [only] = simple;
    if (only === undefined) return {};
    return mergedEnum(simple) ?? (simple.length === 1 ? only : { anyOf: distinct(simple) });
  }
  if (types.includes("array"))
    return { ...counts(schema, ["minItems", "maxItems"]), items: part(own(schema, "items")) };
  const required = requiredOf(schema).filter((name) => isListedName(name, true));
  if (!types.includes("object")) return {};
  const least = counts(schema, ["minProperties", "maxProperties"]);
  if (required.length === 0) return least;
  const properties = required.map((name): [string, Json] => [name, part(own(own(schema, "properties"), name))]);
  return { properties: fromEntries(properties), required, ...least };
}

/** Without words, but for those that no keyword says. */
function ruled(written: JsonObject): JsonObject {
  return ownString(written, "description")?.includes(patternWords) === true
    ? written
    : without(written, ["description"]);
}

function counts(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return fromEntries(
    keywords.flatMap((keyword): [string, Json][] => {
      const count = own(schema, keyword);
      return typeof count === "number" && count > 0 ? [[keyword, count]] : [];
    }),
  );
}
