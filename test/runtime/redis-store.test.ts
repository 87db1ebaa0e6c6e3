/** A store in Redis: what it asks, what it makes of answers, and what it does while there are none. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Log } from "../../templates/always/src/runtime/log.ts";
import { redisStore } from "../../templates/always/src/runtime/node/redis.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { type Store, StoreError } from "../../templates/always/src/runtime/store/store.ts";
import { speakRedis, type SpokenRedis } from "./redis-spoken.ts";
import { until } from "./until.ts";
import { closedPort } from "./send-fault-server.ts";

let redis: SpokenRedis;
let stores: Store[] = [];
let lines: { readonly level: string; readonly event: string; readonly message: string }[] = [];
const noting = (level: string) => (event: string, fields?: { readonly error?: unknown }) =>
  void lines.push({ level, event, message: fields?.error instanceof Error ? fields.error.message : "" });
const log = { info: noting("info"), warn: noting("warn") } as unknown as Log;

beforeEach(async () => {
  lines = [];
  redis = await speakRedis();
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  await redis.close();
});

async function open(url = redis.url, withinMs?: number): Promise<Store> {
  const store = await redisStore({
    url: new Secret(url),
    prefix: "pets:",
    log,
    ...(withinMs === undefined ? {} : { withinMs }),
  });
  stores.push(store);
  return store;
}

const fakeTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
const events = () => lines.map(({ level, event }) => `${level} ${event}`);
const script = (part: string) => expect.stringContaining(part) as string;

describe("is asked", () => {
  it("each thing by one command, under its prefix", async () => {
    const store = await open();
    expect(store.isShared).toBe(true);
    await store.set("a", "1", 1_000);
    expect(await store.get("a")).toEqual({ value: "1", expiresInMs: 1_000 });
    expect(await store.get("b")).toBeUndefined();
    expect(await store.increment("n", 2, 500)).toEqual({ value: 2, expiresInMs: 500 });
    expect(await store.increment("n", -5, 900)).toEqual({ value: -3, expiresInMs: 500 });
    expect(await store.compareAndSet("a", "2", "3", 7)).toBe(false);
    expect(await store.compareAndSet("a", "1", "2", 7)).toBe(true);
    expect(await store.compareAndSet("a", undefined, "2", 7)).toBe(false);
    expect(await store.compareAndSet("c", undefined, "", 8)).toBe(true);
    await store.delete("a");
    expect(redis.asked).toEqual([
      ["SET", "pets:a", "1", "PX", "1000"],
      ["EVAL", script('redis.call("PTTL", KEYS[1])'), "1", "pets:a"],
      ["EVAL", script('redis.call("GET", KEYS[1])'), "1", "pets:b"],
      ["EVAL", script('redis.call("INCRBY", KEYS[1], ARGV[1])'), "1", "pets:n", "2", "500"],
      ["EVAL", script('redis.call("PEXPIRE", KEYS[1], ARGV[2])'), "1", "pets:n", "-5", "900"],
      ["EVAL", script("redis.call"), "1", "pets:a", "text", "2", "3", "7"],
      ["EVAL", script('redis.call("SET", KEYS[1], ARGV[3], "PX", ARGV[4])'), "1", "pets:a", "text", "1", "2", "7"],
      ["EVAL", script('if ARGV[1] == "absent" then'), "1", "pets:a", "absent", "", "2", "7"],
      ["EVAL", script("return 1"), "1", "pets:c", "absent", "", "", "8"],
      ["DEL", "pets:a"],
    ]);
    expect(lines).toEqual([]);
  });

  it.each<[string, (store: Store) => Promise<unknown>]>([
    ["no key with a space", (store) => store.get("a b")],
    ["to set none", (store) => store.set("a b", "x", 1)],
    ["to count none", (store) => store.increment("a b", 1, 1)],
    ["to compare none", (store) => store.compareAndSet("a b", "x", "y", 1)],
    ["to delete none", (store) => store.delete("a b")],
    ["to set no half of a letter", (store) => store.set("a", "\ud83d", 1)],
    ["nor to compare with it", (store) => store.compareAndSet("a", "x", "\ud83d", 1)],
    ["to set nothing for no time", (store) => store.set("a", "x", 0)],
    ["to count for no time", (store) => store.increment("a", 1, 0)],
    ["to compare for no time", (store) => store.compareAndSet("a", "x", "y", 0)],
    ["to add no half", (store) => store.increment("a", 0.5, 1)],
  ])("%s", async (_what, ask) => {
    await expect(ask(await open())).rejects.toThrow(StoreError);
    expect(redis.asked).toEqual([]);
  });
});

describe("what it answers", () => {
  it("is kept for a millisecond at least", async () => {
    const store = await open();
    redis.answer = () => "*2\r\n$1\r\n1\r\n:0\r\n";
    expect(await store.get("a")).toEqual({ value: "1", expiresInMs: 1 });
    redis.answer = () => "*2\r\n:5\r\n:0\r\n";
    expect(await store.increment("a", 5, 9)).toEqual({ value: 5, expiresInMs: 1 });
  });

  it.each(["+OK\r\n", "*2\r\n:1\r\n$1\r\nx\r\n", "*2\r\n$1\r\nx\r\n:1\r\n", "*1\r\n:1\r\n", "$-1\r\n"])(
    "makes no sense as a count: %j",
    async (answer) => {
      const store = await open();
      redis.answer = () => answer;
      await expect(store.increment("a", 1, 9)).rejects.toEqual(
        new StoreError("Redis gave an answer that makes no sense"),
      );
    },
  );

  it("may be a refusal, which is told once", async () => {
    const store = await open();
    redis.answer = () => "-OOM command not allowed\r\n";
    for (const _time of [1, 2]) {
      const fault = await store.set("a", "x", 9).catch((error: StoreError) => error);
      expect([fault?.name, fault?.message, (fault?.cause as Error).message]).toEqual([
        "StoreError",
        "Redis did not do what it was asked",
        "OOM command not allowed",
      ]);
    }
    expect(events()).toEqual(["warn redis refuses what it is asked"]);
    expect(lines[0]?.message).toBe("OOM command not allowed");
    redis.answer = undefined;
    await store.set("a", "x", 9);
  });
});

describe("while it says nothing", () => {
  /** A store whose Redis was asked and has not answered within a second. */
  async function silent(): Promise<{ store: Store; first: Promise<unknown> }> {
    fakeTimers();
    const store = await open();
    redis.answer = () => "";
    const first = store.get("a").catch((error: unknown) => error);
    await until(() => redis.asked.length === 1);
    await vi.advanceTimersByTimeAsync(999);
    expect(lines).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    return { store, first };
  }

  it("is given up after a second, and asked no more", async () => {
    const { store, first } = await silent();
    expect(await first).toEqual(new StoreError("Redis does not answer"));
    await expect(store.get("b")).rejects.toThrow("Redis does not answer");
    expect(redis.asked).toHaveLength(1);
    expect(events()).toEqual(["warn redis lost, each instance is on its own"]);
    expect(lines[0]?.message).toBe("Redis does not answer");
  });

  it("is connected to anew after five seconds, again and again, until it says something", async () => {
    const { store } = await silent();
    const [old] = redis.sockets;
    await vi.advanceTimersByTimeAsync(4_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect([...redis.sockets]).toEqual([old]);
    redis.answer = undefined;
    await vi.advanceTimersByTimeAsync(1);
    await until(() => events().includes("info redis found again"));
    expect([...redis.sockets]).not.toContain(old);
    await store.set("a", "x", 9);
    expect(events()).toEqual(["warn redis lost, each instance is on its own", "info redis found again"]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(redis.sockets.size).toBe(1);
  });

  it("is heard by an answer that comes late, and keeps its connection then", async () => {
    const { store } = await silent();
    const [socket] = redis.sockets;
    socket?.write("$-1\r\n");
    await until(() => events().includes("info redis found again"));
    redis.answer = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    await store.set("a", "x", 9);
    expect([...redis.sockets]).toEqual([socket]);
  });

  it("leaves no timer behind when it is closed", async () => {
    const { store } = await silent();
    await store.close();
    stores = [];
    expect(vi.getTimerCount()).toBe(0);
    await until(() => redis.sockets.size === 0);
  });
});

describe("while it is not there", () => {
  it("is lost from the start, and nothing is waited for", async () => {
    const store = await open(`redis://127.0.0.1:${await closedPort()}`, 20);
    await expect(store.get("a")).rejects.toEqual(new StoreError("Redis does not answer"));
    expect(events()).toEqual(["warn redis lost, each instance is on its own"]);
  });

  it("is lost once, and found once it is there again", async () => {
    const store = await open();
    await store.set("a", "x", 9);
    for (const socket of redis.sockets) socket.destroy();
    await until(() => lines.length > 0);
    await expect(store.get("a")).rejects.toThrow("Redis did not do what it was asked");
    await until(() => events().includes("info redis found again"));
    expect((await store.get("a"))?.value).toBe("x");
    expect(events()).toEqual(["warn redis lost, each instance is on its own", "info redis found again"]);
  });
});
