/** Where texts end that are too long, and what of them goes first. */
import { describe, expect, it } from "vitest";
import {
  type Known,
  condense,
  cut,
  sentencesOf,
  shorten,
  someOf,
  withoutSentences,
} from "../../../src/mcp/text/condense.ts";

describe("a text that is cut", () => {
  it.each<[string, string, number, string]>([
    ["not, where it fits", "abc def", 7, "abc def"],
    ["between words", "abcdef ghijkl mnopqr", 15, "abcdef […]"],
    ["behind whole words", "abcdef ghijkl mnopqr", 18, "abcdef ghijkl […]"],
    ["within the only word", "x".repeat(30), 14, `${"x".repeat(10)} […]`],
    ["within a word that begins in its first half", "ab cdefghijklmnopqrs", 14, "ab cdefghi […]"],
    ["behind a sentence", "One is here. Two is there. Three is long.", 34, "One is here. Two is there. […]"],
    [
      "within a sentence, where those before are short",
      "One. Two is a very very long sentence of it.",
      34,
      "One. Two is a very very long […]",
    ],
    [
      "behind a sentence of a script without spaces",
      "これは文です。これも長い文ですから切られます",
      14,
      "これは文です。 […]",
    ],
    ["behind its sign for a call", "これは文です！これも長い文ですから切られます", 14, "これは文です！ […]"],
    ["behind its sign for a question", "これは文です？これも長い文ですから切られます", 14, "これは文です？ […]"],
    [
      "before an open bracket",
      "Some longer words stand here (a bracket that does not end",
      48,
      "Some longer words stand here […]",
    ],
    [
      "before an open square bracket",
      "Some longer words stand here [a bracket that does not end",
      48,
      "Some longer words stand here […]",
    ],
    [
      "before the last bracket that is open",
      "Words (of a) are followed by (another one of it",
      42,
      "Words (of a) are followed […]",
    ],
    [
      "behind a bracket that is closed",
      "Some longer words stand here (a bracket) which is closed now",
      52,
      "Some longer words stand here (a bracket) which […]",
    ],
    [
      "not before a bracket in its first half",
      "A (bracket that goes on for a long time and never ends",
      44,
      "A (bracket that goes on for a long time […]",
    ],
    ["not between the halves of a sign", `${"x".repeat(9)}😀😀😀`, 14, `${"x".repeat(9)} […]`],
  ])("%s", (_, text, maximum, want) => expect(cut(text, maximum)).toBe(want));

  it.each([
    "and",
    "or",
    "the",
    "a",
    "an",
    "of",
    "to",
    "with",
    "by",
    "in",
    "for",
    "as",
    "such as",
    "for example",
    "e.g.",
    "e.g",
    "i.e.",
    ",",
    ";",
    ":",
    "(",
    "–",
    "—",
    "-",
    ", and the",
  ])("does not end in %j", (end) => {
    const start = "Words that stand there";
    expect(cut(`${start} ${end} xxxxxxxxxxxxxxxxxxxxxxxx`, start.length + end.length + 7)).toBe(`${start} […]`);
  });

  it.each(["band", "theory", "can", "also", "into", "was"])("may end in %s", (end) => {
    const start = `Words that stand there ${end}`;
    expect(cut(`${start} xxxxxxxxxxxxxxxxxxxxxxxx`, start.length + 6)).toBe(`${start} […]`);
  });
});

describe("a line that is shortened", () => {
  it.each<[string, number, string]>([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["one two three", 10, "one two…"],
    ["a bcdefghijk", 10, "a bcdefgh…"],
    ["One is. Two is it", 11, "One is."],
    ["One is. Two is it", 12, "One is.…"],
    ["One is! Two is it", 11, "One is!"],
    ["One is! Two is it", 12, "One is!…"],
    ["One is? Two is it", 11, "One is?"],
    ["One is? Two is it", 12, "One is?…"],
    ["A. Two is of it", 12, "A. Two is…"],
    ["12345 67890 x", 9, "12345…"],
    ["12345 67890 x", 11, "12345 6789…"],
    ["abc😀😀", 5, "abc…"],
  ])("%j to %i: %j", (text, maximum, want) => expect(shorten(text, maximum)).toBe(want));
});

describe("names in a line", () => {
  it.each<[readonly string[], number, string]>([
    [[], 10, ""],
    [["a", "b"], 6, "a, b"],
    [["a", "b"], 5, "a and 1 more"],
    [["a long name"], 3, "a long name"],
    [["a long name", "b"], 3, "a long name and 1 more"],
    [["aa", "bb", "cc"], 8, "aa, bb and 1 more"],
  ])("%j in %i: %j", (texts, maximum, want) => expect(someOf(texts, maximum)).toBe(want));
});

describe("a sentence that may go", () => {
  const mayGo = (sentence: string): boolean => sentence.startsWith("Go");
  it.each<[readonly string[], readonly string[]]>([
    [["Go.", "Stay."], ["Stay."]],
    [
      ["Go.", "This stays."],
      ["Go.", "This stays."],
    ],
    [
      ["Go.", "(It stays.)"],
      ["Go.", "(It stays.)"],
    ],
    [["Go.", "Thistle stays."], ["Thistle stays."]],
    [
      ["Go.", "Go too.", "However it be."],
      ["Go too.", "However it be."],
    ],
    [["Stay.", "Go."], ["Stay."]],
  ])("%j: %j", (sentences, want) => expect(withoutSentences(sentences, mayGo)).toEqual(want));

  it("is asked about by its place", () => {
    const mayGo = (_: string, place: number): boolean => place !== 1;
    expect(withoutSentences(["One.", "It stays.", "Two."], mayGo)).toEqual(["One.", "It stays."]);
  });

  it.each(
    `This These That Those It Its They Them Their Such Otherwise Then There Here However But And Or Also Thus Hence
    Therefore So Instead E.g I.e Else Both Neither Either Conversely Similarly Likewise`
      .split(/\s+/)
      .map((word) => [word]),
  )("stays before one that begins with %s", (word) =>
    expect(withoutSentences(["Go.", `${word} x.`], mayGo)).toHaveLength(2),
  );
});

describe("a sentence about values", () => {
  const known: Known = { values: ["asc", "desc"], default: "asc" };
  const start = "The order of the results.";
  it.each<[string, Known, boolean]>([
    ["One of asc or desc.", known, false],
    ["Can be asc, desc.", known, false],
    ["Allowed values: asc and desc.", known, false],
    ["Default: asc.", known, false],
    ["Defaults to asc.", { default: "asc" }, false],
    ["Default is asc.", { default: "asc" }, false],
    ["Default: asc.", { values: ["asc"] }, true],
    ["One of asc, desc.", { default: "asc" }, true],
    ["One of asc, desc, up.", known, true],
    ["One of these.", known, true],
    ["Default: 10.", { default: 10 }, false],
    ["Default: true.", { default: true }, false],
    ["Default: 20.", { default: 10 }, true],
    [`One of asc ${"or desc ".repeat(300)}.`, known, true],
    [`One of asc ${"or desc ".repeat(240)}.`, known, false],
  ])("%j where %j is known: stays: %s", (sentence, given, stays) =>
    expect(condense(`${start} ${sentence}`, 10_000, given)).toBe(stays ? `${start} ${sentence}` : start),
  );

  it.each<[string, string]>([
    ["Asc or desc, or only asc.", "Asc or desc, or only asc."],
    ["Values: asc or desc or asc.", ""],
    ["Options are asc or desc only.", ""],
    ["One of asc or desc or asc.", ""],
  ])("%j, which is the first: %j", (text, want) => expect(condense(text, 100, known)).toBe(want));
});

describe("what points elsewhere", () => {
  const start = "The order of the results.";
  it.each<[string, boolean]>([
    ["For more information, ask.", false],
    ["For further details ask.", false],
    ["For details, ask.", false],
    ["More info is there.", false],
    ["You can learn more there.", false],
    ["Read more there.", false],
    ["See the docs.", false],
    ["See also our guide.", false],
    ["See https://a.test/b.", false],
    ["Please refer to the reference.", false],
    ["Visit https://a.test now.", false],
    ["See who is there.", true],
    ["More of them are there.", true],
    ["Consult an owner.", true],
    ["We see the docs.", true],
  ])("%j stays: %s", (sentence, stays) =>
    expect(condense(`${start} ${sentence}`, 1_000)).toBe(stays ? `${start} ${sentence}` : start),
  );

  it.each<[string, string]>([
    ["The id of it (see https://a.test/b).", "The id of it."],
    ["The id of it, see also https://a.test/b for more details.", "The id of it."],
    ["The id of a thing here. Documentation: https://a.test/b", "The id of a thing here."],
    ["A short https://a.test/b stays here.", "A short https://a.test/b stays here."],
  ])("%j: %j", (text, want) => expect(condense(text, 1_000)).toBe(want));
});

it.each<[string, readonly string[]]>([
  ["One (is. Two) is. Three.", ["One (is. Two) is.", "Three."]],
  ["One (is. Two is.", ["One (is. Two is."]],
  [`(A ${"b".repeat(600)}. C is. D) is.`, [`(A ${"b".repeat(600)}.`, "C is.", "D) is."]],
])("the sentences of %j", (text, want) => expect(sentencesOf(text)).toEqual(want));
