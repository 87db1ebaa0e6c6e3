/** What a description adds to a listed schema, because no keyword of the portable profile says it. */
import { type Json, type JsonObject, isObject, own, ownString } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import { plainText } from "../../base/plain-text.ts";
import { shorten, someOf } from "./condense.ts";
import { unlistedNote } from "./describe.ts";
import { listedPattern, patternText, patternWords, withoutGroupNames } from "../listed/listed-pattern.ts";
import { mergeAllOf, patternsOf } from "../listed/merge.ts";
import type { JsonSchema, Loss } from "../model.ts";
import { portableFormats, silentFormats } from "../listed/portable-keywords.ts";
import { enumOf, requiredOf, unlistedOf } from "../listed/schema-facts.ts";

/**
 * Sentences about a schema of one type, or of none.
 *
 * @returns `losses` relative to the schema
 */
export function notesOf(
  schema: JsonObject,
  type: string | undefined,
  definitions: ReadonlyMap<string, JsonSchema>,
): { readonly notes: string[]; readonly losses: readonly Loss[] } {
  const notes: string[] = [];
  const losses: Loss[] = [];
  const format = ownString(schema, "format") ?? "";
  const mayBeText = type === "string" || type === undefined;
  if (format !== "" && mayBeText && !portableFormats.has(format) && !silentFormats.has(format)) {
    notes.push(`Format: ${shorten(plainText(format), 60)}.`);
    losses.push({ kind: "format", pointer: "/format", text: "the format is named in the description only" });
  }
  const patterns = mayBeText && enumOf(schema) === undefined ? unlistedPatterns(schema) : [];
  if (patterns.length > 0) {
    notes.push(`${patternWords} ${patterns.map(patternText).join(" and ")}.`);
    losses.push({ kind: "pattern", pointer: "/pattern", text: "a pattern is named in the description only" });
  }
  const encoding = ownString(schema, "contentEncoding");
  if (encoding !== undefined) notes.push(`Encoded as ${shorten(plainText(encoding), 40)}.`);
  if (own(schema, "deprecated") === true) notes.push("Deprecated.");
  const unlisted = type === "object" ? unlistedOf(schema) : [];
  if (unlisted.length > 0) {
    notes.push(unlistedNote(unlisted, requiredOf(schema)));
    losses.push({
      kind: "properties",
      pointer: "/properties",
      text: "some properties are named in the description only",
    });
  }
  const names = type === "object" ? nameNote(schema, definitions) : undefined;
  if (names !== undefined) notes.push(names);
  return { notes, losses };
}

/** Which names the properties of an object may have, where not any. */
function nameNote(schema: JsonObject, definitions: ReadonlyMap<string, JsonSchema>): string | undefined {
  const patterns = own(schema, "patternProperties");
  const isClosed = own(schema, "additionalProperties") === false;
  if (isObject(patterns) && isClosed)
    return `${own(schema, "properties") === undefined ? "Names" : "Further names"} match ${Object.keys(patterns).map(patternText).join(" or ")}.`;
  const given = own(schema, "propertyNames");
  const rule = isObject(given) ? mergeAllOf(given, definitions) : {};
  const values = enumOf(rule)?.map(String);
  if (values !== undefined) return `Names: ${someOf(values.map(visible), 300)}.`;
  const pattern = ownString(rule, "pattern");
  return pattern === undefined ? undefined : `Names match ${patternText(pattern)}.`;
}

/** The patterns of a text that its listed schema does not have. */
function unlistedPatterns(schema: JsonObject): readonly string[] {
  const patterns = patternsOf(schema);
  const listed = listedPattern(schema);
  return patterns.filter((pattern) => withoutGroupNames(pattern) !== listed);
}

/** Some values that a place takes among others. */
export function exampleNote(values: readonly Json[]): string | undefined {
  if (values.length === 0) return undefined;
  return `Such as ${someOf(
    values.map((value) => visible(JSON.stringify(value))),
    150,
  )}.`;
}
