/** What the portable profile asks of a schema, fact by fact. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import type { JsonType } from "../../../src/base/schema/types.ts";
import {
  defaultOf,
  furtherOf,
  isSetByServer,
  restrict,
  undescribedOf,
  unlistedOf,
  without,
} from "../../../src/mcp/listed/schema-facts.ts";

const text = { type: "string" };

it.each<[JsonObject, JsonType, JsonObject]>([
  [
    { type: ["string", "integer"], maxLength: 3, title: "T", description: "D", default: "x" },
    "string",
    { maxLength: 3 },
  ],
  [{ type: ["string", "integer"], enum: ["a", 1, null] }, "string", { enum: ["a"] }],
  [{ type: ["string", "integer"], enum: ["a", 1, null] }, "integer", { enum: [1] }],
  [{ type: ["string", "number"], enum: ["a", 1, 1.5] }, "number", { enum: [1, 1.5] }],
  [{ type: ["string", "integer"], enum: [1.5] }, "integer", {}],
  [{ type: ["string", "integer"], const: "a" }, "string", { enum: ["a"] }],
  [{ type: ["string", "null"], maxLength: 3 }, "null", {}],
])("of %j what concerns %s is %j", (schema, type, want) =>
  expect(restrict(standalone.of(schema), type).json).toEqual(want),
);

describe("a property", () => {
  const long = "x".repeat(65);
  it.each<[JsonObject, readonly string[], readonly string[]]>([
    [{ properties: { a: text }, required: ["a", "b"] }, ["b"], []],
    [{ properties: { "a b": text, c: text } }, [], ["a b"]],
    [{ properties: { "a b": text }, required: ["a b"] }, [], []],
    [{ properties: { $ref: text }, required: ["$ref"] }, [], ["$ref"]],
    [{ properties: { [long]: text }, required: [long] }, [], [long]],
    [{ properties: { "a b": false } }, [], []],
    [{ required: [long, "x"] }, ["x"], [long]],
    [{}, [], []],
  ])("of %j is described nowhere: %j; cannot be shown: %j", (schema, undescribed, unlisted) => {
    expect(undescribedOf(standalone.of(schema))).toEqual(undescribed);
    expect(unlistedOf(standalone.of(schema))).toEqual(unlisted);
  });
});

it.each<[JsonObject, Json | undefined]>([
  [{ additionalProperties: text }, text],
  [{ additionalProperties: false }, false],
  [{}, undefined],
  [{ patternProperties: { "^a": text } }, undefined],
  [{ patternProperties: { "^a": text }, additionalProperties: false }, text],
  [{ patternProperties: { "^a": text, "^b": {} }, additionalProperties: false }, { anyOf: [text, {}] }],
])("further properties of %j are %j", (schema, want) => expect(furtherOf(standalone.of(schema))?.json).toEqual(want));

it.each<[JsonObject, JsonObject]>([
  [{ default: 0 }, { default: 0 }],
  [{ default: false }, { default: false }],
  [{ default: "" }, { default: "" }],
  [{ default: null }, {}],
  [{}, {}],
  [{ default: "x".repeat(198) }, { default: "x".repeat(198) }],
  [{ default: "x".repeat(199) }, {}],
])("the default of %j is %j", (schema, want) => expect(defaultOf(standalone.of(schema))).toEqual(want));

it.each<[string | undefined, boolean]>([
  ["Read-only.", true],
  ["readonly", true],
  ["The id. Read-only.", true],
  ["The id! READ-ONLY", true],
  ["The id. Read-only, mostly.", false],
  ["This is read-only.", false],
  ["Readonlyish.", false],
  [undefined, false],
])("%j says that the server sets it: %s", (description, is) =>
  expect(isSetByServer(standalone.of(description === undefined ? {} : { description }))).toBe(is),
);

it("keywords are taken out of a listed schema", () =>
  expect(without({ type: "string", description: "D", enum: ["a"] }, ["description", "x"])).toEqual({
    type: "string",
    enum: ["a"],
  }));
