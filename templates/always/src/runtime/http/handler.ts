/**
 * The front door: MCP over Streamable HTTP, for both protocol eras and without sessions, and what stands beside it. It
 * knows requests and answers of the web standard only; sockets, their limits and their end belong to the host.
 */
import type {
  AccessRequest,
  AccessSettings,
  Authenticate,
  Refusal,
} from "../access.js";
import type { Present } from "../access/caller-credentials.js";
import type { Watcher } from "../call/call.js";
import { defined } from "../data/defined.js";
import { pathOf } from "../data/url.js";
import type { Log } from "../log.js";
import {
  type NextTurn,
  callDoor,
  createMcpRoute,
  scopeChallenge,
  type CreateEventRoutes,
} from "./mcp-route.js";
import { createGuard, type Guard, HttpRefusals } from "./guard.js";
import { createMcpExchange, type TableServerFactory } from "./mcp-exchange.js";
import {
  type CallerRoute,
  type HttpAnswer,
  type HttpFields,
  type HttpRequest,
  jsonAnswer,
  refusalAnswer,
  responseOf,
  targetOf,
  type OpenRoute,
  type Page,
  type Route,
} from "./message.js";

export interface HttpHandler {
  /**
   * Answers a request. Never throws.
   *
   * @param address of whoever is connected: the client, or what stands before this server
   */
  answer(request: HttpRequest, address: string): Promise<HttpAnswer>;
  /** Answers a probe, and nothing else: for a port of their own. */
  probe(request: HttpRequest): Promise<HttpAnswer>;
  /** The same as `answer` for hosts that have the web standard's own: `export default { fetch: handler.fetch }`. */
  fetch(request: Request, address?: string): Promise<Response>;
  /** From now on probes are told that the server is about to end, and streams without an end of their own have one. */
  drain(): void;
  close(): Promise<void>;
}

export interface HttpHandlerOptions {
  readonly factory: TableServerFactory;
  /** What is served at `/mcp/<name>` besides. Default: nothing. */
  readonly toolsets?: ReadonlyMap<string, TableServerFactory>;
  /** Says who sends a request. */
  readonly authenticate: Authenticate;
  /** Takes what credentials of the API may be made of. Default: nothing. */
  readonly present?: Present | undefined;
  /** What is answered besides. Default: nothing. */
  readonly routes?: readonly Route[] | undefined;
  readonly settings: AccessSettings;
  readonly log: Log;
  /** Makes the routes for clients of 2024-11-05. Default: there are none. */
  readonly events?: CreateEventRoutes | undefined;
  /** Streams of `subscriptions/listen` at the same time; default: as many as the SDK lets be. */
  readonly maxSubscriptions?: number;
  /** Default: a timer of no time. */
  readonly nextTurn?: NextTurn;
  /** Why calls would fail now, for `/readyz`. Default: nothing. */
  readonly unready?: () => readonly Unready[];
  /** Told of requests that are turned away. Default: nothing. */
  readonly watchers?: readonly Watcher[];
}

/**
 * Why a server should get no calls: it ends; credentials of an API are not set; it stood still for more than a second,
 * and answered nobody.
 */
export type Unready = "draining" | "credentials" | "blocked";

export function createHttpHandler({
  factory,
  toolsets = new Map(),
  authenticate,
  present,
  routes = [],
  settings,
  log,
  events,
  maxSubscriptions,
  nextTurn = (run) => void setTimeout(run, 0),
  unready = () => [],
  watchers = [],
}: HttpHandlerOptions): HttpHandler {
  const { authority } = settings;
  const calls = callDoor(settings, nextTurn, () => {
    for (const watcher of watchers) watcher.turnedAway?.("overloaded");
  });
  const served = new Map([
    ["/mcp", factory],
    ...[...toolsets].map(
      ([name, toolset]) => [`/mcp/${name}`, toolset] as const,
    ),
  ]);
  const challengeAt = (path: string, { lacked }: TableServerFactory) =>
    scopeChallenge(authority, lacked, path, log, watchers);
  const mcp = [...served].map(([path, made]) => {
    const exchange = createMcpExchange(made, log, present, maxSubscriptions);
    return createMcpRoute(path, exchange, calls, challengeAt(path, made));
  });
  const legacy = events?.({
    served,
    door: calls,
    challenge: challengeAt,
    present,
    mostSessions: settings.sseSessions,
    idleMs: settings.sseIdleMs,
    log,
  });
  const ofCallers = [...mcp, ...(legacy?.routes ?? [])];
  const resources = ofCallers.filter(({ resource }) => resource === undefined);
  let draining = false;
  const probes = probeRoutes(() => (draining ? ["draining"] : unready()));
  const pages = watchers.flatMap(({ page }) =>
    page === undefined ? [] : page,
  );
  const ownPages =
    settings.probePort === undefined ? undefined : pages.map(forAll);
  const door = new FrontDoor({ authenticate, settings, log, watchers }, [
    ...ofCallers,
    ...resources.flatMap(({ path }) => authority?.routes(path) ?? []),
    ...probes,
    ...(ownPages === undefined ? pages.map(forCallers) : []),
    ...routes,
  ]);
  return {
    answer: (request, address) => door.answer(request, address),
    async probe(request) {
      const path = pathOf(targetOf(request));
      const route = [...probes, ...(ownPages ?? [])].find(
        (one) => one.path === path,
      );
      if (route === undefined)
        return refusalAnswer(404, "Only probes are here");
      return refusedMethod(route, request) ?? route.answer(request);
    },
    fetch: async (request, address = "unknown") =>
      responseOf(await door.answer(request, address)),
    drain() {
      draining = true;
      for (const route of mcp) route.endSubscriptions();
      legacy?.drain();
    },
    async close() {
      await Promise.all([...mcp, legacy].map((route) => route?.close()));
    },
  };
}

// What watchers answer: with a port of its own, like probes, to whoever reaches that; else to those who may call.

function forAll({ path, type, text }: Page): OpenRoute {
  return { ...pageAt(path), access: "open", answer: () => page(type, text()) };
}

function forCallers({ path, type, text }: Page): CallerRoute {
  const answer: CallerRoute["answer"] = (_request, caller) =>
    page(type, text(caller));
  return { ...pageAt(path), access: "caller", resource: "/mcp", answer };
}

function pageAt(path: string) {
  return { path, methods: ["GET", "HEAD"] };
}

function page(type: string, body: string): HttpAnswer {
  return { status: 200, headers: { "content-type": type }, body };
}

/** Finds the route of a request, and lets in who may ask there. */
class FrontDoor {
  readonly #options: Pick<
    HttpHandlerOptions,
    "authenticate" | "settings" | "log" | "watchers"
  >;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #guard: Guard;
  readonly #refusals: HttpRefusals;

  constructor(
    options: Pick<
      HttpHandlerOptions,
      "authenticate" | "settings" | "log" | "watchers"
    >,
    routes: readonly Route[],
  ) {
    this.#options = options;
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#guard = createGuard(options.settings);
    this.#refusals = new HttpRefusals(options.log, undefined, options.watchers);
  }

  async answer(request: HttpRequest, address: string): Promise<HttpAnswer> {
    try {
      const target = targetOf(request);
      const route = this.#routes.get(pathOf(target));
      const open = route?.access === "open" ? route : undefined;
      const refusal =
        (open?.anyHost === true ? undefined : this.#guard.host(request)) ??
        (open?.anyOrigin === true ? undefined : this.#guard.origin(request));
      if (refusal !== undefined)
        return await this.#turnAway(refusal, address, target);
      const answer = await this.#routed(route, request, address);
      return open?.anyOrigin === true
        ? answer
        : withPage(this.#guard, request, answer);
    } catch (fault) {
      this.#options.log.error("http", { error: fault });
      return refusalAnswer(500, "Internal error");
    }
  }

  async #routed(
    route: Route | undefined,
    request: HttpRequest,
    address: string,
  ): Promise<HttpAnswer> {
    if (route === undefined)
      return refusalAnswer(404, "Not found: the endpoint is /mcp");
    if (
      request.method === "OPTIONS" &&
      this.#guard.allowedPage(request) !== undefined
    )
      return { status: 204, headers: {}, body: null };
    if (route.access === "open")
      return refusedMethod(route, request) ?? route.answer(request);
    const { authenticate, settings } = this.#options;
    const found = await authenticate(
      accessRequest(request, address, route.resource),
      settings,
    );
    if ("status" in found)
      return this.#turnAway(found, address, targetOf(request));
    const caller = { ...found, scopes: found.scopes ?? settings.scopes };
    return refusedMethod(route, request) ?? route.answer(request, caller);
  }

  /** A refusal is logged, and slowed down where they are many. */
  async #turnAway(
    refusal: Refusal,
    address: string,
    target: string,
  ): Promise<HttpAnswer> {
    const settled = await this.#refusals.settled(refusal, address, target);
    return refusalAnswer(settled.status, settled.message, settled.headers);
  }
}

/** What the route says to a method that it does not have (RFC 9110 §15.5.6). */
function refusedMethod(
  { methods }: Route,
  { method }: HttpRequest,
): HttpAnswer | undefined {
  return methods.includes(method)
    ? undefined
    : refusalAnswer(405, `The methods here are ${methods.join(", ")}`, {
        allow: methods.join(", "),
      });
}

function accessRequest(
  request: HttpRequest,
  address: string,
  resource: string | undefined,
): AccessRequest {
  const { method, headers } = request;
  const url = targetOf(request);
  return { method, url, headers, address, ...defined({ resource }) };
}

/** A page that the settings allow may read the answers (Fetch Standard, CORS protocol). */
function withPage(
  guard: Guard,
  request: HttpRequest,
  answer: HttpAnswer,
): HttpAnswer {
  const page = guard.allowedPage(request);
  if (page === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, ...pageFields(page) } };
}

function pageFields(page: string): HttpFields {
  return {
    vary: "Origin",
    "access-control-allow-origin": page,
    "access-control-allow-methods": "POST",
    // A page has to read whom to ask for a token.
    "access-control-expose-headers": "WWW-Authenticate",
    "access-control-allow-headers":
      "Authorization, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name",
  };
}

// What probes of a kubelet or load balancer are told: they come under any name, and without a token.

/** @param reasons why the server should get no calls now, `draining` among them once it ends */
export function probeRoutes(
  reasons: () => readonly string[],
): readonly OpenRoute[] {
  const probe = (path: string, answer: () => HttpAnswer): OpenRoute => ({
    path,
    methods: ["GET", "HEAD"],
    access: "open",
    anyHost: true,
    answer,
  });
  return [
    // To start it again would lose the calls that it finishes.
    probe("/livez", () => jsonAnswer(200, { status: "ok" })),
    probe("/healthz", () =>
      reasons().includes("draining")
        ? jsonAnswer(503, { status: "draining" })
        : jsonAnswer(200, { status: "ok" }),
    ),
    probe("/readyz", () =>
      reasons().length === 0
        ? jsonAnswer(200, { status: "ready" })
        : jsonAnswer(503, { status: "not ready", reasons: reasons() }),
    ),
  ];
}
