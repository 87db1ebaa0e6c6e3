/** Answers as text: statuses, media types, encodings, sequences, what nobody sees, and parts that are cut off. */
import { describe, expect, it } from "vitest";
import type { CallPlan, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { utf8 } from "../../templates/always/src/runtime/data/bytes.ts";
import { byteAt, textPart, wholeText } from "../../templates/always/src/runtime/response/part.ts";
import { enumerated, refiningArguments } from "../../templates/always/src/runtime/response/tokens.ts";
import {
  beginsWithLine,
  holdsRecords,
  readEvents,
  readLines,
  readSequence,
} from "../../templates/always/src/runtime/response/records.ts";
import { statusText } from "../../templates/always/src/runtime/response/failure.ts";
import {
  cutText,
  decodeText,
  endOfCharacters,
  looksBinary,
  looksLikeText,
  textBytes,
  recordList,
} from "../../templates/always/src/runtime/response/text.ts";
import {
  escapedText,
  hiddenIn,
  visibleLine,
  visibleText,
  visibleValue,
} from "../../templates/always/src/runtime/text/visible.ts";
import {
  isJson,
  isRange,
  isSequence,
  isText,
  parseMediaType,
} from "../../templates/always/src/runtime/upstream/media-type.ts";
import { plan } from "./wire.ts";

describe("a status", () => {
  const named =
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
    511 Network Authentication Required`.split(/,\s+/);

  it("has the name that most programs give it, or none", () => {
    const all = Array.from({ length: 600 }, (_, index) => statusText(index + 1));
    expect(all.filter((text) => text.includes(" "))).toEqual(named);
    expect([statusText(418), statusText(499), statusText(306)]).toEqual(["418 I'm a Teapot", "499", "306"]);
  });
});

describe("a media type", () => {
  it.each([
    ["text/CSV", "text/csv", {}],
    [" text/csv ; Charset=UTF-8; a=b", "text/csv", { charset: "UTF-8", a: "b" }],
    ['a/b; x="c;d\\"e\\\\"; x=2', "a/b", { x: 'c;d"e\\' }],
    ["*/*", "*/*", {}],
    ["a/b;", "a/b", {}],
    ["a/b; nonsense; c = d", "a/b", { c: "d" }],
  ])("is read: %s", (text, essence, parameters) => {
    const found = parseMediaType(text);
    expect([found?.essence, Object.fromEntries(found?.parameters ?? [])]).toEqual([essence, parameters]);
  });

  it.each(["", "text", "text/", "/csv", "a b/c", "a/b c", "a/b, c/d", "text/csv x"])("is none: %j", (text) =>
    expect(parseMediaType(text)).toBeUndefined(),
  );

  it.each([
    ["application/json", "json"],
    ["text/json", "json"],
    ["application/problem+json", "json"],
    ["application/jsonl", "sequence"],
    ["application/jsonlines", "sequence"],
    ["application/x-jsonlines", "sequence"],
    ["application/ndjson", "sequence"],
    ["application/x-ndjson", "sequence"],
    ["application/json-seq", "sequence"],
    ["application/geo+json-seq", "sequence"],
    ["application/x+json-seq", "sequence"],
    ["application/stream+json", "sequence"],
    ["text/plain", "text"],
    ["application/xml", "text"],
    ["application/xml-dtd", "text"],
    ["application/javascript", "text"],
    ["application/ecmascript", "text"],
    ["application/x-javascript", "text"],
    ["application/yaml", "text"],
    ["application/x-yaml", "text"],
    ["application/toml", "text"],
    ["application/graphql", "text"],
    ["application/sql", "text"],
    ["application/rtf", "text"],
    ["application/x-www-form-urlencoded", "text"],
    ["application/x-sh", "text"],
    ["application/x-pem-file", "text"],
    ["application/pem-certificate-chain", "text"],
    ["application/jose", "text"],
    ["application/jwt", "text"],
    ["application/ld+yaml", "text"],
    ["application/n-triples", "text"],
    ["application/n-quads", "text"],
    ["application/trig", "text"],
    ["application/sparql-query", "text"],
    ["image/svg+xml", "text"],
    ["application/x+yaml", "text"],
    ["application/x+text", "text"],
    ["application/jsonx", "bytes"],
    ["application/x+xmlish", "bytes"],
    ["image/png", "bytes"],
    ["xtext/plain", "bytes"],
  ])("%s is %s", (essence, kind) => {
    expect([isJson(essence), isSequence(essence), isText(essence)]).toEqual([
      kind === "json",
      kind === "sequence",
      kind !== "bytes",
    ]);
    expect([isRange(essence), isRange("image/*")]).toEqual([false, true]);
  });
});

describe("the text of bytes", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  it.each<[string, string, string]>([
    ["a\u00c3\u00bc", "text/plain", "aü"],
    ["\u00ff\u00fea\0", "text/plain; charset=utf-8", "a"],
    ["\u00fe\u00ff\0a", "text/plain", "a"],
    ["\u00ef\u00bb\u00bf\u00c3\u00bc", "text/plain; charset=latin1", "ü"],
    ["\u00fc", "text/plain; charset=iso-8859-1", "ü"],
    ["\u0080\u0085\u009f\u0081", "text/plain; charset= windows-1252 ", "€…Ÿ\ufffd"],
    ["\u00fc", "text/plain; charset=nonsense", "\ufffd"],
    ["\u00fc", "text/plain", "\ufffd"],
    [
      '<?xml version="1.0" encoding="iso-8859-1"?>\u00fc',
      "application/xml",
      '<?xml version="1.0" encoding="iso-8859-1"?>ü',
    ],
    ["<?xml version='1.0' encoding = 'latin1'?>\u00fc", "image/svg+xml", "<?xml version='1.0' encoding = 'latin1'?>ü"],
    ['<?xml encoding="latin1"?>\u00fc', "text/plain", '<?xml encoding="latin1"?>\ufffd'],
    ['<meta charset="latin1">\u00fc', "text/html", '<meta charset="latin1">ü'],
    ["<meta content='text/html; CHARSET=latin1'>\u00fc", "text/html", "<meta content='text/html; CHARSET=latin1'>ü"],
    ["<meta charset=utf-16>\u00c3\u00bc", "text/html", "<meta charset=utf-16>ü"],
    ["<meta charset=latin1>\u00fc", "application/xml", "<meta charset=latin1>\ufffd"],
    [`${" ".repeat(1024)}<meta charset=latin1>\u00fc`, "text/html", `${" ".repeat(1024)}<meta charset=latin1>\ufffd`],
  ])("%j as %s is %j", (text, type, want) => {
    const mediaType = parseMediaType(type);
    expect(decodeText(bytes(text), mediaType)).toBe(want);
    expect(Buffer.from(textBytes(bytes(text), mediaType)).toString()).toBe(want);
  });

  it.each<[string, boolean, boolean]>([
    ["abc", true, false],
    ["\u00c3\u00bc", true, false],
    ["\u00c3", true, false],
    ["\u00fc", false, false],
    ["a\0b", false, false],
    ["a\0\u00fc", false, true],
    ["\u00ff\u00fea\0", false, false],
    ["\u00fe\u00ff\0a", false, false],
    ["\u00ffa\0", false, true],
    ["", true, false],
  ])("%j looks like text: %s, like none: %s", (text, isLike, isUnlike) => {
    expect([looksLikeText(bytes(text)), looksBinary(bytes(text))]).toEqual([isLike, isUnlike]);
  });

  it("is looked at in its beginning", () => {
    const late = Buffer.concat([Buffer.alloc(4096, 97), Buffer.from([0])]);
    expect([looksLikeText(late), looksLikeText(late, 4097)]).toEqual([true, false]);
    expect(looksLikeText(Buffer.concat([Buffer.alloc(70_000, 97), Buffer.from([0xfc])]), 80_000)).toBe(false);
    expect(looksLikeText(Buffer.from("ü".repeat(40_000)), 80_000)).toBe(true);
  });

  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 3],
    [5, 3],
    [6, 6],
    [7, 6],
    [8, 6],
    [9, 6],
    [10, 10],
    [11, 11],
  ])("may be cut at byte %i at %i", (at, want) => expect(endOfCharacters(utf8("aü€😀b"), at)).toBe(want));

  it.each([
    ["abc", 3, "abc", 3, false],
    ["abc", 2, "ab", 3, true],
    ["aü€", 6, "aü€", 6, false],
    ["aü€", 5, "aü", 6, true],
    ["aü€", 2, "a", 6, true],
    ["😀", 3, "", 4, true],
    ["", 0, "", 0, false],
  ])("%s in %i bytes is %s", (text, most, want, length, cut) =>
    expect(cutText(text, most)).toEqual({ text: want, bytes: length, cut }),
  );
});

describe("a sequence", () => {
  it.each<[string, boolean, JsonValue | undefined]>([
    ["1\n2\r\n\n3", false, [1, 2, 3]],
    ["", false, []],
    ["\u001e1\n\u001e2\n", false, [1, 2]],
    ["\u001e{\n}\n\u001e2", false, [{}, 2]],
    ["1\nx\n2", false, undefined],
    ["1\nx", false, undefined],
    ["1\nx", true, [1]],
    ["1\nx\n2", true, undefined],
    ["x", true, []],
    ["9007199254740993", false, ["9007199254740993"]],
  ])("%j (cut: %s) has %j", (text, truncated, want) => expect(readSequence(text, truncated)).toEqual(want));

  it.each<[string, boolean, JsonValue]>([
    ["data: a\n\ndata:b\r\n\r\ndata:  c\r\r", false, [{ data: "a" }, { data: "b" }, { data: " c" }]],
    ["data: a\ndata: b\ndata", false, [{ data: "a\nb\n" }]],
    ["event: e\nid: 1\nretry: 50\ndata: a", false, [{ event: "e", id: "1", retry: 50, data: "a" }]],
    ["id: a\0b\nretry: x\nretry: 5x\nother: y\n: comment\n data: z", false, []],
    ["data: a\n\ndata: b", true, [{ data: "a" }]],
    ["event: e", false, [{ event: "e" }]],
    ["data: a: b", false, [{ data: "a: b" }]],
    ["", false, []],
  ])("of events %j (cut: %s) has %j", (text, truncated, want) => expect(readEvents(text, truncated)).toEqual(want));

  it.each<[string, JsonValue | undefined]>([
    ["1\n2", [1, 2]],
    ["{}\n", [{}]],
    ["{\n}", undefined],
    ["1", undefined],
    ["1\nx", undefined],
  ])("that is called JSON, %j, has %j", (text, want) => expect(readLines(text, false)).toEqual(want));

  it.each([
    ["text/event-stream", "data: 1\n\n", true],
    ["text/event-stream", "data: 1", false],
    ["text/event-stream", ": ping\n\n", false],
    ["application/x-ndjson", "1\n", true],
    ["application/x-ndjson", '{"a"', false],
    ["application/json", "{}\n{", true],
    ["application/json", "{\n", false],
    ["application/json", "{}", false],
    ["text/plain", "1\n2\n", false],
    [null, "1\n2\n", false],
  ])("of type %s says something by %j: %s", (type, text, want) => expect(holdsRecords(utf8(text), type)).toBe(want));

  it("is looked for in the first line only", () => {
    expect([beginsWithLine(utf8("12\n"), 3), beginsWithLine(utf8("12\n"), 2), beginsWithLine(utf8("\n1"), 9)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  const ends = (text: string, isEvents: boolean): readonly number[] => {
    const { start, separator, property, ends: found } = recordList(utf8(text), isEvents);
    expect([start, separator, property]).toEqual([0, 0, undefined]);
    return [...found];
  };
  it.each([
    ["a\nb\r\nc", false, [2, 5, 6]],
    ["a\n", false, [2]],
    ["", false, []],
    ["a\n\nb\r\rc\r\n\r\nd", true, [3, 6, 11, 12]],
    ["a\nb\r\nc", true, [6]],
    ["a\n\r\nb", true, [4, 5]],
    ["a\r\n\r", true, [4]],
    ["\n\n", true, [2]],
  ])("%j (events: %s) ends behind %j", (text, isEvents, want) => expect(ends(text, isEvents)).toEqual(want));

  it("may have any number of records", () =>
    expect(ends("a\n".repeat(3_000), false)).toEqual(Array.from({ length: 3_000 }, (_, index) => 2 * index + 2)));
});

describe("a part of a text", () => {
  const whole = (text: string, maxBytes: number, list = { start: 1, ends: Uint32Array.of(2, 4, 6), separator: 1 }) =>
    wholeText(utf8(text), list, "application/json", maxBytes);
  const shown = (text: string, at: number, maxBytes: number): unknown => {
    const part = textPart(whole(text, maxBytes), at, maxBytes);
    return part && [part.text, part.from, part.to, part.of, part.unit, part.next];
  };
  it.each<[number, number, unknown]>([
    [0, 7, ["[1,2,3]", 1, 3, 3, "items", undefined]],
    [0, 6, ["[1,2]", 1, 2, 3, "items", 2]],
    [2, 6, ["[3]", 3, 3, 3, "items", undefined]],
    [1, 6, ["[2,3]", 2, 3, 3, "items", undefined]],
    [3, 6, undefined],
    [0, 4, ["[1]", 1, 1, 3, "items", 1]],
    // What stands around may not be the most of it.
    [0, 3, ["[1,", 1, 3, 7, "bytes", 3]],
  ])("from item %i in %i bytes: %j", (at, most, want) => expect(shown("[1,2,3]", at, most)).toEqual(want));

  it("is made of bytes where there are no items, or one is too long", () => {
    const plain = { kind: "text", bytes: utf8("aü€b"), mimeType: "text/plain" } as const;
    const of = (at: number, most: number): unknown => {
      const part = textPart(plain, at, most);
      return part && [part.text, part.from, part.to, part.of, part.unit, part.next];
    };
    expect(of(0, 7)).toEqual(["aü€b", 1, 7, 7, "bytes", undefined]);
    expect(of(0, 5)).toEqual(["aü", 1, 3, 7, "bytes", 3]);
    expect(of(3, 3)).toEqual(["€", 4, 6, 7, "bytes", 6]);
    expect(of(2, 2)).toEqual(["ü", 2, 3, 7, "bytes", 3]);
    expect(of(0, 0)).toEqual(["", 1, 0, 7, "bytes", undefined]);
    expect(of(7, 5)).toBeUndefined();
    expect(textPart({ ...plain, bytes: utf8("") }, 0, 5)).toMatchObject({ text: "", from: 1, to: 0, of: 0 });
    expect([0, 1, 2].map((at) => byteAt(whole("[1,2,3]", 7), at))).toEqual([1, 3, 5]);
    expect(byteAt(plain, 4)).toBe(4);
    expect(whole("[1,2,3]", 3).list).toBeUndefined();
    expect(whole("[1,2,3]", 4).list).toBeDefined();
    expect(whole("[1]", 4, { start: 1, ends: Uint32Array.of(2), separator: 1 }).list).toBeUndefined();
    expect(wholeText(utf8("1"), undefined, "a/b", 9)).toEqual({ kind: "text", bytes: utf8("1"), mimeType: "a/b" });
  });
});

describe("arguments that ask for less", () => {
  const call = (names: readonly string[]): CallPlan =>
    ({
      request: plan({
        parameters: names.map((name) => ({ argument: name, name, in: "query", style: "form", explode: true })),
      }),
    }) as unknown as CallPlan;
  const names = `after before count cursor endingBefore fieldmask fields filter first include last limit max maxitems
    max_results next-cursor nextPageToken nexttoken offset page page[cursor] pagelimit page_number pageOffset page[size]
    pageToken per_page q query search select since size skip start startAfter startat startingafter startindex top
    fields[pets]`.split(/\s+/);
  it("are known by their names", () => {
    expect(refiningArguments(call(names))).toEqual(names.map((name) => `"${name}"`));
    expect(refiningArguments(call(["id", "status", "limits", "myfields", ""]))).toEqual([]);
    const parameters = [{ argument: "limit", name: "limit", in: "header", style: "simple", explode: false }];
    const body = { fields: [{ argument: "size", name: "size" }] };
    expect(refiningArguments({ request: { parameters, body } } as unknown as CallPlan)).toEqual(['"size"']);
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(enumerated)).toEqual(["", "a", "a or b", "a, b or c"]);
  });
});

describe("characters that nobody sees", () => {
  it.each([
    ["a\tb\nc\r", "a\tb\nc\r"],
    ["a\0\u0007\u001f\u007f\u0080b", "ab"],
    ["a\u00ad\u200b\u200e\u202e\u2060\u2064\u2800\ufeff\ufff9\ufffbb", "ab"],
    ["a\u{e0041}\u{e0100}b", "ab"],
    ["a\ue000\u{f0000}\uffff\u0378b", "ab"],
    ["a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["a\u200cb\u200dc", "abc"],
    ["نا\u200cمه", "نا\u200cمه"],
    ["क\u200dष", "क\u200dष"],
    ["👩\u200d👧", "👩\u200d👧"],
    ["👩🏽\u200d👧", "👩🏽\u200d👧"],
    ["❤️\u200d🔥", "❤️\u200d🔥"],
    ["👩\u200dx", "👩x"],
    ["❤\ufe0f #\ufe0e a\ufe0f", "❤\ufe0f #\ufe0e a"],
    ["漢\ufe00 ∩\ufe00 a\ufe00", "漢\ufe00 ∩\ufe00 a"],
    ["漢\u{e0100} a\u{e0100}", "漢\u{e0100} a"],
    ["ᠠ\u180b a\u180b", "ᠠ\u180b a"],
    ["\u200d👧", "👧"],
  ])("are taken out: %j is %j", (text, want) => expect(visibleText(text)).toBe(want));

  it("are named, or written as escapes", () => {
    expect(hiddenIn("a\u200bb\u200b\u{e0041}\0")).toEqual(["U+200B", "U+E0041", "U+0000"]);
    expect(hiddenIn("plain ü")).toEqual([]);
    expect(escapedText("a\u200b\u{e0041}\u0007")).toBe("a\\u200b\\udb40\\udc41\\u0007");
    expect(escapedText("plain\tü")).toBe("plain\tü");
  });

  it.each<[string, number, string]>([
    [" a\n\n b\t", 9, "a b"],
    ["a \u200b b", 9, "a b"],
    ["abcde", 5, "abcde"],
    ["abcdef", 5, "abcde…"],
    ["😀😀😀", 2, "😀😀…"],
    ["😀😀", 2, "😀😀"],
    ["", 5, ""],
  ])("are none in a line: %j in %i characters is %j", (text, most, want) => expect(visibleLine(text, most)).toBe(want));

  it("are none in a value, whose names stay apart", () => {
    const clean = { a: ["b", 1, null, true], c: { d: "e" } };
    expect(visibleValue(clean)).toBe(clean);
    const dirty = { "a\u200b": 1, a: ["b\u200b", "c"], "a\u200c": { d: "e" } };
    expect(visibleValue(dirty)).toEqual({ a: 1, a_2: ["b", "c"], a_3: { d: "e" } });
    expect([visibleValue("a\u200b"), visibleValue(1), visibleValue(null)]).toEqual(["a", 1, null]);
    expect(visibleLine("a".repeat(501))).toBe(`${"a".repeat(500)}…`);
  });
});
