import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { apiOf } from "../document.ts";

const operation = (more: JsonObject = {}): JsonObject => ({ responses: {}, ...more });
const codes = (found: readonly { code: string }[]): string[] => found.map(({ code }) => code);

describe("operations", () => {
  it("of a path that no request line holds are left out, the others built", () => {
    const long = `/${"x".repeat(8_000)}`;
    const { api, found } = apiOf({ paths: { [long]: { get: operation() }, "/a": { get: operation() } } });
    expect(api.operations.map(({ path }) => path)).toEqual(["/a"]);
    expect(found).toMatchObject([
      {
        code: "invalid-operation",
        message: expect.stringMatching(/has 8001 characters, and no more than 8000/) as string,
      },
    ]);
  });

  it("inherit parameters, servers and security, and override them", () => {
    const { api } = apiOf({
      servers: [{ url: "https://root.test" }],
      security: [{ key: [] }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
      paths: {
        "/a/{id}": {
          servers: [{ url: "https://path.test" }],
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" } },
            { name: "q", in: "query", description: "of the path", schema: { type: "string" } },
          ],
          get: operation({
            parameters: [{ name: "q", in: "query", description: "its own", schema: { type: "string" } }],
          }),
          delete: operation({ security: [], servers: [{ url: "https://operation.test" }] }),
        },
      },
    });
    const [get, remove] = api.operations;
    expect(get?.parameters.map(({ name, description }) => [name, description])).toEqual([
      ["id", undefined],
      ["q", "its own"],
    ]);
    expect(get?.servers?.[0]?.url).toBe("https://path.test");
    expect(get?.security).toEqual([[{ scheme: "key", scopes: [] }]]);
    expect(remove?.security).toEqual([]);
    expect(remove?.servers?.[0]?.url).toBe("https://operation.test");
  });

  it("are those of OpenAPI 3.2 too", () => {
    const { api } = apiOf({
      paths: { "/a": { query: operation(), additionalOperations: { COPY: operation(), "B D": operation() } } },
    });
    expect(api.operations.map(({ method }) => method)).toEqual(["QUERY", "COPY"]);
  });

  it("that cannot be read take down themselves only", () => {
    const { api, found } = apiOf({
      paths: { "/a": { get: 7 as Json, post: operation() }, "/b": [] as Json, "no-slash": { get: operation() } },
    });
    expect(api.operations.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /a"]);
    expect(api.skipped.map(({ path }) => path)).toEqual(["/a", "/b", "no-slash"]);
    expect(codes(found)).toEqual(["invalid-operation", "invalid-operation", "invalid-operation"]);
  });

  it("may be kept elsewhere, with their parameters, responses and contents", () => {
    const { api, found } = apiOf({
      paths: { "/a/{id}": { get: { $ref: "#/x-operations/getA" }, put: { $ref: "#/x-operations/getA" } } },
      "x-operations": {
        getA: {
          operationId: "getA",
          parameters: { $ref: "#/x-parameters" },
          responses: { "200": { description: "", content: { $ref: "#/x-content" } } },
        },
      },
      "x-parameters": [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
      "x-content": { "application/json": { schema: { type: "array" } } },
    });
    expect(found.filter(({ code }) => code !== "duplicate-operation-id")).toEqual([]);
    expect(api.operations.map(({ pointer }) => pointer)).toEqual(["/paths/~1a~1{id}/get", "/paths/~1a~1{id}/put"]);
    for (const { operationId, parameters, responses } of api.operations) {
      expect(operationId).toBe("getA");
      expect(parameters.map(({ schema }) => schema.json)).toEqual([{ type: "integer" }]);
      expect(responses[0]?.contents[0]?.schema?.json).toEqual({ type: "array" });
    }
  });

  it("whose path names a parameter twice are reported once for the path", () => {
    const { api, found } = apiOf({ paths: { "/a/{id}/b/{id}": { get: operation(), delete: operation() } } });
    expect(api.operations.map(({ parameters }) => parameters.map(({ name }) => name))).toEqual([["id"], ["id"]]);
    expect(found.filter(({ code }) => code === "invalid-document")).toEqual([
      {
        code: "invalid-document",
        pointer: "/paths/~1a~1{id}~1b~1{id}",
        message: "The path /a/{id}/b/{id} names {id} more than once; each place takes the same value",
      },
    ]);
  });

  it("follow references to path items, parameters, bodies and responses", () => {
    const { api } = apiOf({
      paths: { "/a": { $ref: "#/components/pathItems/A" } },
      components: {
        pathItems: {
          A: {
            post: operation({
              parameters: [{ $ref: "#/components/parameters/P" }],
              requestBody: { $ref: "#/components/requestBodies/B" },
              responses: { 200: { $ref: "#/components/responses/R" } },
            }),
          },
        },
        parameters: {
          P: { $ref: "#/components/parameters/Q" },
          Q: { name: "q", in: "query", schema: { type: "string" } },
        },
        requestBodies: { B: { required: true, content: { "application/json": { schema: {} } } } },
        responses: {
          R: { description: "ok", content: { "application/json": { schema: { type: "array", items: {} } } } },
        },
      },
    });
    const [post] = api.operations;
    expect(post?.parameters.map(({ name }) => name)).toEqual(["q"]);
    expect(post?.body?.required).toBe(true);
    expect(post?.responses[0]?.contents[0]?.schema?.json).toEqual({ type: "array", items: {} });
  });
});

it.each<[Json | undefined, Json]>([
  [undefined, ["", 'The document has no "info" with a title and a version']],
  [null, ["", 'The document has no "info" with a title and a version']],
  [{ version: "1" }, ["/info", '"info" has no "title"']],
  [{ title: " ", version: "1" }, ["/info", '"info" has no "title"']],
])("an info that is %j is told, and the API built", (info, told) => {
  const { api, found } = apiOf({ info: info as Json, paths: { "/a": { get: operation({}) } } });
  expect(api.operations).toHaveLength(1);
  expect(found.map(({ pointer, message }) => [pointer, message])).toEqual([told]);
});

describe("parameters", () => {
  const parameters = (list: readonly Json[], path = "/a") => {
    const { api, found } = apiOf({ paths: { [path]: { get: operation({ parameters: list }) } } });
    return { parameters: api.operations[0]?.parameters ?? [], codes: codes(found) };
  };

  it.each([
    ["path", "simple", false],
    ["query", "form", true],
    ["header", "simple", false],
    ["cookie", "form", true],
  ])("in %s have the style %s by default", (location, style, explode) => {
    const path = location === "path" ? "/a/{x}" : "/a";
    expect(parameters([{ name: "x", in: location }], path).parameters[0]).toMatchObject({ style, explode });
  });

  it.each([
    ["form", true],
    ["cookie", true],
    ["simple", false],
    ["deepObject", true],
  ])("of the style %s are exploded by default where the standard says so", (style, explode) => {
    const location = style === "simple" ? "header" : style === "deepObject" ? "query" : "cookie";
    expect(parameters([{ name: "x", in: location, style }]).parameters[0]).toMatchObject({ style, explode });
  });

  it.each<[string, Json, string]>([
    ["without a name", { in: "query" }, "invalid-parameter"],
    ["in an unknown place", { name: "x", in: "body" }, "invalid-parameter"],
    ["that is no object", 3, "invalid-parameter"],
    ["that is not in the path", { name: "x", in: "path" }, "unused-path-parameter"],
    ["that sets a header of HTTP", { name: "Host", in: "header" }, "reserved-header"],
    ["whose name is no header", { name: "a\r\nb", in: "header" }, "reserved-header"],
  ])("%s are left out and reported", (_, entry, code) =>
    expect(parameters([entry])).toEqual({ parameters: [], codes: [code] }),
  );

  it("with their type beside their place, as in Swagger 2.0, are read as they are meant, and told", () => {
    const { parameters: list, codes: found } = parameters([
      { name: "limit", in: "query", type: "integer", maximum: 5, description: "How many." },
      { name: "sort", in: "query", enum: ["a", "b"], required: true },
      { name: "kept", in: "query", type: "string", schema: { type: "boolean" } },
    ]);
    expect(list.map(({ schema }) => schema.json)).toEqual([
      { type: "integer", maximum: 5 },
      { enum: ["a", "b"] },
      { type: "boolean" },
    ]);
    expect(found).toEqual(["invalid-parameter-type", "invalid-parameter-type"]);
  });

  it.each<[Json, string]>([
    ["kind", 'The discriminator is no object with a "propertyName", and is passed over'],
    [{ mapping: {} }, 'The discriminator has no "propertyName", and is passed over'],
  ])("whose schema has the discriminator %j are told", (discriminator, message) => {
    const { found } = apiOf({
      paths: { "/a": { get: operation({ parameters: [{ name: "x", in: "query", schema: { discriminator } }] }) } },
    });
    expect(found.map((finding) => [finding.pointer, finding.message])).toEqual([
      ["/paths/~1a/get/parameters/0/schema/discriminator", message],
    ]);
  });

  it("whose schema has a discriminator with a mapping that is no object are told", () => {
    const schema = { discriminator: { propertyName: "kind", mapping: ["Cat"] } };
    const { found } = apiOf({
      paths: { "/a": { get: operation({ parameters: [{ name: "x", in: "query", schema }] }) } },
    });
    expect(found.map((finding) => [finding.pointer, finding.message])).toEqual([
      [
        "/paths/~1a/get/parameters/0/schema/discriminator/mapping",
        'The "mapping" of the discriminator is no object, and is passed over',
      ],
    ]);
  });

  it("that a path needs and nobody declares are added", () => {
    const { parameters: list, codes: found } = parameters([], "/a/{x}/{y}");
    expect(list.map(({ name, required, in: location }) => [name, required, location])).toEqual([
      ["x", true, "path"],
      ["y", true, "path"],
    ]);
    expect(found).toEqual(["undeclared-path-parameter", "undeclared-path-parameter"]);
  });

  it("take the default of their place where the style does not fit", () => {
    const { parameters: list, codes: found } = parameters([{ name: "x", in: "query", style: "matrix" }]);
    expect(list[0]?.style).toBe("form");
    expect(found).toEqual(["invalid-parameter"]);
  });
});

describe("schemas", () => {
  const schemas = (schema: Json, components: JsonObject = {}) => {
    const { api, found } = apiOf({
      paths: { "/a": { post: operation({ requestBody: { content: { "application/json": { schema } } } }) } },
      components: { schemas: components },
    });
    return {
      schema: api.operations[0]?.body?.contents[0]?.schema?.json,
      definitions: Object.fromEntries(api.schemas.definitions),
      found,
    };
  };

  it.each<[string, JsonObject, JsonObject, string]>([
    ["a type that is none", { type: "int" }, {}, "invalid-schema"],
    ["a bound that is no number", { minimum: "3" }, {}, "invalid-schema"],
    ["a list that is none", { type: "object", required: "id" }, { type: "object" }, "invalid-schema"],
    ["a pattern without a bound", { pattern: "^(a)\\1$" }, { pattern: "^(a)\\1$" }, "unsupported-pattern"],
    [
      "a pattern of names without a bound",
      { patternProperties: { "^(a)\\1$": true } },
      { patternProperties: { "^(a)\\1$": true } },
      "unsupported-pattern",
    ],
    [
      "a pattern of another language",
      { type: "string", pattern: "(?i)a" },
      { description: "Has to match (?i)a.", type: "string" },
      "unsupported-pattern",
    ],
    ["properties that are a list", { properties: [] }, {}, "invalid-schema"],
  ])("lose %s and keep the rest", (_, given, want, code) => {
    const { schema, found } = schemas(given);
    expect(schema).toEqual(want);
    expect(codes(found)).toEqual([code]);
  });

  it("drop extensions and identifiers: they mean something to clients and validators", () => {
    expect(
      schemas({
        type: "string",
        "x-mcp-header": "Evil",
        $id: "https://evil.test",
        $schema: "x",
        $anchor: "y",
        xml: {},
        nonsense: 1,
      }).schema,
    ).toEqual({ type: "string" });
  });

  it("mend a pattern that escapes what needs no escape", () =>
    expect(schemas({ type: "string", pattern: "^[\\w\\-]\\_$" }).schema).toEqual({
      type: "string",
      pattern: "^[\\w\\-]_$",
    }));

  it("keep circles as references", () => {
    const { schema, definitions } = schemas(
      { $ref: "#/components/schemas/Node" },
      { Node: { type: "object", properties: { next: { $ref: "#/components/schemas/Node" } } } },
    );
    expect(schema).toEqual({ $ref: "#/$defs/Node" });
    expect(definitions).toEqual({ Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } } } });
  });

  it("are two where a direction leaves properties out, one where not", () => {
    const components: JsonObject = {
      Pet: {
        type: "object",
        required: ["id", "owner"],
        properties: { id: { type: "integer", readOnly: true }, owner: { $ref: "#/components/schemas/Owner" } },
      },
      Owner: { type: "object", properties: { name: { type: "string" } } },
    };
    const { schema, definitions } = schemas({ $ref: "#/components/schemas/Pet" }, components);
    expect(schema).toEqual({ $ref: "#/$defs/PetInput" });
    expect(definitions).toEqual({
      PetInput: { type: "object", properties: { owner: { $ref: "#/$defs/Owner" } }, required: ["owner"] },
      Owner: { type: "object", properties: { name: { type: "string" } } },
    });
  });

  it("tell the variants of a discriminated union apart", () => {
    const variant: JsonObject = { type: "object", properties: { kind: { type: "string" } } };
    const { schema } = schemas(
      {
        oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
        discriminator: {
          propertyName: "kind",
          mapping: { feline: "#/components/schemas/Cat", dog: "Dog", puppy: "Dog" },
        },
      },
      { Cat: variant, Dog: variant },
    );
    expect(schema).toEqual({
      oneOf: [
        { $ref: "#/$defs/Cat", properties: { kind: { const: "feline" } }, required: ["kind"] },
        { $ref: "#/$defs/Dog", properties: { kind: { enum: ["dog", "puppy"] } }, required: ["kind"] },
      ],
    });
  });

  it("say of what type a property is that a union requires and only some of its alternatives send", () => {
    const { schema } = schemas(
      {
        required: ["content", "other"],
        oneOf: [
          { properties: { content: { type: "string", readOnly: true }, other: { type: "string", readOnly: true } } },
          { properties: { content: { type: "string", maxLength: 9 }, other: { type: "integer" } } },
        ],
      },
      {},
    );
    expect(schema).toMatchObject({
      required: ["content", "other"],
      oneOf: [
        { properties: { content: { type: "string" }, other: { type: "string" } } },
        { properties: { content: { type: "string", maxLength: 9 }, other: { type: "integer" } } },
      ],
    });
  });

  it("say what a read-only property is where a part requires it that does not describe it", () => {
    const { schema } = schemas(
      {
        allOf: [{ $ref: "#/components/schemas/Base" }, { required: ["id", "name"] }],
        required: ["at"],
        oneOf: [{ properties: { at: { type: "string", format: "date-time", readOnly: true } } }],
      },
      { Base: { type: "object", properties: { id: { type: "integer", readOnly: true }, name: { type: "string" } } } },
    );
    expect(schema).toEqual({
      allOf: [{ $ref: "#/$defs/BaseInput" }, { required: ["id", "name"] }],
      oneOf: [{ properties: {} }],
      required: ["at"],
      properties: {
        at: { type: "string", format: "date-time", readOnly: true },
        id: { type: "integer", readOnly: true },
      },
    });
  });

  it("keep the tags that variants fix themselves, and have to have them", () => {
    const kinds = { Kind: { type: "string", enum: ["a", "b"] } };
    const tagged = (tag: JsonObject): JsonObject => ({ type: "object", properties: { kind: tag } });
    const { schema } = schemas(
      {
        oneOf: ["Constant", "Nullable", "Composed", "Nested", "Shared"].map((name) => ({
          $ref: `#/components/schemas/${name}`,
        })),
        discriminator: { propertyName: "kind", mapping: { b: "#/components/schemas/Shared" } },
      },
      {
        ...kinds,
        Constant: tagged({ const: "x" }),
        Nullable: tagged({ anyOf: [{ enum: ["y"] }, { type: "null" }] }),
        Composed: { allOf: [tagged({ enum: ["z"] })] },
        Nested: { oneOf: [{ $ref: "#/components/schemas/Constant" }] },
        Shared: tagged({ $ref: "#/components/schemas/Kind" }),
      },
    );
    expect(schema).toEqual({
      oneOf: [
        { $ref: "#/$defs/Constant", required: ["kind"] },
        { $ref: "#/$defs/Nullable", required: ["kind"] },
        { $ref: "#/$defs/Composed", required: ["kind"] },
        { $ref: "#/$defs/Nested" },
        { $ref: "#/$defs/Shared", properties: { kind: { const: "b" } }, required: ["kind"] },
      ],
    });
  });

  it("have names that are identifiers and shadow nothing", () => {
    const names = ["Map", "string", "foo-bar", "FooBar", "1st", "__proto__", "Ünïcode"];
    const { definitions } = schemas(
      { anyOf: names.map((name) => ({ $ref: `#/components/schemas/${encodeURIComponent(name)}` })) },
      Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    );
    expect(Object.keys(definitions).sort()).toEqual([
      "FooBar",
      "FooBar2",
      "MapSchema",
      "Proto",
      "StringSchema",
      "Type1st",
      "Unicode",
    ]);
  });

  it("name the author's required properties first, in the author's order", () => {
    const { schema } = schemas({ type: "object", required: ["b", "a"], properties: { z: {}, a: {}, b: {}, c: {} } });
    expect(Object.keys((schema as JsonObject)["properties"] as JsonObject)).toEqual(["b", "a", "c", "z"]);
  });
});

describe("servers", () => {
  const at = "https://docs.example/api/v1/openapi.json?token=secret";
  it.each<[url: string, want: string, at?: string]>([
    ["/myapp", "https://docs.example/myapp", at],
    ["../v2", "https://docs.example/api/v2", at],
    ["v2/{part}", "https://docs.example/api/v1/v2/{part}", at],
    [".", "https://docs.example/api/v1/", at],
    ["", "https://docs.example/api/v1/", at],
    ["//api.example/v1", "https://api.example/v1", at],
    ["//api.example/v1", "http://api.example/v1", "http://docs.example/openapi.json"],
    ["https://api.example/v1", "https://api.example/v1", at],
    ["{base}/v1", "{base}/v1", at],
    ["/myapp", "/myapp"],
    ["//api.example/v1", "https://api.example/v1"],
  ])("%j means %s for a document at %s", (url, want, baseUrl) => {
    const { api } = apiOf({ servers: [{ url }] }, "petstore", baseUrl);
    expect(api.servers.map((server) => server.url)).toEqual([want]);
  });

  it("are the root of where the document lies where it names none", () => {
    expect(apiOf({}, "petstore", at).api.servers.map(({ url }) => url)).toEqual(["https://docs.example/"]);
    expect(apiOf({}).api.servers).toEqual([]);
  });
});

describe("a header Authorization that is described in words", () => {
  const prefixOf = (name: string, description?: string, header = "Authorization", place = "header"): unknown => {
    const scheme = { type: "apiKey", in: place, name: header, ...(description === undefined ? {} : { description }) };
    const { api } = apiOf({ components: { securitySchemes: { [name]: scheme } }, paths: {} });
    return (api.securitySchemes.get(name) as { prefix?: string } | undefined)?.prefix;
  };
  it.each<[prefix: string | undefined, name: string, description?: string, header?: string, place?: string]>([
    ["Bearer", "BearerToken", "Bearer Token authentication", "authorization"],
    ["Bearer", "bearerAuth"],
    ["Bearer", "auth", 'Use the header, such as "Authorization: Bearer {token}"'],
    ["Bearer", "JWT"],
    ["Token", "tokenAuth", 'Token-based authentication with required prefix "Token"'],
    ["GenieKey", "auth", "Send `GenieKey <api key>` in the header"],
    ["Token", "auth", "Authorization: Token YOUR_TOKEN"],
    ["Basic", "basicAuth"],
    ["Basic", "auth", "HTTP basic authentication"],
    [undefined, "auth"],
    [undefined, "api_key", "Your API key"],
    [undefined, "auth", "The token, without the Bearer prefix"],
    [undefined, "auth", "Send the <token> as it is"],
    [undefined, "bearer", "Bearer", "X-Token"],
    [undefined, "bearer", "Bearer", "authorization", "query"],
  ])("asks for %s: %s, %s", (prefix, ...given) => expect(prefixOf(...given)).toBe(prefix));

  it.each<[string, Json]>([
    ["by its description", { description: "The bearer token", schema: { type: "string" } }],
    ["by its example", { example: "Bearer abc", schema: { type: "string" } }],
    ["by its schema's example", { schema: { type: "string", examples: ["Bearer abc"] } }],
    ["by its pattern", { schema: { type: "string", pattern: "^Bearer .+$" } }],
  ])("asks for it as a parameter %s", (_name, parameter) => {
    const given = { name: "Authorization", in: "header", ...(parameter as JsonObject) };
    const { api } = apiOf({ paths: { "/a": { get: { parameters: [given], responses: {} } } } });
    expect(api.securitySchemes.get("Authorization")).toMatchObject({ prefix: "Bearer" });
  });
});

describe("security schemes that no operation asks for", () => {
  const components = {
    securitySchemes: {
      key: { type: "apiKey", in: "header", name: "X-Key" },
      token: { type: "http", scheme: "bearer" },
    },
  };
  it("may be used by each", () => {
    const { api } = apiOf({ components, paths: { "/a": { get: { responses: {} } } } });
    expect(api.operations[0]?.security).toEqual([
      [{ scheme: "key", scopes: [] }],
      [{ scheme: "token", scopes: [] }],
      [],
    ]);
  });
  it.each<[string, JsonObject]>([
    ["the document says none", { security: [] }],
    ["an operation says some", { paths: { "/a": { get: { responses: {} }, put: { security: [{ key: [] }] } } } }],
  ])("are not where %s", (_name, more) => {
    const { api } = apiOf({ components, paths: { "/a": { get: { responses: {} } } }, ...more });
    expect(api.operations[0]?.security).toEqual([]);
  });
});

describe("security", () => {
  it("drops an alternative that names an unknown scheme, keeps anonymous access", () => {
    const { api, found } = apiOf({
      security: [{ ghost: [] }, {}],
      components: { securitySchemes: { bad: { type: "apiKey", in: "body", name: "x" } } },
      paths: { "/a": { get: operation() } },
    });
    expect(api.operations[0]?.security).toEqual([[]]);
    expect(codes(found)).toEqual(["unsupported-security", "unsupported-security"]);
  });
});

describe("headers that are declared as parameters", () => {
  const header = (name: string, schema: JsonObject, more: JsonObject = {}): JsonObject => ({
    name,
    in: "header",
    schema,
    ...more,
  });
  const withHeaders = (parameters: readonly JsonObject[], more: JsonObject = {}, document: JsonObject = {}) =>
    apiOf({ paths: { "/a": { parameters, get: operation(more) } }, ...document });

  it.each<[name: string, given: JsonObject, want: object]>([
    ["a default", header("accept", { default: "a/b; version=2", enum: ["c/d"] }), { accept: ["a/b; version=2"] }],
    ["all that are listed", header("Accept", { enum: ["a/b", "c/d", 7] }), { accept: ["a/b", "c/d"] }],
    ["an example", header("Accept", {}, { example: "a/b" }), { accept: ["a/b"] }],
    ["no media type", header("Accept", { default: "a/b\r\nx: y" }), { accept: [] }],
    ["a body's type", header("Content-Type", { const: "a/b" }), { contentType: "a/b" }],
    ["a required type", header("CONTENT-TYPE", {}, { required: true }), { contentType: "application/json" }],
    ["a type that may be", header("Content-Type", {}), { contentType: undefined }],
  ])("%s", (_name, given, want) => {
    const { api, found } = withHeaders([given]);
    expect(found).toEqual([]);
    expect(api.operations[0]?.parameters).toEqual([]);
    expect(api.operations[0]?.requestHeaders).toMatchObject(want);
  });

  const authorization = { scheme: "Authorization", scopes: [] };
  const key = { scheme: "key", scopes: [] };
  const schemes = {
    components: {
      securitySchemes: {
        key: { type: "apiKey", in: "query", name: "k" },
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
  it.each<[name: string, required: boolean, security: Json, want: object]>([
    ["are credentials where there is no security", true, [], [[authorization]]],
    ["may be credentials where there is no security", false, [{}], [[authorization], []]],
    ["join credentials that are elsewhere", true, [{ key: [] }], [[key, authorization]]],
    ["add nothing to credentials that are there", true, [{ token: [] }], [[{ scheme: "token", scopes: [] }]]],
    ["add nothing to other credentials unless required", false, [{ key: [] }], [[key]]],
  ])("of authorization %s", (_name, required, security, want) => {
    const { api } = withHeaders([header("Authorization", { type: "string" }, { required })], { security }, schemes);
    expect(api.operations[0]?.security).toEqual(want);
  });
});

it("of a body with more media types than anybody writes a hundred are read, JSON among them, and that is told", () => {
  const types = Array.from({ length: 150 }, (_, index) => `application/a${index}`);
  const content = Object.fromEntries([...types, "application/z+json"].map((type) => [type, {}]));
  const { api, found } = apiOf({ paths: { "/a": { post: operation({ requestBody: { content } }) } } });
  const read = api.operations[0]?.body?.contents.map(({ mediaType }) => mediaType) ?? [];
  expect(read).toHaveLength(100);
  expect(read).toContain("application/z+json");
  expect(found.map(({ pointer, message }) => [pointer, message])).toEqual([
    ["/paths/~1a/post/requestBody/content", "Of 151 media types 100 are read"],
  ]);
});
