/** JSON and sequences of JSON: the exact text, and a value without lost digits. */
import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { answer, json, read, texts } from "./answer.ts";

describe("JSON", () => {
  const rows: readonly (readonly [title: string, response: HttpResponse, text: string, value: JsonValue])[] = [
    ["white space in strings stays", json('{"a": "x  \\" : y"}'), '{"a":"x  \\" : y"}', { a: 'x  " : y' }],
    ["a byte order mark goes", json("\ufeff[1]"), "[1]", [1]],
    [
      "UTF-16 with a mark",
      answer(Buffer.from('\ufeff{"a":"ü"}', "utf16le"), { "Content-Type": "application/json" }),
      '{"a":"ü"}',
      { a: "ü" },
    ],
    [
      "the last safe one stays a number",
      json("[9007199254740991,1234567890123456]"),
      "[9007199254740991,1234567890123456]",
      [9007199254740991, 1234567890123456],
    ],
    [
      "digits in strings and keys are left alone",
      json('{"12345678901234567890":"x 12345678901234567890 \\\\"}'),
      '{"12345678901234567890":"x 12345678901234567890 \\\\"}',
      { "12345678901234567890": "x 12345678901234567890 \\" },
    ],
    ["large but held", json("[1e300]"), "[1e300]", [1e300]],
    [
      "numbers before anything",
      json("[12345678901234567890 , 1]"),
      "[12345678901234567890,1]",
      ["12345678901234567890", 1],
    ],
  ];
  it.each(rows.map((row) => [row[0], row] as const))("%s", (_title, [, response, text, value]) => {
    const result = read(response);
    expect(texts(result)).toEqual([text]);
    expect(result.structuredContent).toEqual(value);
    expect(result.isError).toBeUndefined();
    expect(Object.hasOwn(result, "structuredContent")).toBe(true);
  });

  it("keeps __proto__ as a key", () => {
    const result = read(json('{"__proto__":{"a":12345678901234567890}}'));
    expect(JSON.stringify(result.structuredContent)).toBe('{"__proto__":{"a":"12345678901234567890"}}');
  });

  it.each([
    ["a nest beyond use", "[".repeat(501) + "]".repeat(501)],
    ["a nest beyond the stack", "[".repeat(100_000) + "]".repeat(100_000)],
  ])("%s is text with a note", (_title, body) => {
    const result = read(json(body), { maxTextBytes: 1_000_000 });
    expect(texts(result)).toEqual([body, "Note: the API calls this JSON, but it cannot be read as JSON."]);
    expect(Object.hasOwn(result, "structuredContent")).toBe(false);
  });

  it("500 levels are read", () => {
    expect(read(json("[".repeat(500) + "]".repeat(500))).structuredContent).toBeDefined();
  });

  it("cut short by the server it is text, and says so", () => {
    const result = read(json('{"a":[1,2', { truncated: true }));
    expect(texts(result)).toEqual([
      '{"a":[1,2\n[The answer is longer than this server reads: it stopped after 9 bytes. Ask for something smaller if you need the rest.]',
    ]);
    expect(Object.hasOwn(result, "structuredContent")).toBe(false);
  });

  it("too large as a value it is text only", () => {
    const result = read(json('{"a":"xxxxxxxxxx"}'), { maxStructuredBytes: 17 });
    expect(texts(result)).toEqual([
      '{"a":"xxxxxxxxxx"}',
      "Note: the answer is larger than the 17 bytes that fit into a result, so it is given only as text.",
    ]);
    expect(Object.hasOwn(result, "structuredContent")).toBe(false);
    expect(read(json('{"a":"xxxxxxxxxx"}'), { maxStructuredBytes: 18 }).structuredContent).toEqual({ a: "xxxxxxxxxx" });
  });
});

describe("sequences", () => {
  it("events end in many ways, and may begin with a mark", () => {
    const body = "\ufeffid:1\r\ndata:x\r\rdata\n\n:ping\n\ndata: last";
    const { structuredContent } = read(answer(body, { "Content-Type": "text/event-stream; charset=utf-8" }));
    expect(structuredContent).toEqual([{ id: "1", data: "x" }, { data: "" }, { data: "last" }]);
  });

  it("of a truncated answer the unfinished last item is dropped", () => {
    const truncated = { truncated: true };
    expect(read(answer('1\n2\n{"a', { "Content-Type": "application/jsonl" }, truncated)).structuredContent).toEqual([
      1, 2,
    ]);
    expect(
      read(answer("data: 1\n\ndata: 2", { "Content-Type": "text/event-stream" }, truncated)).structuredContent,
    ).toEqual([{ data: "1" }]);
  });
});
