/** Values that are not what the schema asks for, and plainly stand for it: JSON inside a string, `"True"`, null for nothing. */
import type { OutputUnit, Schema } from "@cfworker/json-schema";
import {
  isJsonArray,
  isJsonObject,
  ownValue,
  pointerTokens,
  valueAt,
} from "../data/json-place.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../data/model.js";
import { exactNumber, exceedsDouble, isNumber } from "../request/argument.js";
import { readJson } from "../response/json.js";
import { escapedText } from "../text/visible.js";
import { keywordAt } from "./messages.js";
import type { SchemaLookup } from "./schema.js";

/** A value that stands for another one, of the type that its place asks for; `undefined` for one that stands for none. */
export interface Mend {
  /** JSON pointer into the arguments. */
  readonly location: string;
  /** What it stands for. */
  readonly value: JsonValue | undefined;
  /** What hooks get: the text itself where a number of JavaScript cannot hold all its digits. */
  readonly given: JsonValue | undefined;
  /** What is sent: the number with all its digits. */
  readonly sent: JsonValue | undefined;
}

/** What can be mended at the places where validation found wrong types. */
export function findMends(
  args: JsonObject,
  faults: readonly OutputUnit[],
  schema: Schema | boolean,
  lookup: SchemaLookup,
): readonly Mend[] {
  const wanted = new Map<string, Set<string>>();
  const absent = new Set<string>();
  for (const { keyword, keywordLocation, instanceLocation } of faults) {
    if (isNullProperty(args, instanceLocation)) absent.add(instanceLocation);
    if (keyword !== "type") continue;
    const types = keywordAt(schema, keywordLocation, lookup);
    const known = wanted.get(instanceLocation) ?? new Set<string>();
    for (const type of isJsonArray(types) ? types : [types])
      known.add(String(type));
    wanted.set(instanceLocation, known);
  }
  const mends = [...wanted].flatMap(([location, types]): readonly Mend[] => {
    const given = valueAt(args, location);
    const value = meantValue(given, types);
    if (value === undefined) return [];
    const token = typeof given === "string" ? given.trim() : "";
    return given !== undefined &&
      typeof value === "number" &&
      exceedsDouble(token)
      ? [{ location, value, given, sent: exactNumber(token) }]
      : [{ location, value, given: value, sent: value }];
  });
  const nothing = { value: undefined, given: undefined, sent: undefined };
  return [
    ...mends,
    ...[...absent].map((location): Mend => ({ location, ...nothing })),
  ];
}

/** Whether a place is null and could as well be left out: callers whose strict mode asks for every property write it so. */
function isNullProperty(args: JsonObject, location: string): boolean {
  const parent = location.slice(0, location.lastIndexOf("/"));
  return (
    location !== "#" &&
    valueAt(args, location) === null &&
    isJsonObject(valueAt(args, parent))
  );
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
    at.mend = { value: mend[which] };
  }
  const mended = replaced(args, root);
  return isJsonObject(mended) ? mended : args;
}

/** What takes the place of a value, or of values within it. */
interface Replacement {
  mend?: { readonly value: JsonValue | undefined };
  readonly below: Map<string, Replacement>;
}

function replaced(
  value: JsonValue,
  { mend, below }: Replacement,
): JsonValue | undefined {
  if (mend !== undefined) return mend.value;
  const inner = (item: JsonValue, key: string): JsonValue | undefined => {
    const replacement = below.get(key);
    return replacement === undefined ? item : replaced(item, replacement);
  };
  if (isJsonArray(value))
    return value.map((item, index) => inner(item, String(index)) ?? item);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const kept = inner(item, key);
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}

/** What a value stands for where one of these types is asked for; `undefined` where it stands for nothing else. */
function meantValue(
  given: JsonValue | undefined,
  types: ReadonlySet<string>,
): JsonValue | undefined {
  if (given === 0 || given === 1)
    return types.has("boolean") ? given === 1 : undefined;
  if (typeof given !== "string") return undefined;
  const text = given.trim();
  if (isNumber(text) && (types.has("number") || types.has("integer")))
    return Number(text);
  if (types.has("boolean")) {
    if (/^(?:true|1)$/i.test(text)) return true;
    if (/^(?:false|0)$/i.test(text)) return false;
  }
  // Long numbers within it stay text, which the next round finds.
  const value = readJson(given)?.value;
  if (isJsonArray(value)) return types.has("array") ? value : undefined;
  if (isJsonObject(value)) return types.has("object") ? value : undefined;
  return undefined;
}

// Values and names with hidden characters: lists show them escaped, calls may give them so, the API gets them as they are.

/**
 * Puts what a schema says in place of its escaped form.
 *
 * @returns a function for the arguments of calls; it looks through the schema when it first meets an escape
 */
export function unescaper(
  input: JsonSchema,
  definitions: SchemaData,
): (args: JsonObject) => JsonObject {
  let known: ReadonlyMap<string, string> | undefined;
  return (args) => {
    if (!holdsEscape(args)) return args;
    known ??= escapedTexts(input, definitions);
    const mended = known.size === 0 ? args : unescaped(args, known);
    return isJsonObject(mended) ? mended : args;
  };
}

function holdsEscape(value: JsonValue): boolean {
  if (typeof value === "string") return value.includes("\\u");
  if (isJsonArray(value)) return value.some(holdsEscape);
  return (
    isJsonObject(value) &&
    Object.entries(value).some(
      ([name, item]) => name.includes("\\u") || holdsEscape(item),
    )
  );
}

/** Every text and name of a schema, and of those that it refers to, that is escaped where it is listed. */
function escapedTexts(
  input: JsonSchema,
  definitions: SchemaData,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const note = (text: string): void => {
    const escaped = escapedText(text);
    if (escaped !== text) found.set(escaped, text);
  };
  const open: JsonValue[] = [input];
  const referred = new Set<string>();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === "string") note(value);
    else if (isJsonArray(value)) open.push(...value);
    else if (isJsonObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        note(name);
        open.push(item);
      }
      const reference = String(ownValue(value, "$ref") ?? "");
      const target = ownValue(definitions, reference.replace("#/$defs/", ""));
      if (target === undefined || referred.has(reference)) continue;
      referred.add(reference);
      open.push(target);
    }
  }
  return found;
}

function unescaped(
  value: JsonValue,
  known: ReadonlyMap<string, string>,
): JsonValue {
  if (typeof value === "string") return known.get(value) ?? value;
  if (isJsonArray(value)) return value.map((item) => unescaped(item, known));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      known.get(name) ?? name,
      unescaped(item, known),
    ]),
  );
}
