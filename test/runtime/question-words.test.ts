/** What a question is read as, word by word: how much each counts, what shall be done, and whose things it is about. */
import { describe, expect, it } from "vitest";
import {
  clausesOf,
  phrasesOf,
  phrasingOf,
  type Question,
  readQuestion,
  type Vocabulary,
} from "../../templates/always/src/runtime/finding/question.ts";

interface Words {
  readonly has?: readonly string[];
  readonly actions?: readonly string[];
  readonly api?: readonly string[];
  readonly near?: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  readonly initials?: Readonly<Record<string, readonly string[]>>;
}

const vocabulary = ({ has = [], actions = [], api = [], near = {}, initials = {} }: Words): Vocabulary => ({
  has: (stem) => has.includes(stem),
  isAction: (stem) => actions.includes(stem),
  isOfApi: (stem) => api.includes(stem),
  near: (stem) => near[stem] ?? [],
  initials: (letters) => initials[letters] ?? [],
});
const read = (text: string, words: Words = {}, quoted = "", before?: Question): Question =>
  readQuestion(text, quoted, vocabulary(words), before);
/** What each word counts, in hundredths. */
const terms = (...given: Parameters<typeof read>): Record<string, number> =>
  Object.fromEntries([...read(...given).terms].map(([stem, weight]) => [stem, Math.round(weight * 1_000) / 10]));

const listing = {
  list: 40,
  ...{ get: 20, retriev: 20, fetch: 20, read: 20, show: 20, view: 20, return: 20, displai: 20, inspect: 20 },
};
const caller = { user: 60, account: 60, memb: 60, profil: 60, person: 60 };

describe("a word counts", () => {
  it.each<[string, Record<string, number>]>([
    ["list kettle lanes", { ...listing, kettl: 90, lan: 120 }],
    ["a lane", { lan: 120 }],
    ["lanes of the kettle wharf", { lan: 120, kettl: 54, wharf: 72 }],
    ["of kettle wharf", { kettl: 90, wharf: 120 }],
    ["lanes excluding kettle wharves", { lan: 90, kettl: 18, wharv: 24 }],
    ["lane of wharves without kettles", { lan: 120, wharv: 54, kettl: 24 }],
    ["excluding lanes", { exclud: 90, lan: 120 }],
    ["merge lanes", { merg: 90, pull: 20, lan: 120 }],
    ["lane details", { lan: 90, detail: 50 }],
    ["comments", { com: 120, rep: 40, remark: 40, not: 40, feedback: 40 }],
    [
      "lane comments of repo",
      { lan: 90, com: 120, rep: 40, remark: 40, not: 40, feedback: 40, repo: 72, repositori: 24 },
    ],
    ["lane lane", { lan: 120 }],
    ["who made lanes", { who: 90, mad: 90, lan: 120 }],
    ["the", {}],
  ])("in %j: %j", (text, want) => expect(terms(text)).toEqual(want));

  it.each(
    "of for in from to on with by at into inside within under about using as via through between against".split(" "),
  )("less behind %s", (preposition) => expect(terms(`lane ${preposition} wharf`)).toEqual({ lan: 120, wharf: 72 }));

  it.each("excluding exclude excludes except without ignoring omitting skipping minus unless".split(" "))(
    "least behind %s",
    (word) => expect(terms(`lane ${word} wharf`)["wharf"]).toBe(24),
  );

  it("by what is known of the operations", () => {
    expect(terms("repo", { has: ["repo"] })).toEqual({ repo: 120, repositori: 24 });
    expect(terms("repo")).toEqual({ repo: 120, repositori: 40 });
    expect(terms("lane of repo", { has: ["repo"] })).toEqual({ lan: 120, repo: 72, repositori: 14.4 });
    expect(terms("kettle lane", { api: ["kettl"] })).toEqual({ kettl: 18, lan: 120 });
    const near = { lanx: [["lan", 0.6] as const] };
    expect(terms("lanx", { near })).toEqual({ lanx: 120, lan: 60 });
    expect(terms("lanx", { near, has: ["lanx"] })).toEqual({ lanx: 120 });
    expect(terms("wharf of lanx", { near })).toEqual({ wharf: 120, lanx: 72, lan: 36 });
  });

  it("together with the next one, where that is a word of an operation", () => {
    const has = ["lanewharf", "payout", "laneto", "tolan", "awharf", "ofth"];
    expect(terms("lane wharves", { has: ["lanewharv"] })).toEqual({ lanewharv: 100, lan: 90, wharv: 120 });
    expect(terms("kettle of lane wharf", { has })).toEqual({ kettl: 120, lanewharf: 60, lan: 54, wharf: 72 });
    expect(terms("pay out", { has })).toMatchObject({ payout: 100 });
    expect(terms("lane to", { has })).toMatchObject({ laneto: 100 });
    expect(terms("to lane", { has })).toMatchObject({ tolan: 100 });
    expect(terms("a wharf", { has })).toEqual({ wharf: 120 });
    expect(terms("of the", { has })).toEqual({});
  });

  it("for what it may be the initials of, where it is short", () => {
    const initials = { pr: ["pull", "request"], abcd: ["alpha"], abcde: ["beta"] };
    expect(terms("pr", { initials })).toEqual({ pr: 120, pull: 80, request: 80 });
    expect(terms("lane of abcd", { initials })).toEqual({ lan: 120, abcd: 72, alpha: 48 });
    expect(terms("abcde", { initials })).toEqual({ abcd: 120 });
  });

  it("little as a word of a quotation", () =>
    expect(terms("rename lane", {}, "the kettle Lanes")).toEqual({ renam: 90, lan: 120, kettl: 15 }));
});

describe("whoever asks", () => {
  it.each<[string, boolean]>([
    ["my lanes", true],
    ["our lanes", true],
    ["mine", true],
    ["lanes of myself", true],
    ["i want lanes", true],
    ["me", true],
    ["lanes for me", true],
    ["show lanes to me", true],
    ["give me", true],
    ["show me of lanes", true],
    ["tell my me lanes", true],
    ["show me the lanes", false],
    ["send me lanes", false],
    ["lanes", false],
    ["the lanes of him", false],
  ])("is meant by %j: %s", (text, is) => expect(read(text).isOwn).toBe(is));

  it.each([
    ["me", caller],
    ["who am i", { who: 90, ...caller }],
    ["my lanes", { lan: 120 }],
    ["who", { who: 90 }],
  ])("is asked for in %j: %j", (text, want) => expect(terms(text)).toEqual(want));
});

describe("what shall be done", () => {
  it.each<[string, string | undefined, string]>([
    ["delete the lane", "delet", "DELETE"],
    ["comment the lane", "com", "POST"],
    ["comments of the lane", undefined, "GET"],
    ["lanes", undefined, "GET"],
    ["what lanes are there", "what", "GET"],
    ["the lane which is open", "which", "GET"],
    ["where", "wher", "GET"],
    ["rename and delete lanes", "renam", "PATCH"],
  ])("by %j is %j: %s", (text, verb, method) => {
    const question = read(text);
    expect(question.verb).toBe(verb);
    expect([...question.intent][0]).toEqual([method, 1]);
  });

  it.each<[string, string | undefined]>([
    ["play the lane", "plai"],
    ["please play it", "plai"],
    ["can you help me play it", "plai"],
    ["the play", "plai"],
    ["lane play", undefined],
    ["plays lane", undefined],
    ["pause it", undefined],
  ])("%j begins with what paths end with: %j", (text, action) =>
    expect(read(text, { actions: ["plai"] }).action).toBe(action),
  );
});

describe("what is asked for", () => {
  it.each<[string, readonly string[], readonly string[], boolean | undefined]>([
    ["list kettle lanes of the wharf", ["kettl", "lan"], ["kettl", "lan", "wharf"], true],
    ["lane", ["lan"], ["lan"], false],
    ["lanes", ["lan"], ["lan"], true],
    ["lane of wharves", ["lan"], ["lan", "wharv"], false],
    ["lanes and wharf", ["lan", "wharf"], ["lan", "wharf"], true],
    ["every lane", ["lan"], ["lan"], true],
    ["Each lane", ["lan"], ["lan"], true],
    ["ALL of the lane", ["lan"], ["lan"], true],
    ["a list of lane", ["lan"], ["lan"], true],
    ["delete call lane", ["call", "lan"], ["call", "lan"], false],
    ["kettle data", ["kettl", "data"], ["kettl"], undefined],
    ["data of kettle", ["kettl"], ["kettl"], false],
    ["kettle of data", ["kettl"], ["kettl"], false],
    ["data", [], [], undefined],
    ["lanes without wharves", ["lan"], ["lan", "wharv"], undefined],
  ])("by %j: %j of %j, many: %s", (text, subject, things, many) => {
    const question = read(text);
    expect([[...question.subject], [...question.things], question.many]).toEqual([subject, things, many]);
  });

  it.each<[string, Record<string, number>]>([
    ["how many lanes", { how: 90, mani: 90, bulk: 40, batch: 40, multipl: 40, several: 40, lan: 120, count: 60 }],
    ["How Many", { how: 90, mani: 120, bulk: 40, batch: 40, multipl: 40, several: 40, count: 60 }],
    ["Number of lanes", { numb: 120, quant: 40, amount: 40, count: 60, lan: 72 }],
    ["numbers", { numb: 120, quant: 40, amount: 40, count: 40 }],
  ])("is counted in %j: %j", (text, want) => expect(terms(text)).toEqual(want));

  it.each(["it", "Its", "them", "they", "their", "this", "these", "those", "that one"])(
    "is what was spoken of before: %s",
    (word) => {
      const question = read(`rename ${word}`, {}, "", read("create a lane of the wharf"));
      expect(Object.fromEntries(question.terms)).toMatchObject({ renam: 0.9, lan: 0.6, wharf: 0.6 });
      expect([[...question.subject], [...question.things]]).toEqual([
        ["lan", "wharf"],
        ["lan", "wharf"],
      ]);
    },
  );

  it("is not that where it says something else, or nothing stands for it", () => {
    const before = read("create a lane");
    expect(terms("rename it kettle", {}, "", before)).toEqual({ renam: 90, kettl: 120 });
    expect(terms("rename", {}, "", before)).toEqual({ renam: 90 });
    expect(terms("rename it")).toEqual({ renam: 90 });
  });
});

describe("a text in parts", () => {
  it.each([
    ["list pets! Delete one? show all", ["list pets", "Delete one", "show all"]],
    ["see v1.2 of it", ["see v1.2 of it"]],
    ["list a\ndelete b", ["list a", "delete b"]],
    ["list a.\n\ndelete b\r\nof c", ["list a", "delete b, of c"]],
    ["list pets, then delete one", ["list pets", "delete one"]],
    ["list pets then delete one", ["list pets", "delete one"]],
    ["list pets, remove", ["list pets, remove"]],
    ["list pets, red ones", ["list pets, red ones"]],
    ["red pets, please finally delete one", ["red pets", "please finally delete one"]],
    ["list a. the b. the c", ["list a, the b, the c"]],
    ["list a, please", ["list a, please"]],
  ])("%j asks for %j", (text, want) => expect(clausesOf(text)).toEqual(want));

  it.each(
    "of for in from to on with by at into inside within under as via through between which that who named called".split(
      " ",
    ),
  )("has phrases on both sides of %s", (word) =>
    expect(phrasesOf(`the lane ${word.toUpperCase()} a wharf`)).toEqual(["the lane", "a wharf"]),
  );

  it.each([
    ["lane; wharf, kettle", ["lane", "wharf", "kettle"]],
    ["delete in details of the lane", ["the lane"]],
    ["the of lane", ["lane"]],
  ])("%j speaks of %j", (text, want) => expect(phrasesOf(text)).toEqual(want));

  it.each([
    [`a "" b`, "a   b", ""],
    [`a '' b`, "a '' b", ""],
    [`a 'x' b`, "a 'x' b", ""],
    [`a 'xy' b`, "a   b", "xy"],
    [`the 'xy's`, "the 'xy's", ""],
    ["HTTP://a.example/b HTTPS://c", "   ", ""],
    [`<${"x".repeat(200)}>`, " ", ""],
    [`<${"x".repeat(201)}>`, `<${"x".repeat(201)}>`, ""],
    ["a <b<c>", "a <b ", ""],
    ["#1a #b", " a #b", ""],
    ['"one" "two"', "   ", "one two"],
  ])("%j is %j, with the values %j", (text, plain, quoted) =>
    expect(phrasingOf(text)).toEqual({ text: plain, quoted }),
  );
});
