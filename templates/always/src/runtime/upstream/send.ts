/** Sends a request to an API: within one deadline, repeated only where that is safe, redirects only within its origin. */
import {
  ArgumentError,
  CallError,
  LimitError,
  UpstreamError,
} from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../store/store.js";
import type { OwnRoom } from "./answer-room.js";
import { attempt, type Attempt, type Sending } from "./attempt.js";
import type { Source } from "./circuit-breaker.js";
import { Deadline, isTooLate, sleep } from "./deadline.js";
import type {
  Exchange,
  AppliedCredentials,
  HttpRequest,
  HttpResponse,
  ReadAlong,
} from "./http-message.js";
import { Gate } from "./gate.js";
import { type Paused, paused, OriginStates } from "./origin-breakers.js";
import {
  type Outcome,
  type Repetition,
  repetitionAfter,
  waitMs,
} from "./retry.js";
import { hintAfter } from "./upstream-failure.js";

export interface SendOptions {
  /** Cancels the call at once, also while it waits. */
  readonly signal: AbortSignal;
  /** Whether the request may be repeated without further effect (RFC 9110 §9.2.2). */
  readonly idempotent: boolean;
  readonly certificate?: AppliedCredentials["certificate"];
  /** `BaseUrl.allowPrivate`: whether the host may have a private or loopback address. */
  readonly allowPrivate: boolean;
  /** Variable that says which server the request goes to, for messages; absent: none. */
  readonly variable?: string;
  /** Decoded bytes of the answer that are read. Default: `MCP_MAX_RESPONSE_BYTES`. */
  readonly maxBytes?: number;
  /** Milliseconds that are left for the call. Default: `MCP_TIMEOUT_MS`. */
  readonly remainingMs?: number;
  /** Whose request it is: what fails for one need not for others. Absent: all of the origin are one. */
  readonly source?: Source;
  /** Room for the answer; who gives it releases it when the answer has been read. Absent: there is enough. */
  readonly room?: OwnRoom;
  /** Told of each answer while it comes, also of those that are not the last. */
  readonly readAlong?: ReadAlong;
  /** Told before each repetition. */
  readonly onRetry?: (reason: string, waitMs: number) => void;
}

export interface Sender {
  /**
   * The API's answer, whatever its status. A redirect that is not followed is an answer too.
   *
   * @throws UpstreamError if there is none; LimitError if this server is overloaded; ConfigurationError if the host has
   *   an address that requests must not go to; the signal's reason if it aborts
   */
  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse>;
  /** What is not sent for now, since it failed. */
  paused(): readonly Paused[];
}

export function createSender(
  settings: Settings,
  log: Log,
  exchange: Exchange,
  store?: Store,
): Sender {
  const { maxConcurrentCalls, queue, queueMs, attempts } = settings;
  const gate = new Gate(maxConcurrentCalls, queue, queueMs);
  const states = new OriginStates(store);

  async function send(
    request: HttpRequest,
    options: SendOptions,
    deadline: Deadline,
  ): Promise<HttpResponse> {
    const { host, origin } = new URL(request.url);
    const { source = {}, onRetry } = options;
    const leave = await enter(gate, deadline, source.caller);
    const sending = {
      request,
      route: {
        allowPrivate: options.allowPrivate,
        certificate: options.certificate,
      },
      maxBytes: options.maxBytes ?? settings.maxResponseBytes,
      host,
      idempotent: options.idempotent,
      variable: options.variable,
      source,
      room: options.room,
      readAlong: options.readAlong,
      state: states.of(origin),
      deadline,
    };
    try {
      return await repeat(sending, { exchange, log, attempts, onRetry });
    } finally {
      leave();
    }
  }

  return {
    paused: () => states.paused(),
    send: async (request, options) => {
      // Neither has an answer that could be read (RFC 9110 §9.3.6).
      if (request.method === "CONNECT")
        throw new ArgumentError("The method CONNECT cannot be sent");
      const remainingMs = options.remainingMs ?? settings.timeoutMs;
      const deadline = new Deadline(remainingMs, options.signal);
      try {
        return await send(request, options, deadline);
      } catch (error) {
        if (error instanceof CallError || !isTooLate(deadline)) throw error;
        if (options.idempotent && options.room?.gaveUp)
          throw waitedTooLong(error);
        const { host } = new URL(request.url);
        throw timedOut(host, remainingMs, request.method, options, error);
      } finally {
        deadline.dispose();
      }
    },
  };
}

/**
 * Waits for a turn.
 *
 * @returns gives the place to the next
 */
async function enter(
  gate: Gate,
  deadline: Deadline,
  caller: string | undefined,
): Promise<() => void> {
  try {
    return await gate.enter(deadline.signal, caller);
  } catch (error) {
    if (!isTooLate(deadline)) throw error;
    throw waitedTooLong(error);
  }
}

// What is told where no answer of the API can be had in time.

export function timedOut(
  host: string,
  milliseconds: number,
  method: string,
  { idempotent }: { readonly idempotent: boolean },
  cause: unknown,
): UpstreamError {
  return new UpstreamError(
    `${host}: timed out after ${Math.round(milliseconds) / 1_000} s`,
    {
      hint: idempotent
        ? "Ask for less at once, or raise MCP_TIMEOUT_MS."
        : hintAfter("lost", { method, idempotent }),
      cause,
    },
  );
}

export function waitedTooLong(cause: unknown): LimitError {
  return new LimitError(
    "This server is overloaded: the call waited for its turn until its time was over",
    {
      limit: "concurrency",
      hint: "Try again in a second, with fewer calls at the same time.",
      retryAfterMs: 1_000,
      cause,
    },
  );
}

// Attempts until one ends the call: repeated only where that is safe, and only as often as the API can bear.

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
