/** Whether and when a request is sent once more. */

import { retryAfterMs } from "./retry-after.js";

/** What an attempt came to. */
export type Outcome =
  /** The API answered. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Headers;
    }
  /** No connection was made: the API saw nothing. */
  | { readonly kind: "unsent" }
  /** The connection broke, or no answer came: the API may have acted. */
  | { readonly kind: "lost" }
  /** A connection that was kept from an earlier request had been closed: it says nothing of the API. */
  | { readonly kind: "stale" }
  /** Trying again would end the same way. */
  | { readonly kind: "final" };

/** Why to repeat, and after how long: a fixed time that the API asked for, or a random one below a bound. */
export interface Repetition {
  readonly reason: "throttled" | "unavailable" | "connection" | "stale";
  /** Milliseconds that the API asked for. */
  readonly askedMs?: number;
}

/**
 * Whether a request may be repeated after this outcome. An answer of 500, 501 or 505 may not: it says nothing about
 * being temporary.
 *
 * @param idempotent whether repeating the request has no effect beyond the first (RFC 9110 §9.2.2)
 */
export function repetitionAfter(
  outcome: Outcome,
  idempotent: boolean,
): Repetition | undefined {
  switch (outcome.kind) {
    case "final":
      return undefined;
    case "unsent":
      return { reason: "connection" };
    case "lost":
      return idempotent ? { reason: "connection" } : undefined;
    case "stale":
      return idempotent ? { reason: "stale" } : undefined;
    case "answer": {
      const askedMs = retryAfterMs(outcome.headers);
      const asked = askedMs === undefined ? {} : { askedMs };
      // 429 says that nothing was done, but only with a time is it an invitation to repeat what is not idempotent.
      if (outcome.status === 429 && (idempotent || askedMs !== undefined))
        return { reason: "throttled", ...asked };
      if ([502, 503, 504].includes(outcome.status) && idempotent)
        return { reason: "unavailable", ...asked };
      return undefined;
    }
    default:
      return outcome satisfies never;
  }
}

const baseMs = {
  throttled: 1_000,
  unavailable: 50,
  connection: 50,
  stale: 0,
} as const;
const mostMs = 20_000;

/**
 * Milliseconds to wait: exactly what the API asked for, else between nothing and a bound that doubles with each
 * attempt ("full jitter").
 *
 * @param attempt attempts made so far, from 1
 * @param random from 0 to 1
 */
export function waitMs(
  { reason, askedMs }: Repetition,
  attempt: number,
  random: number,
): number {
  return (
    askedMs ??
    Math.round(random * Math.min(mostMs, baseMs[reason] * 2 ** (attempt - 1)))
  );
}

const mostTokens = 500;

/**
 * Bounds the repetitions to one origin, so that an outage is not multiplied by them: each costs tokens, an answer
 * earns one, and without tokens nothing is repeated. A connection that was stale is no outage, and costs none.
 */
export class RetryBudget {
  #tokens = mostTokens;

  /** Takes the tokens for one repetition, or answers `false`. */
  spend({ reason }: Repetition): boolean {
    if (reason === "stale") return true;
    const cost = reason === "throttled" ? 5 : 14;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }

  earn(): void {
    this.#tokens = Math.min(mostTokens, this.#tokens + 1);
  }
}
