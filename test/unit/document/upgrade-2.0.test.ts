import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/base/diagnostics.ts";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { upgradeDocument } from "../../../src/document/upgrade.ts";

function upgraded(document: JsonObject): JsonObject {
  return upgradeDocument(structuredClone({ swagger: "2.0", paths: {}, ...document }), () => {});
}

function operation(given: JsonObject, document: JsonObject = {}, item: JsonObject = {}): Json | undefined {
  const root = upgraded({ ...document, paths: { "/a": { ...item, post: given } } });
  return ((root["paths"] as JsonObject)["/a"] as JsonObject)["post"];
}

describe("servers", () => {
  test.each<[name: string, given: JsonObject, want: readonly string[]]>([
    ["all three", { schemes: ["https"], host: "a.example", basePath: "/v1" }, ["https://a.example/v1"]],
    ["https before http", { schemes: ["http", "https"], host: "a.example" }, ["https://a.example", "http://a.example"]],
    ["no scheme", { host: "a.example:8080", basePath: "/" }, ["https://a.example:8080"]],
    ["only schemes that are no HTTP", { schemes: ["wss"], host: "a.example" }, ["https://a.example"]],
    ["no host", { basePath: "/v1" }, ["/v1"]],
    ["nothing", {}, ["/"]],
    ["a base path without a slash", { basePath: "v1" }, ["/v1"]],
    ["a host with a scheme", { host: "http://a.example/" }, ["https://a.example"]],
  ])("%s", (_name, given, want) => {
    const root = upgraded(given);
    expect(root["servers"]).toEqual(want.map((url) => ({ url })));
    for (const key of ["host", "basePath", "schemes", "swagger"]) expect(root).not.toHaveProperty(key);
  });
});

describe("parameters", () => {
  test.each<[name: string, given: JsonObject, want: JsonObject]>([
    [
      "a query parameter",
      { name: "a", in: "query", type: "integer", format: "int32", minimum: 1, description: "d", required: true },
      {
        name: "a",
        in: "query",
        description: "d",
        required: true,
        schema: { type: "integer", format: "int32", minimum: 1 },
      },
    ],
    [
      "csv by default",
      { name: "a", in: "query", type: "array", items: { type: "string" } },
      { name: "a", in: "query", style: "form", explode: false, schema: { type: "array", items: { type: "string" } } },
    ],
    [
      "multi",
      { name: "a", in: "query", type: "array", collectionFormat: "multi" },
      { name: "a", in: "query", style: "form", explode: true, schema: { type: "array" } },
    ],
    [
      "ssv",
      { name: "a", in: "query", type: "array", collectionFormat: "ssv" },
      { name: "a", in: "query", style: "spaceDelimited", explode: false, schema: { type: "array" } },
    ],
    [
      "tsv",
      { name: "a", in: "query", type: "array", collectionFormat: "tsv" },
      { name: "a", in: "query", style: "tabDelimited", explode: false, schema: { type: "array" } },
    ],
    [
      "pipes",
      { name: "a", in: "query", type: "array", collectionFormat: "pipes" },
      { name: "a", in: "query", style: "pipeDelimited", explode: false, schema: { type: "array" } },
    ],
    [
      "csv in a path",
      { name: "a", in: "path", required: true, type: "array", collectionFormat: "csv" },
      { name: "a", in: "path", required: true, style: "simple", explode: false, schema: { type: "array" } },
    ],
    [
      "a header that may be null",
      { name: "a", in: "header", type: "string", "x-nullable": true },
      { name: "a", in: "header", schema: { type: ["string", "null"] } },
    ],
    [
      "an example",
      { name: "a", in: "query", type: "string", "x-example": "e" },
      { name: "a", in: "query", example: "e", schema: { type: "string" } },
    ],
    [
      "an extension",
      { name: "a", in: "query", type: "string", "x-a": 1 },
      { name: "a", in: "query", "x-a": 1, schema: { type: "string" } },
    ],
    [
      "a schema of 3.x",
      { name: "a", in: "query", schema: { type: "string" } },
      { name: "a", in: "query", schema: { type: "string" } },
    ],
    [
      "a name that is a trap",
      JSON.parse('{"name":"__proto__","in":"query","type":"string"}') as JsonObject,
      { name: "__proto__", in: "query", schema: { type: "string" } },
    ],
  ])("%s", (_name, given, want) => {
    expect(operation({ parameters: [given] })).toEqual({ parameters: [want] });
    expect(upgraded({ parameters: { p: given } })["components"]).toEqual({ parameters: { p: want } });
  });
});

describe("bodies", () => {
  const json = (schema: Json): JsonObject => ({ content: { "application/json": { schema } } });

  test.each<[name: string, given: JsonObject, document: JsonObject, want: Json]>([
    [
      "a body",
      { parameters: [{ name: "b", in: "body", required: true, description: "d", schema: { type: "object" } }] },
      {},
      { required: true, description: "d", ...json({ type: "object" }) },
    ],
    ["a body without a schema", { parameters: [{ name: "b", in: "body" }] }, {}, json({})],
    [
      "the document's media types",
      { parameters: [{ name: "b", in: "body", schema: { type: "string" } }] },
      { consumes: ["text/plain", "a/b"] },
      { content: { "text/plain": { schema: { type: "string" } }, "a/b": { schema: { type: "string" } } } },
    ],
    [
      "the operation's media types",
      { consumes: ["a/b"], parameters: [{ name: "b", in: "body", schema: {} }] },
      { consumes: ["text/plain"] },
      { content: { "a/b": { schema: {} } } },
    ],
    [
      "one schema for two media types",
      {
        consumes: ["a/b", "c/d"],
        parameters: [{ name: "b", in: "body", schema: { type: "array", items: { type: "string" } } }],
      },
      {},
      {
        content: {
          "a/b": { schema: { type: "array", items: { type: "string" } } },
          "c/d": { schema: { $ref: "#/paths/~1a/post/requestBody/content/a~1b/schema" } },
        },
      },
    ],
    [
      "a global body",
      { parameters: [{ $ref: "#/parameters/b" }] },
      { parameters: { b: { name: "b", in: "body", schema: { type: "string" } } } },
      { $ref: "#/components/requestBodies/b" },
    ],
    [
      "a global body with media types of its own",
      { consumes: ["a/b"], parameters: [{ $ref: "#/parameters/b" }] },
      {
        parameters: { b: { name: "b", in: "body", required: true, schema: { $ref: "#/definitions/B" } } },
        definitions: { B: {} },
      },
      { required: true, content: { "a/b": { schema: { $ref: "#/components/schemas/B" } } } },
    ],
    [
      "a form",
      {
        parameters: [
          { name: "a", in: "formData", type: "string", required: true, description: "d" },
          { name: "b", in: "formData", type: "integer" },
        ],
      },
      {},
      {
        required: true,
        content: {
          "application/x-www-form-urlencoded": {
            schema: {
              type: "object",
              properties: { a: { type: "string", description: "d" }, b: { type: "integer" } },
              required: ["a"],
            },
          },
        },
      },
    ],
    [
      "a file",
      { consumes: ["application/x-www-form-urlencoded"], parameters: [{ name: "f", in: "formData", type: "file" }] },
      {},
      {
        content: {
          "multipart/form-data": {
            schema: { type: "object", properties: { f: { type: "string", format: "binary" } } },
          },
        },
      },
    ],
    [
      "lists in a form",
      {
        parameters: [
          { name: "a", in: "formData", type: "array", items: { type: "string" } },
          { name: "b", in: "formData", type: "array", collectionFormat: "multi" },
        ],
      },
      {},
      {
        content: {
          "application/x-www-form-urlencoded": {
            schema: {
              type: "object",
              properties: { a: { type: "array", items: { type: "string" } }, b: { type: "array" } },
            },
            encoding: { a: { style: "form", explode: false }, b: { style: "form", explode: true } },
          },
        },
      },
    ],
    [
      "a global form parameter",
      { parameters: [{ $ref: "#/parameters/f" }] },
      { parameters: { f: { name: "f", in: "formData", type: "string" } } },
      {
        content: {
          "application/x-www-form-urlencoded": { schema: { type: "object", properties: { f: { type: "string" } } } },
        },
      },
    ],
  ])("%s", (_name, given, document, want) => {
    const result = operation(given, document) as JsonObject;
    expect(result["requestBody"]).toEqual(want);
    expect(result).not.toHaveProperty("parameters");
    expect(result).not.toHaveProperty("consumes");
  });

  test("a body of the path goes to each operation, unless that has its own", () => {
    const body = (type: string): JsonObject => ({ name: "b", in: "body", schema: { type, items: {} } });
    const root = upgraded({
      paths: {
        "/a": {
          parameters: [body("array"), { name: "q", in: "query", type: "string" }],
          get: {},
          put: {},
          post: { parameters: [body("string")] },
        },
      },
    });
    expect((root["paths"] as JsonObject)["/a"]).toEqual({
      parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
      get: { requestBody: json({ type: "array", items: {} }) },
      put: { requestBody: { $ref: "#/paths/~1a/get/requestBody" } },
      post: { requestBody: json({ type: "string", items: {} }) },
    });
  });

  test("places that only later versions know are used and reported once", () => {
    const found: Finding[] = [];
    const shared: JsonObject = { name: "sid", in: "cookie", type: "string" };
    const root: JsonObject = { swagger: "2.0", paths: { "/a": { parameters: [shared], get: {}, post: {} } } };
    upgradeDocument(root, (finding) => found.push(finding));
    expect(found).toEqual([
      {
        code: "invalid-document",
        pointer: "/paths/~1a/parameters/0/in",
        message: "Swagger 2.0 has no parameters in cookie; it is read as OpenAPI 3 does",
      },
    ]);
  });

  test("a form field that is called __proto__ is a field", () => {
    const result = operation({ parameters: [{ name: "__proto__", in: "formData", type: "string" }] });
    expect(JSON.stringify(result)).toContain('"properties":{"__proto__":{"type":"string"}}');
  });

  test("a second body is reported", () => {
    const found: Finding[] = [];
    const bodies = [
      { name: "b", in: "body" },
      { name: "c", in: "body" },
    ];
    upgradeDocument({ swagger: "2.0", paths: { "/a": { post: { parameters: bodies } } } }, (finding) =>
      found.push(finding),
    );
    expect(found).toEqual([
      {
        code: "invalid-document",
        pointer: "/paths/~1a/post/parameters/1",
        message: 'A second body parameter, "c", is left out',
      },
    ]);
  });
});

describe("responses", () => {
  test.each<[name: string, given: JsonObject, document: JsonObject, want: JsonObject]>([
    [
      "a schema",
      { description: "d", schema: { type: "string" } },
      {},
      { description: "d", content: { "application/json": { schema: { type: "string" } } } },
    ],
    ["no schema", { description: "d" }, { produces: ["a/b"] }, { description: "d" }],
    [
      "media types",
      { schema: { type: "string" } },
      { produces: ["a/b", "c/d"] },
      { content: { "a/b": { schema: { type: "string" } }, "c/d": { schema: { type: "string" } } } },
    ],
    [
      "a file",
      { schema: { type: "file" } },
      {},
      { content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } },
    ],
    [
      "a file of a kind",
      { schema: { type: "file" } },
      { produces: ["image/png"] },
      { content: { "image/png": { schema: { type: "string", format: "binary" } } } },
    ],
    [
      "examples",
      { schema: { type: "string" }, examples: { "application/json": "e" } },
      {},
      { content: { "application/json": { schema: { type: "string" }, example: "e" } } },
    ],
    [
      "headers",
      { headers: { h: { type: "integer", description: "d" } } },
      {},
      { headers: { h: { description: "d", schema: { type: "integer" } } } },
    ],
  ])("%s", (_name, given, document, want) => {
    expect(operation({ responses: { "200": given } }, document)).toEqual({ responses: { "200": want } });
    expect(upgraded({ ...document, responses: { r: given } })["components"]).toEqual({ responses: { r: want } });
  });
});

test("definitions become components, and references follow what they lead to", () => {
  const root = upgraded({
    definitions: {
      Pet: {
        type: "object",
        discriminator: "kind",
        properties: {
          kind: { type: "string", "x-nullable": true },
          owner: { $ref: "#/definitions/Owner", "x-nullable": true },
        },
      },
      Owner: { type: "object", properties: { inner: { type: "object", example: 1 } } },
      Inner: { $ref: "#/definitions/Owner/properties/inner" },
      Answer: { $ref: "#/paths/~1a/get/responses/200/schema" },
    },
    parameters: { limit: { name: "limit", in: "query", type: "integer" } },
    responses: { gone: { description: "d" } },
    paths: {
      "/a": {
        get: {
          parameters: [{ $ref: "#/parameters/limit" }],
          responses: {
            "200": { schema: { type: "array", items: { $ref: "#/definitions/Pet" } } },
            "404": { $ref: "#/responses/gone" },
          },
        },
      },
    },
  });
  expect(root).toEqual({
    openapi: "3.2.0",
    servers: [{ url: "/" }],
    paths: {
      "/a": {
        get: {
          parameters: [{ $ref: "#/components/parameters/limit" }],
          responses: {
            "200": {
              content: {
                "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Pet" } } },
              },
            },
            "404": { $ref: "#/components/responses/gone" },
          },
        },
      },
    },
    components: {
      schemas: {
        Pet: {
          type: "object",
          discriminator: { propertyName: "kind" },
          properties: {
            kind: { type: ["string", "null"] },
            owner: { anyOf: [{ $ref: "#/components/schemas/Owner" }, { type: "null" }] },
          },
        },
        Owner: { type: "object", properties: { inner: { type: "object", examples: [1] } } },
        Inner: { $ref: "#/components/schemas/Owner/properties/inner" },
        Answer: { $ref: "#/paths/~1a/get/responses/200/content/application~1json/schema" },
      },
      parameters: { limit: { name: "limit", in: "query", schema: { type: "integer" } } },
      responses: { gone: { description: "d" } },
    },
  });
});

test.each<[name: string, given: JsonObject, want: JsonObject]>([
  ["basic", { type: "basic", description: "d" }, { type: "http", scheme: "basic", description: "d" }],
  ["apiKey", { type: "apiKey", name: "k", in: "header" }, { type: "apiKey", name: "k", in: "header" }],
  [
    "accessCode",
    {
      type: "oauth2",
      flow: "accessCode",
      authorizationUrl: "https://a/a",
      tokenUrl: "https://a/t",
      scopes: { s: "d" },
    },
    {
      type: "oauth2",
      flows: { authorizationCode: { authorizationUrl: "https://a/a", tokenUrl: "https://a/t", scopes: { s: "d" } } },
    },
  ],
  [
    "application",
    { type: "oauth2", flow: "application", tokenUrl: "https://a/t" },
    { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://a/t", scopes: {} } } },
  ],
  [
    "implicit",
    { type: "oauth2", flow: "implicit", authorizationUrl: "https://a/a", scopes: {} },
    { type: "oauth2", flows: { implicit: { authorizationUrl: "https://a/a", scopes: {} } } },
  ],
  [
    "password",
    { type: "oauth2", flow: "password", tokenUrl: "https://a/t", scopes: {} },
    { type: "oauth2", flows: { password: { tokenUrl: "https://a/t", scopes: {} } } },
  ],
])("the security scheme %s", (_name, given, want) => {
  expect(upgraded({ securityDefinitions: { s: given } })["components"]).toEqual({ securitySchemes: { s: want } });
});

test("an operation that is kept elsewhere is converted there, once", () => {
  const root = upgraded({
    paths: { "/a": { post: { $ref: "#/x-operations/a" } }, "/b": { post: { $ref: "#/x-operations/a" } } },
    "x-operations": {
      a: { consumes: ["text/plain"], parameters: [{ name: "b", in: "body", schema: { type: "string" } }] },
    },
  });
  expect(root["x-operations"]).toEqual({
    a: { requestBody: { content: { "text/plain": { schema: { type: "string" } } } } },
  });
});

test("an empty list of media types clears that of the document", () => {
  const body = { name: "b", in: "body", schema: { type: "object" } };
  expect(operation({ consumes: [], parameters: [body] }, { consumes: ["a/b", "c/d"] })).toEqual({
    requestBody: { content: { "application/json": { schema: { type: "object" } } } },
  });
});
