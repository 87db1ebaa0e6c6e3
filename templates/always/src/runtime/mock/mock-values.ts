/** Values that fit a schema: for the development mock and for tests. The same schema gives the same value. */
import { isJsonObject, ownValue } from "../data/json-place.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../data/model.js";
import { type Pattern, patternOf, StepsSpent } from "../pattern/pattern.js";
import { MockSchema } from "./mock-schema.js";

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
  return make(new MockSchema(schema), {
    definitions,
    inside: [],
    depth: 0,
    name: "value",
    index: 0,
  });
}

function make(schema: MockSchema, place: Place): JsonValue | undefined {
  if (!schema.hasKeywords) return schema.isNever ? undefined : place.name;
  if (place.depth > maximumDepth) return undefined;
  if (schema.reference !== undefined) return followed(schema.reference, place);
  const shown = schema.shownValue(place.index);
  if (shown !== undefined) return shown;
  const { alternatives } = schema;
  const values = [
    ...schema.allOf.map((part) => make(part, place)),
    ...(alternatives === undefined ? [] : [firstOf(alternatives, place)]),
  ];
  if (values.length === 0) return made(schema, place);
  if (schema.hasProperties) values.push(objectOf(schema, place));
  return merged(values);
}

function followed(reference: string, place: Place): JsonValue | undefined {
  const name = /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1] ?? "";
  const target = ownValue(place.definitions, name);
  if (target === undefined || place.inside.includes(name)) return undefined;
  return make(new MockSchema(target), {
    ...place,
    inside: [...place.inside, name],
  });
}

function firstOf(
  alternatives: readonly MockSchema[],
  place: Place,
): JsonValue | undefined {
  for (const alternative of alternatives) {
    if (alternative.isNull) continue;
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

function made(schema: MockSchema, place: Place): JsonValue | undefined {
  switch (schema.type) {
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

function objectOf(schema: MockSchema, place: Place): JsonObject | undefined {
  const entries: [string, JsonValue][] = [];
  for (const [name, property] of schema.properties) {
    const optional = !schema.requires(name);
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

function arrayOf(schema: MockSchema, place: Place): JsonValue | undefined {
  const least = schema.bound("minItems") ?? 0;
  const most = schema.bound("maxItems") ?? maximumItems;
  const count = Math.min(Math.max(least, 1), most, maximumItems);
  const items: JsonValue[] = [];
  for (let index = 0; index < count; index++) {
    const value = make(schema.items, {
      ...place,
      index,
      depth: place.depth + 1,
    });
    if (value === undefined) return items.length >= least ? items : undefined;
    items.push(value);
  }
  return items;
}

function numberOf(schema: MockSchema, step: number, index: number): number {
  const multiple = schema.bound("multipleOf") ?? step;
  const above = schema.bound("exclusiveMinimum");
  const below = schema.bound("exclusiveMaximum");
  const least = Math.max(
    schema.bound("minimum") ?? -Infinity,
    above ?? -Infinity,
  );
  const most = Math.min(schema.bound("maximum") ?? Infinity, below ?? Infinity);
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

function textOf(schema: MockSchema, place: Place): string {
  const { format, pattern } = schema;
  const named = format === undefined ? undefined : formats.get(format);
  const text =
    place.index === 0 ? place.name : `${place.name} ${place.index + 1}`;
  const least = schema.bound("minLength") ?? 0;
  const most = schema.bound("maxLength") ?? Infinity;
  const sized = (candidate: string) =>
    candidate.slice(0, most).padEnd(least, candidate.at(-1) ?? "x");
  const fallback = named ?? sized(text);
  if (pattern === undefined) return fallback;
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
