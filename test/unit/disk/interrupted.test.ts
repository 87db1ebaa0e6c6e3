/** What an interrupted run may have left, moment by moment, and what the next one makes of it. */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { realFileSystem, type FileSystem } from "../../../src/disk/file-system.ts";
import { leftovers, removeTree } from "../../../src/disk/journal.ts";
import { isInterrupted, recoverFolder, refuseInterrupted } from "../../../src/disk/recover.ts";
import { claim, isSignature, takeOver } from "../../../src/disk/runs.ts";
import { contents, put, remove, temporaryFolder } from "./project.ts";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, "out");
  mkdirSync(folder);
});
afterEach(() => remove(parent));

async function faultOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return "none";
  if (!(error instanceof CompileError)) throw error as Error;
  return error.diagnostics.map(({ code, file, message }) => `${code} ${file}: ${message}`).join("\n");
}

const generated = (name: string): string => `src/generated/${name}`;
const journal = {
  steps: [
    { kind: "add", path: generated("added") },
    { kind: "replace", path: generated("changed") },
    { kind: "remove", path: generated("gone/old") },
    { kind: "replace", path: "mine" },
    { kind: "add", path: "new/mine" },
  ],
  folders: ["new"],
  emptied: [generated("gone")],
};
const start = {
  [generated("changed")]: "changed: old",
  [generated("gone/old")]: "gone: old",
  mine: "mine",
};
const mark = { [generated("interrupted-run.ts")]: "does not compile" };
const fresh = {
  ".openapi-to-mcp/new/0": "added: new",
  ".openapi-to-mcp/new/1": "changed: new",
  ".openapi-to-mcp/new/4": "mine: new",
};
type Files = Readonly<Record<string, string>>;
const without = (files: Files, ...names: readonly string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
const isBegun = { ".openapi-to-mcp/journal.json": JSON.stringify(journal) };
const isUndone = { ".openapi-to-mcp/undo.json": JSON.stringify(journal) };

const done = {
  mine: "mine",
  "new/mine": "mine: new",
  [generated("added")]: "added: new",
  [generated("changed")]: "changed: new",
};
const addedOnly = { "new/mine": "mine: new" };

describe("a run that ended", () => {
  const cases: readonly (readonly [when: string, left: Files, then: Files])[] = [
    ["before it decided anything", { ...start, ...fresh, ".openapi-to-mcp/journal.tmp": "{" }, start],
    ["once it had decided", { ...start, ...fresh, ...isBegun }, done],
    ["once it had marked the folder", { ...start, ...fresh, ...isBegun, ...mark }, done],
    [
      "with one file added",
      {
        ...start,
        ...mark,
        ...without(fresh, ".openapi-to-mcp/new/0"),
        ...isBegun,
        [generated("added")]: "added: new",
      },
      done,
    ],
    [
      "between taking a file away and putting the new one there",
      {
        ...without(start, generated("changed")),
        ...mark,
        ...fresh,
        ...isBegun,
        ".openapi-to-mcp/old/1": "changed: old",
      },
      done,
    ],
    [
      "with all done but tidying up",
      {
        ...done,
        ...isBegun,
        ".openapi-to-mcp/old/1": "changed: old",
        ".openapi-to-mcp/old/2": "gone: old",
      },
      done,
    ],
    [
      "after the user made a file where one is to be added",
      { ...start, ...fresh, ...isBegun, [generated("added")]: "the user's" },
      { ...done, [generated("added")]: "the user's" },
    ],
    [
      "with a file of the user's beside one that goes",
      { ...start, ...fresh, ...isBegun, [generated("gone/notes")]: "notes" },
      { ...done, [generated("gone/notes")]: "notes" },
    ],
    // Nobody may replace a file of the owner's on the word of a journal that was found.
    [
      "with a file of the owner's to replace",
      { ...start, ...fresh, ...isBegun, ".openapi-to-mcp/new/3": "mine: new" },
      start,
    ],
    [
      "with a file of the owner's on its way out",
      {
        ...without(start, "mine"),
        ...fresh,
        ...isBegun,
        ".openapi-to-mcp/old/3": "mine",
        ".openapi-to-mcp/new/3": "mine: new",
      },
      start,
    ],
    ["while it had nothing undone yet", { ...start, ...mark, ...fresh, ...isUndone }, start],
    [
      "while it undid all",
      {
        ...without(done, "mine"),
        ...mark,
        ...isUndone,
        ".openapi-to-mcp/old/1": "changed: old",
        ".openapi-to-mcp/old/2": "gone: old",
        ".openapi-to-mcp/old/3": "mine",
      },
      { ...start, ...addedOnly },
    ],
    [
      "while it undid, with a file of the owner's that came back meanwhile",
      { ...start, ...mark, ...isUndone, ".openapi-to-mcp/old/3": "mine of before" },
      start,
    ],
    ["with both said, of which undoing counts", { ...start, ...fresh, ...isBegun, ...isUndone }, start],
  ];
  it.each(cases)("%s", async (_when, left, then) => {
    put(folder, Object.entries(left));
    // Folders are there from the beginning to the end.
    for (const path of [generated("gone"), ".openapi-to-mcp/new", ".openapi-to-mcp/old"])
      mkdirSync(join(folder, path), { recursive: true });
    expect(await isInterrupted(folder)).toBe(true);
    expect(await faultOf(refuseInterrupted("out-of-sight"))).toBe("none");
    expect(await faultOf(refuseInterrupted(folder))).toBe(
      `interrupted-run ${folder}: A run was interrupted in "${folder}", so that it holds a part of its files only`,
    );
    await recoverFolder(folder);
    const found = Object.fromEntries([...contents(folder)].filter(([path]) => !path.endsWith("/")));
    expect(found).toEqual(then);
    expect(await isInterrupted(folder)).toBe(false);
    await recoverFolder(folder);
    expect(Object.fromEntries([...contents(folder)].filter(([path]) => !path.endsWith("/")))).toEqual(then);
  });

  it("makes the folders of its journal, and removes those that are empty, of no other", async () => {
    const folders = ["new", "new/deep"];
    const emptied = ["gone/deep", "gone", "kept", "never"];
    put(folder, [
      [".openapi-to-mcp/journal.json", JSON.stringify({ steps: [], folders, emptied })],
      ["kept/notes", ""],
    ]);
    mkdirSync(join(folder, "gone/deep"), { recursive: true });
    mkdirSync(join(folder, "empty"));
    await recoverFolder(folder);
    expect([...contents(folder).keys()]).toEqual(["empty/", "kept/notes", "new/deep/"]);
  });

  it("has its new folders removed where it is undone, if nothing else is in them", async () => {
    const folders = ["new", "new/deep", "used"];
    put(folder, [
      [".openapi-to-mcp/undo.json", JSON.stringify({ steps: [], folders, emptied: [] })],
      ["used/notes", ""],
    ]);
    mkdirSync(join(folder, "new/deep"), { recursive: true });
    await recoverFolder(folder);
    expect([...contents(folder).keys()]).toEqual(["used/notes"]);
  });
});

describe("what cannot be understood", () => {
  const whole = { steps: [{ kind: "add", path: "a" }], folders: ["b"], emptied: ["c"] };
  it("is whole here", async () => {
    put(folder, [[".openapi-to-mcp/undo.json", JSON.stringify(whole)]]);
    expect(await leftovers(folder)).toEqual({ kind: "undo", journal: whole });
    remove(join(folder, ".openapi-to-mcp/undo.json"));
    expect(await leftovers(folder)).toEqual({ kind: "staging" });
    remove(join(folder, ".openapi-to-mcp"));
    expect(await leftovers(folder)).toEqual({ kind: "none" });
  });

  it.each([
    "",
    "{",
    "null",
    JSON.stringify({ ...whole, steps: undefined }),
    JSON.stringify({ ...whole, folders: undefined }),
    JSON.stringify({ ...whole, emptied: undefined }),
    JSON.stringify({ ...whole, emptied: { length: 0 } }),
    JSON.stringify({ ...whole, folders: ["b", 1] }),
    JSON.stringify({ ...whole, folders: ["b", "../c"] }),
    JSON.stringify({ ...whole, steps: [...whole.steps, { kind: "move", path: "a" }] }),
    JSON.stringify({ ...whole, steps: [...whole.steps, { kind: "remove" }] }),
    JSON.stringify({ ...whole, steps: [...whole.steps, "a"] }),
    JSON.stringify({ ...whole, steps: [...whole.steps, { kind: "replace", path: "/a" }] }),
  ])("%s", async (text) => {
    for (const name of ["journal.json", "undo.json"]) {
      remove(join(folder, ".openapi-to-mcp"));
      put(folder, [[`.openapi-to-mcp/${name}`, text]]);
      expect(await faultOf(leftovers(folder))).toBe(
        `write-failed .openapi-to-mcp/${name}: An earlier run was interrupted, and what it left cannot be read; restore the folder and remove this one`,
      );
    }
  });

  it.each<[put: string, link: boolean, fault: string]>([
    ["notes.txt", false, '".openapi-to-mcp/notes.txt" is no file of a run: move it away; nothing was changed'],
    ["run-x", false, '".openapi-to-mcp/run-x" is no file of a run: move it away; nothing was changed'],
    ["run-1x", false, '".openapi-to-mcp/run-1x" is no file of a run: move it away; nothing was changed'],
    ["new/1x", false, '".openapi-to-mcp/new/1x" is no file of a run: move it away; nothing was changed'],
    ["old/x1", false, '".openapi-to-mcp/old/x1" is no file of a run: move it away; nothing was changed'],
    ["new/1/deep", false, '".openapi-to-mcp/new/1" is a symbolic link or no file; nothing was changed'],
    ["old/1", true, '".openapi-to-mcp/old/1" is a symbolic link or no file; nothing was changed'],
    ["new", false, '".openapi-to-mcp/new" is a symbolic link or no folder; nothing was changed'],
    ["old", true, '".openapi-to-mcp/old" is a symbolic link or no folder; nothing was changed'],
    ["journal.tmp", true, '".openapi-to-mcp/journal.tmp" is a symbolic link or no file; nothing was changed'],
  ])("%s in the staging folder", async (path, link, message) => {
    put(folder, [["mine", "mine"]]);
    const staging = join(folder, ".openapi-to-mcp");
    mkdirSync(join(staging, path, ".."), { recursive: true });
    if (link) symlinkSync(join(folder, "mine"), join(staging, path));
    else put(staging, [[path, ""]]);
    const fault = await faultOf(recoverFolder(folder));
    expect(fault.slice(fault.indexOf(": ") + 2)).toBe(message);
    expect(fault).toMatch(/^unsafe-path \.openapi-to-mcp\//);
    expect([...contents(folder).keys()]).toContain("mine");
  });

  it("beside the folder, where a new one was prepared", async () => {
    put(parent, [
      [".out.openapi-to-mcp/run-1", ""],
      [".out.openapi-to-mcp/project/a", ""],
    ]);
    await recoverFolder(folder);
    expect([...contents(parent).keys()]).toEqual(["out/"]);
    put(parent, [[".out.openapi-to-mcp/notes", ""]]);
    expect(await faultOf(recoverFolder(folder))).toBe(
      'unsafe-path .out.openapi-to-mcp: ".out.openapi-to-mcp/notes" is no file of a run: move it away; nothing was changed',
    );
    remove(join(parent, ".out.openapi-to-mcp"));
    put(parent, [[".out.openapi-to-mcp", ""]]);
    expect(await faultOf(recoverFolder(folder))).toBe(
      'unsafe-path .out.openapi-to-mcp: ".out.openapi-to-mcp" is a symbolic link or no folder',
    );
  });
});

describe("a claim", () => {
  const disk: FileSystem = {
    ...realFileSystem,
    runs: { begin: () => "9 here 1", end: () => undefined, isAtWork: (name) => name !== "gone" },
  };
  const place = (): string => join(folder, ".openapi-to-mcp");

  it("is made by one run, and signed", async () => {
    expect(await claim(place(), disk)).toBe("9 here 1");
    expect([...contents(folder)]).toEqual([[".openapi-to-mcp/run-1", "9 here 1"]]);
    expect(await claim(place(), disk)).toBeUndefined();
  });

  it.each<[Record<string, string>, Record<string, string>]>([
    [{ "new/0": "left" }, { "new/0": "left", "run-1": "9 here 1" }],
    [{ "run-1": "gone" }, { "run-1": "gone", "run-2": "9 here 1" }],
    [
      { "run-2": "gone", "run-10": "gone", "run-9": "at work" },
      { "run-2": "gone", "run-10": "gone", "run-9": "at work", "run-11": "9 here 1" },
    ],
  ])("whose run has ended is taken over with what it left: %j", async (left, then) => {
    put(place(), Object.entries(left));
    expect(await takeOver(place(), "shown", disk)).toBe("9 here 1");
    expect(Object.fromEntries(contents(place()))).toEqual(then);
  });

  it("that is not there is nobody's", async () => {
    expect(await takeOver(place(), "shown", disk)).toBeUndefined();
    put(folder, [[".openapi-to-mcp", "a file"]]);
    expect(await takeOver(place(), "shown", disk)).toBeUndefined();
  });

  it("that could not be signed goes again, and the reason is told", async () => {
    const full = { ...disk, writeNew: () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) };
    await expect(claim(place(), full)).rejects.toThrow("full");
    expect([...contents(folder)]).toEqual([]);
    const closed = { ...disk, makeFolder: () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" })) };
    await expect(claim(place(), closed)).rejects.toThrow("no");
    // Another was faster to sign: the wait goes on until that one is done.
    put(folder, [[".openapi-to-mcp/new/0", ""]]);
    const slower = {
      ...disk,
      writeNew: () => {
        remove(place());
        return Promise.reject(Object.assign(new Error("there"), { code: "EEXIST" }));
      },
    };
    expect(await takeOver(place(), "shown", slower)).toBeUndefined();
  });

  it.each([
    ["run-1", true],
    ["run-12", true],
    ["run-", false],
    ["rerun-1", false],
    ["run-1.bak", false],
  ])("is signed by a file %s: %s", (name, want) => expect(isSignature(name)).toBe(want));
});

it("a tree is removed without what its links lead to", async () => {
  put(parent, [
    ["tree/a/b", ""],
    ["tree/c", ""],
    ["precious", "1"],
  ]);
  symlinkSync(parent, join(parent, "tree/link"));
  await removeTree(join(parent, "tree"), realFileSystem);
  await removeTree(join(parent, "none"), realFileSystem);
  expect([...contents(parent)]).toEqual([
    ["out/", ""],
    ["precious", "1"],
  ]);
});
