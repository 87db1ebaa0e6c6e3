import { createServer } from "node:http";

import { afterAll, describe, expect, it } from "vitest";

import { CircuitBreaker } from "../../templates/always/src/runtime/upstream/circuit-breaker.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import {
  repetitionAfter,
  RetryBudget,
  waitMs,
  usedUpQuota,
  retryAfterMs,
} from "../../templates/always/src/runtime/upstream/retry.ts";
import { type SendOptions } from "../../templates/always/src/runtime/upstream/send.ts";
import { openSender, type OpenSender } from "./sender.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { listen, startFaultServer } from "./send-fault-server.ts";

const senders: OpenSender[] = [];

function sender(environment: NodeJS.ProcessEnv = {}): OpenSender {
  const made = openSender(readSettings({ MCP_TIMEOUT_MS: "60000", ...environment }), createLog("silent"));
  senders.push(made);
  return made;
}

function options(more: Partial<SendOptions> = {}): SendOptions {
  return { signal: new AbortController().signal, idempotent: true, allowPrivate: true, ...more };
}

afterAll(() => Promise.all(senders.map((made) => made.close())));

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each([
    // header, Date of the answer, milliseconds
    ["5", undefined, 5_000],
    ["0", undefined, 0],
    ["1.5", undefined, 1_500],
    ["86400", undefined, 86_400_000],
    ["-1", undefined, undefined],
    ["soon", undefined, undefined],
    ["", undefined, undefined],
    ["5, 6", undefined, undefined],
    ["Thu, 01 Jan 2026 00:00:10 GMT", undefined, 10_000],
    ["Thursday, 01-Jan-26 00:00:10 GMT", undefined, 10_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", undefined, 0],
    // A clock that is an hour ahead changes nothing.
    ["Thu, 01 Jan 2026 01:00:10 GMT", "Thu, 01 Jan 2026 01:00:00 GMT", 10_000],
  ])("%j at %s: %s ms", (value, date, expected) => {
    const headers = new Headers({ "retry-after": value, ...(date === undefined ? {} : { date }) });
    expect(retryAfterMs(headers, now)).toBe(expected);
  });

  it("is absent", () => expect(retryAfterMs(new Headers(), now)).toBeUndefined());
});

describe("quotas", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ ratelimit: '"default";r=50;t=30' }, undefined],
    [{ ratelimit: '"default";r=0;t=30' }, 30_000],
    [{ ratelimit: '"burst";r=0;t=5, "daily";r=0;t=60' }, 60_000],
    [{ ratelimit: '"burst";r=3;t=5, "daily";r=0;t=60' }, 60_000],
    [{ "ratelimit-remaining": "0", "ratelimit-reset": "7" }, 7_000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "7" }, 7_000],
    [{ "x-ratelimit-remaining": "1", "x-ratelimit-reset": "7" }, undefined],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + 9) }, 9_000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now + 9_000) }, 9_000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 - 9) }, 0],
    [{ "x-rate-limit-remaining": "0", "x-rate-limit-reset": "3" }, 3_000],
    [{ "x-ratelimit-remaining": "0" }, undefined],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "never" }, undefined],
  ])("%j: %s ms", (headers, expected) => expect(usedUpQuota(new Headers(headers), now)?.resetMs).toBe(expected));
});

describe("repetition", () => {
  it("waits less than a bound that doubles, up to 20 s", () => {
    const bounds = [1, 2, 3, 20].map((attempt) => waitMs({ reason: "connection" }, attempt, 1));
    expect(bounds).toEqual([50, 100, 200, 20_000]);
    expect(waitMs({ reason: "throttled" }, 1, 1)).toBe(1_000);
    expect(waitMs({ reason: "throttled" }, 1, 0)).toBe(0);
    expect(waitMs({ reason: "throttled", askedMs: 86_400_000 }, 1, 0)).toBe(86_400_000);
  });

  it("is never tried after a final failure", () => expect(repetitionAfter({ kind: "final" }, true)).toBeUndefined());

  it("costs more than an answer earns", () => {
    const budget = new RetryBudget();
    let spent = 0;
    while (budget.spend({ reason: "connection" })) spent += 1;
    expect(spent).toBe(35);
    for (let i = 0; i < 13; i += 1) budget.earn();
    expect([budget.spend({ reason: "connection" }), budget.spend({ reason: "connection" })]).toEqual([true, false]);
  });
});

describe("circuit breaker", () => {
  function breaker() {
    const clock = { now: 0 };
    return {
      clock,
      breaker: new CircuitBreaker(
        () => clock.now,
        () => 0.5,
      ),
    };
  }

  it("opens at the fifth failure in a row, and lets one request probe after 30 s", () => {
    const { clock, breaker: made } = breaker();
    expect([1, 2, 3, 4, 5].map(() => made.report("failed"))).toEqual([false, false, false, false, true]);
    expect(made.refusal()).toBe(30_000);
    clock.now = 29_999;
    expect(made.refusal()).toBe(1);
    clock.now = 30_000;
    expect(made.refusal()).toBeUndefined();
    expect(made.refusal()).toBe(1_000);
    made.report("healthy");
    expect(made.refusal()).toBeUndefined();
  });

  it("is not kept open by requests that were under way when it opened", () => {
    const { clock, breaker: made } = breaker();
    for (let i = 0; i < 5; i += 1) made.report("failed");
    clock.now = 10_000;
    expect(made.report("failed")).toBe(false);
    expect(made.refusal()).toBe(20_000);
  });

  it("opens again when the probe fails, and probes anew when it was cancelled", () => {
    const { clock, breaker: made } = breaker();
    for (let i = 0; i < 5; i += 1) made.report("failed");
    clock.now = 30_000;
    expect(made.refusal()).toBeUndefined();
    made.report("unknown");
    expect(made.refusal()).toBeUndefined();
    expect(made.report("failed")).toBe(true);
    expect(made.refusal()).toBe(30_000);
  });

  it("opens when half of twenty requests within ten seconds failed", () => {
    const { clock, breaker: made } = breaker();
    for (let i = 0; i < 9; i += 1) {
      made.report("healthy");
      expect(made.report("failed")).toBe(false);
    }
    made.report("healthy");
    expect(made.report("failed")).toBe(true);
    const { clock: slow, breaker: spread } = breaker();
    for (let i = 0; i < 40; i += 1) {
      slow.now += 1_100;
      spread.report(i % 2 === 0 ? "healthy" : "failed");
    }
    expect(spread.refusal()).toBeUndefined();
    expect(clock.now).toBe(0);
  });
});

describe("an outage", () => {
  it("is not multiplied, and ends in quick refusals that say when to come back", async () => {
    const down = await startFaultServer();
    const healthy = await startFaultServer();
    const made = sender();
    const request = { method: "GET", url: `${down.origin}/503`, headers: [] };
    for (let i = 0; i < 10; i += 1) await made.send(request, options()).catch(() => undefined);
    expect(down.seen.length).toBeLessThanOrEqual(10);
    const refusal: unknown = await made.send(request, options()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "UpstreamError", message: expect.stringContaining("paused") });
    expect(refusal).toHaveProperty("retryAfterMs", expect.any(Number));
    // The other origin is none of its business.
    const other = { method: "GET", url: `${healthy.origin}/ok`, headers: [] };
    expect((await made.send(other, options())).status).toBe(200);
    await down.close();
    await healthy.close();
  });

  it("of 200 calls at once causes at most 240 requests", async () => {
    const down = await startFaultServer();
    const made = sender({ MCP_MAX_CONCURRENT_CALLS: "200", MCP_TIMEOUT_MS: "10000" });
    const request = { method: "GET", url: `${down.origin}/503`, headers: [] };
    await Promise.allSettled(Array.from({ length: 200 }, () => made.send(request, options())));
    expect(down.seen.length).toBeLessThanOrEqual(240);
    await down.close();
  });
});

describe("concurrency", () => {
  it("keeps to the number of calls and lets the next ones wait, then refuses", async () => {
    let running = 0;
    let most = 0;
    // None is answered before four are there.
    const held: (() => void)[] = [];
    const { port, close } = await listen(
      createServer((_request, response) => {
        running += 1;
        most = Math.max(most, running);
        held.push(() => {
          running -= 1;
          response.end("ok");
        });
        if (most === 4) setTimeout(() => held.splice(0).forEach((end) => end()), 20);
      }),
    );
    const made = sender({ MCP_MAX_CONCURRENT_CALLS: "4", MCP_QUEUE: "6" });
    const request = { method: "GET", url: `http://127.0.0.1:${port}/`, headers: [] };
    const results = await Promise.allSettled(Array.from({ length: 15 }, () => made.send(request, options())));
    expect(most).toBe(4);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(5);
    for (const { reason } of refused) expect(reason).toMatchObject({ name: "LimitError", retryAfterMs: 1_000 });
    // A call that comes just when another leaves does not slip past those that wait.
    const another = (): Promise<unknown> => made.send(request, options());
    await Promise.all(Array.from({ length: 8 }, () => another().then(another)));
    expect(most).toBe(4);
    await close();
  });

  it("tells a call that waited too long from an API that is too slow, and frees its place", async () => {
    const upstream = await startFaultServer();
    const made = sender({ MCP_MAX_CONCURRENT_CALLS: "1" });
    const hang = made.send(
      { method: "GET", url: `${upstream.origin}/hang`, headers: [] },
      options({ remainingMs: 400 }),
    );
    const waiting = made.send(
      { method: "GET", url: `${upstream.origin}/ok`, headers: [] },
      options({ remainingMs: 100 }),
    );
    await expect(waiting).rejects.toMatchObject({ name: "LimitError" });
    await expect(hang).rejects.toMatchObject({ name: "UpstreamError" });
    const next = await made.send({ method: "GET", url: `${upstream.origin}/ok`, headers: [] }, options());
    expect(next.status).toBe(200);
    await upstream.close();
  });

  it("opens no more connections than allowed", async () => {
    const made = sender({ MCP_MAX_CONCURRENT_CALLS: "50", MCP_CONNECTIONS: "3" });
    const ports = new Set<number>();
    const { port, close } = await listen(
      createServer((request, response) => {
        ports.add(request.socket.remotePort ?? 0);
        setTimeout(() => response.end("ok"), 5);
      }),
    );
    const request = { method: "GET", url: `http://127.0.0.1:${port}/`, headers: [] };
    await Promise.all(Array.from({ length: 50 }, () => made.send(request, options())));
    expect(ports.size).toBe(3);
    await close();
  });
});
