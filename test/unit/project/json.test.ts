import fc from "fast-check";
import prettier from "prettier";
import { describe, expect, test } from "vitest";
import { asciiString, jsonString, printJson } from "../../../src/project/json.ts";

const cases: readonly (readonly [name: string, given: object | string, want: string])[] = [
  ["a short array stays on its line", { a: [1, 2] }, '{\n  "a": [1, 2]\n}\n'],
  ["an empty object", {}, "{}\n"],
  ["an object in an array is broken", [{ a: 1 }], '[\n  {\n    "a": 1\n  }\n]\n'],
  [
    "a matrix is broken",
    [
      [1, 2],
      [3, 4],
    ],
    "[\n  [1, 2],\n  [3, 4]\n]\n",
  ],
  ["a column is none", [[1], [2, 3]], "[[1], [2, 3]]\n"],
  ["undefined is left out", { a: undefined, b: null }, '{\n  "b": null\n}\n'],
  ["a map is an object, whatever its keys", new Map([["__proto__", 1]]), '{\n  "__proto__": 1\n}\n'],
  [
    "the keys of a map keep their order",
    new Map([
      ["b", [1]],
      ["10", {}],
      ["9", undefined],
      ["a", [[]]],
    ]),
    '{\n  "b": [1],\n  "10": {},\n  "a": [[]]\n}\n',
  ],
  ["an empty map", new Map(), "{}\n"],
  [
    "a string that looks like an array",
    { é: 'x": [', ü: [1e21, "]"] },
    '{\n  "é": "x\\": [",\n  "\\u00fc": [1e21, "]"]\n}\n',
  ],
  [
    "a string that looks like a number",
    ["1e+21", 1e21, { a: "2e+5" }],
    '[\n  "1e+21",\n  1e21,\n  {\n    "a": "2e+5"\n  }\n]\n',
  ],
  ["no number that JSON lacks", [Number.NaN, -0, 1e21], "[null, 0, 1e21]\n"],
  ["line separators are escaped", "a\u2028b\u2029", '"a\\u2028b\\u2029"\n'],
  ["lone surrogates are escaped", "\ud800", '"\\ud800"\n'],
];

describe("printJson", () => {
  test.each(cases)("%s", (_name, given, want) => expect(printJson(given)).toBe(want));

  test("Prettier changes nothing, and the value is kept", async () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.string({ maxLength: 40 }),
      fc.constantFrom("日本語のとても長い文字列", "é", "👩‍👩‍👧"),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.integer(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        text,
        tie("array"),
        tie("object"),
        tie("numbers"),
      ),
      array: fc.array(tie("value"), { maxLength: 8 }),
      numbers: fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true })), { maxLength: 40 }),
      object: fc.dictionary(text, tie("value"), { maxKeys: 6 }),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const printed = printJson({ given });
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify({ given })));
        expect(await prettier.format(printed, { parser: "json" })).toBe(printed);
      }),
      { numRuns: 500 },
    );
  });
});

test("string literals", () => {
  expect(jsonString("é")).toBe('"é"');
  expect(asciiString('é"\u2028')).toBe('"\\u00e9\\"\\u2028"');
});
