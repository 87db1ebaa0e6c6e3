/** What every store promises, and what only one in memory or in Redis does. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { redisStore } from "../../templates/always/src/runtime/node/redis.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { hashedKey, type Store, StoreError, TextKeys } from "../../templates/always/src/runtime/store/store.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { redisProgram, type RedisServer, startRedis } from "./redis-server.ts";

const silent = createLog("silent");
const minute = 60_000;
const hundred = Array.from({ length: 100 }, (_none, index) => index);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const eventually = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await sleep(10);
};

let redis: RedisServer | undefined;
let made: Store[] = [];
let prefixes = 0;
beforeAll(async () => {
  redis = redisProgram === undefined ? undefined : await startRedis();
});
afterAll(() => redis?.stop());
afterEach(async () => {
  await Promise.all(made.map((store) => store.close()));
  made = [];
});

const inRedis = async (prefix: string, withinMs = 60_000, log = silent): Promise<Store> => {
  const store = await redisStore({ url: new Secret(redis?.url ?? ""), prefix, withinMs, log });
  made.push(store);
  return store;
};

/** Two instances that share what is set, where they can. */
const stores: readonly [string, boolean, () => Promise<readonly [Store, Store]>][] = [
  [
    "in memory",
    false,
    async () => {
      const store = new MemoryStore();
      return [store, store];
    },
  ],
  [
    "in Redis (skipped where redis-server is not on PATH)",
    redisProgram === undefined,
    async () => {
      const prefix = `test ${(prefixes += 1)}:`;
      return [await inRedis(prefix), await inRedis(prefix)];
    },
  ],
];

describe.each(stores)("a store %s", (_where, isLeftOut, open) => {
  const test = it.skipIf(isLeftOut);

  test("has what was set, until it is set again or deleted", async () => {
    const [one, other] = await open();
    expect(await one.get("a")).toBeUndefined();
    await one.set("a", "first", minute);
    await other.set("a", "second", minute);
    expect((await one.get("a"))?.value).toBe("second");
    await one.delete("a");
    await one.delete("never-set");
    expect(await other.get("a")).toBeUndefined();
  });

  test.each(["", "0", "text with spaces", "über \u{1f600} \0 \r\n", `"{\\"json\\":[1]}"`, "x".repeat(1_000_000)])(
    "has texts as they are: %.20j",
    async (text) => {
      const [one, other] = await open();
      await one.set("a", text, minute);
      expect((await other.get("a"))?.value).toBe(text);
      expect(await other.compareAndSet("a", `${text}!`, "next", minute)).toBe(false);
      expect(await other.compareAndSet("a", text, "next", minute)).toBe(true);
      expect((await one.get("a"))?.value).toBe("next");
    },
  );

  test("says how long something is kept, and lets it go then", async () => {
    const [one] = await open();
    await one.set("text", "x", 80);
    await one.increment("count", 3, 80);
    await one.set("stays", "x", minute);
    const left = (await one.get("stays"))?.expiresInMs ?? 0;
    expect(left).toBeGreaterThan(1);
    expect(left).toBeLessThanOrEqual(minute);
    await eventually(async () => (await one.get("text")) === undefined);
    await eventually(async () => (await one.get("count")) === undefined);
    expect(await one.compareAndSet("text", undefined, "y", minute)).toBe(true);
    expect((await one.increment("count", 1, minute)).value).toBe(1);
  });

  test("gives a new time with every text, and none with a further count", async () => {
    const [one] = await open();
    await one.set("text", "x", 1_000);
    await one.set("text", "x", minute);
    expect((await one.get("text"))?.expiresInMs).toBeGreaterThan(1_000);
    await one.compareAndSet("text", "x", "y", 1_000);
    expect((await one.get("text"))?.expiresInMs).toBeLessThanOrEqual(1_000);
    await one.increment("count", 1, 1_000);
    expect((await one.increment("count", 1, minute)).expiresInMs).toBeLessThanOrEqual(1_000);
  });

  test("counts what is added from anywhere, exactly", async () => {
    const [one, other] = await open();
    const counts = await Promise.all(
      hundred.flatMap(() => [one.increment("a", 1, minute), other.increment("a", 1, minute)]),
    );
    expect(counts.map(({ value }) => value).sort((a, b) => a - b)).toEqual(
      hundred.concat(hundred.map((at) => at + 100)).map((at) => at + 1),
    );
    expect((await one.increment("a", -50, minute)).value).toBe(150);
    expect((await other.get("a"))?.value).toBe("150");
    expect((await other.increment("a", 0, minute)).value).toBe(150);
  });

  test("lets one of a hundred set what is not there, and what is", async () => {
    const [one, other] = await open();
    const race = (round: number, expected: string | undefined) =>
      Promise.all(
        hundred.map((at) => (at % 2 === 0 ? one : other).compareAndSet("a", expected, `${round} by ${at}`, minute)),
      );
    for (const round of [1, 2, 3]) {
      const before = (await one.get("a"))?.value;
      const won = await race(round, before);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await one.get("a"))?.value).toBe(`${round} by ${won.indexOf(true)}`);
    }
  });

  test("loses nothing of what a hundred add to a list by comparing", async () => {
    const [one, other] = await open();
    await Promise.all(
      hundred.map(async (at) => {
        const store = at % 2 === 0 ? one : other;
        for (;;) {
          const found = (await store.get("list"))?.value;
          const list = found === undefined ? [] : (JSON.parse(found) as number[]);
          if (await store.compareAndSet("list", found, JSON.stringify([...list, at]), minute)) return;
        }
      }),
    );
    const list = JSON.parse((await one.get("list"))?.value ?? "[]") as number[];
    expect(list.sort((a, b) => a - b)).toEqual(hundred);
  });

  test.each<[string, (store: Store) => Promise<unknown>]>([
    ["a key with a space", (store) => store.get("a b")],
    ["an empty key", (store) => store.set("", "x", minute)],
    ["a key of other letters", (store) => store.delete("ü")],
    ["a key of 513 characters", (store) => store.increment("k".repeat(513), 1, minute)],
    ["no time", (store) => store.set("a", "x", 0)],
    ["half a millisecond", (store) => store.compareAndSet("a", undefined, "x", 0.5)],
    ["no end", (store) => store.increment("a", 1, Number.POSITIVE_INFINITY)],
    ["half a count", (store) => store.increment("a", 0.5, minute)],
    ["half of a surrogate pair", (store) => store.set("a", "\ud83d", minute)],
    ["a text of more than 4 MiB", (store) => store.set("a", "ü".repeat(2 * 1024 * 1024 + 1), minute)],
    ["a text as a count", (store) => store.set("t", "x", minute).then(() => store.increment("t", 1, minute))],
  ])("refuses %s, and goes on", async (_what, ask) => {
    const [one] = await open();
    await expect(ask(one)).rejects.toThrow(StoreError);
    await one.set("a", "x", minute);
    expect((await one.get("a"))?.value).toBe("x");
  });

  test("has a key for any text, and not the text in it", async () => {
    const [one] = await open();
    const key = await hashedKey("limit", "Ada \u{1f600} ".repeat(1_000));
    await one.set(key, "x", minute);
    expect(key).toMatch(/^limit:[\w+/=]{44}$/);
    expect(await hashedKey("limit", "ada")).not.toBe(await hashedKey("limit", "Ada"));
  });
});

describe("keys of texts that come again and again", () => {
  it.each([
    ["a text with a space", "a b"],
    ["one that is not of ASCII", "ü"],
    ["one of 401 characters", "a".repeat(401)],
    ["none", ""],
  ])("are hashed in any store for %s", async (_what, text) => {
    expect(await new TextKeys("cache", false).of(text)).toBe(await hashedKey("cache", text));
  });

  it("are the texts in a store that nobody else sees, and there no hash is one of them", async () => {
    const [own, shared] = [new TextKeys("cache", false), new TextKeys("cache", true)];
    for (const text of ["a", '["all","https://api.example.com/pets?a=%20"]', "b".repeat(400)]) {
      expect(await own.of(text)).toBe(`cache:=${text}`);
      expect(await shared.of(text)).toBe(await hashedKey("cache", text));
    }
    const [, hash = ""] = (await hashedKey("cache", "a")).split(":");
    expect(await own.of(hash)).toBe(`cache:=${hash}`);
  });
});

describe("a store in memory", () => {
  const at = (bounds: ConstructorParameters<typeof MemoryStore>[0]) => {
    const clock = { now: 0 };
    return { clock, store: new MemoryStore(bounds, () => clock.now) };
  };

  it("goes by the clock that it is given, to the millisecond", async () => {
    const { clock, store } = at({});
    await store.set("a", "x", 100);
    clock.now = 99.5;
    expect(await store.get("a")).toEqual({ value: "x", expiresInMs: 1 });
    clock.now = 100;
    expect(await store.get("a")).toBeUndefined();
    expect(store.size).toBe(0);
  });

  it("lets go what was asked for longest ago", async () => {
    const { store } = at({ entries: 3 });
    for (const key of ["a", "b", "c"]) await store.set(key, "x", minute);
    await store.get("a");
    await store.increment("n", 1, minute);
    expect(await store.get("b")).toBeUndefined();
    await store.increment("n", 1, minute);
    await store.set("d", "x", minute);
    expect([await store.get("c"), (await store.get("a"))?.value, (await store.get("n"))?.value]).toEqual([
      undefined,
      "x",
      "2",
    ]);
  });

  it("is bounded by bytes, and knows them", async () => {
    const { store } = at({ bytes: 20 });
    await store.set("a", "1234567", minute);
    await store.set("b", "üüü", minute);
    expect(store.bytes).toBe(8 + 7);
    await store.set("c", "123456", minute);
    expect([await store.get("a"), store.bytes]).toEqual([undefined, 14]);
    await expect(store.set("d", "x".repeat(20), minute)).rejects.toThrow("larger than the whole store");
    await store.set("b", "", minute);
    await store.delete("c");
    expect(store.bytes).toBe(1);
  });

  it("holds no more than its bounds of 100,000 keys, and nothing of those whose time is over", async () => {
    const { clock, store } = at({});
    let most = 0;
    for (let index = 0; index < 100_000; index += 1) {
      await (index % 2 === 0
        ? store.set(`k${index}`, "x".repeat(100), 10_000)
        : store.increment(`k${index}`, 1, 10_000));
      most = Math.max(most, store.size);
    }
    expect([most, store.size]).toEqual([50_000, 50_000]);
    expect((await store.get("k99999"))?.value).toBe("1");
    clock.now = 10_000;
    // What comes then makes room of what is over, and not of each other.
    for (let index = 0; index < 60_000; index += 1) await store.set("same", "x", minute);
    expect([store.size, store.bytes]).toEqual([1, 5]);
  });
});

describe.skipIf(redisProgram === undefined)("a store in Redis (skipped where redis-server is not on PATH)", () => {
  const logged = () => {
    const lines: string[] = [];
    return { lines, log: createLog("info", (line) => lines.push((JSON.parse(line) as { event: string }).event)) };
  };

  it("keeps the keys of servers apart", async () => {
    const [one, other] = [await inRedis("pets:"), await inRedis("shops:")];
    await one.set("a", "x", minute);
    expect(await other.get("a")).toBeUndefined();
    expect(await other.compareAndSet("a", undefined, "y", minute)).toBe(true);
  });

  it("rejects while Redis is gone, says so once, and has it again", async () => {
    const own = await startRedis();
    const { lines, log } = logged();
    const store = await redisStore({ url: new Secret(own.url), prefix: "", log });
    made.push(store);
    await store.set("a", "x", minute);
    await own.stop();
    await eventually(() =>
      store.get("a").then(
        () => false,
        (error: unknown) => error instanceof StoreError,
      ),
    );
    for (const _time of hundred) await expect(store.increment("n", 1, minute)).rejects.toThrow(StoreError);
    expect(lines).toEqual(["redis lost, each instance is on its own"]);
    await own.start();
    await eventually(() =>
      store.increment("n", 1, minute).then(
        () => true,
        () => false,
      ),
    );
    expect(lines).toEqual(["redis lost, each instance is on its own", "redis found again"]);
    await own.stop();
  });

  it("gives up a Redis that says nothing, asks it no more, and has it again", async () => {
    const own = await startRedis();
    const { lines, log } = logged();
    const store = await redisStore({ url: new Secret(own.url), prefix: "", withinMs: 100, log });
    made.push(store);
    await eventually(() =>
      store.set("a", "x", minute).then(
        () => true,
        () => false,
      ),
    );
    lines.length = 0;
    own.pause();
    await eventually(() =>
      store.get("a").then(
        () => false,
        () => true,
      ),
    );
    await expect(store.get("a")).rejects.toThrow("Redis does not answer");
    expect(lines).toEqual(["redis lost, each instance is on its own"]);
    own.resume();
    await eventually(() =>
      store.get("a").then(
        (found) => found?.value === "x",
        () => false,
      ),
    );
    expect(lines.at(-1)).toBe("redis found again");
    await own.stop();
  });

  it("says once that Redis refuses what it is asked, such as where its memory is full", async () => {
    const own = await startRedis("--maxmemory", "1mb", "--maxmemory-policy", "noeviction");
    const { lines, log } = logged();
    const store = await redisStore({ url: new Secret(own.url), prefix: "", withinMs: 60_000, log });
    made.push(store);
    for (const _time of [1, 2, 3])
      await expect(store.set("a", "x".repeat(2_000_000), minute)).rejects.toThrow(StoreError);
    expect(await store.get("a")).toBeUndefined();
    expect(lines).toEqual(["redis refuses what it is asked"]);
    await own.stop();
  });

  it("is there once a Redis that was not there at the start is", async () => {
    const own = await startRedis();
    await own.stop();
    const { lines, log } = logged();
    const store = await redisStore({ url: new Secret(own.url), prefix: "", log });
    made.push(store);
    await expect(store.get("a")).rejects.toThrow(StoreError);
    expect(lines).toEqual(["redis lost, each instance is on its own"]);
    await own.start();
    await eventually(() =>
      store.set("a", "x", minute).then(
        () => true,
        () => false,
      ),
    );
    await own.stop();
  });
});
