/** Many texts looked for at once: each place of each, as if they were looked for one after the other. */
import { describe, expect, it } from "vitest";
import { TextSet } from "../../templates/always/src/runtime/text/secret-forms.ts";

function found(known: readonly string[], text: string, least = 4): readonly string[] {
  const set = new TextSet();
  for (const each of known) set.add(each);
  const places: string[] = [];
  set.findIn(text, least, (start, end) => places.push(`${start}-${end} ${text.slice(start, end)}`));
  return places;
}

describe("texts looked for at once", () => {
  it.each<[readonly string[], string, readonly string[]]>([
    [["abcd"], "abcd", ["0-4 abcd"]],
    [["abcd"], "xabcdx abcd", ["1-5 abcd", "7-11 abcd"]],
    [["abcd", "abcdef"], "abcdef", ["0-4 abcd", "0-6 abcdef"]],
    [["abcd", "cdef"], "abcdef", ["0-4 abcd", "2-6 cdef"]],
    [["aaaa"], "aaaaaa", ["0-4 aaaa", "1-5 aaaa", "2-6 aaaa"]],
    [["abcd"], "abc", []],
    [["abcde"], "abcd", []],
    [["abcd"], "ABCD", []],
    [["ключ-1"], "это ключ-1.", ["4-10 ключ-1"]],
    [["\u{1F511}\u{1F511}"], "x\u{1F511}\u{1F511}", ["1-5 \u{1F511}\u{1F511}"]],
    [["key\u0000"], "a key\u0000", ["2-6 key\u0000"]],
    [[], "abcd", []],
  ])("%j in %j: %j", (known, text, want) => expect(found(known, text)).toEqual(want));

  it("are only those that are long enough", () => {
    expect(found(["abcd", "efghi"], "abcdefghi", 5)).toEqual(["4-9 efghi"]);
    expect(found(["abc"], "abcabc", 1)).toEqual([]);
  });

  it("are told apart where they begin as others do, or fall into the place of others", () => {
    const known = Array.from({ length: 3_000 }, (_, number) => `k${number.toString(36)}-${"é".repeat(number % 5)}x`);
    const text = `${known.join("")}k-none`;
    const want = known.flatMap((each) => {
      const places: string[] = [];
      for (let at = text.indexOf(each); at >= 0; at = text.indexOf(each, at + 1)) places.push(`${at} ${each}`);
      return each.length < 4 ? [] : places;
    });
    const places = found(known, text).map((place) => place.replace(/-\d+ /, " "));
    expect([...places].sort()).toEqual([...new Set(want)].sort());
  });

  it("are no longer found once they are taken out, and stand in their order", () => {
    const set = new TextSet();
    for (const text of ["abcd", "abcde", "zzzz", "abcd"]) set.add(text);
    expect([set.size, ...set]).toEqual([3, "abcd", "abcde", "zzzz"]);
    for (const text of ["abcd", "none", "abcd"]) set.delete(text);
    expect([set.size, ...set]).toEqual([2, "abcde", "zzzz"]);
    const places: number[] = [];
    set.findIn("abcde zzzz abcd", 4, (start) => places.push(start));
    expect(places).toEqual([0, 6]);
    for (const text of ["abcde", "zzzz"]) set.delete(text);
    set.findIn("abcde zzzz", 4, (start) => places.push(start));
    expect([set.size, places]).toEqual([0, [0, 6]]);
  });
});
