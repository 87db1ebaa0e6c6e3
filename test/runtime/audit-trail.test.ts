/** Lines on their way: batches, faults of where they go, bounds, and a chain that shows what was done to them. */
import { describe, expect, it } from "vitest";
import {
  chained,
  faultOf,
  firstLink,
  hashWith,
  type Link,
  linkAfter,
} from "../../templates/always/src/runtime/audit/chain.ts";
import { type Sink, Trail } from "../../templates/always/src/runtime/audit/trail.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";

/** Keeps what is written, unless it is told to fail, and can be made to wait. */
class Kept implements Sink {
  lines: string[] = [];
  writes = 0;
  fails = false;
  gate: Promise<void> = Promise.resolve();

  async write(text: string): Promise<void> {
    this.writes += 1;
    await this.gate;
    if (this.fails) throw new Error("No space left");
    this.lines.push(...text.slice(0, -1).split("\n"));
  }
  get events(): readonly unknown[] {
    return this.lines.map((line) => {
      const { event, lines } = JSON.parse(line) as { event: string; lines?: number };
      return lines === undefined ? event : [event, lines];
    });
  }
}

const quiet = createLog("silent", () => {});

describe("a trail", () => {
  it("keeps the order, and writes together what came together", async () => {
    const sink = new Kept();
    const trail = new Trail(sink, undefined, quiet);
    for (let index = 0; index < 1_200; index += 1) trail.add({ event: `${index}` });
    await trail.close();
    expect(sink.events).toEqual(Array.from({ length: 1_200 }, (_, index) => `${index}`));
    expect(sink.writes).toBeLessThan(10);
  });

  it("has bounds, counts what it loses, and says so in its place", async () => {
    const sink = new Kept();
    let open: () => void = () => undefined;
    sink.gate = new Promise((resolve) => (open = resolve));
    const trail = new Trail(sink, undefined, quiet);
    for (let index = 0; index < 10_250; index += 1) trail.add({ event: "x" });
    expect(trail.lost).toBe(250);
    open();
    await trail.close();
    expect(sink.lines).toHaveLength(10_001);
    expect(sink.events).toContainEqual(["lost", 250]);
  });

  it("has bounds in bytes, too", async () => {
    const sink = new Kept();
    let open: () => void = () => undefined;
    sink.gate = new Promise((resolve) => (open = resolve));
    const trail = new Trail(sink, undefined, quiet);
    for (let index = 0; index < 100; index += 1) trail.add({ event: "x", text: "~".repeat(200_000) });
    expect(trail.lost).toBeGreaterThan(50);
    open();
    await trail.close();
    expect(sink.lines.length + trail.lost).toBe(101);
  });

  it("tells whoever waits that a line is not kept, and goes on once it can", async () => {
    const sink = new Kept();
    const trail = new Trail(sink, undefined, quiet);
    await trail.written({ event: "one" });
    sink.fails = true;
    await expect(trail.written({ event: "two" })).rejects.toThrow("No space left");
    sink.fails = false;
    await trail.written({ event: "three" });
    expect(sink.events).toEqual(["one", "three", ["lost", 1]]);
    expect(trail.lost).toBe(1);
  });

  it("keeps what nobody waits for while it cannot be written", async () => {
    const sink = new Kept();
    const trail = new Trail(sink, await hashWith(undefined), quiet);
    sink.fails = true;
    trail.add({ event: "one" });
    await expect(trail.written({ event: "two" })).rejects.toThrow("No space left");
    sink.fails = false;
    await trail.written({ event: "three" });
    await trail.close();
    expect(sink.events).toEqual(["one", "three", ["lost", 1]]);
    await expectWhole(sink.lines);
  });

  it("ends although what it writes to does not answer", async () => {
    const sink = new Kept();
    sink.fails = true;
    const said: string[] = [];
    const trail = new Trail(
      sink,
      undefined,
      createLog("error", (line) => said.push(line)),
    );
    trail.add({ event: "one" });
    await trail.close();
    expect(said.join("")).toContain('"lost":1');
  });
});

async function expectWhole(lines: readonly string[], key?: string): Promise<void> {
  expect(await faultsIn(lines, key)).toEqual([]);
}

async function faultsIn(lines: readonly string[], key?: string): Promise<readonly string[]> {
  const hash = await hashWith(key);
  let link: Link | undefined;
  const faults: string[] = [];
  for (const [index, line] of lines.entries()) {
    const fault = await faultOf(line, link, hash);
    if (fault !== undefined) faults.push(`${index + 1} ${fault}`);
    link = linkAfter(line) ?? link;
  }
  return faults;
}

describe.each([
  ["hashes", undefined],
  ["hashes with a key", "a-key-of-the-owner"],
])("a chain of %s", (_what, key) => {
  async function chain(): Promise<string[]> {
    const hash = await hashWith(key);
    let link = firstLink;
    const lines: string[] = [];
    for (const tool of ["a", "b", "c", "d"]) {
      const { line, next } = await chained(JSON.stringify({ event: "call", tool }), link, hash);
      lines.push(line);
      link = next;
    }
    return lines;
  }

  it("is whole as it was written, from the middle on as well", async () => {
    const lines = await chain();
    await expectWhole(lines, key);
    await expectWhole(lines.slice(2), key);
    expect(linkAfter(lines[3] ?? "")?.seq).toBe(5);
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ event: "call", tool: "b", seq: 2 });
  });

  it.each<[string, (lines: string[]) => string[]]>([
    ["a letter is changed", ([a, b = "", ...rest]) => [a ?? "", b.replace('"b"', '"x"'), ...rest]],
    ["a space is added", ([a, b = "", ...rest]) => [a ?? "", b.replace('"tool":', '"tool": '), ...rest]],
    ["a line is left out", ([a = "", , ...rest]) => [a, ...rest]],
    ["two lines change places", ([a = "", b = "", ...rest]) => [b, a, ...rest]],
    ["a line stands twice", ([a = "", ...rest]) => [a, a, ...rest]],
    ["a line is put between", ([a = "", ...rest]) => [a, '{"event":"call","tool":"x"}', ...rest]],
    ["a number is changed", ([a = "", b = "", ...rest]) => [a, b.replace('"seq":2', '"seq":3'), ...rest]],
    ["the hash before is changed", ([a = "", b = "", ...rest]) => [a, b.replace(/"prev":"../, '"prev":"00'), ...rest]],
    ["the last line is changed", (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? "").replace('"d"', '"x"')]],
    [
      "a hash of one's own is put in",
      ([a = "", b = "", ...rest]) => [a, b.replace(/"hash":"[^"]*"/, `"hash":"${"0".repeat(64)}"`), ...rest],
    ],
  ])("shows that %s", async (_how, change) => {
    expect((await faultsIn(change(await chain()), key)).length).toBeGreaterThan(0);
  });

  it("cannot be made by who has not the same key", async () => {
    expect((await faultsIn(await chain(), key === undefined ? "another" : undefined)).length).toBe(4);
  });
});
