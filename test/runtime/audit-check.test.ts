/** Whether files of an audit are as they were written, and what is said of those that are not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chained, firstLink, hashWith } from "../../templates/always/src/runtime/audit/chain.ts";
import { auditReport, checkAudit, isWhole } from "../../templates/always/src/runtime/node/audit-check.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Lines of a chain, and the hash of the last one. */
async function chain(count: number, key?: string): Promise<{ lines: string[]; hashes: string[] }> {
  const hash = await hashWith(key);
  const [lines, hashes]: [string[], string[]] = [[], []];
  let link = firstLink;
  for (let at = 1; at <= count; at += 1) {
    const made = await chained(`{"event":"e${at}"}`, link, hash);
    lines.push(made.line);
    link = made.next;
    hashes.push(link.hash);
  }
  return { lines, hashes };
}
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

describe("files of an audit", () => {
  it("are whole where each line goes on from the one before, whatever their order and form", async () => {
    const { lines, hashes } = await chain(6);
    const newest = file("audit.log", `${textOf(lines.slice(4))}\n`);
    const older = file("audit.log.1", lines.slice(2, 4).join("\r\n"));
    const oldest = file("audit.log.2.gz", gzipSync(textOf(lines.slice(0, 2))));
    const check = await checkAudit([newest, older, oldest], {});
    expect(check).toEqual({ lines: 6, faults: 0, broken: [], first: 1, last: { number: 6, hash: hashes[5] } });
    expect(isWhole(check)).toBe(true);
    expect(auditReport(check)).toEqual([`6 lines, 0 faults, the last is 6 ${hashes[5]}`]);
  });

  it("may begin where older ones are elsewhere", async () => {
    const { lines, hashes } = await chain(4);
    const check = await checkAudit([file("later", textOf(lines.slice(2)))], {});
    expect(check).toEqual({ lines: 2, faults: 0, broken: [], first: 3, last: { number: 4, hash: hashes[3] } });
    expect(auditReport(check)).toEqual([
      `2 lines, 0 faults, the first is 3: older ones were not looked at, the last is 4 ${hashes[3]}`,
    ]);
  });

  it("are told line by line where something was changed, is missing or is none of theirs", async () => {
    const { lines, hashes } = await chain(6);
    const [one = "", two = "", three = "", , five = "", six = ""] = lines;
    const path = file("broken", `${one}\n\n${two.replace("e2", "x2")}\n${three}\n{"event":"own"}\n${five}\n${six}`);
    const check = await checkAudit([path], {});
    expect(check).toEqual({
      lines: 6,
      faults: 3,
      broken: [
        { file: path, line: 3, fault: "was changed: it is not what its hash says" },
        { file: path, line: 5, fault: "is no line of a chain" },
        { file: path, line: 6, fault: "has number 5, and 4 was to come" },
      ],
      first: 1,
      last: { number: 6, hash: hashes[5] },
    });
    expect(isWhole(check)).toBe(false);
    expect(auditReport(check)).toEqual([
      `${path}:3 was changed: it is not what its hash says`,
      `${path}:5 is no line of a chain`,
      `${path}:6 has number 5, and 4 was to come`,
      `6 lines, 3 faults, the last is 6 ${hashes[5]}`,
    ]);
  });

  it("are no chain without one, which is told of twenty lines, and counted of the others", async () => {
    const none = (count: number) => file(`none-${count}`, "{}\n".repeat(count));
    const check = await checkAudit([none(21)], {});
    expect([check.lines, check.faults, check.broken.length]).toEqual([21, 21, 20]);
    expect(Object.keys(check)).toEqual(["lines", "faults", "broken"]);
    expect(auditReport(check).slice(19)).toEqual([
      `${join(folder, "none-21")}:20 is no line of a chain`,
      "and 1 more",
      "21 lines, 21 faults",
    ]);
    expect(auditReport(await checkAudit([none(20)], {}))).toHaveLength(21);
  });

  it("with no line of a chain come last", async () => {
    const { lines } = await chain(1);
    const [none, some] = [file("a-none", "{}\n"), file("b-some", textOf(lines))];
    expect(await checkAudit([none, some], {})).toMatchObject({ first: 1, broken: [{ file: none, line: 1 }] });
  });

  it("are not whole where there is nothing", async () => {
    const check = await checkAudit([file("empty", "\n\n")], {});
    expect([check, isWhole(check), auditReport(check)]).toEqual([
      { lines: 0, faults: 0, broken: [] },
      false,
      ["0 lines, 0 faults"],
    ]);
  });

  it("are checked with the key that they were written with", async () => {
    const { lines } = await chain(2, "s3cr3t-of-the-audit");
    const path = file("keyed", textOf(lines));
    expect(isWhole(await checkAudit([path], { MCP_AUDIT_KEY: "s3cr3t-of-the-audit" }))).toBe(true);
    expect(isWhole(await checkAudit([path], { MCP_AUDIT_KEY_FILE: file("key", "s3cr3t-of-the-audit\n") }))).toBe(true);
    expect((await checkAudit([path], { MCP_AUDIT_KEY: "s3cr3t-of-another" })).faults).toBe(2);
    expect((await checkAudit([path], {})).faults).toBe(2);
  });

  it.each(["missing", "missing.gz"])("that cannot be read are a fault: %s", async (name) =>
    expect(checkAudit([join(folder, name)], {})).rejects.toMatchObject({ code: "ENOENT" }),
  );

  it("that are not packed as they say are a fault", async () =>
    expect(checkAudit([file("torn.gz", "no gzip")], {})).rejects.toMatchObject({ code: "Z_DATA_ERROR" }));
});
