/** The failures that are known: a list in the repository that may only shrink. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DocumentReport } from "./report.ts";

export interface KnownFailure {
  readonly document: string;
  readonly tool: string;
  readonly question: string;
  /** What was said the first time, for the reader. */
  readonly reason: string;
}

export interface Comparison {
  /** Failures that are not in the list. */
  readonly added: readonly KnownFailure[];
  /** Entries that no longer fail: to be taken out of the list. */
  readonly gone: readonly KnownFailure[];
}

const defaultFile = fileURLToPath(new URL("known-failures.json", import.meta.url));

/** Compares with the entries of the documents that were judged. */
export function compareKnown(reports: readonly DocumentReport[], file: string = defaultFile): Comparison {
  const known = readKnown(file);
  const judged = new Set(reports.map(({ document }) => document));
  const found = failuresOf(reports);
  const keys = new Set(found.map(keyOf));
  const knownKeys = new Set(known.map(keyOf));
  return {
    added: found.filter((failure) => !knownKeys.has(keyOf(failure))),
    gone: known.filter((failure) => judged.has(failure.document) && !keys.has(keyOf(failure))),
  };
}

/** Replaces the entries of the documents that were judged. */
export function acceptKnown(reports: readonly DocumentReport[], file: string = defaultFile): void {
  const judged = new Set(reports.map(({ document }) => document));
  const kept = readKnown(file).filter(({ document }) => !judged.has(document));
  const list = [...kept, ...failuresOf(reports)].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
}

function readKnown(file: string): readonly KnownFailure[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as readonly KnownFailure[]) : [];
}

/** One entry for each tool and question. */
function failuresOf(reports: readonly DocumentReport[]): readonly KnownFailure[] {
  const entries = new Map<string, KnownFailure>();
  for (const { document, fault, failures } of reports) {
    const all = [
      ...(fault === undefined ? [] : [{ document, tool: "", question: "fault", reason: fault.split("\n")[0] ?? "" }]),
      ...failures
        .filter(({ excused }) => excused === undefined)
        .map(({ tool, question, reason }) => ({
          document,
          tool,
          question,
          reason: reason.replaceAll("\n", " ").slice(0, 160),
        })),
    ];
    for (const failure of all) if (!entries.has(keyOf(failure))) entries.set(keyOf(failure), failure);
  }
  return [...entries.values()];
}

function keyOf({ document, tool, question }: KnownFailure): string {
  return `${document} ${tool} ${question}`;
}
