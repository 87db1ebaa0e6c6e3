/** The report as text. */
import type { DocumentReport, Failure } from "./report.ts";

/** One line for a document, and with `verbose` one for each kind of failure. */
export function tableOf(report: DocumentReport, verbose: boolean): string {
  const { document, tools, calls, good, seconds, fault, withoutPrism } = report;
  const notes = [
    fault,
    withoutPrism === undefined ? undefined : `without Prism: ${withoutPrism.slice(0, 80)}`,
    counts(report.failures),
  ];
  const line = [
    document.padEnd(44),
    String(tools).padStart(6),
    String(calls).padStart(7),
    String(good).padStart(7),
    percent(good, calls).padStart(9),
    `${seconds} s`.padStart(7),
    notes.filter((note) => note !== undefined && note !== "").join("; "),
  ].join(" ");
  if (!verbose) return line;
  const shown = report.failures
    .filter(({ excused }) => excused === undefined)
    .map((failure) => `    ${failure.question} ${failure.tool} (${failure.variant}): ${failure.reason}`);
  return [line, ...shown].join("\n");
}

export function summaryOf(reports: readonly DocumentReport[]): string {
  const sum = (pick: (report: DocumentReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  const excused = reports.flatMap(({ failures }) => failures).filter((failure) => failure.excused !== undefined);
  const reasons = new Map<string, number>();
  const counted = new Set<string>();
  for (const { excused: reason = "", tool, variant, operation } of excused) {
    const call = `${operation} ${tool} ${variant} ${reason}`;
    if (!counted.has(call)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    counted.add(call);
  }
  return [
    `${reports.length} documents, ${sum(({ tools }) => tools)} tools, ${sum(({ calls }) => calls)} calls, ${sum(({ good }) => good)} accepted and round-tripped: ${percent(
      sum(({ good }) => good),
      sum(({ calls }) => calls),
    )}`,
    ...[...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `  ${count} calls excused: ${reason}`),
  ].join("\n");
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(2)} %`;
}

function counts(failures: readonly Failure[]): string {
  const byQuestion = new Map<string, number>();
  for (const { question, excused } of failures) {
    const key = excused === undefined ? question : "excused";
    byQuestion.set(key, (byQuestion.get(key) ?? 0) + 1);
  }
  return [...byQuestion].map(([question, count]) => `${question} ${count}`).join(", ");
}
