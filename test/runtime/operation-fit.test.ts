/** How well an operation fits a question, sign by sign, and which verbs paths end with. */
import { describe, expect, it } from "vitest";
import type { FindingIndex, IndexedOperation } from "../../templates/always/src/runtime/data/project.ts";
import { Fit, greatest, ranked, readPosting } from "../../templates/always/src/runtime/finding/fit.ts";
import type { Question } from "../../templates/always/src/runtime/finding/question.ts";
import { seeing } from "../../templates/always/src/runtime/finding/verbs.ts";

const stems = ["pet", "shop", "owner"];
const rarity = Float64Array.of(1, 3, 2);
const indexOf = (...operations: readonly Partial<IndexedOperation>[]): FindingIndex => ({
  operations: operations.map((operation) => ({ name: "", request: "GET /pets", core: [0], last: [], ...operation })),
  stems,
  postings: [],
  initials: {},
  apiStems: [],
});
const question = (more: Partial<Question>): Question => ({
  terms: new Map([["pet", 1]]),
  intent: seeing,
  verb: undefined,
  action: undefined,
  isOwn: false,
  subject: new Set(),
  things: new Set(),
  many: undefined,
  ...more,
});
/** The factor of an operation, but for the length of its path. */
function fit(operation: Partial<IndexedOperation>, asked: Partial<Question>, meant: readonly string[] = []): number {
  const segments = (operation.request ?? "GET /pets").split(/\/[^/]/).length - 1;
  const found = new Fit(indexOf(operation), rarity).of(0, question(asked), new Set(meant));
  return found * (1 + 0.04 * segments);
}

describe("an operation fits", () => {
  it.each<[string, Partial<IndexedOperation>, Partial<Question>, number]>([
    ["by the words that the question has of it", {}, {}, 1],
    ["by none of them", {}, { terms: new Map() }, 0.55],
    ["by those that it has, the rarer the more", { core: [0, 1] }, {}, 0.55 + 0.45 * 0.25],
    ["by the rarer ones", { core: [0, 1] }, { terms: new Map([["shop", 1]]) }, 0.55 + 0.45 * 0.75],
    ["by what they count", {}, { terms: new Map([["pet", 0.4]]) }, 0.55 + 0.45 * 0.6],
    ["by nothing where nothing is known of it", { core: [] }, {}, 0.55],
    ["by its method", { request: "DELETE /pets" }, {}, 0.65 + 0.35 * 0.4],
    ["not by a method that is not meant", { request: "DELETE /pets" }, { intent: new Map([["GET", 1]]) }, 0.65],
    ["by the verb of its path", { request: "POST /pets.list", verb: "list" }, {}, 1],
    ["by the verb, not by its method", { verb: "delet" }, {}, 0.65 + 0.35 * 0.4],
    ["by a verb that does the same partly", { verb: "delet" }, { intent: new Map([["POST", 1]]) }, 0.65 + 0.35 * 0.6],
    ["by its method where the verb is none", { verb: "zebra" }, {}, 1],
    ["by the very verb", { verb: "list" }, { verb: "list" }, 1.4],
    ["not by another verb", { verb: "list" }, { verb: "get" }, 1],
    ["as what is mine", { own: 1 }, { isOwn: true }, 1.5],
    ["as what is half mine", { own: 0.5 }, { isOwn: true }, 1.25],
    ["as what is nobody's", {}, { isOwn: true }, 1],
    ["as what is mine, where that is not asked for", { own: 1 }, {}, 0.85],
    ["as many", {}, { many: true }, 1.15],
    ["as one of many", { request: "GET /pets/{id}" }, { many: false }, 1.15],
    ["not as one where many are asked for", { request: "GET /pets/{id}" }, { many: true }, 1],
    ["as many of one", { request: "GET /shops/{id}/pets/" }, { many: true }, 1.15],
    ["not as many where one is asked for", {}, { many: false }, 1],
    ["not by how many it changes", { request: "QUERY /pets" }, { many: true }, 1],
  ])("%s", (_name, operation, asked, want) => expect(fit(operation, asked)).toBeCloseTo(want, 10));

  it("by the last word of its path", () => {
    expect(fit({ last: [0] }, {}, ["pet"])).toBeCloseTo(1.25, 10);
    expect(fit({ last: [0, 1] }, {}, ["pet"])).toBeCloseTo(1.125, 10);
    expect(fit({ last: [1] }, {}, ["pet"])).toBeCloseTo(1, 10);
    expect(fit({ last: [] }, {}, ["pet"])).toBeCloseTo(1, 10);
  });

  it("by what its path ends with, whatever its method", () => {
    const play = { request: "DELETE /player/play", verb: "plai" };
    expect(fit(play, { action: "plai" })).toBeCloseTo(1.6, 10);
    expect(fit(play, { action: "plai", verb: "plai" })).toBeCloseTo(1.6, 10);
    expect(fit(play, { action: "paus" })).toBeCloseTo(0.65 + 0.35 * 0.4, 10);
  });

  it("the less the longer its path is", () => {
    const of = (path: string) => new Fit(indexOf({ request: `GET ${path}` }), rarity).of(0, question({}), new Set());
    expect([of("/pets"), of("/shops/{id}/pets"), of("/")]).toEqual([1 / 1.04, 1 / 1.12, 1]);
    expect(new Fit(indexOf({}), rarity).of(1, question({}), new Set())).toBe(0);
  });
});

it.each<[string, readonly string[]]>([
  ["PUT /player/play", ["plai"]],
  ["PUT /users/player/play", ["plai"]],
  ["GET /player/play", []],
  ["POST /play", []],
  ["POST /player/{play}", []],
  ["POST /player/play-it", []],
  ["POST /users/calls", ["call"]],
  ["PUT /users/calls", []],
  ["POST /users/lists", []],
  ["POST /users/pets", []],
  ["POST /users/~", []],
  ["POST /users/status", ["status"]],
])("%s ends with the verbs %j", (request, want) =>
  expect([...new Fit(indexOf({ request }), rarity).actions]).toEqual(want),
);

it("scores are ranked, read and compared", () => {
  expect(greatest(Float64Array.of(1, 3, 2))).toBe(3);
  expect(greatest(Float64Array.of())).toBe(0);
  expect(ranked(Float64Array.of(2, 2, 0.5))).toEqual([0, 1, 2]);
  expect(readPosting("0 k")).toEqual([[0, 1]]);
  expect(readPosting("a a z 14")).toEqual([
    [10, 0.5],
    [45, 2],
  ]);
});
