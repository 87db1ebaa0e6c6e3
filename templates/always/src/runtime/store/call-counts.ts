/** How many calls of the last minute there were, counted in the server's store. */
import { MemoryStore } from "./memory.js";
import { type Count, hashedKey, type Store } from "./store.js";

const windowMs = 60_000;
/** Callers and tools that are counted one by one within a minute; further ones share a count, so memory is bounded. */
const mostKeys = 10_000;

export class CallCounts {
  readonly #keys = new BoundedKeys();
  /** While the server's store is down, each instance counts by itself. */
  readonly #own = new MemoryStore();

  /** Adds a call to a count over a minute. Never rejects. @param store absent: this process's memory */
  async add(
    store: Store = this.#own,
    caller: string,
    tool?: string,
  ): Promise<Count> {
    const key = await this.#keys.of(caller, tool);
    return store
      .increment(key, 1, windowMs)
      .catch(() => this.#own.increment(key, 1, windowMs));
  }
}

/** A key for each caller, up to a number per minute: callers can be many, for example by address. */
class BoundedKeys {
  /** By caller and tool; to hash each anew would cost more than to count it. */
  readonly #known = new Map<string, Promise<string>>();
  #since = performance.now();

  of(caller: string, tool?: string): Promise<string> {
    if (performance.now() - this.#since > windowMs) {
      this.#known.clear();
      this.#since = performance.now();
    }
    const text = JSON.stringify([caller, tool]);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= mostKeys)
      return hashedKey("limit", JSON.stringify([null, tool]));
    const key = hashedKey("limit", text);
    this.#known.set(text, key);
    return key;
  }
}
