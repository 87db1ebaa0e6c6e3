/** What a server says of itself, and how it answers lists, calls, completions and questions, over a pipe and over HTTP. */
import { describe, expect, it } from "vitest";
import { QuestionForUser } from "../../templates/always/src/runtime/errors.js";
import type { ResourceCapability } from "../../templates/always/src/runtime/mcp/capability.js";
import { lackedScopes, TableServer, toolOf } from "../../templates/always/src/runtime/mcp/mcp-server.js";
import { invalid } from "../../templates/always/src/runtime/mcp/capability.js";
import { capability, overHttp, overPipe, tablesOf, toolsOf } from "./table-server.js";

const text = (value: string) => [{ type: "text", text: value }];
const plainLinks = { linked: (...[, , , result]: unknown[]) => result };
/** A server with all that there is. */
const whole = (more: object = {}) => ({
  resources: capability("resources", undefined, plainLinks).made as ResourceCapability,
  prompts: capability("prompts").made,
  ...more,
});

describe("a server says what it has", () => {
  const hello = (capabilities: object) => ({
    protocolVersion: "2025-11-25",
    capabilities,
    serverInfo: { name: "pets", title: "Pets", version: "1.2.3" },
    instructions: "Be kind.",
  });

  it.each([
    ["tools alone", {}, { tools: {} }],
    ["resources", { resources: whole().resources }, { tools: {}, resources: {}, completions: {} }],
    ["all", whole(), { tools: {}, resources: {}, prompts: {}, completions: {} }],
    [
      "nothing of a part that is empty",
      whole({ resources: capability("resources", undefined, { isEmpty: true }).made }),
      { tools: {}, prompts: {}, completions: {} },
    ],
  ])("%s", async (_what, more, capabilities) =>
    expect((await overPipe(tablesOf(undefined, more).tables)).hello).toEqual(hello(capabilities)),
  );

  it("answers no completion where nothing could be completed", async () => {
    const { ask } = await overPipe(tablesOf().tables);
    const params = { ref: { type: "ref/prompt", name: "p" }, argument: { name: "a", value: "" } };
    expect((await ask("completion/complete", params)).error).toMatchObject({ code: -32601 });
  });

  it.each(["tools/list", "resources/list", "resources/templates/list", "prompts/list", "server/discover"])(
    "that %s holds for five minutes: for all, or where tools ask for scopes for whoever asked",
    async (method) => {
      const keptBy = async (isRestricted: boolean) => {
        const { tables } = tablesOf(undefined, whole({ tools: toolsOf(isRestricted) }));
        const { ttlMs, cacheScope } = (await overHttp(tables, "2026-07-28", method)).last.result ?? {};
        return [ttlMs, cacheScope];
      };
      expect(await keptBy(false)).toEqual([300_000, "public"]);
      expect(await keptBy(true)).toEqual([300_000, "private"]);
    },
  );

  it("that what was read holds for nobody else and for no time", async () => {
    const { last } = await overHttp(tablesOf(undefined, whole()).tables, "2026-07-28", "resources/read", {
      uri: "a://b",
    });
    expect(last.result).toMatchObject({ ttlMs: 0, cacheScope: "private" });
  });
});

describe("tools are listed as their caller sees them, a page at a time", () => {
  it("by cursor", async () => {
    const { ask } = await overPipe(tablesOf().tables);
    const [first, second] = [await ask("tools/list"), await ask("tools/list", { cursor: "2" })];
    expect(first.result).toMatchObject({ tools: [{ name: "local first" }], nextCursor: "2" });
    expect(second.result).toMatchObject({ tools: [{ name: "local 2" }] });
    expect(second.result).not.toHaveProperty("nextCursor");
  });

  it("and a cursor of somebody else's is refused", async () => {
    const { ask } = await overPipe(tablesOf().tables);
    expect((await ask("tools/list", { cursor: "none" })).error).toEqual({
      code: -32602,
      message: "This cursor is none of ours",
    });
  });

  it("over HTTP by whoever was let in", async () => {
    const { last } = await overHttp(tablesOf().tables, "2025-11-25", "tools/list");
    expect(last.result).toMatchObject({ tools: [{ name: "ann first" }] });
  });
});

describe("a call of a tool", () => {
  it.each([
    ["plain", { a: 1 }, "plain", { a: 1 }, undefined],
    ["old", { a: 1 }, "plain", { a: 1 }, undefined],
    ["own", undefined, "own", {}, undefined],
    ["call", { name: "list" }, "list", { of: "local" }, "call"],
    ["call", { name: "nothing" }, "call", { name: "nothing" }, undefined],
  ])("%s with %j is one of %s with %j", async (name, args, tool, given, via) => {
    const { tables, asked } = tablesOf(() => ({ content: text("done") }));
    const { ask } = await overPipe(tables);
    const { result } = await ask("tools/call", { name, ...(args === undefined ? {} : { arguments: args }) });
    expect(result).toEqual({ content: text("done") });
    expect(asked.map((one) => [one.tool, one.args, one.options.via])).toEqual([[tool, given, via]]);
  });

  it.each([
    ["none", "Unknown tool: none"],
    ["ended", "The tool ended is called plain now: call it by that name"],
  ])("%s is refused", async (name, message) => {
    const { tables, asked } = tablesOf();
    const { ask } = await overPipe(tables);
    expect((await ask("tools/call", { name })).error).toEqual({ code: -32602, message });
    expect(asked).toEqual([]);
    expect(() => toolOf(tables.tools, name)).toThrow(message);
  });

  it("is told what of the server its client reaches", async () => {
    const reach = { toolset: "ops", isResourceServed: false };
    const { tables, asked } = tablesOf(undefined, { reach });
    await (await overPipe(tables)).ask("tools/call", { name: "plain" });
    expect(asked[0]?.options.reach).toBe(reach);
  });

  it("has lists below `result` for clients before 2026 only", async () => {
    const { tables } = tablesOf(() => ({ content: text("[1]"), structuredContent: [1] }));
    const given = async (version: string | undefined) =>
      (await overHttp(tables, version, "tools/call", { name: "list" })).last.result?.["structuredContent"];
    expect(await given("2025-11-25")).toEqual({ result: [1] });
    expect(await given(undefined)).toEqual({ result: [1] });
    expect(await given("2026-07-28")).toEqual([1]);
  });

  it("has links to resources as the client's revision knows them, of tools that its caller may call", async () => {
    const linked: unknown[] = [];
    const resources = capability("resources", undefined, {
      linked: (
        version: string | undefined,
        tool: string,
        args: object,
        result: object,
        isShown: (tool: string) => boolean,
      ) => {
        linked.push([version, tool, args, isShown("plain"), isShown("own")]);
        return { ...result, content: text("linked") };
      },
    }).made as ResourceCapability;
    const { tables } = tablesOf(() => ({ content: text("plain") }), { resources });
    const params = { name: "call", arguments: { name: "scoped" } };
    const pipe = await overPipe(tables);
    expect((await pipe.ask("tools/call", params)).result).toEqual({ content: text("linked") });
    for (const version of ["2025-06-18", "2026-07-28", undefined])
      await overHttp(tables, version, "tools/call", params);
    expect(linked).toEqual([
      ["2025-11-25", "scoped", { of: "local" }, true, true],
      ["2025-06-18", "scoped", { of: "ann" }, false, true],
      ["2026-07-28", "scoped", { of: "ann" }, false, true],
      [undefined, "scoped", { of: "ann" }, false, true],
    ]);
  });
});

describe("a result that needs the client's user first", () => {
  it("is a result, or an error, as the part for sign-ins says", async () => {
    const seen: object[] = [];
    let isError = false;
    const { tables } = tablesOf(() => ({ content: text("sign in") }), {
      questionOf: (result, asking) => {
        seen.push({ result, ...asking });
        return isError
          ? { kind: "error", code: -32042, message: "Open the page", data: { elicitations: [] } }
          : { kind: "result", result: { content: text("asked") } };
      },
    });
    const pipe = await overPipe(tables, { elicitation: { url: {} } });
    expect((await pipe.ask("tools/call", { name: "plain" })).result).toEqual({ content: text("asked") });
    isError = true;
    expect((await pipe.ask("tools/call", { name: "plain" })).error).toEqual({
      code: -32042,
      message: "Open the page",
      data: { elicitations: [] },
    });
    expect(seen[0]).toEqual({
      result: { content: text("sign in") },
      version: "2025-11-25",
      capabilities: { elicitation: { url: {} } },
      envelope: undefined,
      inputResponses: undefined,
    });
    await overHttp(tables, "2026-07-28", "tools/call", {
      name: "plain",
      inputResponses: { "sign-in": { action: "accept" } },
    });
    expect(seen[2]).toMatchObject({
      version: "2026-07-28",
      envelope: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" },
      inputResponses: { "sign-in": { action: "accept" } },
    });
  });
});

describe("a completion", () => {
  const argument = { name: "a", value: "v" };
  it.each([
    ["prompts", { type: "ref/prompt", name: "p" }, "p"],
    ["resources", { type: "ref/resource", uri: "a://{b}" }, "a://{b}"],
  ] as const)("is of %s", async (name, ref, of) => {
    const { made, completed } = capability(name);
    const { ask } = await overPipe(tablesOf(undefined, { [name]: made }).tables);
    expect((await ask("completion/complete", { ref, argument })).result).toEqual({
      completion: { values: [`${of} a`], total: 1, hasMore: false },
    });
    await ask("completion/complete", { ref, argument, context: { arguments: { b: "c" } } });
    expect(completed).toMatchObject([
      { of, argument: "a", typed: "v", options: { caller: { id: "local" } } },
      { of, argument: "a", typed: "v" },
    ]);
    expect(completed.map(({ known }) => [...known])).toEqual([[], [["b", "c"]]]);
  });

  it.each([
    ["resources", { type: "ref/resource", uri: "a://b" }, "prompts"],
    ["prompts", { type: "ref/prompt", name: "p" }, "resources"],
  ] as const)("of %s is refused where the server has none", async (name, ref, other) => {
    const { ask } = await overPipe(tablesOf(undefined, { [other]: capability(other).made }).tables);
    expect((await ask("completion/complete", { ref, argument })).error).toEqual({
      code: -32602,
      message: `This server has no ${name}`,
    });
  });
});

describe("a request that is no call is answered with the tools", () => {
  it("as they are called, with what its client reaches", async () => {
    const reach = { toolset: "ops", isResourceServed: true };
    const found: unknown[] = [];
    const resources = capability("resources", async (access, options) => {
      found.push(access.tools, await access.call("old", { a: 1 }, options));
      await access.call("none", {}, options).catch((fault: Error) => found.push(fault.message));
      return {};
    });
    const { tables, asked } = tablesOf(() => ({ content: text("x") }), {
      resources: resources.made as ResourceCapability,
      reach,
    });
    await (await overPipe(tables)).ask("resources/read", { uri: "a://b" });
    expect(found).toEqual([tables.tools, { content: text("x") }, "Unknown tool: none"]);
    expect(asked).toMatchObject([{ tool: "plain", args: { a: 1 }, options: { reach, caller: { id: "local" } } }]);
  });

  it("as watchers see it, within the trace that they make of it", async () => {
    const seen: object[] = [];
    const trace = { traceId: "a".repeat(32), parent: "made" };
    const watcher = {
      watchRequest: (request: object, run: (trace: object) => unknown) => (seen.push(request), run(trace)),
    };
    const prompts = capability("prompts", async (_access, { trace: within }) => (seen.push({ within }), {})).made;
    const { tables } = tablesOf(undefined, { prompts, watchers: [watcher as never] });
    await (await overPipe(tables)).ask("prompts/get", { name: "p" });
    expect(seen).toEqual([{ method: "prompts/get", prompt: "p", isPipe: true }, { within: trace }]);
    const traceparent = `00-${"b".repeat(32)}-${"c".repeat(16)}-01`;
    await overHttp(tables, "2025-11-25", "prompts/get", { name: "p" }, { headers: { traceparent } });
    expect(seen[2]).toEqual({
      method: "prompts/get",
      prompt: "p",
      isPipe: false,
      trace: { traceId: "b".repeat(32), parent: traceparent },
    });
  });

  it.each<[string, unknown, object]>([
    [
      "whatever the owner's code throws is explained",
      new Error("own"),
      { code: -32603, message: "explained: Error: own" },
    ],
    ["what the protocol knows stays", invalid("no such page"), { code: -32602, message: "no such page" }],
  ])("%s", async (_what, fault, error) => {
    const prompts = capability("prompts", (access) => access.ofOwner(() => Promise.reject(fault as Error))).made;
    const { ask } = await overPipe(tablesOf(undefined, { prompts }).tables);
    expect((await ask("prompts/get", { name: "p" })).error).toEqual(error);
  });

  it("what the owner's code gives is given, and its question is one", async () => {
    let asks = false;
    const prompts = capability("prompts", (access) =>
      access.ofOwner(async () => {
        if (asks) throw new QuestionForUser("Really?", "st8");
        return { inputRequests: "none" };
      }),
    ).made;
    const { tables } = tablesOf(undefined, { prompts, approvalMs: 1_000 });
    const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
    const given = async () =>
      (await overHttp(tables, "2026-07-28", "prompts/get", { name: "p" }, { meta })).last.result;
    expect(await given()).toMatchObject({ inputRequests: "none" });
    asks = true;
    expect(await given()).toMatchObject({ resultType: "input_required", requestState: "st8" });
  });
});

describe("the scopes that a caller lacks for a message", () => {
  const call = (name: string, args?: object) => ({ method: "tools/call", params: { name, arguments: args } });
  const ann = { id: "ann", scopes: ["read"] };
  const all = { tool: "scoped", scopes: ["read", "write"] };
  const resources = {
    toolOf: async (uri: string) => (uri === "a://scoped" ? "scoped" : uri === "a://plain" ? "plain" : undefined),
  } as unknown as ResourceCapability;
  it.each<[string, object, object | undefined]>([
    ["a call", call("scoped"), all],
    ["a call of a tool that asks for none", call("plain"), undefined],
    ["a call by a tool of the owner's", call("own", {}), undefined],
    ["a call by one that stands for others", call("call", { name: "scoped" }), all],
    ["a call by one, of nothing", call("call", { name: "nothing" }), undefined],
    ["a call by one, without arguments", call("call"), undefined],
    ["a call of nothing", call("none"), undefined],
    ["a resource", { method: "resources/read", params: { uri: "a://scoped" } }, all],
    ["a resource of a tool that asks for none", { method: "resources/read", params: { uri: "a://plain" } }, undefined],
    ["a resource of no tool", { method: "resources/read", params: { uri: "a://other" } }, undefined],
    ["a list", { method: "tools/list", params: { name: "scoped" } }, undefined],
    ["no request", {}, undefined],
  ])("%s", async (_what, message, lack) => {
    expect(await lackedScopes(toolsOf(true), resources, message, ann)).toEqual(lack);
    const bob = { id: "bob", scopes: ["write", "read"] };
    expect(await lackedScopes(toolsOf(true), resources, message, bob)).toBeUndefined();
    expect(await lackedScopes(toolsOf(true), resources, message, { id: "local" })).toBeUndefined();
    expect(await lackedScopes(toolsOf(false), resources, message, ann)).toBeUndefined();
  });

  it("are none of a resource where the server has none", async () =>
    expect(
      await lackedScopes(toolsOf(true), undefined, { method: "resources/read", params: { uri: "a://scoped" } }, ann),
    ).toBeUndefined());
});

it("speaks revisions of the new era where the request names one, and else those before", () => {
  const versions = (version?: string) =>
    (new TableServer(tablesOf().tables, version).server as unknown as { _supportedProtocolVersions: string[] })
      ._supportedProtocolVersions;
  expect(versions("2026-07-28")).toEqual(["2026-07-28"]);
  expect(versions("2026")).toEqual(["2026"]);
  for (const version of [undefined, "2025-11-25", ""]) expect(versions(version)).toContain("2025-11-25");
});
