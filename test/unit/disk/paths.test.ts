/** Which paths a project may have, whose they are, and what a fault of the disk is called. */
import { describe, expect, it } from "vitest";
import { faultOfPath, isGenerators } from "../../../src/disk/paths.ts";
import { asCompileError } from "../../../src/disk/recover.ts";
import { nextChange, stateOf } from "../../../src/disk/watch.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("a path of a project", () => {
  it.each([
    "README.md",
    "src/generated/a/b.json",
    `${"a/".repeat(499)}ab`,
    "a".repeat(255),
    "src/console.ts",
    "config",
    "a/com",
    "a/com10",
    "lpt",
    "x/prnt",
    ".gitignore",
    "größe",
  ])("may be %.40s", (path) => expect(faultOfPath(path)).toBeUndefined());

  it.each([
    [`${"a/".repeat(499)}abc`, "is longer than 1,000 characters"],
    ["a".repeat(256), "has a name of more than 255 bytes"],
    ["a\nb", "has a character that a file name may not have everywhere"],
    ["a:b", "has a character that a file name may not have everywhere"],
    ["a\\b", "has a character that a file name may not have everywhere"],
    ["a*", "has a character that a file name may not have everywhere"],
    ["", "leads out of the folder, or is not in its plain form"],
    ["/etc/passwd", "leads out of the folder, or is not in its plain form"],
    ["a//b", "leads out of the folder, or is not in its plain form"],
    ["a/../b", "leads out of the folder, or is not in its plain form"],
    ["./a", "leads out of the folder, or is not in its plain form"],
    ["a/", "leads out of the folder, or is not in its plain form"],
    ["a.", "ends with a dot or a space, which Windows removes"],
    ["a /b", "ends with a dot or a space, which Windows removes"],
  ])("may not be %.40j: it %s", (path, fault) => expect(faultOfPath(path)).toBe(fault));

  it.each(["con", "CON.txt", "a/prn", "aux.ts", "nul", "COM1", "com0.json", "lpt9", "com¹", "conin$", "CONOUT$.x"])(
    "may not be %s, a device",
    (path) => expect(faultOfPath(path)).toBeDefined(),
  );

  it.each([".git/config", ".GIT/x", "node_modules/x", ".openapi-to-mcp/x"])("may not be %s", (path) =>
    expect(faultOfPath(path)).toBeDefined(),
  );

  it.each([
    ["openapi-to-mcp.lock.json", true],
    ["src/generated/a.json", true],
    ["src/runtime/a/b.ts", true],
    ["src/generated/", false],
    ["src/runtimes/a.ts", false],
    ["a/src/runtime/b.ts", false],
    ["src/main.ts", false],
    ["a/openapi-to-mcp.lock.json", false],
  ])("%s is the generator's: %s", (path, want) => expect(isGenerators(path)).toBe(want));
});

describe("a fault of the disk", () => {
  const coded = (code: unknown): Error => Object.assign(new Error("said by the system"), { code });
  it.each<[unknown, string]>([
    [coded("ENOSPC"), "the disk is full (ENOSPC)"],
    [coded("EDQUOT"), "the disk quota is used up (EDQUOT)"],
    [coded("EROFS"), "the file system is read-only (EROFS)"],
    [coded("EACCES"), "permission denied (EACCES)"],
    [coded("EPERM"), "permission denied (EPERM)"],
    [coded("EMFILE"), "too many open files (EMFILE)"],
    [coded("ENAMETOOLONG"), "a path is too long for this file system (ENAMETOOLONG)"],
    [coded("EBUSY"), "a file is in use by another program (EBUSY)"],
    [coded("EXDEV"), "EXDEV"],
    [coded(7), "said by the system"],
    [new Error("no code"), "no code"],
    ["a text", "a text"],
    [{ code: "ENOSPC" }, "[object Object]"],
  ])("%s: %s", (error, cause) => {
    const fault = asCompileError(error, "out");
    expect(fault.diagnostics).toMatchObject([
      { code: "write-failed", message: `The folder "out" cannot be written: ${cause}` },
    ]);
    expect(fault.cause).toBe(error);
    expect(asCompileError(fault, "elsewhere")).toBe(fault);
  });
});

it("files that are watched tell what changed, once they no longer change", async () => {
  const folder = mkdtempSync(join(tmpdir(), "watched-"));
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  const before = stateOf([one, other]);
  writeFileSync(one, "1");
  expect(await nextChange([other, one], before)).toEqual([one]);
  rmSync(folder, { recursive: true });
});
