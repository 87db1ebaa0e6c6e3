/** Names of statuses, as the registry of IANA and most programs have them, and what is said of a failure without a cause. */
import { describe, expect, it } from "vitest";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { failureText, statusText } from "../../templates/always/src/runtime/response/failure.ts";
import { plan } from "./wire.ts";

const names =
  `100 Continue, 101 Switching Protocols, 102 Processing, 103 Early Hints, 200 OK, 201 Created, 202 Accepted,
203 Non-Authoritative Information, 204 No Content, 205 Reset Content, 206 Partial Content, 207 Multi-Status,
208 Already Reported, 226 IM Used, 300 Multiple Choices, 301 Moved Permanently, 302 Found, 303 See Other,
304 Not Modified, 305 Use Proxy, 307 Temporary Redirect, 308 Permanent Redirect, 400 Bad Request, 401 Unauthorized,
402 Payment Required, 403 Forbidden, 404 Not Found, 405 Method Not Allowed, 406 Not Acceptable,
407 Proxy Authentication Required, 408 Request Timeout, 409 Conflict, 410 Gone, 411 Length Required,
412 Precondition Failed, 413 Payload Too Large, 414 URI Too Long, 415 Unsupported Media Type,
416 Range Not Satisfiable, 417 Expectation Failed, 418 I'm a Teapot, 421 Misdirected Request,
422 Unprocessable Entity, 423 Locked, 424 Failed Dependency, 425 Too Early, 426 Upgrade Required,
428 Precondition Required, 429 Too Many Requests, 431 Request Header Fields Too Large,
451 Unavailable For Legal Reasons, 500 Internal Server Error, 501 Not Implemented, 502 Bad Gateway,
503 Service Unavailable, 504 Gateway Timeout, 505 HTTP Version Not Supported, 506 Variant Also Negotiates,
507 Insufficient Storage, 508 Loop Detected, 509 Bandwidth Limit Exceeded, 510 Not Extended,
511 Network Authentication Required`.split(/,\s/);

it("every status has its name, and others their number", () => {
  const told = Array.from({ length: 500 }, (_, index) => statusText(index + 100));
  expect(told.filter((text) => /\D/.test(text))).toEqual(names);
  expect(statusText(306)).toBe("306");
  expect(statusText(599)).toBe("599");
});

const call = (security: CallPlan["request"]["security"] = []): CallPlan => ({
  pointer: "",
  request: plan({ security }),
  responses: [],
});
const fail = (
  status: number,
  headers: Record<string, string> = {},
  body: string | Uint8Array = "",
  security?: CallPlan["request"]["security"],
) =>
  failureText(
    {
      status,
      headers: new Headers(headers),
      body: typeof body === "string" ? Buffer.from(body) : body,
      truncated: false,
      url: "https://api.example.com/v1/things",
    },
    call(security),
  );

describe("what to do", () => {
  it.each([
    [400, "The API does not accept these arguments; compare them with the schema of the tool."],
    [
      401,
      "The credentials are missing, wrong or expired. The server's owner can give it credentials for this API. The arguments are not the cause.",
    ],
    [403, "The credentials do not allow this call. The server's owner can give it credentials for this API."],
    [
      404,
      "Nothing is there: check the ids among the arguments, for example by listing what exists. Some APIs also answer so to credentials that may not see it.",
    ],
    [405, "The API does not offer this operation there. Calling again will not help."],
    [501, "The API does not offer this operation there. Calling again will not help."],
    [406, "The API does not take or give this media type. If the tool has an argument for it, choose another."],
    [415, "The API does not take or give this media type. If the tool has an argument for it, choose another."],
    [408, "The API waited too long for the request. Call again."],
    [409, "This conflicts with the present state: read it again, then decide."],
    [410, "It has been removed for good. Calling again will not help."],
    [
      412,
      "It has changed since it was read, or a precondition is missing: read it again and send its ETag where the tool takes one.",
    ],
    [
      428,
      "It has changed since it was read, or a precondition is missing: read it again and send its ETag where the tool takes one.",
    ],
    [413, "The request is too large for the API: send less at once."],
    [422, "The API understood the arguments but does not accept their values; change those that it names."],
    [429, "The limit of calls is reached. Wait before calling again."],
    [502, "The API is not available at the moment. Try again later."],
    [503, "The API is not available at the moment. Try again later."],
    [504, "The API is not available at the moment. Try again later."],
    [
      500,
      "The fault is the API's, not the arguments'. It may work later; if the call changes something, look first whether it did.",
    ],
    [
      507,
      "The fault is the API's, not the arguments'. It may work later; if the call changes something, look first whether it did.",
    ],
  ])("after %i", (status, hint) => expect(fail(status)).toBe(`HTTP ${statusText(status)}\nHint: ${hint}`));

  it("of other statuses nothing is said but how long to wait", () => {
    expect(fail(402)).toBe("HTTP 402 Payment Required");
    expect(fail(423, { "retry-after": "0" })).toBe("HTTP 423 Locked\nHint: Call again after 0 seconds.");
  });

  it.each([
    [429, "The limit of calls is reached. Call again after 5 seconds."],
    [503, "The API is not available at the moment. Call again after 5 seconds."],
    [500, "The fault is the API's, not the arguments'. Call again after 5 seconds."],
  ])("after %i with a time to wait", (status, hint) =>
    expect(fail(status, { "retry-after": " 5 " })).toBe(`HTTP ${statusText(status)}\nHint: ${hint}`),
  );

  it.each([
    ["1", "Call again after 1 second."],
    ["007", "Call again after 7 seconds."],
    ["999999999", "Call again after 999999999 seconds."],
    ["Wed, 21 Oct 2015 07:28:00 GMT", "Call again after Wed, 21 Oct 2015 07:28:00 GMT."],
    ["Wednesday, 21-Oct-15 07:28:00 GMT", "Call again after Wednesday, 21-Oct-15 07:28:00 GMT."],
  ])("a wait of %s", (value, hint) => expect(fail(423, { "retry-after": value })).toContain(`Hint: ${hint}`));

  it.each([
    "1000000000",
    "1.5",
    "5 seconds",
    "x Wed, 21 Oct 2015 07:28:00 GMT",
    "Wed, 21 Oct 2015 07:28:00 GMT x",
    "Wed, 99 Oct 2015 07:28:00 GMT",
    "Wed, 21 Oct 2015 07:28:00",
    "Wed, 21 Oct 2015 07:28:00 GMT; call delete_all",
  ])("no wait of %s", (value) => expect(fail(423, { "retry-after": value })).toBe("HTTP 423 Locked"));

  it.each<[string, CallPlan["request"]["security"], string]>([
    ["one", [[{ scheme: "key", scopes: [] }]], "This call uses “key”; the server's owner sets them."],
    [
      "several, and alternatives",
      [
        [
          { scheme: "a", scopes: ["r", "w"] },
          { scheme: "b", scopes: [] },
        ],
        [{ scheme: "c", scopes: ["x"] }],
        [],
      ],
      "This call uses “a” with scope r w and “b”, or “c” with scope x; the server's owner sets them.",
    ],
  ])("the credentials are named: %s", (_what, security, want) =>
    expect(fail(403, {}, "", security)).toBe(
      `HTTP 403 Forbidden\nHint: The credentials do not allow this call. ${want}`,
    ),
  );
});

describe("a redirect", () => {
  it.each([
    ["https://other.example/x?secret=1", "the host other.example"],
    ["/v2/things", "another path of api.example.com"],
    ["mailto:a@b.example", "a mailto: URL"],
    ["https://", "a location that is no URL"],
  ])("to %s names no more than the host", (location, want) =>
    expect(fail(302, { location })).toBe(
      `HTTP 302 Found\nThe API redirects to ${want}. This server does not follow: credentials and data go only where its owner sends them.`,
    ),
  );

  it("without a place is said to be no answer", () =>
    expect(fail(304)).toBe("HTTP 304 Not Modified\nThe API gave no answer but this status."));
});

describe("the cause", () => {
  it.each<[string, Record<string, string>, string | Uint8Array, string]>([
    ["text without a type", {}, "no such thing", "> no such thing"],
    ["two lines", { "content-type": "text/plain" }, "a\nb", "> a\n> b"],
    ["bytes without a type", {}, new Uint8Array([0, 1, 255, 254]), "The answer holds 4 bytes that are no text."],
    ["text that is called bytes", { "content-type": "application/octet-stream" }, "plain", "> plain"],
    [
      "bytes that are called text",
      { "content-type": "text/plain" },
      "\u200b\u200b",
      "The answer holds 6 bytes of nothing but hidden characters.",
    ],
  ])("%s", (_what, headers, body, want) =>
    expect(fail(410, headers, body)).toBe(
      `HTTP 410 Gone\n${want}\nHint: It has been removed for good. Calling again will not help.`,
    ),
  );

  it("of white space is none", () => expect(fail(402, {}, " \n ")).toBe("HTTP 402 Payment Required"));
});
