/** What the portable profile keeps of a schema: names, bounds, weights, and the answers that are listed. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import {
  droppedKeywords,
  exclusiveBounds,
  isListedName,
  plainKeywords,
  silentFormats,
  weightOf,
} from "../../../src/mcp/listed/portable-keywords.ts";
import { listedOutput, outputReason } from "../../../src/mcp/listed/output.ts";
import { toolOf } from "../document.ts";

describe("the name of a property", () => {
  it.each<[string, boolean, boolean]>([
    ["a.b-c_1", true, true],
    ["a".repeat(64), true, true],
    ["a".repeat(65), false, false],
    ["@odata.type", false, true],
    ["größe", false, true],
    ["a b", false, true],
    ["$ref", false, false],
    ["", false, false],
    ["a\nb", false, false],
    ["a\u200b", false, false],
    ["ü".repeat(65), false, false],
  ])("%j is listed: %s, where it has to be sent: %s", (name, optional, required) =>
    expect([isListedName(name, false), isListedName(name, true)]).toEqual([optional, required]),
  );
});

describe("an exclusive bound", () => {
  it.each<[JsonObject, "integer" | "number", Record<string, Json>]>([
    [{ exclusiveMinimum: 0 }, "integer", { minimum: 1 }],
    [{ exclusiveMinimum: 1.5 }, "integer", { minimum: 2 }],
    [{ exclusiveMaximum: 10 }, "integer", { maximum: 9 }],
    [{ exclusiveMaximum: 1.5 }, "integer", { maximum: 1 }],
    [{ exclusiveMinimum: 0 }, "number", { minimum: 0.000001 }],
    [{ exclusiveMaximum: 0 }, "number", { maximum: -0.000001 }],
    [{ exclusiveMinimum: 1000 }, "number", { minimum: 1000.001 }],
    [{ exclusiveMaximum: 1 }, "number", { maximum: 0.999999 }],
    [{ exclusiveMinimum: 0, exclusiveMaximum: 2 }, "integer", { minimum: 1, maximum: 1 }],
    [{ minimum: 5 }, "integer", {}],
  ])("%j of type %s is %j", (schema, type, want) => {
    const node = standalone.of({ type, ...schema });
    expect(Object.fromEntries(exclusiveBounds(node, type, []))).toEqual(want);
    expect(
      exclusiveBounds(node, type, [
        ["minimum", 0],
        ["maximum", 0],
      ]),
    ).toEqual([]);
  });
});

it("keeps these keywords, each of its types", () => {
  expect([...plainKeywords].map(([keyword, types]) => `${keyword}: ${types.join(" ")}`)).toEqual([
    "minLength: string",
    "maxLength: string",
    "minimum: number integer",
    "maximum: number integer",
    "multipleOf: number integer",
    "minItems: array",
    "maxItems: array",
    "uniqueItems: array",
    "minProperties: object",
    "maxProperties: object",
  ]);
  expect([...droppedKeywords].sort().join(" ")).toBe(
    "contains dependentRequired dependentSchemas else if maxContains minContains not patternProperties propertyNames then unevaluatedItems unevaluatedProperties",
  );
  expect([...silentFormats].sort().join(" ")).toBe(
    "binary decimal double float int32 int64 integer number password string",
  );
});

it.each<[JsonObject, number]>([
  [{}, 0],
  [{ type: "string" }, 14],
  [{ description: "x".repeat(500) }, 115],
  [{ enum: ["a"] }, 13],
  [{ enum: ["x".repeat(900)] }, 708],
  [{ properties: { a: {} } }, 22],
  [{ type: "object", required: ["a"] }, 34],
])("the weight of %j is %i", (written, want) => expect(weightOf(written)).toBe(want));

describe("an answer that is listed", () => {
  const any = ["string", "number", "boolean", "object", "array", "null"];
  it("has its fields with what they mean, and nothing that it could fail to meet", () => {
    const schema = {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "integer", minimum: 1, description: "Its **id**." },
        tag: { type: ["string", "null"] },
        free: {},
        long: { type: "string", description: `${"Word ".repeat(40)}end.` },
      },
    };
    expect(listedOutput(standalone.of(schema))).toEqual({
      type: "object",
      properties: {
        id: { type: any, description: "integer: Its id." },
        tag: { type: any, description: "string or null" },
        free: { type: any, description: "any" },
        long: { type: any, description: `string: ${"Word ".repeat(23).trim()} […]` },
      },
    });
  });

  it.each<[JsonObject | undefined, string]>([
    [undefined, "no output schema: the document describes no JSON answer"],
    [{ type: "array", items: {} }, "no output schema: the answer is no object with named fields"],
    [{ type: "object" }, "no output schema: the answer is no object with named fields"],
    [
      { type: ["object", "null"], properties: { a: {} } },
      "no output schema: the answer is no object with named fields",
    ],
    [
      {
        type: "object",
        properties: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, {}])),
      },
      "no output schema: it would take more than 2000 characters",
    ],
    [
      { type: "object", properties: { a: {} } },
      "no output schema: those of all tools together would weigh down the list",
    ],
  ])("%j is not: %s", (schema, reason) => expect(outputReason(schema && standalone.of(schema), false)).toBe(reason));

  const content = (type: string, schema: JsonObject = { type: "object", properties: { a: {} } }): JsonObject => ({
    description: "",
    content: { [type]: { schema } },
  });
  const named = (name: string): JsonObject => ({ type: "object", properties: { [name]: {} } });
  it.each<[JsonObject, readonly string[] | undefined]>([
    [{ 200: content("application/json") }, ["a"]],
    [{ 204: { description: "" }, 201: content("application/json", named("b")) }, ["b"]],
    [{ "2XX": content("application/json", named("c")) }, ["c"]],
    [{ default: content("application/json", named("d")) }, ["d"]],
    [{ 204: { description: "" }, default: content("application/json", named("d")) }, undefined],
    [{ 404: content("application/json") }, undefined],
    [{ 200: content("text/plain") }, undefined],
    [{ 200: content("application/x-ndjson") }, undefined],
    [
      {
        200: {
          description: "",
          content: {
            "application/vnd.longer+json": { schema: named("long") },
            "application/json": { schema: named("short") },
          },
        },
      },
      ["short"],
    ],
  ])("of %j has the fields %j", (responses, want) => {
    const { outputSchema } = toolOf({ responses }).listing;
    expect(outputSchema && Object.keys((outputSchema as { properties: object }).properties)).toEqual(want);
  });

  it.each<[JsonObject, readonly string[]]>([
    [{ 200: content("text/csv") }, ["text/csv"]],
    [{ 200: content("application/json"), 404: content("text/plain") }, ["application/json"]],
    [{ 204: { description: "" } }, []],
  ])("of %j is asked for in %j", (responses, want) => expect(toolOf({ responses }).call.request.accept).toEqual(want));
});
