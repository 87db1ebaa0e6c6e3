import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { upgradeDocument } from "../../../src/document/upgrade.ts";

function upgraded(version: string, schema: Json, more: JsonObject = {}): Json | undefined {
  const document = structuredClone({
    openapi: version,
    paths: {},
    components: { schemas: { Subject: schema, ...more } },
  });
  const root = upgradeDocument(document as JsonObject, () => {});
  return ((root["components"] as JsonObject)["schemas"] as JsonObject)["Subject"];
}

const pet = { $ref: "#/components/schemas/Pet" };

describe("a schema of OpenAPI 3.0 becomes JSON Schema 2020-12", () => {
  test.each<[name: string, given: Json, want: Json]>([
    ["nullable beside a type", { type: "string", nullable: true }, { type: ["string", "null"] }],
    ["nullable: false says nothing", { type: "string", nullable: false }, { type: "string" }],
    [
      "null joins an enum",
      { type: "string", nullable: true, enum: ["a"] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      "an enum that has null",
      { type: "string", nullable: true, enum: ["a", null] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    ["an enum without a type", { nullable: true, enum: ["a"] }, { enum: ["a", null] }],
    ["nullable beside $ref", { ...pet, nullable: true }, { anyOf: [pet, { type: "null" }] }],
    [
      "a description beside a nullable $ref",
      { ...pet, nullable: true, description: "d" },
      { description: "d", anyOf: [pet, { type: "null" }] },
    ],
    [
      "nullable beside allOf",
      { allOf: [pet], nullable: true, title: "t" },
      { title: "t", anyOf: [{ allOf: [pet] }, { type: "null" }] },
    ],
    [
      "nullable beside oneOf",
      { oneOf: [pet, { type: "string" }], nullable: true },
      { anyOf: [{ oneOf: [pet, { type: "string" }] }, { type: "null" }] },
    ],
    ["nullable beside anyOf", { anyOf: [pet], nullable: true }, { anyOf: [pet, { type: "null" }] }],
    [
      "nullable beside properties only",
      { properties: {}, nullable: true },
      { properties: {}, type: ["object", "null"] },
    ],
    ["nullable beside items only", { items: {}, nullable: true }, { items: {}, type: ["array", "null"] }],
    ["nullable alone", { nullable: true }, {}],
    ["an exclusive minimum", { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ["an inclusive minimum", { minimum: 1, exclusiveMinimum: false }, { minimum: 1 }],
    ["an exclusive maximum", { maximum: 9, exclusiveMaximum: true }, { exclusiveMaximum: 9 }],
    ["an exclusive bound without a bound", { exclusiveMaximum: true }, {}],
    ["a bound of 3.1 in 3.0", { exclusiveMinimum: 4 }, { exclusiveMinimum: 4 }],
    ["an example", { type: "string", example: "x" }, { type: "string", examples: ["x"] }],
    ["an example that is null", { example: null }, { examples: [null] }],
    ["examples beside an example", { example: 1, examples: [2] }, { examples: [2] }],
    ["keywords beside $ref", { ...pet, type: "string", minLength: 2, required: ["a"] }, pet],
    [
      "words beside $ref",
      { ...pet, description: "d", default: 1, readOnly: true, deprecated: true },
      { ...pet, description: "d", default: 1, readOnly: true, deprecated: true },
    ],
    ["an extension beside $ref", { ...pet, "x-a": 1 }, { ...pet, "x-a": 1 }],
    [
      "keywords of 3.1",
      { type: ["string", "null"], const: "a", examples: ["b"] },
      { type: ["string", "null"], const: "a", examples: ["b"] },
    ],
    [
      "a list of items",
      { items: [pet, { type: "string" }], additionalItems: false },
      { prefixItems: [pet, { type: "string" }], items: false },
    ],
    [
      "dependencies",
      { dependencies: { a: ["b"], c: pet } },
      { dependentRequired: { a: ["b"] }, dependentSchemas: { c: pet } },
    ],
    [
      "a property that is called as a keyword",
      {
        type: "object",
        properties: {
          nullable: { type: "string", nullable: true },
          example: { type: "string" },
          default: { nullable: true, type: "integer" },
        },
      },
      {
        type: "object",
        properties: {
          nullable: { type: ["string", "null"] },
          example: { type: "string" },
          default: { type: ["integer", "null"] },
        },
      },
    ],
    [
      "data that looks like a schema",
      { default: { nullable: true, type: "string" }, "x-a": { nullable: true, type: "string" } },
      { default: { nullable: true, type: "string" }, "x-a": { nullable: true, type: "string" } },
    ],
    ["a boolean schema", true, true],
  ])("%s", (_name, given, want) => {
    expect(upgraded("3.0.3", given, { Pet: {} })).toEqual(want);
  });

  test.each(["items", "additionalProperties", "not", "contains", "propertyNames", "if", "unevaluatedProperties"])(
    "below %s",
    (keyword) => {
      expect(upgraded("3.0.3", { [keyword]: { type: "string", nullable: true } })).toEqual({
        [keyword]: { type: ["string", "null"] },
      });
    },
  );

  test.each(["allOf", "anyOf", "oneOf", "prefixItems"])("below %s", (keyword) => {
    expect(upgraded("3.0.3", { [keyword]: [{ type: "string", nullable: true }] })).toEqual({
      [keyword]: [{ type: ["string", "null"] }],
    });
  });
});

describe("a schema of OpenAPI 3.1", () => {
  test.each<[name: string, given: Json, want: Json]>([
    ["keeps keywords beside $ref", { ...pet, minLength: 2, type: "string" }, { ...pet, minLength: 2, type: "string" }],
    ["has a stray nullable honoured", { type: "string", nullable: true }, { type: ["string", "null"] }],
    [
      "has a nullable list of types honoured",
      { type: ["string", "integer"], nullable: true },
      { type: ["string", "integer", "null"] },
    ],
  ])("%s", (_name, given, want) => {
    expect(upgraded("3.1.0", given, { Pet: {} })).toEqual(want);
  });
});

test("schemas are found wherever they stand", () => {
  const given = { type: "string", nullable: true };
  const want = { type: ["string", "null"] };
  const places = (schema: JsonObject): JsonObject => ({
    paths: {
      "/a": {
        parameters: [
          { name: "p", in: "query", schema },
          { name: "q", in: "query", content: { "application/json": { schema } } },
        ],
        query: {
          requestBody: {
            content: {
              "application/json": { schema, itemSchema: schema, encoding: { a: { headers: { h: { schema } } } } },
            },
          },
        },
        additionalOperations: {
          COPY: { responses: { default: { headers: { h: { schema } }, content: { "a/b": { schema } } } } },
        },
        get: {
          callbacks: { c: { "{$request.body#/url}": { post: { requestBody: { content: { "a/b": { schema } } } } } } },
        },
      },
      "/b": { $ref: "#/x-external/item" },
    },
    webhooks: { w: { post: { responses: { 200: { content: { "a/b": { schema } } } } } } },
    components: {
      parameters: { p: { schema } },
      headers: { h: { schema } },
      pathItems: { i: { get: { parameters: [{ schema }] } } },
      mediaTypes: { m: { schema } },
    },
    "x-external": { item: { get: { parameters: [{ $ref: "#/x-external/parameter" }] } }, parameter: { schema } },
  });
  const root = upgradeDocument(structuredClone({ openapi: "3.0.0", ...places(given) }), () => {});
  expect(root).toEqual({ openapi: "3.2.0", ...places(want) });
});

test("a reference into a schema that is wrapped follows it", () => {
  const root = upgradeDocument(
    {
      openapi: "3.0.0",
      paths: {},
      components: {
        schemas: { A: { allOf: [{ type: "string" }], nullable: true }, B: { $ref: "#/components/schemas/A/allOf/0" } },
      },
    },
    () => {},
  );
  expect(root["components"]).toEqual({
    schemas: {
      A: { anyOf: [{ allOf: [{ type: "string" }] }, { type: "null" }] },
      B: { $ref: "#/components/schemas/A/anyOf/0/allOf/0" },
    },
  });
});

test("what 3.2 added stays as it is", () => {
  const document = {
    openapi: "3.2.0",
    $self: "https://example.com/api.yaml",
    tags: [{ name: "a", parent: "b", kind: "nav" }],
    paths: {
      "/a": {
        query: { responses: {} },
        additionalOperations: { COPY: {} },
        parameters: [{ name: "q", in: "querystring", content: {} }],
      },
    },
  };
  expect(upgradeDocument(structuredClone(document), () => {})).toEqual(document);
});
