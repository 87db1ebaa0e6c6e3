/** URI templates of resources (RFC 6570): what they say of themselves, the URIs they make, and those they fit. */
import { describe, expect, it } from "vitest";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";

describe("a URI template", () => {
  it.each<[string, readonly string[], readonly string[], number]>([
    ["a://pets", [], [], 8],
    ["a://pets/{id}", ["id"], [], 9],
    ["a://pets/{id}/x{b}{?c,d*}", ["id", "b"], ["c", "d"], 11],
    ["{?a*b}", [], ["a*b"], 0],
    ["a{?b}/c", ["?b"], [], 3],
    ["{a", [], [], 2],
  ])("%s has its variables, and so many characters of its own", (template, path, query, literals) => {
    const { expand: _expand, match: _match, ...said } = uriTemplate(template);
    expect(said).toEqual({ template, path, query, literals });
  });

  it.each<[string, Record<string, string | undefined>, string | undefined]>([
    ["a://pets", {}, "a://pets"],
    ["a://pets/{id}/x{b}{?c}", { id: "a b/", b: "é", c: "no" }, "a://pets/a%20b%2F/x%C3%A9"],
    ["a://pets/{id}", {}, undefined],
    ["a://pets/{id}", { id: undefined }, undefined],
    ["a://pets/{id}", { id: "" }, undefined],
    ["a://{a}/{b}", { a: "1", b: "" }, undefined],
  ])("%s with %j is %s", (template, values, want) => {
    expect(uriTemplate(template).expand(new Map(Object.entries(values)))).toBe(want);
  });

  it.each<[string, string, Record<string, readonly string[]> | undefined]>([
    ["a://pets?x=1", "a://pets?x=1", {}],
    ["a://pets?x=1", "a://pets", undefined],
    ["a://pets{?a,b}", "a://pets?a=%20b&b", { a: [" b"], b: [""] }],
    ["a://pets{?a,b}", "a://pets?b=2&a=1&b=3", { a: ["1"], b: ["2", "3"] }],
    ["a://pets{?a}", "a://pets?&a=1=2&&", { a: ["1=2"] }],
    ["a://pets{?a}", "a://pets?%61=1", { a: ["1"] }],
    ["a://pets{?a}", "a://pets?=1", undefined],
    ["a://pets{?a}", "a://pets?a=%E2", undefined],
    ["a://pets{?a}", "a://pets?%E2=a", undefined],
    ["a://pets{?a}", "a://pets?b=1", undefined],
    ["a://pets{?a}", "a://pet?a=1", undefined],
    ["a://pets/{id}{?a}", "a://pets/x?a=1", { id: ["x"], a: ["1"] }],
    ["{?a}", "?a=1", { a: ["1"] }],
    ["a://x/{a}x", "a://x/xx", { a: ["x"] }],
    ["a://x/{a}x", "a://x/x", undefined],
    ["a://x/{a}/b", "a://x/1/b/b", undefined],
    ["a://x/{a}", "a://x/1?b", undefined],
    ["{a", "{a", {}],
    ["a}", "a}", {}],
  ])("%s of %s is %j", (template, uri, want) => {
    const found = uriTemplate(template).match(uri);
    expect(found && Object.fromEntries(found)).toEqual(want);
  });

  it("fits URIs of 8,192 characters at most", () => {
    const { match } = uriTemplate("a://{x}");
    expect(match(`a://${"x".repeat(8188)}`)?.get("x")?.[0]).toHaveLength(8188);
    expect(match(`a://${"x".repeat(8189)}`)).toBeUndefined();
  });
});
