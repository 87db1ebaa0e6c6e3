/** Records of a stream while it comes. Only the start of the one that has not ended is kept. */
import { concatBytes, utf8Text } from "../data/bytes.js";
import { readJson } from "./json.js";
import { isEndMark, type StreamForm } from "./records.js";

export interface StreamRecord {
  /** Counted from 1. */
  readonly number: number;
  /** Name of an event. */
  readonly event?: string;
  /** The start of its data, 4 KiB at most, as it came. */
  readonly data: Uint8Array;
}

/** Bytes that are kept of a line, and of a record. */
const mostKept = 4 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const separator = 0x1e;

/**
 * A function that takes the pieces of a stream and tells of each record once it is whole: not of comments, nor of the
 * mark that no further event comes.
 */
export function recordReader(
  form: StreamForm,
  tell: (record: StreamRecord) => void,
): (piece: Uint8Array) => void {
  let number = 0;
  const told = (data: Uint8Array, event?: string): void => {
    number += 1;
    tell({ number, data, ...(event === undefined ? {} : { event }) });
  };
  return byLines(
    form === "events" ? eventLines(told) : recordLines(form, told),
  );
}

type Told = (data: Uint8Array, event?: string) => void;

/** @param line told of each without its break: its start, and how long it is */
function byLines(
  line: (start: Uint8Array, length: number) => void,
): (piece: Uint8Array) => void {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let length = 0;
  let isAfterReturn = false;
  const keep = (bytes: Uint8Array): void => {
    length += bytes.byteLength;
    const start = bytes.slice(0, mostKept - keptBytes);
    if (start.byteLength === 0) return;
    kept.push(start);
    keptBytes += start.byteLength;
  };
  return (piece) => {
    const returns = breaks(piece, carriageReturn);
    const feeds = breaks(piece, lineFeed);
    for (let at = 0; at < piece.byteLength;) {
      if (isAfterReturn && piece[at] === lineFeed) {
        isAfterReturn = false;
        at += 1;
        continue;
      }
      isAfterReturn = false;
      const end = Math.min(returns(at), feeds(at));
      if (end >= piece.byteLength) return keep(piece.subarray(at));
      if (length === 0)
        line(piece.subarray(at, Math.min(end, at + mostKept)), end - at);
      else {
        keep(piece.subarray(at, end));
        line(concatBytes(kept), length);
        kept = [];
        keptBytes = 0;
        length = 0;
      }
      isAfterReturn = piece[end] === carriageReturn;
      at = end + 1;
    }
  };
}

/** Where the next such byte is, looked for once each; the end where there is none. */
function breaks(piece: Uint8Array, byte: number): (from: number) => number {
  let next = -1;
  return (from) => {
    if (next < from) {
      const found = piece.indexOf(byte, from);
      next = found < 0 ? piece.byteLength : found;
    }
    return next;
  };
}

/** Lines of server-sent events (WHATWG HTML §9.2.6). */
function eventLines(told: Told): (line: Uint8Array) => void {
  let event: string | undefined;
  let data: Uint8Array[] = [];
  let bytes = 0;
  const end = (): void => {
    const whole = concatBytes(data);
    const isMark = whole.byteLength < 16 && isEndMark(utf8Text(whole));
    if (
      (data.length > 0 && !isMark) ||
      (event !== undefined && data.length === 0)
    )
      told(whole, event);
    event = undefined;
    data = [];
    bytes = 0;
  };
  return (line) => {
    if (line.byteLength === 0) return end();
    const value = fieldOf(line, "data");
    if (value !== undefined) {
      const next = data.length === 0 ? [value] : [newLine, value];
      const room = mostKept - bytes;
      if (room > 0 || data.length === 0)
        data.push(concatBytes(next).subarray(0, room));
      bytes += value.byteLength + 1;
      return;
    }
    const name = fieldOf(line, "event");
    if (name !== undefined) event = utf8Text(name);
  };
}

const newLine = Uint8Array.of(lineFeed);

/** The value of a line's field, if the line is of that field. */
function fieldOf(line: Uint8Array, name: string): Uint8Array | undefined {
  const start = hasMark(line) ? 3 : 0;
  for (let index = 0; index < name.length; index += 1)
    if (line[start + index] !== name.charCodeAt(index)) return undefined;
  const end = start + name.length;
  if (line.byteLength === end) return new Uint8Array();
  if (line[end] !== 0x3a) return undefined;
  return line.slice(line[end + 1] === 0x20 ? end + 2 : end + 1);
}

/** The byte order mark, which may stand before the first line. */
function hasMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}

/** Lines that are JSON texts each, or behind record separators also together (RFC 7464). */
function recordLines(
  form: StreamForm,
  told: Told,
): (line: Uint8Array, length: number) => void {
  let isSeparated = false;
  let open: Uint8Array[] = [];
  let bytes = 0;
  const end = (): void => {
    if (open.length > 0) told(concatBytes(open).subarray(0, mostKept));
    open = [];
    bytes = 0;
  };
  let first: Uint8Array | undefined;
  let isOther = false;
  return (line, length) => {
    const start = hasMark(line) ? line.subarray(3) : line;
    if (isOther || (isBlank(start) && start[0] !== separator)) return;
    if (form === "json") {
      if (first === undefined) {
        // One text of JSON may end with a line break: another line has to follow.
        isOther = !isWhole(start, length);
        first = start.slice();
        return;
      }
      if (first.byteLength > 0) told(first);
      first = new Uint8Array();
      return told(start.slice());
    }
    if (start[0] === separator) {
      end();
      isSeparated = true;
    }
    const text = isSeparated
      ? start.filter((byte) => byte !== separator)
      : start;
    if (bytes <= mostKept) open.push(text.slice());
    bytes += length;
    if (!isSeparated || isWhole(concatBytes(open), bytes)) end();
  };
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09);
}

/** Whether a start is all of a JSON text, as far as it can be told. */
function isWhole(start: Uint8Array, length: number): boolean {
  return length <= mostKept && readJson(utf8Text(start)) !== undefined;
}
