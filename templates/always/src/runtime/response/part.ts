/** Answers that a result holds only a part of: which part, and what is left. */
import { jsonList, recordList, type TextList } from "./text-list.js";
import { cutText } from "./text.js";

/** In `_meta` of a result that holds only a part of the answer: `from`, `to` and `of`, and `next`, where the rest is. */
export const partKey = "openapi-to-mcp/part";

/** An answer as it came, to be given in parts. */
export type WholeAnswer =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly mimeType: string;
      /** Between its items the text is cut. */
      readonly list?: TextList;
    }
  | {
      readonly kind: "bytes";
      readonly bytes: Uint8Array;
      readonly mimeType: string;
    };

export interface Part {
  /** Ends between items, and then has the form of the whole; else between characters. */
  readonly text: string;
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
  text: string,
  form: TextForm,
  mimeType: string,
  maxBytes: number,
): WholeAnswer & { kind: "text" } {
  const list =
    form === "json"
      ? jsonList(text)
      : form === "plain"
        ? undefined
        : recordList(text, form === "events");
  const plain = { kind: "text", text, mimeType } as const;
  if (list === undefined || list.ends.length < 2) return plain;
  const frame = frameBytes(text, list);
  const fits = list.ends.every(
    (end, index) => itemBytes(text, list, index, end) + frame <= maxBytes,
  );
  return fits && frame * 2 <= maxBytes ? { ...plain, list } : plain;
}

/**
 * The part of a text that begins at an item or, without a list, at a character; `undefined` where there is none.
 *
 * @param at what an earlier part gave as `next`; 0 is the first
 */
export function textPart(
  { text, list }: WholeAnswer & { kind: "text" },
  at: number,
  maxBytes: number,
): Part | undefined {
  if (list !== undefined) return itemsPart(text, list, at, maxBytes);
  if (at >= text.length && at > 0) return undefined;
  const cut = cutText(text.slice(at), maxBytes);
  const before = Buffer.byteLength(text.slice(0, at));
  const end = at + cut.text.length;
  return {
    text: cut.text,
    from: before + 1,
    to: before + Buffer.byteLength(cut.text),
    of: before + cut.bytes,
    unit: "bytes",
    ...(end < text.length && end > at ? { next: end } : {}),
  };
}

function itemsPart(
  text: string,
  list: TextList,
  at: number,
  maxBytes: number,
): Part | undefined {
  const { ends, start } = list;
  if (at >= ends.length) return undefined;
  const count = countOf(text, list, at, maxBytes);
  const end = at + count;
  const items = text.slice(startOf(list, at), ends[end - 1] ?? start);
  return {
    text: text.slice(0, start) + items + text.slice(ends.at(-1) ?? start),
    from: at + 1,
    to: end,
    of: ends.length,
    unit: "items",
    ...(end < ends.length ? { next: end } : {}),
  };
}

/** How many items from `at` on fit, with what stands around the list. */
export function countOf(
  text: string,
  list: TextList,
  at: number,
  maxBytes: number,
): number {
  let bytes = frameBytes(text, list);
  let end = at;
  for (; end < list.ends.length; end++) {
    bytes +=
      itemBytes(text, list, end, list.ends[end] ?? 0) +
      (end === at ? 0 : list.separator);
    if (bytes > maxBytes) break;
  }
  return end - at;
}

function startOf({ start, ends, separator }: TextList, index: number): number {
  const before = ends[index - 1];
  return before === undefined ? start : before + separator;
}

/** Bytes of an item. */
function itemBytes(
  text: string,
  list: TextList,
  index: number,
  end: number,
): number {
  return Buffer.byteLength(text.slice(startOf(list, index), end));
}

function frameBytes(text: string, { start, ends }: TextList): number {
  return (
    Buffer.byteLength(text.slice(0, start)) +
    Buffer.byteLength(text.slice(ends.at(-1) ?? start))
  );
}
