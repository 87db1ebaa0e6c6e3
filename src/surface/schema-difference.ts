/**
 * What differs between two listed schemas (JSON Schema 2020-12), and which way: whether the new one takes less than the
 * old one took, or more. It is decided keyword by keyword; what cannot be judged counts as taking less.
 */
import { isSame } from "../base/json.ts";
import { type SchemaNode, standalone } from "../base/schema/node.ts";
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
export function compareSchemas(before: JsonSchema, after: JsonSchema): readonly SchemaDifference[] {
  return compareNodes(standalone.of(before), standalone.of(after), "", 0);
}

function compareNodes(before: SchemaNode, after: SchemaNode, at: string, depth: number): readonly SchemaDifference[] {
  if (isSame(before.json, after.json)) return [];
  const [old, fresh] = [withKeywords(before), withKeywords(after)];
  if (depth > deepest)
    return isEqual(old.keywords, fresh.keywords) ? [] : [{ effect: "changed", at, text: "is different" }];
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

/** What takes nothing says so by a keyword, as what takes anything says nothing. */
function withKeywords(schema: SchemaNode): SchemaNode {
  return schema.isNever ? standalone.of({ not: {} }) : schema;
}

/** `properties`, `required` and `additionalProperties` (§10.3.2 of the core, §6.5.3). */
function compareObjects(old: SchemaNode, fresh: SchemaNode, at: string, depth: number): readonly SchemaDifference[] {
  const [before, after] = [new Map(old.properties), new Map(fresh.properties)];
  const [needed, needs] = [new Set(old.required), new Set(fresh.required)];
  const differences: SchemaDifference[] = [];
  for (const [name, schema] of before) {
    const place = `${at}.${name}`;
    const other = after.get(name);
    if (other === undefined) {
      differences.push({ effect: "narrowed", at: place, text: "is gone", before: schema.json });
      continue;
    }
    if (needs.has(name) && !needed.has(name))
      differences.push({ effect: "narrowed", at: place, text: "is required now" });
    if (needed.has(name) && !needs.has(name))
      differences.push({ effect: "widened", at: place, text: "need not be given any more" });
    differences.push(...compareNodes(schema, other, place, depth + 1));
  }
  for (const [name, schema] of after) {
    if (before.has(name)) continue;
    const required = needs.has(name);
    const text = required ? "is new and required" : "is new";
    differences.push({ effect: required ? "narrowed" : "widened", at: `${at}.${name}`, text, after: schema.json });
  }
  return [...differences, ...compareAdditional(old, fresh, at, depth)];
}

function compareAdditional(old: SchemaNode, fresh: SchemaNode, at: string, depth: number): readonly SchemaDifference[] {
  const restOf = (schema: SchemaNode): SchemaNode => schema.additionalProperties ?? standalone.of(true);
  const [before, after] = [restOf(old), restOf(fresh)];
  if (isEqual(before.json, after.json)) return [];
  if (after.isNever) return [{ effect: "narrowed", at, text: "takes no further fields any more" }];
  if (before.isNever) return [{ effect: "widened", at, text: "takes further fields too" }];
  return compareNodes(before, after, `${at}.*`, depth + 1);
}

function compareItems(old: SchemaNode, fresh: SchemaNode, at: string, depth: number): readonly SchemaDifference[] {
  if (old.items === undefined && fresh.items === undefined) return [];
  const { anything } = standalone;
  return compareNodes(old.items ?? anything, fresh.items ?? anything, `${at}[]`, depth + 1);
}

/** `anyOf` and `oneOf`, keyword by keyword. */
function compareAlternatives(
  old: SchemaNode,
  fresh: SchemaNode,
  at: string,
  depth: number,
): readonly SchemaDifference[] {
  return (["anyOf", "oneOf"] as const).flatMap((keyword): readonly SchemaDifference[] => {
    const [before, after] = [old[keyword], fresh[keyword]];
    if (isEqual(before?.map(jsonOf), after?.map(jsonOf))) return [];
    if (before === undefined) return [{ effect: "narrowed", at, text: "takes only some alternatives now" }];
    if (after === undefined) return [{ effect: "widened", at, text: "takes more than the alternatives of before" }];
    return compareLists(before, after, at, depth);
  });
}

type SchemaList = readonly SchemaNode[];

/** Alternatives that are gone, that are new, and, where one of each is left, what differs there. */
function compareLists(old: SchemaList, fresh: SchemaList, at: string, depth: number): readonly SchemaDifference[] {
  const lacks = (list: SchemaList, schema: SchemaNode): boolean => !list.some(({ json }) => isEqual(schema.json, json));
  const gone = old.filter((schema) => lacks(fresh, schema));
  const added = fresh.filter((schema) => lacks(old, schema));
  const [only, other] = [gone[0], added[0]];
  if (only !== undefined && other !== undefined && gone.length === 1 && added.length === 1)
    return compareNodes(only, other, at, depth + 1);
  const [before, after] = [gone.map(jsonOf), added.map(jsonOf)];
  const differences: SchemaDifference[] = [];
  if (gone.length > 0)
    differences.push({ effect: "narrowed", at, text: `does not take ${someOf(before)} any more`, before });
  if (added.length > 0) differences.push({ effect: "widened", at, text: `takes ${someOf(after)} too`, after });
  return differences;
}

function jsonOf({ json }: SchemaNode): JsonSchema {
  return json;
}

/** The alternatives of a schema that is nothing but a union of them. */
function unionOf(schema: SchemaNode): SchemaList | undefined {
  const { union } = schema;
  return union !== undefined && schema.saysOnly(union.keyword, ...textKeywords) ? union.alternatives : undefined;
}

/** A schema that became a union, or was one: the plain one is its only alternative. */
function compareWithUnion(old: SchemaNode, fresh: SchemaNode, at: string, depth: number): readonly SchemaDifference[] {
  const alternativesOf = (schema: SchemaNode): SchemaList => unionOf(schema) ?? [schema.without(...textKeywords)];
  return [...compareLists(alternativesOf(old), alternativesOf(fresh), at, depth), ...compareTexts(old, fresh, at)];
}

/** Keywords that are compared above, or that say nothing about what is taken. */
const judgedKeywords: ReadonlySet<string> = new Set([
  ..."type enum const pattern format multipleOf uniqueItems properties required additionalProperties".split(" "),
  ..."items anyOf oneOf $comment $schema $id $defs".split(" "),
  ...textKeywords,
  ...bounds.map(([keyword]) => keyword),
]);

function compareOthers(old: SchemaNode, fresh: SchemaNode, at: string): readonly SchemaDifference[] {
  const keywords = new Set([old, fresh].flatMap((schema) => Object.keys(schema.keywords)));
  return [...keywords].flatMap((keyword): readonly SchemaDifference[] => {
    const [before, after] = [old.keyword(keyword), fresh.keyword(keyword)];
    if (judgedKeywords.has(keyword) || isEqual(before, after)) return [];
    const word = visible(keyword);
    if (keyword.startsWith("x-")) return [{ effect: "described", at, text: `has another ${word}` }];
    if (before === undefined) return [{ effect: "narrowed", at, text: `has ${word} now` }];
    if (after === undefined) return [{ effect: "widened", at, text: `has no ${word} any more` }];
    return [{ effect: "changed", at, text: `has another ${word}` }];
  });
}

function compareTexts(old: SchemaNode, fresh: SchemaNode, at: string): readonly SchemaDifference[] {
  const [before, after] = [old.default, fresh.default];
  const differences: SchemaDifference[] = isEqual(before, after)
    ? []
    : [{ effect: "default", at, text: stepText("default", before, after), ...sidesOf(before, after) }];
  for (const keyword of ["title", "description"] as const) {
    const [text, other] = [old[keyword], fresh[keyword]];
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
    if (!isEqual(old.keyword(keyword), fresh.keyword(keyword)))
      differences.push({
        effect: "described",
        at,
        text: stepText(keyword, old.keyword(keyword), fresh.keyword(keyword)),
      });
  return differences;
}
