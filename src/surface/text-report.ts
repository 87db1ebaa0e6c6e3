/** The difference of two surfaces as text for a terminal. */
import { visible } from "../visible.ts";
import { type Difference, isWording } from "./difference.ts";
import type { CostDifference, SurfaceDiff } from "./diff.ts";
import { summaryLine } from "./summary.ts";
import { compareWords } from "./words.ts";

/** Differences that are shown unless all are asked for. */
const mostShown = 100;

/**
 * The report, without a line feed at its end. Text of documents is shown by `visible()`.
 *
 * @param all whether every difference is shown, or the first 100
 */
export function textReport(diff: SurfaceDiff, all: boolean): string {
  const shown = all ? diff.differences : diff.differences.slice(0, mostShown);
  const left = diff.differences.length - shown.length;
  return [
    summaryLine(diff),
    ...(shown.length === 0 ? [] : ["", ...shown.flatMap(differenceLines)]),
    ...(left > 0 ? [`… and ${left} more: --verbose shows all.`] : []),
    "",
    costText(diff.cost),
    ...(diff.detail === "hashes" ? ["A lock holds hashes only: what changed within a tool is not known."] : []),
    ...(diff.warnings.length === 0 ? [] : ["", ...limited(diff.warnings, all).map((warning) => `warning ${warning}`)]),
  ].join("\n");
}

function differenceLines(item: Difference): readonly string[] {
  const name = visible(item.subject.name);
  const line = `${item.severity.padEnd(5)}  ${name} ${item.text}. ${item.reason}.`;
  const words = wordsOf(item);
  return words === undefined ? [line] : [line, `       ${words}`];
}

/** What changed in a text: `[-gone-]` and `{+new+}`, as a version control shows words. */
function wordsOf({ kind, before, after }: Difference): string | undefined {
  if (!isWording(kind)) return undefined;
  if (typeof before !== "string" || typeof after !== "string") return undefined;
  return compareWords(before, after)
    .map(({ kind: run, text }) => {
      const words = visible(text);
      return run === "same" ? words : run === "removed" ? `[-${words}-]` : `{+${words}+}`;
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
