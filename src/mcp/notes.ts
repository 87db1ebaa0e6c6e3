/** What a description adds to a listed schema, because no keyword of the portable profile says it. */
import { type Json, type JsonObject, own, ownString } from "../json.ts";
import { visible } from "../visible.ts";
import { plainText } from "../plain-text.ts";
import { shorten, someOf } from "./condense.ts";
import { unlistedNote } from "./describe.ts";
import type { Loss } from "./model.ts";
import { portableFormats, silentFormats } from "./portable-keywords.ts";
import { requiredOf, unlistedOf } from "./schema-facts.ts";

/**
 * Sentences about a schema of one type, or of none.
 *
 * @returns `losses` relative to the schema
 */
export function notesOf(
  schema: JsonObject,
  type: string | undefined,
): { readonly notes: string[]; readonly losses: readonly Loss[] } {
  const notes: string[] = [];
  const losses: Loss[] = [];
  const format = ownString(schema, "format") ?? "";
  const mayBeText = type === "string" || type === undefined;
  if (format !== "" && mayBeText && !portableFormats.has(format) && !silentFormats.has(format)) {
    notes.push(`Format: ${shorten(plainText(format), 60)}.`);
    losses.push({ kind: "format", pointer: "/format", text: "the format is named in the description only" });
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
  return { notes, losses };
}

/** Some values that a place takes among others. */
export function exampleNote(values: readonly Json[]): string | undefined {
  if (values.length === 0) return undefined;
  return `Such as ${someOf(
    values.map((value) => visible(JSON.stringify(value))),
    150,
  )}.`;
}
