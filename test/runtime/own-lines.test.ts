/** Which lines of an answer read like ours and are marked, and which do not. */
import { describe, expect, it } from "vitest";
import {
  jsonWithoutBreaks,
  quotedWhereLikeOurs,
  withoutQuotes,
  withoutSpaces,
} from "../../templates/always/src/runtime/response/own-words.ts";

describe("a line that begins like one of ours", () => {
  const words = [
    "hint",
    "note",
    "part",
    "cut",
    "done",
    "created at",
    "received",
    "http 404",
    "the api accepted",
    "the api redirects",
    "the api gave",
    "the answer",
    "the structured content",
    "the rest",
  ];
  it.each(words)("is marked: %s", (word) => {
    for (const line of [word, `${word}: a`, `${word} a`, `${word}.`, word.toUpperCase(), `  ${word}`, `\t- ${word}`])
      expect(quotedWhereLikeOurs(line)).toBe(`> ${line}`);
  });

  it.each(words)("is not where it goes on as another word does: %s", (word) => {
    for (const end of ["x", "é", "5", "_", "-", "𝔵"]) {
      const line = `${word}${end} a`;
      // Letters of other forms that read alike count as those.
      expect(quotedWhereLikeOurs(line)).toBe(line);
    }
  });

  it.each([..." \t>*_#`\"'“‘([|~+=-"])("is marked behind %j", (sign) => {
    expect(quotedWhereLikeOurs(`${sign}Hint: a`)).toBe(`> ${sign}Hint: a`);
  });

  it.each([..."a5.:;,!?/\\{)]"])("is none behind %j", (sign) => {
    expect(quotedWhereLikeOurs(`${sign}Hint: a`)).toBe(`${sign}Hint: a`);
  });

  it("is marked behind 40 signs at most, and where its letters read alike", () => {
    expect(quotedWhereLikeOurs(`${"-".repeat(40)}note a`)).toBe(`> ${"-".repeat(40)}note a`);
    expect(quotedWhereLikeOurs(`${"-".repeat(41)}note a`)).toBe(`${"-".repeat(41)}note a`);
    expect(quotedWhereLikeOurs("Ｎｏｔｅ: a")).toBe("> Ｎｏｔｅ: a");
    expect(quotedWhereLikeOurs(`Note: ${"a".repeat(200)}`)).toBe(`> Note: ${"a".repeat(200)}`);
  });

  it("is marked wherever a line begins, each of them", () => {
    expect(quotedWhereLikeOurs("Note: a\nb\nnote\r\nc\rnote\u2028note\u2029note\n\nnote")).toBe(
      "> Note: a\nb\n> note\r\nc\r> note\u2028> note\u2029> note\n\n> note",
    );
  });

  it.each([
    "http",
    "http 40",
    "http 4045",
    "the",
    "the api",
    "the api is",
    "created",
    "createdat",
    "th answer",
    "a note",
  ])("is another: %s", (line) => expect(quotedWhereLikeOurs(line)).toBe(line));
});

it("JSON stands on as many lines as it has", () => {
  expect(jsonWithoutBreaks('"a\u2028b\u2029c\u2028"\n')).toBe('"a\\u2028b\\u2029c\\u2028"\n');
});

it("an address has no spaces, and a name within quotes cannot end them", () => {
  expect(withoutSpaces("/a b\tc\u00a0d\u2028e")).toBe("/a%20b%09c%C2%A0d%E2%80%A8e");
  expect(withoutQuotes("a\"b“c”d„e‟f'g")).toBe("a'b'c'd'e'f'g");
});
