/** Reading the body of a request to the HTTP server, and refusing one that is too long. */
import type { IncomingMessage, ServerResponse } from "node:http";

export const maxBodyBytes = 4 * 1024 * 1024;
/** Of a body that is refused, so much is read on; a client that sends more is cut off. */
const mostDiscardedBytes = 16 * maxBodyBytes;

/** The body, or `undefined` once it is longer than the limit, or says that it will be. */
export async function readBody(
  request: IncomingMessage,
): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"]) > maxBodyBytes)
    return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Answers with 413 at once, and ends the answer when the client has sent the rest, which is kept nowhere: a connection
 * that closes under a client that is still sending tells it nothing (RFC 9112 §9.6).
 */
export function refuseTooLong(
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const body = JSON.stringify({ error: `The limit is ${maxBodyBytes} bytes` });
  response
    .writeHead(413, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    })
    .write(body);
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > mostDiscardedBytes) request.destroy();
  });
  request.once("close", () => response.end());
  request.once("end", () => response.end());
}
