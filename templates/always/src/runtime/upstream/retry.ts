/** Whether and when a request is sent once more. */
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

/** What an answer says about when to come back. */

/** What an API asks for at most: beyond a day it is a mistake, or none that anybody waits for. */
const mostWaitMs = 86_400_000;

/**
 * `Retry-After` in milliseconds, a day at most (RFC 9110 §10.2.3): seconds, or a date. A date is taken relative to the answer's own
 * `Date`, so that clocks that differ do no harm. `undefined` if absent or neither of both.
 *
 * @param now milliseconds since the epoch
 */
export function retryAfterMs(
  headers: Headers,
  now: number = Date.now(),
): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,10}(?:\.\d+)?$/.test(value))
    return Math.min(mostWaitMs, Math.ceil(Number(value) * 1_000));
  // `Date.parse` takes far more than HTTP dates, among it negative numbers.
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const date = Date.parse(value);
  if (Number.isNaN(date)) return undefined;
  const sent = Date.parse(headers.get("date") ?? "");
  const until = date - (Number.isNaN(sent) ? now : sent);
  return Math.min(mostWaitMs, Math.max(0, until));
}

/** What an answer says of a quota that is used up. */
export interface UsedUpQuota {
  /** Milliseconds until it is renewed; absent where the answer does not say. */
  readonly resetMs?: number;
}

/**
 * The quota that the answer reports as used up; `undefined` while some is left. Reads `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers), `RateLimit-*` and `X-RateLimit-*`, whose reset is either a number of seconds or
 * a time since the epoch.
 *
 * @param now milliseconds since the epoch
 */
export function usedUpQuota(
  headers: Headers,
  now: number = Date.now(),
): UsedUpQuota | undefined {
  const structured = headers.get("ratelimit");
  if (structured !== null) {
    const exhausted = structured
      .split(",")
      .filter((item) => /;\s*r=0(?:\D|$)/.test(item));
    const resets = exhausted
      .map((item) => /;\s*t=(\d{1,10})/.exec(item)?.[1])
      .filter((seconds) => seconds !== undefined)
      .map((seconds) => Number(seconds) * 1_000);
    if (exhausted.length === 0) return undefined;
    return resets.length === 0 ? {} : { resetMs: Math.max(...resets) };
  }
  for (const prefix of ["ratelimit", "x-ratelimit", "x-rate-limit"]) {
    if (headers.get(`${prefix}-remaining`)?.trim() !== "0") continue;
    const reset = headers.get(`${prefix}-reset`)?.trim() ?? "";
    return /^\d{1,14}(?:\.\d+)?$/.test(reset)
      ? { resetMs: Math.ceil(untilReset(Number(reset), now)) }
      : {};
  }
  return undefined;
}

/** A reset is seconds from now, or a time since the epoch in seconds or milliseconds: their sizes tell them apart. */
function untilReset(reset: number, now: number): number {
  if (reset > 100_000_000_000) return Math.max(0, reset - now);
  if (reset > 1_000_000_000) return Math.max(0, reset * 1_000 - now);
  return reset * 1_000;
}
