/** Approval out of band with running servers: official clients of three generations over HTTP, a receiver, and Redis. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.ts";
import { redisProgram, startRedis } from "./redis-server.ts";
import { listen } from "./send-fault-server.ts";

const policy = {
  policy: { rules: [{ name: "deletes", effect: "ask", tools: ["delete_pet"] }] },
  tools: { delete_pet: { method: "DELETE", reads: "get_pet" } },
};
const info = { name: "test", version: "1" };
const deletion = { name: "delete_pet", arguments: { petId: 3 } };
const key = Buffer.alloc(32, 9);

interface Message {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
let fixture: Fixture;
let upstream: Upstream;
let receiver: Awaited<ReturnType<typeof listen>>;
let messages: Message[];
/** Statuses of the receiver's answers to come; then 204. */
let statuses: number[];

beforeAll(async () => {
  fixture = makeFixture({ policy });
  upstream = await startUpstream();
  receiver = await listen(
    createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        messages.push({ headers: request.headers, body });
        response.writeHead(statuses.shift() ?? 204).end();
      });
    }),
  );
});
afterAll(async () => {
  await receiver.close();
  await upstream.close();
  fixture.remove();
});
beforeEach(() => {
  upstream.requests.splice(0);
  messages = [];
  statuses = [];
});

const environment = (publicUrl: string): Record<string, string> => ({
  PETSTORE_BASE_URL: upstream.url,
  MCP_APPROVAL_WEBHOOK: `http://127.0.0.1:${receiver.port}/approvals-of-pets`,
  MCP_APPROVAL_WEBHOOK_KEY: key.toString("base64"),
  MCP_PUBLIC_URL: publicUrl,
});

/** Whose link names a place that is known before the server has its port. */
const publicUrl = "http://127.0.0.1:9";
const linkIn = async (at: string): Promise<URL> => {
  const message = await vi.waitFor(
    () => {
      const last = messages.at(-1);
      if (last === undefined) throw new Error("No message came");
      return last;
    },
    { timeout: 60_000 },
  );
  const { data } = JSON.parse(message.body) as { data: { link: string } };
  const link = new URL(data.link);
  expect(link.origin).toBe(publicUrl);
  return new URL(`${link.pathname}${link.search}`, at);
};
const decide = async (link: URL): Promise<number> => {
  const form = new URLSearchParams([...link.searchParams, ["decision", "approve"]]);
  return (await fetch(new URL(link.pathname, link), { method: "POST", body: form })).status;
};

interface AnyClient {
  callTool(call: typeof deletion): Promise<{ isError?: unknown; content?: unknown }>;
  close(): Promise<void>;
}
const clients: [string, (url: string) => Promise<AnyClient>][] = [
  ...(["auto", "legacy"] as const).map((mode): [string, (url: string) => Promise<AnyClient>] => [
    `the client of ${mode}`,
    async (url) => {
      // What it can show is of no use before 2026-07-28, and not said after it.
      const capabilities = mode === "legacy" ? { elicitation: { form: {} } } : {};
      const client = new Client(info, { capabilities, versionNegotiation: { mode } });
      await client.connect(new StreamableHTTPClientTransport(new URL(url)));
      return client as AnyClient;
    },
  ]),
  [
    "a client of the first generation",
    async (url) => {
      const client = new OldClient(info, { capabilities: { elicitation: {} } });
      await client.connect(new OldHttpTransport(new URL(url)) as Parameters<OldClient["connect"]>[0]);
      return client as unknown as AnyClient;
    },
  ],
];

describe.each(clients)("%s, over HTTP", (_name, connect) => {
  it("has its call made once whoever got the link has approved it", async () => {
    statuses = [500];
    const server = await startHttp(fixture.main, environment(publicUrl));
    const client = await connect(server.url);
    const first = await client.callTool(deletion);
    expect(first.isError).toBe(true);
    expect(JSON.stringify(first.content)).toContain("has been told of it");
    const link = await linkIn(server.url);
    // The receiver failed once: it gets the same message again.
    await vi.waitFor(() => expect(messages).toHaveLength(2), { timeout: 60_000 });
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
    for (const { headers, body } of messages) {
      const content = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
      expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(content).digest("base64")}`);
    }
    const shown = await (await fetch(link)).text();
    expect(shown).toContain(`DELETE ${upstream.url}/pets/3`);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(upstream.requests).toEqual(["GET /pets/3"]);
    expect(await decide(link)).toBe(200);
    expect((await client.callTool(deletion)).isError).not.toBe(true);
    expect(upstream.requests).toEqual(["GET /pets/3", "DELETE /pets/3"]);
    expect(await decide(link)).toBe(404);
    expect(messages).toHaveLength(2);
    await client.close();
    await server.stop();
  });
});

it.skipIf(redisProgram === undefined)(
  "asked at one instance, a call is approved at the other and made at either, once (skipped where redis-server is not on PATH)",
  async () => {
    const redis = await startRedis();
    const shared = { ...environment(publicUrl), REDIS_URL: redis.url };
    const [one, other] = [await startHttp(fixture.main, shared), await startHttp(fixture.main, shared)];
    const [, connect] = clients[1] ?? [];
    if (connect === undefined) throw new Error("There is no such client");
    const [atOne, atOther] = [await connect(one.url), await connect(other.url)];
    for (const client of [atOne, atOther, atOne]) expect((await client.callTool(deletion)).isError).toBe(true);
    const link = await linkIn(other.url);
    expect(messages).toHaveLength(1);
    expect(await decide(link)).toBe(200);
    const results = await Promise.all([atOne, atOther, atOne, atOther].map((client) => client.callTool(deletion)));
    expect(results.filter(({ isError }) => isError !== true)).toHaveLength(1);
    expect(upstream.requests.filter((line) => line.startsWith("DELETE"))).toEqual(["DELETE /pets/3"]);
    // Those that were too late are asked about anew, together.
    await vi.waitFor(() => expect(messages).toHaveLength(2), { timeout: 60_000 });
    expect(await decide(await linkIn(one.url))).toBe(200);
    await Promise.all([atOne.close(), atOther.close(), one.stop(), other.stop()]);
    await redis.stop();
  },
);
