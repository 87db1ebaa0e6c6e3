/**
 * Cancelling over HTTP by message, as clients before 2026-07-28 do (MCP 2025-11-25, cancellation): a POST of its own that
 * names the id of a request. Without sessions an id alone says nothing, since every client counts from one. It is taken
 * at its word where a token says whose it is and just one request of that caller has that id; else it is passed over,
 * and hanging up remains.
 */
import { ownValue } from "../data/json-place.js";

export class HttpCancellation {
  readonly #running = new Map<string, Set<Presence>>();

  /**
   * Notes what a caller's message asks for or calls off.
   *
   * @returns to be called when the request has its answer
   */
  note(callerId: string, message: unknown, presence: Presence): () => void {
    const method = ownValue(message, "method");
    const id = ownValue(message, "id");
    if (method === "notifications/cancelled") {
      const cancelled = ownValue(ownValue(message, "params"), "requestId");
      this.#cancel(keyOf(callerId, cancelled));
    } else if (typeof method === "string" && id !== undefined) {
      return this.#begin(keyOf(callerId, id), presence);
    }
    return () => undefined;
  }

  #begin(key: string, presence: Presence): () => void {
    const running = this.#running.get(key) ?? new Set();
    running.add(presence);
    this.#running.set(key, running);
    return () => {
      running.delete(presence);
      if (running.size === 0) this.#running.delete(key);
    };
  }

  /** A cancelled request is not answered: for what runs it is as if the client had hung up. */
  #cancel(key: string): void {
    const [only, ...more] = this.#running.get(key) ?? [];
    if (more.length === 0) only?.end();
  }
}

/** Ids 1 and "1" are two. */
function keyOf(callerId: string, id: unknown): string {
  return JSON.stringify([callerId, id]);
}

/** Whether anybody waits for the answer to a request: its client may hang up, or call it off by a message. */
export class Presence {
  #isOver = false;
  readonly #listeners: (() => void)[] = [];

  /** Whether nobody waits any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls a listener when nobody waits any more, at once where that is so already. */
  onEnd(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#listeners.push(listener);
  }

  readonly end = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const listener of this.#listeners.splice(0)) listener();
  };
}
