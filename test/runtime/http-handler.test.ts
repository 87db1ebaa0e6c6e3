/** The front door as any host has it: web requests and web responses, no socket. */
import { describe, expect, it, vi } from "vitest";
import { byToken, type Caller } from "../../templates/always/src/runtime/access.ts";
import type { Owner } from "../../templates/always/src/runtime/call/call.ts";
import type { CustomTool } from "../../templates/always/src/runtime/custom.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { createHttpHandler, type HttpHandler } from "../../templates/always/src/runtime/http/handler.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { createService } from "../../templates/always/src/runtime/mcp/service.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";

type Run = CustomTool["run"];

/** A server with one tool, `work`. */
async function door(
  run: Run = () => ({ content: [{ type: "text", text: "done" }] }),
  environment: Record<string, string> = {},
  unready: () => readonly "credentials"[] = () => [],
): Promise<HttpHandler> {
  const log = createLog("silent");
  const settings = readSettings({ MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0", ...environment });
  const tool: CustomTool = { name: "work", description: "", inputSchema: { type: "object" }, run };
  const owner = { custom: { tools: [tool] }, credentials: async () => ({}), rateLimiting: rateLimit() };
  const project: Project = {
    data: { name: "work", title: "Work", version: "1", instructions: "", apis: [] },
    apis: [],
  };
  const own = owner as unknown as Owner;
  const tools = new ToolTable(project, own.custom);
  const host = nodeHost(environment, settings);
  const service = await createService(own, project, tools, settings, new MemoryStore(), host, log);
  return createHttpHandler({ factory: service.factory, authenticate: byToken, settings, log, unready });
}

const revisions = ["2025-11-25", "2026-07-28"] as const;
type Revision = (typeof revisions)[number];

function call(
  revision: Revision,
  more: {
    readonly id?: number;
    readonly method?: string;
    readonly params?: Record<string, unknown>;
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
  } = {},
): Request {
  const { id = 1, method = "tools/call", params = { name: "work", arguments: {} }, headers, signal } = more;
  const isNew = revision === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": revision,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
    ...(params["_meta"] as object | undefined),
  };
  return new Request("http://localhost/mcp", {
    method: "POST",
    headers: {
      host: "localhost",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": revision,
      ...(isNew ? { "mcp-method": method, ...("name" in params ? { "mcp-name": String(params["name"]) } : {}) } : {}),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id, method, params: isNew ? { ...params, _meta: meta } : params }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const ask = (path: string, method = "GET", headers: Record<string, string> = {}): Request =>
  new Request(`http://localhost${path}`, { method, headers: { host: "localhost", ...headers } });

/** A run that ends when it is told to, and notes who hangs up. */
function held() {
  const ends: (() => void)[] = [];
  const stopped: string[] = [];
  const run: Run = (_args, { signal, caller }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () => stopped.push(caller.id));
      ends.push(() => resolve({ content: [{ type: "text", text: "done" }] }));
    });
  return { run, ends, stopped };
}

const turns = async (until: () => boolean): Promise<void> => {
  while (!until()) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe.each(revisions)("a call of %s", (revision) => {
  it("is answered by one message", async () => {
    const response = await (await door()).fetch(call(revision));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await response.json()).toMatchObject({ id: 1, result: { content: [{ type: "text", text: "done" }] } });
  });

  it("that takes long turns into a stream with signs of life, and its answer is the last event", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const { run, ends } = held();
      const answer = (await door(run)).fetch(call(revision));
      await turns(() => ends.length === 1);
      vi.advanceTimersByTime(14_999);
      let answered = false;
      void answer.then(() => (answered = true));
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(answered).toBe(false);
      vi.advanceTimersByTime(1);
      const response = await answer;
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
      vi.advanceTimersByTime(15_000);
      ends[0]?.();
      const [first, second, last, end] = (await response.text()).split("\n\n");
      expect([first, second, end]).toEqual([": keepalive", ": keepalive", ""]);
      expect(JSON.parse(/^event: message\ndata: (.*)$/.exec(last ?? "")?.[1] ?? "")).toMatchObject({
        id: 1,
        result: { content: [{ text: "done" }] },
      });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is stopped when its client hangs up, before its answer and within its stream", async () => {
    const { run, ends, stopped } = held();
    const handler = await door(run);
    const hangUp = new AbortController();
    const answer = handler.fetch(call(revision, { signal: hangUp.signal }));
    await turns(() => ends.length === 1);
    hangUp.abort();
    expect((await answer).status).toBe(499);
    await turns(() => stopped.length === 1);
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const streamed = handler.fetch(call(revision));
      await turns(() => ends.length === 2);
      vi.advanceTimersByTime(15_000);
      await (await streamed).body?.cancel();
      await turns(() => stopped.length === 2);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("has a place while it runs, and gives it back however it ends", async () => {
    const { run, ends } = held();
    const handler = await door(run, { MCP_MAX_CONCURRENT_CALLS: "1", MCP_QUEUE: "1" });
    const refused = async (): Promise<boolean> => {
      const response = await handler.fetch(call(revision, { id: 9 }));
      return response.headers.get("retry-after") === "1" && (await response.text()).includes("LimitError");
    };
    const hangUp = new AbortController();
    const answers = [handler.fetch(call(revision)), handler.fetch(call(revision, { signal: hangUp.signal }))];
    await turns(() => ends.length === 2);
    expect(await refused()).toBe(true);
    hangUp.abort();
    await answers[1];
    const third = handler.fetch(call(revision));
    await turns(() => ends.length === 3);
    expect(await refused()).toBe(true);
    for (const end of ends) end();
    for (const answer of [answers[0], third]) expect(await (await answer)?.text()).toContain("done");
    const fourth = handler.fetch(call(revision));
    await turns(() => ends.length === 4);
    ends[3]?.();
    expect((await fourth).status).toBe(200);
  });

  it("whose headers name another tool is refused", async () => {
    if (revision === "2025-11-25") return;
    const response = await (await door()).fetch(call(revision, { headers: { "mcp-name": "other" } }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: -32020 } });
  });

  it("of a tool that is not there is an error of the protocol", async () => {
    const response = await (await door()).fetch(call(revision, { params: { name: "none", arguments: {} } }));
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { id: 1, error: { code: -32602, message: "Unknown tool: none" } },
    ]);
  });
});

it("lets a caller call off its own request by a message, and nobody else's", async () => {
  const { run, ends, stopped } = held();
  const token = (name: string) => `token-of-${name}-0123456789`;
  const tokens = { ada: { token: token("ada") }, bob: { token: token("bob") } };
  const handler = await door(run, { MCP_AUTH_TOKENS: JSON.stringify(tokens) });
  const as = (name: string) => ({ authorization: `Bearer ${token(name)}` });
  const ofAda = handler.fetch(call("2025-11-25", { headers: as("ada") }));
  const ofBob = handler.fetch(call("2025-11-25", { headers: as("bob") }));
  await turns(() => ends.length === 2);
  const cancel = new Request("http://localhost/mcp", {
    method: "POST",
    headers: { ...Object.fromEntries(call("2025-11-25").headers), ...as("ada") },
    body: JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } }),
  });
  expect((await handler.fetch(cancel)).status).toBe(202);
  expect((await ofAda).status).toBe(499);
  expect(stopped).toEqual(["token:ada"]);
  for (const end of ends) end();
  expect((await ofBob).status).toBe(200);
});

describe("the table of routes", () => {
  const token = "token-0123456789abcdef";

  it.each<[string, Request, number, string]>([
    ["no such path", ask("/other"), 404, "/mcp"],
    ["below a path", ask("/healthz/x"), 404, ""],
    ["another case", ask("/MCP"), 404, ""],
    ["a method that healthz has not", ask("/healthz", "DELETE"), 405, "GET"],
    ["who calls comes before the method", ask("/mcp"), 401, "token"],
    ["a method that mcp has not", ask("/mcp", "GET", { authorization: `Bearer ${token}` }), 405, "POST"],
    ["another host", ask("/mcp", "GET", { host: "evil.example" }), 403, "MCP_ALLOWED_HOSTS"],
    ["another host on no path", ask("/other", "GET", { host: "evil.example" }), 403, "MCP_ALLOWED_HOSTS"],
    ["a foreign page", ask("/healthz", "GET", { origin: "https://evil.example" }), 403, "MCP_ALLOWED_ORIGINS"],
    ["probes under any name", ask("/healthz", "GET", { host: "10.1.2.3" }), 200, '{"status":"ok"}'],
    ["probes with a query", ask("/readyz?verbose", "GET", { host: "10.1.2.3" }), 200, '{"status":"ready"}'],
  ])("%s", async (_case, request, status, text) => {
    const response = await (await door(undefined, { MCP_AUTH_TOKEN: token })).fetch(request);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
    expect(response.headers.get("allow")).toBe(status === 405 ? (text === "POST" ? "POST" : "GET, HEAD") : null);
  });

  it("tells pages that the settings allow that they may ask", async () => {
    const handler = await door(undefined, { MCP_ALLOWED_ORIGINS: "https://app.example.com" });
    const origin = { origin: "https://app.example.com" };
    const preflight = await handler.fetch(ask("/mcp", "OPTIONS", origin));
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin.origin]);
    expect((await handler.fetch(ask("/mcp", "GET", origin))).headers.get("vary")).toBe("Origin");
    expect((await handler.fetch(ask("/mcp", "OPTIONS"))).status).toBe(405);
  });

  it("reads a body up to its limit, whether its length is told or not", async () => {
    const handler = await door();
    const send = (bytes: number, told: boolean) => {
      const body = new Uint8Array(bytes).fill(32);
      const headers = { host: "localhost", "content-type": "application/json" };
      return handler.fetch(
        new Request("http://localhost/mcp", {
          method: "POST",
          headers: told ? { ...headers, "content-length": String(bytes) } : headers,
          body,
        }),
      );
    };
    for (const told of [true, false]) {
      expect((await send(4 * 1024 * 1024 + 1, told)).status).toBe(413);
      expect((await send(4 * 1024 * 1024, told)).status).toBe(400);
    }
  });

  it("answers 500 where the owner's rule throws, and says nothing of it", async () => {
    const settings = readSettings({});
    const handler = createHttpHandler({
      factory: () => {
        throw new Error("not reached");
      },
      authenticate: (): Caller => {
        throw new Error("secret words");
      },
      settings,
      log: createLog("silent"),
    });
    const response = await handler.fetch(call("2025-11-25"));
    expect([response.status, await response.text()]).toEqual([500, '{"error":"Internal error"}']);
  });
});

describe("probes", () => {
  it("on a port of their own are all that is answered there", async () => {
    const handler = await door(undefined, { MCP_AUTH_TOKEN: "token-of-ada-0123456789" });
    const seen = async (path: string, method = "GET") =>
      (await handler.probe(ask(path, method, { host: "10.1.2.3", origin: "https://evil.example" }))).status;
    for (const path of ["/livez", "/healthz", "/readyz", "/readyz?verbose"]) expect(await seen(path), path).toBe(200);
    expect(await seen("/livez", "POST")).toBe(405);
    for (const path of ["/mcp", "/", "/livez/x", "/.well-known/oauth-protected-resource"])
      expect(await seen(path), path).toBe(404);
  });

  it("say that a server is ready, why it is not, and that it ends", async () => {
    let reasons: readonly "credentials"[] = ["credentials"];
    const handler = await door(undefined, {}, () => reasons);
    const seen = async (path: string) => {
      const response = await handler.fetch(ask(path));
      return [response.status, await response.json()];
    };
    expect(await seen("/readyz")).toEqual([503, { status: "not ready", reasons: ["credentials"] }]);
    expect(await seen("/healthz")).toEqual([200, { status: "ok" }]);
    reasons = [];
    expect(await seen("/readyz")).toEqual([200, { status: "ready" }]);
    handler.drain();
    expect(await seen("/readyz")).toEqual([503, { status: "not ready", reasons: ["draining"] }]);
    expect(await seen("/healthz")).toEqual([503, { status: "draining" }]);
    expect(await seen("/livez")).toEqual([200, { status: "ok" }]);
    // What is asked until it ends is served.
    expect((await handler.fetch(call("2025-11-25"))).status).toBe(200);
  });
});
