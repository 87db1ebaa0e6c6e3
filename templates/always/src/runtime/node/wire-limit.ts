/**
 * How much an API may send for one answer on the wire: interim answers, framing and trailers without an end give no byte
 * of a body that would be counted. undici's diagnostics tell which connection carries a request.
 */
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { isJsonObject, ownValue } from "../data/json-place.js";
import { MalformedAnswerError } from "../upstream/upstream-failure.js";

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
