/** Stops sending to an origin that is down, so that calls fail at once and the origin gets room to recover. */

const mostInARow = 5;
const windowMs = 10_000;
const leastInWindow = 20;
const pauseMs = 30_000;

type State =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly until: number }
  /** One request is under way to find out. */
  | { readonly kind: "probing" };

/** What became of a request that was let through. */
export type Verdict = "healthy" | "failed" | "unknown";

/**
 * Opens after 5 failures in a row, or when at least half of at least 20 requests within 10 s failed. After 30 s ±20 %
 * one request may probe; its success closes the breaker, its failure opens it again.
 *
 * @param now milliseconds of a clock that only goes forward
 * @param random from 0 to 1
 */
export class CircuitBreaker {
  readonly #now: () => number;
  readonly #random: () => number;
  #state: State = { kind: "closed" };
  #inARow = 0;
  #recent: { readonly at: number; readonly failed: boolean }[] = [];

  constructor(
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
  ) {
    this.#now = now;
    this.#random = random;
  }

  /**
   * Asks to send a request. `undefined`: it may go, and `report` has to be called once it is over. A number: it must
   * not; milliseconds after which asking again makes sense.
   */
  refusal(): number | undefined {
    const now = this.#now();
    switch (this.#state.kind) {
      case "closed":
        return undefined;
      case "probing":
        return 1_000;
      case "open":
        if (now < this.#state.until) return Math.ceil(this.#state.until - now);
        this.#state = { kind: "probing" };
        return undefined;
      default:
        return this.#state satisfies never;
    }
  }

  /**
   * Tells what became of a request. `unknown`, for example cancelled, counts neither way.
   *
   * @returns whether this opened the breaker
   */
  report(verdict: Verdict): boolean {
    const probing = this.#state.kind === "probing";
    switch (verdict) {
      case "unknown":
        // Another request may probe at once.
        if (probing) this.#state = { kind: "open", until: this.#now() };
        return false;
      case "healthy":
        if (probing) this.#close();
        this.#inARow = 0;
        this.#remember(false);
        return false;
      case "failed":
        this.#inARow += 1;
        this.#remember(true);
        // A request that was under way when it opened does not prolong the pause.
        if (this.#state.kind === "open") return false;
        if (!probing && this.#inARow < mostInARow && !this.#mostlyFailing())
          return false;
        this.#state = {
          kind: "open",
          until: this.#now() + pauseMs * (0.8 + 0.4 * this.#random()),
        };
        return true;
      default:
        return verdict satisfies never;
    }
  }

  #close(): void {
    this.#state = { kind: "closed" };
    this.#recent = [];
  }

  #remember(failed: boolean): void {
    const at = this.#now();
    this.#recent.push({ at, failed });
    // A burst must not grow the list without end: the latest thousand say enough.
    this.#recent = this.#recent
      .filter((entry) => at - entry.at <= windowMs)
      .slice(-1_000);
  }

  #mostlyFailing(): boolean {
    const failures = this.#recent.filter(({ failed }) => failed).length;
    return (
      this.#recent.length >= leastInWindow &&
      failures * 2 >= this.#recent.length
    );
  }
}
