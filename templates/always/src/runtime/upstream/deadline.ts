/** The time that one call has, together with its cancellation. */

/** A timer that is later than this has waited for work of this process. */
const lateMs = 30;

/**
 * A signal that aborts when the time is over or when the caller's signal does, whichever comes first.
 * Own, since `AbortSignal.any` keeps every signal alive that it ever made from a long-lived one.
 */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #endsAt: number;
  #timer: ReturnType<typeof setTimeout>;
  readonly #outer: AbortSignal;
  #expired = false;

  /** @param milliseconds from now */
  constructor(milliseconds: number, outer: AbortSignal) {
    this.signal = this.#controller.signal;
    this.#endsAt = performance.now() + milliseconds;
    this.#outer = outer;
    this.#timer = setTimeout(() => {
      // Where this process stood still, what came in the meantime is read first.
      const isLate = performance.now() - this.#endsAt > lateMs;
      if (isLate) this.#timer = setTimeout(this.#expire, lateMs);
      else this.#expire();
    }, milliseconds);
    if (outer.aborted) this.#cancel();
    else outer.addEventListener("abort", this.#cancel, { once: true });
  }

  /** Whether the time is over, in contrast to a cancellation by the caller. */
  get expired(): boolean {
    return this.#expired;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Has to be called when the work is done: it frees the timer and the listener. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#cancel);
  }

  readonly #expire = (): void => {
    this.#expired = true;
    this.#controller.abort(
      new DOMException("The deadline has passed", "TimeoutError"),
    );
  };

  readonly #cancel = (): void => this.#controller.abort(this.#outer.reason);
}

/** Whether a signal's reason is that the time was over, and not a cancellation. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export function sleep(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Whether the time was over, in this deadline or in one around it; otherwise the call was cancelled. */
export function isTooLate({ expired, signal }: Deadline): boolean {
  return expired || isTimeout(signal.reason);
}

/** Lets a process end although a timer still runs, where a timer holds it. */
export function letGo(timer: unknown): void {
  if (
    typeof timer === "object" &&
    timer !== null &&
    "unref" in timer &&
    typeof timer.unref === "function"
  )
    timer.unref();
}
