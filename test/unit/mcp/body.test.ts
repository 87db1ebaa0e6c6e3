import { describe, expect, it } from "vitest";
import type { Body } from "../../../src/api/model.ts";
import { unwrittenType } from "../../../src/mcp/input/body.ts";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import { serverOf, toolOf } from "../document.ts";

const pets = new Schemas(new Map([["Pet", { type: "object" }]]));
const body = (mediaType: string, schema: Record<string, Json>): Body => ({
  pointer: "/paths/~1x/post/requestBody",
  description: undefined,
  required: true,
  contents: [
    { pointer: "", mediaType, schema: pets.of(schema), itemSchema: undefined, encoding: new Map(), example: undefined },
  ],
});

describe("a body that the caller has to write as text", () => {
  it.each([
    ["an object as XML", "application/xml", { type: "object" }, "text", "application/xml"],
    ["a list as CSV", "text/csv", { type: "array" }, "text", "text/csv"],
    ["an object as bytes", "application/cbor", { type: "object" }, "binary", "application/cbor"],
    ["an object of another schema", "application/xml", { allOf: [{ $ref: "#/$defs/Pet" }] }, "text", "application/xml"],
    ["an object as JSON", "application/json", { type: "object" }, "json", undefined],
    ["plain text", "text/plain", { type: "string" }, "text", undefined],
    ["bytes", "application/octet-stream", {}, "binary", undefined],
  ] as const)("%s", (_name, mediaType, schema, encoding, wanted) => {
    expect(unwrittenType(body(mediaType, schema), [{ mediaType, encoding }])).toBe(wanted);
  });
});

it("has no argument for a field that no value fits", () => {
  const properties = { a: { type: "string" }, b: false, c: { type: "string", allOf: [{ type: "integer" }] } };
  const content = { "application/json": { schema: { type: "object", properties } } };
  const tool = toolOf({ requestBody: { content } }, { method: "post" });
  expect(Object.keys(tool.listing.inputSchema.properties)).toEqual(["a"]);
  expect(tool.call.request.body?.fields).toEqual([{ argument: "a", name: "a" }]);
});

describe("which of several media types is written", () => {
  const fields = { schema: { type: "object", properties: { a: { type: "string" } } } };
  it.each<[readonly string[], readonly string[]]>([
    [["application/xml", "multipart/form-data"], ["multipart/form-data"]],
    [["application/octet-stream", "application/xml"], ["application/xml"]],
    [["application/xml", "application/json"], ["application/json"]],
  ])("of %j: %j", (given, want) => {
    const content = Object.fromEntries(given.map((mediaType) => [mediaType, fields]));
    const { body } = toolOf({ requestBody: { content } }, { method: "post" }).call.request;
    expect(body?.contents.map(({ mediaType }) => mediaType)).toEqual(want);
  });

  it("is told where none can be written from fields", () => {
    const { found } = serverOf({
      paths: {
        "/a": { post: { operationId: "a", requestBody: { content: { "application/toml": fields } }, responses: {} } },
      },
    });
    expect(found.filter(({ code }) => code === "unsupported-media-type")).toEqual([
      {
        code: "unsupported-media-type",
        pointer: "/paths/~1a/post/requestBody",
        message: "a takes its application/toml body as one text, not by fields",
      },
    ]);
  });
});

it("lists the files of a body that is one argument as it lists other files", () => {
  const schema = {
    type: "object",
    properties: {
      one: { type: "string", format: "binary", description: "The photo." },
      many: { type: "array", items: { type: "string", format: "binary" } },
      note: { type: "string" },
    },
    additionalProperties: { type: "string" },
  };
  const file = [
    { type: "string" },
    {
      type: "object",
      properties: {
        data: { type: "string", description: "Base64" },
        filename: { type: "string" },
        media_type: { type: "string", pattern: "^[\\w.+-]+/[\\w.+-]+$" },
      },
      required: ["data"],
      additionalProperties: false,
    },
  ];
  const tool = toolOf({ requestBody: { content: { "multipart/form-data": { schema } } } }, { method: "post" });
  expect(tool.listing.inputSchema.properties["body"]).toMatchObject({
    properties: {
      one: { anyOf: file, description: "The photo." },
      many: {
        type: "array",
        items: { description: "A file: its text, or an object with its bytes in Base64.", anyOf: file },
      },
      note: { type: "string" },
    },
  });
  expect(tool.call.input).toMatchObject({
    properties: { body: { properties: { one: { anyOf: [{}, { properties: { path: {}, url: {} } }] } } } },
  });
});

it.each([
  ["a list as a form", "application/x-www-form-urlencoded", { type: "array", items: { type: "string" } }, "form"],
  ["a list as parts", "multipart/form-data", { type: "array", items: { type: "string" } }, "multipart"],
  ["bytes as parts", "multipart/form-data", { type: "string", format: "binary" }, "multipart"],
  ["anything as a form", "application/x-www-form-urlencoded", {}, "form"],
] as const)("asks for named fields where the document has %s", (_name, mediaType, schema, encoding) => {
  const tool = toolOf({ requestBody: { required: true, content: { [mediaType]: { schema } } } }, { method: "post" });
  expect(tool.listing.inputSchema.properties["body"]).toMatchObject({ type: "object" });
  expect(tool.call.request.body?.contents).toMatchObject([{ encoding }]);
});

it("asks for a form that is one text as that text", () => {
  const content = { "application/x-www-form-urlencoded": { schema: { type: "string" } } };
  const tool = toolOf({ requestBody: { required: true, content } }, { method: "post" });
  expect(tool.listing.inputSchema.properties["body"]).toMatchObject({ type: "string" });
  expect(tool.call.request.body?.contents).toEqual([
    { mediaType: "application/x-www-form-urlencoded", encoding: "text" },
  ]);
});

describe("what is said of a body whose fields stand beside the parameters", () => {
  const told = (description: string, more: JsonObject = {}): string => {
    const properties = { petName: { type: "string" }, size: { type: "integer" } };
    const content = { "application/json": { schema: { type: "object", properties, ...more } } };
    const operation = { summary: "Add a pet", requestBody: { description, content } };
    return toolOf(operation, { method: "post" }).listing.description;
  };

  it.each([
    ["`petName` and `size` are mutually exclusive.", "Add a pet. Body: `petName` and `size` are mutually exclusive."],
    ["Pet to add. At least one of them **must** be given.", "Add a pet. Body: At least one of them must be given."],
  ])("%s", (description, want) => {
    expect(told(description)).toBe(want);
  });

  it.each(["The request body.", "Pet object that needs to be added.", "The pet, with its name and size", ""])(
    "%j is not said again",
    (description) => {
      expect(told(description)).toBe("Add a pet");
    },
  );

  it("is cut where it is long, and is the argument's where the body is one", () => {
    const long = told("Sizes of dogs are measured in hands, not in feet. ".repeat(40));
    expect(long).toMatch(/^Add a pet\. Body: Sizes.* \[…\]$/);
    expect(long.length).toBeLessThan(340);
    expect(told("Only on Mondays.", { additionalProperties: true })).toBe("Add a pet");
  });
});
