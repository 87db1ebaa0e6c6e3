import { describe, expect, it } from "vitest";
import { patternOf, StepsSpent } from "../../templates/always/src/runtime/pattern/pattern.js";

const matches = (pattern: string, text: string) => patternOf(pattern)?.test(text, { left: 10_000_000 });

describe("what has no bound is not matched", () => {
  it.each([
    ["a class of 20,000 characters", `[${"a".repeat(19_998)}]`, true],
    ["one of 20,001", `[${"a".repeat(19_999)}]`, undefined],
    ["groups within 99 others", `${"(?:".repeat(99)}a${")".repeat(99)}`, true],
    ["groups within 100", `${"(?:".repeat(100)}a${")".repeat(100)}`, undefined],
    ["many groups beside each other", `${"(?:a)?".repeat(150)}a`, true],
    ["3,999 characters in a row", "a".repeat(3_999), false],
    ["4,000", "a".repeat(4_000), undefined],
    ["a reference to a group", "(a)\\1", undefined],
    ["no expression of ECMA-262", "a**", undefined],
  ])("%s", (_, pattern, expected) => expect(matches(pattern, "a")).toBe(expected));

  it("nor what may not follow more than a thousand times", () => {
    expect(patternOf("^(?!a{1001})")).toBeUndefined();
    expect(matches("^(?!a{1000}$)", "a".repeat(1_000))).toBe(false);
    expect(matches("^(?!a{1000}$)", "a".repeat(999))).toBe(true);
    // Behind it counts may be lower again.
    expect(matches("^(?!b)a{1001}$", "a".repeat(1_000))).toBe(true);
  });
});

describe("counts hold as far as they take a thousand states, and let more pass beyond", () => {
  const times = (part: string, count: number) => `^(?:${part}){${count}}$`;
  it.each([
    // A part, a text that it matches, and how often it may be repeated before the count is only the least.
    ["a", "a", 500],
    ["ab", "ab", 333],
    ["a|b", "b", 200],
    ["\\ba\\B|a", "a", 142],
    ["(?=a)a", "a", 200],
    ["(?<!b)a", "a", 200],
    ["a{2,}", "aa", 250],
    ["(?:ab){10}", "ab".repeat(10), 32],
    ["a{3}", "aaa", 250],
    ["ba?", "b", 333],
    ["ba*", "b", 333],
    ["ba{0}", "b", 333],
  ])("%s", (part, text, most) => {
    expect(matches(times(part, most), text.repeat(most))).toBe(true);
    expect(matches(times(part, most), text.repeat(most + 1))).toBe(part === "a{2,}");
    expect(matches(times(part, most), text.repeat(most - 1))).toBe(false);
    expect(matches(times(part, most + 1), text.repeat(most))).toBe(true);
    expect(matches(times(part, most + 1), text.repeat(most + 2))).toBe(true);
    expect(matches(times(part, most + 1), text.repeat(most - 1))).toBe(false);
  });

  it.each([
    ["^a{1000}$", 1_000, [false, true, false]],
    ["^a{1001}$", 1_000, [false, true, true]],
    ["^a{0,1000}$", 1_000, [true, true, false]],
    ["^a{0,1001}$", 1_001, [true, true, true]],
    ["^a{999,}$", 999, [false, true, true]],
    ["^a{1000,}$", 1_000, [false, true, true]],
    ["^a{3}$", 3, [false, true, false]],
    ["^a{3,}$", 3, [false, true, true]],
    ["^a{3,4}$", 4, [true, true, false]],
  ])("%s of one less than %d, so many, and one more", (pattern, count, expected) => {
    const texts = [count - 1, count, count + 1].map((length) => "a".repeat(length));
    expect(texts.map((text) => matches(pattern, text))).toEqual(expected);
  });

  it("and at least one time, however large a part is", () => {
    const large = `(?:${"b".repeat(1_200)})`;
    expect(matches(`^${large}{2}$`, "b".repeat(1_200))).toBe(true);
    expect(matches(`^${large}{2}$`, "")).toBe(false);
  });
});

describe("matching counts its steps", () => {
  it("four for each state that is reached or left, one for each character", () => {
    const steps = { left: 34 };
    expect(patternOf("xy")?.test("xy", steps)).toBe(true);
    expect(steps.left).toBe(0);
    expect(() => patternOf("yx")?.test("yx", { left: 33 })).toThrow(StepsSpent);
  });

  it("less for a text like one before: where a character leads to is known then, but at the end", () => {
    const first = { left: 1_000 };
    const second = { left: 1_000 };
    patternOf("vwu")?.test("vwu", first);
    patternOf("vwu")?.test("vwu", second);
    expect([1_000 - first.left, 1_000 - second.left]).toEqual([51, 35]);
  });
});

describe("a pattern is read once", () => {
  it("and what it is no pattern of, too", () => {
    expect(patternOf("once(?:more)?")).toBe(patternOf("once(?:more)?"));
    expect(patternOf("(")).toBeUndefined();
    expect(patternOf("(")).toBeUndefined();
  });
});

describe("places and words", () => {
  it.each([
    ["\\b", "", false],
    ["\\B", "", true],
    ["^\\bA", "A", true],
    ["^z\\b", "z-", true],
    ["\\b`", "`", false],
    ["\\b\\{", "{", false],
    ["\\b@", "@", false],
    ["\\b\\[", "[", false],
    ["\\b/", "/", false],
    ["\\b:", ":", false],
    ["\\b0", "0", true],
    ["9\\b", "9", true],
    ["\\b_", "_", true],
    ["\\bé", "é", false],
    ["Z\\b", "Z", true],
    ["^\\B:", ":", true],
  ])("%s in %j: %s", (pattern, text, expected) => {
    expect(new RegExp(pattern, "u").test(text)).toBe(expected);
    expect(matches(pattern, text)).toBe(expected);
  });

  it("what looks ahead reads from the end, in characters and not in halves of them", () => {
    for (const text of ["😀", "a😀", "😀a", "a", "😀😀"])
      for (const pattern of ["^(?=.$)", "(?=😀$)", "^(?=😀.)", "(?=a)", "^(?!.😀)"])
        expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, new RegExp(pattern, "u").test(text)]);
  });
});
