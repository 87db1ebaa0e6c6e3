/** Parts of the search for operations, one by one: words, verbs, questions, signatures, calls. */
import { describe, expect, it } from "vitest";
import type { CallPlan, InputSchema, JsonObject, JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import { meantCall, meantIfAny, describeOperation } from "../../templates/always/src/runtime/finding/operations.ts";
import {
  isVariable,
  segmentsOf,
  firstSentence,
  isCommon,
  isPlural,
  stemOf,
  stemsOf,
  wordsOf,
} from "../../templates/always/src/runtime/finding/words.ts";
import { clausesOf, phrasesOf, phrasingOf } from "../../templates/always/src/runtime/finding/question.ts";
import { ranked, readPosting, sumOf, taken } from "../../templates/always/src/runtime/finding/fit.ts";
import { signatureOf } from "../../templates/always/src/runtime/finding/signature.ts";
import { intentOf, isGeneralVerb, isVague } from "../../templates/always/src/runtime/finding/verbs.ts";
import type { Discoverable } from "../../templates/always/src/runtime/tools/tool-parts.ts";

describe("the signature of an operation", () => {
  const signature = (properties: JsonObject, required?: readonly string[], most?: number): string =>
    signatureOf({ type: "object", properties, ...(required === undefined ? {} : { required }) } as InputSchema, most);
  it.each<[JsonValue, string]>([
    [{ type: "string" }, "a?"],
    [{ type: "integer" }, "a?: integer"],
    [true, "a?: any"],
    [{}, "a?: any"],
    [{ type: "null" }, "a?: null"],
    [{ type: ["string", "null"] }, "a?"],
    [{ type: ["integer", "boolean"] }, "a?: integer|boolean"],
    [{ enum: ["x", 1, null] }, 'a?: "x"|1|null'],
    [{ enum: [1, 2, 3, 4, 5, 6] }, "a?: 1|2|3|4|5|6"],
    [{ enum: [1, 2, 3, 4, 5, 6, 7] }, "a?: 1|2|3|4|5|6|…"],
    [{ const: "x" }, 'a?: "x"'],
    [{ anyOf: [{ type: "integer" }, { type: "string" }, { type: "integer" }] }, "a?: integer|string"],
    [{ oneOf: [{ type: "integer" }, true] }, "a?: integer|any"],
    [{ anyOf: [] }, "a?: any"],
    [{ type: "array", items: { type: "string" } }, "a?: string[]"],
    [{ type: "array" }, "a?: any[]"],
    [{ type: "array", items: { enum: [1, 2] } }, "a?: (1|2)[]"],
    [{ type: "array", items: { type: "object", properties: { b: {} } } }, "a?: object[]"],
    [{ type: "object" }, "a?: object"],
    [{ type: "object", properties: { b: {}, c: {} } }, "a?: {b,c}"],
    [
      { type: "object", properties: Object.fromEntries([..."bcdefghi"].map((name) => [name, {}])) },
      "a?: {b,c,d,e,f,g,h,i}",
    ],
    [
      { type: "object", properties: Object.fromEntries([..."bcdefghij"].map((name) => [name, {}])) },
      "a?: {b,c,d,e,f,g,h,i,…}",
    ],
    [{ const: "x".repeat(58) }, `a?: "${"x".repeat(58)}"`],
    [{ const: "x".repeat(59) }, `a?: "${"x".repeat(58)}…`],
  ])("of %j is %s", (schema, want) => expect(signature({ a: schema })).toBe(want));

  it("has what is required first, and all of that", () => {
    const text = { type: "string" };
    expect(signature({ b: text, a: text, c: text }, ["c", "a"])).toBe("a, c, b?");
    expect(signature({})).toBe("");
    expect(signature({ aaaa: text, bbbb: text, cccc: text }, ["bbbb", "cccc"], 5)).toBe("bbbb, cccc, … 1 more");
    expect(signature({ aa: text, bb: text, cc: text }, [], 8)).toBe("aa?, bb?, … 1 more");
    expect(signature({ aa: text, bb: text, cc: text }, [], 7)).toBe("aa?, … 2 more");
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`a${index + 10}`, text]));
    expect(signature(many)).toMatch(/^a10\?, .*a49\?, … 20 more$/);
  });
});

describe("words", () => {
  it.each([
    ["", []],
    ["a-b_c.d", ["a", "b", "c", "d"]],
    ["getV2Users", ["get", "v2", "users"]],
    ["XMLHttpRequest", ["xml", "http", "request"]],
    ["the pet’s name's", ["the", "pet", "name"]],
    ["e\u0301te\u0301", ["été"]],
    ["日本 12", ["日本", "12"]],
  ])("of %j are %j", (text, want) => expect(wordsOf(text)).toEqual(want));

  it.each([
    ["a", "a"],
    ["pets", "pet"],
    ["cat", "cat"],
    ["v2s", "v2s"],
    ["cities", "citi"],
    ["city", "citi"],
    ["boxes", "box"],
    ["classes", "class"],
    ["status", "status"],
    ["analysis", "analysis"],
    ["running", "run"],
    ["runner", "run"],
    ["sings", "sing"],
    ["normalization", "normaliz"],
    ["normalisation", "normaliz"],
    ["operational", "operat"],
    ["creation", "creat"],
    ["create", "creat"],
    ["payments", "pay"],
    ["kindness", "kind"],
    ["quickly", "quick"],
    ["editor", "edit"],
    ["selling", "sell"],
    ["possible", "poss"],
    ["hopefulness", "hopeful"],
    ["bring", "bring"],
    ["use", "use"],
    ["uses", "use"],
    ["relational", "relat"],
    ["effectiveness", "effectiv"],
    ["consciousness", "conscious"],
    ["seemingly", "seem"],
    ["allegedly", "alleg"],
    ["addition", "addit"],
    ["deployment", "deploi"],
    ["security", "secur"],
    ["acceptance", "accept"],
    ["reference", "refer"],
    ["region", "reg"],
    ["readable", "read"],
    ["globally", "global"],
    ["wishes", "wish"],
    ["matches", "match"],
    ["heroes", "hero"],
    ["stopped", "stop"],
    ["falling", "fall"],
    ["missing", "miss"],
    ["buzzing", "buzz"],
    ["ties", "tie"],
    ["time", "tim"],
    ["ring", "ring"],
    ["red", "red"],
  ])("%s has the stem %s", (word, want) => expect(stemOf(word)).toBe(want));

  it("tell what is plural, common, and the first sentence", () => {
    expect(["pets", "gas", "glass", "bus", "this", "is", "uses"].map(isPlural)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(["the", "my", "pet"].map(isCommon)).toEqual([true, true, false]);
    expect(stemsOf("all the pets of my shops")).toEqual(["pet", "shop"]);
    expect(firstSentence("Lists the pets of a shop. And more.")).toBe("Lists the pets of a shop.");
    expect(firstSentence("E.g. this. And more here.")).toBe("E.g. this. And more here.");
    expect(firstSentence("no end")).toBe("no end");
    expect(firstSentence("Is this one the end? Or not")).toBe("Is this one the end?");
  });
});

describe("a verb", () => {
  const best = (verb: string): string | undefined => {
    const intent = [...(intentOf(stemOf(verb)) ?? [])];
    const most = Math.max(...intent.map(([, fit]) => fit));
    return intent.length === 0
      ? undefined
      : intent
          .filter(([, fit]) => fit === most)
          .map(([method]) => method)
          .sort()
          .join(" ");
  };
  it.each([
    ["list", "GET QUERY"],
    ["find", "GET QUERY"],
    ["create", "POST"],
    ["send", "POST"],
    ["rename", "PATCH PUT"],
    ["merge", "POST PUT"],
    ["star", "POST PUT"],
    ["append", "POST"],
    ["archive", "PATCH PUT"],
    ["delete", "DELETE"],
    ["unfollow", "DELETE"],
    ["banana", undefined],
  ])("%s is done by %s", (verb, want) => expect(best(verb)).toBe(want));

  it("may say nothing of what it is done to", () => {
    expect(["get", "update", "merge"].map((verb) => isGeneralVerb(stemOf(verb)))).toEqual([true, true, false]);
    expect(["information", "details", "pet"].map((word) => isVague(stemOf(word)))).toEqual([true, true, false]);
  });
});

describe("a question", () => {
  it.each([
    ['rename it to "New name"', "rename it to  ", "New name"],
    ["add 'a song' and “b” or `c`", "add   and   or  ", "a song b c"],
    ["the user's pets", "the user's pets", ""],
    ["see https://a.example/b?c now", "see   now", ""],
    ["close #12 of <owner>", "close   of  ", ""],
  ])("%j is read as %j with the values %j", (text, plain, quoted) =>
    expect(phrasingOf(text)).toEqual({ text: plain, quoted }),
  );

  it.each([
    ["list pets", ["list pets"]],
    ["create a list, and add an item", ["create a list", "add an item"]],
    ["list pets and shops", ["list pets, shops"]],
    ["List pets. Then please delete one; thanks", ["List pets", "Then please delete one, thanks"]],
    ["merge it and then close it", ["merge it", "close it"]],
    ["", []],
  ])("%j asks for %j", (text, want) => expect(clausesOf(text)).toEqual(want));

  it.each([
    ["the artist of the song in my list", ["the artist", "the song"]],
    ["songs by an artist named Ada", ["songs", "an artist", "Ada"]],
    ["get all", []],
  ])("%j speaks of %j", (text, want) => expect(phrasesOf(text)).toEqual(want));
});

describe("scores", () => {
  it("rank what has one, best first", () => {
    expect(ranked(Float64Array.of(0, 2, 1, 2, -1))).toEqual([1, 3, 2]);
    expect(taken([[1, 2, 3], [2, 4], []])).toEqual([1, 2, 4, 3]);
    expect(readPosting("1 k 2 a")).toEqual([
      [1, 1],
      [3, 0.5],
    ]);
    expect(sumOf([1, 2, 3], (one) => one * 2)).toBe(12);
  });

  it.each([
    ["/a/{b}/c.json", ["a", "{b}", "c"]],
    ["/a.xml/b.yaml", ["a", "b.yaml"]],
    ["//a/", ["a"]],
    ["/", []],
  ])("know the segments of %s", (path, want) => {
    expect(segmentsOf(path)).toEqual(want);
    expect([isVariable("{a}"), isVariable("a{b}"), isVariable("a")]).toEqual([true, true, false]);
  });
});

describe("an operation that is not listed", () => {
  const row = (name: string, readOnlyHint: boolean, properties: JsonObject = {}, required: readonly string[] = []) => ({
    kind: "operation",
    listing: {
      name,
      title: "T",
      description: "D",
      inputSchema: { type: "object", properties, required },
      annotations: { readOnlyHint, destructiveHint: true },
    },
  });
  const properties = {
    plain: { type: "string" },
    count: { type: "integer", minimum: 3 },
    size: { type: ["number", "null"] },
    flag: { type: "boolean" },
    list: { type: "array" },
    shape: { type: "object", properties: { in: { type: "integer" } }, required: ["in"] },
    fixed: { const: "c" },
    preset: { default: 5 },
    shown: { examples: ["e"], enum: ["x"] },
    one: { enum: ["first", "second"] },
    choice: { anyOf: [{ type: "boolean" }, { type: "string" }] },
    free: true,
    optional: { type: "string" },
  };
  const rows = new Map([
    ["read_it", row("read_it", true, properties, Object.keys(properties).slice(0, -1))],
    ["write_it", row("write_it", false)],
    ["call_read_operation", { ...row("call_read_operation", true), kind: "custom" }],
    ["call_write_operation", { ...row("call_write_operation", false), kind: "custom" }],
  ]);
  const plan = {
    request: { method: "GET", path: "/a" },
    responses: [{ status: "200", contents: [{ mediaType: "a/b" }, { mediaType: "c/d" }] }],
  } as unknown as CallPlan;
  const server = {
    tools: () => ({
      find: (name: string) => ({ row: rows.get(name) }),
      isFor: () => true,
      names: () => [...rows.keys()],
      get: (name: string) => rows.get(name),
    }),
    plan: () => Promise.resolve(plan),
  } as unknown as Discoverable;
  const caller = { id: "ada" } as Parameters<typeof meantCall>[3];

  it.each<[string, Partial<CallPlan>, JsonObject, readonly string[]]>([
    [
      "fields that can be chosen",
      { shape: { argument: "fields" } },
      {},
      ['{"fields":["id","owner.name"]}', "answer_part"],
    ],
    ["fields that the schema lists", { shape: { argument: "fields" } }, { fields: {} }, ["answer_part"]],
    ["what is dropped", { shape: { drop: ["a"] } }, {}, ["answer_part"]],
    ["pages", { pages: { by: "page", argument: "page" } }, {}, ["the call that goes on", "answer_part"]],
    [
      "all pages",
      { pages: { by: "link", all: { argument: "all_pages", pages: 7, items: 70, seconds: 9 } } },
      {},
      ["the call that goes on", '{"all_pages":true} gives up to 7 pages, or about 70 items', "answer_part"],
    ],
    ["no rest, where the API has that name", {}, { answer_part: {} }, []],
  ])("tells what a call may ask of its result: %s", async (_name, more, own, told) => {
    const run = describeOperation({
      ...server,
      tools: () => ({ ...server.tools(), find: () => ({ row: row("it", true, own) }) }),
      plan: () => Promise.resolve({ ...plan, ...more }),
    } as unknown as Discoverable);
    const { structuredContent } = await run({ name: "it" }, { caller } as Parameters<typeof run>[1]);
    const { results } = structuredContent as { results: readonly string[] };
    expect(results).toEqual(told.map((part) => expect.stringContaining(part) as string));
  });

  it("is described, with an example of a call", async () => {
    const run = describeOperation(server);
    const context = { caller } as Parameters<typeof run>[1];
    const { structuredContent } = await run({ name: "read_it" }, context);
    expect(structuredContent).toMatchObject({
      name: "read_it",
      request: "GET /a",
      title: "T",
      description: "D",
      hint: "read",
      answers: [{ status: "200", mediaTypes: ["a/b", "c/d"] }],
      example: {
        tool: "call_read_operation",
        arguments: {
          name: "read_it",
          arguments: {
            plain: "<plain>",
            count: 3,
            size: 1,
            flag: true,
            list: [],
            shape: { in: 1 },
            fixed: "c",
            preset: 5,
            shown: "e",
            one: "first",
            choice: true,
            free: "<free>",
          },
        },
      },
    });
    expect(structuredContent).toHaveProperty("results", [expect.stringMatching(/^A long result .*"answer_part"/)]);
    const { structuredContent: other } = await run({ name: "write_it" }, context);
    expect(other).toMatchObject({ hint: "delete", example: { tool: "call_write_operation" } });
    await expect(run({ name: "read_its" }, context)).rejects.toMatchObject({
      message: 'There is no operation "read_its"',
      hint: "Did you mean read_it? find_operations finds others.",
    });
    await expect(run({ name: "zzzzzz" }, context)).rejects.toMatchObject({
      hint: "Find its name with find_operations.",
    });
  });

  const meant = (args: JsonObject, reads = true): unknown => {
    try {
      return meantCall(server, reads, args, caller).args;
    } catch (error) {
      if (error instanceof ArgumentError) return [error.message, error.hint];
      throw error;
    }
  };
  const noObject = [
    '"arguments" has to be an object',
    "Give the arguments of the operation by name; describe_operation tells which.",
  ];
  it.each<[JsonObject, boolean, unknown]>([
    [{ name: "read_it" }, true, {}],
    [{ name: "read_it", arguments: { a: 1 } }, true, { a: 1 }],
    [{ name: "read_it", arguments: '{"a":1}' }, true, { a: 1 }],
    [{ name: "read_it", arguments: "[1]" }, true, noObject],
    [{ name: "read_it", arguments: "{" }, true, noObject],
    [{ name: "read_it", arguments: 5 }, true, noObject],
    [{ name: "read_it" }, false, ["read_it reads", "Call it with call_read_operation."]],
    [{ name: "write_it" }, true, ["write_it writes", "Call it with call_write_operation."]],
    [{ name: "write_it" }, false, {}],
  ])("is meant by %j (to read: %s): %j", (args, reads, want) => expect(meant(args, reads)).toEqual(want));

  it("is meant by nothing else", () => {
    expect(meantIfAny(server, true, { name: "read_it" }, caller)?.args).toEqual({});
    expect(meantIfAny(server, false, { name: "read_it" }, caller)).toBeUndefined();
    expect(meantIfAny(server, true, { name: "read_it", other: 1 }, caller)).toBeUndefined();
    expect(meantIfAny(server, true, { name: "none" }, caller)).toBeUndefined();
  });
});
