/** Who waits for a place or for room, how long, whose turn is next, and what is left behind; by a clock in hand. */
import { getEventListeners, setMaxListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LimitError } from "../../templates/always/src/runtime/errors.ts";
import { AnswerRoom, type OwnRoom } from "../../templates/always/src/runtime/upstream/answer-room.ts";
import { Deadline, letGo } from "../../templates/always/src/runtime/upstream/deadline.ts";
import { overloaded } from "../../templates/always/src/runtime/errors.ts";
import { Gate } from "../../templates/always/src/runtime/upstream/gate.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const { signal: never } = new AbortController();
setMaxListeners(0, never);
const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("a gate", () => {
  /** All that entered, waits or was refused, in order: `a in`, `b 1500` for a refusal with its time. */
  function gateOf(places: number, queue: number, mostWaitMs: number) {
    const clock = { now: 0 };
    const gate = new Gate(places, queue, mostWaitMs, () => clock.now);
    const told: string[] = [];
    const leaves: (() => void)[] = [];
    const enter = async (caller = "", signal = never): Promise<void> => {
      const entered = gate.enter(signal, caller).then(
        (leave) => (leaves.push(leave), told.push(`${caller} in`)),
        (fault: unknown) => told.push(fault instanceof LimitError ? `${caller} ${fault.retryAfterMs}` : String(fault)),
      );
      void entered;
      await settle();
    };
    const leave = async (): Promise<void> => {
      leaves.shift()?.();
      await settle();
    };
    const take = () => told.splice(0);
    return { clock, enter, leave, take };
  }

  /** One whose calls take 100 s on the average, and which is full. */
  async function busy(places: number, mostWaitMs: number, queue = 100) {
    const made = gateOf(places, queue, mostWaitMs);
    await made.enter();
    made.clock.now = 1_000_000;
    await made.leave();
    for (let at = 0; at < places; at += 1) await made.enter("x");
    made.take();
    return made;
  }

  it("lets as many in as there are places, and who waits when one leaves", async () => {
    const { enter, leave, take } = gateOf(2, 2, 60_000);
    for (const caller of ["a", "b", "c", "d", "e"]) await enter(caller);
    expect(take()).toEqual(["a in", "b in", "e 1000"]);
    await leave();
    expect(take()).toEqual(["c in"]);
    await leave();
    await leave();
    await leave();
    expect(take()).toEqual(["d in"]);
    for (const caller of ["f", "g"]) await enter(caller);
    expect(take()).toEqual(["f in", "g in"]);
  });

  it("has nobody wait where none may", async () => {
    const { enter, take } = gateOf(1, 0, 60_000);
    await enter("a");
    await enter("b");
    expect(take()).toEqual(["a in", "b 1000"]);
  });

  it.each([
    [1, 99_999, "a 100000"],
    [1, 100_000, undefined],
    [2, 49_999, "a 50000"],
    [2, 50_000, undefined],
  ])("with %i places, where %i ms are most, refuses by the time of calls: %s", async (places, most, want) => {
    const { enter, take } = await busy(places, most);
    await enter("a");
    expect(take()).toEqual(want === undefined ? [] : [want]);
    expect(vi.getTimerCount()).toBe(want === undefined ? 1 : 0);
  });

  it("expects a caller's turn after those of others, not after all of their calls", async () => {
    const { enter, take } = await busy(1, 300_000);
    for (const caller of ["a", "a", "a", "a"]) await enter(caller);
    expect(take()).toEqual(["a 400000"]);
    await enter("b");
    expect(take()).toEqual([]);
    await enter("b");
    expect(take()).toEqual(["b 400000"]);
    await enter("c");
    expect(take()).toEqual([]);
    await enter("d");
    expect(take()).toEqual(["d 400000"]);
  });

  it("weighs the last call by a tenth", async () => {
    const { clock, enter, leave, take } = await busy(1, 89_999);
    await leave();
    await enter("x");
    await enter("a");
    expect(take()).toEqual(["x in", "a 90000"]);
    clock.now += 100_000;
    await leave();
    await enter("x");
    await enter("a");
    expect(take()).toEqual(["x in", "a 91000"]);
  });

  it("expects nobody to leave sooner than the time that nobody has left for", async () => {
    const { clock, enter, leave, take } = gateOf(2, 100, 60_000);
    await enter("a");
    clock.now = 50_000;
    await enter("b");
    clock.now = 110_000;
    await enter("c");
    expect(take()).toEqual(["a in", "b in"]);
    clock.now = 110_000.5;
    await enter("d");
    expect(take()).toEqual(["d 60001"]);
    await leave();
    expect(take()).toEqual(["c in"]);
    await enter("e");
    expect(take()).toEqual([]);
  });

  it("ends a wait at its time, or when it is called off, and keeps no place for it", async () => {
    const { enter, leave, take } = gateOf(1, 100, 5_000);
    const controller = new AbortController();
    await enter("a");
    await enter("b");
    await enter("c", controller.signal);
    await enter("c");
    expect([vi.getTimerCount(), listeners(controller.signal)]).toEqual([3, 1]);
    controller.abort("gone");
    await settle();
    expect([take(), vi.getTimerCount(), listeners(controller.signal)]).toEqual([["a in", "gone"], 2, 0]);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(take()).toEqual(["b 5000", "c 5000"]);
    await enter("d");
    await leave();
    expect(take()).toEqual(["d in"]);
    expect(vi.getTimerCount()).toBe(0);
    await enter("e", controller.signal);
    expect(take()).toEqual(["gone"]);
  });

  it("forgets how a wait might have ended once it has", async () => {
    const { enter, leave, take } = gateOf(1, 1, 5_000);
    const controller = new AbortController();
    await enter("a");
    await enter("b", controller.signal);
    await leave();
    expect([take(), vi.getTimerCount(), listeners(controller.signal)]).toEqual([["a in", "b in"], 0, 0]);
    controller.abort();
    await enter("c");
    await leave();
    expect(take()).toEqual(["c in"]);
  });

  it("goes by turns of callers, whoever of them gives up", async () => {
    const { enter, leave, take } = gateOf(1, 100, 5_000);
    const controller = new AbortController();
    await enter("x");
    await enter("a", controller.signal);
    for (const caller of ["a", "b", "a", "b", "c"]) await enter(caller);
    controller.abort("gone");
    await settle();
    for (let at = 0; at < 6; at += 1) await leave();
    expect(take()).toEqual(["x in", "gone", "a in", "b in", "c in", "a in", "b in"]);
  });

  it.each([
    [0, 1_000],
    [1_000, 1_000],
    [1_000.1, 1_001],
  ])("that is overloaded for %s ms says so", (waitMs, retryAfterMs) =>
    expect(overloaded(waitMs)).toMatchObject({
      name: "LimitError",
      message: "This server is overloaded",
      hint: "Try again with fewer calls at the same time.",
      limit: "concurrency",
      retryAfterMs,
    }),
  );
});

describe("room for answers", () => {
  const [kib, mib] = [1_024, 1_048_576];
  /** Takes room, and says whether there is some at once. */
  const takes = (own: OwnRoom, bytes: number, signal = never): boolean => {
    const wait = own.take(bytes, signal);
    void wait?.catch(() => undefined);
    return wait === undefined;
  };

  it("is 16 MiB beside 256 KiB of each, and three answers go beyond it", () => {
    const room = new AnswerRoom();
    const [first, ...more] = Array.from({ length: 5 }, () => room.open()) as [OwnRoom, ...OwnRoom[]];
    expect(takes(first, 16 * mib + 256 * kib)).toBe(true);
    expect(more.map((own) => takes(own, 256 * kib))).toEqual([true, true, true, true]);
    expect(more.map((own) => takes(own, 1))).toEqual([true, true, true, false]);
  });

  it("is had to the byte, and again when it is given back", async () => {
    const room = new AnswerRoom({ freeBytes: 10, sharedBytes: 100, mostBeyond: 0 });
    const [one, other] = [room.open(), room.open()];
    expect([takes(one, 60), takes(one, 50), takes(other, 10)]).toEqual([true, true, true]);
    expect(takes(room.open(), 11)).toBe(false);
    one.release();
    await settle();
    expect(takes(room.open(), 109)).toBe(true);
    expect(takes(room.open(), 11)).toBe(false);
  });

  it("is the call's anew when its answer is read again", () => {
    const room = new AnswerRoom({ freeBytes: 10, sharedBytes: 100, mostBeyond: 0 });
    const own = room.open();
    expect(takes(own, 60)).toBe(true);
    own.release();
    expect([takes(own, 10), takes(room.open(), 110), takes(room.open(), 11)]).toEqual([true, true, false]);
  });

  it("beyond is one answer's to its end, and then another one's", async () => {
    const room = new AnswerRoom({ freeBytes: 0, sharedBytes: 100, mostBeyond: 1 });
    const [holds, beyond, waits, last] = Array.from({ length: 4 }, () => room.open()) as [
      OwnRoom,
      OwnRoom,
      OwnRoom,
      OwnRoom,
    ];
    expect([takes(holds, 100), takes(beyond, 50), takes(beyond, 500)]).toEqual([true, true, true]);
    const order: string[] = [];
    void waits.take(70, never)?.then(() => order.push("waits"));
    void last.take(30, never)?.then(() => order.push("last"));
    // Who went beyond goes on, whoever waits.
    expect(takes(beyond, 1)).toBe(true);
    beyond.release();
    await settle();
    expect(order).toEqual(["waits"]);
    holds.release();
    await settle();
    expect(order).toEqual(["waits", "last"]);
    expect(takes(room.open(), 1)).toBe(false);
  });

  it("is waited for in order: nobody overtakes", async () => {
    const room = new AnswerRoom({ freeBytes: 0, sharedBytes: 100, mostBeyond: 0 });
    const [holds, small] = [room.open(), room.open()];
    takes(holds, 50);
    const order: string[] = [];
    for (const [name, bytes] of [
      ["large", 60],
      ["small", 10],
      ["larger", 90],
    ] as const)
      void (name === "small" ? small : room.open()).take(bytes, never)?.then(() => order.push(name));
    expect(takes(room.open(), 1)).toBe(false);
    holds.release();
    await settle();
    expect(order).toEqual(["large", "small"]);
    small.release();
    small.release();
    await settle();
    expect(order).toEqual(["large", "small"]);
  });

  it("is counted as waited for, and given up when the call ends", async () => {
    const room = new AnswerRoom({ freeBytes: 0, sharedBytes: 100, mostBeyond: 0 });
    const [holds, own, next] = [room.open(), room.open(), room.open()];
    takes(holds, 60);
    const controller = new AbortController();
    const waits = own.take(50, controller.signal)?.catch((reason: unknown) => reason);
    const follows = next.take(40, controller.signal)?.then(() => "had");
    expect([own.waitedMs, own.gaveUp, listeners(controller.signal)]).toEqual([0, false, 2]);
    await vi.advanceTimersByTimeAsync(70);
    holds.release();
    await settle();
    // Both fit now: 50 and 40.
    expect([await waits, await follows, own.waitedMs, next.waitedMs]).toEqual([undefined, "had", 70, 70]);
    expect(listeners(controller.signal)).toBe(0);
    controller.abort("late");
    expect([own.gaveUp, next.gaveUp]).toEqual([false, false]);
  });

  it("that is given up is there for the next", async () => {
    const room = new AnswerRoom({ freeBytes: 0, sharedBytes: 100, mostBeyond: 0 });
    const [holds, own, next] = [room.open(), room.open(), room.open()];
    takes(holds, 60);
    const controller = new AbortController();
    const waits = own.take(50, controller.signal)?.catch((reason: unknown) => reason);
    const follows = next.take(40, never)?.then(() => "had");
    await vi.advanceTimersByTimeAsync(30);
    controller.abort("gone");
    expect([await waits, await follows, own.gaveUp, own.waitedMs, next.waitedMs]).toEqual([
      "gone",
      "had",
      true,
      30,
      30,
    ]);
    own.release();
    expect(takes(room.open(), 1)).toBe(false);
    const aborted = room.open();
    await expect(aborted.take(1, AbortSignal.abort("before"))).rejects.toBe("before");
    expect(aborted.gaveUp).toBe(false);
  });
});

describe("a deadline whose process stood still", () => {
  it.each([
    [30, 0],
    [31, 30],
  ])("by %i ms ends %i ms later, so that what came meanwhile is read", async (lateMs, moreMs) => {
    let late = 0;
    const real = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => real() + late);
    const deadline = new Deadline(1_000, never);
    late = lateMs;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(deadline.expired).toBe(moreMs === 0);
    await vi.advanceTimersByTimeAsync(Math.max(0, moreMs - 1));
    expect(deadline.expired).toBe(moreMs === 0);
    await vi.advanceTimersByTimeAsync(1);
    expect([deadline.expired, (deadline.signal.reason as Error).message]).toEqual([true, "The deadline has passed"]);
    deadline.dispose();
  });

  it("is let go of where the host knows how", () => {
    let count = 0;
    letGo({ unref: () => (count += 1) });
    for (const timer of [7, null, undefined, {}, { unref: 1 }, "unref"]) expect(() => letGo(timer)).not.toThrow();
    expect(count).toBe(1);
  });
});
