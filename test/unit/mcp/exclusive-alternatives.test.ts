import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { exclusiveAlternatives } from "../../../src/mcp/listed/exclusive-alternatives.ts";

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
    ["texts stay", [text, object({ a: text })], [text, object({ a: text })]],
  ])("%s", (_name, given, want) => {
    expect(exclusiveAlternatives(given.map((schema) => standalone.of(schema))).map(({ json }) => json)).toEqual(want);
  });
});
