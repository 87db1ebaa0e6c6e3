/** What of a schema is said at the least, where it is not written out: what no value can do without. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { coreOf } from "../../../src/mcp/listed/core.ts";

const text = { type: "string" };
const core = (schema: JsonObject, level?: number): JsonObject =>
  coreOf(standalone.of(schema), (node) => node.keywords, level);

/** An object that requires one of the same kind, so many times. */
const nested = (levels: number): JsonObject =>
  levels === 0 ? text : { type: "object", required: ["a"], properties: { a: nested(levels - 1) } };

describe("what a value cannot do without", () => {
  it.each<[string, JsonObject, JsonObject]>([
    ["nothing of a text", text, {}],
    ["nothing of anything", {}, {}],
    ["nothing of an object that requires nothing", { type: "object", properties: { a: text } }, {}],
    [
      "the members that an object requires",
      { type: "object", required: ["a"], properties: { a: text, b: text } },
      { properties: { a: text }, required: ["a"] },
    ],
    [
      "members that it requires and does not describe",
      { type: "object", required: ["a"] },
      { properties: { a: {} }, required: ["a"] },
    ],
    [
      "the least and most members",
      { type: "object", minProperties: 1, maxProperties: 2 },
      { minProperties: 1, maxProperties: 2 },
    ],
    ["no bound of nothing", { type: "object", minProperties: 0 }, {}],
    [
      "both",
      { type: "object", required: ["a"], properties: { a: text }, minProperties: 1 },
      { properties: { a: text }, required: ["a"], minProperties: 1 },
    ],
    [
      "no name that clients would not take",
      { type: "object", required: ["a", "b\u202e"], properties: { a: text } },
      { properties: { a: text }, required: ["a"] },
    ],
    [
      "no words",
      { type: "object", required: ["a"], properties: { a: { ...text, description: "Words.", title: "A" } } },
      { properties: { a: text }, required: ["a"] },
    ],
    ["the items of a list", { type: "array", items: text }, { items: text }],
    ["the items of a list that names none", { type: "array" }, { items: {} }],
    [
      "how many items there are",
      { type: "array", items: text, minItems: 1, maxItems: 2, minProperties: 3 },
      { minItems: 1, maxItems: 2, items: text },
    ],
    [
      "what the items of a list require",
      { type: "array", items: { type: ["null", "object"], required: ["a"], properties: { a: text } } },
      { items: { type: "object", properties: { a: text }, required: ["a"] } },
    ],
    ["a list, where a value is one or an object", { type: ["object", "array"], items: text }, { items: text }],
    [
      "what it requires, whatever the type of it",
      { required: ["a"], properties: { a: text } },
      { required: ["a"], properties: { a: text } },
    ],
  ])("is %s: %j", (_, schema, want) => expect(core(schema)).toEqual(want));

  it.each<[JsonObject, JsonObject]>([
    [{ anyOf: [text, { type: "integer" }] }, { anyOf: [text, { type: "integer" }] }],
    [{ anyOf: [text, { type: "object", required: ["a"], properties: { a: text } }] }, text],
    [
      {
        anyOf: [
          { ...text, enum: ["a"] },
          { ...text, enum: ["b"] },
        ],
      },
      { ...text, enum: ["a", "b"] },
    ],
    [{ anyOf: [{ type: "object", required: ["a"], properties: { a: text } }] }, {}],
    [{ anyOf: [text, text, { type: "integer" }] }, { anyOf: [text, { type: "integer" }] }],
  ])("of alternatives is that of those without members: %j", (schema, want) => expect(core(schema)).toEqual(want));

  it("is said of three levels", () => {
    const inner = { type: "object" };
    const second = { type: "object", properties: { a: inner }, required: ["a"] };
    expect(core(nested(4))).toEqual({
      properties: { a: { type: "object", properties: { a: second }, required: ["a"] } },
      required: ["a"],
    });
    expect(core(nested(1), 2)).toEqual({ properties: { a: text }, required: ["a"] });
    expect(core(nested(1), 3)).toEqual({});
  });
});
