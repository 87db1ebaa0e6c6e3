/**
 * Lets a number of calls in at the same time, and some more wait: only as long as what left the gate last lets expect,
 * and callers by turns. What would wait longer is refused at once.
 */

import { overloaded } from "../errors.js";

/** Weight of the call that leaves in the mean time of calls. */
const latest = 0.1;

export class Gate {
  readonly #places: number;
  readonly #queue: number;
  readonly #mostWaitMs: number;
  readonly #now: () => number;
  #inside = 0;
  /** By caller; the one whose turn is next stands first. */
  readonly #waiting = new Map<string, Waiter[]>();
  #waitingCount = 0;
  /** How long calls are inside. */
  #meanMs = 0;
  /** When a call left last, or the last place was taken. */
  #movedAt = 0;

  /**
   * @param queue how many may wait
   * @param now milliseconds of a clock that only goes forward
   */
  constructor(
    places: number,
    queue: number,
    mostWaitMs: number,
    now: () => number = () => performance.now(),
  ) {
    this.#places = places;
    this.#queue = queue;
    this.#mostWaitMs = mostWaitMs;
    this.#now = now;
  }

  /**
   * Waits for a place. The caller has to call what it gets back once, when the work is done.
   *
   * @throws LimitError if too many wait already, or the place would come or comes too late; the signal's reason if it
   *   aborts
   */
  async enter(signal: AbortSignal, caller = ""): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#inside < this.#places) {
      this.#inside += 1;
      if (this.#inside === this.#places) this.#movedAt = this.#now();
    } else {
      const waitMs = this.#expectedMs(caller);
      if (this.#waitingCount >= this.#queue || waitMs > this.#mostWaitMs)
        throw overloaded(waitMs);
      await this.#wait(signal, caller);
    }
    const began = this.#now();
    return () => this.#leave(began);
  }

  /** Little's law; and where nobody leaves, nobody will in less than the time that this goes on already. */
  #expectedMs(caller: string): number {
    const own = this.#waiting.get(caller)?.length ?? 0;
    const callers = this.#waiting.size + (own === 0 ? 1 : 0);
    const ahead = Math.min(this.#waitingCount + 1, (own + 1) * callers);
    return Math.max(
      (ahead * this.#meanMs) / this.#places,
      this.#now() - this.#movedAt,
    );
  }

  #wait(signal: AbortSignal, caller: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      };
      const giveUp = (reason: unknown): void => {
        end();
        this.#remove(caller, admit);
        reject(reason);
      };
      const abort = (): void => giveUp(signal.reason);
      const admit = (): void => {
        end();
        resolve();
      };
      const timer = setTimeout(
        () => giveUp(overloaded(this.#mostWaitMs)),
        this.#mostWaitMs,
      );
      signal.addEventListener("abort", abort, { once: true });
      const own = this.#waiting.get(caller);
      if (own === undefined) this.#waiting.set(caller, [admit]);
      else own.push(admit);
      this.#waitingCount += 1;
    });
  }

  #remove(caller: string, waiter: Waiter): void {
    const own = this.#waiting.get(caller) ?? [];
    own.splice(own.indexOf(waiter), 1);
    this.#waitingCount -= 1;
    if (own.length === 0) this.#waiting.delete(caller);
  }

  /** Hands the place on, so that nobody can take it in between. */
  #leave(began: number): void {
    this.#movedAt = this.#now();
    this.#meanMs += (this.#movedAt - began - this.#meanMs) * latest;
    const next = this.#next();
    if (next === undefined) this.#inside -= 1;
    else next();
  }

  /** The call that waits longest of the caller whose turn it is. */
  #next(): Waiter | undefined {
    const [first] = this.#waiting;
    const [caller, own] = first ?? [];
    const [admit] = own ?? [];
    if (caller === undefined || own === undefined || admit === undefined)
      return undefined;
    this.#remove(caller, admit);
    if (own.length > 0) {
      this.#waiting.delete(caller);
      this.#waiting.set(caller, own);
    }
    return admit;
  }
}

type Waiter = () => void;
