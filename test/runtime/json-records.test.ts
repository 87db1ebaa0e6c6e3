/** JSON texts, sequences of them and events, one rule at a time. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { endOfString, readJson } from "../../templates/always/src/runtime/response/json.ts";
import {
  holdsRecords,
  readEvents,
  readLines,
  readSequence,
} from "../../templates/always/src/runtime/response/records.ts";

describe("a number", () => {
  it.each<[string, JsonValue]>([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740992", "-9007199254740992"],
    ["-9007199254740991", -9007199254740991],
    ["1e309", "1e309"],
    ["-1E+309", "-1E+309"],
    ["1e-400", 0],
    ["1e100", 1e100],
    ["0.12345678901234567890", 0.12345678901234568],
    ["12345678901234567890.5", 12345678901234567000],
    ['"12345678901234567890"', "12345678901234567890"],
  ])("%s is %j", (text, value) => {
    expect(readJson(text)).toEqual({ value, compact: text });
    expect(readJson(`{"a": [${text} ] }`)).toEqual({ value: { a: [value] }, compact: `{"a":[${text}]}` });
  });
});

describe("a text of JSON", () => {
  it.each<[string, string | undefined]>([
    [' \t\r\n{ "a b" : [ 1 , 2 ] } ', '{"a b":[1,2]}'],
    ['"\\" \\\\"', '"\\" \\\\"'],
    ["[ ]", "[]"],
    ["", undefined],
    ["{a:1}", undefined],
    ["[1,]", undefined],
    ["\u00a0[]", undefined],
    ["1 2", undefined],
  ])("%j is %j", (text, compact) => expect(readJson(text)?.compact).toBe(compact));

  it("nests 500 deep at most, and stands as often side by side as it likes", () => {
    const nested = (open: string, close: string, levels: number) => open.repeat(levels) + "1" + close.repeat(levels);
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      expect(readJson(nested(open, close, 500))?.compact).toBe(nested(open, close, 500));
      expect(readJson(nested(open, close, 501))).toBeUndefined();
      const beside = `[${Array.from({ length: 600 }, () => nested(open, close, 1)).join()}]`;
      expect(readJson(beside)?.compact).toBe(beside);
    }
    const mixed = (levels: number) => nested('[{"a":', "}]", levels);
    expect([readJson(mixed(250)) === undefined, readJson(mixed(251)) === undefined]).toEqual([false, true]);
  });

  it.each<[string, number, number]>([
    ['"a"b', 0, 3],
    ['x"a\\"b"', 1, 7],
    ['"a\\\\"b', 0, 5],
    ['"a', 0, 2],
    ['""', 0, 2],
  ])("%s has a text from %i to %i", (text, from, to) => expect(endOfString(text, from)).toBe(to));
});

describe("a sequence", () => {
  it.each<[string, boolean, readonly JsonValue[] | undefined]>([
    ["1\n2", false, [1, 2]],
    ["1\r\n2\r\n", false, [1, 2]],
    ["1\n\n \n2", false, [1, 2]],
    ["\u001e1\n\u001e[2,\n3]\n", false, [1, [2, 3]]],
    ["1\n{", false, undefined],
    ["1\n{", true, [1]],
    // More digits may have followed.
    ["1\n2", true, [1]],
    ["1\n2\n", true, [1, 2]],
    ['"a"\n"b"', true, ["a", "b"]],
    ["{\n1", true, undefined],
    ["{", true, []],
    ["", false, []],
    ["1\r2", false, undefined],
  ])("%j, cut: %s: %j", (text, cut, values) => expect(readSequence(text, cut)).toEqual(values));

  it.each<[string, boolean, readonly JsonValue[] | undefined]>([
    ["{}\n{}", false, [{}, {}]],
    ["{}", false, undefined],
    ["{\n}", false, undefined],
    ["{}\n", false, [{}]],
    ["{}\n{", true, [{}]],
    ["{}\n{", false, undefined],
    ["\n{}", false, undefined],
  ])("%j that is called JSON, cut: %s: %j", (text, cut, values) => expect(readLines(text, cut)).toEqual(values));
});

describe("events", () => {
  it.each<[string, readonly JsonValue[]]>([
    ["data: a\n\n", [{ data: "a" }]],
    ["data:a", [{ data: "a" }]],
    ["data:  a", [{ data: " a" }]],
    ["data: a\ndata: b\n\ndata: c", [{ data: "a\nb" }, { data: "c" }]],
    ["data: a\r\rdata: b\r\n\r\ndata: c", [{ data: "a" }, { data: "b" }, { data: "c" }]],
    ["data", [{ data: "" }]],
    ["data: a: b", [{ data: "a: b" }]],
    ["event: x\nid: 1\nretry: 20\ndata: a", [{ event: "x", id: "1", retry: 20, data: "a" }]],
    ["event: x", [{ event: "x" }]],
    ["retry: 2s\ndata: a", [{ data: "a" }]],
    ["id: a\0b\ndata: a", [{ data: "a" }]],
    ["data: a\n\r\ndata: b\r\n\ndata: c", [{ data: "a" }, { data: "b" }, { data: "c" }]],
    ["id: 1", []],
    ["retry: 20", []],
    ["data: a\n\ndata: [DONE]\n\n", [{ data: "a" }]],
    ["event: done\ndata: [DONE]", []],
    [": comment", []],
    ["other: a", []],
    ["Data: a", []],
    ["", []],
  ])("%j are %j", (text, events) => expect(readEvents(text, false)).toEqual(events));

  it("that were cut lack the last", () => {
    expect(readEvents("data: a\n\ndata: b", true)).toEqual([{ data: "a" }]);
    expect(readEvents("data: a", true)).toEqual([]);
    expect(readEvents("data: a\n\n", true)).toEqual([{ data: "a" }]);
  });
});

it.each<[string, string | null, boolean]>([
  ["data: a\n\nda", "text/event-stream", true],
  ["data: a\n", "text/event-stream", false],
  ["{}\n{", "application/x-ndjson", true],
  ["{", "application/x-ndjson", false],
  ["{}\n{", "application/json", true],
  ["{\n", "application/json", false],
  ["{}\n{", "text/plain", false],
  ["{}\n{", null, false],
])("%j of %s holds whole records: %s", (text, type, holds) =>
  expect(holdsRecords(new TextEncoder().encode(text), type)).toBe(holds),
);
