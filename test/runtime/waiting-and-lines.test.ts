/** Lines of a stream, a store that says nothing, a process that stood still, and refusals that are answered the later. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HttpRefusals } from "../../templates/always/src/runtime/http/guard.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { EventLoop } from "../../templates/always/src/runtime/node/http.js";
import { Hearing } from "../../templates/always/src/runtime/node/hearing.js";
import { LineReader } from "../../templates/always/src/runtime/node/stdio.js";

const lines: Record<string, unknown>[] = [];
const log = createLog("info", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
});
afterEach(() => void vi.useRealTimers());

describe("lines", () => {
  function read(chunks: readonly string[], most = 10): readonly string[] {
    const found: string[] = [];
    const reader = new LineReader(
      most,
      (line) => found.push(Buffer.from(line).toString()),
      () => found.push("(too long)"),
    );
    for (const chunk of chunks) reader.read(Buffer.from(chunk));
    return found;
  }
  it.each<[readonly string[], readonly string[]]>([
    [["a\nb\n"], ["a", "b"]],
    [["a"], []],
    [["a", "b", "c\n"], ["abc"]],
    [
      ["a\r\nb\r", "\n"],
      ["a", "b"],
    ],
    [["\n\r\n\n"], []],
    [["a\rb\n"], ["a\rb"]],
    [["", "a\n", ""], ["a"]],
    [["0123456789\n"], ["0123456789"]],
    [["01234567890\nb\n"], ["(too long)", "b"]],
    [
      ["012345", "67890", "123", "4\nb\n"],
      ["(too long)", "b"],
    ],
    [
      ["01234567890", "\n01234567890\n"],
      ["(too long)", "(too long)"],
    ],
    [
      ["ü", "\nü\n"],
      ["ü", "ü"],
    ],
  ])("of %j are %j", (chunks, want) => expect(read(chunks)).toEqual(want));

  it("may be cut within a character", () => {
    const found: string[] = [];
    const reader = new LineReader(
      10,
      (line) => found.push(Buffer.from(line).toString()),
      () => undefined,
    );
    for (const byte of Buffer.from("aü€\n")) reader.read(Uint8Array.of(byte));
    expect(found).toEqual(["aü€"]);
  });
});

describe("a server that says nothing", () => {
  function made() {
    const said: string[] = [];
    const hearing = new Hearing(
      1_000,
      () => said.push("heard"),
      () => said.push("silent"),
    );
    return { hearing, said };
  }
  const isError = (reason: unknown): boolean => reason === "refused";

  it("counts as lost after its time, once", async () => {
    const { hearing, said } = made();
    const outcome = hearing.outcomeOf(new Promise(() => undefined), isError);
    await vi.advanceTimersByTimeAsync(999);
    expect([hearing.isSilent, said]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toBeUndefined();
    hearing.fallSilent();
    expect([hearing.isSilent, said]).toEqual([true, ["silent"]]);
    hearing.hear();
    expect([hearing.isSilent, said]).toEqual([false, ["silent", "heard"]]);
  });

  it("is late and not lost while it answers others", async () => {
    const { hearing, said } = made();
    let answer: (text: string) => void = () => undefined;
    const outcome = hearing.outcomeOf(new Promise<string>((resolve) => (answer = resolve)), isError);
    for (let second = 0; second < 5; second += 1) {
      await vi.advanceTimersByTimeAsync(900);
      expect(await hearing.outcomeOf(Promise.resolve(second), isError)).toEqual({ value: second });
    }
    answer("late");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await outcome).toEqual({ value: "late" });
    expect(said).not.toContain("silent");
  });

  it("is heard by a refusal of its own, not by a connection that broke", async () => {
    const { hearing, said } = made();
    expect(await hearing.outcomeOf(Promise.reject("refused"), isError)).toEqual({ reason: "refused" });
    expect(said).toEqual(["heard"]);
    expect(await hearing.outcomeOf(Promise.reject("broken"), isError)).toEqual({ reason: "broken" });
    expect(said).toEqual(["heard"]);
  });
});

describe("a process that stood still", () => {
  it("says so for ten seconds, and in the log", () => {
    const clock = { now: 0 };
    const loop = new EventLoop(log, () => clock.now);
    expect(loop.stoodStill()).toBe(false);
    // What is late by less is busy.
    clock.now = 1_249;
    expect([loop.stoodStill(), lines]).toEqual([false, []]);
    clock.now += 1_250;
    expect(loop.stoodStill()).toBe(true);
    expect(lines).toMatchObject([{ level: "warn", event: "stood still", ms: 1_000 }]);
    for (let look = 0; look < 39; look += 1) {
      clock.now += 250;
      expect(loop.stoodStill()).toBe(true);
    }
    clock.now += 249;
    expect(loop.stoodStill()).toBe(true);
    clock.now += 1;
    expect(loop.stoodStill()).toBe(false);
    loop.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("refusals at the door", () => {
  const refusal = { status: 401, message: "no token" } as const;
  function made() {
    const clock = { now: 0 };
    return { clock, refusals: new HttpRefusals(log, () => clock.now) };
  }
  /** Milliseconds after which each of so many refusals of an address is answered. */
  async function delays(refusals: HttpRefusals, count: number, address = "a"): Promise<readonly number[]> {
    const found: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const began = performance.now();
      const settled = refusals.settled(refusal, address, "/mcp");
      await vi.runAllTimersAsync();
      expect(await settled).toBe(refusal);
      found.push(Math.round(performance.now() - began));
    }
    return found;
  }

  it("are answered the later the more often an address was refused, until a minute is over", async () => {
    const { clock, refusals } = made();
    expect(await delays(refusals, 18)).toEqual([
      ...Array.from({ length: 10 }, () => 0),
      50,
      100,
      200,
      400,
      800,
      1_600,
      2_000,
      2_000,
    ]);
    expect(await delays(refusals, 1, "b")).toEqual([0]);
    clock.now = 59_999;
    expect(await delays(refusals, 1)).toEqual([2_000]);
    clock.now = 60_000;
    expect(await delays(refusals, 1)).toEqual([0]);
  });

  it("have twenty lines a minute, and a count of the others", async () => {
    const { clock, refusals } = made();
    for (let at = 0; at < 25; at += 1) await refusals.settled(refusal, `a${at}`, `/mcp?token=canary${"x".repeat(200)}`);
    expect(lines).toHaveLength(20);
    expect(lines[0]).toMatchObject({
      level: "warn",
      event: "refused",
      status: 401,
      reason: "no token",
      address: "a0",
      path: "/mcp",
    });
    clock.now = 60_000;
    await refusals.settled(refusal, "b", `/${"x".repeat(200)}`);
    expect(lines).toHaveLength(22);
    expect(lines[20]).toMatchObject({ event: "refused", further: 5 });
    expect(lines[21]?.["path"]).toBe(`/${"x".repeat(99)}`);
    clock.now = 120_000;
    await refusals.settled(refusal, "b", "/");
    expect(lines).toHaveLength(23);
  });

  it("are not waited for by more than two hundred at a time", async () => {
    const { refusals } = made();
    await delays(refusals, 10);
    const waiting = Array.from({ length: 200 }, () => refusals.settled(refusal, "a", "/"));
    expect(await refusals.settled(refusal, "a", "/")).toEqual({
      status: 429,
      message: "Too many refused requests",
      headers: { "Retry-After": "60" },
    });
    await vi.runAllTimersAsync();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([refusal]));
    expect(await delays(refusals, 1)).toEqual([2_000]);
  });
});
