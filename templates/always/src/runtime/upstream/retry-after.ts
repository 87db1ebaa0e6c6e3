/** What an answer says about when to come back. */

/** What an API asks for at most: beyond a day it is a mistake, or none that anybody waits for. */
const mostMs = 86_400_000;

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
    return Math.min(mostMs, Math.ceil(Number(value) * 1_000));
  // `Date.parse` takes far more than HTTP dates, among it negative numbers.
  if (!/^[A-Z][a-z]+,? /.test(value)) return undefined;
  const date = Date.parse(value);
  if (Number.isNaN(date)) return undefined;
  const sent = Date.parse(headers.get("date") ?? "");
  const until = date - (Number.isNaN(sent) ? now : sent);
  return Math.min(mostMs, Math.max(0, until));
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
