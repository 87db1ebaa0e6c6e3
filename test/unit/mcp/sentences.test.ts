/** Prose, sentence by sentence: how it is cut, joined, told apart, and what of it repeats something else. */
import { describe, expect, it } from "vitest";
import { condense, cut, sentencesOf, shorten, someOf, withoutSentences } from "../../../src/mcp/text/condense.ts";
import { firstSentence, quoted, repeats, unlistedNote } from "../../../src/mcp/text/describe.ts";
import { joinSentences, sentence, withNotes } from "../../../src/mcp/text/sentence.ts";

describe("a text as a sentence", () => {
  it.each([
    ["Lists pets", "Lists pets."],
    ["Lists pets.", "Lists pets."],
    ["Lists pets!", "Lists pets!"],
    ["Lists pets?", "Lists pets?"],
    ["And so on…", "And so on…"],
    ["ペット。", "ペット。"],
    ["(Lists pets.)", "(Lists pets.)"],
    ['Called "a."', 'Called "a."'],
    ["(Lists pets)", "(Lists pets)."],
    ["Lists pets, ", "Lists pets."],
    ["Lists pets:", "Lists pets."],
    ["Lists pets –", "Lists pets."],
    ["v1.2", "v1.2."],
  ])("%j is %j", (text, want) => expect(sentence(text)).toBe(want));

  it("stands before others, of which the last stays as it is", () => {
    expect(joinSentences(["One", undefined, "", "two.", "three"])).toBe("One. two. three");
    expect(joinSentences([])).toBe("");
    expect(joinSentences(["only"])).toBe("only");
    expect(withNotes(undefined, ["Note."])).toBe("Note.");
    expect(withNotes("Text", [])).toBe("Text");
    expect(withNotes("Text", [undefined, "Note"])).toBe("Text. Note");
  });
});

describe("sentences", () => {
  it.each<[string, readonly string[]]>([
    ["One. Two! Three? 4 is. `five` too.", ["One.", "Two!", "Three?", "4 is.", "`five` too."]],
    ["one. two", ["one. two"]],
    ["So e.g. This, i.e. That, cf. Those, vs. Them.", ["So e.g. This, i.e. That, cf. Those, vs. Them."]],
    ["Ends (here. And there.) Then.", ["Ends (here. And there.)", "Then."]],
    ["Never (closed. And on. And on.", ["Never (closed. And on. And on."]],
    [`Never (closed ${"x".repeat(590)}. And on.`, [`Never (closed ${"x".repeat(590)}.`, "And on."]],
    ['Said "it." (And more.) [See it]', ['Said "it."', "(And more.)", "[See it]"]],
    ["A list: - one. - Two.", ["A list: - one.", "- Two."]],
    ["", [""]],
  ])("of %j", (text, want) => expect(sentencesOf(text)).toEqual(want));

  it("may be left out, unless the next one leans on them", () => {
    const left = (texts: readonly string[], gone: readonly string[]): readonly string[] =>
      withoutSentences(texts, (one) => gone.includes(one));
    expect(left(["A.", "B.", "C."], ["B."])).toEqual(["A.", "C."]);
    expect(left(["A.", "B.", "This is so."], ["B."])).toEqual(["A.", "B.", "This is so."]);
    expect(left(["A.", "B.", "This is so."], ["B.", "This is so."])).toEqual(["A."]);
    expect(left(["A.", "B."], ["B."])).toEqual(["A."]);
    for (const start of ["Otherwise", "However,", "For example,", "In this case", "e.g. one", "And", "It", "If so,"])
      expect(left(["A.", `${start} more.`], ["A."])).toEqual(["A.", `${start} more.`]);
    for (const start of ["Items", "Android", "Thus far:not", "Other"])
      expect(left(["A.", `${start} more.`], ["A."]).length).toBe(start === "Thus far:not" ? 2 : 1);
  });
});

describe("a text that is too long", () => {
  it.each<[string, number, string]>([
    ["One two.", 8, "One two."],
    ["One two. Three four five.", 15, "One two. […]"],
    ["One two. Three four five.", 14, "One two. […]"],
    ["One two three four five six.", 20, "One two three […]"],
    ["A. One two three four five six seven.", 24, "A. One two three […]"],
    ["一二三四五。六七八九十一二三四五六。", 14, "一二三四五。 […]"],
    ["x".repeat(50), 20, `${"x".repeat(16)} […]`],
    ["Fields by which it is (sorted of all of them", 40, "Fields by which it is […]"],
    ["Fields by which it is sorted and the of all", 40, "Fields by which it is sorted […]"],
  ])("%j in %i characters is %j", (text, most, want) => {
    expect(cut(text, most)).toBe(want);
    expect(cut(text, most).length).toBeLessThanOrEqual(Math.max(most, text.length));
  });

  it.each<[string, number, string]>([
    ["One two.", 8, "One two."],
    ["One two three", 12, "One two…"],
    ["One two. Three four five", 13, "One two."],
    ["One two. Three four five", 14, "One two.…"],
    ["One two! Three four five", 13, "One two!"],
    ["One two? Three four five", 13, "One two?"],
    ["abcdefghij", 5, "abcd…"],
    ["a bcdefghij", 8, "a bcdef…"],
    ["abc😀😀", 5, "abc…"],
  ])("%j, shortened to %i characters, is %j", (text, most, want) => expect(shorten(text, most)).toBe(want));

  it.each<[readonly string[], number, string]>([
    [["a", "b"], 6, "a, b"],
    [["a", "b", "c"], 6, "a, b and 1 more"],
    [["aaaaaaaa", "b", "c"], 3, "aaaaaaaa and 2 more"],
    [[], 3, ""],
    [["a"], 0, "a"],
  ])("of %j in %i characters are told %j", (texts, most, want) => expect(someOf(texts, most)).toBe(want));

  it("is told in its first sentence", () => {
    expect(firstSentence("One two. Three.", 100)).toBe("One two.");
    expect(firstSentence("", 100)).toBe("");
    expect(quoted(`a\u200b${"b".repeat(90)}`)).toBe(`"a\\u200b${"b".repeat(72)}…"`);
    expect(unlistedNote(["a b", "c"], ["c"])).toBe('Also takes "a b", "c" (required).');
  });
});

describe("what says nothing new", () => {
  it.each([
    ["The name of the pet", "pet name", true],
    ["Lists all pets", "List pet", true],
    ["Lists pets", "Lists shops", false],
    ["", "", true],
    ["", "the of a", true],
    ["categories created", "category creating", true],
  ])("%j repeats %j: %s", (text, other, want) => expect(repeats(text, other)).toBe(want));

  it.each([
    "For more information, see the docs here.",
    "For further details on this topic go on.",
    "More information about it is below.",
    "You can learn more about pets here.",
    "Read more about it in the pages.",
    "See the pets documentation for that.",
    "See also our guide to keeping pets.",
    "See https://docs.example.com/pets.",
    "Please refer to the reference of pets.",
    "Consult the manual page of this call.",
    "Visit https://docs.example.com/pets now.",
  ])("points elsewhere and is left out: %s", (pointer) =>
    expect(condense(`Lists the pets of a shop. ${pointer}`, 500)).toBe("Lists the pets of a shop."),
  );

  it.each([
    "See the pets of the shop for that.",
    "Information about it is below here.",
    "The documentation of a pet is needed.",
  ])("does not point elsewhere and stays: %s", (text) =>
    expect(condense(`Lists the pets of a shop. ${text}`, 500)).toBe(`Lists the pets of a shop. ${text}`),
  );

  it.each([
    ["The order of it. One of `asc`, `desc`.", ["asc", "desc"], undefined, "The order of it."],
    ["The order of it. Valid values are asc or desc.", ["asc", "desc"], undefined, "The order of it."],
    ["The order of it. Defaults to asc.", ["asc", "desc"], "asc", "The order of it."],
    ["The order of it. Defaults to asc.", ["asc", "desc"], undefined, "The order of it. Defaults to asc."],
    ["The order of it. Must be asc here.", ["asc", "desc"], undefined, "The order of it. Must be asc here."],
    ["The order of it. Can be 1 or true.", [1, true], undefined, "The order of it."],
    ["Can be one of: asc or else desc.", ["asc", "desc"], undefined, "Can be one of: asc or else desc."],
    ["One of the values asc and desc.", ["asc", "desc"], undefined, ""],
    ["Only asc and desc are allowed now.", ["asc", "desc"], undefined, "Only asc and desc are allowed now."],
  ])("%j with %j and the default %j is %j", (text, values, preset, want) =>
    expect(condense(text, 500, { values, default: preset })).toBe(want),
  );
});
