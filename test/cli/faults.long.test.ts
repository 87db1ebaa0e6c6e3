/** What stands in the way of a run, by the built command: whatever it is, the owner's files stay as they are. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stagingFolder } from "../../src/disk/paths.ts";
import { readTree, repository } from "../golden/sample.ts";

const main = join(repository, "dist/main.js");
const page = readFileSync("docs/regenerating.md", "utf8").replace(/\s+/g, " ");

let folder = "";
let template = "";
let work = "";
let server = "";
let count = 0;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "faults-")));
  chmodSync(folder, 0o755);
  template = join(folder, "template");
  mkdirSync(template);
  cpSync(join(repository, "samples/petstore/openapi.yaml"), join(template, "openapi.yaml"));
  expect(command(template, "openapi.yaml", "-o", "server", "-q").code).toBe(0);
  const custom = join(template, "server/src/custom.ts");
  writeFileSync(custom, `${readFileSync(custom, "utf8")}// mine\n`);
  writeFileSync(join(template, "server/src/mine.ts"), "// mine\n");
  const document = join(template, "openapi.yaml");
  writeFileSync(
    document,
    readFileSync(document, "utf8").replace("youngest first", "oldest first").replace("/health", "/open"),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project with the owner's work in it, whose document has changed since. */
beforeEach(() => {
  work = join(folder, `w${++count}`);
  server = join(work, "server");
  cpSync(template, work, { recursive: true });
});

function command(cwd: string, ...line: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...line], { cwd, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

function started(cwd: string): { readonly child: ReturnType<typeof spawn>; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [main, "-q"], { cwd, stdio: "ignore" });
  return { child, ended: new Promise((resolve) => child.once("exit", (code) => resolve(code))) };
}

/** Whatever the lock does not list. */
function ownFiles(of = server): ReadonlyMap<string, string> {
  const lock = JSON.parse(readFileSync(join(of, "openapi-to-mcp.lock.json"), "utf8")) as { files: { path: string }[] };
  const generated = new Set(["openapi-to-mcp.lock.json", ...lock.files.map(({ path }) => path)]);
  return new Map([...readTree(of)].filter(([path]) => !generated.has(path)));
}

/** The message, word by word, and that the page quotes it. */
function expectMessage(err: string, message: string): void {
  expect(err).toContain(message);
  expect(page).toContain(message.split("\n")[0]);
}

describe("a run is refused, and nothing is written, where", () => {
  it("a generated file was edited", () => {
    writeFileSync(join(server, "src/runtime/call/run.ts"), "// mine\n");
    const before = readTree(server);
    const { code, err } = command(server);
    expect(code).toBe(1);
    expectMessage(err, "error It is generated, and was edited [edited-file]\n  at src/runtime/call/run.ts");
    expect(readTree(server)).toEqual(before);
    expect(command(server, "--force").code).toBe(0);
    expect(readFileSync(join(server, "src/runtime/call/run.ts"), "utf8")).not.toContain("mine");
    expect(ownFiles()).toEqual(ownFiles(join(template, "server")));
  });

  it("a folder of the project is a link to elsewhere", () => {
    renameSync(join(server, "src/generated"), join(work, "elsewhere"));
    symlinkSync(join(work, "elsewhere"), join(server, "src/generated"));
    const before = readTree(join(work, "elsewhere"));
    const { code, err } = command(server);
    expect(code).toBe(1);
    expectMessage(
      err,
      'error "src/generated" is a symbolic link or no folder, so that "src/generated/README.md" cannot be written through it [unsafe-path]',
    );
    expect(readTree(join(work, "elsewhere"))).toEqual(before);
  });

  const refused = asOther("--version") === 0 ? undefined : "this repository cannot be read by another user";
  it.skipIf(refused !== undefined)(
    `the folder is read-only${refused === undefined ? "" : ` (left out: ${refused})`}`,
    () => {
      chmodSync(server, 0o555);
      const before = readTree(server);
      const { status, stderr } = otherUser(server);
      expect(status).toBe(1);
      expectMessage(stderr, 'error The folder "." cannot be written: permission denied (EACCES) [write-failed]');
      expect(readTree(server)).toEqual(before);
    },
  );

  const full = join(tmpdir(), `full-disk-${process.pid}`);
  const mounted = mount(full);
  afterAll(() => {
    if (mounted) spawnSync("umount", [full]);
    rmSync(full, { recursive: true, force: true });
  });
  it.skipIf(!mounted)(
    `the disk is full${mounted ? "" : " (left out: no file system may be mounted here; test/unit/disk injects it)"}`,
    () => {
      cpSync(work, full, { recursive: true });
      const project = join(full, "server");
      spawnSync("sh", ["-c", `cat /dev/zero > "${join(full, "filler")}"`]);
      const before = readTree(project);
      const { code, err } = command(project);
      expect(code).toBe(1);
      expect(existsSync(join(project, stagingFolder))).toBe(false);
      expectMessage(err, 'error The folder "." cannot be written: the disk is full (ENOSPC) [write-failed]');
      expect(readTree(project)).toEqual(before);
      rmSync(join(full, "filler"));
      expect(command(project, "-q").code).toBe(0);
      expect(command(project, "--check", "-q").code).toBe(0);
    },
  );
});

it("an unknown file in a generated folder stays, and is in nobody's way", () => {
  const note = join(server, "src/generated/pet_store/tools/note.txt");
  writeFileSync(note, "mine\n");
  expect(command(server, "-q")).toEqual({ code: 0, out: "", err: "" });
  expect(readFileSync(note, "utf8")).toBe("mine\n");
  expect(command(server, "--check", "-q").code).toBe(0);
});

it("nothing is written, and nothing left, where nothing changed", () => {
  expect(command(server, "-q").code).toBe(0);
  const times = () =>
    [...readTree(server).keys(), "", "src", "src/generated"].map((path) => {
      const { mtimeNs, ctimeNs, ino } = statSync(join(server, path), { bigint: true });
      return [path, mtimeNs, ctimeNs, ino];
    });
  const before = times();
  expect(command(server, "-q").code).toBe(0);
  expect(command(work, "openapi.yaml", "-o", "server", "-q").code).toBe(0);
  expect(times()).toEqual(before);
});

it("a run that is killed while it writes leaves the owner's files, and the next one completes it", async () => {
  const own = ownFiles();
  for (let waited = 0; waited < 4; waited++) {
    const { child, ended } = started(server);
    while (!existsSync(join(server, stagingFolder)) && child.exitCode === null)
      await new Promise((resolve) => setImmediate(resolve));
    for (let turns = 0; turns < waited * 3; turns++) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await ended;
    expect(new Map([...readTree(server)].filter(([path]) => own.has(path)))).toEqual(own);
    if (existsSync(join(server, stagingFolder))) {
      const { code, err } = command(server, "--check");
      expect(code).toBe(1);
      expectMessage(
        err,
        'error A run was interrupted in ".", so that it holds a part of its files only [interrupted-run]',
      );
    }
    expect(command(server, "-q").code).toBe(0);
    expect(command(server, "--check", "-q").code).toBe(0);
    expect(ownFiles()).toEqual(own);
    const document = join(work, "openapi.yaml");
    writeFileSync(document, `${readFileSync(document, "utf8").replace("oldest first", "oldest first, really")}`);
  }
});

it("of two runs at once one waits for the other; the owner's files stay", async () => {
  const own = ownFiles();
  expect(await Promise.all([started(server).ended, started(server).ended])).toEqual([0, 0]);
  expect(new Map([...readTree(server)].filter(([path]) => own.has(path)))).toEqual(own);
  expect(command(server, "--check", "-q").code).toBe(0);
  expect(ownFiles()).toEqual(own);
});

/** As a user that owns nothing, where this process may choose one; else as the user that it is. */
function otherUser(cwd: string, ...line: readonly string[]) {
  const other = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  return spawnSync(process.execPath, [main, ...line], { cwd, encoding: "utf8", ...other });
}

function asOther(...line: readonly string[]): number | null {
  return otherUser(tmpdir(), ...line).status;
}

/** A file system of 4 MiB, where one may be mounted. */
function mount(path: string): boolean {
  if (process.getuid?.() !== 0) return false;
  mkdirSync(path);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path]).status === 0;
}
