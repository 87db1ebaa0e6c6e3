/** Bodies, groups, resources and payloads, rule by rule: what a media type is sent as, what is required, where a tool stands. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { Schemas, standalone } from "../../../src/base/schema/node.ts";
import { withPrompts, withWanted } from "../../../src/mcp/capabilities.ts";
import { coreOf } from "../../../src/mcp/listed/core.ts";
import { leavingSomething, offeredSchema, type ArgumentPlace } from "../../../src/mcp/listed/offered.ts";
import { sendableSchema, withoutNull } from "../../../src/mcp/listed/sendable.ts";
import type { ServerApi, Tool, ToolListing } from "../../../src/mcp/model.ts";
import { usageOfTools } from "../../../src/mcp/plan/usage.ts";
import { listingOf } from "../../../src/mcp/workflow/listing.ts";
import { formPayload, jsonPayload } from "../../../src/mcp/workflow/payload.ts";
import { serverOf, toolOf } from "../document.ts";

const text = { type: "string" };
const nothing = { type: "null" };
const responses = { 200: { description: "done" } };
const bodyOf = (mediaType: string, schema?: JsonObject, more: JsonObject = {}) => {
  const content = { [mediaType]: { ...(schema === undefined ? {} : { schema }), ...more } };
  const { listing, call } = toolOf({ requestBody: { required: true, content } }, { method: "post" });
  return { properties: listing.inputSchema.properties, body: call.request.body };
};

describe("a body of a range of media types", () => {
  const object = { type: "object", properties: { a: text } };
  it.each<[string, JsonObject, string, string]>([
    ["application/json", object, "application/json", "json"],
    ["*/*", object, "application/json", "json"],
    ["application/*", object, "application/json", "json"],
    ["application/*+json", object, "application/json", "json"],
    ["application/*+xml", text, "application/xml", "text"],
    ["text/*", text, "text/plain", "text"],
    ["multipart/*", object, "multipart/form-data", "multipart"],
    ["image/*", text, "image/*", "binary"],
    ["Audio/*", text, "audio/*", "binary"],
    ["video/*;q=1", text, "video/*", "binary"],
    ["font/*", text, "font/*", "binary"],
    ["model/*", text, "application/octet-stream", "binary"],
  ])("%s of %j is sent as %s, %s", (range, schema, mediaType, encoding) =>
    expect(bodyOf(range, schema).body?.contents).toMatchObject([{ mediaType, encoding }]),
  );
});

describe("a body's fields stand beside the parameters", () => {
  const properties = { a: text, b: text };
  it.each<[string, JsonObject, readonly string[]]>([
    ["of a plain object", { type: "object", properties }, ["a", "b"]],
    ["required ones first", { type: "object", properties, required: ["b"] }, ["b", "a"]],
    ["of a closed one", { type: "object", properties, additionalProperties: false }, ["a", "b"]],
    ["with a note", { type: "object", properties, title: "T", description: "D", deprecated: true }, ["a", "b"]],
    ["but for those that no value fits", { type: "object", properties: { ...properties, c: false } }, ["a", "b"]],
    ["as many as required at least", { type: "object", properties, required: ["a"], minProperties: 1 }, ["a", "b"]],
    ["not more than required", { type: "object", properties, minProperties: 1 }, ["body"]],
    ["not of an open one", { type: "object", properties, additionalProperties: text }, ["body"]],
    ["not of several types", { type: ["object", "null"], properties }, ["body"]],
    ["not of what needs unknown ones", { type: "object", properties, required: ["c"] }, ["body"]],
    ["not of none", { type: "object" }, ["body"]],
    ["not with other rules", { type: "object", properties, maxProperties: 1 }, ["body"]],
    ["not of a list", { type: "array", items: text }, ["body"]],
  ])("%s", (_, schema, want) => expect(Object.keys(bodyOf("application/json", schema).properties)).toEqual(want));

  it.each<[string, JsonObject, string]>([
    ["text/plain", { ...text, description: "D" }, "D"],
    ["text/plain", { type: "array" }, "The body as text/plain."],
    ["text/plain", { type: ["string", "integer"] }, "The body as text/plain."],
    ["application/x-ndjson", text, "The body as application/x-ndjson."],
    ["application/yaml", { type: "object", description: "All of it." }, "All of it."],
  ])("%s of %j is a text: %s", (mediaType, schema, description) =>
    expect(bodyOf(mediaType, schema).properties["body"]).toMatchObject({ type: "string", description }),
  );

  const note = "The document names no fields: name them here.";
  it.each<[string, JsonObject | undefined, unknown]>([
    ["application/x-www-form-urlencoded", { type: "array", items: text }, { type: "object", description: note }],
    ["application/x-www-form-urlencoded", text, text],
    [
      "application/x-www-form-urlencoded",
      { type: "array", items: text, description: "Words" },
      { type: "object", description: `Words. ${note}` },
    ],
    ["multipart/form-data", { type: "array", items: text }, { type: "object", description: note }],
    ["multipart/mixed", { type: "array", items: text }, { type: "array", items: text }],
    ["application/x-www-form-urlencoded", undefined, { type: "object" }],
  ])("%s of %j names its fields", (mediaType, schema, want) =>
    expect(bodyOf(mediaType, schema).properties["body"]).toMatchObject(want as object),
  );
});

describe("the order of a form's fields", () => {
  const order = (schema: JsonObject, mediaType = "application/x-www-form-urlencoded") =>
    bodyOf(mediaType, schema).body?.contents[0];
  it("is said where it is not that of the arguments", () => {
    const properties = { a: text, b: text, c: text };
    expect(order({ type: "object", properties, required: ["c"] })).toMatchObject({ order: ["a", "b", "c"] });
    expect(order({ type: "object", properties, required: ["a"] })).not.toHaveProperty("order");
    expect(order({ type: "object", properties: { a: text } })).not.toHaveProperty("order");
  });
});

describe("without null", () => {
  it.each<[JsonObject, JsonObject]>([
    [{ type: ["string", "null"] }, text],
    [
      { type: ["string", "null"], enum: ["a", null] },
      { ...text, enum: ["a"] },
    ],
    [{ type: ["string", "integer", "null"] }, { type: ["string", "integer"] }],
    [{ oneOf: [text, nothing] }, { oneOf: [text] }],
    [{ anyOf: [nothing, text, nothing] }, { anyOf: [text] }],
    [{ anyOf: [nothing] }, { anyOf: [nothing] }],
    [{ anyOf: [text] }, { anyOf: [text] }],
    [nothing, nothing],
    [text, text],
    [{}, {}],
  ])("%j is %j", (schema, want) => expect(withoutNull(standalone.of(schema)).json).toEqual(want));
});

describe("what a place can carry", () => {
  const [latin, octets] = [/u00a1|¡/u, /^\^\(\[!#/];
  const sent = (place: string, schema: JsonObject, more: object = {}): JsonObject =>
    sendableSchema({
      in: place,
      style: "simple",
      required: true,
      allowEmptyValue: false,
      schema: standalone.of(schema),
      ...more,
    } as never).keywords;
  const list = { type: "array", items: text };
  const map = { type: "object" };

  it.each<[string, JsonObject, object, JsonObject]>([
    ["path", text, {}, { ...text, minLength: 1 }],
    ["path", { ...text, minLength: 0 }, {}, { ...text, minLength: 1 }],
    ["path", { ...text, minLength: 2 }, {}, { ...text, minLength: 2 }],
    ["path", { ...text, enum: ["a"] }, {}, { ...text, enum: ["a"] }],
    ["path", { ...text, enum: ["", "a"] }, {}, { ...text, enum: ["a"] }],
    ["path", { ...text, enum: [""] }, {}, { ...text, minLength: 1 }],
    ["path", { ...text, enum: ["", "a"] }, { style: "matrix" }, { ...text, enum: ["", "a"] }],
    ["path", text, { style: "matrix" }, text],
    ["path", { ...text, pattern: "^a+$" }, {}, { ...text, pattern: "^a+$" }],
    ["path", { ...text, pattern: "^a*$" }, {}, { ...text, pattern: "^a*$", minLength: 1 }],
    ["path", list, {}, { ...list, minItems: 1 }],
    ["path", map, {}, { ...map, minProperties: 1 }],
    ["path", { ...list, minItems: 2 }, {}, { ...list, minItems: 2 }],
    ["path", { type: "integer" }, {}, { type: "integer" }],
    ["query", text, {}, text],
    ["query", list, {}, { ...list, minItems: 1 }],
    ["query", map, {}, { ...map, minProperties: 1 }],
    ["query", list, { required: false }, list],
    ["query", list, { allowEmptyValue: true }, list],
    ["querystring", list, {}, list],
    ["header", list, {}, { ...list, minItems: 1 }],
    ["header", { ...text, pattern: "a" }, {}, { ...text, pattern: "a" }],
    ["header", { ...text, enum: ["a"] }, {}, { ...text, enum: ["a"] }],
    ["header", { type: "integer" }, {}, { type: "integer" }],
    ["cookie", text, { style: "form" }, text],
    ["cookie", map, { style: "form" }, { ...map, minProperties: 1 }],
    ["cookie", { ...text, const: "a" }, { style: "cookie" }, { ...text, const: "a" }],
    ["query", { type: ["string", "null"] }, {}, text],
    ["query", { type: ["string", "null"] }, { required: false }, { type: ["string", "null"] }],
    ["path", text, { mediaType: "application/json" }, text],
  ])("in %s of %j with %j is %j", (place, schema, more, want) => expect(sent(place, schema, more)).toMatchObject(want));

  it("is said of texts by a pattern", () => {
    expect(sent("header", text)["pattern"]).toMatch(latin);
    expect(sent("cookie", text, { style: "cookie" })["pattern"]).toMatch(octets);
    expect(sent("cookie", text, { style: "form" })).not.toHaveProperty("pattern");
    expect(sent("path", { ...text, minLength: 2 })).not.toHaveProperty("pattern");
  });
});

describe("what is offered", () => {
  const offer = (schema: JsonObject, place: ArgumentPlace = "query"): unknown =>
    offeredSchema({ schema: standalone.of(schema), required: true, place }).json;
  it.each<[JsonObject, JsonObject]>([
    [{ anyOf: [{}, text] }, { anyOf: [{}, text] }],
    [{ anyOf: [{ type: "boolean" }, nothing, text] }, text],
    [{ anyOf: [{ type: "number" }, { ...text, description: "D" }] }, { ...text, description: "D" }],
    [
      { anyOf: [{ type: "number" }, { ...text, pattern: "a" }] },
      { anyOf: [{ type: "number" }, { ...text, pattern: "a" }] },
    ],
    [
      { type: "string", anyOf: [{ type: "number" }, text] },
      { type: "string", anyOf: [{ type: "number" }, text] },
    ],
    [{ minLength: 2 }, { minLength: 2 }],
  ])("of %j is %j", (schema, want) => {
    expect(offer(schema)).toEqual(want);
    for (const place of ["body", "form", "raw"] as const) expect(offer(schema, place)).toEqual(schema);
  });

  const leaving = (place: ArgumentPlace, schema: JsonObject, required = true): unknown =>
    leavingSomething(standalone.of(schema), { required, place }).json;
  const list = { type: "array", items: text };
  const full = { ...text, minLength: 1 };
  it.each<[ArgumentPlace, JsonObject, JsonObject, JsonObject]>([
    ["header", text, full, text],
    ["header", list, { ...list, items: full }, { ...list, items: full }],
    ["query", text, full, text],
    ["cookie", text, full, text],
    ["raw", text, full, text],
    ["path", list, { ...list, items: full }, { ...list, items: full }],
    ["querystring", text, text, text],
    ["body", text, text, text],
    ["query", { ...text, format: "date" }, { ...text, format: "date" }, { ...text, format: "date" }],
    ["query", { ...text, minLength: 0 }, { ...text, minLength: 0 }, { ...text, minLength: 0 }],
    [
      "query",
      { anyOf: [text, { type: "integer" }] },
      { anyOf: [full, { type: "integer" }] },
      { anyOf: [text, { type: "integer" }] },
    ],
    ["form", list, { ...list, minItems: 1 }, list],
    ["form", { ...list, minItems: 0 }, { ...list, minItems: 0 }, { ...list, minItems: 0 }],
    [
      "form",
      { type: "object", properties: { a: text } },
      { type: "object", properties: { a: text }, minProperties: 1 },
      { type: "object", properties: { a: text } },
    ],
    ["form", { anyOf: [list, text] }, { anyOf: [{ ...list, minItems: 1 }, text] }, { anyOf: [list, text] }],
  ])("in %s of %j is %j where it is required, else %j", (place, schema, required, optional) => {
    expect(leaving(place, schema)).toEqual(required);
    expect(leaving(place, schema, false)).toEqual(optional);
  });
});

describe("the core of a schema that is not written out", () => {
  const core = (schema: JsonObject): JsonObject => coreOf(new Schemas(new Map()).of(schema), (node) => node.keywords);
  const deep = (levels: number): JsonObject =>
    levels === 0 ? text : { type: "object", required: ["a"], properties: { a: deep(levels - 1), b: text } };
  it.each<[string, JsonObject, JsonObject]>([
    [
      "a list",
      { type: "array", minItems: 1, maxItems: 3, items: { ...text, description: "D" } },
      { minItems: 1, maxItems: 3, items: text },
    ],
    ["a list that may be empty", { type: "array", minItems: 0, items: text }, { items: text }],
    [
      "an object",
      { type: "object", minProperties: 1, maxProperties: 2, properties: { a: text } },
      { minProperties: 1, maxProperties: 2 },
    ],
    [
      "what is required",
      { type: "object", required: ["a"], properties: { a: { ...text, title: "T" }, b: text } },
      { properties: { a: text }, required: ["a"] },
    ],
    [
      "what is required and not described",
      { type: "object", required: ["a"] },
      { properties: { a: {} }, required: ["a"] },
    ],
    ["a text", text, {}],
    ["alternatives", { anyOf: [text, { type: "integer" }] }, { anyOf: [text, { type: "integer" }] }],
    ["one that is simple", { anyOf: [text, { type: "object", properties: { a: text } }] }, text],
    ["none that is simple", { anyOf: [{ type: "object", properties: { a: text } }] }, {}],
    ["the same twice", { anyOf: [text, text] }, { anyOf: [text] }],
  ])("is of %s: %j", (_, schema, want) => expect(core(schema)).toEqual(want));

  it("goes three levels deep", () => {
    const within = (inner: JsonObject): JsonObject => ({ type: "object", properties: { a: inner }, required: ["a"] });
    const { type: _, ...outer } = within(within(within({ type: "object" })));
    expect(core(deep(5))).toEqual(outer);
  });
});

describe("the group of a tool", () => {
  const groups = (paths: Record<string, readonly string[] | undefined>, tags: readonly JsonObject[] = []) =>
    serverOf({
      tags: [...tags],
      paths: Object.fromEntries(
        Object.entries(paths).map(([path, own], index) => [
          path,
          { post: { operationId: `op${index}`, responses, ...(own === undefined ? {} : { tags: [...own] }) } },
        ]),
      ),
    }).model.apis[0]?.data.groups;

  it.each<[string, string | undefined]>([
    ["/pets/all", "pets"],
    ["/v1/pets", "pets"],
    ["/v1.2/pets", "pets"],
    ["/api/rest/apis/pets", "pets"],
    ["/API/pets", "pets"],
    ["/{id}/pets", "pets"],
    ["/pets:count", "pets"],
    ["/chat.post", "chat"],
    ["/1/Pets", "Pets"],
    ["/pets{id}", "pets"],
    ["/v1", undefined],
    ["/vets", "vets"],
    ["/restful", "restful"],
  ])("without a tag is by its path: %s, %s", (path, tag) =>
    expect(groups({ [path]: undefined })).toEqual([
      tag === undefined ? { file: "untagged" } : { file: tag.toLowerCase(), tag },
    ]),
  );

  it("is by its first tag, in the order of the document, then by name", () => {
    const described: readonly JsonObject[] = [
      { name: "zoo", description: "All of the zoo. And more." },
      { name: "unused" },
      { name: "bar", summary: "Drinks" },
    ];
    expect(
      groups({ "/a": ["cat", "zoo"], "/b": ["zoo"], "/c": ["ant"], "/d": ["bar"], "/e": undefined }, described),
    ).toEqual([
      { file: "zoo", tag: "zoo", description: "All of the zoo." },
      { file: "bar", tag: "bar", description: "Drinks" },
      { file: "untagged" },
      { file: "ant", tag: "ant" },
      { file: "cat", tag: "cat" },
    ]);
  });
});

describe("what a server offers besides tools", () => {
  const api = (name: string, ...prompts: readonly string[]): ServerApi =>
    ({
      name,
      resources: [{ uri: "a:b" }],
      prompts: prompts.map((prompt) => ({ name: prompt })),
    }) as unknown as ServerApi;
  const names = (apis: readonly ServerApi[]): unknown => apis.map(({ prompts }) => prompts.map(({ name }) => name));

  it("is what its owner wants", () => {
    const of = (options: Parameters<typeof withWanted>[1]): readonly number[] => {
      const { resources, prompts } = withWanted(api("x", "a"), options);
      return [resources.length, prompts.length];
    };
    expect([
      of({}),
      of({ withoutResources: true }),
      of({ withoutPrompts: true }),
      of({ withoutResources: false, withoutPrompts: false }),
    ]).toEqual([
      [1, 1],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
  });

  it("has the owner's prompts with the first API, in place of those that are called so", () => {
    const apis = [api("x", "a", "b"), api("y", "b", "c")];
    expect(withPrompts(apis, [])).toBe(apis);
    expect(names(withPrompts(apis, [{ name: "b" }, { name: "d" }] as never))).toEqual([["a", "b", "d"], ["c"]]);
  });

  it("counts calls by the names of now", () => {
    expect(usageOfTools(undefined, [])).toBeUndefined();
    const calls = usageOfTools(
      new Map([
        ["old", 2],
        ["now", 3],
        ["other", 1],
      ]),
      [{ name: "old", tool: "now" }],
    );
    expect([...(calls ?? [])]).toEqual([
      ["now", 5],
      ["other", 1],
    ]);
  });
});

describe("payloads of workflows", () => {
  it.each<[string, unknown]>([
    ["$inputs.a", "$inputs.a"],
    ['{"a": {$inputs.a}, "b": [{$inputs.b}]}', { a: "$inputs.a", b: ["$inputs.b"] }],
    ['{"a": "{$inputs.a}"}', { a: "{$inputs.a}" }],
    ['{"a": "x\\"{$inputs.a}"}', { a: 'x"{$inputs.a}' }],
    ['{"a": "\\\\", "b": {$inputs.b}}', { a: "\\", b: "$inputs.b" }],
    ["{$inputs.a}", "$inputs.a"],
    ['{"a": {$inputs.a', undefined],
    ["", undefined],
    ["7", 7],
  ])("of JSON: %j is %j", (payload, want) => expect(jsonPayload(payload)).toEqual(want));

  it.each<[string, unknown]>([
    ["$inputs.a", "$inputs.a"],
    ["a={$inputs.a}&b=x", { a: "{$inputs.a}", b: "x" }],
    ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
    ["a=", { a: "" }],
    ["", {}],
  ])("of a form: %j is %j", (payload, want) => expect(formPayload(payload)).toEqual(want));
});

describe("the tool of a workflow", () => {
  const tool = (name: string, ...hints: readonly boolean[]): Tool =>
    ({
      listing: {
        name,
        annotations: {
          readOnlyHint: hints[0],
          destructiveHint: hints[1],
          idempotentHint: hints[2],
          openWorldHint: false,
        },
      },
    }) as unknown as Tool;
  const listing = (wish: object, ...tools: readonly Tool[]): ToolListing =>
    listingOf("do_it", { id: "doIt", inputs: {}, ...wish } as never, tools);

  it("says what it is and calls", () => {
    expect(
      listing({}, tool("a", true, false, true), tool("b", true, false, true), tool("a", true, false, true)),
    ).toEqual({
      name: "do_it",
      title: "doIt",
      description: "doIt\n\nCalls in turn: a, b.",
      inputSchema: { properties: {}, type: "object", additionalProperties: false },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    });
    expect(
      listing(
        {
          summary: "Does it",
          description: "All of it.",
          inputs: { type: "x", properties: { a: text }, required: ["a"] },
        },
        tool("a"),
      ),
    ).toMatchObject({
      title: "Does it",
      description: "All of it.\n\nCalls in turn: a.",
      inputSchema: { type: "object", properties: { a: text }, required: ["a"], additionalProperties: false },
    });
  });

  it("has the hints of the worst that it calls", () => {
    const hints = (...tools: readonly Tool[]): unknown => {
      const { readOnlyHint, destructiveHint, idempotentHint } = listing({}, ...tools).annotations;
      return [readOnlyHint, destructiveHint, idempotentHint];
    };
    expect(hints(tool("a", true, false, true), tool("b", false, true, false))).toEqual([false, true, false]);
    expect(hints(tool("a", true, true, false), tool("b", true, true, false))).toEqual([true, true, false]);
  });
});
