/** What JSON text says beyond its value: its first fault, its repeated keys, how many it has (RFC 8259). */
import { pointerTo } from "../base/json.ts";

/** Members of all objects of valid JSON text, repeated ones included: one pass over its bytes, without building a value. */
export function membersOfJson(bytes: Uint8Array): number {
  const end = bytes.length;
  let members = 0;
  let index = 0;
  while (index < end) {
    const byte = bytes[index];
    index += 1;
    if (byte === 0x3a) members += 1;
    else if (byte === 0x22) {
      for (;;) {
        const inside = bytes[index];
        index += 1;
        if (inside === 0x22 || index >= end) break;
        if (inside === 0x5c) index += 1;
      }
    }
  }
  return members;
}

export interface JsonFault {
  /** Zero-based index into the text. */
  readonly offset: number;
  readonly expected: string;
  /** Where the fault is in a text: where that begins, and what is wrong with it, in words that follow it. */
  readonly within?: { readonly start: number; readonly reason: string };
}

export interface RepeatedKey {
  readonly pointer: string;
  readonly key: string;
  readonly offset: number;
}

export interface JsonScan {
  readonly fault: JsonFault | undefined;
  readonly repeated: readonly RepeatedKey[];
}

interface Level {
  readonly pointer: string;
  /** Keys so far; `undefined` for an array. */
  readonly keys: Set<string> | undefined;
  /** The member that is being read, or the index of the element. */
  at: string | number;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const text = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const literal = /true|false|null/y;
const space = /[ \t\r\n]*/y;

/** Why text in double quotes is none (RFC 8259 §7). */
function faultWithin(source: string, start: number): { readonly offset: number; readonly reason: string } | undefined {
  for (let offset = start + 1; offset < source.length; offset += 1) {
    const character = source[offset] ?? "";
    if (character === '"') return undefined;
    if (character === "\n" || character === "\r")
      return { offset: start, reason: "does not end on its line: a quote is missing, or a line break should be \\n" };
    if (character < " ") return { offset, reason: "holds a control character, which JSON writes as \\u00XX" };
    if (character !== "\\") continue;
    const escape = source.slice(offset, offset + 6);
    if (/^\\(?:[^"\\/bfnrtu]|u[\da-fA-F]{0,3}[^\da-fA-F])/.test(escape))
      return { offset, reason: `holds "${escape.slice(0, 2)}", which is no escape of JSON` };
    offset += 1;
  }
  return { offset: start, reason: "is cut off: the document ends within it" };
}

/** Reads JSON text strictly, up to its first fault. Slow, and thus only for text that is known to have one. */
export function scanJson(source: string): JsonScan {
  const repeated: RepeatedKey[] = [];
  const levels: Level[] = [];
  let offset = 0;
  const fault = (expected: string): JsonScan => {
    const within = source[offset] === '"' ? faultWithin(source, offset) : undefined;
    if (within === undefined) return { fault: { offset, expected }, repeated };
    return { fault: { offset: within.offset, expected, within: { start: offset, reason: within.reason } }, repeated };
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) offset += found.length;
    return found;
  };
  const readKey = (level: Level, keys: Set<string>): string | undefined => {
    const start = offset;
    const raw = take(text);
    if (raw === undefined) return source[offset] === "}" ? "a key after the comma" : "a key in double quotes";
    const key = JSON.parse(raw) as string;
    if (keys.has(key)) repeated.push({ pointer: pointerTo(level.pointer, key), key, offset: start });
    keys.add(key);
    level.at = key;
    take(space);
    if (source[offset] !== ":") return 'a ":" after the key';
    offset += 1;
    return undefined;
  };

  for (;;) {
    // A value.
    take(space);
    const parent = levels.at(-1);
    const pointer = parent === undefined ? "" : pointerTo(parent.pointer, parent.at);
    const first = source[offset];
    if (first === "{" || first === "[") {
      const level: Level = { pointer, keys: first === "{" ? new Set() : undefined, at: 0 };
      offset += 1;
      take(space);
      if (source[offset] === (first === "{" ? "}" : "]")) offset += 1;
      else {
        levels.push(level);
        if (level.keys !== undefined) {
          const expected = readKey(level, level.keys);
          if (expected !== undefined) return fault(expected);
        }
        continue;
      }
    } else if (take(text) === undefined && take(number) === undefined && take(literal) === undefined)
      return fault("a value");

    // What follows a value: the end of one or more containers, or the next member or element.
    for (;;) {
      take(space);
      const level = levels.at(-1);
      if (level === undefined)
        return offset < source.length ? fault("the end of the document") : { fault: undefined, repeated };
      const close = level.keys === undefined ? "]" : "}";
      if (source[offset] === close) {
        offset += 1;
        levels.pop();
        continue;
      }
      if (source[offset] !== ",") return fault(`"," or "${close}"`);
      offset += 1;
      take(space);
      if (level.keys === undefined) level.at = Number(level.at) + 1;
      else {
        const expected = readKey(level, level.keys);
        if (expected !== undefined) return fault(expected);
      }
      break;
    }
  }
}
