/** Reads the body of an answer: undoes its content coding (RFC 9110 §8.4) and stops at a limit of decoded bytes. */

import { pipeline, type Readable, type Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
} from "node:zlib";

import { mostOfFirst } from "../response/records.js";
import { AnswerRoom, type OwnRoom } from "../upstream/answer-room.js";
import type { CutBy } from "../upstream/http-message.js";
import { MalformedAnswerError } from "../upstream/upstream-failure.js";

export interface ReadBody {
  readonly bytes: Uint8Array;
  /** Whether more would have followed. */
  readonly truncated: boolean;
  readonly cutBy?: CutBy;
}

/**
 * Whether what came before an error is worth something without the rest, and what cut it.
 *
 * @param start of what came: the first mebibyte at most
 */
export type CutOf = (start: Uint8Array, error: unknown) => CutBy | undefined;

/** What else there is to it while a body is read. */
export interface WhileRead {
  /** Room for what is read; absent: there is enough. */
  readonly own?: OwnRoom;
  /** Ends the wait for it. */
  readonly signal: AbortSignal;
  /** Told of each piece that is read. */
  readonly along?: (piece: Uint8Array) => void;
}

/** What `Accept-Encoding` asks for. Brotli, which is read too, takes up to 16 MiB of memory for each answer. */
export const acceptedCodings = "gzip, deflate";
/** Answers in Brotli that are read at the same time: some servers send it to whoever asks. */
const mostWindows = 3;
const windows = new AnswerRoom({
  freeBytes: 0,
  sharedBytes: mostWindows,
  mostBeyond: 0,
});
const endless = new AbortController().signal;

/**
 * Reads at most `limit` decoded bytes. A stream that has more is destroyed, and with it its connection.
 *
 * @param cutOf default: nothing is worth anything without the rest
 * @throws MalformedAnswerError if the body is not in the coding that it claims; else the stream's own error
 */
export async function readBody(
  stream: Readable,
  contentEncoding: string | null,
  limit: number,
  cutOf: CutOf = () => undefined,
  reading: WhileRead = { signal: endless },
): Promise<ReadBody> {
  // Destroying it before its end makes it emit an error after the reader has gone.
  stream.on("error", () => undefined);
  const source = stream[Symbol.asyncIterator]();
  const window = windows.open();
  try {
    const coding = codingOf(contentEncoding);
    const first = await firstOf(source, cutOf);
    if ("bytes" in first) return first;
    // A HEAD or 304 announces the coding of a body that is not there.
    if (first.done === true)
      return { bytes: new Uint8Array(), truncated: false };
    const chunks = prepend(first.value, source);
    if (coding === "identity")
      return await collect(chunks, limit, cutOf, reading);
    if (coding === "br") await window.take(1, reading.signal);
    const decoder = decoderOf(coding, first.value);
    // The error reaches the reader through the decoder; the callback only keeps it from being thrown.
    pipeline(chunks, decoder, () => undefined);
    return await collect(decoder, limit, cutOf, reading).catch(
      (error: unknown) => {
        if (isCodingError(error)) {
          throw new MalformedAnswerError(
            `the body of its answer is no valid ${coding}`,
          );
        }
        throw error;
      },
    );
  } finally {
    window.release();
    stream.destroy();
  }
}

/** The first piece, or what there is where none came. */
async function firstOf(
  source: AsyncIterator<Uint8Array>,
  cutOf: CutOf,
): Promise<IteratorResult<Uint8Array> | ReadBody> {
  try {
    return await source.next();
  } catch (error) {
    const bytes = new Uint8Array();
    const cutBy = cutOf(bytes, error);
    if (cutBy === undefined) throw error;
    return { bytes, truncated: true, cutBy };
  }
}

/** Errors of zlib have a number and a code of their own; those of the connection have other codes. */
export function isCodingError(error: unknown): boolean {
  return (
    error instanceof Error &&
    "errno" in error &&
    "code" in error &&
    /^(?:Z_|ERR_)/.test(String(error.code))
  );
}

type Coding = "identity" | "gzip" | "deflate" | "br";

function codingOf(contentEncoding: string | null): Coding {
  const codings = (contentEncoding ?? "")
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "" && item !== "identity");
  const [coding, second] = codings;
  if (coding === undefined) return "identity";
  // Each further coding multiplies what a few bytes can grow to.
  const known = second === undefined ? knownCodings.get(coding) : undefined;
  if (known !== undefined) return known;
  throw new MalformedAnswerError(
    "its answer has a content coding that was not asked for",
  );
}

const knownCodings: ReadonlyMap<string, Coding> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
]);

function decoderOf(
  coding: Exclude<Coding, "identity">,
  first: Uint8Array,
): Transform {
  switch (coding) {
    case "gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      // Some servers leave out the zlib wrapper that RFC 9110 §8.4.1.2 asks for; its first byte tells.
      return ((first[0] ?? 0) & 0x0f) === 8
        ? createInflate()
        : createInflateRaw();
    default:
      return coding satisfies never;
  }
}

async function* prepend(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  for (
    let next = await rest.next();
    next.done !== true;
    next = await rest.next()
  )
    yield next.value;
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  cutOf: CutOf,
  { own, signal, along }: WhileRead,
): Promise<ReadBody> {
  const kept: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      const piece = chunk.subarray(0, limit - length);
      await own?.take(piece.length, signal);
      along?.(piece);
      kept.push(piece);
      length += piece.length;
      if (piece.length < chunk.length)
        return { bytes: Buffer.concat(kept), truncated: true };
    }
  } catch (error) {
    const start = Buffer.concat(kept, Math.min(length, mostOfFirst));
    const cutBy = cutOf(start, error);
    if (cutBy === undefined) throw error;
    return { bytes: Buffer.concat(kept), truncated: true, cutBy };
  }
  return { bytes: Buffer.concat(kept), truncated: false };
}
