/** How a request body is asked for: as fields or as a whole, in which media type, and why. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { toolOf } from "../document.ts";

const text = { type: "string" };
const pet = { type: "object", properties: { age: { type: "integer" }, name: text } };

/** `fields …` or `whole …`, with what is required marked, then media type and encoding. */
function asked(content: JsonObject, { required = false, method = "post" } = {}): readonly string[] {
  const tool = toolOf({ requestBody: { content, required } }, { method });
  const { body } = tool.call.request;
  if (body === undefined) return ["none"];
  const needed = tool.listing.inputSchema.required ?? [];
  const mark = (name: string): string => (needed.includes(name) ? `${name}!` : name);
  return [
    body.fields === undefined
      ? `whole ${mark(body.argument ?? "")}`
      : `fields ${body.fields.map(({ argument }) => mark(argument)).join(" ")}`,
    ...body.contents.map(({ mediaType, encoding }) => `${mediaType} ${encoding}`),
  ];
}

describe("a body of JSON", () => {
  const json = (schema: JsonObject | boolean, options?: { required: boolean }): string | undefined =>
    asked({ "application/json": { schema } }, options)[0];
  it.each<[JsonObject | boolean, string]>([
    [pet, "fields age name"],
    [{ ...pet, required: ["age"] }, "fields age! name"],
    [{ ...pet, title: "T", description: "D", minProperties: 0, deprecated: true, examples: [] }, "fields age name"],
    [{ ...pet, additionalProperties: false }, "fields age name"],
    [{ ...pet, additionalProperties: true }, "whole body"],
    [{ ...pet, additionalProperties: text }, "whole body"],
    [{ ...pet, required: ["other"] }, "whole body"],
    [{ ...pet, minProperties: 1 }, "whole body"],
    [{ ...pet, minProperties: 1, required: ["name"] }, "fields name! age"],
    [{ ...pet, maxProperties: 1 }, "whole body"],
    [{ ...pet, patternProperties: {} }, "whole body"],
    [{ ...pet, oneOf: [{ required: ["name"] }, { required: ["age"] }] }, "whole body"],
    [{ ...pet, type: ["object", "null"] }, "whole body"],
    [{ type: "object" }, "whole body"],
    [{ type: "object", additionalProperties: false }, "none"],
    [{ type: "object", properties: { name: text, never: false } }, "fields name"],
    [{ type: "array", items: pet }, "whole body"],
    [text, "whole body"],
    [true, "whole body"],
  ])("%j is asked for as %s", (schema, want) => expect(json(schema)).toBe(want));

  it("that is required is so as a whole, or by its fields", () => {
    expect(json({ type: "array", items: text }, { required: true })).toBe("whole body!");
    expect(json(pet, { required: true })).toBe("fields age name");
    expect(json({ type: "object", additionalProperties: false }, { required: true })).toBe("fields ");
  });
});

describe("a body of another media type", () => {
  it.each<[string, JsonObject, readonly string[]]>([
    ["application/x-www-form-urlencoded", pet, ["fields age name", "application/x-www-form-urlencoded form"]],
    ["application/x-www-form-urlencoded", text, ["whole body", "application/x-www-form-urlencoded text"]],
    ["application/x-www-form-urlencoded", {}, ["whole body", "application/x-www-form-urlencoded form"]],
    ["multipart/form-data", pet, ["fields age name", "multipart/form-data multipart"]],
    ["multipart/form-data", text, ["whole body", "multipart/form-data multipart"]],
    ["multipart/mixed", { type: "array", items: text }, ["whole body", "multipart/mixed multipart"]],
    ["multipart/*", pet, ["fields age name", "multipart/form-data multipart"]],
    ["text/plain", text, ["whole body", "text/plain text"]],
    ["text/plain", pet, ["whole body", "text/plain text"]],
    ["text/*", text, ["whole body", "text/plain text"]],
    ["application/xml", text, ["whole body", "application/xml text"]],
    ["application/*+xml", text, ["whole body", "application/xml text"]],
    ["application/x-ndjson", { type: "integer" }, ["whole body", "application/x-ndjson text"]],
    ["image/png", text, ["whole body", "image/png binary"]],
    ["image/*", {}, ["whole body", "image/* binary"]],
    ["AUDIO/*; q=1", {}, ["whole body", "audio/* binary"]],
    ["video/*", {}, ["whole body", "video/* binary"]],
    ["font/*", {}, ["whole body", "font/* binary"]],
    ["x/*", {}, ["whole body", "application/octet-stream binary"]],
    ["*/*", pet, ["fields age name", "application/json json"]],
    ["application/*", pet, ["fields age name", "application/json json"]],
    ["application/vnd.x+json; v=1", pet, ["fields age name", "application/vnd.x+json; v=1 json"]],
  ])("%s of %j: %j", (mediaType, schema, want) => expect(asked({ [mediaType]: { schema } })).toEqual(want));
});

describe("of several media types", () => {
  const choice = (types: Readonly<Record<string, JsonObject>>, method = "post"): readonly string[] =>
    asked(Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }])), { method }).slice(1);
  it.each<[Readonly<Record<string, JsonObject>>, string, readonly string[]]>([
    [{ "application/xml": pet, "application/json": pet }, "post", ["application/json json"]],
    [
      { "multipart/form-data": pet, "application/json": pet },
      "post",
      ["application/json json", "multipart/form-data multipart"],
    ],
    // More of the same is no choice, and neither is what takes other arguments.
    [{ "text/json": pet, "application/json": pet, "application/x+json": pet }, "post", ["application/json json"]],
    [{ "text/plain": text, "application/json": pet }, "post", ["application/json json"]],
    [{ "text/plain": text, "text/csv": text }, "post", ["text/plain text", "text/csv text"]],
    [{ "image/png": {}, "image/jpeg": {} }, "post", ["image/jpeg binary", "image/png binary"]],
    // A patch is meant in one way or another.
    [
      { "application/json": pet, "application/merge-patch+json": pet },
      "patch",
      ["application/json json", "application/merge-patch+json json"],
    ],
    [{ "application/json": pet, "application/merge-patch+json": pet }, "post", ["application/json json"]],
    [
      { "application/merge-patch+json": pet, "application/json-patch+json": pet },
      "patch",
      ["application/merge-patch+json json"],
    ],
    [
      {
        "application/merge-patch+json": { type: "array", items: pet },
        "application/json-patch+json": { type: "array", items: pet },
      },
      "patch",
      ["application/merge-patch+json json", "application/json-patch+json json"],
    ],
    [
      { "application/strategic-merge-patch+json": pet, "application/merge-patch+json": pet },
      "patch",
      ["application/merge-patch+json json", "application/strategic-merge-patch+json json"],
    ],
  ])("%j by %s: %j", (types, method, want) => expect(choice(types, method)).toEqual(want));

  it("the caller chooses by an argument, and what cannot be chosen is told", () => {
    const content = {
      "application/json": { schema: pet },
      "multipart/form-data": { schema: pet },
      "text/plain": { schema: text },
    };
    const tool = toolOf({ requestBody: { content } }, { method: "post" });
    expect(tool.listing.inputSchema.properties["content_type"]).toEqual({
      type: "string",
      enum: ["application/json", "multipart/form-data"],
      default: "application/json",
      description: "Media type to send the body as.",
    });
    expect(tool.call.request.body?.mediaTypeArgument).toBe("content_type");
    expect(tool.reasons.filter(({ about }) => about === "body").map((one) => one.text)).toEqual([
      "the fields of the application/json body stand beside the parameters, chosen from 3 media types",
    ]);
    expect(tool.losses.map((loss) => loss.text)).toContain(
      "a body of text/plain cannot be chosen, since it takes other arguments",
    );
  });

  it.each<[string, JsonObject, string]>([
    [
      "application/json",
      { type: "array" },
      "the application/json body is one argument, since its schema is no plain object",
    ],
    ["text/plain", text, "text/plain is sent as text"],
    ["image/png", {}, "image/png is sent as bytes"],
  ])("of %s it is said why it is asked for so", (type, schema, want) => {
    const { reasons } = toolOf({ requestBody: { content: { [type]: { schema } } } }, { method: "post" });
    expect(reasons.filter(({ about }) => about === "body").map((one) => one.text)).toEqual([want]);
  });
});

describe("parts of a form", () => {
  const contentOf = (mediaType: string, properties: JsonObject, encoding: JsonObject = {}): unknown =>
    toolOf(
      { requestBody: { content: { [mediaType]: { schema: { type: "object", properties }, encoding } } } },
      { method: "post" },
    ).call.request.body?.contents[0]?.fields;
  const file = { type: "string", format: "binary" };
  it.each<[string, JsonObject, JsonObject, unknown]>([
    ["multipart/form-data", { a: text }, {}, undefined],
    ["multipart/form-data", { a: file }, {}, { a: { file: true } }],
    ["multipart/form-data", { a: { type: "array", items: file } }, {}, { a: { file: true } }],
    ["multipart/form-data", { a: { type: "string", contentMediaType: "image/png" } }, {}, { a: { file: true } }],
    ["multipart/form-data", { a: { type: "string", contentMediaType: "text/csv" } }, {}, undefined],
    [
      "multipart/form-data",
      { a: { type: "string", contentMediaType: "image/png", contentEncoding: "base64" } },
      {},
      undefined,
    ],
    ["application/x-www-form-urlencoded", { a: file }, {}, undefined],
    [
      "multipart/form-data",
      { a: pet },
      { a: { contentType: "application/xml" } },
      { a: { contentType: "application/xml" } },
    ],
    [
      "application/x-www-form-urlencoded",
      { a: pet },
      { a: { style: "deepObject", explode: true, allowReserved: true } },
      { a: { style: "deepObject", explode: true, allowReserved: true, order: ["age", "name"] } },
    ],
    [
      "multipart/form-data",
      { a: file },
      { a: { contentType: "image/png" } },
      { a: { contentType: "image/png", file: true } },
    ],
    ["multipart/form-data", { a: text }, { b: { contentType: "image/png" } }, undefined],
  ])("%s of %j with %j", (mediaType, properties, encoding, want) =>
    expect(contentOf(mediaType, properties, encoding)).toEqual(want),
  );
});
