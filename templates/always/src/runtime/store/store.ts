import { toBase64, utf8, utf8Length } from "../data/bytes.js";
import { setNewest } from "../data/newest.js";
import type { Log } from "../log.js";
import type { Secret } from "../secret.js";

/**
 * What the instances of a server have in common: texts and counts by key, each for a time. In one process's memory
 * (`memory.ts`) or in Redis (`../node/redis.ts`); `src/main.ts` may give another.
 *
 * A key is up to 512 visible ASCII characters without spaces. It says first whose it is, up to a colon (`limit:…`), and
 * is no secret: what is long, or not for whoever sees the store, enters it as a hash. It has a text or a count, never
 * both. A text is up to 4 MiB: JSON, base64, or what its owner likes; no secret goes there as it is.
 *
 * Each operation is atomic: of a hundred at the same time, from whichever instance, the outcome is that of one after the
 * other. What is set is gone once its time is over, and may be gone earlier: a store has bounds, and who uses it can do
 * without. An operation that cannot be done in a short time rejects with a `StoreError`; whether it was done is then
 * unknown. Nothing is repeated.
 */
export interface Store {
  /** Whether other instances see what is set. Where none does, what this one knows anyway need not be written. */
  readonly isShared: boolean;
  /** The text, or the count in decimal digits; `undefined` where there is none. */
  get(key: string): Promise<Entry | undefined>;
  /** @param expiresInMs from now on; a whole number, 1 at least. So everywhere below */
  set(key: string, value: string, expiresInMs: number): Promise<void>;
  /**
   * Adds to a count, which begins at 0. Its time runs from the first addition on: later ones do not prolong it.
   *
   * @param by a whole number
   */
  increment(key: string, by: number, expiresInMs: number): Promise<Count>;
  /**
   * Sets a text if there is the expected one and no other; `undefined` expects none.
   *
   * @returns whether it was set
   */
  compareAndSet(
    key: string,
    expected: string | undefined,
    value: string,
    expiresInMs: number,
  ): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Ends its connections. Nothing is asked afterwards. */
  close(): Promise<void>;
}

export interface Entry {
  readonly value: string;
  /** Milliseconds that are left of its time. */
  readonly expiresInMs: number;
}

export interface Count {
  /** After the addition. */
  readonly value: number;
  /** Milliseconds that are left of its time. */
  readonly expiresInMs: number;
}

/** The store cannot be asked, does not answer, refuses, or was asked for what makes no sense. Never holds a value. */
export class StoreError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
  }
}

/** Bytes of a text in UTF-8, at most. */
export const mostTextBytes = 4 * 1024 * 1024;

/** @throws StoreError for a key that `Store` does not allow */
export function checkKey(key: string): void {
  if (!/^[\x21-\x7e]{1,512}$/.test(key))
    throw new StoreError(
      "A key of the store has to be 1 to 512 visible ASCII characters",
    );
}

/**
 * Bytes of a text in UTF-8.
 *
 * @throws StoreError for a text that is too long or not well-formed
 */
export function checkText(value: string): number {
  const isAscii = /^[\0-\x7f]*$/.test(value);
  const bytes = isAscii ? value.length : utf8Length(value);
  if (bytes > mostTextBytes)
    throw new StoreError(
      `A text of the store has to be at most ${mostTextBytes} bytes, not ${bytes}`,
    );
  if (!isAscii && /\p{Surrogate}/u.test(value))
    throw new StoreError(
      "A text of the store must not have half of a surrogate pair",
    );
  return bytes;
}

/** @throws StoreError for a time that is none */
export function checkTime(expiresInMs: number): void {
  if (!Number.isSafeInteger(expiresInMs) || expiresInMs < 1)
    throw new StoreError(
      "A time of the store has to be a whole number of milliseconds, 1 at least",
    );
}

/** @throws StoreError for what cannot be added to a count */
export function checkAddend(by: number): void {
  if (!Number.isSafeInteger(by))
    throw new StoreError("What is added to a count has to be a whole number");
}

// The part that keeps in Redis what several instances share.

export interface RedisOptions {
  readonly url: Secret;
  /** Begins every key, so that servers of different APIs can share one Redis. */
  readonly prefix: string;
  /** Milliseconds without any answer after which Redis counts as lost. Default: 1,000. */
  readonly withinMs?: number;
  /** Told once when Redis is lost, and once when it is found again. */
  readonly log: Log;
}

export interface StoreParts {
  readonly redis?: () => Promise<{
    redisStore(options: RedisOptions): Promise<Store>;
  }>;
}

/** A key for any text, under a name: neither its length nor its letters matter, and it cannot be read from the key. */
export async function hashedKey(name: string, text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(text));
  return `${name}:${toBase64(new Uint8Array(digest))}`;
}

const mostKnown = 1_000;
/** Characters; longer texts are hashed each time. */
const longestKnown = 1_000;
/** What may stand in a key as it is. */
const plainText = /^[\x21-\x7e]{1,400}$/;

/** Keys of texts that come again and again, none of them a secret: to hash one anew costs more than to look it up. */
export class TextKeys {
  readonly #name: string;
  readonly #isShared: boolean;
  readonly #known = new Map<string, Promise<string>>();

  /**
   * @param name of all of them
   * @param isShared whether others see the keys; where nobody does, a short text is its own
   */
  constructor(name: string, isShared: boolean) {
    this.#name = name;
    this.#isShared = isShared;
  }

  async of(text: string): Promise<string> {
    // With a mark that no hash has.
    if (!this.#isShared && plainText.test(text))
      return `${this.#name}:=${text}`;
    const key = this.#known.get(text) ?? hashedKey(this.#name, text);
    if (text.length <= longestKnown)
      setNewest(this.#known, text, key, mostKnown);
    return key;
  }
}
