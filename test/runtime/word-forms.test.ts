/** Words of operations and questions in one form: how names come apart, what endings come off, and what verbs mean. */
import { describe, expect, it } from "vitest";
import { intentOf, isGeneralVerb, isVague, seeing } from "../../templates/always/src/runtime/finding/verbs.ts";
import {
  firstSentence,
  isCommon,
  isPlural,
  stemOf,
  stemsOf,
  wordsOf,
} from "../../templates/always/src/runtime/finding/words.ts";

describe("forms of a word have one stem", () => {
  it.each([
    ["repositories repository", "repositori"],
    ["deployed deploys deploy deploying deployment deployments", "deploi"],
    ["organization organizations organize", "organiz"],
    ["organisation organize", "organiz"],
    ["stopped stopping stops stop", "stop"],
    ["running runs run", "run"],
    ["boxes box", "box"],
    ["classes class", "class"],
    ["dishes dish", "dish"],
    ["branches branch", "branch"],
    ["quizzes", "quizz"],
    ["heroes hero", "hero"],
    ["usefulness useful", "useful"],
    ["activeness active", "activ"],
    ["creation", "creat"],
    ["create creates created creating", "creat"],
    ["edition edit", "edit"],
    ["darkness dark", "dark"],
    ["density", "dens"],
    ["accept accepted acceptance acceptable", "accept"],
    ["reference", "refer"],
    ["difference", "differ"],
    ["select selection selector", "select"],
    ["convertible convert", "convert"],
    ["globally global", "global"],
    ["quickly quick", "quick"],
    ["builder build", "build"],
    ["surprisingly surprise", "surpris"],
    ["statuses", "status"],
    ["news new", "new"],
  ])("%s: %s", (words, stem) =>
    expect(words.split(" ").map((word) => [word, stemOf(word)])).toEqual(words.split(" ").map((word) => [word, stem])),
  );

  it.each(["id", "ids", "api", "bus", "status", "ss", "x86s", "sing", "thing", "red", "ly", "äöü"])(
    "%s stays as it is, or nearly",
    (word) => expect(stemOf(word).slice(0, 3)).toBe(word.slice(0, 3)),
  );
});

it.each([
  ["listPullRequests", "list pull requests"],
  ["HTTPServer", "http server"],
  ["dns_zones", "dns zones"],
  ["get-pet.byId", "get pet by id"],
  ["v2Pets", "v2 pets"],
  ["the owner's pets", "the owner pets"],
  ["the owner’s pets", "the owner pets"],
  ["o'sullivan", "o sullivan"],
  ["getHTTPServers’ names — one’s own […]", "get http servers names one own"],
  ["é getHTTPServer’s names", "é get http server names"],
  ["Größe_ändern", "größe ändern"],
  ["e\u0301tat", "état"],
  ["  ", ""],
])("the words of %j are %j", (text, words) => expect(wordsOf(text).join(" ")).toBe(words));

it("common words are left out of stems", () => {
  expect(stemsOf("List all of the pets by their status")).toEqual(["list", "pet", "status"]);
  expect(["the", "of", "please", "myself", "under", "a"].map(isCommon)).toEqual(Array.from({ length: 6 }, () => true));
  expect(["pet", "list", ""].map(isCommon)).toEqual([false, false, false]);
});

it.each([
  ["Lists all the pets. Or others.", "Lists all the pets."],
  ["Lists all the pets! Or others.", "Lists all the pets!"],
  ["Is that a pet or not? Say.", "Is that a pet or not?"],
  ["Short. And then it goes on.", "Short. And then it goes on."],
  ["See v1.2 of the document. More.", "See v1.2 of the document."],
  ["No end at all, but long enough", "No end at all, but long enough"],
  ["Over two\nlines it goes. More.", "Over two\nlines it goes."],
])("the first sentence of %j is %j", (text, first) => expect(firstSentence(text)).toBe(first));

it.each([
  ["pets", true],
  ["bus", false],
  ["class", false],
  ["status", false],
  ["analysis", false],
  ["ids", false],
  ["pet", false],
  ["tags", true],
])("%s is a plural: %s", (word, plural) => expect(isPlural(word)).toBe(plural));

describe("a verb", () => {
  const meant = (verb: string) => Object.fromEntries(intentOf(stemOf(verb)) ?? []);
  it.each([
    ["show", { GET: 1, QUERY: 1, POST: 0.4, HEAD: 0.3 }],
    ["schedule", { POST: 1, PUT: 0.6, PATCH: 0.2 }],
    ["rename", { PATCH: 1, PUT: 1, POST: 0.6 }],
    ["translate", { POST: 1, PUT: 1, PATCH: 0.6, GET: 0.5 }],
    ["follow", { PUT: 1, POST: 1, PATCH: 0.6 }],
    ["prepend", { POST: 1, PUT: 0.5 }],
    ["archive", { PATCH: 1, PUT: 1, POST: 0.7, DELETE: 0.5 }],
    ["remove", { DELETE: 1, POST: 0.6, PUT: 0.4, PATCH: 0.4 }],
    ["add", { POST: 1, PUT: 1, PATCH: 0.6 }],
    ["log", { POST: 1, PUT: 0.6, PATCH: 0.2 }],
    ["stop", { PATCH: 1, PUT: 1, POST: 0.7, DELETE: 1 }],
    ["pet", {}],
  ])("%s asks for %j", (verb, want) => expect(meant(verb)).toEqual(want));

  it("that is not said is to see", () =>
    expect(Object.fromEntries(seeing)).toEqual({
      GET: 1,
      QUERY: 1,
      HEAD: 0.5,
      POST: 0.4,
      PUT: 0.4,
      PATCH: 0.4,
      DELETE: 0.4,
    }));

  it("may be general, and a word vague", () => {
    expect(
      ["get", "create", "remove", "identify", "archive", "pet"].map((verb) => isGeneralVerb(stemOf(verb))),
    ).toEqual([true, true, true, true, false, false]);
    expect(["information", "details", "last", "way", "pet"].map((word) => isVague(stemOf(word)))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});
