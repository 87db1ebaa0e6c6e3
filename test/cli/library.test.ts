/** The library as a script uses it: `samples/library-use.mjs`, in a process of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../golden/sample.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-library-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(...line: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repository, "samples/library-use.mjs"), ...line],
    { encoding: "utf8" },
  );
  return { code: status, out: stdout, err: stderr };
}

it("generates, inspects, compares, and leaves a breaking change to its owner", () => {
  const document = join(folder, "openapi.yaml");
  const text = readFileSync(join(repository, "samples/petstore/openapi.yaml"), "utf8");
  const server = join(folder, "server");
  writeFileSync(document, text);
  const first = script(document, server);
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toMatch(
    /^12 tools, about \d+ tokens; hosts: https:\/\/petstore\.example\.com\nlist_pets is made of the words of the operationId\n\d+ files written\n$/,
  );

  writeFileSync(document, text.replace("maximum: 100", "maximum: 10"));
  const breaking = script(document, server);
  expect(breaking).toMatchObject({ code: 1, err: "" });
  expect(breaking.out).toContain('major  list_pets "limit" has maximum 10 instead of 100.');
  expect(script(document, server).code).toBe(1);

  writeFileSync(document, text.replace("maximum: 100", "maximum: 1000"));
  const wider = script(document, server);
  expect(wider).toMatchObject({ code: 0, err: "" });
  expect(wider.out).toContain("1 argument widened: minor\n");
  expect(existsSync(join(server, "openapi-to-mcp.lock.json"))).toBe(true);
});

it("tells what is wrong", () =>
  expect(script(join(folder, "nowhere.yaml"), join(folder, "other"))).toMatchObject({
    code: 1,
    err: expect.stringContaining("does not exist") as string,
  }));
