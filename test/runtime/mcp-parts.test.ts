/** Parts of the MCP layer on their own: URI templates, declared shapes, values of the mock, and the mock itself. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inDeclaredShape } from "../../templates/always/src/runtime/call/declare.js";
import { startMock } from "../../templates/always/src/runtime/mock.js";
import { exampleCall, placeholderCredentials } from "../../templates/always/src/runtime/mock-calls.js";
import { mockValue } from "../../templates/always/src/runtime/mock/mock-values.js";
import type { JsonObject, JsonSchema, JsonValue, SchemaData } from "../../templates/always/src/runtime/data/model.js";
import { readProject } from "../../templates/always/src/runtime/node/project-data.js";
import { resourceArguments, ResourceTable } from "../../templates/always/src/runtime/resources/resources.js";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.js";
import { argumentValidator, meetsSchema } from "../../templates/always/src/runtime/validation/validate.js";
import { type Fixture, makeFixture } from "./mcp-fixture.js";

describe("URI templates", () => {
  it.each<[string, string, Record<string, string[]> | undefined]>([
    ["a://pets", "a://pets", {}],
    ["a://pets", "a://pets/", undefined],
    ["a://pets", "a://pets?x=1", undefined],
    ["a://pets/{id}", "a://pets/1", { id: ["1"] }],
    ["a://pets/{id}", "a://pets/a%2Fb%20c", { id: ["a/b c"] }],
    ["a://pets/{id}", "a://pets/%E2%82%AC", { id: ["€"] }],
    ["a://pets/{id}", "a://pets/%E2", undefined],
    ["a://pets/{id}", "a://pets/%", undefined],
    ["a://pets/{id}", "a://pets/", undefined],
    ["a://pets/{id}", "a://pets/1/2", undefined],
    ["a://pets/{id}", "a://pets/1#x", undefined],
    ["a://pets/{id}", "a://pets/1?x=1", undefined],
    ["a://pets/{id}", "b://pets/1", undefined],
    ["a://x/{a}/y/{b}", "a://x/1/y/2", { a: ["1"], b: ["2"] }],
    ["a://x/{a}.{b}", "a://x/1.json", { a: ["1"], b: ["json"] }],
    ["a://x/{a}:cancel", "a://x/1:cancel", { a: ["1"] }],
    ["a://x/{a}:cancel", "a://x/1:cance", undefined],
    ["a://x/(a+)+$/{a}", "a://x/(a+)+$/1", { a: ["1"] }],
    ["a://pets{?a,b}", "a://pets", {}],
    ["a://pets{?a,b}", "a://pets?", {}],
    ["a://pets{?a,b}", "a://pets?b=2&a=1", { a: ["1"], b: ["2"] }],
    ["a://pets{?a,b}", "a://pets?b=2", { b: ["2"] }],
    ["a://pets{?a,b}", "a://pets?a=1&a=2", { a: ["1", "2"] }],
    ["a://pets{?a*}", "a://pets?a=1", { a: ["1"] }],
    ["a://pets{?a,b}", "a://pets?a=x%26b%3Dy%3Dz", { a: ["x&b=y=z"] }],
    ["a://pets{?a,b}", "a://pets?a=b=c", { a: ["b=c"] }],
    ["a://pets{?a,b}", "a://pets?a", { a: [""] }],
    ["a://pets{?a,b}", "a://pets?a=1+2", { a: ["1+2"] }],
    ["a://pets{?a,b}", "a://pets?c=1", undefined],
    ["a://pets{?a,b}", "a://pets?a=%ZZ", undefined],
    ["a://pets/{id}{?a}", "a://pets/7?a=1", { id: ["7"], a: ["1"] }],
    ["a://pets{?filter%5Bx%5D}", "a://pets?filter%5Bx%5D=1", undefined],
    ["a://pets{?__proto__}", "a://pets?__proto__=1", { ["__proto__"]: ["1"] }],
  ])("%s ~ %s", (template, uri, values) => {
    const found = uriTemplate(template).match(uri);
    expect(found && Object.fromEntries(found)).toEqual(values);
  });

  it("refuses long URIs without trying, and many variables without hanging", () => {
    expect(uriTemplate("a://{x}").match(`a://${"x".repeat(8192)}`)).toBeUndefined();
    const many = `a://${Array.from({ length: 40 }, (_, index) => `{v${index}}-`).join("")}end`;
    expect(uriTemplate(many).match(`a://${"a-".repeat(3000)}`)).toBeUndefined();
  });
});

describe("resources", () => {
  const resource = (uri: string, tool: string) => ({
    uri,
    template: true,
    name: tool,
    title: tool,
    description: "",
    mimeType: "",
    tool,
    variables: [],
  });
  const table = new ResourceTable({
    data: { name: "", title: "", version: "", instructions: "", apis: [] },
    apis: [
      {
        resources: [
          resource("a://pets/{id}", "item"),
          resource("a://pets/mine", "mine"),
          resource("a://pets/{id}.json", "file"),
        ],
      },
    ] as never,
  });

  it.each([
    ["a://pets/mine", "mine"],
    ["a://pets/7.json", "file"],
    ["a://pets/7", "item"],
  ])("the most specific one answers %s", (uri, tool) => {
    expect(table.find(uri)?.resource.listing).toMatchObject({ tool });
  });

  it.each<[Parameters<typeof typed>[0], string[], JsonValue]>([
    ["string", ["7"], "7"],
    ["integer", ["7"], 7],
    ["integer", ["-7"], -7],
    ["integer", ["12345678901234567890"], "12345678901234567890"],
    ["integer", ["0x10"], "0x10"],
    ["integer", [""], ""],
    ["number", ["0.5"], 0.5],
    ["boolean", ["true"], true],
    ["boolean", ["yes"], "yes"],
    ["array", ["a,b", "c"], ["a", "b", "c"]],
    ["object", ['{"a":1}'], { a: 1 }],
    ["object", ["[1]"], "[1]"],
    ["string", ["a", "b"], "b"],
  ])("%s of %j is %j", (type, texts, value) => {
    expect(typed(type, texts)).toEqual({ argument: value });
  });

  function typed(type: "string" | "number" | "integer" | "boolean" | "array" | "object", texts: string[]): JsonObject {
    return resourceArguments(
      { ...resource("a://{v}", "t"), variables: [{ name: "v", argument: "argument", in: "path", type }] },
      new Map([["v", texts]]),
    );
  }
});

describe("results of tools that declare a schema", () => {
  const text = [{ type: "text" as const, text: "data" }];
  const object = { type: "object", properties: { id: { type: "integer" } } };
  it.each<[string, JsonValue | undefined, JsonObject, object]>([
    ["fits", { id: 1 }, object, { content: text, structuredContent: { id: 1 } }],
    ["a list where an object is declared", [1], object, { content: text, structuredContent: { result: [1] } }],
    ["null where an object is declared", null, object, { structuredContent: { result: null } }],
    ["a list where a list is declared", [1], { type: "array" }, { content: text, structuredContent: [1] }],
    [
      "does not fit, an empty one does",
      { id: "x" },
      object,
      { content: [text[0], { text: expect.stringContaining("does not have the shape") }], structuredContent: {} },
    ],
    [
      "absent, an empty one fits",
      undefined,
      object,
      { content: [text[0], { text: expect.stringContaining("no structured content") }], structuredContent: {} },
    ],
    ["does not fit, nor an empty one", {}, { ...object, required: ["id"] }, { content: [text[0], {}], isError: true }],
  ])("%s", (_case, content, schema, want) => {
    const result = inDeclaredShape(
      { content: text, ...(content === undefined ? {} : { structuredContent: content }) },
      schema,
      meetsSchema(schema),
    );
    expect(result).toMatchObject(want);
    // Clients check structured content of errors too.
    if (result.isError) expect(result).not.toHaveProperty("structuredContent");
  });
});

const definitions: SchemaData = {
  Pet: {
    type: "object",
    required: ["id", "parent"],
    properties: {
      id: { type: "integer" },
      parent: { anyOf: [{ type: "null" }, { $ref: "#/$defs/Pet" }, { type: "string" }] },
    },
  },
  Endless: { type: "object", required: ["next"], properties: { next: { $ref: "#/$defs/Endless" } } },
  List: { type: "array", items: { $ref: "#/$defs/List" } },
};

describe("values of the mock", () => {
  it.each<[JsonSchema, JsonValue | undefined]>([
    [true, "value"],
    [false, undefined],
    [{ const: 0 }, 0],
    [{ type: "string", example: "shown" }, "shown"],
    [{ type: "string", examples: ["first"] }, "first"],
    [{ type: "boolean", default: false }, false],
    [{ enum: ["a", "b"] }, "a"],
    [{ type: ["null", "integer"], minimum: 5 }, 5],
    [{ type: "integer", exclusiveMinimum: 5 }, 6],
    [{ type: "integer", exclusiveMinimum: 0 }, 1],
    [{ type: "integer", maximum: -3 }, -3],
    [{ type: "number", exclusiveMaximum: 1 }, 0.5],
    [{ type: "number", multipleOf: 0.1, minimum: 1.25 }, 1.3],
    [{ type: "string", format: "date-time" }, "2025-01-31T12:00:00Z"],
    [{ type: "string", minLength: 8 }, "valueeee"],
    [{ type: "string", maxLength: 2 }, "va"],
    [{ type: "string", pattern: "^[A-Z]{3}$" }, "ABC"],
    [{ type: "string", pattern: "^\\d+$" }, "1"],
    [{ type: "array", minItems: 2, uniqueItems: true, items: { type: "integer" } }, [1, 2]],
    [{ type: "array", maxItems: 0, items: { type: "integer" } }, []],
    [{ properties: { a: { type: "boolean" } } }, { a: true }],
    [{ type: "object", properties: { name: { type: "string" } } }, { name: "name" }],
    [
      {
        allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }],
        properties: { c: { const: 3 } },
      },
      { a: 1, b: 2, c: 3 },
    ],
    [{ oneOf: [{ type: "null" }, { type: "integer" }] }, 1],
    [{ $ref: "#/$defs/Pet" }, { id: 1, parent: "parent" }],
    [{ $ref: "#/$defs/Endless" }, undefined],
    [{ $ref: "#/$defs/List" }, []],
    [{ $ref: "#/$defs/None" }, undefined],
    [
      JSON.parse('{"type":"object","properties":{"__proto__":{"const":1}}}') as JsonSchema,
      JSON.parse('{"__proto__":1}') as JsonValue,
    ],
  ])("%j", (schema, value) => {
    const made = mockValue(schema, definitions);
    expect(made).toEqual(value);
    if (made === undefined) return;
    const whole: JsonSchema = { type: "object", properties: { value: schema } };
    expect(
      argumentValidator(
        { type: "object", properties: { value: true }, additionalProperties: false },
        whole,
        definitions,
      )({ value: made }),
    ).toMatchObject({ valid: true });
  });
});

describe("the mock API", () => {
  let fixture: Fixture;
  beforeAll(() => {
    fixture = makeFixture();
  });
  afterAll(() => fixture.remove());

  it("answers by the documents, and says that it is a mock", async () => {
    const project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
    const mock = await startMock(project);
    const ask = async (path: string, method = "GET") => {
      const answer = await fetch(`${mock.environment["PETSTORE_BASE_URL"]}${path}`, { method });
      return [answer.status, answer.headers.get("content-type"), await answer.text(), answer.headers.get("x-mock")];
    };
    expect(mock.environment).toEqual({ PETSTORE_BASE_URL: `http://127.0.0.1:${mock.port}` });
    // The example of the document.
    expect(await ask("/pets/5")).toEqual([200, "application/json", '{"id":10,"name":"doggie"}', "development only"]);
    // Made from the schema.
    expect(await ask("/pets?limit=1")).toEqual([
      200,
      "application/json",
      '[{"id":1,"name":"name","born":"2025-01-31"}]',
      "development only",
    ]);
    expect(await ask("/pets/5", "DELETE")).toEqual([204, null, "", "development only"]);
    expect(await ask("/photo")).toMatchObject([200, "image/png", "value", "development only"]);
    expect(await ask("/nothing")).toMatchObject([
      404,
      "application/json",
      expect.stringContaining("No operation"),
      "development only",
    ]);
    expect(mock.requests).toEqual(["GET /pets/5", "GET /pets?limit=1", "DELETE /pets/5", "GET /photo", "GET /nothing"]);
    await mock.close();
  });

  it("finds a call to try, and stands in for credentials", async () => {
    const project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
    expect(await exampleCall(project)).toEqual({ tool: "list_pets", args: {} });
    expect(placeholderCredentials(project)).toEqual({ PETSTORE_KEY: "placeholder" });
  });

  it("says what is missing where the data is not", () => {
    expect(() => readProject("file:///nowhere/dist/index.js")).toThrow("src/generated/apis.json was not found");
  });
});
