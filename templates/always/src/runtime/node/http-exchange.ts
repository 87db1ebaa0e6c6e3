/** Requests and answers of Node.js as the front door has them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type HttpAnswer,
  type HttpRequest,
  isNoAnswer,
} from "../http/message.js";

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
