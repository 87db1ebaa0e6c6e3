/**
 * Schemas of documents, made ready for the validator: its keywords only, each with a value that it can handle.
 * What is left out is not checked here; the API still checks it.
 */
import { isJsonArray, isJsonObject, ownValue } from "../json-place.js";
import type { Schema } from "@cfworker/json-schema";
import { formatKeywords } from "./formats.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../model.js";

/** Schemas by reference, as the validator looks them up: `#/$defs/<Name>`. */
export type SchemaLookup = Record<string, Schema | boolean>;

const types = [
  "array",
  "boolean",
  "integer",
  "null",
  "number",
  "object",
  "string",
];

/** Formats that APIs mean as RFC 3339 and RFC 4122 define them. A wrong refusal costs more than a wrong value. */
const formats = ["date", "date-time", "time", "uuid", "email", "ipv4", "ipv6"];

type Rule = (value: JsonValue, prepare: Prepare) => JsonValue | undefined;
type Prepare = (schema: JsonValue) => JsonValue;

const numeric: Rule = (value) =>
  typeof value === "number" ? value : undefined;
const names: Rule = (value) =>
  isJsonArray(value)
    ? value.filter((name) => typeof name === "string")
    : undefined;
const schema: Rule = (value, prepare) => prepare(value);
const schemas: Rule = (value, prepare) =>
  isJsonArray(value) && value.length > 0 ? value.map(prepare) : undefined;
const schemaMap: Rule = (value, prepare) =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, prepare(item)]),
      )
    : undefined;

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    "type",
    (value) => {
      const known = (isJsonArray(value) ? value : [value]).filter((type) =>
        types.includes(String(type)),
      );
      return known.length === 0 ? undefined : known;
    },
  ],
  ["const", (value) => value],
  // A list without values would refuse all.
  [
    "enum",
    (value) => (isJsonArray(value) && value.length > 0 ? value : undefined),
  ],
  ["format", (value) => (formats.includes(String(value)) ? value : undefined)],
  [
    "pattern",
    (value) => (typeof value === "string" ? usablePattern(value) : undefined),
  ],
  ["required", names],
  ["properties", schemaMap],
  [
    "patternProperties",
    (value, prepare) =>
      isJsonObject(value) &&
      Object.keys(value).every((key) => usablePattern(key) === key)
        ? schemaMap(value, prepare)
        : undefined,
  ],
  ["additionalProperties", schema],
  ["unevaluatedProperties", schema],
  ["propertyNames", schema],
  [
    "dependentRequired",
    (value, prepare) =>
      isJsonObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, list]) => [
              key,
              names(list, prepare) ?? [],
            ]),
          )
        : undefined,
  ],
  ["dependentSchemas", schemaMap],
  [
    "items",
    (value, prepare) =>
      isJsonArray(value) ? value.map(prepare) : prepare(value),
  ],
  ["prefixItems", schemas],
  ["unevaluatedItems", schema],
  ["contains", schema],
  ["uniqueItems", (value) => (value === true ? true : undefined)],
  ["allOf", schemas],
  ["anyOf", schemas],
  ["oneOf", schemas],
  ["not", schema],
  ["if", schema],
  ["then", schema],
  ["else", schema],
  ...[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
  ].map((keyword): [string, Rule] => [keyword, numeric]),
]);

/**
 * The schema of one tool's arguments, ready for the validator.
 *
 * @param lookup receives the schemas that it refers to; one per API, shared by its tools, so that each is prepared once.
 */
export function prepareSchema(
  source: JsonSchema,
  definitions: SchemaData,
  lookup: SchemaLookup,
): Schema | boolean {
  const prepare: Prepare = (value) => {
    if (typeof value === "boolean") return value;
    if (!isJsonObject(value)) return true;
    const kept: [string, JsonValue][] = Object.entries(formatKeywords(value));
    for (const [keyword, argument] of Object.entries(value)) {
      const ready =
        keyword === "$ref"
          ? refer(argument)
          : rules.get(keyword)?.(argument, prepare);
      if (ready !== undefined) kept.push([keyword, ready]);
    }
    const both = kept.some(([keyword]) => keyword === "anyOf");
    return Object.fromEntries(both ? kept : kept.map(lenient)) as JsonObject;
  };
  // Alternatives of real documents overlap, and then no value fits just one: whether that matters, the API knows.
  const lenient = ([keyword, argument]: [string, JsonValue]): [
    string,
    JsonValue,
  ] => (keyword === "oneOf" ? ["anyOf", argument] : [keyword, argument]);
  const refer = (reference: JsonValue): string | undefined => {
    const name = /^#\/\$defs\/([^/]+)$/.exec(String(reference))?.[1];
    const target = name === undefined ? undefined : ownValue(definitions, name);
    if (target === undefined) return undefined;
    const key = `#/$defs/${name}`;
    if (!Object.hasOwn(lookup, key)) {
      // Marked first: a schema may refer to itself.
      lookup[key] = true;
      lookup[key] = prepare(target) as Schema | boolean;
    }
    return key;
  };
  return prepare(source) as Schema | boolean;
}

/**
 * The pattern as a regular expression with the flag `u`, which the validator uses (JSON Schema 2020-12, §6.4 of its
 * core). Escapes that only other dialects need are taken off; a pattern that still does not compile is not checked.
 */
function usablePattern(pattern: string): string | undefined {
  const plainer = pattern.replace(/\\([^])/g, (escape, character: string) =>
    /[A-Za-z0-9^$\\.*+?()[\]{}|/-]/.test(character) ? escape : character,
  );
  for (const candidate of [
    pattern,
    plainer,
    plainer.replace(/\\([^])/g, (escape, character: string) =>
      character === "-" ? "\\x2d" : escape,
    ),
  ]) {
    try {
      new RegExp(candidate, "u");
      return candidate;
    } catch {
      // The next candidate.
    }
  }
  return undefined;
}
