import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { mergeAllOf } from "../../../src/base/schema/merge.ts";
import { Schemas, standalone } from "../../../src/base/schema/node.ts";
import { PortableProfile } from "../../../src/mcp/listed/portable.ts";

const merged = (...parts: JsonObject[]): JsonObject => mergeAllOf({ allOf: parts }, new Map());
const listed = (schema: JsonObject): JsonObject => new PortableProfile().write(standalone.of(schema)).schema;
const text = { type: "string" };

describe("many parts of an allOf", () => {
  const many = Array.from({ length: 1_000 }, (_, index) => index);

  it("are joined in their order", () => {
    const whole = merged(
      ...many.map((index): JsonObject => ({
        type: "object",
        properties: { [`p${index}`]: text },
        minProperties: index,
      })),
    );
    expect(Object.keys(whole["properties"] ?? {})).toEqual(many.map((index) => `p${index}`));
    expect(whole).toMatchObject({ type: "object", minProperties: 999 });
  });

  it("that cannot be folded leave the first of them", () => {
    const whole = merged(...many.map((index): JsonObject => ({ pattern: `^a{${index}}` })));
    expect(whole["pattern"]).toBe("^a{0}");
    expect(whole["allOf"]).toHaveLength(50);
  });
});

it("schemas that all refer to each other are listed, though not to their depth", () => {
  const count = 150;
  const properties = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`p${index}`, { $ref: `#/$defs/S${index}` }]),
  );
  const definitions = new Map(
    Array.from({ length: count }, (_, index) => [`S${index}`, { type: "object", properties } as JsonObject]),
  );
  const profile = new PortableProfile();
  const schemas = new Schemas(definitions);
  for (let index = 0; index < count; index++) {
    const { schema } = profile.write(schemas.of({ $ref: `#/$defs/S${index}` }));
    expect(schema).toMatchObject({ type: "object" });
    expect(JSON.stringify(schema).length).toBeLessThan(60_000);
  }
});

describe("parts of an allOf", () => {
  it.each<[string, JsonObject[], JsonObject]>([
    [
      "the smaller range",
      [
        { minimum: 1, maximum: 9 },
        { minimum: 3, maximum: 12 },
      ],
      { minimum: 3, maximum: 9 },
    ],
    ["a multiple of both", [{ multipleOf: 4 }, { multipleOf: 6 }], { multipleOf: 12 }],
    ["values of both", [{ enum: ["a", "b"] }, { enum: ["b", "c"] }], { enum: ["b"] }],
    ["no value", [{ enum: ["a"] }, { enum: ["b"] }], { enum: ["a"], not: {} }],
    ["two patterns", [{ pattern: "^a" }, { pattern: "b$" }], { pattern: "^a", allOf: [{ pattern: "b$" }] }],
    [
      "each alternative with each",
      [{ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, { anyOf: [{ required: ["c"] }] }],
      {
        anyOf: [
          { allOf: [{ required: ["a"] }, { required: ["c"] }] },
          { allOf: [{ required: ["b"] }, { required: ["c"] }] },
        ],
      },
    ],
    [
      "what neither may be",
      [{ not: { required: ["a"] } }, { not: { required: ["b"] } }],
      {
        not: { anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      },
    ],
    [
      "what a closed part does not allow",
      [{ properties: { a: text }, additionalProperties: false }, { properties: { a: text, b: text } }],
      { properties: { a: text, b: false }, additionalProperties: false },
    ],
    [
      "what a part says of all other properties",
      [{ properties: { a: text }, additionalProperties: { maxLength: 3 } }, { properties: { b: text } }],
      { properties: { a: text, b: { allOf: [{ maxLength: 3 }, text] } }, additionalProperties: { maxLength: 3 } },
    ],
    [
      "the sum, where closed parts forbid what others require",
      [
        { properties: { a: text }, required: ["a"], additionalProperties: false },
        { properties: { b: text }, required: ["b"], additionalProperties: false },
      ],
      { properties: { a: text, b: text }, required: ["a", "b"], additionalProperties: false, not: {} },
    ],
  ])("%s", (_name, parts, whole) => {
    expect(merged(...parts)).toEqual(whole);
  });

  it("sees the properties of all parts where it is closed by what is not evaluated", () => {
    expect(
      mergeAllOf(
        { unevaluatedProperties: false, properties: { a: text }, allOf: [{ properties: { b: text } }] },
        new Map(),
      ),
    ).toEqual({ properties: { a: text, b: text }, unevaluatedProperties: false });
  });
});

describe("listed", () => {
  it("a second pattern in words", () => {
    expect(listed({ type: "string", allOf: [{ pattern: "^[a-f]+$" }, { pattern: "^.{2}$" }] })).toEqual({
      type: "string",
      description: "Has to match ^.{2}$.",
      pattern: "^[a-f]+$",
    });
  });

  it.each(["^(?=a)", "^(?<!a)b$", "^\\p{L}$", "^(a)\\1$", "\\bword\\b"])("%s in words only", (pattern) => {
    expect(listed({ type: "string", pattern })).toEqual({ type: "string", description: `Has to match ${pattern}.` });
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      "each value once, and of the type",
      { type: "string", enum: ["a", "b", "a", null] },
      { type: "string", enum: ["a", "b"] },
    ],
    [
      "an empty text in words",
      { type: "string", enum: ["", "a"], description: "Kind" },
      { type: "string", description: "Kind. May be empty.", enum: ["a"] },
    ],
    [
      "an object, where only what it requires is said",
      { required: ["a"] },
      { type: "object", properties: { a: {} }, required: ["a"] },
    ],
    ["nothing but the empty text", { type: "string", enum: [""] }, { type: "string", maxLength: 0 }],
    [
      "properties whose names match a pattern",
      { type: "object", patternProperties: { "^x-": text }, additionalProperties: false },
      { type: "object", description: "Names match ^x-.", additionalProperties: text },
    ],
    [
      "names that are listed",
      { type: "object", propertyNames: { enum: ["a", "b"] }, additionalProperties: text },
      { type: "object", description: "Names: a, b.", additionalProperties: text },
    ],
  ])("%s", (_name, schema, shown) => {
    expect(listed(schema)).toEqual(shown);
  });

  it("without what an object may not have, alone or together", () => {
    const properties = { a: text, b: text, c: text };
    expect(listed({ type: "object", properties, not: { required: ["b"] } })).toEqual({
      type: "object",
      properties: { a: text, c: text },
    });
    const apart = listed({
      type: "object",
      properties,
      allOf: [{ not: { required: ["a", "b"] } }, { not: { required: ["b", "c"] } }],
    });
    for (const variant of apart["anyOf"] as JsonObject[]) {
      const names = Object.keys(variant["properties"] as JsonObject);
      expect(names.includes("b") && names.length > 1).toBe(false);
    }
  });

  it("with what little lies below the last level", () => {
    const recipient = {
      type: "object",
      properties: { emailAddress: { type: "object", properties: { address: text } } },
    };
    const filler = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `field${index}`,
        {
          type: "object",
          properties: {
            one: text,
            two: { type: "object", properties: { three: text, four: { type: "object", properties: { five: text } } } },
          },
        },
      ]),
    );
    const schema = listed({
      type: "object",
      properties: { message: { type: "object", properties: { to: { type: "array", items: recipient }, ...filler } } },
    });
    expect(JSON.stringify(schema)).toContain(
      '"emailAddress":{"type":"object","properties":{"address":{"type":"string"}}}',
    );
  });
});

describe("properties that one part of an allOf does not allow", () => {
  const closed = { additionalProperties: false };
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      "another describes: none may have them",
      { properties: { a: text } },
      { properties: { b: text }, ...closed },
      { properties: { a: false, b: text }, ...closed },
    ],
    [
      "another requires: authors mean the sum, and no value fits",
      { properties: { a: text }, required: ["a"] },
      { properties: { b: text }, ...closed },
      { properties: { a: text, b: text }, required: ["a"], ...closed, not: {} },
    ],
    [
      "are all that there is",
      { properties: { a: text }, ...closed },
      { properties: { b: text }, ...closed },
      { properties: { a: text, b: text }, ...closed, not: {} },
    ],
    [
      "are all that another describes",
      { properties: { a: text, c: false } },
      { properties: { a: false } },
      { properties: { a: false, c: false }, not: {} },
    ],
    [
      "are not allowed by the other either: nothing contradicts",
      { properties: { a: false } },
      { properties: { a: false } },
      { properties: { a: false } },
    ],
    [
      "match a pattern of its: they have to fit that as well",
      { patternProperties: { "^x": { type: "integer" } }, ...closed },
      { properties: { xa: text, y: text } },
      {
        patternProperties: { "^x": { type: "integer" } },
        ...closed,
        properties: { xa: { allOf: [{ type: "integer" }, text] }, y: false },
      },
    ],
  ])("%s", (_what, one, other, want) => expect(merged(one, other)).toEqual(want));
});
