import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { InputSchema } from "../../../templates/always/src/runtime/data/model.ts";
import { argumentValidator } from "../../../templates/always/src/runtime/validation/validate.ts";
import { serverOf } from "../document.ts";

const schemas: JsonObject = {
  Pet: {
    type: "object",
    required: ["kind"],
    properties: { kind: { type: "string" }, name: { type: "string" } },
    discriminator: {
      propertyName: "kind",
      mapping: { cat: "#/components/schemas/Cat", dog: "#/components/schemas/Dog" },
    },
  },
  Cat: {
    allOf: [{ $ref: "#/components/schemas/Pet" }, { type: "object", properties: { lives: { type: "integer" } } }],
  },
  Dog: {
    allOf: [
      { $ref: "#/components/schemas/Pet" },
      { type: "object", properties: { bark: { type: "string" } }, required: ["bark"] },
    ],
  },
  Puppy: {
    allOf: [{ $ref: "#/components/schemas/Dog" }, { type: "object", properties: { weeks: { type: "integer" } } }],
  },
};

function toolTaking(schema: JsonObject) {
  const operation = { responses: {}, requestBody: { required: true, content: { "application/json": { schema } } } };
  const [api] = serverOf({ paths: { "/pets": { post: operation } }, components: { schemas } }).model.apis;
  const tool = api?.groups[0]?.tools[0];
  if (api === undefined || tool === undefined) throw new Error("no tool");
  return { tool, definitions: api.schemas };
}

describe("a schema with a discriminator whose children take it into their allOf", () => {
  const pet = { $ref: "#/components/schemas/Pet" };
  it.each<[string, JsonObject, (value: JsonObject) => JsonObject]>([
    ["as the body", pet, (value) => ({ body: value })],
    ["in a list", { type: "array", items: pet }, (value) => ({ body: [value] })],
    ["within", { type: "object", properties: { pet }, required: ["pet"] }, (value) => ({ pet: value })],
    [
      "with words beside it",
      { type: "object", properties: { pet: { allOf: [pet], description: "Whose." } } },
      (value) => ({ pet: value }),
    ],
  ])("lists and checks what the children say: %s", (_name, schema, args) => {
    const { tool, definitions } = toolTaking(schema);
    const listed = JSON.stringify(tool.listing.inputSchema);
    expect(listed).toContain("lives");
    expect(listed).toContain("bark");
    const input = tool.call.input ?? (tool.listing.inputSchema as unknown as JsonObject);
    const validate = argumentValidator(tool.listing.inputSchema as InputSchema, input, Object.fromEntries(definitions));
    expect(validate(args({ kind: "cat", name: "Tom", lives: 7 }))).toMatchObject({ valid: true });
    expect(validate(args({ kind: "dog", bark: "loud" }))).toMatchObject({ valid: true });
    expect(validate(args({ kind: "cat", lives: "seven" }))).toMatchObject({ valid: false });
    expect(validate(args({ kind: "dog" }))).toMatchObject({ valid: false });
  });

  it("means itself where a schema extends it", () => {
    const { tool } = toolTaking({ allOf: [pet, { type: "object", properties: { owner: { type: "string" } } }] });
    expect(Object.keys(tool.listing.inputSchema.properties)).toEqual(["kind", "name", "owner"]);
  });
});
