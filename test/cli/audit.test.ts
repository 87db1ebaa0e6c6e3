/** `openapi-to-mcp audit check`, on files as a server writes and somebody else changes them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chained, firstLink, hashWith } from "../../templates/always/src/runtime/audit/chain.ts";
import { command, commandIn } from "./command.ts";

let folder = "";
let count = 0;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "openapi-to-mcp-audit-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = "key-of-the-owner-1234";
/** Lines as a server chains them. */
async function chain(length: number, by: string | undefined = undefined): Promise<string[]> {
  const hash = await hashWith(by);
  const lines: string[] = [];
  let link = firstLink;
  for (let index = 1; index <= length; index += 1) {
    const { line, next } = await chained(JSON.stringify({ event: "call", tool: "get_pet", ms: index }), link, hash);
    lines.push(line);
    link = next;
  }
  return lines;
}
function written(lines: readonly string[], packed = false): string {
  const path = join(folder, `audit-${(count += 1)}${packed ? ".gz" : ".log"}`);
  const text = lines.map((line) => `${line}\n`).join("");
  writeFileSync(path, packed ? gzipSync(text) : text);
  return path;
}
const check = (...words: string[]) => command("audit", "check", ...words);

describe("audit check", () => {
  it("says of a file that is as it was written how many lines it has, and which is the last", async () => {
    const lines = await chain(5);
    const { code, out, err } = await check(written(lines));
    const last = /"hash":"([0-9a-f]{64})"/.exec(lines[4] ?? "")?.[1];
    expect({ code, out, err }).toEqual({ code: 0, out: `5 lines, 0 faults, the last is 5 ${last}\n`, err: "" });
  });

  it("takes the files that it was rotated into in any order, packed or not", async () => {
    const lines = await chain(9);
    const files = [written(lines.slice(6)), written(lines.slice(0, 3), true), written(lines.slice(3, 6))];
    expect(await check(...files)).toMatchObject({
      code: 0,
      out: expect.stringContaining("9 lines, 0 faults") as string,
    });
    const later = await check(files[2] ?? "", files[0] ?? "");
    expect(later).toMatchObject({
      code: 0,
      out: expect.stringContaining("the first is 4: older ones were not looked at") as string,
    });
    const gap = await check(files[0] ?? "", files[1] ?? "");
    expect(gap).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${files[0]}:1 has number 7, and 4 was to come`) as string,
    });
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    [
      "was changed",
      (lines) => lines.map((line, at) => (at === 2 ? line.replace('"ms":3', '"ms":4') : line)),
      ":3 was changed",
    ],
    ["is missing", (lines) => lines.filter((_line, at) => at !== 2), ":3 has number 4, and 3 was to come"],
    ["was moved", ([a = "", b = "", c = "", ...rest]) => [a, c, b, ...rest], ":2 has number 3, and 2 was to come"],
    ["was put between", ([a = "", ...rest]) => [a, '{"event":"call"}', ...rest], ":2 is no line of a chain"],
    ["comes twice", ([a = "", ...rest]) => [a, a, ...rest], ":2 has number 1, and 2 was to come"],
    ["is cut", (lines) => lines.map((line, at) => (at === 4 ? line.slice(0, 40) : line)), ":5 is no line of a chain"],
  ])("ends with 1 where a line %s, and says which first", async (_what, change, said) => {
    const file = written(change(await chain(5)));
    const { code, out } = await check(file);
    expect(code).toBe(1);
    expect(out.startsWith(`${file}${said}`)).toBe(true);
    const json = await check(file, "--json");
    expect(json.code).toBe(1);
    const found = JSON.parse(json.out) as { ok: boolean; faults: number; broken: { file: string; line: number }[] };
    expect(found.ok).toBe(false);
    expect(found.broken[0]).toMatchObject({ file, line: Number(/\d+/.exec(said)?.[0]) });
    expect(found.faults).toBe(found.broken.length);
  });

  it("needs the key that the hashes were made with", async () => {
    const file = written(await chain(3, key));
    const keyFile = join(folder, "key");
    writeFileSync(keyFile, `${key}\n`);
    const with_ = (environment: Record<string, string>) => commandIn({ env: environment }, "audit", "check", file);
    expect((await with_({ MCP_AUDIT_KEY: key })).code).toBe(0);
    expect((await with_({ MCP_AUDIT_KEY_FILE: keyFile })).code).toBe(0);
    expect((await with_({ MCP_AUDIT_KEY: `${key}5` })).code).toBe(1);
    expect((await check(file)).code).toBe(1);
    const missing = await with_({ MCP_AUDIT_KEY_FILE: join(folder, "no-key") });
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining("MCP_AUDIT_KEY_FILE") as string });
  });

  it("tells the first twenty of many, and how many there are", async () => {
    const file = written((await chain(50)).map((line) => line.replace('"tool"', '"tol"')));
    const { out } = await check(file);
    expect(out.split("\n").filter((line) => line.includes("was changed"))).toHaveLength(20);
    expect(out).toContain("and 30 more");
    expect(out).toContain("50 lines, 50 faults");
  });

  it("ends with 1 for files without lines, and those that cannot be read, without a stack trace", async () => {
    expect(await check(written([]))).toMatchObject({ code: 1, out: "0 lines, 0 faults\n" });
    for (const path of [join(folder, "none.log"), join(folder, "none.log.gz"), folder]) {
      const { code, err } = await check(path);
      expect([path, code]).toEqual([path, 1]);
      expect(err).toContain(path);
      expect(err).not.toMatch(/^ {4}at /m);
    }
    const torn = join(folder, "torn.gz");
    writeFileSync(torn, gzipSync((await chain(3)).join("\n")).subarray(0, 60));
    expect((await check(torn)).code).toBe(1);
  });

  it("says what it takes", async () => {
    for (const words of [["audit"], ["audit", "verify", "x"], ["audit", "check"]])
      expect((await command(...words)).code, words.join(" ")).toBe(2);
  });
});
