/**
 * Messages of MCP over HTTP, once they are let in and read. A call of a tool goes to the server by a transport of ours, in
 * either era; all else, and whatever may have to be refused, by the SDK's handler, whose web requests and web streams
 * cost more than the call itself.
 */
import {
  type AuthInfo,
  classifyInboundRequest,
  createMcpHandler,
  type InboundClassificationOutcome,
  type JSONRPCMessage,
  PerRequestHTTPServerTransport,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/server";
import type { Caller } from "../access.js";
import type { Present } from "../access/caller-credentials.js";
import { defined } from "../data/defined.js";
import { traceHeaders } from "../call/trace-context.js";
import { ownValue } from "../data/json-place.js";
import type { Log } from "../log.js";
import type { LackedScopes, TableServer } from "../mcp/mcp-server.js";
import { type HttpAnswer, type HttpRequest, noAnswer } from "./message.js";
import type { Presence } from "./cancellation.js";

export {
  type AuthInfo,
  isJsonContentType,
  type JSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/server";

/** Makes the server of one request, that names its revision of MCP where the SDK does not see it. */
export interface TableServerFactory {
  (protocolVersion?: string): TableServer;
  /** Scopes of what a message asks for, where its caller lacks one. Default: calls say it themselves. */
  readonly lacked?: LackedScopes;
}

export interface McpExchange {
  /** Answers a message. */
  serve(
    request: HttpRequest,
    message: JSONRPCMessage,
    caller: Caller,
    presence: Presence,
  ): Promise<HttpAnswer>;
  /** Whether a message is one of a revision before 2026-07-28, as the SDK tells them apart. */
  isOfOldRevision(request: HttpRequest, message: JSONRPCMessage): boolean;
  close(): Promise<void>;
}

/**
 * @param present takes what credentials of the API may be made of; absent: nothing is
 * @param maxSubscriptions streams of `subscriptions/listen` at the same time; default: the SDK's
 */
export function createMcpExchange(
  factory: TableServerFactory,
  log: Log,
  present?: Present,
  maxSubscriptions?: number,
): McpExchange {
  const mcp = createMcpHandler(() => factory(), {
    onerror: (error) => log.debug("protocol", { error: error.message }),
    ...defined({ maxSubscriptions }),
  });
  return {
    async serve(request, message, caller, presence) {
      if (presence.isOver) return noAnswer;
      const authInfo = await authInfoOf(request, caller, present);
      const route = classified(request, message);
      if (isPlainCall(request, message, route)) {
        const transport = new CallTransport(route, presence);
        await factory(versionOf(request)).connect(transport);
        return transport.answer(message, authInfo);
      }
      const gone = new AbortController();
      presence.onEnd(() => gone.abort());
      const response = await mcp.fetch(webRequest(request, gone.signal), {
        authInfo,
        parsedBody: message,
      });
      return presence.isOver ? noAnswer : answerOf(response);
    },
    isOfOldRevision: (request, message) =>
      classified(request, message).kind === "legacy",
    close: () => mcp.close(),
  };
}

/** The caller travels as the SDK's authentication info; the client's token does not. */
export async function authInfoOf(
  { headers }: HttpRequest,
  caller: Caller,
  present: Present | undefined,
): Promise<AuthInfo> {
  return {
    token: "",
    clientId: caller.id,
    scopes: [...(caller.scopes ?? [])],
    extra: {
      caller,
      ...defined({
        presented: await present?.(headers, caller),
        trace: traceHeaders(headers),
      }),
    },
  };
}

function classified(
  { headers }: HttpRequest,
  body: JSONRPCMessage,
): InboundClassificationOutcome {
  const header = (name: string) => headers.get(name) ?? undefined;
  return classifyInboundRequest({
    httpMethod: "POST",
    protocolVersionHeader: header("mcp-protocol-version"),
    mcpMethodHeader: header("mcp-method"),
    mcpNameHeader: header("mcp-name"),
    body,
  });
}

/** Whether a message is a call of a tool that the SDK's handler would let in, as far as can be told at a glance. */
function isPlainCall(
  request: HttpRequest,
  message: JSONRPCMessage,
  route: InboundClassificationOutcome,
): boolean {
  if (ownValue(message, "method") !== "tools/call") return false;
  if (ownValue(message, "id") === undefined) return false;
  const { headers } = request;
  const version = versionOf(request);
  if (route.kind === "modern") {
    const name = ownValue(ownValue(message, "params"), "name");
    return (
      version === modernVersion &&
      route.classification.revision === modernVersion &&
      headers.get("mcp-method") === "tools/call" &&
      headers.get("mcp-name") === name &&
      // Else it may be an encoded one.
      /^\w/.test(String(name))
    );
  }
  const accept = headers.get("accept") ?? "";
  return (
    route.kind === "legacy" &&
    accept.includes("application/json") &&
    accept.includes("text/event-stream") &&
    (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(version))
  );
}

/** The only revision of the new era. */
const modernVersion = "2026-07-28";

function versionOf({ headers }: HttpRequest): string | undefined {
  return headers.get("mcp-protocol-version") ?? undefined;
}

/**
 * What the SDK reads of a request whose body is parsed: a `Request` of its own would cost as much as the call, mostly
 * for a body and a signal that are there already.
 */
function webRequest(
  { method, url, headers }: HttpRequest,
  signal: AbortSignal,
): Request {
  return { method, url, headers, signal, body: null } as unknown as Request;
}

async function answerOf(response: Response): Promise<HttpAnswer> {
  const { status, headers, body } = response;
  const type = headers.get("content-type") ?? "";
  return {
    status,
    headers: Object.fromEntries(headers),
    body: type.startsWith("application/json") ? await response.text() : body,
  };
}

/** Milliseconds between two signs of life while a call runs: what is in between closes connections that are silent. */
const aliveMs = 15_000;

/**
 * One call and its answer: a message, or a stream of them once there is more to say. Of the SDK's own transport it has the
 * place alone: by its class a server knows that it serves the new era.
 */
export class CallTransport extends PerRequestHTTPServerTransport {
  readonly #route: InboundClassificationOutcome;
  readonly #answer: Promise<HttpAnswer>;
  #resolve: (answer: HttpAnswer) => void = () => undefined;
  readonly #alive: ReturnType<typeof setInterval>;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isOver = false;

  constructor(route: InboundClassificationOutcome, presence: Presence) {
    super({
      classification:
        route.kind === "modern" ? route.classification : { era: "legacy" },
    });
    this.#route = route;
    this.#answer = new Promise((resolve) => (this.#resolve = resolve));
    this.#alive = setInterval(() => this.#write(": keepalive"), aliveMs);
    // A client that hangs up cancels its call.
    presence.onEnd(() => void this.close());
  }

  /** Hands the call to the server that is connected, and gives what it answers, or the head of that. */
  answer(message: JSONRPCMessage, authInfo: AuthInfo): Promise<HttpAnswer> {
    const { onmessage } = this;
    if (this.#route.kind === "modern")
      onmessage?.(message, {
        authInfo,
        classification: this.#route.classification,
      });
    else onmessage?.(message, { authInfo });
    if (this.#route.kind === "legacy" && asksForProgress(message)) this.#open();
    return this.#answer;
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if (this.#isOver) return;
    const isLast = ownValue(message, "method") === undefined;
    const text = JSON.stringify(message);
    if (isLast && this.#stream === undefined)
      this.#resolve({
        status: 200,
        headers: { "content-type": "application/json" },
        body: text,
      });
    else this.#write(`event: message\ndata: ${text}`);
    if (!isLast) return;
    this.#end();
    this.#stream?.close();
  }

  /** Leaves the call without an answer, and cancels it. */
  override async close(): Promise<void> {
    if (this.#isOver) return;
    this.#end();
    this.#resolve(noAnswer);
    this.#stream?.error(new Error("The call was called off"));
    this.onclose?.();
  }

  #end(): void {
    this.#isOver = true;
    clearInterval(this.#alive);
  }

  /** An event, and before the first one the head of a stream of them. */
  #write(event: string): void {
    this.#open().enqueue(encoder.encode(`${event}\n\n`));
  }

  #open(): ReadableStreamDefaultController<Uint8Array> {
    if (this.#stream !== undefined) return this.#stream;
    let opened: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (opened = controller),
      cancel: () => this.close(),
    });
    if (opened === undefined) throw new Error("A stream begins at once");
    this.#stream = opened;
    this.#resolve({
      status: 200,
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
      body,
    });
    return opened;
  }
}

const encoder = new TextEncoder();

function asksForProgress(message: JSONRPCMessage): boolean {
  const meta = ownValue(ownValue(message, "params"), "_meta");
  return ownValue(meta, "progressToken") !== undefined;
}
