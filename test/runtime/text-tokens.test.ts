/** How much of a text costs at most so many tokens, by kinds of characters. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../templates/always/src/runtime/data/bytes.ts";
import { bytesWithin, roomFor } from "../../templates/always/src/runtime/response/tokens.ts";

describe("bytes within so many tokens", () => {
  it.each<[string, number, number]>([
    ["", 5, 0],
    ["word", 1, 4],
    ["abcdef", 1, 6],
    // Seven letters are two tokens: of one of them half of the run fits.
    ["abcdefg", 1, 3],
    ["abcdefg", 2, 7],
    ["Word", 1, 4],
    ["WORDS", 2, 5],
    ["WORDS", 1, 2],
    ["123", 1, 3],
    ["1234", 1, 2],
    ["1234", 2, 4],
    ["{}:", 1, 3],
    ["{}:;", 2, 4],
    ["{}:;", 1, 2],
    ["üü", 2, 4],
    ["üü", 1, 2],
    ["€", 1, 3],
    ["one two", 2, 7],
    ["one two", 1, 4],
    ["one  two", 3, 8],
    ["one  two", 2, 5],
    ["one\n\ttwo", 3, 8],
    ["one\u0008two", 3, 7],
    ["one\u000etwo", 3, 7],
    ["aB", 2, 2],
    ["aB", 1, 1],
    ["a{1", 3, 3],
    ["a{1", 2, 2],
    ["abc", 0, 0],
    ["a~z@[`/:", 8, 8],
  ])("of %j within %i are %i", (text, tokens, want) => expect(bytesWithin(utf8(text), 0, tokens)).toBe(want));

  it("may begin anywhere", () => {
    expect(bytesWithin(utf8("one two three"), 4, 1)).toBe(4);
    expect(bytesWithin(utf8("one two three"), 4, 9)).toBe(9);
    expect(bytesWithin(utf8("one"), 3, 9)).toBe(0);
  });
});

describe("a character", () => {
  const within = (character: number, count: number, tokens: number): number =>
    bytesWithin(new Uint8Array(count).fill(character), 0, tokens);

  it("of small letters stands for a sixth of a token, from a to z", () => {
    expect(["a", "z"].map((letter) => within(letter.charCodeAt(0), 12, 2))).toEqual([12, 12]);
    expect(["`", "{"].map((sign) => within(sign.charCodeAt(0), 12, 2))).toEqual([6, 6]);
  });

  it("of capitals stands for two fifths of a token, from A to Z", () => {
    expect(["A", "Z"].map((letter) => within(letter.charCodeAt(0), 15, 5))).toEqual([12, 12]);
    expect(["@", "["].map((sign) => within(sign.charCodeAt(0), 15, 5))).toEqual([15, 15]);
  });

  it("of other alphabets stands for two sevenths of a token for each byte", () => {
    expect([0x80, 0xff].map((byte) => within(byte, 7, 2))).toEqual([7, 7]);
    expect(within(0x7f, 7, 2)).toBe(4);
  });

  it.each([
    ["09", 2],
    ["90", 2],
    ["0/", 1],
    ["/0", 1],
    ["9:", 1],
    [":9", 1],
    ["a0", 1],
    ["!/", 2],
    ["\u007f~", 2],
  ])("belongs to the run before it where it is of the same kind: of %j within a token are %i", (text, want) =>
    expect(bytesWithin(utf8(text), 0, 1)).toBe(want),
  );

  it.each([
    [" ", 1],
    ["\t", 1],
    ["\r", 1],
    ["\b", 0],
    ["\u000e", 0],
    ["\u001f", 0],
    ["!", 0],
    ["  ", 0],
    [" \t", 0],
    ["\n\r", 0],
    [" \b", 1],
    ["\t!", 1],
    ["\r\u000e", 1],
  ])("of white space costs nothing where it stands alone: of %j for nothing are %i", (text, want) =>
    expect(bytesWithin(utf8(text), 0, 0)).toBe(want),
  );
});

describe("the room for a text", () => {
  const room = (text: string, maxTextBytes: number, maxTokens?: number, from?: number): number =>
    roomFor(utf8(text), { maxTextBytes, ...(maxTokens === undefined ? {} : { maxTokens }) }, from);
  it.each<[string, number, number | undefined, number | undefined, number]>([
    ["one two three", 100, undefined, undefined, 100],
    ["one two three", 100, 13, undefined, 100],
    ["one two three", 100, 2, undefined, 8],
    ["one two three", 5, 2, undefined, 5],
    ["one two three", 100, 1, 4, 4],
    ["one two three", 100, 9, 4, 100],
    // Something is always given.
    ["abcdefghijklmnop", 100, 0, undefined, 1],
  ])("%j with %i bytes and %s tokens from %s is %i", (text, bytes, tokens, from, want) =>
    expect(room(text, bytes, tokens, from)).toBe(want),
  );
});
