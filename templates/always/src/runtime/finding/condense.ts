/**
 * What a list shows of a tool where there are too many to show all of each: purpose, arguments, types and values. Longer
 * texts are cut, optional objects folded into their names, limits that nobody meets left out: `describe_operation` shows
 * them, and a call may use them. A function of the one tool alone, so that its entry changes with it only.
 */
import { isJsonObject } from "../data/json-place.js";
import type { CondensedListing } from "../tools/tool-table.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  ToolAnnotations,
  ToolListing,
} from "../data/model.js";
import { cutMark, sentenceBoundary } from "./words.js";

/** Characters of texts: of a tool, of an argument that is required, of another one, and of what lies below. */
const longest = {
  tool: 240,
  required: 160,
  optional: 76,
  nested: 60,
} as const;
/** Of an optional argument, what stands in so many tools of a list is told at the first of them only. */
const repeatedFrom = 20;
/** Characters that an optional object may take, by how deep it lies, before it is folded; deeper ones as the last. */
const foldedFrom = [160, 100, 60] as const;
/** Characters of the names of what is folded. */
const longestNames = 120;
/** A text of so many characters nobody writes by accident. */
const limitNobodyMeets = 200;

/** The entries of tools in a list that shows the essence of each. */
export function condensedList(
  listings: readonly ToolListing[],
): readonly CondensedListing[] {
  const times = new Map<string, number>();
  for (const { inputSchema } of listings)
    for (const schema of Object.values(inputSchema.properties)) {
      const text = textOf(schema);
      times.set(text, (times.get(text) ?? 0) + 1);
    }
  const told = new Set<string>();
  const isTold = (text: string): boolean => {
    if ((times.get(text) ?? 0) < repeatedFrom) return false;
    if (told.has(text)) return true;
    told.add(text);
    return false;
  };
  return listings.map((listing) => condensed(listing, isTold));
}

function textOf(schema: JsonSchema): string {
  return isJsonObject(schema) ? String(schema["description"] ?? "") : "";
}

/**
 * The entry of one tool.
 *
 * @param isTold whether the list has told this text of an argument already; default: of none
 */
export function condensed(
  listing: ToolListing,
  isTold: (text: string) => boolean = () => false,
): CondensedListing {
  const { name, title, description, inputSchema, outputSchema, annotations } =
    listing;
  const { properties, required = [] } = inputSchema;
  const needed = new Set(required);
  const schemas = Object.entries(properties).map(
    ([argument, schema]): [string, JsonSchema] => [
      argument,
      condensedSchema(schema, {
        depth: 0,
        isRequired: needed.has(argument),
        isTold: !needed.has(argument) && isTold(textOf(schema)),
      }),
    ],
  );
  return {
    name,
    ...(saysMore(title, name) ? { title } : {}),
    description: shortened(description, longest.tool),
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(schemas),
      ...(required.length === 0 ? {} : { required }),
      ...(schemas.length === 0 ? { additionalProperties: false } : {}),
    },
    ...(outputSchema === undefined ? {} : { outputSchema }),
    annotations: tellingHints(annotations),
  };
}

/** Where a schema lies. */
interface Place {
  readonly depth: number;
  readonly isRequired: boolean;
  /** Whether its description need not be told. */
  readonly isTold?: boolean;
}

function condensedSchema(schema: JsonSchema, place: Place): JsonSchema {
  if (!isJsonObject(schema)) return schema;
  const written = essenceOf(schema, place);
  if (place.isRequired || !isNested(schema)) return written;
  const most = foldedFrom[Math.min(place.depth, foldedFrom.length - 1)] ?? 0;
  return JSON.stringify(written).length <= most
    ? written
    : folded(schema, place);
}

/** A schema with all that lies below it, each part as short as its place asks. */
function essenceOf(schema: JsonObject, place: Place): JsonObject {
  const below = { depth: place.depth + 1, isRequired: true };
  const entries = Object.entries(schema).flatMap(
    ([keyword, value]): [string, JsonValue][] => {
      if (says(schema, keyword, value)) return [];
      switch (keyword) {
        case "description": {
          const text = shortened(
            String(value),
            place.isTold === true ? 0 : longestOf(place),
          );
          return text === "" ? [] : [[keyword, text]];
        }
        case "properties":
          return [[keyword, propertiesOf(schema, below)]];
        case "items":
        case "additionalProperties":
          return [[keyword, condensedSchema(value as JsonSchema, below)]];
        case "anyOf":
          return [
            [
              keyword,
              (value as readonly JsonSchema[]).map((variant) =>
                condensedSchema(variant, { ...place, isRequired: true }),
              ),
            ],
          ];
        default:
          return [[keyword, value]];
      }
    },
  );
  return Object.fromEntries(entries);
}

function propertiesOf(schema: JsonObject, { depth }: Place): JsonObject {
  const properties = isJsonObject(schema["properties"])
    ? schema["properties"]
    : {};
  const needed = namesIn(schema["required"]);
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      condensedSchema(property as JsonSchema, {
        depth,
        isRequired: needed.has(name),
      }),
    ]),
  );
}

/** An object by its names, with what it cannot do without; of alternatives those that are no objects stay whole. */
function folded(schema: JsonObject, place: Place): JsonObject {
  const names = namesBelow(schema);
  const told = [
    shortened(String(schema["description"] ?? ""), longestOf(place)),
    names.length === 0
      ? cutMark
      : `Properties: ${someOf(names, longestNames)} ${cutMark}`,
  ];
  const description = told.filter((text) => text !== "").join(" ");
  const { description: _, ...core } = coreOf(schema);
  const { type, ...rest } = core;
  return { ...(type === undefined ? {} : { type }), description, ...rest };
}

/** What is required, without words but for those that no keyword says. */
function coreOf(schema: JsonObject): JsonObject {
  const needed = namesIn(schema["required"]);
  const entries = Object.entries(schema).flatMap(
    ([keyword, value]): [string, JsonValue][] => {
      if (says(schema, keyword, value)) return [];
      switch (keyword) {
        case "description": {
          const text = shortened(String(value), 0);
          return text === "" ? [] : [[keyword, text]];
        }
        case "default":
          return [];
        case "properties": {
          const kept = Object.entries(isJsonObject(value) ? value : {}).filter(
            ([name]) => needed.has(name),
          );
          return kept.length === 0
            ? []
            : [
                [
                  keyword,
                  Object.fromEntries(
                    kept.map(([name, property]) => [name, coreIn(property)]),
                  ),
                ],
              ];
        }
        case "items":
        case "additionalProperties":
          return [[keyword, coreIn(value)]];
        case "anyOf":
          return [
            [keyword, distinct((value as readonly JsonValue[]).map(coreIn))],
          ];
        default:
          return [[keyword, value]];
      }
    },
  );
  return Object.fromEntries(entries);
}

function distinct(variants: readonly JsonValue[]): readonly JsonValue[] {
  return [
    ...new Map(
      variants.map((variant) => [JSON.stringify(variant), variant]),
    ).values(),
  ];
}

function coreIn(schema: JsonValue): JsonValue {
  return isJsonObject(schema) ? coreOf(schema) : schema;
}

/** Keywords that a caller need not be told; what is made up to fit a pattern is as long as its limit lets it. */
function says(schema: JsonObject, keyword: string, value: JsonValue): boolean {
  return keyword === "additionalProperties"
    ? typeof value === "boolean" && "properties" in schema
    : keyword === "maxLength" &&
        !("pattern" in schema) &&
        Number(value) >= limitNobodyMeets;
}

function isNested(schema: JsonObject): boolean {
  const { properties, items, additionalProperties, anyOf } = schema;
  return (
    isJsonObject(properties) ||
    isJsonObject(additionalProperties) ||
    (isJsonObject(items) && isNested(items)) ||
    (Array.isArray(anyOf) &&
      anyOf.some((variant) => isJsonObject(variant) && isNested(variant)))
  );
}

/** The names of the fields of an object, of the items of a list, of alternatives. */
function namesBelow(schema: JsonValue): readonly string[] {
  if (!isJsonObject(schema)) return [];
  const { properties, items, anyOf } = schema;
  return [
    ...new Set([
      ...(isJsonObject(properties) ? Object.keys(properties) : []),
      ...namesBelow(items ?? null),
      ...(Array.isArray(anyOf) ? anyOf.flatMap(namesBelow) : []),
    ]),
  ];
}

function namesIn(required: JsonValue | undefined): ReadonlySet<string> {
  return new Set(
    Array.isArray(required)
      ? required.filter((name): name is string => typeof name === "string")
      : [],
  );
}

function someOf(names: readonly string[], most: number): string {
  let length = 0;
  const shown = names.filter(
    (name, index) => (length += name.length + 2) <= most || index === 0,
  );
  return shown.join(", ");
}

function longestOf({ depth, isRequired }: Place): number {
  if (depth > 0) return longest.nested;
  return isRequired ? longest.required : longest.optional;
}

/** Begins a sentence of ours, which says what no keyword does. */
const ours =
  /^(?:Has to match|Format:|Encoded as|May be empty|Deprecated\.|Also takes|Names match|Names:|Further names match|Called "|Such as)/u;

/** The sentences of a text that fit, those of ours in any case; of a long first one its first words. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const sentences = text.split(sentenceBoundary);
  const kept: string[] = [];
  let left = most;
  for (const [index, sentence] of sentences.entries()) {
    const isOurs = ours.test(sentence);
    const shown =
      sentence.length <= left || isOurs
        ? sentence
        : index === 0 && most > 0
          ? wordsOf(sentence, most)
          : "";
    if (shown !== "") kept.push(shown);
    if (!isOurs) left = shown === sentence ? left - sentence.length - 1 : 0;
  }
  const short = kept.join(" ");
  return most === 0 || short === text || short.endsWith(cutMark)
    ? short
    : `${short} ${cutMark}`;
}

/** Whole words from the start of a text. */
function wordsOf(text: string, most: number): string {
  const head = text.slice(0, most);
  const space = head.lastIndexOf(" ");
  return (space > most / 2 ? head.slice(0, space) : head).replace(
    /[\s,;:(–—-]+$|[\uD800-\uDBFF]$/u,
    "",
  );
}

/** Whether a title has a word that the name has not. */
function saysMore(title: string, name: string): boolean {
  const words = (text: string): readonly string[] =>
    text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const known = new Set(words(name.replaceAll("_", " ")));
  return words(title).some((word) => !known.has(word));
}

/**
 * Hints other than those that the protocol assumes of a tool that says nothing (MCP 2026-07-28, `ToolAnnotations`). That
 * a tool removes is always said: clients ask their users for it.
 */
function tellingHints({
  readOnlyHint,
  destructiveHint,
  idempotentHint,
  openWorldHint,
}: ToolAnnotations): Partial<ToolAnnotations> {
  return {
    ...(readOnlyHint ? { readOnlyHint } : { destructiveHint }),
    ...(!readOnlyHint && idempotentHint ? { idempotentHint } : {}),
    ...(openWorldHint ? {} : { openWorldHint }),
  };
}
