import { pointerTo } from "../base/json.ts";
import { lineFinder } from "./lines.ts";
import type { Place, Positions } from "./positions.ts";

interface Entry {
  /** Offset of the key, or of the element. */
  readonly start: number;
  readonly value: number;
}

/**
 * Positions in valid JSON text. A container is scanned when something in it is asked for, and then remembered: the
 * first question about a large document costs one pass over its top level, further ones next to nothing.
 */
export function jsonPositions(text: string): Positions {
  const lineOf = lineFinder(text);
  const containers = new Map<string, ReadonlyMap<string, Entry>>();

  const place = (tokens: readonly string[]): Place => {
    let pointer = "";
    let entry: Entry = { start: skipSpace(text, 0), value: skipSpace(text, 0) };
    let found = 0;
    for (const token of tokens) {
      let entries = containers.get(pointer);
      if (entries === undefined) {
        entries = entriesAt(text, entry.value);
        containers.set(pointer, entries);
      }
      const next = entries.get(token);
      if (next === undefined) break;
      entry = next;
      pointer = pointerTo(pointer, token);
      found += 1;
    }
    return { line: lineOf(entry.start), found };
  };
  return { place };
}

function entriesAt(text: string, offset: number): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const open = text[offset];
  if (open !== "{" && open !== "[") return entries;
  let at = skipSpace(text, offset + 1);
  for (let index = 0; at < text.length && text[at] !== "}" && text[at] !== "]"; index += 1) {
    const start = at;
    let key = String(index);
    if (open === "{") {
      const end = endOfString(text, at);
      key = JSON.parse(text.slice(at, end)) as string;
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    entries.set(key, { start, value: at });
    at = skipSpace(text, endOfValue(text, at));
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return entries;
}

function skipSpace(text: string, offset: number): number {
  let at = offset;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

/** Offset behind the string that starts at `offset`. */
function endOfString(text: string, offset: number): number {
  let at = offset + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || Number.isNaN(code)) return at + 1;
    at += code === 0x5c ? 2 : 1;
  }
}

/** Offset behind the value that starts at `offset`. */
function endOfValue(text: string, offset: number): number {
  let at = offset;
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth < 0) return at;
      if (depth === 0) return at + 1;
    } else if (code === 0x2c && depth === 0) return at;
    at += 1;
  }
  return at;
}
