/** Bytes by the web standard alone, beside what Node.js makes of the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  fromBase64,
  fromLatin1,
  includesBytes,
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
