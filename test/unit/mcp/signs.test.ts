/** Which members of an answer tell of pages, by their names, and which of them is the likeliest. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { lettersOf, signsOf } from "../../../src/mcp/pages/signs.ts";

const text = { type: "string" };
const list = { type: "array", items: {} };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });
const signs = (properties: JsonObject, argument?: string) =>
  signsOf(standalone.of(object({ items: list, ...properties })), "/items", argument);
const next = (properties: JsonObject, argument?: string): readonly string[] =>
  signs(properties, argument).next.map(({ at }) => at);

describe("letters", () => {
  it.each([
    ["next_page_token", "nextpagetoken"],
    ["nextPageToken", "nextpagetoken"],
    ["@odata.nextLink", "odatanextlink"],
    ["page2", "page"],
  ])("of %s are %s", (name, want) => expect(lettersOf(name)).toBe(want));
});

describe("a link to the next page", () => {
  it.each(
    "nextLink next_url nextUri next_href nextPageUrl nextPageUri nextPageLink nextRecordsUrl @odata.nextLink".split(
      " ",
    ),
  )("is %s", (name) => expect(signs({ [name]: text }).next).toEqual([{ at: `/${name}`, isLink: true }]));
  it.each("my_next_link next_link_text previousLink link url".split(" "))("is not %s", (name) =>
    expect(next({ [name]: text })).toEqual([]),
  );
  it.each("href url uri link".split(" "))("is %s of next", (name) =>
    expect(signs({ next: object({ [name]: text }) }).next).toEqual([{ at: `/next/${name}`, isLink: true }]),
  );
  it.each([
    ["uri", true],
    ["uri-reference", true],
    ["url", true],
    ["uuid", false],
    ["x-uri", false],
  ])("is next of the format %s: %s", (format, isLink) =>
    expect(signs({ next: { type: "string", format } }).next).toEqual([{ at: "/next", isLink }]),
  );
});

describe("a token of the next page", () => {
  it.each(
    `next next_page next_page_token nextPageCursor nextPageKey next_page_state nextCursor nextCursorMark next_token
    nextMarker nextKey next_offset nextStart nextStartCursor nextAfter nextContinuationToken nextContinuation next_id
    nextStartToken nextResult nextResults endCursor after_cursor continuationToken continuation continue cursorNext
    nextPageNumber LastEvaluatedKey resumeToken last_id bookmark scroll_id _scroll_id`.split(/\s+/),
  )("is %s", (name) => expect(signs({ [name]: text }).next).toEqual([{ at: `/${name}`, isLink: false }]));
  it.each(
    "previous_cursor prev_page next_steps the_next nextpagename token_type my_bookmark bookmarks cursor after token start offset id".split(
      " ",
    ),
  )("is not %s", (name) => expect(next({ [name]: text })).toEqual([]));
  it.each("after cursor token page pageToken offset start".split(" "))("is %s of next", (name) =>
    expect(signs({ next: object({ [name]: text }) }).next).toEqual([{ at: `/next/${name}`, isLink: false }]),
  );
  it("is no other member of next", () => expect(next({ next: object({ title: text, links: text }) })).toEqual([]));
  it.each(
    "paging pagination pageInfo page cursor cursors meta metadata response_metadata link links result_info after".split(
      " ",
    ),
  )("is a plain cursor of %s", (name) =>
    expect(next({ [name]: object({ cursor: text, after: text, token: text }) })).toEqual([
      `/${name}/cursor`,
      `/${name}/after`,
    ]),
  );
  it("is no plain cursor of what has no such name", () =>
    expect(next({ user: object({ cursor: text, after: text }) })).toEqual([]));
});

describe("a plain name", () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ["cursor", "cursor", ["/cursor"]],
    ["token", "token", ["/token"]],
    ["offset", "offset", ["/offset"]],
    ["cursor", "page_cursor", []],
    ["cursor", undefined, []],
    ["start", "start", []],
    ["after", "after", []],
  ])("%s beside the list, where the argument is %s: %j", (name, argument, want) =>
    expect(next({ [name]: text }, argument)).toEqual(want),
  );
  it.each<[string, readonly string[]]>([
    ["token", ["/meta/token"]],
    ["start", ["/meta/start"]],
    ["offset", ["/meta/offset"]],
  ])("%s around the list is meant where the argument has it", (name, want) => {
    expect(next({ meta: object({ [name]: text }) }, name)).toEqual(want);
    expect(next({ meta: object({ [name]: text }) }, "other")).toEqual([]);
  });
});

describe("of several signs", () => {
  it.each<[JsonObject, string | undefined, readonly string[]]>([
    [{ next: text, next_cursor: text }, undefined, ["/next_cursor", "/next"]],
    [{ next_token: text, next_cursor: text }, "cursor", ["/next_cursor", "/next_token"]],
    [{ next_token: text, next_cursor: text }, "token", ["/next_token", "/next_cursor"]],
    [{ nextLink: text, next: object({ cursor: text }) }, undefined, ["/next/cursor", "/nextLink"]],
    [{ paging: object({ cursor: text }), next: text }, undefined, ["/next", "/paging/cursor"]],
    [{ next: text, paging: object({ cursor: text }) }, "cursor", ["/paging/cursor", "/next"]],
  ])("of %j, argument %s: %j", (properties, argument, want) => expect(next(properties, argument)).toEqual(want));

  it("six are kept", () => {
    const names = ["next", "next_page", "next_token", "next_key", "next_id", "next_cursor", "next_start"];
    expect(next(Object.fromEntries(names.map((name) => [name, text])))).toHaveLength(6);
  });

  it("those of each alternative are there", () => {
    const node = standalone.of({ anyOf: [object({ next_cursor: text }), object({ nextLink: text })] });
    expect(signsOf(node, undefined, undefined).next).toEqual([
      { at: "/next_cursor", isLink: false },
      { at: "/nextLink", isLink: true },
    ]);
  });
});

describe("where signs are looked for", () => {
  const within = (levels: number): JsonObject =>
    levels === 0 ? { next_cursor: text } : { a: object(within(levels - 1)) };
  it.each([
    [0, ["/next_cursor"]],
    [1, ["/a/next_cursor"]],
    [4, ["/a/a/a/a/next_cursor"]],
    [5, []],
  ])("%i levels around the list: %j", (levels, want) => expect(next(within(levels))).toEqual(want));
  it("is not within lists", () => {
    expect(next({ next: list })).toEqual([]);
    expect(next({ others: { type: "array", items: object({ next_cursor: text }) } })).toEqual([]);
    expect(next({ next_cursor: { type: ["array", "null"] } })).toEqual([]);
  });
  it("is not in the items", () => {
    const node = standalone.of(object({ items: object({ next_cursor: text }), next: text }));
    expect(signsOf(node, "/items", undefined).next).toEqual([{ at: "/next", isLink: false }]);
  });
  it("is an object without members by its own name", () =>
    expect(next({ next: { type: "object" } })).toEqual(["/next"]));
});

describe("what counts", () => {
  const integer = { type: "integer" };
  const boolean = { type: "boolean" };
  it.each(
    "has_more hasNext has_next_page hasMoreItems hasMoreResults hasMoreData isMore is_truncated IsTruncated truncated more moreAvailable more_results".split(
      " ",
    ),
  )("%s tells whether there is more, where it is true or false", (name) => {
    expect(signs({ [name]: boolean })).toMatchObject({ next: [], more: `/${name}` });
    expect(signs({ [name]: { type: ["boolean", "null"] } })).toHaveProperty("more");
    expect(signs({ [name]: text })).not.toHaveProperty("more");
  });
  it.each("has_access hasMoreThings morex is_last isNext".split(" "))("%s does not", (name) =>
    expect(signs({ [name]: boolean })).toEqual({ next: [] }),
  );
  it("next that is true or false is no token", () => expect(signs({ next: boolean })).toEqual({ next: [] }));
  it.each(
    "total totalCount total_items totalResults totalElements total_records totalSize totalRows totalEntries @odata.count".split(
      " ",
    ),
  )("%s is how many there are, where it is a number", (name) => {
    expect(signs({ [name]: integer })).toEqual({ next: [], total: `/${name}` });
    expect(signs({ [name]: { type: ["number", "null"] } })).toHaveProperty("total");
    expect(signs({ [name]: { type: ["number", "string"] } })).not.toHaveProperty("total");
    expect(signs({ [name]: text })).not.toHaveProperty("total");
    expect(signs({ [name]: {} })).not.toHaveProperty("total");
  });
  it.each("total_pages pageCount pagesTotal numPages last_page totalPageCount pages".split(" "))(
    "%s is how many pages there are",
    (name) => {
      expect(signs({ [name]: integer })).toEqual({ next: [], pages: `/${name}` });
      expect(signs({ [name]: text })).not.toHaveProperty("pages");
    },
  );
  it.each("subtotal totals count page_size pagesize mypages".split(" "))("%s is neither", (name) =>
    expect(signs({ [name]: integer })).toEqual({ next: [] }),
  );
  it("the first of a kind is it", () => {
    expect(signs({ total: integer, totalCount: integer })).toMatchObject({ total: "/total" });
    expect(signs({ more: boolean, hasMore: boolean })).toMatchObject({ more: "/more" });
    expect(signs({ pages: integer, totalPages: integer })).toMatchObject({ pages: "/pages" });
  });
});
