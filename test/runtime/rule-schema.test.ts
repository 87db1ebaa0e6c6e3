/** Schemas in rules of a policy: whatever would not be checked as it is written is said, with its place. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model-parts.ts";
import { schemaFaults } from "../../templates/always/src/runtime/policy/rule-schema.ts";

const keywords =
  "$comment, title, description, type, const, enum, format, pattern, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, minItems, maxItems, minProperties, maxProperties, required, properties, additionalProperties, propertyNames, items, prefixItems, contains, allOf, anyOf, not, if, then, else";
const types = "array, boolean, integer, null, number, object, string";
const formats = "date, date-time, time, uuid, email, ipv4, ipv6";
const pattern = "a regular expression that can be run in bounded time, without backreferences";

describe("a schema of a rule", () => {
  it.each<JsonValue>([
    true,
    false,
    {},
    { $comment: "", title: "", description: "text" },
    ...types.split(", ").map((type) => ({ type })),
    { type: ["string", "null"] },
    { const: null },
    { const: { any: ["value"] } },
    { enum: [null] },
    ...formats.split(", ").map((format) => ({ format })),
    { pattern: "^a+$" },
    { pattern: "" },
    { minimum: 0, maximum: -1.5, exclusiveMinimum: 1e300, exclusiveMaximum: 0 },
    { multipleOf: 0.01 },
    { minLength: 0, maxLength: 9, minItems: 0, maxItems: 1, minProperties: 0, maxProperties: 2 },
    { required: [] },
    { required: ["a", "b"] },
    { properties: {} },
    { properties: { a: true, b: { type: "string" } } },
    { additionalProperties: false, propertyNames: { pattern: "^a" }, items: { type: "number" }, contains: {} },
    { prefixItems: [{}, true], allOf: [{}], anyOf: [{ minimum: 1 }] },
    { not: { required: ["a"] }, if: {}, then: false, else: true },
  ])("may be %j", (schema) => expect(schemaFaults(schema, "/rules/0/require")).toEqual([]));

  it.each<[string, readonly JsonValue[], string]>([
    ["$comment", [1, null, ["a"]], "text"],
    ["title", [1, {}], "text"],
    ["description", [false, null], "text"],
    [
      "type",
      ["text", "String", "", [], ["string", "text"], null, ["string", null], [["string"]], {}],
      `one of ${types}`,
    ],
    ["enum", [[], "a", {}, null], "a list that is not empty"],
    ["format", ["uri", "Date", "", null, 1, ["date"]], `one of ${formats}`],
    ["pattern", ["(", "(a)\\1", 1, null, ["a"]], pattern],
    ["minimum", ["1", null, true, []], "a number"],
    ["maximum", ["1", null], "a number"],
    ["exclusiveMinimum", [true, "1"], "a number"],
    ["exclusiveMaximum", [true, "1"], "a number"],
    ["multipleOf", [0, -1, "5", true, [5], null], "a number above 0"],
    ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"].map(
      (name): [string, readonly JsonValue[], string] => [name, [-1, 1.5, "1", null, [1]], "a whole number"],
    ),
    ["required", ["a", {}, ["a", 1], null], "a list of names"],
    ["properties", [[], "a", null, true], "an object"],
    ...["additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else"].map(
      (name): [string, readonly JsonValue[], string] => [name, [null, "a", 1, []], "a JSON Schema"],
    ),
    ...["prefixItems", "allOf", "anyOf"].map((name): [string, readonly JsonValue[], string] => [
      name,
      [[], {}, true, null],
      "a list of schemas",
    ]),
  ])("with %s may not be one of %j: it needs %s", (keyword, values, need) => {
    for (const value of values)
      expect(schemaFaults({ [keyword]: value }, "/rules/0/require"), JSON.stringify(value)).toEqual([
        { pointer: `/rules/0/require/${keyword}`, message: `"rules/0/require/${keyword}" needs ${need}` },
      ]);
  });

  it.each<JsonValue>([null, 1, "string", []])("is not %j", (schema) =>
    expect(schemaFaults(schema, "/rules/2/arguments")).toEqual([
      { pointer: "/rules/2/arguments", message: '"rules/2/arguments" needs a JSON Schema' },
    ]),
  );

  it.each([
    "oneOf",
    "$ref",
    "uniqueItems",
    "patternProperties",
    "dependentRequired",
    "Type",
    "constructor",
    "__proto__",
  ])("has no %s: nobody would check it", (keyword) => {
    const schema = JSON.parse(`{"${keyword}":{}}`) as JsonValue;
    expect(schemaFaults(schema, "")).toEqual([
      {
        pointer: `/${keyword}`,
        message: `"${keyword}" is no keyword that rules can hold; known are ${keywords}`,
      },
    ]);
  });

  it("is told of by a hundred characters of a keyword, and its whole place", () => {
    const long = `${"x".repeat(101)}`;
    expect(schemaFaults({ [long]: 1 }, "/a")).toEqual([
      {
        pointer: `/a/${long}`,
        message: `"${"x".repeat(100)}" is no keyword that rules can hold; known are ${keywords}`,
      },
    ]);
  });
});

describe("a fault of a schema within others", () => {
  it.each<[JsonValue, string]>([
    [{ properties: { "a/b~c": { minimum: "1" } } }, "/properties/a~1b~0c/minimum"],
    [{ properties: { "a/b/c~~": { items: { maximum: "1" } } } }, "/properties/a~1b~1c~0~0/items/maximum"],
    [{ "x/y~z": 1 }, "/x~1y~0z"],
    [{ "x/y/z~~": 1 }, "/x~1y~1z~0~0"],
    [{ allOf: [{}, { not: { maxItems: -1 } }] }, "/allOf/1/not/maxItems"],
    [{ anyOf: [{ minimum: "1" }] }, "/anyOf/0/minimum"],
    [{ prefixItems: [true, { minimum: "1" }] }, "/prefixItems/1/minimum"],
    [{ if: { then: { else: { contains: 3 } } } }, "/if/then/else/contains"],
    [{ additionalProperties: { propertyNames: { format: "x" } } }, "/additionalProperties/propertyNames/format"],
  ])("of %j is at %s", (schema, pointer) => {
    expect(schemaFaults(schema, "").map((fault) => fault.pointer)).toEqual([pointer]);
    expect(schemaFaults(schema, "/rules/0/require").map((fault) => fault.pointer)).toEqual([
      `/rules/0/require${pointer}`,
    ]);
  });

  it("is one of several, in their order", () => {
    const schema = { minimum: "1", properties: { a: { maximum: "2" }, b: 3 }, anyOf: [{ type: "x" }, null] };
    expect(schemaFaults(schema, "").map(({ pointer }) => pointer)).toEqual([
      "/minimum",
      "/properties/a/maximum",
      "/properties/b",
      "/anyOf/0/type",
      "/anyOf/1",
    ]);
  });
});
