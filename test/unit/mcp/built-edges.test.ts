/** Small rules of how a tool is built, each at its edge: what a plan says of parameters and parts, which schemas go along. */
import { describe, expect, it } from "vitest";
import type { Encoding, Schema } from "../../../src/api/model.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import type { BuiltTool } from "../../../src/mcp/built-tool.ts";
import { schemasOf } from "../../../src/mcp/curation/left-out.ts";
import { buildWithinExtent } from "../../../src/mcp/extent.ts";
import { partEncodings } from "../../../src/mcp/input/part-encoding.ts";
import type { ToolName } from "../../../src/mcp/names/tool-name.ts";
import { PortableProfile } from "../../../src/mcp/listed/portable.ts";
import { Schemas } from "../../../src/base/schema/node.ts";
import { toolOf } from "../document.ts";

const text = { type: "string" };

describe("a parameter of a media type", () => {
  it("is planned with it", () => {
    const parameters = [
      { name: "filter", in: "query", content: { "application/json": { schema: { type: "object" } } } },
    ];
    expect(toolOf({ parameters }).call.request.parameters).toEqual([
      expect.objectContaining({ name: "filter", in: "query", mediaType: "application/json" }),
    ]);
    const [plain] = toolOf({ parameters: [{ name: "filter", in: "query", schema: text }] }).call.request.parameters;
    expect(plain).not.toHaveProperty("mediaType");
  });
});

describe("what leaves nothing behind", () => {
  const listed = (mediaType: string, schema: JsonObject): unknown =>
    toolOf({ requestBody: { required: true, content: { [mediaType]: { schema } } } }, { method: "post" }).listing
      .inputSchema.properties;
  const tags = { type: "object", required: ["tags"], properties: { tags: { type: "array", items: text } } };
  const form = "application/x-www-form-urlencoded";

  it.each<[string, JsonObject, JsonObject]>([
    [form, tags, { tags: { type: "array", items: text, minItems: 1 } }],
    ["application/json", tags, { tags: { type: "array", items: text } }],
    ["text/plain", text, { body: { type: "string", minLength: 1 } }],
    ["application/json", text, { body: text }],
  ])("as %s of %j", (mediaType, schema, want) => expect(listed(mediaType, schema)).toMatchObject(want));

  it.each([
    ["application/json", "tags", "minItems"],
    ["application/json", "body", "minLength"],
  ])("is no matter of %s: %s has no %s", (mediaType, name, keyword) => {
    const properties = listed(mediaType, name === "tags" ? tags : text) as Record<string, object>;
    expect(properties[name]).not.toHaveProperty(keyword);
  });
});

describe("a body whose items are described one by one", () => {
  const items = { type: "object", required: ["a"], properties: { a: text } };
  const bodyOf = (mediaType: string): unknown =>
    toolOf({ requestBody: { content: { [mediaType]: { itemSchema: items } } } }, { method: "post" }).listing.inputSchema
      .properties["body"];

  it("is a list of them, where its parts need no names", () => {
    expect(bodyOf("multipart/mixed")).toEqual({ type: "array", items });
    expect(bodyOf("multipart/form-data")).toEqual({
      type: "object",
      description: "The document names no fields: name them here.",
    });
  });
});

describe("a field that is a list of files", () => {
  it("says of it what can be counted and read, and nothing of bytes", () => {
    const files = { type: "array", description: "Photos.", minItems: 1, maxItems: 3, uniqueItems: true };
    const schema = {
      type: "object",
      properties: { photos: { ...files, items: { type: "string", format: "binary", maxLength: 9 } } },
    };
    const { properties } = toolOf(
      { requestBody: { required: true, content: { "multipart/form-data": { schema } } } },
      { method: "post" },
    ).listing.inputSchema;
    expect(properties["photos"]).toMatchObject({ type: "array", description: "Photos.", minItems: 1, maxItems: 3 });
    expect(properties["photos"]).not.toHaveProperty("uniqueItems");
    expect(properties["photos"]).not.toHaveProperty("items.maxLength");
  });
});

describe("parts by their position", () => {
  const encoding = (more: Partial<Encoding>): Encoding =>
    ({ headers: new Map(), allowReserved: false, ...more }) as unknown as Encoding;
  const png = encoding({ contentType: "image/png" });
  const binary = { type: "string", format: "binary" };

  it.each<[string, Partial<Encoding>, JsonObject]>([
    ["items", { itemEncoding: png }, { items: { contentType: "image/png", file: true } }],
    [
      "the first",
      { prefixEncoding: [png] },
      { prefix: [{ contentType: "image/png", file: true }], items: { file: true } },
    ],
  ])("are no file together, where %s of them are described", (_, more, want) => {
    const a = encoding({ contentType: "multipart/mixed", ...more });
    const schema = standalone.of({ type: "object", properties: { a: { type: "array", items: binary } } });
    expect(partEncodings({ encoding: new Map([["a", a]]) } as never, schema, "multipart")).toEqual({
      fields: { a: { contentType: "multipart/mixed", ...want } },
    });
  });

  it("are files each else", () => {
    const schema = standalone.of({ type: "object", properties: { a: { type: "array", items: binary } } });
    expect(partEncodings({} as never, schema, "multipart")).toEqual({ fields: { a: { file: true } } });
    expect(partEncodings({} as never, schema, "form")).toEqual({});
  });
});

describe("the schemas that tools refer to", () => {
  const schemas = new Map<string, Schema>([
    ["A", { properties: { b: { $ref: "#/$defs/B" } } }],
    ["B", { items: [{ $ref: "#/$defs/A" }] } as unknown as Schema],
    ["C", text],
    ["D", text],
  ]);
  const a = { deep: [{ $ref: "#/$defs/A" }] };
  const used = (...tools: readonly JsonObject[]): readonly string[] => [
    ...schemasOf(tools.map((tool) => ({ tool })) as unknown as readonly BuiltTool[], schemas).keys(),
  ];

  it.each<[string, readonly JsonObject[], readonly string[]]>([
    ["in a call, though there is no answer", [{ call: a, listing: {} }], ["A", "B"]],
    ["in a listing", [{ call: {}, listing: a }], ["A", "B"]],
    ["in an answer", [{ call: {}, result: { $ref: "#/$defs/C" }, listing: {} }], ["C"]],
    [
      "in one tool and the next",
      [
        { listing: {}, call: { $ref: "#/$defs/D" } },
        { call: {}, listing: a },
      ],
      ["A", "B", "D"],
    ],
    ["that nobody has", [{ call: { $ref: "#/$defs/X" }, listing: {} }], []],
    ["elsewhere", [{ call: { $ref: "#/components/A" }, listing: {} }], []],
    ["by what is no text", [{ call: { $ref: 1 }, listing: {} }], []],
    ["nowhere", [], []],
  ])("%s", (_, tools, want) => expect(used(...tools)).toEqual(want));
});

describe("tools that take", () => {
  const built = (lengths: readonly number[]): readonly [number, readonly string[]] => {
    const names = lengths.map((_, index) => ({ operation: { pointer: `/p${index}`, method: "GET", path: "/" } }));
    const told: string[] = [];
    const { built: fits } = buildWithinExtent(
      names as unknown as readonly ToolName[],
      ({ pointer, message }) => told.push(`${pointer} ${message}`),
      ({ operation }) =>
        ({ tool: { listing: "x".repeat(lengths[Number(operation.pointer.slice(2))] ?? 0) } }) as unknown as BuiltTool,
    );
    return [fits.length, told];
  };
  const alone =
    "/p0 This operation becomes no tool, since all tools together would take more than 40 MB of the project";

  // 1,500 for each tool, and four for each of its parts.
  it("forty million characters are all that fit", () => {
    expect(built([40_000_000 - 1_512])).toEqual([1, []]);
    expect(built([40_000_000 - 1_511])).toEqual([0, [alone]]);
  });

  it("less than is left are built behind one that does not fit", () => {
    expect(built([30_000_000, 30_000_000, 5])).toEqual([
      2,
      ["/p1 This operation becomes no tool, since all tools together would take more than 40 MB of the project"],
    ]);
    expect(built([50_000_000, 50_000_000, 50_000_000])).toEqual([
      0,
      [expect.stringContaining("/p0 This operation and 2 others become no tool")],
    ]);
  });
});

describe("a reference", () => {
  const known = new Map<string, JsonObject>([
    ["Kind", { type: "string", enum: ["a", "b"] }],
    ["Node", { type: "object", required: ["next"], properties: { value: text, next: { $ref: "#/$defs/Node" } } }],
    ["Either", { anyOf: [{ $ref: "#/$defs/Leaf" }, { type: "integer" }] }],
    ["Leaf", { type: "object", properties: { e: { $ref: "#/$defs/Either" } } }],
  ]);
  const listed = (schema: JsonObject): JsonObject => new PortableProfile().write(new Schemas(known).of(schema)).schema;

  it("is written out with what stands beside it", () => {
    expect(listed({ $ref: "#/$defs/Kind", description: "Which." })).toEqual({
      type: "string",
      description: "Which.",
      enum: ["a", "b"],
    });
    expect(listed({ $ref: "#/$defs/Leaf", required: ["e"] })).toMatchObject({ required: ["e"] });
  });

  it("to itself within its alternatives ends, and says where", () => {
    const of = (branch: JsonObject): JsonObject => ({ anyOf: [branch, text] });
    const given = { oneOf: [{ $ref: "#/$defs/Branch" }, text] };
    const within = (child: JsonObject): JsonObject => ({ type: "object", properties: { child } });
    const branch = new Map<string, JsonObject>([["Branch", within(given)]]);
    const { schema, losses } = new PortableProfile().write(new Schemas(branch).of(given));
    const ended = { type: "object", description: "Properties: child." };
    expect(schema).toEqual(of(within(of(within(of(ended))))));
    expect(losses).toEqual([
      {
        kind: "depth",
        pointer: "/oneOf/0/properties/child/oneOf/0/properties/child/oneOf/0",
        text: "Branch is not written out further",
      },
    ]);
  });

  it("to itself by way of alternatives ends", () => {
    const integer = { type: "integer" };
    const ended = { type: "object", description: "Properties: e." };
    const within = (e: JsonObject): JsonObject => ({ type: "object", properties: { e } });
    expect(listed({ $ref: "#/$defs/Either" })).toEqual({
      anyOf: [within({ anyOf: [within({ anyOf: [ended, integer] }), integer] }), integer],
    });
  });

  it("beside a value that may be anything is what stands around it", () => {
    const around = { type: "object", required: ["a"], properties: { a: text } };
    expect(listed({ ...around, anyOf: [true, { properties: { b: text } }] })).toEqual({
      anyOf: [around, { ...around, properties: { a: text, b: text } }],
    });
  });
});

describe("a description that begins with the summary", () => {
  it.each<[string, string, string]>([
    ["Lists pets. Quickly", '"Lists pets. Quickly, always." Done.', '"Lists pets. Quickly, always." Done.'],
    ["Lists pets. Quickly.", "Lists pets. Quickly", "Lists pets. Quickly"],
    ["Lists pets. Quickly", "LISTS PETS; QUICKLY! Done.", "LISTS PETS; QUICKLY! Done."],
    ["Lists pets. Quickly", "Lists pets. Slowly.", "Lists pets. Quickly. Lists pets. Slowly."],
    ["List a pet", "Listing of pets, by id.", "Listing of pets, by id."],
  ])("%j, %j: %j", (summary, description, want) =>
    expect(toolOf({ summary, description }).listing.description).toBe(want),
  );
});
