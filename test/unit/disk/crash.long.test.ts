import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { realFileSystem, type FileSystem } from "../../../src/disk/file-system.ts";
import { isGenerators } from "../../../src/disk/paths.ts";
import { recoverFolder, refuseInterrupted } from "../../../src/disk/recover.ts";
import { recover, writeProject } from "../../../src/disk/write.ts";
import { repository } from "../../golden/sample.ts";
import { contents, former, next, put, regenerated, remove, temporaryFolder, textsOf, usersOwn } from "./project.ts";

interface Scenario {
  readonly name: string;
  /** Folder below the working folder. */
  readonly target: string;
  readonly prepare: (folder: string) => void;
  readonly before: () => Map<string, string> | undefined;
  readonly after: () => Map<string, string>;
}

const sorted = (entries: Iterable<readonly [string, string]>): Map<string, string> =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
const prepareProject = (folder: string): void => put(folder, [...textsOf(former), ...usersOwn]);

const scenarios: readonly Scenario[] = [
  {
    name: "a new folder",
    target: "out",
    prepare: () => {},
    before: () => undefined,
    after: () => sorted(textsOf(next)),
  },
  {
    name: "an empty folder",
    target: "out",
    prepare: (folder) => mkdirSync(folder),
    before: () => new Map(),
    after: () => sorted(textsOf(next)),
  },
  {
    name: "a regeneration",
    target: "out",
    prepare: prepareProject,
    before: () => sorted([...textsOf(former), ...usersOwn]),
    after: regenerated,
  },
];

/** Calls the real disk; `instead` decides what happens in place of the call of that number. */
function counting(
  instead: (call: number) => Promise<void> | undefined,
  runs: FileSystem["runs"] = realFileSystem.runs,
): FileSystem & { readonly calls: () => number } {
  let calls = 0;
  const wrap =
    <Arguments extends unknown[]>(real: (...args: Arguments) => Promise<void>) =>
    (...args: Arguments): Promise<void> =>
      instead(++calls) ?? real(...args);
  return {
    makeFolder: wrap(realFileSystem.makeFolder),
    writeNew: wrap(realFileSystem.writeNew),
    rename: wrap(realFileSystem.rename),
    removeFile: wrap(realFileSystem.removeFile),
    removeFolder: wrap(realFileSystem.removeFolder),
    runs,
    calls: () => calls,
  };
}

/** What the system knows of the runs of a process that can end. */
function mortalRuns(): { readonly runs: FileSystem["runs"]; readonly end: () => void } {
  const { runs } = realFileSystem;
  const begun: string[] = [];
  const begin = (): string => {
    const name = runs.begin();
    begun.push(name);
    return name;
  };
  return { runs: { ...runs, begin }, end: () => begun.forEach(runs.end) };
}

/** Runs until the call of that number, which never returns: what a dead process leaves. */
async function until(
  call: number,
  run: (disk: FileSystem) => Promise<unknown>,
  before: (call: number) => Promise<void> | undefined = () => undefined,
): Promise<"finished" | "dead"> {
  let die: () => void = () => {};
  const dead = new Promise<"dead">((resolve) => (die = () => resolve("dead")));
  const { runs, end } = mortalRuns();
  const disk = counting((number) => {
    if (number < call) return before(number);
    end();
    die();
    return new Promise(() => {});
  }, runs);
  return Promise.race([run(disk).then(() => "finished" as const), dead]);
}

async function countCalls(folder: string): Promise<{ readonly calls: number }> {
  const disk = counting(() => undefined);
  await writeProject(next, folder, { force: false }, disk);
  return { calls: disk.calls() };
}

function expectOneOf(scenario: Scenario, folder: string): void {
  const found = existsSync(folder) ? contents(folder) : undefined;
  const before = scenario.before();
  expect(found).toEqual(isSameTree(found, before) ? before : scenario.after());
}

function isSameTree(one: Map<string, string> | undefined, other: Map<string, string> | undefined): boolean {
  return JSON.stringify(one && [...one]) === JSON.stringify(other && [...other]);
}

describe.each(scenarios)("$name", (scenario) => {
  const parents: string[] = [];
  const fresh = (): string => {
    const parent = temporaryFolder();
    parents.push(parent);
    const folder = join(parent, scenario.target);
    scenario.prepare(folder);
    return folder;
  };
  afterAll(() => parents.forEach(remove));

  test("the process ends at each call, and again at each call of the recovery", async () => {
    let ended = 0;
    for (let call = 1; ; call++) {
      for (let second = 1; ; second++) {
        const folder = fresh();
        if ((await until(call, (disk) => writeProject(next, folder, { force: false }, disk))) === "finished") {
          expect(contents(folder)).toEqual(scenario.after());
          expect(ended).toBeGreaterThan(10);
          return;
        }
        ended++;
        const recovered = await until(second, (disk) => recoverFolder(folder, disk));
        await recover(folder);
        expectOneOf(scenario, folder);
        expect(readdirSync(join(folder, "..")).filter((name) => name !== scenario.target)).toEqual([]);
        if (recovered === "finished") {
          await writeProject(next, folder, { force: false });
          expect(contents(folder)).toEqual(scenario.after());
          break;
        }
      }
    }
  });

  test("the disk refuses each call once: the folder is as before, or the project is written", async () => {
    for (let call = 1; ; call++) {
      const folder = fresh();
      const disk = counting((number) =>
        number === call ? Promise.reject(Object.assign(new Error("no space"), { code: "ENOSPC" })) : undefined,
      );
      const fault = await writeProject(next, folder, { force: false }, disk).catch((error: unknown) => error);
      if (disk.calls() < call) break;
      if (fault instanceof CompileError) {
        expect(fault.diagnostics[0]).toMatchObject({
          code: "write-failed",
          message: expect.stringContaining("the disk is full") as string,
        });
        expect(existsSync(folder) ? contents(folder) : undefined).toEqual(scenario.before());
        expect(readdirSync(join(folder, "..")).filter((name) => name !== scenario.target)).toEqual([]);
      } else {
        await recover(folder);
        expect(contents(folder)).toEqual(scenario.after());
      }
    }
  });

  test("the disk refuses a call, and the process ends while the steps are undone", async () => {
    const refused = (): Promise<void> => Promise.reject(Object.assign(new Error("no access"), { code: "EACCES" }));
    const { calls } = await countCalls(fresh());
    for (let call = 1; call <= calls; call++) {
      for (let end = call + 1; ; end++) {
        const folder = fresh();
        const outcome = await until(
          end,
          (disk) => writeProject(next, folder, { force: false }, disk).catch(() => undefined),
          (number) => (number === call ? refused() : undefined),
        );
        await recover(folder);
        // Files for the owner that were added already stay: of a file there nobody can say any more that it is not theirs.
        const before = scenario.before();
        const added = textsOf(next).filter(([path]) => !isGenerators(path) && existsSync(join(folder, path)));
        const isAfter = existsSync(folder) && isSameTree(contents(folder), scenario.after());
        expectOneOf(
          isAfter || before === undefined
            ? scenario
            : { ...scenario, before: () => sorted(new Map([...added, ...before])) },
          folder,
        );
        if (outcome === "finished") break;
      }
    }
  });

  test("the disk refuses every call from one on: the next run finds the old or the new project", async () => {
    for (let call = 1; ; call++) {
      const folder = fresh();
      const disk = counting((number) =>
        number >= call ? Promise.reject(Object.assign(new Error("read-only"), { code: "EROFS" })) : undefined,
      );
      await writeProject(next, folder, { force: false }, disk).catch(() => undefined);
      if (disk.calls() < call) break;
      await recover(folder);
      expectOneOf(scenario, folder);
      await writeProject(next, folder, { force: false });
      expect(contents(folder)).toEqual(scenario.after());
    }
  });
});

describe("what a dead process leaves of old and new files", () => {
  const marker = "src/generated/interrupted-run.ts";
  const parents: string[] = [];
  afterAll(() => parents.forEach(remove));

  test("does not compile, wherever it is copied to, until the next run", async () => {
    const before = JSON.stringify([...sorted([...textsOf(former), ...usersOwn])]);
    const after = JSON.stringify([...regenerated()]);
    let mixed = 0;
    for (let call = 1; ; call++) {
      const folder = join(temporaryFolder(), "out");
      parents.push(join(folder, ".."));
      prepareProject(folder);
      const outcome = await until(call, (disk) => writeProject(next, folder, { force: false }, disk));
      // Empty folders are nothing that anyone ships.
      const left = [...contents(folder)].filter(([path]) => !/^\.openapi-to-mcp\/|\/$/.test(path));
      const tree = JSON.stringify(left.filter(([path]) => path !== marker));
      if (tree !== before && tree !== after) {
        mixed++;
        expect(left.map(([path]) => path)).toContain(marker);
        await expect(refuseInterrupted(folder)).rejects.toThrow("holds a part of its files only");
        if (mixed === 1) expect(compiled(join(folder, marker))).toContain("run openapi-to-mcp again");
      }
      await recover(folder);
      expect([...contents(folder).keys()]).not.toContain(marker);
      if (outcome === "finished") break;
    }
    expect(mixed).toBeGreaterThan(5);
  });

  /** What the compiler says against a file. */
  function compiled(file: string): string {
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(repository, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", file],
      { encoding: "utf8", cwd: dirname(file) },
    );
    expect(status).not.toBe(0);
    return stdout;
  }
});

describe("SIGKILL", () => {
  let script = "";
  let workshop = "";

  beforeAll(async () => {
    workshop = temporaryFolder();
    script = join(workshop, "child.mjs");
    const source = new URL("./killed-writer.ts", import.meta.url).pathname;
    await build({
      entryPoints: [source],
      outfile: script,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    writeFileSync(join(workshop, "files.json"), JSON.stringify(next));
  });
  afterAll(() => remove(workshop));

  test.each(scenarios.filter((scenario) => scenario.name !== "an empty folder"))(
    "at each call of $name",
    async (scenario) => {
      for (let call = 1; ; call++) {
        const parent = temporaryFolder();
        const folder = join(parent, scenario.target);
        scenario.prepare(folder);
        const child = spawnSync(process.execPath, [script, join(workshop, "files.json"), folder, String(call)], {
          encoding: "utf8",
        });
        if (child.signal === null) {
          expect(child.stderr).toBe("");
          expect(child.status).toBe(0);
          expect(contents(folder)).toEqual(scenario.after());
          remove(parent);
          return;
        }
        expect(child.signal).toBe("SIGKILL");
        await recover(folder);
        expectOneOf(scenario, folder);
        await writeProject(next, folder, { force: false });
        expect(contents(folder)).toEqual(scenario.after());
        expect(readdirSync(parent)).toEqual([scenario.target]);
        remove(parent);
      }
    },
  );
});
