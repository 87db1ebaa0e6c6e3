/** Values that came as JSON inside a string, where the schema asks for something else than a string. */
import {
  isJsonArray,
  isJsonObject,
  pointerTokens,
  valueAt,
} from "../json-place.js";
import type { OutputUnit, Schema } from "@cfworker/json-schema";
import type { JsonObject, JsonValue } from "../model.js";
import { keywordAt } from "./place.js";
import type { SchemaLookup } from "./schema.js";

/** A string that spells a value of the type that its place asks for. */
export interface Mend {
  /** JSON pointer into the arguments. */
  readonly location: string;
  /** What it spells. */
  readonly value: JsonValue;
  /** What is sent: the text itself where a number of JavaScript cannot hold all its digits. */
  readonly sent: JsonValue;
}

/** What can be mended at the places where validation found wrong types. */
export function findMends(
  args: JsonObject,
  faults: readonly OutputUnit[],
  schema: Schema | boolean,
  lookup: SchemaLookup,
): readonly Mend[] {
  const wanted = new Map<string, Set<string>>();
  for (const { keyword, keywordLocation, instanceLocation } of faults) {
    if (keyword !== "type") continue;
    const types = keywordAt(schema, keywordLocation, lookup);
    const known = wanted.get(instanceLocation) ?? new Set<string>();
    for (const type of isJsonArray(types) ? types : [types])
      known.add(String(type));
    wanted.set(instanceLocation, known);
  }
  return [...wanted].flatMap(([location, types]) => {
    const text = valueAt(args, location);
    if (typeof text !== "string") return [];
    const value = spelledValue(text, types);
    if (value === undefined) return [];
    const inexact = Number.isInteger(value) && !Number.isSafeInteger(value);
    return [{ location, value, sent: inexact ? text : value }];
  });
}

/** A copy of the arguments with the mends made: with what they spell, or with what is sent. */
export function applyMends(
  args: JsonObject,
  mends: readonly Mend[],
  which: "value" | "sent",
): JsonObject {
  return mends.reduce<JsonObject>((mended, mend) => {
    const next = replaceAt(mended, pointerTokens(mend.location), mend[which]);
    return isJsonObject(next) ? next : mended;
  }, args);
}

function spelledValue(
  text: string,
  types: ReadonlySet<string>,
): JsonValue | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (isJsonArray(value)) return types.has("array") ? value : undefined;
  if (isJsonObject(value)) return types.has("object") ? value : undefined;
  switch (typeof value) {
    case "boolean":
      return types.has("boolean") ? value : undefined;
    case "number":
      return types.has("number") || types.has("integer") ? value : undefined;
    default:
      return undefined;
  }
}

function replaceAt(
  value: JsonValue,
  tokens: readonly string[],
  replacement: JsonValue,
): JsonValue {
  const [token, ...rest] = tokens;
  if (token === undefined) return replacement;
  if (isJsonArray(value))
    return value.map((item, index) =>
      String(index) === token ? replaceAt(item, rest, replacement) : item,
    );
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === token ? replaceAt(item, rest, replacement) : item,
    ]),
  );
}
