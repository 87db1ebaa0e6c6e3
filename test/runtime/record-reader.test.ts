/** Records of a stream while it comes: the same as of the whole text, however it is cut into pieces. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { readJson } from "../../templates/always/src/runtime/response/json.ts";
import { recordReader } from "../../templates/always/src/runtime/response/record-reader.ts";
import {
  readEvents,
  readLines,
  readSequence,
  type StreamForm,
  streamForm,
} from "../../templates/always/src/runtime/response/records.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What is told of a text that comes in pieces of so many bytes. */
function told(form: StreamForm, text: string, size: number): readonly (readonly [string, string | undefined])[] {
  const found: (readonly [string, string | undefined])[] = [];
  const read = recordReader(form, ({ number, data, event }) => {
    expect(number).toBe(found.length + 1);
    found.push([new TextDecoder().decode(data), event]);
  });
  const bytes = utf8(text);
  for (let at = 0; at < bytes.length; at += size) {
    // What is handed over may be used again.
    const piece = bytes.slice(at, at + size);
    read(piece);
    piece.fill(0x21);
  }
  return found;
}

const sizes = [1, 2, 3, 5, 1_000];

describe.each(sizes)("in pieces of %i bytes", (size) => {
  it.each([
    "data: a\n\ndata: b\n\n",
    "data:a\r\n\r\ndata:b\r\n\r\n",
    "data: a\r\rdata: b\r\r",
    "data: a\n\r\ndata: b\r\n\ndata: c\r\n\r",
    "\ufeffdata: a\n\n",
    "event: x\ndata: a\ndata: b\ndata\n\n",
    "event: x\r\ndata: a\r\ndata: b\r\n\r\n",
    "event: x\rdata: a\rdata: b\r\r",
    "event: x\n\n: comment\n\nid: 1\n\nretry: 5\n\n",
    "data: grün 🙂\n\n",
    "data: a\n\ndata: [DONE]\n\n",
    "event: done\ndata: [DONE]\n\n",
    "database: a\ndata : b\n data: c\n\n",
    "data: a\n\ndata: not whole",
    "\n\n\ndata: a\n\n\n\n",
    "",
  ])("events are those of the whole: %j", (text) => {
    const events = readEvents(text.replace(/^\ufeff/, ""), true) as readonly Record<string, JsonValue>[];
    expect(told("events", text, size)).toEqual(events.map(({ data = "", event }) => [data, event]));
  });

  it.each([
    '{"a":1}\n{"b":2}\n',
    '{"a":1}\r\n\r\n \t\r\n{"b":2}\r\n',
    "1\n2\n3",
    "\u001e1\n\u001e2\n",
    "\u001e{\n}\n\u001e[1,\n\n2]\n",
    "\ufeff1\n2\n",
  ])("records are those of the whole: %j", (text) => {
    const records = readSequence(text.replace(/^\ufeff/, ""), true);
    const found = told("records", text, size).map(([data]) => readJson(data)?.value);
    expect(found).toEqual(records);
  });

  it.each<[string, number]>([
    ['{"a":1}\n{"b":2}\n', 2],
    ['{"a":1}\n{"b":2}\n{"c":3}\n', 3],
    ['{"a":1}\n', 0],
    ['{\n "a": 1,\n "b": 2\n}\n', 0],
    ['{"a":1}\n\n', 0],
  ])("lines that are called JSON: %j has %i", (text, count) => {
    const found = told("json", text, size).map(([data]) => readJson(data)?.value);
    expect(found).toHaveLength(count);
    if (count > 0) expect(found).toEqual(readLines(text, false));
  });
});

it("keeps 4 KiB of a record, however long it is", () => {
  const long = "x".repeat(100_000);
  for (const size of [1_000, 200_000]) {
    expect(told("events", `data: ${long}\n\ndata: b\n\n`, size)).toEqual([
      [long.slice(0, 4_090), undefined],
      ["b", undefined],
    ]);
    expect(told("events", `data: ${long}\ndata: ${long}\n\n`, size)[0]?.[0]).toHaveLength(4_095);
    expect(told("records", `"${long}"\n1\n`, size).map(([data]) => data.length)).toEqual([4_096, 1]);
  }
});

it.each<[string | null, StreamForm | undefined]>([
  ["text/event-stream; charset=utf-8", "events"],
  ["application/x-ndjson", "records"],
  ["application/jsonl", "records"],
  ["application/json-seq", "records"],
  ["application/geo+json-seq", "records"],
  ["application/json", "json"],
  ["application/vnd.api+json", "json"],
  ["text/plain", undefined],
  [null, undefined],
])("%s is a stream of %s", (type, form) => expect(streamForm(type)).toBe(form));
