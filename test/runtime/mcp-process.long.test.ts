/** The server as a process: what it prints, how it starts and how it ends. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ToolListing } from "../../templates/always/src/runtime/data/model.js";
import type { Client } from "@modelcontextprotocol/client";
import { type AnyClient, connectHttp, connectStdio, type Generation, startHttp } from "./mcp-connections.js";
import { leaks } from "./secret-shapes.js";
import { compile, type Fixture, listing, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";

let fixture: Fixture;
let upstream: Upstream;
let environment: Record<string, string>;

beforeAll(async () => {
  fixture = makeFixture({ custom: custom });
  upstream = await startUpstream();
  environment = { PETSTORE_BASE_URL: upstream.url };
});

afterAll(async () => {
  await upstream.close();
  fixture.remove();
});

const custom = `
import type { Tools } from "./generated/types.js";
import { CallError } from "./runtime/errors.js";
import { defineCustom, jsonResult, textResult } from "./runtime/custom.js";

console.log("this would break the protocol");
process.stdout.write("and this\\n");

export const custom = defineCustom<Tools>({
  hooks: {
    list_pets: {
      before: (args) => ({ ...args, limit: 7 }),
      after: (result) => ({ ...result, structuredContent: (result.structuredContent ?? []).slice(0, 1) }),
    },
    get_pet: {
      replace: async ({ petId }, { next, caller }) => {
        if (petId === 1) return jsonResult({ id: 1, name: caller.id });
        if (petId === 2) throw new CallError("Not this one", { hint: "Take another." });
        if (petId === 3) throw new Error("secret detail");
        return next({ petId: petId + 100 });
      },
    },
    // @ts-expect-error there is no such tool
    no_such_tool: {},
  },
  tools: [
    {
      name: "count_pets",
      description: "Counts.",
      inputSchema: { type: "object", properties: { times: { type: "integer", minimum: 1 } }, required: ["times"] },
      run: async ({ times }, { call }) => {
        const result = await call("list_pets", {});
        console.log("printed by a tool");
        return textResult(String(Number(times) * (result.structuredContent as { result: unknown[] } | unknown[] as unknown[]).length));
      },
    },
    {
      name: "make_megabyte",
      description: "Makes a megabyte.",
      inputSchema: { type: "object", properties: {} },
      run: () => {
        console.log("begun");
        return textResult("x".repeat(1_000_000));
      },
    },
    { name: "get_pet", description: "Taken.", inputSchema: { type: "object" }, run: () => textResult("") },
  ],
  resources: [
    { uri: "own://notes/{name}", name: "notes", mimeType: "text/plain", read: ({ name }) => "note " + name },
    { uri: "own://bytes", name: "bytes", read: () => new Uint8Array([1, 2, 3]) },
    { uri: "own://broken", name: "broken", read: () => { throw new Error("secret detail"); } },
  ],
  prompts: [{ name: "own", arguments: [{ name: "who", required: true }], text: ({ who }) => "Hello " + who }],
});
`;

interface Raw {
  readonly child: ChildProcessWithoutNullStreams;
  /** Lines of stdout. */
  readonly lines: string[];
  readonly errors: () => string;
  send(message: object): void;
  /** The answer with this id. */
  answer(id: number): Promise<{ result?: Record<string, unknown>; error?: { code: number; message: string } }>;
  readonly exited: Promise<number | null>;
}

function startRaw(args: readonly string[] = [], main = fixture.main, env = environment): Raw {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env["PATH"], ...env } });
  const lines: string[] = [];
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    lines,
    errors: () => errors,
    send: (message) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    answer: async (id) => {
      for (;;) {
        for (const line of lines) {
          const message = JSON.parse(line) as { id?: number };
          if (message.id === id) return message as never;
        }
        await pause();
      }
    },
    exited,
  };
}

const pause = (ms = 10): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await pause();
}

const initialize = {
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
};
const callSlowly = (id: number, ms: number): object => ({
  id,
  method: "tools/call",
  params: { name: "wait_slowly", arguments: { ms } },
});

/** The value with each of its members, at every depth, once of each type, and once left out. */
function withOneWrong(value: unknown): unknown[] {
  const wrong: unknown[] = [null, 5, 1.5, "x", "", true, [], [1], {}, { a: 1 }];
  if (typeof value !== "object" || value === null) return wrong;
  if (Array.isArray(value))
    return [...wrong, ...withOneWrong(value[0]).map((first) => [first, ...(value.slice(1) as unknown[])])];
  return [
    ...wrong,
    ...Object.entries(value).flatMap(([name, member]) => [
      ...withOneWrong(member).map((other) => ({ ...value, [name]: other })),
      Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)),
    ]),
  ];
}

describe("over stdio", () => {
  it("prints nothing but messages on stdout, whatever else prints", async () => {
    const raw = startRaw();
    raw.send(initialize);
    raw.send({ method: "notifications/initialized" });
    raw.send({ id: 1, method: "tools/call", params: { name: "count_pets", arguments: { times: 2 } } });
    expect((await raw.answer(1)).result).toMatchObject({ content: [{ text: "2" }] });
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
    for (const line of raw.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    for (const text of ["this would break", "and this", "printed by a tool"]) expect(raw.errors()).toContain(text);
  });

  it("goes on after lines that are no messages", async () => {
    const raw = startRaw();
    raw.child.stdin.write('not json\n[]\nnull\n{"jsonrpc":"1.0"}\n\xff\xfe\n\n');
    raw.send(initialize);
    expect((await raw.answer(0)).result).toMatchObject({ protocolVersion: "2025-06-18" });
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
  });

  it("says to whoever starts it by hand what it waits for, on stderr, and nothing to a client", async () => {
    const asTerminal = { NODE_OPTIONS: "--import=data:text/javascript,process.stdin.isTTY=true" };
    const raw = startRaw([], fixture.main, { ...environment, ...asTerminal });
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
    expect(raw.lines).toEqual([]);
    expect(raw.errors()).toContain("Waiting for an MCP client on standard input.");
    const client = startRaw();
    client.child.stdin.end();
    await client.exited;
    expect(client.errors()).not.toContain("Waiting");
  });

  it("ends at the end of its input, also before the first message", async () => {
    const raw = startRaw();
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
  });

  it("answers what runs when its input ends", async () => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.send(callSlowly(1, 1500));
    await waitFor(() => upstream.requests.includes("GET /slow?ms=1500"));
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
    expect((await raw.answer(1)).result).toMatchObject({ structuredContent: { done: true } });
  });

  it.each<[string, string, object]>([
    ["params null", '{"jsonrpc":"2.0","id":5,"method":"tools/list","params":null}', { id: 5, error: { code: -32600 } }],
    ["no version", '{"id":5,"method":"tools/list"}', { id: 5, error: { code: -32600 } }],
    ["a batch", '[{"jsonrpc":"2.0","id":5,"method":"tools/list"}]', { id: null, error: { code: -32600 } }],
    ["no JSON", "{", { id: null, error: { code: -32700 } }],
    ["no uri", '{"jsonrpc":"2.0","id":5,"method":"resources/read","params":{}}', { id: 5, error: { code: -32602 } }],
    ["a line of 11 MB", `"${"x".repeat(11 * 1024 * 1024)}"`, { id: null, error: { code: -32600 } }],
  ])("answers %s, and goes on", async (_case, line, answer) => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.child.stdin.write(`${line}\n`);
    raw.send({ id: 6, method: "tools/list" });
    expect((await raw.answer(6)).result).toBeDefined();
    // Answers have no order: a refusal is there before what comes after it, since it waits for nothing.
    const [refusal] = raw.lines.slice(1).map((text) => JSON.parse(text) as { error?: { message: string } });
    expect(refusal).toMatchObject(answer);
    expect(refusal?.error?.message).not.toMatch(/[[{\n]/);
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
  });

  it("answers what runs at SIGTERM, and takes nothing new", async () => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.send(callSlowly(1, 1600));
    await waitFor(() => upstream.requests.includes("GET /slow?ms=1600"));
    raw.child.kill("SIGTERM");
    await pause(100);
    raw.send({ id: 2, method: "tools/list" });
    expect(await raw.exited).toBe(0);
    expect((await raw.answer(1)).result).toMatchObject({ structuredContent: { done: true } });
    expect(raw.lines.some((line) => line.includes('"id":2'))).toBe(false);
  });

  it("tells what does not end that the server was stopped, after a grace", async () => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.send(callSlowly(1, 29_000));
    await waitFor(() => upstream.requests.includes("GET /slow?ms=29000"));
    raw.child.stdin.end();
    expect(await raw.answer(1)).toMatchObject({
      result: {
        isError: true,
        content: [{ type: "text", text: "This server was stopped before the call ended\nCall again once it runs." }],
      },
    });
    expect(await raw.exited).toBe(0);
    await waitFor(() => upstream.aborted.includes("/slow?ms=29000"));
  });

  it("ends cleanly when nobody reads its output any more", async () => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.child.stdout.destroy();
    raw.send({ id: 1, method: "tools/list" });
    raw.send({ id: 2, method: "tools/list" });
    expect(await raw.exited).toBe(0);
    expect(raw.errors()).not.toContain("EPIPE");
  });

  it("begins no more calls than it may run while a client does not read the answers", async () => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.child.stdout.pause();
    const ids = Array.from({ length: 400 }, (_, index) => index + 1);
    for (const id of ids) raw.send({ id, method: "tools/call", params: { name: "make_megabyte", arguments: {} } });
    const begun = () => raw.errors().split("begun").length - 1;
    // As many as may run, and those whose answers are in the pipe.
    await waitFor(() => begun() > 0);
    for (let before = -1; before !== begun(); await pause(300)) before = begun();
    expect(begun()).toBeLessThanOrEqual(20);
    raw.child.stdout.resume();
    await waitFor(() => raw.lines.length > ids.length);
    const answers = raw.lines.map((line) => JSON.parse(line) as { id: number; result?: object });
    expect(answers.flatMap(({ id, result }) => (result === undefined ? [] : [id])).sort((a, b) => a - b)).toEqual([
      0,
      ...ids,
    ]);
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
  });

  it("answers every request, whatever type any of its members has", async () => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2025-11-25",
      "io.modelcontextprotocol/clientCapabilities": {},
      progressToken: 1,
    };
    const requests: Record<string, object> = {
      initialize: {
        protocolVersion: "2025-11-25",
        capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {} }, tasks: { list: {} } },
        clientInfo: {
          name: "t",
          version: "1",
          title: "T",
          icons: [{ src: "https://a.example/a.png", sizes: ["1x1"] }],
        },
      },
      ping: {},
      "tools/list": { cursor: "1" },
      "tools/call": {
        name: "get_pet",
        arguments: { petId: 1 },
        task: { ttl: 1 },
        requestState: "a",
        inputResponses: {},
      },
      "resources/list": {},
      "resources/templates/list": {},
      "resources/read": { uri: "petstore://pets" },
      "prompts/list": {},
      "prompts/get": { name: "explore", arguments: { goal: "a" } },
      "completion/complete": {
        ref: { type: "ref/prompt", name: "explore" },
        argument: { name: "goal", value: "a" },
        context: { arguments: { a: "b" } },
      },
      "logging/setLevel": { level: "info" },
      "tasks/get": { taskId: "a" },
    };
    const messages = Object.entries(requests).flatMap(([method, params]) =>
      withOneWrong({ ...params, _meta }).map((wrong) => ({ method, params: wrong })),
    );
    expect(messages.length).toBeGreaterThan(500);
    const raw = startRaw([], fixture.main, { ...environment, MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0" });
    raw.send(initialize);
    await raw.answer(0);
    messages.forEach((message, index) => raw.send({ id: index + 1, ...message }));
    await waitFor(() => raw.lines.length > messages.length);
    const answers = raw.lines.map(
      (line) => JSON.parse(line) as { id: number; error?: { code: number; message: string } },
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(messages.length + 1);
    // A validator's dump is of many lines.
    const bad = answers.filter(({ error }) => error?.code === -32603 || error?.message.includes("\n"));
    expect(bad.map(({ id, error }) => [messages[id - 1], error])).toEqual([]);
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
  });

  it("stops reading from a client that does not read", async () => {
    const raw = startRaw();
    raw.send(initialize);
    await raw.answer(0);
    raw.child.stdout.pause();
    const count = 1_000;
    const params = { _meta: { padding: "x".repeat(3_000) } };
    for (let id = 1; id <= count; id++) raw.send({ id, method: "tools/list", params });
    // It has read what it reads once the rest in the pipe no longer becomes less.
    let left = -1;
    for (let same = 0; same < 50; await pause(20)) {
      same = raw.child.stdin.writableLength === left ? same + 1 : 0;
      left = raw.child.stdin.writableLength;
    }
    expect(left).toBeGreaterThan(500_000);
    raw.child.stdout.resume();
    await waitFor(() => raw.lines.length > count);
    raw.child.stdin.end();
    expect(await raw.exited).toBe(0);
  });
});

describe("what the owner adds", () => {
  it("runs hooks, own tools, resources and prompts", async () => {
    const client = await connectStdio("legacy", fixture.main, environment);
    const call = (name: string, args: object) => client.callTool({ name, arguments: { ...args } });
    expect((await call("list_pets", {})).structuredContent).toEqual({ result: [{ id: 1, name: "Rex" }] });
    expect(upstream.requests.at(-1)).toBe("GET /pets?limit=7");
    expect((await call("get_pet", { petId: 1 })).structuredContent).toEqual({ id: 1, name: "local" });
    expect(await call("get_pet", { petId: 2 })).toMatchObject({
      isError: true,
      content: [{ text: "Not this one\nTake another." }],
    });
    const internal = await call("get_pet", { petId: 3 });
    expect(internal).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^Internal error [0-9a-f]{8}\./) }],
    });
    expect((await call("get_pet", { petId: 5 })).structuredContent).toMatchObject({ id: 105 });
    expect(await call("count_pets", { times: 0 })).toMatchObject({
      isError: true,
      content: [{ text: "Invalid arguments\ntimes has to be at least 1" }],
    });
    expect((await client.listTools()).tools.filter(({ name }) => name === "get_pet")).toHaveLength(1);
    expect((await client.readResource({ uri: "own://notes/a%20b" })).contents).toEqual([
      { uri: "own://notes/a%20b", mimeType: "text/plain", text: "note a b" },
    ]);
    expect((await client.readResource({ uri: "own://bytes" })).contents).toEqual([
      { uri: "own://bytes", blob: "AQID" },
    ]);
    await expect(client.readResource({ uri: "own://broken" })).rejects.toMatchObject({
      message: expect.not.stringContaining("secret detail"),
    });
    expect((await client.getPrompt({ name: "own", arguments: { who: "you" } })).messages).toMatchObject([
      { content: { text: "Hello you" } },
    ]);
    await expect(client.getPrompt({ name: "own" })).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  it("reports hooks without a tool and names that are taken, and serves the rest", async () => {
    const raw = startRaw();
    raw.child.stdin.end();
    await raw.exited;
    expect(raw.errors()).toContain('has a hook for \\"no_such_tool\\", which is no tool');
    expect(raw.errors()).toContain('adds a tool \\"get_pet\\", but that name is taken');
  });
});

describe("flags and settings", () => {
  it.each<[string, readonly string[], Record<string, string>, string]>([
    ["unknown flag", ["--nope"], {}, "--nope"],
    ["bad port", ["--http", "--port", "many"], {}, "MCP_PORT has to be a whole number"],
    ["bad setting", [], { MCP_TIMEOUT_MS: "soon" }, "MCP_TIMEOUT_MS has to be a whole number"],
    ["every address without a token", ["--http", "--host", "0.0.0.0", "--port", "0"], {}, "without MCP_AUTH_TOKEN"],
  ])("refuses to start: %s", async (_case, args, settings, message) => {
    const raw = startRaw(args, fixture.main, { ...environment, ...settings });
    expect(await raw.exited).toBe(1);
    expect(raw.errors()).toContain(message);
    expect(raw.errors()).not.toMatch(/\n {4}at /);
  });

  it("refuses a port that is taken", async () => {
    const first = await startHttp(fixture.main, environment);
    const second = startRaw(["--http", "--port", String(first.port)]);
    expect(await second.exited).toBe(1);
    expect(second.errors()).toContain("EADDRINUSE");
    expect(await first.stop()).toBe(0);
  });

  it("explains itself", async () => {
    const raw = startRaw(["--help"]);
    expect(await raw.exited).toBe(0);
    expect(raw.lines.join("\n")).toMatch(/--http[\s\S]*MCP_AUTH_TOKEN/);
  });

  it("says its name and version", async () => {
    const raw = startRaw(["--version"]);
    expect(await raw.exited).toBe(0);
    expect(raw.lines.join("\n")).toMatch(/^[a-z0-9-]+ \d+\.\d+\.\d+ \(runtime \d+\.\d+\.\d+\)$/);
  });

  it("writes one line per call, without arguments or values", async () => {
    const raw = startRaw();
    raw.send(initialize);
    raw.send({ id: 1, method: "tools/call", params: { name: "delete_pet", arguments: { petId: 404 } } });
    await raw.answer(1);
    raw.child.stdin.end();
    await raw.exited;
    const line = raw
      .errors()
      .split("\n")
      .filter((text) => text.includes('"event":"call"'));
    expect(line.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      {
        tool: "delete_pet",
        method: "DELETE",
        path: "/pets/{petId}",
        caller: "local",
        status: 404,
        outcome: "error",
        ms: expect.any(Number),
        bytes: expect.any(Number),
      },
    ]);
  });
});

describe("over HTTP", () => {
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

  async function post(
    url: string,
    body: string,
    headers: Record<string, string> = {},
    method = "POST",
    path = "/mcp",
  ): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
    const { port } = new URL(url);
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: "127.0.0.1",
          port,
          path,
          method,
          headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        },
      );
      request.on("error", reject);
      request.end(method === "GET" ? undefined : body);
    });
  }

  it("refuses foreign hosts and pages on every path, and takes its own", async () => {
    const http = await startHttp(fixture.main, {
      ...environment,
      MCP_ALLOWED_HOSTS: "mcp.example.com",
      MCP_ALLOWED_ORIGINS: "https://app.example.com",
    });
    const body = JSON.stringify(list);
    const rows: [string, Record<string, string>, number][] = [
      ["none", {}, 200],
      ["localhost", { host: `localhost:${http.port}` }, 200],
      ["IPv6", { host: `[::1]:${http.port}` }, 200],
      ["named", { host: "mcp.example.com" }, 200],
      ["rebound", { host: "evil.example" }, 403],
      ["rebound with the right port", { host: `evil.example:${http.port}` }, 403],
      ["address of a pod", { host: "10.244.1.7:3300" }, 403],
      ["suffix", { host: "localhost.evil.example" }, 403],
      ["user information", { host: "localhost@evil.example" }, 403],
      ["foreign page", { origin: "https://evil.example" }, 403],
      ["no page", { origin: "null" }, 403],
      ["page of this machine", { origin: "http://localhost:5173" }, 200],
      ["named page", { origin: "https://app.example.com" }, 200],
      ["named host, other scheme", { origin: "http://app.example.com" }, 403],
      ["garbage", { origin: "://" }, 403],
    ];
    for (const [name, headers, status] of rows) {
      expect([name, (await post(http.url, body, headers)).status]).toEqual([name, status]);
      // Probes name an address that nobody lists; pages are kept out there, too.
      const health = await post(http.url, "", headers, "GET", "/healthz");
      expect([name, health.status]).toEqual([name, "host" in headers ? 200 : status]);
    }
    const page = await post(http.url, "", { origin: "https://app.example.com" }, "OPTIONS");
    expect(page).toMatchObject({
      status: 204,
      headers: { "access-control-allow-origin": "https://app.example.com", vary: "Origin" },
    });
    expect((await post(http.url, body)).headers["access-control-allow-origin"]).toBeUndefined();
    expect(await http.stop()).toBe(0);
  });

  it.each<[string, string, Record<string, string>, string, string, number, string]>([
    ["not JSON", "{", {}, "POST", "/mcp", 400, "-32700"],
    ["batch", JSON.stringify([list, list]), {}, "POST", "/mcp", 400, "-32600"],
    ["null", "null", {}, "POST", "/mcp", 400, "error"],
    ["empty", "", {}, "POST", "/mcp", 400, "-32700"],
    ["text", JSON.stringify(list), { "content-type": "text/plain" }, "POST", "/mcp", 415, "application/json"],
    [
      "form",
      JSON.stringify(list),
      { "content-type": "application/x-www-form-urlencoded" },
      "POST",
      "/mcp",
      415,
      "application/json",
    ],
    [
      "too long",
      `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"${"x".repeat(5_000_000)}"}}`,
      {},
      "POST",
      "/mcp",
      413,
      "limit",
    ],
    ["too long in chunks", "x".repeat(5_000_000), { "transfer-encoding": "chunked" }, "POST", "/mcp", 413, "limit"],
    ["GET", "", {}, "GET", "/mcp", 405, ""],
    ["other path", "", {}, "GET", "/", 404, "/mcp"],
    ["odd path", "", {}, "GET", "//evil.example/mcp", 404, ""],
    ["future version", JSON.stringify(list), { "mcp-protocol-version": "2099-01-01" }, "POST", "/mcp", 400, ""],
  ])("refuses %s", async (_case, body, headers, method, path, status, text) => {
    const http = await shared();
    const answer = await post(http.url, body, headers, method, path);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    // It goes on serving.
    expect((await post(http.url, JSON.stringify(list))).status).toBe(200);
  });

  it("answers 413 also to a client that closes and is still sending", async () => {
    const http = await shared();
    const headers = { connection: "close", "content-length": String(20_000_000) };
    const answer = await post(http.url, "x".repeat(20_000_000), headers);
    expect([answer.status, answer.text]).toEqual([413, '{"error":"The limit is 4194304 bytes"}']);
  });

  it.each([
    ["tool", { method: "tools/call", params: { name: "x".repeat(3_900_000) } }],
    ["prompt", { method: "prompts/get", params: { name: "x".repeat(3_900_000) } }],
    ["resource", { method: "resources/read", params: { uri: `a:${"x".repeat(3_900_000)}` } }],
    ["method", { method: "x".repeat(3_900_000) }],
    ["argument", { method: "tools/call", params: { name: "get_pet", arguments: { ["x".repeat(3_900_000)]: 1 } } }],
  ])("says of a name that is too long only how it begins: %s", async (_what, message) => {
    const http = await shared();
    const { text } = await post(http.url, JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }));
    expect(text.length).toBeLessThan(4_000);
    expect(text).toMatch(/error|isError/);
  });

  it("keeps connections for longer than load balancers do", async () => {
    const http = await shared();
    expect((await post(http.url, "", {}, "GET", "/healthz")).headers["keep-alive"]).toBe("timeout=75");
  });

  it("logs whom it refuses, and lets one caller cancel by message only what is its own", async () => {
    const tokens = { ada: { token: "token-of-ada-0123456789" }, bob: { token: "token-of-bob-0123456789" } };
    const http = await startHttp(fixture.main, { ...environment, MCP_AUTH_TOKENS: JSON.stringify(tokens) });
    const as = (name: keyof typeof tokens) => ({ authorization: `Bearer ${tokens[name].token}` });
    const call = (ms: number) =>
      JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "wait_slowly", arguments: { ms } },
      });
    const cancel = JSON.stringify({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 1 },
    });
    const running = (ms: number) => waitFor(() => upstream.requests.includes(`GET /slow?ms=${ms}`));
    const ofAda = post(http.url, call(30_101), as("ada")).catch(() => "hung up");
    const ofBob = post(http.url, call(1_102), as("bob")).then(({ status }) => status);
    await running(30_101);
    await running(1_102);
    await post(http.url, cancel, as("ada"));
    expect(await ofAda).toBe("hung up");
    await waitFor(() => upstream.aborted.includes("/slow?ms=30101"));
    expect(await ofBob).toBe(200);
    // Two of one caller with the same id: nobody knows which one is meant.
    const twice = [post(http.url, call(1_103), as("ada")), post(http.url, call(1_104), as("ada"))];
    await running(1_103);
    await running(1_104);
    await post(http.url, cancel, as("ada"));
    expect((await Promise.all(twice)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await post(http.url, cancel, {})).status).toBe(401);
    expect((await post(http.url, cancel, { host: "evil.example" })).status).toBe(403);
    expect(await http.stop()).toBe(0);
    const events = http.log
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { event: string; status?: number; caller?: string });
    expect(events.filter(({ event }) => event === "refused").map(({ status }) => status)).toEqual([401, 403]);
    expect(new Set(events.flatMap(({ caller }) => caller ?? []))).toEqual(new Set(["token:ada", "token:bob"]));
    expect(http.log.join("\n")).not.toMatch(/token-of-/);
  });

  it("reads the project's .env, and refuses to start where no call could work", async () => {
    const none = startRaw(["--http", "--port", "0"], fixture.main, { PETSTORE_BASE_URL: "nowhere" });
    expect(await none.exited).toBe(1);
    expect(none.errors()).toMatch(/^PETSTORE_BASE_URL has to be an http or https URL/m);
    const file = join(fixture.folder, ".env");
    writeFileSync(file, `PETSTORE_BASE_URL=${upstream.url}\nMCP_AUTH_TOKN=x\n`);
    try {
      const http = await startHttp(fixture.main, { PETSTORE_BASE_URL: "" });
      expect(await http.stop()).toBe(0);
      expect(http.log.join("\n")).toMatch(
        /"event":"unknown setting","name":"MCP_AUTH_TOKN","nearest":"MCP_AUTH_TOKEN"/,
      );
    } finally {
      rmSync(file);
    }
  });

  it("answers parameters that are wrong with one sentence", async () => {
    const http = await shared();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 9, method: "resources/read", params: {} });
    const { status, text } = await post(http.url, body);
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { jsonrpc: "2.0", id: 9, error: { code: -32602, message: 'Invalid params: "uri" has to be a string' } },
    ]);
  });

  it("refuses arguments nested 100,000 levels deep, and goes on", async () => {
    const http = await shared();
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_pets","arguments":{"tags":${deep}}}}`;
    expect((await post(http.url, body)).text).toMatch(
      /"id":1,"error":\{"code":-32602,"message":"The message nests deeper/,
    );
    expect((await post(http.url, JSON.stringify(list))).status).toBe(200);
  });

  let running: ReturnType<typeof startHttp> | undefined;
  const shared = () => (running ??= startHttp(fixture.main, environment));
  afterAll(async () => (await running)?.stop());

  it("asks for its token, and tells callers apart from it", async () => {
    const token = "correct-horse-battery";
    const http = await startHttp(fixture.main, { ...environment, MCP_AUTH_TOKEN: token }, ["--host", "0.0.0.0"]);
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "get_pet", arguments: { petId: 1 } },
    });
    for (const authorization of [
      "",
      "Bearer wrong",
      "Bearer",
      `Basic ${token}`,
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
    ]) {
      const answer = await post(http.url, body, authorization === "" ? {} : { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm="mcp"/);
    }
    const answer = await post(http.url, body, { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/token:[0-9a-f]{12}/);
    expect((await post(http.url, "", {}, "GET", "/healthz")).status).toBe(200);
    expect(await http.stop()).toBe(0);
    expect(http.log.join("\n")).not.toContain(token);
  });

  it.each<[Generation, number]>([
    ["v1", 20],
    ["legacy", 20],
    ["modern", 20],
    // Longer than a client of the earlier revisions waits before it asks again.
    ["v1", 1_200],
  ])("loses no call of %s clients at SIGTERM, of %i ms each", async (generation, ms) => {
    const http = await startHttp(fixture.main, { ...environment, MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0" });
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectHttp(generation, http.url)));
    const seen = upstream.requests.length;
    let answered = 0;
    let failed = 0;
    const worker = async (client: AnyClient): Promise<void> => {
      // Until the server is gone: a call that it did not begin is not lost.
      for (;;) {
        try {
          await (client as Client).callTool({ name: "wait_slowly", arguments: { ms } });
          answered += 1;
        } catch {
          failed += 1;
          return;
        }
      }
    };
    const workers = clients.flatMap((client) => [worker(client), worker(client)]);
    await waitFor(() => answered > 40);
    expect(await http.stop()).toBe(0);
    await Promise.all(workers);
    expect(failed).toBe(20);
    // What the API saw, its caller was told.
    expect(upstream.requests.length - seen).toBe(answered);
  });

  it("tells calls that run for longer than it may take to end that it was stopped", async () => {
    for (const generation of ["v1", "modern"] as const) {
      const http = await startHttp(fixture.main, environment);
      const client = (await connectHttp(generation, http.url)) as Client;
      const call = client.callTool({ name: "wait_slowly", arguments: { ms: 30_105 } });
      await waitFor(() => upstream.requests.includes("GET /slow?ms=30105"));
      upstream.requests.length = 0;
      const [result, code] = await Promise.all([call, http.stop()]);
      expect(result).toMatchObject({
        isError: true,
        content: [{ text: "This server was stopped before the call ended\nCall again once it runs." }],
      });
      expect(code).toBe(0);
      expect(http.log.join("\n")).toMatch(/"tool":"wait_slowly".*"outcome":"UpstreamError"/);
    }
  });

  it("loses nothing at SIGTERM under load, and ends", async () => {
    const http = await startHttp(fixture.main, { ...environment, MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0" });
    const { Agent } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    let answered = 0;
    let stopped = false;
    const worker = async (): Promise<void> => {
      while (!stopped) {
        const status = await new Promise<number | undefined>((resolve) => {
          const request = httpRequest(
            {
              host: "127.0.0.1",
              port: http.port,
              path: "/mcp",
              method: "POST",
              agent,
              headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
            },
            (response) => {
              response.resume();
              response.on("end", () => resolve(response.statusCode));
              response.on("error", () => resolve(undefined));
            },
          );
          request.on("error", () => resolve(undefined));
          request.end(
            JSON.stringify({ ...list, method: "tools/call", params: { name: "wait_slowly", arguments: { ms: 20 } } }),
          );
        });
        if (status === 200) answered += 1;
        // Not accepted any more: that is what a client sees that comes after the end.
        else if (status === undefined && stopping) return;
        else throw new Error(`status ${status}`);
      }
    };
    let stopping = false;
    const workers = Array.from({ length: 30 }, worker);
    await waitFor(() => answered > 100);
    stopping = true;
    expect(await http.stop()).toBe(0);
    stopped = true;
    await Promise.all(workers);
    agent.destroy();
    // Each call that began was answered: the log has a line for every one of them.
    const began = http.log.filter((line) => line.includes('"event":"call"'));
    expect(began.filter((line) => !line.includes('"outcome":"ok"'))).toEqual([]);
    expect(answered).toBe(began.length);
  });
});

describe("a server of 1,000 tools", () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `tool_${String(index).padStart(4, "0")}`);

  it("lists them all on one page, to every client", async () => {
    const large = makeFixture({
      listings: names.map((name) => listing(name, { limit: { type: "integer", description: "x".repeat(500) } })),
      resources: [],
      prompts: [],
    });
    for (const generation of ["modern", "v1"] as const) {
      const client = await connectStdio(generation, large.main, environment);
      const { tools, nextCursor } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(names);
      expect(nextCursor).toBeUndefined();
      expect(client.getServerCapabilities()).toEqual({ tools: {} });
      await client.close();
    }
    large.remove();
  });

  it("pages by bytes beyond 4 MB, going forward to the end", async () => {
    const large = makeFixture({
      listings: names.map((name) => listing(name, {}, { description: "x".repeat(10_000) })),
      resources: [],
      prompts: [],
    });
    const raw = startRaw([], large.main);
    raw.send(initialize);
    const found: string[] = [];
    const cursors: string[] = [];
    let cursor: string | undefined;
    for (let id = 1; id < 10; id++) {
      raw.send({ id, method: "tools/list", params: cursor === undefined ? {} : { cursor } });
      const { result } = await raw.answer(id);
      const tools = result?.["tools"] as ToolListing[];
      expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThan(4.3 * 1024 * 1024);
      found.push(...tools.map(({ name }) => name));
      cursor = result?.["nextCursor"] as string | undefined;
      if (cursor === undefined) break;
      expect(cursors).not.toContain(cursor);
      cursors.push(cursor);
    }
    expect(found).toEqual(names);
    expect(cursors.length).toBe(2);
    raw.send({ id: 50, method: "tools/list", params: { cursor: "1" } });
    expect((await raw.answer(50)).error).toMatchObject({ code: -32602 });
    raw.child.stdin.end();
    await raw.exited;
    large.remove();
  });
});

it("the project's own test passes on a fresh clone", async () => {
  const fresh = makeFixture();
  expect(compile(fresh.folder, "test")).toBe("");
  const test = spawn(process.execPath, ["--test", join(fresh.folder, "dist-test/test/server.test.js")], {
    cwd: fresh.folder,
  });
  let output = "";
  test.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => test.once("close", resolve));
  expect(output).toMatch(/pass 6\b/);
  expect(output).toMatch(/skipped 0\b/);
  expect(code).toBe(0);
  expect(existsSync(join(fresh.folder, "dist/generated/petstore"))).toBe(false);
  fresh.remove();
});

it("leaves a secret in no file, and says it in no line of its log at level debug", async () => {
  const key = "Ab+c/7=Zq&w-Kp_9x.Lm";
  const own = makeFixture();
  const server = await startHttp(own.main, {
    ...environment,
    PETSTORE_KEY: key,
    MCP_AUTH_TOKEN: `${key}-of-clients`,
    MCP_LOG_LEVEL: "debug",
  });
  const client = await connectHttp("legacy", server.url, { authorization: `Bearer ${key}-of-clients` });
  const result = await client.callTool({ name: "get_secret", arguments: {} });
  expect(result.isError).toBeFalsy();
  await client.close();
  expect(await server.stop()).toBe(0);
  expect(server.log.length).toBeGreaterThan(1);
  expect(server.log.filter(leaks)).toEqual([]);
  // The second is where Node keeps compiled code, if it can.
  const folders = [own.folder, join(own.folder, "node_modules/.cache/compile")].filter((folder) => existsSync(folder));
  const files = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile());
  const holding = files
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => readFileSync(path).includes(key.slice(0, 8)));
  expect(files.length).toBeGreaterThan(20);
  expect(holding).toEqual([]);
  own.remove();
});
