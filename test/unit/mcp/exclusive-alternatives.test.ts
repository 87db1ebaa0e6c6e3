import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { areDisjoint, exclusiveAlternatives, isImpossible } from "../../../src/mcp/listed/exclusive-alternatives.ts";

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "object", properties, ...more });
const text = { type: "string" };

describe("variants of which just one may fit", () => {
  it.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    [
      "listed values tell them apart",
      [object({ kind: { type: "string", enum: ["a"] } }), object({ kind: { type: "string", enum: ["b"] } })],
      [
        object({ kind: { type: "string", enum: ["a"] } }, { required: ["kind"] }),
        object({ kind: { type: "string", enum: ["b"] } }, { required: ["kind"] }),
      ],
    ],
    [
      "types tell them apart",
      [object({ id: text, x: text }), object({ id: { type: "integer" } }, { required: ["id"] })],
      [object({ id: text, x: text }), object({ id: { type: "integer" } }, { required: ["id"] })],
    ],
    [
      "a closed object rules out what it does not have",
      [object({ a: text }), object({ b: text }, { additionalProperties: false, required: ["b"] })],
      [object({ a: text }), object({ b: text }, { additionalProperties: false, required: ["b"] })],
    ],
    [
      "integers are numbers",
      [object({ id: { type: "number" } }), object({ id: { type: "integer" } })],
      [object({ id: { type: "number" } }), object({ id: { type: "integer" } })],
    ],
    [
      "nothing tells them apart",
      [object({ a: text }), object({ b: text })],
      [object({ a: text }), object({ b: text })],
    ],
    [
      "what is required already stays required beside what tells them apart",
      [
        object({ id: text, kind: { const: "a" } }, { required: ["id"] }),
        object({ id: text, kind: { const: "b" } }, { required: ["id"] }),
      ],
      [
        object({ id: text, kind: { const: "a" } }, { required: ["id", "kind"] }),
        object({ id: text, kind: { const: "b" } }, { required: ["id", "kind"] }),
      ],
    ],
    [
      "also within an object that tells them apart",
      [
        object({ id: text, in: object({ x: { const: 1 } }) }, { required: ["id"] }),
        object({ in: object({ x: { const: 2 } }) }, { required: ["in"] }),
      ],
      [
        object({ id: text, in: object({ x: { const: 1 } }, { required: ["x"] }) }, { required: ["id", "in"] }),
        object({ in: object({ x: { const: 2 } }) }, { required: ["in"] }),
      ],
    ],
    [
      "what only the other requires is left out",
      [object({ a: text, b: text }, { required: ["a"] }), object({ a: text, b: text }, { required: ["a", "b"] })],
      [object({ a: text, b: false }, { required: ["a"] }), object({ a: text, b: text }, { required: ["a", "b"] })],
    ],
    [
      "a list has an item where that tells them apart",
      [
        { type: "array", items: text },
        { type: "array", items: { type: "integer" } },
      ],
      [
        { type: "array", items: text, minItems: 1 },
        { type: "array", items: { type: "integer" }, minItems: 1 },
      ],
    ],
    [
      "lists of the same stay",
      [
        { type: "array", items: text },
        { type: "array", items: { type: "string", maxLength: 3 } },
      ],
      [
        { type: "array", items: text },
        { type: "array", items: { type: "string", maxLength: 3 } },
      ],
    ],
    ["one alone stays", [object({ a: text })], [object({ a: text })]],
    ["texts stay", [text, object({ a: text })], [text, object({ a: text })]],
  ])("%s", (_name, given, want) => {
    expect(exclusiveAlternatives(given.map((schema) => standalone.of(schema))).map(({ json }) => json)).toEqual(want);
  });
});

describe("two schemas that no value meets both of", () => {
  const nested = (depth: number, leaf: JsonObject): JsonObject =>
    depth === 0 ? leaf : object({ in: nested(depth - 1, leaf) }, { required: ["in"] });
  it.each<[JsonObject | boolean, JsonObject | boolean, boolean]>([
    [false, {}, true],
    [true, { type: "string" }, false],
    [true, true, false],
    [{ type: "string" }, { type: "integer" }, true],
    [{ type: "number" }, { type: "integer" }, false],
    [{ type: ["string", "null"] }, { type: ["string", "null"] }, false],
    [{ type: ["string", "integer"] }, { type: ["integer", "null"] }, false],
    [{}, { type: "string" }, false],
    [{ enum: ["a", "b"] }, { enum: ["c"] }, true],
    [{ enum: ["a", "b"] }, { enum: ["b", "c"] }, false],
    [{ const: 1 }, { const: "1" }, true],
    [{ type: "string", format: "date" }, { type: "string", format: "uuid" }, true],
    [{ type: "string", format: "date" }, { type: "string", format: "date" }, false],
    [{ type: "string", format: "date" }, { type: "string", format: "other" }, false],
    ...["date-time", "email", "ipv4", "ipv6"].map((format): [JsonObject, JsonObject, boolean] => [
      { type: "string", format },
      { type: "string", format: "date" },
      true,
    ]),
    [{ type: "integer", minimum: 3 }, { type: "integer", maximum: 2 }, true],
    [{ type: "integer", minimum: 2 }, { type: "integer", maximum: 2 }, false],
    [{ type: "string", minLength: 3 }, { type: "string", maxLength: 2 }, true],
    [{ type: "array", minItems: 3 }, { type: "array", maxItems: 2 }, true],
    [{ type: "array", items: text }, { type: "array", items: { type: "integer" } }, false],
    [{ type: "array", items: text, minItems: 1 }, { type: "array", items: { type: "integer" } }, true],
    [object({ a: text }), object({ a: { type: "integer" } }), false],
    [object({ a: text }, { required: ["a"] }), object({ a: { type: "integer" } }), true],
    [object({ a: text }, { required: ["a"] }), object({}, { additionalProperties: false }), true],
    [object({ a: text }, { required: ["a"] }), object({}), false],
    [
      object({ a: text }, { required: ["a"] }),
      object({}, { additionalProperties: false, patternProperties: { "^a": {} } }),
      false,
    ],
    [nested(3, text), nested(3, { type: "integer" }), true],
    [nested(4, text), nested(4, { type: "integer" }), false],
  ])("%j and %j: %s", (first, second, are) => {
    const [a, b] = [standalone.of(first), standalone.of(second)];
    expect([areDisjoint(a, b), areDisjoint(b, a)]).toEqual([are, are]);
  });
});

describe("a schema that no value meets", () => {
  it.each<[JsonObject | boolean, boolean]>([
    [false, true],
    [true, false],
    [{ not: {} }, true],
    [{ not: { type: "string" } }, false],
    [{ type: "string", enum: ["ab", "ac"], pattern: "^b" }, true],
    [{ type: "string", enum: ["ab", "ba"], pattern: "^b" }, false],
    [object({ a: false }), false],
    [object({ a: false }, { required: ["a"] }), true],
    [object({ a: object({ b: { not: {} } }, { required: ["b"] }) }, { required: ["a"] }), true],
    [object({}, { required: ["a"] }), false],
    [{ type: ["object", "null"], properties: { a: false }, required: ["a"] }, false],
  ])("%j: %s", (schema, is) => expect(isImpossible(standalone.of(schema))).toBe(is));
});
