/**
 * Schemas of documents, made ready for the validator: its keywords only, each with a value that it can handle.
 * What is left out is not checked here; the API still checks it.
 */
import { isJsonArray, isJsonObject, ownValue } from "../data/json-place.js";
import { type Pattern, patternOf } from "../pattern/pattern.js";
import { countedSchema, nameByPattern, patternFormat } from "./bounded.js";
import type { Schema } from "@cfworker/json-schema";
import { formatKeywords } from "./formats.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  SchemaData,
} from "../data/model.js";

/** Schemas by reference, as the validator looks them up: `#/$defs/<Name>`. */
export type SchemaLookup = Record<string, Schema | boolean>;

/** Types of JSON Schema (2020-12 §7.6.1 has integer beside those of JSON). */
export const types = [
  "array",
  "boolean",
  "integer",
  "null",
  "number",
  "object",
  "string",
];

/** Formats that APIs mean as RFC 3339 and RFC 4122 define them. A wrong refusal costs more than a wrong value. */
export const formats = [
  "date",
  "date-time",
  "time",
  "uuid",
  "email",
  "ipv4",
  "ipv6",
];

/** Keywords about the properties that no other keyword names. */
const otherNames = new Set(["additionalProperties", "unevaluatedProperties"]);

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
  ["required", names],
  ["properties", schemaMap],
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
    const patterned = withPatterns(
      Object.entries(lenient(Object.fromEntries(kept))),
      value,
    );
    const named = ownValue(value, "patternProperties");
    if (!isJsonObject(named)) return countedSchema(patterned);
    const byPattern = Object.entries(named).map(([source, item]) => ({
      pattern: usablePattern(source)?.pattern,
      item: prepare(item),
    }));
    const known = byPattern.flatMap(({ pattern, item }) =>
      pattern === undefined ? [] : [[pattern, item] as const],
    );
    // What other names may hold cannot be told where some names are not known.
    const ready = countedSchema(
      known.length === byPattern.length
        ? patterned
        : patterned.filter(([keyword]) => !otherNames.has(keyword)),
    );
    nameByPattern(ready, known);
    return ready;
  };
  // Alternatives of real documents overlap, and then no value fits just one: whether that matters, the API knows.
  const lenient = ({ oneOf, ...others }: JsonObject): JsonObject => {
    if (oneOf === undefined) return others;
    const { anyOf, allOf } = others;
    if (anyOf === undefined) return { ...others, anyOf: oneOf };
    return {
      ...others,
      allOf: [...(isJsonArray(allOf) ? allOf : []), { anyOf: oneOf }],
    };
  };
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

/** Patterns are asked as formats; where there is a format, too, both are. */
function withPatterns(
  kept: readonly [string, JsonValue][],
  given: JsonObject,
): readonly [string, JsonValue][] {
  const own = ownValue(given, "pattern");
  const source =
    typeof own === "string"
      ? own
      : kept.find(([keyword]) => keyword === "pattern")?.[1];
  const usable = typeof source === "string" ? usablePattern(source) : undefined;
  const others = kept.filter(([keyword]) => keyword !== "pattern");
  if (usable === undefined) return others;
  const name = patternFormat(usable.source, usable.pattern);
  if (!others.some(([keyword]) => keyword === "format"))
    return [...others, ["format", name]];
  const all = others.find(([keyword]) => keyword === "allOf")?.[1];
  return [
    ...others.filter(([keyword]) => keyword !== "allOf"),
    [
      "allOf",
      [...(isJsonArray(all) ? all : []), countedSchema([["format", name]])],
    ],
  ];
}

/**
 * The pattern as a regular expression with the flag `u` (JSON Schema 2020-12, §6.4 of its core). Escapes that only other
 * dialects need are taken off; a pattern that is still none, or that cannot be run in bounded time, is not checked.
 */
function usablePattern(
  given: string,
): { readonly source: string; readonly pattern: Pattern } | undefined {
  const plainer = given.replace(/\\([^])/g, (escape, character: string) =>
    /[A-Za-z0-9^$\\.*+?()[\]{}|/-]/.test(character) ? escape : character,
  );
  for (const source of [
    given,
    plainer,
    plainer.replace(/\\([^])/g, (escape, character: string) =>
      character === "-" ? "\\x2d" : escape,
    ),
  ]) {
    const pattern = patternOf(source);
    if (pattern !== undefined) return { source, pattern };
  }
  return undefined;
}
