/** Which encoding bytes are in, and where a text of them may be cut: rule by rule, with what stands just beside it. */
import { describe, expect, it } from "vitest";
import {
  cutText,
  decodeText,
  endOfCharacters,
  looksBinary,
  looksLikeText,
  recordList,
  textBytes,
  wholeCharacters,
  wholeRecords,
} from "../../templates/always/src/runtime/response/text.ts";
import { parseMediaType } from "../../templates/always/src/runtime/upstream/media-type.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const latin = (text: string): Uint8Array => Buffer.from(text, "latin1");
const plain = (found: Uint8Array): string => Buffer.from(found).toString("latin1");
const latinType = "text/plain; charset=iso-8859-1";

describe("a byte order mark", () => {
  it.each<[what: string, body: Uint8Array, type: string, text: string]>([
    ["of UTF-16, little end first", bytes(0xff, 0xfe, 0x61, 0), latinType, "a"],
    ["of UTF-16, big end first", bytes(0xfe, 0xff, 0, 0x61), latinType, "a"],
    ["of UTF-8", bytes(0xef, 0xbb, 0xbf, 0xc3, 0xbc), latinType, "ü"],
    ["of which the first byte alone is there (FF)", bytes(0xff, 0x61), latinType, "ÿa"],
    ["of which the second byte alone is there (FE)", bytes(0x61, 0xfe), latinType, "aþ"],
    ["of which the first byte alone is there (FE)", bytes(0xfe, 0x61), latinType, "þa"],
    ["of which the second byte alone is there (FF)", bytes(0x61, 0xff), latinType, "aÿ"],
    ["of which the last byte is another", bytes(0xef, 0xbb, 0x61), latinType, "ï»a"],
    ["of which the second byte is another", bytes(0xef, 0x61, 0xbf), latinType, "ïa¿"],
    ["of which the first byte is another", bytes(0x61, 0xbb, 0xbf), latinType, "a»¿"],
  ])("%s", (_what, body, type, text) => {
    expect(decodeText(body, parseMediaType(type))).toBe(text);
    expect(Buffer.from(textBytes(body, parseMediaType(type))).toString()).toBe(text);
  });

  it.each<[text: string, body: number[]]>([
    ["\u{fef0}", [0xef, 0xbb, 0xb0]],
    ["\u{f03f}", [0xef, 0x80, 0xbf]],
    ["\u{2eff}", [0xe2, 0xbb, 0xbf]],
  ])("is no other character of three bytes: %j", (text, body) => {
    expect(Buffer.from(textBytes(bytes(...body), undefined)).toString()).toBe(text);
  });
});

describe("what a document says of its encoding", () => {
  const xml = (before: string) => `${before}<?xml version="1.0" encoding="latin1"?>`;
  it.each<[type: string, head: string, isLatin: boolean]>([
    ["text/xml", xml(""), true],
    ["application/atom+xml", xml(" \n"), true],
    ["application/xml-dtd", xml(""), false],
    ["application/xmlish", xml(""), false],
    ["text/xml", xml("x"), false],
    ["text/xml", xml(" ".repeat(163)), true],
    ["text/xml", xml(" ".repeat(164)), false],
    ["text/xml", '<?xml version="1.0"?><a encoding="latin1">', false],
    ["text/xml", "<?xml xencoding='latin1'?>", false],
    ["text/xml", "<?xml encoding='lat in1'?>", false],
    ["text/xml", "<?xml a='b'\tencoding\n=\r'ISO_8859-1:1987'?>", true],
    ["text/html", "<meta charset=latin1>", true],
    ["text/html", "<META name=a CharSet = ' latin1'>", true],
    ["text/html", "<meta a><p charset=latin1>", false],
    ["text/html", "<meta charset=UTF-16le>", false],
    ["text/html", `${" ".repeat(1_004)}<meta charset=latin1>`, true],
    ["text/html", `${" ".repeat(1_005)}<meta charset=latin1>`, false],
    ["text/htmlx", "<meta charset=latin1>", false],
    ["text/html; charset=utf-8", "<meta charset=latin1>", false],
    ["text/plain", "<meta charset=latin1>", false],
  ])("as %s: %j counts: %s", (type, head, isLatin) => {
    const body = latin(`${head}\u00fc`);
    expect(decodeText(body, parseMediaType(type)).at(-1)).toBe(isLatin ? "ü" : "\ufffd");
  });

  it("has each character of windows-1252 that Latin-1 has controls for", () => {
    const body = Uint8Array.from({ length: 34 }, (_, index) => 0x7f + index);
    const want = "\x7f€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ\u00a0";
    expect(decodeText(body, parseMediaType(latinType))).toBe(want);
    // Of other encodings controls stay what they are.
    expect(decodeText(Buffer.from("\u0080"), undefined)).toBe("\u0080");
    expect(
      Buffer.from(textBytes(Buffer.from("\u0080\0", "utf16le"), parseMediaType("a/b; charset=utf-16le"))).toString(),
    ).toBe("\u0080\0");
  });
});

describe("whether bytes are text", () => {
  const long = (length: number, ...end: number[]) => Buffer.concat([Buffer.alloc(length, 0x61), bytes(...end)]);
  it("is told by the first 4,096 of them", () => {
    expect(looksLikeText(long(4_095, 0))).toBe(false);
    expect(looksLikeText(long(4_096, 0))).toBe(true);
    expect(looksLikeText(long(4_094, 0xfc, 0x61))).toBe(false);
    expect(looksLikeText(long(3, 0), 3)).toBe(true);
    expect(looksLikeText(long(3, 0), 4)).toBe(false);
    expect(looksBinary(long(4_094, 0xff, 0))).toBe(true);
    expect(looksBinary(long(4_095, 0xff, 0))).toBe(false);
    expect(looksBinary(long(4_093, 0xff, 0x61, 0))).toBe(true);
  });

  it.each<[body: number[], isBinary: boolean]>([
    [[0xff, 0xfe, 0], false],
    [[0xfe, 0xff, 0], false],
    [[0xff, 0xff, 0], true],
    [[0xfe, 0xfe, 0], true],
    [[0xff, 0x61, 0], true],
    [[0x61, 0xfe, 0], true],
    [[0x61, 0xff, 0], true],
    [[0xfe, 0x61, 0], true],
  ])("%j is none: %s", (body, isBinary) => expect(looksBinary(bytes(...body))).toBe(isBinary));
});

describe("the place where a text may be cut", () => {
  it.each<[body: number[], at: number, want: number]>([
    [[], 0, 0],
    [[0x61], 1, 1],
    [[0xc3], 1, 0],
    [[0xc3, 0xbc], 1, 0],
    [[0xc3, 0xbc], 2, 2],
    [[0xf0, 0x9f, 0x98], 3, 0],
    [[0xf0, 0x9f, 0x98, 0x80], 4, 4],
    [[0x61, 0xe2, 0x82], 3, 1],
    // What is no character has no end to look for.
    [[0x80, 0x80, 0x80, 0x80, 0x80], 5, 5],
    [[0x80, 0x80], 2, 2],
  ])("of %j is %i: %i", (body, at, want) => expect(endOfCharacters(bytes(...body), at)).toBe(want));

  it.each<[text: string, most: number, want: string, cut: boolean]>([
    ["abc", 0, "", true],
    ["", 0, "", false],
    ["üb", 3, "üb", false],
    ["üb", 2, "ü", true],
  ])("of %j in %i bytes leaves %j", (text, most, want, cut) =>
    expect(cutText(text, most)).toEqual({ text: want, bytes: Buffer.byteLength(text), cut }),
  );
});

describe("what was cut", () => {
  it.each<[text: string, isEvents: boolean, want: string]>([
    ["a\nb\n", false, "a\nb\n"],
    ["a\nb", false, "a\n"],
    ["a\r\nb\r", false, "a\r\n"],
    ["a", false, "a"],
    ["", false, ""],
    ["data: a\n\n", true, "data: a\n\n"],
    ["data: a\n\ndata: b\n", true, "data: a\n\n"],
    ["data: a\n\ndata: b\n\n", true, "data: a\n\ndata: b\n\n"],
    ["data: a\n\ndata: b\r\n\r\n", true, "data: a\n\ndata: b\r\n\r\n"],
    ["data: a\n\ndata: b\r\r", true, "data: a\n\ndata: b\r\r"],
    ["data: a\n\ndata: b\n\r\n", true, "data: a\n\ndata: b\n\r\n"],
    // One break of two characters is no empty line.
    ["data: a\n\ndata: b\r\n", true, "data: a\n\n"],
    ["data: a", true, "data: a"],
  ])("%j, events: %s, has whole records %j", (text, isEvents, want) =>
    expect(plain(wholeRecords(latin(text), isEvents))).toBe(want),
  );

  it.each<[body: number[], want: number[]]>([
    [[0x61, 0xc3], [0x61]],
    [
      [0x61, 0xc3, 0xbc],
      [0x61, 0xc3, 0xbc],
    ],
    [[0x61, 0xf0, 0x9f, 0x98], [0x61]],
    // Of another encoding no byte is half a character.
    [
      [0xfc, 0x61, 0xc3],
      [0xfc, 0x61, 0xc3],
    ],
    [[], []],
  ])("%j has whole characters %j", (body, want) => expect([...wholeCharacters(bytes(...body))]).toEqual(want));
});

describe("the records of a stream", () => {
  it.each<[text: string, isEvents: boolean, ends: readonly number[]]>([
    ["\n", false, [1]],
    ["\n\n", false, [1, 2]],
    ["a\rb\n", false, [4]],
    ["\r\r", true, [2]],
    ["\r\n\r\n", true, [4]],
    ["\r\n", true, [2]],
    ["a\r\nb\r\n\r\nc", true, [8, 9]],
    ["a\rb\r\rc", true, [5, 6]],
    ["a\nb\n\r\rc", true, [5, 7]],
  ])("%j, events: %s, end at %j", (text, isEvents, ends) =>
    expect(recordList(latin(text), isEvents)).toEqual({ start: 0, ends: Uint32Array.from(ends), separator: 0 }),
  );
});
