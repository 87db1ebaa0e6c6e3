/** Keeps to the pace that an API asks for, across calls. */

import { sleep } from "./deadline.js";
import { LimitError } from "./errors.js";
import type { HttpResponse } from "./http-message.js";
import { quotaResetMs, retryAfterMs } from "./retry-after.js";

export interface Pacing {
  /**
   * Waits until the origin may be called again.
   *
   * @throws LimitError at once if that is later than `remainingMs`; the signal's reason if it aborts
   */
  ready(
    origin: string,
    signal: AbortSignal,
    remainingMs: number,
  ): Promise<void>;
  /** Takes in what an answer says: `Retry-After`, `RateLimit`, `RateLimit-*`, `X-RateLimit-*`. */
  observe(origin: string, response: HttpResponse): void;
}

interface Pause {
  /** On a clock that only goes forward. */
  readonly until: number;
  /** Asked for with `Retry-After`, in contrast to a quota, which may be that of another part of the API. */
  readonly asked: boolean;
}

/** Milliseconds that a call waits for a quota at most. After that it is sent: the API may count it elsewhere. */
const mostQuotaWaitMs = 5_000;

/**
 * Pacing by what the API says. `Retry-After` of a 429 or 503 is kept to exactly; a used-up quota only delays calls,
 * and shortly, since one answer does not tell which of several quotas the next call takes from.
 *
 * @param now milliseconds of a clock that only goes forward
 */
export function createPacing(
  now: () => number = () => performance.now(),
): Pacing {
  const pauses = new Map<string, Pause>();
  return {
    async ready(origin, signal, remainingMs) {
      const pause = pauses.get(origin);
      if (pause === undefined) return;
      const waitMs = Math.ceil(pause.until - now());
      if (waitMs <= 0) {
        pauses.delete(origin);
      } else if (!pause.asked) {
        if (waitMs <= Math.min(mostQuotaWaitMs, remainingMs / 2))
          await sleep(waitMs, signal);
      } else if (waitMs < remainingMs) {
        await sleep(waitMs, signal);
      } else {
        throw new LimitError(
          `${new URL(origin).host} asked not to be called for now`,
          { retryAfterMs: waitMs },
        );
      }
    },
    observe(origin, { status, headers }) {
      const askedMs =
        status === 429 || status === 503 ? retryAfterMs(headers) : undefined;
      const waitMs = askedMs ?? quotaResetMs(headers);
      if (waitMs === undefined || waitMs <= 0) return;
      const next: Pause = {
        until: now() + waitMs,
        asked: askedMs !== undefined,
      };
      const current = pauses.get(origin);
      const weaker =
        current !== undefined &&
        current.until > now() &&
        current.asked &&
        !next.asked;
      if (!weaker) pauses.set(origin, next);
    },
  };
}
