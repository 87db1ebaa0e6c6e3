/** What a folded list says of tools in few words: where texts end, which hints tell something, which titles. */
import { describe, expect, it } from "vitest";
import type { JsonObject, ToolListing } from "../../templates/always/src/runtime/data/model.ts";
import { condensed, condensedList } from "../../templates/always/src/runtime/finding/condense.ts";

const hints = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };
const listing = (properties: JsonObject, more: Partial<ToolListing> = {}): ToolListing =>
  ({
    name: "create_order",
    title: "Create order",
    description: "Places it.",
    inputSchema: { type: "object", properties },
    annotations: hints,
    ...more,
  }) as ToolListing;
const text = (description: string): JsonObject => ({ type: "string", description });
const shown = (schema: JsonObject, required = false): unknown =>
  condensed(
    listing(
      {},
      {
        inputSchema: {
          type: "object",
          properties: { a: schema },
          ...(required ? { required: ["a"] } : {}),
        } as unknown as ToolListing["inputSchema"],
      },
    ),
  ).inputSchema.properties["a"];

describe("the text of an argument", () => {
  const words = (count: number): string => "word ".repeat(count).trimEnd();

  it.each<[string, boolean, string]>([
    [`${words(15)}xx`, false, `${words(15)}xx`],
    [`${words(15)}xxx`, false, `${words(14)} […]`],
    [words(16), false, `${words(15)} […]`],
    [`${words(32)}x`, true, `${words(32)}x`],
    [`${words(32)}xx`, true, `${words(31)} […]`],
    [words(33), true, `${words(32)} […]`],
    [`Short one. Of ${words(16)}.`, false, "Short one. […]"],
    [`${words(16)}. Has to match ^a$.`, false, `${words(15)} Has to match ^a$. […]`],
    [`Short one. Of ${words(16)}. Format: x.`, false, "Short one. Format: x. […]"],
    [`One is it. Of ${words(16)}. Two is it.`, false, "One is it. […]"],
    ["x".repeat(77), false, `${"x".repeat(76)} […]`],
    [`${words(14)}, (${"x".repeat(20)}`, false, `${words(14)} […]`],
    [`${"x".repeat(75)}😀`, false, `${"x".repeat(75)} […]`],
  ])("%j, required: %s", (given, required, want) => expect(shown(text(given), required)).toEqual(text(want)));

  it.each([
    "Encoded as",
    "May be empty",
    "Deprecated.",
    "Also takes",
    "Names match",
    "Names:",
    "Further names match",
    'Called "',
    "Such as",
  ])("keeps what begins with %s", (start) => {
    const given = `Short one. Of ${words(20)}. ${start} x.`;
    expect(shown(text(given))).toEqual(text(`Short one. ${start} x. […]`));
  });
});

describe("a limit of an argument", () => {
  it.each<[JsonObject, JsonObject]>([
    [
      { type: "string", maxLength: 199 },
      { type: "string", maxLength: 199 },
    ],
    [{ type: "string", maxLength: 200 }, { type: "string" }],
    [
      { type: "string", maxLength: 200, pattern: "^a" },
      { type: "string", maxLength: 200, pattern: "^a" },
    ],
    [
      { type: "object", properties: {}, additionalProperties: false },
      { type: "object", properties: {} },
    ],
    [
      { type: "object", additionalProperties: false },
      { type: "object", additionalProperties: false },
    ],
    [
      { type: "object", properties: {}, additionalProperties: { type: "string" } },
      { type: "object", properties: {}, additionalProperties: { type: "string" } },
    ],
  ])("%j is shown as %j", (schema, want) => expect(shown(schema)).toEqual(want));
});

describe("an object of many names", () => {
  it("is folded to as many of them as fit", () => {
    const names = Array.from({ length: 20 }, (_, index) => `property_${index + 10}`);
    const schema = { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "integer" }])) };
    expect(shown(schema)).toEqual({
      type: "object",
      description: `Properties: ${names.slice(0, 9).join(", ")} […]`,
    });
  });

  it("keeps what it requires, its default left out, alternatives once", () => {
    const one = { type: "object", properties: { long_name_of_it: text("It is described at some length here.") } };
    const schema = {
      type: "object",
      default: {},
      properties: {
        need: { type: "string", default: "x", description: "What is needed of it by all means." },
        more: one,
        also: one,
        list: { type: "array", items: one },
      },
      required: ["need"],
    };
    expect(shown(schema)).toEqual({
      type: "object",
      description: "Properties: need, more, also, list […]",
      properties: { need: { type: "string" } },
      required: ["need"],
    });
  });
});

describe("a tool", () => {
  it.each<[string, string, boolean]>([
    ["create_order", "Create order", false],
    ["create_order", "Order: create!", false],
    ["create_order", "Create an order", true],
    ["create_order", "Create orders", true],
    ["größe_lesen", "Größe lesen", false],
    ["a", "", false],
  ])("%s has the title %j: %s", (name, title, has) =>
    expect("title" in condensed(listing({}, { name, title }))).toBe(has),
  );

  it.each<[Partial<ToolListing["annotations"]>, object]>([
    [{}, { destructiveHint: false }],
    [{ destructiveHint: true }, { destructiveHint: true }],
    [{ readOnlyHint: true }, { readOnlyHint: true }],
    [{ readOnlyHint: true, idempotentHint: true }, { readOnlyHint: true }],
    [{ idempotentHint: true }, { destructiveHint: false, idempotentHint: true }],
    [{ openWorldHint: false }, { destructiveHint: false, openWorldHint: false }],
  ])("with the hints %j tells %j", (more, want) =>
    expect(condensed(listing({}, { annotations: { ...hints, ...more } })).annotations).toEqual(want),
  );

  it("without arguments takes none, and keeps its output schema", () => {
    const outputSchema = { type: "object", properties: {} } as unknown as ToolListing["outputSchema"];
    expect(condensed({ ...listing({}), ...(outputSchema && { outputSchema }) })).toMatchObject({
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      outputSchema,
    });
    expect(condensed(listing({ a: { type: "string" } })).inputSchema).not.toHaveProperty("additionalProperties");
  });

  it("has what twenty say of an optional argument told by the first of them only", () => {
    const told = (count: number, required: readonly string[] = []) =>
      condensedList(
        Array.from({ length: count }, () =>
          listing(
            {},
            {
              inputSchema: {
                type: "object",
                properties: { a: text("The same.") },
                required,
              } as unknown as ToolListing["inputSchema"],
            },
          ),
        ),
      ).filter(({ inputSchema }) => "description" in (inputSchema.properties["a"] as object)).length;
    expect([told(19), told(20), told(21), told(20, ["a"])]).toEqual([19, 1, 1, 20]);
  });
});
