/** What a model is told of an argument that it gave wrongly: the place, the rule, what is allowed. */
import { describe, expect, it } from "vitest";
import type { JsonValue, JsonSchema } from "../../templates/always/src/runtime/data/model.js";
import { argumentValidator } from "../../templates/always/src/runtime/validation/validate.js";

describe("a fault names its place and quotes its rule", () => {
  it.each<[JsonSchema, JsonValue, string]>([
    [{ type: "array", minItems: 2 }, [1], "v needs at least 2 items"],
    [{ type: "string", maxLength: 2 }, "abc", "v may have at most 2 characters"],
    [{ type: "object", minProperties: 1 }, {}, "v needs at least 1 property"],
    [{ type: "object", maxProperties: 1 }, { a: 1, b: 2 }, "v may have at most 1 property"],
    [{ type: "integer", exclusiveMinimum: 3 }, 3, "v has to be more than 3"],
    [{ type: "integer", maximum: 3 }, 4, "v has to be at most 3"],
    [{ type: "object", propertyNames: { pattern: "^a" } }, { b: 1 }, "The name of v.b has to match the pattern ^a"],
    [{ type: "object", dependentRequired: { a: ["b"] } }, { a: 1 }, 'v: with "a" there also has to be "b".'],
    [{ type: "object", dependentSchemas: { a: { required: ["b"] } } }, { a: 1 }, 'v needs "b"'],
    [{ type: "array", contains: { const: 1 } }, [2], 'v needs more items that fit {"const":1}'],
    [
      { type: "array", contains: { type: "string" }, minContains: 2 },
      ["a"],
      'v needs more items that fit {"type":["string"]}',
    ],
    [{ type: "array", contains: { const: 1 }, maxContains: 1 }, [1, 1], 'v has too many items that fit {"const":1}'],
    [{ type: "array", prefixItems: [{ type: "string" }], items: false }, ["a", 1], "v may have at most 1 item"],
    [{ not: { type: "string" } }, "x", 'v may not fit {"type":["string"]}'],
    [{ if: { required: ["a"] }, then: { required: ["b"] } }, { a: 1 }, 'v needs "b"'],
    [
      { type: "object", patternProperties: { "^n": { type: "integer" } } },
      { n1: "x" },
      "v.n1 has to be an integer, not a string",
    ],
    [{ type: "string", format: "uuid" }, "x", "v has to be a UUID such as 123e4567-e89b-12d3-a456-426614174000"],
    [{ type: "array", uniqueItems: true }, [1, 1], "v may not hold the same item twice"],
    [{ anyOf: [{ const: 1 }, { const: 2 }] }, 3, "v has to be one of 1, 2"],
    [{ oneOf: [{ enum: ["a", "b"] }, { const: null }] }, "c", 'v has to be one of "a", "b", null'],
    [
      {
        anyOf: [
          { type: "string", enum: ["a"] },
          { type: "string", enum: ["b"] },
        ],
      },
      "c",
      'v has to be one of "a", "b"',
    ],
    [{ anyOf: [{ type: "string", maxLength: 1 }, { type: "integer" }] }, "xx", "v may have at most 1 character"],
    [
      { type: "object", additionalProperties: { type: "integer" } },
      { x: "a" },
      "v.x has to be an integer, not a string",
    ],
    [
      { type: "object", properties: { "a b": { type: "integer" } } },
      { "a b": "x" },
      'v["a b"] has to be an integer, not a string',
    ],
    [
      { type: "array", items: { type: "object", properties: { to: { enum: ["a", "b"] } } } },
      [{}, { to: "c" }],
      'v[1].to has to be one of "a", "b"',
    ],
    [{ enum: ["x", 5, null, { a: 1 }] }, "y", 'v has to be one of "x", 5, null, {"a":1}'],
    [{ type: "boolean" }, "maybe", "v has to be a boolean, not a string"],
    [{ type: ["integer", "null"] }, "x", "v has to be an integer or null, not a string"],
  ])("%j", (schema, value, message) => {
    const validate = argumentValidator(
      { type: "object", properties: { v: true }, additionalProperties: false },
      { type: "object", properties: { v: schema } },
      {},
    );
    expect(validate({ v: value })).toEqual({ valid: false, message });
  });
});
