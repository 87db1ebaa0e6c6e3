/**
 * How many requests that call the API the HTTP server takes in. The rest is refused before it costs anything, and what
 * is taken in begins a few at a time, so that refusals and health checks are answered in between.
 */
import type { ServerResponse } from "node:http";

const callingMethods: ReadonlySet<unknown> = new Set([
  "tools/call",
  "resources/read",
  "completion/complete",
]);
/** Requests that begin in one turn of the event loop. */
const mostAtOnce = 4;

export class CallDoor {
  readonly #most: number;
  #inside = 0;
  readonly #arrived: (() => void)[] = [];

  /** @param most requests that call the API, running and waiting */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a request may begin, once it may; `false` at once where too many are inside. Other methods always may. */
  async enter(method: unknown, response: ServerResponse): Promise<boolean> {
    if (!callingMethods.has(method) || response.destroyed) return true;
    if (this.#inside >= this.#most) return false;
    this.#inside += 1;
    response.once("close", () => (this.#inside -= 1));
    await new Promise<void>((resolve) => {
      if (this.#arrived.push(resolve) === 1) setImmediate(this.#begin);
    });
    return true;
  }

  readonly #begin = (): void => {
    for (const begin of this.#arrived.splice(0, mostAtOnce)) begin();
    if (this.#arrived.length > 0) setImmediate(this.#begin);
  };
}
