/** Values of the mock as the bodies of their media types. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { mockBody } from "../../templates/always/src/runtime/mock/mock-body.ts";
import { MockSchema } from "../../templates/always/src/runtime/mock/mock-schema.ts";

describe("the body of a mock", () => {
  it.each<[string, JsonValue, string]>([
    ["application/json", { a: 1 }, '{"a":1}'],
    ["application/json; a=b", "x", '"x"'],
    ["application/problem+json", "x", '"x"'],
    ["text/plain", "x", "x"],
    ["text/plain", 5, "5"],
    ["no type", "x", "x"],
    ["no type", [1], "[1]"],
    ["application/jsonl", [1, "a"], '1\n"a"\n'],
    ["application/jsonl", { a: 1 }, '{"a":1}\n'],
    ["application/x-ndjson", [], ""],
    ["application/jsonl", "1\n2\n", "1\n2\n"],
    ["application/json-seq", [1, 2], "\u001e1\n\u001e2\n"],
    ["text/event-stream", "event: a\ndata: b\n\n", "event: a\ndata: b\n\n"],
    ["text/event-stream", "x\ndata: b\n\n", "x\ndata: b\n\n"],
    ["text/event-stream", ": ping\n\n", ": ping\n\n"],
    ["text/event-stream", "id: 1\n\n", "id: 1\n\n"],
    ["text/event-stream", "some data: b", "data: some data: b\n\n"],
    ["text/event-stream", ["a\r\nb\rc\nd", 5, null], "data: a\ndata: b\ndata: c\ndata: d\n\ndata: 5\n\ndata: null\n\n"],
    ["text/event-stream", { a: 1 }, 'data: {"a":1}\n\n'],
    [
      "text/event-stream",
      [{ data: "x", event: "a\r\nb\0", id: 7, retry: 5 }],
      "event: a  b \nid: 7\nretry: 5\ndata: x\n\n",
    ],
    ["text/event-stream", { data: { n: 1 }, id: null, event: ["a"], other: "x" }, 'data: {"n":1}\n\n'],
  ])("of %s is, of %j, %j", (mediaType, value, want) => expect(mockBody(value, mediaType)).toBe(want));
});

describe("what a mock asks of a schema", () => {
  const schema = (json: JsonValue) => new MockSchema(json);

  it("is whether it allows anything", () => {
    expect([false, true, {}, null].map((json) => [schema(json).isNever, schema(json).hasKeywords])).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [false, false],
    ]);
  });

  it.each<[JsonValue, number, JsonValue | undefined]>([
    [{ const: 0, example: 1 }, 0, 0],
    [{ example: false, default: 1 }, 0, false],
    [{ examples: ["a", "b"] }, 3, "b"],
    [{ examples: [], default: "d" }, 0, "d"],
    [{ enum: ["a", "b", "c"] }, 4, "b"],
    [{ const: null, enum: ["a"] }, 0, "a"],
    [{ enum: "a" }, 0, undefined],
    [{}, 0, undefined],
    [true, 0, undefined],
  ])("%j shows at %i: %j", (json, index, want) => expect(schema(json).shownValue(index)).toBe(want));

  it.each<[JsonValue, string]>([
    [{ type: "integer" }, "integer"],
    [{ type: ["null", "boolean"] }, "boolean"],
    [{ type: ["null"] }, "null"],
    [{ properties: {}, items: {} }, "object"],
    [{ items: {} }, "array"],
    [{ minimum: 0 }, "number"],
    [{ maximum: 0 }, "number"],
    [{ multipleOf: 2 }, "number"],
    [{ minLength: 2 }, "string"],
    [{ type: 5 }, "string"],
    [{}, "string"],
  ])("%j is of type %s", (json, want) => expect(schema(json).type).toBe(want));

  it("is each keyword with a value of its type", () => {
    const all = schema({
      $ref: "#/a",
      type: "null",
      allOf: [{}],
      anyOf: [{ type: "a" }],
      properties: { a: { type: "b" } },
      required: ["a"],
      items: { type: "c" },
      minLength: 3,
      format: "date",
      pattern: "^a",
    });
    expect([all.reference, all.isNull, all.hasProperties, all.bound("minLength"), all.format, all.pattern]).toEqual([
      "#/a",
      true,
      true,
      3,
      "date",
      "^a",
    ]);
    expect([all.allOf.length, all.alternatives?.map(({ type }) => type), all.items.type]).toEqual([1, ["a"], "c"]);
    expect(all.properties.map(([name, property]) => [name, property.type])).toEqual([["a", "b"]]);
    expect([all.requires("a"), all.requires("b")]).toEqual([true, false]);
    expect(schema({ oneOf: [{ type: "x" }], anyOf: [] }).alternatives?.map(({ type }) => type)).toEqual(["x"]);
  });

  it("is nothing of a value of another type", () => {
    const none = schema({
      $ref: 1,
      type: ["null"],
      allOf: {},
      anyOf: 1,
      properties: [],
      required: "a",
      minLength: "3",
    });
    expect([none.reference, none.isNull, none.bound("minLength"), none.format, none.alternatives]).toEqual([
      undefined,
      false,
      undefined,
      undefined,
      undefined,
    ]);
    expect([none.allOf, none.properties, none.requires("a"), none.items.hasKeywords, none.items.isNever]).toEqual([
      [],
      [],
      false,
      false,
      false,
    ]);
  });
});
