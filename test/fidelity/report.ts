/** What the judge found, call by call, and in total. */
import type { Variant } from "./sample.ts";

/**
 * The question that a call failed: whether the server took the arguments, the request led to its operation, Prism and
 * the judge's own check of the document's schemas (`schema`) were content, all values arrived, and the answer came back.
 */
export type Question = "refused" | "route" | "accepted" | "schema" | "arrived" | "answer" | "reachable";

export interface Failure {
  readonly tool: string;
  /** JSON pointer of the operation. */
  readonly operation: string;
  readonly variant: Variant | "";
  readonly question: Question;
  readonly reason: string;
  /** Why this says nothing of the server: a fault of the outside judge, with what shows it. */
  readonly excused?: string;
  readonly arguments?: unknown;
  readonly request?: string;
}

export interface DocumentReport {
  readonly document: string;
  readonly tools: number;
  /** Calls that were made: each is good, excused or failed. */
  readonly calls: number;
  /** Calls against which nothing was said. */
  readonly good: number;
  /** Calls against which nothing was said but what is excused. */
  readonly excused: number;
  /** Samples that the listed schema does not allow: nothing was called. */
  readonly unsampled: readonly Unsampled[];
  readonly seconds: number;
  /** What Prism could not judge. */
  readonly withoutPrism?: string;
  /** Why nothing was judged. */
  readonly fault?: string;
  readonly failures: readonly Failure[];
}

export interface Unsampled {
  readonly tool: string;
  readonly variant: Variant;
  readonly reason: string;
}

/** A report of nothing. */
export function emptyReport(document: string, fault: string | undefined): DocumentReport {
  const counts = { tools: 0, calls: 0, good: 0, excused: 0, unsampled: [], seconds: 0, failures: [] };
  return { document, ...counts, ...(fault === undefined ? {} : { fault }) };
}
