/** MCP at `POST /mcp` and below: a message is read, let in and served, or refused before it costs anything. */
import { type Authority, callerFields } from "../access/authority.js";
import type { Present } from "../access/caller-credentials.js";
import type { Watcher } from "../call/call.js";
import { tellRefusal } from "../call/watcher.js";
import { ownValue } from "../data/json-place.js";
import type { Log } from "../log.js";
import {
  invalidParams,
  overloadedReply,
  readMessage,
  type RpcRefusal,
} from "../mcp/json-rpc.js";
import type { LackedScopes } from "../mcp/mcp-server.js";
import type { Settings } from "../settings/settings.js";
import type { Caller } from "../upstream/http-message.js";
import { HttpCancellation, Presence } from "./cancellation.js";
import {
  isJsonContentType,
  type JSONRPCMessage,
  type McpExchange,
  type TableServerFactory,
} from "./mcp-exchange.js";
import {
  type CallerRoute,
  type HttpAnswer,
  type HttpRequest,
  jsonAnswer,
  noAnswer,
  refusalAnswer,
  type RouteGroup,
} from "./message.js";

export interface McpRoute extends CallerRoute {
  /** Ends streams of `subscriptions/listen`: they have no end of their own. */
  endSubscriptions(): void;
  close(): Promise<void>;
}

/** The door that all paths of a process have in common. */
export function callDoor(
  { maxConcurrentCalls, queue }: Settings,
  nextTurn: NextTurn,
  full?: () => void,
): CallDoor {
  return new CallDoor(maxConcurrentCalls + queue, nextTurn, full);
}

/**
 * @param path `/mcp`, or that of a toolset: its clients count their requests for themselves
 * @param challenge turns away who lacks a scope
 */
export function createMcpRoute(
  path: string,
  mcp: McpExchange,
  door: CallDoor,
  challenge: ScopeChallenge,
): McpRoute {
  const cancellation = new HttpCancellation();
  const subscriptions = new Set<Presence>();

  async function answer(
    request: HttpRequest,
    caller: Caller,
  ): Promise<HttpAnswer> {
    const posted = await readPosted(request);
    if ("refusal" in posted) return posted.refusal;
    const { message } = posted;
    const presence = new Presence();
    request.signal.addEventListener("abort", presence.end);
    const stepUp = await challenge(message, caller);
    if (stepUp !== undefined) return stepUp;
    const method = ownValue(message, "method");
    if (method === "subscriptions/listen") subscriptions.add(presence);
    const forget = caller.isAnonymous
      ? undefined
      : cancellation.note(caller.id, message, presence);
    const leave = await door.enter(method);
    const release = (): void => {
      forget?.();
      leave?.();
      subscriptions.delete(presence);
    };
    try {
      const given =
        leave === undefined
          ? overloadedAnswer(message, mcp.isOfOldRevision(request, message))
          : await mcp.serve(request, message, caller, presence);
      return { ...given, release };
    } catch (fault) {
      release();
      throw fault;
    }
  }

  return {
    path,
    methods: ["POST"],
    access: "caller",
    answer,
    endSubscriptions() {
      for (const presence of subscriptions) presence.end();
    },
    close: () => mcp.close(),
  };
}

export type Posted =
  { readonly message: JSONRPCMessage } | { readonly refusal: HttpAnswer };

/** The message of a request that is posted, or why there is none. */
export async function readPosted(request: HttpRequest): Promise<Posted> {
  if (!isJsonContentType(request.headers.get("content-type")))
    return { refusal: refusalAnswer(415, "Send application/json") };
  const body = await readBody(request);
  if (body === undefined)
    return {
      refusal: refusalAnswer(413, `The limit is ${maxBodyBytes} bytes`),
    };
  const incoming = readMessage(body);
  if (incoming.kind === "refused")
    return { refusal: rpcRefusal(incoming.refusal) };
  return request.signal.aborted
    ? { refusal: noAnswer }
    : { message: incoming.message };
}

/** A refusal of a message (JSON-RPC 2.0 §5). */
function rpcRefusal({ id = null, code, message }: RpcRefusal): HttpAnswer {
  // A request whose parameters are wrong is answered like any other; one that is none has no answer but the status.
  return jsonAnswer(code === invalidParams ? 200 : 400, {
    jsonrpc: "2.0",
    id,
    error: { code, message },
  });
}

// Reading the body of a request, up to a length.

export const maxBodyBytes = 4 * 1024 * 1024;

/** The body, or `undefined` once it is longer than the limit, or says that it will be. */
export async function readBody({
  headers,
  body,
}: HttpRequest): Promise<Uint8Array | undefined> {
  if (Number(headers.get("content-length")) > maxBodyBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first, ...more] = chunks;
  if (first !== undefined && more.length === 0) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

// Scopes that are lacking, said by a status, so that a client asks for them by itself (RFC 6750 §3.1).

/** The answer to a message whose caller lacks a scope that they could be granted. */
export type ScopeChallenge = (
  message: object,
  caller: Caller,
) => Promise<HttpAnswer | undefined>;

/** @param path of MCP that the message came to */
export function scopeChallenge(
  authority: Authority | undefined,
  lacked: LackedScopes | undefined,
  path: string,
  log: Log,
  watchers: readonly Watcher[] = [],
): ScopeChallenge {
  return async (message, caller) => {
    if (caller.issuer === undefined) return undefined;
    const lack = await lacked?.(message, caller);
    if (lack === undefined) return undefined;
    const { tool, scopes } = lack;
    const refusal = authority?.insufficient(caller, scopes, path);
    if (refusal === undefined) return undefined;
    const fields = { tool, ...callerFields(caller), outcome: "ScopeError" };
    tellRefusal(log, watchers, "info", "call", fields);
    return refusalAnswer(refusal.status, refusal.message, refusal.headers);
  };
}

// How many requests that call the API the HTTP server takes in. The rest is refused before it costs anything, and what
// is taken in begins a few at a time, so that refusals and health checks are answered in between.

const callingMethods: ReadonlySet<unknown> = new Set([
  "tools/call",
  "resources/read",
  "completion/complete",
]);
/** Requests that begin in one turn of the event loop. */
const mostAtOnce = 4;

/** Runs something in a later turn of the event loop, after what has come in meanwhile. */
export type NextTurn = (run: () => void) => void;

export class CallDoor {
  readonly #most: number;
  readonly #nextTurn: NextTurn;
  readonly #full: () => void;
  #inside = 0;
  readonly #arrived: (() => void)[] = [];

  /**
   * @param most requests that call the API, running and waiting
   * @param full told of each that is not let in
   */
  constructor(
    most: number,
    nextTurn: NextTurn,
    full: () => void = () => undefined,
  ) {
    this.#most = most;
    this.#nextTurn = nextTurn;
    this.#full = full;
  }

  /**
   * Lets a request in, once it may begin; methods that do not call the API always may.
   *
   * @returns to be called when it has its answer; `undefined` at once where too many are inside
   */
  async enter(method: unknown): Promise<(() => void) | undefined> {
    if (!callingMethods.has(method)) return () => undefined;
    if (this.#inside >= this.#most) {
      this.#full();
      return undefined;
    }
    this.#inside += 1;
    await new Promise<void>((resolve) => {
      if (this.#arrived.push(resolve) === 1) this.#nextTurn(this.#begin);
    });
    return () => (this.#inside -= 1);
  }

  readonly #begin = (): void => {
    for (const begin of this.#arrived.splice(0, mostAtOnce)) begin();
    if (this.#arrived.length > 0) this.#nextTurn(this.#begin);
  };
}

/**
 * The answer to a request that was not let in, and when to come back: the result of a tool, or a status (RFC 9110
 * §15.6.4, §10.2.3).
 *
 * @param isOld whether the request is of a revision of MCP before 2026-07-28
 */
export function overloadedAnswer(message: object, isOld: boolean): HttpAnswer {
  const { answer, isResult, retryAfter } = overloadedReply(message, isOld);
  return jsonAnswer(isResult ? 200 : 503, answer, {
    "retry-after": String(retryAfter),
  });
}

// What the part is given that serves clients of 2024-11-05 (`/sse`).

export interface EventRoutesOptions {
  /** What is served, by its path of MCP. */
  readonly served: ReadonlyMap<string, TableServerFactory>;
  readonly door: CallDoor;
  /** @param path that tokens are issued for */
  challenge(path: string, factory: TableServerFactory): ScopeChallenge;
  /** Takes what credentials of the API may be made of. */
  readonly present?: Present | undefined;
  readonly mostSessions: number;
  /** Milliseconds after which a session ends in which nothing happens. */
  readonly idleMs: number;
  readonly log: Log;
}

export type CreateEventRoutes = (options: EventRoutesOptions) => RouteGroup;

export interface EventRouteParts {
  readonly sse?: () => Promise<{ createEventRoutes: CreateEventRoutes }>;
}
