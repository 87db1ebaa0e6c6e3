import { isAscii as isAsciiOnly, isUtf8 } from "node:buffer";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";

/**
 * The text of a file as UTF-8 bytes: those given where they are that already, and UTF-16 of either order, as PowerShell's
 * `>` writes it, encoded anew. A byte order mark says which it is (RFC 8259 §8.1, YAML 1.2 §5.2); without one, two ASCII
 * characters at the start do. UTF-32 is refused with its name, and what is invalid with its line, since a replacement
 * character in a path or a name would call something that does not exist.
 *
 * @throws {CompileError} `invalid-encoding`
 */
export function toUtf8(bytes: Uint8Array, file: string): Uint8Array {
  const encoding = encodingOf(bytes);
  switch (encoding) {
    case "UTF-8":
      if (!isUtf8(bytes))
        throw fault(
          file,
          "The document is not valid UTF-8: this line holds a byte that no character has",
          lineOfInvalidByte(bytes),
        );
      if (bytes.includes(0))
        throw fault(file, "This line holds a NUL character, which no text has", lineOf(bytes, bytes.indexOf(0)));
      return bytes;
    case "UTF-16LE":
    case "UTF-16BE":
      return fromUtf16(bytes, encoding, file);
    case "UTF-32":
      throw fault(file, "The document is encoded in UTF-32");
    default:
      return encoding satisfies never;
  }
}

/** The text of UTF-8 bytes, without a byte order mark. */
export function textOf(utf8: Uint8Array): string {
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  // Decoded so, a text takes a third of the time.
  if (isAsciiOnly(bytes)) return bytes.toString("latin1");
  const text = bytes.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function encodingOf([a, b, c, d]: Uint8Array): "UTF-8" | "UTF-16LE" | "UTF-16BE" | "UTF-32" {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16LE";
  if (a === 0xfe && b === 0xff) return "UTF-16BE";
  if (a === 0 && b === 0 && ((c === 0xfe && d === 0xff) || (c === 0 && isAscii(d)))) return "UTF-32";
  if (isAscii(a) && b === 0 && c === 0 && d === 0) return "UTF-32";
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return "UTF-16LE";
  if (a === 0 && isAscii(b) && c === 0 && isAscii(d)) return "UTF-16BE";
  return "UTF-8";
}

/** A character of ASCII that text has. */
function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
}

function fromUtf16(bytes: Uint8Array, encoding: "UTF-16LE" | "UTF-16BE", file: string): Uint8Array {
  const units = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const text = (encoding === "UTF-16LE" ? units : units.swap16()).toString("utf16le");
  const broken = bytes.length % 2 === 1 ? text.length : /\p{Surrogate}/u.exec(text)?.index;
  if (broken === undefined) return Buffer.from(text, "utf8");
  const line = text.slice(0, broken).split("\n").length;
  throw fault(file, "The document is not valid UTF-16: this line holds half a character", line);
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let index = bytes.indexOf(0x0a); index >= 0 && index < offset; index = bytes.indexOf(0x0a, index + 1)) line += 1;
  return line;
}

function lineOfInvalidByte(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
  }
  return line;
}

function fault(file: string, message: string, line?: number): CompileError {
  return new CompileError([diagnosticAt("invalid-encoding", file, message, line === undefined ? {} : { line })]);
}
