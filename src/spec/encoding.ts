import { isUtf8 } from "node:buffer";
import { CompileError, diagnosticAt } from "../diagnostics.ts";

/**
 * Text of a document from its bytes: UTF-8, with or without a byte order mark (RFC 8259 §8.1, YAML 1.2 §5.2). UTF-16
 * and UTF-32 are refused with their name, and an invalid byte with its line, since a replacement character in a path
 * or a name would call something that does not exist.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const other = otherEncoding(bytes);
  if (other !== undefined)
    throw new CompileError([
      diagnosticAt("invalid-syntax", file, `The document is encoded in ${other}; save it as UTF-8`),
    ]);
  if (!isUtf8(bytes)) {
    const line = lineOfInvalidByte(bytes);
    throw new CompileError([
      diagnosticAt(
        "invalid-syntax",
        file,
        "The document is not valid UTF-8: this line holds a byte that no character has",
        { line },
      ),
    ]);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function otherEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  if (a === 0 && b === 0 && (c === 0xfe || c === 0) && d !== undefined && d !== 0) return "UTF-32";
  if (bytes.length > 1 && (a === 0) !== (b === 0)) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  return undefined;
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
