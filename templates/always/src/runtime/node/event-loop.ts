/** Whether this process stood still lately, so that nothing else ran: probes are told, since nobody was answered. */
import type { Log } from "../log.js";

/** Between two looks at the clock. */
const everyMs = 250;
/** What counts as standing still. */
const longMs = 1_000;
/** How long it is remembered: probes come every ten seconds or so. */
const rememberedMs = 10_000;

export class EventLoop {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #looked: number;
  #stoodStill = -Infinity;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
    this.#looked = now();
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  /** Whether it stood still within the last ten seconds. */
  stoodStill(): boolean {
    this.#look();
    return this.#now() - this.#stoodStill < rememberedMs;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.#now();
    const lateMs = now - this.#looked - everyMs;
    this.#looked = now;
    if (lateMs < longMs) return;
    this.#stoodStill = now;
    this.#log.warn("stood still", { ms: Math.round(lateMs) });
  }
}
