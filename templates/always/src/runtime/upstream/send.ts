/** Sends a request to an API: within one deadline, repeated only where that is safe, redirects only within its origin. */

import { ArgumentError, CallError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../store/store.js";
import type { OwnRoom } from "./answer-room.js";
import type { Source } from "./circuit-breaker.js";
import { Deadline, isTooLate } from "./deadline.js";
import type { Exchange } from "./exchange.js";
import { Gate } from "./gate.js";
import type {
  AppliedCredentials,
  HttpRequest,
  HttpResponse,
} from "./http-message.js";
import { OriginStates } from "./origin-states.js";
import { repeat } from "./repeat.js";
import { waitedTooLong, timedOut } from "./send-faults.js";

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
