/** A store in this process's memory: no other instance sees it, and it ends with the process. */
import {
  checkAddend,
  checkKey,
  checkText,
  checkTime,
  type Count,
  type Entry,
  type Store,
  StoreError,
} from "./store.js";

/** Beyond, what was not asked for longest goes. */
export interface MemoryBounds {
  /** Default: 50,000. */
  readonly entries: number;
  /** Of keys and texts in UTF-8. Default: 64 MiB. */
  readonly bytes: number;
}

const standard: MemoryBounds = { entries: 50_000, bytes: 64 * 1024 * 1024 };

interface Item {
  readonly value: string | number;
  readonly until: number;
  readonly bytes: number;
}

/** Digits of a count, at most. */
const countBytes = 17;
/** Items that are set before those whose time is over are looked for, at least. */
const leastBetweenSweeps = 1_024;

export class MemoryStore implements Store {
  readonly isShared = false;
  readonly #bounds: MemoryBounds;
  readonly #now: () => number;
  /** What was asked for last stands last. */
  readonly #items = new Map<string, Item>();
  #bytes = 0;
  #setSinceSweep = 0;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(
    bounds: Partial<MemoryBounds> = {},
    now: () => number = () => performance.now(),
  ) {
    this.#bounds = { ...standard, ...bounds };
    this.#now = now;
  }

  /** Items that are held, also those whose time is over. */
  get size(): number {
    return this.#items.size;
  }

  /** Bytes of their keys and texts. */
  get bytes(): number {
    return this.#bytes;
  }

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const item = this.#touch(key);
    return item && { value: String(item.value), expiresInMs: this.#left(item) };
  }

  async set(key: string, value: string, expiresInMs: number): Promise<void> {
    checkKey(key);
    checkTime(expiresInMs);
    const bytes = key.length + checkText(value);
    this.#put(key, { value, until: this.#now() + expiresInMs, bytes });
  }

  async increment(
    key: string,
    by: number,
    expiresInMs: number,
  ): Promise<Count> {
    checkKey(key);
    checkTime(expiresInMs);
    checkAddend(by);
    const found = this.#touch(key);
    if (typeof found?.value === "string")
      throw new StoreError("A text of the store is no count");
    const item = {
      value: (found?.value ?? 0) + by,
      until: found?.until ?? this.#now() + expiresInMs,
      bytes: key.length + countBytes,
    };
    this.#put(key, item);
    return { value: item.value, expiresInMs: this.#left(item) };
  }

  async compareAndSet(
    key: string,
    expected: string | undefined,
    value: string,
    expiresInMs: number,
  ): Promise<boolean> {
    checkKey(key);
    checkTime(expiresInMs);
    const bytes = key.length + checkText(value);
    const found = this.#touch(key)?.value;
    if ((found === undefined ? undefined : String(found)) !== expected)
      return false;
    this.#put(key, { value, until: this.#now() + expiresInMs, bytes });
    return true;
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    this.#remove(key);
  }

  async close(): Promise<void> {
    this.#items.clear();
    this.#bytes = 0;
  }

  /** What there is under a key, which now counts as asked for. */
  #touch(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    if (item.until <= this.#now()) {
      this.#remove(key);
      return undefined;
    }
    this.#items.delete(key);
    this.#items.set(key, item);
    return item;
  }

  #put(key: string, item: Item): void {
    if (item.bytes > this.#bounds.bytes)
      throw new StoreError("This text is larger than the whole store");
    this.#remove(key);
    this.#items.set(key, item);
    this.#bytes += item.bytes;
    this.#setSinceSweep += 1;
    // As many as there are items: what a sweep costs is that of setting them once more.
    if (this.#setSinceSweep > Math.max(leastBetweenSweeps, this.#items.size))
      this.#sweep();
    for (const oldest of this.#items.keys()) {
      const isOver =
        this.#items.size > this.#bounds.entries ||
        this.#bytes > this.#bounds.bytes;
      if (!isOver) break;
      this.#remove(oldest);
    }
  }

  #sweep(): void {
    this.#setSinceSweep = 0;
    const now = this.#now();
    for (const [key, { until }] of this.#items)
      if (until <= now) this.#remove(key);
  }

  #remove(key: string): void {
    this.#bytes -= this.#items.get(key)?.bytes ?? 0;
    this.#items.delete(key);
  }

  #left({ until }: Item): number {
    return Math.max(1, Math.ceil(until - this.#now()));
  }
}
