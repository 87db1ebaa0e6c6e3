import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { JsonSchema } from "../../../src/mcp/model.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import { PortableProfile } from "../../../src/mcp/listed/portable.ts";

const text = { type: "string" };
const number = { type: "integer" };
const definitions = new Map<string, JsonSchema>([
  ["Cat", { type: "object", properties: { lives: number }, required: ["lives"] }],
  ["Dog", { type: "object", properties: { bark: text } }],
]);
const object = (properties: JsonObject, ...required: readonly string[]): JsonObject => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
});

describe("alternatives are listed complete by themselves", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      "what is required beside them is required in each",
      { required: ["name"], properties: { name: text }, anyOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }] },
      { anyOf: [object({ name: text, lives: number }, "name", "lives"), object({ name: text, bark: text }, "name")] },
    ],
    [
      "what is required beside them and described only in them",
      { required: ["bark"], oneOf: [{ $ref: "#/$defs/Dog" }] },
      object({ bark: text }, "bark"),
    ],
    [
      "what is composed around them is required, too",
      { allOf: [object({ id: number }, "id"), { anyOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }] }] },
      { anyOf: [object({ id: number, lives: number }, "id", "lives"), object({ id: number, bark: text }, "id")] },
    ],
    [
      "a property that both describe has to meet both",
      { ...object({ kind: text }, "kind"), anyOf: [object({ kind: { enum: ["a"] } }), object({ size: number })] },
      {
        anyOf: [
          object({ kind: { type: "string", enum: ["a"] } }, "kind"),
          object({ kind: text, size: number }, "kind"),
        ],
      },
    ],
    [
      "of a oneOf, each has only its own of what one of them requires",
      {
        ...object({ id: number, owner: text, repo: text }),
        oneOf: [{ required: ["id"] }, { required: ["owner", "repo"] }],
      },
      { anyOf: [object({ id: number }, "id"), object({ owner: text, repo: text }, "owner", "repo")] },
    ],
    [
      "what may not stand together stands in different ones",
      {
        ...object({ a: text, b: text, c: text }),
        anyOf: [{ required: ["a"] }, { required: ["b"] }],
        not: { required: ["a", "b"] },
      },
      { anyOf: [object({ a: text, c: text }, "a"), object({ b: text, c: text }, "b")] },
    ],
    [
      "what may not stand together, without alternatives",
      { ...object({ a: text, b: text }), not: { required: ["a", "b"] } },
      { anyOf: [object({ b: text }), object({ a: text })] },
    ],
    [
      "each of which forbids the property of another",
      {
        ...object({ a: text, b: text }),
        anyOf: [
          { required: ["a"], not: { required: ["b"] } },
          { required: ["b"], not: { required: ["a"] } },
        ],
      },
      { anyOf: [object({ a: text }, "a"), object({ b: text }, "b")] },
    ],
    [
      "a list with bounds in alternatives",
      {
        type: "array",
        items: number,
        oneOf: [
          { minItems: 4, maxItems: 4 },
          { minItems: 6, maxItems: 6 },
        ],
      },
      {
        anyOf: [
          { type: "array", minItems: 4, maxItems: 4, items: number },
          { type: "array", minItems: 6, maxItems: 6, items: number },
        ],
      },
    ],
    [
      "one that cannot be met beside the rest is left out",
      {
        ...object({ a: text }, "a"),
        anyOf: [{ type: "string" }, object({ a: { type: "integer" } }), object({ b: text })],
      },
      object({ a: text, b: text }, "a"),
    ],
    [
      "none that can be met: what stands beside them",
      { type: "array", items: text, anyOf: [object({ a: text }), object({ b: text })] },
      { type: "array", items: text },
    ],
    [
      "one whose listed values do not meet its pattern is left out",
      {
        ...object({ kind: { type: "string", pattern: "^[a-z]+$" } }, "kind"),
        oneOf: [object({ kind: { enum: ["ok"] } }), object({ kind: { enum: ["not_ok"] } })],
      },
      object({ kind: { type: "string", enum: ["ok"] } }, "kind"),
    ],
    [
      "those that differ by their tag only become one",
      { oneOf: [object({ kind: { const: "a" } }, "kind"), object({ kind: { const: "b" } }, "kind")] },
      object({ kind: { type: "string", enum: ["a", "b"] } }, "kind"),
    ],
    [
      "lists of different things are not empty, since the empty one would be both",
      {
        oneOf: [
          { type: "array", items: text },
          { type: "array", items: number },
        ],
      },
      {
        anyOf: [
          { type: "array", minItems: 1, items: text },
          { type: "array", minItems: 1, items: number },
        ],
      },
    ],
    [
      "what tells them apart may lie one level down",
      {
        oneOf: ["a", "b"].map((kind) => object({ source: object({ kind: { enum: [kind] } }), note: text })),
      },
      {
        anyOf: ["a", "b"].map((kind) =>
          object({ source: object({ kind: { type: "string", enum: [kind] } }, "kind"), note: text }, "source"),
        ),
      },
    ],
    [
      "a property that no value fits is left out",
      object({ a: { allOf: [text, number] }, b: text }),
      object({ b: text }),
    ],
    [
      "bounds that JavaScript cannot hold are left out",
      { type: "integer", format: "int64", minimum: -9223372036854775808, maximum: 9 },
      { type: "integer", maximum: 9 },
    ],
    ["a number of a whole format is an integer", { type: "number", format: "int8" }, { type: "integer" }],
  ])("%s", (_name, given, want) => {
    expect(new PortableProfile().write(new Schemas(definitions).of(given)).schema).toEqual(want);
  });

  it("share what is long", () => {
    const about = { type: "string", description: "x".repeat(110) };
    const shared = Object.fromEntries([..."abcdef"].map((name) => [name, about]));
    const schema = {
      ...object({ name: { ...text, description: "Its name." }, ...shared }, "name"),
      anyOf: [{ required: ["a"] }, object({ kind: text }, "kind")],
    };
    expect(new PortableProfile().write(new Schemas(definitions).of(schema)).schema).toEqual({
      ...object({ name: { ...text, description: "Its name." }, ...shared }, "name"),
      anyOf: [object({ name: text, a: text }, "name", "a"), object({ name: text, kind: text }, "name", "kind")],
    });
  });

  it("end where they lead into themselves", () => {
    const circle = new Map<string, JsonSchema>([
      ["A", { anyOf: [{ allOf: [{ $ref: "#/$defs/A" }] }, { type: "array", items: { $ref: "#/$defs/A" } }, text] }],
    ]);
    expect(
      JSON.stringify(new PortableProfile().write(new Schemas(circle).of({ $ref: "#/$defs/A" })).schema).length,
    ).toBeLessThan(20_000);
  });

  it("end in values where a circle is cut", () => {
    const circle = new Map<string, JsonSchema>([
      ["A", { anyOf: [{ type: "array", items: { $ref: "#/$defs/A" } }, text] }],
    ]);
    const { schema } = new PortableProfile().write(new Schemas(circle).of({ $ref: "#/$defs/A" }));
    expect(JSON.stringify(schema)).not.toContain("{}");
  });

  it("keep what is required where a circle is cut", () => {
    const circle = new Map<string, JsonSchema>([
      [
        "Rule",
        object(
          {
            kind: { enum: ["and", "or"] },
            of: { type: "array", items: { $ref: "#/$defs/Rule" } },
            value: { anyOf: [{ $ref: "#/$defs/Rule" }, text, { type: "integer" }] },
            note: text,
          },
          "kind",
          "of",
          "value",
        ),
      ],
    ]);
    const { schema } = new PortableProfile(1).write(new Schemas(circle).of({ $ref: "#/$defs/Rule" }));
    const inner = JSON.stringify(schema).split("Properties: kind").at(1) ?? "";
    expect(inner).toContain('"required":["kind","of","value"]');
    expect(inner).toContain('"value":{"anyOf":[{"type":"string"},{"type":"integer"}]}');
  });
});
