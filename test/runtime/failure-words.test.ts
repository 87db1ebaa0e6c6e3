/** What is said of a failed call, whole: the status, the API's words as they stand, and the hint that belongs to it. */
import { describe, expect, it } from "vitest";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { failureText, statusText } from "../../templates/always/src/runtime/response/failure.ts";
import { answer, call } from "./answer.ts";
import { plan } from "./wire.ts";

type Requirements = CallPlan["request"]["security"];
const needing = (...security: Requirements): CallPlan => ({ ...call, request: plan({ security }) });
const told = (status: number, body: string | Uint8Array = "", headers: Record<string, string> = {}, given = call) =>
  failureText(answer(body, headers, { status }), given);

describe("the hint of a status", () => {
  const owner = "The server's owner can give it credentials for this API.";
  const offered = "The API does not offer this operation there. Calling again will not help.";
  const media = "The API does not take or give this media type. If the tool has an argument for it, choose another.";
  const changed =
    "It has changed since it was read, or a precondition is missing: read it again and send its ETag where the tool takes one.";
  const away = "The API is not available at the moment. Try again later.";
  const fault =
    "The fault is the API's, not the arguments'. It may work later; if the call changes something, look first whether it did.";
  it.each<[status: number, hint: string | undefined]>([
    [400, "The API does not accept these arguments; compare them with the schema of the tool."],
    [401, `The credentials are missing, wrong or expired. ${owner} The arguments are not the cause.`],
    [402, undefined],
    [403, `The credentials do not allow this call. ${owner}`],
    [
      404,
      "Nothing is there: check the ids among the arguments, for example by listing what exists. Some APIs also answer so to credentials that may not see it.",
    ],
    [405, offered],
    [406, media],
    [407, undefined],
    [408, "The API waited too long for the request. Call again."],
    [409, "This conflicts with the present state: read it again, then decide."],
    [410, "It has been removed for good. Calling again will not help."],
    [411, undefined],
    [412, changed],
    [413, "The request is too large for the API: send less at once."],
    [414, undefined],
    [415, media],
    [422, "The API understood the arguments but does not accept their values; change those that it names."],
    [428, changed],
    [429, "The limit of calls is reached. Wait before calling again."],
    [499, undefined],
    [500, fault],
    [501, offered],
    [502, away],
    [503, away],
    [504, away],
    [505, fault],
    [599, fault],
  ])("%i: %s", (status, hint) => {
    const line = `HTTP ${statusText(status)}`;
    expect(told(status)).toBe(hint === undefined ? line : `${line}\nHint: ${hint}`);
  });

  it.each<[security: Requirements, words: string]>([
    [[], owner],
    [[[]], owner],
    [[[{ scheme: "key", scopes: [] }]], "This call uses “key”; the server's owner sets them."],
    [
      [[{ scheme: "oauth", scopes: ["read", "write"] }]],
      "This call uses “oauth” with scope read write; the server's owner sets them.",
    ],
    [
      [
        [],
        [
          { scheme: "a", scopes: ["x"] },
          { scheme: "b", scopes: [] },
        ],
        [{ scheme: "c", scopes: [] }],
      ],
      "This call uses “a” with scope x and “b”, or “c”; the server's owner sets them.",
    ],
    [
      [[{ scheme: "s".repeat(101), scopes: ["t".repeat(101)] }]],
      `This call uses “${"s".repeat(100)}…” with scope ${"t".repeat(100)}…; the server's owner sets them.`,
    ],
    [
      [[{ scheme: "a\nb", scopes: ["c\u200bd\ne"] }]],
      "This call uses “a b” with scope cd e; the server's owner sets them.",
    ],
  ])("names the credentials of %j", (security, words) => {
    const given = needing(...security);
    expect(told(403, "", {}, given)).toBe(`HTTP 403 Forbidden\nHint: The credentials do not allow this call. ${words}`);
  });
});

describe("the time after which to call again", () => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  it.each<[field: string, words: string | undefined]>([
    ["0", "Call again after 0 seconds."],
    ["1", "Call again after 1 second."],
    ["01", "Call again after 1 second."],
    ["2", "Call again after 2 seconds."],
    ["120", "Call again after 120 seconds."],
    ["999999999", "Call again after 999999999 seconds."],
    ["1000000000", undefined],
    ["1.5", undefined],
    ["-1", undefined],
    ["1 second", undefined],
    ["soon", undefined],
    [date, `Call again after ${date}.`],
    ["Wednesday, 21-Oct-15 07:28:00 GMT", "Call again after Wednesday, 21-Oct-15 07:28:00 GMT."],
    ["Wed, 21 Oct 2015 07:28:00 UTC", undefined],
    ["Wed, 21 Oct 2015 7:28:00 GMT", undefined],
    ["Wed, 41 Oct 2015 07:28:00 GMT", undefined],
    ["21 Oct 2015 07:28:00 GMT", undefined],
    ["We, 21 Oct 2015 07:28:00 GMT", undefined],
    ["Wed, 21 Oct 2015 07:28:00 GMT; now", undefined],
  ])("%s", (field, words) => {
    const headers = { "Retry-After": field };
    const limit = `Hint: The limit of calls is reached. ${words ?? "Wait before calling again."}`;
    expect(told(429, "", headers)).toBe(`HTTP 429 Too Many Requests\n${limit}`);
    const away = `Hint: The API is not available at the moment. ${words ?? "Try again later."}`;
    expect(told(503, "", headers)).toBe(`HTTP 503 Service Unavailable\n${away}`);
    const other = words === undefined ? "HTTP 423 Locked" : `HTTP 423 Locked\nHint: ${words}`;
    expect(told(423, "", headers)).toBe(other);
    expect(told(500, "", headers)).toContain(words ?? "It may work later; if the call changes something");
  });
});

describe("the words of the API", () => {
  const type = (value: string) => ({ "Content-Type": value });
  it.each<[what: string, body: string | Uint8Array, headers: Record<string, string>, lines: readonly string[]]>([
    ["are quoted", "a", type("text/plain"), ["> a"]],
    ["are quoted line by line", "a\nb\r\nc\u2028d", type("text/plain"), ["> a", "> b\r", "> c\u2028> d"]],
    ["are quoted without a type", "a", {}, ["> a"]],
    ["are quoted though they are called bytes", "a", type("application/octet-stream"), ["> a"]],
    ["are read as JSON whatever they are called", '{"message":"a","code":1}', type("text/plain"), ["> a (1)"]],
    ["are read as a page", "<p>a</p>", type("text/html"), ["> a"]],
    ["are no page where they are none", "<p>a</p>", type("application/xml"), ["> <p>a</p>"]],
    ["are in the encoding that is said", Uint8Array.of(0xfc), type("text/plain; charset=latin1"), ["> ü"]],
    [
      "are none where there are bytes",
      Uint8Array.of(0, 1),
      type("image/png"),
      ["The answer holds 2 bytes that are no text."],
    ],
    [
      "are none where bytes are called nothing",
      Uint8Array.of(0, 1, 2),
      {},
      ["The answer holds 3 bytes that are no text."],
    ],
    [
      "are none where nothing is seen",
      "\u200b",
      type("text/plain"),
      ["The answer holds 3 bytes of nothing but hidden characters."],
    ],
    ["are none where there is white space", " \n", type("text/plain"), []],
    ["are none where there is a page without any", "<p></p>", type("text/html"), []],
  ])("%s", (_what, body, headers, lines) => {
    expect(told(418, body, headers).split("\n")).toEqual(["HTTP 418 I'm a Teapot", ...lines]);
  });

  it("stand between the status and the hint", () => {
    expect(told(409, "a")).toBe(
      "HTTP 409 Conflict\n> a\nHint: This conflicts with the present state: read it again, then decide.",
    );
  });
});

describe("a redirect", () => {
  const to = (location: string | undefined, status = 302) =>
    told(status, "words", location === undefined ? {} : { Location: location }).split("\n")[1];
  const kept = "This server does not follow: credentials and data go only where its owner sends them.";
  it.each<[location: string | undefined, words: string]>([
    ["https://other.example/a?b=c", `The API redirects to the host other.example. ${kept}`],
    ["http://api.example.com:8080/", `The API redirects to the host api.example.com:8080. ${kept}`],
    ["/other", `The API redirects to another path of api.example.com. ${kept}`],
    ["mailto:a@example.com", `The API redirects to a mailto: URL. ${kept}`],
    ["https://", `The API redirects to a location that is no URL. ${kept}`],
    [undefined, "The API gave no answer but this status."],
  ])("to %s", (location, words) => expect(to(location)).toBe(words));

  it("is any status below 400, with no word of the API", () => {
    expect(told(399, "words")).toBe("HTTP 399\nThe API gave no answer but this status.");
    expect(told(101)).toBe("HTTP 101 Switching Protocols\nThe API gave no answer but this status.");
    expect(told(400, "words").split("\n")[1]).toBe("> words");
  });
});
