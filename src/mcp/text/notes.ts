/** What a description adds to a listed schema, because no keyword of the portable profile says it. */
import type { Json } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { type JsonType, textFormats } from "../../base/schema/types.ts";
import { visible } from "../../base/visible.ts";
import { plainText } from "../../base/plain-text.ts";
import { shorten, someOf } from "./condense.ts";
import { unlistedNote } from "./describe.ts";
import { listedPattern, patternText, patternWords, withoutGroupNames } from "../listed/listed-pattern.ts";
import type { Loss } from "../model.ts";
import { silentFormats } from "../listed/portable-keywords.ts";
import { unlistedOf } from "../listed/schema-facts.ts";

/**
 * Sentences about a schema of one type, or of none.
 *
 * @returns `losses` relative to the schema
 */
export function notesOf(
  schema: SchemaNode,
  type: JsonType | undefined,
): { readonly notes: string[]; readonly losses: readonly Loss[] } {
  const notes: string[] = [];
  const losses: Loss[] = [];
  const { format = "", contentEncoding: encoding } = schema;
  const mayBeText = type === "string" || type === undefined;
  if (format !== "" && mayBeText && !textFormats.has(format) && !silentFormats.has(format)) {
    notes.push(`Format: ${shorten(plainText(format), 60)}.`);
    losses.push({ kind: "format", pointer: "/format", text: "the format is named in the description only" });
  }
  const patterns = mayBeText && schema.values === undefined ? unlistedPatterns(schema) : [];
  if (patterns.length > 0) {
    notes.push(`${patternWords} ${patterns.map(patternText).join(" and ")}.`);
    losses.push({ kind: "pattern", pointer: "/pattern", text: "a pattern is named in the description only" });
  }
  if (encoding !== undefined) notes.push(`Encoded as ${shorten(plainText(encoding), 40)}.`);
  if (schema.deprecated) notes.push("Deprecated.");
  const unlisted = type === "object" ? unlistedOf(schema) : [];
  if (unlisted.length > 0) {
    notes.push(unlistedNote(unlisted, schema.required));
    losses.push({
      kind: "properties",
      pointer: "/properties",
      text: "some properties are named in the description only",
    });
  }
  const names = type === "object" ? nameNote(schema) : undefined;
  if (names !== undefined) notes.push(names);
  return { notes, losses };
}

/** Which names the properties of an object may have, where not any. */
function nameNote(schema: SchemaNode): string | undefined {
  if (schema.isClosed && schema.says("patternProperties")) {
    const patterns = schema.patternProperties.map(([pattern]) => patternText(pattern));
    return `${schema.hasProperties ? "Further names" : "Names"} match ${patterns.join(" or ")}.`;
  }
  const { values, pattern } = schema.namesOfProperties?.whole ?? schema.schemas.anything;
  if (values !== undefined)
    return `Names: ${someOf(
      values.map((value) => visible(String(value))),
      300,
    )}.`;
  return pattern === undefined ? undefined : `Names match ${patternText(pattern)}.`;
}

/** The patterns of a text that its listed schema does not have. */
function unlistedPatterns(schema: SchemaNode): readonly string[] {
  const listed = listedPattern(schema);
  return schema.patterns.filter((pattern) => withoutGroupNames(pattern) !== listed);
}

/** Some values that a place takes among others. */
export function exampleNote(values: readonly Json[]): string | undefined {
  if (values.length === 0) return undefined;
  return `Such as ${someOf(
    values.map((value) => visible(JSON.stringify(value))),
    150,
  )}.`;
}
