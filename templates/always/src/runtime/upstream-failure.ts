/** What a failure to reach the API means: whether the request was seen, and what to tell. */

import { CallError, ConfigurationError, UpstreamError } from "./errors.js";
import type { Outcome } from "./retry.js";

export interface UpstreamFailure {
  readonly kind: Exclude<Outcome["kind"], "answer">;
  /** One word for logs and progress messages. */
  readonly cause: string;
  readonly error: CallError;
}

interface Explanation {
  readonly kind: UpstreamFailure["kind"];
  readonly cause: string;
  /** What happened, after "host: ". */
  readonly message: string;
  readonly hint?: string;
}

const explanations: ReadonlyMap<string, Explanation> = new Map<
  string,
  Explanation
>([
  ["ENOTFOUND", dns("its name is not known")],
  ["EAI_AGAIN", dns("its name cannot be looked up at the moment")],
  ["ECONNREFUSED", connecting("the connection was refused")],
  ["EHOSTUNREACH", connecting("there is no way to it")],
  ["ENETUNREACH", connecting("there is no way to it")],
  ["EADDRNOTAVAIL", connecting("there is no way to it")],
  ["ETIMEDOUT", connecting("connecting took too long")],
  ["UND_ERR_CONNECT_TIMEOUT", connecting("connecting took too long")],
  [
    "EMFILE",
    {
      kind: "unsent",
      cause: "files",
      message: "this server has too many open files",
    },
  ],
  ["ECONNRESET", lost("the connection was reset")],
  ["EPIPE", lost("the connection was reset")],
  [
    "UND_ERR_SOCKET",
    lost("the connection was closed before the answer was complete"),
  ],
  ["UND_ERR_HEADERS_TIMEOUT", lost("no answer came")],
  ["UND_ERR_BODY_TIMEOUT", lost("the answer stopped")],
  [
    "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
    lost("the answer has not the length that it announced"),
  ],
  [
    "UND_ERR_HEADERS_OVERFLOW",
    malformed("the header of its answer is too large"),
  ],
]);

/**
 * Explains an error of the HTTP client.
 *
 * @param host host of the request, as its URL names it
 */
export function explain(error: unknown, host: string): UpstreamFailure {
  const code = codeOf(error);
  if (code === "EGRESS_REFUSED") {
    const refused = new ConfigurationError(
      `${host} has a private address, where requests to a public API must not go`,
      {
        hint: "If it is meant, set the base URL variable of the API to this server.",
        cause: error,
      },
    );
    return { kind: "final", cause: "refused", error: refused };
  }
  const explanation = explanations.get(code) ?? byFamily(code, error);
  const details =
    explanation.hint === undefined
      ? { cause: error }
      : { hint: explanation.hint, cause: error };
  return {
    kind: explanation.kind,
    cause: explanation.cause,
    error: new UpstreamError(`${host}: ${explanation.message}`, details),
  };
}

/** An answer that is no HTTP, or not what its own header says. Trying again would not help. */
export class MalformedAnswerError extends Error {
  readonly code = "MALFORMED_ANSWER";
}

function byFamily(code: string, error: unknown): Explanation {
  if (code === "MALFORMED_ANSWER" && error instanceof Error)
    return malformed(error.message);
  if (isTls(code)) {
    return {
      kind: "final",
      cause: "tls",
      message: `no secure connection could be made (${code})`,
      hint:
        code === "EPROTO" || code === "ERR_SSL_WRONG_VERSION_NUMBER"
          ? "Check whether the base URL should begin with http:// or name another port."
          : "If its certificate comes from an authority of your own, name that in NODE_EXTRA_CA_CERTS.",
    };
  }
  // The parser's errors have a name, but not always a code.
  if (error instanceof Error && error.name === "HTTPParserError") {
    return malformed("its answer is not valid HTTP");
  }
  if (code.startsWith("UND_ERR_INVALID_ARG")) {
    return {
      kind: "final",
      cause: "request",
      message: "the request cannot be written as HTTP",
    };
  }
  // Unknown: the API may have acted, so it counts as lost.
  return lost(
    code === "" ? "the connection failed" : `the connection failed (${code})`,
  );
}

/** OpenSSL's verification codes have no common prefix. */
function isTls(code: string): boolean {
  return (
    /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(
      code,
    ) ||
    [
      "EPROTO",
      "HOSTNAME_MISMATCH",
      "INVALID_CA",
      "INVALID_PURPOSE",
      "PATH_LENGTH_EXCEEDED",
    ].includes(code)
  );
}

/** The code of an error or of what caused it; several addresses that failed are one error with a list. */
function codeOf(error: unknown): string {
  for (
    let at = error, depth = 0;
    at instanceof Error && depth < 5;
    at = at.cause, depth += 1
  ) {
    if ("code" in at && typeof at.code === "string") return at.code;
    if (at instanceof AggregateError && at.errors.length > 0)
      return codeOf(at.errors[0]);
  }
  return "";
}

function dns(message: string): Explanation {
  return {
    kind: "unsent",
    cause: "dns",
    message,
    hint: "Check the base URL and this server's network.",
  };
}

function connecting(message: string): Explanation {
  const hint =
    "Check the base URL, and whether the API is up and can be reached from here.";
  return { kind: "unsent", cause: "connect", message, hint };
}

function lost(message: string): Explanation {
  const hint = "The call may have taken effect: read before you write again.";
  return { kind: "lost", cause: "lost", message, hint };
}

function malformed(message: string): Explanation {
  return { kind: "final", cause: "malformed", message };
}
