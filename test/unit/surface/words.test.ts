import { expect, it } from "vitest";
import { compareWords } from "../../../src/surface/words.ts";

const marked = (before: string, after: string): string =>
  compareWords(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join(" ");

it.each([
  ["", "", ""],
  ["a b", "a  b", "…"],
  ["a b c", "a x c", "a [-b-] {+x+} c"],
  ["", "a b", "{+a b+}"],
  ["a b", "", "[-a b-]"],
  ["a b c d", "b c d e", "[-a-] b c d {+e+}"],
  ["the cat sat", "the black cat sat down", "the {+black+} cat sat {+down+}"],
  ["1 2 3 4 5 6 7 8 9 x", "1 2 3 4 5 6 7 8 9 y", "… 7 8 9 [-x-] {+y+}"],
  ["x 1 2 3 4 5 6 7 8 9 x", "y 1 2 3 4 5 6 7 8 9 y", "[-x-] {+y+} 1 2 3 … 7 8 9 [-x-] {+y+}"],
])("%j and %j: %s", (before, after, want) => expect(marked(before, after)).toBe(want));

it("takes two long texts for replaced, but for their ends", () => {
  const long = (word: string): string => Array.from({ length: 1_000 }, (_, index) => `${word}${index}`).join(" ");
  const runs = compareWords(`same ${long("a")} end`, `same ${long("b")} end`);
  expect(runs.map(({ kind }) => kind)).toEqual(["same", "removed", "added", "same"]);
});
