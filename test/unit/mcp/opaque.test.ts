/** What is said of a schema that is not written out. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { opaqueSchema } from "../../../src/mcp/listed/opaque.ts";

describe("a schema that is not written out", () => {
  it.each<[JsonObject, string | undefined, JsonObject]>([
    [{}, undefined, { type: "object" }],
    [{ type: "null" }, undefined, { type: "object" }],
    [{ type: ["null", "array"] }, undefined, { type: "array", items: {} }],
    [{ type: "string" }, undefined, { type: "string" }],
    [{ anyOf: [{ type: "string" }, { type: "object", properties: { a: {} } }] }, undefined, {}],
    [{ type: "object", anyOf: [{ required: ["a"] }, { required: ["b"] }] }, undefined, { type: "object" }],
    [{ type: "object", description: "A pet." }, undefined, { type: "object", description: "A pet." }],
    [{ type: "object", description: "A pet." }, "The first pet.", { type: "object", description: "The first pet." }],
    [
      { type: "object", description: "A pet", properties: { name: {}, kind: {} } },
      undefined,
      { type: "object", description: "A pet. Properties: name, kind." },
    ],
    [{ properties: { name: {} } }, undefined, { type: "object", description: "Properties: name." }],
  ])("%j, where it is described as %j", (schema, given, want) =>
    expect(opaqueSchema(standalone.of(schema), given)).toEqual(want),
  );
});
