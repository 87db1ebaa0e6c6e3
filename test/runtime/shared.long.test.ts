/** Two processes of one server that share a Redis. */
import { createServer } from "node:http";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectHttp, type HttpServer, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.ts";
import { redisProgram, type RedisServer, startRedis } from "./redis-server.ts";
import { listen } from "./send-fault-server.ts";

type Client = Awaited<ReturnType<typeof connectHttp>>;

/** Makes the minute that a caller's first call began last a day, however busy the machine is. */
async function holdMinute(url: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  const keys = await client.keys("*limit*");
  expect(keys).toHaveLength(1);
  for (const key of keys) expect(await client.pExpire(key, 86_400_000)).toBe(1);
  client.destroy();
}

async function forget(url: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.flushAll();
  client.destroy();
}

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

  it("let a caller call as often as one would, exactly, in a burst too", async ({ skip }) => {
    const patience = { MCP_QUEUE_MS: "3600000", MCP_TIMEOUT_MS: "3600000", MCP_MAX_CONCURRENT_CALLS: "1000" };
    const limits = { MCP_RATE_LIMIT: "100", MCP_TOOL_RATE_LIMIT: "0" };
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const sent = upstream.requests.length;
      const [one, other, ...servers] = await instances({ ...limits, ...patience });
      const call = (at: number) => [one, other][at % 2]?.callTool({ name: "get_pet", arguments: { petId: 1 } });
      const first = await call(0);
      await holdMinute(redis.url);
      const others = await Promise.all(Array.from({ length: 399 }, (_call, at) => call(at)));
      const isLost = servers.some(({ log }) => log.some((line) => line.includes("redis lost")));
      await ended();
      await forget(redis.url);
      const failed = [first, ...others].filter((result) => result?.isError === true);
      for (const { content } of failed.flatMap((result) => result ?? []))
        expect(JSON.stringify(content)).toContain("Too many calls");
      const through = upstream.requests.length - sent;
      expect(through).toBe(400 - failed.length);
      // Who hears nothing of Redis for a second counts by itself.
      if (!isLost) return expect(through).toBe(100);
      expect(through).toBeLessThanOrEqual(300);
    }
    skip("this machine lets Redis wait for more than a second");
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

  it.each<[string, "stop" | "pause", "start" | "resume"]>([
    ["is killed and comes back", "stop", "start"],
    ["says nothing for a while", "pause", "resume"],
  ])("do not fail for anybody who calls while Redis %s", async (_what, leave, comeBack) => {
    const own = await startRedis();
    const shared = { REDIS_URL: own.url, MCP_STORE_KEY: "key-of-the-store-".repeat(3) };
    const limits = { MCP_RATE_LIMIT: "1000000", MCP_TOOL_RATE_LIMIT: "1000000", MCP_TIMEOUT_MS: "3600000" };
    const [one, other, ...servers] = await instances({ ...shared, ...limits });
    const failed: unknown[] = [];
    let [done, isOver] = [0, false];
    const work = async (client: Client): Promise<void> => {
      while (!isOver) {
        const call = client.callTool({ name: "get_pet", arguments: { petId: 1 } });
        const result = await call.catch((fault: unknown) => ({ isError: true, fault }));
        if (result.isError === true) failed.push(result);
        done += 1;
      }
    };
    const working = Promise.all([one, other, one, other].map(work));
    const more = async (calls: number): Promise<void> => {
      const until = done + calls;
      while (done < until) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    /** Until both instances have said so. */
    const said = async (words: string): Promise<void> => {
      while (!servers.every(({ log }) => log.some((line) => line.includes(words)))) await more(1);
    };
    await more(40);
    await own[leave]();
    await said("redis lost");
    await more(40);
    await own[comeBack]();
    await said("redis found again");
    await more(40);
    isOver = true;
    await working;
    expect(failed).toEqual([]);
    await ended();
    await own.stop();
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
