/**
 * Answers that are too large for a result, kept for some minutes to be read in parts: as resources that no list names
 * and nobody can guess. In this process's memory, and in the store where other instances see it.
 */
import { toBase64 } from "../data/bytes.js";
import { letGo } from "../upstream/deadline.js";
import { quotedWhereLikeOurs } from "./own-words.js";
import { scrubPart } from "../secret.js";
import { textPart } from "./part.js";
import type { KeptAnswer, WholeAnswer } from "./call-result.js";
import type { ResourceContent } from "../data/model-parts.js";
import { SharedAnswers } from "./shared-answers.js";
import type { Store } from "../store/store.js";
import { type UriTemplate, uriTemplate } from "../request/uri-template.js";

/** A scheme of its own: no path of an API can be taken for it. */
const scheme = "answer";

export interface KeepLimits {
  /** Milliseconds that an answer is kept. */
  readonly keptMs: number;
  /** Answers and bytes of one caller, and bytes of all: beyond, the oldest go. */
  readonly perCaller: number;
  readonly bytesPerCaller: number;
  readonly bytes: number;
  /** Bytes of one part. */
  readonly partBytes: number;
}

const defaults: KeepLimits = {
  keptMs: 5 * 60_000,
  perCaller: 8,
  bytesPerCaller: 24 * 1024 * 1024,
  bytes: 96 * 1024 * 1024,
  partBytes: 100 * 1024,
};

export interface FoundPart {
  readonly answer: WholeAnswer;
  /** Item, character or byte that it begins at. */
  readonly at: number;
  uriAt(at: number): string;
}

interface Entry {
  readonly caller: string;
  readonly answer: WholeAnswer;
  readonly bytes: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Base64 of this many bytes and the message around it stay below what clients read (10 MiB). */
const mostBinaryBytes = 3 * 1024 * 1024;

export class KeptAnswers {
  readonly template: UriTemplate = uriTemplate(`${scheme}://{id}{?from}`);
  readonly #limits: KeepLimits;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #shared: SharedAnswers | undefined;
  /** Those that are being fetched from the store. */
  readonly #fetching = new Map<string, Promise<Entry | undefined>>();

  constructor(limits: Partial<KeepLimits> = {}, store?: Store) {
    this.#limits = { ...defaults, ...limits };
    this.#shared =
      store?.isShared === true
        ? new SharedAnswers(store, this.#limits)
        : undefined;
  }

  /** Keeps an answer for a caller; `undefined` for one that is too large. */
  keep(caller: string, answer: WholeAnswer): KeptAnswer | undefined {
    const { bytesPerCaller, keptMs } = this.#limits;
    if (bytesOf(answer) > bytesPerCaller) return undefined;
    const id = crypto.randomUUID();
    this.#remember(id, caller, answer, keptMs);
    return {
      uriAt: (at) => uriOf(id, at),
      // Without the store this instance still has it.
      written: Promise.resolve(this.#shared?.write(id, caller, answer)).catch(
        () => undefined,
      ),
    };
  }

  /** An answer by the URI of one of its parts, and where that begins; `undefined` for what is not kept for this caller. */
  async find(uri: string, caller: string): Promise<FoundPart | undefined> {
    const [, id = "", from = "0"] =
      /^answer:\/\/([\da-f-]{36})(?:\?from=(\d{1,15}))?$/.exec(uri) ?? [];
    const entry = this.#entries.get(id) ?? (await this.#fetch(id, caller));
    return entry?.caller === caller
      ? {
          answer: entry.answer,
          at: Number(from),
          uriAt: (at) => uriOf(id, at),
        }
      : undefined;
  }

  /** A part of an answer, and a word on the next one; `undefined` for what is not, or no longer, kept for this caller. */
  async read(
    values: ReadonlyMap<string, readonly string[]>,
    caller: string,
  ): Promise<readonly ResourceContent[] | undefined> {
    const [id = ""] = values.get("id") ?? [];
    const [from = "0"] = values.get("from") ?? [];
    if (!/^\d{1,15}$/.test(from)) return undefined;
    const entry = this.#entries.get(id) ?? (await this.#fetch(id, caller));
    if (entry?.caller !== caller) return undefined;
    return entry.answer.kind === "text"
      ? this.#readText(id, entry.answer, Number(from))
      : readBytes(id, entry.answer, Number(from));
  }

  /** Forgets all, so that no timer is left. */
  close(): void {
    for (const id of [...this.#entries.keys()]) this.#forget(id);
  }

  /** From the store, once for all who ask at the same time; then it is here for the parts that follow. */
  #fetch(id: string, caller: string): Promise<Entry | undefined> {
    if (this.#shared === undefined || !isId(id)) return noEntry;
    const key = JSON.stringify([id, caller]);
    const running =
      this.#fetching.get(key) ??
      this.#shared
        .read(id, caller)
        .then(
          (found) =>
            found &&
            this.#remember(id, caller, found.answer, found.expiresInMs),
          () => undefined,
        )
        .finally(() => this.#fetching.delete(key));
    this.#fetching.set(key, running);
    return running;
  }

  #remember(
    id: string,
    caller: string,
    answer: WholeAnswer,
    keptMs: number,
  ): Entry {
    const timer = setTimeout(() => this.#entries.delete(id), keptMs);
    letGo(timer);
    const entry = { caller, answer, bytes: bytesOf(answer), timer };
    this.#entries.set(id, entry);
    this.#makeRoom(caller);
    return entry;
  }

  #readText(
    id: string,
    answer: WholeAnswer & { kind: "text" },
    from: number,
  ): readonly ResourceContent[] | undefined {
    const part = textPart(answer, from, this.#limits.partBytes);
    if (part === undefined) return undefined;
    const uri = uriOf(id, from);
    const { unit, to, of, next } = part;
    const what = `${unit} ${part.from} to ${to} of ${of}`;
    const word = wordOn(what, id, next, answer.cut);
    // Beside a word of ours: alone, the text may be a file.
    const isMarked = (word.length > 0 || from > 0) && unit !== "items";
    const text = isMarked ? quotedWhereLikeOurs(part.text) : part.text;
    return [{ uri, mimeType: answer.mimeType, text }, ...word];
  }

  #makeRoom(caller: string): void {
    const { perCaller, bytesPerCaller, bytes } = this.#limits;
    const own = () =>
      [...this.#entries].filter(([, entry]) => entry.caller === caller);
    for (
      let entries = own();
      entries.length > perCaller || sizeOf(entries) > bytesPerCaller;
      entries = own()
    )
      this.#forget(entries[0]?.[0] ?? "");
    while (sizeOf([...this.#entries]) > bytes)
      this.#forget(this.#entries.keys().next().value ?? "");
  }

  #forget(id: string): void {
    clearTimeout(this.#entries.get(id)?.timer);
    this.#entries.delete(id);
  }
}

const noEntry = Promise.resolve(undefined);

function isId(text: string): boolean {
  return /^[\da-f-]{36}$/.test(text);
}

function bytesOf(answer: WholeAnswer): number {
  const ends = answer.kind === "text" ? answer.list?.ends.byteLength : 0;
  return answer.bytes.byteLength + (ends ?? 0);
}

function readBytes(
  id: string,
  { bytes, mimeType }: WholeAnswer & { kind: "bytes" },
  from: number,
): readonly ResourceContent[] | undefined {
  if (from >= bytes.byteLength) return undefined;
  const end = Math.min(from + mostBinaryBytes, bytes.byteLength);
  const part = scrubPart(bytes, from, end);
  return [
    {
      uri: uriOf(id, from),
      mimeType,
      blob: toBase64(part),
    },
    ...wordOn(
      `bytes ${from + 1} to ${end} of ${bytes.byteLength}`,
      id,
      end < bytes.byteLength ? end : undefined,
    ),
  ];
}

function wordOn(
  what: string,
  id: string,
  next: number | undefined,
  cut?: string,
): readonly ResourceContent[] {
  if (next === undefined && cut === undefined) return [];
  const uri = uriOf(id, next ?? 0);
  const word =
    next === undefined
      ? `This is the end of what came: ${cut}`
      : `The next one is at ${uri}`;
  const text = `[Part: ${what}. ${word}]`;
  return [{ uri, mimeType: "text/plain", text }];
}

function uriOf(id: string, at: number): string {
  return `${scheme}://${id}${at === 0 ? "" : `?from=${at}`}`;
}

function sizeOf(entries: readonly (readonly [string, Entry])[]): number {
  return entries.reduce((total, [, { bytes }]) => total + bytes, 0);
}
