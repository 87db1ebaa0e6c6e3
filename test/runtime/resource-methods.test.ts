/** The methods of resources as clients ask them: lists, reading, completions, and what is told where one cannot be read. */
import { ProtocolError } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import type { CallOptions } from "../../templates/always/src/runtime/call/call.ts";
import type { CustomResource } from "../../templates/always/src/runtime/custom.ts";
import type { JsonObject, ResourceData } from "../../templates/always/src/runtime/data/model.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import type { Asked, ToolAccess } from "../../templates/always/src/runtime/mcp/capability.ts";
import { createResources } from "../../templates/always/src/runtime/resources/resource-part.ts";
import type { KeptAnswers } from "../../templates/always/src/runtime/response/kept-answers.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import type { Settings } from "../../templates/always/src/runtime/settings/settings.ts";
import type { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

const about = { title: "T", description: "D", mimeType: "a/b" };
const idList = { tool: "list_pets", items: "", property: "id", parents: {} };
const listed: readonly ResourceData[] = [
  { uri: "shop://pets", template: false, name: "pets", ...about, tool: "list_pets", variables: [] },
  {
    uri: "shop://pets/{id}{?kind}",
    template: true,
    name: "pet",
    ...about,
    tool: "get_pet",
    variables: [
      { name: "id", argument: "pet-id", in: "path", type: "integer", list: idList },
      { name: "kind", argument: "kind", in: "query", type: "string", values: ["cat", "cow", "dog"] },
    ],
  },
];
const own: readonly CustomResource[] = [
  { uri: "own://hello", name: "hello", read: () => "Hello" },
  {
    uri: "own://by/{who}",
    name: "by",
    async read({ who }, { call }) {
      const { content } = await call("get_pet", { "pet-id": who });
      return content.map((block) => (block.type === "text" ? block.text : "")).join();
    },
  },
];
const projectOf = (resources: readonly ResourceData[]): Project =>
  ({ folder: "", data: {}, apis: [{ resources }] }) as unknown as Project;
const text = (value: string, more: Partial<CallResult> = {}): CallResult => ({
  content: [{ type: "text", text: value }],
  ...more,
});

type Handler = (request: { params?: JsonObject }, context: object) => unknown;
interface Given {
  /** What the tools give. */
  readonly result?: CallResult;
  /** Tools that callers may not call, by their id. */
  readonly hidden?: Readonly<Record<string, readonly string[]>>;
  readonly version?: string;
}

function serverOf({ result = text("x"), hidden, version }: Given = {}) {
  const tools = {
    isRestricted: hidden !== undefined,
    isFor: ({ id }: { id: string }, name: string) => !hidden?.[id]?.includes(name),
    get: (name: string) =>
      name === "list_pets"
        ? {
            kind: "operation",
            listing: { name, inputSchema: { properties: { kind: {} } } },
            api: { calls: () => Promise.resolve({ list_pets: {} }) },
          }
        : undefined,
  } as unknown as ToolTable;
  const answers = {
    read: (values: ReadonlyMap<string, readonly string[]>, caller: string) =>
      Promise.resolve(
        values.get("id")?.[0] === "gone" ? undefined : [{ uri: "answer://1", mimeType: "a/b", text: caller }],
      ),
  } as unknown as KeptAnswers;
  const part = createResources(
    projectOf(listed),
    { resources: own },
    tools,
    { resourceLinks: 2 } as Settings,
    async () => answers,
  );
  const handlers = new Map<string, Handler>();
  const calls: unknown[] = [];
  const asking = { canAsk: true };
  const options = { caller: { id: "ada" }, signal: AbortSignal.abort(), asking } as unknown as CallOptions;
  const access = {
    tools,
    answer: (what: object, _server: object, _context: object, run: (options: CallOptions) => Promise<unknown>) => {
      calls.push(what);
      return run(options);
    },
    call: (tool: string, args: JsonObject, { caller, asking: asks }: CallOptions) => {
      calls.push([tool, args, caller.id, asks === asking]);
      return Promise.resolve(result);
    },
    ofOwner: (run: () => Promise<unknown>) => run(),
  } as unknown as ToolAccess;
  const server = {
    setRequestHandler: (method: string, handler: Handler) => handlers.set(method, handler),
    getNegotiatedProtocolVersion: () => version,
  };
  part.serve(server as unknown as Parameters<typeof part.serve>[0], access);
  const ask = async (method: string, params?: JsonObject, http?: object): Promise<unknown> =>
    handlers.get(method)?.({ ...(params === undefined ? {} : { params }) }, { http });
  const read = (uri: string, http?: object): Promise<unknown> => ask("resources/read", { uri }, http);
  const complete = (of: string, argument: string, typed = "", known: Record<string, string> = {}) =>
    part.complete({ of, argument, typed, known: new Map(Object.entries(known)), options } as Asked, access);
  return { part, ask, read, calls, complete };
}

/** Code, message and data of an error of the protocol. */
async function refusal(run: Promise<unknown>): Promise<unknown> {
  try {
    return ["no refusal", await run];
  } catch (fault) {
    if (fault instanceof ProtocolError) return [fault.code, fault.message, fault.data];
    throw fault;
  }
}

describe("lists", () => {
  it("have what has a fixed URI, and what has variables, apart", async () => {
    const { ask, part } = serverOf();
    expect(await ask("resources/list")).toEqual({
      resources: [
        { uri: "shop://pets", name: "pets", ...about },
        { uri: "own://hello", name: "hello", title: undefined, description: undefined, mimeType: undefined },
      ],
    });
    expect(await ask("resources/templates/list", {})).toEqual({
      resourceTemplates: [
        { uriTemplate: "shop://pets/{id}{?kind}", name: "pet", ...about },
        { uriTemplate: "own://by/{who}", name: "by", title: undefined, description: undefined, mimeType: undefined },
      ],
    });
    expect([part.name, part.isEmpty]).toEqual(["resources", false]);
  });

  it.each(["resources/list", "resources/templates/list"])("%s has one page", async (method) => {
    expect(await refusal(serverOf().ask(method, { cursor: "" }))).toEqual([
      -32602,
      "This cursor is none of ours",
      undefined,
    ]);
  });

  it("leave out what the caller may not read", async () => {
    const { ask } = serverOf({ hidden: { bob: ["get_pet"], local: ["list_pets"] } });
    const names = async (method: string, http?: object): Promise<readonly string[]> =>
      Object.values((await ask(method, undefined, http)) as Record<string, { name: string }[]>)
        .flat()
        .map(({ name }) => name);
    const bob = { authInfo: { clientId: "bob", scopes: [] } };
    expect(await names("resources/list", bob)).toEqual(["pets", "hello"]);
    expect(await names("resources/templates/list", bob)).toEqual(["by"]);
    expect(await names("resources/list")).toEqual(["hello"]);
    expect(await names("resources/templates/list")).toEqual(["pet", "by"]);
  });
});

describe("reading", () => {
  it("calls the tool of the resource, whose user may be asked", async () => {
    const { read, calls } = serverOf({ result: text("Rex") });
    expect(await read("shop://pets/7?kind=cat")).toEqual({
      contents: [{ uri: "shop://pets/7?kind=cat", mimeType: "a/b", text: "Rex" }],
    });
    expect(calls).toEqual([{ method: "resources/read" }, ["get_pet", { "pet-id": 7, kind: "cat" }, "ada", true]]);
  });

  it("runs code of the owner's, whose calls ask nobody", async () => {
    const { read, calls } = serverOf({ result: text("Rex") });
    expect(await read("own://hello")).toEqual({ contents: [{ uri: "own://hello", text: "Hello" }] });
    expect(await read("own://by/ann")).toEqual({ contents: [{ uri: "own://by/ann", text: "Rex" }] });
    expect(calls.slice(2)).toEqual([["get_pet", { "pet-id": "ann" }, "ada", false]]);
  });

  it("gives parts of answers that are kept for the caller", async () => {
    expect(await serverOf().read("answer://1")).toEqual({
      contents: [{ uri: "answer://1", mimeType: "a/b", text: "ada" }],
    });
  });

  const fresh = (isForAll: unknown, ms: unknown = 9) =>
    text("x", { _meta: { "openapi-to-mcp/fresh": { ms, isForAll } } } as unknown as Partial<CallResult>);
  const byHeader = (version: string) => ({ req: { headers: new Headers({ "mcp-protocol-version": version }) } });
  it.each<[string, Given, object | undefined, object]>([
    ["for all", { version: "2026-07-28", result: fresh(true) }, undefined, { ttlMs: 9, cacheScope: "public" }],
    ["for one", { version: "2026-07-28", result: fresh(false) }, undefined, { ttlMs: 9, cacheScope: "private" }],
    ["by the header", { result: fresh(true) }, byHeader("2026-07-28"), { ttlMs: 9, cacheScope: "public" }],
    ["not to clients of before", { version: "2025-11-25", result: fresh(true) }, undefined, {}],
    ["not to clients of whom nothing is known", { result: fresh(true) }, undefined, {}],
    ["not where the answer does not say so", { version: "2026-07-28" }, undefined, {}],
    ["not where it is no number", { version: "2026-07-28", result: fresh(true, "9") }, undefined, {}],
  ])("says how long it holds: %s", async (_name, given, http, want) => {
    const { contents, ...hint } = (await serverOf(given).read("shop://pets", http)) as { contents: unknown };
    expect(contents).toHaveLength(1);
    expect(hint).toEqual(want);
  });

  it.each(["shop://pets/", "shop://cows", "answer://gone"])("finds no %s", async (uri) => {
    expect(await refusal(serverOf().read(uri))).toEqual([-32602, `Resource not found: ${uri}`, { uri }]);
  });

  const failed = (meta?: object): CallResult => ({
    content: [
      { type: "text", text: "No." },
      { type: "image", data: "", mimeType: "image/png" },
      { type: "text", text: "Hint: do." },
    ],
    isError: true,
    ...(meta === undefined ? {} : { _meta: meta as JsonObject }),
  });
  it.each<[object | undefined, number, string]>([
    [{ "openapi-to-mcp/status": 404 }, -32602, "Resource not found: shop://pets"],
    [{ "openapi-to-mcp/status": 410 }, -32602, "Resource not found: shop://pets"],
    [{ "openapi-to-mcp/status": 500 }, -32603, "No.\nHint: do."],
    [undefined, -32603, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "UpstreamError" }, -32603, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "ArgumentError" }, -32602, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "PolicyError" }, -32600, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "ScopeError" }, -32600, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "SignInError" }, -32600, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "NoPolicyError" }, -32603, "No.\nHint: do."],
    [{ "openapi-to-mcp/fault": "PolicyErrors" }, -32603, "No.\nHint: do."],
  ])("of a tool that fails with %j is refused with %i", async (meta, code, message) => {
    expect(await refusal(serverOf({ result: failed(meta) }).read("shop://pets"))).toEqual([
      code,
      message,
      { uri: "shop://pets" },
    ]);
  });
});

describe("a completion", () => {
  const pet = "shop://pets/{id}{?kind}";
  const none = { values: [], total: 0, hasMore: false };

  it("is made of the values that the schema has, or of what the list gives", async () => {
    const { complete, calls } = serverOf({ result: { content: [], structuredContent: [{ id: 17 }, { id: 21 }] } });
    expect(await complete(pet, "kind", "C")).toEqual({ values: ["cat", "cow"], total: 2, hasMore: false });
    expect(calls).toEqual([]);
    expect(await complete(pet, "id", "1", { kind: "cat" })).toEqual({ values: ["17"], total: 1, hasMore: false });
    expect(calls).toEqual([["list_pets", { kind: "cat" }, "ada", true]]);
  });

  it("is empty for what has nothing to complete from", async () => {
    const { complete } = serverOf();
    expect(await complete(pet, "other")).toEqual(none);
    expect(await complete("own://by/{who}", "who")).toEqual(none);
  });

  it("is refused for a resource that there is not, for this caller", async () => {
    const refused = [-32602, `Unknown resource: ${pet}`, undefined];
    expect(await refusal(serverOf({ hidden: { ada: ["get_pet"] } }).complete(pet, "kind"))).toEqual(refused);
    expect(await refusal(serverOf().complete("shop://cows", "kind"))).toEqual([
      -32602,
      "Unknown resource: shop://cows",
      undefined,
    ]);
    expect(await serverOf({ hidden: { ada: ["get_pet"] } }).complete("own://by/{who}", "who")).toEqual(none);
  });
});

describe("the resources of a server", () => {
  it("lead to the tools that read them", async () => {
    const { part } = serverOf();
    const uris = ["shop://pets", "shop://pets/1", "own://hello", "none://", "answer://1"];
    expect(await Promise.all(uris.map(part.toolOf))).toEqual(["list_pets", "get_pet", undefined, undefined, undefined]);
  });

  it("are linked to from lists, for clients that know links, as many as the owner wants", async () => {
    const { part } = serverOf();
    const result: CallResult = { content: [], structuredContent: [{ id: 1 }, { id: 2 }, { id: 3 }] };
    const uris = async (version: string | undefined): Promise<readonly unknown[]> => {
      const { content } = await part.linked(version, "list_pets", {}, result, () => true);
      return content.map((block) => (block.type === "resource_link" ? block.uri : block));
    };
    expect(await uris("2025-06-18")).toEqual(["shop://pets/1", "shop://pets/2"]);
    expect(await part.linked("2025-03-26", "list_pets", {}, result, () => true)).toBe(result);
    expect(await part.linked("2025-06-18", "list_pets", {}, result, () => false)).toBe(result);
  });

  it("can be files of calls", async () => {
    const reader = { caller: { id: "ada" }, signal: AbortSignal.abort(), call: () => Promise.resolve(text("Rex")) };
    const file = await serverOf().part.files(reader)("shop://pets");
    expect(file).toEqual({ bytes: new TextEncoder().encode("Rex"), filename: "file", mediaType: "a/b" });
  });

  it("are those of a part of it, with the same answers", async () => {
    const { part } = serverOf();
    const tools = { isRestricted: false } as ToolTable;
    expect(part.within(projectOf([]), {}, tools).isEmpty).toBe(true);
    const within = part.within(projectOf(listed.slice(0, 1)), {}, tools);
    expect([within.name, within.isEmpty]).toEqual(["resources", false]);
    expect([await within.toolOf("shop://pets"), await within.toolOf("shop://pets/1")]).toEqual([
      "list_pets",
      undefined,
    ]);
    const reader = { caller: { id: "ann" }, signal: AbortSignal.abort(), call: () => Promise.resolve(text("")) };
    expect(await within.files(reader)("answer://1")).toMatchObject({ bytes: new TextEncoder().encode("ann") });
  });
});
