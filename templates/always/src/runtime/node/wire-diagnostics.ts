/**
 * Connections that an API closed while they were idle. Whoever sends the next request on one learns of it by an error
 * that looks like any other, but says nothing of the API (RFC 9112 §9.3.1): undici's diagnostics tell which they are.
 */
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { isJsonObject, ownValue } from "../data/json-place.js";
import {
  markReused,
  MalformedAnswerError,
} from "../upstream/upstream-failure.js";

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
