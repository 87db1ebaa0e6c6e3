import { describe, expect, test } from "vitest";
import { canonical, isSame, pointerTokens, put } from "../../../src/base/json.ts";

describe("isSame", () => {
  test.each([
    ["equal values", { a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    ["another order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }, false],
    ["a key more", { a: 1 }, { a: 1, b: 2 }, false],
    ["an item less", [1, 2], [1], false],
    ["a list and an object", [], {}, false],
    ["null and an object", null, {}, false],
    ["a value and nothing", 1, undefined, false],
    ["a number and its text", 1, "1", false],
  ])("%s", (_name, one, other, want) => expect([isSame(one, other), isSame(other, one)]).toEqual([want, want]));
});

test("a pointer's tokens are unescaped, also empty ones", () => {
  expect(pointerTokens("/paths/~1a~01/get")).toEqual(["paths", "/a~1", "get"]);
  expect(pointerTokens("/a//b")).toEqual(["a", "", "b"]);
  expect(pointerTokens("")).toEqual([]);
});

test("a property called __proto__ is a property", () => {
  const object = {};
  put(object, "__proto__", 1);
  expect([Object.keys(object), Object.getPrototypeOf(object)]).toEqual([["__proto__"], Object.prototype]);
  expect(JSON.stringify(canonical(JSON.parse('{"b":1,"__proto__":{"d":1,"c":2}}')))).toBe(
    '{"__proto__":{"c":2,"d":1},"b":1}',
  );
});
