import { describe, expect, it } from "vitest";
import { usablePattern } from "../../../src/api/pattern.ts";

describe("a pattern of another language that means the same in ECMA-262", () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    ["stays as it is where it is one already", "^\\p{L}+\\u{1F600}?$", ["é"], ["1"]],
    ["anchors of Ruby, Python and Perl", "\\A[a-z]+\\z", ["abc"], ["abc1", "Aabcz"]],
    ["anchors with a line end", "\\Aa\\Z", ["a"], ["ba"]],
    ["classes of POSIX", "^[[:alpha:]_][[:alnum:]_]*$", ["_a1"], ["1a", ":"]],
    ["a negated class of POSIX", "^[^[:space:]]+$", ["a"], ["a b"]],
    ["delimiters", "/^a+$/", ["aa"], ["/aa/"]],
    ["escapes that need none", "^\\@\\_[\\_\\#a\\-z]$", ["@_-", "@_z"], ["@_b"]],
    ["a hyphen beside a class", "^[\\w-.]+$", ["a-b.c"], ["a b"]],
    ["loose braces and brackets", "^{a}]$", ["{a}]"], ["a"]],
    ["a count without a least", "^a{,2}$", ["", "aa"], ["aaa"]],
    ["a group's name of Python", "^(?P<year>\\d{4})$", ["2024"], ["24"]],
  ])("%s: %s", (_name, given, matching, others) => {
    const usable = usablePattern(given);
    const matches = (text: string): boolean => new RegExp(usable ?? "$.", "u").test(text);
    expect({ usable, matching: matching.filter(matches), others: others.filter(matches) }).toEqual({
      usable: expect.any(String),
      matching,
      others: [],
    });
  });

  it.each(["(?i)abc", "/^a$/i", "a++", "(?>a)", "^\\i\\c*$", "[a", "(?#comment)a"])("none: %s", (given) => {
    expect(usablePattern(given)).toBeUndefined();
  });
});
