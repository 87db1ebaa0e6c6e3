/** Bodies in other encodings than UTF-8 become UTF-8 part by part: no character is lost or made another where parts meet. */
import { describe, expect, it } from "vitest";
import { textBytes } from "../../templates/always/src/runtime/response/text.ts";
import { parseMediaType } from "../../templates/always/src/runtime/upstream/media-type.ts";

/** Bytes that are decoded at a time. */
const part = 65_536;

function textOf(bytes: Uint8Array, mediaType: string): string {
  return Buffer.from(textBytes(bytes, parseMediaType(mediaType))).toString();
}

describe("the text of a body, as UTF-8", () => {
  it.each([
    ["a pair of surrogates", "😀"],
    ["a mark that is no byte order", "\ufeff"],
    ["a character", "ö€"],
  ])("has %s of UTF-16 whole, wherever parts meet", (_what, character) => {
    for (const before of [part / 2 - 2, part / 2 - 1, part / 2]) {
      const text = `${"x".repeat(before)}${character}y`;
      expect(textOf(Buffer.from(text, "utf16le"), "text/plain; charset=utf-16le")).toBe(text);
      expect(textOf(Buffer.from(`\ufeff${text}`, "utf16le"), "text/plain")).toBe(text);
      expect(textOf(Buffer.from(`\ufeff${text}`, "utf16le").swap16(), "text/plain")).toBe(text);
    }
  });

  it("has characters of two bytes whole (Shift_JIS)", () => {
    const bytes = Buffer.concat([Buffer.alloc(part - 1, "x"), Buffer.from([0x83, 0x65, 0x83, 0x58])]);
    expect(textOf(bytes, "text/plain; charset=shift_jis")).toBe(`${"x".repeat(part - 1)}テス`);
  });

  it("has the characters of windows-1252 in each part", () => {
    const bytes = Buffer.alloc(part + 1, 0x80);
    expect(textOf(bytes, "text/plain; charset=iso-8859-1")).toBe("€".repeat(part + 1));
  });

  it("has one mark for each byte that is no UTF-8, and for half a character at the end", () => {
    const bytes = Buffer.concat([Buffer.alloc(part - 1, "x"), Buffer.from([0xc3, 0xa4, 0xff, 0xfe, 0x61, 0xe2, 0x82])]);
    expect(textOf(bytes, "text/plain")).toBe(`${"x".repeat(part - 1)}ä\ufffd\ufffda\ufffd`);
  });

  it("is the body itself where that is UTF-8, and else no longer than needed", () => {
    const utf8 = Buffer.from("ä");
    expect(textBytes(utf8, undefined)).toBe(utf8);
    const bytes = textBytes(Buffer.from("ä".repeat(part), "latin1"), parseMediaType("text/plain; charset=iso-8859-1"));
    expect(bytes.byteLength).toBe(2 * part);
    expect(bytes.buffer.byteLength).toBe(2 * part);
  });
});
