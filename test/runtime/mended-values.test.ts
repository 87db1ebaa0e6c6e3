/** Arguments that are not what a schema asks for and plainly stand for it: which values do, and what takes their place. */
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { exactNumber } from "../../templates/always/src/runtime/request/argument.ts";
import {
  applyMends,
  findMends,
  holdsLongNumber,
  unescaper,
} from "../../templates/always/src/runtime/validation/mend.ts";

const long = "12345678901234567890";
const nothing = { value: undefined, given: undefined, sent: undefined };

/** What is mended of a property `a` that has to be of some types. */
function mended(value: JsonValue, type: JsonValue, keyword = "type") {
  const faults = [{ keyword, keywordLocation: `#/properties/a/${keyword}`, instanceLocation: "#/a", error: "" }];
  return findMends({ a: value }, faults, { properties: { a: { type } } } as never, {});
}

describe("a value stands for another one", () => {
  it.each<[JsonValue, JsonValue, JsonValue]>([
    ["12", "integer", 12],
    [" 12 ", "integer", 12],
    ["-1.5", "number", -1.5],
    ["12", ["integer", "null"], 12],
    ["12", ["null", "number"], 12],
    ["true", "boolean", true],
    ["TRUE", "boolean", true],
    [" True ", "boolean", true],
    ["1", "boolean", true],
    ["false", "boolean", false],
    ["FALSE", "boolean", false],
    ["0", "boolean", false],
    ["1", ["boolean", "integer"], 1],
    [1, "boolean", true],
    [0, "boolean", false],
    ["[1]", "array", [1]],
    ['{"b":1}', "object", { b: 1 }],
  ])("%j where %j is asked for, for %j", (given, type, value) => {
    expect(mended(given, type)).toEqual([{ location: "#/a", value, given: value, sent: value }]);
  });

  it.each<[JsonValue, JsonValue]>([
    ["x", "integer"],
    ["12", "string"],
    ["12", "boolean"],
    ["10", "boolean"],
    ["01", "boolean"],
    ["truely", "boolean"],
    ["untrue", "boolean"],
    ["falsely", "boolean"],
    ["a false", "boolean"],
    [2, "boolean"],
    [1, "string"],
    [0, "string"],
    [true, "integer"],
    ["[1]", "object"],
    ['{"b":1}', "array"],
    ["[1", "array"],
    ['"x"', "array"],
    ['"x"', "object"],
    [[1], "object"],
  ])("but not %j where %j is asked for", (given, type) => {
    expect(mended(given, type)).toEqual([]);
  });

  it("with all its digits, where a number has fewer", () => {
    expect(mended(` ${long} `, "integer")).toEqual([
      { location: "#/a", value: 12345678901234567000, given: ` ${long} `, sent: exactNumber(long) },
    ]);
  });

  it("of all types that are asked for in one place", () => {
    const place = (keywordLocation: string) => ({
      keyword: "type",
      keywordLocation,
      instanceLocation: "#/a",
      error: "",
    });
    const schema = { anyOf: [{ type: "integer" }, { type: "boolean" }] } as never;
    const faults = [place("#/anyOf/0/type"), place("#/anyOf/1/type")];
    expect(findMends({ a: "true" }, faults, schema, {})).toMatchObject([{ value: true }]);
    expect(findMends({ a: "7" }, faults, schema, {})).toMatchObject([{ value: 7 }]);
    expect(findMends({ a: "7" }, faults, true, {})).toEqual([]);
  });

  it("by faults of type alone", () => {
    expect(mended("12", "integer", "minimum")).toEqual([]);
    expect(mended("12", "integer", "enum")).toEqual([]);
  });
});

describe("null stands for nothing", () => {
  const fault = (instanceLocation: string, keyword = "enum") => [
    { keyword, keywordLocation: `#/${keyword}`, instanceLocation, error: "" },
  ];
  it.each<[string, JsonObject, string]>([
    ["a property", { a: null }, "#/a"],
    ["one within an object", { a: { b: null } }, "#/a/b"],
    ["one within an object of a list", { a: [{ b: null }] }, "#/a/0/b"],
  ])("that is %s", (_what, args, location) => {
    expect(findMends(args, fault(location), true, {})).toEqual([{ location, ...nothing }]);
    expect(findMends(args, [...fault(location), ...fault(location, "const")], true, {})).toHaveLength(1);
  });

  it.each<[string, JsonObject, string]>([
    ["is an item of a list", { a: [null] }, "#/a/0"],
    ["is no null", { a: 0 }, "#/a"],
    ["is not there", {}, "#/a"],
    ["is all arguments", {}, "#"],
  ])("but not what %s", (_what, args, location) => {
    expect(findMends(args, fault(location), true, {})).toEqual([]);
  });
});

describe("what is mended takes its place", () => {
  const mend = (location: string, value: JsonValue | undefined, given = value, sent = value) => ({
    location,
    value,
    given,
    sent,
  });
  it.each<[string, JsonObject, ReturnType<typeof mend>[], JsonObject]>([
    ["nowhere without any", { a: 1 }, [], { a: 1 }],
    ["in a property", { a: "1", b: "2" }, [mend("#/a", 1)], { a: 1, b: "2" }],
    ["in an item", { a: ["1", "2"] }, [mend("#/a/1", 2)], { a: ["1", 2] }],
    ["far below", { a: [{ b: { c: "1", d: 0 } }] }, [mend("#/a/0/b/c", 1)], { a: [{ b: { c: 1, d: 0 } }] }],
    ["in several", { a: { b: "1", c: "2" } }, [mend("#/a/b", 1), mend("#/a/c", 2)], { a: { b: 1, c: 2 } }],
    ["under a name that has a slash", { "a/b": "1" }, [mend("#/a~1b", 1)], { "a/b": 1 }],
    ["without a property that is nothing", { a: null, b: 1 }, [mend("#/a", undefined)], { b: 1 }],
    ["with an item that is nothing", { a: [null, 1] }, [mend("#/a/0", undefined)], { a: [null, 1] }],
    ["not in what is not there", { a: 1 }, [mend("#/b", 1), mend("#/a/c", 2)], { a: 1 }],
    ["not for all arguments", { a: 1 }, [mend("#", [1])], { a: 1 }],
  ])("%s", (_where, args, mends, want) => {
    const before = structuredClone(args);
    expect(applyMends(args, mends, "value")).toEqual(want);
    expect(args).toEqual(before);
  });

  it("as what it spells, as hooks get it, or as it is sent", () => {
    const mends = [mend("#/a", 1, "one" as never, "sent" as never)];
    expect((["value", "given", "sent"] as const).map((which) => applyMends({ a: "x" }, mends, which))).toEqual([
      { a: 1 },
      { a: "one" },
      { a: "sent" },
    ]);
  });
});

it.each<[JsonValue, boolean]>([
  [long, true],
  [` ${long}\n`, true],
  ["12", false],
  ["x", false],
  ["9".repeat(999), true],
  ["9".repeat(1_000), false],
  [12, false],
  [null, false],
  [true, false],
  [["1", long], true],
  [["1", "2"], false],
  [[], false],
  [{ a: "1", b: [{ c: long }] }, true],
  [{ a: "1" }, false],
  [{}, false],
])("a number with more digits than JavaScript has is in %j: %s", (value, is) => {
  expect(holdsLongNumber(value)).toBe(is);
});

describe("an escape stands for what a schema says", () => {
  const hidden = "a\u200bb";
  const shown = "a\\u200bb";
  const schema = {
    type: "object",
    properties: { [hidden]: { enum: [hidden, "plain"] }, more: { $ref: "#/$defs/More" } },
  };
  const plain = unescaper(schema, {
    More: { items: { const: "c\u200bd" }, self: { $ref: "#/$defs/More" } },
    Other: { const: "e\u200bf" },
  });

  it.each<[string, JsonObject, JsonObject]>([
    ["a text", { x: shown, y: 1, z: "plain" }, { x: hidden, y: 1, z: "plain" }],
    ["a name", { [shown]: 1 }, { [hidden]: 1 }],
    ["a text in lists, beside others", { x: ["n", [shown]], y: null }, { x: ["n", [hidden]], y: null }],
    ["a name in an object, beside others", { x: { n: 1, [shown]: 2 } }, { x: { n: 1, [hidden]: 2 } }],
    ["what a reference leads to", { x: "c\\u200bd" }, { x: "c\u200bd" }],
    ["nothing that no reference leads to", { x: "e\\u200bf" }, { x: "e\\u200bf" }],
    ["nothing within a longer text", { x: `${shown}!` }, { x: `${shown}!` }],
  ])("%s", (_what, given, want) => expect(plain(given)).toEqual(want));

  it("and arguments without any are as they were", () => {
    const args = { x: "plain", y: [1, { z: null }] };
    expect(plain(args)).toBe(args);
    const escaped = { x: shown };
    expect(unescaper({ type: "object" }, {})(escaped)).toBe(escaped);
  });
});
