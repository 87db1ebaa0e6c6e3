/** How values become text, as JSON and percent-encoded, and which no request can carry. */
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import {
  argumentValue,
  entriesInOrder,
  exactNumber,
  exactToken,
  exceedsDouble,
  inOrder,
  isArray,
  isNumber,
  isObject,
  jsonText,
  ownMember,
  refuse,
  scalarText,
  textOf,
  wellFormed,
} from "../../templates/always/src/runtime/request/argument.ts";
import {
  formEncode,
  formEncodeReserved,
  percentEncode,
  percentEncodeLiteral,
  percentEncodeQueryLiteral,
  percentEncodeReservedPath,
  percentEncodeReservedQuery,
} from "../../templates/always/src/runtime/request/percent.ts";

const exact = exactNumber("9007199254740993");

describe("a value as text", () => {
  it.each<[JsonValue, string]>([
    ["a b", "a b"],
    ["", ""],
    [12, "12"],
    [-0.5, "-0.5"],
    [1e21, "1e+21"],
    [-0, "0"],
    [true, "true"],
    [false, "false"],
    [null, ""],
    [exact, "9007199254740993"],
    [["a", 1, null], '["a",1,null]'],
    [{ a: { b: [] } }, '{"a":{"b":[]}}'],
    [
      { a: [exact, "x", 1.5, null, true], 'b"': { c: exact } },
      '{"a":[9007199254740993,"x",1.5,null,true],"b\\"":{"c":9007199254740993}}',
    ],
  ])("%j is %s", (value, want) => {
    expect(textOf(value, "n")).toBe(want);
  });

  it("is JSON where it is asked for as that", () => {
    expect([jsonText("a", "n"), jsonText(null, "n"), jsonText(exact, "n"), jsonText([], "n")]).toEqual([
      '"a"',
      "null",
      "9007199254740993",
      "[]",
    ]);
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  let deep: JsonValue = [];
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  it.each<[string, unknown, string]>([
    ["infinity", Infinity, "holds a number outside the range of JSON"],
    ["what is no number", NaN, "holds a number outside the range of JSON"],
    ["infinity within", { a: [-Infinity] }, "holds a number outside the range of JSON"],
    ["half a character", "a\ud800", "holds half a character (a lone surrogate)"],
    ["what is not there", undefined, "holds a value that JSON does not have"],
    ["a circle", circle, "cannot be written as JSON"],
    ["a large integer of code", [1n], "cannot be written as JSON"],
    ["a list that nests beyond the stack", deep, "cannot be written as JSON"],
  ])("is refused for %s", (_what, value, rule) => {
    expect(() => textOf(value as JsonValue, "n")).toThrow(new ArgumentError(`Argument "n" ${rule}.`));
  });

  it("is refused as JSON and as a single value", () => {
    expect(() => jsonText(undefined as unknown as JsonValue, "n")).toThrow('Argument "n" cannot be written as JSON.');
    expect(() => scalarText({} as unknown as string, "n")).toThrow(
      'Argument "n" holds a value that JSON does not have.',
    );
    expect(() => wellFormed("\udc00\ud800", "n")).toThrow('Argument "n" holds half a character (a lone surrogate).');
    expect(wellFormed("😀", "n")).toBe("😀");
  });

  it("is refused with a hint, where there is one", () => {
    const faultOf = (hint?: string): unknown => {
      try {
        return refuse("n", "is odd", hint);
      } catch (fault) {
        return fault;
      }
    };
    expect(faultOf("Try 2.")).toMatchObject({
      name: "ArgumentError",
      message: 'Argument "n" is odd.',
      hint: "Try 2.",
    });
    expect(faultOf()).toMatchObject({ name: "ArgumentError", message: 'Argument "n" is odd.', hint: undefined });
  });
});

describe("a value of JSON", () => {
  it("is told by its kind", () => {
    expect([[], {}, null, "a", exact].map(isArray)).toEqual([true, false, false, false, false]);
    expect([[], {}, null, "a", exact].map(isObject)).toEqual([false, true, false, false, false]);
    expect([exact, "1", null, { token: "1" }].map(exactToken)).toEqual([
      "9007199254740993",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("has the members that are its own", () => {
    const own = JSON.parse('{"__proto__":1,"a":null}') as JsonObject;
    for (const read of [ownMember, argumentValue])
      expect(["__proto__", "a", "constructor", "b"].map((name) => read(own, name))).toEqual([
        1,
        null,
        undefined,
        undefined,
      ]);
  });

  it("has its members in an order, those that it does not name behind", () => {
    const value = { x: 1, a: 2, b: 3, y: 4 };
    expect(entriesInOrder(value, ["b", "no", "a"])).toEqual([
      ["b", 3],
      ["a", 2],
      ["x", 1],
      ["y", 4],
    ]);
    expect(entriesInOrder(value).map(([name]) => name)).toEqual(["x", "a", "b", "y"]);
    expect(Object.keys(inOrder(value, ["y"]))).toEqual(["y", "x", "a", "b"]);
    expect(inOrder(value, undefined)).toBe(value);
    expect(inOrder(["b", "a"], ["a"])).toEqual(["b", "a"]);
  });
});

describe("a number in text", () => {
  it.each(["0", "-1", "10", "1.50", "-0.5e+3", "1E5", "2e-7"])("is %s", (text) => {
    expect(isNumber(text)).toBe(true);
  });
  it.each(["", "01", "1.", ".5", "+1", " 1", "1 ", "1e", "NaN", "0x1", "--1", "1,5"])("is not %j", (text) => {
    expect([isNumber(text), exceedsDouble(text)]).toEqual([false, false]);
  });
  it.each([
    ["9007199254740993", true],
    ["9007199254740992", false],
    ["-9007199254740993", true],
    ["123456789012345678901234567890", true],
    ["1000000000000000000000", false],
    ["1e21", false],
    ["1E+21", false],
    ["0.1", false],
    ["1.10", false],
    ["0.001", false],
    ["0.0000001", false],
    ["0.10000000000000000001", true],
    ["1e400", true],
    ["1e-400", true],
    ["0", false],
    ["-0", false],
    ["0.00", false],
    ["0e5", false],
    ["120", false],
  ])("of %s has more digits than a double: %s", (text, want) => {
    expect(exceedsDouble(text)).toBe(want);
  });
});

describe("percent-encoding", () => {
  const marks = "-._~!$&'()*+,;=:@/?#[]%41%aF%4 é";
  it.each([
    [
      "all but the unreserved",
      percentEncode,
      "-._~%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40%2F%3F%23%5B%5D%2541%25aF%254%20%C3%A9",
    ],
    ["for a query", percentEncodeReservedQuery, "-._~!$%26%27()*%2B,%3B%3D:@/?%23%5B%5D%41%aF%254%20%C3%A9"],
    ["for a path", percentEncodeReservedPath, "-._~!$&'()*+,;=:@%2F%3F%23%5B%5D%41%aF%254%20%C3%A9"],
    ["for the text of a template", percentEncodeLiteral, "-._~!$&'()*+,;=:@/%3F%23%5B%5D%41%aF%254%20%C3%A9"],
    ["for the query of a template", percentEncodeQueryLiteral, "-._~!$&%27()*+,;=:@/?%23%5B%5D%41%aF%254%20%C3%A9"],
    ["for a form", formEncode, "-._%7E%21%24%26%27%28%29*%2B%2C%3B%3D%3A%40%2F%3F%23%5B%5D%2541%25aF%254+%C3%A9"],
    [
      "for a form, but for what is reserved",
      formEncodeReserved,
      "-._%7E!$%26%27()*%2B,%3B%3D:@/?%23%5B%5D%41%aF%254+%C3%A9",
    ],
  ])("%s", (_which, encode, want) => {
    expect(encode(marks)).toBe(want);
    expect(encode("")).toBe("");
    expect(encode("aZ09")).toBe("aZ09");
  });
});
