import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CompileError } from "../../../../src/base/diagnostics.ts";
import { calledTool, readUsage } from "../../../../src/disk/usage-log.ts";
import { usageOfTools } from "../../../../src/mcp/plan/usage.ts";
import { createLog } from "../../../../templates/always/src/runtime/log.js";
import { serverOf } from "../../document.ts";

/** Lines as the server writes them. */
function logOf(write: (log: ReturnType<typeof createLog>) => void): string {
  let lines = "";
  write(createLog("debug", (line) => (lines += line)));
  return lines;
}

describe("a line of the log", () => {
  const own = logOf((log) => log.info("call", { tool: "list_pets", via: "call_read_operation" })).trim();

  it.each([
    ["as the server writes it", own],
    ["behind the time and stream of a container", `2026-11-28T12:00:00.1Z stderr F ${own}`],
    ["behind the name of a unit", `Nov 28 12:00:00 host server[17]: ${own}`],
    ["in a line of Docker's", JSON.stringify({ log: `${own}\n`, stream: "stderr" })],
    ["in a line of the journal", JSON.stringify({ MESSAGE: own, PRIORITY: "6" })],
    ["in two of them", JSON.stringify({ message: JSON.stringify({ log: own }) })],
  ])("tells what was called: %s", (_name, line) => {
    expect(calledTool(line)).toBe("list_pets");
  });

  it.each([
    ["", "nothing"],
    ["Waiting for an MCP client on standard input.", "words"],
    ['{"event":"call"', "half a line"],
    ['{"event":"call"}', "no tool"],
    ['{"event":"call","tool":7}', "no name"],
    ['{"event":"listening","tool":"list_pets"}', "another event"],
    ['["call"]', "a list"],
    ["null", "null"],
    [`{"log":`.repeat(2_000), "many braces"],
    [JSON.stringify({ log: JSON.stringify({ log: JSON.stringify({ log: JSON.stringify({ log: "x" }) }) }) }), "wraps"],
  ])("%.30s tells nothing: %s", (line) => {
    expect(calledTool(line)).toBeUndefined();
  });
});

describe("the use of tools", () => {
  const folder = mkdtempSync(join(tmpdir(), "usage-"));
  const path = join(folder, "server.log");

  it("is counted over a file, foreign lines and bytes that are no text among them", async () => {
    const lines = logOf((log) => {
      log.info("call", { tool: "a" });
      log.info("call", { tool: "b" });
      log.info("call", { tool: "a", outcome: "ArgumentError" });
      log.warn("call", {});
    });
    writeFileSync(path, Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(`npm start\n${lines}{"event"`)]));
    expect(await readUsage(path)).toEqual(
      new Map([
        ["a", 2],
        ["b", 1],
      ]),
    );
  });

  it.each([
    [join(folder, "missing.log"), "missing-input"],
    [folder, "unreadable-input"],
  ])("cannot be read from %s, which is told", async (file, code) => {
    const fault = await readUsage(file).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CompileError);
    expect((fault as CompileError).diagnostics).toMatchObject([{ code }]);
    if (code === "unreadable-input") rmSync(folder, { recursive: true });
  });

  it("by an old name is one of the tool that it has now", () => {
    const calls = new Map([
      ["old", 3],
      ["new", 2],
      ["gone", 1],
    ]);
    expect(usageOfTools(calls, [{ name: "old", tool: "new" }])).toEqual(
      new Map([
        ["new", 5],
        ["gone", 1],
      ]),
    );
    expect(usageOfTools(undefined, [])).toBeUndefined();
  });

  it("puts a tool before what the document ranks, and behind what the owner pins, and says how often it was called", () => {
    const operation = (id: string): object => ({
      operationId: id,
      tags: [id],
      responses: { 200: { description: "done" } },
    });
    const paths = {
      "/a": { get: operation("a") },
      "/b": { get: { ...operation("b"), "x-mcp": { listed: true } } },
      "/c/d/e/f": { post: operation("c"), put: operation("d") },
    };
    const usage = new Map([
      ["c", 1],
      ["d", 12],
    ]);
    const { plan } = serverOf({ paths } as never, undefined, { list: { mode: "planned", maxTools: 7, usage } }).model;
    expect(Object.fromEntries(plan.listed.map(({ name, why }) => [name, why]))).toEqual({
      b: "listed by x-mcp",
      c: "called 1 time",
      d: "called 12 times",
    });
  });
});
