/** Links to next pages, as headers and answers write them, what of them becomes arguments, and pages joined to one answer. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../templates/always/src/runtime/data/bytes.js";
import type {
  JsonObject,
  JsonSchema,
  JsonValue,
  ParameterPlan,
} from "../../templates/always/src/runtime/data/model.js";
import { joinedPages } from "../../templates/always/src/runtime/pages/all-pages.js";
import { linkArguments } from "../../templates/always/src/runtime/pages/link-arguments.js";
import { nextLinkOf, fitting } from "../../templates/always/src/runtime/pages/next-page.js";
import { answer } from "./answer.js";
import { parameter, plan } from "./wire.js";

describe("the next link of a header", () => {
  it.each<[string, string | undefined]>([
    ['<https://a/?p=2>; rel="next"', "https://a/?p=2"],
    ["<https://a/?p=2>; rel=next", "https://a/?p=2"],
    ["< /x > ; REL = NEXT", "/x"],
    ['</1>; rel="prev", </2>; rel="next"', "/2"],
    ['</1>; rel="first next"', "/1"],
    ['</1>; title="a, b; rel=next"; rel="prev", </2>; rel=next', "/2"],
    ['</1>; title="a\\", b"; rel=prev, </2>; rel=next', "/2"],
    ['</a,b>; rel="next"', "/a,b"],
    ['</1>; rel="prev"; rel="next"', undefined],
    ['</1>; rel="nextish"', undefined],
    ["</1>", undefined],
    ["</1; rel=next", undefined],
    ["/1; rel=next", undefined],
    ["", undefined],
    [`${" ".repeat(32_757)}<1>; rel=next`.slice(-32_768), "1"],
    [`${" ".repeat(32_769 - 13)}<1>; rel=next`, undefined],
  ])("%.60s is %s", (field, want) => expect(nextLinkOf(field)).toBe(want));
});

describe("a link as arguments", () => {
  const url = "https://api.example.com/v1/pets?limit=5&key=secret";
  const query = (name: string, more: Partial<ParameterPlan> = {}): ParameterPlan =>
    parameter("query", { name, argument: name, ...more });
  const parameters = [
    query("limit"),
    query("page"),
    query("tags"),
    query("flag"),
    query("Cursor", { argument: "cursor" }),
    query("filter", { style: "deepObject" }),
    query("json", { mediaType: "application/json" }),
    query("piped", { style: "pipeDelimited" }),
    query("given"),
    parameter("header", { name: "X-Page", argument: "header" }),
  ];
  const schemas: Record<string, JsonSchema> = {
    limit: { type: "integer" },
    page: { type: ["integer", "null"] },
    tags: { type: "array", items: { type: "integer" } },
    flag: { type: "boolean" },
    cursor: { type: ["string", "integer"] },
    filter: { type: "object", properties: { after: { type: "number" } } },
    json: {},
    piped: {},
    header: {},
  };
  const changed = (link: string, args: JsonObject = {}): unknown =>
    linkArguments(link, {
      request: plan({ parameters }),
      url,
      args,
      schemas,
      credentials: new Set(["key"]),
    });

  it.each<[string, unknown]>([
    ["?limit=5&page=2", { page: 2 }],
    ["https://api.example.com/v1/pets?page=2", { page: 2 }],
    ["https://API.example.com:443/v1/pets?page=2", { page: 2 }],
    ["/v1/p%65ts?page=2", { page: 2 }],
    ["?limit=6", { limit: 6 }],
    ["?limit=5", {}],
    ["?limit=5&limit=5", { limit: 5 }],
    ["?key=other", {}],
    ["?tags=1,2", { tags: [1, 2] }],
    ["?tags=1&tags=2", { tags: [1, 2] }],
    ["?flag=true", { flag: true }],
    ["?cursor=7", { cursor: "7" }],
    ["?CURSOR=a%20b", { cursor: "a b" }],
    ["?filter[after]=7", { filter: { after: 7 } }],
    // What only the owner gives stays the owner's.
    ["?given=x&page=3", { page: 3 }],
    ["?unknown=1", undefined],
    ["?other[after]=1", undefined],
    ["?filter[a][b]=1", undefined],
    ["?json=1", undefined],
    ["?piped=1", undefined],
    ["?X-Page=1", undefined],
    ["https://evil.example/v1/pets?page=2", undefined],
    ["http://api.example.com/v1/pets?page=2", undefined],
    ["https://api.example.com:8443/v1/pets?page=2", undefined],
    ["https://u@api.example.com/v1/pets?page=2", undefined],
    ["https://:p@api.example.com/v1/pets?page=2", undefined],
    ["/v1/shops?page=2", undefined],
    ["/v1/pets/?page=2", undefined],
    ["/v1%2Fpets?page=2", undefined],
    ["ftp://api.example.com/v1/pets?page=2", undefined],
  ])("%s asks for %j", (link, want) => expect(changed(link)).toEqual(want));

  it("keeps what an object had besides", () =>
    expect(changed("?filter[after]=7", { filter: { kind: "cat", after: 3 } })).toEqual({
      filter: { kind: "cat", after: 7 },
    }));
});

it.each<[string | number, JsonSchema | undefined, string | number]>([
  ["7", { type: "integer" }, 7],
  ["7", { type: "number" }, 7],
  [7, { type: "string" }, "7"],
  ["7", { type: ["integer", "string"] }, "7"],
  ["abc", { type: "integer" }, "abc"],
  ["7", undefined, "7"],
  [7, {}, 7],
  ["1234567890123456", { type: "integer" }, "1234567890123456"],
])("%j where %j is asked for is %j", (value, schema, want) => expect(fitting(value, schema)).toBe(want));

describe("pages as one answer", () => {
  const page = (text: string, at: string | undefined, items: readonly JsonValue[]) => ({
    bytes: utf8(text),
    body: JSON.parse(text) as JsonValue,
    items,
    at,
  });
  const joined = (...pages: Parameters<typeof joinedPages>[1][number][]): string => {
    const response = answer("as it came", { "content-length": "10", etag: "x" });
    const { body, headers } = joinedPages(response, pages);
    if (pages.length > 1) expect([headers.get("content-length"), headers.get("etag")]).toEqual([null, "x"]);
    return Buffer.from(body).toString();
  };

  it("has the items of all, and around them what the last page says", () => {
    expect(joined()).toBe("as it came");
    expect(joined(page("[1]", "", [1]))).toBe("as it came");
    expect(joined(page("[1, 2]", "", [1, 2]), page("[3]", "", [3]))).toBe("[1,2,3]");
    expect(
      joined(
        page('{"items":[1,2],"next":"a"}', "/items", [1, 2]),
        page('{"items":[],"next":"b"}', "/items", []),
        page('{"items": [3], "next": null}', "/items", [3]),
      ),
    ).toBe('{"items":[1,2,3],"next":null}');
    expect(joined(page("[]", "", []), page("[]", "", []))).toBe("[]");
  });

  it("keeps the digits of numbers", () =>
    expect(joined(page("[9007199254740993]", "", [0]), page("[1.50]", undefined, [1.5]))).toBe(
      "[9007199254740993,1.50]",
    ));

  it("finds the list also where another one is longer", () => {
    const text = (items: string, more: string): string => `{"a":{"items":[${items}]},"more":[${more}]}`;
    expect(
      joined(page(text("1", '"long","er"'), "/a/items", [1]), page(text("2", '"long","er"'), "/a/items", [2])),
    ).toBe('{"a":{"items":[1,2]},"more":["long","er"]}');
  });
});
