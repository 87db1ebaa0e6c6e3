/** Answers that are longer than a result: which part is shown, what is said of it, and what is kept of them. */
import { describe, expect, it } from "vitest";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import type { WholeAnswer } from "../../templates/always/src/runtime/response/call-result.ts";
import { defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import { restText, shownPart, valueOf } from "../../templates/always/src/runtime/response/shown.ts";
import type { HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { answer, call, texts } from "./answer.ts";
import { parameter, plan } from "./wire.ts";

const paged: CallPlan = {
  ...call,
  request: plan({ parameters: [parameter("query", { name: "limit", argument: "limit" })] }),
};
const time = { truncated: true, cutBy: "time" } as const;
const smaller = "Ask for something smaller if you need the rest.";
const same = "The structured content has the same items.";
const noValue = "There is no structured content, which cannot be cut there.";

interface Asked {
  readonly limits?: object;
  readonly parts?: Partial<HttpResponse>;
  readonly plan?: CallPlan;
}

/** A result of at most so many bytes of text, and what was kept for it under the address `kept:…`. */
function cut(body: string, type: string, maxTextBytes: number, { limits, parts, plan: given = call }: Asked = {}) {
  const kept: WholeAnswer[] = [];
  const keep = (whole: WholeAnswer) => {
    kept.push(whole);
    return { uriAt: (at: number) => `kept:${at}`, written: Promise.resolve() };
  };
  const response = answer(body, type === "" ? {} : { "Content-Type": type }, parts);
  const result = readResult(response, given, { ...defaultLimits, maxTextBytes, keep, ...limits });
  const { structuredContent: value, _meta } = result;
  return {
    texts: texts(result),
    value,
    part: _meta?.["openapi-to-mcp/part"],
    kept: kept.map(({ bytes, ...rest }) => ({ ...rest, text: Buffer.from(bytes).toString() })),
  };
}
const unkept = { keep: undefined };
const go = (at: number) => `The rest can be read for some minutes, by this tool with {"answer_part":"kept:${at}"}`;

describe("a text", () => {
  const text = "abcdefghij";
  const first = "abcd\n[Cut: these are the first 4 of 10 bytes.";
  const part = { from: 1, to: 4, of: 10, unit: "bytes" };
  const kept = { kind: "text", mimeType: "text/plain", text };
  it("is cut, and its rest is kept", () => {
    const want = { value: undefined, part: { ...part, next: "kept:4" }, kept: [kept] };
    expect(cut(text, "text/plain", 4)).toEqual({ ...want, texts: [`${first} ${go(4)}]`] });
    expect(cut(text, "text/plain", 4, { plan: paged }).texts).toEqual([
      `${first} To get less at once, use "limit". ${go(4)}]`,
    ]);
    expect(cut(text, "text/plain", 4, { limits: { isLinked: true } }).texts).toEqual([
      `${first} The rest can be read for some minutes, beginning at kept:4 or by this tool with {"answer_part":"kept:4"}]`,
    ]);
    expect(cut(text, "", 4).kept).toEqual([kept]);
    expect(cut(text, "text/csv; header=present", 4).kept).toEqual([{ ...kept, mimeType: "text/csv" }]);
    expect(cut(text, "text/plain", 10)).toEqual({ texts: [text], value: undefined, part: undefined, kept: [] });
  });

  it("is cut where nothing is kept", () => {
    for (const keep of [undefined, () => undefined]) {
      const found = cut(text, "text/plain", 4, { limits: { keep } });
      expect(found).toEqual({ texts: [`${first} ${smaller}]`], value: undefined, part, kept: [] });
      const less = cut(text, "text/plain", 4, { limits: { keep }, plan: paged });
      expect(less.texts).toEqual([`${first} To get less at once, use "limit".]`]);
    }
  });

  it("of which too much came has no rest, one of which time was up has", () => {
    const long = cut(text, "text/plain", 4, { parts: { truncated: true } });
    expect(long.texts).toEqual([
      `${first} ${smaller}]\n[The answer is longer than this server reads: it stopped after 10 bytes. ${smaller}]`,
    ]);
    expect([long.kept, long.part]).toEqual([[], part]);
    const late = cut(text, "text/plain", 4, { parts: time });
    expect(late.texts).toEqual([
      `${first} ${go(4)}]\n[Cut: the API was still sending when the time of this call was over. This is what came until then, 10 bytes; what follows is lost.]`,
    ]);
    expect(late.kept).toEqual([{ ...kept, cut: "the API was still sending when the time of this call was over" }]);
  });

  it("of which a part has nothing to be seen says so", () => {
    expect(cut("    efgh", "text/plain", 4, { limits: unkept }).texts).toEqual([
      `[Cut: these are the first 4 of 8 bytes. ${smaller}]\nNote: this part is not empty, but holds nothing but white space.`,
    ]);
    expect(cut("a\u200bcdefgh", "text/plain", 4, { limits: unkept }).texts).toEqual([
      `a\n[Cut: these are the first 4 of 10 bytes. ${smaller}]\nNote: the answer is shown without its hidden characters.`,
    ]);
  });

  it("is cut by what it costs a model, too", () => {
    // Six letters are a token, a space belongs to the word behind it.
    const words = "aaaaaa bbbbbb cccccc";
    expect(cut(words, "text/plain", 100, { limits: { ...unkept, maxTokens: 2 } }).texts).toEqual([
      `aaaaaa bbbbbb \n[Cut: these are the first 14 of 20 bytes. ${smaller}]`,
    ]);
    expect(cut(words, "text/plain", 100, { limits: { ...unkept, maxTokens: 3 } }).texts).toEqual([words]);
  });
});

describe("a list", () => {
  it("is cut between items, and its value is of the same", () => {
    expect(cut("[1,2,3,4,5,6]", "application/json", 6)).toEqual({
      texts: ["[1,2]", `[Part: items 1 to 2 of 6, 5 of 13 bytes. ${same} ${go(2)}]`],
      value: [1, 2],
      part: { from: 1, to: 2, of: 6, unit: "items", next: "kept:2" },
      kept: [
        {
          kind: "text",
          mimeType: "application/json",
          list: { start: 1, ends: Uint32Array.of(2, 4, 6, 8, 10, 12), separator: 1 },
          text: "[1,2,3,4,5,6]",
        },
      ],
    });
  });

  it("is named where it stands within objects", () => {
    const body = '{"a\\"b":{"c":[1111111111,2222222222,3333333333]}}';
    expect(cut(body, "application/json", 40, { limits: unkept })).toMatchObject({
      texts: [
        '{"a\\"b":{"c":[1111111111,2222222222]}}',
        `[Part: items 1 to 2 of 3 of "a\\"b.c", 38 of 49 bytes. ${same} ${smaller}]`,
      ],
      value: { 'a"b': { c: [1111111111, 2222222222] } },
    });
    const long = `{"${"part-of-a-name-".repeat(8)}":[${"1,".repeat(99)}1]}`;
    expect(cut(long, "application/json", 300, { limits: unkept }).texts[1]).toMatch(
      new RegExp(`^\\[Part: items 1 to 87 of 100 of "(?:part-of-a-name-){6}part-of-a…", 300 of 326 bytes\\. `),
    );
  });

  it("is whole where it fits without its white space", () => {
    const found = cut("[ 1 , 2 ]", "application/json", 5);
    expect(found).toEqual({ texts: ["[1,2]"], value: [1, 2], part: undefined, kept: [] });
    expect(cut("[ 1 , 2 ]", "application/json", 4).texts[0]).toBe("[1]");
  });

  it("without what is not seen has a value without that", () => {
    const body = '["a\u200b","b\\u200b","cccc"]';
    expect(cut(body, "application/json", 20, { limits: unkept })).toMatchObject({
      texts: [
        '["a","b\\u200b"]',
        `[Part: items 1 to 2 of 3, 15 of 25 bytes. ${same} ${smaller}]`,
        "Note: the answer is shown without its hidden characters.",
      ],
      value: ["a", "b"],
    });
  });
});

describe("a stream", () => {
  it("is cut between lines", () => {
    const found = cut("1\n22\n333\n", "application/jsonl", 5);
    expect(found).toMatchObject({
      texts: ["1\n22\n", `[Part: items 1 to 2 of 3, 5 of 9 bytes. ${same} ${go(2)}]`],
      value: [1, 22],
    });
    expect(found.kept).toEqual([
      {
        kind: "text",
        mimeType: "application/jsonl",
        list: { start: 0, ends: Uint32Array.of(2, 5, 9), separator: 0 },
        text: "1\n22\n333\n",
      },
    ]);
    expect(cut("\u001e1\n\u001e22\n\u001e333\n", "application/json-seq", 5)).toMatchObject({
      texts: ["1\n22\n", `[Part: items 1 to 2 of 3, 5 of 9 bytes. ${same} ${go(2)}]`],
      value: [1, 22],
    });
  });

  it("is cut between events", () => {
    const found = cut("data: 1\n\ndata: 2\n\ndata: 3\n\n", "text/event-stream", 20);
    expect(found).toMatchObject({
      texts: ["data: 1\n\ndata: 2\n\n", `[Part: items 1 to 2 of 3, 18 of 27 bytes. ${same} ${go(2)}]`],
      value: [{ data: "1" }, { data: "2" }],
    });
  });

  it("that was cut itself is kept without what is not whole", () => {
    const lines = cut("1\n22\n333\n44", "application/jsonl", 5, { parts: { truncated: true } });
    const word = "this server reads no more of an answer";
    expect(lines.kept).toMatchObject([{ text: "1\n22\n333\n", cut: word }]);
    expect(lines.texts).toEqual([
      `1\n22\n\n[Part: items 1 to 2 of 3, 5 of 9 bytes. ${same} ${go(2)}]\n[The answer is longer than this server reads: it stopped after 11 bytes. ${smaller}]`,
    ]);
    const events = cut("data: 1\n\ndata: 2\n\nda", "text/event-stream", 10, { parts: time });
    expect(events.kept).toMatchObject([{ text: "data: 1\n\ndata: 2\n\n" }]);
    const called = cut("1\n22\n333\n44", "application/json", 5, { parts: time });
    expect(called).toMatchObject({ value: [1, 22], kept: [{ text: "1\n22\n333\n", mimeType: "application/json" }] });
  });

  it("of lines that are called JSON is one, too", () => {
    expect(cut("1\n22\n333\n", "application/json", 5)).toMatchObject({
      texts: ["1\n22\n", `[Part: items 1 to 2 of 3, 5 of 9 bytes. ${same} ${go(2)}]`],
      value: [1, 22],
    });
    expect(cut("1\n22\n333\n", "text/plain", 5)).toMatchObject({
      texts: [`1\n22\n\n[Cut: these are the first 5 of 9 bytes. ${go(5)}]`],
      value: undefined,
    });
  });

  it("whose lines are no JSON is shown as text, which is said", () => {
    const note = "Note: not every line of this answer is JSON.";
    expect(cut("a\nb\nc\n", "application/jsonl", 3, { limits: unkept })).toEqual({
      texts: [`a\nb\n[Cut: these are the first 3 of 6 bytes. ${smaller}]`, note],
      value: undefined,
      part: { from: 1, to: 3, of: 6, unit: "bytes" },
      kept: [],
    });
  });
});

describe("JSON that is cut within an item", () => {
  const object = '{"a":"bbbbbbbb"}';
  const list = '["aaaa","bbbb","cccc"]';
  const told = (body: string, first: number, words: string) =>
    `${body.slice(0, first)}\n[Cut: these are the first ${first} of ${body.length} bytes. ${words} ${smaller}]`;
  const whole = "The structured content is complete.";
  const onlyText = (most: number) =>
    `The answer is larger than the ${most} bytes that fit into a result, so it is given only as text.`;
  it.each<[body: string, limits: object, words: string, value: unknown]>([
    [object, {}, noValue, undefined],
    [object, { declared: false }, noValue, undefined],
    [object, { declared: true }, whole, { a: "bbbbbbbb" }],
    [object, { declared: true, maxStructuredBytes: 16 }, whole, { a: "bbbbbbbb" }],
    [object, { declared: true, maxStructuredBytes: 15 }, onlyText(15), undefined],
    [list, { declared: true, maxStructuredBytes: 22 }, whole, ["aaaa", "bbbb", "cccc"]],
    [
      list,
      { declared: true, maxStructuredBytes: 21 },
      "The structured content has items 1 to 2 of 3.",
      ["aaaa", "bbbb"],
    ],
    [
      list,
      { declared: true, maxStructuredBytes: 16 },
      "The structured content has items 1 to 2 of 3.",
      ["aaaa", "bbbb"],
    ],
    [list, { declared: true, maxStructuredBytes: 7 }, onlyText(7), undefined],
    ['{"a":"bbbb\\u200b"}', { declared: true }, whole, { a: "bbbb" }],
  ])("%s with %j", (body, limits, words, value) => {
    const found = cut(body, "application/json", 5, { limits: { ...unkept, ...limits } });
    expect(found).toEqual({
      texts: [told(body, 5, words)],
      value,
      part: { from: 1, to: 5, of: body.length, unit: "bytes" },
      kept: [],
    });
  });

  it("has a value of no more bytes than its text may have, where that costs a model too much", () => {
    const limits = { ...unkept, declared: true, maxTokens: 2 };
    expect(cut(object, "application/json", 15, { limits }).texts[0]).toContain(onlyText(15));
    expect(cut(object, "application/json", 16, { limits }).value).toEqual({ a: "bbbbbbbb" });
  });

  it("and is none is shown as text, which is said unless it was cut", () => {
    const note = "Note: the API calls this JSON, but it cannot be read as JSON.";
    const text = `[1,\n[Cut: these are the first 3 of 6 bytes. ${smaller}]`;
    expect(cut("[1,2,3", "application/json", 3, { limits: unkept }).texts).toEqual([text, note]);
    expect(cut("[1,2,3", "text/plain", 3, { limits: unkept }).texts).toEqual([text]);
    expect(cut("[1,2,3", "application/json", 3, { limits: unkept, parts: time }).texts).toHaveLength(1);
    expect(cut("[1,2,3]", "application/json", 3, { limits: unkept, parts: time }).value).toBeUndefined();
  });
});

it("the value of a text depends on its form", () => {
  expect([valueOf("1", "json"), valueOf("1\n2", "records"), valueOf("data: 1", "events")]).toEqual([
    1,
    [1, 2],
    [{ data: "1" }],
  ]);
  expect([valueOf("1\n2", "json"), valueOf("x", "records"), valueOf("1", "plain")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it("the rest is read by the tool, and by its address where clients know addresses", () => {
  expect(restText("kept:1", {})).toBe(', by this tool with {"answer_part":"kept:1"}');
  expect(restText("kept:1", { isLinked: true })).toBe(
    ', beginning at kept:1 or by this tool with {"answer_part":"kept:1"}',
  );
});

it("no part is shown of what is no value of its form", () => {
  const show = {
    response: answer("a\nb\n"),
    plan: call,
    limits: { ...defaultLimits, maxTextBytes: 2 },
    mimeType: "a/b",
  };
  const list = { start: 0, ends: Uint32Array.of(2, 4), separator: 0 };
  expect(shownPart(Buffer.from("a\nb\n"), "records", list, show)).toBeUndefined();
});
