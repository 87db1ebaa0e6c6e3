/** What the audit takes in at most, how long it waits, and the whole of what it tells those who set it up wrongly. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { collectorSink } from "../../templates/always/src/runtime/audit/collector.ts";
import { readAuditSettings } from "../../templates/always/src/runtime/audit/settings.ts";
import { type Sink, Trail } from "../../templates/always/src/runtime/audit/trail.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";

const start = Date.UTC(2030, 0, 1, 12);
beforeEach(() => void vi.useFakeTimers({ now: start }));
afterEach(() => void vi.useRealTimers());

/** A sink that takes as long as a test wants. */
function slow() {
  const written: string[] = [];
  let end: (() => void) | undefined;
  let isOpen = false;
  const sink: Sink = {
    write: async (text) => {
      if (!isOpen) await new Promise<void>((resolve) => (end = resolve));
      written.push(text);
    },
  };
  return { sink, written, open: () => ((isOpen = true), end?.()) };
}
const quiet = createLog("silent", () => undefined);
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("lines that wait", () => {
  it("are 10,000 at most", async () => {
    const { sink, written, open } = slow();
    const trail = new Trail(sink, undefined, quiet);
    for (let index = 0; index < 10_000; index += 1) trail.add({});
    expect(trail.lost).toBe(0);
    trail.add({});
    trail.add({});
    expect(trail.lost).toBe(2);
    open();
    await settled();
    trail.add({});
    await settled();
    const lines = written.join("").trimEnd().split("\n");
    expect([lines.length, lines.filter((line) => line.includes("lost"))]).toEqual([
      10_002,
      ['{"time":"2030-01-01T12:00:00.000Z","event":"lost","lines":2}'],
    ]);
    expect(trail.lost).toBe(2);
  });

  it("are 8 MiB at most, whether one or many", async () => {
    // What stands around the text of the line.
    const around = '{"time":"2030-01-01T12:00:00.000Z","text":""}'.length;
    const most = 8 * 1024 * 1024;
    const fits = slow();
    const trail = new Trail(fits.sink, undefined, quiet);
    trail.add({ text: "~".repeat(most - around) });
    expect(trail.lost).toBe(0);
    trail.add({});
    expect(trail.lost).toBe(1);
    const beyond = new Trail(slow().sink, undefined, quiet);
    beyond.add({ text: "~".repeat(most - around + 1) });
    expect(beyond.lost).toBe(1);
    await expect(trail.written({ text: "a" })).rejects.toThrow("Too many lines wait");
    expect(trail.lost).toBe(2);
    // What is written makes room.
    fits.open();
    await settled();
    trail.add({ text: "~".repeat(most - around) });
    expect(trail.lost).toBe(2);
  });

  it("begin with the time, whatever else they hold", async () => {
    const { sink, written, open } = slow();
    open();
    const trail = new Trail(sink, undefined, quiet);
    await trail.written({ event: "a", n: 1 });
    expect(written).toEqual(['{"time":"2030-01-01T12:00:00.000Z","event":"a","n":1}\n']);
  });
});

describe("the end of a server", () => {
  it("waits as long as it is told to", async () => {
    for (const [mostMs, ms] of [
      [undefined, 500],
      [50, 50],
      [5_000, 5_000],
    ] as const) {
      const said: object[] = [];
      const trail = new Trail(
        slow().sink,
        undefined,
        createLog("error", (line) => said.push(JSON.parse(line) as object)),
      );
      trail.add({});
      let isOver = false;
      void trail.close(mostMs).then(() => (isOver = true));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(isOver).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect([isOver, said]).toMatchObject([true, [{ level: "error", event: "audit", lost: 1 }]]);
    }
  });

  it("waits no longer than what is left takes", async () => {
    const { sink, written, open } = slow();
    const trail = new Trail(sink, undefined, quiet);
    trail.add({});
    const end = trail.close(60_000);
    open();
    await end;
    expect(written).toHaveLength(1);
  });

  it("tells how many lines found no room, too", async () => {
    const said: object[] = [];
    const trail = new Trail(
      slow().sink,
      undefined,
      createLog("error", (line) => said.push(JSON.parse(line) as object)),
    );
    for (let index = 0; index < 10_003; index += 1) trail.add({});
    const end = trail.close(10);
    await vi.advanceTimersByTimeAsync(10);
    await end;
    expect(said).toMatchObject([{ event: "audit", lost: 10_003 }]);
  });
});

describe("a collector", () => {
  it("is given five seconds for a batch", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const signals: unknown[] = [];
    const exchange = async (...[, , signal]: unknown[]) => {
      signals.push(signal);
      return { status: 299 };
    };
    try {
      await collectorSink("https://c.example/", undefined, { exchange } as never).write("{}\n");
      expect(timeout.mock.calls).toEqual([[5_000]]);
      expect(signals).toEqual([timeout.mock.results[0]?.value]);
    } finally {
      timeout.mockRestore();
    }
  });
});

describe("settings that make no sense", () => {
  const refusal = (environment: Record<string, string>) => {
    try {
      return readAuditSettings({ environment } as never);
    } catch (fault) {
      if (fault instanceof ConfigurationError) return [fault.message, fault.hint];
      throw fault;
    }
  };
  it.each(["ftp://c.example", "c.example", "https://user@c.example", "https://:word@c.example", "javascript:a"])(
    "as an address of a collector: %s",
    (url) =>
      expect(refusal({ MCP_AUDIT_URL: url })).toEqual([
        "MCP_AUDIT_URL has to be a URL that begins with https:// or http://, without a user or password",
        "MCP_AUDIT_TOKEN is what the collector knows this server by.",
      ]),
  );

  it("as two places", () => {
    expect(refusal({ MCP_AUDIT_URL: "https://c.example/x?y", MCP_AUDIT_FILE: "/a" })).toEqual([
      "MCP_AUDIT_FILE and MCP_AUDIT_URL are both set: lines go to one place",
      undefined,
    ]);
    expect(refusal({ MCP_AUDIT_URL: "https://c.example/x?y" })).toMatchObject({ collector: "https://c.example/x?y" });
  });
});
