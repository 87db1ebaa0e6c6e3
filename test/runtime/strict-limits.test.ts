/** The strict form of lists at its limits, and what each type keeps there. */
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { strictList } from "../../templates/always/src/runtime/strict/strict-form.ts";
import type { ListedTool } from "../../templates/always/src/runtime/tools/tool-table.ts";

function strictOf(properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  const inputSchema = { type: "object", properties, required, additionalProperties: false };
  const [made] = strictList([{ name: "it", inputSchema } as unknown as ListedTool]);
  return (made?.inputSchema.properties ?? {}) as JsonObject;
}
const strict = (schema: JsonValue, isRequired = true): JsonValue =>
  strictOf({ a: schema }, isRequired ? ["a"] : [])["a"] ?? null;
const text = (description: string) => ({ type: "string", description });
const scalars = ["string", "number", "boolean"].map((type) => ({ type }));

const words = (count: number, first = "v"): string[] => Array.from({ length: count }, (_, index) => `${first}${index}`);
const enumOf = (count: number, first?: string): JsonObject => ({ type: "string", enum: words(count, first) });
const named = (count: number, part: JsonValue): JsonObject =>
  Object.fromEntries(words(count, "p").map((name) => [name, part]));
const nested = (levels: number): JsonObject =>
  levels === 0 ? { type: "string" } : { type: "object", properties: { in: nested(levels - 1) }, required: ["in"] };
const isWhole = (schema: JsonValue | undefined): boolean => !JSON.stringify(schema).includes("JSON text");

describe("values of enumerations", () => {
  it("are listed up to five hundred of one", () => {
    expect(strict(enumOf(500))).toEqual(enumOf(500));
    expect(strict(enumOf(501))).toEqual({ type: "string" });
  });

  it("are listed up to a thousand of all", () => {
    const { a, b } = strictOf({ a: enumOf(500), b: enumOf(500) });
    expect([a, b]).toEqual([enumOf(500), enumOf(500)]);
    const more = strictOf({ a: enumOf(500), b: enumOf(500), c: enumOf(1) });
    expect(more).toEqual({ a: { type: "string" }, b: { type: "string" }, c: enumOf(1) });
  });

  it.each<[string, (part: JsonObject) => JsonObject]>([
    ["lists", (items) => ({ type: "array", items })],
    ["objects", (inner) => ({ type: "object", properties: { x: inner }, required: ["x"] })],
    ["alternatives", (part) => ({ anyOf: [part, { type: "integer" }] })],
  ])("count within %s as well", (_where, within) => {
    const plain = JSON.stringify(strict(within({ type: "string" })));
    const made = strictOf({ a: within(enumOf(400)), b: within(enumOf(400)), c: within(enumOf(400)) });
    expect(Object.values(made).map((schema) => JSON.stringify(schema))).toEqual([plain, plain, plain]);
  });

  it.each<[string, JsonObject, number, number]>([
    ["a hundred of one, and five levels", named(3, enumOf(400)), 100, 5],
    ["fifty, and three levels", named(11, enumOf(100)), 50, 3],
    ["twenty, and one level", named(21, enumOf(50)), 20, 1],
  ])("are listed up to %s where there are too many", (_what, many, values, levels) => {
    const made = strictOf({
      ...many,
      fits: enumOf(values, "w"),
      long: enumOf(values + 1, "w"),
      flat: nested(levels - 1),
      deep: nested(levels),
    });
    expect(made["p0"]).toEqual({ type: "string" });
    expect([made["fits"], made["long"]]).toEqual([enumOf(values, "w"), { type: "string" }]);
    expect([isWhole(made["flat"]), isWhole(made["deep"])]).toEqual([true, false]);
  });
});

describe("properties", () => {
  const many = (count: number): JsonObject => ({ type: "object", properties: named(count, { type: "boolean" }) });
  it("are listed up to five thousand, and none below the first level where there are more", () => {
    expect(Object.keys(((strict(many(4_999)) as JsonObject)["properties"] ?? {}) as JsonObject)).toHaveLength(4_999);
    expect(strict(many(5_000))).toEqual(text("JSON text of an object."));
  });

  it("are all required, and no other is taken", () => {
    expect(strict({ type: "object", properties: { b: { type: "boolean" } } })).toEqual({
      type: "object",
      properties: { b: { type: ["boolean", "null"] } },
      required: ["b"],
      additionalProperties: false,
    });
    expect(strict({ type: "object", properties: {}, additionalProperties: true })).toEqual(
      text("JSON text of an object."),
    );
    expect(strict({ type: "object" })).toEqual(text("JSON text of an object."));
  });
});

describe("a schema keeps", () => {
  it.each<[string, JsonValue, JsonValue]>([
    ["what is said of a switch", { type: "boolean", description: "On?" }, { type: "boolean", description: "On?" }],
    ["what is said of null", { type: "null", description: "None." }, { type: "null", description: "None." }],
    [
      "all limits of a number",
      { type: "number", minimum: 1, maximum: 9, exclusiveMinimum: 0, exclusiveMaximum: 10, multipleOf: 2, other: 1 },
      { type: "number", minimum: 1, maximum: 9, exclusiveMinimum: 0, exclusiveMaximum: 10, multipleOf: 2 },
    ],
    ["limits that are numbers", { type: "integer", minimum: "1", maximum: true }, { type: "integer" }],
    [
      "how many items a list has",
      { type: "array", items: true, minItems: 1, maxItems: 3, description: "L." },
      { type: "array", items: { anyOf: scalars }, minItems: 1, maxItems: 3, description: "L." },
    ],
    [
      "limits of each of several types",
      { type: ["integer", "string"], minimum: 3, pattern: "^a", description: "D.", default: 4 },
      {
        anyOf: [
          { type: "integer", minimum: 3 },
          { type: "string", pattern: "^a" },
        ],
        description: "D. Default: 4.",
      },
    ],
    [
      "one of several types that is alone",
      { type: ["string"], description: "D." },
      { type: "string", description: "D." },
    ],
    ["one alternative once", { anyOf: [{ type: "string" }, { type: "string" }] }, { type: "string" }],
    ["a length of two hundred not", { type: "string", maxLength: 200 }, { type: "string" }],
    ["a length below that", { type: "string", maxLength: 199 }, text("At most 199 characters.")],
    ["that a text has one character at least", { type: "string", minLength: 1 }, text("Not empty.")],
    ["not that it has two", { type: "string", minLength: 2 }, { type: "string" }],
    [
      "a note once, where its description has it",
      { type: "string", minLength: 1, description: "Not empty. Name" },
      text("Not empty. Name"),
    ],
    ["a note behind an empty description", { type: "string", minLength: 1, description: "" }, text("Not empty.")],
    ["the default of a text", { type: "string", default: "x" }, text('Default: "x".')],
    [
      "the default that is null",
      { type: "integer", default: null },
      { type: "integer", description: "Default: null." },
    ],
    ["a reference as text", { $ref: "#/x", description: "It." }, text("It. JSON text of a value.")],
    ["parts as text", { allOf: [], type: "object" }, text("JSON text of a value.")],
    ["a constant", { const: "x" }, { type: "string", enum: ["x"] }],
    ["null as a constant", { const: null }, { type: "null" }],
    ["lists and objects among values as text", { enum: [[1], { a: 1 }] }, { type: "string" }],
    [
      "values of two types",
      { enum: [1, "x", 2] },
      {
        anyOf: [
          { type: "number", enum: [1, 2] },
          { type: "string", enum: ["x"] },
        ],
      },
    ],
    [
      "alternatives within alternatives in one list",
      { anyOf: [{ anyOf: [{ type: "integer" }, { type: "null" }] }, { type: "boolean" }] },
      { anyOf: [{ type: "integer" }, { type: "null" }, { type: "boolean" }] },
    ],
    [
      "those that something is said of as they are",
      { anyOf: [{ anyOf: [{ type: "integer" }, { type: "null" }], description: "N." }, { type: "boolean" }] },
      { anyOf: [{ description: "N.", anyOf: [{ type: "integer" }, { type: "null" }] }, { type: "boolean" }] },
    ],
    [
      "values beside an object as text",
      { anyOf: [{ type: "string", enum: ["x"] }, { type: "object" }] },
      { anyOf: [{ type: "string", enum: ["x"] }, text("JSON text of an object.")] },
    ],
    [
      "what is said of both, beside an object as text",
      { description: "Both.", oneOf: [{ type: "string" }, { type: "object" }] },
      text("Both. Objects are written as JSON text."),
    ],
    [
      "a number beside an object",
      { anyOf: [{ type: "integer" }, { type: "object" }] },
      { anyOf: [{ type: "integer" }, text("JSON text of an object.")] },
    ],
    ...["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"].map(
      (format): [string, JsonValue, JsonValue] => [
        `the format ${format}`,
        { type: "string", format },
        { type: "string", format },
      ],
    ),
  ])("%s", (_what, schema, want) => expect(strict(schema)).toEqual(want));

  it.each<[string, JsonValue, JsonValue]>([
    [
      "another word where it is null",
      { type: "null" },
      {
        description: '"(leave out)" leaves it out; null is sent as null.',
        anyOf: [{ type: "null" }, { type: "string", enum: ["(leave out)"] }],
      },
    ],
    [
      "another word where an alternative within is null",
      { anyOf: [{ anyOf: [{ type: "null" }, { type: "integer" }], description: "D." }, { type: "boolean" }] },
      {
        description: '"(leave out)" leaves it out; null is sent as null.',
        anyOf: [
          { description: "D.", anyOf: [{ type: "null" }, { type: "integer" }] },
          { type: "boolean" },
          { type: "string", enum: ["(leave out)"] },
        ],
      },
    ],
    ["null with values", { enum: [1, 2] }, { type: ["number", "null"], enum: [1, 2, null] }],
    [
      "null with what is said",
      { type: "integer", description: "N." },
      { type: ["integer", "null"], description: "N." },
    ],
  ])("%s, where it may be left out", (_what, schema, want) => expect(strict(schema, false)).toEqual(want));
});
