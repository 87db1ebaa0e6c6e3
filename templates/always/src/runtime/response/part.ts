/** Answers that a result holds only a part of: which part, and what is left. Only the part is made a text. */
import { concatBytes, utf8Text } from "../data/bytes.js";
import type { WholeAnswer } from "./call-result.js";
import { scrubPart, scrubText } from "../secret.js";
import { visibleText } from "../text/visible.js";
import { type TextList, endOfCharacters } from "./text.js";

/** In `_meta` of a result that holds only a part of the answer: `from`, `to` and `of`, and `next`, where the rest is. */
export const partKey = "openapi-to-mcp/part";

/** Argument, of every tool, that asks for a part of an answer that was given in part. No list names it: answers do. */
export const partArgument = "answer_part";

export interface Part {
  /** Ends between items, and then has the form of the whole; else between characters. */
  readonly text: string;
  /** Whether hidden characters were taken out. */
  readonly isChanged: boolean;
  /** First and last item or byte of the part, counted from 1, and how many there are. */
  readonly from: number;
  readonly to: number;
  readonly of: number;
  readonly unit: "items" | "bytes";
  /** Where the next part begins; absent behind the last one. */
  readonly next?: number;
}

/** How a text is divided. */
export type TextForm = "json" | "records" | "events" | "plain";

/** A text with its list, if its parts can be of whole items: each of them fits, and what stands around is not the most. */
export function wholeText(
  bytes: Uint8Array,
  list: TextList | undefined,
  mimeType: string,
  maxBytes: number,
): WholeAnswer & { kind: "text" } {
  const plain = { kind: "text", bytes, mimeType } as const;
  if (list === undefined || list.ends.length < 2) return plain;
  const frame = frameBytes(bytes, list);
  const fits = list.ends.every(
    (end, index) => end - startOf(list, index) + frame <= maxBytes,
  );
  return fits && frame * 2 <= maxBytes ? { ...plain, list } : plain;
}

/**
 * The part of a text that begins at an item or, without a list, at a byte; `undefined` where there is none.
 *
 * @param at what an earlier part gave as `next`; 0 is the first
 */
export function textPart(
  { bytes, list }: WholeAnswer & { kind: "text" },
  at: number,
  maxBytes: number,
): Part | undefined {
  if (list !== undefined) return itemsPart(bytes, list, at, maxBytes);
  if (at >= bytes.length && at > 0) return undefined;
  const from = endOfCharacters(bytes, at);
  const to = endOfCharacters(bytes, Math.min(from + maxBytes, bytes.length));
  return {
    ...cleanText(bytes, [[from, to]]),
    from: from + 1,
    to,
    of: bytes.length,
    unit: "bytes",
    ...(to < bytes.length && to > from ? { next: to } : {}),
  };
}

function itemsPart(
  bytes: Uint8Array,
  list: TextList,
  at: number,
  maxBytes: number,
): Part | undefined {
  const { ends, start } = list;
  if (at >= ends.length) return undefined;
  // One at least: who goes on would else never come to its end.
  const end = at + Math.max(1, countOf(bytes, list, at, maxBytes));
  return {
    ...cleanText(bytes, [
      [0, start],
      [startOf(list, at), ends[end - 1] ?? start],
      [ends.at(-1) ?? start, bytes.length],
    ]),
    from: at + 1,
    to: end,
    of: ends.length,
    unit: "items",
    ...(end < ends.length ? { next: end } : {}),
  };
}

/** Ranges of a text, one behind the other, without what nobody may see. */
function cleanText(
  bytes: Uint8Array,
  ranges: readonly (readonly [from: number, to: number])[],
): Pick<Part, "text" | "isChanged"> {
  const clean = utf8Text(
    concatBytes(ranges.map(([from, to]) => scrubPart(bytes, from, to))),
  );
  const text = visibleText(clean);
  const isChanged = text !== clean;
  // What was hidden within a secret kept it from being recognised.
  return { text: isChanged ? scrubText(text) : text, isChanged };
}

/** How many items from `at` on fit, with what stands around the list. */
function countOf(
  bytes: Uint8Array,
  list: TextList,
  at: number,
  maxBytes: number,
): number {
  const room = maxBytes - frameBytes(bytes, list);
  const start = startOf(list, at);
  let end = at;
  while (end < list.ends.length && (list.ends[end] ?? 0) - start <= room)
    end += 1;
  return end - at;
}

/** The byte at which a part begins. */
export function byteAt(
  { list }: WholeAnswer & { kind: "text" },
  at: number,
): number {
  return list === undefined ? at : startOf(list, at);
}

function startOf({ start, ends, separator }: TextList, index: number): number {
  const before = ends[index - 1];
  return before === undefined ? start : before + separator;
}

function frameBytes({ length }: Uint8Array, { start, ends }: TextList): number {
  return start + length - (ends.at(-1) ?? start);
}
