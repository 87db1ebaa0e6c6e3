/** Rules of one line, at their edges. */
import { describe, expect, it } from "vitest";
import type { FindingIndex } from "../../templates/always/src/runtime/data/project.ts";
import { IndexVocabulary } from "../../templates/always/src/runtime/finding/vocabulary.ts";
import { overloadedReply } from "../../templates/always/src/runtime/mcp/json-rpc.ts";
import { beginsWithLine } from "../../templates/always/src/runtime/response/records.ts";
import { doubtOf } from "../../templates/always/src/runtime/upstream/server-url.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a text that may be one JSON text on each line", () => {
  it.each<[string, number, boolean]>([
    ["{}\n{}", 10, true],
    ["{}\n", 3, true],
    ["{}\n", 2, false],
    ["{\n}", 10, false],
    ["\n{}", 10, false],
    ["1\n", 10, true],
    ["{}", 10, false],
  ])("%j, of which %i bytes are looked at: %s", (text, most, is) => {
    expect(beginsWithLine(utf8(text), most)).toBe(is);
  });
});

describe("a request that there is no place for", () => {
  it("is answered as a tool's result to whoever calls one, of its era", () => {
    const request = { id: 7, method: "tools/call" };
    expect(overloadedReply(request, true)).toMatchObject({
      isResult: true,
      retryAfter: 1,
      answer: { jsonrpc: "2.0", id: 7, result: { isError: true } },
    });
    expect(overloadedReply(request, true).answer).not.toHaveProperty("result.resultType");
    expect(overloadedReply(request, false).answer).toMatchObject({ result: { resultType: "complete" } });
  });

  it("is answered as an error else", () => {
    expect(overloadedReply({ id: "a", method: "tools/list" }, false)).toEqual({
      isResult: false,
      retryAfter: 1,
      answer: {
        jsonrpc: "2.0",
        id: "a",
        error: {
          code: -32000,
          message: "This server is overloaded: try again in 1 s, with fewer calls at the same time",
        },
      },
    });
  });
});

describe("initials", () => {
  const index = { stems: ["pr", "ci"], initials: { pr: ["pull", "request"], ci: ["check"] }, apiStems: [] };
  const vocabulary = new IndexVocabulary(
    index as unknown as FindingIndex,
    new Map([
      ["pr", 0],
      ["ci", 1],
    ]),
    Float64Array.of(3.6, 3.5),
    new Set(),
  );

  it.each([
    ["pr", ["pull", "request"]],
    ["ci", []],
    ["xy", []],
    ["constructor", []],
  ])("%s stand for %j", (letters, words) => expect(vocabulary.initials(letters)).toEqual(words));
});

describe("words that are spelled almost alike", () => {
  const stems = ["repositori", "issu", "pet", "sub", "deployment"];
  const index = { stems, initials: {}, apiStems: [] } as unknown as FindingIndex;
  const vocabulary = new IndexVocabulary(index, new Map(), new Float64Array(), new Set());

  it.each<[string, readonly (readonly [string, number])[]]>([
    ["repo", [["repositori", 0.6]]],
    ["rep", []],
    ["repositroi", [["repositori", 0.6]]],
    ["reposittoris", [["repositori", 0.6]]],
    ["issuing", [["issu", 0.48]]],
    ["issuex", []],
    ["ment", []],
    ["yment", [["deployment", 0.6]]],
    ["petx", []],
  ])("%s: %j", (stem, near) => expect([...vocabulary.near(stem)]).toEqual(near));
});

describe("a URL that may reach nobody who is meant", () => {
  it.each<[string, string | undefined]>([
    ["https://api.example.com", "a name that is reserved for examples"],
    ["https://API.EXAMPLE.COM/v1", "a name that is reserved for examples"],
    ["http://localhost:8080", "this machine"],
    ["http://127.0.0.1", "this machine"],
    ["http://[::1]:3000/", "this machine"],
    ["https://api.acme.com", undefined],
    ["no URL", undefined],
  ])("%s: %s", (url, doubt) => expect(doubtOf(url)).toBe(doubt));
});
