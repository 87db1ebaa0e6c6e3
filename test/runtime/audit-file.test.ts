/** The audit in a file: lines are added, a chain goes on after a start, half a line takes no other with it. */
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { createWatcher } from "../../templates/always/src/runtime/node/audit-part.ts";

let folder = "";
let path = "";
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
});
beforeEach(() => {
  path = join(folder, `${(count += 1)}.ndjson`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const log = createLog("silent", () => undefined);
const start = (more: Record<string, string> = {}) =>
  createWatcher({ host: { environment: { MCP_AUDIT_FILE: path, ...more } }, log } as never);
const lines = (of = path) => readFileSync(of, "utf8").trimEnd().split("\n");
const said = async (event: string, more: Record<string, string> = {}) => {
  const watcher = await start(more);
  watcher.refused?.(event, {});
  await watcher.close?.();
};

it("is added to, and made for this server and its group", async () => {
  await said("a");
  await said("b", { MCP_AUDIT_SYNC: "on" });
  expect(lines().map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["a", "b"]);
  if (process.platform !== "win32") expect(statSync(path).mode & 0o137).toBe(0);
});

it("goes on with its chain", async () => {
  await said("a", { MCP_AUDIT_CHAIN: "on" });
  await said("b", { MCP_AUDIT_CHAIN: "on" });
  const [first, second] = lines().map((line) => JSON.parse(line) as { seq: number; prev: string; hash: string });
  expect([first?.seq, first?.prev, second?.seq, second?.prev]).toEqual([1, "", 2, first?.hash]);
});

it("goes on behind as many lines as there are", async () => {
  const filler = `{"event":"x","text":"${"x".repeat(1_000)}"}\n`.repeat(400);
  writeFileSync(path, `${filler}{"event":"y","seq":41,"prev":"","hash":"${"a".repeat(64)}"}\n`);
  await said("a", { MCP_AUDIT_CHAIN: "on" });
  expect(JSON.parse(lines().at(-1) ?? "")).toMatchObject({ event: "a", seq: 42, prev: "a".repeat(64) });
});

it("begins a line of its own behind half a one", async () => {
  writeFileSync(path, '{"event":"half');
  await said("a");
  expect(lines()).toHaveLength(2);
  expect(JSON.parse(lines()[1] ?? "")).toMatchObject({ event: "a" });
  await said("b");
  expect(readFileSync(path, "utf8")).not.toContain("\n\n");
});

it("is made again where it was moved away", async () => {
  const watcher = await start();
  watcher.refused?.("a", {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  await watcher.close?.();
  renameSync(path, `${path}.1`);
  const next = await start();
  next.refused?.("b", {});
  await next.close?.();
  expect([lines(`${path}.1`).length, lines().length]).toEqual([1, 1]);
});

it("that cannot be had is said at the start", async () => {
  path = join(folder, "nowhere", "audit");
  await expect(start()).rejects.toThrow(
    expect.objectContaining({
      message: "Nothing can be added to MCP_AUDIT_FILE",
      hint: "Check that its folder exists and that this server may write there.",
    }),
  );
});
