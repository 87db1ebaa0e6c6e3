/** What a run of a workflow may still do, what it says of itself, and which operations a chain of calls begins with. */
import { describe, expect, it, vi } from "vitest";
import type { FindingIndex, IndexedOperation, WorkflowStep } from "../../templates/always/src/runtime/data/project.ts";
import { neededBy } from "../../templates/always/src/runtime/finding/find-operations.ts";
import type { OperationSearch } from "../../templates/always/src/runtime/finding/search.ts";
import { inTime, pause } from "../../templates/always/src/runtime/workflows/in-time.ts";
import { InnerRun, limits, RunRecord } from "../../templates/always/src/runtime/workflows/record.ts";

const live = new AbortController().signal;

describe("a run", () => {
  it("makes a hundred calls, and no more", () => {
    const record = new RunRecord();
    for (let calls = 0; calls < 100; calls += 1) record.count("s", live);
    expect(() => record.count("s", live)).toThrow('The workflow was stopped before "s": it made 100 calls.');
    expect(limits).toEqual({ steps: 100, ms: 300_000 });
  });

  it("makes none once it is cancelled, or out of time", () => {
    expect(() => new RunRecord().count("s", AbortSignal.abort())).toThrow('The workflow was cancelled before "s".');
    const clock = vi.spyOn(performance, "now").mockReturnValue(1_000);
    try {
      const record = new RunRecord();
      expect([record.hasTime(300_000), record.hasTime(300_001)]).toEqual([true, false]);
      clock.mockReturnValue(301_000);
      record.count("s", live);
      clock.mockReturnValue(301_001);
      expect(() => record.count("s", live)).toThrow('The workflow was stopped before "s": it took longer than 300 s.');
    } finally {
      clock.mockRestore();
    }
  });

  it("says what it did", () => {
    const record = new RunRecord();
    expect(record.report()).toBe("Nothing was done before.");
    record.did({ step: "a", tool: "list_pets", status: 200, outputs: {} });
    record.did({ step: "b", tool: "w", status: undefined, outputs: { id: 1 } });
    expect(record.report()).toBe('Done before, and not undone: a (list_pets: 200), b (w) gave {"id":1}.');
    const long = new RunRecord();
    long.did({ step: "a", tool: "t", status: 1, outputs: { x: "y".repeat(500) } });
    expect(long.report()).toBe(`Done before, and not undone: a (t: 1) gave {"x":"${"y".repeat(494)}….`);
  });

  it("within another one has its record, and its path behind the other's", () => {
    const outer = new InnerRun(new RunRecord(), "a.");
    const inner = outer.within("b.");
    expect([inner.path, inner.record === outer.record]).toEqual(["a.b.", true]);
  });
});

describe("a pause", () => {
  it("ends when its time is over, or the call is cancelled", async () => {
    await expect(pause(0, live)).resolves.toBeUndefined();
    const controller = new AbortController();
    const paused = pause(60_000, controller.signal);
    controller.abort();
    await expect(paused).rejects.toThrow("The workflow was cancelled.");
  });
});

describe("a step", () => {
  const step = (timeoutMs?: number): WorkflowStep => ({ id: "s", timeoutMs }) as unknown as WorkflowStep;
  const result = { content: [] };
  const until = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

  it("has the time that it needs where nothing bounds it", async () => {
    const run = async (signal: AbortSignal) => {
      expect(signal).toBe(live);
      return result;
    };
    expect(await inTime(step(), live, run)).toBe(result);
  });

  it("that ends in time is what it is, a failure too", async () => {
    const failed = { content: [], isError: true as const };
    expect(await inTime(step(60_000), live, async () => result)).toBe(result);
    expect(await inTime(step(60_000), live, async () => failed)).toBe(failed);
    await expect(inTime(step(60_000), live, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  it("that takes too long has failed, however it ended", async () => {
    const told = { content: [{ type: "text", text: 'the step "s" took longer than 1 ms.' }], isError: true as const };
    const failing = (signal: AbortSignal) => until(signal).then(() => ({ content: [], isError: true as const }));
    const throwing = (signal: AbortSignal) => until(signal).then(() => Promise.reject(new Error("late")));
    const lucky = (signal: AbortSignal) => until(signal).then(() => result);
    expect(await inTime(step(1), live, failing)).toEqual(told);
    expect(await inTime(step(1), live, throwing)).toEqual(told);
    expect(await inTime(step(1), live, lucky)).toBe(result);
  });

  it("of a call that is cancelled is no step that took too long", async () => {
    const throwing = () => Promise.reject(new Error("gone"));
    await expect(inTime(step(60_000), AbortSignal.abort(), throwing)).rejects.toThrow("gone");
    // By then its time is over as well.
    const late = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error("gone")), 20));
    await expect(inTime(step(1), AbortSignal.abort(), late)).rejects.toThrow("gone");
  });
});

describe("what is called before an operation", () => {
  const operations = (
    [
      ["GET /pets/{id}", [1, 2, 3, 4, 5, 6]],
      ["GET /a", []],
      ["GET /b", []],
      ["GET /c", []],
      ["GET /d", []],
      ["GET /search", [], "words"],
      ["GET /me", [], "caller"],
      ["DELETE /lists/{id}/pets", [1, 2, 3, 4, 8]],
      ["GET /lists/{id}/pets", [9, 10, 11]],
      ["GET /lists", []],
      ["GET /e", []],
      ["GET /f", []],
      ["POST /lists/{id}/pets", [1, 2, 3, 4, 8]],
    ] as const
  ).map(([request, needs, start]) => ({
    name: request,
    request,
    needs,
    start,
  })) as unknown as readonly IndexedOperation[];
  const index = { operations } as unknown as FindingIndex;

  function before(number: number, worth: readonly number[], isAllowed = (_: string) => true): readonly string[] {
    const search = { besides: () => worth } as unknown as OperationSearch;
    const [operation] = operations.slice(number);
    if (operation === undefined) throw new Error("no operation");
    return neededBy(operation, {} as never, search, index, ({ request }) => isAllowed(request)).map(
      ({ request }) => request,
    );
  }

  it("are the worthiest, with one that finds by words and one that says who calls", () => {
    expect(before(0, [0, 1, 4, 3, 2, 0, 0])).toEqual(["GET /b", "GET /c", "GET /search", "GET /me"]);
    expect(before(0, [0, 1, 4, 3, 2, 9, 0])).toEqual(["GET /search", "GET /b", "GET /me"]);
  });

  it("are those that may be called", () => {
    const isAllowed = (request: string) => !["GET /search", "GET /b"].includes(request);
    expect(before(0, [0, 1, 4, 3, 2], isAllowed)).toEqual(["GET /c", "GET /d", "GET /a", "GET /me"]);
    expect(before(0, [], () => false)).toEqual([]);
    expect(before(1, [])).toEqual([]);
  });

  it("begin with the collection that something is taken out of, and end with what that needs", () => {
    expect(before(7, [0, 4, 3, 2, 1])).toEqual(["GET /lists/{id}/pets", "GET /a", "GET /b", "GET /c", "GET /lists"]);
    expect(before(12, [0, 4, 3, 2, 1])).toEqual(["GET /a", "GET /b", "GET /c", "GET /d"]);
  });
});
