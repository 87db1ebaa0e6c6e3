/** The levels of an origin's breakers by themselves: what is paused, for whom, how it is told, and what is remembered. */
import { describe, expect, it } from "vitest";
import { UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import {
  OriginBreakers,
  OriginStates,
  paused,
  type Scope,
} from "../../templates/always/src/runtime/upstream/origin-breakers.ts";
import { SharedPauses } from "../../templates/always/src/runtime/upstream/pacing.ts";
import { SharedMemory } from "./shared-memory.ts";

const of = (operation?: string, caller?: string) => ({
  ...(operation === undefined ? {} : { operation }),
  ...(caller === undefined ? {} : { caller }),
});

/** Breakers whose clock a test has in hand, and whose pauses last 30 s. */
function made() {
  const clock = { now: 0 };
  const breakers = new OriginBreakers(
    () => clock.now,
    () => 0.5,
  );
  const fail = (times: number, ...sources: readonly ReturnType<typeof of>[]): (Scope | undefined)[] => {
    const scopes: (Scope | undefined)[] = [];
    for (let at = 0; at < times; at += 1) for (const source of sources) scopes.push(breakers.report(source, "failed"));
    return scopes;
  };
  const refused = (operation?: string, caller?: string): Scope | undefined =>
    breakers.refusal(of(operation, caller))?.scope;
  const counts = () => Object.fromEntries(breakers.paused());
  return { clock, breakers, fail, refused, counts };
}

describe("what is said of a pause", () => {
  const narrow = {
    message: "This operation of a.example failed several times in a row; calls of it are paused",
    hint: "Try again later; other tools may work.",
  };
  const wide = {
    message: "a.example failed several times in a row; calls to it are paused",
    hint: "Try again later.",
  };
  it.each([
    ["call", narrow],
    ["operation", narrow],
    ["caller", wide],
    ["origin", wide],
  ] as const)("of a whole %s", (scope, want) => {
    const error = paused("a.example", { scope, retryAfterMs: 7 });
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ ...want, retryAfterMs: 7 });
  });
});

describe("five failures in a row", () => {
  it("of one call pause that call, and are told once", () => {
    const { fail, breakers, refused, counts } = made();
    expect(fail(4, of("get", "ann"))).toEqual([undefined, undefined, undefined, undefined]);
    expect([refused("get", "ann"), counts()]).toEqual([undefined, {}]);
    expect(fail(2, of("get", "ann"))).toEqual(["call", undefined]);
    expect(breakers.refusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 30_000 });
    expect([refused("get", "bob"), refused("put", "ann"), counts()]).toEqual([undefined, undefined, { call: 1 }]);
  });

  it("of two callers pause the operation for all", () => {
    const { fail, refused, counts } = made();
    expect(fail(3, of("get", "ann"), of("get", "bob"))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "operation",
      undefined,
    ]);
    expect([refused("get", "cid"), refused("put", "ann"), counts()]).toEqual([
      "operation",
      undefined,
      { operation: 1 },
    ]);
  });

  it("of two operations pause nothing else of their caller; of three, all of it", () => {
    const two = made();
    expect(new Set(two.fail(4, of("a", "ann"), of("b", "ann")))).toEqual(new Set([undefined]));
    const { fail, refused, counts } = made();
    expect(fail(2, of("a", "ann"), of("b", "ann"), of("c", "ann"))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "caller",
      undefined,
    ]);
    expect([refused("d", "ann"), refused("a", "bob"), counts()]).toEqual(["caller", undefined, { caller: 1 }]);
  });

  it("of two callers at three operations pause all, and that is what is told", () => {
    const { fail, breakers, refused, counts } = made();
    expect(fail(1, of("a", "ann"), of("b", "bob"), of("a", "ann"), of("b", "bob"), of("c", "bob"))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "origin",
    ]);
    expect([refused("x", "eve"), refused(), counts()]).toEqual(["origin", "origin", { origin: 1 }]);
    fail(4, of("c", "bob"));
    expect(breakers.refusal(of("c", "bob"))).toEqual({ scope: "origin", retryAfterMs: 30_000 });
    expect(counts()).toEqual({ origin: 1, call: 1 });
  });

  it("to connect pause all, whoever asked for whatever, and hold nothing against one call", () => {
    const { breakers, refused, counts } = made();
    const told = [1, 2, 3, 4, 5].map(() => breakers.report(of("get", "ann"), "unreachable"));
    expect(told).toEqual([undefined, undefined, undefined, undefined, "origin"]);
    expect([refused("put", "bob"), counts()]).toEqual(["origin", { origin: 1 }]);
  });

  it("where nothing tells calls apart pause what has no name", () => {
    const { fail, refused, counts } = made();
    expect(fail(5, of()).at(-1)).toBe("call");
    expect([refused(), refused("get"), refused(undefined, "ann"), counts()]).toEqual([
      "call",
      undefined,
      undefined,
      { call: 1 },
    ]);
  });

  it("are none in a row where one is answered in between, or is not known", () => {
    const { fail, breakers, refused } = made();
    fail(4, of("get", "ann"));
    expect(breakers.report(of("get", "ann"), "healthy")).toBeUndefined();
    fail(4, of("get", "ann"));
    expect(refused("get", "ann")).toBeUndefined();
    expect(breakers.report(of("get", "ann"), "unknown")).toBeUndefined();
    expect(fail(1, of("get", "ann"))).toEqual(["call"]);
  });
});

describe("after a pause", () => {
  it("one request finds out: others wait a second, and all goes on when it is answered", () => {
    const { clock, fail, breakers, counts } = made();
    fail(5, of("get", "ann"));
    clock.now = 29_999;
    expect(breakers.refusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 1 });
    clock.now = 30_000;
    expect(breakers.refusal(of("get", "ann"))).toBeUndefined();
    expect(breakers.refusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 1_000 });
    expect(counts()).toEqual({ call: 1 });
    breakers.report(of("get", "ann"), "healthy");
    expect([breakers.refusal(of("get", "ann")), counts()]).toEqual([undefined, {}]);
    expect(fail(4, of("get", "ann")).at(-1)).toBeUndefined();
  });

  it("one that fails pauses again at once; one that cannot connect lets the next one find out", () => {
    const { clock, fail, breakers, counts } = made();
    fail(5, of("get", "ann"));
    clock.now = 30_000;
    expect(breakers.refusal(of("get", "ann"))).toBeUndefined();
    expect(breakers.report(of("get", "ann"), "unreachable")).toBeUndefined();
    expect(counts()).toEqual({ call: 1 });
    expect(breakers.refusal(of("get", "ann"))).toBeUndefined();
    expect(breakers.report(of("get", "ann"), "failed")).toBe("call");
    expect(breakers.refusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 30_000 });
  });

  it("a request that something else refuses finds nothing out", () => {
    const { clock, fail, breakers } = made();
    fail(5, of("get", "ann"));
    clock.now = 20_000;
    for (let at = 0; at < 5; at += 1) breakers.report(of("get", "ann"), "unreachable");
    clock.now = 40_000;
    expect(breakers.refusal(of("get", "ann"))).toEqual({ scope: "origin", retryAfterMs: 10_000 });
    clock.now = 50_000;
    expect(breakers.refusal(of("get", "ann"))).toBeUndefined();
    breakers.report(of("get", "ann"), "healthy");
    expect([breakers.refusal(of("get", "ann")), breakers.refusal(of("get", "bob"))]).toEqual([undefined, undefined]);
  });
});

describe("what is remembered", () => {
  it("are a thousand breakers: of more, the oldest are forgotten", () => {
    const { fail, counts } = made();
    // Four, and one of the operation; then two of each caller and its call, two more, and one.
    fail(5, of("get", "ann"));
    for (let at = 0; at < 496; at += 1) fail(1, of("put", `c${at}`));
    fail(1, of("set", "c0"), of("set", "c1"));
    expect(counts()["call"]).toBe(1);
    fail(1, of("set", "c2"));
    expect(counts()["call"]).toBeUndefined();
  });

  it("is nothing of an origin that is well", () => {
    const { breakers, fail, refused } = made();
    for (const verdict of ["healthy", "unknown"] as const)
      expect(breakers.report(of("get", "ann"), verdict)).toBeUndefined();
    expect([breakers.paused().size, refused("get", "ann")]).toEqual([0, undefined]);
    expect(fail(5, of("get", "ann")).at(-1)).toBe("call");
  });
});

describe("origins", () => {
  const none = (host: string) => ["call", "operation", "caller", "origin"].map((scope) => ({ host, scope, count: 0 }));

  it("are each by themselves, and the same when they are asked for again", () => {
    const states = new OriginStates(undefined);
    expect(states.paused()).toEqual([]);
    const first = states.of("https://a.example:8443");
    expect(states.of("https://a.example:8443")).toBe(first);
    expect(states.of("http://b.example")).not.toBe(first);
    expect(states.paused()).toEqual([...none("a.example:8443"), ...none("b.example")]);
    for (let at = 0; at < 5; at += 1) first.breakers.report(of("get", "ann"), "failed");
    expect(states.paused()).toEqual([
      { host: "a.example:8443", scope: "call", count: 1 },
      ...none("a.example:8443").slice(1),
      ...none("b.example"),
    ]);
    expect(first.budget.spend({ reason: "connection" })).toBe(true);
  });

  it("tell of pauses in a store that others see, and in no other", async () => {
    const [shared, own] = [new SharedMemory(), new MemoryStore()];
    for (const store of [shared, own]) {
      const { breakers } = new OriginStates(store).of("https://a.example");
      for (let at = 0; at < 5; at += 1) breakers.report(of("get", "ann"), "failed");
      expect(await breakers.sharedRefusal(of("get", "ann"))).toMatchObject({ scope: "call" });
    }
    expect(own.size).toBe(0);
    const failing = new SharedPauses(shared, "failing", "https://a.example", () => performance.now());
    await failing.refresh();
    expect(failing.leftOf(JSON.stringify(["get", "ann"]))).toBeGreaterThan(20_000);
    const { breakers } = new OriginStates(shared).of("https://a.example");
    expect(await breakers.sharedRefusal(of("get", "ann"))).toMatchObject({ scope: "call" });
    expect(await breakers.sharedRefusal(of("put", "ann"))).toBeUndefined();
  });
});

describe("what another instance found out", () => {
  function two() {
    const store = new SharedMemory();
    const [one, other] = [0, 5_000].map((ahead) => {
      const now = () => store.clock.now + ahead;
      return new OriginBreakers(now, () => 0.5, new SharedPauses(store, "failing", "https://a.example", now));
    }) as [OriginBreakers, OriginBreakers];
    const settle = async (): Promise<void> => {
      await one.sharedRefusal(of("none"));
      store.clock.now += 1_000;
      await other.sharedRefusal(of("none"));
    };
    return { store, one, other, settle };
  }

  it("counts as what is paused here, until that instance says that it is over", async () => {
    const { store, one, other, settle } = two();
    for (let at = 0; at < 5; at += 1) one.report(of("get", "ann"), "unreachable");
    await settle();
    expect(await other.sharedRefusal(of("put", "bob"))).toEqual({ scope: "origin", retryAfterMs: 29_000 });
    expect([...other.paused()]).toEqual([["origin", 1]]);
    store.clock.now = 30_000;
    expect(await one.sharedRefusal(of("get", "ann"))).toBeUndefined();
    expect(one.report(of("get", "ann"), "healthy")).toBeUndefined();
    await settle();
    expect(await other.sharedRefusal(of("put", "bob"))).toBeUndefined();
    expect(other.paused().size).toBe(0);
  });

  it("is found out by one for all of what is over, and left to others where that is not answered", async () => {
    const { store, one, other, settle } = two();
    for (let at = 0; at < 5; at += 1) one.report(of("get", "ann"), "failed");
    await settle();
    store.clock.now = 30_500;
    expect(await other.sharedRefusal(of("get", "ann"))).toBeUndefined();
    expect(await one.sharedRefusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 1_000 });
    expect(await one.sharedRefusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 1_000 });
    other.report(of("get", "ann"), "unknown");
    await settle();
    expect(await one.sharedRefusal(of("get", "ann"))).toBeUndefined();
  });

  it("is left to others as a whole where one part of it is found out elsewhere", async () => {
    const { store, one, other, settle } = two();
    for (let at = 0; at < 5; at += 1) one.report(of("get", "ann"), "failed");
    for (let at = 0; at < 5; at += 1) one.report(of("get", "ann"), "unreachable");
    await settle();
    store.clock.now = 31_000;
    expect(await other.sharedRefusal(of("put", "bob"))).toBeUndefined();
    expect(await one.sharedRefusal(of("get", "ann"))).toEqual({ scope: "origin", retryAfterMs: 1_000 });
    other.report(of("put", "bob"), "unknown");
    store.clock.now = 32_000;
    expect(await other.sharedRefusal(of("get", "ann"))).toBeUndefined();
    expect(await one.sharedRefusal(of("get", "ann"))).toEqual({ scope: "call", retryAfterMs: 1_000 });
  });
});
