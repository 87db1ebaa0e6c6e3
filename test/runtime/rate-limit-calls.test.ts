import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";

import { createLog } from "../../templates/always/src/runtime/log.ts";
import { rateLimit, type RateLimiting, type RateLimitOptions } from "../../templates/always/src/runtime/rate-limit.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { startSmallRedis } from "./rate-limit-redis.ts";
import { closedPort } from "./send-fault-server.ts";

const log = createLog("silent");
let made: RateLimiting[] = [];

function limits(options: RateLimitOptions = {}): RateLimiting {
  const limiting = rateLimit({ environment: {}, log, ...options });
  made.push(limiting);
  return limiting;
}

/** Which of `count` calls in a row are let through. */
async function admitted({ limit }: RateLimiting, count: number, caller = "a", tool = "t"): Promise<number> {
  let through = 0;
  for (let i = 0; i < count; i += 1) {
    const admission = await limit.admit({ id: caller }, tool);
    if (admission.allowed) through += 1;
    else expect(admission.retryAfterMs).toBeGreaterThan(0);
  }
  return through;
}

afterEach(async () => {
  await Promise.all(made.map((limiting) => limiting.close?.()));
  made = [];
});

describe("in memory", () => {
  it("counts by caller and by tool", async () => {
    const limiting = limits({ perCaller: 5, perTool: 3 });
    expect(await admitted(limiting, 4, "a", "one")).toBe(3);
    // The refused one counts for the caller too.
    expect(await admitted(limiting, 4, "a", "two")).toBe(1);
    expect(await admitted(limiting, 4, "b", "one")).toBe(3);
  });

  it("has no limit of 0", async () => {
    expect(await admitted(limits({ perCaller: 0, perTool: 0 }), 500)).toBe(500);
  });

  it("takes its numbers from the environment", async () => {
    const environment = { MCP_RATE_LIMIT: "2", MCP_TOOL_RATE_LIMIT: "9" };
    expect(await admitted(limits({ environment }), 4)).toBe(2);
  });

  it("is exact for calls at the same time", async () => {
    const { limit } = limits({ perCaller: 100, perTool: 0 });
    const all = await Promise.all(Array.from({ length: 1_000 }, () => limit.admit({ id: "a" }, "t")));
    expect(all.filter(({ allowed }) => allowed)).toHaveLength(100);
  });

  it("counts callers beyond ten thousand together, so that memory is bounded", async () => {
    const { limit } = limits({ perCaller: 3, perTool: 0 });
    for (let i = 0; i < 20_000; i += 1) await limit.admit({ id: `caller ${i}` }, "t");
    expect((await limit.admit({ id: "one more" }, "t")).allowed).toBe(false);
    expect((await limit.admit({ id: "caller 1" }, "t")).allowed).toBe(true);
  });
});

describe("in Redis", () => {
  it("is shared by several instances", async () => {
    const redis = await startSmallRedis();
    const options = { perCaller: 5, perTool: 0, redisUrl: new Secret(redis.url), redisWithinMs: 10_000 };
    expect(await admitted(limits(options), 3)).toBe(3);
    expect(await admitted(limits(options), 3)).toBe(2);
    expect([...redis.counts]).toEqual([["mcp-caller:a", 6]]);
    await redis.close();
  });

  it("counts in memory while Redis does not answer, is gone, or was never there", async () => {
    const redis = await startSmallRedis();
    const redisUrl = new Secret(redis.url);
    const limiting = limits({ perCaller: 3, perTool: 0, redisUrl, redisWithinMs: 2_000 });
    expect(await admitted(limiting, 2)).toBe(2);
    redis.mode = "hang";
    expect(await admitted(limiting, 2)).toBe(2);
    await redis.close();
    expect(await admitted(limiting, 3)).toBe(1);
    const nowhere = new Secret(`redis://127.0.0.1:${await closedPort()}`);
    expect(await admitted(limits({ perCaller: 5, perTool: 0, redisUrl: nowhere }), 10)).toBe(5);
  });

  it("is exact for two instances in a burst that makes every answer late", async () => {
    const redis = await startSmallRedis();
    redis.mode = "late";
    const options = { perCaller: 100, perTool: 0, redisUrl: new Secret(redis.url) };
    const instances = [limits(options), limits(options)];
    const all = await Promise.all(
      Array.from({ length: 1_000 }, (_call, index) => instances[index % 2]?.limit.admit({ id: "a" }, "t")),
    );
    expect(all.filter((admission) => admission?.allowed)).toHaveLength(100);
    await redis.close();
  });

  it("says once that Redis is lost, without its password", async () => {
    const lines: string[] = [];
    const redis = await startSmallRedis();
    const limiting = limits({
      redisUrl: new Secret(redis.url),
      redisWithinMs: 10_000,
      log: createLog("debug", (line) => lines.push(line)),
    });
    expect(await admitted(limiting, 1)).toBe(1);
    await redis.close();
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain("redis-password");
  });

  const server = ((): string | undefined => {
    try {
      return execFileSync("sh", ["-c", "command -v redis-server"]).toString().trim();
    } catch {
      return undefined;
    }
  })();

  it.skipIf(server === undefined)("is exact on a real server (skipped where redis-server is not on PATH)", async () => {
    const port = await closedPort();
    const child = spawn(server ?? "", ["--port", String(port), "--save", "", "--appendonly", "no"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    while (!output.includes("Ready to accept connections")) await new Promise((resolve) => setTimeout(resolve, 20));
    const { limit } = limits({
      perCaller: 100,
      perTool: 0,
      redisUrl: new Secret(`redis://127.0.0.1:${port}`),
    });
    const all = await Promise.all(Array.from({ length: 1_000 }, () => limit.admit({ id: "a" }, "t")));
    expect(all.filter(({ allowed }) => allowed)).toHaveLength(100);
    child.kill();
    await once(child, "exit");
  });
});
