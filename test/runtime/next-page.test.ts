/** Which arguments the next page is asked for by, whatever answers say; and that none of them leads elsewhere. */
import { describe, expect, it } from "vitest";
import type { PagePlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { nextLinkOf, nextArguments } from "../../templates/always/src/runtime/pages/next-page.ts";
import { joinedPages } from "../../templates/always/src/runtime/pages/all-pages.ts";
import { json } from "./answer.ts";
import { plan } from "./wire.ts";

const query = (name: string, argument = name) =>
  ({ argument, name, in: "query", style: "form", explode: true }) as const;
const request = plan({
  path: "/things/{id}",
  parameters: [
    query("page"),
    query("cursor"),
    query("limit"),
    query("tags"),
    query("$skiptoken", "skiptoken"),
    query("tenant"),
    { ...query("paging"), style: "deepObject" },
  ],
});
const url = "https://api.example.com/v1/things/a%20b?limit=2&fixed=1&tenant=t1";
/** `tenant` is the owner's: no caller may give it. */
const schemas = {
  page: { type: "integer" },
  cursor: { type: "string" },
  limit: { type: "integer" },
  tags: { type: "array", items: { type: "string" } },
  skiptoken: { type: "string" },
  paging: { type: "object", properties: { after: { type: "integer" } } },
};

function next(
  pages: PagePlan,
  body: JsonValue,
  { args = { limit: 2 }, link }: { readonly args?: JsonObject; readonly link?: string } = {},
): JsonObject | undefined {
  const found = pages.items === undefined || pages.items === "" ? body : (body as JsonObject)[pages.items.slice(1)];
  return nextArguments(pages, {
    body,
    headers: new Headers(link === undefined ? {} : { link }),
    items: Array.isArray(found) ? (found as JsonValue[]) : undefined,
    request,
    url,
    args: { ...args, tenant: "t1" },
    schemas,
    credentials: new Set(["api_key"]),
  });
}

const token: PagePlan = { by: "token", argument: "cursor", items: "/data", next: ["/next"], more: "/has_more" };
const page: PagePlan = { by: "page", argument: "page", first: 1, items: "/data", size: "limit" };
const linked: PagePlan = { by: "link", items: "/data", next: ["/next"] };
const two = [{ id: 1 }, { id: 2 }];

describe("the next page", () => {
  it.each<[string, PagePlan, JsonValue, JsonObject | undefined]>([
    ["is named by a token", token, { data: two, next: "abc" }, { cursor: "abc" }],
    ["is named by a number as text, where the argument is one", token, { data: two, next: 12 }, { cursor: "12" }],
    ["is none behind an empty token", token, { data: two, next: "" }, undefined],
    [
      "is none where the API says that there are no more",
      token,
      { data: two, next: "abc", has_more: false },
      undefined,
    ],
    ["is none behind an empty page", token, { data: [], next: "abc" }, undefined],
    ["is counted", page, { data: two }, { page: 2 }],
    ["is none behind a page that is not full", page, { data: [{ id: 1 }] }, undefined],
    ["is none behind the number of all", { ...page, total: "/total" }, { data: two, total: 2 }, undefined],
    ["is there before the number of all", { ...page, total: "/total" }, { data: two, total: 3 }, { page: 2 }],
    ["is none behind the number of pages", { ...page, pages: "/pages" }, { data: two, pages: 1 }, undefined],
    ["is none where the next one is null", { ...page, next: ["/next"] }, { data: two, next: null }, undefined],
    [
      "is named by the last item",
      { by: "lastItem", argument: "cursor", items: "/data", more: "/has_more", id: "id" },
      { data: two, has_more: true },
      { cursor: "2" },
    ],
    [
      "is none where the last item is all that names it, and nothing says that there are more",
      { by: "lastItem", argument: "cursor", items: "/data", more: "/has_more", id: "id" },
      { data: two },
      undefined,
    ],
  ])("%s", (_, pages, body, expected) => {
    expect(next(pages, body)).toEqual(expected);
  });

  it("is none where it would be this one again", () => {
    expect(next(token, { data: two, next: "abc" }, { args: { cursor: "abc" } })).toBeUndefined();
    expect(next(linked, { data: two, next: url })).toBeUndefined();
  });

  const path = "https://api.example.com/v1/things/a%20b";
  it.each([
    ["an absolute one", `${path}?limit=2&page=3`, { page: 3 }],
    ["one without origin", "/v1/things/a%20b?page=3", { page: 3 }],
    ["one of a query alone", "?cursor=x%2By", { cursor: "x+y" }],
    ["one with several values", `${path}?tags=a&tags=b`, { tags: ["a", "b"] }],
    ["one with a part of an object", `${path}?paging%5Bafter%5D=7`, { paging: { after: 7 } }],
    ["one of OData", `${path}?$skiptoken=abc`, { skiptoken: "abc" }],
    ["one that repeats a credential", `${path}?page=3&api_key=s3cret`, { page: 3 }],
    ["one that names what the owner gives, which stays the owner's", `${path}?page=3&tenant=other`, { page: 3 }],
  ])("is taken from a link: %s", (_, link, expected) => {
    expect(next(linked, { data: two, next: link })).toEqual(expected);
    expect(next(linked, { data: two }, { link: `<${link}>; rel="next"` })).toEqual(expected);
  });

  it.each([
    ["another host", "https://evil.example.com/v1/things/a%20b?page=3"],
    ["another scheme", "http://api.example.com/v1/things/a%20b?page=3"],
    ["another port", "https://api.example.com:8443/v1/things/a%20b?page=3"],
    ["credentials in it", "https://a:b@api.example.com/v1/things/a%20b?page=3"],
    ["another path", "https://api.example.com/v1/admin?page=3"],
    ["another item", "https://api.example.com/v1/things/c?page=3"],
    ["a path that leads there only when it is decoded", "https://api.example.com/v1/things%2Fa%20b?page=3"],
    ["a way back in its path", "https://api.example.com/v1/things/a%20b/../../admin?page=3"],
    ["what no argument says", `${path}?page=3&admin=true`],
    ["another kind of URL", "javascript:alert(1)?page=3"],
  ])("is not offered for a link with %s", (_, link) => {
    expect(next(linked, { data: two, next: link })).toBeUndefined();
    expect(next(linked, { data: two }, { link: `<${link}>; rel=next` })).toBeUndefined();
    expect(String(next(token, { data: two, next: link })?.["cursor"])).not.toMatch(/^https?:/);
  });

  it("is counted where the link to it leads elsewhere, as of servers that know only their own name", () => {
    expect(next(page, { data: two }, { link: '<http://internal/v1/x?page=9>; rel="next"' })).toEqual({ page: 2 });
  });
});

describe("a header Link", () => {
  it.each([
    ['<https://a/?p=2>; rel="next"', "https://a/?p=2"],
    ['<https://a/?p=1>; rel="prev", <https://a/?p=3>; rel="next"', "https://a/?p=3"],
    ["<https://a/?a=1,2&p=2>; rel=next", "https://a/?a=1,2&p=2"],
    ['<https://a/?p=2>; title="rel=\\"x\\", <b>"; rel="last next"', "https://a/?p=2"],
    ['<https://a/?p=2>; REL="Next"', "https://a/?p=2"],
    ['<https://a/?p=2>; rel="nextish"', undefined],
    ['https://a/?p=2; rel="next"', undefined],
    ["<".repeat(30_000), undefined],
    ["", undefined],
  ])("%s", (field, expected) => {
    expect(nextLinkOf(field)).toBe(expected);
  });
});

describe("pages as one answer", () => {
  const textOf = (bodies: readonly string[], at?: string): string => {
    const pages = bodies.map((text) => {
      const body = JSON.parse(text) as JsonObject;
      const items = (at === "" ? body : body["data"]) as unknown as readonly JsonValue[];
      return { bytes: Buffer.from(text), body, items, at };
    });
    return Buffer.from(joinedPages(json(bodies.at(-1) ?? ""), pages).body).toString();
  };

  it("have all items between what stands around those of the last one, digit by digit", () => {
    expect(
      textOf(
        [
          '{"data": [12345678901234567890, 1.0], "more": true}',
          '{"data": [2], "more": false}',
          '{"data":[],"more":false}',
        ],
        "/data",
      ),
    ).toBe('{"data":[12345678901234567890,1.0,2],"more":false}');
    expect(textOf(["[1,2]", "[3]"], "")).toBe("[1,2,3]");
  });

  it("keep another list that is longer", () => {
    expect(textOf(['{"data":[1],"kinds":["a","b","c"]}', '{"data":[2],"kinds":["a","b","c"]}'], "/data")).toBe(
      '{"data":[1,2],"kinds":["a","b","c"]}',
    );
  });
});
