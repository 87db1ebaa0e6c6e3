/**
 * JSON (RFC 8259) without losing digits. `JSON.parse` turns 9007199254740993 into …992: ids of 64 bits would name
 * another thing. Here such integers are kept as strings of their digits, on every version of Node alike.
 */
import type { JsonValue } from "../data/model.js";
import { isJson, isSequence, parseMediaType } from "../upstream/media-type.js";

export interface JsonText {
  /** Integers beyond 2^53 are strings with their exact digits, and so are numbers that no double can hold. */
  readonly value: JsonValue;
  /** The text without white space between tokens; numbers and strings as they came. */
  readonly compact: string;
}

/** Deeper values overflow the stack of those who handle them further on. */
const maxDepth = 500;

/** Reads a JSON text; `undefined` for one that is none, or nests more than 500 deep. */
export function readJson(text: string): JsonText | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const { depth, compact, exact } = scan(text);
  if (depth > maxDepth) return undefined;
  return {
    value: exact === undefined ? value : (JSON.parse(exact) as JsonValue),
    compact,
  };
}

interface Scan {
  readonly depth: number;
  readonly compact: string;
  /** The text with quoted numbers; `undefined` where none needs it. */
  readonly exact: string | undefined;
}

const unsafeNumber = /\d{16}|[eE]\+?\d{3}/;

/** One walk over the tokens of a text that is known to be JSON. */
function scan(text: string): Scan {
  const quoting = unsafeNumber.test(text);
  const compact = new Pieces(text);
  const exact = new Pieces(text);
  let depth = 0;
  let deepest = 0;
  let index = 0;
  while (index < text.length) {
    const character = text.charCodeAt(index);
    if (character === 0x22) {
      index = endOfString(text, index);
    } else if (isSpace(character)) {
      const end = endOfSpace(text, index);
      compact.replace(index, end, "");
      index = end;
    } else if (quoting && isNumberStart(character)) {
      const end = endOfNumber(text, index);
      const token = text.slice(index, end);
      if (isUnsafe(token)) exact.replace(index, end, `"${token}"`);
      index = end;
    } else {
      if (character === 0x5b || character === 0x7b) depth += 1;
      else if (character === 0x5d || character === 0x7d) depth -= 1;
      deepest = Math.max(deepest, depth);
      index += 1;
    }
  }
  return {
    depth: deepest,
    compact: compact.join(),
    exact: quoting ? exact.join() : undefined,
  };
}

/** A text with some ranges replaced. Ranges are given in order. */
class Pieces {
  readonly #text: string;
  readonly #pieces: string[] = [];
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  replace(from: number, to: number, replacement: string): void {
    this.#pieces.push(this.#text.slice(this.#end, from), replacement);
    this.#end = to;
  }

  join(): string {
    return this.#end === 0
      ? this.#text
      : this.#pieces.join("") + this.#text.slice(this.#end);
  }
}

function isUnsafe(token: string): boolean {
  const number = Number(token);
  if (!Number.isFinite(number)) return true;
  return /^-?\d+$/.test(token) && !Number.isSafeInteger(number);
}

export function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length) {
    const character = text.charCodeAt(index);
    if (character === 0x22) return index + 1;
    index += character === 0x5c ? 2 : 1;
  }
  return index;
}

function endOfSpace(text: string, start: number): number {
  let index = start;
  while (index < text.length && isSpace(text.charCodeAt(index))) index += 1;
  return index;
}

function endOfNumber(text: string, start: number): number {
  let index = start;
  while (index < text.length && isNumberPart(text.charCodeAt(index)))
    index += 1;
  return index;
}

/** Space, tab, line feed, carriage return. */
function isSpace(character: number): boolean {
  return (
    character === 0x20 ||
    character === 0x0a ||
    character === 0x0d ||
    character === 0x09
  );
}

function isNumberStart(character: number): boolean {
  return character === 0x2d || (character >= 0x30 && character <= 0x39);
}

/** Digits, sign, point, and the letter of an exponent. */
function isNumberPart(character: number): boolean {
  return (
    isNumberStart(character) ||
    character === 0x2b ||
    character === 0x2e ||
    character === 0x45 ||
    character === 0x65
  );
}

// Sequential media types (§4.8.14.3), gathered to one array once the answer has ended.

/**
 * The JSON texts of a sequence, one on each line (JSON Lines) or behind record separators (RFC 7464). `undefined`
 * where one of them is no JSON; the last of an answer that was cut short may be.
 */
export function readSequence(
  text: string,
  truncated: boolean,
): readonly JsonValue[] | undefined {
  const records = text
    .split(text.includes("\u001e") ? "\u001e" : /\r?\n/)
    .filter((record) => record.trim() !== "");
  const values: JsonValue[] = [];
  for (const [index, record] of records.entries()) {
    const json = readJson(record);
    if (json !== undefined) values.push(json.value);
    else if (!truncated || index < records.length - 1) return undefined;
  }
  return values;
}

/**
 * Server-sent events (WHATWG HTML §9.2.6) as objects with `data`, `event`, `id` and `retry`. Data stays text, as the
 * specification wants it; comments and unknown fields are ignored. The last event counts also without the empty line
 * that ends it, unless the answer was cut short.
 */
export function readEvents(
  text: string,
  truncated: boolean,
): readonly JsonValue[] {
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/);
  return blocks.slice(0, truncated ? -1 : undefined).flatMap((block) => {
    const data: string[] = [];
    const event = new Map<string, JsonValue>();
    for (const line of block.split(/\r\n|\n|\r/)) {
      const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
      if (name === "data") data.push(value);
      else if (name === "event" || (name === "id" && !value.includes("\0")))
        event.set(name, value);
      else if (name === "retry" && /^\d+$/.test(value))
        event.set(name, Number(value));
    }
    if (data.length > 0) event.set("data", data.join("\n"));
    return event.size === 0 ? [] : [Object.fromEntries(event)];
  });
}

/** Bytes that are looked at to find the first record. */
export const mostOfFirst = 1024 * 1024;

/** Whether the start of a body holds whole records of a stream: then it says something also without its end. */
export function holdsRecords(
  body: Uint8Array,
  contentType: string | null,
): boolean {
  const essence = parseMediaType(contentType ?? "")?.essence ?? "";
  const start = body.subarray(0, mostOfFirst);
  const isStart = (read: (text: string) => boolean) =>
    read(new TextDecoder().decode(start));
  if (essence === "text/event-stream")
    return isStart((text) => readEvents(text, true).length > 0);
  if (isSequence(essence))
    return isStart((text) => (readSequence(text, true) ?? []).length > 0);
  return isJson(essence) && beginsWithLine(start, mostOfFirst);
}

/** Whether the first line is a JSON text of its own, as where APIs watch things: most JSON of several lines has none there. */
export function beginsWithLine(bytes: Uint8Array, mostBytes: number): boolean {
  const end = bytes.subarray(0, mostBytes).indexOf(0x0a);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0)));
  return end >= 0 && readJson(line) !== undefined;
}

/**
 * The values of a text that is called JSON and is one JSON text on each line; `undefined` where it is not.
 */
export function readLines(
  text: string,
  truncated: boolean,
): readonly JsonValue[] | undefined {
  const end = text.indexOf("\n");
  if (end < 0 || readJson(text.slice(0, end)) === undefined) return undefined;
  return readSequence(text, truncated);
}
