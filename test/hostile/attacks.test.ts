/** Each attack ends in a project or in a diagnostic: no other exception, no hang, no hunger for memory. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attacks } from "./attacks.ts";

const repository = new URL("../../", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "attacks-"));
const program = join(folder, "reader.mjs");
/** Milliseconds: far more than any of them needs. Whoever takes longer hangs. */
const patience = 600_000;

/** What came of each attack, in the order of the attacks. */
const results: string[] = [];

beforeAll(async () => {
  for (const name of ["node_modules", "templates"]) symlinkSync(join(repository, name), join(folder, name));
  await build({
    entryPoints: [new URL("reader.ts", import.meta.url).pathname],
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    outfile: program,
    logLevel: "error",
  });
  const numbers = [...attacks.keys()];
  await Promise.all([0, 1].map((lane) => readAll(numbers.filter((number) => number % 2 === lane))));
}, patience * 5);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("there are at least sixty, each another", () => {
  expect(attacks.length).toBeGreaterThanOrEqual(60);
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
});

describe("a project or a diagnostic comes of", () => {
  test.each(attacks.map(({ name }, number) => ({ name, number })))("$name", ({ number }) => {
    expect(results[number]).toMatch(/^\{"outcome":"(?:project|diagnostic)","faults":\[\]\}$/);
  });
});

/** Runs the attacks one after another. One that ends the process is noted, and another process goes on behind it. */
async function readAll(numbers: readonly number[]): Promise<void> {
  let waiting = numbers;
  while (waiting.length > 0) {
    const { lines, end } = await read(waiting);
    lines.forEach((line, index) => (results[waiting[index] ?? -1] = line));
    const unfinished = waiting[lines.length];
    if (unfinished !== undefined) results[unfinished] = end;
    waiting = waiting.slice(lines.length + 1);
  }
}

/** The lines that the process printed, and how it ended. */
function read(numbers: readonly number[]): Promise<{ readonly lines: readonly string[]; readonly end: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--max-old-space-size=1500", program, ...numbers.map(String)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines: string[] = [];
    let errors = "";
    let timer = setTimeout(() => child.kill("SIGKILL"), patience);
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), patience);
    });
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ lines, end: `ended with ${code ?? signal}: ${errors.slice(-2_000)}` });
    });
  });
}
