/** JSON by its bytes: whether they are JSON, and where the items of its list are. Makes no value of what is not shown. */
import type { TextList } from "./text.js";

export interface ScannedJson {
  /** The text without white space between its tokens. */
  readonly bytes: Uint8Array;
  /**
   * The list of a text that is an array, or an object that holds one, perhaps within further objects: the longest of
   * them.
   */
  readonly list: TextList | undefined;
}

/** Deeper values overflow the stack of those who handle them further on. */
export const mostLevels = 500;
/** Objects around a list that is looked for. */
const mostAround = 4;

/** `undefined` for bytes that are no JSON text (RFC 8259), or nest more than 500 deep. */
export function scanJson(bytes: Uint8Array): ScannedJson | undefined {
  const found = walk(bytes);
  if (found === undefined || !found.isSpaced)
    return found && { bytes, list: found.list };
  const compact = withoutSpaces(bytes);
  return { bytes: compact, list: walk(compact)?.list };
}

interface Walk {
  readonly isSpaced: boolean;
  readonly list: TextList | undefined;
}

/** What may come next. */
const value = 0;
const valueOrEnd = 1;
const key = 2;
const keyOrEnd = 3;
const colon = 4;
const afterValue = 5;

const quote = 0x22;
const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** One walk over the bytes. A single loop: there may be ten million of them. */
function walk(bytes: Uint8Array): Walk | undefined {
  const closers = new Uint8Array(mostLevels + 1);
  const keys: Range[] = [];
  const found = new LongestList(bytes);
  const { length } = bytes;
  let isSpaced = false;
  let depth = 0;
  let next = value;
  let at = 0;
  while (at < length) {
    const byte = bytes[at] ?? 0;
    if (isSpace(byte)) {
      isSpaced = true;
      at += 1;
      continue;
    }
    if (next === afterValue) {
      if (depth === 0) return undefined;
      if (byte === comma) {
        next = closers[depth] === closeList ? value : key;
        found.itemEnds(depth, at);
      } else if (byte === closers[depth]) {
        if (byte === closeList) found.close(depth, at);
        depth -= 1;
      } else return undefined;
      at += 1;
    } else if (next === colon) {
      if (byte !== 0x3a) return undefined;
      next = value;
      at += 1;
    } else if (next === key || next === keyOrEnd) {
      if (byte === quote) {
        const end = endOfString(bytes, at);
        if (end < 0) return undefined;
        if (!found.isOpen) keys[depth] = { start: at, end };
        next = colon;
        at = end;
      } else if (byte === closeObject && next === keyOrEnd) {
        depth -= 1;
        next = afterValue;
        at += 1;
      } else return undefined;
    } else if (byte === openList || byte === openObject) {
      depth += 1;
      if (depth > mostLevels) return undefined;
      at += 1;
      closers[depth] = byte === openList ? closeList : closeObject;
      if (byte === openList && !found.isOpen) found.open(depth, at, keys);
      next = byte === openList ? valueOrEnd : keyOrEnd;
    } else if (byte === closeList && next === valueOrEnd) {
      found.close(depth, at);
      depth -= 1;
      next = afterValue;
      at += 1;
    } else {
      const end = endOfScalar(bytes, at);
      if (end < 0) return undefined;
      next = afterValue;
      at = end;
    }
  }
  return depth === 0 && next === afterValue
    ? { isSpaced, list: found.best }
    : undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The longest list, of those that do not stand within another list. */
class LongestList {
  best: TextList | undefined;
  isOpen = false;
  readonly #bytes: Uint8Array;
  #depth = 0;
  #start = 0;
  #path: readonly Range[] = [];
  /** Of the open list; the first `#count` are set. */
  #ends = new Uint32Array(1024);
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  open(depth: number, start: number, keys: readonly Range[]): void {
    this.isOpen = true;
    this.#depth = depth;
    this.#start = start;
    this.#path = keys.slice(1, depth);
    this.#count = 0;
  }

  itemEnds(depth: number, at: number): void {
    if (!this.isOpen || depth !== this.#depth) return;
    if (this.#count === this.#ends.length) {
      const more = new Uint32Array(this.#count * 2);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.#count] = at;
    this.#count += 1;
  }

  close(depth: number, at: number): void {
    if (!this.isOpen || depth !== this.#depth) return;
    if (at > this.#start) this.itemEnds(depth, at);
    this.isOpen = false;
    const best = this.best;
    const longest =
      best === undefined ? -1 : (best.ends.at(-1) ?? best.start) - best.start;
    if (this.#path.length > mostAround || at - this.#start <= longest) return;
    const path = this.#path.map(
      ({ start, end }) =>
        JSON.parse(
          new TextDecoder().decode(this.#bytes.subarray(start, end)),
        ) as string,
    );
    this.best = {
      start: this.#start,
      ends: this.#ends.slice(0, this.#count),
      separator: 1,
      ...(path.length === 0 ? {} : { property: path.join(".") }),
    };
  }
}

/** Index behind a string, number, `true`, `false` or `null`; -1 where none of them stands. */
function endOfScalar(bytes: Uint8Array, start: number): number {
  switch (bytes[start]) {
    case quote:
      return endOfString(bytes, start);
    case 0x74:
      return endOfWord(bytes, start, "true");
    case 0x66:
      return endOfWord(bytes, start, "false");
    case 0x6e:
      return endOfWord(bytes, start, "null");
    default:
      return endOfNumber(bytes, start);
  }
}

function endOfWord(bytes: Uint8Array, start: number, word: string): number {
  for (let index = 0; index < word.length; index++)
    if (bytes[start + index] !== word.charCodeAt(index)) return -1;
  return start + word.length;
}

function endOfString(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  for (let at = start + 1; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at + 1;
    if (byte < 0x20) return -1;
    if (byte !== 0x5c) continue;
    at += 1;
    if (bytes[at] === 0x75) {
      for (let digit = 1; digit <= 4; digit++)
        if (!isHexDigit(bytes[at + digit] ?? 0)) return -1;
      at += 4;
    } else if (!escaped.has(bytes[at] ?? 0)) return -1;
  }
  return -1;
}

/** What may stand behind a backslash, but for `u`. */
const escaped: ReadonlySet<number> = new Set(
  [...'"\\/bfnrt'].map((character) => character.charCodeAt(0)),
);

function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const whole = endOfDigits(bytes, at);
  if (whole === at || (bytes[at] === 0x30 && whole > at + 1)) return -1;
  at = whole;
  if (bytes[at] === 0x2e) {
    const end = endOfDigits(bytes, at + 1);
    if (end === at + 1) return -1;
    at = end;
  }
  if (bytes[at] === 0x45 || bytes[at] === 0x65) {
    at += 1;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at += 1;
    const end = endOfDigits(bytes, at);
    if (end === at) return -1;
    at = end;
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

/** Space, tab, line feed, carriage return. */
function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** @param bytes JSON */
function withoutSpaces(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const compact = new Uint8Array(length);
  let to = 0;
  let isText = false;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (!isText && isSpace(byte)) continue;
    compact[to++] = byte;
    if (byte === quote) isText = !isText;
    else if (byte === 0x5c) compact[to++] = bytes[++at] ?? 0;
  }
  return compact.subarray(0, to);
}
