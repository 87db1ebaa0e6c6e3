/** Bytes as text: decoded, cut to a size. */
import {
  isUtf8,
  latin1,
  sizeOfCharacter,
  utf8Length,
  utf8Text,
} from "../data/bytes.js";
import type { MediaType } from "../upstream/media-type.js";

/**
 * Text of a body. A byte order mark decides the encoding and is dropped; then the `charset` of the media type; then what
 * XML (RFC 7303 §3.2) or HTML (WHATWG HTML §13.2.3.2) says of itself; else UTF-8. Bytes that are no text of it become
 * U+FFFD.
 */
export function decodeText(
  body: Uint8Array,
  mediaType: MediaType | undefined,
): string {
  const decoder = decoderOf(body, mediaType);
  const text = decoder.decode(body);
  return decoder.encoding === "windows-1252" ? windows1252(text) : text;
}

/** The same text as bytes of UTF-8; where it is that already, no text is made of it, and else never of all at once. */
export function textBytes(
  body: Uint8Array,
  mediaType: MediaType | undefined,
): Uint8Array {
  const isUtf8Already =
    decoderOf(body, mediaType).encoding === "utf-8" && isUtf8(body);
  if (!isUtf8Already) return decodedBytes(body, mediaType);
  const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return hasMark ? body.subarray(3) : body;
}

/** Decoded twice: bytes that are counted first are not gathered in parts and then put together. */
function decodedBytes(
  body: Uint8Array,
  mediaType: MediaType | undefined,
): Uint8Array {
  let length = 0;
  for (const text of decodedParts(body, mediaType)) length += utf8Length(text);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const text of decodedParts(body, mediaType))
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
  return bytes;
}

const encoder = new TextEncoder();
const decodedAtOnce = 65_536;

/** The text of a body, part by part; no character stands in two of them. */
function* decodedParts(
  body: Uint8Array,
  mediaType: MediaType | undefined,
): Generator<string> {
  const decoder = decoderOf(body, mediaType);
  const isWindows1252 = decoder.encoding === "windows-1252";
  for (let at = 0; at < body.byteLength; at += decodedAtOnce) {
    const end = at + decodedAtOnce;
    const stream = end < body.byteLength;
    const text = decoder.decode(body.subarray(at, end), { stream });
    yield isWindows1252 ? windows1252(text) : text;
  }
}

/** The decoder of a body's text. */
function decoderOf(
  body: Uint8Array,
  mediaType: MediaType | undefined,
): InstanceType<typeof TextDecoder> {
  const [first, second] = body;
  const charset =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : first === 0xef && second === 0xbb && body[2] === 0xbf
          ? "utf-8"
          : (mediaType?.parameters.get("charset") ??
            ownCharset(body, mediaType?.essence ?? ""));
  try {
    return new TextDecoder(charset?.trim() ?? "utf-8");
  } catch {
    // A label that no decoder is known by.
    return new TextDecoder("utf-8");
  }
}

/** The place itself where a character of UTF-8 ends there; else where the one ends that comes before. */
export function endOfCharacters(bytes: Uint8Array, at: number): number {
  let start = at - 1;
  while (start > at - 4 && start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80)
    start -= 1;
  const first = bytes[start] ?? 0;
  return at > 0 && start + sizeOfCharacter(first) > at ? start : at;
}

/** The encoding that a document names in its first bytes. */
function ownCharset(body: Uint8Array, essence: string): string | undefined {
  const start = (bytes: number) => latin1(body.subarray(0, bytes));
  if (/[/+]xml$/.test(essence))
    return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(
      start(200),
    )?.[1];
  if (essence !== "text/html") return undefined;
  const named = /<meta[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(
    start(1024),
  )?.[1];
  // Whoever writes it in a file of single bytes cannot mean units of two.
  return named?.toLowerCase().startsWith("utf-16") ? undefined : named;
}

/** Characters of the bytes 80 to 9F in windows-1252, which `iso-8859-1` means on the web; U+FFFD: none. */
const windowsCharacters =
  "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

/** Node 20 decodes windows-1252 as if it were Latin-1 and so leaves control characters in place of these. */
function windows1252(text: string): string {
  return text.replaceAll(
    /[\u0080-\u009f]/g,
    (control) => windowsCharacters[control.charCodeAt(0) - 0x80] ?? control,
  );
}

/** Whether bytes are UTF-8 text: how a body without a media type is told from a binary one. */
export function looksLikeText(body: Uint8Array, bytes = 4096): boolean {
  const sample = body.subarray(0, bytes);
  return !sample.includes(0) && isUtf8(sample);
}

/** Whether bytes that are called text are none: no encoding of text has both NUL and bytes that are no UTF-8. */
export function looksBinary(body: Uint8Array): boolean {
  const [first, second] = body;
  const isMarked =
    (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const sample = body.subarray(0, 4096);
  return !isMarked && sample.includes(0) && !isUtf8(sample);
}

export interface CutText {
  readonly text: string;
  /** Bytes of the whole text in UTF-8. */
  readonly bytes: number;
  readonly cut: boolean;
}

/** The longest start of a text that has at most `maxBytes` in UTF-8 and ends between characters. */
export function cutText(text: string, maxBytes: number): CutText {
  const bytes = utf8Length(text);
  if (bytes <= maxBytes) return { text, bytes, cut: false };
  const room = new Uint8Array(maxBytes);
  // Never writes a part of a character.
  const { written } = encoder.encodeInto(text, room);
  return { text: utf8Text(room.subarray(0, written)), bytes, cut: true };
}

/** The list that an answer's text consists of, by the places of its items: such a text is cut between them. */

export interface TextList {
  /** Name of the property that holds the list, with those around it; absent where the root is the list. */
  readonly property?: string;
  /** Byte at which the first item begins. */
  readonly start: number;
  /** Byte behind each item. */
  readonly ends: Uint32Array;
  /** Bytes between two items. */
  readonly separator: number;
}

/** The records of a sequence: lines, or events with an empty line behind each. */
export function recordList(bytes: Uint8Array, isEvents: boolean): TextList {
  const endOf = isEvents ? endOfEvent : endOfLine;
  // Counted first: a list that grows leaves as much again behind.
  let count = 0;
  for (let at = 0; at < bytes.length; count++) at = endOf(bytes, at);
  const ends = new Uint32Array(count);
  for (let index = 0, at = 0; index < count; index++) {
    at = endOf(bytes, at);
    ends[index] = at;
  }
  return { start: 0, ends, separator: 0 };
}

/** What was cut, without the record that its end cut; all of it where there is no other. */
export function wholeRecords(bytes: Uint8Array, isEvents: boolean): Uint8Array {
  const isWhole = latin1(bytes.subarray(-4)).match(
    isEvents ? /(?:\r\n|\n|\r(?!\n)){2}$/ : /\n$/,
  );
  const end = isWhole ? undefined : recordList(bytes, isEvents).ends.at(-2);
  return bytes.subarray(0, end);
}

/** Text that was cut, without the character that its end cut; bytes of another encoding stay as they are. */
export function wholeCharacters(bytes: Uint8Array): Uint8Array {
  const end = endOfCharacters(bytes, bytes.byteLength);
  return isUtf8(bytes) ? bytes.subarray(0, end) : bytes;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function endOfLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(lineFeed, start);
  return end < 0 ? bytes.length : end + 1;
}

/** Behind the empty line: two line breaks, of any kind. */
function endOfEvent(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length;) {
    const byte = bytes[at];
    if (byte !== lineFeed && byte !== carriageReturn) {
      at += 1;
      continue;
    }
    const next = behindBreak(bytes, at);
    const end = behindBreak(bytes, next);
    if (end > next) return end;
    at = next;
  }
  return bytes.length;
}

/** Behind the line break that stands at a place; the place itself where there is none. */
function behindBreak(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === lineFeed) return at + 1;
  if (byte !== carriageReturn) return at;
  return bytes[at + 1] === lineFeed ? at + 2 : at + 1;
}
