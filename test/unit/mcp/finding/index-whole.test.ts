/** The index of operations as it is written: which words each is found by, and how much each of them says. */
import { describe, expect, it } from "vitest";
import type { FindingIndex } from "../../../../templates/always/src/runtime/data/project.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { buildServer } from "../../../../src/mcp/build.ts";
import { findingIndexOf } from "../../../../src/mcp/finding/index-of.ts";
import { apiOf, serverOf } from "../../document.ts";

const responses = { 200: { description: "done" } };
const text = { type: "string" };
const json = (properties: JsonObject): JsonObject => ({
  requestBody: { content: { "application/json": { schema: { type: "object", properties } } } },
});
const indexOf = (paths: JsonObject, title = "Code Forge"): FindingIndex =>
  findingIndexOf(serverOf({ info: { title, version: "1" }, paths }).model);

/** By word: what it says of each operation that has it, in twentieths. */
function weights({ operations, stems, postings }: FindingIndex): Record<string, Record<string, number>> {
  return Object.fromEntries(
    stems.map((stem, index) => {
      const parts = (postings[index] ?? "").split(" ").map((part) => parseInt(part, 36));
      const found: Record<string, number> = {};
      for (let at = 0, operation = 0; at < parts.length; at += 2) {
        operation += parts[at] ?? 0;
        found[operations[operation]?.name ?? ""] = parts[at + 1] ?? 0;
      }
      return [stem, found];
    }),
  );
}

describe("the index of a server", () => {
  const id = { name: "pull_id", in: "path", required: true, schema: text };
  const state = {
    name: "state",
    in: "query",
    description: "Which ones.",
    schema: { ...text, enum: ["open", "closed"] },
  };
  const index = indexOf({
    "/pull-requests": {
      get: {
        operationId: "listPulls",
        summary: "List pull requests",
        tags: ["pulls"],
        description: "Lists them. By date.",
        parameters: [state],
        responses,
      },
    },
    "/pull-requests/{pull_id}": {
      parameters: [id],
      get: { operationId: "getPull", summary: "Get a pull request", tags: ["pulls"], responses },
    },
    "/me.update": {
      post: {
        operationId: "rename",
        summary: "Rename",
        responses,
        ...json({ owner: { type: "object", properties: { nick: text } } }),
      },
    },
  });

  it("says of each operation what it is about, ends with and needs", () => {
    const words = (numbers: readonly number[]): readonly string[] => numbers.map((number) => index.stems[number] ?? "");
    expect(
      index.operations.map(({ core, last, ...rest }) => ({ ...rest, core: words(core), last: words(last) })),
    ).toEqual([
      { name: "rename", request: "POST /me.update", verb: "updat", core: [], last: ["updat"] },
      {
        name: "list_pulls",
        request: "GET /pull-requests",
        tag: "pulls",
        core: ["pull", "request"],
        last: ["pull", "request"],
      },
      {
        name: "get_pull",
        request: "GET /pull-requests/{pull_id}",
        tag: "pulls",
        core: ["pull", "request"],
        last: ["pull", "request"],
        needs: [1],
      },
    ]);
  });

  it("says how much each word says: the rarer the field and the shorter, the more", () =>
    expect(weights(index)).toEqual({
      clos: { list_pulls: 2 },
      dat: { list_pulls: 3 },
      get: { get_pull: 106 },
      id: { get_pull: 6 },
      list: { list_pulls: 109 },
      nick: { rename: 3 },
      open: { list_pulls: 2 },
      own: { rename: 9 },
      pull: { list_pulls: 195, get_pull: 201 },
      renam: { rename: 162 },
      request: { list_pulls: 143, get_pull: 143 },
      stat: { list_pulls: 9 },
      updat: { rename: 100 },
    }));

  it("has the initials of words that two operations have, and the words of the API's title", () => {
    expect(index.initials).toEqual({ pr: ["pull", "request"] });
    expect(index.apiStems).toEqual(["cod", "forg"]);
  });
});

describe("initials", () => {
  const initials = (...titles: readonly string[]) =>
    indexOf(
      Object.fromEntries(
        titles.map((summary, at) => [`/x${at}`, { get: { operationId: `op${at}`, summary, responses } }]),
      ),
    ).initials;

  it.each<[string, readonly string[], Record<string, readonly string[]>]>([
    ["of two words", ["Great cats", "Great cats"], { gc: ["great", "cat"] }],
    ["of one operation only are none", ["Great cats", "Little dogs"], {}],
    ["of the same title twice count once", ["Great cats, great cats", "Little dogs"], {}],
    [
      "of up to four words",
      ["Big red round soft balls", "Big red round soft balls"],
      {
        br: ["big", "red"],
        brr: ["big", "red", "round"],
        brrs: ["big", "red", "round", "soft"],
        rr: ["red", "round"],
        rrs: ["red", "round", "soft"],
        rrsb: ["red", "round", "soft", "ball"],
        rs: ["round", "soft"],
        rsb: ["round", "soft", "ball"],
        sb: ["soft", "ball"],
      },
    ],
    ["end at words that say nothing", ["Cats of the dogs", "Cats of the dogs"], {}],
    ["end at single letters", ["Cats x dogs", "Cats x dogs"], {}],
    [
      "are of what most operations have",
      ["Great cats", "Great cats", "Green cows", "Green cows", "Green cows"],
      { gc: ["green", "cow"] },
    ],
    [
      "are of the first by letters where as many have both",
      ["Green cows", "Great cats", "Great cats", "Green cows"],
      { gc: ["great", "cat"] },
    ],
  ])("%s", (_, titles, want) => expect(initials(...titles)).toEqual(want));
});

describe("of long texts", () => {
  const has = (operation: JsonObject, word: string): boolean =>
    indexOf({ "/x": { post: { operationId: "op", summary: "Do", responses, ...operation } } }).stems.includes(word);
  const query = (schema: JsonObject, description = ""): JsonObject => ({
    parameters: [{ name: "q", in: "query", description, schema }],
  });

  it.each([
    [29, true],
    [30, false],
  ])("the value at %i counts: %s", (at, want) => {
    const values = Array.from({ length: 40 }, (_, index) => (index === at ? "zebra" : `v${index}`));
    expect(has(query({ ...text, enum: values }), "zebra")).toBe(want);
  });

  const nested = (levels: number): JsonObject =>
    levels === 0 ? { zebra: text } : { inner: { type: "object", properties: nested(levels - 1) } };
  it("fields count within what is listed, in lists and alternatives, too", () => {
    expect(has(json(nested(2)), "zebra")).toBe(true);
    expect(has(json({ a: { type: "array", items: { type: "object", properties: { zebra: text } } } }), "zebra")).toBe(
      true,
    );
    const either = { anyOf: [{ type: "object", properties: { zebra: text } }, text] };
    expect(has(json({ a: either }), "zebra")).toBe(true);
    const others = { type: "object", additionalProperties: { type: "object", properties: { zebra: text } } };
    expect(has(json({ a: others }), "zebra")).toBe(true);
  });
});

describe("an index of several APIs", () => {
  const paths = (thing: string): JsonObject => ({
    [`/${thing}`]: { get: { operationId: `list_${thing}`, summary: `List ${thing}`, responses } },
  });
  const of = (...things: readonly string[]): FindingIndex =>
    findingIndexOf(
      buildServer(
        things.map((thing) => ({
          ...apiOf({ info: { title: `The ${thing} API`, version: "1" }, paths: paths(thing) }, thing),
          name: things.length > 1 ? thing : undefined,
          report: () => undefined,
        })),
      ),
    );

  it("says which is whose, and one API's does not", () => {
    expect(of("cats", "dogs").operations.map(({ api }) => api)).toEqual(["cats", "dogs"]);
    expect(of("cats").operations[0]).not.toHaveProperty("api");
    expect(of("dogs", "cats").apiStems).toEqual(["api", "cat", "dog"]);
  });
});
