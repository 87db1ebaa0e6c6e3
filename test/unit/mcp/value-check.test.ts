/** Whether a value of the owner's fits the schema of its argument, and how that is said. */
import { expect, it } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { loadValueCheck } from "../../../src/mcp/curation/value-check.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import type { Schema } from "../../../src/base/schema/types.ts";

const schemas = new Schemas(
  new Map<string, Schema>([
    ["Id", { type: "integer", minimum: 1 }],
    ["Loop", { $ref: "#/$defs/Loop" }],
  ]),
);

it.each<[Schema, Json, string | undefined]>([
  [true, "anything", undefined],
  [false, "anything", "no value is allowed here"],
  [{ type: "integer" }, 3, undefined],
  [{ type: "integer" }, "3", 'Instance type "string" is invalid. Expected "integer"'],
  [{ maximum: 100 }, 101, "101 is greater than 100"],
  [{ items: { type: "string" } }, ["a", 1], 'at /1, Instance type "number" is invalid. Expected "string"'],
  [{ $ref: "#/$defs/Id" }, 1, undefined],
  [{ $ref: "#/$defs/Id" }, 0, "0 is less than 1"],
  [{ items: { $ref: "#/$defs/Id" } }, [1, 0], "at /1, 0 is less than 1"],
  // A pattern is the server's to ask.
  [{ type: "string", pattern: "^a$" }, "b", undefined],
  [{ properties: { a: { pattern: "^a$", maxLength: 1 } } }, { a: "b" }, undefined],
  [{ patternProperties: { "^a": { type: "integer" } } }, { ab: "x" }, undefined],
  [{ $ref: "#/$defs/Loop" }, 1, undefined],
])("%j takes %j: %s", async (schema, value, want) => {
  const check = await loadValueCheck();
  expect(check(schemas.of(schema as Json), value)).toBe(want);
});
