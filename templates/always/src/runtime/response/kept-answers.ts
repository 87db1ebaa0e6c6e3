/**
 * Answers that are too large for a result, kept for some minutes to be read in parts: as resources that no list names
 * and nobody can guess. In this process's memory, and in the store where other instances see it.
 */
import { Late } from "../data/late.js";
import type { ResourceContent } from "../data/model-parts.js";
import type { Store } from "../store/store.js";
import { letGo } from "../upstream/deadline.js";
import type { KeptAnswer, WholeAnswer } from "./call-result.js";
import type { SharedAnswers } from "./shared-answers.js";

/** URI of a part. A scheme of its own: no path of an API can be taken for it. */
export const partTemplate = "answer://{id}{?from}";

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

export class KeptAnswers {
  readonly #limits: KeepLimits;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** Loaded with the first answer that is written or looked for; absent where no other instance sees the store. */
  readonly #shared: Late<SharedAnswers> | undefined;
  /** Those that are being fetched from the store. */
  readonly #fetching = new Map<string, Promise<Entry | undefined>>();

  constructor(limits: Partial<KeepLimits> = {}, store?: Store) {
    this.#limits = { ...defaults, ...limits };
    if (store?.isShared !== true) return;
    this.#shared = new Late(async () => {
      const module = await import("./shared-answers.js");
      return new module.SharedAnswers(store, this.#limits);
    });
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
      written: this.#write(id, caller, answer).catch(() => undefined),
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
    // Loaded with the first part that is read.
    const { contentsOf } = await import("./kept-contents.js");
    const { partBytes } = this.#limits;
    const uriAt = (at: number): string => uriOf(id, at);
    return contentsOf(entry.answer, Number(from), partBytes, uriAt);
  }

  /** Forgets all, so that no timer is left. */
  close(): void {
    for (const id of [...this.#entries.keys()]) this.#forget(id);
  }

  async #write(id: string, caller: string, answer: WholeAnswer): Promise<void> {
    await (await this.#shared?.get())?.write(id, caller, answer);
  }

  /** From the store, once for all who ask at the same time; then it is here for the parts that follow. */
  #fetch(id: string, caller: string): Promise<Entry | undefined> {
    if (this.#shared === undefined || !isId(id)) return noEntry;
    const key = JSON.stringify([id, caller]);
    const running =
      this.#fetching.get(key) ??
      this.#shared
        .get()
        .then((shared) => shared.read(id, caller))
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

function uriOf(id: string, at: number): string {
  return `answer://${id}${at === 0 ? "" : `?from=${at}`}`;
}

function sizeOf(entries: readonly (readonly [string, Entry])[]): number {
  return entries.reduce((total, [, { bytes }]) => total + bytes, 0);
}
