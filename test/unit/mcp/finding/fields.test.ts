/** A word finds an operation wherever the document says it, the more so the nearer it is to what the operation is called. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { findingIndexOf } from "../../../../src/mcp/finding/index-of.ts";
import { OperationSearch } from "../../../../templates/always/src/runtime/finding/search.ts";
import { serverOf } from "../../document.ts";

const responses = { 200: { description: "done" } };
const others: JsonObject = Object.fromEntries(
  ["lamps", "tables", "chairs", "windows", "doors", "walls"].map((thing) => [
    `/${thing}`,
    { get: { operationId: `list_${thing}`, summary: `List ${thing}`, tags: ["house"], responses } },
  ]),
);
const plain = { operationId: "read_it", summary: "Read it", tags: ["house"], responses };
const query = (name: string, more: JsonObject = {}): JsonObject => ({
  parameters: [{ name, in: "query", schema: { type: "string" }, ...more }],
});
const nested = (property: string): JsonObject => ({
  requestBody: {
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: { outer: { type: "object", properties: { [property]: { type: "string" } } } },
        },
      },
    },
  },
});
/** Where the word stands, from where it says most to where it says least. */
const places: readonly (readonly [place: string, path: string, operation: JsonObject])[] = [
  ["the summary", "/it", { ...plain, summary: "Read zebra" }],
  ["the operationId", "/it", { ...plain, operationId: "read_zebra" }],
  ["the path", "/zebra/it", plain],
  ["the end of the path", "/zebra", plain],
  ["the tag", "/it", { ...plain, tags: ["zebra"] }],
  ["the first sentence", "/it", { ...plain, description: "Reads one zebra at a time. And so on." }],
  ["an argument's name", "/it", { ...plain, ...query("zebra") }],
  ["the description", "/it", { ...plain, description: "Reads things of all kinds. One may be a zebra, too." }],
  ["a field within an argument", "/it", { ...plain, ...nested("zebra") }],
  ["a value", "/it", { ...plain, ...query("kind", { schema: { type: "string", enum: ["zebra", "horse"] } }) }],
];

const searchIn = (paths: JsonObject): OperationSearch =>
  new OperationSearch(findingIndexOf(serverOf({ paths: { ...others, ...paths } }).model));

describe("a word", () => {
  it.each(places)("in %s finds its operation", (_place, path, operation) => {
    expect(
      searchIn({ [path]: { get: operation } })
        .find("zebra", 5)
        .map(({ request }) => request),
    ).toEqual([`GET ${path}`]);
  });

  it.each([
    ["the summary", "the description"],
    ["the summary", "an argument's name"],
    ["the end of the path", "the tag"],
    ["the tag", "the description"],
  ])("in %s says more than in %s", (better, worse) => {
    const of = (wanted: string) => places.find(([place]) => place === wanted)?.[2] ?? plain;
    const path = (wanted: string, at: string): string => (wanted === "the end of the path" ? "/zebra" : at);
    const search = searchIn({
      [path(worse, "/aaa")]: { get: { ...of(worse), operationId: "worse" } },
      [path(better, "/bbb")]: { get: { ...of(better), operationId: "better" } },
    });
    expect(search.find("zebra", 2).map(({ name }) => name)).toEqual(["better", "worse"]);
  });
});

describe("the index", () => {
  const indexOf = (paths: JsonObject) => findingIndexOf(serverOf({ paths }).model);
  const verbOf = (path: string): string | undefined => indexOf({ [path]: { get: plain } }).operations[0]?.verb;
  it.each<[string, string | undefined]>([
    ["/chat.postMessage", "post"],
    ["/sheets:batchUpdate", undefined],
    ["/sheets:update", "updat"],
    ["/users/list", "list"],
    ["/users/merge", undefined],
    ["/users.merge", "merg"],
    ["/users/{list}", undefined],
    ["/users", undefined],
  ])("says of %s that it ends with the verb %s", (path, want) => expect(verbOf(path)).toBe(want));

  it.each<[string, string, number | undefined]>([
    ["/me", "Read it", 1],
    ["/users/@me/pets", "Read it", 1],
    ["/v1/user", "Read it", 1],
    ["/api/account/x", "Read it", 1],
    ["/v1.2/profile", "Read it", 1],
    ["/things/current", "Read it", 1],
    ["/users/{id}", "Read it", undefined],
    ["/meals", "Read it", undefined],
    ["/things/user", "Read it", undefined],
    ["/things", "Things of the authenticated user", 0.7],
    ["/things", "Things of the logged-in account", 0.7],
    ["/things", "Things of a user", undefined],
  ])("says of %s, %j, whether it is the caller's own: %s", (path, summary, want) =>
    expect(indexOf({ [path]: { get: { ...plain, summary } } }).operations[0]?.own).toBe(want),
  );

  it.each<[string, JsonObject, string | undefined]>([
    ["/search", query("q", { required: true }), "words"],
    ["/search/pets", query("query"), "words"],
    ["/pets", query("q", { required: true }), "words"],
    ["/pets", query("q"), undefined],
    ["/pets", query("name", { required: true }), undefined],
    ["/pets/{id}", query("q", { required: true }), undefined],
    ["/me", {}, "caller"],
    ["/v1/users/self", {}, "caller"],
    ["/users/{id}/me", {}, undefined],
    ["/a/b/c/d/me", {}, undefined],
  ])("says of %s with %j where a chain begins: %s", (path, operation, want) =>
    expect(indexOf({ [path]: { get: { ...plain, ...operation } } }).operations[0]?.start).toBe(want),
  );
});
