import { expect, it } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { apiOf } from "../document.ts";

it.each<[name: string, given: Record<string, Json>, want: object, told: boolean]>([
  ["numbers for text", { type: "string", enum: [4.1, 4, "x"] }, { enum: ["4.1", "4", "x"] }, true],
  ["a boolean for text", { type: "string", default: true }, { default: "true" }, true],
  [
    "text for an integer",
    { type: "integer", enum: ["1", "02x"], default: "1" },
    { enum: [1, "02x"], default: 1 },
    true,
  ],
  ["text for a number", { type: ["number", "null"], enum: ["1.5", null] }, { enum: [1.5, null] }, true],
  ["text for a boolean", { type: "boolean", const: "false" }, { const: false }, true],
  ["null among text", { type: "string", enum: ["a", null] }, { enum: ["a", null] }, false],
  ["integers that are called numbers", { type: "number", format: "int64" }, { type: "integer" }, false],
  ["integers or null", { type: ["number", "null"], format: "int32" }, { type: ["integer", "null"] }, false],
  ["numbers", { type: "number", format: "double" }, { type: "number" }, false],
  ["text of digits", { type: "string", format: "int64" }, { type: "string" }, false],
  ["several types", { type: ["string", "integer"], enum: [1, "1"] }, { enum: [1, "1"] }, false],
  ["no type", { enum: [1, "1"] }, { enum: [1, "1"] }, false],
])("%s", (_name, schema, want, told) => {
  const { api, found } = apiOf({
    paths: { "/a": { get: { parameters: [{ name: "q", in: "query", schema }], responses: {} } } },
  });
  expect(api.operations[0]?.parameters[0]?.schema.json).toMatchObject(want);
  expect(found.map(({ code }) => code)).toEqual(told ? expect.arrayContaining(["invalid-document"]) : []);
});
