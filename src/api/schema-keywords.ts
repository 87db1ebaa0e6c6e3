/** The keywords of JSON Schema 2020-12 that schemas keep. */
import type { JsonObject } from "../base/json.ts";

/** What the value of a keyword has to be. */
export type KeywordKind =
  | "number"
  | "count"
  | "boolean"
  | "string"
  | "schema"
  | "schemas"
  | "properties"
  | "schema map"
  | "strings"
  | "string lists"
  | "value"
  | "values"
  | "pattern"
  | "type";

/**
 * The keywords of JSON Schema 2020-12 that a schema keeps, in the order in which they are written. Everything else
 * goes: vendor extensions mean something to clients (`x-mcp-header`), identifiers would move the base of references.
 */
const keywords: readonly (readonly [string, KeywordKind])[] = [
  ["title", "string"],
  ["description", "string"],
  ["type", "type"],
  ["format", "string"],
  ["contentEncoding", "string"],
  ["contentMediaType", "string"],
  ["enum", "values"],
  ["const", "value"],
  ["default", "value"],
  ["examples", "values"],
  ["deprecated", "boolean"],
  ["readOnly", "boolean"],
  ["writeOnly", "boolean"],
  ["minLength", "count"],
  ["maxLength", "count"],
  ["pattern", "pattern"],
  ["minimum", "number"],
  ["exclusiveMinimum", "number"],
  ["maximum", "number"],
  ["exclusiveMaximum", "number"],
  ["multipleOf", "number"],
  ["minItems", "count"],
  ["maxItems", "count"],
  ["uniqueItems", "boolean"],
  ["prefixItems", "schemas"],
  ["items", "schema"],
  ["contains", "schema"],
  ["minContains", "count"],
  ["maxContains", "count"],
  ["properties", "properties"],
  ["patternProperties", "schema map"],
  ["additionalProperties", "schema"],
  ["propertyNames", "schema"],
  ["minProperties", "count"],
  ["maxProperties", "count"],
  ["dependentRequired", "string lists"],
  ["dependentSchemas", "schema map"],
  ["unevaluatedProperties", "schema"],
  ["unevaluatedItems", "schema"],
  ["allOf", "schemas"],
  ["anyOf", "schemas"],
  ["oneOf", "schemas"],
  ["not", "schema"],
  ["if", "schema"],
  ["then", "schema"],
  ["else", "schema"],
];

export interface Keyword {
  readonly name: string;
  readonly kind: KeywordKind;
  readonly order: number;
}

const keywordOf = new Map(keywords.map(([name, kind], order): [string, Keyword] => [name, { name, kind, order }]));

/** The known keywords of a schema, in the order in which they are written. Most schemas have three or four. */
export function keywordsOf(value: JsonObject): readonly Keyword[] {
  const present: Keyword[] = [];
  for (const key of Object.keys(value)) {
    const keyword = keywordOf.get(key);
    if (keyword !== undefined) present.push(keyword);
  }
  return present.length < 2 ? present : present.sort((a, b) => a.order - b.order);
}
