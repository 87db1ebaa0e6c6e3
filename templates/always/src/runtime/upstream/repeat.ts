/** Attempts until one ends the call: repeated only where that is safe, and only as often as the API can bear. */

import type { Log } from "../log.js";
import { attempt, type Attempt, type Sending } from "./attempt.js";
import { sleep } from "./deadline.js";
import type { Exchange } from "./exchange.js";
import type { HttpResponse } from "./http-message.js";
import { paused } from "./origin-breakers.js";
import {
  type Outcome,
  type Repetition,
  repetitionAfter,
  waitMs,
} from "./retry.js";

export interface Repeating {
  readonly exchange: Exchange;
  readonly log: Log;
  /** Attempts at most. */
  readonly attempts: number;
  /** Told before each repetition. */
  readonly onRetry?: ((reason: string, waitMs: number) => void) | undefined;
}

/**
 * The answer of the last attempt, whatever its status.
 *
 * @throws UpstreamError if there is none; the reason of the deadline's signal if it aborts
 */
export async function repeat(
  sending: Sending,
  { exchange, log, attempts, onRetry }: Repeating,
): Promise<HttpResponse> {
  const { host, source, state, deadline, idempotent } = sending;
  let last: Attempt | undefined;
  let fresh = false;
  for (let count = 1; ; count += 1) {
    const refusal = await state.breakers.sharedRefusal(source);
    if (refusal !== undefined) {
      // What the API said last tells more than that it will not be asked again.
      if (last !== undefined) return conclude(last);
      throw paused(host, refusal);
    }
    last = await attempt(sending, fresh, exchange, log);
    const repetition = repetitionAfter(outcomeOf(last), idempotent);
    if (repetition === undefined) return conclude(last);
    if (repetition.reason === "stale") {
      // On a connection of its own this cannot happen twice: it is the same attempt.
      fresh = true;
      count -= 1;
      continue;
    }
    if (count >= attempts) return conclude(last);
    const wait = waitMs(repetition, count, Math.random());
    if (wait >= deadline.remainingMs || !state.budget.spend(repetition))
      return conclude(last);
    const { reason } = repetition;
    log.debug("retry", { host, reason, waitMs: wait, attempt: count });
    onRetry?.(describeRepetition(repetition, host), wait);
    await sleep(wait, deadline.signal);
  }
}

function outcomeOf(ended: Attempt): Outcome {
  switch (ended.kind) {
    case "answer":
      return {
        kind: "answer",
        status: ended.response.status,
        headers: ended.response.headers,
      };
    case "failure":
      return { kind: ended.failure.kind };
    default:
      return ended satisfies never;
  }
}

function conclude(ended: Attempt): HttpResponse {
  if (ended.kind === "answer") return ended.response;
  throw ended.failure.error;
}

function describeRepetition({ reason }: Repetition, host: string): string {
  switch (reason) {
    case "throttled":
      return `${host} asks to slow down`;
    case "unavailable":
      return `${host} is not available`;
    case "connection":
    case "stale":
      return `The connection to ${host} failed`;
    default:
      return reason satisfies never;
  }
}
