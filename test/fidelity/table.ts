/** The report as text. */
import type { DocumentReport, Failure } from "./report.ts";

export const heading = [
  "document".padEnd(44),
  "tools".padStart(6),
  "calls".padStart(7),
  "good".padStart(7),
  "excused".padStart(8),
  "failed".padStart(7),
  "unsampled".padStart(10),
  "good".padStart(9),
  "or excused".padStart(11),
].join(" ");

/** One line for a document, and with `verbose` one for each failure. */
export function tableOf(report: DocumentReport, verbose: boolean): string {
  const { document, tools, calls, good, excused, unsampled, seconds, fault, withoutPrism, failures } = report;
  const notes = [fault?.split("\n")[0], withoutPrism?.slice(0, 80), counts(failures)];
  const line = [
    document.padEnd(44),
    String(tools).padStart(6),
    String(calls).padStart(7),
    String(good).padStart(7),
    String(excused).padStart(8),
    String(calls - good - excused).padStart(7),
    String(unsampled.length).padStart(10),
    percent(good, calls).padStart(9),
    percent(good + excused, calls).padStart(11),
    `${seconds} s`.padStart(7),
    notes.filter((note) => note !== undefined && note !== "").join("; "),
  ].join(" ");
  if (!verbose) return line;
  const shown = failures
    .filter((failure) => failure.excused === undefined)
    .map((failure) => `    ${failure.question} ${failure.tool} (${failure.variant}): ${failure.reason}`);
  return [line, ...shown].join("\n");
}

/** Totals in both readings, and the calls that each excuse stands for. */
export function summaryOf(reports: readonly DocumentReport[]): string {
  const sum = (pick: (report: DocumentReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  const calls = sum((report) => report.calls);
  const good = sum((report) => report.good);
  const excused = sum((report) => report.excused);
  const unsampled = sum((report) => report.unsampled.length);
  return [
    `${reports.length} documents, ${sum(({ tools }) => tools)} tools, ${calls} calls: ${good} good, ${excused} excused, ${calls - good - excused} failed`,
    `accepted and round-tripped: ${percent(good, calls)} with excused calls counted as bad, ${percent(good + excused, calls)} with them counted as good`,
    `${unsampled} further samples were not allowed by the listed schema: ${percent(unsampled, calls + unsampled)}`,
    ...excusesOf(reports).map(([reason, count]) => `  ${String(count).padStart(6)} calls with the excuse: ${reason}`),
  ].join("\n");
}

/** How many calls have each excuse, the most first. */
export function excusesOf(reports: readonly DocumentReport[]): readonly (readonly [string, number])[] {
  const calls = new Map<string, Set<string>>();
  for (const { document, failures } of reports)
    for (const { excused, operation, tool, variant } of failures) {
      if (excused === undefined) continue;
      const found = calls.get(excused) ?? new Set<string>();
      calls.set(excused, found.add(`${document} ${operation} ${tool} ${variant}`));
    }
  return [...calls].map(([reason, found]) => [reason, found.size] as const).sort((a, b) => b[1] - a[1]);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(2)} %`;
}

function counts(failures: readonly Failure[]): string {
  const byQuestion = new Map<string, number>();
  for (const { question, excused } of failures)
    if (excused === undefined) byQuestion.set(question, (byQuestion.get(question) ?? 0) + 1);
  return [...byQuestion].map(([question, count]) => `${question} ${count}`).join(", ");
}
