/**
 * JSON (RFC 8259) without losing digits. `JSON.parse` turns 9007199254740993 into …992: ids of 64 bits would name
 * another thing. Here such integers are kept as strings of their digits, on every version of Node alike.
 */
import type { JsonValue } from "../data/model.js";

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
