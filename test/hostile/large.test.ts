/** Documents that steer time or memory: each gives a server or a message, and ends. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { largeDocuments } from "./large.ts";

const folder = mkdtempSync(join(tmpdir(), "large-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Only what does not end takes as long. */
const limitMs = 300_000;

it.each(Object.entries(largeDocuments))("%s", async (name, make) => {
  const base = join(folder, name.replace(/\W+/g, "-"));
  writeFileSync(`${base}.json`, JSON.stringify(make()));
  const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ["dist/main.js", `${base}.json`, "-o", base],
      { timeout: limitMs, maxBuffer: 1 << 28 },
      (_error, _out, stderr) => resolve({ code: child.exitCode, stderr }),
    );
  });
  expect(stderr).not.toMatch(/^ +at .+:\d+:\d+/m);
  expect(code).toBeLessThanOrEqual(1);
  expect(code).not.toBeNull();
});
