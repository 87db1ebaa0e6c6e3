/** Schemas of documents as the validator gets them: what of each keyword is kept, and what formats stand for. */
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { formatKeywords } from "../../templates/always/src/runtime/validation/formats.ts";
import { prepareSchema, type SchemaLookup } from "../../templates/always/src/runtime/validation/schema.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const prepared = (schema: JsonValue, definitions = {}, lookup: SchemaLookup = {}): unknown =>
  plain(prepareSchema(schema as JsonObject, definitions, lookup));

describe("of a schema is kept", () => {
  it.each<[string, JsonValue, JsonValue]>([
    ["a switch", false, false],
    ["all, where it is none", 7, true],
    ["a type, as a list", { type: "integer" }, { type: ["integer"] }],
    ["types that there are", { type: ["string", "file", "null"] }, { type: ["string", "null"] }],
    ["no type that there is not", { type: "file" }, {}],
    ["a constant", { const: null }, { const: null }],
    ["values", { enum: [1] }, { enum: [1] }],
    ["no empty list of values", { enum: [] }, {}],
    ["no values that are no list", { enum: 1 }, {}],
    ["names that are texts", { required: ["a", 1] }, { required: ["a"] }],
    ["no names that are no list", { required: true }, {}],
    ["numbers", { minimum: 1, maxLength: 0, multipleOf: 0.5 }, { minimum: 1, maxLength: 0, multipleOf: 0.5 }],
    ["no bound that is none", { minimum: "1", exclusiveMaximum: true }, {}],
    ["properties", { properties: { a: { type: "x" }, b: true } }, { properties: { a: {}, b: true } }],
    ["no properties that are none", { properties: [] }, {}],
    [
      "what others may be",
      { additionalProperties: false, unevaluatedProperties: { type: "string" }, propertyNames: { maxLength: 1 } },
      { additionalProperties: false, unevaluatedProperties: { type: ["string"] }, propertyNames: { maxLength: 1 } },
    ],
    ["what others ask for", { dependentRequired: { a: ["b", 1], c: 2 } }, { dependentRequired: { a: ["b"], c: [] } }],
    ["nothing of that which is no object", { dependentRequired: ["a"] }, {}],
    [
      "schemas that others ask for",
      { dependentSchemas: { a: { type: "string" } } },
      { dependentSchemas: { a: { type: ["string"] } } },
    ],
    ["one schema of items", { items: { type: "string" } }, { items: { type: ["string"] } }],
    ["several schemas of items", { items: [{ type: "string" }, true] }, { items: [{ type: ["string"] }, true] }],
    [
      "what items are at first, later, and among others",
      { prefixItems: [true], unevaluatedItems: false, contains: { const: 1 }, minContains: 1, maxContains: 2 },
      { prefixItems: [true], unevaluatedItems: false, contains: { const: 1 }, minContains: 1, maxContains: 2 },
    ],
    ["that items differ", { uniqueItems: true }, { uniqueItems: true }],
    ["not that they may be equal", { uniqueItems: false }, {}],
    ["parts and alternatives", { allOf: [true], anyOf: [false] }, { allOf: [true], anyOf: [false] }],
    ["no empty ones", { allOf: [], anyOf: [], oneOf: [], prefixItems: [] }, {}],
    ["one of several as any of them", { oneOf: [true, false] }, { anyOf: [true, false] }],
    [
      "both kinds of alternatives",
      { oneOf: [true], anyOf: [false], allOf: [{ const: 1 }] },
      { anyOf: [false], allOf: [{ const: 1 }, { anyOf: [true] }] },
    ],
    ["both kinds without parts", { oneOf: [true], anyOf: [false] }, { anyOf: [false], allOf: [{ anyOf: [true] }] }],
    [
      "conditions",
      { not: { const: 1 }, if: { const: 2 }, then: { const: 3 }, else: { const: 4 } },
      { not: { const: 1 }, if: { const: 2 }, then: { const: 3 }, else: { const: 4 } },
    ],
    ["nothing else", { title: "T", example: { $ref: "x" }, discriminator: {}, nullable: true, $id: "a" }, {}],
    ["a format that is known", { format: "date" }, { format: "date" }],
    ["no other", { format: "hostname" }, {}],
    ["a pattern as a format", { pattern: "^a" }, { format: "pattern ^a" }],
    [
      "a pattern beside a format",
      { format: "date", pattern: "^2" },
      { format: "date", allOf: [{ format: "pattern ^2" }] },
    ],
    [
      "a pattern beside a format and parts",
      { format: "date", pattern: "^2", allOf: [true] },
      { format: "date", allOf: [true, { format: "pattern ^2" }] },
    ],
    ["a pattern without escapes that it needs not", { pattern: "^\\_a" }, { format: "pattern ^_a" }],
    ["an escaped hyphen", { pattern: "^\\-a" }, { format: "pattern ^\\x2da" }],
    ["no pattern that is none", { pattern: "(" }, {}],
    ["no pattern that is no text", { pattern: 1 }, {}],
    [
      "what a format stands for",
      { type: "string", format: "byte" },
      prepared({
        type: "string",
        pattern: "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
      }) as JsonValue,
    ],
    ["a reference to nothing not", { $ref: "#/$defs/None" }, {}],
    ["a reference to elsewhere not", { $ref: "other.yaml" }, {}],
    [
      "what names may be where all patterns are known",
      { properties: { a: true }, patternProperties: { "^x": false }, additionalProperties: false },
      { properties: { a: true }, additionalProperties: false },
    ],
    [
      "nothing of other names where one is not",
      {
        properties: { a: true },
        patternProperties: { "(": false },
        additionalProperties: false,
        unevaluatedProperties: false,
      },
      { properties: { a: true } },
    ],
  ])("%s", (_what, schema, want) => expect(prepared(schema)).toEqual(want));

  it("what references lead to, once for all", () => {
    const lookup: SchemaLookup = {};
    const definitions = { Pet: { properties: { parent: { $ref: "#/$defs/Pet" } } }, Other: {} };
    const schema = { anyOf: [{ $ref: "#/$defs/Pet" }, { $ref: "#/$defs/Pet" }, { $ref: "#/$defs/Pet/properties" }] };
    expect(prepared(schema, definitions, lookup)).toEqual({
      anyOf: [{ $ref: "#/$defs/Pet" }, { $ref: "#/$defs/Pet" }, {}],
    });
    expect(plain(lookup)).toEqual({ "#/$defs/Pet": { properties: { parent: { $ref: "#/$defs/Pet" } } } });
    const known = lookup["#/$defs/Pet"];
    prepareSchema({ $ref: "#/$defs/Pet" }, definitions, lookup);
    expect(lookup["#/$defs/Pet"]).toBe(known);
  });
});

describe("the format", () => {
  const bounds = { minimum: -2_147_483_648, maximum: 2_147_483_647 };
  const url = { pattern: "^https?://[!-~]+$" };
  it.each<[JsonObject, JsonObject]>([
    [{ type: "integer", format: "int32" }, bounds],
    [{ type: ["integer", "null"], format: "int32" }, bounds],
    [{ type: "integer", format: "int32", minimum: 0 }, { maximum: 2_147_483_647 }],
    [{ type: "integer", format: "int32", exclusiveMinimum: 0 }, { maximum: 2_147_483_647 }],
    [{ type: "integer", format: "int32", maximum: 9 }, { minimum: -2_147_483_648 }],
    [{ type: "integer", format: "int32", exclusiveMaximum: 9 }, { minimum: -2_147_483_648 }],
    [{ type: "integer", format: "int32", enum: [1] }, {}],
    [{ type: "integer", format: "int32", const: 1 }, {}],
    [{ type: "number", format: "int32" }, {}],
    [{ format: "int32" }, {}],
    [{ type: "integer", format: "int64" }, {}],
    [{ type: "integer" }, {}],
    [{ type: "string", format: "url" }, url],
    [{ type: ["string", "null"], format: "url" }, url],
    [{ type: "string", format: "url", pattern: "^a" }, {}],
    [{ type: "string", format: "url", enum: ["a"] }, {}],
    [{ type: "string", format: "url", const: "a" }, {}],
    [{ type: "integer", format: "url" }, {}],
    [{ type: "string", format: "uri" }, {}],
  ])("of %j stands for %j", (schema, keywords) => expect(formatKeywords(schema)).toEqual(keywords));

  it.each<[string, string, boolean]>([
    ["byte", "", true],
    ["byte", "YWI=", true],
    ["byte", "YQ==", true],
    ["byte", "YWJj", true],
    ["byte", "YWJ", false],
    ["byte", "Y===", false],
    ["byte", "YW-_", false],
    ["url", "http://a", true],
    ["url", "https://a.example/b?c#d", true],
    ["url", "ftp://a", false],
    ["url", "https://", false],
    ["url", "https://a b", false],
    ["uri-reference", "", true],
    ["uri-reference", "/a/%20b?c=d#e", true],
    ["uri-reference", "https://a.example:8080/b:c", true],
    ["uri-reference", "http://[::1]/", true],
    ["uri-reference", "urn:isbn:1", true],
    ["uri-reference", "#a%20b", true],
    ["uri-reference", "a#b#c", false],
    ["uri-reference", "a<b>", false],
    ["uri-reference", 'a"b', false],
    ["uri-reference", "a\\b", false],
    ["uri-reference", "a^b", false],
    ["uri-reference", "a`b", false],
    ["uri-reference", "{a}", false],
    ["uri-reference", "a+b.c-1:x", true],
    ["uri-reference", "%2", false],
    ["uri-reference", "a b", false],
    ["uri-reference", "ä", false],
  ])("%s takes %j: %s", (format, text, takes) => {
    const { pattern } = formatKeywords({ type: "string", format });
    expect(new RegExp(String(pattern), "u").test(text)).toBe(takes);
  });
});
