import { afterEach, describe, expect, it } from "vitest";

import { createLog } from "../../templates/always/src/runtime/log.ts";
import { redisStore } from "../../templates/always/src/runtime/node/redis.ts";
import { type LimitedServer, rateLimit, type RateLimiting } from "../../templates/always/src/runtime/rate-limit.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Store } from "../../templates/always/src/runtime/store/store.ts";
import { redisProgram, startRedis } from "./redis-server.ts";
import { startSmallRedis } from "./rate-limit-redis.ts";
import { closedPort } from "./send-fault-server.ts";

const log = createLog("silent");
let made: Store[] = [];

/** Limits of a server: calls per minute and caller, and of these for one tool. */
function limits(
  perCaller: number,
  perTool = 0,
  store: Store = new MemoryStore(),
  ofTools: LimitedServer["ofTools"] = new Map(),
): RateLimiting {
  const limiting = rateLimit();
  limiting.start?.({ store, settings: { rateLimit: perCaller, toolRateLimit: perTool }, ofTools });
  return limiting;
}

async function inRedis(url: string, withinMs = 60_000): Promise<Store> {
  const store = await redisStore({ url: new Secret(url), prefix: "mcp:pets:", withinMs, log });
  made.push(store);
  return store;
}

/** How many of a thousand calls of one caller at once, over some instances, are let through. */
async function admittedAtOnce(instances: readonly RateLimiting[]): Promise<number> {
  const all = await Promise.all(
    Array.from({ length: 1_000 }, (_call, index) => instances[index % instances.length]?.limit.admit({ id: "a" }, "t")),
  );
  return all.filter((admission) => admission?.allowed).length;
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
  await Promise.all(made.map((store) => store.close()));
  made = [];
});

it("a refusal says whose calls are too many", async () => {
  const limiting = rateLimit({ perCaller: 3, perTool: 2, perTenant: 4 });
  const limitOf = async (id: string, tool: string): Promise<string | undefined> => {
    const admission = await limiting.limit.admit({ id, tenant: "acme" }, tool);
    return admission.allowed ? undefined : admission.limit;
  };
  const ada = [
    await limitOf("ada", "t"),
    await limitOf("ada", "t"),
    await limitOf("ada", "t"),
    await limitOf("ada", "u"),
  ];
  expect(ada).toEqual([undefined, undefined, "tool", "caller"]);
  const bob = [await limitOf("bob", "t"), await limitOf("bob", "t"), await limitOf("bob", "u")];
  expect(bob).toEqual([undefined, undefined, "tenant"]);
});

describe("by organisation", () => {
  it("counts all callers of one together, over instances that share a store, and each caller for itself as well", async () => {
    const store = new MemoryStore();
    const instances = [rateLimit(), rateLimit({ perTenant: 6 })];
    for (const one of instances)
      one.start?.({ store, settings: { rateLimit: 4, toolRateLimit: 0, tenantRateLimit: 6 }, ofTools: new Map() });
    const through = async (id: string, tenant?: string, issuer?: string): Promise<number> => {
      let count = 0;
      for (let index = 0; index < 5; index += 1) {
        const caller = { id, ...(tenant === undefined ? {} : { tenant }), ...(issuer === undefined ? {} : { issuer }) };
        if ((await instances[index % 2]?.limit.admit(caller, "t"))?.allowed) count += 1;
      }
      return count;
    };
    expect([await through("ada", "acme"), await through("bob", "acme"), await through("cy", "acme")]).toEqual([
      4, 2, 0,
    ]);
    expect([await through("dan", "other"), await through("acme"), await through("eve", "acme", "https://b")]).toEqual([
      4, 4, 4,
    ]);
  });
});

describe("in memory", () => {
  it("counts by caller and by tool", async () => {
    const limiting = limits(5, 3);
    expect(await admitted(limiting, 4, "a", "one")).toBe(3);
    // The refused one counts for the caller too.
    expect(await admitted(limiting, 4, "a", "two")).toBe(1);
    expect(await admitted(limiting, 4, "b", "one")).toBe(3);
  });

  it("has no limit of 0", async () => {
    expect(await admitted(limits(0), 500)).toBe(500);
  });

  it("has single tools' own limits in place of the general one", async () => {
    const limiting = limits(0, 3, new MemoryStore(), new Map(Object.entries({ rare: 1, free: 0 })));
    expect([
      await admitted(limiting, 5, "a", "rare"),
      await admitted(limiting, 5, "a", "free"),
      await admitted(limiting, 5, "a", "other"),
    ]).toEqual([1, 5, 3]);
  });

  it("prefers the owner's numbers to the settings, and has the standard ones before it knows any", async () => {
    const limiting = rateLimit({ perTool: 2 });
    limiting.start?.({
      store: new MemoryStore(),
      settings: { rateLimit: 3, toolRateLimit: 1 },
      ofTools: new Map(),
    });
    expect(await admitted(limiting, 9)).toBe(2);
    expect(await admitted(rateLimit(), 130)).toBe(120);
    expect(await admitted(rateLimit({ perTool: 0 }), 700)).toBe(600);
  });

  it("counts from a caller's first call on for a minute, and says what is left of it", async () => {
    const clock = { now: 0 };
    const limiting = limits(1, 0, new MemoryStore({}, () => clock.now));
    expect(await admitted(limiting, 1)).toBe(1);
    clock.now = 20_000;
    expect(await limiting.limit.admit({ id: "a" }, "t")).toEqual({
      allowed: false,
      limit: "caller",
      retryAfterMs: 40_000,
    });
    clock.now = 60_000;
    expect(await admitted(limiting, 2)).toBe(1);
  });

  it("is exact for calls at the same time", async () => {
    expect(await admittedAtOnce([limits(100)])).toBe(100);
  });

  it("counts callers beyond ten thousand together, so that memory is bounded", async () => {
    const { limit } = limits(3);
    for (let i = 0; i < 20_000; i += 1) await limit.admit({ id: `caller ${i}` }, "t");
    expect((await limit.admit({ id: "one more" }, "t")).allowed).toBe(false);
    expect((await limit.admit({ id: "caller 1" }, "t")).allowed).toBe(true);
  });

  it("counts callers that a store refuses to hold, and those of whatever name", async () => {
    const full: Store = { ...new MemoryStore(), increment: () => Promise.reject(new Error("full")) } as never;
    expect(await admitted(limits(3, 0, full), 5)).toBe(3);
    expect(await admitted(limits(3), 5, "Ada \u{1f600}\n".repeat(500))).toBe(3);
  });
});

describe("in Redis", () => {
  it("is shared by several instances", async () => {
    const redis = await startSmallRedis();
    expect(await admitted(limits(5, 0, await inRedis(redis.url)), 3)).toBe(3);
    expect(await admitted(limits(5, 0, await inRedis(redis.url)), 3)).toBe(2);
    expect([...redis.counts]).toEqual([[expect.stringMatching(/^mcp:pets:limit:[\w+/=]{44}$/), 6]]);
    await redis.close();
  });

  it("counts in memory while Redis does not answer, is gone, or was never there", async () => {
    const redis = await startSmallRedis();
    const limiting = limits(3, 0, await inRedis(redis.url, 2_000));
    expect(await admitted(limiting, 2)).toBe(2);
    redis.mode = "hang";
    expect(await admitted(limiting, 2)).toBe(2);
    await redis.close();
    expect(await admitted(limiting, 3)).toBe(1);
    expect(await admitted(limits(5, 0, await inRedis(`redis://127.0.0.1:${await closedPort()}`)), 10)).toBe(5);
  });

  it("is exact for two instances in a burst that makes every answer late", async () => {
    const redis = await startSmallRedis();
    redis.mode = "late";
    expect(
      await admittedAtOnce([
        limits(100, 0, await inRedis(redis.url, 1_000)),
        limits(100, 0, await inRedis(redis.url, 1_000)),
      ]),
    ).toBe(100);
    await redis.close();
  });

  it("says once that Redis is lost, without its password", async () => {
    const lines: string[] = [];
    const redis = await startSmallRedis();
    const store = await redisStore({
      url: new Secret(redis.url),
      prefix: "",
      withinMs: 10_000,
      log: createLog("debug", (line) => lines.push(line)),
    });
    made.push(store);
    expect(await admitted(limits(5, 0, store), 1)).toBe(1);
    await redis.close();
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain("redis-password");
  });

  it.skipIf(redisProgram === undefined)(
    "is exact over two instances on a real server (skipped where redis-server is not on PATH)",
    async () => {
      const redis = await startRedis();
      expect(
        await admittedAtOnce([limits(100, 0, await inRedis(redis.url)), limits(100, 0, await inRedis(redis.url))]),
      ).toBe(100);
      await redis.stop();
    },
  );
});
