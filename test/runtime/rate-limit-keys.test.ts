/** Which calls are counted together where callers are too many, for how long, and what instances tell each other of pauses. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { SharedMemory } from "./shared-memory.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

describe("callers beyond ten thousand within a minute", () => {
  it("share a count for each tool, until the minute is over", async () => {
    const clock = { now: 0 };
    const limiting = rateLimit({ perCaller: 0, perTool: 1 });
    limiting.start?.({
      store: new MemoryStore({}, () => clock.now),
      settings: { rateLimit: 0, toolRateLimit: 0 },
      ofTools: new Map(),
    });
    const passes = async (id: string, tool = "t") => (await limiting.limit.admit({ id }, tool)).allowed;
    for (let at = 0; at < 9_999; at += 1) await passes(`c${at}`);
    expect([await passes("own"), await passes("own")]).toEqual([true, false]);
    expect([await passes("one"), await passes("two"), await passes("one", "u"), await passes("two", "u")]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(await passes("c1")).toBe(false);
    clock.now = 60_000;
    vi.advanceTimersByTime(60_000);
    expect([await passes("three"), await passes("four")]).toEqual([true, false]);
    vi.advanceTimersByTime(1);
    expect([await passes("four"), await passes("five"), await passes("five")]).toEqual([true, true, false]);
    // A further minute is counted from here.
    for (let at = 0; at < 9_998; at += 1) await passes(`d${at}`);
    clock.now = 120_000;
    vi.advanceTimersByTime(60_000);
    expect([await passes("six"), await passes("seven")]).toEqual([true, false]);
  });
});

it("a pause that an API asks for is told to the instances that share the store", async () => {
  const store = new SharedMemory();
  const [one, other] = [rateLimit(), rateLimit()];
  for (const limiting of [one, other])
    limiting.start?.({ store, settings: { rateLimit: 0, toolRateLimit: 0 }, ofTools: new Map() });
  const origin = "https://api.example.com";
  const headers = new Headers({ "retry-after": "60" });
  one.pacing.observe(origin, { status: 429, headers, body: new Uint8Array(), truncated: false, url: origin });
  const { signal } = new AbortController();
  await expect(one.pacing.ready(origin, signal, 1_000)).rejects.toMatchObject({ retryAfterMs: 60_000 });
  await expect(other.pacing.ready(origin, signal, 1_000)).rejects.toMatchObject({ retryAfterMs: 60_000 });
});
