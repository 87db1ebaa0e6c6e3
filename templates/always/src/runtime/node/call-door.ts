/**
 * How many requests that call the API the HTTP server takes in. The rest is refused before it costs anything, and what
 * is taken in begins a few at a time, so that refusals and health checks are answered in between.
 */
import type { ServerResponse } from "node:http";
import { refusalResult } from "../call/fault.js";
import { ownValue } from "../data/json-place.js";
import { overloaded } from "../upstream/gate.js";

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

/**
 * The answer to a request that was not let in, and when to come back. Models read the results of tools: to them it is
 * one, as it is for what is refused later; to all others it is a status (RFC 9110 §15.6.4, §10.2.3).
 *
 * @param isOld whether the request is of a revision of MCP before 2026-07-28
 */
export function refusedAnswer(message: object, isOld: boolean) {
  const refusal = overloaded(0);
  const retryAfter = Math.ceil((refusal.retryAfterMs ?? 0) / 1_000);
  const answer = { jsonrpc: "2.0", id: ownValue(message, "id") };
  if (ownValue(message, "method") !== "tools/call")
    return {
      status: 503,
      retryAfter,
      body: {
        ...answer,
        error: {
          code: overloadedCode,
          message: `${refusal.message}: try again in ${retryAfter} s, with fewer calls at the same time`,
        },
      },
    };
  const result = refusalResult(refusal);
  return {
    status: 200,
    retryAfter,
    body: {
      ...answer,
      result: isOld ? result : { ...result, resultType: "complete" },
    },
  };
}

/** Of the range that JSON-RPC leaves to servers (§5.1). */
const overloadedCode = -32000;
