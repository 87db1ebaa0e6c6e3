/** The list of known failures may only shrink, and the counts say what they say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptKnown, compareKnown } from "./known.ts";
import { type DocumentReport, type Failure, emptyReport } from "./report.ts";
import { excusesOf, summaryOf, tableOf } from "./table.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "known-"));
  file = join(folder, "known.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const failure = (tool: string, more: Partial<Failure> = {}): Failure => ({
  tool,
  operation: "/paths/~1pets/get",
  variant: "all",
  question: "accepted",
  reason: "wrong",
  ...more,
});
const report = (document: string, failures: readonly Failure[]): DocumentReport => ({
  ...emptyReport(document, undefined),
  tools: 2,
  calls: 10,
  good: 7,
  excused: 2,
  unsampled: [{ tool: "t", variant: "low", reason: "r" }],
  failures,
});
const known = (document: string, tool: string): object => ({ document, tool, question: "accepted", reason: "wrong" });

describe("the list", () => {
  const cases = [
    { says: "a failure that is not in it", list: [], failures: [failure("a")], added: ["a"], gone: [] },
    { says: "a failure that is in it", list: [known("d", "a")], failures: [failure("a")], added: [], gone: [] },
    { says: "an entry that no longer fails", list: [known("d", "a")], failures: [], added: [], gone: ["a"] },
    { says: "an entry of a document that was not judged", list: [known("e", "a")], failures: [], added: [], gone: [] },
    { says: "what is excused", list: [], failures: [failure("a", { excused: "why" })], added: [], gone: [] },
    {
      says: "another question",
      list: [known("d", "a")],
      failures: [failure("a", { question: "route" })],
      added: ["a"],
      gone: ["a"],
    },
  ];
  it.each(cases)("$says", ({ list, failures, added, gone }) => {
    writeFileSync(file, JSON.stringify(list));
    const compared = compareKnown([report("d", failures)], file);
    expect(compared.added.map(({ tool }) => tool)).toEqual(added);
    expect(compared.gone.map(({ tool }) => tool)).toEqual(gone);
  });

  it("takes what is accepted, and keeps what was not judged", () => {
    writeFileSync(file, JSON.stringify([known("d", "a"), known("e", "b")]));
    acceptKnown([report("d", [failure("c"), failure("c", { variant: "low" })])], file);
    const written = JSON.parse(readFileSync(file, "utf8")) as readonly { readonly tool: string }[];
    expect(written.map(({ tool }) => tool)).toEqual(["c", "b"]);
  });
});

describe("the counts", () => {
  const reports = [
    report("d", [failure("a", { excused: "x" }), failure("a", { excused: "x" }), failure("b", { excused: "y" })]),
    report("e", [failure("a", { excused: "x" })]),
  ];

  it("say calls with an excuse once for each reason", () => {
    expect(excusesOf(reports)).toEqual([
      ["x", 2],
      ["y", 1],
    ]);
  });

  it("say both readings, and samples that were not allowed apart", () => {
    const text = summaryOf(reports);
    expect(text).toContain("20 calls: 14 good, 4 excused, 2 failed");
    expect(text).toContain("70.00 % with excused calls counted as bad, 90.00 % with them counted as good");
    expect(text).toContain("2 further samples");
  });

  it("stand in a line for each document", () => {
    expect(tableOf(report("d", [failure("a")]), true)).toMatch(
      /^d +2 +10 +7 +2 +1 +1 +70\.00 % +90\.00 %.*\n +accepted a \(all\): wrong$/,
    );
  });
});
