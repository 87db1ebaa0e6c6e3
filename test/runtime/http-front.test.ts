/** MCP over HTTP on Node.js: which addresses may be bound, and how the server ends. */
import { request as send } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AccessSettings, byToken } from "../../templates/always/src/runtime/access.js";
import type { Log } from "../../templates/always/src/runtime/log.js";
import { TableServer } from "../../templates/always/src/runtime/mcp/mcp-server.js";
import { serveHttp, type HttpFrontOptions } from "../../templates/always/src/runtime/node/http.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { turns, until } from "./until.js";
import { tablesOf } from "./table-server.js";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) await close();
});

function frontOf(environment: Record<string, string>, more: Partial<HttpFrontOptions> = {}) {
  const lines: unknown[] = [];
  const note = (level: string) => (event: string, fields: object) => void lines.push([level, event, fields]);
  const log = Object.fromEntries(["error", "warn", "info", "debug"].map((level) => [level, note(level)]));
  const ends: (() => void)[] = [];
  const { tables } = tablesOf(() => new Promise((resolve) => ends.push(() => resolve({ content: [] }))));
  const options: HttpFrontOptions = {
    factory: () => new TableServer(tables),
    authenticate: byToken,
    settings: { ...readSettings({ MCP_PORT: "0", ...environment }) } as AccessSettings,
    log: log as unknown as Log,
    insecure: false,
    ...more,
  };
  return { options, lines, ends };
}

describe("an address may be bound", () => {
  const words = (host: string) =>
    `Refused to listen on ${host} without MCP_AUTH_TOKEN: whoever reaches it could use the API with this server's credentials`;
  const hint =
    "Set MCP_AUTH_TOKEN, MCP_AUTH_TOKENS or MCP_AUTH_ISSUER, keep to 127.0.0.1, or add --insecure where something in front checks who calls.";
  it.each(["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "127.0.0.1.example", "x127.0.0.1"])(
    "beyond this machine only where somebody asks who calls: %s",
    async (host) =>
      expect(serveHttp(frontOf({ MCP_HOST: host }).options)).rejects.toMatchObject({ message: words(host), hint }),
  );

  it.each(["127.0.0.1", "localhost"])("of this machine always: %s", async (host) => {
    const { options, lines } = frontOf({ MCP_HOST: host });
    const { url, port, drain } = await serveHttp(options);
    closing.push(drain);
    expect([url, lines]).toEqual([`http://${host}:${port}/mcp`, []]);
  });

  it.each<[string, Record<string, string>, Partial<HttpFrontOptions>, object]>([
    ["with tokens", { MCP_AUTH_TOKEN: "s3cr3t-of-the-sockets" }, {}, {}],
    ["with a rule of the owner's", {}, { authenticate: () => ({ id: "ann" }) }, {}],
    ["with an authority", {}, {}, { authority: { host: "a", routes: () => [] } }],
    ["with proxies", {}, {}, { proxies: { callerOf: () => undefined } }],
  ])("beyond this machine %s", async (_what, environment, more, settings) => {
    const { options, lines } = frontOf({ MCP_HOST: "0.0.0.0", ...environment }, more);
    const { drain } = await serveHttp({ ...options, settings: { ...options.settings, ...settings } as AccessSettings });
    closing.push(drain);
    expect(lines).toEqual([]);
  });

  it("and where that is wished, which is told", async () => {
    const { options, lines } = frontOf({ MCP_HOST: "0.0.0.0" }, { insecure: true });
    closing.push((await serveHttp(options)).drain);
    expect(lines).toEqual([["warn", "listening without authentication", { host: "0.0.0.0" }]]);
  });

  it("unless it is taken, which says how to choose another", async () => {
    const first = await serveHttp(frontOf({}).options);
    closing.push(first.drain);
    await expect(serveHttp(frontOf({ MCP_PORT: String(first.port) }).options)).rejects.toMatchObject({
      hint: "Choose another port with --port or MCP_PORT.",
    });
  });
});

describe("a server that ends", () => {
  const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "plain" } });
  const post = (port: number) =>
    fetch(`http://127.0.0.1:${port}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: call,
    });

  it("answers what runs, takes nothing new, and closes what is idle", async () => {
    const { options, ends } = frontOf({ MCP_PROBE_PORT: "0" }, { unready: () => ["credentials"] });
    const { port, drain } = await serveHttp(options);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(await ready.json()).toEqual({ status: "not ready", reasons: ["credentials"] });
    const running = post(port);
    await until(() => ends.length === 1);
    const ended = drain();
    let isOver = false;
    void ended.then(() => (isOver = true));
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
    expect(isOver).toBe(false);
    ends[0]?.();
    const answer = await running;
    expect([answer.status, answer.headers.get("connection")]).toEqual([200, "close"]);
    await answer.text();
    await ended;
  });

  it("waits for nine and a half seconds at most", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const { options, ends } = frontOf({});
    const { port, drain } = await serveHttp(options);
    const request = send({
      port,
      host: "127.0.0.1",
      path: "/mcp",
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    });
    let fault: Error | undefined;
    request.on("error", (error) => (fault = error));
    request.end(call);
    await until(() => ends.length === 1);
    const ended = drain();
    await vi.advanceTimersByTimeAsync(9_499);
    await turns(20);
    expect(fault).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await until(() => fault !== undefined);
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });
});
