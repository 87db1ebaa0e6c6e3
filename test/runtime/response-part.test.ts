/** Answers that do not fit: which part is given, that it is still what it was, and where the rest is. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { uriTemplate } from "../../templates/always/src/runtime/request/uri-template.ts";
import { KeptAnswers, partTemplate } from "../../templates/always/src/runtime/response/kept-answers.js";
import type { CallPlan, JsonValue } from "../../templates/always/src/runtime/data/model.js";
import { type TextForm, textPart, wholeText } from "../../templates/always/src/runtime/response/part.js";
import { defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.js";
import { readJson } from "../../templates/always/src/runtime/response/json.js";
import { scanJson } from "../../templates/always/src/runtime/response/json-list.js";
import { recordList } from "../../templates/always/src/runtime/response/text.js";
import { answer, call, json, read, texts } from "./answer.js";
import { parameter, plan } from "./wire.js";

const answerTemplate = uriTemplate(partTemplate);

describe("the list of a text", () => {
  const itemsOf = (text: string): unknown => {
    const list = scanJson(Buffer.from(text))?.list;
    return (
      list && [
        list.property,
        [...list.ends].map((end, index) => text.slice(index === 0 ? list.start : (list.ends[index - 1] ?? 0) + 1, end)),
      ]
    );
  };
  it.each<[string, unknown]>([
    ['[1,[2,3],{"a":[4]}]', [undefined, ["1", "[2,3]", '{"a":[4]}']]],
    ["[]", [undefined, []]],
    ['["a,b","]","\\""]', [undefined, ['"a,b"', '"]"', '"\\""']]],
    ['{"a":1,"data":[1,2,3],"b":{"c":[1]}}', ["data", ["1", "2", "3"]]],
    ['{"a":1,"data":[1,2],"b":{"c":[1,2,3,[4],5]}}', ["b.c", ["1", "2", "3", "[4]", "5"]]],
    ['{"a":{"b":{"c":{"d":[1,{"e":[2]}]}}}}', ["a.b.c.d", ["1", '{"e":[2]}']]],
    ['{"a":{"b":{"c":{"d":{"e":[1]}}}}}', undefined],
    ['{"x":[1],"longer":["aaaa","b"]}', ["longer", ['"aaaa"', '"b"']]],
    ['{"a\\"[":["]"]}', ['a"[', ['"]"']]],
    ['{"__proto__":[1,2]}', ["__proto__", ["1", "2"]]],
    ['{"x":{"y":1},"a":{"z":{},"b":[1]}}', ["a.b", ["1"]]],
    ['"[1,2]"', undefined],
    ["5", undefined],
  ])("%s", (text, want) => expect(itemsOf(text)).toEqual(want));

  it("of records", () => {
    const endsOf = (text: string, isEvents: boolean) => [...recordList(Buffer.from(text), isEvents).ends];
    expect(endsOf("a\nb\r\nc", false)).toEqual([2, 5, 6]);
    expect(endsOf("data: 1\n\ndata: 2\n\n", true)).toEqual([9, 18]);
    expect(endsOf("data: 1\r\n\r\ndata: 2\r\rdata: 3", true)).toEqual([11, 20, 27]);
  });
});

const wholeOf = (text: string, form: TextForm, maxBytes: number) => {
  const bytes = Buffer.from(text);
  const list =
    form === "json" ? scanJson(bytes)?.list : form === "plain" ? undefined : recordList(bytes, form === "events");
  return wholeText(bytes, list, "", maxBytes);
};

describe("parts of a text", () => {
  const partsOf = (text: string, form: "json" | "records" | "plain", maxBytes: number): readonly string[] => {
    const whole = wholeOf(text, form, maxBytes);
    const parts: string[] = [];
    for (let at: number | undefined = 0; at !== undefined;) {
      const part = textPart(whole, at, maxBytes);
      if (part === undefined) break;
      expect(Buffer.byteLength(part.text)).toBeLessThanOrEqual(maxBytes);
      parts.push(part.text);
      at = part.next;
    }
    return parts;
  };

  it.each<[string, "json" | "records" | "plain", number, readonly string[]]>([
    ["[1,2,3,4]", "json", 5, ["[1,2]", "[3,4]"]],
    ["[1,2,3,4]", "json", 7, ["[1,2,3]", "[4]"]],
    ['{"n":[],"d":["aaaaaa","bbbbbb","ü"]}', "json", 30, ['{"n":[],"d":["aaaaaa"]}', '{"n":[],"d":["bbbbbb","ü"]}']],
    ["1\n22\n3\n", "records", 5, ["1\n22\n", "3\n"]],
    ["aüb", "plain", 2, ["a", "ü", "b"]],
    ["😀😀", "plain", 4, ["😀", "😀"]],
    ["", "plain", 4, [""]],
    // One item is larger than a part: all of it is cut as text.
    ["[1,222222]", "json", 5, ["[1,22", "2222]"]],
  ])("%s as %s of %i bytes", (text, form, maxBytes, want) => {
    expect(partsOf(text, form, maxBytes)).toEqual(want);
  });

  it("begin nowhere behind the end", () => {
    expect(textPart(wholeOf("[1,2,3,4]", "json", 5), 4, 5)).toBeUndefined();
    expect(textPart(wholeOf("abc", "plain", 5), 3, 5)).toBeUndefined();
  });
});

const pets = (count: number): { data: { id: number }[]; next: string } => ({
  data: Array.from({ length: count }, (_, id) => ({ id })),
  next: "c2",
});
const paged: CallPlan = {
  ...call,
  request: plan({ parameters: [parameter("query", { name: "limit", argument: "limit" })] }),
};

describe("a list that is too long", () => {
  it("is given in whole items, with what is left and how to get less", () => {
    const text = JSON.stringify(pets(20));
    const result = readResult(json(text), paged, { ...defaultLimits, maxTextBytes: 60 });
    const [first = "", note] = texts(result);
    expect(JSON.parse(first)).toEqual({ ...pets(4), next: "c2" });
    expect(note).toBe(
      `[Part: items 1 to 4 of 20 of "data", ${first.length} of ${text.length} bytes. The structured content has the same items. To get less at once, use "limit".]`,
    );
    expect(result.structuredContent).toEqual({ ...pets(4), next: "c2" });
    expect(result._meta).toMatchObject({ "openapi-to-mcp/part": { from: 1, to: 4, of: 20, unit: "items" } });
  });

  it("has as many items in the structured content as fit", () => {
    const result = readResult(json(JSON.stringify(pets(20))), paged, { ...defaultLimits, maxStructuredBytes: 100 });
    const value = result.structuredContent as ReturnType<typeof pets>;
    expect(value).toEqual(pets(value.data.length));
    expect(JSON.stringify(value).length).toBeLessThanOrEqual(100);
    expect(texts(result)[1]).toBe(`Note: the structured content has items 1 to ${value.data.length} of 20.`);
  });

  it("counts the bytes of the value, which can be more than those of its text", () => {
    const text = `[${Array.from({ length: 50 }, () => "1e20").join(",")}]`;
    const value = read(json(text), { maxStructuredBytes: 300 }).structuredContent as JsonValue[];
    expect(value.length).toBeGreaterThan(0);
    expect(JSON.stringify(value).length).toBeLessThanOrEqual(300);
  });

  it("names fields of a body that ask for less", () => {
    const search: CallPlan = {
      ...call,
      request: plan({ body: { required: true, fields: [{ argument: "page_size", name: "pageSize" }], contents: [] } }),
    };
    const [, note] = texts(readResult(json("[1,2,3,4,5,6]"), search, { ...defaultLimits, maxTextBytes: 5 }));
    expect(note).toContain('To get less at once, use "page_size".');
  });

  it("of lines is cut between lines", () => {
    const lines = answer('{"a":1}\n{"a":2}\n', { "Content-Type": "application/x-ndjson" });
    const result = read(lines, { maxTextBytes: 10 });
    expect(texts(result)[0]).toBe('{"a":1}\n');
    expect(result.structuredContent).toEqual([{ a: 1 }]);
  });

  it.each<[string, string, string, unknown]>([
    ["lines with empty ones", "application/x-ndjson", '{"a":1}\n\n{"a":2}\n{"a":3}\n', [{ a: 1 }]],
    ["records", "application/json-seq", '\u001e{"a":1}\n\u001e{"a":2}\n', [{ a: 1 }]],
    ["events", "text/event-stream", "data: 1\n\n: comment\n\ndata: 2\n\n", [{ data: "1" }]],
    ["JSON", "application/json", "[1, 2, 3, 4, 5, 6, 7, 8]", [1, 2, 3, 4, 5]],
  ])("has the same items in text and structured content: %s", (_name, mediaType, body, value) => {
    const result = read(answer(body, { "Content-Type": mediaType }), { maxTextBytes: 12 });
    expect(result.structuredContent).toEqual(value);
  });

  it("is found within objects, as many APIs wrap it", () => {
    const whole = { data: { items: Array.from({ length: 20 }, (_, id) => ({ id })), next: "c2" }, ok: true };
    const result = readResult(json(JSON.stringify(whole)), paged, { ...defaultLimits, maxTextBytes: 120 });
    const [first = "", note] = texts(result);
    const given = JSON.parse(first) as typeof whole;
    expect(given).toEqual({
      data: { items: whole.data.items.slice(0, given.data.items.length), next: "c2" },
      ok: true,
    });
    expect(given.data.items.length).toBeGreaterThan(2);
    expect(note).toContain(`items 1 to ${given.data.items.length} of 20 of "data.items"`);
    expect(result.structuredContent).toEqual(given);
    const fewer = readResult(json(JSON.stringify(whole)), paged, { ...defaultLimits, maxStructuredBytes: 100 });
    expect((fewer.structuredContent as typeof whole).data.next).toBe("c2");
  });

  it("that cannot be cut between items has no structured content, unless the tool declares some", () => {
    const text = JSON.stringify({ text: "x".repeat(100) });
    const plain = read(json(text), { maxTextBytes: 50 });
    expect(Object.hasOwn(plain, "structuredContent")).toBe(false);
    expect(texts(plain)[0]).toContain("There is no structured content, which cannot be cut there.");
    const declared = read(json(text), { maxTextBytes: 50, declared: true });
    expect(declared.structuredContent).toEqual(JSON.parse(text));
    expect(texts(declared)[0]).toContain("The structured content is complete.");
  });

  it.each<[string, string, string]>([
    ["a list", "application/json", JSON.stringify(pets(50_000))],
    ["a list with white space", "application/json", JSON.stringify(pets(50_000), null, 2)],
    ["lines", "application/x-ndjson", '{"a":1}\n'.repeat(50_000)],
    ["events", "text/event-stream", 'data: {"a":1}\n\n'.repeat(50_000)],
    ["one text", "application/json", JSON.stringify({ text: "x".repeat(900_000) })],
    ["no JSON", "application/json", `[${"1,".repeat(400_000)}]`],
    ["text", "text/plain", "word ".repeat(200_000)],
  ])("%s of a million bytes is read as text and value only where it is shown", (_name, type, body) => {
    const parse = vi.spyOn(JSON, "parse");
    const decode = vi.spyOn(TextDecoder.prototype, "decode");
    const toText = vi.spyOn(Buffer.prototype, "toString");
    try {
      const result = read(answer(body, { "Content-Type": type }));
      expect(Buffer.byteLength(texts(result)[0] ?? "")).toBeLessThanOrEqual(101 * 1024);
      const lengths = [
        ...parse.mock.calls.map(([text]) => text.length),
        ...decode.mock.results.map(({ value }) => (value as string).length),
        ...toText.mock.contexts.map((buffer) => (buffer as Buffer).length),
      ];
      expect(Math.max(...lengths)).toBeLessThanOrEqual(110 * 1024);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it.each([
    "[1,2,]",
    "[,1]",
    "{,}",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{1:2}",
    "[1 2]",
    "[01]",
    "[-]",
    "[1.]",
    "[.5]",
    "[1e]",
    "[+1]",
    "[tru]",
    "[nulll]",
    '["a',
    '["\\x"]',
    '["\\u00g0"]',
    '["\t"]',
    "[1]]",
    "[1}",
    "{]",
    "[1],",
    "[]x",
    "",
    " ",
    "\u00a0[1]",
    "[2026-01-01]",
    '[1,2.50,-0,1E+9,"\\u00fc\\n\\"",true,false,null,{"a":[]},[]]',
    ' {"a" : [ 1 , "b c" ] } ',
    "5",
    '"a"',
    "[".repeat(501) + "]".repeat(501),
    "[".repeat(500) + "]".repeat(500),
  ])("tells JSON from what is none as the language does, and keeps what it says: %j", (text) => {
    const scanned = scanJson(Buffer.from(text));
    const want = readJson(text);
    expect(scanned && Buffer.from(scanned.bytes).toString()).toBe(want?.compact);
  });

  it("of 5 MB takes as much as its text, in both", () => {
    const text = JSON.stringify(Array.from({ length: 50_000 }, (_, id) => ({ id, name: "x".repeat(80) })));
    const result = read(json(text));
    const shown = texts(result)[0] ?? "";
    expect(JSON.stringify(result.structuredContent)).toBe(shown);
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(100 * 1024);
  });
});

describe("the rest of an answer", () => {
  let answers: KeptAnswers;
  beforeEach(() => {
    vi.useFakeTimers();
    answers = new KeptAnswers({ partBytes: 6, perCaller: 2, bytesPerCaller: 40, bytes: 60, keptMs: 1_000 });
  });
  afterEach(() => vi.useRealTimers());

  const keep = (caller: string, text: string) =>
    answers.keep(caller, { kind: "text", bytes: Buffer.from(text), mimeType: "text/plain" })?.uriAt(0);
  const readAt = (uri: string | undefined, caller: string) => {
    const values = answerTemplate.match(uri ?? "");
    return values === undefined ? undefined : answers.read(values, caller);
  };
  const textOf = async (uri: string | undefined, caller: string): Promise<unknown> => {
    const [content] = (await readAt(uri, caller)) ?? [];
    return content !== undefined && "text" in content ? content.text : undefined;
  };

  it("is read part by part, each naming the next", async () => {
    const result = read(json("[1,2,3,4,5,6]"), {
      maxTextBytes: 6,
      isLinked: true,
      keep: (whole: Parameters<KeptAnswers["keep"]>[1]) => answers.keep("ann", whole),
    });
    const { next } = result._meta?.["openapi-to-mcp/part"] as { next: string };
    expect(texts(result)).toEqual([
      "[1,2]",
      `[Part: items 1 to 2 of 6, 5 of 13 bytes. The structured content has the same items. The rest can be read for some minutes, beginning at ${next} or by this tool with {"answer_part":"${next}"}]`,
    ]);
    const second = (await readAt(next, "ann")) ?? [];
    const third = answerTemplate.match(second[1]?.uri ?? "");
    expect(second).toEqual([
      { uri: next, mimeType: "application/json", text: "[3,4]" },
      {
        uri: expect.stringMatching(/^answer:\/\/[0-9a-f-]{36}\?from=4$/) as string,
        mimeType: "text/plain",
        text: `[Part: items 3 to 4 of 6. The next one is at ${second[1]?.uri}]`,
      },
    ]);
    expect(await answers.read(third ?? new Map(), "ann")).toEqual([
      { uri: second[1]?.uri, mimeType: "application/json", text: "[5,6]" },
    ]);
  });

  it("is kept also where the tool can be asked for less, and both are said", () => {
    const keep = (whole: Parameters<KeptAnswers["keep"]>[1]) => answers.keep("ann", whole);
    const result = readResult(json("[1,2,3,4,5,6]"), paged, { ...defaultLimits, maxTextBytes: 6, keep });
    expect(texts(result)[1]).toMatch(
      /To get less at once, use .*\. The rest can be read for some minutes, by this tool with {"answer_part":"answer:/,
    );
  });

  it("is nobody else's, and ends", async () => {
    const uri = keep("ann", "abcdefgh");
    expect(await textOf(uri, "ann")).toBe("abcdef");
    expect(await textOf(uri, "bob")).toBeUndefined();
    expect(await textOf(`${uri}?from=6`, "ann")).toBe("gh");
    for (const from of ["8", "-1", "x", "1e3", "9999999999999999999"])
      expect(await readAt(`${uri}?from=${from}`, "ann")).toBeUndefined();
    vi.advanceTimersByTime(1_001);
    expect(await textOf(uri, "ann")).toBeUndefined();
  });

  it("makes room: for the caller's newer ones, and for those of others", async () => {
    const first = keep("ann", "a");
    const second = keep("ann", "b");
    const third = keep("ann", "c");
    expect(await Promise.all([first, second, third].map((uri) => textOf(uri, "ann")))).toEqual([undefined, "b", "c"]);
    const large = keep("ann", "d".repeat(40));
    expect(await Promise.all([second, third, large].map((uri) => textOf(uri, "ann")))).toEqual([
      undefined,
      undefined,
      "dddddd",
    ]);
    const other = keep("bob", "e".repeat(40));
    expect([await textOf(large, "ann"), await textOf(other, "bob")]).toEqual([undefined, "eeeeee"]);
    expect(keep("ann", "f".repeat(41))).toBeUndefined();
    answers.close();
    expect(await textOf(other, "bob")).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("of bytes has them all, with type and size", async () => {
    const bytes = new Uint8Array([0, 255, 1, 2, 3, 4]);
    const result = read(answer(bytes, { "Content-Type": "application/zip" }), {
      maxStructuredBytes: 4,
      keep: (whole: Parameters<KeptAnswers["keep"]>[1]) => answers.keep("ann", whole),
    });
    const { next } = result._meta?.["openapi-to-mcp/part"] as { next: string };
    expect(texts(result)).toEqual([
      `Received 6 bytes of application/zip. That is more than fits into a result; it can be read for some minutes, by this tool with {"answer_part":"${next}"}`,
    ]);
    expect(await readAt(next, "ann")).toEqual([
      { uri: next, mimeType: "application/zip", blob: Buffer.from(bytes).toString("base64") },
    ]);
  });
});
