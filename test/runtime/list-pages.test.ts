/** Lists that an API gives page by page: how large pages are asked for, whether more follows, and where. */
import { describe, expect, it } from "vitest";
import type { InputSchema, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/call-result.ts";
import { goesOn, listIn, nextPage, pageOf } from "../../templates/always/src/runtime/resources/resource-links.ts";

const schema = (properties: JsonObject): InputSchema => ({ type: "object", properties }) as unknown as InputSchema;
const result = (structuredContent: JsonValue, _meta: JsonObject = {}): CallResult => ({
  content: [],
  structuredContent,
  _meta,
});
const headers = (fields: JsonObject): JsonObject => ({ "openapi-to-mcp/headers": fields });

describe("the items of a list", () => {
  it.each<[JsonValue, string, JsonValue]>([
    [[1, 2], "", [1, 2]],
    [{ items: [1] }, "/items", [1]],
    [{ result: [1] }, "", [1]],
    [{ result: { items: [1] } }, "/items", [1]],
    [{ result: [1] }, "/items", [1]],
    [{ items: 5 }, "/items", []],
    [{ result: "x" }, "", []],
    [null, "", []],
  ])("of %j at %j are %j", (value, pointer, want) => expect(listIn(result(value), pointer)).toEqual(want));
});

describe("an argument for large pages", () => {
  const names =
    "limit per_page pageSize page[limit] maxResults max-items max size count first top PageSize perPage".split(" ");
  it.each(names)("may be called %s", (name) =>
    expect(pageOf(schema({ id: { type: "integer" }, [name]: { type: "integer" } }), 100)).toEqual({ [name]: 100 }),
  );
  it.each<[JsonObject, JsonObject]>([
    [{ limit: { type: "integer", maximum: 50 } }, { limit: 50 }],
    [{ limit: { type: "integer", maximum: 50.5 } }, { limit: 50 }],
    [{ limit: { type: "number", maximum: 500 } }, { limit: 100 }],
    [{ limit: { type: "integer", maximum: 0 } }, { limit: 1 }],
    [{ limit: { type: "string" } }, {}],
    [{ limit: true }, {}],
    [{ limits: { type: "integer" } }, {}],
    [{}, {}],
  ])("%j is %j", (properties, want) => expect(pageOf(schema(properties), 100)).toEqual(want));
});

describe("what tells whether more follows", () => {
  const list = (around: JsonObject, more: JsonObject = {}): CallResult => result({ items: [1, 2], ...around }, more);
  it.each<[JsonObject, boolean | undefined]>([
    [{}, undefined],
    [{ has_more: true }, true],
    [{ hasMore: false }, false],
    [{ more: true }, true],
    [{ is_truncated: false }, false],
    [{ isTruncated: true }, true],
    [{ has_next: true }, true],
    [{ hasNextPage: false }, false],
    [{ next: "/x" }, true],
    [{ next: null }, false],
    [{ next: "" }, false],
    [{ next_page_token: "t" }, true],
    [{ nextPageToken: "" }, false],
    [{ "@odata.nextLink": "https://a" }, true],
    [{ total: 3 }, true],
    [{ total: 2 }, false],
    [{ total_count: "3" }, true],
    [{ totalItems: 2 }, false],
    [{ totalResults: 9 }, true],
    [{ totalElements: 9 }, true],
    [{ grand_total: 9 }, true],
    [{ total: null }, undefined],
    [{ totals: 9 }, undefined],
    [{ text: "next" }, undefined],
    // Of what disagrees the one that says that there is more.
    [{ next: null, total: 3 }, true],
    [{ meta: { total: 3 } }, true],
    [{ _links: { next: { href: "/x" } } }, true],
    [{ links: { next: null } }, false],
    [{ pagination: { has_more: true } }, true],
    [{ paging: { more: false } }, false],
    [{ other: { has_more: true } }, undefined],
  ])("%j: %s", (around, want) => {
    expect(goesOn(list(around), "/items", {}, 2)).toBe(want);
    expect(goesOn(result({ result: { items: [1, 2], ...around } }), "/items", {}, 2)).toBe(want);
  });

  it.each<[JsonObject, boolean | undefined]>([
    [{ link: '<https://a/?page=2>; rel="next"' }, true],
    [{ link: "<https://a/?page=2>; rel=next" }, true],
    [{ link: '<https://a/?page=1>; rel="prev"' }, undefined],
    [{ "x-next-page": "3" }, true],
    [{ "x-next-page": "" }, false],
    [{ "x-total-count": "2" }, false],
    [{ "x-total": "5" }, true],
    [{ etag: "x" }, undefined],
  ])("headers %j: %s", (fields, want) => expect(goesOn(list({}, headers(fields)), "/items", {}, 2)).toBe(want));

  it("is else whether the page is full, and whether anything is in it", () => {
    expect(goesOn(list({}), "/items", { limit: 2 }, 2)).toBe(true);
    expect(goesOn(list({}), "/items", { per_page: 1 }, 2)).toBe(true);
    expect(goesOn(list({}), "/items", { limit: 3 }, 2)).toBeUndefined();
    expect(goesOn(list({}), "/items", { limit: "2" }, 2)).toBeUndefined();
    expect(goesOn(list({}), "/items", { other: 2 }, 2)).toBeUndefined();
    expect(goesOn(result({ items: [] }), "/items", { limit: 0 }, 2)).toBe(false);
    expect(goesOn(result({ items: [], has_more: true }), "/items", {}, 2)).toBe(true);
    expect(goesOn(list({ has_more: false }), "/items", { limit: 2 }, 2)).toBe(false);
    expect(goesOn(list({ has_more: false }, { "openapi-to-mcp/part": { to: 1 } }), "/items", {}, 2)).toBe(true);
  });
});

describe("the page that follows", () => {
  const items = { items: [1, 2, 3] };
  const next = (properties: JsonObject, args: JsonObject, around: JsonObject = {}, more: JsonObject = {}): unknown =>
    nextPage(schema(properties), args, result({ ...items, ...around }, more), "/items");

  it.each(["page", "page_number", "pageNumber", "pageNo"])("has the next number, where that is called %s", (name) => {
    expect(next({ [name]: {} }, { a: 1 })).toEqual({ a: 1, [name]: 2 });
    expect(next({ [name]: {} }, { [name]: 5 })).toEqual({ [name]: 6 });
    expect(next({ [name]: { default: 0 } }, {})).toEqual({ [name]: 1 });
    expect(next({ [name]: { default: "x" } }, {})).toEqual({ [name]: 2 });
  });

  it.each(["offset", "skip", "startIndex", "start_at", "page[offset]"])(
    "begins behind the items, where that is called %s",
    (name) => {
      expect(next({ [name]: {} }, {})).toEqual({ [name]: 3 });
      expect(next({ [name]: true }, { [name]: 10 })).toEqual({ [name]: 13 });
      expect(next({ [name]: { default: 1 } }, {})).toEqual({ [name]: 4 });
    },
  );

  it.each(
    "cursor page_cursor pageToken next_token nextCursor nextPageToken continuationToken continue marker after starting_after".split(
      " ",
    ),
  )("has the token that was given, where that is called %s", (name) => {
    expect(next({ [name]: {} }, { a: 1 }, { next_thing: "t" })).toEqual({ a: 1, [name]: "t" });
    expect(next({ [name]: {} }, {}, { [name]: "own" })).toEqual({ [name]: "own" });
    expect(next({ [name]: {} }, {}, { next: `https://a.example/x?b=1&${name}=u%20v` })).toEqual({ [name]: "u v" });
    expect(next({ [name]: {} }, {}, {})).toBeUndefined();
  });

  it("is where a URL or a header says", () => {
    const cursor = { cursor: {} };
    expect(next(cursor, {}, { next: "/x?cursor=c" })).toEqual({ cursor: "c" });
    expect(next(cursor, {}, { next: "?cursor=c" })).toEqual({ cursor: "c" });
    expect(next(cursor, {}, { next: "?other=c" })).toBeUndefined();
    expect(next(cursor, {}, { links: { next: "c" } })).toEqual({ cursor: "c" });
    expect(next(cursor, {}, {}, headers({ link: '<https://a/?cursor=c>; rel="next"' }))).toEqual({ cursor: "c" });
    expect(next(cursor, {}, {}, headers({ link: "<https://a/?x>; rel=prev, </?cursor=c>; rel=next" }))).toEqual({
      cursor: "c",
    });
    expect(next(cursor, {}, {}, headers({ link: "nonsense" }))).toBeUndefined();
    expect(next(cursor, {}, { next: "" })).toBeUndefined();
    expect(next(cursor, {}, { next: 5 })).toBeUndefined();
    expect(next(cursor, {}, { "@odata.nextLink": "https://a?cursor=c" })).toEqual({ cursor: "c" });
    // Without a token the number of the page has to do.
    expect(next({ cursor: {}, page: {}, offset: {} }, {})).toEqual({ page: 2 });
    expect(next({ other: {} }, {}, { next: "t" })).toBeUndefined();
  });
});
