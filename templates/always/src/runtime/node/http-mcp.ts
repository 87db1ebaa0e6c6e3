/**
 * MCP requests over HTTP, once they are let in and read: by the SDK's handler, or, where a call of a revision before
 * 2026-07-28 has one message for its answer, without the web request, web response and web streams that the SDK's way
 * takes and that cost more than the call itself.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import {
  type AuthInfo,
  classifyInboundRequest,
  createMcpHandler,
  type JSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
  type Transport,
} from "@modelcontextprotocol/server";
import type { Caller } from "../access.js";
import { ownValue } from "../data/json-place.js";
import { exchange } from "./http-exchange.js";
import type { Log } from "../log.js";
import type { TableServer } from "../mcp/mcp-server.js";

export { isJsonContentType } from "@modelcontextprotocol/server";

/** Makes the server of one request, that names its revision of MCP where the SDK does not see it. */
export type TableServerFactory = (protocolVersion?: string) => TableServer;

export interface HttpMcp {
  /** Answers a request, whose body is read already if it has a message. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    message?: JSONRPCMessage,
  ): Promise<void>;
  /** Whether a message is one of a revision before 2026-07-28, as the SDK tells them apart. */
  isOfOldRevision(request: IncomingMessage, message: JSONRPCMessage): boolean;
  close(): Promise<void>;
}

/** Milliseconds between two signs of life while a call runs: what is in between closes connections that are silent. */
const aliveMs = 15_000;

export function createHttpMcp(factory: TableServerFactory, log: Log): HttpMcp {
  const mcp = createMcpHandler(() => factory(), {
    onerror: (error) => log.debug("protocol", { error: error.message }),
  });
  const serveAny = toNodeHandler(mcp, {
    onerror: (error) => log.error("http", { error }),
  });
  return {
    async serve(request, response, caller, message) {
      // The caller travels as the SDK's authentication info; the client's token does not.
      const authInfo: AuthInfo = {
        token: "",
        clientId: caller.id,
        scopes: [...(caller.scopes ?? [])],
        extra: { caller },
      };
      if (message === undefined)
        return serveAny(Object.assign(request, { auth: authInfo }), response);
      if (!isPlainCall(request, message) || !isOfOldRevision(request, message))
        return exchange(request, response, (web) =>
          mcp.fetch(web, { authInfo, parsedBody: message }),
        );
      if (response.destroyed) return;
      const transport = new PlainTransport(response);
      const server = factory(headerOf(request, "mcp-protocol-version"));
      await server.connect(transport);
      transport.onmessage?.(message, { authInfo });
    },
    isOfOldRevision,
    close: () => mcp.close(),
  };
}

function isOfOldRevision(
  request: IncomingMessage,
  message: JSONRPCMessage,
): boolean {
  const { kind } = classifyInboundRequest({
    httpMethod: "POST",
    protocolVersionHeader: headerOf(request, "mcp-protocol-version"),
    mcpMethodHeader: headerOf(request, "mcp-method"),
    mcpNameHeader: headerOf(request, "mcp-name"),
    body: message,
  });
  return kind === "legacy";
}

/** Whether a call has just one message for its answer, and is as the SDK's transport would have it. */
function isPlainCall(
  request: IncomingMessage,
  message: JSONRPCMessage,
): boolean {
  const { accept = "" } = request.headers;
  const version = headerOf(request, "mcp-protocol-version");
  const meta = ownValue(ownValue(message, "params"), "_meta");
  return (
    ownValue(message, "method") === "tools/call" &&
    ownValue(message, "id") !== undefined &&
    ownValue(meta, "progressToken") === undefined &&
    accept.includes("application/json") &&
    accept.includes("text/event-stream") &&
    (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(version))
  );
}

function headerOf({ headers }: IncomingMessage, name: string) {
  return headers[name]?.toString();
}

/** One request and its answer: a message, or a stream of them once there is more to say. */
class PlainTransport implements Transport {
  onclose?: NonNullable<Transport["onclose"]>;
  onerror?: NonNullable<Transport["onerror"]>;
  onmessage?: NonNullable<Transport["onmessage"]>;
  readonly #response: ServerResponse;
  readonly #alive: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#alive = setInterval(
      () => this.#write(": keepalive"),
      aliveMs,
    ).unref();
    response.once("close", () => {
      clearInterval(this.#alive);
      // A client that hangs up cancels its call.
      if (!response.writableFinished) this.onclose?.();
    });
  }

  async start(): Promise<void> {}

  async close(): Promise<void> {
    this.#response.destroy();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const response = this.#response;
    const isLast = ownValue(message, "method") === undefined;
    const text = JSON.stringify(message);
    if (!isLast || response.headersSent)
      this.#write(`event: message\ndata: ${text}`);
    else
      response
        .writeHead(200, {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(text),
        })
        .end(text);
    if (isLast) response.end();
  }

  /** An event, and before the first one the head of a stream of them. */
  #write(event: string): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent)
      response.writeHead(200, {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache, no-transform",
        "X-Accel-Buffering": "no",
      });
    response.write(`${event}\n\n`);
  }
}
