/** The HTTP client: pools of connections, and one request with its answer, watched on the wire. Here alone the runtime names undici. */
import { createHash } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { lookup, type LookupAddress } from "node:dns";
import { type LookupFunction, Socket } from "node:net";
import {
  Agent,
  buildConnector,
  type Dispatcher,
  EnvHttpProxyAgent,
  Pool,
  request as send,
} from "undici";
import { defined } from "../data/defined.js";
import { isJsonObject, ownValue } from "../data/json-place.js";
import { isWorthGiving } from "../response/records.js";
import type { Settings } from "../settings/settings.js";
import type { OwnRoom } from "../upstream/answer-room.js";
import { isTimeout } from "../upstream/deadline.js";
import type {
  CutBy,
  HttpRequest,
  HttpResponse,
  ReadAlong,
  Route,
} from "../upstream/http-message.js";
import { isLoopbackHost } from "../data/url.js";
import {
  isPrivateLiteral,
  isPublicAddress,
  PrivateAddressError,
} from "../upstream/public-address.js";
import {
  MalformedAnswerError,
  markProxyFault,
  markReused,
} from "../upstream/upstream-failure.js";
import {
  acceptedCodings,
  isCodingError,
  readBody,
  type ReadBody,
} from "./response-body.js";

/** Bytes that are read of what an API says of a failure. */
const mostOfFailure = 1024 * 1024;

/** Pools for client certificates kept at most; a further one closes the oldest. */
const mostPools = 32;

export class Connections {
  readonly #settings: Settings;
  readonly #pools = new Map<string, Dispatcher>();

  constructor(settings: Settings) {
    watchConnections();
    this.#settings = settings;
  }

  /**
   * Sends a request and reads its answer up to `limit` decoded bytes. Neither follows redirects nor repeats anything.
   *
   * @throws whatever the client throws: see `explain`
   */
  async exchange(
    request: HttpRequest,
    route: Route,
    signal: AbortSignal,
    limit: number,
    room?: OwnRoom,
    readAlong?: ReadAlong,
  ): Promise<HttpResponse> {
    const { hostname } = new URL(request.url);
    // An address in the URL never reaches `lookup`, and a proxy would look names up on its side.
    if (
      !route.allowPrivate &&
      (isPrivateLiteral(hostname) || isLoopbackHost(hostname))
    )
      throw new PrivateAddressError(hostname);
    limitWire(limit);
    const answer = await send(request.url, {
      dispatcher: this.#pool(route),
      // The client accepts every token; its type lists the usual ones.
      method: request.method as Dispatcher.HttpMethod,
      headers: headerList(request),
      body: request.body ?? null,
      signal,
      // The call's deadline covers both, also against an answer that comes drop by drop.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const headers = readHeaders(answer.headers);
    // What an earlier attempt read is no longer wanted.
    room?.release();
    const isFailure = answer.statusCode >= 400;
    const body = await readBody(
      answer.body,
      headers.get("content-encoding"),
      isFailure ? Math.min(limit, mostOfFailure) : limit,
      (start, error) => {
        const by = cutBy(signal, error);
        const type = headers.get("content-type");
        return by && isWorthGiving(start, type, by, request.url)
          ? by
          : undefined;
      },
      {
        signal,
        ...defined({
          own: room,
          along: readAlong?.(answer.statusCode, headers),
        }),
      },
    ).catch((error: unknown): ReadBody => {
      // These have no body (RFC 9112 §6.3), whatever their header says of one.
      if (!signal.aborted && [204, 304].includes(answer.statusCode))
        return { bytes: new Uint8Array(), truncated: false };
      throw error;
    });
    return {
      status: answer.statusCode,
      headers,
      body: body.bytes,
      truncated: body.truncated,
      ...defined({ cutBy: body.cutBy }),
      url: request.url,
    };
  }

  /** Ends all connections; requests that still run fail. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #pool(route: Route): Dispatcher {
    const key = keyOf(route);
    const existing = this.#pools.get(key);
    if (existing !== undefined) return existing;
    const pool = createPool(this.#settings, route);
    this.#pools.set(key, pool);
    const oldest =
      this.#pools.size > mostPools
        ? this.#pools.entries().next().value
        : undefined;
    if (oldest !== undefined) {
      this.#pools.delete(oldest[0]);
      // Waits for what still runs there.
      void oldest[1].close();
    }
    return pool;
  }
}

function keyOf({ allowPrivate, certificate, fresh = false }: Route): string {
  const kind = `${allowPrivate} ${fresh}`;
  if (certificate === undefined) return kind;
  const parts = [
    certificate.certificate,
    certificate.key,
    certificate.authority ?? "",
  ];
  return `${kind} ${createHash("sha256").update(JSON.stringify(parts)).digest("hex")}`;
}

function createPool(
  settings: Settings,
  { allowPrivate, certificate, fresh }: Route,
): Dispatcher {
  const tls = {
    timeout: settings.connectTimeoutMs,
    ...(certificate === undefined
      ? {}
      : { cert: certificate.certificate, key: certificate.key }),
    ...defined({ ca: certificate?.authority }),
  };
  const connect = buildConnector({
    ...tls,
    ...(allowPrivate ? {} : { lookup: publicLookup }),
  });
  const options: Agent.Options = {
    connect,
    connections: settings.connections,
    // Without pipelining undici keeps no connection for a further request.
    pipelining: fresh === true ? 0 : 1,
  };
  const { https, http, none } = settings.proxy;
  if (https === undefined && http === undefined) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: http?.reveal() ?? "",
    httpsProxy: https?.reveal() ?? "",
    noProxy: none,
    requestTls: tls,
    clientFactory: proxyClient,
  });
}

/** Connects to a proxy, and marks what goes wrong on the way there: the API is not to be blamed for it. */
function proxyClient(origin: URL, options: object): Dispatcher {
  const { connect } = options as {
    readonly connect: buildConnector.connector;
  };
  return new Pool(origin, {
    ...options,
    connect: (target, callback) =>
      connect(target, (...result: buildConnector.CallbackArgs) => {
        if (result[0] !== null) markProxyFault(result[0], origin.host);
        callback(...result);
      }),
  });
}

/** What ended an answer before it was over; a call that was cancelled has none. */
function cutBy(signal: AbortSignal, error: unknown): CutBy | undefined {
  if (signal.aborted) return isTimeout(signal.reason) ? "time" : undefined;
  return isCodingError(error) ? "coding" : "connection";
}

/** Names and values in turn, as the client takes them without changing their case or order. */
function headerList({ headers }: HttpRequest): string[] {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const list = headers.flat();
  if (!names.has("accept-encoding"))
    list.push("Accept-Encoding", acceptedCodings);
  // Some APIs refuse requests without it.
  if (!names.has("user-agent")) list.push("User-Agent", "openapi-to-mcp");
  return list;
}

function readHeaders(raw: NodeJS.Dict<string | string[]>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) {
      try {
        headers.append(name, one);
      } catch {
        // A field that is not valid (RFC 9110 §5.5) is as good as absent.
      }
    }
  }
  return headers;
}

// Looks names up for sockets that may go to public addresses only.

/**
 * A `lookup` for sockets that fails with `PrivateAddressError` if any address of the name is not public. The socket connects
 * to the addresses that were checked, so a name cannot change its mind in between.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(
    hostname,
    { ...options, all: true },
    (error, addresses: LookupAddress[]) => {
      const first = addresses?.[0];
      if (error !== null || first === undefined) {
        callback(error ?? new PrivateAddressError(hostname), "", 0);
      } else if (!addresses.every(({ address }) => isPublicAddress(address))) {
        callback(new PrivateAddressError(hostname), "", 0);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    },
  );
};

// Connections that an API closed while they were idle. Whoever sends the next request on one learns of it by an error
// that looks like any other, but says nothing of the API (RFC 9112 §9.3.1): undici's diagnostics tell which they are.

/** Requests that each socket carried. */
const carried = new WeakMap<object, number>();
/** Requests that went out on a connection that had carried one before, and have no answer yet. */
const onUsed = new WeakSet<object>();

/** Listens to the client. Idempotent: a process has one client. */
export function watchConnections(): void {
  if (watching) return;
  watching = true;
  subscribe("undici:client:sendHeaders", (message) => {
    const request = memberOf(message, "request");
    const socket = memberOf(message, "socket");
    if (request === undefined || socket === undefined) return;
    const before = carried.get(socket) ?? 0;
    carried.set(socket, before + 1);
    if (before > 0) onUsed.add(request);
  });
  subscribe("undici:request:headers", (message) => {
    const request = memberOf(message, "request");
    if (request !== undefined) onUsed.delete(request);
  });
  subscribe("undici:request:error", (message) => {
    const request = memberOf(message, "request");
    const error: unknown = ownValue(message, "error");
    if (request !== undefined && error instanceof Error && onUsed.has(request))
      markReused(error);
  });
}

let watching = false;

function memberOf(message: unknown, name: string): object | undefined {
  const member: unknown = ownValue(message, name);
  return isJsonObject(member) ? member : undefined;
}

// How much an API may send for one answer on the wire: interim answers, framing and trailers without an end give no byte
// of a body that would be counted. undici's diagnostics tell which connection carries a request.

/** Bytes beside those of a body, which may take as many again for its framing. */
const mostAround = 1024 * 1024;
const everyMs = 100;

let mostBody = 0;
const watched = new WeakMap<object, NodeJS.Timeout>();

/** @param maxBodyBytes of an answer or a file; the largest that was ever given counts for all connections */
export function limitWire(maxBodyBytes: number): void {
  const isFirst = mostBody === 0;
  mostBody = Math.max(mostBody, maxBodyBytes);
  if (!isFirst) return;
  subscribe("undici:client:sendHeaders", (message) => {
    const request: unknown = ownValue(message, "request");
    const socket: unknown = ownValue(message, "socket");
    if (isJsonObject(request) && socket instanceof Socket)
      watched.set(request, watch(socket));
  });
  for (const end of ["undici:request:trailers", "undici:request:error"])
    subscribe(end, (message) => {
      const request: unknown = ownValue(message, "request");
      if (isJsonObject(request)) clearInterval(watched.get(request));
    });
}

function watch(socket: Socket): NodeJS.Timeout {
  const before = socket.bytesRead;
  const timer = setInterval(() => {
    const isWithin = socket.bytesRead - before <= mostBody * 2 + mostAround;
    if (isWithin && !socket.destroyed) return;
    clearInterval(timer);
    socket.destroy(
      new MalformedAnswerError("it sends without an end, but no answer"),
    );
  }, everyMs);
  timer.unref();
  return timer;
}
