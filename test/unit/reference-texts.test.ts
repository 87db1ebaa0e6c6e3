/** Texts beside references count: those of Reference Objects (§4.8.23) and of schemas with a `$ref`, in every version. */
import { describe, expect, it } from "vitest";
import { buildModel } from "../../src/generate.ts";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { at } from "./document.ts";

const components: JsonObject = {
  pathItems: {
    a: {
      summary: "Theirs",
      post: {
        parameters: [
          { $ref: "#/components/parameters/p", description: "Own p" },
          { $ref: "#/components/parameters/chain" },
          { name: "s", in: "query", schema: { $ref: "#/components/schemas/S", description: "Own s" } },
          {
            name: "list",
            in: "query",
            schema: { type: "array", items: { $ref: "#/components/schemas/S", description: "Own item" } },
          },
          {
            name: "object",
            in: "query",
            content: { "application/json": { schema: { $ref: "#/components/schemas/O", description: "Own object" } } },
          },
        ],
        requestBody: { $ref: "#/components/requestBodies/b", description: "Own body" },
        responses: {
          200: {
            description: "Done.",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: { x: { $ref: "#/components/schemas/S", description: "Own result" } },
                },
              },
            },
          },
        },
      },
    },
  },
  parameters: {
    p: { name: "p", in: "query", description: "Theirs", schema: { type: "string" } },
    chain: { $ref: "#/components/parameters/q", description: "Own chain" },
    q: { name: "q", in: "query", description: "Theirs", schema: { type: "string" } },
  },
  requestBodies: {
    b: {
      description: "Theirs",
      content: { "application/json": { schema: { type: "array", items: { type: "string" } } } },
    },
  },
  schemas: {
    S: { type: "string", description: "Theirs" },
    O: {
      type: "object",
      properties: {
        n: { $ref: "#/components/schemas/S", description: "Own property" },
        m: { allOf: [{ $ref: "#/components/schemas/S" }], description: "Own whole" },
      },
    },
  },
};

describe.each(["3.0.4", "3.1.0", "3.2.0"])("OpenAPI %s", (openapi) => {
  it("says what stands beside the references, not what stands behind them", async () => {
    const tool = await toolOf({
      openapi,
      components,
      paths: { "/a": { $ref: "#/components/pathItems/a", summary: "Own path", description: "Own words." } },
    });
    expect(tool).toMatchObject({ title: "Own path", description: "Own path. Own words." });
    const description = (...keys: readonly string[]): Json | undefined =>
      at(tool, "inputSchema", "properties", ...keys, "description");
    expect([
      description("p"),
      description("q"),
      description("s"),
      description("list", "items"),
      description("object"),
      description("object", "properties", "n"),
      description("object", "properties", "m"),
      description("body"),
    ]).toEqual(["Own p", "Own chain", "Own s", "Own item", "Own object", "Own property", "Own whole", "Own body"]);
    expect(at(tool, "outputSchema", "properties", "x")).toMatchObject({ description: "string: Own result" });
  });
});

describe("Swagger 2.0", () => {
  it.each<[string, JsonObject, string]>([
    ["query", { type: "string" }, "p"],
    ["formData", { type: "string" }, "p"],
    ["body", { schema: { type: "array", items: { type: "string" } } }, "body"],
  ])("in %s", async (place, parts, argument) => {
    const parameter = { name: "p", in: place, description: "Theirs", ...parts };
    const tool = await toolOf({
      swagger: "2.0",
      parameters: { p: parameter },
      paths: {
        "/a": { post: { parameters: [{ $ref: "#/parameters/p", description: "Own p" }], responses: {} } },
      },
    });
    expect(at(tool, "inputSchema", "properties", argument, "description")).toBe("Own p");
  });
});

async function toolOf(document: JsonObject): Promise<Json> {
  const bytes = Buffer.from(JSON.stringify({ info: { title: "t", version: "1" }, ...document }));
  const { model } = await buildModel({ inputs: ["-"], stdin: async () => bytes });
  return (model.apis[0]?.groups[0]?.tools[0]?.listing ?? null) as unknown as Json;
}
