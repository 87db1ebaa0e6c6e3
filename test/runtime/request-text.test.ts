/** How single values, names and texts are written into requests: encoders, numbers, headers, cookies, charsets. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import {
  jsonText,
  scalarText,
  textOf,
  exactNumber,
  exactToken,
  exceedsDouble,
  isNumber,
  entriesInOrder,
  inOrder,
  isObject,
  ownMember,
} from "../../templates/always/src/runtime/request/argument.ts";
import {
  cookieHeader,
  cookieName,
  cookieValue,
  acceptField,
  headerFault,
  isForbiddenHeader,
  isToken,
} from "../../templates/always/src/runtime/request/header.ts";
import {
  formEncode,
  formEncodeReserved,
  percentEncode,
  percentEncodeLiteral,
  percentEncodeQueryLiteral,
  percentEncodeReservedPath,
  percentEncodeReservedQuery,
} from "../../templates/always/src/runtime/request/percent.ts";
import { charsetOf, concrete, encodedText } from "../../templates/always/src/runtime/request/body-writer.ts";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";

const refusal = (run: () => unknown): string => {
  try {
    return `no refusal: ${String(run())}`;
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
};

describe("percent-encoding", () => {
  const signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ü%2f%zz";
  it.each<[string, (text: string) => string, string]>([
    [
      "of a value",
      percentEncode,
      "%21%22%23%24%25%26%27%28%29%2A%2B%2C-.%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E_%60%7B%7C%7D~%20%C3%BC%252f%25zz",
    ],
    [
      "of a value in a query that may hold reserved characters",
      percentEncodeReservedQuery,
      "!%22%23$%25%26%27()*%2B,-./:%3B%3C%3D%3E?@%5B%5C%5D%5E_%60%7B%7C%7D~%20%C3%BC%2f%25zz",
    ],
    [
      "of a value in a path that may hold reserved characters",
      percentEncodeReservedPath,
      "!%22%23$%25&'()*+,-.%2F:;%3C=%3E%3F@%5B%5C%5D%5E_%60%7B%7C%7D~%20%C3%BC%2f%25zz",
    ],
    [
      "of a path of the document",
      percentEncodeLiteral,
      "!%22%23$%25&'()*+,-./:;%3C=%3E%3F@%5B%5C%5D%5E_%60%7B%7C%7D~%20%C3%BC%2f%25zz",
    ],
    [
      "of a query of the document",
      percentEncodeQueryLiteral,
      "!%22%23$%25&%27()*+,-./:;%3C=%3E?@%5B%5C%5D%5E_%60%7B%7C%7D~%20%C3%BC%2f%25zz",
    ],
    [
      "of a form",
      formEncode,
      "%21%22%23%24%25%26%27%28%29*%2B%2C-.%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E_%60%7B%7C%7D%7E+%C3%BC%252f%25zz",
    ],
    [
      "of a form that may hold reserved characters",
      formEncodeReserved,
      "!%22%23$%25%26%27()*%2B,-./:%3B%3C%3D%3E?@%5B%5C%5D%5E_%60%7B%7C%7D%7E+%C3%BC%2f%25zz",
    ],
  ])("%s", (_name, encode, want) => {
    expect(encode(signs)).toBe(want);
    expect(encode("")).toBe("");
    expect(encode("a  b~~c**d")).toBe(want.includes("+%C3") ? "a++b%7E%7Ec**d" : encode("a") + encode("  b~~c**d"));
  });
});

describe("a number of more digits than a double has", () => {
  it.each<[string, boolean, boolean]>([
    ["0", true, false],
    ["-0", true, false],
    ["12", true, false],
    ["0.1", true, false],
    ["1.50", true, false],
    ["1e5", true, false],
    ["100000", true, false],
    ["1E+2", true, false],
    ["0.00e5", true, false],
    ["9007199254740992", true, false],
    ["9007199254740993", true, true],
    ["-9007199254740993", true, true],
    ["0.1234567890123456789", true, true],
    ["1e400", true, true],
    ["100000000000000000000000", true, false],
    ["120000000000000000000001", true, true],
    ["01", false, false],
    ["1.", false, false],
    [".5", false, false],
    ["+1", false, false],
    ["1e", false, false],
    ["", false, false],
    ["NaN", false, false],
    [" 1", false, false],
  ])("%s is a number: %s, and of that kind: %s", (text, number, exceeds) => {
    expect([isNumber(text), exceedsDouble(text)]).toEqual([number, exceeds]);
  });

  it("is written as it is, wherever it stands", () => {
    const exact = exactNumber("9007199254740993");
    expect([exactToken(exact), exactToken(9), exactToken({ token: "1" }), isObject(exact)]).toEqual([
      "9007199254740993",
      undefined,
      undefined,
      false,
    ]);
    expect(textOf(exact, "a")).toBe("9007199254740993");
    expect(jsonText({ 'a"b': [exact, "9", null, { c: 1.5 }] }, "a")).toBe(
      '{"a\\"b":[9007199254740993,"9",null,{"c":1.5}]}',
    );
    expect(jsonText(exact, "a")).toBe("9007199254740993");
  });
});

describe("a value as text", () => {
  it.each<[JsonValue, string]>([
    ["a b", "a b"],
    ["", ""],
    [1.5, "1.5"],
    [1e21, "1e+21"],
    [-0, "0"],
    [true, "true"],
    [false, "false"],
    [null, ""],
    [[1, "a"], '[1,"a"]'],
    [{ a: null }, '{"a":null}'],
  ])("%j is %j", (value, want) => expect(textOf(value, "a")).toBe(want));

  it.each<[string, () => unknown, string]>([
    ["infinity", () => scalarText(Infinity, "a"), 'Argument "a" holds a number outside the range of JSON.'],
    ["infinity within", () => jsonText([Number.NaN], "a"), 'Argument "a" holds a number outside the range of JSON.'],
    ["half a character", () => scalarText("x\ud800", "a"), 'Argument "a" holds half a character (a lone surrogate).'],
    [
      "what JSON does not have",
      () => scalarText(1n as never, "a"),
      'Argument "a" holds a value that JSON does not have.',
    ],
    ["what JSON cannot say", () => jsonText(1n as never, "a"), 'Argument "a" cannot be written as JSON.'],
    ["nothing", () => jsonText(undefined as never, "a"), 'Argument "a" cannot be written as JSON.'],
  ])("cannot be %s", (_name, run, message) => expect(refusal(run)).toBe(message));
});

describe("members of an object", () => {
  it("are its own, in the order that is asked for", () => {
    const value = { c: 1, a: 2, b: 3, d: 4 };
    expect(entriesInOrder(value).map(([name]) => name)).toEqual(["c", "a", "b", "d"]);
    expect(entriesInOrder(value, ["b", "x", "a"]).map(([name]) => name)).toEqual(["b", "a", "c", "d"]);
    expect(Object.keys(inOrder(value, ["d"]))).toEqual(["d", "c", "a", "b"]);
    expect([inOrder([1], ["a"]), inOrder("a", ["a"]), inOrder(value, undefined)]).toEqual([[1], "a", value]);
    expect([ownMember(value, "a"), ownMember(value, "toString"), ownMember(value, "__proto__")]).toEqual([
      2,
      undefined,
      undefined,
    ]);
    expect([isObject({}), isObject([]), isObject(null), isObject("a")]).toEqual([true, false, false, false]);
  });
});

describe("a header", () => {
  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "TE",
    "trailer",
    "expect",
    "forwarded",
    "X-Real-IP",
    "x-http-method",
    "X-HTTP-Method-Override",
    "x-method-override",
    "Proxy-Authorization",
    "X-Forwarded-For",
  ])("%s is set by the client only", (name) => expect(isForbiddenHeader(name)).toBe(true));

  it.each(["X-Host", "Accept", "X-Proxy-A", "My-X-Forwarded-For", "Content-Lengths"])("%s may be set", (name) =>
    expect(isForbiddenHeader(name)).toBe(false),
  );

  it.each([
    ["X-a_1!#$%&'*+.^`|~", true],
    ["", false],
    ["a b", false],
    ["a:b", false],
    ["ü", false],
    ["a\n", false],
  ])("has the name %j: %s", (name, want) => expect(isToken(name)).toBe(want));

  const control = "must not hold line breaks or other control characters: it is sent in a header";
  const beyond = "holds characters beyond Latin-1, which a header cannot carry; encode them as the API asks";
  const space = "must not begin or end with a space: it is sent in a header";
  it.each([
    ["", undefined],
    ["a\tb c", undefined],
    ["ÿ", undefined],
    ["Ā", beyond],
    ["a\nb", control],
    ["a\0", control],
    ["a\u007f", control],
    ["a\u0085", control],
    [" a", space],
    ["a ", space],
    ["\ta", space],
    ["a\t", space],
  ])("may hold %j: %s", (value, want) => expect(headerFault(value)).toBe(want));

  it("asks for media types, best first", () => {
    expect(acceptField([])).toBeUndefined();
    expect(acceptField(["nonsense", "a/b\n"])).toBeUndefined();
    expect(acceptField(["application/json", "no", "text/*"])).toEqual(["Accept", "application/json, text/*;q=0.9"]);
    const many = Array.from({ length: 12 }, (_, index) => `a/${index}`);
    expect(acceptField(many)?.[1]).toBe(
      "a/0, a/1;q=0.9, a/2;q=0.8, a/3;q=0.7, a/4;q=0.6, a/5;q=0.5, a/6;q=0.4, a/7;q=0.3, a/8;q=0.2, a/9;q=0.1, a/10;q=0.1, a/11;q=0.1",
    );
  });
});

describe("a cookie", () => {
  it.each([
    ["abc", "abc"],
    ["!#$%&'()*+-./:<=>?@[]^_`{|}~", "!#$%&'()*+-./:<=>?@[]^_`{|}~"],
    ['"abc"', '"abc"'],
    ['a"b', "a%22b"],
    ["a b;c,d\\e", "a%20b%3Bc%2Cd%5Ce"],
    ["ü\u007f", "%C3%BC%7F"],
    ["", ""],
  ])("holds %j as %j", (value, want) => expect(cookieValue(value)).toBe(want));

  it("has a name, and stands beside others", () => {
    expect([cookieName("a.b_c"), cookieName("a b"), cookieName("a=b;")]).toEqual(["a.b_c", "a%20b", "a%3Db%3B"]);
    expect(
      cookieHeader([
        ["a", "1"],
        ["b", "2"],
      ]),
    ).toBe("a=1; b=2");
    expect(cookieHeader([])).toBe("");
  });
});

describe("a text in its charset", () => {
  it.each([
    ["text/plain", "utf-8"],
    ["text/plain; charset=ISO-8859-1", "iso-8859-1"],
    ['text/plain; charset=" UTF-16LE "', "utf-16le"],
  ])("%s is in %s", (type, want) => expect(charsetOf(type)).toBe(want));

  const bytes = (text: string, charset: string): unknown => {
    const { body, contentType } = encodedText(text, "text/x", charset, "a");
    expect(contentType).toBe("text/x");
    return typeof body === "string" ? body : [...(body as Uint8Array)];
  };
  it.each<[string, string, unknown]>([
    ["ü€", "utf-8", "ü€"],
    ["ü€", "utf8", "ü€"],
    ["aü", "iso-8859-1", [97, 252]],
    ["aü", "latin1", [97, 252]],
    ["a~", "us-ascii", [97, 126]],
    ["a~", "ascii", [97, 126]],
    ["a€", "utf-16le", [97, 0, 172, 32]],
    ["", "utf-16le", []],
  ])("%j in %s", (text, charset, want) => expect(bytes(text, charset)).toEqual(want));

  it.each([
    ["€", "latin1", 'Argument "a" holds characters that latin1 does not have.'],
    ["Ā", "iso-8859-1", 'Argument "a" holds characters that iso-8859-1 does not have.'],
    ["ü", "us-ascii", 'Argument "a" holds characters that us-ascii does not have.'],
    ["\u0080", "ascii", 'Argument "a" holds characters that ascii does not have.'],
    ["a", "ebcdic", 'Argument "a" would have to be written in ebcdic, which this server does not write.'],
  ])("%j cannot be in %s", (text, charset, message) => expect(refusal(() => bytes(text, charset))).toBe(message));

  it.each([
    [" text/csv; a=b ", "text/csv; a=b"],
    ["text/*", "x/y"],
    ["*/*", "x/y"],
    ["nonsense", "x/y"],
  ])("of the type %j is sent as %j", (type, want) => expect(concrete(type, "x/y")).toBe(want));
});

describe("a URI template", () => {
  it("says its variables, how specific it is, and what it comes to", () => {
    const template = uriTemplate("shop://pets/{id}/x{?a,b*}");
    expect([template.template, template.path, template.query, template.literals]).toEqual([
      "shop://pets/{id}/x{?a,b*}",
      ["id"],
      ["a", "b"],
      14,
    ]);
    expect(template.expand(new Map([["id", "a/b c"]]))).toBe("shop://pets/a%2Fb%20c/x");
    expect(template.expand(new Map([["id", ""]]))).toBeUndefined();
    expect(template.expand(new Map())).toBeUndefined();
    expect(uriTemplate("shop://pets").expand(new Map())).toBe("shop://pets");
    const longest = `shop://pets/${"x".repeat(8192 - 14)}/x`;
    expect(template.match(longest)).toBeDefined();
    expect(template.match(`${longest.slice(0, -2)}x/x`)).toBeUndefined();
  });
});
