/** Which names and shapes say how a list goes on, one by one. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { buildServer } from "../../../src/mcp/build.ts";
import { apiOf } from "../document.ts";

const text = { type: "string" };
const integer = { type: "integer" };
const boolean = { type: "boolean" };
const list = { type: "array", items: { type: "object", properties: { id: text } } };
const object = (properties: JsonObject): JsonObject => ({ type: "object", properties });

interface Given {
  readonly parameters: Readonly<Record<string, JsonObject>>;
  /** Absent: the document says nothing of what comes. */
  readonly answer?: JsonObject;
  readonly path?: string;
  readonly headers?: JsonObject;
}

/** How a GET with these parameters of the query goes on. */
function pagesOf({ parameters, answer, path = "/things", headers }: Given) {
  const response: JsonObject = {
    description: "",
    ...(answer === undefined ? {} : { content: { "application/json": { schema: answer } } }),
    ...(headers === undefined ? {} : { headers }),
  };
  const { api } = apiOf({
    paths: {
      [path]: {
        get: {
          parameters: Object.entries(parameters).map(([name, schema]) => ({ name, in: "query", schema })),
          responses: { 200: response },
        },
      },
    },
  });
  return buildServer([{ api, report: () => {} }]).apis[0]?.groups[0]?.tools[0]?.call.pages;
}

describe("a parameter", () => {
  it.each(
    `cursor page_cursor pageToken next_token nextCursor next_page_token continuation-token starting_after start_cursor nextPage
    scroll_id bookmark $skiptoken page_state after_cursor next_page_cursor ExclusiveStartKey lastEvaluatedKey NextMarker after_id
    continue continuation cursorMark starting_token next_key page_key resume_token start_after paginationToken page[cursor]
    x-cursor page_after paging_token last_id cursor_after startKey`
      .split(/\s+/)
      .map((name) => [name]),
  )("%s is a cursor where an answer has the next one", (name) => {
    const answer = object({ items: list, next_token: text });
    expect(pagesOf({ parameters: { [name]: text }, answer })).toMatchObject({ by: "token", next: ["/next_token"] });
  });

  it.each([["after"], ["marker"], ["next"], ["start"], ["offset"], ["page"], ["from"], ["since"], ["position"]])(
    "%s is a cursor only where an answer has the next one",
    (name) => {
      const answer = object({ items: list, next_cursor: text });
      expect(pagesOf({ parameters: { [name]: text }, answer })).toMatchObject({ by: "token" });
      expect(pagesOf({ parameters: { [name]: text }, answer: object({ items: list }) })?.by).not.toBe("token");
    },
  );

  it("token is one only for a token", () => {
    const next = (name: string) =>
      pagesOf({ parameters: { token: text }, answer: object({ items: list, [name]: text }) });
    expect(next("nextToken")).toMatchObject({ by: "token", argument: "token" });
    expect(next("next_cursor")).toBeUndefined();
  });

  it("is the likeliest of several cursors: the one that the answer names", () => {
    const parameters = { page_token: text, scroll_id: text };
    expect(pagesOf({ parameters, answer: object({ items: list, scroll_id: text }) })).toMatchObject({
      argument: "scroll_id",
      next: ["/scroll_id"],
    });
    expect(pagesOf({ parameters, answer: object({ items: list, next: text }) })).toMatchObject({
      argument: "page_token",
    });
  });

  it.each([
    ["page"],
    ["page_number"],
    ["pageNo"],
    ["pageIndex"],
    ["page_num"],
    ["currentPage"],
    ["p"],
    ["page[number]"],
    ["pageNr"],
  ])("%s is the number of a page", (name) => {
    expect(pagesOf({ parameters: { [name]: integer }, answer: list })).toMatchObject({ by: "page", first: 1 });
    expect(pagesOf({ parameters: { [name]: text }, answer: list })).toMatchObject({ by: "page" });
  });

  it.each<[string, number]>([
    ["offset", 0],
    ["$skip", 0],
    ["startIndex", 1],
    ["startAt", 0],
    ["page[offset]", 0],
    ["start_position", 0],
    ["startItem", 0],
    ["first_result", 0],
    ["recordOffset", 0],
    ["start_from", 0],
  ])("%s is a number of items, from %i on", (name, first) => {
    expect(pagesOf({ parameters: { [name]: integer }, answer: list })).toMatchObject({ by: "offset", first });
    expect(pagesOf({ parameters: { [name]: text }, answer: list })).toBeUndefined();
  });

  it.each([["start"], ["from"]])("%s is one only beside a size", (name) => {
    expect(pagesOf({ parameters: { [name]: integer }, answer: list })).toBeUndefined();
    expect(pagesOf({ parameters: { [name]: integer, size: integer }, answer: list })).toMatchObject({
      by: "offset",
      first: 0,
      size: "size",
    });
  });

  it.each(
    `limit per_page pageSize page[limit] maxResults max_items max size count $top num rows results_per_page itemsPerPage hitsPerPage
    max_page_size recordsPerPage num_results page_count max_results_per_page length take first max-keys nResults items_limit
    page[size]`
      .split(/\s+/)
      .map((name) => [name]),
  )("%s is the size of a page", (name) => {
    const found = pagesOf({ parameters: { [name]: { type: "integer", default: 7 }, page: integer }, answer: list });
    expect(found).toMatchObject({ by: "page", defaultSize: 7 });
    expect(found?.size).toBeDefined();
  });
});

describe("a number", () => {
  it.each<[JsonObject, boolean]>([
    [{ type: "integer" }, true],
    [{ type: "number" }, true],
    [{ type: ["integer", "null"] }, true],
    [{ type: ["integer", "number"] }, true],
    [{ type: ["integer", "string"] }, false],
    [{ type: "string" }, false],
    [{ type: "string", format: "int32" }, true],
    [{ type: "string", format: "uuid" }, false],
    [{ type: "string", pattern: "^\\d+$" }, true],
    [{ type: "string", pattern: "[0-9]{3}" }, true],
    [{ type: "string", pattern: "^[a-z]\\d" }, false],
    [{ type: "string", default: "20" }, true],
    [{ type: "string", default: "20 items" }, false],
    [{ type: "string", default: "all 20" }, false],
    [{ default: 3 }, true],
    [{}, false],
    [{ type: "boolean" }, false],
  ])("of %j: %s", (schema, isNumber) => {
    const found = pagesOf({ parameters: { offset: schema }, answer: list });
    expect(found?.by).toBe(isNumber ? "offset" : undefined);
  });

  it.each<[JsonObject, string | undefined]>([
    [{ type: ["integer", "string"] }, "page"],
    [{ type: ["integer", "boolean"] }, undefined],
    [{}, "page"],
    [{ type: "boolean" }, undefined],
  ])("of a page may be a text: %j", (schema, by) => {
    expect(pagesOf({ parameters: { page: schema }, answer: list })?.by).toBe(by);
  });

  it.each<[JsonObject, number]>([
    [{ default: 0 }, 0],
    [{ default: 1, minimum: 0 }, 1],
    [{ default: 5, minimum: 0 }, 0],
    [{ minimum: 1 }, 1],
    [{ minimum: 2 }, 1],
    [{ description: "Zero-based." }, 0],
    [{ description: "Is 0 indexed." }, 0],
    [{ description: "Counted from 0." }, 0],
    [{ description: "Starts at zero." }, 0],
    [{ description: "Starts at 10." }, 1],
  ])("of a page with %j begins at %i", (schema, first) => {
    expect(pagesOf({ parameters: { page: { type: "integer", ...schema } }, answer: list })).toMatchObject({ first });
  });
});

describe("a time is no place in a list", () => {
  it.each<[JsonObject]>([
    [{ format: "date" }],
    [{ format: "date-time" }],
    [{ format: "time" }],
    [{ description: "A date." }],
    [{ description: "As ISO 8601." }],
    [{ description: "RFC3339 text" }],
    [{ description: "A Unix time" }],
    [{ description: "Timestamp after which" }],
    [{ description: "the epoch" }],
  ])("%j", (schema) => {
    const answer = object({ items: list, next_cursor: text });
    for (const name of ["after", "cursor", "after_id"])
      expect(pagesOf({ parameters: { [name]: { type: "string", ...schema } }, answer })?.by).not.toBe("token");
  });

  it.each<[JsonObject]>([[{ format: "uuid" }], [{ description: "Updated by a candidate" }]])("%j is one", (schema) => {
    const answer = object({ items: list, next_cursor: text });
    expect(pagesOf({ parameters: { after: { type: "string", ...schema } }, answer })?.by).toBe("token");
  });
});

describe("what an answer says", () => {
  const next = (answer: JsonObject) => pagesOf({ parameters: { cursor: text }, answer })?.next;

  it.each<[JsonObject, readonly string[]]>([
    [{ next: text }, ["/next"]],
    [{ nextPage: text, next: text }, ["/nextPage", "/next"]],
    [{ next_page: text, nextCursor: text }, ["/nextCursor", "/next_page"]],
    [{ paging: object({ cursor: text }) }, ["/paging/cursor"]],
    [{ paging: object({ after: text }) }, ["/paging/after"]],
    [{ page_info: object({ end_cursor: text }) }, ["/page_info/end_cursor"]],
    [{ links: object({ next: object({ href: text }) }) }, ["/links/next/href"]],
    [{ a: object({ b: object({ c: object({ d: object({ next_cursor: text }) }) }) }) }, ["/a/b/c/d/next_cursor"]],
    [{ other: object({ "@odata.nextLink": text }) }, ["/other/@odata.nextLink"]],
    [{ cursor: text }, ["/cursor"]],
  ])("of the next page: %j", (members, places) => {
    expect(next(object({ items: list, ...members }))).toEqual(places);
  });

  it("is looked for four levels deep, not five, and not in lists", () => {
    const deep = object({
      a: object({ b: object({ c: object({ d: object({ e: object({ next_cursor: text }) }) }) }) }),
    });
    const answer = object({ items: list, ...(deep["properties"] as JsonObject), next_cursors: list });
    expect(next(answer)).not.toContain("/a/b/c/d/e/next_cursor");
    expect(next(answer)).not.toContain("/next_cursors");
  });

  it("names six places at most", () => {
    const names = ["next", "nextPage", "nextToken", "nextKey", "nextMarker", "nextStart", "nextOffset", "nextCursor"];
    const answer = object({ items: list, ...Object.fromEntries(names.map((name) => [name, text])) });
    expect(next(answer)).toEqual(["/nextCursor", "/nextKey", "/nextMarker", "/nextOffset", "/nextPage", "/nextStart"]);
  });

  it.each<[string, JsonObject, string, string]>([
    ["has_more", boolean, "more", "/has_more"],
    ["hasNextPage", boolean, "more", "/hasNextPage"],
    ["IsTruncated", boolean, "more", "/IsTruncated"],
    ["moreResults", boolean, "more", "/moreResults"],
    ["total", integer, "total", "/total"],
    ["total_count", integer, "total", "/total_count"],
    ["@odata.count", integer, "total", "/@odata.count"],
    ["totalPages", integer, "pages", "/totalPages"],
    ["lastPage", integer, "pages", "/lastPage"],
    ["num_pages", { type: "number" }, "pages", "/num_pages"],
  ])("%s", (name, schema, member, place) => {
    const found = pagesOf({ parameters: { page: integer }, answer: object({ items: list, [name]: schema }) });
    expect(found).toMatchObject({ [member]: place });
    const asText = pagesOf({ parameters: { page: integer }, answer: object({ items: list, [name]: text }) });
    expect(asText?.[member as "more"]).toBeUndefined();
  });

  it("of the first of two with one meaning counts", () => {
    const answer = object({ items: list, total: integer, totalCount: integer });
    expect(pagesOf({ parameters: { page: integer }, answer })).toMatchObject({ total: "/total" });
  });
});

describe("the last item names the next page", () => {
  it.each<[JsonObject, string | undefined]>([
    [object({ data: list, has_more: boolean }), "lastItem"],
    [object({ data: list, has_more: boolean, last_id: text }), "lastItem"],
    [object({ data: list, has_more: boolean, next_cursor: text }), "token"],
    [object({ data: { type: "array", items: object({ key: text }) }, has_more: boolean }), undefined],
    [
      object({
        data: { type: "array", items: { anyOf: [object({ key: text }), object({ id: text })] } },
        has_more: boolean,
      }),
      "lastItem",
    ],
    [object({ data: list }), undefined],
  ])("in %j", (answer, by) => {
    expect(pagesOf({ parameters: { starting_after: text }, answer })?.by).toBe(by);
  });
});

describe("a link names the next page", () => {
  const link = { Link: { schema: text } };
  it.each<[string, Given, JsonObject | undefined]>([
    ["in a header", { parameters: { kind: text }, answer: list, headers: link }, { by: "link", items: "" }],
    ["not without a list", { parameters: { kind: text }, answer: object({ a: text }), headers: link }, undefined],
    ["not without arguments", { parameters: {}, answer: list, headers: link }, undefined],
    [
      "not in another header",
      { parameters: { kind: text }, answer: list, headers: { Links: { schema: text } } },
      undefined,
    ],
    [
      "as whoever goes both ways",
      { parameters: { before: text, after: text, limit: integer }, answer: list },
      { by: "link" },
    ],
    ["not with one way", { parameters: { after: text, limit: integer }, answer: list }, undefined],
    ["not without a size", { parameters: { before: text, after: text }, answer: list }, undefined],
    [
      "by a format",
      { parameters: { kind: text }, answer: object({ items: list, next: { type: "string", format: "uri" } }) },
      { by: "link", next: ["/next"] },
    ],
  ])("%s", (_, given, expected) => {
    if (expected === undefined) expect(pagesOf(given)).toBeUndefined();
    else expect(pagesOf(given)).toMatchObject(expected);
  });
});

describe("a list", () => {
  const page = { page: integer };
  const texts = { type: "array", items: text };
  it.each<[string, JsonObject, string | undefined, string?]>([
    ["bare", list, ""],
    ["alone", object({ whatever: list, total: integer }), "/whatever"],
    ["that is called like one", object({ Items: list, included: list }), "/Items"],
    ["that is called like its path", object({ order_lines: list, included: list }), "/order_lines", "/shop/orderLines"],
    ["that is one of two which might be", object({ items: list, results: list }), undefined],
    ["in data", object({ data: object({ things: list }), meta: object({ tags: texts }) }), "/data/things"],
    ["in _embedded", object({ _embedded: object({ a: list }) }), "/_embedded/a"],
    ["in what is called like its path", object({ things: object({ a: list }) }), "/things/a"],
    ["in something else", object({ other: object({ a: list }) }), undefined],
    ["not bare in an envelope", object({ data: list, results: list }), undefined],
    ["beside errors", object({ messages: list, errors: list, result: list }), "/result"],
    ["of objects beside texts", object({ ids: texts, names: texts, found: list }), "/found"],
    ["beside warnings and links", object({ warning: list, links: list, found: list }), "/found"],
    ["of an alternative", { oneOf: [object({ message: text }), object({ things: list })] }, "/things"],
    ["of errors alone", object({ errors: list }), undefined],
    ["of messages without errors", object({ messages: list, ids: texts }), "/messages"],
  ])("%s", (_, answer, items, path) => {
    const found = pagesOf({ parameters: page, answer, ...(path === undefined ? {} : { path }) });
    expect(found?.items).toBe(items);
    expect(found?.by).toBe(items === undefined ? undefined : "page");
  });

  it("of which nothing is said goes on where a size is asked for", () => {
    for (const given of [{}, { answer: {} }, { answer: { type: "object" } as JsonObject }]) {
      expect(pagesOf({ parameters: page, ...given })).toBeUndefined();
      expect(pagesOf({ parameters: { ...page, limit: integer }, ...given })).toMatchObject({
        by: "page",
        size: "limit",
      });
    }
    expect(pagesOf({ parameters: { ...page, limit: integer }, answer: text })).toBeUndefined();
  });
});
