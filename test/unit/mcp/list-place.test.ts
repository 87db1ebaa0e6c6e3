/** Where an answer has its list, and what around it tells of the next page. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { collectionOf, listPlaceOf } from "../../../src/mcp/pages/list-place.ts";
import { lettersOf, signsOf, usualPlaces } from "../../../src/mcp/pages/signs.ts";

const text = { type: "string" };
const things = { type: "array", items: { type: "object", properties: { id: text } } };
const texts = { type: "array", items: text };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });

describe("the list of an answer", () => {
  const places = (schema: JsonObject, path = "/pets"): readonly (string | undefined)[] =>
    [collectionOf, listPlaceOf].map((find) => find(path, standalone.of(schema))?.items);

  it.each<[string, JsonObject, string | undefined, string | undefined]>([
    ["is all of it", things, "", ""],
    ["has items of which nothing is said", { type: "array" }, "", ""],
    ["is the only one", object({ a: texts, n: text }), "/a", "/a"],
    ["is called like one", object({ Items: things, tags: texts }), "/Items", "/Items"],
    ["is called as the path", object({ pets: texts, tags: texts }), "/pets", "/pets"],
    ["is one of two that are called so", object({ items: texts, results: texts }), undefined, undefined],
    ["is the only one of objects", object({ a: things, tags: texts }), undefined, "/a"],
    ["is one of two of objects", object({ a: things, b: things }), undefined, undefined],
    ["stands beside errors", object({ a: things, errors: things }), undefined, "/a"],
    ["is of errors", object({ errors: things }), "/errors", undefined],
    ["stands beside errors and messages", object({ Errors: things, messages: things, a: things }), undefined, "/a"],
    ["is one of two, of messages", object({ messages: things, a: things }), undefined, undefined],
    ["stands beside texts that are called errors", object({ errors: texts, messages: things }), undefined, "/messages"],
    ["is in an alternative", { oneOf: [object({ errors: things }), object({ data: things })] }, undefined, "/data"],
    ["is in the first alternative", { anyOf: [things, object({ data: things })] }, undefined, ""],
    ["is in an envelope", object({ response: object({ a: things }) }), undefined, "/response/a"],
    ["is in what the path is called", object({ Pets: object({ a: things }) }), undefined, "/Pets/a"],
    ["is in _embedded", object({ _embedded: object({ a: things }) }), undefined, "/_embedded/a"],
    ["is in what is no envelope", object({ other: object({ a: things }) }), undefined, undefined],
    ["is none", object({ a: text }), undefined, undefined],
  ])("%s", (_, schema, direct, anywhere) => expect(places(schema)).toEqual([direct, anywhere]));

  it.each("errors error warnings warning links link meta facets facet Errors".split(" "))("is not of %s", (name) =>
    expect(places(object({ [name]: things, other: things }))).toEqual([undefined, "/other"]),
  );

  it("is none of an answer that nobody describes", () =>
    expect([collectionOf("/a", undefined), listPlaceOf("/a", undefined)]).toEqual([undefined, undefined]));
});

describe("signs of a next page", () => {
  const signs = (schema: JsonObject, argument?: string) => signsOf(standalone.of(schema), "/items", argument);
  const next = (properties: JsonObject, argument?: string): readonly string[] =>
    signs(object(properties), argument).next.map(({ at }) => at);
  const deep = (depth: number): JsonObject => (depth === 0 ? { next_cursor: text } : { a: object(deep(depth - 1)) });

  it.each<[string, JsonObject, string | undefined, readonly string[]]>([
    [
      "begin with the argument's own",
      { next_cursor: text, next_page_token: text },
      "page_token",
      ["/next_page_token", "/next_cursor"],
    ],
    [
      "have the document's order else",
      { next_cursor: text, next_page_token: text },
      undefined,
      ["/next_cursor", "/next_page_token"],
    ],
    ["have a bare next last", { next: text, next_id: text }, undefined, ["/next_id", "/next"]],
    ["may be a cursor of its argument's name", { cursor: text }, "cursor", ["/cursor"]],
    ["may be no cursor of another name", { cursor: text }, "token", []],
    ["may not be a start at the root", { start: text }, "start", []],
    ["may not be an after at the root", { after: text }, "after", []],
    ["may be an offset at the root", { offset: text }, "offset", ["/offset"]],
    ["may be a cursor beside the list's", { paging: object({ cursor: text }) }, undefined, ["/paging/cursor"]],
    ["may be a start there where it is asked for", { paging: object({ start: text }) }, "start", ["/paging/start"]],
    ["may be no start there else", { paging: object({ start: text }) }, "cursor", []],
    ["are nothing of other objects", { owner: object({ cursor: text }) }, "cursor", []],
    ["may be anything of next", { next: object({ href: text, title: text }) }, undefined, ["/next/href"]],
    ["lie four objects deep at most", deep(4), undefined, ["/a/a/a/a/next_cursor"]],
    ["lie no deeper", deep(5), undefined, []],
    ["are not in the list", { items: object({ next_cursor: text }), next_token: text }, undefined, ["/next_token"]],
    ["are no lists", { next: texts }, undefined, []],
    ["are no truths", { next: { type: "boolean" } }, undefined, []],
  ])("%s", (_, properties, argument, want) => expect(next(properties, argument)).toEqual(want));

  it("are six at most", () => {
    const names = ["next_cursor", "next_token", "next_page", "next_key", "next_offset", "next_start", "next_id"];
    expect(next(Object.fromEntries(names.map((name) => [name, text])))).toEqual(
      names.slice(0, 6).map((name) => `/${name}`),
    );
  });

  it.each<[JsonObject, boolean]>([
    [{ nextLink: text }, true],
    [{ "@odata.nextLink": text }, true],
    [{ next_url: text }, true],
    [{ next: { type: "string", format: "uri" } }, true],
    [{ next: { type: "string", format: "url" } }, true],
    [{ next: object({ link: text }) }, true],
    [{ next: object({ cursor: text }) }, false],
    [{ next: { type: "string", format: "uuid" } }, false],
  ])("%j: a link: %s", (properties, isLink) =>
    expect(signs(object(properties)).next.map((sign) => sign.isLink)).toEqual([isLink]),
  );

  it.each<[string, JsonObject, JsonObject]>([
    ["has_more", { type: "boolean" }, { more: "/has_more" }],
    ["isTruncated", { type: ["boolean", "null"] }, { more: "/isTruncated" }],
    ["more", text, {}],
    ["total_count", { type: "integer" }, { total: "/total_count" }],
    ["@odata.count", { type: "number" }, { total: "/@odata.count" }],
    ["total", text, {}],
    ["totalPages", { type: "integer" }, { pages: "/totalPages" }],
    ["lastPage", { type: ["integer", "null"] }, { pages: "/lastPage" }],
    ["page", { type: "integer" }, {}],
  ])("%s of %j: %j", (name, schema, want) => expect(signs(object({ [name]: schema }))).toEqual({ next: [], ...want }));

  it("of two of a kind are the first, in alternatives as well", () => {
    const total = { type: "integer" };
    expect(signs(object({ total, total_count: total })).total).toBe("/total");
    expect(signs({ oneOf: [object({ next_cursor: text }), object({ next_cursor: text, next: text })] }).next).toEqual([
      { at: "/next_cursor", isLink: false },
      { at: "/next", isLink: false },
    ]);
  });

  it("are looked for at these places, where nothing is said of an answer", () =>
    expect(usualPlaces).toEqual([
      "/next_cursor",
      "/nextCursor",
      "/next_page_token",
      "/nextPageToken",
      "/response_metadata/next_cursor",
      "/meta/next_cursor",
      "/pagination/next_cursor",
      "/paging/next/after",
      "/result_info/cursors/after",
      "/next",
    ]));

  it.each([
    ["next_page_token", "nextpagetoken"],
    ["X-Next2", "xnext"],
    ["名", ""],
  ])("the letters of %s are %s", (name, letters) => expect(lettersOf(name)).toBe(letters));
});
