/** Stops sending what fails again and again, so that calls fail at once and the API gets room to recover. */

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

/** Whose failure it was. What is absent tells nothing apart. */
export interface Source {
  readonly operation?: string;
  readonly caller?: string;
}

/** How many operations and callers have to fail for it to be more than the fault of one. */
export interface Breadth {
  readonly operations: number;
  readonly callers: number;
}

/** A connection that cannot be made is nobody's fault but the origin's. */
export const everyone = "everyone";

interface Entry {
  readonly at: number;
  readonly failed: boolean;
  readonly source: Source | typeof everyone;
}

const mostRemembered = 100;

/**
 * Opens after 5 failures in a row, or when at least half of at least 20 requests within 10 s failed. After 30 s ±20 %
 * one request may probe; its success closes the breaker, its failure opens it again.
 *
 * @param breadth operations and callers that those failures have to come from; of `everyone` each counts as one of both
 * @param now milliseconds of a clock that only goes forward
 * @param random from 0 to 1
 */
export class CircuitBreaker {
  readonly #now: () => number;
  readonly #random: () => number;
  #state: State = { kind: "closed" };
  readonly #breadth: Breadth;
  #inARow: Entry[] = [];
  #recent: Entry[] = [];

  constructor(
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
    breadth: Breadth = { operations: 1, callers: 1 },
  ) {
    this.#breadth = breadth;
    this.#now = now;
    this.#random = random;
  }

  /** Whether it has nothing to remember: a new one would do the same. */
  get isCalm(): boolean {
    return (
      this.#state.kind === "closed" &&
      !this.#recent.some(({ failed }) => failed)
    );
  }

  /** Whether a request is under way to find out. */
  get isProbing(): boolean {
    return this.#state.kind === "probing";
  }

  /** Milliseconds of the pause that are left; `undefined` where there is none. */
  get pauseLeftMs(): number | undefined {
    return this.#state.kind === "open"
      ? this.#state.until - this.#now()
      : undefined;
  }

  /** Opens for as long as somebody else found right, who saw more. */
  open(milliseconds: number): void {
    this.#state = { kind: "open", until: this.#now() + milliseconds };
  }

  /** What `refusal` would say, without taking the place of a request that probes. */
  get wouldRefuse(): number | undefined {
    return this.#state.kind === "open" && this.#now() >= this.#state.until
      ? undefined
      : this.refusal();
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
  report(verdict: Verdict, source: Entry["source"] = {}): boolean {
    const probing = this.#state.kind === "probing";
    switch (verdict) {
      case "unknown":
        // Another request may probe at once.
        if (probing) this.#state = { kind: "open", until: this.#now() };
        return false;
      case "healthy":
        if (probing) this.#close();
        this.#inARow = [];
        this.#remember(false, source);
        return false;
      case "failed":
        this.#inARow = [...this.#inARow, this.#remember(true, source)].slice(
          -mostRemembered,
        );
        // A request that was under way when it opened does not prolong the pause.
        if (this.#state.kind === "open") return false;
        if (!probing && !this.#failsInARow() && !this.#mostlyFailing())
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

  #remember(failed: boolean, source: Entry["source"]): Entry {
    const entry = { at: this.#now(), failed, source };
    this.#recent.push(entry);
    // A burst must not grow the list without end.
    this.#recent = this.#recent
      .filter(({ at }) => entry.at - at <= windowMs)
      .slice(-mostRemembered);
    return entry;
  }

  #failsInARow(): boolean {
    return this.#inARow.length >= mostInARow && this.#isBroad(this.#inARow);
  }

  #mostlyFailing(): boolean {
    const failures = this.#recent.filter(({ failed }) => failed);
    return (
      this.#recent.length >= leastInWindow &&
      failures.length * 2 >= this.#recent.length &&
      this.#isBroad(failures)
    );
  }

  #isBroad(failures: readonly Entry[]): boolean {
    const operations = new Set<unknown>();
    const callers = new Set<unknown>();
    for (const entry of failures) {
      const { source } = entry;
      operations.add(source === everyone ? entry : source.operation);
      callers.add(source === everyone ? entry : source.caller);
    }
    return (
      operations.size >= this.#breadth.operations &&
      callers.size >= this.#breadth.callers
    );
  }
}
