/** Runs at the same time in the same folder: each writes all of its files, one after the other. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { realFileSystem, type FileSystem } from "../../../src/disk/file-system.ts";
import { writeProject } from "../../../src/disk/write.ts";
import { contents, former, next, projectOf, put, remove, temporaryFolder, textsOf } from "./project.ts";

const sorted = (entries: Iterable<readonly [string, string]>): Map<string, string> =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
const variants = Array.from({ length: 5 }, (_, number) =>
  projectOf(
    Object.fromEntries(
      Array.from({ length: 12 }, (_item, file) => [`src/generated/${number % 2}/${file}.json`, `${number}\n`]),
    ),
  ),
);

let parent = "";
let folder = "";
const parents: string[] = [];
beforeEach(() => {
  parent = temporaryFolder();
  parents.push(parent);
  folder = join(parent, "out");
});
afterAll(() => parents.forEach(remove));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CompileError ? (error.diagnostics[0]?.message ?? "") : String(error);
}

/** A disk on which everything takes its time. */
function slow(): FileSystem {
  const later =
    <Arguments extends unknown[]>(real: (...args: Arguments) => Promise<void>) =>
    async (...args: Arguments): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await real(...args);
    };
  return {
    makeFolder: later(realFileSystem.makeFolder),
    writeNew: later(realFileSystem.writeNew),
    rename: later(realFileSystem.rename),
    removeFile: later(realFileSystem.removeFile),
    removeFolder: later(realFileSystem.removeFolder),
    runs: realFileSystem.runs,
  };
}

function expectOneOf(): void {
  const found = contents(folder);
  expect(variants.map((files) => sorted(textsOf(files)))).toContainEqual(found);
  expect(readdirSync(parent)).toEqual(["out"]);
}

describe.each<[string, () => void]>([
  ["a new folder", () => {}],
  ["a project", () => put(folder, textsOf(variants[0] ?? []))],
])("%s", (_name, prepare) => {
  test("is written by five runs of one process, whole by each", async () => {
    prepare();
    await Promise.all(variants.map((files) => writeProject(files, folder, { force: false }, slow())));
    expectOneOf();
  });

  test("is written by five processes, whole by each", async () => {
    prepare();
    const script = join(parent, "..", `writer-${process.pid}.mjs`);
    await build({
      entryPoints: [new URL("./killed-writer.ts", import.meta.url).pathname],
      outfile: script,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const ended = await Promise.all(
      variants.map((files, number) => {
        const list = join(parent, "..", `files-${process.pid}-${number}.json`);
        writeFileSync(list, JSON.stringify(files));
        parents.push(list);
        const child = spawn(process.execPath, [script, list, folder, "0"], { stdio: ["ignore", "ignore", "pipe"] });
        let said = "";
        child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
        return new Promise((resolve) => child.on("close", (code) => resolve(`${code} ${said}`)));
      }),
    );
    parents.push(script);
    expect(ended).toEqual(variants.map(() => "0 "));
    expectOneOf();
  });
});

describe("a claim of another run", () => {
  const claimed = (name: string): string => {
    put(folder, textsOf(former));
    const staging = join(folder, ".openapi-to-mcp");
    mkdirSync(staging);
    writeFileSync(join(staging, "run-1"), name);
    return staging;
  };

  test.each([
    ["of a process that ended", `4194303 ${hostname()}`],
    ["of this process, from which it went", `${process.pid} ${hostname()}`],
    ["that nobody signed", ""],
  ])("%s is taken over", async (_name, signature) => {
    claimed(signature);
    await writeProject(next, folder, { force: false });
    expect(contents(folder).get("src/generated/pets/api.json")).toBe("2\n");
    expect(readdirSync(folder)).not.toContain(".openapi-to-mcp");
  });

  test.each([
    ["a process that is there", `1 ${hostname()}`, "process 1"],
    ["a process of another machine", "7 elsewhere", "process 7 on elsewhere"],
    ["nobody that can be understood", "\u001b[2J x", "process \\x1b[2J on x"],
  ])("by %s is waited for, then told, and nothing is touched", { timeout: 60_000 }, async (_name, signature, who) => {
    const staging = claimed(signature);
    const before = contents(folder);
    const message = `Another run (${who}) is writing here; if that is not so, remove "${staging}/run-1"`;
    expect(await codeOf(writeProject(next, folder, { force: false }))).toBe(message);
    expect(contents(folder)).toEqual(before);
  });
});

test("a run that changes nothing touches no file and no folder", async () => {
  await writeProject(next, folder, { force: false });
  const stamps = (): readonly string[] =>
    [".", "..", ...readdirSync(folder, { recursive: true, encoding: "utf8" })].sort().map((path) => {
      const { mtimeNs, ctimeNs, ino } = statSync(join(folder, path), { bigint: true });
      return `${path} ${mtimeNs} ${ctimeNs} ${ino}`;
    });
  const before = stamps();
  const changes = await writeProject(next, folder, { force: false });
  expect(changes.every(({ kind }) => kind === "same")).toBe(true);
  expect(stamps()).toEqual(before);
});
