/** Values that a mock makes of schemas: recognisable, within every rule, and the same each time. */
import { describe, expect, it } from "vitest";
import type { JsonSchema, JsonValue } from "../../templates/always/src/runtime/data/model.js";
import { mockValue } from "../../templates/always/src/runtime/mock/mock-values.js";

const text = { type: "string" };
const integer = { type: "integer" };

describe("a text", () => {
  it.each([
    ["date-time", "2025-01-31T12:00:00Z"],
    ["date", "2025-01-31"],
    ["time", "12:00:00Z"],
    ["duration", "P1D"],
    ["uuid", "123e4567-e89b-12d3-a456-426614174000"],
    ["email", "someone@example.com"],
    ["uri", "https://example.com/"],
    ["url", "https://example.com/"],
    ["uri-reference", "/example"],
    ["hostname", "example.com"],
    ["ipv4", "192.0.2.1"],
    ["ipv6", "2001:db8::1"],
    ["byte", "bW9jaw=="],
    ["int64", "1"],
    ["decimal", "1.00"],
    ["other", "value"],
  ])("of format %s is %s", (format, want) => expect(mockValue({ ...text, format })).toBe(want));

  it.each([
    ["^a$", "a"],
    ["^[A]$", "A"],
    ["^1$", "1"],
    ["^0$", "0"],
    ["^[a-z]{2}$", "aa"],
    ["^[A-Z]{2}$", "AA"],
    ["^[a-z]{3}$", "abc"],
    ["^[A-Z]{3}$", "ABC"],
    ["^abc\\d$", "abc1"],
    ["^\\d\\.\\d$", "1.0"],
    ["^\\d\\.\\d\\.\\d$", "1.0.0"],
    ["^v\\d$", "v1"],
    ["^a-b$", "a-b"],
    ["^a_b$", "a_b"],
    ["^a/b$", "a/b"],
    ["^a\\.b$", "a.b"],
    ["^a:b$", "a:b"],
    ["^[a-z]{2}-[A-Z]{2}$", "en-US"],
    ["^\\d{5}$", "12345"],
    ["^#[0-9a-f]{6}$", "#aabbcc"],
    ["^\\+\\d{11}$", "+15555550100"],
    ["^[a-z]+\\.com$", "example.com"],
    ["@", "someone@example.com"],
    ["^val", "value"],
    // What nothing fits is left to its reader.
    ["^never(?=x)$", "value"],
  ])("that matches %s is %s", (pattern, want) => expect(mockValue({ ...text, pattern })).toBe(want));

  it.each<[JsonSchema, JsonValue]>([
    [text, "value"],
    [{ ...text, minLength: 7 }, "valueee"],
    [{ ...text, maxLength: 3 }, "val"],
    [{ ...text, maxLength: 0 }, ""],
    [{ ...text, maxLength: 0, minLength: 0 }, ""],
    [{ ...text, pattern: "^\\d+$", minLength: 3 }, "111"],
    [{ ...text, format: "date", minLength: 20 }, "2025-01-31"],
    [{ ...text, format: "date", pattern: "^a$" }, "a"],
  ])("%j is %j", (schema, want) => expect(mockValue(schema)).toBe(want));
});

describe("a number", () => {
  it.each<[JsonSchema, number]>([
    [integer, 1],
    [{ type: "number" }, 1],
    [{ ...integer, minimum: 5 }, 5],
    [{ ...integer, minimum: 0 }, 1],
    [{ ...integer, minimum: 1.5 }, 2],
    [{ type: "number", minimum: 1.2 }, 1.5],
    [{ ...integer, maximum: 0 }, 0],
    [{ ...integer, maximum: -5 }, -5],
    [{ ...integer, exclusiveMinimum: 1 }, 2],
    [{ ...integer, exclusiveMinimum: 5 }, 6],
    [{ ...integer, exclusiveMaximum: 1 }, 0],
    [{ type: "number", exclusiveMaximum: 1 }, 0.5],
    [{ ...integer, multipleOf: 5 }, 5],
    [{ ...integer, multipleOf: 5, minimum: 6 }, 10],
    [{ ...integer, multipleOf: 5, maximum: 4 }, 0],
    [{ type: "number", multipleOf: 0.1, minimum: 0.3 }, 1],
    [{ type: "number", multipleOf: 0.1, minimum: 1.15 }, 1.2],
    [{ minimum: 3 }, 3],
    [{ maximum: 3 }, 1],
    [{ multipleOf: 3 }, 3],
  ])("%j is %d", (schema, want) => expect(mockValue(schema)).toBe(want));
});

describe("a value", () => {
  it.each<[JsonSchema, JsonValue | undefined]>([
    [true, "value"],
    [false, undefined],
    [{}, "value"],
    [{ type: "boolean" }, true],
    [{ type: "null" }, null],
    [{ type: ["null"] }, null],
    [{ type: ["null", "boolean"] }, true],
    [{ type: "object" }, {}],
    [{ properties: {} }, {}],
    [{ items: integer, type: "array", maxItems: 1 }, [1]],
    [{ items: integer }, [1]],
    // What is shown is taken, the nearest to a promise first.
    [{ const: 1, example: 2, examples: [3], default: 4, enum: [5] }, 1],
    [{ example: 2, examples: [3], default: 4, enum: [5] }, 2],
    [{ examples: [3], default: 4, enum: [5] }, 3],
    [{ default: 4, enum: [5] }, 4],
    [{ enum: [5] }, 5],
    [{ ...text, default: null }, "value"],
    [{ ...text, examples: [] }, "value"],
    [{ oneOf: [{ type: "null" }, integer] }, 1],
    [{ anyOf: [{ type: "boolean" }, integer] }, true],
    [{ oneOf: [{ type: "null" }] }, undefined],
    [{ oneOf: [false, integer] }, 1],
    [{ allOf: [integer, text] }, 1],
    [
      { allOf: [{ properties: { a: integer } }], oneOf: [{ properties: { b: integer } }] },
      { a: 1, b: 1 },
    ],
    [
      { allOf: [{ properties: { a: integer } }], properties: { c: integer } },
      { a: 1, c: 1 },
    ],
  ])("%j is %j", (schema, want) => expect(mockValue(schema)).toEqual(want));

  it.each<[JsonSchema, JsonValue]>([
    [{ type: "array", items: integer }, [1]],
    [{ type: "array", items: integer, minItems: 3 }, [1, 2, 3]],
    [{ type: "array", items: integer, minItems: 7 }, [1, 2, 3, 4, 5, 6, 7]],
    [{ type: "array", items: integer, minItems: 3, maxItems: 2 }, [1, 2]],
    [{ type: "array", items: { const: 0 }, minItems: 1_000 }, Array.from({ length: 20 }, () => 0)],
    [{ type: "array", items: text, minItems: 2 }, ["value", "value 2"]],
    [{ type: "array", items: { enum: ["a", "b"] }, minItems: 3 }, ["a", "b", "a"]],
    [{ type: "array", items: { ...integer, maximum: 2 }, minItems: 3 }, [1, 1, 1]],
    [{ type: "array", items: false }, []],
    [{ type: "array" }, ["value"]],
  ])("a list %j is %j", (schema, want) => expect(mockValue(schema)).toEqual(want));

  it("has what is optional three levels down, and what is required as deep as it goes", () => {
    const nested = (levels: number, required: boolean): JsonSchema =>
      levels === 0
        ? text
        : {
            type: "object",
            properties: { a: nested(levels - 1, required) },
            ...(required ? { required: ["a"] } : {}),
          };
    expect(mockValue(nested(3, false))).toEqual({ a: { a: { a: "a" } } });
    expect(mockValue(nested(4, false))).toEqual({ a: { a: { a: {} } } });
    expect(mockValue(nested(5, true))).toEqual({ a: { a: { a: { a: { a: "a" } } } } });
    expect(mockValue(nested(24, true))).toBeDefined();
    expect(mockValue(nested(25, true))).toBeUndefined();
    expect(mockValue({ type: "object", properties: { a: false, b: text } })).toEqual({ b: "b" });
    expect(mockValue({ type: "object", properties: { a: false }, required: ["a"] })).toBeUndefined();
  });

  it("follows references, and ends where they lead back", () => {
    const definitions = {
      Id: integer,
      Node: { type: "object", properties: { id: { $ref: "#/$defs/Id" }, next: { $ref: "#/$defs/Node" } } },
      Needs: { type: "object", required: ["next"], properties: { next: { $ref: "#/$defs/Needs" } } },
    };
    const made = (name: string): unknown => mockValue({ $ref: name }, definitions);
    expect([made("#/$defs/Id"), made("#/$defs/Node"), made("#/$defs/Needs"), made("#/$defs/None"), made("Id")]).toEqual(
      [1, { id: 1 }, undefined, undefined, undefined],
    );
  });
});
