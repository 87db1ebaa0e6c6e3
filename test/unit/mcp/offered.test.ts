import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import { type ArgumentPlace, leavingSomething, offeredSchema } from "../../../src/mcp/listed/offered.ts";

const text = { type: "string" };
const schemas = new Schemas(new Map([["Id", { type: "string", minLength: 2 }]]));
const offer = (place: ArgumentPlace, schema: JsonObject): unknown =>
  offeredSchema({ schema: schemas.of(schema), required: true, place }).json;

describe("what a parameter is offered as", () => {
  it.each<[string, JsonObject, JsonObject]>([
    ["text where nothing is said", {}, text],
    ["never null", { type: ["string", "null"] }, text],
    ["without null among its values", { type: ["string", "null"], enum: ["a", null] }, { ...text, enum: ["a"] }],
    ["text where numbers are texts as well", { oneOf: [{ type: "integer" }, text] }, text],
    [
      "as what it refers to, with its own description",
      { description: "Which.", anyOf: [{ type: "integer" }, { $ref: "#/$defs/Id" }] },
      { ...text, minLength: 2, description: "Which." },
    ],
    [
      "with its alternatives where they are told apart",
      { oneOf: [{ ...text, format: "date" }, { type: "integer" }] },
      { oneOf: [{ ...text, format: "date" }, { type: "integer" }] },
    ],
    ["with its values", { oneOf: [{ enum: ["a"] }, text] }, { oneOf: [{ enum: ["a"] }, text] }],
    [
      "with its lists",
      { oneOf: [{ type: "array", items: text }, text] },
      { oneOf: [{ type: "array", items: text }, text] },
    ],
  ])("%s", (_name, given, want) => {
    expect(offer("query", given)).toEqual(want);
    expect(offer("body", given)).toBe(given);
  });
});

describe("what leaves nothing behind is not offered", () => {
  const list = { type: "array", items: text };
  it.each<[string, ArgumentPlace, JsonObject, JsonObject]>([
    ["a text of a query", "query", text, { ...text, minLength: 1 }],
    ["a text of a header", "header", text, { ...text, minLength: 1 }],
    ["listed values", "query", { ...text, enum: ["", "a"] }, { ...text, enum: ["", "a"] }],
    ["a text of JSON", "body", text, text],
    ["an item in a path", "path", list, { ...list, items: { ...text, minLength: 1 } }],
    ["a body of text", "raw", text, { ...text, minLength: 1 }],
    [
      "a body of bytes",
      "raw",
      { anyOf: [text, { type: "object", properties: { data: text }, required: ["data"] }] },
      {
        anyOf: [
          { ...text, minLength: 1 },
          { type: "object", properties: { data: { ...text, minLength: 1 } }, required: ["data"] },
        ],
      },
    ],
    ["a list of a form", "form", list, { ...list, minItems: 1 }],
    [
      "what is required within a form",
      "form",
      { type: "object", properties: { a: list, b: list }, required: ["a"] },
      { type: "object", properties: { a: { ...list, minItems: 1 }, b: list }, required: ["a"] },
    ],
    [
      "an object of a form",
      "form",
      { type: "object", properties: { a: text } },
      { type: "object", properties: { a: text }, minProperties: 1 },
    ],
    [
      "a value of a map of a form",
      "form",
      { type: "object", additionalProperties: list },
      { type: "object", additionalProperties: { ...list, minItems: 1 } },
    ],
  ])("%s", (_name, place, given, want) => {
    expect(leavingSomething(schemas.of(given), { required: true, place }).json).toEqual(want);
  });

  it("where it is not required, it is", () => {
    for (const place of ["query", "form", "raw"] as const)
      for (const schema of [text, list])
        expect(leavingSomething(schemas.of(schema), { required: false, place }).json).toBe(schema);
  });
});
