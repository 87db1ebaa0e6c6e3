/** The difference of two surfaces as a comment on a pull request, in GitHub Flavored Markdown. */
import { markdownCode, markdownText } from "../base/markdown.ts";
import { type Difference, type Severity, type Verdict, isWording } from "./difference.ts";
import type { SurfaceDiff } from "./diff.ts";
import { summaryLine } from "./summary.ts";
import { costText, count } from "./text-report.ts";
import { compareWords } from "./words.ts";

/** GitHub takes 65,536 characters; the rest is room for what is put around the report. */
const longestReport = 60_000;
/** Of a text of a document this much is shown at one place. */
const longestText = 400;

const verdicts: Readonly<Record<Verdict, string>> = {
  major: "**major**: something that worked before may fail",
  minor: "**minor**: what worked before still works, and there is more",
  patch: "**patch**: only the wording differs",
  none: "**no difference**: a model sees the same server",
};

/**
 * The report, with a line feed at its end, at most 60,000 characters. All text of documents is encoded: it brings no
 * mark-up, no link, no image, and mentions nobody.
 */
export function markdownReport(diff: SurfaceDiff): string {
  const report = new Report(longestReport);
  report.add(`## What a model sees differently\n\n${verdicts[diff.verdict]}\n`);
  if (diff.differences.length > 0) report.add(`${encoded(summaryLine(diff))}.\n`);
  if (diff.detail === "hashes") report.add("A lock holds hashes only: what changed within a tool is not known.\n");
  const warnings = diff.warnings.map((warning) => `- ${encoded(warning)}`);
  report.section("Permission lists", warnings, warnings.length > 5);
  for (const severity of ["major", "minor", "patch"] as const) table(report, diff, severity);
  const texts = diff.differences.flatMap(wordLines);
  report.section("Texts, word by word", texts, true);
  report.add(`${encoded(costText(diff.cost))}.\n`);
  const costs = diff.cost.tools.map(
    ({ name, before, after }) => `| ${code(name)} | ${count(before)} | ${count(after)} |`,
  );
  report.section("Tokens by tool", costs, true, "| Tool | Before | After |\n| --- | --- | --- |");
  return report.text;
}

function table(report: Report, { differences }: SurfaceDiff, severity: Severity): void {
  const rows = differences
    .filter((item) => item.severity === severity)
    .map(({ subject, text, reason }) => `| ${code(subject.name)} | ${encoded(text)} | ${encoded(reason)} |`);
  const title = `${severity.charAt(0).toUpperCase()}${severity.slice(1)} (${rows.length})`;
  const head = "| What | Difference | Why |\n| --- | --- | --- |";
  report.section(title, rows, severity === "patch" || rows.length > 20, head);
}

function wordLines({ kind, subject, at, before, after }: Difference): readonly string[] {
  if (!isWording(kind)) return [];
  if (typeof before !== "string" || typeof after !== "string") return [];
  const runs = compareWords(before, after).map(({ kind: run, text }) => {
    const words = encoded(text);
    return words === "" || run === "same" ? words : run === "removed" ? `<del>${words}</del>` : `<ins>${words}</ins>`;
  });
  return [`- ${code(subject.name)}${at === undefined ? "" : ` ${code(at)}`}: ${runs.join(" ")}`];
}

/** A text that has room for so many characters: what does not fit is counted. */
class Report {
  text = "";
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  add(block: string): void {
    this.text += `${this.text === "" ? "" : "\n"}${block}`;
  }

  /** Lines below a title, in a part that is folded where it is long. `head` begins a table. */
  section(title: string, lines: readonly string[], folded: boolean, head = ""): void {
    if (lines.length === 0) return;
    const begin = `${folded ? `<details><summary>${title}</summary>` : `### ${title}`}\n\n${head === "" ? "" : `${head}\n`}`;
    const end = folded ? "\n</details>\n" : "";
    const reserve = 600;
    let room = this.#longest - this.text.length - begin.length - end.length - reserve;
    const shown: string[] = [];
    for (const line of lines) {
      if (line.length + 1 > room) break;
      room -= line.length + 1;
      shown.push(line);
    }
    const left = lines.length - shown.length;
    const more = left === 0 ? "" : `\n… and ${left} more: \`openapi-to-mcp diff --format json\` lists all.\n`;
    this.add(shown.length === 0 ? `${title}: ${more.trim()}\n` : `${begin}${shown.join("\n")}\n${more}${end}`);
  }
}

function code(text: string): string {
  return markdownCode(cut(text));
}

/**
 * Plain text inside a line. GitHub makes links of mentions (`@name`), issues (`#1`), addresses and URLs even where all
 * mark-up is escaped: a zero-width space breaks them.
 */
function encoded(text: string): string {
  const gap = "&#8203;";
  return markdownText(cut(text))
    .replaceAll("@", `@${gap}`)
    .replace(/#(?=\d)(?<!&#)/g, `#${gap}`)
    .replace(/(GH-)(?=\d)/gi, `$1${gap}`)
    .replaceAll("://", `:${gap}//`)
    .replace(/www\./gi, `www${gap}.`);
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
