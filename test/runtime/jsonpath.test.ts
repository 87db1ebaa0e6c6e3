/** JSONPath (RFC 9535) within bounds: what queries find, and which of them are refused in which words. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { loadJsonPath, QueryFault } from "../../templates/always/src/runtime/jsonpath/jsonpath.ts";

const jsonPath = await loadJsonPath();
const found = (query: string, value: JsonValue) => jsonPath(query)(value).map((one) => one.value);

describe("a query", () => {
  it("finds values with their places", () => {
    expect(jsonPath("$.pets[*].name")({ pets: [{ name: "Rex" }, {}, { name: null }] })).toEqual([
      { value: "Rex", location: ["pets", 0, "name"] },
      { value: null, location: ["pets", 2, "name"] },
    ]);
    expect(found("$", 5)).toEqual([5]);
    expect(found("$.gone", {})).toEqual([]);
  });

  it.each([
    ["$.a[0]['b']", true],
    ["$.a[*]", false],
    ["$..a", false],
  ])("%s can find one thing at most: %s", (query, want) => expect(jsonPath(query).isSingular).toBe(want));

  const texts = ["abc", "xabc", "a.c", "a\nc", "a\rc", "a\u2028c", 5, null];
  it.each<[string, readonly JsonValue[]]>([
    ["match(@, 'a.c')", ["abc", "a.c", "a\u2028c"]],
    ["search(@, 'a.c')", ["abc", "xabc", "a.c", "a\u2028c"]],
    ["match(@, 'a|xabc')", ["xabc"]],
    ["match(@, 'a\\\\.c')", ["a.c"]],
    ["match(@, 'a[.]c')", ["a.c"]],
    ["match(@, 'a[^\\\\]]c')", ["abc", "a.c", "a\nc", "a\rc", "a\u2028c"]],
    ["match(@, 'abc.')", []],
    ["match(@, '(')", []],
    ["search(@, '')", ["abc", "xabc", "a.c", "a\nc", "a\rc", "a\u2028c"]],
    ["search('a', @)", []],
    ["match(@, 5)", []],
  ])("by %s finds %j", (test, want) => expect(found(`$[?${test}]`, texts)).toEqual(want));

  it("has regular expressions anew each time it is asked", () => {
    const ask = jsonPath("$[?match(@, 'a+')]");
    expect([ask(["aa", "b"]), ask(["b", "a"])].map((all) => all.map(({ value }) => value))).toEqual([["aa"], ["a"]]);
  });

  it("finds 200,000 things at most", () => {
    const ask = jsonPath("$[*]");
    expect(ask(Array.from({ length: 200_000 }, () => 0))).toHaveLength(200_000);
    expect(() => ask(Array.from({ length: 200_001 }, () => 0))).toThrow(new QueryFault("fits too much"));
  });

  it("looks a thousand levels deep at most", () => {
    let value: JsonValue = { b: 1 };
    for (let level = 0; level < 5_000; level += 1) value = { a: value };
    expect(() => jsonPath("$..b")(value)).toThrow(QueryFault);
  });
});

describe("a query is refused", () => {
  it.each([
    ["$..a..b..c..d", "looks into everything more than 3 times"],
    ["$[?@.a == $..b]", "asks about the whole document within a filter"],
    ["$[?@.a == $.b[*]]", "asks about the whole document within a filter"],
    ["$[?@.a == $[?@.b]]", "asks about the whole document within a filter"],
    ["$[?@.a == $[ ?@.b]]", "asks about the whole document within a filter"],
    ["$[?$.a == 1 && $.b.*]", "asks about the whole document within a filter"],
    [`$['${"x".repeat(1_996)}']`, "is too long"],
  ])("%.40s", (query, message) => expect(() => jsonPath(query)).toThrow(new QueryFault(message)));

  it.each([
    "$..a..b..c",
    "$['..','..','..','..']",
    '$["a\\"..","..","..",".."]',
    "$[?@.a == $.b]",
    "$[?@.a == $.b.c[0]]",
    "$[?@.a == '$..b']",
    `$['${"x".repeat(1_995)}']`,
  ])("but not %.40s", (query) => expect(found(query, {})).toEqual([]));

  it.each(["$.pets[", "pets", "", "$[?no(@)]", "$[?match(@)]", "$[?match(@, 'a') == true]"])("as none: %j", (query) => {
    expect(() => jsonPath(query)).toThrow(QueryFault);
    expect(() => jsonPath(query)).toThrow(/^is no JSONPath: ./);
  });
});
