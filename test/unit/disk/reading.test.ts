/** What is read of projects that anyone may have made: which files, how large, and never through a link. */
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CompileError } from "../../../src/base/diagnostics.ts";
import { compareProject } from "../../../src/disk/compare.ts";
import { planChanges, untouchedFiles } from "../../../src/disk/changes.ts";
import {
  findFolder,
  hasFile,
  ownNames,
  preparationOf,
  ProjectReader,
  readLock,
  readOwnFile,
} from "../../../src/disk/folder.ts";
import { kindOfPath, namesBeside, openProject, readNamedFile, somethingIsAt } from "../../../src/disk/project.ts";
import { former, next, put, remove, temporaryFolder, textsOf } from "./project.ts";

let parent = "";
let folder = "";
beforeEach(() => {
  parent = temporaryFolder();
  folder = join(parent, "out");
  put(folder, textsOf(former));
});
afterEach(() => remove(parent));

const at = (...path: readonly string[]): string => join(folder, ...path);
/** A file of so many bytes that takes no place on the disk. */
function putLarge(path: string, bytes: number): void {
  writeFileSync(at(path), "");
  truncateSync(at(path), bytes);
}
/** What a promise gives, or `code file: message` of what it fails with. */
async function outcomeOf<T>(promise: Promise<T>): Promise<T | string> {
  return promise.catch((error: unknown) => {
    if (!(error instanceof CompileError)) throw error;
    return error.diagnostics.map(({ code, file, message }) => `${code} ${file}: ${message}`).join("\n");
  });
}
const limit = 64 * 1024 * 1024;

describe("a path that the user names", () => {
  it.each([
    ["out", "folder", true],
    ["out/openapi-to-mcp.lock.json", "lock", true],
    ["link-to-lock", "lock", true],
    ["out/package.json", "other", true],
    ["empty", "other", true],
    ["late", "other", true],
    ["nothing", "other", false],
    ["out/package.json/below", "other", false],
    ["broken", "other", false],
    ["round", "other", true],
  ])("%s is of the kind %s", async (path, kind, isThere) => {
    symlinkSync(at("openapi-to-mcp.lock.json"), join(parent, "link-to-lock"));
    symlinkSync(join(parent, "gone"), join(parent, "broken"));
    symlinkSync(join(parent, "round"), join(parent, "round"));
    writeFileSync(join(parent, "empty"), "");
    // Only a beginning says that a file is a lock, not a word somewhere in a large document.
    writeFileSync(join(parent, "late"), `${" ".repeat(5000)}{"lockVersion": 1`);
    expect(await kindOfPath(join(parent, path))).toBe(kind);
    expect(await somethingIsAt(join(parent, path))).toBe(isThere);
  });

  it("lies beside others, whose names are sorted", async () => {
    put(parent, [
      ["b.yaml", ""],
      ["a.yaml", ""],
    ]);
    expect(await namesBeside(join(parent, "c.yaml"))).toEqual(["a.yaml", "b.yaml", "out"]);
    expect(await namesBeside(join(parent, "nowhere/c.yaml"))).toEqual([]);
  });

  it("is read whole up to 64 MiB", async () => {
    expect(await readNamedFile(at("src/main.ts"))).toBe("main\n");
    putLarge("large", limit);
    expect((await readNamedFile(at("large"))).length).toBe(67108864);
    putLarge("large", limit + 1);
    const tooLarge = `unreadable-project ${at("large")}: "${at("large")}" is larger than 67108864 bytes`;
    expect(await outcomeOf(readNamedFile(at("large")))).toBe(tooLarge);
    for (const path of [at("nothing"), at("src")])
      expect(await outcomeOf(readNamedFile(path))).toBe(`unreadable-project ${path}: "${path}" cannot be read`);
  });
});

describe("a project that is opened", () => {
  it("gives texts of files, none of what is not there or may not be a path", async () => {
    const project = await openProject(folder);
    expect(await project.read("src/main.ts")).toBe("main\n");
    for (const path of ["src/none.ts", "none/at/all", "../out/package.json", ".git/config", "src//main.ts"])
      expect(await project.read(path)).toBeUndefined();
  });

  it("gives none of what links lead to, and says where", async () => {
    symlinkSync(at("package.json"), at("link.json"));
    symlinkSync(at("src"), at("linked"));
    const project = await openProject(folder);
    expect(await outcomeOf(project.read("link.json"))).toBe(
      `unsafe-path ${folder}/link.json: "link.json" is a symbolic link or no file`,
    );
    expect(await outcomeOf(project.read("linked/main.ts"))).toBe(
      `unsafe-path ${folder}/linked/main.ts: "linked" is a symbolic link or no folder, so that "linked/main.ts" cannot be written through it`,
    );
    expect(await outcomeOf(project.read("src"))).toBe(`unsafe-path ${folder}/src: "src" is a symbolic link or no file`);
  });

  it("gives no file of more than 64 MiB, nor more than 512 MiB in all", async () => {
    putLarge("large", limit + 1);
    putLarge("whole", limit);
    const project = await openProject(folder);
    const refused = (bytes: number): string =>
      `unreadable-project ${folder}/large: The file is larger than ${bytes} bytes`;
    expect(await outcomeOf(project.read("large"))).toBe(refused(67108864));
    for (let count = 0; count < 8; count += 1) expect((await project.read("whole"))?.length).toBe(67108864);
    expect(await outcomeOf(project.read("large"))).toBe(refused(0));
    expect(await outcomeOf(project.read("src/main.ts"))).toBe(
      `unreadable-project ${folder}/src/main.ts: The file is larger than 0 bytes`,
    );
  });

  it("must be a folder", async () => {
    const path = at("package.json");
    expect(await outcomeOf(openProject(path))).toBe(`unsafe-path ${path}: "${path}" is not a folder`);
  });
});

describe("a folder", () => {
  it("is found where links lead, absolute, or is not there yet", async () => {
    symlinkSync("out", join(parent, "link"));
    symlinkSync("gone", join(parent, "broken"));
    const given = (name: string): string => join(parent, name);
    expect(await findFolder(given("link"))).toEqual({ given: given("link"), root: folder, exists: true });
    expect(await findFolder(given("new"))).toEqual({ given: given("new"), root: given("new"), exists: false });
    expect(await findFolder("no-such-folder")).toEqual({
      given: "no-such-folder",
      root: join(process.cwd(), "no-such-folder"),
      exists: false,
    });
    expect(await outcomeOf(findFolder(given("broken")))).toContain("is not a folder");
    expect(preparationOf(await findFolder(given("new")))).toBe(given(".new.openapi-to-mcp"));
  });

  it("is the user's own but for version control and work under way", async () => {
    for (const name of [".git", ".openapi-to-mcp", ".github"]) mkdirSync(at(name));
    expect([...(await ownNames(folder))].sort()).toEqual([
      ".github",
      "openapi-to-mcp.lock.json",
      "package.json",
      "src",
    ]);
  });

  it("has files, or links to files, by their names", async () => {
    symlinkSync(at("package.json"), at("link.json"));
    symlinkSync(at("gone"), at("broken"));
    const asked = ["package.json", "link.json", "broken", "src", "none"];
    expect(await Promise.all(asked.map((name) => hasFile(folder, name)))).toEqual([true, true, false, false, false]);
  });

  it("has texts and a lock that are read only where they are files of its own", async () => {
    expect(await readOwnFile(folder, "src/main.ts")).toBe("main\n");
    expect(await readOwnFile(folder, "src")).toBeUndefined();
    expect(await readOwnFile(join(parent, "new"), "src/main.ts")).toBeUndefined();
    expect((await readLock(folder))?.generator).toBe("1.0.0");
    expect(await readLock(parent)).toBeUndefined();
    writeFileSync(at("openapi-to-mcp.lock.json"), "{}");
    expect(await readLock(folder)).toBeUndefined();
  });

  it("may be checked before anything is done to its files and folders", async () => {
    symlinkSync(at("src"), at("linked"));
    const reader = new ProjectReader(folder);
    const codeOf = async (found: ReturnType<typeof reader.check>) => (await found)?.message;
    expect(await codeOf(reader.check("src/main.ts"))).toBeUndefined();
    expect(await codeOf(reader.check("none/deep.ts"))).toBeUndefined();
    expect(await codeOf(reader.check("src"))).toBe('"src" is a symbolic link or no file');
    expect(await codeOf(reader.checkFolder("src/generated"))).toBeUndefined();
    expect(await codeOf(reader.checkFolder("none/deep"))).toBeUndefined();
    expect(await codeOf(reader.checkFolder("linked"))).toBe(
      '"linked" is a symbolic link or no folder, so that "linked" cannot be written through it',
    );
    expect(await codeOf(reader.checkFolder("linked/generated"))).toBe(
      '"linked" is a symbolic link or no folder, so that "linked/generated" cannot be written through it',
    );
    expect(await codeOf(reader.checkFolder("src/main.ts"))).toContain('"src/main.ts" is a symbolic link or no folder');
  });

  it("of which a file has at most so many bytes", async () => {
    const reader = new ProjectReader(folder);
    expect(await reader.read("src/main.ts", 5)).toBe("main\n");
    expect(await reader.read("src/main.ts", 4)).toMatchObject({
      code: "unreadable-project",
      file: "src/main.ts",
      message: "The file is larger than 4 bytes",
    });
    expect(await reader.read("none", 0)).toBeUndefined();
  });
});

describe("a project that is compared", () => {
  const compared = async (): Promise<readonly string[]> => {
    const { changes, diagnostics } = await compareProject(next, folder);
    return [
      ...changes.map(({ kind, path, owner }) => `${kind} ${path} (${owner})`),
      ...diagnostics.map(({ code, file }) => `${code} ${file}`),
    ];
  };
  const changes = [
    "change openapi-to-mcp.lock.json (generator)",
    "add src/auth.ts (user)",
    "remove src/generated/gone/api.json (generator)",
    "change src/generated/pets/api.json (generator)",
    "add src/generated/pets/tools/new.json (generator)",
    "remove src/generated/pets/tools/old.json (generator)",
    "add src/generated/shops/deep/api.json (generator)",
  ];

  it("differs by what a run would add, change and remove", async () => expect(await compared()).toEqual(changes));

  it("says which files were edited, of those that stay and of those that go", async () => {
    put(folder, [
      ["src/generated/pets/api.json", "edited\n"],
      ["src/generated/gone/api.json", "edited\n"],
    ]);
    expect(await compared()).toEqual([
      ...changes,
      "edited-file src/generated/pets/api.json",
      "edited-file src/generated/gone/api.json",
    ]);
  });

  it("is not compared where a run was interrupted, and what that left stays", async () => {
    mkdirSync(at(".openapi-to-mcp"));
    expect(await compared()).toEqual([`interrupted-run ${folder}`]);
    expect(await ownNames(folder)).toContain("package.json");
    expect(await hasFile(at(".openapi-to-mcp"), "run-1")).toBe(false);
    expect(await somethingIsAt(at(".openapi-to-mcp"))).toBe(true);
  });

  it("has files of the user's written on request, and no others", async () => {
    put(folder, [["src/main.ts", "mine\n"]]);
    const kinds = async (...updated: readonly string[]): Promise<readonly string[]> => {
      const { changes, diagnostics } = await planChanges(next, folder, { force: false, updated });
      const users = changes.filter(({ owner }) => owner === "user").map(({ kind, path }) => `${kind} ${path}`);
      return [...users, ...diagnostics.map(({ code, file }) => `${code} ${file}`)];
    };
    expect(await kinds()).toEqual(["same package.json", "add src/auth.ts", "same src/main.ts"]);
    expect(await kinds("src/main.ts", "src/auth.ts", "package.json")).toEqual([
      "change package.json",
      "add src/auth.ts",
      "change src/main.ts",
    ]);
    put(folder, [["src/main.ts", "main of a new version\n"]]);
    expect(await kinds("src/main.ts")).toContain("same src/main.ts");
    remove(at("src/main.ts"));
    symlinkSync(at("package.json"), at("src/main.ts"));
    expect(await kinds("src/main.ts")).toEqual(["same package.json", "add src/auth.ts", "unsafe-path src/main.ts"]);
  });

  it("has files of the user's that are still as the generator wrote them", async () => {
    const lock = await readLock(folder);
    if (lock === undefined) throw new Error("The project has no lock");
    expect(await untouchedFiles(folder, lock)).toEqual(["package.json", "src/main.ts"]);
    put(folder, [["src/main.ts", "main\r\n"]]);
    expect(await untouchedFiles(folder, lock)).toEqual(["package.json", "src/main.ts"]);
    put(folder, [["src/main.ts", "mine\n"]]);
    remove(at("package.json"));
    expect(await untouchedFiles(folder, lock)).toEqual([]);
    expect(await untouchedFiles(folder, { ...lock, written: undefined } as typeof lock)).toEqual([]);
    const [file] = lock.written ?? [];
    if (file === undefined) throw new Error("The lock has no files of the user's");
    put(parent, [["package.json", "{}\n"]]);
    expect(await untouchedFiles(folder, { ...lock, written: [{ ...file, path: "../package.json" }] })).toEqual([]);
  });
});
