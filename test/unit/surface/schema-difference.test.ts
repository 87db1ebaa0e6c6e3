/** What differs between two schemas, and which way. */
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../../../src/mcp/model.ts";
import { compareSchemas } from "../../../src/surface/schema-difference.ts";

const found = (before: JsonSchema, after: JsonSchema): readonly string[] =>
  compareSchemas(before, after).map(({ effect, at, text }) => `${effect} ${at === "" ? "" : `${at} `}${text}`);

const text = { type: "string" };

describe("two schemas", () => {
  it.each<[string, JsonSchema, JsonSchema, readonly string[]]>([
    ["the same", { type: "string", enum: ["a"] }, { type: "string", enum: ["a"] }, []],
    ["the same in another order", { a: { c: 1, d: 2 } }, { a: { d: 2, c: 1 } }, []],
    ["another type", text, { type: "integer" }, ["changed takes integer instead of string"]],
    ["a part of the numbers", { type: "number" }, { type: "integer" }, ["narrowed takes integer instead of number"]],
    ["all numbers", { type: "integer" }, { type: "number" }, ["widened takes number too"]],
    ["null too", text, { type: ["string", "null"] }, ["widened takes null too"]],
    ["no null", { type: ["string", "null"] }, text, ["narrowed takes string instead of string or null"]],
    ["a type at last", {}, text, ["narrowed takes only string"]],
    ["no type any more", text, {}, ["widened takes any value, not only string"]],
    ["null too, as a union", text, { anyOf: [text, { type: "null" }] }, ['widened takes {"type":"null"} too']],
    [
      "no null, of a union",
      { anyOf: [text, { type: "null" }], description: "d" },
      { ...text, description: "d" },
      ['narrowed does not take {"type":"null"} any more'],
    ],
    [
      "one alternative that differs",
      { anyOf: [text, { type: "integer", minimum: 1 }] },
      { anyOf: [text, { type: "integer" }] },
      ["widened has no minimum any more (it was 1)"],
    ],
    ["nothing at all", true, false, ["narrowed has not now"]],
    ["a value less", { enum: ["a", "b"] }, { enum: ["a"] }, ['narrowed takes no "b" any more']],
    ["a value more", { enum: ["a"] }, { enum: ["b", "a"] }, ['widened takes "b" too']],
    ["another value", { enum: ["a"] }, { const: "b" }, ['narrowed takes no "a" any more', 'widened takes "b" too']],
    ["the same values", { const: "a" }, { enum: ["a"] }, []],
    ["values only", text, { ...text, enum: ["a"] }, ['narrowed takes only "a"']],
    ["any value", { ...text, enum: ["a"] }, text, ["widened takes other values than those listed before"]],
    ["a higher minimum", { minimum: 1 }, { minimum: 2 }, ["narrowed has minimum 2 instead of 1"]],
    ["a lower minimum", { minimum: 2 }, { minimum: 1 }, ["widened has minimum 1 instead of 2"]],
    ["a maximum", {}, { maximum: 9 }, ["narrowed has maximum 9 now"]],
    ["no maximum", { maxLength: 9 }, {}, ["widened has no maxLength any more (it was 9)"]],
    ["a higher maximum", { maxItems: 5 }, { maxItems: 6 }, ["widened has maxItems 6 instead of 5"]],
    ["coarser steps", { multipleOf: 2 }, { multipleOf: 4 }, ["narrowed has multipleOf 4 instead of 2"]],
    ["finer steps", { multipleOf: 4 }, { multipleOf: 2 }, ["widened has multipleOf 2 instead of 4"]],
    ["other steps", { multipleOf: 2 }, { multipleOf: 3 }, ["changed has multipleOf 3 instead of 2"]],
    ["another pattern", { pattern: "a" }, { pattern: "b" }, ['changed has pattern "b" instead of "a"']],
    ["a format", {}, { format: "date" }, ['narrowed has format "date" now']],
    ["a format that refuses nothing", {}, { format: "double" }, ['described has format "double" now']],
    ["items once each", { uniqueItems: false }, { uniqueItems: true }, ["narrowed has uniqueItems true now"]],
    ["a field more", { properties: {} }, { properties: { a: text } }, ["widened .a is new"]],
    ["a required field more", {}, { properties: { a: text }, required: ["a"] }, ["narrowed .a is new and required"]],
    ["a field less", { properties: { a: text } }, {}, ["narrowed .a is gone"]],
    [
      "a field required",
      { properties: { a: text } },
      { properties: { a: text }, required: ["a"] },
      ["narrowed .a is required now"],
    ],
    [
      "a field optional",
      { properties: { a: text }, required: ["a"] },
      { properties: { a: text } },
      ["widened .a need not be given any more"],
    ],
    ["closed", {}, { additionalProperties: false }, ["narrowed takes no further fields any more"]],
    ["open", { additionalProperties: false }, {}, ["widened takes further fields too"]],
    [
      "other further fields",
      { additionalProperties: text },
      { additionalProperties: { type: "number" } },
      ["changed .* takes number instead of string"],
    ],
    [
      "deep inside",
      { items: { properties: { a: { items: { maximum: 1 } } } } },
      { items: { properties: { a: { items: { maximum: 2 } } } } },
      ["widened [].a[] has maximum 2 instead of 1"],
    ],
    ["a keyword of its own", { contains: {} }, { contains: { type: "null" } }, ["changed has another contains"]],
    ["a keyword less", { not: {} }, {}, ["widened has no not any more"]],
    ["another default", { default: 1 }, { default: 2 }, ["default has default 2 instead of 1"]],
    [
      "other words",
      { description: "a", title: "t" },
      { description: "b" },
      ["described has no title any more", "described has another description"],
    ],
    ["deprecated", {}, { deprecated: true }, ["described has deprecated true now"]],
    [
      "hostile names",
      { properties: JSON.parse('{"__proto__":{"type":"string"}}') as JsonSchema },
      {},
      ["narrowed .__proto__ is gone"],
    ],
    ["a value that moves the cursor", {}, { enum: ["\u001b[2J"] }, ['narrowed takes only "\\u001b[2J"']],
  ])("%s", (_, before, after, want) => expect(found(before, after)).toEqual(want));

  it("are told apart also where they are nested beyond all use", () => {
    const nested = (inner: JsonSchema): JsonSchema =>
      Array.from({ length: 100 }).reduce<JsonSchema>((schema) => ({ items: schema }), inner);
    expect(found(nested(text), nested(text))).toEqual([]);
    expect(found(nested(text), nested({ type: "null" }))).toEqual([`changed ${"[]".repeat(41)} is different`]);
  });
});
