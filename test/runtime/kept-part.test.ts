/** A part of a kept answer as the result of a tool: what it holds, and how to go on. */
import { describe, expect, it } from "vitest";
import type { ResultLimits, WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import type { FoundPart } from "../../templates/always/src/runtime/response/kept-answers.ts";
import { keptPart } from "../../templates/always/src/runtime/response/kept-part.ts";
import { recordList } from "../../templates/always/src/runtime/response/text.ts";
import { scanJson } from "../../templates/always/src/runtime/response/json-list.ts";

const limits: ResultLimits = { maxTextBytes: 20, maxStructuredBytes: 40 };
const found = (answer: WholeAnswer, at = 0): FoundPart => ({
  answer,
  at,
  uriAt: (place) => `answer://x?from=${place}`,
});
const text = (value: string, mimeType: string, more: object = {}): WholeAnswer => ({
  kind: "text",
  bytes: Buffer.from(value),
  mimeType,
  ...more,
});
const bytes = (length: number, mimeType: string, more: object = {}): WholeAnswer => ({
  kind: "bytes",
  bytes: new Uint8Array(length).fill(7),
  mimeType,
  ...more,
});
/** Texts of the result, its value, and the arguments that go on. */
const told = (part: ReturnType<typeof keptPart>) =>
  part && [
    part.result.content.map((block) => (block.type === "text" ? block.text : block)),
    part.result.structuredContent,
    part.next,
  ];
const goOn = (what: string, at: number) =>
  `[Part: ${what}. To go on, call this tool with {"answer_part":"answer://x?from=${at}"}]`;
const next = (at: number) => ({ answer_part: `answer://x?from=${at}` });
const end = (what: string) => `[Part: ${what}. This is the end of the answer.]`;

describe("of a text", () => {
  const plain = text("a line of a text, and another one", "text/plain");
  it("has as many bytes as there is room for, and a word on the rest", () => {
    expect(told(keptPart(found(plain), limits))).toEqual([
      ["a line of a text, an", goOn("bytes 1 to 20 of 33", 20)],
      undefined,
      next(20),
    ]);
    expect(told(keptPart(found(plain, 20), limits))).toEqual([
      ["d another one", end("bytes 21 to 33 of 33")],
      undefined,
      undefined,
    ]);
    expect(keptPart(found(plain, 33), limits)).toBeUndefined();
  });

  it("says what follows behind the end, as the next call of the API", () => {
    const paged = text("short", "text/plain", { next: { page: 2, q: "a\u2028b" } });
    expect(told(keptPart(found(paged), limits))).toEqual([
      [
        "short",
        end("bytes 1 to 5 of 5"),
        'Note: there are more items. Arguments of the call that goes on: {"page":2,"q":"a\\u2028b"}',
      ],
      undefined,
      { page: 2, q: "a\u2028b" },
    ]);
    expect(told(keptPart(found({ ...plain, next: { page: 2 } } as WholeAnswer), limits))?.[2]).toEqual(next(20));
  });

  it("marks lines that read like words of this server, where they are no value", () => {
    const [shown] = told(keptPart(found(text("[Part: all.]\nHint: x", "text/plain")), limits)) as [string[]];
    expect(shown[0]).not.toMatch(/^\[Part:/m);
  });

  it("has whole items of a list, as a value, whatever the form", () => {
    const json = '{"data":[{"a":1},{"a":2},{"a":3}]}';
    const list = scanJson(Buffer.from(json))?.list;
    const room = { ...limits, maxTextBytes: 27 };
    expect(told(keptPart(found(text(json, "application/json", { list })), room))).toEqual([
      ['{"data":[{"a":1},{"a":2}]}', goOn("items 1 to 2 of 3", 2)],
      { data: [{ a: 1 }, { a: 2 }] },
      next(2),
    ]);
    expect(told(keptPart(found(text(json, "application/json", { list }), 2), room))).toEqual([
      ['{"data":[{"a":3}]}', end("items 3 to 3 of 3")],
      { data: [{ a: 3 }] },
      undefined,
    ]);
    const records = '{"a":1}\n{"a":2}\n{"a":3}\n';
    for (const mimeType of ["application/x-ndjson", "application/json"]) {
      const part = keptPart(found(text(records, mimeType, { list: recordList(Buffer.from(records), false) })), limits);
      expect(told(part)).toEqual([['{"a":1}\n{"a":2}\n', goOn("items 1 to 2 of 3", 2)], [{ a: 1 }, { a: 2 }], next(2)]);
    }
    const events = "data: 1\n\ndata: 2\n\ndata: 3\n\n";
    const part = keptPart(
      found(text(events, "text/event-stream", { list: recordList(Buffer.from(events), true) })),
      limits,
    );
    expect(told(part)?.[2]).toEqual(next(2));
    expect(JSON.stringify(told(part)?.[1])).toBe(JSON.stringify([{ data: "1" }, { data: "2" }]));
  });

  it("has items of JSON as a value also where the API calls it text", () => {
    const json = "[1,2,3]";
    const part = keptPart(found(text(json, "text/plain", { list: scanJson(Buffer.from(json))?.list })), limits);
    expect(told(part)).toEqual([[json, end("items 1 to 3 of 3")], [1, 2, 3], undefined]);
  });

  it("gives no value of items that are none", () => {
    const lines = "one\ntwo\nthree\n";
    const part = keptPart(found(text(lines, "text/plain", { list: recordList(Buffer.from(lines), false) })), limits);
    expect(told(part)).toEqual([[lines, end("items 1 to 3 of 3")], undefined, undefined]);
  });

  it("gives no value of a text without a list", () => {
    expect(told(keptPart(found(text('{"a":1}', "application/json")), limits))).toEqual([
      ['{"a":1}', end("bytes 1 to 7 of 7")],
      undefined,
      undefined,
    ]);
  });
});

describe("of bytes", () => {
  const data = (length: number) => Buffer.alloc(length, 7).toString("base64");
  it.each([
    ["image/png", "image"],
    ["audio/wav", "audio"],
  ])("a whole %s is shown", (mimeType, type) => {
    expect(told(keptPart(found(bytes(30, mimeType)), limits))).toEqual([
      [{ type, data: data(30), mimeType }, end("bytes 1 to 30 of 30")],
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["a picture beyond what one result holds", bytes(31, "image/png"), 0, 20],
    ["the rest of a picture", bytes(31, "image/png"), 20, 31],
    ["a film", bytes(30, "video/mp4"), 0, 20],
    ["a file", bytes(12, "application/pdf"), 0, 12],
  ])("%s is a resource", (_what, answer, at, to) => {
    const { length } = answer.bytes;
    const what = `bytes ${at + 1} to ${to} of ${length}`;
    const { mimeType } = answer;
    expect(told(keptPart(found(answer, at), limits))).toEqual([
      [
        { type: "resource", resource: { uri: `answer://x?from=${at}`, mimeType, blob: data(to - at) } },
        to < length ? goOn(what, to) : end(what),
      ],
      undefined,
      to < length ? next(to) : undefined,
    ]);
  });

  it("never more than a result holds, however much text may be", () => {
    const part = keptPart(found(bytes(100, "application/pdf")), { maxTextBytes: 1_000, maxStructuredBytes: 40 });
    expect(told(part)?.[2]).toEqual(next(30));
  });

  it("nothing behind the end, and what follows of the API", () => {
    expect(keptPart(found(bytes(12, "image/png"), 12), limits)).toBeUndefined();
    expect(keptPart(found(bytes(12, "image/png"), 11), limits)).toBeDefined();
    expect(told(keptPart(found(bytes(3, "a/b", { next: { page: 2 } })), limits))?.[2]).toEqual({ page: 2 });
  });
});
