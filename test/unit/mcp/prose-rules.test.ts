/** The rules by which prose of a document becomes short: what goes, what stays, and where a text is cut. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/api/model.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { condense, cut, sentencesOf, shorten, someOf, withoutSentences } from "../../../src/mcp/text/condense.ts";
import {
  bodyText,
  descriptionOf,
  firstSentence,
  quoted,
  repeats,
  schemaDescription,
  textReasons,
  titleOf,
  unlistedNote,
} from "../../../src/mcp/text/describe.ts";

const operation = (more: Partial<Operation> = {}): Operation =>
  ({ method: "GET", path: "/pets/{id}", deprecated: false, ...more }) as unknown as Operation;

describe("a title", () => {
  it.each<[string | undefined, readonly string[], string]>([
    ["List all pets.", ["list", "pets"], "List all pets"],
    ["List v1.0 pets", ["list", "pets"], "List v1.0 pets"],
    ["**List** pets.", [], "List pets"],
    [undefined, ["list", "all", "pets"], "List all pets"],
    ["", ["list", "pets"], "List pets"],
    [" . ", ["list", "pets"], "List pets"],
    ["<br>", ["élan"], "Élan"],
    [undefined, [], ""],
    ["x".repeat(100), [], "x".repeat(100)],
    ["x".repeat(101), [], `${"x".repeat(99)}…`],
  ])("of the summary %j and the words %j is %j", (summary, words, want) =>
    expect(titleOf(operation({ summary }), words)).toBe(want),
  );
});

describe("the reason of a text", () => {
  const long = `One of them. ${"More of it here. ".repeat(80)}`;
  it.each<[Partial<Operation>, string, string]>([
    [
      {},
      "the words of the name, since there is no summary",
      "method and path, since there is neither summary nor description",
    ],
    [{ summary: "List." }, "the summary", "the summary"],
    [{ summary: `${"x".repeat(100)}.` }, "the summary", "the summary"],
    [{ summary: "x".repeat(101) }, "the summary, cut to 100 characters", "the summary"],
    [{ summary: "List", description: "List, all." }, "the summary", "the description"],
    [{ summary: "List", description: "Other." }, "the summary", "summary and description"],
    [{ description: "Other." }, "the words of the name, since there is no summary", "the description"],
    [{ description: long }, "the words of the name, since there is no summary", "the description, shortened"],
    [{ summary: "List", deprecated: true }, "the summary", "the summary, marked as deprecated"],
    [
      { description: long, deprecated: true },
      "the words of the name, since there is no summary",
      "the description, shortened, marked as deprecated",
    ],
  ])("%#", (more, title, description) => expect(textReasons(operation(more))).toEqual({ title, description }));
});

describe("a tool's description", () => {
  const described = (more: Partial<Operation>, ...notes: readonly (string | undefined)[]): string =>
    descriptionOf(operation(more), notes);

  it.each<[Partial<Operation>, readonly (string | undefined)[], string]>([
    [{}, [], "GET /pets/{id}"],
    [{ summary: "List pets" }, [], "List pets"],
    [{ summary: "List pets", description: "Fast." }, [], "List pets. Fast."],
    [{ summary: "List pets!", description: "Fast." }, [], "List pets! Fast."],
    [{ summary: "Lists the pets", description: "List a pet by the id. Fast." }, [], "List a pet by the id. Fast."],
    [
      { summary: "List cats", description: "List a pet by the id. Cats, too." },
      [],
      "List cats. List a pet by the id. Cats, too.",
    ],
    [{ summary: "List pets", deprecated: true }, ["Body: it."], "List pets. Deprecated. Body: it."],
    [{ summary: "List pets" }, [undefined, "Body: it."], "List pets. Body: it."],
    [{ description: "For more information, see the docs at the site." }, [], "GET /pets/{id}"],
    [{ summary: "List", description: "For more information, see the docs at the site." }, [], "List."],
  ])("of %j with %j is %j", (more, notes, want) => expect(described(more, ...notes)).toBe(want));

  it.each<[string, boolean]>([
    ["Requires an OAuth token with the read scope.", true],
    ["You need the admin permission for your API key.", true],
    ["Access tokens must have the scope repo.", true],
    ["The BEARER TOKEN requires permissions.", true],
    ["App tokens must use scopes.", true],
    ["Requires a scope.", false],
    ["A token has scopes.", false],
    ["Requires a token.", false],
    ["Requires tokenisers and scopes.", false],
  ])("leaves out %j: %s", (said, out) => {
    expect(described({ description: `Lists pets. ${said}` })).toBe(out ? "Lists pets." : `Lists pets. ${said}`);
    // What stands first is what the operation does.
    expect(described({ description: `${said} Lists pets.` })).toBe(`${said} Lists pets.`);
  });

  const filler = "Plain words of this text. ".repeat(20).trim();
  const fenced = (fence: string, lines = "code ".repeat(100)): string => `${fence}js\n${lines}\n${fence}`;
  it.each<[string, string, boolean]>([
    ["a block", fenced("```"), true],
    ["a block of tildes", fenced("~~~~"), true],
    ["a block that is moved in", fenced("   ```").replace(/\n```$/, "\n   ```"), true],
    ["a table", `| a | ${"b ".repeat(260)}|\n|---|---|\n| c | d |`, true],
    ["a block that does not end", `\`\`\`js\n${"code ".repeat(100)}`, false],
    ["two signs", fenced("``"), false],
  ])("that is long is without %s", (_, block, out) => {
    const text = described({ description: `Lists.\n\n${block}\n\nEnd. ${filler}` });
    if (out) expect(text).toBe(`Lists. […] End. ${filler}`);
    else expect(text).not.toMatch(/^Lists\. \[…\] End/);
  });

  it("that is short keeps its blocks", () =>
    expect(described({ description: "Lists.\n\n```\ncode\n```\n\nEnd." })).toContain("code"));

  it("that is nothing but a block keeps it", () =>
    expect(described({ description: fenced("```", "code ".repeat(300)) })).toContain("code"));
});

describe("what is said of a body", () => {
  const said = (description: string | undefined, more: Partial<Operation> = {}, fields: readonly string[] = []) =>
    bodyText(operation({ body: { description } as unknown as Operation["body"], ...more }), fields);

  it.each<[string | undefined, Partial<Operation>, readonly string[], string | undefined]>([
    [undefined, {}, [], undefined],
    ["", {}, [], undefined],
    ["The request body.", {}, [], undefined],
    ["JSON object that contains the details to update.", {}, [], undefined],
    ["The order of sales.", {}, [], "Body: The order of sales."],
    ["The order of sales.", {}, ["orderSales"], undefined],
    ["The order of the great sales.", {}, ["order_great_sales"], undefined],
    ["The order of the great sales.", {}, ["orderOfTheGreatSales"], undefined],
    ["Great orders.", { summary: "Great orders" }, [], undefined],
    ["Great orders.", { description: "Great orders" }, [], undefined],
    ["Great orders.", { operationId: "addGreatOrder" }, [], undefined],
    ["Pet ids.", {}, [], undefined],
    ["Order with a petStoreName.", {}, ["order", "pet store name"], undefined],
    ["The request body. Give all of it.", {}, [], "Body: Give all of it."],
  ])("%j beside %j and %j is %j", (description, more, fields, want) =>
    expect(said(description, more, fields)).toBe(want),
  );

  it("is about three hundred characters at most", () => {
    const text = said("Zebras run in the wild at night. ".repeat(12)) ?? "";
    expect([text.length, text.endsWith("night. […]")]).toEqual([306, true]);
  });
});

describe("a text repeats another", () => {
  it.each<[string, string, boolean]>([
    ["lists pets", "List the pet", true],
    ["a category", "categories", true],
    ["creating it", "created", true],
    ["creating", "created", true],
    ["boxes", "box", true],
    ["list", "list pets", false],
    ["LIST", "list", true],
    ["list", "", true],
    ["", "of the", true],
    ["", "pet", false],
    ["größe", "GRÖSSE", false],
    ["größe", "Größe", true],
    ["a1", "a2", false],
  ])("%j: %j: %s", (text, other, want) => expect(repeats(text, other)).toBe(want));
});

describe("a schema's description", () => {
  const of = (depth: number, longest: number, words = 200): number =>
    schemaDescription(standalone.of({ description: "word ".repeat(words).trim() }), depth, longest).description
      ?.length ?? 0;

  it.each([
    [0, 300, 280],
    [0, 50, 35],
    [1, 160, 140],
    [2, 120, 100],
    [3, 90, 70],
    [4, 90, 70],
    [9, 90, 70],
  ])("at depth %i is %i characters at most, and %i at least", (depth, most, least) => {
    const length = of(depth, depth === 0 ? most : 300);
    expect([length <= most, length >= least]).toEqual([true, true]);
  });

  it.each<JsonObject>([
    {},
    { description: "" },
    { description: "<br>" },
    { description: "For more information, see the docs on the site." },
  ])("is none of %j", (schema) => expect(schemaDescription(standalone.of(schema), 1, 500)).toEqual({}));

  it.each<[JsonObject, string, string | undefined]>([
    [{ enum: ["asc", "desc"] }, "The order of it. One of: asc, desc.", "The order of it."],
    [
      { enum: ["asc", "desc"] },
      "The order of it. One of: asc, desc, none.",
      "The order of it. One of: asc, desc, none.",
    ],
    [{ default: 30 }, "How many results. Default: 30.", "How many results."],
    [{ default: 30 }, "How many results. Default: 31.", "How many results. Default: 31."],
    [{ enum: ["asc"] }, "The order of it. Default: asc.", "The order of it. Default: asc."],
    [{ default: "asc" }, "The order of it. Can be asc.", "The order of it. Can be asc."],
    [{ default: "asc", enum: ["asc", "desc"] }, "The order of it. Default is asc.", "The order of it."],
    [{ enum: ["ascending", "descending"] }, "One of ascending, descending.", undefined],
    [{ enum: ["ascending", "descending"] }, "Ascending or descending.", "Ascending or descending."],
    [{}, "The order of it. One of: asc, desc.", "The order of it. One of: asc, desc."],
  ])("of %j with %j is %j", (schema, description, want) =>
    expect(schemaDescription(standalone.of({ ...schema, description }), 1, 500).description).toBe(want),
  );
});

describe("sentences", () => {
  it.each<[string, readonly string[]]>([
    ["One. Two! Three?", ["One.", "Two!", "Three?"]],
    ["One (with. two) in it. Three.", ["One (with. two) in it.", "Three."]],
    ["One (never. Closed.", ["One (never. Closed."]],
    ["", [""]],
  ])("of %j are %j", (text, want) => expect(sentencesOf(text)).toEqual(want));

  it("in brackets end somewhere", () => {
    const long = `One (${"word ".repeat(130)}end.`;
    expect(sentencesOf(`${long} Two. Three.`)).toEqual([long, "Two.", "Three."]);
  });

  const without = (sentences: readonly string[], ...gone: readonly number[]): readonly string[] =>
    withoutSentences(sentences, (_, index) => gone.includes(index));
  it.each<[readonly string[], readonly number[], readonly string[]]>([
    [["A.", "B.", "C."], [1], ["A.", "C."]],
    [["A.", "This leans.", "C."], [0], ["A.", "This leans.", "C."]],
    [["A.", "This leans.", "C."], [0, 1], ["C."]],
    [
      ["A.", "This leans.", "It leans."],
      [0, 1],
      ["This leans.", "It leans."],
    ],
    [["A.", "B."], [1], ["A."]],
    [["A.", "B."], [0, 1], []],
  ])("of %j without %j are %j", (all, gone, want) => expect(without(all, ...gone)).toEqual(want));

  it.each(
    (
      "this these that those it its they them their such|in this case|in either case|in the first|in the latter|otherwise|then|there|here|" +
      "however|but|and|or|also|thus|hence|therefore|so|instead|in addition|for example|for instance|e.g|i.e|note that|the former|the above|" +
      'the same|if so|if not|if this|if it|else|both|neither|either|conversely|similarly|likewise|(This|“It|"They'
    )
      .split("|")
      .flatMap((words) => (words.startsWith("this ") ? words.split(" ") : [words]))
      .map((words) => [words]),
  )("that begin with %j lean on the one before", (start) =>
    expect(without(["A.", `${start} leans.`], 0)).toEqual(["A.", `${start} leans.`]),
  );

  it.each(["Thistle grows.", "Items are there.", "Pets and so on.", "In time.", "The first.", "If ever.", "Sort it."])(
    "that begin as %j do not",
    (other) => expect(without(["A.", other], 0)).toEqual([other]),
  );
});

describe("sentences that point elsewhere", () => {
  const filler = "Takes the name of a pet, in full.";
  it.each([
    "For more information, ask.",
    "For further details, ask.",
    "For full info ask.",
    "For details ask.",
    "More info is there.",
    "(More information is there.)",
    "You can learn more there.",
    "Read more there.",
    "See the API documentation there.",
    "See also our guide.",
    "See this article.",
    "Please refer to the reference.",
    "Consult our docs.",
    "Check out the page on it.",
    "Visit https://x.test/y there.",
  ])("go: %s", (sentence) => {
    expect(condense(`${filler} ${sentence}`, 500)).toBe(filler);
    expect(condense(`${sentence} ${filler}`, 500)).toBe(filler);
  });
  it.each([
    "For more pets, ask.",
    "See the pets there.",
    "More pets are there.",
    "Refer to the owner.",
    "Learn it there.",
  ])("stay where they do not: %s", (sentence) =>
    expect(condense(`${filler} ${sentence}`, 500)).toBe(`${filler} ${sentence}`),
  );
  it.each([
    ["The id of it, see https://x.test/y for more details. Keep.", "The id of it. Keep."],
    ["The id of it (see https://x.test/y). Keep.", "The id of it. Keep."],
    ["See https://x.test/y. Keep all of it.", "Keep all of it."],
    ["Keep all of it. See https://x.test/y!", "Keep all of it."],
    ["See https://x.test/a.b?c=d, and keep it.", ", and keep it."],
    ["The id of it; refer to https://x.test/y. Keep it.", "The id of it. Keep it."],
  ])("leave the rest of %j: %j", (text, want) => expect(condense(text, 500)).toBe(want));
  it("of a short text stay", () => expect(condense("See https://x.test/abc.", 500)).toBe("See https://x.test/abc."));
});

describe("a text is cut", () => {
  it.each<[string, number, number | undefined, string]>([
    ["One two. Three four.", 20, undefined, "One two. Three four."],
    ["One two. Three four.", 19, undefined, "One two. […]"],
    ["One two. Three four.", 12, undefined, "One two. […]"],
    ["One two. Three four.", 11, undefined, "One two […]"],
    ["One two. Format: abc.", 14, 25, "One two. Format: abc."],
    ["One two. Format: abc.", 14, 24, "One two. […]"],
    ["One two. Format: abc. More.", 14, 27, "One two. Format: abc. […]"],
    ["One two. Nothing: abc. More.", 14, 28, "One two. […]"],
    ["Wordless" + "x".repeat(30), 20, undefined, "Wordlessxxxxxxxx […]"],
    ["One two three four such as five", 27, undefined, "One two three four […]"],
    ["One two three four (five six) more", 30, undefined, "One two three four […]"],
    ["一二三四五。六七八九十一二三四五", 14, undefined, "一二三四五。 […]"],
    ["一二三四五！六七八九十一二三四五", 14, undefined, "一二三四五！ […]"],
    ["一二三四五？六七八九十一二三四五", 14, undefined, "一二三四五？ […]"],
    ["😀😀😀😀😀😀😀😀", 9, undefined, "😀😀 […]"],
  ])("%j at %j, %j: %j", (text, maximum, longest, want) => expect(cut(text, maximum, longest)).toBe(want));

  it.each<[string, number, string]>([
    ["One two three", 13, "One two three"],
    ["One two. Three", 13, "One two."],
    ["One two! Three", 13, "One two!"],
    ["One two? Three", 13, "One two?"],
    ["One. Two three four", 13, "One. Two…"],
    ["Onetwothree four", 14, "Onetwothree…"],
    ["On etwothreefour", 14, "On etwothreef…"],
    ["😀😀😀", 4, "😀…"],
  ])("%j within %j: %j", (text, maximum, want) => expect(shorten(text, maximum)).toBe(want));

  it("of its first sentence only", () => expect(firstSentence("One. Two.", 100)).toBe("One."));
});

describe("some of several", () => {
  it.each<[readonly string[], number, string]>([
    [["a", "b", "c"], 9, "a, b, c"],
    [["a", "b", "c"], 8, "a, b and 1 more"],
    [["a", "b", "c"], 2, "a and 2 more"],
    [["abc"], 1, "abc"],
    [[], 5, ""],
  ])("%j in %j", (texts, maximum, want) => expect(someOf(texts, maximum)).toBe(want));

  it("are named, with what is required", () => {
    expect(unlistedNote(["a", "b"], ["b"])).toBe('Also takes "a", "b" (required).');
    expect(
      unlistedNote(
        Array.from({ length: 60 }, (_, index) => `name${index}`),
        [],
      ),
    ).toMatch(/"name21", "name22" and 37 more\.$/);
    expect([quoted("a\u200bb"), quoted("x".repeat(81)), quoted("x".repeat(80))]).toEqual([
      '"a\\u200bb"',
      `"${"x".repeat(79)}…"`,
      `"${"x".repeat(80)}"`,
    ]);
  });
});
