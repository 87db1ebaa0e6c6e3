import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternOf, StepsSpent } from "../../templates/always/src/runtime/pattern/pattern.js";

const plenty = () => ({ left: 10_000_000 });
const matches = (pattern: string, text: string) => patternOf(pattern)?.test(text, plenty());

describe("patterns of documents match as ECMAScript has them match", () => {
  it.each<[string, string[]]>([
    ["^(a+)+$", ["aaa", "aab", ""]],
    ["^[a-z]{2,3}(-[a-z]+)*$", ["de", "de-ch", "d", "dede", "de-"]],
    ["^(?=.*[A-Z])(?=.*\\d)(?!.*\\s).{8,}$", ["Passw0rd", "password", "Pass w0rd1", "P1aaaaaa"]],
    ["(?<=\\$)\\d+(?<!0)$", ["$15", "15", "$10", "a$3"]],
    ["^(?!.*--)[a-z-]+$", ["a-b", "a--b"]],
    ["\\bcat\\b", ["a cat.", "cats", "cat"]],
    ["\\Bat", ["cat", "at"]],
    ["^.$", ["😀", "a", "ab", "\n", "\u2028"]],
    ["^\\u{1F600}$|^\\uD83D\\uDE01$", ["😀", "😁", "a"]],
    ["^\\p{Lu}[\\p{L}\\-']*$", ["Ärger", "ärger", "O'Neil-Ä"]],
    ["^[^]$|^[\\]\\\\]{2}$", ["\n", "]\\", "ab"]],
    ["^[\\s\\S]*$", ["", "a\nb"]],
    ["^\\s+$", [" \u00a0\ufeff", "x"]],
    ["", ["", "a"]],
    ["a|", ["", "b"]],
    ["^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$", ["2024-01", "2024-13"]],
    ["^(a?){8}a{8}$", ["a".repeat(8), "a".repeat(7), "a".repeat(17)]],
    ["^(?:(?:a*)*)*$", ["aaa", "b"]],
    ["^[\\w.+-]+/[\\w.+-]+$", ["image/png", "image"]],
    ["(?<!^)b(?=c(?!d))", ["abc", "bc", "abcd"]],
    // More programs that look around than are put into one number.
    [
      "(?=.*a)(?=.*b)(?=.*c)(?=.*d)(?=.*e)(?=.*f)(?=.*g)(?=.*h)(?=.*i)(?=.*j)(?!.*k).{10}$",
      ["abcdefghij", "jihgfedcba", "abcdefghix", "xabcdefghij", "abcdefghijk"],
    ],
    ["(?<=\\b😀\\B.)😀\\b|_\\B", ["😀😀😀", "😀a😀b", "__", "_ _", "a_"]],
    ["^a{0}b$", ["b", "ab"]],
    ["^\\cA\\x41\\/\\.\\0$", ["\u0001A/.\0", "A"]],
    ["[)(\\]]\\)", ["))", "]"]],
  ])("%s", (pattern, texts) => {
    for (const text of texts)
      expect([text, matches(pattern, text)]).toEqual([text, new RegExp(pattern, "u").test(text)]);
  });

  it("whatever is made of their parts", () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "[ab]",
      "[^a]",
      ".",
      "\\w",
      "\\s",
      "^",
      "$",
      "\\b",
      "\\B",
      "😀",
      "\\u{1F600}",
    );
    const tree = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        piece,
        fc.tuple(tie("any"), tie("any")).map(([one, two]) => one + two),
        fc.tuple(tie("any"), tie("any")).map(([one, two]) => `(${one}|${two})`),
        fc
          .tuple(tie("any"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"))
          .map(([part, sign]) => `(?:${part})${sign}`),
        fc.tuple(tie("any"), fc.constantFrom("(?=", "(?!", "(?<=", "(?<!")).map(([part, sign]) => `${sign}${part})`),
      ),
    })).any;
    const text = fc
      .array(fc.constantFrom("a", "b", " ", "\n", "😀", "\ud83d"), { maxLength: 5 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(tree, text, (pattern, given) => {
        const found = new RegExp(pattern, "u").exec(given);
        // V8 looks for matches also between the halves of a character, where the standard has no place (§22.2.7.2).
        fc.pre(
          found === null ||
            !/^[\ud800-\udbff][\udc00-\udfff]/.test(given.slice(Math.max(0, found.index - 1))) ||
            found.index === 0,
        );
        expect(matches(pattern, given)).toBe(found !== null);
      }),
      { numRuns: 500 },
    );
  });
});

describe("patterns of documents end", () => {
  it.each([
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "(.*)*x$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "\\s+$",
    "(a*)*(a*)*(a*)*b",
    "^(?=(a+)+$)a*b",
    "(?<=(a+)+c)d",
  ])("%s, in steps that grow with the text", (pattern) => {
    const used = (length: number) => {
      const steps = plenty();
      patternOf(pattern)?.test(`${"a ".repeat(length / 4)}${"a".repeat(length / 2)}!`, steps);
      return plenty().left - steps.left;
    };
    used(4_000);
    expect(used(8_000)).toBeLessThan(used(4_000) * 2.5);
    expect(used(8_000)).toBeLessThan(8_000 * 500);
  });

  it("by giving up when the steps are spent", () => {
    expect(() => patternOf("^(a|b)*c")?.test("ab".repeat(1_000), { left: 1_000 })).toThrow(StepsSpent);
  });

  it.each([
    "(a)\\1",
    "(?<x>a)\\k<x>",
    "(",
    "(?:(?:a{1000}b){1000}){1000}b",
    "^(?!(ab){9000})",
    "a".repeat(30_000),
    `${"(".repeat(500)}${")".repeat(500)}`,
  ])("by not being run where that has no bound: %.40s", (pattern) => {
    const pattern_ = patternOf(pattern);
    expect(pattern_ === undefined || pattern_.test("x", plenty()) === false).toBe(true);
  });

  it("groups within groups, a hundred deep and no deeper", () => {
    const nested = (groups: number): string => `${"(".repeat(groups)}a${")".repeat(groups)}`;
    expect(matches(nested(99), "b")).toBe(false);
    expect(matches(nested(99), "a")).toBe(true);
    expect(patternOf(nested(100))).toBeUndefined();
    // Beside each other they are not within each other.
    expect(matches("(a)".repeat(150), "a".repeat(150))).toBe(true);
  });

  it("with counts that are too high let through what is longer", () => {
    expect(matches("^[a-z]{1,65535}$", "a".repeat(70_000))).toBe(true);
    expect(matches("^[a-z]{1,65535}$", "")).toBe(false);
    expect(matches("^[a-z]{1,65535}$", "A")).toBe(false);
  });
});
