/** When a request is sent again and after which time, what APIs say of it, and when nothing is sent for a while. */
import { describe, expect, it } from "vitest";
import { CircuitBreaker, everyone, type Verdict } from "../../templates/always/src/runtime/upstream/circuit-breaker.ts";
import {
  type Outcome,
  repetitionAfter,
  RetryBudget,
  waitMs,
  retryAfterMs,
  usedUpQuota,
} from "../../templates/always/src/runtime/upstream/retry.ts";

describe("a repetition", () => {
  const answer = (status: number, headers: Record<string, string> = {}): Outcome => ({
    kind: "answer",
    status,
    headers: new Headers(headers),
  });
  const now = { "retry-after": "0" };
  const later = { "retry-after": "2" };
  it.each<[Outcome, object | undefined, object | undefined]>([
    [{ kind: "final" }, undefined, undefined],
    [{ kind: "unsent" }, { reason: "connection" }, { reason: "connection" }],
    [{ kind: "lost" }, { reason: "connection" }, undefined],
    [{ kind: "stale" }, { reason: "stale" }, undefined],
    [answer(429), { reason: "throttled" }, undefined],
    [answer(429, later), { reason: "throttled", askedMs: 2000 }, { reason: "throttled", askedMs: 2000 }],
    [answer(429, now), { reason: "throttled", askedMs: 0 }, { reason: "throttled", askedMs: 0 }],
    [answer(503, later), { reason: "unavailable", askedMs: 2000 }, undefined],
    ...[502, 503, 504].map((status): [Outcome, object, undefined] => [
      answer(status),
      { reason: "unavailable" },
      undefined,
    ]),
    ...[200, 302, 400, 404, 408, 425, 428, 430, 500, 501, 505].map((status): [Outcome, undefined, undefined] => [
      answer(status, later),
      undefined,
      undefined,
    ]),
  ])("after %j is, where it is idempotent, %j, else %j", (outcome, idempotent, other) => {
    expect(repetitionAfter(outcome, true)).toEqual(idempotent);
    expect(repetitionAfter(outcome, false)).toEqual(other);
  });

  it.each([
    ["throttled", 1, 1000],
    ["throttled", 2, 2000],
    ["throttled", 5, 16_000],
    ["throttled", 6, 20_000],
    ["unavailable", 1, 50],
    ["unavailable", 3, 200],
    ["connection", 1, 50],
    ["connection", 10, 20_000],
    ["stale", 3, 0],
  ] as const)("because it is %s, at attempt %i, waits between nothing and %i ms", (reason, attempt, most) => {
    expect([0, 0.5, 1].map((random) => waitMs({ reason }, attempt, random))).toEqual([0, Math.round(most / 2), most]);
    expect(waitMs({ reason, askedMs: 7 }, attempt, 0.5)).toBe(7);
  });

  it("has a price, and an answer pays for a part of it", () => {
    const times = (budget: RetryBudget, reason: "throttled" | "unavailable" | "connection" | "stale"): number => {
      for (let count = 0; count < 1_000; count += 1) if (!budget.spend({ reason })) return count;
      return Infinity;
    };
    expect(times(new RetryBudget(), "throttled")).toBe(100);
    expect(times(new RetryBudget(), "unavailable")).toBe(35);
    expect(times(new RetryBudget(), "connection")).toBe(35);
    expect(times(new RetryBudget(), "stale")).toBe(Infinity);
    const used = new RetryBudget();
    expect(times(used, "throttled")).toBe(100);
    for (let count = 0; count < 4; count += 1) used.earn();
    expect(used.spend({ reason: "throttled" })).toBe(false);
    used.earn();
    expect(used.spend({ reason: "throttled" })).toBe(true);
    expect(used.spend({ reason: "throttled" })).toBe(false);
    // There is no more to be saved than there was at first.
    const rich = new RetryBudget();
    for (let count = 0; count < 100; count += 1) rich.earn();
    expect(times(rich, "throttled")).toBe(100);
  });
});

describe("Retry-After", () => {
  const at = Date.parse("Wed, 21 Oct 2015 07:28:00 GMT");
  it.each<[string | undefined, string | undefined, number | undefined]>([
    [undefined, undefined, undefined],
    ["0", undefined, 0],
    ["7", undefined, 7000],
    [" 7 ", undefined, 7000],
    ["0.0015", undefined, 2],
    ["86400", undefined, 86_400_000],
    ["9999999999", undefined, 86_400_000],
    ["12345678901", undefined, undefined],
    ["-1", undefined, undefined],
    ["1e3", undefined, undefined],
    ["", undefined, undefined],
    ["soon", undefined, undefined],
    ["2015-10-21T07:28:10Z", undefined, undefined],
    ["Wed, 21 Oct 2015 07:28:10 GMT", undefined, 10_000],
    ["Wednesday, 21-Oct-15 07:28:10 GMT", undefined, 10_000],
    ["Wed Oct 21 07:28:10 2015 GMT", undefined, 10_000],
    ["Wed, 21 Oct 2015 07:27:00 GMT", undefined, 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", undefined, 86_400_000],
    ["Wed, not a date", undefined, undefined],
    // Clocks that differ do no harm.
    ["Wed, 21 Oct 2015 07:28:10 GMT", "Wed, 21 Oct 2015 07:28:04 GMT", 6_000],
    ["Wed, 21 Oct 2015 07:28:10 GMT", "nonsense", 10_000],
    ["7", "Wed, 21 Oct 2015 07:28:04 GMT", 7000],
  ])("of %j, sent at %j, is %j ms", (value, date, want) => {
    const headers = new Headers();
    if (value !== undefined) headers.set("retry-after", value);
    if (date !== undefined) headers.set("date", date);
    expect(retryAfterMs(headers, at)).toBe(want);
  });
});

describe("a quota", () => {
  const now = 1_700_000_000_000;
  it.each<[Record<string, string>, object | undefined]>([
    [{}, undefined],
    [{ ratelimit: '"default";r=5;t=10' }, undefined],
    [{ ratelimit: '"default";r=0;t=10' }, { resetMs: 10_000 }],
    [{ ratelimit: '"default"; r=0; t=10' }, { resetMs: 10_000 }],
    [{ ratelimit: '"default";r=05' }, undefined],
    [{ ratelimit: '"default";r=0' }, {}],
    [{ ratelimit: '"a";r=0;t=10, "b";r=0;t=30, "c";r=1;t=99' }, { resetMs: 30_000 }],
    // Where it is there the others do not count.
    [{ ratelimit: '"a";r=1;t=10', "x-ratelimit-remaining": "0" }, undefined],
    ...["ratelimit", "x-ratelimit", "x-rate-limit"].flatMap(
      (prefix): [Record<string, string>, object | undefined][] => [
        [{ [`${prefix}-remaining`]: "0", [`${prefix}-reset`]: "3" }, { resetMs: 3000 }],
        [{ [`${prefix}-remaining`]: " 0 ", [`${prefix}-reset`]: " 3 " }, { resetMs: 3000 }],
        [{ [`${prefix}-remaining`]: "0" }, {}],
        [{ [`${prefix}-remaining`]: "1", [`${prefix}-reset`]: "3" }, undefined],
        [{ [`${prefix}-reset`]: "3" }, undefined],
      ],
    ),
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.0015" }, { resetMs: 2 }],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon" }, {}],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "-5" }, {}],
    // Their sizes tell seconds from now from times since the epoch.
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000000000" }, { resetMs: 1_000_000_000_000 }],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000005" }, { resetMs: 5000 }],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1600000000" }, { resetMs: 0 }],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000005000" }, { resetMs: 5000 }],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1600000000000" }, { resetMs: 0 }],
    [{ "ratelimit-remaining": "1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3" }, { resetMs: 3000 }],
  ])("of %j is used up: %j", (headers, want) => expect(usedUpQuota(new Headers(headers), now)).toEqual(want));
});

describe("a breaker", () => {
  function made(breadth?: { operations: number; callers: number }, random = 0.5) {
    const clock = { now: 0 };
    const breaker = new CircuitBreaker(
      () => clock.now,
      () => random,
      breadth,
    );
    const say = (verdicts: string): readonly boolean[] =>
      [...verdicts].map((sign) =>
        breaker.report(({ x: "failed", o: "healthy", "?": "unknown" } as Record<string, Verdict>)[sign] ?? "unknown"),
      );
    return { clock, breaker, say };
  }

  it.each([
    ["xxxx", false],
    ["xxxxx", true],
    ["xxxxo", false],
    ["xxxxoxxxx", false],
    ["xxxxoxxxxx", true],
    ["xx?xx?x", true],
    ["?????", false],
    // At least half of at least twenty.
    ["xoxoxoxoxoxoxoxoxox", false],
    ["xoxoxoxoxoxoxoxoxoxo", false],
    ["oxoxoxoxoxoxoxoxoxox", true],
    ["ooxoxoxoxoxoxoxoxoox", false],
  ])("after %s is open: %s", (verdicts, isOpen) => {
    const { say, breaker } = made();
    expect(say(verdicts).at(-1)).toBe(isOpen);
    expect(breaker.refusal()).toBe(isOpen ? 30_000 : undefined);
  });

  it("counts failures of ten seconds only, where others are answered in between", () => {
    const { clock, say } = made();
    say("xoxoxoxoxo");
    clock.now = 10_001;
    expect(say("oxoxoxoxox").at(-1)).toBe(false);
    const other = made();
    other.say("xoxoxoxoxo");
    other.clock.now = 10_000;
    expect(other.say("oxoxoxoxox").at(-1)).toBe(true);
  });

  it.each([
    [0, 24_000],
    [0.5, 30_000],
    [1, 36_000],
  ])("stays open, with the random number %d, for %i ms", (random, pause) => {
    const { clock, say, breaker } = made(undefined, random);
    say("xxxxx");
    expect(breaker.pauseLeftMs).toBeCloseTo(pause, 6);
    clock.now = pause - 0.5;
    expect(breaker.refusal()).toBe(1);
    clock.now = Math.ceil(pause + 0.001);
    expect([breaker.wouldRefuse, breaker.isProbing]).toEqual([undefined, false]);
    expect(breaker.refusal()).toBeUndefined();
    expect([breaker.isProbing, breaker.pauseLeftMs, breaker.wouldRefuse, breaker.refusal()]).toEqual([
      true,
      undefined,
      1_000,
      1_000,
    ]);
  });

  it("is not held open by what was under way when it opened", () => {
    const { clock, say, breaker } = made();
    say("xxxxx");
    clock.now = 20_000;
    expect(say("x")).toEqual([false]);
    expect(breaker.refusal()).toBe(10_000);
  });

  it.each<[string, boolean, number | undefined]>([
    ["o", false, undefined],
    ["x", true, 30_000],
    // Another request may probe at once.
    ["?", false, undefined],
  ])("whose probe ends with %s opens: %s", (sign, opens, refusal) => {
    const { clock, say, breaker } = made();
    say("xxxxx");
    clock.now = 30_000;
    breaker.refusal();
    expect(say(sign)).toEqual([opens]);
    expect(breaker.refusal()).toBe(refusal);
    if (sign === "?") expect(breaker.refusal()).toBe(1_000);
    if (sign === "o") expect([breaker.isCalm, say("xxxx").at(-1), say("x").at(-1)]).toEqual([true, false, true]);
  });

  it("has nothing to remember where nothing failed lately", () => {
    const { clock, say, breaker } = made();
    expect(breaker.isCalm).toBe(true);
    say("oo");
    expect(breaker.isCalm).toBe(true);
    say("x");
    expect(breaker.isCalm).toBe(false);
    clock.now = 10_001;
    say("o");
    expect(breaker.isCalm).toBe(true);
    say("xxxxx");
    clock.now = 60_000;
    expect(breaker.isCalm).toBe(false);
  });

  it("opens for as long as others found right", () => {
    const { clock, breaker } = made();
    breaker.open(500);
    clock.now = 100;
    expect([breaker.pauseLeftMs, breaker.refusal()]).toEqual([400, 400]);
  });

  it("opens for failures that are broad enough", () => {
    const breadth = { operations: 3, callers: 2 };
    const report = (breaker: CircuitBreaker, ...names: readonly string[]): boolean =>
      names
        .map((name) => breaker.report("failed", { operation: name[0] ?? "", caller: name[1] ?? "" }))
        .some((opens) => opens);
    expect(report(made(breadth).breaker, "a1", "a2", "a1", "a2", "a1", "a2")).toBe(false);
    expect(report(made(breadth).breaker, "a1", "b1", "c1", "d1", "e1", "f1")).toBe(false);
    expect(report(made(breadth).breaker, "a1", "b2", "b1", "b1")).toBe(false);
    expect(report(made(breadth).breaker, "a1", "b2", "c1", "b1", "b1")).toBe(true);
    const { breaker } = made(breadth);
    expect([1, 2, 3, 4, 5].map(() => breaker.report("failed", everyone))).toEqual([false, false, false, false, true]);
  });
});
