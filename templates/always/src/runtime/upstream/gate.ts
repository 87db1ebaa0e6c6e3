/** Lets a number of calls in at the same time, and some more wait. */

import { LimitError } from "../errors.js";

export class Gate {
  readonly #places: number;
  readonly #queue: number;
  #inside = 0;
  readonly #waiting: Waiter[] = [];

  /** @param queue how many may wait */
  constructor(places: number, queue: number) {
    this.#places = places;
    this.#queue = queue;
  }

  /**
   * Waits for a place. The caller has to call what it gets back once, when the work is done.
   *
   * @throws LimitError if too many wait already; the signal's reason if it aborts
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#inside < this.#places) {
      this.#inside += 1;
    } else if (this.#waiting.length < this.#queue) {
      await this.#wait(signal);
    } else {
      throw new LimitError("This server is overloaded", {
        hint: "Try again in a second, with fewer calls at the same time.",
        retryAfterMs: 1_000,
      });
    }
    return () => this.#leave();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        reject(signal.reason);
      };
      const admit = (): void => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      this.#waiting.push(admit);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** Hands the place on, so that nobody can take it in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next();
  }
}

type Waiter = () => void;
