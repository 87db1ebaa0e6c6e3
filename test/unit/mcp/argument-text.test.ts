/** What is said of an argument: the document's words, what the API calls it, an example; and what renaming it changes. */
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { buildServer } from "../../../src/mcp/build.ts";
import type { ArgumentCuration } from "../../../src/mcp/curation/curation.ts";
import type { Tool } from "../../../src/mcp/model.ts";
import { apiOf, at, toolOf } from "../document.ts";

const text = { type: "string" };
const told = (parameter: JsonObject): Json | undefined => {
  const name = typeof parameter["name"] === "string" ? parameter["name"] : "a";
  const tool = toolOf({ parameters: [{ name, in: "query", schema: text, ...parameter }] });
  return at(Object.values(tool.listing.inputSchema.properties)[0], "description");
};

describe("the words of an argument", () => {
  it.each<[JsonObject, string | undefined]>([
    [{}, undefined],
    [{ description: "Of **it**" }, "Of it"],
    [{ schema: { ...text, description: "Own words" } }, "Own words"],
    // Of the parameter first, then of its schema, unless that says nothing new.
    [{ description: "Of it", schema: { ...text, description: "Own words" } }, "Of it. Own words"],
    [{ description: "Its own words", schema: { ...text, description: "Own words" } }, "Its own words"],
    [{ deprecated: true }, "Deprecated."],
    [{ description: "Of it", deprecated: true }, "Of it. Deprecated."],
    [{ example: "blue" }, "Example: blue."],
    [{ example: 5, schema: { type: "integer" } }, "Example: 5."],
    [{ example: true }, undefined],
    [{ example: "" }, undefined],
    [{ example: "x".repeat(40) }, `Example: ${"x".repeat(40)}.`],
    [{ example: "x".repeat(41) }, undefined],
    [{ description: "Such as blue", example: "blue" }, "Such as blue"],
    [{ description: "Of it", example: "blue" }, "Of it. Example: blue."],
    [{ example: "blue", schema: { ...text, enum: ["blue", "red"] } }, undefined],
    [{ name: "a[b]" }, 'Called "a[b]" in the API.'],
    [{ name: "a[b]", description: "Of it", example: "x" }, 'Of it. Called "a[b]" in the API. Example: x.'],
    [{ schema: { ...text, format: "iso-week" } }, "Format: iso-week."],
    [{ schema: { ...text, contentEncoding: "base64" } }, "Encoded as base64."],
  ])("%j are %j", (parameter, want) => expect(told(parameter)).toBe(want));

  it("are longer where it has to be given", () => {
    const description = "Word by word. ".repeat(60).trim();
    const length = (required: boolean): number => String(told({ description, required })).length;
    expect(length(false)).toBeGreaterThan(280);
    expect(length(false)).toBeLessThanOrEqual(300);
    expect(length(true)).toBeGreaterThan(480);
    expect(length(true)).toBeLessThanOrEqual(500);
  });

  it("stand where the values of another are named instead of listed again, from 400 characters on", () => {
    const values = (characters: number): Json[] => ["x".repeat(characters - 4)];
    const both = (characters: number): readonly unknown[] => {
      const schema = { ...text, enum: values(characters) };
      const parameters = ["a", "b"].map((name) => ({ name, in: "query", schema }));
      return Object.values(toolOf({ parameters }).listing.inputSchema.properties);
    };
    const listed = (characters: number) => ({ ...text, enum: values(characters) });
    expect(both(399)).toEqual([listed(399), listed(399)]);
    expect(both(400)).toEqual([listed(400), { ...text, description: 'Takes the values that "a" lists.' }]);
  });
});

describe("an argument with another name, or other words, by its owner", () => {
  const pet = { type: "object", properties: { age: { type: "integer" }, name: text } };
  function curated(requestBody: JsonObject, entries: Record<string, Omit<ArgumentCuration, "place">>): Tool {
    const place = { file: "mine.yaml", pointer: "", line: 3 };
    const paths = {
      "/pets": {
        post: {
          operationId: "createPet",
          parameters: [{ name: "limit", in: "query", schema: { type: "integer" } }],
          requestBody,
          responses: {},
        },
      },
    };
    const list = new Map(Object.entries(entries).map(([name, entry]) => [name, { ...entry, place }]));
    const tools = [{ operation: "createPet", place, arguments: list }];
    const model = buildServer([{ api: apiOf({ paths }).api, report: () => undefined }], {
      curation: { tools, prompts: [], aliases: { days: 90 } },
    });
    const tool = model.apis[0]?.groups[0]?.tools[0];
    if (tool === undefined) throw new Error("There is no tool");
    return tool;
  }
  const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });

  it("is sent as before, wherever it stands", () => {
    const fields = curated(json(pet), { limit: { name: "most" }, age: { name: "years" } });
    expect(fields.call.request.parameters[0]).toMatchObject({ argument: "most", name: "limit" });
    expect(fields.call.request.body?.fields).toEqual([
      { argument: "years", name: "age" },
      { argument: "name", name: "name" },
    ]);
    expect(fields.call.request.body).not.toHaveProperty("argument");
    expect(fields.call.request.body).not.toHaveProperty("mediaTypeArgument");
    const whole = curated(json({ type: "array", items: text }), { body: { name: "list" } });
    expect(whole.call.request.body).toMatchObject({ argument: "list" });
    expect(whole.call.request.body).not.toHaveProperty("fields");
    expect(Object.keys(whole.listing.inputSchema.properties)).toEqual(["limit", "list"]);
    const content = { "application/json": { schema: pet }, "multipart/form-data": { schema: pet } };
    const chosen = curated({ content }, { content_type: { name: "as" } });
    expect(chosen.call.request.body).toMatchObject({ mediaTypeArgument: "as" });
    expect(Object.keys(chosen.listing.inputSchema.properties)).toEqual(["limit", "age", "name", "as"]);
  });

  it.each<[readonly Json[], string | undefined]>([
    [["a"], "Example: a."],
    [["a", 1, { b: 2 }], 'Examples: a; 1; {"b":2}.'],
    [["a", "b", "c", "d", "e", "f"], "Examples: a; b; c; d; e."],
    [["", "\u200b", "x".repeat(121), "x".repeat(120)], `Example: ${"x".repeat(120)}.`],
    [[], undefined],
  ])("has the owner's examples %j as %j", (examples, want) => {
    const tool = curated(json(pet), { name: { examples } });
    expect(at(tool.listing.inputSchema.properties["name"], "description")).toBe(want);
  });

  it("has the owner's description in place of the document's", () => {
    const described = json({ type: "object", properties: { name: { ...text, description: "Document's" } } });
    const tool = curated(described, { name: { description: "Mine.", examples: ["x"] } });
    expect(tool.listing.inputSchema.properties["name"]).toEqual({ ...text, description: "Mine. Example: x." });
    expect(tool.reasons.filter(({ about }) => about === "arguments").map((one) => one.text)).toEqual([
      '"name" is described by mine.yaml line 3',
    ]);
  });
});
