/** The time of one call, and what waits in it: it ends at its end or when it is called off, and leaves nothing behind. */
import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadline, isTimeout, isTooLate, sleep } from "../../templates/always/src/runtime/upstream/deadline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;
const reasonOf = (signal: AbortSignal): unknown => (signal.aborted ? signal.reason : "none");

describe("a deadline", () => {
  it("is over when its time is", () => {
    const outer = new AbortController();
    const deadline = new Deadline(1_000, outer.signal);
    expect([deadline.remainingMs, deadline.expired, isTooLate(deadline)]).toEqual([1_000, false, false]);
    vi.advanceTimersByTime(999);
    expect([deadline.remainingMs, deadline.expired, deadline.signal.aborted]).toEqual([1, false, false]);
    vi.advanceTimersByTime(1);
    expect([deadline.remainingMs, deadline.expired, isTooLate(deadline)]).toEqual([0, true, true]);
    expect(isTimeout(deadline.signal.reason)).toBe(true);
    vi.advanceTimersByTime(500);
    expect(deadline.remainingMs).toBe(0);
    deadline.dispose();
    expect(listeners(outer.signal)).toBe(0);
  });

  it("is called off with whoever calls, for the same reason, and is then not over", () => {
    const outer = new AbortController();
    const deadline = new Deadline(1_000, outer.signal);
    outer.abort("changed my mind");
    expect([reasonOf(deadline.signal), deadline.expired, isTooLate(deadline)]).toEqual([
      "changed my mind",
      false,
      false,
    ]);
    expect(reasonOf(new Deadline(1_000, outer.signal).signal)).toBe("changed my mind");
    const around = new Deadline(10, new AbortController().signal);
    const within = new Deadline(1_000, around.signal);
    vi.advanceTimersByTime(10);
    expect([within.expired, isTooLate(within)]).toEqual([false, true]);
  });

  it("that is no longer needed never ends, and leaves nothing behind", () => {
    const outer = new AbortController();
    const deadline = new Deadline(1_000, outer.signal);
    expect(listeners(outer.signal)).toBe(1);
    deadline.dispose();
    expect([listeners(outer.signal), vi.getTimerCount()]).toEqual([0, 0]);
    vi.advanceTimersByTime(2_000);
    outer.abort();
    expect(deadline.signal.aborted).toBe(false);
  });

  it.each([
    [undefined, false],
    [new DOMException("x", "TimeoutError"), true],
    [new DOMException("x", "AbortError"), false],
    [Object.assign(new Error("x"), { name: "TimeoutError" }), false],
  ])("%s is a timeout: %s", (reason, want) => expect(isTimeout(reason)).toBe(want));
});

describe("a wait", () => {
  it("ends after its time, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    let isOver = false;
    const waiting = sleep(50, signal).then(() => (isOver = true));
    expect(listeners(signal)).toBe(1);
    await vi.advanceTimersByTimeAsync(49);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    expect([isOver, listeners(signal)]).toEqual([true, 0]);
  });

  it("is called off at once", async () => {
    const controller = new AbortController();
    const waiting = sleep(50, controller.signal);
    controller.abort("no");
    await expect(waiting).rejects.toBe("no");
    expect(vi.getTimerCount()).toBe(0);
    await expect(sleep(50, controller.signal)).rejects.toBe("no");
    expect(vi.getTimerCount()).toBe(0);
  });
});
