/**
 * Kept answers as other instances read them: in pieces in the store, without what is known to be secret, and sealed with a
 * key that only their URI has. Whoever reads the store learns how long they are.
 */
import { concatBytes, utf8, utf8Text } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { isJsonArray } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import type { WholeAnswer } from "./call-result.js";
import { blotPart } from "../secret.js";
import { hashedKey, type Store } from "../store/store.js";
import { Seal } from "../store/shared-secrets.js";
import type { TextList } from "./text.js";

export interface SharedLimits {
  /** Milliseconds that an answer is kept. */
  readonly keptMs: number;
  /** Answers and bytes of one caller: beyond, the oldest go. */
  readonly perCaller: number;
  readonly bytesPerCaller: number;
}

/** What is said of an answer before its pieces. */
interface Head {
  readonly kind: WholeAnswer["kind"];
  readonly mimeType: string;
  readonly byteLength: number;
  /** Items of its list. */
  readonly items: number;
  readonly list?: Omit<TextList, "ends">;
  readonly next?: JsonObject;
  readonly cut?: string;
}

/** One of a caller's answers, oldest first. */
interface Listed {
  readonly key: string;
  readonly pieces: number;
  readonly bytes: number;
}

export interface FoundAnswer {
  readonly answer: WholeAnswer;
  /** Milliseconds that it is still kept. */
  readonly expiresInMs: number;
}

const pieceBytes = 512 * 1024;
/** Times that another instance may be faster at the list of a caller's answers. */
const mostTries = 100;

export class SharedAnswers {
  readonly #store: Store;
  readonly #limits: SharedLimits;

  constructor(store: Store, limits: SharedLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** @throws StoreError */
  async write(id: string, caller: string, answer: WholeAnswer): Promise<void> {
    const { keptMs } = this.#limits;
    const key = await hashedKey("answer", id);
    const seal = await Seal.of(id, "answer");
    const ends = endsOf(answer);
    const bytes = answer.bytes.byteLength + ends.byteLength;
    const pieces = Math.ceil(bytes / pieceBytes);
    await this.#makeRoom(caller, { key, pieces, bytes });
    for (let index = 0; index < pieces; index += 1) {
      const piece = pieceOf(answer.bytes, ends, index);
      await this.#store.set(
        `${key}:${index}`,
        await seal.close(piece, placeOf(caller, index)),
        keptMs,
      );
    }
    // Last: who finds it finds all.
    const head = utf8(JSON.stringify(headOf(answer)));
    await this.#store.set(
      key,
      await seal.close(head, placeOf(caller, "head")),
      keptMs,
    );
  }

  /**
   * `undefined` for what is not, or no longer, kept for this caller.
   *
   * @throws StoreError
   */
  async read(id: string, caller: string): Promise<FoundAnswer | undefined> {
    const key = await hashedKey("answer", id);
    const entry = await this.#store.get(key);
    if (entry === undefined) return undefined;
    const seal = await Seal.of(id, "answer");
    const opened = await seal.open(entry.value, placeOf(caller, "head"));
    if (opened === undefined) return undefined;
    const head = JSON.parse(utf8Text(opened)) as Head;
    const whole: Uint8Array[] = [];
    const bytes = head.byteLength + head.items * Uint32Array.BYTES_PER_ELEMENT;
    for (let index = 0; index < Math.ceil(bytes / pieceBytes); index += 1) {
      const piece = await this.#store.get(`${key}:${index}`);
      const part =
        piece && (await seal.open(piece.value, placeOf(caller, index)));
      if (part === undefined) return undefined;
      whole.push(part);
    }
    const answer = answerOf(head, concatBytes(whole));
    return { answer, expiresInMs: entry.expiresInMs };
  }

  /** Notes an answer among those of its caller, and lets go of those that are too many. */
  async #makeRoom(caller: string, next: Listed): Promise<void> {
    const { keptMs } = this.#limits;
    const key = await hashedKey("answers", caller);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const found = await this.#store.get(key);
      const all = [...listOf(found?.value), next];
      const kept = this.#newest(all);
      const text = JSON.stringify(kept);
      if (!(await this.#store.compareAndSet(key, found?.value, text, keptMs)))
        continue;
      for (const old of all.slice(0, all.length - kept.length))
        await this.#forget(old);
      return;
    }
  }

  #newest(all: readonly Listed[]): readonly Listed[] {
    const { perCaller, bytesPerCaller } = this.#limits;
    let first = Math.max(0, all.length - perCaller);
    const sum = () =>
      all.slice(first).reduce((total, { bytes }) => total + bytes, 0);
    while (first < all.length && sum() > bytesPerCaller) first += 1;
    return all.slice(first);
  }

  async #forget({ key, pieces }: Listed): Promise<void> {
    await this.#store.delete(key);
    for (let index = 0; index < pieces; index += 1)
      await this.#store.delete(`${key}:${index}`);
  }
}

function placeOf(caller: string, piece: number | "head"): string {
  return JSON.stringify([caller, piece]);
}

function listOf(text: string | undefined): readonly Listed[] {
  const value: unknown = text === undefined ? [] : JSON.parse(text);
  return isJsonArray(value) ? (value as unknown as readonly Listed[]) : [];
}

function endsOf(answer: WholeAnswer): Uint8Array {
  const ends = answer.kind === "text" ? answer.list?.ends : undefined;
  return ends === undefined
    ? new Uint8Array()
    : new Uint8Array(ends.buffer, ends.byteOffset, ends.byteLength);
}

/** Of the answer's bytes with the ends of its items behind them. */
function pieceOf(
  bytes: Uint8Array,
  ends: Uint8Array,
  index: number,
): Uint8Array<ArrayBuffer> {
  const from = index * pieceBytes;
  const to = Math.min(from + pieceBytes, bytes.byteLength + ends.byteLength);
  const after = Math.max(0, from - bytes.byteLength);
  return concatBytes([
    from < bytes.byteLength
      ? blotPart(bytes, from, Math.min(to, bytes.byteLength))
      : new Uint8Array(),
    ends.subarray(after, Math.max(0, to - bytes.byteLength)),
  ]);
}

function headOf(answer: WholeAnswer): Head {
  const { kind, mimeType, bytes, next, cut } = answer;
  const head = {
    kind,
    mimeType,
    byteLength: bytes.byteLength,
    items: 0,
    ...defined({ next, cut }),
  };
  if (kind === "bytes" || answer.list === undefined) return head;
  const { ends, ...list } = answer.list;
  return { ...head, items: ends.length, list };
}

function answerOf(head: Head, whole: Uint8Array<ArrayBuffer>): WholeAnswer {
  const { kind, mimeType, byteLength, list, next, cut } = head;
  const bytes = whole.subarray(0, byteLength);
  if (kind === "bytes")
    return { kind, mimeType, bytes, ...defined({ next, cut }) };
  const ends = new Uint32Array(whole.slice(byteLength).buffer);
  return {
    kind,
    mimeType,
    bytes,
    ...defined({ list: list && { ...list, ends }, next, cut }),
  };
}
