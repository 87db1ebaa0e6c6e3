import fc from "fast-check";
import { expect, test } from "vitest";
import { commentLines, jsDoc } from "../../../src/project/comment.ts";

test.each([
  ["a comment's end", "a */ evil(); /*", "a *\\/ evil(); / *"],
  ["line ends of every kind", "a\nb\r\nc\u2028d\u2029e\u0085f", "a b c d ef"],
  ["spaces in a row, and around", "  a  b   c ", "a b c"],
  ["spaces around what nobody sees", "a \u200b b", "a b"],
  ["tags", "@ts-ignore @license {@link x} a@b.example", "\\@ts-ignore \\@license {\\@link x} a@b.example"],
  ["directives", "eslint-disable prettier-ignore biome-ignore", "eslint -disable prettier -ignore biome -ignore"],
  ["source maps", "//# sourceMappingURL=data:x", "//# source MappingURL=data:x"],
  ["what nobody sees", "a\u202eb\u200bc\u{e0041}d\ufeff\u0000", "abcd"],
  ["emoji stay", "👩‍👩‍👧", "👩‍👩‍👧"],
])("%s", (_name, given, want) => expect(commentLines(given).join(" ")).toBe(want));

test("a comment ends once, and every line between begins with a star", () => {
  const part = fc.constantFrom(
    "*",
    "/",
    "*/",
    "/*",
    "@",
    "ts-ignore",
    "\n",
    " ",
    "\u2028",
    "\\",
    "x",
    "eslint-disable",
    "`",
    "${x}",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(part, fc.string({ unit: "binary" })), { maxLength: 40 }).map((parts) => parts.join("")),
      (given) => {
        const lines = jsDoc(given);
        const text = lines.join("\n");
        if (lines.length === 0) return;
        expect(text.indexOf("*/")).toBe(text.length - 2);
        expect(text).not.toMatch(/(?:^|[\s/*{])@[a-z]/i);
        expect(text).not.toMatch(/[^\n\P{Cc}]/u);
        if (lines.length > 1) expect(lines.slice(1).every((line) => line.startsWith(" *"))).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

test("lines are wrapped, tags follow", () => {
  expect(jsDoc("one two three", ["@deprecated"], 8)).toEqual(
    ["/**", " * one two", " * three", " * @deprecated", " */"].map((line) => line.replace("one two", "one two")),
  );
  expect(jsDoc(undefined)).toEqual([]);
  expect(jsDoc("", ["@deprecated"])).toEqual(["/** @deprecated */"]);
});
