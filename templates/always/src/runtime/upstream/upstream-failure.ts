/** What a failure to reach the API means: whether the request was seen, and what to tell. */
import { defined } from "../data/defined.js";
import { CallError, ConfigurationError, UpstreamError } from "../errors.js";
import { safeMethods } from "./http-message.js";
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

/** The request that failed. */
export interface FailedRequest {
  /** Host of the request, as its URL names it. */
  readonly host: string;
  readonly method: string;
  /** Whether sending it again has no further effect (RFC 9110 §9.2.2). */
  readonly idempotent: boolean;
  /** Variable that says which server the request goes to; absent where the owner cannot choose it. */
  readonly variable?: string;
}

/** Explains an error of the HTTP client. */
export function explain(
  error: unknown,
  request: FailedRequest,
): UpstreamFailure {
  const code = codeOf(error);
  if (code === "PRIVATE_ADDRESS") return refused(error, request);
  const proxy = proxyFaultOf(error);
  const explanation =
    (proxy === undefined ? undefined : ofProxy(proxy)) ??
    (isInterim(error)
      ? malformed("it sent an interim answer that nobody asked for")
      : undefined) ??
    explanations.get(code) ??
    byFamily(code, error);
  const stale = explanation.kind === "lost" && failedOnReuse(error);
  const hint = explanation.hint ?? hintAfter(explanation.kind, request);
  const message = stale
    ? "the connection that was kept open had been closed"
    : explanation.message;
  return {
    kind: stale ? "stale" : explanation.kind,
    cause: stale ? "stale" : explanation.cause,
    error: new UpstreamError(`${request.host}: ${message}`, {
      ...defined({ hint }),
      cause: error,
    }),
  };
}

/** The client takes no 100 that it did not ask for, and has no code for it. */
function isInterim(error: unknown): boolean {
  return error instanceof Error && error.message === "bad response";
}

function refused(
  error: unknown,
  { host, variable }: FailedRequest,
): UpstreamFailure {
  const fault = new ConfigurationError(
    `${host} has a private address, where requests to a public API must not go`,
    {
      hint:
        variable === undefined
          ? "If it is meant, set the base URL of the API to a server on that host."
          : `If it is meant, set ${variable} to the URL of this server.`,
      cause: error,
    },
  );
  return { kind: "final", cause: "refused", error: fault };
}

/** What a request may have done of which no answer is known. */
export function hintAfter(
  kind: UpstreamFailure["kind"],
  { method, idempotent }: Pick<FailedRequest, "method" | "idempotent">,
): string | undefined {
  if (kind !== "lost" && kind !== "stale") return undefined;
  if (safeMethods.has(method)) return "It only reads: try again.";
  return idempotent
    ? "The call may have taken effect; sending it again has no further one."
    : "The call may have taken effect: read before you write again.";
}

function ofProxy({ host, status }: ProxyFault): Explanation {
  if (status === undefined)
    return {
      kind: "unsent",
      cause: "proxy",
      message: `the proxy ${host ?? ""} cannot be reached`,
      hint: "Check HTTPS_PROXY and HTTP_PROXY of this server: the API was not asked.",
    };
  return {
    kind: status >= 500 ? "unsent" : "final",
    cause: "proxy",
    message: `the proxy refused to connect (status ${status})`,
    hint:
      status === 407
        ? "It asks for credentials: put them into the URL of HTTPS_PROXY."
        : "Ask whoever runs the proxy whether this server may reach the API through it.",
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
  // Of a status that does not exist the client only says that it did not expect it.
  if (
    (error instanceof Error && error.name === "HTTPParserError") ||
    code.startsWith("HPE_") ||
    code === "ERR_ASSERTION"
  ) {
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

/** What to do depends on the request: see `hintAfter`. */
function lost(message: string): Explanation {
  return { kind: "lost", cause: "lost", message };
}

function malformed(message: string): Explanation {
  return { kind: "final", cause: "malformed", message };
}

/** Faults on the way to a proxy, as distinct from those of the API behind it. */

const hosts = new WeakMap<Error, string>();

/** @param host name or address of the proxy, with its port */
export function markProxyFault(error: Error, host: string): void {
  hosts.set(error, host);
}

/** The proxy that could not be reached, or that refused to connect; `undefined` where none is at fault. */
export function proxyFaultOf(error: unknown): ProxyFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const host = hosts.get(error);
  if (host !== undefined) return { host };
  // undici has no other word for what a proxy answered.
  const status = /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
  return status === undefined ? undefined : { status: Number(status) };
}

export interface ProxyFault {
  readonly host?: string;
  /** Answer of the proxy to CONNECT. */
  readonly status?: number;
}

/** Failures on connections that were kept from an earlier request: the host marks them, since only it knows. */

const errors = new WeakSet<Error>();

/** Says that a request failed on such a connection, before a byte of the answer came. */
export function markReused(error: Error): void {
  errors.add(error);
}

/** Whether it did (RFC 9112 §9.3.1): then the failure says nothing of the API. */
export function failedOnReuse(error: unknown): boolean {
  return error instanceof Error && errors.has(error);
}
