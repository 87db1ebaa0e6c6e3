/** The front door, row by row: what it serves where, to whom, what it tells those who look on, and how it ends. */
import { describe, expect, it } from "vitest";
import type { AccessRequest, AccessSettings, Caller } from "../../templates/always/src/runtime/access.js";
import { createHttpHandler, type HttpHandlerOptions } from "../../templates/always/src/runtime/http/handler.js";
import type { EventRoutesOptions } from "../../templates/always/src/runtime/http/mcp-route.js";
import type { Log } from "../../templates/always/src/runtime/log.js";
import { TableServer } from "../../templates/always/src/runtime/mcp/mcp-server.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { until } from "./until.js";
import { type Answer, tablesOf } from "./table-server.js";

type Options = Partial<HttpHandlerOptions>;
const ann: Caller = { id: "ann", issuer: "https://as.example" };

function door(more: Options = {}, environment: Record<string, string> = {}, settings: Partial<AccessSettings> = {}) {
  const lines: unknown[] = [];
  const note = (level: string) => (event: string, fields: object) => void lines.push([level, event, fields]);
  const log = Object.fromEntries(["error", "warn", "info", "debug"].map((level) => [level, note(level)]));
  const handler = createHttpHandler({
    factory: serverOf("all"),
    authenticate: () => ann,
    settings: { ...readSettings(environment), ...settings },
    log: log as unknown as Log,
    nextTurn: setImmediate,
    ...more,
  });
  const ask = async (path: string, method = "GET", headers: Record<string, string> = {}, body?: string) => {
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: { host: "localhost", ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const response = await handler.fetch(request, "10.0.0.7");
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const post = (path: string, message: object) =>
    ask(path, "POST", posting, JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }));
  return { handler, lines, ask, post };
}

const posting = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const call = { method: "tools/call", params: { name: "plain" } };
const list = { method: "tools/list" };
const serverOf = (name: string, answer?: Answer) => {
  const data = { name, title: name, version: "1", instructions: "", apis: [] };
  const { tables } = tablesOf(answer ?? (() => ({ content: [{ type: "text", text: name }] })), { data });
  return Object.assign((version?: string) => new TableServer(tables, version), {});
};

describe("MCP", () => {
  it("is served whole, and by toolset below", async () => {
    const { post } = door({ toolsets: new Map([["ops", serverOf("some")]]) });
    expect((await post("/mcp", call)).text).toContain('"text":"all"');
    expect((await post("/mcp/ops", call)).text).toContain('"text":"some"');
    expect(await post("/mcp/other", call)).toMatchObject({
      status: 404,
      text: '{"error":"Not found: the endpoint is /mcp"}',
    });
  });

  it("has one method, and says so", async () => {
    const { status, text, headers } = await door().ask("/mcp", "PUT");
    expect([status, text, headers.get("allow"), headers.get("content-type")]).toEqual([
      405,
      '{"error":"The methods here are POST"}',
      "POST",
      "application/json",
    ]);
  });

  it("is told of requests that are not let in, as their watchers are", async () => {
    const told: unknown[] = [];
    let end: (() => void) | undefined;
    const factory = serverOf("all", () => new Promise((resolve) => (end = () => resolve({ content: [] }))));
    const watchers = [{ turnedAway: (reason: unknown) => told.push(reason), refused: () => undefined }, {}];
    const { post } = door({ factory, watchers: watchers as never }, { MCP_MAX_CONCURRENT_CALLS: "1", MCP_QUEUE: "0" });
    const first = post("/mcp", call);
    const second = await post("/mcp", call);
    expect([second.status, second.headers.get("retry-after"), told]).toEqual([200, "1", ["overloaded"]]);
    expect(second.text).toContain("This server is overloaded");
    await until(() => end !== undefined);
    end?.();
    expect((await first).status).toBe(200);
  });

  it("says by a status which scopes are lacking, at each path for itself", async () => {
    const refused: unknown[] = [];
    const authority = {
      host: "localhost",
      routes: () => [],
      insufficient: (caller: Caller, scopes: readonly string[], path: string) => ({
        status: 403,
        message: `${caller.id} needs ${scopes.join(" ")} at ${path}`,
        headers: { "WWW-Authenticate": "Bearer" },
      }),
    };
    const factory = Object.assign(serverOf("all"), { lacked: async () => ({ tool: "plain", scopes: ["a", "b"] }) });
    const watchers = [{ refused: (event: string, fields: object) => refused.push([event, fields]) }];
    const options = { factory, toolsets: new Map([["ops", factory]]), watchers: watchers as never };
    const { post, lines } = door(options, {}, { authority: authority as never });
    const { status, text, headers } = await post("/mcp/ops", call);
    expect([status, text, headers.get("www-authenticate")]).toEqual([
      403,
      '{"error":"ann needs a b at /mcp/ops"}',
      "Bearer",
    ]);
    const fields = { tool: "plain", caller: "ann", outcome: "ScopeError" };
    expect(lines).toEqual([["info", "call", expect.objectContaining(fields)]]);
    expect(refused).toEqual([["call", fields]]);
  });
});

describe("who asks", () => {
  it("is found out by the request as it came, and the path that tokens are for", async () => {
    const asked: AccessRequest[] = [];
    const page = { path: "/metrics", type: "text/plain", text: () => "x" };
    const authenticate = (request: AccessRequest) => (asked.push(request), ann);
    const { ask } = door({ authenticate, watchers: [{ page }] as never });
    await ask("/mcp?a=b", "POST");
    await ask("/metrics", "HEAD", { "x-a": "b" });
    expect(asked.map(({ method, url, address, resource }) => [method, url, address, resource])).toEqual([
      ["POST", "/mcp?a=b", "10.0.0.7", undefined],
      ["HEAD", "/metrics", "10.0.0.7", "/mcp"],
    ]);
    expect(asked[1]?.headers.get("x-a")).toBe("b");
    expect(Object.keys(asked[0] ?? {})).not.toContain("resource");
  });

  it.each([
    [undefined, ["of the settings"]],
    [["own"], ["own"]],
  ])("has the scopes %j that were found, else those of the settings: %j", async (scopes, given) => {
    const seen: unknown[] = [];
    const page = { path: "/page", type: "text/plain", text: (caller: Caller) => (seen.push(caller), "x") };
    const found = { id: "ann", ...(scopes && { scopes }) };
    const options = { authenticate: () => found, watchers: [{ page }] as never };
    await door(options, {}, { scopes: ["of the settings"] }).ask("/page");
    expect(seen).toEqual([{ id: "ann", scopes: given }]);
  });

  it("is turned away with what the rule says, and there is a line of it", async () => {
    const told: unknown[] = [];
    const headers = { "WWW-Authenticate": "Bearer" };
    const authenticate = () => ({ status: 401, message: "Who are you?", headers }) as const;
    const watchers = [{ turnedAway: (reason: unknown) => told.push(reason) }];
    const { ask, lines } = door({ authenticate, watchers: watchers as never });
    const found = await ask("/mcp?token=x", "POST");
    expect([found.status, found.text]).toEqual([401, '{"error":"Who are you?"}']);
    expect(found.headers.get("www-authenticate")).toBe("Bearer");
    const line = { status: 401, reason: "Who are you?", address: "10.0.0.7", path: "/mcp" };
    expect([lines, told]).toEqual([[["warn", "refused", line]], [401]]);
  });

  it("learns nothing of a fault of this server; its log does", async () => {
    const fault = new Error("own words");
    const authenticate = () => {
      throw fault;
    };
    const { ask, lines } = door({ authenticate });
    expect(await ask("/mcp", "POST")).toMatchObject({ status: 500, text: '{"error":"Internal error"}' });
    expect(lines).toEqual([["error", "http", { error: fault }]]);
  });

  it("is at an unknown address where the host tells none", async () => {
    const asked: unknown[] = [];
    const authenticate = (request: AccessRequest) => (asked.push(request.address), ann);
    const { handler } = door({ authenticate });
    await handler.fetch(new Request("http://localhost/mcp", { headers: { host: "localhost" } }));
    expect(asked).toEqual(["unknown"]);
  });
});

describe("pages of those who look on", () => {
  const texts: unknown[] = [];
  const page = {
    path: "/metrics",
    type: "text/plain; version=1",
    text: (caller?: Caller) => (texts.push(caller?.id), "a 1\n"),
  };
  const watchers = [{ page }, {}] as never;

  it("are for whoever may call, where there is no port of their own", async () => {
    const { ask, handler } = door({ watchers });
    const { status, text, headers } = await ask("/metrics");
    expect([status, text, headers.get("content-type")]).toEqual([200, "a 1\n", "text/plain; version=1"]);
    expect((await ask("/metrics", "POST")).headers.get("allow")).toBe("GET, HEAD");
    expect(texts.splice(0)).toEqual(["ann"]);
    const refuse = () => ({ status: 401, message: "no" }) as const;
    expect((await door({ watchers, authenticate: refuse }).ask("/metrics")).status).toBe(401);
    const probe = { method: "GET", url: "http://a/metrics", headers: new Headers() } as never;
    expect((await handler.probe(probe)).status).toBe(404);
  });

  it("are for whoever reaches that port, where there is one", async () => {
    const { ask, handler } = door({ watchers }, { MCP_PROBE_PORT: "9000" });
    expect((await ask("/metrics")).status).toBe(404);
    const probe = async (path: string, method = "GET") =>
      handler.probe({ method, url: `http://10.1.2.3${path}`, headers: new Headers() } as never);
    expect(await probe("/metrics")).toEqual({
      status: 200,
      headers: { "content-type": "text/plain; version=1" },
      body: "a 1\n",
    });
    expect(texts.splice(0)).toEqual([undefined]);
    expect(await probe("/metrics", "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    expect(await probe("/livez")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(await probe("/mcp")).toEqual({
      status: 404,
      headers: { "content-type": "application/json" },
      body: '{"error":"Only probes are here"}',
    });
  });
});

describe("routes of the owner's, of the authority and for events", () => {
  it("are served beside MCP, the open ones to all", async () => {
    const open = (path: string, more: object = {}) => ({
      path,
      methods: ["GET"],
      access: "open",
      answer: () => ({ status: 200, headers: {}, body: path }),
      ...more,
    });
    const paths: string[] = [];
    const authority = {
      host: "auth.example",
      routes: (path: string) => (paths.push(path), [open(`/.well-known/x${path}`, { anyOrigin: true })]),
    };
    const events = () => ({
      routes: [
        { path: "/sse", methods: ["GET"], access: "caller", answer: () => ({ status: 200, headers: {}, body: "sse" }) },
        { path: "/messages", methods: ["POST"], access: "caller", resource: "/sse", answer: () => ({ status: 202 }) },
      ],
      drain: () => undefined,
    });
    const options = { routes: [open("/own")], events, toolsets: new Map([["ops", serverOf("ops")]]) };
    const { ask } = door(
      { ...(options as never as Options), authenticate: () => ({ status: 401, message: "no" }) as const },
      {},
      { authority: authority as never },
    );
    expect(paths).toEqual(["/mcp", "/mcp/ops", "/sse"]);
    expect(await ask("/own")).toMatchObject({ status: 200, text: "/own" });
    expect((await ask("/own", "POST")).status).toBe(405);
    expect((await ask("/own", "GET", { origin: "https://evil.example" })).status).toBe(403);
    expect((await ask("/own", "GET", { host: "evil.example" })).status).toBe(403);
    const foreign = await ask("/.well-known/x/sse", "GET", { origin: "https://evil.example", host: "auth.example" });
    expect([foreign.status, foreign.headers.get("vary")]).toEqual([200, null]);
    expect((await ask("/sse")).status).toBe(401);
  });

  it("for events are given what they need", async () => {
    const given: EventRoutesOptions[] = [];
    const events = (options: EventRoutesOptions) => {
      given.push(options);
      return { routes: [], drain: () => undefined, close: async () => undefined };
    };
    const [factory, ops] = [serverOf("all"), serverOf("ops")];
    const present = async () => ({}) as never;
    const environment = { MCP_SSE_SESSIONS: "7", MCP_SSE_IDLE_MS: "60000" };
    door({ factory, toolsets: new Map([["ops", ops]]), events, present }, environment);
    expect(given).toHaveLength(1);
    expect([...(given[0]?.served ?? [])]).toEqual([
      ["/mcp", factory],
      ["/mcp/ops", ops],
    ]);
    expect(given[0]).toMatchObject({ mostSessions: 7, idleMs: 60_000, present });
    expect(await given[0]?.challenge("/sse", factory)({}, ann)).toBeUndefined();
  });
});

it("lets pages that the settings allow ask, and read whom to ask for a token", async () => {
  const { ask } = door({}, { MCP_ALLOWED_ORIGINS: "https://app.example.com" });
  const origin = { origin: "https://app.example.com" };
  const preflight = await ask("/mcp", "OPTIONS", origin);
  expect([preflight.status, preflight.text]).toEqual([204, ""]);
  for (const { headers } of [preflight, await ask("/other", "GET", origin)])
    expect(Object.fromEntries([...headers].filter(([name]) => name !== "content-type"))).toEqual({
      vary: "Origin",
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-methods": "POST",
      "access-control-expose-headers": "WWW-Authenticate",
      "access-control-allow-headers": "Authorization, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name",
    });
  expect((await ask("/mcp", "OPTIONS", { origin: "http://localhost" })).status).toBe(405);
  expect((await ask("/other", "OPTIONS", origin)).status).toBe(404);
});

it("ends streams of subscriptions when it drains, and all of it when it is closed", async () => {
  const told: string[] = [];
  const events = () => ({ routes: [], drain: () => told.push("drain"), close: async () => told.push("close") });
  const { handler, post, ask } = door({ events: events as never });
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const listen = { jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params: { notifications: {}, _meta: meta } };
  const request = new Request("http://localhost/mcp", {
    method: "POST",
    headers: { host: "localhost", ...posting, "mcp-protocol-version": "2026-07-28", "mcp-method": listen.method },
    body: JSON.stringify(listen),
  });
  const stream = await handler.fetch(request);
  expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  handler.drain();
  expect(told).toEqual(["drain"]);
  await stream.text().catch(() => undefined);
  expect((await ask("/healthz")).text).toBe('{"status":"draining"}');
  expect((await post("/mcp", list)).status).toBe(200);
  await handler.close();
  expect(told).toEqual(["drain", "close"]);
  await door().handler.close();
});
