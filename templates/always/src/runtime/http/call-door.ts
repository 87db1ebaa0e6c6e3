/**
 * How many requests that call the API the HTTP server takes in. The rest is refused before it costs anything, and what
 * is taken in begins a few at a time, so that refusals and health checks are answered in between.
 */
import { overloadedReply } from "../mcp/overloaded.js";
import { type HttpAnswer, jsonAnswer } from "./message.js";

const callingMethods: ReadonlySet<unknown> = new Set([
  "tools/call",
  "resources/read",
  "completion/complete",
]);
/** Requests that begin in one turn of the event loop. */
const mostAtOnce = 4;

/** Runs something in a later turn of the event loop, after what has come in meanwhile. */
export type NextTurn = (run: () => void) => void;

export class CallDoor {
  readonly #most: number;
  readonly #nextTurn: NextTurn;
  #inside = 0;
  readonly #arrived: (() => void)[] = [];

  /** @param most requests that call the API, running and waiting */
  constructor(most: number, nextTurn: NextTurn) {
    this.#most = most;
    this.#nextTurn = nextTurn;
  }

  /**
   * Lets a request in, once it may begin; methods that do not call the API always may.
   *
   * @returns to be called when it has its answer; `undefined` at once where too many are inside
   */
  async enter(method: unknown): Promise<(() => void) | undefined> {
    if (!callingMethods.has(method)) return () => undefined;
    if (this.#inside >= this.#most) return undefined;
    this.#inside += 1;
    await new Promise<void>((resolve) => {
      if (this.#arrived.push(resolve) === 1) this.#nextTurn(this.#begin);
    });
    return () => (this.#inside -= 1);
  }

  readonly #begin = (): void => {
    for (const begin of this.#arrived.splice(0, mostAtOnce)) begin();
    if (this.#arrived.length > 0) this.#nextTurn(this.#begin);
  };
}

/**
 * The answer to a request that was not let in, and when to come back: the result of a tool, or a status (RFC 9110
 * §15.6.4, §10.2.3).
 *
 * @param isOld whether the request is of a revision of MCP before 2026-07-28
 */
export function overloadedAnswer(message: object, isOld: boolean): HttpAnswer {
  const { answer, isResult, retryAfter } = overloadedReply(message, isOld);
  return jsonAnswer(isResult ? 200 : 503, answer, {
    "retry-after": String(retryAfter),
  });
}
