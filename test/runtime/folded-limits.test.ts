/** How much a folded list shows of a tool: which objects stay whole, at which length, and what is left of others. */
import { describe, expect, it } from "vitest";
import type { InputSchema, JsonObject, ToolListing } from "../../templates/always/src/runtime/data/model.ts";
import { condensed } from "../../templates/always/src/runtime/finding/condense.ts";

const text = { type: "string" } as const;
const listing = (
  properties: JsonObject,
  required: readonly string[] = [],
  more: Partial<ToolListing> = {},
): ToolListing => ({
  name: "run_it",
  title: "Run it",
  description: "Runs it.",
  inputSchema: { type: "object", properties, required, additionalProperties: false } as InputSchema,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  ...more,
});
const argument = (schema: JsonObject, isRequired = false): unknown =>
  condensed(listing({ a: schema }, isRequired ? ["a"] : [])).inputSchema.properties["a"];

/** An object whose JSON takes so many characters. */
function sized(length: number): JsonObject {
  const object = (title: string): JsonObject => ({ type: "object", properties: { b: true }, title });
  return object("x".repeat(length - JSON.stringify(object("")).length));
}
const foldedSized = (length: number): JsonObject => ({
  type: "object",
  description: "Properties: b […]",
  title: sized(length)["title"] ?? "",
});
/** An object that has to be given, with one that need not within it, so deep. */
const within = (inner: JsonObject, depth: number): JsonObject =>
  depth === 0
    ? inner
    : { type: "object", properties: { c: within(inner, depth - 1) }, required: depth > 1 ? ["c"] : [] };

describe("an object that need not be given", () => {
  it.each([
    [0, 160],
    [1, 100],
    [2, 60],
    [3, 60],
    [4, 60],
  ])("at the depth %i stays whole up to %i characters", (depth, most) => {
    const schema = (inner: JsonObject) => argument(within(inner, depth), depth > 0);
    const want = (inner: JsonObject) => within(inner, depth);
    expect(schema(sized(most))).toEqual(want(sized(most)));
    expect(schema(sized(most + 1))).toEqual(want(foldedSized(most + 1)));
  });

  it("stays whole where it is required within one that is", () => {
    const schema = { type: "object", properties: { c: sized(300), d: sized(300) }, required: ["c", 5] };
    expect(argument(schema as unknown as JsonObject, true)).toEqual({
      ...schema,
      properties: { c: sized(300), d: foldedSized(300) },
    });
    expect(argument({ ...schema, required: "c" } as unknown as JsonObject, true)).toEqual({
      ...schema,
      required: "c",
      properties: { c: foldedSized(300), d: foldedSized(300) },
    });
  });

  it("has names of its fields up to 120 characters, the first in any case", () => {
    const names = Array.from({ length: 13 }, (_, at) => `field_${at + 10}`);
    const object = (of: readonly string[]): JsonObject => ({
      type: "object",
      properties: Object.fromEntries(of.map((name) => [name, { ...text, title: "x".repeat(20) }])),
    });
    expect(argument(object(names))).toEqual({
      type: "object",
      description: `Properties: ${names.slice(0, 12).join(", ")} […]`,
    });
    expect(argument(object([...names, "x"]))).toMatchObject({
      description: `Properties: ${names.slice(0, 12).join(", ")} […]`,
    });
    const long = "x".repeat(200);
    expect(argument(object([long, "b"]))).toMatchObject({ description: `Properties: ${long} […]` });
  });

  it("is known by the fields of its items and alternatives, and what has no names is cut", () => {
    const big = { type: "object", title: "x".repeat(40), properties: { b: text, c: text } };
    expect(argument({ type: "array", items: { ...big, title: "x".repeat(150) } })).toEqual({
      type: "array",
      description: "Properties: b, c […]",
      items: { type: "object", title: "x".repeat(150) },
    });
    const one = { type: "object", properties: { d: text, b: text } };
    expect(argument({ description: "Which.", anyOf: [big, one, text, text], title: "x".repeat(100) })).toEqual({
      description: "Which. Properties: b, c, d […]",
      anyOf: [{ type: "object", title: big["title"] }, { type: "object" }, text],
      title: "x".repeat(100),
    });
    expect(argument({ type: "object", additionalProperties: { ...text, title: "x".repeat(150) } })).toEqual({
      type: "object",
      description: "[…]",
      additionalProperties: { ...text, title: "x".repeat(150) },
    });
  });

  it("keeps what has to be given in it, without words and defaults", () => {
    const id = { ...text, description: "Its id. And more.", default: "x", maxLength: 500, minLength: 1 };
    const kept = { ...text, description: "Its kind. Has to match /^a$/." };
    const schema = {
      type: "object",
      properties: { id, kept, other: { ...text, title: "x".repeat(100) } },
      required: ["id", "kept"],
      default: {},
      additionalProperties: false,
    };
    expect(argument(schema)).toEqual({
      type: "object",
      description: "Properties: id, kept, other […]",
      properties: { id: { ...text, minLength: 1 }, kept: { ...text, description: "Has to match /^a$/." } },
      required: ["id", "kept"],
    });
  });
});

describe("a text", () => {
  const words = (length: number): string => "word ".repeat(length).slice(0, length - 1) + "x";
  it("within an argument takes 60 characters, whether that is required or not", () => {
    for (const isRequired of [true, false]) {
      const of = (length: number) =>
        argument({ type: "object", properties: { b: { ...text, description: words(length) } } }, isRequired);
      const shown = (description: string) => ({ type: "object", properties: { b: { ...text, description } } });
      expect(of(60)).toEqual(shown(words(60)));
      expect(of(61)).toEqual(shown(`${"word ".repeat(11)}word […]`));
    }
  });

  it("of an alternative takes as many as if it were required", () => {
    const of = (length: number) => argument({ anyOf: [{ ...text, description: words(length) }, { type: "null" }] });
    expect(of(160)).toEqual({ anyOf: [{ ...text, description: words(160) }, { type: "null" }] });
    expect(of(161)).toEqual({
      anyOf: [{ ...text, description: `${"word ".repeat(31)}word […]` }, { type: "null" }],
    });
  });

  it("ends with a whole word, unless that would leave less than half", () => {
    const of = (first: number) => argument({ ...text, description: `${"x".repeat(first)} ${"y".repeat(80)}` });
    expect(of(39)).toEqual({ ...text, description: `${"x".repeat(39)} […]` });
    expect(of(38)).toEqual({ ...text, description: `${"x".repeat(38)} ${"y".repeat(37)} […]` });
  });

  it("of a tool takes 240 characters", () => {
    const of = (length: number) => condensed(listing({}, [], { description: words(length) })).description;
    expect(of(240)).toBe(words(240));
    expect(of(241)).toBe(`${"word ".repeat(47)}word […]`);
  });
});

describe("a schema", () => {
  it.each<[JsonObject, JsonObject]>([
    [
      { type: "array", items: { ...text, maxLength: 900 } },
      { type: "array", items: text },
    ],
    [{ anyOf: [{ ...text, maxLength: 900 }, { type: "null" }] }, { anyOf: [text, { type: "null" }] }],
  ])("%j is shown as %j", (schema, want) => expect(argument(schema)).toEqual(want));

  it("of a tool is closed where it has no arguments, and says what is required where something is", () => {
    expect(condensed(listing({})).inputSchema).toEqual({ type: "object", properties: {}, additionalProperties: false });
    expect(condensed(listing({ a: true })).inputSchema).toEqual({ type: "object", properties: { a: true } });
    expect(condensed(listing({ a: text }, ["a"])).inputSchema).toEqual({
      type: "object",
      properties: { a: text },
      required: ["a"],
    });
    const outputSchema = { type: "object" };
    expect(condensed(listing({}, [], { outputSchema }))).toEqual({
      name: "run_it",
      description: "Runs it.",
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      outputSchema,
      annotations: { readOnlyHint: true },
    });
  });
});
