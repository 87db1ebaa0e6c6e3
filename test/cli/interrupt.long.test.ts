/** A signal ends the command at once, though it computes and never comes back to its event loop. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../golden/sample.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-interrupt-"));
  // Some seconds of work.
  const responses = { 204: { description: "Done." } };
  const paths = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, index) => [`/x${index}`, { get: { responses } }]),
  );
  const document = {
    openapi: "3.1.0",
    info: { title: "T", version: "1" },
    servers: [{ url: "https://a.example" }],
    paths,
  };
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["SIGTERM", "SIGINT"] as const)("%s ends a run that reads or maps", async (signal) => {
  // Whoever loads first sees when the document is read: from then on nothing waits.
  const reader = `data:text/javascript,${encodeURIComponent(
    `import fs from "node:fs";
    const parse = JSON.parse;
    JSON.parse = (text, ...rest) => { if (text.length > 1e6) fs.writeSync(1, "reading"); return parse(text, ...rest); };`,
  )}`;
  const project = join(folder, signal);
  const child = spawn(
    process.execPath,
    ["--import", reader, join(repository, "dist/main.js"), "openapi.json", "-o", project],
    { cwd: folder, stdio: ["ignore", "pipe", "ignore"] },
  );
  const ended = new Promise((resolve) => child.once("exit", (code, by) => resolve(code ?? by)));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill(signal);
  expect(await ended).toBe(signal);
  expect(existsSync(project)).toBe(false);
});
