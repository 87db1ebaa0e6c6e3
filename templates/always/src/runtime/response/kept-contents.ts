/** A part of an answer that was kept, as the content of a resource, with a word on the next one. */
import { toBase64 } from "../data/bytes.js";
import type { ResourceContent } from "../data/model-parts.js";
import { scrubPart } from "../secret.js";
import type { WholeAnswer } from "./call-result.js";
import { quotedWhereLikeOurs } from "./own-words.js";
import { textPart } from "./part.js";

/** Base64 of this many bytes and the message around it stay below what clients read (10 MiB). */
const mostBinaryBytes = 3 * 1024 * 1024;

/** The URI of the part that begins at an item, character or byte. */
type UriAt = (at: number) => string;

/**
 * `undefined` behind the end.
 *
 * @param from item, character or byte that it begins at
 * @param mostTextBytes bytes of a part that is text
 */
export function contentsOf(
  answer: WholeAnswer,
  from: number,
  mostTextBytes: number,
  uriAt: UriAt,
): readonly ResourceContent[] | undefined {
  return answer.kind === "text"
    ? textContents(answer, from, mostTextBytes, uriAt)
    : byteContents(answer, from, uriAt);
}

function textContents(
  answer: WholeAnswer & { kind: "text" },
  from: number,
  mostBytes: number,
  uriAt: UriAt,
): readonly ResourceContent[] | undefined {
  const part = textPart(answer, from, mostBytes);
  if (part === undefined) return undefined;
  const { unit, to, of, next } = part;
  const what = `${unit} ${part.from} to ${to} of ${of}`;
  const word = wordOn(what, uriAt, next, answer.cut);
  // Beside a word of ours: alone, the text may be a file.
  const isMarked = (word.length > 0 || from > 0) && unit !== "items";
  const text = isMarked ? quotedWhereLikeOurs(part.text) : part.text;
  return [{ uri: uriAt(from), mimeType: answer.mimeType, text }, ...word];
}

function byteContents(
  { bytes, mimeType }: WholeAnswer & { kind: "bytes" },
  from: number,
  uriAt: UriAt,
): readonly ResourceContent[] | undefined {
  if (from >= bytes.byteLength) return undefined;
  const end = Math.min(from + mostBinaryBytes, bytes.byteLength);
  const blob = toBase64(scrubPart(bytes, from, end));
  return [
    { uri: uriAt(from), mimeType, blob },
    ...wordOn(
      `bytes ${from + 1} to ${end} of ${bytes.byteLength}`,
      uriAt,
      end < bytes.byteLength ? end : undefined,
    ),
  ];
}

function wordOn(
  what: string,
  uriAt: UriAt,
  next: number | undefined,
  cut?: string,
): readonly ResourceContent[] {
  if (next === undefined && cut === undefined) return [];
  const uri = uriAt(next ?? 0);
  const word =
    next === undefined
      ? `This is the end of what came: ${cut}`
      : `The next one is at ${uri}`;
  const text = `[Part: ${what}. ${word}]`;
  return [{ uri, mimeType: "text/plain", text }];
}
