/** Bytes by the web standard alone, beside what Node.js makes of the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  fromBase64,
  fromLatin1,
  fromUrlAlphabet,
  includesBytes,
  isUtf8,
  latin1,
  sizeOfCharacter,
  toBase64,
  toUrlAlphabet,
  utf8,
  utf8Length,
  utf8Text,
} from "../../templates/always/src/runtime/data/bytes.js";

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom("a", "é", "€", "😀", "\ud83d", "\ude00", "\0"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});
const bytes = fc.uint8Array({ maxLength: 300 });

describe("bytes", () => {
  it("of texts are as many as Node.js counts, halves of surrogate pairs too", () =>
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8Length(value)).toBe(Buffer.byteLength(value));
        expect(Buffer.from(utf8(value))).toEqual(Buffer.from(value));
        expect(utf8Text(utf8(`\ufeff${value}`))).toBe(Buffer.from(`\ufeff${value}`).toString());
      }),
    ));

  it("are UTF-8 where the decoder of the platform says so, the end of a character left out", () => {
    const decodes = (value: Uint8Array) => {
      try {
        new TextDecoder("utf-8", { fatal: true }).decode(value, { stream: true });
        return true;
      } catch {
        return false;
      }
    };
    const byte = fc.constantFrom(
      ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee],
      ...[0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 5 }), (value) => {
        expect(isUtf8(Uint8Array.from(value))).toBe(decodes(Uint8Array.from(value)));
      }),
      { numRuns: 3_000 },
    );
    expect(isUtf8(Buffer.from("aä€😀"))).toBe(true);
    for (const none of ["c080", "e08080", "eda080", "f0808080", "f4908080", "f5", "80", "c341", "e28241"])
      expect(isUtf8(Buffer.from(none, "hex")), none).toBe(false);
    for (const begun of ["c3", "e2", "e282", "f0", "f09f", "f09f98"])
      expect(isUtf8(Buffer.from(begun, "hex")), begun).toBe(true);
  });

  it("go to base64 and back, also where they are many", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const encoded = toBase64(value);
        expect(encoded).toBe(Buffer.from(value).toString("base64"));
        expect(fromBase64(encoded)).toEqual(value);
        expect(latin1(value)).toBe(Buffer.from(value).toString("latin1"));
        expect(fromLatin1(latin1(value))).toEqual(value);
      }),
    );
    const many = Uint8Array.from({ length: 100_001 }, (_, index) => index % 251);
    expect(fromBase64(toBase64(many))).toEqual(many);
  });

  it.each(["AA", "AAA", "AAAAA", "AB==", "AAB=", "A===", "AA-_", "AA==\n", " AA==", "AA==AA=="])(
    "are none in %j",
    (value) => expect(fromBase64(value)).toBeUndefined(),
  );

  it("are put together, and found in each other", () =>
    fc.assert(
      fc.property(bytes, bytes, bytes, (before, wanted, after) => {
        const whole = concatBytes([before, wanted, after]);
        expect(Buffer.from(whole)).toEqual(Buffer.concat([before, wanted, after]));
        expect(includesBytes(whole, wanted)).toBe(true);
        expect(includesBytes(before, wanted)).toBe(Buffer.from(before).includes(Buffer.from(wanted)));
      }),
    ));
});

describe("bytes one by one", () => {
  it.each([
    ["", 0],
    ["a\u007f", 2],
    ["\u0080\u07ff", 4],
    ["\u0800\uffff", 6],
    ["😀a", 5],
    ["\ud83d", 3],
    ["\ud83da", 4],
    ["\ude00\ud83d", 6],
    ["\ud83d\ud83d\ude00", 7],
    ["\ude00\ude00", 6],
  ])("of %j are %i", (value, want) => expect(utf8Length(value)).toBe(want));

  it.each([
    [0x00, 1],
    [0xbf, 1],
    [0xc0, 2],
    [0xdf, 2],
    [0xe0, 3],
    [0xef, 3],
    [0xf0, 4],
    [0xf4, 4],
  ])("%i begins a character of %i", (first, size) => expect(sizeOfCharacter(first)).toBe(size));

  it.each([
    ["7f", true],
    ["c27f", false],
    ["c280", true],
    ["c2c0", false],
    ["c180", false],
    ["dfbf41", true],
    ["e09fbf", false],
    ["e0a080", true],
    ["e180c0", false],
    ["ed9fbf", true],
    ["eda080", false],
    ["f08fbfbf", false],
    ["f0908080", true],
    ["f48fbfbf", true],
    ["f4908080", false],
    ["f5808080", false],
    ["e0", true],
    ["e09f", false],
    ["f48f", true],
    ["f490", false],
    ["41ff", false],
  ])("%s are UTF-8: %s", (hex, want) => expect(isUtf8(Buffer.from(hex, "hex"))).toBe(want));

  it.each([
    [[1, 2, 3], [2, 3], true],
    [[1, 2, 3], [1, 3], false],
    [[1, 2, 3], [3, 4], false],
    [[1, 1, 2], [1, 2], true],
    [[1, 2, 1, 3], [1, 3], true],
    [[1], [], true],
    [[], [], true],
    [[], [1], false],
    [[0, 255], [255], true],
  ])("%j hold %j: %s", (whole, wanted, want) => {
    expect(includesBytes(Uint8Array.from(whole), Uint8Array.from(wanted))).toBe(want);
  });

  it.each([
    ["", ""],
    ["YQ==", "a"],
    ["YWI=", "ab"],
    ["YWJj", "abc"],
    ["+/8=", "\u00fb\u00ff"],
    ["YR==", undefined],
    ["YQ", undefined],
    ["YQ=", undefined],
    ["YQ==YQ==", undefined],
    ["Y Q=", undefined],
    ["-_8=", undefined],
    ["====", undefined],
    ["\nYWJj", undefined],
  ])("are %j in base64: %j", (base64, want) => {
    const found = fromBase64(base64);
    expect(found && latin1(found)).toBe(want);
    if (found !== undefined) expect(toBase64(found)).toBe(base64);
  });

  it.each([
    ["a+/+/b==", "a-_-_b"],
    ["YWI=", "YWI"],
    ["YWJj", "YWJj"],
    ["", ""],
  ])("are %j in one alphabet, %j in that of URLs", (plain, url) => {
    expect([toUrlAlphabet(plain), fromUrlAlphabet(url)]).toEqual([url, plain]);
  });

  it("are put together in their order", () => {
    expect(concatBytes([])).toEqual(new Uint8Array());
    expect(concatBytes([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)])).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("are characters of their numbers, and of those the lower eight bits", () => {
    const all = Uint8Array.from({ length: 65_538 }, (_, index) => (index >= 65_535 ? 0xe9 : index % 128));
    expect(latin1(all).slice(65_533)).toBe("}~ééé");
    expect(latin1(all)).toHaveLength(65_538);
    expect(latin1(Uint8Array.of(0x7f, 0x80, 0xff))).toBe("\u007f\u0080\u00ff");
    expect(fromLatin1("a\u00ff\u0141")).toEqual(Uint8Array.of(97, 255, 65));
  });

  it("that are no UTF-8 become the character for that, and the mark at the beginning stays", () => {
    expect(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41, 0xff))).toBe("\ufeffA\ufffd");
  });
});
