/**
 * Connections that an API closed while they were idle. Whoever sends the next request on one learns of it by an error
 * that looks like any other, but says nothing of the API (RFC 9112 §9.3.1): undici's diagnostics tell which they are.
 */
import { subscribe } from "node:diagnostics_channel";
import { isJsonObject, ownValue } from "../data/json-place.js";
import { markReused } from "../upstream/reused-connection.js";

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
