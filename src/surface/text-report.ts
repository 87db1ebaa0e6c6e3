/** The difference of two surfaces as text for a terminal. */
import { visible } from "../base/visible.ts";
import { type Difference, type Severity, isWording } from "./difference.ts";
import type { CostDifference, SurfaceDiff } from "./diff.ts";
import { summaryLine } from "./summary.ts";
import { compareWords } from "./words.ts";

/** Differences that are shown unless all are asked for. */
const mostShown = 100;

/** Colours for words of a report. */
export interface ReportColors {
  readonly severity: (severity: Severity, word: string) => string;
  readonly name: (word: string) => string;
  readonly removed: (word: string) => string;
  readonly added: (word: string) => string;
}

const same = (word: string): string => word;
const plain: ReportColors = { severity: (_, word) => word, name: same, removed: same, added: same };

/**
 * The report, without a line feed at its end. Text of documents is shown by `visible()`.
 *
 * @param all whether every difference is shown, or the first 100
 * @param colors how words are coloured; default not at all
 */
export function textReport(diff: SurfaceDiff, all: boolean, colors: ReportColors = plain): string {
  const shown = all ? diff.differences : diff.differences.slice(0, mostShown);
  const left = diff.differences.length - shown.length;
  return [
    summaryLine(diff),
    ...(shown.length === 0 ? [] : ["", ...shown.flatMap((item) => differenceLines(item, colors))]),
    ...(left > 0 ? [`… and ${left} more: --verbose shows all.`] : []),
    "",
    costText(diff.cost),
    ...(diff.detail === "hashes" ? ["A lock holds hashes only: what changed within a tool is not known."] : []),
    ...(diff.warnings.length === 0 ? [] : ["", ...limited(diff.warnings, all).map((warning) => `warning ${warning}`)]),
  ].join("\n");
}

function differenceLines(item: Difference, colors: ReportColors): readonly string[] {
  const severity = colors.severity(item.severity, item.severity) + " ".repeat(5 - item.severity.length);
  const line = `${severity}  ${colors.name(visible(item.subject.name))} ${item.text}. ${item.reason}.`;
  const words = wordsOf(item, colors);
  return words === undefined ? [line] : [line, `       ${words}`];
}

/** What changed in a text: `[-gone-]` and `{+new+}`, as a version control shows words. */
function wordsOf({ kind, before, after }: Difference, { removed, added }: ReportColors): string | undefined {
  if (!isWording(kind)) return undefined;
  if (typeof before !== "string" || typeof after !== "string") return undefined;
  // Each word by itself: a line may end behind any of them.
  const each = (text: string, color: (word: string) => string): string => text.split(" ").map(color).join(" ");
  return compareWords(before, after)
    .map(({ kind: run, text }) => {
      const words = visible(text);
      return run === "same" ? words : run === "removed" ? each(`[-${words}-]`, removed) : each(`{+${words}+}`, added);
    })
    .join(" ");
}

/** `Cost of the list: 1,200 tokens instead of 1,000 (+200, an estimate)`. */
export function costText({ before, after }: CostDifference): string {
  if (before === after) return `Cost of the list: about ${count(after)} tokens, as before`;
  const change = after - before;
  return `Cost of the list: about ${count(after)} tokens instead of ${count(before)} (${change > 0 ? "+" : "−"}${count(Math.abs(change))})`;
}

/** A number with commas between groups of three digits, whatever the system's language. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function limited(texts: readonly string[], all: boolean): readonly string[] {
  return all || texts.length <= 20
    ? texts
    : [...texts.slice(0, 20), `… and ${texts.length - 20} more: --verbose shows all`];
}
