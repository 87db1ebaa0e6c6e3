/** Header fields and cookies (RFC 9110 §5, RFC 6265 §4.2.1), of parameters and of credentials. */
import { describe, expect, it } from "vitest";
import type { JsonValue, ParameterPlan } from "../../templates/always/src/runtime/data/model.ts";
import { withCredentials } from "../../templates/always/src/runtime/request/credentials.ts";
import {
  acceptField,
  cookieHeader,
  cookieName,
  cookiePairs,
  cookieValue,
  headerFault,
  headerFields,
  isForbiddenHeader,
  isToken,
} from "../../templates/always/src/runtime/request/header.ts";
import type { AppliedCredentials, HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { parameter } from "./wire.ts";

const controls = "must not hold line breaks or other control characters: it is sent in a header";
const beyond = "holds characters beyond Latin-1, which a header cannot carry; encode them as the API asks";
const spaces = "must not begin or end with a space: it is sent in a header";

describe("the name of a header", () => {
  const framing = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "te",
    "trailer",
  ];
  const speaking = ["expect", "forwarded", "x-real-ip", "x-http-method", "x-http-method-override", "x-method-override"];
  it.each([...framing, ...speaking, "Host", "Proxy-Authorization", "proxy-x", "X-Forwarded-For", "x-forwarded-"])(
    "is never %s",
    (name) => {
      expect(isForbiddenHeader(name)).toBe(true);
      expect(() => headerFields([parameter("header", { name })], { color: "x" })).toThrow(
        'Argument "color" names a header that a parameter must not set.',
      );
    },
  );
  it.each(["accept", "hosts", "proxy", "x-forwarded", "x-te", "cookie"])("may be %s", (name) => {
    expect(isForbiddenHeader(name)).toBe(false);
  });
  it.each(["!#$%&'*+.^_`|~-", "X-1", "aZ09", "0"])("may be made of %s", (name) => expect(isToken(name)).toBe(true));
  it.each(["", "a b", "a:", "é", "a\n", 'a"', "a(", "a/b", "a;b", "a=b", "a@b", "a[b]", "a{b}", "a\\b", "a,b"])(
    "is not made of %j",
    (name) => expect(isToken(name)).toBe(false),
  );
  it.each(["Cookie", "cookie", "X A", ""])("of a parameter is not %j", (name) => {
    expect(() => headerFields([parameter("header", { name })], { color: "x" })).toThrow(
      'Argument "color" names a header that a parameter must not set.',
    );
  });
});

describe("the value of a header", () => {
  it.each([
    ["", undefined],
    ["a\tb c", undefined],
    ["é\u00ff", undefined],
    ["a\nb", controls],
    ["\r", controls],
    ["a\0", controls],
    ["\u007f", controls],
    ["\u0085", controls],
    ["\u0100", beyond],
    ["😀", beyond],
    [" a", spaces],
    ["a ", spaces],
    ["\ta", spaces],
    ["a\t", spaces],
  ])("%j", (value, want) => expect(headerFault(value)).toBe(want));

  const rows: readonly (readonly [string, Partial<ParameterPlan>, JsonValue, string | undefined])[] = [
    ["a text", {}, "x y", "x y"],
    ["nothing of null", {}, null, undefined],
    ["an empty text", {}, "", ""],
    ["no empty list", {}, [], undefined],
    ["no list of an empty text", {}, [""], undefined],
    ["a list", {}, ["a", "b c"], "a,b c"],
    ["an object", {}, { a: 1, b: 2 }, "a,1,b,2"],
    ["an exploded object", { explode: true }, { a: 1, b: 2 }, "a=1,b=2"],
    [
      "JSON without characters beyond ASCII",
      { mediaType: "application/json" },
      { a: "é\u0080😀~" },
      '{"a":"\\u00e9\\u0080\\ud83d\\ude00~"}',
    ],
    ["another media type as it is", { mediaType: "text/plain" }, "é", "é"],
    ["what is no media type as it is", { mediaType: "json" }, "é", "é"],
  ];
  it.each(rows)("is %s", (_what, parts, value, want) => {
    const plan = parameter("header", { name: "X-A", ...parts });
    expect(headerFields([plan], { color: value })).toEqual(want === undefined ? [] : [["X-A", want]]);
  });

  it("is refused in the words of its fault", () => {
    expect(() => headerFields([parameter("header", { name: "X-A" })], { color: "\n" })).toThrow(
      `Argument "color" ${controls}.`,
    );
  });

  it("comes from parameters of headers alone, and never says a media type or who calls", () => {
    const plans = [
      ...["Accept", "content-TYPE", "Authorization"].map((name) => parameter("header", { name })),
      parameter("query", { name: "X-A" }),
      parameter("header", { name: "X-B", argument: "other" }),
      parameter("header", { name: "X-C" }),
    ];
    expect(headerFields(plans, { color: "x" })).toEqual([["X-C", "x"]]);
  });
});

describe("the field Accept", () => {
  it("has falling qualities, of which none is nought", () => {
    const types = Array.from({ length: 12 }, (_, index) => `a/${index}`);
    expect(acceptField(types)).toEqual([
      "Accept",
      "a/0, a/1;q=0.9, a/2;q=0.8, a/3;q=0.7, a/4;q=0.6, a/5;q=0.5, a/6;q=0.4, a/7;q=0.3, a/8;q=0.2, a/9;q=0.1, a/10;q=0.1, a/11;q=0.1",
    ]);
  });
  it.each([[[]], [["no type"]], [['a/b; x="\u0100"']]])("is none for %j", (types) => {
    expect(acceptField(types)).toBeUndefined();
  });
});

describe("cookies", () => {
  const pairs = (parts: Partial<ParameterPlan>, value: JsonValue) =>
    cookiePairs([parameter("cookie", { name: "sid", ...parts })], { color: value });

  it.each<[Partial<ParameterPlan>, JsonValue, readonly (readonly string[])[]]>([
    [{}, "a b;c", [["sid", "a%20b%3Bc"]]],
    [{ name: "a b" }, "x", [["a%20b", "x"]]],
    [{}, null, []],
    [{ explode: false }, ["a,", "b"], [["sid", "a%2C,b"]]],
    [{ explode: false, style: "pipeDelimited" }, ["a", "b"], [["sid", "a%7Cb"]]],
    [{}, ["a", "b"], [["sid", "a"], ["sid", "b"]]], // prettier-ignore
    [{ mediaType: "application/json", name: "a b" }, { c: 1 }, [["a%20b", "%7B%22c%22%3A1%7D"]]],
    [{ style: "cookie" }, "a=b&c/%20", [["sid", "a=b&c/%20"]]],
    [{ style: "cookie" }, '"quoted"', [["sid", '"quoted"']]],
    [{ style: "cookie" }, "", [["sid", ""]]],
    [{ style: "cookie", explode: false }, ["a", "b"], [["sid", "a,b"]]],
    [{ in: "query" }, "a", []],
  ])("of %j with %j", (parts, value, want) => expect(pairs(parts, value)).toEqual(want));

  it.each(["a b", "a,b", "a;b", 'a"b', '"', "a\\b", "é", "\u007f", "a\n"])("hold no %j as it is", (value) => {
    const rule =
      "is sent as a cookie, which cannot hold spaces, commas, semicolons, quotes, backslashes, control characters or characters beyond ASCII";
    expect(() => pairs({ style: "cookie" }, value)).toThrow(
      expect.objectContaining({
        name: "ArgumentError",
        message: `Argument "color" ${rule}.`,
        hint: "Percent-encode them if the API decodes cookies.",
      }),
    );
  });

  it("have names that are tokens", () => {
    expect(() => pairs({ style: "cookie", name: "a b" }, "x")).toThrow(
      'Argument "color" has a name that no cookie can have.',
    );
    expect([cookieName("a.b"), cookieName("a;b")]).toEqual(["a.b", "a%3Bb"]);
  });

  it.each([
    ["!#+-:<[]~azAZ09", "!#+-:<[]~azAZ09"],
    ['"x"', '"x"'],
    ['x"', "x%22"],
    ["a b; c,d\\é", "a%20b%3B%20c%2Cd%5C%C3%A9"],
    ["", ""],
  ])("hold a credential %j as %s", (text, want) => expect(cookieValue(text)).toBe(want));

  it("stand in one field", () => {
    expect(cookieHeader([["a", "1"], ["b", "2"]])).toBe("a=1; b=2"); // prettier-ignore
  });
});

describe("credentials", () => {
  const request: HttpRequest = { method: "GET", url: "https://h.example/x?a=1&key=old&b", headers: [] };
  const applied = (parts: Partial<AppliedCredentials>, of: Partial<HttpRequest> = {}) =>
    withCredentials({ ...request, ...of }, { headers: [], query: [], cookies: [], ...parts } as AppliedCredentials);

  it("stand in place of headers of the same name", () => {
    const headers = [["x-key", "1"], ["Accept", "a/b"], ["X-KEY", "2"]] as const; // prettier-ignore
    expect(applied({ headers: [["X-Key", "s3cr3t-h"]] }, { headers })).toEqual({
      ...request,
      headers: [
        ["Accept", "a/b"],
        ["X-Key", "s3cr3t-h"],
      ],
    });
  });

  it.each([
    ["https://h.example/x?a=1&key=old&b", "https://h.example/x?a=1&b&key=n%20w"],
    ["https://h.example/x?%6Bey=1&keys=2&=3", "https://h.example/x?keys=2&=3&key=n%20w"],
    ["https://h.example/x?%zz=1&key", "https://h.example/x?%zz=1&key=n%20w"],
    ["https://h.example/x", "https://h.example/x?key=n%20w"],
    ["https://h.example/x?", "https://h.example/x?key=n%20w"],
  ])("stand in the query of %s", (url, want) => {
    expect(applied({ query: [["key", "n w"]] }, { url }).url).toBe(want);
  });

  it("have names in the query that may have spaces", () => {
    const query = [["a b", "1"], ["c", "2"]] as const; // prettier-ignore
    expect(applied({ query }, { url: "https://h.example/?a+b=0&a%20b=0&c=&d" }).url).toBe(
      "https://h.example/?d&a%20b=1&c=2",
    );
    expect(applied({}).url).toBe("https://h.example/x?a=1&key=old&b");
  });

  it("stand in one field of cookies, in place of those of the same name", () => {
    const headers = [["cookie", "a=1; s=old"], ["X-A", "1"], ["Cookie", "b=2; s2=x"]] as const; // prettier-ignore
    expect(applied({ cookies: [["s", "x y"]] }, { headers }).headers).toEqual([
      ["X-A", "1"],
      ["Cookie", "a=1; b=2; s2=x; s=x%20y"],
    ]);
    expect(applied({}, { headers }).headers).toEqual(headers);
    expect(applied({ cookies: [["a b", "1"]] }, { headers: [["Cookie", "a%20b=0"]] }).headers).toEqual([
      ["Cookie", "a%20b=1"],
    ]);
  });

  it.each<[Partial<AppliedCredentials>, string]>([
    [{ headers: [["X Y", "a"]] }, 'A credential cannot be sent in the header "X Y".'],
    [{ headers: [["Host", "a"]] }, 'A credential cannot be sent in the header "Host".'],
    [{ headers: [["X-A", "s3cr3t\n"]] }, `The credential for "X-A" ${controls}.`],
    [{ query: [["k", "\ud800"]] }, 'The credential for "k" is no Unicode text.'],
    [{ cookies: [["k", "\udc00"]] }, 'The credential for "k" is no Unicode text.'],
  ])("are refused where HTTP cannot carry them: %j", (parts, message) => {
    expect(() => applied(parts)).toThrow(expect.objectContaining({ name: "ConfigurationError", message }));
  });
});
