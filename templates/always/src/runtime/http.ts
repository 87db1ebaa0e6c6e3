/** MCP over Streamable HTTP: `POST /mcp`, without sessions, for both protocol eras; and `GET /healthz`. */
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { toNodeHandler } from "@modelcontextprotocol/node";
import {
  type AuthInfo,
  createMcpHandler,
  isJsonContentType,
} from "@modelcontextprotocol/server";
import { ConfigurationError } from "./errors.js";
import { createGuard, type Guard, type Refusal } from "./http-guard.js";
import { ownValue } from "./json-place.js";
import type { Log } from "./log.js";
import type { TableServer } from "./mcp-server.js";
import type { Settings } from "./settings.js";

export interface HttpFront {
  /** Address of the MCP endpoint. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, finishes what runs, and resolves after ten seconds at the latest. */
  drain(): Promise<void>;
}

const maxBodyBytes = 4 * 1024 * 1024;
/** How long idle connections of clients stay open once the server drains: a request may be on its way. */
const idleGraceMs = 500;
const drainMs = 9_500;

/**
 * @param insecure whether an address beyond this machine may be bound without a token
 * @throws ConfigurationError when it may not
 */
export async function serveHttp(
  factory: () => TableServer,
  settings: Settings,
  insecure: boolean,
  log: Log,
): Promise<HttpFront> {
  refuseOpenServer(settings, insecure, log);
  const guard = createGuard(settings);
  const mcp = createMcpHandler(factory, {
    onerror: (error) => log.debug("protocol", { error: error.message }),
  });
  const serveMcp = toNodeHandler(mcp, {
    onerror: (error) => log.error("http", { error }),
  });
  const open = new Set<ServerResponse>();
  /** Streams of `subscriptions/listen`: they have no end of their own. */
  const subscriptions = new Set<ServerResponse>();
  let draining = false;

  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      open.add(response);
      response.on("close", () => {
        open.delete(response);
        subscriptions.delete(response);
      });
      if (draining) response.setHeader("Connection", "close");
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
    const refusal = guard.origin(request);
    if (refusal !== undefined) return refuseBy(response, refusal);
    allowPage(guard, request, response);
    switch ((request.url ?? "/").split("?", 1)[0]) {
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
    const refusal = guard.token(request);
    if (refusal !== undefined) return refuseBy(response, refusal);
    const callerId = guard.callerId(request);
    // The caller travels as the SDK's authentication info; the client's token does not.
    const auth: AuthInfo = {
      token: "",
      clientId: callerId,
      scopes: [...settings.scopes],
    };
    const authenticated = Object.assign(request, { auth });
    if (request.method !== "POST") return serveMcp(authenticated, response);
    if (!isJsonContentType(request.headers["content-type"]))
      return refuse(response, 415, "Send application/json");
    const text = await readBody(request);
    if (text === undefined) {
      discardRest(request);
      return refuse(response, 413, `The limit is ${maxBodyBytes} bytes`);
    }
    const message = parsed(text);
    if (message === undefined)
      return refuseRpc(response, -32700, "Parse error: this is no JSON");
    // The protocol has no batches since 2025-06-18, and one would pass a limit per request many times.
    if (Array.isArray(message))
      return refuseRpc(response, -32600, "Batches are not supported");
    if (ownValue(message, "method") === "subscriptions/listen")
      subscriptions.add(response);
    return serveMcp(authenticated, response, message);
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
      for (const response of open)
        if (!response.headersSent) response.setHeader("Connection", "close");
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

function refuseOpenServer(
  { host, authToken }: Settings,
  insecure: boolean,
  log: Log,
): void {
  const loopback =
    host === "localhost" || host === "::1" || /^127(?:\.\d+){3}$/.test(host);
  if (loopback || authToken !== undefined) return;
  if (!insecure)
    throw new ConfigurationError(
      `Refused to listen on ${host} without MCP_AUTH_TOKEN: whoever reaches it could use the API with this server's credentials`,
      {
        hint: "Set MCP_AUTH_TOKEN, keep to 127.0.0.1, or add --insecure where something in front checks who calls.",
      },
    );
  log.warn("listening without authentication", { host });
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

/** The body as text, or `undefined` once it is longer than the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"]) > maxBodyBytes)
    return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when it is too long: the client has to be able to read the answer.
  for await (const chunk of request.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Reads on without keeping anything: a client that is still sending when the connection closes never sees why. One
 * that sends much more than it may is cut off.
 */
function discardRest(request: IncomingMessage): void {
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > 16 * maxBodyBytes) request.destroy();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
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

/** A refusal before there is a message whose id could be answered (JSON-RPC 2.0 §5). */
function refuseRpc(
  response: ServerResponse,
  code: number,
  message: string,
): void {
  sendJson(response, 400, {
    jsonrpc: "2.0",
    id: null,
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
