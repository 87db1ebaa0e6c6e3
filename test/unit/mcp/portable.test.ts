import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { JsonSchema } from "../../../src/mcp/model.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import { type Portable, PortableProfile } from "../../../src/mcp/listed/portable.ts";

const portableSchema = (schema: JsonSchema, known: ReadonlyMap<string, JsonSchema>, budget?: number): Portable =>
  new PortableProfile(budget).write(new Schemas(known).of(schema));

const definitions = new Map<string, JsonSchema>([
  ["Pet", { type: "object", properties: { name: { type: "string" } }, required: ["name"] }],
  ["Node", { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/Node" } } }],
  ["Kind", { type: "string", enum: ["a", "b"] }],
]);

describe("the portable profile", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      "writes references out",
      { $ref: "#/$defs/Pet" },
      { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
    ],
    [
      "keeps what stands beside a reference",
      { $ref: "#/$defs/Kind", description: "Which." },
      { type: "string", description: "Which.", enum: ["a", "b"] },
    ],
    ["turns const into a list of one value", { const: 7 }, { type: "integer", enum: [7] }],
    [
      "turns a list of types into alternatives",
      { type: ["string", "null"], maxLength: 3 },
      { anyOf: [{ type: "string", maxLength: 3 }, { type: "null" }] },
    ],
    [
      "keeps null out of the values of the other alternative",
      { type: ["string", "null"], enum: ["a", null] },
      { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] },
    ],
    [
      "makes an exclusive bound of integers inclusive",
      { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 10 },
      { type: "integer", minimum: 1, maximum: 9 },
    ],
    [
      "makes an exclusive bound of numbers the nearest inclusive one",
      { type: "number", exclusiveMinimum: 0 },
      { type: "number", minimum: 0.000001 },
    ],
    [
      "names an unknown format in the description",
      { type: "string", format: "iban" },
      { type: "string", description: "Format: iban." },
    ],
    ["keeps a known format", { type: "string", format: "date-time" }, { type: "string", format: "date-time" }],
    ["leaves out a format that the type says", { type: "number", format: "double" }, { type: "number" }],
    [
      "invites no text where it lists an integer: how those are given that no double holds, the server says",
      { type: "integer", format: "int64", description: "Id." },
      { type: "integer", description: "Id." },
    ],
    [
      "keeps the bounds and values of such integers",
      {
        type: "object",
        properties: {
          a: { type: "integer", format: "int64", maximum: 100 },
          b: { type: "integer", format: "int64", enum: [1] },
          c: { type: "integer" },
        },
      },
      {
        type: "object",
        properties: { a: { type: "integer", maximum: 100 }, b: { type: "integer", enum: [1] }, c: { type: "integer" } },
      },
    ],
    [
      "folds allOf into one object",
      { allOf: [{ $ref: "#/$defs/Pet" }, { properties: { age: { type: "integer" } }, required: ["age"] }] },
      { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } }, required: ["name", "age"] },
    ],
    [
      "flattens a union within a union, and keeps what it says",
      { anyOf: [{ description: "A title.", anyOf: [{ type: "string" }, { type: "integer" }] }, { type: "null" }] },
      { description: "A title.", anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }] },
    ],
    [
      "joins alternatives that are all values",
      { oneOf: [{ const: "a" }, { const: "b" }] },
      { type: "string", enum: ["a", "b"] },
    ],
    ["gives an array without items items", { type: "array" }, { type: "array", items: {} }],
    [
      "keeps a map of values",
      { type: "object", additionalProperties: { type: "string" } },
      { type: "object", additionalProperties: { type: "string" } },
    ],
    [
      "drops a property that may not be",
      { type: "object", properties: { a: false, b: { type: "string" } } },
      { type: "object", properties: { b: { type: "string" } } },
    ],
    [
      "keeps true as a schema without keywords",
      { type: "object", properties: { any: true } },
      { type: "object", properties: { any: {} } },
    ],
    [
      "names in the description what no client takes for a property's name, unless it has to be sent",
      {
        type: "object",
        properties: { "workers/tag": { type: "string" }, "<any>": {}, id: { type: "string" } },
        required: ["workers/tag", "id"],
        additionalProperties: false,
      },
      {
        type: "object",
        description: 'Also takes "<any>".',
        properties: { "workers/tag": { type: "string" }, id: { type: "string" } },
        required: ["workers/tag", "id"],
      },
    ],
    [
      "requires only what it lists",
      { type: "object", properties: { a: { type: "string" } }, required: ["a", "a\nb", "ghost"] },
      {
        type: "object",
        description: expect.stringContaining("(required)") as unknown as string,
        properties: { a: { type: "string" }, ghost: {} },
        required: ["a", "ghost"],
      },
    ],
    [
      "says which properties go together",
      {
        type: "object",
        properties: { a: { type: "string" }, b: { type: "string" } },
        anyOf: [{ required: ["a"] }, { required: ["a", "b"] }],
      },
      {
        anyOf: [
          { type: "object", properties: { a: { type: "string" }, b: { type: "string" } }, required: ["a"] },
          { type: "object", properties: { a: { type: "string" }, b: { type: "string" } }, required: ["a", "b"] },
        ],
      },
    ],
    ["infers a type from values", { enum: [1, 2] }, { type: "integer", enum: [1, 2] }],
  ])("%s", (_, given, want) => expect(portableSchema(given, definitions).schema).toEqual(want));

  it("ends a circle in an object that names what it is, and says so", () => {
    const { schema, losses } = portableSchema({ $ref: "#/$defs/Node" }, definitions);
    expect(schema).toEqual({
      type: "object",
      properties: {
        value: { type: "string" },
        next: {
          type: "object",
          properties: {
            value: { type: "string" },
            next: { type: "object", description: "Properties: value, next." },
          },
        },
      },
    });
    expect(losses).toEqual([
      { kind: "depth", pointer: "/properties/next/properties/next", text: "Node is not written out further" },
    ]);
  });

  it("writes what is required of an object that is too deep to be written out", () => {
    const note = { type: "string", pattern: `^${"[a-z]".repeat(60)}$` };
    const wide = (inner: JsonObject): JsonObject => ({
      type: "object",
      properties: { name: { type: "string", description: "Its name" }, inner, note },
      required: ["name", "inner"],
    });
    const { schema } = portableSchema(wide(wide(wide({ type: "array", items: wide({}) }))), new Map(), 60);
    expect(schema).toEqual({
      type: "object",
      properties: {
        name: { type: "string", description: "Its name" },
        inner: {
          type: "object",
          description: "Properties: name, inner, note.",
          properties: {
            name: { type: "string" },
            inner: {
              type: "object",
              properties: {
                name: { type: "string" },
                inner: {
                  type: "array",
                  items: {
                    type: "object",
                    properties: { name: { type: "string" }, inner: {} },
                    required: ["name", "inner"],
                  },
                },
              },
              required: ["name", "inner"],
            },
          },
          required: ["name", "inner"],
        },
        note,
      },
      required: ["name", "inner"],
    });
  });

  it.each<[JsonObject, JsonObject]>([
    [
      { type: "integer", format: "int32" },
      { type: "integer", minimum: -2147483648, maximum: 2147483647 },
    ],
    [
      { type: "integer", format: "int32", minimum: 1 },
      { type: "integer", minimum: 1, maximum: 2147483647 },
    ],
    [{ type: "integer", format: "int64" }, { type: "integer" }],
    [
      { type: "string", format: "url" },
      { type: "string", format: "uri", pattern: "^https?://[!-~]+$", description: "Format: url." },
    ],
  ])("says %j in keywords that every client knows", (given, want) => {
    expect(portableSchema(given, new Map()).schema).toEqual(want);
  });

  it("lists the values that a schema has beside alternatives", () => {
    const kinds = { type: "integer", oneOf: [{ const: 1 }, { const: 2 }] };
    const schema = { type: "integer", enum: [2], allOf: [{ $ref: "#/$defs/Kinds" }] };
    expect(portableSchema(schema, new Map([["Kinds", kinds]])).schema).toEqual({ type: "integer", enum: [2] });
  });

  it.each(["@odata.type", "$type", "Account Number", "用户"])("lists %s where it has to be sent", (name) => {
    const text = { type: "string" };
    const asked = { type: "object", properties: { [name]: text, "other@x": text }, required: [name] };
    const listed = {
      type: "object",
      description: 'Also takes "other@x".',
      properties: { [name]: text },
      required: [name],
    };
    expect(portableSchema(asked, new Map()).schema).toEqual(listed);
    expect(portableSchema({ type: "array", items: asked }, new Map()).schema).toEqual({ type: "array", items: listed });
    const undescribed = { type: "object", required: [name] };
    expect(portableSchema(undescribed, new Map()).schema).toEqual({ ...undescribed, properties: { [name]: {} } });
  });

  it.each(["$ref", "a\u200bb", "a".repeat(65)])("tells %j in words all the same", (name) => {
    const { schema } = portableSchema({ type: "object", properties: { [name]: {} }, required: [name] }, new Map());
    expect(schema).toEqual({ type: "object", description: expect.stringContaining("(required)") });
  });

  it.each([
    ["^(?<year>\\d{4})-(?<month>\\d\\d)$", "^(\\d{4})-(\\d\\d)$"],
    ["^(?:(?<a>x)|y)\\[(?<b>z)$", "^(?:(x)|y)\\[(z)$"],
  ])("lists %s as %s", (pattern, want) => {
    expect(portableSchema({ type: "string", pattern }, new Map()).schema["pattern"]).toBe(want);
  });

  it.each(["^(?<a>x)\\k<a>$", "(?<=a)b", "(?<!a)b", "[(?<a>]\\(?<b>"])("lists no form of %s", (pattern) => {
    const { schema } = portableSchema({ type: "string", pattern }, new Map());
    expect(schema).toEqual({ type: "string", description: expect.stringContaining("Has to match") });
  });

  it("lists what is required and described nowhere", () => {
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["b"] };
    expect(portableSchema(schema, new Map()).schema).toEqual({
      type: "object",
      properties: { a: { type: "string" }, b: {} },
      required: ["b"],
    });
  });

  it("stays within its budget by going less deep", () => {
    const deep = (depth: number): JsonObject => ({
      type: "object",
      properties: Object.fromEntries(
        [..."abcdef"].map((key) => [key, depth === 0 ? { type: "string" } : deep(depth - 1)]),
      ),
    });
    const { schema } = portableSchema(deep(6), new Map(), 5_000);
    expect(JSON.stringify(schema).length).toBeLessThan(20_000);
    expect(Object.keys(schema["properties"] as JsonObject)).toEqual([..."abcdef"]);
  });

  it("has no keyword that clients stumble over, however they are nested", () => {
    const given: JsonObject = {
      type: "object",
      $ref: "#/$defs/Pet",
      patternProperties: { "^x": { const: 1 } },
      properties: {
        a: { type: ["string", "integer"], exclusiveMinimum: 3, not: { const: 5 }, "x-mcp-header": "Evil" },
      },
      if: { required: ["a"] },
      then: { required: ["b"] },
    };
    const { schema, losses } = portableSchema(given, definitions);
    expect(JSON.stringify(schema)).not.toMatch(/\$ref|"const"|patternProperties|exclusive|"not"|"if"|"then"|x-mcp/);
    expect(losses.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(["/patternProperties", "/if", "/then", "/properties/a/not"]),
    );
  });
});
