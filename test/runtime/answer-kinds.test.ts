/** What kind an answer is, by its media type, what the document declares, and its bytes; and what is said of none. */
import { describe, expect, it } from "vitest";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import { answer, call, json, read, texts } from "./answer.ts";
import { parameter, plan } from "./wire.ts";

/** `text`, `value` or the type of what is no text. */
function kindOf(body: string | Uint8Array, type?: string, given: CallPlan = call): string {
  const response = answer(body, type === undefined ? {} : { "Content-Type": type });
  const { content, structuredContent } = readResult(response, given, defaultLimits);
  if (structuredContent !== undefined) return "value";
  const [first, second] = content;
  if (second === undefined) return first?.type ?? "none";
  return second.type === "resource"
    ? second.resource.mimeType
    : (`${second.type} ${JSON.stringify(second)}`.split(" ")[0] ?? "");
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("the kind of an answer", () => {
  it.each<[what: string, body: string | Uint8Array, type: string | undefined, kind: string]>([
    ["text without a type", "abc", undefined, "text"],
    ["JSON without a type", "[1]", undefined, "value"],
    ["bytes without a type", bytes(0, 1), undefined, "application/octet-stream"],
    ["bytes that are no UTF-8", bytes(0xfc), undefined, "application/octet-stream"],
    ["text that is called bytes", "abc", "application/octet-stream", "application/octet-stream"],
    ["a list that is called bytes", "[1]", "application/octet-stream", "value"],
    ["an object that is called bytes", ' \n{"a":1}', "application/octet-stream", "value"],
    ["one behind 63 spaces", `${" ".repeat(63)}{}`, "application/octet-stream", "value"],
    ["one behind 64 spaces", `${" ".repeat(64)}{}`, "application/octet-stream", "application/octet-stream"],
    ["one that comes later", "a{}", "application/octet-stream", "application/octet-stream"],
    ["what looks like JSON but is none", bytes(0x7b, 0), "application/octet-stream", "application/octet-stream"],
    ["JSON that is called a file", "[1]", "application/pdf", "application/pdf"],
    ["a file with a charset", "abc", "application/x-report; charset=utf-8", "text"],
    ["bytes with a charset", bytes(0, 1), "application/x-report; charset=utf-8", "application/x-report"],
    ["bytes that are called text", bytes(0, 0xfc), "text/plain", "application/octet-stream"],
    ["the same with a charset", bytes(0, 0xfc), "text/plain; charset=latin1", "text"],
    ["a message of parts", "--a\r\n\r\nb\r\n--a--", "multipart/mixed; boundary=a", "text"],
    ["one with bytes in it, also late", `${"a".repeat(5_000)}\0`, "multipart/mixed; boundary=a", "multipart/mixed"],
    ["a picture", "abc", "image/png", "image"],
    ["a sound", "abc", "audio/ogg", "audio"],
    ["a type that came twice", "[1]", "application/json, text/plain", "value"],
    ["a type with a comma of its own", "abc", 'application/pdf; a="b,c"', "application/pdf"],
    ["no type at all", "abc", "nonsense", "text"],
  ])("%s", (_what, body, type, kind) => expect(kindOf(body, type)).toBe(kind));

  const declared = (...responses: readonly [status: string, ...types: string[]][]): CallPlan => ({
    ...call,
    responses: responses.map(([status, ...types]) => ({ status, contents: types.map((mediaType) => ({ mediaType })) })),
  });
  it.each<[what: string, plan: CallPlan, kind: string]>([
    ["its own status", declared(["default", "a/a"], ["2XX", "a/b"], ["200", "a/c"]), "a/c"],
    ["its class", declared(["default", "a/a"], ["2XX", "a/b"], ["201", "a/c"]), "a/b"],
    ["all others", declared(["4XX", "a/b"], ["404", "a/c"], ["default", "a/a"]), "a/a"],
    ["none of these", declared(["4XX", "a/b"], ["404", "a/c"]), "text"],
    ["several", declared(["200", "a/b", "a/c"]), "text"],
    ["none at all", declared(["200"], ["default", "a/b"]), "text"],
    ["any", declared(["200", "*/*"]), "text"],
    ["any of a kind", declared(["200", "image/*"]), "text"],
    ["no media type", declared(["200", "picture"]), "text"],
  ])("is the declared one where it names none: for %s", (_what, given, kind) => {
    expect(kindOf("abc", undefined, given)).toBe(kind);
    expect(kindOf("abc", "text/csv", given)).toBe("text");
  });
});

describe("an answer without a body", () => {
  const asked = (...names: readonly (readonly [place: "header" | "query", name: string])[]): CallPlan => ({
    ...call,
    request: plan({ parameters: names.map(([place, name]) => parameter(place, { name, argument: name })) }),
  });
  const known = "What the call named is still as it was: the API gives no content.";
  const unasked =
    "The API gives no content, as if the caller had it already, though this call named nothing that it has. Call again; if that does not help, the API or a cache before it is at fault.";
  it.each<[what: string, plan: CallPlan, text: string]>([
    ["an ETag that was named", asked(["header", "If-None-Match"]), known],
    ["a time that was named", asked(["header", "color"], ["header", "if-modified-since"]), known],
    ["another field", asked(["header", "If-Match"]), unasked],
    ["a parameter of that name", asked(["query", "if-none-match"]), unasked],
    ["nothing", call, unasked],
  ])("has not changed, for %s", (_what, given, text) => {
    const result = readResult(answer("", {}, { status: 304 }), given, defaultLimits);
    expect(texts(result)).toEqual([`Done: 304 Not Modified. ${text}`]);
    expect(result.isError).toBeUndefined();
  });

  it("to HEAD has the header fields that were asked for", () => {
    const head: CallPlan = { ...call, request: plan({ method: "HEAD" }) };
    const headers = { "Content-Length": "5", "Content-Type": "text/plain;  a=b", ETag: '"1"', Server: "x" };
    const done = 'Done: 200 OK.\n> content-type: text/plain; a=b\n> content-length: 5\n> etag: "1"';
    expect(texts(readResult(answer("", headers), head, defaultLimits))).toEqual([done]);
    expect(texts(readResult(answer(""), head, defaultLimits))).toEqual(["Done: 200 OK."]);
    expect(texts(read(answer("", headers)))).toEqual(["Done: 200 OK."]);
  });
});

describe("where to look next", () => {
  const works = "The API accepted this and works on it";
  it.each<[status: number, headers: Record<string, string>, text: string | undefined]>([
    [200, { Location: "/a" }, undefined],
    [201, { Location: "/a" }, "Created at /a"],
    [201, {}, undefined],
    [202, { Location: "/a" }, `${works}. Its state is at /a`],
    [202, { Location: "/a", "Operation-Location": "/b" }, `${works}. Its state is at /b`],
    [202, {}, `${works}; it may not be finished.`],
    [201, { Location: `/${"a".repeat(2_000)}` }, `Created at /${"a".repeat(1_999)}…`],
  ])("after %i with %j", (status, headers, text) => {
    expect(texts(read(answer("x", headers, { status })))).toEqual(["x", ...(text === undefined ? [] : [text])]);
  });
});

describe("an answer that is no success", () => {
  it.each<[status: number, isError: true | undefined]>([
    [199, true],
    [200, undefined],
    [299, undefined],
    [300, true],
    [303, true],
    [304, undefined],
    [399, true],
    [400, true],
    [599, true],
  ])("%i: %s", (status, isError) => {
    const { isError: found, _meta, ...rest } = read(json("{}", { status }));
    expect([found, _meta]).toEqual([isError, { "openapi-to-mcp/status": status }]);
    expect(Object.hasOwn(rest, "structuredContent")).toBe(
      isError === undefined && status !== 304 ? true : status === 304,
    );
  });

  it("is told in no more bytes than a text may have", () => {
    expect(texts(read(answer("words", {}, { status: 418 }), { maxTextBytes: 10 }))).toEqual(["HTTP 418 I"]);
  });

  it("may be a stream whose last record says so", () => {
    const body = "data: 1\n\nevent: error\ndata: overloaded\n\n";
    const result = read(answer(body, { "Content-Type": "text/event-stream" }));
    expect(texts(result)).toEqual([
      body,
      "Note: the API ended this answer with an error: the last thing that it sent says which.",
    ]);
    expect([result.isError, Object.hasOwn(result, "structuredContent")]).toEqual([true, false]);
    expect(read(answer(body, { "Content-Type": "text/plain" })).isError).toBeUndefined();
  });
});

describe("a quota that is used up", () => {
  const until = (reset: string) =>
    texts(read(answer("x", { "RateLimit-Remaining": "0", "RateLimit-Reset": reset }))).at(1);
  it.each<[reset: string, words: string | undefined]>([
    ["5", undefined],
    ["5.001", "for the next 6 s."],
    ["6", "for the next 6 s."],
    ["x", "for now."],
  ])("is told where it lasts longer than a call waits: %s", (reset, words) => {
    const note = "Note: the API says that its quota is used up: it may refuse further calls";
    expect(until(reset)).toBe(words === undefined ? undefined : `${note} ${words}`);
  });
});

it("a result holds 100 KiB of text and 2 MiB of values", () => {
  expect(defaultLimits).toEqual({ maxTextBytes: 102_400, maxStructuredBytes: 2_097_152 });
});
