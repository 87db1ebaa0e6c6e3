/** What the portable form of a schema says besides what lies below it: type, words, values and bounds. */
import { formatKeywords } from "../../../templates/always/src/runtime/validation/formats.ts";
import { type Json, pointerTo } from "../../base/json.ts";
import type { SchemaNode } from "../../base/schema/node.ts";
import { type JsonType, textFormats } from "../../base/schema/types.ts";
import { listedPattern } from "./listed-pattern.ts";
import { listedValues } from "./listed-values.ts";
import type { Loss } from "../model.ts";
import { notesOf } from "../text/notes.ts";
import { exclusiveBounds, plainKeywords } from "./portable-keywords.ts";
import { withNotes } from "../text/sentence.ts";

export interface PlainEntries {
  /** Keywords with their values, in the order in which they are written. */
  readonly entries: [string, Json][];
  /** The description among them. */
  readonly text: string;
  readonly values: readonly Json[] | undefined;
  /** Relative to the schema. */
  readonly losses: readonly Loss[];
}

/**
 * @param type the only one that the schema has; `undefined` for any
 * @param description as it is listed
 */
export function plainEntries(
  schema: SchemaNode,
  type: JsonType | undefined,
  description: string | undefined,
): PlainEntries {
  const entries: [string, Json][] = type === undefined ? [] : [["type", type]];
  const { values, empty } = listedValues(schema, type);
  const { notes, losses: noted } = notesOf(schema, type);
  const losses: Loss[] = [...noted];
  if (empty && values !== undefined) notes.push("May be empty.");
  const text = withNotes(description, notes);
  if (text !== "") entries.push(["description", text]);
  if (values !== undefined) entries.push(["enum", values]);
  // Providers refuse an empty text in a list of values.
  else if (empty) entries.push(["maxLength", 0]);
  const { format, keywords } = schema;
  if (format !== undefined && type === "string" && textFormats.has(format)) entries.push(["format", format]);
  else if (format !== undefined && type !== undefined) {
    if (format === "url" && type === "string") entries.push(["format", "uri"]);
    entries.push(...Object.entries(formatKeywords({ ...keywords, type })));
  }
  for (const keyword of Object.keys(keywords)) {
    const belongsTo = plainKeywords.get(keyword);
    const value = keywords[keyword];
    if (belongsTo === undefined || value === undefined || value === false) continue;
    if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      const told = "a bound that JSON numbers of JavaScript cannot have is left out";
      losses.push({ kind: "bound", pointer: pointerTo("", keyword), text: told });
      continue;
    }
    // What is listed value by value needs no other bound.
    if (values === undefined && !empty && (type === undefined || belongsTo.includes(type)))
      entries.push([keyword, value]);
  }
  const mayBeText = type === undefined || type === "string";
  const pattern = values === undefined && mayBeText ? listedPattern(schema) : undefined;
  if (pattern !== undefined) entries.push(["pattern", pattern]);
  entries.push(...exclusiveBounds(schema, type, entries));
  return { entries, text, values, losses };
}
