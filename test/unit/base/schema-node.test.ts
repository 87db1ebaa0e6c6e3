import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { mapParts } from "../../../src/base/schema/map-parts.ts";
import { type SchemaNode, Schemas, standalone } from "../../../src/base/schema/node.ts";
import type { Schema } from "../../../src/base/schema/types.ts";

const schemas = new Schemas(
  new Map<string, Schema>([
    ["Pet", { type: "object", properties: { name: { type: "string" } }, required: ["name"] }],
    ["Cat", { allOf: [{ $ref: "#/$defs/Pet" }, { properties: { lives: { type: "integer" } } }] }],
  ]),
);

describe("what a schema is", () => {
  it.each<[Schema, SchemaNode["kind"], readonly string[]]>([
    [true, "any", []],
    [false, "never", []],
    [{}, "any", []],
    [{ description: "It." }, "any", []],
    [{ $ref: "#/$defs/Pet", description: "It." }, "reference", []],
    [{ type: "integer" }, "integer", ["integer"]],
    [{ type: ["string", "null"] }, "several", ["string", "null"]],
    [{ properties: {} }, "object", ["object"]],
    [{ required: ["a"] }, "object", ["object"]],
    [{ required: [] }, "any", []],
    [{ additionalProperties: { type: "string" } }, "object", ["object"]],
    [{ additionalProperties: false }, "any", []],
    [{ prefixItems: [{}] }, "array", ["array"]],
    [{ enum: ["a", 1, 1.5, null] }, "several", ["string", "integer", "number", "null"]],
    [{ const: true }, "boolean", ["boolean"]],
    [{ pattern: "^a$" }, "string", ["string"]],
    [{ format: "date" }, "string", ["string"]],
    [{ format: "int64" }, "any", []],
    [{ anyOf: [{ type: "string" }] }, "union", []],
    [{ type: "object", oneOf: [{ required: ["a"] }] }, "union", ["object"]],
    [{ enum: ["a"], anyOf: [{ type: "string" }] }, "string", ["string"]],
  ])("%j is %s", (schema, kind, types) => {
    const node = schemas.of(schema);
    expect(node.kind).toBe(kind);
    expect(node.types).toEqual(types);
    expect(JSON.stringify(node)).toBe(JSON.stringify(schema));
  });

  it("is absent where a keyword has a value of another type", () => {
    const node = schemas.of({
      type: "thing",
      title: 1,
      enum: "a",
      required: "a",
      properties: [],
      anyOf: {},
      minimum: "1",
      deprecated: "yes",
      $ref: "https://example.com/schema",
    });
    expect([node.namedTypes, node.required, node.propertyNames, node.allOf]).toEqual([[], [], [], []]);
    expect([node.title, node.enum, node.values, node.anyOf, node.union, node.bound("minimum")]).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
    expect([node.hasProperties, node.deprecated, node.reference]).toEqual([false, false, undefined]);
  });

  it("has properties of any name, and no others", () => {
    const named = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}') as JsonObject;
    const node = standalone.of(named);
    expect(node.property("__proto__")?.kind).toBe("string");
    expect(node.property("constructor")).toBeUndefined();
    expect(JSON.stringify(mapParts(node, (part) => part.with({ minLength: 1 })))).toBe(
      '{"properties":{"__proto__":{"type":"string","minLength":1}}}',
    );
  });
});

describe("a schema", () => {
  it("is one node, however often it is read", () => {
    const pet = schemas.of({ $ref: "#/$defs/Pet" }).target;
    expect(pet).toBe(schemas.named("Pet"));
    expect(pet?.property("name")).toBe(pet?.property("name"));
    expect(schemas.named("Dog")).toBeUndefined();
  });

  it("has a whole, which is worked out once and has no further one", () => {
    const cat = schemas.of({ $ref: "#/$defs/Cat", description: "A cat." });
    expect(cat.whole.json).toEqual({
      description: "A cat.",
      type: "object",
      properties: { name: { type: "string" }, lives: { type: "integer" } },
      required: ["name"],
    });
    expect(cat.whole).toBe(cat.whole);
    expect(cat.whole.whole).toBe(cat.whole);
    const plain = schemas.of({ type: "string" });
    expect(plain.whole).toBe(plain);
  });

  it("is changed in a copy, its keywords in their order, and is itself where nothing changes", () => {
    const given = schemas.of({ type: "string", minLength: 1 });
    expect(JSON.stringify(given.with({ maxLength: 2, type: "array" }))).toBe(
      '{"type":"array","minLength":1,"maxLength":2}',
    );
    expect(given.without("type").json).toEqual({ minLength: 1 });
    expect(given.with({})).toBe(given);
    expect(given.json).toEqual({ type: "string", minLength: 1 });
    expect(schemas.nothing.with({ type: "string" }).json).toEqual({ type: "string" });
  });

  it("has its parts changed in the order in which they stand", () => {
    const seen: string[] = [];
    const given = standalone.of({
      items: { title: "i" },
      anyOf: [{ title: "a" }, true],
      properties: { p: { title: "p" }, q: false },
      additionalProperties: { title: "f" },
      not: { title: "n" },
    });
    const same = mapParts(given, (part, keyword, name) => {
      seen.push(`${keyword} ${name ?? ""} ${part.title ?? ""}`);
      return part;
    });
    expect(seen).toEqual(["items  i", "anyOf  a", "properties p p", "additionalProperties  f"]);
    expect(same).toBe(given);
    expect(mapParts(given, (part, keyword) => (keyword === "anyOf" ? part.with({ type: "null" }) : part)).json).toEqual(
      {
        ...given.keywords,
        anyOf: [{ title: "a", type: "null" }, true],
      },
    );
  });
});
