/** Alternatives: which exclude each other for certain, which no value fits, and which are told in fewer words. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { areDisjoint, isImpossible } from "../../../src/mcp/listed/exclusive-alternatives.ts";
import { distinct, flattened, joinedByTag, mergedEnum } from "../../../src/mcp/listed/variants.ts";

const text = { type: "string" };
const integer = { type: "integer" };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "object", properties, ...more });
const required = (...names: readonly string[]): JsonObject => ({ required: names });
const closed = { additionalProperties: false };
const deep = (levels: number, inner: JsonObject): JsonObject =>
  levels === 0 ? inner : object({ a: deep(levels - 1, inner) }, required("a"));

describe("two schemas", () => {
  it.each<[JsonObject | boolean, JsonObject | boolean, boolean]>([
    [text, integer, true],
    [text, text, false],
    [integer, { type: "number" }, false],
    [{ type: ["string", "null"] }, { type: ["integer", "null"] }, false],
    [{ type: ["string", "boolean"] }, { type: ["integer", "null"] }, true],
    [{ type: ["string", "null"], minLength: 5 }, { type: ["string", "null"], maxLength: 4 }, false],
    [{}, text, false],
    [true, text, false],
    [false, text, true],
    [false, true, true],
    [{ enum: ["a", "b"] }, { enum: ["c"] }, true],
    [{ enum: ["a", "b"] }, { enum: ["b"] }, false],
    [{ const: "a" }, { const: "b" }, true],
    [{ const: "a" }, { enum: ["a"] }, false],
    [{ ...text, minLength: 5 }, { ...text, maxLength: 4 }, true],
    [{ ...text, minLength: 4 }, { ...text, maxLength: 4 }, false],
    [{ ...integer, maximum: 1 }, { ...integer, minimum: 2 }, true],
    [{ ...integer, maximum: 2 }, { ...integer, minimum: 2 }, false],
    [{ type: "array", maxItems: 1 }, { type: "array", minItems: 2 }, true],
    [{ ...text, format: "date" }, { ...text, format: "date-time" }, true],
    [{ ...text, format: "uuid" }, { ...text, format: "email" }, true],
    [{ ...text, format: "ipv4" }, { ...text, format: "ipv6" }, true],
    [{ ...text, format: "date" }, { ...text, format: "date" }, false],
    [{ ...text, format: "date" }, { ...text, format: "other" }, false],
    [{ ...text, format: "date" }, text, false],
    [{ type: "array", items: text }, { type: "array", items: integer }, false],
    [{ type: "array", items: text, minItems: 1 }, { type: "array", items: integer }, true],
    [{ type: "array", items: text, minItems: 1 }, { type: "array" }, false],
    [object({ a: text }), object({ a: integer }), false],
    [object({ a: text }, required("a")), object({ a: integer }), true],
    [object({ a: text }), object({ a: integer }, required("a")), true],
    [object({ a: text }, required("a")), object({ b: text }), false],
    [object({ a: text }, required("a")), object({ b: text }, closed), true],
    [object({ b: text }, closed), object({ a: text }, required("a")), true],
    [object({ b: text }, { ...closed, patternProperties: {} }), object({ a: text }, required("a")), false],
    [object({}, required("a")), object({ b: text }, closed), true],
    [object({ a: false }), object({ a: text }, required("a")), true],
    [deep(3, text), deep(3, integer), true],
    [deep(4, text), deep(4, integer), false],
  ])("%j and %j have no value in common: %s", (one, other, want) => {
    expect(areDisjoint(standalone.of(one), standalone.of(other))).toBe(want);
    expect(areDisjoint(standalone.of(other), standalone.of(one))).toBe(want);
  });

  it.each<[JsonObject | boolean, boolean]>([
    [false, true],
    [true, false],
    [{}, false],
    [text, false],
    [{ not: {} }, true],
    [{ not: text }, false],
    [{ not: false }, false],
    [{ ...text, enum: [1, "a"] }, false],
    [object({ a: false }), false],
    [object({ a: false }, required("a")), true],
    [object({ a: false }, required("b")), false],
    [{ ...object({ a: false }, required("a")), type: ["object", "null"] }, false],
    [object({ a: { not: {} } }, required("a")), true],
    [deep(3, { not: {} }), true],
    [deep(4, { not: {} }), false],
  ])("%j fits nothing: %s", (schema, want) => expect(isImpossible(standalone.of(schema))).toBe(want));
});

describe("variants in fewer words", () => {
  it("are each there once, and nothing is beside what takes all", () => {
    expect(distinct([text, integer, text])).toEqual([text, integer]);
    expect(distinct([text, {}, integer])).toEqual([{}]);
    expect(distinct([])).toEqual([]);
  });

  it("of a union within a union are of that union, unless it says more", () => {
    expect(flattened({ anyOf: [text, integer] })).toEqual([text, integer]);
    expect(flattened({ anyOf: [text, integer], description: "D" })).toEqual([text, integer]);
    expect(flattened({ anyOf: [text], default: "a" })).toEqual([{ anyOf: [text], default: "a" }]);
    expect(flattened(text)).toEqual([text]);
  });

  const values = (type: string, ...list: readonly (string | number)[]): JsonObject => ({ type, enum: list });
  it.each<[readonly JsonObject[], JsonObject | undefined]>([
    [[values("string", "a"), values("string", "b", "a")], values("string", "a", "b")],
    [[{ ...values("string", "a"), description: "D" }, values("string", "b")], values("string", "a", "b")],
    [[values("string", "a"), values("integer", 1)], undefined],
    [[values("string", "a"), text], undefined],
    [[values("string", "a"), { ...values("string", "b"), default: "b" }], undefined],
    [[{ enum: ["a"] }, { enum: ["b"] }], undefined],
    [[], undefined],
  ])("%j are the values %j", (variants, want) => expect(mergedEnum(variants)).toEqual(want));

  const tagged = (tag: string, more: JsonObject = {}): JsonObject =>
    object({ kind: values("string", tag), name: text }, more);
  it.each<[readonly JsonObject[], readonly JsonObject[]]>([
    [[tagged("a"), tagged("b")], [object({ kind: values("string", "a", "b"), name: text })]],
    [[tagged("a"), tagged("b"), tagged("a")].slice(0, 2), [object({ kind: values("string", "a", "b"), name: text })]],
    [
      [tagged("a"), text, tagged("b")],
      [object({ kind: values("string", "a", "b"), name: text }), text],
    ],
    [
      [tagged("a"), tagged("b", required("name"))],
      [tagged("a"), tagged("b", required("name"))],
    ],
    [
      [tagged("a"), object({ kind: values("string", "b"), name: integer })],
      [tagged("a"), object({ kind: values("string", "b"), name: integer })],
    ],
    [
      [tagged("a"), object({ kind: values("string", "b") })],
      [tagged("a"), object({ kind: values("string", "b") })],
    ],
    [
      [tagged("a"), object({ kind: text, name: text })],
      [tagged("a"), object({ kind: text, name: text })],
    ],
    [
      [object({ a: text }), object({ a: integer })],
      [object({ a: text }), object({ a: integer })],
    ],
    [
      [text, integer],
      [text, integer],
    ],
    [[], []],
  ])("%j differ in a tag: %j", (variants, want) => expect(joinedByTag(variants)).toEqual(want));
});
