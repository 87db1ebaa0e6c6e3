/** Values that came as JSON inside a string, where the schema asks for something else than a string. */
import {
  isJsonArray,
  isJsonObject,
  pointerTokens,
  valueAt,
} from "../json-place.js";
import {
  exactNumber,
  exceedsDouble,
  isNumber,
} from "../request/exact-number.js";
import type { OutputUnit, Schema } from "@cfworker/json-schema";
import type { JsonObject, JsonValue } from "../model.js";
import { keywordAt } from "./place.js";
import type { SchemaLookup } from "./schema.js";
import { readJson } from "../response/json.js";

/** A string that spells a value of the type that its place asks for. */
export interface Mend {
  /** JSON pointer into the arguments. */
  readonly location: string;
  /** What it spells. */
  readonly value: JsonValue;
  /** What hooks get: the text itself where a number of JavaScript cannot hold all its digits. */
  readonly given: JsonValue;
  /** What is sent: the number with all its digits. */
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
    const token = text.trim();
    return exceedsDouble(token)
      ? [{ location, value, given: text, sent: exactNumber(token) }]
      : [{ location, value, given: value, sent: value }];
  });
}

/** Whether some text among the values has more digits than a number of JavaScript, so that it may be meant as one. */
export function holdsLongNumber(value: JsonValue): boolean {
  if (typeof value === "string")
    return value.length < 1_000 && exceedsDouble(value.trim());
  if (isJsonArray(value)) return value.some(holdsLongNumber);
  return isJsonObject(value) && Object.values(value).some(holdsLongNumber);
}

/** A copy of the arguments with the mends made: with what they spell, with what hooks get, or with what is sent. */
export function applyMends(
  args: JsonObject,
  mends: readonly Mend[],
  which: "value" | "given" | "sent",
): JsonObject {
  const root: Replacement = { below: new Map() };
  for (const mend of mends) {
    let at = root;
    for (const token of pointerTokens(mend.location)) {
      const next = at.below.get(token) ?? { below: new Map() };
      at.below.set(token, next);
      at = next;
    }
    at.value = mend[which];
  }
  const mended = replaced(args, root);
  return isJsonObject(mended) ? mended : args;
}

/** What takes the place of a value, or of values within it. */
interface Replacement {
  value?: JsonValue;
  readonly below: Map<string, Replacement>;
}

function replaced(
  value: JsonValue,
  { value: other, below }: Replacement,
): JsonValue {
  if (other !== undefined) return other;
  const inner = (item: JsonValue, key: string): JsonValue => {
    const replacement = below.get(key);
    return replacement === undefined ? item : replaced(item, replacement);
  };
  if (isJsonArray(value))
    return value.map((item, index) => inner(item, String(index)));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inner(item, key)]),
  );
}

function spelledValue(
  text: string,
  types: ReadonlySet<string>,
): JsonValue | undefined {
  if (isNumber(text.trim()))
    return types.has("number") || types.has("integer")
      ? Number(text)
      : undefined;
  // Long numbers within it stay text, which the next round finds.
  const value = readJson(text)?.value;
  if (isJsonArray(value)) return types.has("array") ? value : undefined;
  if (isJsonObject(value)) return types.has("object") ? value : undefined;
  switch (typeof value) {
    case "boolean":
      return types.has("boolean") ? value : undefined;
    default:
      return undefined;
  }
}
