/** Lists in the form of OpenAI's strict mode, and what arguments stand for that are written by them. */
import { describe, expect, it } from "vitest";
import { breachesOf } from "../../src/surface/target-breaches.ts";
import { targets } from "../../src/mcp/plan/targets.ts";
import type { InputSchema, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { ListedTool } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { givenArguments } from "../../templates/always/src/runtime/strict/given.ts";
import { strictList } from "../../templates/always/src/runtime/strict/strict-form.ts";

const entry = (properties: JsonObject, required: readonly string[] = []): ListedTool =>
  ({
    name: "it",
    description: "It",
    inputSchema: { type: "object", properties, required, additionalProperties: false },
    annotations: {},
  }) as unknown as ListedTool;

/** The strict form of a property, and what of its list strict mode does not take. */
function strictOf(schema: JsonValue, isRequired = true): JsonValue {
  const list = strictList([entry({ a: schema }, isRequired ? ["a"] : [])]);
  expect(breachesOf(targets["openai-strict"], list, "server")).toEqual([]);
  const [made] = list;
  expect(made?.inputSchema.required).toEqual(["a"]);
  return (made?.inputSchema.properties["a"] ?? null) as JsonValue;
}

const closed = (properties: JsonObject): JsonObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const scalars = ["string", "number", "boolean"].map((type) => ({ type }));

describe("the strict form of what is required", () => {
  it.each<[string, JsonValue, JsonValue]>([
    ["a text", { type: "string", description: "Name" }, { type: "string", description: "Name" }],
    [
      "limits that no keyword says",
      { type: "string", minLength: 1, maxLength: 20, format: "uri" },
      { type: "string", description: "Format: uri. Not empty. At most 20 characters." },
    ],
    ["a format that is known", { type: "string", format: "date" }, { type: "string", format: "date" }],
    ["a pattern", { type: "string", pattern: "^a+$" }, { type: "string", pattern: "^a+$" }],
    ["one that looks around", { type: "string", pattern: "^(?=a)" }, { type: "string" }],
    [
      "a default",
      { type: "integer", default: 5, minimum: 1 },
      { type: "integer", description: "Default: 5.", minimum: 1 },
    ],
    ["values", { type: "string", enum: ["x", "y"] }, { type: "string", enum: ["x", "y"] }],
    ["one value", { const: 3 }, { type: "number", enum: [3] }],
    [
      "values of several types",
      { enum: ["x", 1, null] },
      { anyOf: [{ type: "string", enum: ["x"] }, { type: "number", enum: [1] }, { type: "null" }] },
    ],
    ["anything", true, { anyOf: scalars }],
    ["no type", {}, { anyOf: scalars }],
    [
      "a list",
      { type: "array", items: { type: "integer" }, minItems: 1, uniqueItems: true },
      { type: "array", items: { type: "integer" }, minItems: 1 },
    ],
    ["a list of anything", { type: "array" }, { type: "array", items: { anyOf: scalars } }],
    [
      "several types",
      { type: ["integer", "null"], description: "N" },
      { description: "N", anyOf: [{ type: "integer" }, { type: "null" }] },
    ],
    [
      "a map",
      { type: "object", description: "Labels.", additionalProperties: { type: "string" } },
      { type: "string", description: "Labels. JSON text of an object." },
    ],
    ["an object of nothing", { type: "object", additionalProperties: false }, closed({})],
    [
      "an object",
      {
        type: "object",
        properties: { b: { type: "string" }, c: { type: "string" } },
        required: ["b"],
        additionalProperties: true,
      },
      closed({ b: { type: "string" }, c: { type: ["string", "null"] } }),
    ],
    [
      "alternatives",
      { oneOf: [{ type: "object", properties: { b: { type: "boolean" } }, required: ["b"] }, { type: "integer" }] },
      { anyOf: [closed({ b: { type: "boolean" } }), { type: "integer" }] },
    ],
    [
      "an object beside a text",
      { anyOf: [{ type: "string" }, { type: "object" }] },
      { type: "string", description: "Objects are written as JSON text." },
    ],
    ["a reference", { $ref: "#/x" }, { type: "string", description: "JSON text of a value." }],
  ])("%s", (_name, schema, want) => expect(strictOf(schema)).toEqual(want));
});

describe("the strict form of what is optional", () => {
  it.each<[string, JsonValue, JsonValue]>([
    ["may be null", { type: "string" }, { type: ["string", "null"] }],
    ["has null among its values", { type: "string", enum: ["x"] }, { type: ["string", "null"], enum: ["x", null] }],
    ["has null among its alternatives", {}, { anyOf: [...scalars, { type: "null" }] }],
    [
      "an object may be null",
      { type: "object", properties: {}, additionalProperties: false },
      { ...closed({}), type: ["object", "null"] },
    ],
    [
      "has another word where the API takes null",
      { anyOf: [{ type: "integer" }, { type: "null" }], description: "N." },
      {
        description: 'N. "(leave out)" leaves it out; null is sent as null.',
        anyOf: [{ type: "integer" }, { type: "null" }, { type: "string", enum: ["(leave out)"] }],
      },
    ],
  ])("%s", (_name, schema, want) => expect(strictOf(schema, false)).toEqual(want));
});

it("ends where objects nest too deep, and where there are too many properties or values", () => {
  const nested = (levels: number): JsonObject =>
    levels === 0 ? { type: "string" } : { type: "object", properties: { in: nested(levels - 1) }, required: ["in"] };
  strictOf(nested(9));
  expect(JSON.stringify(strictOf(nested(9)))).not.toContain("JSON text");
  expect(JSON.stringify(strictOf(nested(10)))).toContain("JSON text");
  const many = (count: number, part: JsonObject): JsonObject => ({
    type: "object",
    properties: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, part])),
  });
  strictOf(many(100, many(60, { type: "string" })));
  strictOf(many(30, { type: "string", enum: Array.from({ length: 100 }, (_, index) => `v${index}`) }));
});

describe("arguments", () => {
  const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
    type: "object",
    properties,
    required: [...required],
  });
  const nullable = { anyOf: [{ type: "string" }, { type: "null" }] };
  const schema = object(
    {
      id: { type: "string" },
      needed: nullable,
      note: { type: "string" },
      clear: nullable,
      map: { type: "object", additionalProperties: { type: "string" } },
      list: { type: "array", items: object({ a: { type: "string" }, b: { type: "integer" } }, ["a"]) },
      either: { anyOf: [{ type: "string" }, object({ x: { type: "string" } })] },
      kind: {
        anyOf: [
          object({ a: { type: "string" } }, ["a"]),
          object({ c: { type: "string" }, d: { type: "integer" } }, ["c"]),
        ],
      },
      any: {},
    },
    ["id", "needed"],
  ) as unknown as InputSchema;

  it.each<[string, JsonObject, JsonObject]>([
    ["null is not given where it may be left out", { id: "1", note: null, map: null, list: null }, { id: "1" }],
    ["null is null where the tool takes it", { clear: null, needed: null }, { clear: null, needed: null }],
    ["what takes null has a word for being left out", { clear: "(leave out)", note: "(leave out)" }, {}],
    ["which is a text where it is required", { id: "(leave out)" }, { id: "(leave out)" }],
    ["null of what is required stays, to be refused", { id: null }, { id: null }],
    ["JSON text is the object that it spells", { map: '{"k":"v"}' }, { map: { k: "v" } }],
    ["and stays a text where it spells none", { map: "{k", id: '{"k":1}' }, { map: "{k", id: '{"k":1}' }],
    ["a list likewise", { list: '[{"a":"x","b":null}]' }, { list: [{ a: "x" }] }],
    [
      "within lists",
      {
        list: [
          { a: "x", b: null },
          { a: "y", b: 2 },
        ],
      },
      { list: [{ a: "x" }, { a: "y", b: 2 }] },
    ],
    ["an object beside a text", { either: '{"x":null}' }, { either: {} }],
    ["but one of other names is a text", { either: '{"y":1}' }, { either: '{"y":1}' }],
    ["a text that is a list is a text there", { either: "[1]" }, { either: "[1]" }],
    ["of alternatives the one that has the names", { kind: { c: "1", d: null } }, { kind: { c: "1" } }],
    ["unknown ones stay, to be refused", { other: null }, { other: null }],
    ["what takes anything keeps its texts", { any: "{}" }, { any: "{}" }],
  ])("%s", (_name, written, want) => expect(givenArguments(schema, written)).toEqual(want));
});
