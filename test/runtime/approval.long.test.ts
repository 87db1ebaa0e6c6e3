/** Approvals with the official clients of three generations, over stdio and HTTP, in processes of their own, and by Redis. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdioTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.ts";
import { redisProgram, startRedis } from "./redis-server.ts";

const policy = {
  policy: {
    rules: [
      { name: "deletes", effect: "ask", tools: ["delete_pet"] },
      { name: "photos", effect: "ask", tools: ["get_photo"] },
    ],
  },
  tools: { delete_pet: { method: "DELETE", reads: "get_pet" } },
};
const info = { name: "test", version: "1" };
const deletion = { name: "delete_pet", arguments: { petId: 3 } };
const capabilities = { elicitation: { form: {} } };
type Answer = () => Promise<{ action: "accept" | "decline"; content?: Record<string, boolean> }>;
const yes: Answer = async () => ({ action: "accept", content: { approve: true } });
const no: Answer = async () => ({ action: "decline" });

let fixture: Fixture;
let upstream: Upstream;
beforeAll(async () => {
  fixture = makeFixture({ policy });
  upstream = await startUpstream();
});
afterAll(async () => {
  await upstream.close();
  fixture.remove();
});
beforeEach(() => void upstream.requests.splice(0));

const environment = (): Record<string, string> => ({ PETSTORE_BASE_URL: upstream.url, MCP_LOG_LEVEL: "info" });
const newClient = (mode: "auto" | "legacy", answer: Answer, asked: string[]): Client => {
  const client = new Client(info, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    asked.push(params.message);
    return (await answer()) as { action: "accept" };
  });
  return client;
};
const overStdio = (more: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [fixture.main],
  env: { PATH: process.env["PATH"] ?? "", ...environment(), ...more },
  stderr: "ignore" as const,
});

describe.each<[string, Answer, readonly string[], boolean]>([
  ["approves", yes, ["GET /pets/3", "DELETE /pets/3"], true],
  ["declines", no, ["GET /pets/3"], false],
])("a user who %s", (_what, answer, sent, passes) => {
  it.each<["auto" | "legacy"]>([["auto"], ["legacy"]])("over stdio, the client of %s", async (mode) => {
    const asked: string[] = [];
    const client = newClient(mode, answer, asked);
    await client.connect(new StdioClientTransport(overStdio()));
    const result = await client.callTool(deletion);
    expect(result.isError === true).toBe(!passes);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('As it is now (get_pet):\n{"id":3,"name":"Rex"}');
    expect(upstream.requests).toEqual(sent);
    await client.close();
  });

  it.each<["auto" | "legacy"]>([["auto"], ["legacy"]])(
    "is asked about a resource as about its tool, over stdio, the client of %s",
    async (mode) => {
      const asked: string[] = [];
      const client = newClient(mode, answer, asked);
      await client.connect(new StdioClientTransport(overStdio()));
      const read = client.readResource({ uri: "petstore://photo" });
      if (passes) expect((await read).contents).toMatchObject([{ mimeType: "image/png" }]);
      else await expect(read).rejects.toThrow(/did not approve/);
      expect(asked).toHaveLength(1);
      expect(upstream.requests).toEqual(passes ? ["GET /photo"] : []);
      await client.close();
    },
  );

  it("over stdio, a client of the first generation", async () => {
    const asked: string[] = [];
    const client = new OldClient(info, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message);
      return (await answer()) as { action: "accept" };
    });
    await client.connect(new OldStdioTransport(overStdio()));
    const result = await client.callTool(deletion);
    expect(result.isError === true).toBe(!passes);
    expect(asked).toHaveLength(1);
    expect(upstream.requests).toEqual(sent);
    await client.close();
  });

  it("over HTTP", async () => {
    const server = await startHttp(fixture.main, environment());
    const asked: string[] = [];
    const client = newClient("auto", answer, asked);
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
    expect((await client.callTool(deletion)).isError === true).toBe(!passes);
    expect([asked.length, upstream.requests]).toEqual([1, sent]);
    await client.close();
    await server.stop();
  });
});

it("a user who never answers does not hold the call for ever", async () => {
  const client = newClient("legacy", () => new Promise(() => undefined), []);
  await client.connect(new StdioClientTransport(overStdio({ MCP_APPROVAL_MS: "1000" })));
  const result = await client.callTool(deletion);
  expect(result.isError).toBe(true);
  expect(upstream.requests).toEqual(["GET /pets/3"]);
  // It is there for the next call.
  expect((await client.callTool({ name: "get_pet", arguments: { petId: 1 } })).isError).not.toBe(true);
  await client.close();
});

it.skipIf(redisProgram === undefined)(
  "begun at one instance, an approval is finished at the other, once (skipped where redis-server is not on PATH)",
  async () => {
    const redis = await startRedis();
    const shared = { ...environment(), REDIS_URL: redis.url };
    const [one, other] = [await startHttp(fixture.main, shared), await startHttp(fixture.main, shared)];
    const send = async (
      url: string,
      more: object,
    ): Promise<{ resultType?: string; requestState?: string; isError?: boolean }> => {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": "tools/call",
          "mcp-name": deletion.name,
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: {
            ...deletion,
            ...more,
            _meta: {
              "io.modelcontextprotocol/protocolVersion": "2026-07-28",
              "io.modelcontextprotocol/clientCapabilities": capabilities,
            },
          },
        }),
      });
      return ((await response.json()) as { result: object }).result;
    };
    const { requestState } = await send(one.url, {});
    const answer = { requestState, inputResponses: { approve: { action: "accept", content: { approve: true } } } };
    const results = await Promise.all([other.url, one.url, other.url, one.url].map((url) => send(url, answer)));
    expect(results.filter(({ resultType }) => resultType === "input_required")).toHaveLength(3);
    expect(upstream.requests.filter((line) => line.startsWith("DELETE"))).toEqual(["DELETE /pets/3"]);
    await Promise.all([one.stop(), other.stop()]);
    await redis.stop();
  },
);
