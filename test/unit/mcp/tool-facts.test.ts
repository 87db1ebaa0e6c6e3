/** What is told of a tool besides its listing: losses, reasons, names of types, arguments that pages and fields add. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/base/diagnostics.ts";
import type { Diagnostic } from "../../../src/base/diagnostics.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { Schemas, standalone } from "../../../src/base/schema/node.ts";
import { completeCuration, curationOf } from "../../../src/config/curation.ts";
import { buildServer } from "../../../src/mcp/build.ts";
import { fixNames } from "../../../src/mcp/curation/alias.ts";
import { noCheck } from "../../../src/mcp/curation/value-check.ts";
import { fileField } from "../../../src/mcp/input/part-encoding.ts";
import type { ServerModel, Tool } from "../../../src/mcp/model.ts";
import { PortableProfile } from "../../../src/mcp/listed/portable.ts";
import { noRules } from "../../../src/mcp/policy/wish.ts";
import { apiOf, serverOf, toolOf } from "../document.ts";

const text = { type: "string" };
const responses = { 200: { description: "done" } };
const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });
const listOf = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  200: {
    description: "",
    ...json({
      type: "object",
      properties: { data: { type: "array", items: { type: "object", properties } }, ...more },
    }),
  },
});
const reasonsOf = (tool: Tool | undefined, about: string): readonly string[] =>
  (tool?.reasons ?? []).filter((reason) => reason.about === about).map((reason) => reason.text);

function curated(operation: JsonObject, entry: JsonObject, method = "get") {
  const told: Diagnostic[] = [];
  const tools = { doIt: entry };
  const curation = completeCuration(curationOf({ tools }, (pointer) => ({ file: "mine.yaml", pointer, line: 3 })));
  const document = { paths: { "/pets": { [method]: { operationId: "doIt", responses, ...operation } } } };
  const model: ServerModel = buildServer(
    [{ ...apiOf(document), report: () => undefined }],
    { curation },
    { tell: (diagnostic) => void told.push(diagnostic), valueCheck: noCheck },
  );
  const [api] = model.apis;
  return { tool: api?.groups[0]?.tools[0], api, told: told.map(({ code, message }) => `${code}: ${message}`) };
}

describe("a tool that is listed with less than the document says", () => {
  const found = (operation: JsonObject): readonly Finding[] =>
    serverOf({
      servers: [{ url: "https://x.test" }],
      paths: { "/pets": { post: { operationId: "doIt", responses, ...operation } } },
    }).found;

  it("is told with the first loss, and how many more there are", () => {
    const of = (properties: JsonObject): readonly Finding[] =>
      found({ requestBody: json({ type: "object", properties }) });
    const one = of({ a: { type: "object", patternProperties: { "^x": text } } });
    const two = of({
      a: { type: "object", patternProperties: { "^x": text } },
      b: { type: "object", patternProperties: { "^y": text } },
      c: { type: "object", patternProperties: { "^z": text } },
    });
    const message = 'do_it is listed with a simpler schema: "patternProperties" is checked by the server only';
    const pointer = "/paths/~1pets/post";
    expect(one).toEqual([{ code: "narrowed-schema", pointer, message }]);
    expect(two).toEqual([{ code: "narrowed-schema", pointer, message: `${message} (and 2 more)` }]);
    expect(of({ a: text })).toEqual([]);
  });

  it("is told where its body is one text", () => {
    const xml = { "application/xml": { schema: { type: "string" } } };
    expect(found({ requestBody: { content: xml } })).toEqual([]);
    const yaml = { "application/yaml": { schema: { type: "object", properties: { a: text } } } };
    expect(found({ requestBody: { content: yaml } })).toEqual([
      {
        code: "unsupported-media-type",
        pointer: "/paths/~1pets/post/requestBody",
        message: "do_it takes its application/yaml body as one text, not by fields",
      },
    ]);
  });
});

describe("why a tool is as it is", () => {
  it("is said of tags and of its resource, where its owner says so", () => {
    expect(reasonsOf(curated({}, { tags: ["mine"] }).tool, "tags")).toEqual(["set by mine.yaml line 3"]);
    expect(reasonsOf(curated({}, { resource: false }).tool, "resource")).toEqual(["left out by mine.yaml line 3"]);
    expect(reasonsOf(curated({}, { resource: "my://pets" }).tool, "resource")).toEqual(["URI set by mine.yaml line 3"]);
    const { tool } = curated({}, { title: "T" });
    expect([reasonsOf(tool, "tags"), reasonsOf(tool, "resource")]).toEqual([[], []]);
  });

  it("is said of fields of the body that have another name", () => {
    const parameters = [{ name: "id", in: "query", schema: text }];
    const body = (name: string): JsonObject => ({
      parameters,
      requestBody: json({ type: "object", properties: { [name]: text } }),
    });
    const of = (name: string): readonly string[] =>
      reasonsOf(toolOf(body(name), { method: "post" }), "arguments").filter((reason) => reason.includes("body field"));
    expect([of("id"), of("name")]).toEqual([['"body_id" stands for the body field "id"'], []]);
  });
});

describe("types of tools", () => {
  it.each<[readonly string[], readonly string[]]>([
    [
      ["list_pets", "get_pet"],
      ["ListPets", "GetPet"],
    ],
    [
      ["list_pets", "listPets2"],
      ["ListPets", "ListPets2"],
    ],
    [["2fa_enable"], ["Call2faEnable"]],
  ])("of %j are called %j", (ids, want) => {
    const paths = Object.fromEntries(
      ids.map((operationId, index) => [`/p${index}`, { get: { operationId, responses } }]),
    );
    const tools = serverOf({ paths }).model.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
    expect(tools.map(({ typeName }) => typeName)).toEqual(want);
  });
});

describe("the argument that asks for all pages", () => {
  const paged = (names: readonly string[], more: JsonObject = {}, entry: JsonObject = {}) =>
    curated(
      {
        parameters: ["cursor", ...names].map((name) => ({ name, in: "query", schema: text })),
        responses: listOf({ id: text }, { next_cursor: text }),
        ...more,
      },
      { pagination: { all: true }, ...entry },
    );

  it.each<[readonly string[], string]>([
    [[], "all"],
    [["all"], "all_pages"],
    [["all", "all_pages"], "fetch_all_pages"],
    [["all", "all_pages", "fetch_all_pages"], "all_of_all_pages"],
    [["all_pages"], "all"],
  ])("beside %j is called %s", (names, want) => {
    const { tool, told } = paged(names);
    expect(told).toEqual([]);
    expect(tool?.call.pages?.all?.argument).toBe(want);
    expect(tool?.listing.inputSchema.properties[want]).toEqual({
      type: "boolean",
      description: "Fetch all pages: at most 20 pages or about 2000 items.",
    });
  });

  it("is not one that the owner fills", () => {
    const { tool } = paged(["all"], {}, { arguments: { all: { value: "x" } } });
    expect(tool?.call.pages?.all?.argument).toBe("all_pages");
  });

  it("is not there unless it is allowed", () => {
    const { tool } = paged([], {}, { pagination: { all: false } });
    expect(tool?.call.pages).not.toHaveProperty("all");
    expect(tool?.listing.inputSchema.properties).not.toHaveProperty("all");
  });

  it("says that nothing tells how a list goes on", () =>
    expect(curated({}, { pagination: { all: true } }).told).toEqual([
      'invalid-curation: Nothing tells how the list of doIt goes on: "pagination" does nothing there',
    ]));
});

describe("a next link of OData", () => {
  const withLink = (link: string, names: readonly string[] = []) =>
    toolOf({
      parameters: ["$top", ...names].map((name) => ({ name, in: "query", schema: { type: "integer" } })),
      responses: listOf({ id: text }, { [link]: text }),
    });
  const skips = (tool: Tool) => tool.call.request.parameters.filter(({ name }) => /skiptoken/i.test(name));

  it.each<[string, readonly string[], unknown]>([
    ["@odata.nextLink", [], [{ argument: "skiptoken", name: "$skiptoken", in: "query", style: "form", explode: true }]],
    ["nextLink", [], [{ argument: "skiptoken", name: "$skiptoken", in: "query", style: "form", explode: true }]],
    ["next_url", [], []],
  ])("%s beside %j is followed by %j", (link, names, want) => {
    const tool = withLink(link, names);
    expect(skips(tool)).toEqual(want);
    expect(tool.listing.inputSchema.properties).not.toHaveProperty("skiptoken");
    expect(Object.hasOwn((tool.call.input as { properties?: object } | undefined)?.properties ?? {}, "skiptoken")).toBe(
      (want as unknown[]).length > 0,
    );
  });

  it("is followed by the token that the document has", () => {
    const own = skips(withLink("@odata.nextLink", ["$skipToken"]));
    expect(own.map(({ name }) => name)).toEqual(["$skipToken"]);
  });
});

describe("fields that a call may choose", () => {
  const fields = (count: number): JsonObject =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, text]));
  const shape = (operation: JsonObject, method = "get") => toolOf(operation, { method }).call.shape;
  const query = (name: string) => ({ parameters: [{ name, in: "query", schema: text }] });

  it.each<[string, JsonObject, string, unknown]>([
    ["are of items with sixteen", { responses: listOf(fields(16)) }, "get", { items: "/data", argument: "fields" }],
    ["are of no shorter items", { responses: listOf(fields(15)) }, "get", undefined],
    ["are of what is read", { responses: listOf(fields(16)) }, "post", undefined],
    [
      "are of lists",
      { responses: { 200: { description: "", ...json({ type: "object", properties: fields(20) }) } } },
      "get",
      undefined,
    ],
    ...["field", "fields", "$select", "field_mask", "only", "attributes", "properties", "Fields"].map(
      (name) =>
        [`are the API's by ${name}`, { responses: listOf(fields(16)), ...query(name) }, "get", undefined] as [
          string,
          JsonObject,
          string,
          unknown,
        ],
    ),
    ...["fieldset_of", "my_fields", "selected"].map(
      (name) =>
        [
          `are not the API's by ${name}`,
          { responses: listOf(fields(16)), ...query(name) },
          "get",
          { items: "/data", argument: "fields" },
        ] as [string, JsonObject, string, unknown],
    ),
  ])("%s", (_, operation, method, want) => expect(shape(operation, method)).toEqual(want));

  it("are named in the reason", () =>
    expect(reasonsOf(toolOf({ responses: listOf(fields(17)) }), "result")).toEqual([
      '"fields" chooses among the 17 fields of each item; results that are cut name it',
    ]));

  it("are shown by the first eight of their default", () => {
    const names = (count: number): readonly string[] => Object.keys(fields(count));
    const described = (count: number) =>
      curated({ responses: listOf(fields(12)) }, { answer: { fields: [...names(count)] } }).tool?.listing.inputSchema
        .properties["fields"];
    expect([described(8), described(9)]).toMatchObject([
      { description: `Fields of each item to answer with, such as owner.name; default ${names(8).join(", ")}.` },
      { description: `Fields of each item to answer with, such as owner.name; default ${names(8).join(", ")}, ….` },
    ]);
  });

  it("are not chosen by calls where an expression makes the answer, or the API lets choose", () => {
    const responsesOf = { responses: listOf({ id: text }) };
    expect(curated(responsesOf, { answer: { jmespath: "data" } }).tool?.call.shape).toEqual({ jmespath: "data" });
    expect(curated(responsesOf, { answer: { jmespath: "data" } }).tool?.result).toBeUndefined();
    expect(curated({ ...responsesOf, ...query("select") }, { answer: { fields: ["id"] } }).tool?.call.shape).toEqual({
      items: "/data",
      fields: ["id"],
    });
    expect(reasonsOf(curated(responsesOf, { answer: { keep: ["data"] } }).tool, "result")).toEqual([
      "shown in part, as mine.yaml line 3 says",
    ]);
  });
});

describe("a field that is files", () => {
  it.each<[JsonObject, JsonObject]>([
    [
      {
        type: "array",
        description: "All.",
        minItems: 1,
        maxItems: 3,
        uniqueItems: true,
        title: "T",
        items: { type: "string", format: "binary" },
      },
      { type: "array", description: "All.", minItems: 1, maxItems: 3 },
    ],
    [{ type: "array", items: { type: "string", format: "binary" } }, { type: "array" }],
  ])("%j keeps %j", (schema, kept) => {
    const { items, ...rest } = fileField(standalone.of(schema)).keywords;
    expect(rest).toEqual(kept);
    expect(items).toBeDefined();
  });

  it("or one of them keeps its description", () => {
    expect(
      fileField(standalone.of({ type: "string", format: "binary", description: "It.", maxLength: 3 })).keywords,
    ).toMatchObject({ description: "It." });
    expect(fileField(standalone.of({ type: "string", description: "It.", maxLength: 3 })).keywords).not.toHaveProperty(
      "maxLength",
    );
  });
});

describe("names that are not given again", () => {
  it("are those that are fixed, those of before and those that can still be called", () => {
    const operation = { path: "/a" } as never;
    const other = { path: "/b" } as never;
    const tool = (name: string) => ({ name, api: "a", pointer: "", input: "" });
    const was = tool("was");
    const former = { tools: [was, tool("gone")], aliases: [{ name: "old", tool: "was", until: undefined }] } as never;
    const anchors = { tools: new Map([[other, was]]), guessed: new Set() } as never;
    const chosen = new Map([[operation, { name: "mine", reason: "mine.yaml" }]]) as never;
    const given = (renewed: boolean): readonly string[] => {
      const { names } = fixNames(anchors, former, chosen, renewed);
      return ["mine", "was", "gone", "old", "free"].map((name) => names.allocate(name));
    };
    expect(given(false)).toEqual(["mine_2", "was_2", "gone_2", "old_2", "free"]);
    expect(given(true)).toEqual(["mine_2", "was", "gone_2", "old_2", "free"]);
  });
});

describe("an object beside alternatives", () => {
  const narrow = (schema: JsonObject): unknown => new PortableProfile().write(new Schemas(new Map()).of(schema)).schema;
  const inner = { type: "object", properties: { x: text } };
  const base = { type: "object", required: ["a"], properties: { a: text, b: text, c: text, d: inner } };
  const anyOf = [{ required: ["b"] }, { required: ["c"] }];

  it.each<[string, JsonObject]>([
    ["open", {}],
    ["closed", { additionalProperties: false }],
  ])("shares its properties where it is %s", (_, more) => {
    const each = (name: string) => ({ type: "object", required: ["a", name], properties: { a: text, [name]: text } });
    // What is shared is none of an alternative's own: it cannot be closed, too.
    expect(narrow({ ...base, ...more, anyOf })).toEqual({ ...base, anyOf: [each("b"), each("c")] });
  });
});

describe("no rules of a policy", () => {
  it("are a policy without rules, at the place that is asked for", () =>
    expect([noRules.value, noRules.placeOf("/rules/0")]).toEqual([
      { rules: [] },
      { file: "configuration", pointer: "/rules/0" },
    ]));
});
