/** What is told where no answer of the API can be had in time. */
import { LimitError, UpstreamError } from "../errors.js";
import { hintAfter } from "./upstream-failure.js";

export function timedOut(
  host: string,
  milliseconds: number,
  method: string,
  { idempotent }: { readonly idempotent: boolean },
  cause: unknown,
): UpstreamError {
  return new UpstreamError(
    `${host}: timed out after ${Math.round(milliseconds) / 1_000} s`,
    {
      hint: idempotent
        ? "Ask for less at once, or raise MCP_TIMEOUT_MS."
        : hintAfter("lost", { method, idempotent }),
      cause,
    },
  );
}

export function waitedTooLong(cause: unknown): LimitError {
  return new LimitError(
    "This server is overloaded: the call waited for its turn until its time was over",
    {
      hint: "Try again in a second, with fewer calls at the same time.",
      retryAfterMs: 1_000,
      cause,
    },
  );
}
