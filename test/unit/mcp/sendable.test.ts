import { describe, expect, it } from "vitest";
import type { Parameter } from "../../../src/api/model.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { Schemas, standalone } from "../../../src/base/schema/node.ts";
import { sendableSchema } from "../../../src/mcp/listed/sendable.ts";

const line = sendableSchema(parameter("header", { type: "string" })).pattern ?? "";

function parameter(
  place: Parameter["in"],
  schema: JsonObject,
  style: Parameter["style"] = "simple",
  schemas: Schemas = standalone,
): Parameter {
  return {
    pointer: "",
    name: "p",
    in: place,
    required: true,
    style,
    explode: false,
    allowReserved: false,
    allowEmptyValue: false,
    mediaType: undefined,
    schema: schemas.of(schema),
    description: undefined,
    deprecated: false,
    example: undefined,
  };
}

describe("what a place cannot carry", () => {
  it.each<[string, Parameter, JsonObject]>([
    ["an empty path segment", parameter("path", { type: "string" }), { type: "string", minLength: 1 }],
    ["an untyped path segment", parameter("path", {}), { minLength: 1 }],
    [
      "an empty list in a path",
      parameter("path", { type: "array", items: {} }),
      { type: "array", items: {}, minItems: 1 },
    ],
    ["an empty object in a path", parameter("path", { type: "object" }), { type: "object", minProperties: 1 }],
    [
      "a path segment that says its length",
      parameter("path", { type: "string", minLength: 3 }),
      { type: "string", minLength: 3 },
    ],
    [
      "a path segment with a pattern",
      parameter("path", { type: "string", pattern: "^a+$" }),
      { type: "string", pattern: "^a+$" },
    ],
    [
      "a path segment of a format that says nothing of its length",
      parameter("path", { type: "string", format: "int64" }),
      { type: "string", format: "int64", minLength: 1 },
    ],
    [
      "a path segment with a pattern that the empty text meets",
      parameter("path", { type: "string", pattern: "^a*$" }),
      { type: "string", pattern: "^a*$", minLength: 1 },
    ],
    ["a date in a path", parameter("path", { type: "string", format: "date" }), { type: "string", format: "date" }],
    ["a number in a path", parameter("path", { type: "integer" }), { type: "integer" }],
    [
      "a union in a path",
      parameter("path", { oneOf: [{ type: "string" }, { type: "integer" }, { enum: ["a"] }] }),
      { oneOf: [{ type: "string", minLength: 1 }, { type: "integer" }, { enum: ["a"] }] },
    ],
    [
      "a union within a union in a path",
      parameter("path", { anyOf: [{ type: "integer" }, { anyOf: [{ type: "string" }, {}] }] }),
      {
        anyOf: [{ type: "integer" }, { anyOf: [{ type: "string", minLength: 1 }, { minLength: 1 }] }],
      },
    ],
    [
      "several types in a path",
      parameter("path", { type: ["string", "integer"] }),
      { type: ["string", "integer"], minLength: 1 },
    ],
    [
      "a union of texts that are not empty",
      parameter("path", { oneOf: [{ type: "string", minLength: 2 }] }),
      { oneOf: [{ type: "string", minLength: 2 }] },
    ],
    [
      "a union in a header",
      parameter("header", { anyOf: [{ type: "string" }, { type: "integer" }] }),
      { anyOf: [{ type: "string", pattern: line }, { type: "integer" }] },
    ],
    ["a line of a header", parameter("header", { type: ["string", "null"] }), { type: "string", pattern: line }],
    [
      "a null among alternatives",
      parameter("header", { anyOf: [{ type: "integer" }, { type: "null" }] }),
      { anyOf: [{ type: "integer" }] },
    ],
    [
      "an empty value of a segment",
      parameter("path", { type: "string", enum: ["", "a"] }),
      { type: "string", enum: ["a"] },
    ],
    [
      "no value but the empty one of a segment",
      parameter("path", { type: "string", enum: [""] }),
      { type: "string", minLength: 1 },
    ],
    [
      "a header of listed values",
      parameter("header", { type: "string", enum: ["a"] }),
      { type: "string", enum: ["a"] },
    ],
    ["a header of one value", parameter("header", { type: "string", const: "a" }), { type: "string", const: "a" }],
    [
      "a header with a pattern",
      parameter("header", { type: "string", pattern: "^a+$" }),
      { type: "string", pattern: "^a+$" },
    ],
    ["a path segment of one value", parameter("path", { type: "string", const: "a" }), { type: "string", const: "a" }],
    [
      "a path segment of listed values",
      parameter("path", { type: "string", enum: ["a"] }),
      { type: "string", enum: ["a"] },
    ],
    [
      "a cookie of listed values that is not encoded",
      parameter("cookie", { type: "string", enum: ["a"] }, "cookie"),
      { type: "string", enum: ["a"] },
    ],
    ["a cookie that is encoded", parameter("cookie", { type: "string" }, "form"), { type: "string" }],
    [
      "a required list in a query",
      parameter("query", { type: "array", items: {} }, "form"),
      { type: "array", items: {}, minItems: 1 },
    ],
    [
      "an optional list in a query",
      { ...parameter("query", { type: "array", items: {} }, "form"), required: false },
      { type: "array", items: {} },
    ],
    ["a query", parameter("query", { type: "string" }, "form"), { type: "string" }],
  ])("%s", (_name, given, want) => {
    expect(sendableSchema(given).json).toEqual(want);
  });

  it("reads through references", () => {
    const schema = { $ref: "#/$defs/Id" };
    const schemas = new Schemas(new Map([["Id", { type: "string" }]]));
    expect(sendableSchema(parameter("path", schema, "simple", schemas)).json).toEqual({
      ...schema,
      minLength: 1,
    });
  });

  it("reads through references to unions", () => {
    const id: JsonObject = { anyOf: [{ $ref: "#/$defs/Id" }, { type: "integer" }] };
    const definitions = new Map<string, JsonObject>([
      ["Either", id],
      ["Id", { type: "string" }],
    ]);
    const given = parameter("path", { $ref: "#/$defs/Either" }, "simple", new Schemas(definitions));
    expect(sendableSchema(given).json).toEqual({
      anyOf: [{ $ref: "#/$defs/Id", minLength: 1 }, { type: "integer" }],
    });
  });

  it.each(["a b", "", "é", "x"])("lets a header have %j", (text) => {
    expect(text).toMatch(new RegExp(line, "u"));
  });

  it.each([" a", "a ", "a\nb", "日"])("keeps a header from having %j", (text) => {
    expect(text).not.toMatch(new RegExp(line, "u"));
  });
});
