import {
  concatBytes,
  fromBase64,
  toBase64,
  utf8,
  utf8Text,
} from "../data/bytes.js";
import { Secret } from "../secret.js";
import { hashedKey, type Store } from "./store.js";

export interface SharedSecret {
  readonly secret: Secret;
  /** Milliseconds that are left of its time. */
  readonly expiresInMs: number;
}

/**
 * Secrets that the instances of a server share: sealed with a key that all of them are given (`MCP_STORE_KEY`), under
 * names that nobody can make out without it. Rejects as the store does.
 */
export class SharedSecrets {
  readonly #store: Store;
  readonly #key: Secret;
  #seal: Promise<Seal> | undefined;

  constructor(store: Store, key: Secret) {
    this.#store = store;
    this.#key = key;
  }

  /** `undefined` for what is not there, and for what was sealed with another key. */
  async get(name: string): Promise<SharedSecret | undefined> {
    const entry = await this.#store.get(await this.#nameOf("secret", name));
    const opened =
      entry && (await (await this.#sealed()).open(entry.value, name));
    return entry === undefined || opened === undefined
      ? undefined
      : {
          secret: new Secret(utf8Text(opened)),
          expiresInMs: entry.expiresInMs,
        };
  }

  /** @param expiresInMs from now on; a whole number, 1 at least */
  async set(name: string, secret: Secret, expiresInMs: number): Promise<void> {
    const sealed = await (
      await this.#sealed()
    ).close(utf8(secret.reveal()), name);
    await this.#store.set(
      await this.#nameOf("secret", name),
      sealed,
      expiresInMs,
    );
  }

  async delete(name: string): Promise<void> {
    await this.#store.delete(await this.#nameOf("secret", name));
  }

  /** Whether this instance, and for a time no other, is to get a secret. Who has it calls `release`. */
  async claim(name: string, milliseconds: number): Promise<boolean> {
    const key = await this.#nameOf("claim", name);
    return this.#store.compareAndSet(key, undefined, "1", milliseconds);
  }

  async release(name: string): Promise<void> {
    await this.#store.delete(await this.#nameOf("claim", name));
  }

  #sealed(): Promise<Seal> {
    return (this.#seal ??= Seal.of(this.#key.reveal(), "secret"));
  }

  #nameOf(use: string, name: string): Promise<string> {
    return hashedKey(use, JSON.stringify([this.#key.reveal(), name]));
  }
}

// Texts in the store that only who has a secret can read: AES-GCM (NIST SP 800-38D) with a key of it (HKDF, RFC 5869).

/** Bytes that differ each time; as long as AES-GCM takes them best. */
const onceBytes = 12;

type Key = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

export class Seal {
  readonly #key: Key;

  private constructor(key: Key) {
    this.#key = key;
  }

  /**
   * @param secret at random, of 16 bytes at least: it is not made harder to guess
   * @param use what it is for: with the same secret, nothing of one use can be read by another
   */
  static async of(secret: string, use: string): Promise<Seal> {
    const given = await crypto.subtle.importKey(
      "raw",
      utf8(secret),
      "HKDF",
      false,
      ["deriveKey"],
    );
    const key = await crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: utf8(""), info: utf8(use) },
      given,
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
    return new Seal(key);
  }

  /** @param place where it stands and whose it is: it can be read with the same words only, so nobody can put it elsewhere */
  async close(bytes: Uint8Array<ArrayBuffer>, place: string): Promise<string> {
    const once = crypto.getRandomValues(new Uint8Array(onceBytes));
    const closed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv: once, additionalData: utf8(place) },
      this.#key,
      bytes,
    );
    return toBase64(concatBytes([once, new Uint8Array(closed)]));
  }

  /** `undefined` for what was not closed with this secret, for this use and place, or was changed since. */
  async open(
    text: string,
    place: string,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = fromBase64(text);
    if (bytes === undefined) return undefined;
    try {
      const opened = await crypto.subtle.decrypt(
        {
          name: "AES-GCM",
          iv: bytes.subarray(0, onceBytes),
          additionalData: utf8(place),
        },
        this.#key,
        bytes.subarray(onceBytes),
      );
      return new Uint8Array(opened);
    } catch {
      return undefined;
    }
  }
}
