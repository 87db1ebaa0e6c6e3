/** What a client may know of a fault, and what only the log may. */
import { defined } from "../data/defined.js";
import { CallError, SignInError } from "../errors.js";
import type { Log } from "../log.js";
import type { CallResult } from "../response/result.js";
import { scrub } from "../secret.js";
import { faultKey, signInKey } from "./call.js";

/** What went wrong, what to do, and when to try again, as a failed result. */
export function faultResult(
  fault: unknown,
  log: Log,
  signal: AbortSignal,
): CallResult {
  return failed(fault, signal.aborted ? "Cancelled" : explain(fault, log));
}

/** The same of a fault that a caller may know all of. */
export function refusalResult(fault: CallError): CallResult {
  return failed(fault, textOf(fault));
}

function failed(fault: unknown, text: string): CallResult {
  const kind = fault instanceof CallError ? fault.name : "InternalError";
  const retryAfterMs =
    fault instanceof CallError ? fault.retryAfterMs : undefined;
  return {
    content: [{ type: "text", text }],
    isError: true,
    _meta: {
      [faultKey]: kind,
      ...(fault instanceof SignInError
        ? { [signInKey]: { ...fault.signIn, message: fault.message } }
        : {}),
      ...defined({ "openapi-to-mcp/retryAfterMs": retryAfterMs }),
    },
  };
}

/** Faults that are this server's own show an id only; the log has the rest under it. */
export function explain(fault: unknown, log: Log): string {
  if (!(fault instanceof CallError)) {
    const id = crypto.randomUUID().slice(0, 8);
    log.error("internal error", { id, error: fault });
    return `Internal error ${id}. The server's log has the details under this id.`;
  }
  return textOf(fault);
}

function textOf({ message, hint, retryAfterMs }: CallError): string {
  const wait =
    retryAfterMs === undefined
      ? undefined
      : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  return scrub(
    [message, hint, wait].filter((line) => line !== undefined).join("\n"),
  );
}
