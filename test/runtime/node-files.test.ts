/** Files below a folder, and what is said of those that cannot be read. */
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import { readFileBelow } from "../../templates/always/src/runtime/node/files.ts";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "node-files-")));
  writeFileSync(join(folder, "a.txt"), "0123456789");
  writeFileSync(join(folder, "empty"), "");
  symlinkSync(join(folder, "a.txt"), join(folder, "link"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const faultOf = async (root: string, path: string, most = 100) => {
  const fault: unknown = await readFileBelow(root, path, most).catch((error: unknown) => error);
  return fault instanceof ArgumentError ? [fault.message, (fault.cause as { code?: string } | undefined)?.code] : fault;
};

describe("a file below a folder", () => {
  it.each([
    ["a.txt", "0123456789", "a.txt"],
    ["link", "0123456789", "a.txt"],
    ["./empty", "", "empty"],
  ])("%s is read as it is, under its own name", async (path, text, filename) => {
    const read = await readFileBelow(folder, path, 10);
    expect({ ...read, bytes: Buffer.from(read.bytes).toString() }).toEqual({ bytes: text, filename });
  });

  it.each([
    ["none", "ENOENT"],
    ["a.txt/x", "ENOTDIR"],
    ["..", undefined],
    [".", undefined],
    ["/", undefined],
    ["../", undefined],
  ])("%s cannot be read, and the cause is kept: %s", async (path, code) =>
    expect(await faultOf(folder, path)).toEqual([
      `No file "${path}" can be read below the folder of MCP_FILE_ROOT.`,
      code,
    ]),
  );

  it("has no name with a NUL character, and no more bytes than it may", async () => {
    expect(await faultOf(folder, "a\0")).toEqual(["A path must not hold a NUL character.", undefined]);
    expect((await readFileBelow(folder, "a.txt", 10)).bytes).toHaveLength(10);
    expect(String(await faultOf(folder, "a.txt", 9))).toContain("at most 9 bytes");
  });

  it("is not there where the folder is not", async () =>
    expect(await faultOf(join(folder, "none"), "a.txt")).toEqual([
      "The folder of MCP_FILE_ROOT cannot be read.",
      "ENOENT",
    ]));
});
