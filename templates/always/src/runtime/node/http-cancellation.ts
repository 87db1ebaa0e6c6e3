/**
 * Cancelling over HTTP by message, as clients before 2026-07-28 do (MCP 2025-11-25, cancellation): a POST of its own that
 * names the id of a request. Without sessions an id alone says nothing, since every client counts from one. It is taken
 * at its word where a token says whose it is and just one request of that caller has that id; else it is passed over,
 * and hanging up remains.
 */
import type { ServerResponse } from "node:http";
import { ownValue } from "../data/json-place.js";

export class HttpCancellation {
  readonly #running = new Map<string, Set<ServerResponse>>();

  /** Notes what a caller's message asks for or calls off. */
  note(callerId: string, message: unknown, response: ServerResponse): void {
    const method = ownValue(message, "method");
    const id = ownValue(message, "id");
    if (method === "notifications/cancelled") {
      const cancelled = ownValue(ownValue(message, "params"), "requestId");
      this.#cancel(keyOf(callerId, cancelled));
    } else if (typeof method === "string" && id !== undefined) {
      this.#begin(keyOf(callerId, id), response);
    }
  }

  #begin(key: string, response: ServerResponse): void {
    const responses = this.#running.get(key) ?? new Set();
    responses.add(response);
    this.#running.set(key, responses);
    response.once("close", () => {
      responses.delete(response);
      if (responses.size === 0) this.#running.delete(key);
    });
  }

  /** A cancelled request is not answered: for what runs it is as if the client had hung up. */
  #cancel(key: string): void {
    const [only, ...more] = this.#running.get(key) ?? [];
    if (more.length === 0) only?.destroy();
  }
}

/** Ids 1 and "1" are two. */
function keyOf(callerId: string, id: unknown): string {
  return JSON.stringify([callerId, id]);
}
