/** What a value cannot do without where its schema is not written out: so that nobody has to guess that. */
import { defined } from "../../base/defined.ts";
import { type Json, type JsonObject, fromEntries } from "../../base/json.ts";
import { type Bound, type SchemaNode, standalone } from "../../base/schema/node.ts";
import { patternWords } from "./listed-pattern.ts";
import { isListedName } from "./portable-keywords.ts";
import { without } from "./schema-facts.ts";
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
export function coreOf(schema: SchemaNode, write: (schema: SchemaNode) => JsonObject, level = 0): JsonObject {
  if (level >= deepest) return {};
  const part = (given = schema.schemas.anything): JsonObject => {
    const { whole } = given;
    if (!whole.isNested) return ruled(write(whole.without("description", "title")));
    const type = whole.types.find((candidate) => candidate !== "null");
    return { ...defined({ type }), ...coreOf(whole, write, level + 1) };
  };
  const { union, types } = schema;
  if (union !== undefined && types.length === 0) {
    const simple = union.alternatives.filter((entry) => !entry.isNested).map((entry) => part(entry));
    const [only] = simple;
    if (only === undefined) return {};
    return mergedEnum(simple) ?? (simple.length === 1 ? only : { anyOf: distinct(simple) });
  }
  if (types.includes("array")) return { ...counts(schema, ["minItems", "maxItems"]), items: part(schema.items) };
  const required = schema.required.filter((name) => isListedName(name, true));
  if (!types.includes("object")) return {};
  const least = counts(schema, ["minProperties", "maxProperties"]);
  if (required.length === 0) return least;
  const properties = required.map((name): [string, Json] => [name, part(schema.property(name))]);
  return { properties: fromEntries(properties), required, ...least };
}

/** Without words, but for those that no keyword says. */
function ruled(written: JsonObject): JsonObject {
  const { description } = standalone.of(written);
  return description?.includes(patternWords) === true ? written : without(written, ["description"]);
}

function counts(schema: SchemaNode, keywords: readonly Bound[]): JsonObject {
  return fromEntries(
    keywords.flatMap((keyword): [string, Json][] => {
      const count = schema.bound(keyword) ?? 0;
      return count > 0 ? [[keyword, count]] : [];
    }),
  );
}
