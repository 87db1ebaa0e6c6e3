/** How long lines wait while they cannot be written, how many are written at once, and what is left when the server ends. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Hash } from "../../templates/always/src/runtime/audit/chain.ts";
import { type Sink, Trail } from "../../templates/always/src/runtime/audit/trail.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Failing implements Sink {
  readonly tries: number[] = [];
  readonly written: string[] = [];
  fails = true;
  readonly link?: Sink["link"];
  constructor(link?: Sink["link"]) {
    this.link = link;
  }
  async write(text: string): Promise<void> {
    this.tries.push(Date.now());
    if (this.fails) throw new Error("No space left");
    this.written.push(text);
  }
}

const open = (sink: Sink, hash?: Hash) => {
  const said: Record<string, unknown>[] = [];
  const log = createLog("info", (line) => void said.push(JSON.parse(line) as Record<string, unknown>));
  return { trail: new Trail(sink, hash, log), said };
};
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("while lines cannot be written", () => {
  it("they are tried again after 1 s, then each time twice as long, up to 30 s", async () => {
    const sink = new Failing();
    const { trail } = open(sink);
    trail.add({ event: "a" });
    await vi.advanceTimersByTimeAsync(121_000);
    const between = sink.tries.map((at, index) => at - (sink.tries[index - 1] ?? at)).slice(1);
    expect(between).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    sink.fails = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sink.written).toHaveLength(1);
    sink.fails = true;
    trail.add({ event: "b" });
    await settled();
    const tries = sink.tries.length;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sink.tries).toHaveLength(tries + 1);
  });

  it("it is said once that it is so, and once that it is over", async () => {
    const sink = new Failing();
    const { trail, said } = open(sink);
    trail.add({ event: "a" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(said).toMatchObject([{ level: "error", event: "audit", error: { message: "No space left" } }]);
    sink.fails = false;
    await vi.advanceTimersByTimeAsync(10_000);
    trail.add({ event: "b" });
    await settled();
    expect(said.slice(1)).toMatchObject([{ level: "info", event: "audit", again: true, lost: 0 }]);
    sink.fails = true;
    trail.add({ event: "c" });
    await settled();
    expect(said).toHaveLength(3);
  });

  it("whoever waits for a line is told at once, and that line is lost", async () => {
    const sink = new Failing();
    const { trail } = open(sink);
    trail.add({ event: "a" });
    await settled();
    const told = trail.written({ event: "b" }).catch((fault: Error) => fault.message);
    await settled();
    expect(await told).toBe("No space left");
    expect(trail.lost).toBe(1);
    sink.fails = false;
    await vi.advanceTimersByTimeAsync(60_000);
    const [line = "", lost = "", ...more] = sink.written.join("").split("\n");
    expect([line, lost].map((text) => JSON.parse(text) as object)).toMatchObject([
      { event: "a" },
      { event: "lost", lines: 1 },
    ]);
    expect(more).toEqual([""]);
    await trail.written({ event: "c" });
    expect(sink.written.join("").match(/"lost"/g)).toHaveLength(1);
  });
});

it("500 lines are written at once", async () => {
  const sink = new Failing();
  sink.fails = false;
  const { trail } = open(sink);
  for (let index = 0; index < 1_001; index += 1) trail.add({ event: "x" });
  await vi.advanceTimersByTimeAsync(0);
  const counts = sink.written.map((text) => text.split("\n").length - 1);
  expect(Math.max(...counts)).toBe(500);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_001);
});

it("a chain goes on where what is kept ends", async () => {
  const sink = new Failing({ seq: 7, hash: "f".repeat(64) });
  sink.fails = false;
  const { trail } = open(sink, async () => "e".repeat(64));
  trail.add({ event: "a" });
  trail.add({ event: "b" });
  await settled();
  const lines = sink.written.join("").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { seq: 7, prev: "f".repeat(64), hash: "e".repeat(64) },
    { seq: 8, prev: "e".repeat(64) },
  ]);
});

describe("when the server ends", () => {
  it("what waits is tried once more, and what is left is told", async () => {
    const sink = new Failing();
    const { trail, said } = open(sink);
    trail.add({ event: "a" });
    await settled();
    const end = trail.close();
    await settled();
    await end;
    expect(sink.tries).toHaveLength(2);
    expect(said.at(-1)).toMatchObject({ level: "error", event: "audit", lost: 1 });
    trail.add({ event: "b" });
    expect(trail.lost).toBe(1);
    await expect(trail.written({ event: "c" })).rejects.toThrow("Too many lines wait");
  });

  it("it waits half a second for what is on its way, and no longer", async () => {
    const { trail, said } = open({ write: () => new Promise(() => undefined) });
    trail.add({ event: "a" });
    let isOver = false;
    void trail.close().then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(499);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
    expect(said).toMatchObject([{ lost: 1 }]);
  });

  it("nothing is said where nothing is left", async () => {
    const sink = new Failing();
    sink.fails = false;
    const { trail, said } = open(sink);
    trail.add({ event: "a" });
    await trail.close();
    expect([sink.written.length, said]).toEqual([1, []]);
  });
});
