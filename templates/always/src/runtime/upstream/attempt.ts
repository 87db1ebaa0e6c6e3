/** One attempt of a request: sent, led through redirects within its origin, and what its end says of the API. */
import { parseUrl } from "../data/url.js";
import type { Log } from "../log.js";
import type { OwnRoom } from "./answer-room.js";
import type { Source, Verdict } from "./circuit-breaker.js";
import { type Deadline, isTooLate } from "./deadline.js";
import type {
  Exchange,
  Route,
  HttpRequest,
  HttpResponse,
  ReadAlong,
} from "./http-message.js";
import type { OriginState } from "./origin-breakers.js";
import { explain, type UpstreamFailure } from "./upstream-failure.js";

/** A request on its way, with all that its attempts have in common. */
export interface Sending {
  readonly request: HttpRequest;
  readonly route: Omit<Route, "fresh">;
  /** Decoded bytes of the answer that are read. */
  readonly maxBytes: number;
  readonly host: string;
  readonly idempotent: boolean;
  /** Variable that says which server the request goes to, for messages. */
  readonly variable?: string | undefined;
  readonly source: Source;
  readonly room: OwnRoom | undefined;
  readonly readAlong: ReadAlong | undefined;
  readonly state: OriginState;
  readonly deadline: Deadline;
}

export type Attempt =
  | { readonly kind: "answer"; readonly response: HttpResponse }
  | { readonly kind: "failure"; readonly failure: UpstreamFailure };

const mostRedirects = 3;

/**
 * One attempt that the origin's breaker let through.
 *
 * @param fresh on a connection of its own
 * @throws the reason of the deadline's signal if it aborts
 */
export async function attempt(
  sending: Sending,
  fresh: boolean,
  exchange: Exchange,
  log: Log,
): Promise<Attempt> {
  const { state, deadline, host, source } = sending;
  const share = watchOwnShare(sending.room);
  let verdict: Verdict | "unreachable" = "unknown";
  try {
    const response = await follow(sending, fresh, exchange);
    verdict = [502, 503, 504].includes(response.status) ? "failed" : "healthy";
    if (verdict === "healthy") state.budget.earn();
    return { kind: "answer", response };
  } catch (error) {
    if (deadline.signal.aborted) {
      // Too slow counts against the origin, a cancelled call does not.
      if (isTooLate(deadline) && !share.isLarge()) verdict = "failed";
      throw error;
    }
    const failure = explain(error, {
      ...sending,
      method: sending.request.method,
    });
    // Neither a connection that was kept too long nor a proxy says anything of the API.
    const isOfApi = !["stale", "proxy"].includes(failure.cause);
    if (failure.kind !== "final" && isOfApi && !share.isLarge())
      verdict = ["dns", "connect"].includes(failure.cause)
        ? "unreachable"
        : "failed";
    log.debug("no answer", { host, cause: failure.cause });
    return { kind: "failure", failure };
  } finally {
    share.end();
    const scope = state.breakers.report(source, verdict);
    if (scope !== undefined) log.warn("paused", { host, scope, ...source });
  }
}

/** Redirects are followed within the origin only: to another one, API keys and bodies would go along. */
async function follow(
  { request, route, deadline, maxBytes, room, readAlong }: Sending,
  fresh: boolean,
  exchange: Exchange,
): Promise<HttpResponse> {
  let current = request;
  for (let hops = 0; ; hops += 1) {
    const response = await exchange(
      current,
      { ...route, fresh },
      deadline.signal,
      maxBytes,
      room,
      readAlong,
    );
    const target =
      hops < mostRedirects ? redirectTarget(current, response) : undefined;
    if (target === undefined) return response;
    current = { ...current, url: target };
  }
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

// How long this process itself stood still: what is late by that is not late by the fault of an API.

/** Share of a time that this server may take itself before a failure says nothing of the API. */
const mostOwnShare = 0.25;
/** Time between two looks, and how late a look has to be. */
const everyMs = 20;
const leastMs = 50;

let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let last = 0;
let total = 0;

export interface OwnShare {
  /** Whether this server took a good part of the time since the watch began: then nothing is held against the API. */
  isLarge(): boolean;
  /** Has to be called when the watch is over. */
  end(): void;
}

/** @param room of the answer that is waited for: waiting for it is this server's doing, too */
export function watchOwnShare(room: OwnRoom | undefined): OwnShare {
  const began = performance.now();
  const waitedMs = room?.waitedMs ?? 0;
  const standstill = watchStandstill();
  return {
    isLarge: () =>
      standstill.ms() + (room?.waitedMs ?? 0) - waitedMs >
      (performance.now() - began) * mostOwnShare,
    end: standstill.end,
  };
}

interface Standstill {
  /** Milliseconds since the watch began that nothing ran but one piece of work. */
  ms(): number;
  end(): void;
}

/** Begins to watch; looks at the clock only while somebody does. */
function watchStandstill(): Standstill {
  watchers += 1;
  if (watchers === 1) {
    last = performance.now();
    timer = setInterval(look, everyMs);
  }
  const before = total + lateness();
  return {
    // The look that would notice it may not have had its turn yet.
    ms: () => Math.max(0, total + lateness() - before),
    end: () => {
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    },
  };
}

function look(): void {
  total += lateness();
  last = performance.now();
}

function lateness(): number {
  const late = performance.now() - last - everyMs;
  return late >= leastMs ? late : 0;
}
