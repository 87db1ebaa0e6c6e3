/** What an instance does while another one knows that something of an API fails. */
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { OriginBreakers } from "../../templates/always/src/runtime/upstream/origin-breakers.ts";
import { createSender } from "../../templates/always/src/runtime/upstream/send.ts";
import { SharedPauses } from "../../templates/always/src/runtime/upstream/pacing.ts";
import { listen } from "./send-fault-server.ts";
import { SharedMemory } from "./shared-memory.ts";

const origin = "https://api.example.com";
const of = (operation: string, caller = "one") => ({ operation, caller });

/** Breakers of instances that began at different times, each with a clock of its own. */
function instances(store = new SharedMemory(), from = origin) {
  const made = [0, 77_777_777, -5_000].map((offset) => {
    const now = () => store.clock.now + offset;
    return new OriginBreakers(now, () => 0.5, new SharedPauses(store, "failing", from, now));
  });
  const [one, two, three] = made as [OriginBreakers, OriginBreakers, OriginBreakers];
  return { store, all: made, one, two, three };
}

const fail = (breakers: OriginBreakers, times = 5, source = of("a")): void => {
  for (let at = 0; at < times; at += 1) breakers.report(source, "failed");
};
/** Until what was told is told. */
const told = async (breakers: OriginBreakers): Promise<void> => void (await breakers.sharedRefusal(of("none", "none")));

describe("an operation that failed at one instance", () => {
  it("is paused at the others for as long, and nothing else is", async () => {
    const { store, one, two, three } = instances();
    fail(one);
    await told(one);
    store.clock.now = 1_500;
    for (const breakers of [one, two, three]) {
      expect(await breakers.sharedRefusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 28_500 });
      expect(await breakers.sharedRefusal(of("b"))).toBeUndefined();
      expect(await breakers.sharedRefusal(of("a", "two"))).toBeUndefined();
    }
  });

  it("is tried by one request of all instances, and goes on everywhere when that is answered", async () => {
    const { store, all, two } = instances();
    fail(two);
    await told(two);
    store.clock.now = 31_000;
    const asked = await Promise.all(
      Array.from({ length: 60 }, async (_none, at) => ({
        by: at % 3,
        refusal: await all[at % 3]?.sharedRefusal(of("a")),
      })),
    );
    const [probe, ...others] = asked.filter(({ refusal }) => refusal === undefined);
    expect([probe === undefined, others]).toEqual([false, []]);
    for (const { refusal } of asked)
      if (refusal !== undefined) expect(refusal).toEqual({ scope: "call", retryAfterMs: 1_000 });
    all[probe?.by ?? 0]?.report(of("a"), "healthy");
    await told(all[probe?.by ?? 0] ?? two);
    store.clock.now += 1_000;
    for (const breakers of all)
      for (let at = 0; at < 3; at += 1) expect(await breakers.sharedRefusal(of("a"))).toBeUndefined();
  });

  it("is paused everywhere again when the one that tried failed", async () => {
    const { store, one, two, three } = instances();
    fail(one);
    await told(one);
    store.clock.now = 30_500;
    expect(await two.sharedRefusal(of("a"))).toBeUndefined();
    two.report(of("a"), "failed");
    await told(two);
    store.clock.now = 32_000;
    for (const breakers of [one, two, three])
      expect(await breakers.sharedRefusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 28_500 });
  });

  it("is tried by another one when the one that tried was cancelled, or never came back", async () => {
    const { store, one, two, three } = instances();
    fail(one);
    await told(one);
    store.clock.now = 30_500;
    expect(await two.sharedRefusal(of("a"))).toBeUndefined();
    expect(await three.sharedRefusal(of("a"))).toMatchObject({ scope: "call" });
    two.report(of("a"), "unknown");
    await told(two);
    expect(await three.sharedRefusal(of("a"))).toBeUndefined();
    expect(await one.sharedRefusal(of("a"))).toMatchObject({ scope: "call" });
    store.clock.now += 30_000;
    expect(await one.sharedRefusal(of("a"))).toBeUndefined();
  });

  it("is forgotten when nobody tried for ten minutes", async () => {
    const { store, one, two } = instances();
    fail(one);
    await told(one);
    expect(await two.sharedRefusal(of("a"))).toBeDefined();
    store.clock.now = 600_001;
    for (const breakers of [one, two])
      for (let at = 0; at < 3; at += 1) expect(await breakers.sharedRefusal(of("a"))).toBeUndefined();
  });
});

describe("an API that cannot be reached from one instance", () => {
  it("is paused for all calls of the others, and other APIs are not", async () => {
    const { store, one, two } = instances();
    const other = instances(store, "https://other.example.com");
    for (let at = 0; at < 5; at += 1) one.report(of("a"), "unreachable");
    await told(one);
    expect(await two.sharedRefusal(of("b", "another"))).toEqual({ scope: "origin", retryAfterMs: 30_000 });
    expect(await other.two.sharedRefusal(of("b"))).toBeUndefined();
  });
});

describe("what instances tell", () => {
  it("is asked for once a second, however many calls there are", async () => {
    const { store, one } = instances();
    await Promise.all(Array.from({ length: 1_000 }, () => one.sharedRefusal(of("a"))));
    for (let at = 0; at < 1_000; at += 1) one.report(of("a"), "healthy");
    expect(store.asked).toHaveLength(1);
    store.clock.now = 999;
    await one.sharedRefusal(of("a"));
    expect(store.asked).toHaveLength(1);
    store.clock.now = 1_000;
    await one.sharedRefusal(of("a"));
    expect(store.asked).toHaveLength(2);
  });

  it("loses nothing when several tell at the same time", async () => {
    const { store, one, two, three } = instances();
    fail(one, 5, of("a"));
    fail(two, 5, of("b", "two"));
    fail(three, 5, of("c", "three"));
    await Promise.all([told(one), told(two), told(three)]);
    const fresh = instances(store);
    for (const source of [of("a"), of("b", "two"), of("c", "three")])
      expect(await fresh.one.sharedRefusal(source)).toMatchObject({ scope: "call" });
    expect(await fresh.one.sharedRefusal(of("a", "two"))).toBeUndefined();
  });

  it("is what each finds out by itself while the store is down, and is told when that is back", async () => {
    const { store, one, two } = instances();
    store.fail = () => new Error("down");
    fail(one);
    expect(await one.sharedRefusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 30_000 });
    expect(await two.sharedRefusal(of("a"))).toBeUndefined();
    store.fail = undefined;
    store.clock.now = 2_000;
    await told(one);
    await told(one);
    expect(await one.sharedRefusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 28_000 });
    expect(await two.sharedRefusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 28_000 });
  });

  it("probes by itself while the store is down", async () => {
    const { store, one } = instances();
    fail(one);
    await told(one);
    store.fail = () => new Error("down");
    store.clock.now = 30_001;
    expect(await one.sharedRefusal(of("a"))).toBeUndefined();
    expect(await one.sharedRefusal(of("a"))).toEqual({ scope: "call", retryAfterMs: 1_000 });
    one.report(of("a"), "healthy");
    expect(await one.sharedRefusal(of("a"))).toBeUndefined();
  });

  it("has a bound, whoever makes callers up, and takes what somebody else wrote there for nothing", async () => {
    const { store, one, two } = instances();
    for (let at = 0; at < 700; at += 1) fail(one, 5, of("a", `made up ${at}`));
    await told(one);
    const [[key = "", entry] = []] = (await store.dump()).filter(([name]) => name.startsWith("pauses:"));
    expect(Object.keys(JSON.parse(entry?.value ?? "") as object)).toHaveLength(500);
    for (const text of ["no JSON", "[]", "null", `{"":"x"}`]) {
      await store.set(key, text, 60_000);
      store.clock.now += 1_000;
      expect(await two.sharedRefusal(of("b", "bob"))).toBeUndefined();
    }
  });
});

describe("two servers before one API", () => {
  it("send it five requests, not ten", async () => {
    const seen: string[] = [];
    const { port, close } = await listen(
      createServer((request, response) => {
        seen.push(request.url ?? "");
        response.writeHead(503).end();
      }),
    );
    const store = new SharedMemory();
    const settings = readSettings({ MCP_TIMEOUT_MS: "60000" });
    const hosts = [nodeHost({}, settings), nodeHost({}, settings)];
    const senders = hosts.map((host) => createSender(settings, createLog("silent"), host.exchange, store));
    const call = (at: number) =>
      senders[at]
        ?.send(
          { method: "GET", url: `http://127.0.0.1:${port}/`, headers: [] },
          { signal: new AbortController().signal, idempotent: false, allowPrivate: true, source: of("a") },
        )
        .then(
          ({ status }) => status,
          ({ message }: Error) => message,
        );
    for (let at = 0; at < 5; at += 1) expect(await call(0)).toBe(503);
    expect(await call(0)).toMatch("paused");
    expect(await call(1)).toMatch("paused");
    expect(seen).toHaveLength(5);
    await Promise.all(hosts.map((host) => host.close()));
    await close();
  });
});
