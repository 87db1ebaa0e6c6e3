/** One POST through the SDK's handler: its body, which is read already, is neither printed nor parsed again. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Hands a request to the SDK, and its answer to the client. A client that hangs up cancels the call.
 *
 * @param handle gets the request without its body
 * @throws whatever `handle` throws
 */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const gone = new AbortController();
  const hangUp = (): void => gone.abort();
  response.once("close", hangUp);
  if (response.destroyed) hangUp();
  const answer = await handle(webRequest(request, gone.signal));
  const type = answer.headers.get("content-type") ?? "";
  if (answer.body === null || type.startsWith("application/json")) {
    const text = answer.body === null ? "" : await answer.text();
    response.off("close", hangUp);
    const body = Buffer.from(text);
    response
      .writeHead(answer.status, {
        ...Object.fromEntries(answer.headers),
        "content-length": body.byteLength,
      })
      .end(body);
    return;
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  await stream(answer.body, response, gone.signal);
  response.off("close", hangUp);
  response.end();
}

/** Writes as fast as the client reads, until it hangs up. */
async function stream(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  try {
    for await (const chunk of body) {
      if (gone.aborted) return;
      if (!response.write(chunk))
        await once(response, "drain", { signal: gone });
    }
  } catch {
    // The client is gone, or the SDK has ended the stream: there is nobody to tell.
  }
}

/**
 * What the SDK reads of a request whose body is parsed: a `Request` of its own would cost as much as the call, mostly
 * for a body and a signal that are there already.
 */
function webRequest(
  { method = "POST", url = "/", headers }: IncomingMessage,
  signal: AbortSignal,
): Request {
  const fields = new Headers();
  for (const [name, value] of Object.entries(headers))
    for (const one of [value ?? []].flat()) fields.append(name, one);
  const target = `http://${headers.host ?? "localhost"}${url}`;
  return {
    method,
    url: target,
    headers: fields,
    signal,
    body: null,
  } as unknown as Request;
}
