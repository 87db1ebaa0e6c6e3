/** How long a call waits by what an API said before: to the millisecond, for whom, and what is forgotten. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LimitError } from "../../templates/always/src/runtime/errors.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { createPacing, SharedPauses } from "../../templates/always/src/runtime/upstream/pacing.ts";
import { SharedMemory } from "./shared-memory.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const origin = "https://api.example.com:8443";
const { signal } = new AbortController();
const answer = (status: number, headers: Record<string, string>) => ({
  status,
  headers: new Headers(headers),
  body: new Uint8Array(),
  truncated: false,
  url: origin,
});
const usedUp = (seconds: string) => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": seconds });

function made(status = 200, headers: Record<string, string> = {}) {
  const clock = { now: 1_000 };
  const pacing = createPacing(() => clock.now);
  pacing.observe(origin, answer(status, headers));
  /** Milliseconds that a call waits. */
  const waits = async (remainingMs = 30_000, ...call: [{ tool: string; callerId: string }?]): Promise<number> => {
    const began = Date.now();
    let ended: number | undefined;
    const ready = pacing.ready(origin, signal, remainingMs, ...call).then(() => (ended = Date.now() - began));
    await vi.advanceTimersByTimeAsync(0);
    if (ended === undefined) await vi.runAllTimersAsync();
    await ready;
    return ended ?? -1;
  };
  return { clock, pacing, waits };
}

describe("a call waits", () => {
  it.each<[number, Record<string, string>, remainingMs: number, number]>([
    [200, {}, 30_000, 0],
    [429, { "retry-after": "2" }, 30_000, 2_000],
    [429, { "retry-after": "2" }, 2_001, 2_000],
    [503, { "retry-after": "0.5" }, 30_000, 500],
    [429, { "retry-after": "299" }, 400_000, 299_000],
    [429, { "retry-after": "301" }, 400_000, 300_000],
    [500, { "retry-after": "2" }, 30_000, 0],
    [200, usedUp("1"), 30_000, 1_000],
    [200, usedUp("5"), 30_000, 5_000],
    [200, usedUp("5.001"), 30_000, 0],
    [200, usedUp("5"), 10_000, 5_000],
    [200, usedUp("5"), 9_999, 0],
    [200, usedUp("0"), 30_000, 0],
    // What it asks for counts, and not the quota besides.
    [429, { "retry-after": "0", ...usedUp("3") }, 30_000, 0],
    [429, { "retry-after": "1", ...usedUp("3") }, 30_000, 1_000],
    [503, usedUp("3"), 30_000, 3_000],
    [200, { "retry-after": "1", ...usedUp("3") }, 30_000, 3_000],
  ])("after %i with %j, %i ms left: %i ms", async (status, headers, remainingMs, want) =>
    expect(await made(status, headers).waits(remainingMs)).toBe(want),
  );

  it("for the longer of a pause and a quota, and no longer than either is left", async () => {
    const { clock, pacing, waits } = made(429, { "retry-after": "2" });
    pacing.observe(origin, answer(200, usedUp("3")));
    expect(await waits()).toBe(3_000);
    pacing.observe(origin, answer(503, { "retry-after": "4" }));
    expect(await waits()).toBe(4_000);
    clock.now += 3_999.5;
    expect(await waits()).toBe(1);
    clock.now += 0.5;
    expect(await waits()).toBe(0);
  });

  it("not at all where that is as long as it has: it is told at once when to come back", async () => {
    const { pacing } = made(429, { "retry-after": "2" });
    const error: unknown = await pacing.ready(origin, signal, 2_000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({
      message: "api.example.com:8443 asked not to be called for now",
      limit: "api",
      retryAfterMs: 2_000,
      hint: undefined,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("and is called off by its signal", async () => {
    const controller = new AbortController();
    const ready = made(429, { "retry-after": "2" }).pacing.ready(origin, controller.signal, 30_000);
    controller.abort("gone");
    await expect(ready).rejects.toBe("gone");
  });

  it("by a pause of its own tool and caller, and by every quota of the origin", async () => {
    const { pacing, waits } = made();
    const ann = { tool: "get", callerId: "ann" };
    pacing.observe(origin, answer(429, { "retry-after": "2" }), ann);
    expect(await waits(30_000, ann)).toBe(2_000);
    for (const call of [{ ...ann, tool: "put" }, { ...ann, callerId: "bob" }, undefined])
      expect(await waits(30_000, call)).toBe(0);
    pacing.observe(origin, answer(200, usedUp("1")), ann);
    expect(await waits(30_000, { tool: "put", callerId: "bob" })).toBe(1_000);
    pacing.observe("https://other.example.com", answer(200, usedUp("3")), ann);
    expect(await waits(30_000)).toBe(1_000);
  });

  it("by ten thousand pauses at most: the oldest is forgotten", async () => {
    const { pacing, waits } = made();
    const of = (at: number) => ({ tool: "get", callerId: `c${at}` });
    const pause = (at: number) => pacing.observe(origin, answer(429, { "retry-after": "2" }), of(at));
    for (let at = 0; at < 10_000; at += 1) pause(at);
    expect(await waits(30_000, of(0))).toBe(2_000);
    pause(10_000);
    expect([await waits(30_000, of(0)), await waits(30_000, of(1))]).toEqual([0, 2_000]);
  });
});

describe("instances", () => {
  it("that share no store tell each other nothing", async () => {
    const store = new MemoryStore();
    const pacing = createPacing(
      () => 0,
      () => store,
    );
    pacing.observe(origin, answer(429, { "retry-after": "2" }));
    await expect(pacing.ready(origin, signal, 1_000)).rejects.toMatchObject({ retryAfterMs: 2_000 });
    expect(store.size).toBe(0);
  });

  it("that share one know pauses by origin, tool and caller, and ask with every origin once a second", async () => {
    vi.useRealTimers();
    const store = new SharedMemory();
    const pacing = createPacing(
      () => store.clock.now,
      () => store,
    );
    const ann = { tool: "get", callerId: "ann" };
    pacing.observe(origin, answer(429, { "retry-after": "400" }), ann);
    await expect(pacing.ready(origin, signal, 1_000, ann)).rejects.toMatchObject({ retryAfterMs: 300_000 });
    const pauses = new SharedPauses(store, "asked", origin, () => store.clock.now);
    await pauses.refresh();
    expect(pauses.leftOf(JSON.stringify([origin, "get", "ann"]))).toBe(300_000);
    const before = store.asked.length;
    await pacing.ready(origin, signal, 1_000, { ...ann, tool: "put" });
    expect(store.asked).toHaveLength(before);
  });

  it("remember a pause that is over for ten minutes, and no longer", async () => {
    vi.useRealTimers();
    const store = new SharedMemory();
    const now = () => store.clock.now;
    const left = async (pausedMs: number, laterMs: number) => {
      const one = new SharedPauses(store, "asked", `https://${pausedMs}.${laterMs}.example`, now);
      one.pause("old", pausedMs);
      await one.refresh();
      store.clock.now += laterMs;
      one.pause("new", 1_000);
      await one.refresh();
      return (await store.dump()).map(([, { value }]) => Object.keys(JSON.parse(value) as object).sort()).at(-1);
    };
    expect(await left(1_000, 599_000)).toEqual(["new", "old"]);
    expect(await left(1, 599_999)).toEqual(["new", "old"]);
    const one = new SharedPauses(store, "asked", "https://last.example", now);
    one.pause("old", 1_000);
    await one.refresh();
    for (const [ms, want] of [
      [300_000, ["new", "old"]],
      [300_999, ["new", "old"]],
      [1, ["new"]],
    ] as const) {
      store.clock.now += ms;
      one.pause("new", 1_000);
      await one.refresh();
      const [, { value }] = (await store.dump()).at(-1) ?? ["", { value: "" }];
      expect(Object.keys(JSON.parse(value) as object).sort()).toEqual(want);
    }
  });
});
