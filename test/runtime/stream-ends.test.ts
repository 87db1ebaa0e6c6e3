/** How a stream ends: whether what came before a cut is given, and whether its last record says that the API failed. */
import { describe, expect, it } from "vitest";
import {
  endsWithFailure,
  hasEndMark,
  holdsRecords,
  isWorthGiving,
} from "../../templates/always/src/runtime/response/records.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const plainUrl = "https://api.example.com/v1/events";

describe("what came of an answer before it was cut is given", () => {
  it.each<[string, string, string | null]>([
    ["an event that has ended", "data: 1\n\nda", "text/event-stream"],
    ["a line of JSON", '{"a":1}\n{"b', "application/x-ndjson"],
    ["a record behind a separator", '\u001e{"a":1}\n', "application/json-seq"],
    ["a line of JSON that is called JSON", '{"a":1}\n{"b', "application/json"],
    ["the same with parameters", '{"a":1}\n{"b', "Application/JSON; charset=utf-8"],
  ])("whatever cut it, where there is %s", (_what, text, type) => {
    for (const by of ["time", "connection"] as const) expect(isWorthGiving(bytes(text), type, by, plainUrl)).toBe(true);
  });

  it.each<[string, string, string | null]>([
    ["a stream of events of which none has come", "", "text/event-stream"],
    ["the start of the first event", "data: 1", "text/event-stream"],
    ["lines of which none has ended", '{"a', "application/jsonl"],
    ["plain text of whole lines, as a log that is followed", "started\nwork", "text/plain; charset=utf-8"],
  ])("only where time was up, where there is %s", (_what, text, type) => {
    expect(isWorthGiving(bytes(text), type, "time", plainUrl)).toBe(true);
    expect(isWorthGiving(bytes(text), type, "connection", plainUrl)).toBe(false);
  });

  it.each<[string, string, string | null]>([
    ["plain text without a whole line", "start", "text/plain"],
    ["a page", "<p>\n</p>\n", "text/html"],
    ["the first line of one JSON text of several", '{\n  "a": 1', "application/json"],
    ["text of a type that is not told", "a\nb\n", null],
    ["bytes", "a\nb", "application/octet-stream"],
  ])("never where there is %s", (_what, text, type) => {
    for (const by of ["time", "connection"] as const)
      expect(isWorthGiving(bytes(text), type, by, plainUrl)).toBe(false);
  });

  it.each([
    ["?watch=true", true],
    ["?a=b&watch=1", true],
    ["?Follow=TRUE&x=1", true],
    ["?stream=1#top", true],
    ["", false],
    ["?watch=false", false],
    ["?watch=10", false],
    ["?watching=true", false],
    ["?unwatch=true", false],
    ["/watch=true", false],
  ])("of JSON that is watched by %s and did not begin in time: %s", (query, is) => {
    expect(isWorthGiving(new Uint8Array(), "application/json", "time", `${plainUrl}${query}`)).toBe(is);
    expect(isWorthGiving(bytes(" "), "application/json", "time", `${plainUrl}${query}`)).toBe(false);
    expect(isWorthGiving(new Uint8Array(), "application/json", "connection", `${plainUrl}${query}`)).toBe(false);
  });
});

describe("a stream of events is whole", () => {
  it.each([
    ["data: [DONE]\n\n", true],
    ["data: 1\n\ndata:[DONE]\r\n\r\n", true],
    ["data: 1\rdata: [DONE]\r\r", true],
    [`data: ${"1".repeat(100)}\n\ndata: [DONE]\n\n`, true],
    ["data: [DONE]", false],
    ["data: [DONE]\n\ndata: 1\n\n", false],
    ["xdata: [DONE]\n\n", false],
    ["data: [DONE] \n\n", false],
    ["", false],
  ])("where it ended with its mark: %j %s", (text, is) => expect(hasEndMark(bytes(text))).toBe(is));
});

describe("the last record says that the API failed", () => {
  const ends = (text: string, essence: string, truncated = false): boolean =>
    endsWithFailure({ body: bytes(text), truncated }, essence);

  it.each([
    ["an event of that name", "data: 1\n\nevent: error\ndata: overloaded\n\n"],
    ["one whose name ends so", "event: response.error\ndata: {}\n\n"],
    ["one whose name ends so behind a line", "event: stream_error\ndata: {}\n\n"],
    ["one with a hyphen", "event: task-ERROR\ndata: {}\n\n"],
    ["an event without a name and an error in its data", 'data: {"error":{"message":"overloaded"}}\n\n'],
    ["one that is called a message", 'event: message\ndata: {"error":"overloaded","code":529}\n\n'],
  ])("of events: %s", (_what, text) => expect(ends(text, "text/event-stream")).toBe(true));

  it.each([
    ["an event of another name with an error in its data", 'event: log\ndata: {"error":{"message":"x"}}\n\n'],
    ["a name that only begins so", "event: errors\ndata: 1\n\n"],
    ["a name that has it within a word", "event: terror\ndata: 1\n\n"],
    ["an error that others followed", "event: error\ndata: 1\n\ndata: 2\n\n"],
    ["data that has such a field beside its own", 'data: {"error":"none","value":1}\n\n'],
    ["data that is no JSON", "data: error\n\n"],
    ["a name without data", "event: ping\n\n"],
    ["nothing", ""],
  ])("but not of events: %s", (_what, text) => expect(ends(text, "text/event-stream")).toBe(false));

  it("of events that were cut only where it is whole", () => {
    expect(ends("event: error\ndata: 1\n\n", "text/event-stream", true)).toBe(true);
    expect(ends("event: error\ndata: 1\n", "text/event-stream", true)).toBe(false);
  });

  it.each([
    ['{"a":1}\n{"error":"overloaded"}\n', "application/x-ndjson", true],
    ['{"a":1}\n{"error":"overloaded"}', "application/x-ndjson", true],
    ['{"error":"overloaded"}', "application/jsonl", true],
    ['{"a":1}\n{"error":{"message":"m"},"status":503,"request_id":"r"}\n \n', "application/x-ndjson", true],
    ['\u001e{"a":1}\n\u001e{"error":"overloaded",\n"code":1}\n', "application/json-seq", true],
    ['\u001e{"error":"x"}\n\u001e{"a":1}\n', "application/json-seq", false],
    ['{"error":"overloaded"}\n{"a":1}\n', "application/x-ndjson", false],
    ['{"a":1}\n{"error":""}\n', "application/x-ndjson", false],
    ['{"a":1}\n{"error":null}\n', "application/x-ndjson", false],
    ['{"a":1}\n{"error":5}\n', "application/x-ndjson", false],
    ['{"a":1}\n{"code":5,"message":"m"}\n', "application/x-ndjson", false],
    ['{"a":1}\n["error"]\n', "application/x-ndjson", false],
    ['{"a":1}\n{"Error":"x","Message":"y"}\n', "application/x-ndjson", false],
    ['{"a":1}\n{"error":"x","Message":"y","STATUS":1}\n', "application/x-ndjson", true],
    ['{"a":1}\n{"error":"x","messages":[]}\n', "application/x-ndjson", false],
    ['{"a":1}\n{"error":"x","my_code":1}\n', "application/x-ndjson", false],
    ["", "application/x-ndjson", false],
  ])("of lines: %j of %s: %s", (text, essence, is) => expect(ends(text, essence)).toBe(is));

  it("as watchers of Kubernetes are told that their watch is over", () => {
    const gone = '{"type":"ADDED","object":{}}\n{"type":"ERROR","object":{"kind":"Status","code":410},"extra":1}\n';
    expect(ends(gone, "application/json")).toBe(true);
    expect(ends(gone.replace("ERROR", "DELETED"), "application/json")).toBe(false);
    expect(ends('{"a":1}\n{"type":"ERROR","object":"x"}\n', "application/json")).toBe(false);
  });

  it.each([
    ['{"a":1}\n{"error":"x"}', false, true],
    // One text alone is the answer, and says itself what it is.
    ['{"error":"x"}', false, false],
    ['{"error":"x"}\n', false, false],
    // Where it was cut, its first line was a record.
    ['{"error":"x"}\n', true, true],
    ['{"error":"x"}', true, false],
    ['{\n"error":\n"x"}', false, false],
    ['[\n{"error":"x"}\n', true, false],
  ])("of JSON by lines: %j, cut %s: %s", (text, truncated, is) =>
    expect(ends(text, "application/json", truncated)).toBe(is),
  );

  it("but not of what is no stream", () => {
    expect(ends('{"a":1}\n{"error":"x"}\n', "text/plain")).toBe(false);
    expect(ends('{"a":1}\n{"error":"x"}\n', "")).toBe(false);
  });

  it("is found at the end of a long stream, of which the end alone is read", () => {
    const lines = '{"a":1}\n'.repeat(20_000);
    expect(ends(`${lines}{"error":"x"}\n`, "application/x-ndjson")).toBe(true);
    expect(ends(`${lines}{"error":"${"x".repeat(70_000)}"}\n`, "application/x-ndjson")).toBe(false);
    expect(ends(`{"a":1}\n{"error":"${"x".repeat(60_000)}"}\n`, "application/x-ndjson")).toBe(true);
  });
});

describe("how far is looked", () => {
  const mib = 1024 * 1024;
  it.each<[type: string, record: (length: number) => string]>([
    ["text/event-stream", (length) => `data: ${"x".repeat(length - 8)}\n\n`],
    ["application/json", (length) => `"${"x".repeat(length - 3)}"\n`],
    ["application/jsonl", (length) => `"${"x".repeat(length - 3)}"\n`],
  ])("for the first record of %s: 1 MiB", (type, record) => {
    expect(holdsRecords(bytes(record(mib)), type)).toBe(true);
    expect(holdsRecords(bytes(record(type === "application/jsonl" ? mib + 2 : mib + 1)), type)).toBe(false);
  });

  it("for the last record: 64 KiB", () => {
    const ends = (length: number) =>
      endsWithFailure(
        { body: bytes(`1\n{"error":"${"x".repeat(length - 12)}"}`), truncated: false },
        "application/x-ndjson",
      );
    expect([ends(65_536), ends(65_537)]).toEqual([true, false]);
  });

  it("for the mark of an end: 64 bytes", () => {
    const marked = (breaks: number) => hasEndMark(bytes(`data: 1\ndata: [DONE]${"\n".repeat(breaks)}`));
    expect([marked(52), marked(53)]).toEqual([true, false]);
  });
});
