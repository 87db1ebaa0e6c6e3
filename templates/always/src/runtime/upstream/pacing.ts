/** Keeps to the pace that an API asks for, across calls. */

import { setNewest } from "../data/newest.js";
import { sleep } from "./deadline.js";
import { LimitError } from "../errors.js";
import type { HttpResponse } from "./http-message.js";
import { SharedPauses } from "./shared-pauses.js";
import type { Store } from "../store/store.js";
import { retryAfterMs, usedUpQuota } from "./retry.js";

/** Whom a pause is for: what the API said to one caller's call of one tool need not hold for others. */
export interface PacedCall {
  readonly tool: string;
  readonly callerId: string;
}

export interface Pacing {
  /**
   * Waits until the origin may be called again.
   *
   * @param call absent: all calls of the origin are one
   * @throws LimitError at once if that is later than `remainingMs`; the signal's reason if it aborts
   */
  ready(
    origin: string,
    signal: AbortSignal,
    remainingMs: number,
    call?: PacedCall,
  ): Promise<void>;
  /** Takes in what an answer says: `Retry-After`, `RateLimit`, `RateLimit-*`, `X-RateLimit-*`. */
  observe(origin: string, response: HttpResponse, call?: PacedCall): void;
}

/** Milliseconds that a call waits for a quota at most. After that it is sent: the API may count it elsewhere. */
export const mostQuotaWaitMs = 5_000;
/** Milliseconds after which one call finds out whether the API still means it, whatever time it asked for. */
const mostPauseMs = 300_000;
/** Pauses that are remembered; beyond it the oldest are forgotten, and the API has to say it again. */
const mostPauses = 10_000;

/**
 * Pacing by what the API says. `Retry-After` of a 429 or 503 is kept to exactly, up to five minutes, by the caller and
 * for the tool that were told so: one answer turns nothing off for anybody else. A used-up quota only delays calls of
 * its origin, and shortly, since one answer does not tell which of several quotas the next call takes from.
 *
 * Where instances share a store, what one was told counts for all; a quota each sees for itself.
 *
 * @param now milliseconds of a clock that only goes forward
 * @param storeOf asked with every call; absent: there is one instance
 */
export function createPacing(
  now: () => number = () => performance.now(),
  storeOf: () => Store | undefined = () => undefined,
): Pacing {
  /** By origin, where instances share it. */
  const shared = new Map<string, SharedPauses>();
  const sharedOf = (origin: string): SharedPauses | undefined => {
    const store = storeOf();
    if (store?.isShared !== true) return undefined;
    const pauses =
      shared.get(origin) ?? new SharedPauses(store, "asked", origin, now);
    shared.set(origin, pauses);
    return pauses;
  };
  /** When they end, by origin, tool and caller. */
  const asked = new Map<string, number>();
  /** By origin. */
  const quotas = new Map<string, number>();
  const leftOf = (ends: Map<string, number>, key: string): number => {
    const left = Math.ceil((ends.get(key) ?? 0) - now());
    if (left <= 0) ends.delete(key);
    return Math.max(0, left);
  };
  return {
    async ready(origin, signal, remainingMs, call) {
      const key = keyOf(origin, call);
      const pauses = sharedOf(origin);
      await pauses?.refresh();
      const told = Math.ceil(pauses?.leftOf(key) ?? 0);
      const waitMs = Math.max(leftOf(asked, key), told);
      if (waitMs >= remainingMs)
        throw new LimitError(
          `${new URL(origin).host} asked not to be called for now`,
          { retryAfterMs: waitMs },
        );
      const quotaMs = leftOf(quotas, origin);
      const isWorthIt = quotaMs <= Math.min(mostQuotaWaitMs, remainingMs / 2);
      const delay = Math.max(waitMs, isWorthIt ? quotaMs : 0);
      if (delay > 0) await sleep(delay, signal);
    },
    observe(origin, { status, headers }, call) {
      const askedMs =
        status === 429 || status === 503 ? retryAfterMs(headers) : undefined;
      if (askedMs !== undefined && askedMs > 0) {
        const pauseMs = Math.min(askedMs, mostPauseMs);
        setNewest(asked, keyOf(origin, call), now() + pauseMs, mostPauses);
        sharedOf(origin)?.pause(keyOf(origin, call), pauseMs);
      }
      const quotaMs = usedUpQuota(headers)?.resetMs;
      if (askedMs === undefined && quotaMs !== undefined && quotaMs > 0)
        setNewest(quotas, origin, now() + quotaMs, mostPauses);
    },
  };
}

function keyOf(origin: string, call: PacedCall | undefined): string {
  return JSON.stringify([origin, call?.tool, call?.callerId]);
}
