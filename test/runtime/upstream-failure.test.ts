/** What each failure to reach the API means, whether the request may be sent again, and what is told. */
import { describe, expect, it } from "vitest";
import {
  explain,
  type FailedRequest,
  hintAfter,
  MalformedAnswerError,
  markProxyFault,
  markReused,
} from "../../templates/always/src/runtime/upstream/upstream-failure.ts";
import { ConfigurationError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";

const coded = (code: unknown, message = "canary"): Error => Object.assign(new Error(message), { code });
const write: FailedRequest = { host: "api.example", method: "POST", idempotent: false, variable: "PETS_BASE_URL" };

/** kind, cause, message and hint. */
function told(error: unknown, request = write): readonly (string | undefined)[] {
  const { kind, cause, error: fault } = explain(error, request);
  expect(fault.cause).toBe(error);
  expect(`${fault.message} ${fault.hint}`).not.toContain("canary");
  return [kind, cause, fault.message, fault.hint];
}

const dns = "Check the base URL and this server's network.";
const reach = "Check the base URL, and whether the API is up and can be reached from here.";
const read = "The call may have taken effect: read before you write again.";
const authority = "If its certificate comes from an authority of your own, name that in NODE_EXTRA_CA_CERTS.";
const scheme = "Check whether the base URL should begin with http:// or name another port.";

describe("an error of the HTTP client", () => {
  it.each<[code: string, kind: string, cause: string, message: string, hint: string | undefined]>([
    ["ENOTFOUND", "unsent", "dns", "its name is not known", dns],
    ["EAI_AGAIN", "unsent", "dns", "its name cannot be looked up at the moment", dns],
    ["ECONNREFUSED", "unsent", "connect", "the connection was refused", reach],
    ["EHOSTUNREACH", "unsent", "connect", "there is no way to it", reach],
    ["ENETUNREACH", "unsent", "connect", "there is no way to it", reach],
    ["EADDRNOTAVAIL", "unsent", "connect", "there is no way to it", reach],
    ["ETIMEDOUT", "unsent", "connect", "connecting took too long", reach],
    ["UND_ERR_CONNECT_TIMEOUT", "unsent", "connect", "connecting took too long", reach],
    ["EMFILE", "unsent", "files", "this server has too many open files", undefined],
    ["ECONNRESET", "lost", "lost", "the connection was reset", read],
    ["EPIPE", "lost", "lost", "the connection was reset", read],
    ["UND_ERR_SOCKET", "lost", "lost", "the connection was closed before the answer was complete", read],
    ["UND_ERR_HEADERS_TIMEOUT", "lost", "lost", "no answer came", read],
    ["UND_ERR_BODY_TIMEOUT", "lost", "lost", "the answer stopped", read],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "lost", "lost", "the answer has not the length that it announced", read],
    ["UND_ERR_HEADERS_OVERFLOW", "final", "malformed", "the header of its answer is too large", undefined],
    ["HPE_INVALID_CONSTANT", "final", "malformed", "its answer is not valid HTTP", undefined],
    ["ERR_ASSERTION", "final", "malformed", "its answer is not valid HTTP", undefined],
    ["UND_ERR_INVALID_ARG", "final", "request", "the request cannot be written as HTTP", undefined],
    ["EPROTO", "final", "tls", "no secure connection could be made (EPROTO)", scheme],
    [
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "final",
      "tls",
      "no secure connection could be made (ERR_SSL_WRONG_VERSION_NUMBER)",
      scheme,
    ],
    ...[
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "CERT_HAS_EXPIRED",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "HOSTNAME_MISMATCH",
      "INVALID_CA",
      "INVALID_PURPOSE",
      "PATH_LENGTH_EXCEEDED",
    ].map((code): [string, string, string, string, string] => [
      code,
      "final",
      "tls",
      `no secure connection could be made (${code})`,
      authority,
    ]),
    ["X_CERT_", "lost", "lost", "the connection failed (X_CERT_)", read],
    ["EOTHER", "lost", "lost", "the connection failed (EOTHER)", read],
  ])("%s: %s", (code, kind, cause, message, hint) => {
    const want = [kind, cause, `api.example: ${message}`, hint];
    expect(told(coded(code))).toEqual(want);
    // What it wraps says more than it does itself.
    expect(told(new TypeError("fetch failed", { cause: coded(code) }))).toEqual(want);
    expect(explain(coded(code), write).error).toBeInstanceOf(UpstreamError);
  });

  it("may be one of several addresses, of which the first counts", () => {
    const several = new AggregateError([coded("ENETUNREACH"), coded("ECONNREFUSED")], "canary");
    expect(told(new Error("canary", { cause: several }))[2]).toBe("api.example: there is no way to it");
    expect(told(new AggregateError([], "canary"))[2]).toBe("api.example: the connection failed");
  });

  it("may be without a code, or far within others", () => {
    const unknown = ["lost", "lost", "api.example: the connection failed", read];
    for (const error of [new Error("canary"), "canary", undefined, coded(7), { code: "ECONNREFUSED" }])
      expect(told(error)).toEqual(unknown);
    const wrapped = (depth: number): Error =>
      depth === 0 ? coded("ECONNREFUSED") : new Error("canary", { cause: wrapped(depth - 1) });
    expect(told(wrapped(4))[1]).toBe("connect");
    expect(told(wrapped(5))).toEqual(unknown);
  });

  it("says in its own words what is wrong with an answer", () => {
    const malformed = (message: string) => ["final", "malformed", `api.example: ${message}`, undefined];
    expect(told(new MalformedAnswerError("its answer names two lengths"))).toEqual(
      malformed("its answer names two lengths"),
    );
    expect(told(Object.assign(new Error("canary"), { name: "HTTPParserError" }))).toEqual(
      malformed("its answer is not valid HTTP"),
    );
    expect(told(new Error("bad response"))).toEqual(malformed("it sent an interim answer that nobody asked for"));
  });
});

describe("a proxy", () => {
  it("that cannot be reached is told by its own name, and the API was not asked", () => {
    const error = coded("ECONNREFUSED");
    markProxyFault(error, "proxy.example:3128");
    expect(told(error)).toEqual([
      "unsent",
      "proxy",
      "api.example: the proxy proxy.example:3128 cannot be reached",
      "Check HTTPS_PROXY and HTTP_PROXY of this server: the API was not asked.",
    ]);
  });

  const ask = "Ask whoever runs the proxy whether this server may reach the API through it.";
  it.each([
    [407, "final", "It asks for credentials: put them into the URL of HTTPS_PROXY."],
    [403, "final", ask],
    [499, "final", ask],
    [500, "unsent", ask],
    [503, "unsent", ask],
  ])("that answers %i", (status, kind, hint) => {
    expect(told(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`))).toEqual([
      kind,
      "proxy",
      `api.example: the proxy refused to connect (status ${status})`,
      hint,
    ]);
  });
});

describe("an address that requests must not go to", () => {
  it.each([
    ["PETS_BASE_URL", "If it is meant, set PETS_BASE_URL to the URL of this server."],
    [undefined, "If it is meant, set the base URL of the API to a server on that host."],
  ])("can be allowed by %s", (variable, hint) => {
    const { variable: _variable, ...request } = write;
    const asked = variable === undefined ? request : { ...request, variable };
    expect(told(coded("PRIVATE_ADDRESS"), asked)).toEqual([
      "final",
      "refused",
      "api.example has a private address, where requests to a public API must not go",
      hint,
    ]);
    expect(explain(coded("PRIVATE_ADDRESS"), asked).error).toBeInstanceOf(ConfigurationError);
  });
});

describe("a connection that was kept open", () => {
  it("tells nothing of the API when it fails, unless the request was not even sent", () => {
    const lost = coded("ECONNRESET");
    markReused(lost);
    expect(told(lost)).toEqual([
      "stale",
      "stale",
      "api.example: the connection that was kept open had been closed",
      read,
    ]);
    const refused = coded("ECONNREFUSED");
    markReused(refused);
    expect(told(refused)[0]).toBe("unsent");
  });
});

it.each([
  ["lost", "GET", true, "It only reads: try again."],
  ["lost", "HEAD", false, "It only reads: try again."],
  ["stale", "OPTIONS", true, "It only reads: try again."],
  ["lost", "PUT", true, "The call may have taken effect; sending it again has no further one."],
  ["stale", "POST", true, "The call may have taken effect; sending it again has no further one."],
  ["lost", "DELETE", false, read],
  ["stale", "POST", false, read],
  ["unsent", "GET", true, undefined],
  ["final", "POST", false, undefined],
] as const)("after a request that is %s, %s (idempotent: %s): %s", (kind, method, idempotent, hint) =>
  expect(hintAfter(kind, { method, idempotent })).toBe(hint),
);
