/** What a resource holds: results of tools and of the owner's code as contents, as files, and lists that are kept. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CustomResource } from "../../templates/always/src/runtime/custom.ts";
import type { ResourceContent } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { JsonObject, ResourceData, ResourceVariable } from "../../templates/always/src/runtime/data/model.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { ArgumentError, CallError } from "../../templates/always/src/runtime/errors.ts";
import { ResourceCompletions } from "../../templates/always/src/runtime/resources/resource-methods.ts";
import {
  readResource,
  resourceArguments,
  resourceContents,
  resourceFiles,
  ResourceTable,
} from "../../templates/always/src/runtime/resources/resources.ts";
import type { KeptAnswers } from "../../templates/always/src/runtime/response/kept-answers.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import type { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

type Block = CallResult["content"][number];
const text = (value: string): Block => ({ type: "text", text: value });
const image: Block = { type: "image", data: "AQI=", mimeType: "image/png" };
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("a result as contents", () => {
  it.each<[string, readonly Block[], readonly ResourceContent[]]>([
    ["nothing", [], []],
    ["a text", [text("a")], [{ uri: "u", mimeType: "m/t", text: "a" }]],
    [
      "a text, and what is said of it",
      [text("a"), text("b")],
      [
        { uri: "u", mimeType: "m/t", text: "a" },
        { uri: "u", mimeType: "text/plain", text: "b" },
      ],
    ],
    ["bytes, whatever is said of them", [text("a"), image], [{ uri: "u", mimeType: "image/png", blob: "AQI=" }]],
    [
      "a sound",
      [{ type: "audio", data: "AA==", mimeType: "audio/mp3" }],
      [{ uri: "u", mimeType: "audio/mp3", blob: "AA==" }],
    ],
    [
      "a resource",
      [{ type: "resource", resource: { uri: "v", mimeType: "a/b", blob: "AA==" } }],
      [{ uri: "u", mimeType: "a/b", blob: "AA==" }],
    ],
    ["a link", [{ type: "resource_link", uri: "v", name: "n" }], [{ uri: "u", mimeType: "text/uri-list", text: "v" }]],
  ])("%s", (_name, content, want) => expect(resourceContents("u", "m/t", { content })).toEqual(want));
});

const data = (uri: string, more: Partial<ResourceData> = {}): ResourceData => ({
  uri,
  template: false,
  name: "n",
  title: "",
  description: "",
  mimeType: "m/t",
  tool: "tool",
  variables: [],
  ...more,
});
const answers = (read: readonly ResourceContent[] | undefined): KeptAnswers =>
  ({ read: () => Promise.resolve(read) }) as unknown as KeptAnswers;
const tableOf = (resources: readonly ResourceData[], own: readonly CustomResource[] = [], kept?: KeptAnswers) =>
  new ResourceTable({ apis: [{ resources }] } as unknown as Project, own, kept);

describe("the table of resources", () => {
  const item = data("a://x/{id}");
  const table = tableOf([data("a://x"), item], [{ uri: "b://y", name: "y", read: () => "" }], answers([]));

  it("finds what is listed, what fits a template, and parts of answers", () => {
    expect(table.listed("a://x/{id}")).toMatchObject({ kind: "operation", listing: item });
    expect(table.listed("a://x/1")).toBeUndefined();
    expect(table.find("a://x")).toMatchObject({ resource: { kind: "operation" }, values: new Map() });
    expect(table.find("a://x/1")).toMatchObject({ resource: { listing: item }, values: new Map([["id", ["1"]]]) });
    expect(table.find("b://y")).toMatchObject({ resource: { kind: "custom" } });
    expect(table.find("answer://7")).toMatchObject({
      resource: { kind: "answer", listing: { uri: "answer://{id}{?from}" } },
      values: new Map([["id", ["7"]]]),
    });
    expect([table.find("c://z"), tableOf([]).find("answer://7")]).toEqual([undefined, undefined]);
    expect(table.find("a://x/{id}")?.values).toEqual(new Map([["id", ["{id}"]]]));
    expect([table.isEmpty, tableOf([]).isEmpty]).toEqual([false, true]);
  });

  it("takes the one with the fewest variables, then the one that says most", () => {
    const crowded = tableOf(
      ["a://{b}/{c}", "a://{b}/long{c}", "a://{b}", "a://x{b}"].map((uri) => data(uri, { template: true })),
    );
    const found = (uri: string) => crowded.find(uri)?.resource.listing.uri;
    expect([found("a://x1"), found("a://y"), found("a://x/longer"), found("a://x/y")]).toEqual([
      "a://x{b}",
      "a://{b}",
      "a://{b}/long{c}",
      "a://{b}/{c}",
    ]);
    const [first, second] = [data("a://{b}{?c}"), data("a://x{?d}")];
    expect(tableOf([first, second]).find("a://x")?.resource.listing).toBe(second);
  });

  it("gives arguments that the URI has values for", () => {
    const variables: readonly ResourceVariable[] = [
      { name: "id", argument: "pet-id", in: "path", type: "integer" },
      { name: "kind", argument: "kind", in: "query", type: "string" },
    ];
    expect(resourceArguments(data("a://{id}{?kind}", { variables }), new Map([["id", ["7"]]]))).toEqual({
      "pet-id": 7,
    });
  });
});

const signal = new AbortController().signal;
const reader = (result: CallResult | Error = { content: [text("x")] }, calls: unknown[] = []) => ({
  caller: { id: "ada" },
  signal,
  call: (tool: string, args: JsonObject) => {
    calls.push([tool, args]);
    return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
  },
});

describe("reading the owner's resource", () => {
  const read = (own: Partial<CustomResource>, uri: string, calls: unknown[] = []) => {
    const table = tableOf([], [{ uri, name: "n", read: () => "", ...own }]);
    const found = table.find(uri.replace("{id}", "1,2").replace("{?kind}", "?kind=a&kind=b"));
    if (found === undefined) throw new Error("not found");
    return readResource("u", found, reader(undefined, calls));
  };

  it("gives text or bytes, with their type where it is said", async () => {
    expect(await read({ read: () => "a" }, "b://y")).toEqual({ kind: "contents", contents: [{ uri: "u", text: "a" }] });
    expect(await read({ mimeType: "a/b", read: () => Uint8Array.of(1, 2) }, "b://y")).toEqual({
      kind: "contents",
      contents: [{ uri: "u", mimeType: "a/b", blob: "AQI=" }],
    });
  });

  it("has the variables, who asks, and calls of tools", async () => {
    const calls: unknown[] = [];
    const told = await read(
      {
        async read(variables, { caller, signal: end, call }) {
          await call("get", { a: 1 });
          return JSON.stringify([variables, caller, end === signal]);
        },
      },
      "b://y/{id}{?kind}",
      calls,
    );
    expect(told).toEqual({
      kind: "contents",
      contents: [{ uri: "u", text: '[{"id":"1,2","kind":"a,b"},{"id":"ada"},true]' }],
    });
    expect(calls).toEqual([["get", { a: 1 }]]);
  });
});

describe("a file that is a resource", () => {
  const file = (result?: CallResult | Error, kept?: readonly ResourceContent[], uri = "a://h/dir/pets.json") =>
    resourceFiles(
      tableOf([data("a://h/dir/pets.json")], [{ uri: "own://x", name: "x", read: () => "o" }], answers(kept)),
      reader(result),
    )(uri);

  it("is what a call gives, by the last part of its name", async () => {
    expect(await file({ content: [text("é")] })).toEqual({
      bytes: bytes("é"),
      filename: "pets.json",
      mediaType: "m/t",
    });
    expect(await file({ content: [image] })).toEqual({
      bytes: Uint8Array.of(1, 2),
      filename: "pets.json",
      mediaType: "image/png",
    });
    expect(await file(undefined, undefined, "own://x")).toEqual({ bytes: bytes("o"), filename: "file" });
    expect(await file({ content: [{ type: "image", data: "!", mimeType: "a/b" }] })).toMatchObject({
      bytes: new Uint8Array(),
    });
    expect(await file(undefined, undefined, "none://x")).toBeUndefined();
    expect(await file(undefined, [{ uri: "u", text: "kept" }], "answer://1")).toMatchObject({ bytes: bytes("kept") });
  });

  const refused = (uri: string, why: string) => `The resource ${uri} cannot be read: ${why}`;
  const many = [
    { uri: "u", text: "a" },
    { uri: "u", text: "b" },
  ];
  it.each<[string, CallResult | Error | undefined, readonly ResourceContent[] | undefined, string]>([
    [
      "a://h/dir/pets.json",
      { content: [text("a")], _meta: { "openapi-to-mcp/part": { next: "x" } } } as unknown as CallResult,
      undefined,
      "it is too large for a file",
    ],
    ["a://h/dir/pets.json", { content: [text("No."), text("b")], isError: true }, undefined, "No."],
    ["a://h/dir/pets.json", { content: [image], isError: true }, undefined, ""],
    ["a://h/dir/pets.json", new CallError("not now"), undefined, "not now"],
    ["answer://1", undefined, undefined, "it is no longer kept"],
    ["answer://1", undefined, many, "it is too large for a file"],
  ])("%s is refused, with %j and %j: %s", async (uri, result, kept, why) => {
    const fault: unknown = await file(result, kept, uri).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ArgumentError);
    expect((fault as Error).message).toBe(refused(uri, why));
  });

  it("is refused where it is empty, and lets other faults through", async () => {
    await expect(file({ content: [] })).rejects.toThrow(
      new ArgumentError("The resource a://h/dir/pets.json is empty."),
    );
    const fault = new TypeError("no");
    await expect(file(fault)).rejects.toBe(fault);
    expect(await file({ content: [text("a"), text("b")] })).toMatchObject({ bytes: bytes("a") });
  });
});

describe("a list that values are completed from", () => {
  afterEach(() => void vi.restoreAllMocks());
  const list = { tool: "list", items: "", property: "id" };
  const variable = (more: Partial<ResourceVariable> = {}): ResourceVariable => ({
    name: "id",
    argument: "id",
    in: "path",
    type: "string",
    list,
    ...more,
  });
  const schema = { properties: { shop: {}, kind: {} }, required: ["shop"] };
  const completions = (row: object | undefined = { kind: "operation", listing: { inputSchema: schema } }) =>
    new ResourceCompletions(
      { get: (name: string) => (name === "list" ? row : undefined) } as unknown as ToolTable,
      () => Promise.resolve({}),
    );
  const of = (items: unknown, calls: unknown[]) => (tool: string, args: JsonObject) => {
    calls.push([tool, args]);
    return items instanceof Error
      ? Promise.reject(items)
      : Promise.resolve({ content: [], structuredContent: items } as unknown as CallResult);
  };

  it("is called with what is known of it, and has texts and numbers", async () => {
    const calls: unknown[] = [];
    const items = [{ id: 1 }, { id: "b" }, { id: true }, { id: null }, {}, { id: 1 }];
    const found = await completions().complete(variable(), "", { shop: 3, other: 4 }, "ada", of(items, calls));
    expect(found).toEqual({ values: ["1", "b"], total: 2, hasMore: false });
    expect(calls).toEqual([["list", { shop: 3 }]]);
  });

  it("is kept for a minute, for each caller, list and arguments", async () => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(1_000);
    const calls: unknown[] = [];
    const kept = completions();
    const ask = (caller = "ada", known: JsonObject = { shop: 1 }, of_ = list) =>
      kept.complete(variable({ list: of_ }), "", known, caller, of([{ id: 1 }], calls));
    await ask();
    clock.mockReturnValue(60_999);
    await ask();
    expect(calls).toHaveLength(1);
    clock.mockReturnValue(61_000);
    await ask();
    expect(calls).toHaveLength(2);
    await ask("bob");
    await ask("ada", { shop: 2 });
    await ask("ada", { shop: 1 }, { ...list, property: "name" });
    expect(calls).toHaveLength(5);
  });

  it("is not kept where it is empty, or was not given", async () => {
    const calls: unknown[] = [];
    const kept = completions();
    const ask = (items: unknown) => kept.complete(variable(), "", { shop: 1 }, "ada", of(items, calls));
    await ask([]);
    await expect(ask(new Error("no"))).rejects.toThrow("no");
    expect(await ask([{ id: 5 }])).toMatchObject({ values: ["5"] });
    await ask([{ id: 6 }]);
    expect(calls).toHaveLength(3);
  });

  it("is not asked for without what it requires, nor by what is no operation, nor where values are known", async () => {
    const calls: unknown[] = [];
    const none = { values: [], total: 0, hasMore: false };
    const call = of([{ id: 1 }], calls);
    expect(await completions().complete(variable(), "", { kind: 1 }, "ada", call)).toEqual(none);
    expect(await completions({ kind: "custom" }).complete(variable(), "", { shop: 1 }, "ada", call)).toEqual(none);
    const { list: _, ...bare } = variable();
    expect(await completions().complete(bare, "", { shop: 1 }, "ada", call)).toEqual(none);
    expect(await completions().complete(variable({ values: ["a"] }), "", { shop: 1 }, "ada", call)).toMatchObject({
      values: ["a"],
    });
    expect(calls).toEqual([]);
  });
});
