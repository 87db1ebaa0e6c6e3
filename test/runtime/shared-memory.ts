/** A store of this process that instances in it share as they would Redis, whose clock and faults a test has in hand. */
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Count, Entry, Store } from "../../templates/always/src/runtime/store/store.ts";

export class SharedMemory implements Store {
  readonly isShared = true;
  readonly clock = { now: 0 };
  /** The fault of whatever is asked; absent: none. */
  fail: (() => Error) | undefined;
  /** What was asked, in order. */
  readonly asked: string[] = [];
  readonly #known = new Set<string>();
  readonly #store = new MemoryStore({}, () => this.clock.now);

  get size(): number {
    return this.#store.size;
  }

  keys(): Iterable<string> {
    return this.#known;
  }

  async dump(): Promise<readonly (readonly [string, Entry])[]> {
    const all: (readonly [string, Entry])[] = [];
    for (const key of this.#known) {
      const entry = await this.#store.get(key);
      if (entry !== undefined) all.push([key, entry]);
    }
    return all;
  }

  async #ask(what: string, key: string): Promise<void> {
    this.asked.push(`${what} ${key}`);
    // As over a network: what others asked meanwhile comes in between.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.fail !== undefined) throw this.fail();
    this.#known.add(key);
  }

  async get(key: string): Promise<Entry | undefined> {
    await this.#ask("get", key);
    return this.#store.get(key);
  }

  async set(key: string, value: string, expiresInMs: number): Promise<void> {
    await this.#ask("set", key);
    return this.#store.set(key, value, expiresInMs);
  }

  async increment(key: string, by: number, expiresInMs: number): Promise<Count> {
    await this.#ask("increment", key);
    return this.#store.increment(key, by, expiresInMs);
  }

  async compareAndSet(key: string, expected: string | undefined, value: string, expiresInMs: number): Promise<boolean> {
    await this.#ask("compareAndSet", key);
    return this.#store.compareAndSet(key, expected, value, expiresInMs);
  }

  async delete(key: string): Promise<void> {
    await this.#ask("delete", key);
    return this.#store.delete(key);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
