/** JSON and sequences of JSON: the exact text, and a value without lost digits. */
import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../templates/always/src/runtime/http-message.ts";
import type { JsonValue } from "../../templates/always/src/runtime/model.ts";
import { answer, json, read, texts } from "./answer.ts";

describe("JSON", () => {
  const rows: readonly (readonly [title: string, response: HttpResponse, text: string, value: JsonValue])[] = [
    ["an object", json('{"a":1}'), '{"a":1}', { a: 1 }],
    ["an array", json("[1,2]"), "[1,2]", [1, 2]],
    ["a text", json('"x"'), '"x"', "x"],
    ["a number", json("5"), "5", 5],
    ["null", json("null"), "null", null],
    ["false", json("false"), "false", false],
    ["white space between tokens goes", json('{\r\n  "a b" : [ 1 ,\t2 ]\n}\n'), '{"a b":[1,2]}', { "a b": [1, 2] }],
    ["white space in strings stays", json('{"a": "x  \\" : y"}'), '{"a":"x  \\" : y"}', { a: 'x  " : y' }],
    ["a byte order mark goes", json("\ufeff[1]"), "[1]", [1]],
    ["a structured suffix", answer("{}", { "Content-Type": "application/vnd.api+json; charset=utf-8" }), "{}", {}],
    ["text/json", answer("5", { "Content-Type": "text/json" }), "5", 5],
    ["upper case", answer("5", { "Content-Type": "Application/JSON" }), "5", 5],
    ["called text/plain", answer('{"a":1}', { "Content-Type": "text/plain" }), '{"a":1}', { a: 1 }],
    ["called text/html", answer(' [{"a":1}]', { "Content-Type": "text/html; charset=utf-8" }), '[{"a":1}]', [{ a: 1 }]],
    [
      "called application/octet-stream",
      answer('{"a":1}', { "Content-Type": "application/octet-stream" }),
      '{"a":1}',
      { a: 1 },
    ],
    ["called nothing", answer('{"a":1}'), '{"a":1}', { a: 1 }],
    [
      "UTF-16 with a mark",
      answer(Buffer.from('\ufeff{"a":"ü"}', "utf16le"), { "Content-Type": "application/json" }),
      '{"a":"ü"}',
      { a: "ü" },
    ],
    [
      "Latin-1 by charset",
      answer(Buffer.from('{"a":"ü"}', "latin1"), { "Content-Type": "application/json; charset=ISO-8859-1" }),
      '{"a":"ü"}',
      { a: "ü" },
    ],
    [
      "a big integer keeps its digits",
      json('{"id":9007199254740993}'),
      '{"id":9007199254740993}',
      { id: "9007199254740993" },
    ],
    ["a negative one", json("[-9223372036854775808]"), "[-9223372036854775808]", ["-9223372036854775808"]],
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
    [
      "long fractions stay numbers",
      json("[0.12345678901234567890]"),
      "[0.12345678901234567890]",
      [0.12345678901234568],
    ],
    ["beyond any double", json("[1e400,-1E+999]"), "[1e400,-1E+999]", ["1e400", "-1E+999"]],
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
    ["invalid", '{"a":'],
    ["NaN", '{"a":NaN}'],
    ["two texts", "{}{}"],
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
  const rows: readonly (readonly [title: string, type: string, body: string, value: JsonValue | undefined])[] = [
    [
      "JSON lines",
      "application/jsonl",
      '{"a":1}\n{"a":12345678901234567890}\n',
      [{ a: 1 }, { a: "12345678901234567890" }],
    ],
    ["NDJSON with blank lines", "application/x-ndjson", '1\r\n\r\n"x"', [1, "x"]],
    ["JSON text sequence (RFC 7464)", "application/json-seq", '\u001e{\n"a":1}\n\u001e2\n', [{ a: 1 }, 2]],
    ["not JSON", "application/x-ndjson", "1\nx\n", undefined],
    [
      "events (§4.8.14.4)",
      "text/event-stream",
      'event: addString\ndata: This data is formatted\ndata: across two lines\nretry: 5\n\nevent: addInt64\ndata: 1234\nunknownField: this is ignored\n\n: This is a comment\nevent: addJSON\ndata: {"foo": 42}\n\n',
      [
        { event: "addString", data: "This data is formatted\nacross two lines", retry: 5 },
        { event: "addInt64", data: "1234" },
        { event: "addJSON", data: '{"foo": 42}' },
      ],
    ],
    [
      "events with other line ends",
      "text/event-stream; charset=utf-8",
      "\ufeffid:1\r\ndata:x\r\rdata\n\n:ping\n\ndata: last",
      [{ id: "1", data: "x" }, { data: "" }, { data: "last" }],
    ],
  ];
  it.each(rows.map((row) => [row[0], row] as const))("%s", (_title, [, type, body, value]) => {
    const result = read(answer(body, { "Content-Type": type }));
    expect(result.structuredContent).toEqual(value);
    if (value === undefined) expect(texts(result)[1]).toBe("Note: not every line of this answer is JSON.");
    else expect(result.content).toHaveLength(1);
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
