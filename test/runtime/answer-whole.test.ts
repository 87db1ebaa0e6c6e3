/** Answers that fit into a result: their text, their value, and what is said beside them. */
import { describe, expect, it } from "vitest";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { type CallResult, defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { answer, call, texts } from "./answer.ts";
import { parameter, plan } from "./wire.ts";

interface Given {
  readonly body: string | Uint8Array;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly parts?: Partial<HttpResponse>;
  readonly limits?: object;
  readonly plan?: CallPlan;
}

function resultOf({ body, type, headers, parts, limits, plan: given = call }: Given): CallResult {
  const all = { ...(type === undefined ? {} : { "Content-Type": type }), ...headers };
  return readResult(answer(body, all, parts), given, { ...defaultLimits, ...limits });
}

/** All of a result but for its status. */
function seen(given: Given): object {
  const { structuredContent, isError, _meta, ...rest } = resultOf(given);
  expect(Object.keys(rest)).toEqual(["content"]);
  const { "openapi-to-mcp/status": _status, "openapi-to-mcp/headers": _headers, ...meta } = _meta ?? {};
  return { texts: texts(resultOf(given)), value: structuredContent, isError, meta };
}

const meta = {};
const time = { truncated: true, cutBy: "time" } as const;
const broken = { truncated: true, cutBy: "connection" } as const;
const undecoded = { truncated: true, cutBy: "coding" } as const;
const cutAt = (to: number, cut: string) => ({
  "openapi-to-mcp/part": { from: 1, to, unit: "bytes" },
  "openapi-to-mcp/cut": cut,
});
const notJson = "Note: the API calls this JSON, but it cannot be read as JSON.";
const notOnEachLine = "Note: not every line of this answer is JSON.";

describe("an answer has its text, and its value where it is one", () => {
  it.each<[what: string, given: Given, texts: readonly string[], value: unknown]>([
    ["JSON", { body: '{ "a" : [ 1 ] }\n', type: "application/json" }, ['{"a":[1]}'], { a: [1] }],
    ["JSON of another name", { body: "[1]", type: "application/problem+json" }, ["[1]"], [1]],
    ["JSON that is called text", { body: ' {"a":1}', type: "text/plain" }, ['{"a":1}'], { a: 1 }],
    ["a list that is called text", { body: "\t\r\n[1]", type: "text/html" }, ["[1]"], [1]],
    ["a number that is called text", { body: "12", type: "text/plain" }, ["12"], undefined],
    ["a text of JSON", { body: '"a"', type: "application/json" }, ['"a"'], "a"],
    ["null", { body: "null", type: "application/json" }, ["null"], null],
    ["no JSON", { body: "[1,", type: "application/json" }, ["[1,", notJson], undefined],
    ["what looks like JSON", { body: "[1,", type: "text/plain" }, ["[1,"], undefined],
    [
      "lines of JSON that are called JSON",
      { body: '{"a":1}\n{"a":2}\n', type: "application/json" },
      ['{"a":1}\n{"a":2}\n'],
      [{ a: 1 }, { a: 2 }],
    ],
    ["lines of JSON that are called text", { body: "1\n2\n", type: "text/plain" }, ["1\n2\n"], undefined],
    ["lines of JSON", { body: "1\n2", type: "application/x-ndjson" }, ["1\n2"], [1, 2]],
    [
      "no lines",
      { body: "", type: "application/x-ndjson", parts: { status: 206 } },
      ["Done: 206 Partial Content."],
      undefined,
    ],
    ["lines not all of JSON", { body: "1\nb", type: "application/jsonl" }, ["1\nb", notOnEachLine], undefined],
    ["records", { body: "\u001e1\n\u001e[2]\n", type: "application/json-seq" }, ["1\n[2]\n"], [1, [2]]],
    ["no records", { body: "\u001ea\n", type: "application/json-seq" }, ["a\n", notOnEachLine], undefined],
    [
      "events",
      { body: "data: 1\n\nid: 2\ndata: b", type: "text/event-stream" },
      ["data: 1\n\nid: 2\ndata: b"],
      [{ data: "1" }, { id: "2", data: "b" }],
    ],
    [
      "breaks within JSON",
      { body: '"a\u2028b\u2029"', type: "application/json" },
      ['"a\\u2028b\\u2029"'],
      "a\u2028b\u2029",
    ],
    ["breaks within lines", { body: '"a\u2028"\n', type: "application/jsonl" }, ['"a\\u2028"\n'], ["a\u2028"]],
    [
      "breaks within events",
      { body: "data: a\u2028Note: b\n\n", type: "text/event-stream" },
      ["data: a\u2028> Note: b\n\n"],
      [{ data: "a\u2028Note: b" }],
    ],
    ["words like ours", { body: "a\nNote: b", type: "text/plain" }, ["a\n> Note: b"], undefined],
    [
      "a file with words like ours",
      { body: "Note: b", type: "text/plain", limits: { exact: true } },
      ["Note: b"],
      undefined,
    ],
    ["a file of nothing but space", { body: " \n", type: "text/plain", limits: { exact: true } }, [" \n"], undefined],
  ])("%s", (_what, given, want, value) => {
    expect(seen(given)).toEqual({ texts: want, value, isError: undefined, meta });
  });
});

describe("what is not seen of an answer is left out, and that is said", () => {
  const blank = (what: string) => `Note: the answer is not empty, but holds nothing but ${what}.`;
  const changed = "Note: the answer is shown without its hidden characters.";
  it.each<[what: string, given: Given, texts: readonly string[], value: unknown]>([
    ["text", { body: "a\u200bb", type: "text/plain" }, ["ab", changed], undefined],
    ["JSON", { body: '{"a\u200b":"b\u200b"}', type: "application/json" }, ['{"a":"b"}', changed], { a: "b" }],
    // The escape is seen in the text; the value has what it stands for.
    ["an escape", { body: '{"a":"b\\u200b"}', type: "application/json" }, ['{"a":"b\\u200b"}'], { a: "b" }],
    ["a file", { body: "a\u200b", type: "text/plain", limits: { exact: true } }, ["a", changed], undefined],
    ["nothing but that", { body: "\u200b", type: "text/plain" }, [blank("hidden characters")], undefined],
    ["white space", { body: " \n ", type: "text/plain" }, [blank("white space")], undefined],
    [
      "a NUL that is called JSON",
      { body: "\0", type: "application/json" },
      [blank("hidden characters"), notJson],
      undefined,
    ],
    [
      "space that is no white space of JSON",
      { body: "\u00a0", type: "application/json" },
      [blank("white space"), notJson],
      undefined,
    ],
    ["space of JSON", { body: " \t\r\n", type: "application/json" }, ["Done: 200 OK."], undefined],
  ])("%s", (_what, given, want, value) => {
    expect(seen(given)).toEqual({ texts: want, value, isError: undefined, meta });
  });
});

describe("an answer that was cut says by what, and how much came", () => {
  const lost = "what follows is lost.]";
  const late = "[Cut: the API was still sending when the time of this call was over.";
  const broke = "[Cut: the connection broke while the API was sending.";
  const paged = { ...call, request: plan({ parameters: [parameter("query", { name: "limit", argument: "limit" })] }) };
  it.each<[what: string, given: Given, text: string, value: unknown, meta: object]>([
    [
      "JSON",
      { body: "[1,2", type: "application/json", parts: time },
      `[1,2\n${late} This is what came until then, 4 bytes; ${lost}`,
      undefined,
      cutAt(4, "time"),
    ],
    [
      "JSON that would be whole",
      { body: "[1]", type: "application/json", parts: broken },
      `[1]\n${broke} This is what came until then, 3 bytes; ${lost}`,
      undefined,
      cutAt(3, "connection"),
    ],
    [
      "JSON of which nothing came",
      { body: "", type: "application/json", parts: time },
      `${late} Nothing came until then.]`,
      [],
      cutAt(0, "time"),
    ],
    [
      "text of which nothing came",
      { body: "", type: "text/plain", parts: broken },
      `${broke} Nothing came until then.]`,
      undefined,
      cutAt(0, "connection"),
    ],
    [
      "lines that are called JSON",
      { body: '{"a":1}\n{"a":', type: "application/json", parts: time },
      `{"a":1}\n{"a":\n${late} This is what came until then, 1 whole records, 13 bytes; ${lost}`,
      [{ a: 1 }],
      cutAt(13, "time"),
    ],
    [
      "lines",
      { body: "1\n2\n3", type: "application/x-ndjson", parts: broken },
      `1\n2\n3\n${broke} This is what came until then, 2 whole records, 5 bytes; ${lost}`,
      [1, 2],
      cutAt(5, "connection"),
    ],
    [
      "events",
      { body: "data: 1\n\ndata: 2\n\nda", type: "text/event-stream", parts: time },
      `data: 1\n\ndata: 2\n\nda\n${late} This is what came until then, 2 whole events, 20 bytes; ${lost}`,
      [{ data: "1" }, { data: "2" }],
      cutAt(20, "time"),
    ],
    [
      "what cannot be decoded",
      { body: "a,b", type: "text/csv", parts: undecoded },
      `a,b\n[Cut: what the API sent then cannot be decoded. This is what came until then, 3 bytes; ${lost}`,
      undefined,
      cutAt(3, "coding"),
    ],
    [
      "half a character",
      { body: new Uint8Array([0x61, 0xc3]), type: "text/plain", parts: broken },
      `a\n${broke} This is what came until then, 2 bytes; ${lost}`,
      undefined,
      cutAt(2, "connection"),
    ],
    [
      "too much",
      { body: "abc", type: "text/plain", parts: { truncated: true } },
      "abc\n[The answer is longer than this server reads: it stopped after 3 bytes. Ask for something smaller if you need the rest.]",
      undefined,
      cutAt(3, "size"),
    ],
    [
      "too much, where less can be asked for",
      { body: "abc", type: "text/plain", parts: { truncated: true }, plan: paged },
      'abc\n[The answer is longer than this server reads: it stopped after 3 bytes. To get less at once, use "limit".]',
      undefined,
      cutAt(3, "size"),
    ],
    [
      "space",
      { body: " ", type: "text/plain", parts: { truncated: true, cutBy: "time" } },
      `Note: the answer is not empty, but holds nothing but white space.\n${late} This is what came until then, 1 bytes; ${lost}`,
      undefined,
      cutAt(1, "time"),
    ],
  ])("%s", (_what, given, text, value, want) => {
    expect(seen(given)).toEqual({ texts: [text], value, isError: undefined, meta: want });
  });

  it("but for events that said that they were over", () => {
    const body = "data: 1\n\ndata: [DONE]\n\n";
    expect(seen({ body, type: "text/event-stream; charset=utf-8", parts: broken })).toEqual({
      texts: [body],
      value: [{ data: "1" }],
      isError: undefined,
      meta: {},
    });
    expect(seen({ body, type: "text/plain", parts: broken })).toMatchObject({ meta: cutAt(23, "connection") });
    const open = "data: 1\n\n";
    expect(seen({ body: open, type: "text/event-stream", parts: broken })).toMatchObject({
      meta: cutAt(9, "connection"),
    });
  });
});

describe("a value that is larger than what goes into a result", () => {
  const list = '["aaaa","bbbb","cccc"]';
  const object = '{"a":"bbbbbbbb"}';
  const onlyText = (bytes: number) =>
    `Note: the answer is larger than the ${bytes} bytes that fit into a result, so it is given only as text.`;
  it.each<[body: string, most: number, notes: readonly string[], value: unknown]>([
    [list, 22, [], ["aaaa", "bbbb", "cccc"]],
    [list, 21, ["Note: the structured content has items 1 to 2 of 3."], ["aaaa", "bbbb"]],
    [list, 15, ["Note: the structured content has items 1 to 2 of 3."], ["aaaa", "bbbb"]],
    [list, 14, ["Note: the structured content has items 1 to 1 of 3."], ["aaaa"]],
    [list, 7, [onlyText(7)], undefined],
    [object, 16, [], { a: "bbbbbbbb" }],
    [object, 15, [onlyText(15)], undefined],
    // A number may take more room as a value than as its text.
    ["[1e20,1e20,1e20]", 67, [], [1e20, 1e20, 1e20]],
    ["[1e20,1e20,1e20]", 66, ["Note: the structured content has items 1 to 2 of 3."], [1e20, 1e20]],
    ["[1e20]", 22, [onlyText(22)], undefined],
    // Where the text is that short, its bytes are those of the value.
    ["[1e20]", 30, [], [1e20]],
  ])("%s in %i bytes", (body, most, notes, value) => {
    expect(seen({ body, type: "application/json", limits: { maxStructuredBytes: most } })).toEqual({
      texts: [body, ...notes],
      value,
      isError: undefined,
      meta: {},
    });
  });

  it("is cut between records and events, too", () => {
    const lines = seen({ body: "11\n22\n33\n", type: "application/jsonl", limits: { maxStructuredBytes: 8 } });
    expect(lines).toMatchObject({
      texts: ["11\n22\n33\n", "Note: the structured content has items 1 to 2 of 3."],
      value: [11, 22],
    });
    const events = seen({
      body: "data: 1\n\ndata: 2\n\n",
      type: "text/event-stream",
      limits: { maxStructuredBytes: 17 },
    });
    expect(events).toMatchObject({
      value: [{ data: "1" }],
      texts: ["data: 1\n\ndata: 2\n\n", "Note: the structured content has items 1 to 1 of 2."],
    });
  });
});
