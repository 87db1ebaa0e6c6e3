/**
 * What differs between two listed schemas (JSON Schema 2020-12), and which way: whether the new one takes less than the
 * old one took, or more. It is decided keyword by keyword; what cannot be judged counts as taking less.
 */
import {
  type Json,
  type JsonArray,
  type JsonObject,
  fromEntries,
  isArray,
  isObject,
  isSame,
  own,
  ownString,
} from "../base/json.ts";
import type { JsonSchema } from "../mcp/model.ts";
import { visible } from "../base/visible.ts";
import {
  type SchemaDifference,
  bounds,
  compareBounds,
  compareMarks,
  compareTypes,
  compareValues,
  isEqual,
  sidesOf,
  someOf,
  stepText,
} from "./schema-keywords.ts";

/** Keywords that refuse no value. */
const textKeywords = "title description default examples example deprecated readOnly writeOnly".split(" ");

/** Levels below which two schemas are only told apart. */
const deepest = 40;

/** The differences of two schemas, in the order of the keywords below. */
export function compareSchemas(before: JsonSchema, after: JsonSchema, at = "", depth = 0): readonly SchemaDifference[] {
  if (isSame(before, after)) return [];
  const old = asObject(before);
  const fresh = asObject(after);
  if (depth > deepest) return isEqual(old, fresh) ? [] : [{ effect: "changed", at, text: "is different" }];
  if ((unionOf(old) === undefined) !== (unionOf(fresh) === undefined)) return compareWithUnion(old, fresh, at, depth);
  const types = compareTypes(old, fresh, at);
  // Of a value of another kind nothing else is the same either.
  if (types.some(({ effect }) => effect === "changed")) return types;
  return [
    ...types,
    ...compareValues(old, fresh, at),
    ...compareBounds(old, fresh, at),
    ...compareMarks(old, fresh, at),
    ...compareObjects(old, fresh, at, depth),
    ...compareItems(old, fresh, at, depth),
    ...compareAlternatives(old, fresh, at, depth),
    ...compareOthers(old, fresh, at),
    ...compareTexts(old, fresh, at),
  ];
}

function asObject(schema: JsonSchema): JsonObject {
  return isObject(schema) ? schema : schema ? {} : { not: {} };
}

/** `properties`, `required` and `additionalProperties` (§10.3.2 of the core, §6.5.3). */
function compareObjects(old: JsonObject, fresh: JsonObject, at: string, depth: number): readonly SchemaDifference[] {
  const before = mapOf(own(old, "properties"));
  const after = mapOf(own(fresh, "properties"));
  const [needed, needs] = [requiredOf(old), requiredOf(fresh)];
  const differences: SchemaDifference[] = [];
  for (const [name, schema] of before) {
    const place = `${at}.${name}`;
    const other = after.get(name);
    if (other === undefined) {
      differences.push({ effect: "narrowed", at: place, text: "is gone", before: schema });
      continue;
    }
    if (needs.has(name) && !needed.has(name))
      differences.push({ effect: "narrowed", at: place, text: "is required now" });
    if (needed.has(name) && !needs.has(name))
      differences.push({ effect: "widened", at: place, text: "need not be given any more" });
    differences.push(...compareSchemas(schema, other, place, depth + 1));
  }
  for (const [name, schema] of after) {
    if (before.has(name)) continue;
    const required = needs.has(name);
    const text = required ? "is new and required" : "is new";
    differences.push({ effect: required ? "narrowed" : "widened", at: `${at}.${name}`, text, after: schema });
  }
  return [...differences, ...compareAdditional(old, fresh, at, depth)];
}

function compareAdditional(old: JsonObject, fresh: JsonObject, at: string, depth: number): readonly SchemaDifference[] {
  const before = (own(old, "additionalProperties") ?? true) as JsonSchema;
  const after = (own(fresh, "additionalProperties") ?? true) as JsonSchema;
  if (isEqual(before, after)) return [];
  if (after === false) return [{ effect: "narrowed", at, text: "takes no further fields any more" }];
  if (before === false) return [{ effect: "widened", at, text: "takes further fields too" }];
  return compareSchemas(before, after, `${at}.*`, depth + 1);
}

function mapOf(value: Json | undefined): ReadonlyMap<string, JsonSchema> {
  return new Map(isObject(value) ? (Object.entries(value) as [string, JsonSchema][]) : []);
}

function requiredOf(schema: JsonObject): ReadonlySet<string> {
  const required = own(schema, "required");
  return new Set(isArray(required) ? required.filter((name) => typeof name === "string") : []);
}

function compareItems(old: JsonObject, fresh: JsonObject, at: string, depth: number): readonly SchemaDifference[] {
  const [before, after] = [own(old, "items"), own(fresh, "items")];
  if (before === undefined && after === undefined) return [];
  return compareSchemas((before ?? {}) as JsonSchema, (after ?? {}) as JsonSchema, `${at}[]`, depth + 1);
}

/** `anyOf` and `oneOf`, keyword by keyword. */
function compareAlternatives(
  old: JsonObject,
  fresh: JsonObject,
  at: string,
  depth: number,
): readonly SchemaDifference[] {
  return ["anyOf", "oneOf"].flatMap((keyword): readonly SchemaDifference[] => {
    const [before, after] = [own(old, keyword), own(fresh, keyword)];
    if (isEqual(before, after)) return [];
    if (!isArray(before)) return [{ effect: "narrowed", at, text: "takes only some alternatives now" }];
    if (!isArray(after)) return [{ effect: "widened", at, text: "takes more than the alternatives of before" }];
    return compareLists(before, after, at, depth);
  });
}

/** Alternatives that are gone, that are new, and, where one of each is left, what differs there. */
function compareLists(before: JsonArray, after: JsonArray, at: string, depth: number): readonly SchemaDifference[] {
  const lostSchemas = before.filter((schema) => !after.some((other) => isEqual(schema, other)));
  const won = after.filter((schema) => !before.some((other) => isEqual(schema, other)));
  const [only, other] = [lostSchemas[0], won[0]];
  if (only !== undefined && other !== undefined && lostSchemas.length === 1 && won.length === 1)
    return compareSchemas(only as JsonSchema, other as JsonSchema, at, depth + 1);
  return [
    ...(lostSchemas.length === 0
      ? []
      : [
          {
            effect: "narrowed",
            at,
            text: `does not take ${someOf(lostSchemas)} any more`,
            before: lostSchemas,
          } as const,
        ]),
    ...(won.length === 0 ? [] : [{ effect: "widened", at, text: `takes ${someOf(won)} too`, after: won } as const]),
  ];
}

/** The alternatives of a schema that is nothing but a union of them. */
function unionOf(schema: JsonObject): JsonArray | undefined {
  const keywords = Object.keys(schema).filter((keyword) => !textKeywords.includes(keyword));
  const union = keywords.length === 1 && (keywords[0] === "anyOf" || keywords[0] === "oneOf") ? keywords[0] : undefined;
  const list = union === undefined ? undefined : own(schema, union);
  return isArray(list) ? list : undefined;
}

/** A schema that became a union, or was one: the plain one is its only alternative. */
function compareWithUnion(old: JsonObject, fresh: JsonObject, at: string, depth: number): readonly SchemaDifference[] {
  const plain = (schema: JsonObject): Json =>
    fromEntries(
      Object.keys(schema)
        .filter((keyword) => !textKeywords.includes(keyword))
        .map((keyword) => [keyword, own(schema, keyword) ?? null]),
    );
  const differences = compareLists(unionOf(old) ?? [plain(old)], unionOf(fresh) ?? [plain(fresh)], at, depth);
  return [...differences, ...compareTexts(old, fresh, at)];
}

/** Keywords that are compared above, or that say nothing about what is taken. */
const known = new Set([
  ..."type enum const pattern format multipleOf uniqueItems properties required additionalProperties".split(" "),
  ..."items anyOf oneOf $comment $schema $id $defs".split(" "),
  ...textKeywords,
  ...bounds.map(([keyword]) => keyword),
]);

function compareOthers(old: JsonObject, fresh: JsonObject, at: string): readonly SchemaDifference[] {
  const keywords = new Set([...Object.keys(old), ...Object.keys(fresh)].filter((keyword) => !known.has(keyword)));
  return [...keywords].flatMap((keyword): readonly SchemaDifference[] => {
    const [before, after] = [own(old, keyword), own(fresh, keyword)];
    if (isEqual(before, after)) return [];
    const word = visible(keyword);
    if (keyword.startsWith("x-")) return [{ effect: "described", at, text: `has another ${word}` }];
    if (before === undefined) return [{ effect: "narrowed", at, text: `has ${word} now` }];
    if (after === undefined) return [{ effect: "widened", at, text: `has no ${word} any more` }];
    return [{ effect: "changed", at, text: `has another ${word}` }];
  });
}

function compareTexts(old: JsonObject, fresh: JsonObject, at: string): readonly SchemaDifference[] {
  const [before, after] = [own(old, "default"), own(fresh, "default")];
  const differences: SchemaDifference[] = isEqual(before, after)
    ? []
    : [{ effect: "default", at, text: stepText("default", before, after), ...sidesOf(before, after) }];
  for (const keyword of ["title", "description"]) {
    const [text, other] = [ownString(old, keyword), ownString(fresh, keyword)];
    if (text === other) continue;
    const what =
      text === undefined
        ? `has a ${keyword} now`
        : other === undefined
          ? `has no ${keyword} any more`
          : `has another ${keyword}`;
    differences.push({ effect: "described", at, text: what, ...sidesOf(text, other) });
  }
  for (const keyword of ["examples", "example", "deprecated", "readOnly", "writeOnly"])
    if (!isEqual(own(old, keyword), own(fresh, keyword)))
      differences.push({ effect: "described", at, text: stepText(keyword, own(old, keyword), own(fresh, keyword)) });
  return differences;
}
