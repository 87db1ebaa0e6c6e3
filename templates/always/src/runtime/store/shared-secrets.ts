import { utf8, utf8Text } from "../data/bytes.js";
import { Secret } from "../secret.js";
import { hashedKey } from "./key.js";
import { Seal } from "./seal.js";
import type { Store } from "./store.js";

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
