/** Sends a request to an API: within one deadline, repeated only where that is safe, redirects only within its origin. */

import { parseUrl } from "../data/url.js";
import type { Source, Verdict } from "./circuit-breaker.js";
import type { OwnRoom } from "./answer-room.js";
import type { Exchange, Route } from "./exchange.js";
import { Deadline, isTimeout, sleep } from "./deadline.js";
import { ArgumentError, CallError } from "../errors.js";
import { Gate } from "./gate.js";
import type {
  AppliedCredentials,
  HttpRequest,
  HttpResponse,
} from "./http-message.js";
import type { Log } from "../log.js";
import {
  type Outcome,
  type Repetition,
  repetitionAfter,
  RetryBudget,
  waitMs,
} from "./retry.js";
import { OriginBreakers, paused } from "./origin-breakers.js";
import { SharedPauses } from "./shared-pauses.js";
import type { Store } from "../store/store.js";
import { waitedTooLong, timedOut } from "./send-faults.js";
import { watchOwnShare } from "./standstill.js";
import type { Settings } from "../settings/settings.js";
import { explain, type UpstreamFailure } from "./upstream-failure.js";

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
}

/** What is remembered about an origin. */
interface OriginState {
  readonly breakers: OriginBreakers;
  readonly budget: RetryBudget;
}

interface Call {
  readonly request: HttpRequest;
  readonly options: SendOptions;
  readonly host: string;
  readonly state: OriginState;
  readonly deadline: Deadline;
}

type Attempt =
  | { readonly kind: "answer"; readonly response: HttpResponse }
  | { readonly kind: "failure"; readonly failure: UpstreamFailure };

const mostRedirects = 3;

export function createSender(
  settings: Settings,
  log: Log,
  exchange: Exchange,
  store?: Store,
): Sender {
  const { maxConcurrentCalls, queue, queueMs } = settings;
  const gate = new Gate(maxConcurrentCalls, queue, queueMs);
  const origins = new Map<string, OriginState>();

  async function send(
    request: HttpRequest,
    options: SendOptions,
  ): Promise<HttpResponse> {
    const { host, origin } = new URL(request.url);
    const remainingMs = options.remainingMs ?? settings.timeoutMs;
    const deadline = new Deadline(remainingMs, options.signal);
    try {
      const leave = await enter(deadline, options.source?.caller);
      try {
        return await repeat({
          request,
          options,
          host,
          state: stateOf(origin),
          deadline,
        });
      } finally {
        leave();
      }
    } catch (error) {
      if (error instanceof CallError) throw error;
      if (isTooLate(deadline) && options.idempotent && options.room?.gaveUp)
        throw waitedTooLong(error);
      if (isTooLate(deadline))
        throw timedOut(host, remainingMs, request.method, options, error);
      throw error;
    } finally {
      deadline.dispose();
    }
  }

  async function enter(
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

  /** Attempts until one ends the call. */
  async function repeat(call: Call): Promise<HttpResponse> {
    let result: Attempt | undefined;
    let fresh = false;
    for (let attempt = 1; ; attempt += 1) {
      const { source = {} } = call.options;
      const refusal = await call.state.breakers.sharedRefusal(source);
      if (refusal !== undefined) {
        // What the API said last tells more than that it will not be asked again.
        if (result !== undefined) return conclude(result);
        throw paused(call.host, refusal);
      }
      result = await tryOnce(call, fresh);
      const repetition = repetitionAfter(
        outcomeOf(result),
        call.options.idempotent,
      );
      if (repetition === undefined) return conclude(result);
      if (repetition.reason === "stale") {
        // On a connection of its own this cannot happen twice: it is the same attempt.
        fresh = true;
        attempt -= 1;
        continue;
      }
      if (attempt >= settings.attempts) return conclude(result);
      const wait = waitMs(repetition, attempt, Math.random());
      if (
        wait >= call.deadline.remainingMs ||
        !call.state.budget.spend(repetition)
      )
        return conclude(result);
      log.debug("retry", {
        host: call.host,
        reason: repetition.reason,
        waitMs: wait,
        attempt,
      });
      call.options.onRetry?.(describeRepetition(repetition, call.host), wait);
      await sleep(wait, call.deadline.signal);
    }
  }

  /** One attempt that the origin's breaker let through, with the redirects that it is led through. */
  async function tryOnce(call: Call, fresh: boolean): Promise<Attempt> {
    const { breakers, budget } = call.state;
    let verdict: Verdict | "unreachable" = "unknown";
    const share = watchOwnShare(call.options.room);
    try {
      const response = await follow(call, fresh);
      verdict = [502, 503, 504].includes(response.status)
        ? "failed"
        : "healthy";
      if (verdict === "healthy") budget.earn();
      return { kind: "answer", response };
    } catch (error) {
      if (call.deadline.signal.aborted) {
        // Too slow counts against the origin, a cancelled call does not.
        if (isTooLate(call.deadline) && !share.isLarge()) verdict = "failed";
        throw error;
      }
      const { host, options } = call;
      const { method } = call.request;
      const failure = explain(error, { host, method, ...options });
      // Neither a connection that was kept too long nor a proxy says anything of the API.
      const isOfApi = !["stale", "proxy"].includes(failure.cause);
      if (failure.kind !== "final" && isOfApi && !share.isLarge())
        verdict = ["dns", "connect"].includes(failure.cause)
          ? "unreachable"
          : "failed";
      log.debug("no answer", { host: call.host, cause: failure.cause });
      return { kind: "failure", failure };
    } finally {
      share.end();
      const { source = {} } = call.options;
      const scope = breakers.report(source, verdict);
      if (scope !== undefined)
        log.warn("paused", { host: call.host, scope, ...source });
    }
  }

  /** Redirects are followed within the origin only: to another one, API keys and bodies would go along. */
  async function follow(
    { request, options, deadline }: Call,
    fresh: boolean,
  ): Promise<HttpResponse> {
    const route: Route = {
      allowPrivate: options.allowPrivate,
      certificate: options.certificate,
      fresh,
    };
    const maxBytes = options.maxBytes ?? settings.maxResponseBytes;
    let current = request;
    for (let hops = 0; ; hops += 1) {
      const response = await exchange(
        current,
        route,
        deadline.signal,
        maxBytes,
        options.room,
      );
      const target =
        hops < mostRedirects ? redirectTarget(current, response) : undefined;
      if (target === undefined) return response;
      current = { ...current, url: target };
    }
  }

  function stateOf(origin: string): OriginState {
    const existing = origins.get(origin);
    if (existing !== undefined) return existing;
    const now = (): number => performance.now();
    const state = {
      breakers: new OriginBreakers(
        now,
        Math.random,
        store?.isShared === true
          ? new SharedPauses(store, origin, now)
          : undefined,
      ),
      budget: new RetryBudget(),
    };
    origins.set(origin, state);
    return state;
  }

  return {
    send: async (request, options) => {
      // Neither has an answer that could be read (RFC 9110 §9.3.6).
      if (request.method === "CONNECT")
        throw new ArgumentError("The method CONNECT cannot be sent");
      return send(request, options);
    },
  };
}

/** Whether the time was over, in this deadline or in one around it; otherwise the call was cancelled. */
function isTooLate({ expired, signal }: Deadline): boolean {
  return expired || isTimeout(signal.reason);
}

function outcomeOf(attempt: Attempt): Outcome {
  switch (attempt.kind) {
    case "answer":
      return {
        kind: "answer",
        status: attempt.response.status,
        headers: attempt.response.headers,
      };
    case "failure":
      return { kind: attempt.failure.kind };
    default:
      return attempt satisfies never;
  }
}

function conclude(attempt: Attempt): HttpResponse {
  if (attempt.kind === "answer") return attempt.response;
  throw attempt.failure.error;
}

/** Where a GET or HEAD is led to, if that is within its origin (RFC 9110 §15.4). */
function redirectTarget(
  { method, url }: HttpRequest,
  { status, headers }: HttpResponse,
): string | undefined {
  const location = headers.get("location");
  if (
    location === null ||
    !["GET", "HEAD"].includes(method) ||
    ![301, 302, 303, 307, 308].includes(status)
  ) {
    return undefined;
  }
  const target = parseUrl(location, url);
  if (target === undefined) return undefined;
  target.hash = "";
  const plain = target.username === "" && target.password === "";
  return plain && target.origin === new URL(url).origin
    ? target.href
    : undefined;
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
