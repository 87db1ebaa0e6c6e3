/** By which names an answer tells of its next page, of how many there are, and by which it does not. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { standalone } from "../../../src/base/schema/node.ts";
import { type Signs, signsOf } from "../../../src/mcp/pages/signs.ts";

const text = { type: "string" };
const words = (list: string): readonly string[] => list.split(" ");
const signs = (properties: JsonObject, argument?: string): Signs =>
  signsOf(standalone.of({ type: "object", properties }), "/items", argument);

/** Names with something before or behind them are other names. */
const around = (name: string): readonly string[] => [name, `pre_${name}`, `${name}_suf`];

describe("a text is of the next page", () => {
  const found = (name: string): boolean => signs({ [name]: text }).next.length === 1;
  const tokens =
    "next next_page nextPageToken next_page_cursor nextPageKey next_page_state nextCursor next_cursor_mark next_token " +
    "NextMarker next_key next_offset next_start next_start_cursor next_after NextContinuationToken nextContinuation next_id " +
    "next_start_token next_result next_results end_cursor after_cursor continuationToken continuation continue cursor_next " +
    "next_page_number LastEvaluatedKey resume_token last_id bookmark _scroll_id";
  const links =
    "nextLink @odata.nextLink next_url next_uri next_href next_page_url next_page_uri nextPageLink nextRecordsUrl";

  it.each(words(`${tokens} ${links}`).map((name) => [name]))("called %s, and not a part of a longer name", (name) =>
    expect(around(name).map(found)).toEqual([true, false, false]),
  );

  it.each(words("id name url page offset cursor after token start prev previous_cursor previous self"))(
    "not called %s at the root",
    (name) => expect(found(name)).toBe(false),
  );

  it.each(words("nextLink next_url @odata.nextLink href url uri link").map((name) => [name]))(
    "and a link where it is called %s",
    (name) =>
      expect(signs({ next: { type: "object", properties: { [name]: text } } }).next).toEqual([
        { at: `/next/${name}`, isLink: true },
      ]),
  );

  it.each(words("after cursor token page page_token offset start").map((name) => [name]))(
    "and no link where it is called %s within next",
    (name) => {
      expect(signs({ next: { type: "object", properties: { [name]: text } } }).next).toEqual([
        { at: `/next/${name}`, isLink: false },
      ]);
      expect(
        signs({ next: { type: "object", properties: { [`x_${name}`]: text, [`${name}_x`]: text } } }).next,
      ).toEqual([]);
    },
  );

  it.each<[string, boolean]>([
    ["uri", true],
    ["url", true],
    ["uri-reference", true],
    ["date", false],
    ["x-uri", false],
  ])("a link by its format %s: %s", (format, isLink) =>
    expect(signs({ next: { ...text, format } }).next).toEqual([{ at: "/next", isLink }]),
  );
});

describe("a plain cursor is of the next page", () => {
  const within = (inside: string, name: string, argument?: string): boolean =>
    signs({ [inside]: { type: "object", properties: { [name]: text } } }, argument).next.length === 1;

  it.each(
    words(
      "paging pagination pageInfo page cursor cursors next meta metadata response_metadata link links _links result_info after",
    ).map((inside) => [inside]),
  )("within %s, and not within what is called longer", (inside) => {
    expect(within(inside, "cursor")).toBe(true);
    expect([`x_${inside}`, `${inside}_x`].map((longer) => within(longer, "cursor"))).toEqual([false, false]);
  });

  it.each<[string, string | undefined, boolean]>([
    ["cursor", undefined, true],
    ["after", undefined, true],
    ["token", undefined, false],
    ["start", undefined, false],
    ["offset", undefined, false],
    ["token", "token", true],
    ["start", "start", true],
    ["offset", "offset", true],
    ["offset", "start", false],
    ["other", "other", false],
    ["x_cursor", "x_cursor", false],
    ["cursor_x", "cursor_x", false],
  ])("called %s where the argument is %s: %s", (name, argument, want) =>
    expect(within("meta", name, argument)).toBe(want),
  );

  it.each<[string, string | undefined, boolean]>([
    ["cursor", "cursor", true],
    ["token", "token", true],
    ["offset", "offset", true],
    ["start", "start", false],
    ["after", "after", false],
    ["cursor", "token", false],
    ["cursor", undefined, false],
  ])("%s at the root where the argument is %s: %s", (name, argument, want) => {
    expect(signs({ [name]: text }, argument).next.length === 1).toBe(want);
    expect(within("data", name, argument)).toBe(false);
  });
});

describe("how much there is", () => {
  const flags =
    "has_more hasNext has_next_page has_more_items hasMoreResults has_more_data is_more isTruncated truncated more more_available moreResults";
  const totals =
    "total total_count totalItems total_results totalElements total_records total_size totalRows total_entries @odata.count";
  const counts = "total_pages pageCount pages_total num_pages last_page total_page_count pages";
  const table = [
    ["more", flags, "boolean"],
    ["total", totals, "integer"],
    ["total", totals, "number"],
    ["pages", counts, "integer"],
  ] as const;
  const rows = table.flatMap(([key, names, type]) => words(names).map((name) => [key, name, type] as const));

  it.each(rows)("%s is %s, %s", (key, name, type) => {
    expect(signs({ [name]: { type } })).toEqual({ next: [], [key]: `/${name}` });
    expect(signs({ [name]: { type: [type, "null"] } })).toEqual({ next: [], [key]: `/${name}` });
    for (const other of around(name).slice(1)) expect(signs({ [other]: { type } })[key]).toBeUndefined();
    for (const other of ["string", type === "boolean" ? "integer" : "boolean"])
      expect(signs({ [name]: { type: other } })[key]).toBeUndefined();
  });

  it("is what is said first", () => {
    const [integer, boolean] = [{ type: "integer" }, { type: "boolean" }];
    expect(
      signs({
        has_more: boolean,
        has_next: boolean,
        total: integer,
        total_count: integer,
        pages: integer,
        page_count: integer,
        total_size: { type: ["integer", "string"] },
      }),
    ).toEqual({ next: [], more: "/has_more", total: "/total", pages: "/pages" });
  });

  it("is nothing of the list itself, nor of other lists", () => {
    const item = { type: "object", properties: { total: { type: "integer" }, next: text } };
    expect(signs({ items: item, others: { type: "array", items: item } })).toEqual({ next: [] });
    expect(signs({ other: item })).toEqual({ next: [{ at: "/other/next", isLink: false }], total: "/other/total" });
  });

  it("is said in alternatives, too", () => {
    const either: JsonObject = {
      oneOf: [
        { type: "object", properties: { total: { type: "integer" } } },
        { type: "object", properties: { next_url: text } },
      ],
    };
    expect(signsOf(standalone.of(either), undefined, undefined)).toEqual({
      next: [{ at: "/next_url", isLink: true }],
      total: "/total",
    });
  });
});
