/** How long the signature of an operation may be, and what it says of types that are seldom. */
import { expect, it } from "vitest";
import type { InputSchema, JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { signatureOf } from "../../templates/always/src/runtime/finding/signature.ts";

const text = { type: "string" };
const signature = (properties: JsonObject, required: readonly string[] = []): string =>
  signatureOf({ type: "object", properties, required } as unknown as InputSchema);

it("a signature has 240 characters, and counts what does not fit", () => {
  const [first, fits, long] = ["x".repeat(99), "y".repeat(137), "y".repeat(138)];
  expect(signature({ [first]: text, [fits]: text })).toBe(`${first}?, ${fits}?`);
  expect(signature({ [first]: text, [long]: text })).toBe(`${first}?, … 1 more`);
  expect(signature({ [first]: text, [long]: text, z: text })).toBe(`${first}?, … 2 more`);
  expect(signature({ [first]: text, [long]: text, z: text }, [long])).toBe(`${long}, ${first}?, … 1 more`);
  expect(signature({ [first]: text, [`${long}yyy`]: text, z: text }, [first, `${long}yyy`])).toBe(
    `${first}, ${long}yyy, … 1 more`,
  );
});

it.each<[JsonObject, string]>([
  [{ anyOf: [{ type: "integer" }, 5, "x", null, { type: "boolean" }] }, "a?: integer|boolean"],
  [{ anyOf: [{ type: "integer" }], oneOf: [{ type: "boolean" }] }, "a?: integer"],
  [{ anyOf: 5, type: "integer" }, "a?: integer"],
  [{ type: "array", items: [{ type: "integer" }] }, "a?: any[]"],
  [{ type: "array", items: false }, "a?: any[]"],
  [{ type: "array", items: { type: ["integer", "string"] } }, "a?: (integer|string)[]"],
  [{ type: "array", items: { type: "array", items: { type: "integer" } } }, "a?: integer[][]"],
  [{ type: ["array", "null"], items: { type: "integer" } }, "a?: integer[]"],
  [{ type: "object", properties: [1] }, "a?: object"],
  [{ anyOf: [{ type: "object", properties: { b: {} } }, { type: "null" }] }, "a?: {b}|null"],
  [{ type: 5 }, "a?: any"],
  [{ enum: "x", type: "integer" }, "a?: integer"],
  [{ const: null }, "a?: null"],
  [{ type: ["null"] }, "a?: null"],
  [{ const: 1, enum: [2] }, "a?: 1"],
])("of %j is %s", (schema, want) => expect(signature({ a: schema })).toBe(want));
