/** What the words of an index are to a question: known, an action, of the API's name, almost another, initials. */
import { describe, expect, it } from "vitest";
import type { FindingIndex } from "../../templates/always/src/runtime/data/project.ts";
import { IndexVocabulary } from "../../templates/always/src/runtime/finding/vocabulary.ts";

const stems = ["abcdefg", "ijklmnop", "qrst", "uvw", "vwxyz"];
const index = {
  stems,
  initials: { vw: ["vari", "wide"], qrst: ["quick"], new: ["never"] },
  apiStems: ["shop"],
} as unknown as FindingIndex;
const numbers = new Map(stems.map((stem, at) => [stem, at]));
const of = (rarity: number) =>
  new IndexVocabulary(index, numbers, Float64Array.of(9, 9, rarity, 9, 9), new Set(["plai"]));
const vocabulary = of(3.5);

it("knows stems, actions, and the name of the API", () => {
  expect(["qrst", "plai", "shop", "none"].map((stem) => vocabulary.has(stem))).toEqual([true, false, false, false]);
  expect(["qrst", "plai", "shop"].map((stem) => vocabulary.isAction(stem))).toEqual([false, true, false]);
  expect(["qrst", "plai", "shop"].map((stem) => vocabulary.isOfApi(stem))).toEqual([false, false, true]);
});

describe("a word that is not known", () => {
  it.each<[string, readonly (readonly [string, number])[]]>([
    ["abc", []],
    ["abcd", [["abcdefg", 0.6]]],
    ["defg", []],
    ["cdefg", [["abcdefg", 0.6]]],
    ["bcde", []],
    ["abcdefx", [["abcdefg", 0.6]]],
    ["abcdexy", []],
    ["ijklmnxy", [["ijklmnop", 0.6]]],
    ["ijklmxyz", []],
    ["abcdegf", [["abcdefg", 0.6]]],
    ["qrsx", []],
    ["qrstx", [["qrst", 0.6]]],
    ["qrstxyz", [["qrst", 0.48]]],
    ["qrstxy", []],
    ["uvwwwww", []],
    ["wvxyz", [["vwxyz", 0.6]]],
  ])("%s is nearly %j", (stem, want) => expect([...vocabulary.near(stem)]).toEqual(want));
});

it.each<[string, number, readonly string[]]>([
  ["vw", 3.5, ["vari", "wide"]],
  ["qrst", 3.5, []],
  ["qrst", 3.6, ["quick"]],
  ["new", 3.5, ["never"]],
  ["toString", 3.5, []],
])("%s, with the rarity %d, may stand for %j", (letters, rarity, want) =>
  expect(of(rarity).initials(letters)).toEqual(want),
);
