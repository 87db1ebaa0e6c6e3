/** JSON by its bytes: what is JSON, what it is without white space, and which list of it is shown in parts. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../templates/always/src/runtime/data/bytes.ts";
import { scanJson } from "../../templates/always/src/runtime/response/json-list.ts";

const compact = (text: string): string | undefined => {
  const found = scanJson(utf8(text));
  return found && new TextDecoder().decode(found.bytes);
};

describe("a text that is JSON", () => {
  it.each([
    ["null", "null"],
    ["true", "true"],
    [" false\n", "false"],
    ['""', '""'],
    ["0", "0"],
    ["-0", "-0"],
    ["10", "10"],
    ["-12.50", "-12.50"],
    ["0.1", "0.1"],
    ["1e5", "1e5"],
    ["1E+05", "1E+05"],
    ["1.5e-10", "1.5e-10"],
    ["[]", "[]"],
    ["{}", "{}"],
    [" [ ] ", "[]"],
    ["{ }", "{}"],
    ["[1,2]", "[1,2]"],
    ['{"a":1,"b":[{}]}', '{"a":1,"b":[{}]}'],
    ['\t{\r\n"a" : [ 1 , "b c" ] }', '{"a":[1,"b c"]}'],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"'],
    ['"\\u09aF \\uFFff"', '"\\u09aF \\uFFff"'],
    [' "a \\" b" ', '"a \\" b"'],
    [' "a \\\\" ', '"a \\\\"'],
    ['"ü 日 \u007f"', '"ü 日 \u007f"'],
    ['[[],{"":[]}]', '[[],{"":[]}]'],
  ])("%s", (text, want) => {
    expect(compact(text)).toBe(want);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it("nests 500 deep at most", () => {
    expect(compact("[".repeat(500) + "]".repeat(500))).toHaveLength(1000);
    expect(compact("[".repeat(501) + "]".repeat(501))).toBeUndefined();
    expect(compact(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`)).toHaveLength(3001);
    expect(compact(`${'{"a":'.repeat(501)}1${"}".repeat(501)}`)).toBeUndefined();
  });
});

describe("a text that is none", () => {
  it.each([
    "",
    " ",
    "nul",
    "nulL",
    "tru",
    "falsy",
    "nullx",
    "undefined",
    "NaN",
    "-",
    "+1",
    "01",
    "-01",
    ".5",
    "1.",
    "1.e5",
    "1e",
    "1e+",
    "0x1",
    "1/2",
    "1:",
    '"',
    '"a',
    '"\\',
    '"\\x"',
    '"\\u12g4"',
    '"\\u123"',
    '"\\u12:4"',
    '"\\u12`4"',
    '"\\u12/4"',
    '"a\nb"',
    '"a\u001fb"',
    "'a'",
    "[",
    "]",
    "{",
    "}",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1]]",
    "[1}",
    '{"a":1]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a" 1}',
    '{"a"=1}',
    "{a:1}",
    "{1:1}",
    '{,"a":1}',
    '{"a":1 "b":2}',
    '{"a":1,]',
    "[1]1",
    "1 2",
    "{}{}",
    '{"a":1}x',
    "\u00a01",
    "\ufeff1",
    "\u000b1",
  ])("%j", (text) => {
    expect(scanJson(utf8(text))).toBeUndefined();
    expect(() => JSON.parse(text) as unknown).toThrow();
  });
});

describe("the list of a text", () => {
  /** Its name, and its items as they stand in the compact text. */
  const listOf = (text: string): readonly (string | undefined)[] => {
    const found = scanJson(utf8(text));
    if (found?.list === undefined) return [];
    const { start, ends, separator, property } = found.list;
    expect(separator).toBe(1);
    const items = [...ends].map((end, index) =>
      new TextDecoder().decode(found.bytes.subarray(index === 0 ? start : (ends[index - 1] ?? 0) + 1, end)),
    );
    return [property, ...items];
  };

  it.each<[string, readonly (string | undefined)[]]>([
    ["[1,[2],{}]", [undefined, "1", "[2]", "{}"]],
    ["[]", [undefined]],
    ["[ 1 , 2 ]", [undefined, "1", "2"]],
    ["{}", []],
    ["7", []],
    ['{"a":1}', []],
    ['{"a":[]}', ["a"]],
    ['{"a":[1],"b":[2,3],"c":[4]}', ["b", "2", "3"]],
    ['{"a":[10],"b":[2]}', ["a", "10"]],
    // Of two that are as long the first.
    ['{"a":[1],"b":[2]}', ["a", "1"]],
    ['{"a":{"b":{"c":{"d":[1]}}}}', ["a.b.c.d", "1"]],
    ['{"a":{"b":{"c":{"d":{"e":[1]}}}}}', []],
    ['{"x":[1],"a":{"b":{"c":{"d":{"e":[1,2,3]}}}}}', ["x", "1"]],
    ['{"data":{"items":[{"id":1},{"id":2}],"next":"x"},"total":2}', ["data.items", '{"id":1}', '{"id":2}']],
    ['[{"a":[1,2,3,4,5]}]', [undefined, '{"a":[1,2,3,4,5]}']],
    ['{"\\u0061 \\"":[1]}', ['a "', "1"]],
    ['{"a":{"b":1},"c":[1]}', ["c", "1"]],
    ['{"a":[",]","\\"]"]}', ["a", '",]"', '"\\"]"']],
  ])("%s", (text, want) => expect(listOf(text)).toEqual(want));

  it("may have any number of items", () => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => String(index));
    expect(listOf(`[${numbers.join()}]`)).toEqual([undefined, ...numbers]);
    expect(listOf(`{"a":[${numbers.join()}],"b":[1]}`).slice(0, 3)).toEqual(["a", "0", "1"]);
  });
});
