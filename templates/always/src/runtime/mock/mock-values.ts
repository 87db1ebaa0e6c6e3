/** Values that fit a schema: for the development mock and for tests. The same schema gives the same value. */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../data/model.js";
import { type Pattern, patternOf, StepsSpent } from "../pattern/pattern.js";

/** Optional properties are made down to this depth, required ones as deep as they go. */
const optionalDepth = 3;
const maximumDepth = 24;
/** A list that needs more is not made whole: lists within lists would have no bound. */
const maximumItems = 20;
/** What trying a text against a pattern may cost. */
const stepsOfText = 100_000;

interface Place {
  readonly definitions: SchemaData;
  /** Names of the schemas that this place lies in: one that comes again ends there. */
  readonly inside: readonly string[];
  readonly depth: number;
  /** Name of the property, for texts that a reader recognises. */
  readonly name: string;
  /** Which of several siblings. */
  readonly index: number;
}

/**
 * A value for a schema: its example, default or first allowed value, else one made by its rules.
 *
 * @returns `undefined` where only an endless value would fit
 */
export function mockValue(
  schema: JsonSchema,
  definitions: SchemaData = {},
): JsonValue | undefined {
  return make(schema, {
    definitions,
    inside: [],
    depth: 0,
    name: "value",
    index: 0,
  });
}

function make(schema: JsonValue, place: Place): JsonValue | undefined {
  if (!isJsonObject(schema)) return schema === false ? undefined : place.name;
  if (place.depth > maximumDepth) return undefined;
  const reference = ownValue(schema, "$ref");
  if (typeof reference === "string") return followed(reference, place);
  const shown =
    ownValue(schema, "const") ??
    ownValue(schema, "example") ??
    itemAt(ownValue(schema, "examples"), place.index) ??
    ownValue(schema, "default") ??
    itemAt(ownValue(schema, "enum"), place.index);
  if (shown !== undefined && shown !== null) return shown;
  const union = ownValue(schema, "oneOf") ?? ownValue(schema, "anyOf");
  const parts = ownValue(schema, "allOf");
  const values = [
    ...(isJsonArray(parts) ? parts : []).map((part) => make(part, place)),
    ...(isJsonArray(union) ? [firstOf(union, place)] : []),
  ];
  if (values.length === 0) return made(schema, typeOf(schema), place);
  if (ownValue(schema, "properties") !== undefined)
    values.push(objectOf(schema, place));
  return merged(values);
}

function followed(reference: string, place: Place): JsonValue | undefined {
  const name = /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1] ?? "";
  const target = ownValue(place.definitions, name);
  if (target === undefined || place.inside.includes(name)) return undefined;
  return make(target, { ...place, inside: [...place.inside, name] });
}

function firstOf(
  alternatives: readonly JsonValue[],
  place: Place,
): JsonValue | undefined {
  for (const alternative of alternatives) {
    if (ownValue(alternative, "type") === "null") continue;
    const value = make(alternative, place);
    if (value !== undefined) return value;
  }
  return undefined;
}

function merged(
  values: readonly (JsonValue | undefined)[],
): JsonValue | undefined {
  const objects = values.filter(isJsonObject);
  return objects.length > 0
    ? Object.fromEntries(objects.flatMap((object) => Object.entries(object)))
    : values.find((value) => value !== undefined);
}

function typeOf(schema: JsonObject): string {
  const type = ownValue(schema, "type");
  const known = isJsonArray(type)
    ? (type.find((item) => item !== "null") ?? "null")
    : type;
  if (typeof known === "string") return known;
  if (Object.hasOwn(schema, "properties")) return "object";
  if (Object.hasOwn(schema, "items")) return "array";
  return ["minimum", "maximum", "multipleOf"].some((rule) =>
    Object.hasOwn(schema, rule),
  )
    ? "number"
    : "string";
}

function made(
  schema: JsonObject,
  type: string,
  place: Place,
): JsonValue | undefined {
  switch (type) {
    case "object":
      return objectOf(schema, place);
    case "array":
      return arrayOf(schema, place);
    case "boolean":
      return true;
    case "null":
      return null;
    case "integer":
      return numberOf(schema, 1, place.index);
    case "number":
      return numberOf(schema, 0.5, place.index);
    default:
      return textOf(schema, place);
  }
}

function objectOf(schema: JsonObject, place: Place): JsonObject | undefined {
  const properties = ownValue(schema, "properties");
  const required = ownValue(schema, "required");
  const needed = isJsonArray(required) ? required : [];
  const entries: [string, JsonValue][] = [];
  for (const [name, property] of isJsonObject(properties)
    ? Object.entries(properties)
    : []) {
    const optional = !needed.includes(name);
    if (optional && place.depth >= optionalDepth) continue;
    const value = make(property, {
      ...place,
      name,
      index: 0,
      depth: place.depth + 1,
    });
    if (value !== undefined) entries.push([name, value]);
    else if (!optional) return undefined;
  }
  return Object.fromEntries(entries);
}

function arrayOf(schema: JsonObject, place: Place): JsonValue | undefined {
  const least = numeric(schema, "minItems") ?? 0;
  const most = numeric(schema, "maxItems") ?? maximumItems;
  const count = Math.min(Math.max(least, 1), most, maximumItems);
  const items: JsonValue[] = [];
  for (let index = 0; index < count; index++) {
    const value = make(ownValue(schema, "items") ?? true, {
      ...place,
      index,
      depth: place.depth + 1,
    });
    if (value === undefined) return items.length >= least ? items : undefined;
    items.push(value);
  }
  return items;
}

function numberOf(schema: JsonObject, step: number, index: number): number {
  const multiple = numeric(schema, "multipleOf") ?? step;
  const above = numeric(schema, "exclusiveMinimum");
  const below = numeric(schema, "exclusiveMaximum");
  const least = Math.max(
    numeric(schema, "minimum") ?? -Infinity,
    above ?? -Infinity,
  );
  const most = Math.min(
    numeric(schema, "maximum") ?? Infinity,
    below ?? Infinity,
  );
  let value = Math.ceil((least > 1 ? least : 1) / multiple) * multiple;
  if (value > most) value = Math.floor(most / multiple) * multiple;
  if (value === above) value += multiple;
  if (value === below) value -= multiple;
  const next = value + index * multiple;
  const chosen = next < most ? next : value;
  // Steps such as 0.1 leave a trace of binary fractions.
  return Number(chosen.toFixed(10));
}

const formats: ReadonlyMap<string, string> = new Map([
  ["date-time", "2025-01-31T12:00:00Z"],
  ["date", "2025-01-31"],
  ["time", "12:00:00Z"],
  ["duration", "P1D"],
  ["uuid", "123e4567-e89b-12d3-a456-426614174000"],
  ["email", "someone@example.com"],
  ["uri", "https://example.com/"],
  ["url", "https://example.com/"],
  ["uri-reference", "/example"],
  ["hostname", "example.com"],
  ["ipv4", "192.0.2.1"],
  ["ipv6", "2001:db8::1"],
  ["byte", "bW9jaw=="],
  ["int64", "1"],
  ["decimal", "1.00"],
]);

/** Texts that meet many patterns; the first that fits is taken. */
const candidates = [
  "a",
  "A",
  "1",
  "0",
  "aa",
  "AA",
  "abc",
  "ABC",
  "abc1",
  "1.0",
  "1.0.0",
  "v1",
  "a-b",
  "a_b",
  "a/b",
  "a.b",
  "a:b",
  "en-US",
  "12345",
  "#aabbcc",
  "+15555550100",
  "example.com",
  ...formats.values(),
];

function textOf(schema: JsonObject, place: Place): string {
  const format = ownValue(schema, "format");
  const pattern = ownValue(schema, "pattern");
  const named = formats.get(String(format));
  const text =
    place.index === 0 ? place.name : `${place.name} ${place.index + 1}`;
  const least = numeric(schema, "minLength") ?? 0;
  const most = numeric(schema, "maxLength") ?? Infinity;
  const sized = (candidate: string) =>
    candidate.slice(0, most).padEnd(least, candidate.at(-1) ?? "x");
  const fallback = named ?? sized(text);
  if (typeof pattern !== "string") return fallback;
  const expression = patternOf(pattern);
  return (
    [fallback, ...candidates.map(sized)].find((candidate) =>
      isMet(expression, candidate),
    ) ?? fallback
  );
}

function isMet(pattern: Pattern | undefined, text: string): boolean {
  try {
    return pattern?.test(text, { left: stepsOfText }) === true;
  } catch (fault) {
    if (fault instanceof StepsSpent) return false;
    throw fault;
  }
}

function numeric(schema: JsonObject, rule: string): number | undefined {
  const value = ownValue(schema, rule);
  return typeof value === "number" ? value : undefined;
}

function itemAt(
  list: JsonValue | undefined,
  index: number,
): JsonValue | undefined {
  return isJsonArray(list) ? list[index % list.length] : undefined;
}
