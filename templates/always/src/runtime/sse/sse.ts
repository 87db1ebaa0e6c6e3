/**
 * MCP over HTTP with server-sent events, as clients of 2024-11-05 speak it: `GET /sse` opens a stream that says where to
 * post, and answers come by that stream. Here alone clients have sessions: they live in this process, are bounded, and
 * belong to the caller who opened them.
 */
import { overloadedReply } from "../mcp/json-rpc.js";
import { ownValue } from "../data/json-place.js";
import { authInfoOf, type TableServerFactory } from "../http/mcp-exchange.js";
import {
  type CallerRoute,
  type HttpAnswer,
  type HttpRequest,
  refusalAnswer,
  type RouteGroup,
  targetOf,
} from "../http/message.js";
import { readPosted, type EventRoutesOptions } from "../http/mcp-route.js";
import type { Caller } from "../upstream/http-message.js";
import { SseSession } from "./session.js";

/** Of one caller; of all, the settings say. */
const mostOfCaller = 20;
const retrySeconds = "10";

export function createEventRoutes(options: EventRoutesOptions): RouteGroup {
  const sessions = new SessionTable(options.mostSessions);
  const routes = [...options.served].flatMap(([path, factory]) =>
    routesOf(path, factory, sessions, options),
  );
  return {
    routes,
    drain: () => sessions.drain(),
    close: () => sessions.close(),
  };
}

/** @param mcp path of MCP whose tools are served, `/mcp` or that of a toolset */
function routesOf(
  mcp: string,
  factory: TableServerFactory,
  sessions: SessionTable,
  { door, challenge, present, idleMs, log }: EventRoutesOptions,
): readonly CallerRoute[] {
  const events = mcp.replace(/^\/mcp/, "/sse");
  const messages = mcp.replace(/^\/mcp/, "/messages");
  const stepUp = challenge(events, factory);

  async function open(
    request: HttpRequest,
    caller: Caller,
  ): Promise<HttpAnswer> {
    const full = sessions.refusal(caller);
    if (full !== undefined) return full;
    const session = new SseSession({
      callerId: caller.id,
      messagesAt: (id) => `${messages}?sessionId=${id}`,
      idleMs,
      onEnd: () => sessions.remove(session),
    });
    sessions.add(session, messages);
    request.signal.addEventListener("abort", () => void session.close());
    if (request.signal.aborted) await session.close();
    await factory().connect(session);
    log.debug("session", { caller: caller.id, sessions: sessions.size });
    return {
      status: 200,
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
      body: session.body,
      release: () => void session.close(),
    };
  }

  async function post(
    request: HttpRequest,
    caller: Caller,
  ): Promise<HttpAnswer> {
    // Of another's session it is not said that there is one.
    const session = sessions.of(sessionIdOf(request), messages, caller);
    if (session === undefined)
      return refusalAnswer(404, `There is no such session: GET ${events}`);
    const posted = await readPosted(request);
    if ("refusal" in posted) return posted.refusal;
    const { message } = posted;
    const lack = await stepUp(message, caller);
    if (lack !== undefined) return lack;
    const authInfo = await authInfoOf(request, caller, present);
    const leave = await door.enter(ownValue(message, "method"));
    if (leave === undefined)
      await session.send(overloadedReply(message, true).answer as never);
    else if (!session.take(message, authInfo, leave))
      return refusalAnswer(400, "A request with this id is still running");
    return { status: 202, headers: {}, body: "Accepted" };
  }

  return [
    { path: events, methods: ["GET"], access: "caller", answer: open },
    {
      path: messages,
      methods: ["POST"],
      access: "caller",
      resource: events,
      answer: post,
    },
  ];
}

function sessionIdOf(request: HttpRequest): string {
  const [, query = ""] = targetOf(request).split("?", 2);
  return new URLSearchParams(query).get("sessionId") ?? "";
}

/** The sessions of a process, as many as it has room for. */
class SessionTable {
  readonly #most: number;
  readonly #byId = new Map<string, { session: SseSession; path: string }>();
  #isDraining = false;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Why a caller may open no further session. */
  refusal({ id }: Caller): HttpAnswer | undefined {
    const later = { "retry-after": retrySeconds };
    if (this.#isDraining)
      return refusalAnswer(503, "This server is about to end", later);
    if (this.#byId.size >= this.#most)
      return refusalAnswer(503, "There are too many sessions", later);
    const own = [...this.#byId.values()].filter(
      ({ session }) => session.callerId === id,
    );
    return own.length >= mostOfCaller
      ? refusalAnswer(429, `${mostOfCaller} sessions are yours already`, later)
      : undefined;
  }

  add(session: SseSession, path: string): void {
    this.#byId.set(session.id, { session, path });
  }

  remove({ id }: SseSession): void {
    this.#byId.delete(id);
  }

  /** The session of that caller at that path. */
  of(id: string, path: string, caller: Caller): SseSession | undefined {
    const found = this.#byId.get(id);
    return found?.path === path && found.session.callerId === caller.id
      ? found.session
      : undefined;
  }

  drain(): void {
    this.#isDraining = true;
    for (const { session } of [...this.#byId.values()]) session.finish();
  }

  async close(): Promise<void> {
    for (const { session } of [...this.#byId.values()]) await session.close();
  }
}
