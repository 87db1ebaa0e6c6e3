import { expect, test } from "vitest";
import { hiddenIn, visible, visibleJson } from "../../../src/base/visible.ts";

test.each([
  ["plain text", 'Pets & "dogs" – ü 日本', 'Pets & "dogs" – ü 日本'],
  ["an escape sequence", "\u001b[31mred", "\\x1b[31mred"],
  ["C1", "\u009b31m", "\\x9b31m"],
  ["a line break", "a\r\nb", "a\\x0d\\x0ab"],
  ["DEL", "\u007f", "\\x7f"],
  ["a bidi override", "a\u202eb", "a\\u{202e}b"],
  ["an isolate", "\u2066", "\\u{2066}"],
  ["a zero-width space", "\u200b", "\\u{200b}"],
  ["a byte order mark", "\ufeff", "\\u{feff}"],
  ["a tag character", "\u{e0041}", "\\u{e0041}"],
  ["a lone surrogate", "\ud800", "\\u{d800}"],
  ["a braille blank", "\u2800", "\\u{2800}"],
  ["a line separator", "\u2028", "\\u{2028}"],
  ["a joined emoji", "👩‍👩‍👧", "👩‍👩‍👧"],
  ["exactly 200 characters", "é".repeat(200), "é".repeat(200)],
  ["more than 200 characters", "😀".repeat(201), "😀".repeat(200) + "…"],
])("%s", (_name, given, want) => {
  expect(visible(given)).toBe(want);
});

test.each([
  ..."\u0000\u001b\u007f\u0085\u009b\u00ad\u061c\u200b\u200e\u2028\u2029\u202e\u2066\u2800\ufeff\ue000\u{e0041}\u{1bca0}",
  "\ud800",
])("JSON has an escape for %j, and means the same", (character) => {
  const value = { [`key${character}`]: [`a${character}b`, { nested: character }] };
  const text = visibleJson(value);
  expect(hiddenIn(text)).toEqual([]);
  expect(text).not.toMatch(/[\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});

test("JSON that hides nothing is as it is printed elsewhere", () => {
  const value = { pets: ["Ü", "日本", "👩‍👩‍👧", 1, null], text: "a\nb" };
  expect(visibleJson(value)).toBe(JSON.stringify(value, null, 2));
});
