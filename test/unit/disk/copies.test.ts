/** Copies of files in a folder of the user's: which are written, which are refused, and in which order. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { writeCopies, type Copy } from "../../../src/disk/copies.ts";
import { realFileSystem, type FileSystem } from "../../../src/disk/file-system.ts";
import { contents, put, remove, temporaryFolder } from "./project.ts";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, "templates");
});
afterEach(() => remove(parent));

/** What was written, or `code file: message` of each fault. */
async function written(copies: readonly Copy[], force = false, disk?: FileSystem): Promise<readonly string[]> {
  try {
    return await writeCopies(copies, folder, { force }, disk);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.diagnostics.map(({ code, file, message }) => `${code} ${file}: ${message}`);
  }
}

const copies = [
  { path: "b/deep/two", text: "2\n" },
  { path: "one", text: "1\n" },
];

test("a folder that is not there is made, with those below it", async () => {
  expect(await written(copies)).toEqual(["b/deep/two", "one"]);
  expect([...contents(folder)]).toEqual([
    ["b/deep/two", "2\n"],
    ["one", "1\n"],
  ]);
});

test("files that are the same are left alone, and no folder is made for nothing", async () => {
  expect(await written([])).toEqual([]);
  expect([...contents(parent)]).toEqual([]);
  await written(copies);
  expect(await written(copies)).toEqual([]);
  expect(await written([...copies, { path: "three", text: "3\n" }])).toEqual(["three"]);
});

test("a file that differs stays, and with it nothing else is written, unless it is forced or may be replaced", async () => {
  put(folder, [["one", "mine\n"]]);
  const refused = ['existing-file one: "one" exists already, and differs'];
  expect(await written(copies)).toEqual(refused);
  expect([...contents(folder)]).toEqual([["one", "mine\n"]]);
  expect(await written(copies.map((copy) => ({ ...copy, replaces: true as const })))).toEqual(["b/deep/two", "one"]);
  put(folder, [["one", "mine\n"]]);
  expect(await written(copies, true)).toEqual(["one"]);
  expect([...contents(folder)]).toEqual([
    ["b/deep/two", "2\n"],
    ["one", "1\n"],
  ]);
});

test("all that stands against it is said at once", async () => {
  put(folder, [["one", "mine\n"]]);
  symlinkSync(parent, join(folder, "b"));
  expect((await written([...copies, { path: "../out", text: "" }])).map((fault) => fault.split(":")[0])).toEqual([
    "unsafe-path ../out",
    "unsafe-path b/deep/two",
    "existing-file one",
  ]);
  expect([...contents(folder)]).toEqual([
    ["b", "(link)"],
    ["one", "mine\n"],
  ]);
});

test("a file in place of the folder, and a disk that refuses, are told without absolute paths", async () => {
  writeFileSync(folder, "");
  expect(await written(copies)).toEqual([`unsafe-path ${folder}: "${folder}" is not a folder`]);
  remove(folder);
  const full: FileSystem = {
    ...realFileSystem,
    writeNew: () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })),
  };
  expect(await written(copies, false, full)).toEqual([
    `write-failed ${folder}: The folder "${folder}" cannot be written: the disk is full (ENOSPC)`,
  ]);
});

test("what replaces a file is whole before it is there under its name", async () => {
  mkdirSync(folder);
  put(folder, [["one", "mine\n"]]);
  const calls: string[] = [];
  const told = (path: string): string => path.slice(folder.length + 1);
  const disk: FileSystem = {
    ...realFileSystem,
    makeFolder: (path) => (calls.push(`folder ${told(path)}`), realFileSystem.makeFolder(path)),
    writeNew: (path, text) => (calls.push(`new ${told(path)}`), realFileSystem.writeNew(path, text)),
    rename: (from, to) => (calls.push(`${told(from)} to ${told(to)}`), realFileSystem.rename(from, to)),
  };
  await written(copies, true, disk);
  expect(calls).toEqual(["folder b", "folder b/deep", "new b/deep/two", "new one.new", "one.new to one"]);
});
