/** Bytes by the web standard alone, beside what Node.js makes of the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  fromBase64,
  fromLatin1,
  includesBytes,
  isUtf8,
  latin1,
  toBase64,
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
