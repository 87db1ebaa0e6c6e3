/** MCP over HTTP on Node.js: the sockets of the front door, their limits, and how they end. */
import { createServer, type Server } from "node:http";
import { type AccessSettings, byToken } from "../access.js";
import { ConfigurationError } from "../errors.js";
import {
  createHttpHandler,
  type HttpHandler,
  type HttpHandlerOptions,
} from "../http/handler.js";
import type { Log } from "../log.js";
import {
  requestOf,
  writeAnswer,
  listening,
  serveProbes,
} from "./http-exchange.js";

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

export interface HttpFrontOptions extends Omit<HttpHandlerOptions, "nextTurn"> {
  /** Whether an address beyond this machine may be bound although nobody is asked for a token. */
  readonly insecure: boolean;
}

/** @throws ConfigurationError where the address may not be bound, or cannot */
export async function serveHttp({
  insecure,
  unready = () => [],
  ...options
}: HttpFrontOptions): Promise<HttpFront> {
  const { authenticate, settings, log } = options;
  // A rule of the owner's is trusted to be one.
  if (authenticate === byToken) refuseOpenServer(settings, insecure, log);
  const loop = new EventLoop(log);
  const handler = createHttpHandler({
    ...options,
    nextTurn: setImmediate,
    unready: () => [
      ...(loop.stoodStill() ? (["blocked"] as const) : []),
      ...unready(),
    ],
  });
  let draining = false;

  const server = serverOf(handler, log, () => draining);
  const hint = "Choose another port with --port or MCP_PORT.";
  const port = await listening(server, settings.host, settings.port, hint);
  const endProbes =
    settings.probePort === undefined
      ? undefined
      : await serveProbes(handler, settings.probePort, log);
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
      handler.drain();
      const idle = setInterval(
        () => server.closeIdleConnections(),
        idleGraceMs,
      );
      const late = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(idle);
      loop.end();
      clearTimeout(late);
      await handler.close();
      endProbes?.();
    },
  };
}

/** A server that takes little from who is slow, and no more connections than it has room for. */
function serverOf(
  handler: HttpHandler,
  log: Log,
  isDraining: () => boolean,
): Server {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Node.js looks for late requests every 30 s unless told otherwise.
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16 * 1024,
    },
    (incoming, response) => {
      const address = incoming.socket.remoteAddress ?? "unknown";
      handler
        .answer(requestOf(incoming, response), address)
        .then((answer) => writeAnswer(incoming, response, answer, isDraining()))
        .catch((fault: unknown) => {
          log.error("http", { error: fault });
          response.destroy();
        });
    },
  );
  server.maxConnections = 2_000;
  return server;
}

function refuseOpenServer(
  { host, accessTokens, authority, proxies }: AccessSettings,
  insecure: boolean,
  log: Log,
): void {
  const loopback =
    host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host);
  const asked = [authority, proxies].some((one) => one !== undefined);
  if (loopback || !accessTokens.isEmpty || asked) return;
  if (!insecure)
    throw new ConfigurationError(
      `Refused to listen on ${host} without MCP_AUTH_TOKEN: whoever reaches it could use the API with this server's credentials`,
      {
        hint: "Set MCP_AUTH_TOKEN, MCP_AUTH_TOKENS or MCP_AUTH_ISSUER, keep to 127.0.0.1, or add --insecure where something in front checks who calls.",
      },
    );
  log.warn("listening without authentication", { host });
}

// Whether this process stood still lately, so that nothing else ran: probes are told, since nobody was answered.

/** Between two looks at the clock. */
const everyMs = 250;
/** What counts as standing still. */
const longMs = 1_000;
/** How long it is remembered: probes come every ten seconds or so. */
const rememberedMs = 10_000;

export class EventLoop {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #looked: number;
  #stoodStill = -Infinity;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
    this.#looked = now();
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  /** Whether it stood still within the last ten seconds. */
  stoodStill(): boolean {
    this.#look();
    return this.#now() - this.#stoodStill < rememberedMs;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.#now();
    const lateMs = now - this.#looked - everyMs;
    this.#looked = now;
    if (lateMs < longMs) return;
    this.#stoodStill = now;
    this.#log.warn("stood still", { ms: Math.round(lateMs) });
  }
}
