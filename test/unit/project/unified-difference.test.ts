import { describe, expect, it } from "vitest";
import { unifiedDifference } from "../../../src/project/unified-difference.ts";

const lines = (...texts: readonly string[]): string => texts.join("\n");
const many = (count: number, mark: string): string => Array.from({ length: count }, (_, i) => `${mark}${i}`).join("\n");

describe("the difference of two texts", () => {
  it.each<[string, string, string, readonly string[]]>([
    ["the same", "a\nb", "a\nb", []],
    ["a line more", lines("a", "b", "c"), lines("a", "b", "x", "c"), ["@@ -1 +1 @@", " a", " b", "+x", " c"]],
    ["a line less", lines("a", "b", "c"), lines("a", "c"), ["@@ -1 +1 @@", " a", "-b", " c"]],
    ["another line", lines("a", "b", "c"), lines("a", "x", "c"), ["@@ -1 +1 @@", " a", "-b", "+x", " c"]],
    ["nothing before", "", "a", ["@@ -1 +1 @@", "-", "+a"]],
    [
      "two places",
      lines("1", "2", "3", "4", "5", "6", "7", "8", "9"),
      lines("1", "x", "3", "4", "5", "6", "7", "9"),
      ["@@ -1 +1 @@", " 1", "-2", "+x", " 3", " 4", "@@ -6 +6 @@", " 6", " 7", "-8", " 9"],
    ],
  ])("%s", (_name, one, other, want) => expect(unifiedDifference(one, other)).toEqual(want));

  it("is cut where it is long", () => {
    const written = unifiedDifference(many(100, "a"), many(100, "b"), 2, 10);
    expect(written).toHaveLength(10);
    expect(written.at(-1)).toBe("… and 192 more lines");
  });

  it("of large texts is not worked out line by line", () => {
    expect(unifiedDifference(many(60_000, "a"), many(60_000, "b"), 2, 5)).toHaveLength(5);
  });
});
