/** What the judge found, call by call, and in total. */
import type { Variant } from "./sample.ts";

/** The question that a call failed. */
export type Question = "refused" | "route" | "accepted" | "arrived" | "answer" | "reachable" | "sampled";

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
  readonly calls: number;
  /** Calls without a failure that is not excused. */
  readonly good: number;
  readonly seconds: number;
  /** Why Prism did not judge. */
  readonly withoutPrism?: string;
  /** Why nothing was judged. */
  readonly fault?: string;
  readonly failures: readonly Failure[];
}
