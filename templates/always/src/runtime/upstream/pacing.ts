/** Keeps to the pace that an API asks for, across calls, and tells other instances of this server what is paused. */
import { isJsonObject } from "../data/json-place.js";
import { setNewest } from "../data/newest.js";
import { LimitError } from "../errors.js";
import { hashedKey, type Store } from "../store/store.js";
import { sleep } from "./deadline.js";
import type { HttpResponse } from "./http-message.js";
import { retryAfterMs, usedUpQuota } from "./retry.js";

/** Whom a pause is for: what the API said to one caller's call of one tool need not hold for others. */
export interface PacedCall {
  readonly tool: string;
  readonly callerId: string;
}

export interface Pacing {
  /**
   * Waits until the origin may be called again.
   *
   * @param call absent: all calls of the origin are one
   * @throws LimitError at once if that is later than `remainingMs`; the signal's reason if it aborts
   */
  ready(
    origin: string,
    signal: AbortSignal,
    remainingMs: number,
    call?: PacedCall,
  ): Promise<void>;
  /** Takes in what an answer says: `Retry-After`, `RateLimit`, `RateLimit-*`, `X-RateLimit-*`. */
  observe(origin: string, response: HttpResponse, call?: PacedCall): void;
}

/** Milliseconds that a call waits for a quota at most. After that it is sent: the API may count it elsewhere. */
export const mostQuotaWaitMs = 5_000;
/** Milliseconds after which one call finds out whether the API still means it, whatever time it asked for. */
const mostPauseMs = 300_000;
/** Pauses that are remembered; beyond it the oldest are forgotten, and the API has to say it again. */
const mostPauses = 10_000;

/**
 * Pacing by what the API says. `Retry-After` of a 429 or 503 is kept to exactly, up to five minutes, by the caller and
 * for the tool that were told so: one answer turns nothing off for anybody else. A used-up quota only delays calls of
 * its origin, and shortly, since one answer does not tell which of several quotas the next call takes from.
 *
 * Where instances share a store, what one was told counts for all; a quota each sees for itself.
 *
 * @param now milliseconds of a clock that only goes forward
 * @param storeOf asked with every call; absent: there is one instance
 */
export function createPacing(
  now: () => number = () => performance.now(),
  storeOf: () => Store | undefined = () => undefined,
): Pacing {
  /** By origin, where instances share it. */
  const shared = new Map<string, SharedPauses>();
  const sharedOf = (origin: string): SharedPauses | undefined => {
    const store = storeOf();
    if (store?.isShared !== true) return undefined;
    const pauses =
      shared.get(origin) ?? new SharedPauses(store, "asked", origin, now);
    shared.set(origin, pauses);
    return pauses;
  };
  /** When they end, by origin, tool and caller. */
  const asked = new Map<string, number>();
  /** By origin. */
  const quotas = new Map<string, number>();
  const leftOf = (ends: Map<string, number>, key: string): number => {
    const left = Math.ceil((ends.get(key) ?? 0) - now());
    if (left <= 0) ends.delete(key);
    return Math.max(0, left);
  };
  return {
    async ready(origin, signal, remainingMs, call) {
      const key = keyOf(origin, call);
      const pauses = sharedOf(origin);
      await pauses?.refresh();
      const told = Math.ceil(pauses?.leftOf(key) ?? 0);
      const waitMs = Math.max(leftOf(asked, key), told);
      if (waitMs >= remainingMs)
        throw new LimitError(
          `${new URL(origin).host} asked not to be called for now`,
          { limit: "api", retryAfterMs: waitMs },
        );
      const quotaMs = leftOf(quotas, origin);
      const isWorthIt = quotaMs <= Math.min(mostQuotaWaitMs, remainingMs / 2);
      const delay = Math.max(waitMs, isWorthIt ? quotaMs : 0);
      if (delay > 0) await sleep(delay, signal);
    },
    observe(origin, { status, headers }, call) {
      const askedMs =
        status === 429 || status === 503 ? retryAfterMs(headers) : undefined;
      if (askedMs !== undefined && askedMs > 0) {
        const pauseMs = Math.min(askedMs, mostPauseMs);
        setNewest(asked, keyOf(origin, call), now() + pauseMs, mostPauses);
        sharedOf(origin)?.pause(keyOf(origin, call), pauseMs);
      }
      const quotaMs = usedUpQuota(headers)?.resetMs;
      if (askedMs === undefined && quotaMs !== undefined && quotaMs > 0)
        setNewest(quotas, origin, now() + quotaMs, mostPauses);
    },
  };
}

function keyOf(origin: string, call: PacedCall | undefined): string {
  return JSON.stringify([origin, call?.tool, call?.callerId]);
}

// What of an origin is paused, as the instances of this server tell each other through the store: by name, and for how
// long. Each asks once a second at most, and knows the rest by heart; one that cannot ask goes by what it knows itself.

/** Milliseconds that what was read counts as fresh. */
const freshMs = 1_000;
/** Milliseconds that a pause is remembered: by then somebody has found out whether it is over. */
const keptMs = 600_000;
/** Milliseconds that others wait for whoever finds it out. */
const claimMs = 30_000;
/** Pauses of one origin; beyond, those that end first go. */
const mostOfOrigin = 500;
/** Times that another instance may be faster. */
const mostTries = 20;

export class SharedPauses {
  readonly #store: Store;
  /** What it is about, and of which origin. */
  readonly #name: string;
  readonly #now: () => number;
  /** When they end, by name, on this instance's clock. */
  #ends = new Map<string, number>();
  /** What no other instance knows yet: when a pause ends, or `undefined` for one that is over. */
  readonly #untold = new Map<string, number | undefined>();
  #isTelling = false;
  #readAt = Number.NEGATIVE_INFINITY;
  /** What is asked or told at the moment: one after the other, so that what is read holds what was told. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param use tells pauses of an origin apart that have nothing to do with each other
   * @param now milliseconds of a clock that only goes forward
   */
  constructor(store: Store, use: string, origin: string, now: () => number) {
    this.#store = store;
    this.#name = JSON.stringify([use, origin]);
    this.#now = now;
  }

  /** Learns what others told, where that is due. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#now() - this.#readAt >= freshMs) {
      this.#readAt = this.#now();
      this.#enqueue(async () => {
        const { ends } = await this.#read();
        change(ends, this.#untold);
        this.#ends = ends;
        if (this.#untold.size > 0) this.#tell();
      });
    }
    // Whoever comes while it is read waits for it, too.
    await this.#last;
  }

  /** Milliseconds that are left; 0 or less where somebody should find out whether it is over; `undefined`: no pause. */
  leftOf(name: string): number | undefined {
    const end = this.#ends.get(name);
    return end === undefined ? undefined : end - this.#now();
  }

  /** Tells others of a pause. */
  pause(name: string, milliseconds: number): void {
    this.#note(name, this.#now() + milliseconds);
  }

  /** Tells others that one is over. */
  end(name: string): void {
    if (this.#ends.has(name)) this.#note(name, undefined);
  }

  /** Whether this instance is the one to find out whether a pause is over. */
  async claim(name: string): Promise<boolean> {
    try {
      const key = await this.#claimKey(name);
      return await this.#store.compareAndSet(key, undefined, "1", claimMs);
    } catch {
      return true;
    }
  }

  /** Lets another one find it out. */
  release(name: string): void {
    this.#enqueue(async () => this.#store.delete(await this.#claimKey(name)));
  }

  #claimKey(name: string): Promise<string> {
    return hashedKey("probe", JSON.stringify([this.#name, name]));
  }

  #note(name: string, end: number | undefined): void {
    change(this.#ends, new Map([[name, end]]));
    setNewest(this.#untold, name, end, mostOfOrigin);
    this.#tell();
  }

  /** Writes all that is new at once, as soon as nothing else is asked. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#enqueue(async () => {
      this.#isTelling = false;
      const news = new Map(this.#untold);
      if (!(await this.#write(news))) return;
      for (const [name, end] of news)
        if (this.#untold.get(name) === end) this.#untold.delete(name);
    });
  }

  async #write(
    news: ReadonlyMap<string, number | undefined>,
  ): Promise<boolean> {
    const key = await hashedKey("pauses", this.#name);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const { text, ends } = await this.#read();
      change(ends, news);
      const next = this.#textOf(ends);
      if (await this.#store.compareAndSet(key, text, next, keptMs)) return true;
    }
    return false;
  }

  /** What the store says. Clocks of instances differ: what is left of a pause counts from when it was written. */
  async #read(): Promise<{ text?: string; ends: Map<string, number> }> {
    const key = await hashedKey("pauses", this.#name);
    const entry = await this.#store.get(key);
    if (entry === undefined) return { ends: new Map() };
    const writtenAt = this.#now() - (keptMs - entry.expiresInMs);
    const value: unknown = JSON.parse(entry.value);
    const ends = new Map<string, number>();
    for (const [name, left] of Object.entries(isJsonObject(value) ? value : {}))
      if (typeof left === "number") ends.set(name, writtenAt + left);
    return { text: entry.value, ends };
  }

  #textOf(ends: ReadonlyMap<string, number>): string {
    const now = this.#now();
    const left = [...ends]
      .map(([name, end]) => [name, Math.ceil(end - now)] as const)
      .filter(([, ms]) => ms > -keptMs)
      .sort(([, one], [, other]) => other - one)
      .slice(0, mostOfOrigin);
    return JSON.stringify(Object.fromEntries(left));
  }

  /** Neither rejects nor holds up what comes after it: a store that is down changes nothing here. */
  #enqueue(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(work).catch(() => undefined);
  }
}

function change(
  ends: Map<string, number>,
  news: ReadonlyMap<string, number | undefined>,
): void {
  for (const [name, end] of news)
    if (end === undefined) ends.delete(name);
    else ends.set(name, end);
}
