import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { planChanges } from "../../../src/disk/changes.ts";
import { isInterrupted } from "../../../src/disk/recover.ts";
import { recover, writeProject } from "../../../src/disk/write.ts";
import {
  contents,
  former,
  next,
  projectOf,
  put,
  regenerated,
  remove,
  temporaryFolder,
  textsOf,
  usersOwn,
} from "./project.ts";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, "out");
});
afterEach(() => remove(parent));

const keep = { force: false };
const kinds = async (force = false): Promise<Record<string, string>> =>
  Object.fromEntries((await planChanges(next, folder, { force })).changes.map((change) => [change.path, change.kind]));
const codes = async (force = false): Promise<string[]> =>
  (await planChanges(next, folder, { force })).diagnostics.map((fault) => `${fault.code} ${fault.file}`);

async function codesOfWriting(force = false): Promise<string[]> {
  const fault: unknown = await writeProject(next, folder, { force }).catch((error: unknown) => error);
  return fault instanceof CompileError ? fault.diagnostics.map((item) => item.code) : [];
}

describe("a regeneration", () => {
  beforeEach(() => put(folder, [...textsOf(former), ...usersOwn]));

  test("adds, changes, removes; user files stay", async () => {
    expect(await kinds()).toEqual({
      "openapi-to-mcp.lock.json": "change",
      "package.json": "same",
      "src/auth.ts": "add",
      "src/generated/gone/api.json": "remove",
      "src/generated/pets/api.json": "change",
      "src/generated/pets/tools/new.json": "add",
      "src/generated/pets/tools/old.json": "remove",
      "src/generated/shops/deep/api.json": "add",
      "src/main.ts": "same",
      "src/runtime/serve.ts": "same",
    });
    expect(await writeProject(next, folder, keep)).toEqual(
      (await planAgain()).map((change) => expect.objectContaining({ path: change }) as object),
    );
    expect(contents(folder)).toEqual(regenerated());
  });

  const planAgain = async (): Promise<string[]> => [
    "openapi-to-mcp.lock.json",
    "package.json",
    "src/auth.ts",
    "src/generated/gone/api.json",
    "src/generated/pets/api.json",
    "src/generated/pets/tools/new.json",
    "src/generated/pets/tools/old.json",
    "src/generated/shops/deep/api.json",
    "src/main.ts",
    "src/runtime/serve.ts",
  ];

  test("planning changes nothing", async () => {
    const before = contents(folder);
    await planChanges(next, folder, keep);
    expect(contents(folder)).toEqual(before);
  });

  test("a second run writes no file", async () => {
    await writeProject(next, folder, keep);
    const times = textsOf(next).map(([path]) => statSync(join(folder, path)).mtimeMs);
    chmodSync(folder, 0o555);
    const changes = await writeProject(next, folder, keep);
    chmodSync(folder, 0o755);
    expect(changes.every((change) => change.kind === "same")).toBe(true);
    expect(textsOf(next).map(([path]) => statSync(join(folder, path)).mtimeMs)).toEqual(times);
  });

  test("an edited file of the generator is an error that names it, and nothing is written", async () => {
    writeFileSync(join(folder, "src/generated/pets/api.json"), "edited\n");
    writeFileSync(join(folder, "src/generated/gone/api.json"), "edited\n");
    const before = contents(folder);
    expect(await codes()).toEqual([
      "edited-file src/generated/pets/api.json",
      "edited-file src/generated/gone/api.json",
    ]);
    expect(await codesOfWriting()).toEqual(["edited-file", "edited-file"]);
    expect(contents(folder)).toEqual(before);
    expect(await codes(true)).toEqual([]);
    await writeProject(next, folder, { force: true });
    expect(contents(folder)).toEqual(regenerated());
  });

  test("without a readable lock, what differs counts as edited", async () => {
    writeFileSync(join(folder, "openapi-to-mcp.lock.json"), "<<<<<<< ours\n");
    expect(await codes()).toEqual(["edited-file src/generated/pets/api.json"]);
  });

  test("CR LF is no edit", async () => {
    writeFileSync(join(folder, "src/generated/pets/api.json"), "1\r\n");
    writeFileSync(join(folder, "src/runtime/serve.ts"), "serve\r\n");
    expect(await codes()).toEqual([]);
    expect((await kinds())["src/runtime/serve.ts"]).toBe("same");
  });

  test("a user file that was deleted stays away, unless forced", async () => {
    unlinkSync(join(folder, "package.json"));
    expect(await kinds()).not.toHaveProperty("package.json");
    await writeProject(next, folder, keep);
    expect(existsSync(join(folder, "package.json"))).toBe(false);
    expect(await kinds(true)).toMatchObject({ "package.json": "add" });
  });

  test("a file that tells of a user's file is written along with that one only", async () => {
    const withLock = projectOf({ "package.json": "{}\n", "package-lock.json": "{}\n" }).map((file) =>
      file.path === "package-lock.json" ? { ...file, along: "package.json" } : file,
    );
    const lockOfPackages = async (force = false) =>
      (await planChanges(withLock, folder, { force })).changes.find(({ path }) => path === "package-lock.json")?.kind;
    // The user's package.json may ask for other packages than ours.
    expect(await lockOfPackages()).toBeUndefined();
    unlinkSync(join(folder, "package.json"));
    expect(await lockOfPackages()).toBeUndefined();
    expect(await lockOfPackages(true)).toBe("add");
  });

  test("a link below the folder is refused, wherever it is", async () => {
    const elsewhere = join(parent, "elsewhere");
    mkdirSync(elsewhere);
    for (const link of ["src/generated/shops", "src/auth.ts", "src/generated/pets/tools/new.json"]) {
      symlinkSync(elsewhere, join(folder, link));
      expect(await codesOfWriting(true)).toEqual(["unsafe-path"]);
      expect(await codes(true)).toHaveLength(1);
      unlinkSync(join(folder, link));
    }
    remove(join(folder, "src/generated"));
    symlinkSync(elsewhere, join(folder, "src/generated"));
    expect(new Set(await codesOfWriting(true))).toEqual(new Set(["unsafe-path"]));
    expect(contents(elsewhere)).toEqual(new Map());
  });

  test("a staging folder that is a link, and one beside the folder, are refused", async () => {
    const elsewhere = join(parent, "elsewhere");
    put(elsewhere, [["precious", "1"]]);
    symlinkSync(elsewhere, join(folder, ".openapi-to-mcp"));
    expect(await codesOfWriting()).toEqual(["unsafe-path"]);
    unlinkSync(join(folder, ".openapi-to-mcp"));
    symlinkSync(elsewhere, join(parent, ".out.openapi-to-mcp"));
    expect(await codesOfWriting()).toEqual(["unsafe-path"]);
    expect(contents(elsewhere)).toEqual(new Map([["precious", "1"]]));
  });

  test.each([
    { steps: [{ kind: "remove", path: "../precious" }], folders: [], emptied: [] },
    { steps: [{ kind: "replace", path: "/etc/passwd" }], folders: [], emptied: [] },
    { steps: [], folders: ["../made"], emptied: [] },
    { steps: [], folders: [], emptied: [".git"] },
    { steps: [{ kind: "erase", path: "a" }], folders: [], emptied: [] },
    [],
  ])("a forged journal is refused: %j", async (journal) => {
    put(parent, [["precious", "1"]]);
    put(folder, [
      [".openapi-to-mcp/journal.json", JSON.stringify(journal)],
      [".openapi-to-mcp/new/0", "evil"],
    ]);
    expect(await isInterrupted(folder).catch(() => "refused")).toBe("refused");
    expect(await codesOfWriting()).toEqual(["write-failed"]);
    expect(readFileSync(join(parent, "precious"), "utf8")).toBe("1");
    expect(existsSync(join(parent, "made"))).toBe(false);
  });

  test("a file that the user makes again after a run was interrupted is left to them", async () => {
    const removed = "src/generated/gone/api.json";
    const steps = [
      { kind: "remove", path: removed },
      { kind: "add", path: "src/auth.ts" },
    ];
    put(folder, [
      [".openapi-to-mcp/journal.json", JSON.stringify({ steps, folders: [], emptied: [] })],
      [".openapi-to-mcp/old/0", "gone\n"],
      [".openapi-to-mcp/new/1", "ours\n"],
      [removed, "the user's\n"],
      ["src/auth.ts", "the user's\n"],
    ]);
    await recover(folder);
    expect(contents(folder).get(removed)).toBe("the user's\n");
    expect(contents(folder).get("src/auth.ts")).toBe("the user's\n");
    expect(existsSync(join(folder, ".openapi-to-mcp"))).toBe(false);
  });

  test("an interrupted run can be seen without changing anything", async () => {
    expect(await isInterrupted(folder)).toBe(false);
    mkdirSync(join(folder, ".openapi-to-mcp"));
    expect(await isInterrupted(folder)).toBe(true);
    await recover(folder);
    expect(await isInterrupted(folder)).toBe(false);
  });
});

describe("the folder", () => {
  test("may be missing, with folders above it", async () => {
    folder = join(parent, "a/b/c");
    await writeProject(next, folder, keep);
    expect(contents(folder)).toEqual(new Map(textsOf(next)));
  });

  test("may hold only a repository", async () => {
    put(folder, [[".git/HEAD", "ref"]]);
    await writeProject(next, folder, keep);
    expect([...contents(folder).keys()]).toContain("src/main.ts");
  });

  test("may hold a configuration file that the user wrote", async () => {
    put(folder, [["openapi-to-mcp.yaml", "input: [a.yaml]\n"]]);
    expect(await codes()).toEqual([]);
  });

  test("may not hold anything else, not even with force", async () => {
    put(folder, [["thesis.txt", "years of work"]]);
    expect(await codes(true)).toEqual([`output-not-empty ${folder}`]);
    expect(await codesOfWriting(true)).toEqual(["output-not-empty"]);
    expect([...contents(folder).keys()]).toEqual(["thesis.txt"]);
  });

  test("may be a link itself, but not a file", async () => {
    mkdirSync(join(parent, "real"));
    symlinkSync(join(parent, "real"), folder);
    await writeProject(next, folder, keep);
    expect(existsSync(join(parent, "real/src/main.ts"))).toBe(true);
    writeFileSync(join(parent, "file"), "");
    folder = join(parent, "file");
    expect(await codes()).toEqual([`unsafe-path ${folder}`]);
  });
});

test.each([
  ["../out.ts"],
  ["/etc/passwd"],
  ["src/../../x"],
  ["a//b"],
  ["a\\b"],
  ["./a"],
  ["con"],
  ["src/nul.json"],
  ["src/LPT1.d.ts"],
  ["src/a."],
  ["src/a "],
  ["src/a:b"],
  ["src/a\u0000"],
  ["src/\ud800"],
  [".git/hooks/pre-commit"],
  ["NODE_MODULES/x.js"],
  [".openapi-to-mcp/journal.json"],
  ["x".repeat(300)],
])("the path %j is refused", async (path) => {
  const files = projectOf({ [path]: "" });
  expect((await planChanges(files, folder, keep)).diagnostics.map((fault) => fault.code)).toEqual(["unsafe-path"]);
  await expect(writeProject(files, folder, keep)).rejects.toThrow(CompileError);
  expect(existsSync(folder)).toBe(false);
});

test.each([
  ["src/A.ts", "src/a.ts"],
  ["src/straße", "src/STRASSE"],
  ["src/\u00e9", "src/e\u0301"],
  ["src/a", "src/a/b"],
  ["src/A", "src/a/b"],
])("%j and %j cannot both be", async (first, second) => {
  expect(
    (await planChanges(projectOf({ [first]: "", [second]: "" }), folder, keep)).diagnostics.map((fault) => fault.code),
  ).toContain("unsafe-path");
});
