/** How a list goes on, at the edges of each rule: counting, marks, tokens, links and the header field that has them. */
import { describe, expect, it } from "vitest";
import type { PagePlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { JsonObject, JsonSchema, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import {
  fitting,
  nextArguments,
  nextCall,
  nextLinkOf,
  withNext,
} from "../../templates/always/src/runtime/pages/next-page.ts";
import { plan } from "./wire.ts";

const parameter = (name: string) => ({ argument: name, name, in: "query", style: "form", explode: true }) as const;
const request = plan({ path: "/things", parameters: ["page", "offset", "cursor", "limit"].map(parameter) });
const integer = { type: "integer" };

interface Asked {
  readonly args?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** Items that the page has; absent: it is no list. */
  readonly count?: number;
}

function next(pages: PagePlan, body: JsonValue, { args = {}, headers = {}, count }: Asked): JsonObject | undefined {
  return nextArguments(pages, {
    body,
    headers: new Headers(headers),
    items: count === undefined ? undefined : Array.from({ length: count }, (_, index) => ({ id: `i${index}` })),
    request,
    url: "https://api.example.com/things",
    args,
    schemas: { page: integer, offset: integer, limit: integer, cursor: { type: "string" } },
    credentials: new Set(),
  });
}

const page: PagePlan = { by: "page", argument: "page", first: 1, size: "limit", defaultSize: 3 };
const offset: PagePlan = { by: "offset", argument: "offset", first: 0, size: "limit", defaultSize: 3 };
const token: PagePlan = { by: "token", argument: "cursor", next: ["/next", "/other"], more: "/more" };
const last: PagePlan = { by: "lastItem", argument: "cursor", more: "/more" };

describe("the number of the next page", () => {
  it.each<[string, PagePlan, JsonObject, Asked, JsonObject | undefined]>([
    ["follows the first", page, {}, { count: 3 }, { page: 2 }],
    ["follows the one that was asked for", page, {}, { count: 3, args: { page: 7 } }, { page: 8 }],
    ["also as a text", page, {}, { count: 3, args: { page: "7" } }, { page: 8 }],
    ["and the first where that is no number", page, {}, { count: 3, args: { page: "7x" } }, { page: 2 }],
    ["is none behind a page that is not full", page, {}, { count: 2 }, undefined],
    ["by the size that was asked for", page, {}, { count: 3, args: { limit: 4 } }, undefined],
    ["is there where nobody knows the size", { by: "page", argument: "page", first: 0 }, {}, { count: 1 }, { page: 1 }],
    ["is none behind an empty page", page, {}, { count: 0 }, undefined],
    ["is there where an answer is no list", page, {}, {}, { page: 2 }],
    ["is the one that is told", { ...page, next: ["/next"] }, { next: 5 }, { count: 1 }, { page: 5 }],
    ["told as a text", { ...page, next: ["/next"] }, { next: "5" }, { count: 1 }, { page: 5 }],
    [
      "not one that lies behind",
      { ...page, next: ["/next"] },
      { next: 1 },
      { count: 1, args: { page: 3 } },
      { page: 4 },
    ],
    [
      "nor the one that was asked for",
      { ...page, next: ["/next"] },
      { next: 3 },
      { count: 3, args: { page: 3 } },
      { page: 4 },
    ],
    ["told by a header", page, {}, { count: 3, headers: { "x-next-page": "4" } }, { page: 4 }],
    ["is none where that is empty", page, {}, { count: 3, headers: { "x-next-page": "" } }, undefined],
    [
      "is none behind the last of all",
      { ...page, pages: "/pages" },
      { pages: 2 },
      { count: 3, args: { page: 2 } },
      undefined,
    ],
    ["is there before the last of all", { ...page, pages: "/pages" }, { pages: 2 }, { count: 1 }, { page: 2 }],
    [
      "counts all from 0",
      { ...page, first: 0, pages: "/pages" },
      { pages: 2 },
      { count: 3, args: { page: 1 } },
      undefined,
    ],
    [
      "is none beyond the total",
      { ...page, total: "/total" },
      { total: 6 },
      { count: 3, args: { page: 2 } },
      undefined,
    ],
    [
      "is there below the total",
      { ...page, total: "/total" },
      { total: 7 },
      { count: 3, args: { page: 2 } },
      { page: 3 },
    ],
    ["is there where more is said", { ...page, more: "/more" }, { more: true }, { count: 1 }, { page: 2 }],
    ["is none where no more is said", { ...page, more: "/more" }, { more: false }, { count: 3 }, undefined],
    ["is none where null is next", { ...page, next: ["/next"] }, { next: null }, { count: 3 }, undefined],
  ])("%s", (_, pages, body, asked, want) => expect(next(pages, body, asked)).toEqual(want));
});

describe("the next offset", () => {
  it.each<[string, PagePlan, JsonObject, Asked, JsonObject | undefined]>([
    ["is as many items further", offset, {}, { count: 3 }, { offset: 3 }],
    ["as were given", offset, {}, { count: 4, args: { offset: 10, limit: 4 } }, { offset: 14 }],
    ["begins with the first", { ...offset, first: 1 }, {}, { count: 3 }, { offset: 4 }],
    ["is none behind a page that is not full", offset, {}, { count: 2 }, undefined],
    ["is none where an answer is no list", offset, {}, {}, undefined],
    [
      "is none at the total",
      { ...offset, total: "/total" },
      { total: 6 },
      { count: 3, args: { offset: 3 } },
      undefined,
    ],
    [
      "is there before the total",
      { ...offset, total: "/total" },
      { total: 6 },
      { count: 2, args: { offset: 3 } },
      { offset: 5 },
    ],
    [
      "counts the total from the first",
      { ...offset, first: 1, total: "/total" },
      { total: 3 },
      { count: 3 },
      undefined,
    ],
  ])("%s", (_, pages, body, asked, want) => expect(next(pages, body, asked)).toEqual(want));
});

describe("the next token", () => {
  const long = "x".repeat(8_001);
  it.each<[string, PagePlan, JsonObject, Asked, JsonObject | undefined]>([
    ["is a text", token, { next: "abc" }, { count: 1 }, { cursor: "abc" }],
    ["is a number as the argument takes it", token, { next: 5 }, { count: 1 }, { cursor: "5" }],
    ["is the first that is there", token, { other: "b" }, { count: 1 }, { cursor: "b" }],
    ["is none of another type", token, { next: true, other: {} }, { count: 1 }, undefined],
    ["is not empty", token, { next: "" }, { count: 1 }, undefined],
    ["is as long as it may be", token, { next: long.slice(1) }, { count: 1 }, { cursor: long.slice(1) }],
    ["is no longer", token, { next: long }, { count: 1 }, undefined],
    ["is none where no more is said", token, { next: "abc", more: false }, { count: 1 }, undefined],
    ["is none that was asked by", token, { next: "abc" }, { count: 1, args: { cursor: "abc" } }, undefined],
    ["stands in a header", token, {}, { count: 1, headers: { "x-next-cursor": "h" } }, { cursor: "h" }],
    [
      "stands in the answer first",
      token,
      { next: "a" },
      { count: 1, headers: { "x-next-cursor": "h" } },
      { cursor: "a" },
    ],
    ["is the id of the last item", last, { more: true }, { count: 2 }, { cursor: "i1" }],
    ["is no id where nothing says more", last, {}, { count: 2 }, undefined],
    ["is no id of another member", { ...last, id: "key" }, { more: true }, { count: 2 }, undefined],
  ])("%s", (_, pages, body, asked, want) => expect(next(pages, body, asked)).toEqual(want));
});

describe("a value for an argument", () => {
  it.each<[string | number, JsonSchema | undefined, string | number]>([
    ["5", { type: "integer" }, 5],
    ["5", { type: "number" }, 5],
    ["5", { type: ["null", "integer"] }, 5],
    [5, { type: "string" }, "5"],
    [5, { type: ["integer", "string"] }, "5"],
    ["5x", { type: "integer" }, "5x"],
    ["9007199254740993", { type: "integer" }, "9007199254740993"],
    ["5", {}, "5"],
    ["5", undefined, "5"],
    [5, true, 5],
  ])("%j of %j is %j", (value, schema, want) => expect(fitting(value, schema)).toBe(want));
});

describe("the header field Link", () => {
  it.each<[string, string | undefined]>([
    ['<https://a/2>; rel="next"', "https://a/2"],
    ["<https://a/2>; rel=next", "https://a/2"],
    ["<https://a/2>;REL=NEXT", "https://a/2"],
    ["< https://a/2 >; rel=next", "https://a/2"],
    ['<https://a/1>; rel="prev", <https://a/2>; rel="last next"', "https://a/2"],
    ['<https://a/1>; title="a, <b>; rel=next"; rel=prev', undefined],
    ['<https://a/1>; title="a\\", b"; rel=next', "https://a/1"],
    ["<https://a/1,2>; rel=next", "https://a/1,2"],
    ['<https://a/1>; rel=prev; rel="next"', undefined],
    ['<https://a/1>; rel="nextish"', undefined],
    ['<https://a/1>; title="next"', undefined],
    ["<https://a/1>; rel", undefined],
    ["https://a/1; rel=next", undefined],
    ["<https://a/1; rel=next", undefined],
    ["", undefined],
    [`<https://a/${"x".repeat(32_740)}>; rel=next`, `https://a/${"x".repeat(32_740)}`],
    [`<https://a/${"x".repeat(32_768)}>; rel=next`, undefined],
  ])("%s", (field, url) => expect(nextLinkOf(field)).toBe(url));
});

describe("a result that goes on", () => {
  it("says by which arguments, whole, behind what it has", () => {
    const call = { args: { a: 1, page: 1 } } as unknown as Parameters<typeof nextCall>[0];
    expect(nextCall(call, { page: 2 })).toEqual({ a: 1, page: 2 });
    expect(nextCall({ ...call, asked: { b: 1 } }, { page: 2 })).toEqual({ b: 1, page: 2 });
    const result = { content: [{ type: "text" as const, text: "x" }] };
    const { content, _meta } = withNext(result, { page: 2 });
    expect(content.map((block) => "text" in block && block.text)).toEqual([
      "x",
      'Note: there are more items. Arguments of the call that goes on: {"page":2}',
    ]);
    expect(Object.values(_meta ?? {})).toEqual([{ page: 2 }]);
  });

  it("is a part itself: its own rest comes first", () => {
    const first = withNext({ content: [] }, { part: 2 });
    expect(Object.values(withNext(first, { page: 2 })._meta ?? {})).toEqual([{ part: 2 }]);
  });
});
