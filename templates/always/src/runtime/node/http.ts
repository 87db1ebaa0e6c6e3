/** MCP over Streamable HTTP: `POST /mcp`, without sessions, for both protocol eras; and `GET /healthz`. */
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationError } from "../errors.js";
import { CallDoor, refusedAnswer } from "./call-door.js";
import {
  type AccessRequest,
  type Authenticate,
  byToken,
  type Refusal,
} from "../access.js";
import { createGuard, type Guard } from "./http-guard.js";
import { readBody, refuseTooLong } from "./http-body.js";
import { HttpCancellation } from "./http-cancellation.js";
import {
  createHttpMcp,
  isJsonContentType,
  type TableServerFactory,
} from "./http-mcp.js";
import { HttpRefusals } from "./http-refusals.js";
import {
  invalidParams,
  readMessage,
  type RpcRefusal,
} from "../mcp/json-rpc.js";
import { ownValue } from "../data/json-place.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";

export interface HttpFront {
  /** Address of the MCP endpoint. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, finishes what runs, and resolves after ten seconds at the latest. */
  drain(): Promise<void>;
}

/** Longer than the 60 s that load balancers keep idle connections for: the server never closes one that is in use. */
const keepAliveMs = 75_000;
/** How long idle connections of clients stay open once the server drains: a request may be on its way. */
const idleGraceMs = 500;
const drainMs = 9_500;

/**
 * @param authenticate says who sends a request
 * @param insecure whether an address beyond this machine may be bound without a token
 * @throws ConfigurationError when it may not
 */
export async function serveHttp(
  factory: TableServerFactory,
  authenticate: Authenticate,
  settings: Settings,
  insecure: boolean,
  log: Log,
): Promise<HttpFront> {
  // A rule of the owner's is trusted to be one.
  if (authenticate === byToken) refuseOpenServer(settings, insecure, log);
  const guard = createGuard(settings);
  const refusals = new HttpRefusals(log);
  const cancellation = new HttpCancellation();
  const door = new CallDoor(settings.maxConcurrentCalls + settings.queue);
  const mcp = createHttpMcp(factory, log);
  /** Streams of `subscriptions/listen`: they have no end of their own. */
  const subscriptions = new Set<ServerResponse>();
  let draining = false;

  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Node.js looks for late requests every 30 s unless told otherwise.
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      response.on("close", () => subscriptions.delete(response));
      closeAfterwards(response, () => draining);
      respond(request, response).catch((fault: unknown) => {
        log.error("http", { error: fault });
        if (!response.headersSent) refuse(response, 500, "Internal error");
        else response.destroy();
      });
    },
  );
  server.maxConnections = 2_000;

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    // Probes go to an address that nobody lists, and the answer says nothing that a page could use.
    const refusal =
      (path === "/healthz" ? undefined : guard.host(request)) ??
      guard.origin(request);
    if (refusal !== undefined) return turnAway(request, response, refusal);
    allowPage(guard, request, response);
    switch (path) {
      case "/healthz":
        return sendJson(response, draining ? 503 : 200, {
          status: draining ? "draining" : "ok",
        });
      case "/mcp":
        return respondMcp(request, response);
      default:
        return refuse(response, 404, "Not found: the endpoint is /mcp");
    }
  }

  async function respondMcp(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (
      request.method === "OPTIONS" &&
      guard.allowedPage(request) !== undefined
    ) {
      response.writeHead(204).end();
      return;
    }
    const found = await authenticate(accessRequest(request), settings);
    if ("status" in found) return turnAway(request, response, found);
    const caller = { ...found, scopes: found.scopes ?? settings.scopes };
    if (request.method !== "POST") return mcp.serve(request, response, caller);
    if (!isJsonContentType(request.headers["content-type"]))
      return refuse(response, 415, "Send application/json");
    const body = await readBody(request);
    if (body === undefined) return refuseTooLong(request, response);
    const incoming = readMessage(body);
    if (incoming.kind === "refused")
      return refuseRpc(response, incoming.refusal);
    const { message } = incoming;
    const method = ownValue(message, "method");
    if (method === "subscriptions/listen") subscriptions.add(response);
    if (caller.isAnonymous !== true)
      cancellation.note(caller.id, message, response);
    if (await door.enter(method, response))
      return mcp.serve(request, response, caller, message);
    const isOld = mcp.isOfOldRevision(request, message);
    const { status, retryAfter, body: answer } = refusedAnswer(message, isOld);
    response.setHeader("Retry-After", retryAfter);
    sendJson(response, status, answer);
  }

  /** A refusal of the guard's: logged, and slowed down where they are many. */
  async function turnAway(
    request: IncomingMessage,
    response: ServerResponse,
    refusal: Refusal,
  ): Promise<void> {
    const address = request.socket.remoteAddress ?? "unknown";
    const path = request.url ?? "/";
    refuseBy(response, await refusals.settled(refusal, address, path));
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new ConfigurationError(
          `Cannot listen on ${settings.host}:${settings.port} (${cause.code ?? cause.message})`,
          { hint: "Choose another port with --port or MCP_PORT.", cause },
        ),
      ),
    );
    server.listen(
      { host: settings.host, port: settings.port, backlog: 4096 },
      resolve,
    );
  });
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":")
    ? `[${settings.host}]`
    : settings.host;

  return {
    url: `http://${host}:${port}/mcp`,
    port,
    async drain() {
      draining = true;
      const closed = new Promise<void>((resolve) =>
        server.close(() => resolve()),
      );
      for (const response of subscriptions) response.destroy();
      const idle = setInterval(
        () => server.closeIdleConnections(),
        idleGraceMs,
      );
      const late = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
      await mcp.close();
    },
  };
}

/**
 * Ends a connection with the answer once the server drains, whatever the answer's own headers say: a client that keeps
 * it would send its next request to a server that is gone.
 */
function closeAfterwards(
  response: ServerResponse,
  isDraining: () => boolean,
): void {
  const writeHead = response.writeHead.bind(response) as (
    ...args: unknown[]
  ) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    if (!isDraining()) return writeHead(...args);
    const [status, ...rest] = args;
    const headers = rest.find((item) => typeof item === "object") ?? {};
    return writeHead(status, { ...headers, connection: "close" });
  };
}

function refuseOpenServer(
  { host, accessTokens }: Settings,
  insecure: boolean,
  log: Log,
): void {
  const loopback =
    host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host);
  if (loopback || !accessTokens.isEmpty) return;
  if (!insecure)
    throw new ConfigurationError(
      `Refused to listen on ${host} without MCP_AUTH_TOKEN: whoever reaches it could use the API with this server's credentials`,
      {
        hint: "Set MCP_AUTH_TOKEN or MCP_AUTH_TOKENS, keep to 127.0.0.1, or add --insecure where something in front checks who calls.",
      },
    );
  log.warn("listening without authentication", { host });
}

function accessRequest(request: IncomingMessage): AccessRequest {
  return {
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: {
      get: (name) => {
        const value = request.headers[name.toLowerCase()];
        return value === undefined ? null : [value].flat().join(", ");
      },
    },
    address: request.socket.remoteAddress ?? "unknown",
  };
}

/** A page that the settings allow may read the answers (Fetch Standard, CORS protocol). */
function allowPage(
  guard: Guard,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const page = guard.allowedPage(request);
  if (page === undefined) return;
  response.setHeader("Vary", "Origin");
  response.setHeader("Access-Control-Allow-Origin", page);
  response.setHeader("Access-Control-Allow-Methods", "POST");
  response.setHeader(
    "Access-Control-Allow-Headers",
    "Authorization, Content-Type, MCP-Protocol-Version, Mcp-Method, Mcp-Name",
  );
}

function refuseBy(response: ServerResponse, refusal: Refusal): void {
  for (const [name, value] of Object.entries(refusal.headers ?? {}))
    response.setHeader(name, value);
  refuse(response, refusal.status, refusal.message);
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
): void {
  sendJson(response, status, { error: message });
}

/** A refusal of a message (JSON-RPC 2.0 §5). */
function refuseRpc(
  response: ServerResponse,
  { id = null, code, message }: RpcRefusal,
): void {
  // A request whose parameters are wrong is answered like any other; one that is none has no answer but the status.
  sendJson(response, code === invalidParams ? 200 : 400, {
    jsonrpc: "2.0",
    id,
    error: { code, message },
  });
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
): void {
  response
    .writeHead(status, { "Content-Type": "application/json" })
    .end(JSON.stringify(body));
}
