/** How secrets are taken out of texts, bytes, parts of bytes, values and results; what is left as it was, and what is forgotten. */
import { inspect } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/call-result.ts";

/** One that knows no secret yet: what it knows is of the whole process. */
let known: typeof import("../../templates/always/src/runtime/secret.ts");
let count = 0;
beforeEach(async () => {
  // By a name of its own the module is another, and what is hidden here is none of what other tests have to hide.
  const path = `../../templates/always/src/runtime/secret.ts?own=${(count += 1)}`;
  known = (await import(path)) as typeof known;
});

const hide = (...values: readonly string[]): void => {
  for (const value of values) new known.Secret(value);
};
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");

/** Two that share a piece: "qX7-pL". */
const [one, other] = ["aK2-qX7-pL", "qX7-pL9-zT4"];

describe("a secret", () => {
  it("gives its value when it is asked to, and in no other way", () => {
    const secret = new known.Secret(one);
    expect(secret.reveal()).toBe(one);
    expect([`${secret}`, JSON.stringify({ secret }), inspect(secret), inspect([secret])]).toEqual([
      "[secret]",
      '{"secret":"[secret]"}',
      "[secret]",
      "[ [secret] ]",
    ]);
  });

  it("is one from four characters on, and one in data of an API from eight on", () => {
    hide("k3!", "k4!z", "k7!zyxw", "k8!zyxwv");
    expect(known.scrub("k3! k4!z k7!zyxw k8!zyxwv")).toBe("k3! [secret] [secret] [secret]");
    expect(known.scrubText("k3! k4!z k7!zyxw k8!zyxwv")).toBe("k3! k4!z k7!zyxw [secret]");
    expect([known.scrub("k4!z"), known.scrubText("k8!zyxwv")]).toEqual(["[secret]", "[secret]"]);
  });

  it.each<[string, string]>([
    [`${one}`, "[secret]"],
    [`a ${one}`, "a [secret]"],
    [`${one} b`, "[secret] b"],
    [`a ${one} b ${one} c`, "a [secret] b [secret] c"],
    [`${one}${one}`, "[secret][secret]"],
    [`a ${one}9-zT4 b`, "a [secret] b"],
    [`${other} ${one}`, "[secret] [secret]"],
    [`${other}${one}`, "[secret][secret]"],
    [one.slice(0, -1), one.slice(0, -1)],
    ["", ""],
  ])("goes out of %s: %s", (text, want) => {
    hide(one, other);
    expect([known.scrub(text), known.scrubText(text)]).toEqual([want, want]);
  });

  it("that holds another is one with it, whichever was known first", () => {
    for (const order of [
      [one, `${one}-more`],
      [`${one}-more`, one],
    ]) {
      hide(...order);
      expect(known.scrub(`<${order.at(-1)}> <${order[0]}>`)).toBe("<[secret]> <[secret]>");
    }
  });
});

describe("digits that are a secret", () => {
  it.each<[string, string]>([
    ['{"a":73920481}', '{"a":0}'],
    ["[73920481]", "[0]"],
    ["[1,73920481,2]", "[1,0,2]"],
    ["[-73920481]", "[-0]"],
    ["[ 73920481 ]", "[ 0 ]"],
    ["[\n73920481\n]", "[\n0\n]"],
    ['{"a":"73920481"}', '{"a":"[secret]"}'],
    ["73920481", "[secret]"],
    ["73920481]", "[secret]]"],
    ["[73920481", "[[secret]"],
    ["[x73920481]", "[x[secret]]"],
    ["[73920481x]", "[[secret]x]"],
    ["[1.73920481]", "[1.[secret]]"],
    ["[73920481.5]", "[[secret].5]"],
  ])("stay a number of JSON where they are one: %s", (text, want) => {
    hide("73920481");
    expect(known.scrubText(text)).toBe(want);
  });

  it("are no number where they are written in another way, or have letters", () => {
    hide("73920481", "7392a481");
    expect(known.scrubText("[%37%33920481,7392a481]")).toBe("[[secret],[secret]]");
  });
});

describe("bytes", () => {
  it("are the same ones where there is no secret", () => {
    const bytes = bytesOf(`\0\xff ${one} \x80`);
    expect(known.scrubBytes(bytes)).toBe(bytes);
    hide(other);
    expect(known.scrubBytes(bytes)).toBe(bytes);
    expect(known.scrubBytes(bytes, true)).toBe(bytes);
    hide(one);
    expect(textOf(known.scrubBytes(bytes))).toBe("\0\xff [secret] \x80");
    expect(textOf(bytes)).toBe(`\0\xff ${one} \x80`);
  });

  it.each<[string, string]>([
    [`a ${one}`, "a [secret]"],
    [`a ${one.slice(0, -1)}`, "a [secret]"],
    [`a ${one.slice(0, 6)}`, "a [secret]"],
    [`a ${one.slice(0, 5)}`, `a ${one.slice(0, 5)}`],
    [`${one.slice(0, 6)} a`, `${one.slice(0, 6)} a`],
    [`${one} ${one.slice(0, 7)}`, "[secret] [secret]"],
  ])("that are cut off end with no half of a secret: %s", (text, want) => {
    hide("n0-secret-of-these", one);
    expect(textOf(known.scrubBytes(bytesOf(text), true))).toBe(want);
    if (!text.endsWith(one) && !text.startsWith(one)) expect(textOf(known.scrubBytes(bytesOf(text)))).toBe(text);
  });
});

describe("a part of bytes", () => {
  const text = `0123456789${one}abcdefghij${one}xyz`;
  const [first, second] = [10, 30];

  it.each<[from: number, to: number, want: string, blotted: string]>([
    [0, 10, "0123456789", "0123456789"],
    [0, 11, "0123456789[secret]", "0123456789["],
    [0, 20, "0123456789[secret]", "0123456789[secret]  "],
    [0, 22, "0123456789[secret]ab", "0123456789[secret]  ab"],
    [first, first + 10, "[secret]", "[secret]  "],
    [first + 4, first + 6, "[secret]", "re"],
    [first + 9, first + 10, "[secret]", " "],
    [first + 9, first + 12, "[secret]ab", " ab"],
    [20, second, "abcdefghij", "abcdefghij"],
    [19, second + 1, "[secret]abcdefghij[secret]", " abcdefghij["],
    [0, 43, "0123456789[secret]abcdefghij[secret]xyz", "0123456789[secret]  abcdefghij[secret]  xyz"],
    [40, 43, "xyz", "xyz"],
    [40, 40, "", ""],
  ])("from %i to %i has no piece of a secret", (from, to, want, blotted) => {
    hide(one);
    const bytes = bytesOf(text);
    expect(textOf(known.scrubPart(bytes, from, to))).toBe(want);
    expect(textOf(known.blotPart(bytes, from, to))).toBe(blotted);
    expect(textOf(bytes)).toBe(text);
  });

  it("has none where it stands far within, and ends there", () => {
    hide(one);
    const dots = ".".repeat(1_000);
    const bytes = bytesOf(`${dots}${one}<${one}>${one}${dots}`);
    const [from, to] = [1_009, 1_023];
    expect(textOf(known.scrubPart(bytes, from, to))).toBe("[secret]<[secret]>[secret]");
    expect(textOf(known.blotPart(bytes, from, to))).toBe(" <[secret]  >[");
    expect(textOf(known.scrubPart(bytes, 1_010, 1_011))).toBe("<");
    expect(textOf(known.scrubPart(bytes, 1_011, 1_022))).toBe("[secret]>");
    expect(textOf(known.blotPart(bytes, 1_011, 1_022))).toBe("[secret]  >");
    expect(textOf(known.blotPart(bytes, 1_500, 1_503))).toBe("...");
    expect(textOf(known.scrubPart(bytes, 2_030, 2_040))).toBe("..");
  });

  it("is a view of the same bytes where it has none", () => {
    const bytes = bytesOf(text);
    for (const value of ["n0-secret-of-these", one]) {
      hide(value);
      for (const part of [known.scrubPart(bytes, 1, 9), known.blotPart(bytes, 1, 9)])
        expect([textOf(part), part.buffer === bytes.buffer && value !== one]).toEqual(["12345678", value !== one]);
    }
    const whole = known.scrubPart(bytes, 1, 9);
    expect([whole.buffer, whole.byteOffset]).toEqual([bytes.buffer, 1]);
  });

  it("has no piece of one that is written with many characters for each", () => {
    hide("aK2-qX7-");
    const long = [..."aK2-qX7-"].map((c) => `%252525${c.charCodeAt(0).toString(16)}`).join("");
    const bytes = bytesOf(`<${long}>`);
    expect(textOf(known.scrubPart(bytes, long.length, long.length + 2))).toBe("[secret]>");
    expect(textOf(known.scrubPart(bytes, 0, 2))).toBe("<[secret]");
    expect(textOf(known.blotPart(bytes, long.length, long.length + 2))).toBe(" >");
  });

  it("has no piece of a long one, though newer ones are short", () => {
    const long = Array.from({ length: 60 }, (_none, at) => `k${at}!`).join("");
    hide(long, ...Array.from({ length: 16 }, (_none, at) => `n${at + 10}!`));
    const bytes = bytesOf(`<${long}>`);
    expect(textOf(known.scrubPart(bytes, long.length, long.length + 2))).toBe("[secret]>");
    expect(textOf(known.scrubPart(bytes, 0, 3))).toBe("<[secret]");
  });

  it("keeps a number of JSON one, in its place", () => {
    hide("73920481");
    expect(textOf(known.blotPart(bytesOf("[73920481,1]"), 0, 12))).toBe("[0       ,1]");
    expect(textOf(known.scrubPart(bytesOf("[73920481,1]"), 0, 12))).toBe("[0,1]");
  });
});

describe("a value", () => {
  it.each<JsonValue>([null, true, 1.5, "text", [1, ["text"], {}], { a: { b: [null] }, c: "text" }])(
    "%j is the same one where it has no secret",
    (value) => {
      expect(known.scrubValue(value)).toBe(value);
      hide(one);
      expect(known.scrubValue(value)).toBe(value);
    },
  );

  it.each<[JsonValue, JsonValue]>([
    [`a ${one}`, "a [secret]"],
    [73920481, "[secret]"],
    [173920481.5, "[secret]"],
    [73920482, 73920482],
    [
      [1, one],
      [1, "[secret]"],
    ],
    [
      [one, 1],
      ["[secret]", 1],
    ],
    [
      { a: one, b: 1 },
      { a: "[secret]", b: 1 },
    ],
    [
      { [one]: 1, b: 2 },
      { "[secret]": 1, b: 2 },
    ],
    [
      { a: [{ b: one }], c: { d: 73920481 } },
      { a: [{ b: "[secret]" }], c: { d: "[secret]" } },
    ],
  ])("%j becomes %j", (value, want) => {
    const before = JSON.stringify(value);
    hide(one, "73920481");
    expect(known.scrubValue(value)).toEqual(want);
    expect(JSON.stringify(value)).toBe(before);
  });

  it("of base64 is read as bytes, and what is none as a text", () => {
    hide(one);
    expect(known.scrubBase64(base64(`\0\xff${one}`))).toBe(base64("\0\xff[secret]"));
    expect(known.scrubBase64("AAAA")).toBe("AAAA");
    expect(known.scrubBase64(`!${one}!`)).toBe("![secret]!");
    expect(known.scrubBase64("!none!")).toBe("!none!");
  });
});

describe("a result", () => {
  const result = (text: string): CallResult => ({
    content: [
      { type: "text", text: `<${text}>` },
      { type: "image", data: base64(`\x89${text}`), mimeType: "image/png" },
      { type: "audio", data: base64(`a${text}`), mimeType: "audio/wav" },
      { type: "resource", resource: { uri: `a://${text}`, text: `<${text}>`, mimeType: "text/plain" } },
      { type: "resource", resource: { uri: `b://${text}`, blob: base64(`b${text}`), mimeType: "a/b" } },
      { type: "resource_link", uri: `c://${text}`, name: text },
    ],
    structuredContent: { a: text },
    isError: true,
    _meta: { b: text },
  });

  it("has no secret in any of its parts", () => {
    hide(one);
    expect(known.scrubResult(result(one))).toEqual(result("[secret]"));
    expect(known.scrubResult({ content: [] })).toStrictEqual({ content: [] });
  });

  it("is the same one where no secret is known, and else has the same parts", () => {
    const given = result("t3xt");
    expect(known.scrubResult(given)).toBe(given);
    hide(one);
    expect(known.scrubResult(given)).toEqual(given);
  });
});

describe("what is known", () => {
  const escaped = (text: string) => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("");
  const more = (count: number, from = 0): void =>
    hide(...Array.from({ length: count }, (_none, at) => `z${(from + at).toString(36).padStart(3, "0")}`));

  it("is found in every form for the last sixteen, and as it is for those before", () => {
    hide(one);
    more(15);
    expect(known.scrubText(`${one} ${escaped(one)}`)).toBe("[secret] [secret]");
    more(1, 15);
    expect(known.scrubText(`${one} ${escaped(one)}`)).toBe(`[secret] ${escaped(one)}`);
    expect(known.scrubText(`<${one}>`)).toBe("<[secret]>");
    // The others are too short to be taken out of data.
    expect([known.scrub("z000 z00f"), known.scrubText("z000 z00f long")]).toEqual([
      "[secret] [secret]",
      "z000 z00f long",
    ]);
  });

  it("is among the last again when it is used again, whether it had been or not", () => {
    hide(one, other);
    more(14);
    hide(one);
    more(1, 14);
    expect(known.scrubText(`${escaped(one)} ${escaped(other)}`)).toBe(`[secret] ${escaped(other)}`);
    hide(other);
    expect(known.scrubText(`${escaped(one)} ${escaped(other)}`)).toBe("[secret] [secret]");
  });

  it("is forgotten when 512 that are not in use came after it", () => {
    hide(one, other);
    more(16);
    more(510, 16);
    expect(known.scrubText(`${one} ${other}`)).toBe("[secret] [secret]");
    more(1, 526);
    expect(known.scrubText(`${one} ${other}`)).toBe(`${one} [secret]`);
  });
});
