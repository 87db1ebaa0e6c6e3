/** The judge's own check: values against schemas of every dialect, read without the generator. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { SchemaCheck, overlap } from "./schema-check.ts";

interface Case {
  readonly says: string;
  readonly schema: JsonObject;
  /** Schemas that `#/components/schemas/` or `#/definitions/` hold. */
  readonly others?: JsonObject;
  readonly right: readonly Json[];
  /** Values, and a keyword that is complained of. */
  readonly wrong: readonly (readonly [Json, string])[];
}

const pet: JsonObject = { type: "object", required: ["name"], properties: { name: { type: "string" } } };

const cases30: readonly Case[] = [
  {
    says: "types, and integers without a fraction",
    schema: { type: "integer" },
    right: [1, -1, 1.0],
    wrong: [
      [1.5, "type"],
      ["1", "type"],
      [null, "type"],
    ],
  },
  {
    says: "nullable allows null, also where an enum does not list it",
    schema: { type: "string", nullable: true, enum: ["a"] },
    right: ["a", null],
    wrong: [["b", "enum"]],
  },
  {
    says: "exclusive bounds are flags",
    schema: { type: "number", minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false },
    right: [1.1, 3],
    wrong: [
      [1, "exclusiveMinimum"],
      [4, "maximum"],
    ],
  },
  {
    says: "members beside a reference are ignored",
    schema: { $ref: "#/components/schemas/Pet", maxProperties: 0 },
    others: { Pet: pet },
    right: [{ name: "Rex" }],
    wrong: [[{}, "required"]],
  },
  {
    says: "what is read-only is not required, also through references and compositions",
    schema: {
      allOf: [
        { $ref: "#/components/schemas/Base" },
        { required: ["id", "name"], properties: { name: { type: "string" } } },
      ],
    },
    others: {
      Base: { type: "object", properties: { id: { $ref: "#/components/schemas/Id" } } },
      Id: { type: "integer", readOnly: true },
    },
    right: [{ name: "Rex" }, { id: 1, name: "Rex" }],
    wrong: [
      [{}, "required"],
      [{ id: "x", name: "Rex" }, "type"],
    ],
  },
  {
    says: "a schema that refers to itself",
    schema: { $ref: "#/components/schemas/Tree" },
    others: { Tree: { type: "object", properties: { child: { $ref: "#/components/schemas/Tree" } } } },
    right: [{ child: { child: {} } }],
    wrong: [[{ child: { child: 1 } }, "type"]],
  },
  {
    says: "formats",
    schema: { type: "string", format: "date" },
    right: ["2024-02-29"],
    wrong: [["2024-02-30", "format"]],
  },
  { says: "a pattern of another language says nothing", schema: { pattern: "(?i)^a" }, right: ["A", "b"], wrong: [] },
  { says: "a keyword of a later draft says nothing", schema: { const: 1 }, right: [1, 2], wrong: [] },
  { says: "a reference that leads nowhere says nothing", schema: { $ref: "#/nowhere" }, right: [1, null], wrong: [] },
  {
    says: "two alternatives that both fit are an overlap, and nothing else is said",
    schema: { oneOf: [{ type: "string" }, { type: "string", minLength: 1 }, { type: "integer" }] },
    right: ["", 1],
    wrong: [["a", overlap]],
  },
  {
    says: "a fault beside an overlap is said, and the overlap is not",
    schema: { type: "object", properties: { a: { oneOf: [{}, {}] } }, required: ["b"] },
    right: [],
    wrong: [[{ a: 1 }, "required"]],
  },
];

const cases31: readonly Case[] = [
  {
    says: "members beside a reference hold",
    schema: { $ref: "#/components/schemas/Pet", maxProperties: 1 },
    others: { Pet: pet },
    right: [{ name: "Rex" }],
    wrong: [[{ name: "Rex", age: 1 }, "maxProperties"]],
  },
  {
    says: "lists of types, const, prefixItems and closed compositions",
    schema: {
      allOf: [{ properties: { kind: { const: "a" } } }],
      properties: { pair: { type: ["array", "null"], prefixItems: [{ type: "integer" }], items: false } },
      unevaluatedProperties: false,
    },
    right: [{ kind: "a", pair: [1] }, { pair: null }],
    wrong: [
      [{ kind: "b" }, "const"],
      [{ pair: [1, 2] }, "items"],
      [{ other: 1 }, "unevaluatedProperties"],
    ],
  },
  {
    says: "a reference that leads nowhere says nothing",
    schema: { $ref: "#/nowhere", type: "string" },
    right: ["a"],
    wrong: [[1, "type"]],
  },
  { says: "nullable says nothing", schema: { type: "string", nullable: true }, right: ["a"], wrong: [[null, "type"]] },
  {
    says: "a schema that is false allows nothing",
    schema: { properties: { a: false } },
    right: [{}],
    wrong: [[{ a: 1 }, "false schema"]],
  },
];

const cases20: readonly Case[] = [
  {
    says: "x-nullable, definitions, and files",
    schema: {
      properties: {
        pet: { $ref: "#/definitions/Pet" },
        scan: { type: "file" },
        note: { type: "string", "x-nullable": true },
      },
    },
    others: { Pet: pet },
    right: [{ pet: { name: "Rex" }, scan: "bytes", note: null }],
    wrong: [[{ pet: {} }, "required"]],
  },
];

describe.each([
  ["2.0", cases20],
  ["3.0", cases30],
  ["3.1", cases31],
] as const)("schemas of version %s", (version, cases) => {
  it.each(cases)("$says", ({ schema, others, right, wrong }) => {
    const root: JsonObject =
      version === "2.0"
        ? { swagger: "2.0", definitions: others ?? {}, given: schema }
        : { openapi: `${version}.0`, components: { schemas: others ?? {} }, given: schema };
    const check = new SchemaCheck(root);
    for (const value of right) expect(check.complaints(schema, value), JSON.stringify(value)).toEqual([]);
    for (const [value, keyword] of wrong)
      expect(
        new Set(check.complaints(schema, value).map((complaint) => complaint.keyword)),
        JSON.stringify(value),
      ).toContain(keyword);
  });
});

it("says where a value is wrong", () => {
  const schema: JsonObject = { properties: { "a/b": { items: { type: "string" } } } };
  const [complaint] = new SchemaCheck({ openapi: "3.1.0" }).complaints(schema, { "a/b": ["x", 1] });
  expect(complaint?.place).toEqual(["a/b", "1"]);
});
