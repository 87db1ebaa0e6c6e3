import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Operation, Parameter } from "../../../src/api/model.ts";
import { ToolInputs } from "../../../src/mcp/input/input.ts";
import { apiOf, at, toolOf } from "../document.ts";

const json = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  requestBody: { content: { "application/json": { schema } }, ...more },
});
const parameter = (name: string, location: string, more: JsonObject = {}): JsonObject => ({
  name,
  in: location,
  schema: { type: "string" },
  ...more,
});

describe("arguments", () => {
  it("stand side by side: parameters first, then body fields, the required ones first", () => {
    const tool = toolOf(
      {
        parameters: [parameter("limit", "query"), parameter("petId", "path")],
        ...json({
          type: "object",
          properties: { tag: { type: "string" }, name: { type: "string" } },
          required: ["name"],
        }),
      },
      { method: "put", path: "/pets/{petId}" },
    );
    expect(Object.keys(tool.listing.inputSchema.properties)).toEqual(["petId", "limit", "name", "tag"]);
    expect(tool.listing.inputSchema.required).toEqual(["petId", "name"]);
    expect(tool.listing.inputSchema.additionalProperties).toBe(false);
    expect(tool.call.request.body?.fields).toEqual([
      { argument: "name", name: "name" },
      { argument: "tag", name: "tag" },
    ]);
  });

  it("keep their wire names apart where they clash", () => {
    const tool = toolOf(
      {
        parameters: [parameter("id", "path"), parameter("id", "query"), parameter("id", "header")],
        ...json({ type: "object", properties: { id: { type: "integer" } } }),
      },
      { method: "post", path: "/x/{id}" },
    );
    expect(tool.call.request.parameters.map(({ argument, name, in: location }) => [argument, name, location])).toEqual([
      ["id", "id", "path"],
      ["query_id", "id", "query"],
      ["header_id", "id", "header"],
    ]);
    expect(tool.call.request.body?.fields).toEqual([{ argument: "body_id", name: "id" }]);
  });

  it.each([
    ["filter[name]", "filter_name"],
    ["$top", "top"],
    ["X-Request-ID", "X-Request-ID"],
    ["__proto__", "proto"],
    ["größe", "grosse"],
    ["StartTime<", "StartTime_before"],
    ["StartTime>", "StartTime_after"],
    ["price<=", "price_at_most"],
    ["status!", "status_not"],
    ["имя", "imya"],
    ["用户", "argument"],
    ["a".repeat(80), "a".repeat(64)],
  ])("the parameter %s is asked for as %s", (name, want) => {
    expect(toolOf({ parameters: [parameter(name, "query")] }).call.request.parameters[0]).toMatchObject({
      argument: want,
      name,
    });
  });

  it("say what the API calls them, where that is no name for clients", () => {
    const described = parameter("StartTime<", "query", { description: "Only calls before" });
    const tool = toolOf({ parameters: [described, parameter("用户", "query"), parameter("城市", "query")] });
    expect(tool.listing.inputSchema.properties).toEqual({
      StartTime_before: { type: "string", description: 'Only calls before. Called "StartTime<" in the API.' },
      argument: { type: "string", description: 'Called "用户" in the API.' },
      argument_2: { type: "string", description: 'Called "城市" in the API.' },
    });
  });

  it("are text where a parameter says nothing of its type, and never null", () => {
    const tool = toolOf({
      parameters: [{ name: "a", in: "query" }, parameter("b", "query", { schema: { type: ["integer", "null"] } })],
    });
    expect(tool.listing.inputSchema.properties).toEqual({ a: { type: "string" }, b: { type: "integer" } });
  });
});

describe("a body", () => {
  it.each<[string, JsonObject]>([
    ["an array", { type: "array", items: { type: "string" } }],
    ["a scalar", { type: "string" }],
    ["a union", { oneOf: [{ type: "object", properties: { a: {} } }, { type: "string" }] }],
    ["free-form", { type: "object" }],
    ["a map", { type: "object", additionalProperties: { type: "string" } }],
    ["open beside its fields", { type: "object", properties: { a: {} }, additionalProperties: true }],
    ["a fixed number of fields at least", { type: "object", properties: { a: {}, b: {} }, minProperties: 1 }],
  ])("that is %s is one argument", (_, schema) => {
    const tool = toolOf(json(schema, { required: true }), { method: "post" });
    expect(tool.call.request.body).toEqual({
      required: true,
      argument: "body",
      contents: [{ mediaType: "application/json", encoding: "json" }],
    });
    expect(tool.listing.inputSchema.required).toEqual(["body"]);
  });

  it("without fields that is closed asks for nothing", () => {
    const tool = toolOf({
      requestBody: {
        content: {
          "application/x-www-form-urlencoded": {
            schema: { type: "object", properties: {}, additionalProperties: false },
          },
        },
      },
    });
    expect(tool.listing.inputSchema.properties).toEqual({});
    expect(tool.call.request.body).toBeUndefined();
  });

  it("leaves read-only fields to the server", () => {
    const components: JsonObject = {
      schemas: {
        Pet: {
          type: "object",
          required: ["id", "name"],
          properties: {
            id: { type: "integer", readOnly: true },
            name: { type: "string" },
            secret: { type: "string", writeOnly: true },
          },
        },
      },
    };
    const tool = toolOf(
      {
        ...json({ $ref: "#/components/schemas/Pet" }),
        responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } } },
      },
      { method: "post", components },
    );
    expect(Object.keys(tool.listing.inputSchema.properties)).toEqual(["name", "secret"]);
    expect(tool.listing.inputSchema.required).toEqual(["name"]);
    expect(Object.keys(tool.listing.outputSchema?.["properties"] as JsonObject)).toEqual(["id", "name"]);
  });

  it("of several media types is JSON", () => {
    const schema: JsonObject = { type: "object", properties: { a: { type: "string" } } };
    const tool = toolOf(
      {
        requestBody: {
          content: {
            "text/xml": { schema },
            "application/x-www-form-urlencoded": { schema },
            "application/json": { schema },
          },
        },
      },
      { method: "post" },
    );
    expect(tool.call.request.body).toMatchObject({
      mediaTypeArgument: "content_type",
      contents: [
        { mediaType: "application/json", encoding: "json" },
        { mediaType: "application/x-www-form-urlencoded", encoding: "form" },
      ],
    });
    expect(tool.listing.inputSchema.properties["content_type"]).toEqual({
      type: "string",
      description: "Media type to send the body as.",
      enum: ["application/json", "application/x-www-form-urlencoded"],
      default: "application/json",
    });
    expect(tool.losses.map(({ text }) => text)).toEqual([
      "a body of text/xml cannot be chosen, since it takes other arguments",
    ]);
  });

  it.each([
    ["more names of JSON", "post", ["application/json", "text/json", "application/vnd.pet+json", "application/*+json"]],
    ["a patch type that is none", "post", ["application/json", "application/json-patch+json"]],
  ])("is not chosen among %s", (_title, method, mediaTypes) => {
    const schema: JsonObject = { type: "object", properties: { a: { type: "string" } } };
    const content = Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }]));
    const tool = toolOf({ requestBody: { content } }, { method });
    expect(tool.call.request.body?.mediaTypeArgument).toBeUndefined();
    expect(tool.losses).toEqual([]);
  });

  it("of several kinds of patch is the caller's choice, under a name that is free", () => {
    const schema: JsonObject = { type: "object", properties: { content_type: { type: "string" } } };
    const content = Object.fromEntries(
      ["application/json", "application/merge-patch+json", "application/strategic-merge-patch+json"].map(
        (mediaType) => [mediaType, { schema }],
      ),
    );
    const tool = toolOf({ requestBody: { content } }, { method: "patch" });
    expect(tool.call.request.body).toMatchObject({
      mediaTypeArgument: "body_content_type",
      fields: [{ argument: "content_type", name: "content_type" }],
    });
    expect(tool.call.request.body?.contents.map(({ mediaType }) => mediaType)).toEqual(Object.keys(content));
  });

  it("of a multipart form has file arguments", () => {
    const schema: JsonObject = {
      type: "object",
      required: ["file"],
      properties: {
        file: { type: "string", format: "binary" },
        pages: { type: "array", items: { type: "string", format: "binary" } },
        note: { type: "string" },
      },
    };
    const tool = toolOf(
      {
        requestBody: {
          content: { "multipart/form-data": { schema, encoding: { note: { contentType: "text/markdown" } } } },
        },
      },
      { method: "post" },
    );
    expect(tool.call.request.body?.contents).toEqual([
      {
        mediaType: "multipart/form-data",
        encoding: "multipart",
        fields: { file: { file: true }, pages: { file: true }, note: { contentType: "text/markdown" } },
        order: ["file", "pages", "note"],
      },
    ]);
    expect(JSON.stringify(tool.listing)).not.toContain("openapi-to-mcp-file");
    expect(tool.listing.inputSchema.properties["pages"]).toMatchObject({
      type: "array",
      items: { anyOf: [{ type: "string" }, { type: "object", required: ["data"] }] },
    });
  });

  it("of bytes is a file, of XML is text", () => {
    const binary = toolOf(
      {
        requestBody: {
          required: true,
          content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
        },
      },
      { method: "post" },
    );
    expect(binary.call.request.body).toMatchObject({ argument: "body", contents: [{ encoding: "binary" }] });
    const xml = toolOf(
      { requestBody: { content: { "application/xml": { schema: { type: "object", properties: { a: {} } } } } } },
      { method: "post" },
    );
    expect(xml.listing.inputSchema.properties["body"]).toEqual({
      type: "string",
      description: "The body as application/xml.",
    });
    expect(xml.call.request.body?.contents).toEqual([{ mediaType: "application/xml", encoding: "text" }]);
  });
});

it("lists what takes any value with types, since there are converters that refuse a schema without one", () => {
  const schema = {
    type: "object",
    properties: { any: { description: "Whatever." }, list: { type: "array" } },
    additionalProperties: { type: "string" },
  };
  const tool = toolOf({ requestBody: { content: { "application/json": { schema } } } }, { method: "post" });
  const properties = at(tool.listing.inputSchema.properties["body"], "properties");
  for (const place of [at(properties, "any"), at(properties, "list", "items")])
    expect(at(place, "anyOf")).toEqual(
      expect.arrayContaining(["string", "number", "boolean", "object"].map((type) => ({ type }))),
    );
  expect(at(tool.call.input, "properties", "body", "properties", "any")).not.toHaveProperty("anyOf");
});

it("the arguments of an operation are planned once, however often its input is asked for", () => {
  const { api } = apiOf({
    paths: { "/pets": { get: { parameters: [parameter("limit", "query")], responses: {} } } },
  });
  const [given] = api.operations;
  const [limit] = given?.parameters ?? [];
  if (given === undefined || limit === undefined) throw new Error("no parameter");
  let asked = 0;
  const { schema, ...rest } = limit;
  const counted: Parameter = Object.defineProperty({ ...rest, schema }, "schema", {
    get: () => (asked++, schema),
  });
  const operation: Operation = { ...given, parameters: [counted] };
  const inputs = new ToolInputs();
  const plain = inputs.plain(operation);
  const once = asked;
  expect(once).toBeGreaterThan(0);
  expect(inputs.plain(operation)).toBe(plain);
  const hidden = inputs.curated(operation, () => ({ list: [], supplied: [], names: new Map(), reasons: [] }));
  expect(Object.keys(hidden.listed.properties)).toEqual([]);
  expect(Object.keys(plain.listed.properties)).toEqual(["limit"]);
  expect(asked).toBe(once);
});
