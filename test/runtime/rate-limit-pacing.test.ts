import { describe, expect, it } from "vitest";

import { createPacing, type Pacing } from "../../templates/always/src/runtime/upstream/pacing.ts";
import { SharedMemory } from "./shared-memory.ts";

const origin = "https://api.example.com";

function observed(status: number, headers: Record<string, string>) {
  const clock = { now: 1_000 };
  const pacing = createPacing(() => clock.now);
  pacing.observe(origin, {
    status,
    headers: new Headers(headers),
    body: new Uint8Array(),
    truncated: false,
    url: origin,
  });
  /** `go` at once, `wait`, or `refuse` with the time to come back. */
  const ready = async (remainingMs: number, at = origin): Promise<string> => {
    const controller = new AbortController();
    const done = pacing.ready(at, controller.signal, remainingMs).then(
      () => "go",
      (error: unknown) =>
        error instanceof Error && "retryAfterMs" in error ? `refuse ${String(error.retryAfterMs)}` : "wait",
    );
    const first = await Promise.race([done, new Promise((resolve) => setTimeout(() => resolve("pending"), 5))]);
    if (first !== "pending") return done;
    controller.abort();
    return done;
  };
  return { clock, pacing, ready };
}

describe("pacing", () => {
  it.each<[number, Record<string, string>, number, string]>([
    [200, {}, 30_000, "go"],
    [429, {}, 30_000, "go"],
    [429, { "retry-after": "10" }, 30_000, "wait"],
    [503, { "retry-after": "10" }, 30_000, "wait"],
    // Whatever it asks for, after five minutes a call finds out.
    [429, { "retry-after": "86400" }, 30_000, "refuse 300000"],
    [503, { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, 30_000, "refuse 300000"],
    [429, { "retry-after": "10" }, 10_000, "refuse 10000"],
    // A redirect's or a creation's Retry-After concerns that resource only.
    [202, { "retry-after": "10" }, 30_000, "go"],
    [200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3" }, 30_000, "wait"],
    [200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3" }, 4_000, "go"],
    [200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600" }, 30_000, "go"],
    [429, { "retry-after": "2", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600" }, 30_000, "wait"],
  ])("after %i with %j and %i ms left: %s", async (status, headers, remainingMs, want) => {
    expect(await observed(status, headers).ready(remainingMs)).toBe(want);
  });

  it("ends with the time that was asked for", async () => {
    const { clock, ready } = observed(429, { "retry-after": "10" });
    clock.now += 9_999;
    expect(await ready(30_000)).toBe("go");
    clock.now += 1;
    expect(await ready(1)).toBe("go");
  });

  it("concerns one origin", async () => {
    const { ready } = observed(429, { "retry-after": "86400" });
    expect(await ready(1_000, "https://other.example.com")).toBe("go");
  });

  it("concerns the tool and the caller that were told so, and is probed after five minutes", async () => {
    const clock = { now: 0 };
    const pacing = createPacing(() => clock.now);
    const headers = new Headers({ "retry-after": "86400" });
    const response = { status: 429, headers, body: new Uint8Array(), truncated: false, url: origin };
    const { signal } = new AbortController();
    const ready = (tool: string, callerId: string) =>
      pacing.ready(origin, signal, 30_000, { tool, callerId }).then(
        () => "go",
        () => "refused",
      );
    pacing.observe(origin, response, { tool: "list_pets", callerId: "ada" });
    expect(await ready("list_pets", "ada")).toBe("refused");
    expect(await ready("get_pet", "ada")).toBe("go");
    expect(await ready("list_pets", "bob")).toBe("go");
    clock.now = 300_000;
    expect(await ready("list_pets", "ada")).toBe("go");
    pacing.observe(origin, response, { tool: "list_pets", callerId: "ada" });
    expect(await ready("list_pets", "ada")).toBe("refused");
  });

  it("is not shortened by a quota", async () => {
    const { pacing, ready } = observed(429, { "retry-after": "86400" });
    const headers = new Headers({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" });
    pacing.observe(origin, { status: 200, headers, body: new Uint8Array(), truncated: false, url: origin });
    expect(await ready(30_000)).toBe("refuse 300000");
  });

  it("is kept to by every instance that shares a store, by each where the store is down", async () => {
    const store = new SharedMemory();
    const [one, other] = [0, 1_000_000].map((offset) =>
      createPacing(
        () => store.clock.now + offset,
        () => store,
      ),
    ) as [Pacing, Pacing];
    const answer = (seconds: string) => ({
      status: 429,
      headers: new Headers({ "retry-after": seconds }),
      body: new Uint8Array(),
      truncated: false,
      url: origin,
    });
    const ready = (pacing: Pacing, tool: string) =>
      pacing.ready(origin, new AbortController().signal, 1_000, { tool, callerId: "ada" }).then(
        () => "go",
        ({ retryAfterMs }: { retryAfterMs?: number }) => retryAfterMs,
      );
    one.observe(origin, answer("60"), { tool: "list_pets", callerId: "ada" });
    expect(await ready(one, "list_pets")).toBe(60_000);
    store.clock.now = 1_500;
    expect(await ready(other, "list_pets")).toBe(58_500);
    expect(await ready(other, "get_pet")).toBe("go");
    store.clock.now = 60_000;
    expect([await ready(one, "list_pets"), await ready(other, "list_pets")]).toEqual(["go", "go"]);
    store.fail = () => new Error("down");
    one.observe(origin, answer("60"), { tool: "list_pets", callerId: "ada" });
    store.clock.now = 70_000;
    expect([await ready(one, "list_pets"), await ready(other, "list_pets")]).toEqual([50_000, "go"]);
  });
});

it("without a clock of the host's counts by the process's own", async () => {
  const pacing = createPacing();
  const answer = { status: 429, body: new Uint8Array(), truncated: false, url: origin };
  pacing.observe(origin, { ...answer, headers: new Headers({ "retry-after": "100" }) });
  const refused = pacing.ready(origin, new AbortController().signal, 30_000);
  await expect(refused).rejects.toMatchObject({ name: "LimitError", message: /asked not to be called for now/ });
});
