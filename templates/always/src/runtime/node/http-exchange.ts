/** Requests and answers of Node.js as the front door has them. */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationError } from "../errors.js";
import type { HttpHandler } from "../http/handler.js";
import {
  type HttpAnswer,
  type HttpRequest,
  isNoAnswer,
} from "../http/message.js";
import type { Log } from "../log.js";

/** Of a body that was not waited for, so much is read on; a client that sends more is cut off. */
const mostDiscardedBytes = 64 * 1024 * 1024;

/** @param response tells when the client is gone */
export function requestOf(
  incoming: IncomingMessage,
  response: ServerResponse,
): HttpRequest {
  const { method = "GET", url = "/" } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    for (const one of [value ?? []].flat()) headers.append(name, one);
  return {
    method,
    url: `http://${authorityOf(incoming)}${url}`,
    headers,
    // Who stops reading refuses, and the refusal needs the connection.
    body: incoming.iterator({ destroyOnReturn: false }),
    signal: {
      get aborted() {
        return response.destroyed && !response.writableFinished;
      },
      addEventListener: (_type, listener) =>
        void response.once("close", () => {
          if (!response.writableFinished) listener();
        }),
    },
  };
}

/** The `Host`, unless it would make another URL. */
function authorityOf({ headers: { host = "" } }: IncomingMessage): string {
  return /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i.test(host)
    ? host
    : "localhost";
}

/**
 * Writes an answer as fast as the client reads it, until it hangs up.
 *
 * @param isLast whether the connection ends with it
 */
export async function writeAnswer(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  isLast: boolean,
): Promise<void> {
  if (answer.release !== undefined)
    if (response.closed) answer.release();
    else response.once("close", answer.release);
  if (isNoAnswer(answer) || response.destroyed) {
    if (answer.body instanceof ReadableStream) await answer.body.cancel();
    response.destroy();
    return;
  }
  const { status, body } = answer;
  // Whether a connection is kept is for the host to say: a client that keeps one beyond the end loses its next request.
  const headers: Record<string, string> = { ...answer.headers };
  delete headers["connection"];
  const fields = isLast ? { ...headers, connection: "close" } : headers;
  if (body instanceof ReadableStream) {
    response.writeHead(status, fields);
    return writeStream(body, response);
  }
  const text = body ?? "";
  const length = { "content-length": Buffer.byteLength(text) };
  response.writeHead(
    status,
    status === 204 ? fields : { ...fields, ...length },
  );
  if (incoming.complete) response.end(text);
  else endAfterBody(incoming, response, text);
}

async function writeStream(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
): Promise<void> {
  try {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  } catch {
    // The call was called off.
    response.destroy();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}

/**
 * Answers at once, and ends the answer when the client has sent the rest of its request, which is kept nowhere: a
 * connection that closes under a client that is still sending tells it nothing (RFC 9112 §9.6).
 */
function endAfterBody(
  incoming: IncomingMessage,
  response: ServerResponse,
  text: string,
): void {
  response.write(text);
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > mostDiscardedBytes) incoming.destroy();
  });
  incoming.once("close", () => response.end());
  incoming.once("end", () => response.end());
}

/**
 * Lets a server listen, and gives the port that it has.
 *
 * @param host absent: every address of this machine
 * @param hint what to do where it cannot
 * @throws ConfigurationError
 */
export async function listening(
  server: Server,
  host: string | undefined,
  port: number,
  hint: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new ConfigurationError(
          `Cannot listen on ${host ?? "port"}${host === undefined ? " " : ":"}${port} (${cause.code ?? cause.message})`,
          { hint, cause },
        ),
      ),
    );
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
  return (server.address() as AddressInfo).port;
}

// Probes on a port of their own, of every address: who probes need not reach, nor be let in at, the port of MCP.

/**
 * @returns ends it
 * @throws ConfigurationError where the port cannot be had
 */
export async function serveProbes(
  handler: Pick<HttpHandler, "probe">,
  port: number,
  log: Log,
): Promise<() => void> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 8 * 1024 },
    (incoming, response) => {
      const request = requestOf(incoming, response);
      handler
        .probe(request)
        .then((answer) => writeAnswer(incoming, response, answer, true))
        .catch(() => response.destroy());
    },
  );
  server.maxConnections = 100;
  const hint = "Choose another port with MCP_PROBE_PORT.";
  log.info("probes", { port: await listening(server, undefined, port, hint) });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
