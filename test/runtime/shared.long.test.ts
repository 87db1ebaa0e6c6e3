/** Two processes of one server that share a Redis. */
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectHttp, type HttpServer, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.ts";
import { redisProgram, type RedisServer, startRedis } from "./redis-server.ts";
import { listen } from "./send-fault-server.ts";

type Client = Awaited<ReturnType<typeof connectHttp>>;

describe.skipIf(redisProgram === undefined)("two instances (skipped where redis-server is not on PATH)", () => {
  let fixture: Fixture;
  let upstream: Upstream;
  let redis: RedisServer;
  let open: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    fixture = makeFixture();
    upstream = await startUpstream();
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis.stop();
    await upstream.close();
    fixture.remove();
  });

  /** Clients of two instances, which count as the same caller, and what may be set for both. */
  async function instances(more: Record<string, string>): Promise<readonly [Client, Client, HttpServer, HttpServer]> {
    const environment = { PETSTORE_BASE_URL: upstream.url, REDIS_URL: redis.url, MCP_LOG_LEVEL: "info", ...more };
    const [one, other] = await Promise.all([
      startHttp(fixture.main, environment),
      startHttp(fixture.main, environment),
    ]);
    const clients = [await connectHttp("modern", one.url), await connectHttp("modern", other.url)] as const;
    open.push(async () => {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([one.stop(), other.stop()]);
    });
    return [...clients, one, other];
  }
  const ended = async (): Promise<void> => {
    await Promise.all(open.map((close) => close()));
    open = [];
  };

  it("let a caller call as often as one would, exactly, in a burst too", async () => {
    const patience = { MCP_QUEUE_MS: "3600000", MCP_TIMEOUT_MS: "3600000", MCP_MAX_CONCURRENT_CALLS: "1000" };
    const clients = await instances({ MCP_RATE_LIMIT: "100", MCP_TOOL_RATE_LIMIT: "0", ...patience });
    const results = await Promise.all(
      Array.from({ length: 400 }, (_call, at) =>
        clients[at % 2 === 0 ? 0 : 1].callTool({ name: "get_pet", arguments: { petId: 1 } }),
      ),
    );
    const refused = results.filter((result) => JSON.stringify(result.content).includes("Too many calls"));
    expect(refused).toHaveLength(300);
    expect(results.filter(({ isError }) => isError === true)).toEqual(refused);
    expect(upstream.requests).toHaveLength(100);
    await ended();
  });

  it("read on what the other one began", async () => {
    const [one, other] = await instances({ MCP_MAX_TEXT_BYTES: "10000" });
    const result = await one.callTool({ name: "get_big", arguments: {} });
    const uri = /answer:\/\/[^\s\]]+/.exec(JSON.stringify(result.content))?.[0] ?? "";
    const there = await other.readResource({ uri });
    expect(there.contents).toEqual((await one.readResource({ uri })).contents);
    expect(JSON.stringify(there.contents)).toContain("x".repeat(10_000));
    await ended();
  });

  it("pause what the other one found to be down, without asking it", async () => {
    const { port, close } = await listen(createServer());
    await close();
    const [one, other, , server] = await instances({ PETSTORE_BASE_URL: `http://127.0.0.1:${port}` });
    const say = async (client: Client): Promise<string> =>
      JSON.stringify((await client.callTool({ name: "delete_pet", arguments: { petId: 1 } })).content);
    const words: string[] = [];
    while (!words.at(-1)?.includes("paused")) words.push(await say(one));
    expect(words.length).toBeGreaterThan(1);
    expect(await say(other)).toContain("calls to it are paused");
    // It never found out by itself.
    expect(server.log.some((line) => line.includes('"event":"paused"'))).toBe(false);
    await ended();
  });

  it("go on by themselves when Redis is gone, and together when it is back", async () => {
    const own = await startRedis();
    const [one, other, server] = await instances({ REDIS_URL: own.url, MCP_RATE_LIMIT: "4", MCP_TOOL_RATE_LIMIT: "0" });
    const admitted = async (client: Client, times: number): Promise<number> => {
      let through = 0;
      for (let at = 0; at < times; at += 1)
        if ((await client.callTool({ name: "get_pet", arguments: { petId: 1 } })).isError !== true) through += 1;
      return through;
    };
    expect([await admitted(one, 3), await admitted(other, 3)]).toEqual([3, 1]);
    await own.stop();
    expect([await admitted(one, 6), await admitted(other, 6)]).toEqual([4, 4]);
    expect(server.log.filter((line) => line.includes("redis lost"))).toHaveLength(1);
    await own.start();
    while (!server.log.some((line) => line.includes("redis found again"))) {
      await admitted(one, 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await ended();
    await own.stop();
  });
});
