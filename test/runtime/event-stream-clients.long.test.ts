/** Clients of MCP 2024-11-05, which speak HTTP with server-sent events: the official one, and what others may do. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProject, type BuiltProject, filesOf, sampleOf } from "../golden/sample.ts";
import { type HttpServer, startHttp } from "./mcp-connections.js";

const tokens = { ada: "token-of-ada-0123456789", bob: "token-of-bob-0123456789" };
type Name = keyof typeof tokens;
const bearer = (name: Name): Record<string, string> => ({ authorization: `Bearer ${tokens[name]}` });

let project: BuiltProject;
/** An API whose answers wait while they are held. */
let held: Promise<void> | undefined;
function hold(): () => void {
  let go = (): void => undefined;
  held = new Promise<void>((resolve) => (go = resolve));
  return () => {
    held = undefined;
    go();
  };
}
const api = createServer((request, response) => {
  request.resume();
  void Promise.resolve(held).then(() =>
    response.writeHead(200, { "content-type": "application/json" }).end('[{"id":1,"name":"Rex"}]'),
  );
});
let environment: Record<string, string>;
let server: HttpServer;
let origin: string;

beforeAll(async () => {
  project = buildProject(await filesOf(sampleOf("petstore"), { features: ["sse"] }));
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  environment = {
    PET_STORE_API_KEY: "key",
    PET_STORE_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    MCP_AUTH_TOKENS: JSON.stringify({ ada: { token: tokens.ada }, bob: { token: tokens.bob } }),
  };
  server = await startHttp(project.main, environment, ["--sse"]);
  origin = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
  api.closeAllConnections();
  api.close();
  project.remove();
});

async function connected(name: Name, path = "/sse", at = origin): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const init = { headers: bearer(name) };
  const transport = new SSEClientTransport(new URL(path, at), {
    requestInit: init,
    eventSourceInit: {
      fetch: (url, options) => fetch(url, { ...options, headers: { ...options.headers, ...init.headers } }),
    },
  });
  await client.connect(transport as Transport);
  return client;
}

/** A stream as any client could open it: its head, what came, and its end. */
interface Opened {
  readonly status: number;
  readonly at: string;
  /** Waits for text that comes. */
  until(text: string | RegExp): Promise<string>;
  /** Resolves when the server ends it. */
  readonly ended: Promise<void>;
  leave(): void;
}

async function opened(name: Name, at = origin): Promise<Opened> {
  const gone = new AbortController();
  const answer = await fetch(`${at}/sse`, { headers: bearer(name), signal: gone.signal });
  let seen = "";
  const listeners = new Set<() => void>();
  const ended = (async () => {
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      seen += new TextDecoder().decode(chunk);
      for (const listener of listeners) listener();
    }
  })().catch(() => undefined);
  const until = (text: string | RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (seen.search(text) < 0) return;
        listeners.delete(look);
        resolve(seen);
      };
      listeners.add(look);
      look();
    });
  const first = answer.status === 200 ? await until(/endpoint\ndata: .*\n\n/) : "";
  return {
    status: answer.status,
    at: at + (/data: (.*)/.exec(first)?.[1] ?? ""),
    until,
    ended,
    leave: () => gone.abort(),
  };
}

const post = (url: string, name: Name, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(name), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const listing = { jsonrpc: "2.0", id: 7, method: "tools/list" };
const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "old", version: "1" } },
};

describe("the official client", () => {
  it("initialises, lists, calls, and sees what the API answers", async () => {
    const client = await connected("ada");
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("list_pets");
    const result = await client.callTool({ name: "list_pets", arguments: { limit: 2 } });
    expect(JSON.stringify(result)).toContain("Rex");
    await client.close();
  });

  it("is turned away without a token, and so is who posts without one", async () => {
    expect((await fetch(`${origin}/sse`)).status).toBe(401);
    const { at, leave } = await opened("ada");
    expect((await fetch(at, { method: "POST", body: "{}" })).status).toBe(401);
    leave();
  });
});

describe("a session", () => {
  it("speaks 2024-11-05, and answers by its stream", async () => {
    const { at, until, leave } = await opened("ada");
    const answer = await post(at, "ada", initialize);
    expect([answer.status, await answer.text()]).toEqual([202, "Accepted"]);
    expect(await until(/"id":1[,}]/)).toContain('"protocolVersion":"2024-11-05"');
    leave();
  });

  it("belongs to whoever opened it: to others it is not there", async () => {
    const { at, leave } = await opened("ada");
    const [strange, unknown] = [
      await post(at, "bob", listing),
      await post(`${origin}/messages?sessionId=1`, "bob", listing),
    ];
    expect([strange.status, unknown.status]).toEqual([404, 404]);
    expect(await strange.text()).toBe(await unknown.text());
    leave();
  });

  it.each([
    ["of another type", "{}", { "content-type": "text/plain" }, 415],
    ["that are no JSON", "{", {}, 400],
    ["of more than 4 MiB", JSON.stringify({ ...listing, params: { x: "x".repeat(5_000_000) } }), {}, 413],
    ["from a foreign page", listing, { origin: "https://evil.example.com" }, 403],
  ])("refuses messages %s", async (_name, body, headers, status) => {
    const { at, leave } = await opened("ada");
    expect((await post(at, "ada", body, headers)).status).toBe(status);
    leave();
  });

  it("takes no second request with the id of one that runs", async () => {
    const { at, until, leave } = await opened("ada");
    await post(at, "ada", initialize);
    await until(/"id":1[,}]/);
    const go = hold();
    const call = { jsonrpc: "2.0", id: 9, method: "tools/call", params: { name: "list_pets", arguments: {} } };
    expect((await post(at, "ada", call)).status).toBe(202);
    expect((await post(at, "ada", call)).status).toBe(400);
    go();
    await until(/"id":9[,}]/);
    leave();
  });

  it("is one of twenty of a caller at most, and another's come in all the same", async () => {
    const all = await Promise.all(Array.from({ length: 21 }, () => opened("ada")));
    expect(all.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(1);
    const other = await opened("bob");
    expect(other.status).toBe(200);
    for (const { leave } of [...all, other]) leave();
    // Who leaves makes room.
    let next = await opened("ada");
    while (next.status === 429) {
      await sleep(10);
      next = await opened("ada");
    }
    next.leave();
  });
});

describe("a server", () => {
  it("ends sessions in which nothing is asked", async () => {
    const brief = await startHttp(project.main, { ...environment, MCP_SSE: "true", MCP_SSE_IDLE_MS: "100" });
    await (
      await opened("ada", `http://127.0.0.1:${brief.port}`)
    ).ended;
    expect(await brief.stop()).toBe(0);
  });

  it("has room for a number of sessions", async () => {
    const small = await startHttp(project.main, { ...environment, MCP_SSE: "true", MCP_SSE_SESSIONS: "1" });
    const at = `http://127.0.0.1:${small.port}`;
    const first = await opened("ada", at);
    expect([first.status, (await opened("bob", at)).status]).toEqual([200, 503]);
    expect(await small.stop()).toBe(0);
  });

  it("that is told to end answers what runs, and then ends the stream", async () => {
    const ending = await startHttp(project.main, environment, ["--sse"]);
    const at = `http://127.0.0.1:${ending.port}`;
    const [busy, idle] = [await opened("ada", at), await opened("bob", at)];
    await post(busy.at, "ada", initialize);
    await busy.until(/"id":1[,}]/);
    const go = hold();
    await post(busy.at, "ada", {
      jsonrpc: "2.0",
      id: 2,
      method: "tools/call",
      params: { name: "list_pets", arguments: {} },
    });
    const stopped = ending.stop();
    await idle.ended;
    go();
    await busy.until(/"id":2[,}]/);
    await busy.ended;
    expect(await stopped).toBe(0);
  });

  it("serves none of it unless it is asked to", async () => {
    const plain = await startHttp(project.main, environment);
    const at = `http://127.0.0.1:${plain.port}`;
    expect((await fetch(`${at}/sse`, { headers: bearer("ada") })).status).toBe(404);
    expect(await plain.stop()).toBe(0);
  });

  it("without the part does not start with --sse, and says what to do", async () => {
    const without = buildProject(await filesOf(sampleOf("petstore")));
    await expect(startHttp(without.main, environment, ["--sse"])).rejects.toThrow(/--feature sse/);
    without.remove();
  });
});
