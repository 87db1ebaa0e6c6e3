/** The server as a function of AWS Lambda: clients of three generations, through events and what the function gives. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCall, environmentOf, sessionsOf } from "../e2e/calls.ts";
import { startUpstream, type Upstream } from "../e2e/upstream.ts";
import { buildProject, type BuiltProject, filesOf, sampleOf } from "../golden/sample.ts";
import { connectHttp, type Generation } from "../runtime/mcp-connections.js";

const token = "a-token-that-is-long-enough";
const authorization = { authorization: `Bearer ${token}` };
const sample = sampleOf("petstore");
let project: BuiltProject;
let upstream: Upstream;

beforeAll(async () => {
  project = buildProject(await filesOf(sample, { features: ["lambda"] }));
  upstream = await startUpstream();
});

afterAll(async () => {
  await upstream.close();
  project.remove();
});

interface Platform {
  readonly url: string;
  readonly child: ChildProcess;
  /** Waits until its log holds a text. */
  logs(text: string): Promise<void>;
}

async function platform(mode: "buffered" | "streaming", environment: Record<string, string>): Promise<Platform> {
  const program = join(import.meta.dirname, "lambda/platform.mjs");
  const child = spawn(process.execPath, [program, join(project.folder, "dist/lambda.js"), mode], {
    env: { PATH: process.env["PATH"], MCP_TOOL_RATE_LIMIT: "0", MCP_LOG_LEVEL: "info", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const logs = async (text: string): Promise<void> => {
    while (!log.includes(text)) await once(child.stderr, "data");
  };
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { url: `http://127.0.0.1:${port.toString().trim()}/mcp`, child, logs };
}

const post = (url: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...authorization,
      ...headers,
    },
    body: JSON.stringify(body),
  });

const ways: readonly (readonly [Generation, "buffered" | "streaming"])[] = [
  ["modern", "buffered"],
  ["legacy", "buffered"],
  ["v1", "buffered"],
  ["modern", "streaming"],
  ["v1", "streaming"],
];

describe.each(ways)("for a %s client, %s", (generation, mode) => {
  describe.each(sessionsOf(sample).slice(0, 1))("$name", (session) => {
    let server: Platform;
    let client: Client;

    beforeAll(async () => {
      server = await platform(mode, { MCP_AUTH_TOKEN: token, ...environmentOf(session, upstream) });
      client = (await connectHttp(generation, server.url, authorization)) as Client;
    });

    afterAll(async () => {
      await client.close();
      server.child.kill();
    });

    it("lists its tools", async () => {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(session.calls.map(({ tool }) => tool)));
    });

    it.each(
      session.calls.map(
        (call) => [call.about === undefined ? call.tool : `${call.tool}: ${call.about}`, call] as const,
      ),
    )("%s", (_name, call) => checkCall(client, upstream, call));
  });
});

describe("the function", () => {
  it("asks for a token, and knows where a request comes from", async () => {
    const server = await platform("buffered", { MCP_AUTH_TOKEN: token });
    expect((await post(server.url, {}, { authorization: "Bearer wrong" })).status).toBe(401);
    await server.logs('"address":"192.0.2.7"');
    expect((await fetch(server.url.replace("/mcp", "/livez"))).status).toBe(200);
    server.child.kill();
  });

  it("does not start without one, says why in its log, and nothing of it to whoever asks", async () => {
    const server = await platform("buffered", {});
    const answer = await post(server.url, { jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect([answer.status, await answer.json()]).toEqual([500, { error: "This server could not start" }]);
    await server.logs("Refused to serve without MCP_AUTH_TOKEN");
    server.child.kill();
  });

  it("keeps no invocation open for what may happen: subscriptions are refused at once", async () => {
    const server = await platform("buffered", { MCP_AUTH_TOKEN: token });
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const answer = await post(
      server.url,
      {
        jsonrpc: "2.0",
        id: 1,
        method: "subscriptions/listen",
        params: { _meta: meta, notifications: { toolsListChanged: true } },
      },
      { "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen" },
    );
    expect(JSON.stringify(await answer.text())).toContain("error");
    server.child.kill();
  });

  it("refuses a body that is too large", async () => {
    const server = await platform("buffered", { MCP_AUTH_TOKEN: token });
    expect((await post(server.url, { x: "x".repeat(5_000_000) })).status).toBe(413);
    server.child.kill();
  });
});
