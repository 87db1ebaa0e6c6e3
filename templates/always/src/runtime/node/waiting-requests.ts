/** Requests that were read and wait for their turn: how many bytes they are, and which of them wait for too long. */

export interface Identified {
  readonly id: string | number;
}

interface Waiting<Request> {
  readonly request: Request;
  readonly bytes: number;
  readonly since: number;
}

export class WaitingRequests<Request extends Identified> {
  readonly #mostMs: number;
  readonly #onOverdue: () => void;
  readonly #waiting: Waiting<Request>[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param mostMs milliseconds that a request waits
   * @param onOverdue called when some have waited longer, and again after as long while they are still there
   */
  constructor(mostMs: number, onOverdue: () => void) {
    this.#mostMs = mostMs;
    this.#onOverdue = onOverdue;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get ids(): readonly Identified["id"][] {
    return this.#waiting.map(({ request }) => request.id);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(request: Request, bytes: number): void {
    this.#waiting.push({ request, bytes, since: performance.now() });
    this.#bytes += bytes;
    this.#watch(this.#mostMs);
  }

  /** The one that waits for longest. */
  next(): Request | undefined {
    return this.#take(0);
  }

  /** Takes out the request of an id. */
  remove(id: Identified["id"] | undefined): Request | undefined {
    return this.#take(this.#waiting.findIndex((one) => one.request.id === id));
  }

  /** Takes out those that wait for too long. */
  overdue(): readonly Request[] {
    const before = performance.now() - this.#mostMs;
    const count = this.#waiting.filter(({ since }) => since <= before).length;
    return Array.from({ length: count }, () => this.#take(0)).filter(
      (request) => request !== undefined,
    );
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#bytes = 0;
    clearTimeout(this.#timer);
  }

  #take(index: number): Request | undefined {
    const [taken] = index < 0 ? [] : this.#waiting.splice(index, 1);
    this.#bytes -= taken?.bytes ?? 0;
    return taken?.request;
  }

  #watch(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#leftMs() <= 0) this.#onOverdue();
      if (this.isEmpty) return;
      const left = this.#leftMs();
      this.#watch(left > 0 ? left : this.#mostMs);
    }, ms).unref();
  }

  /** Until the first has waited for too long. */
  #leftMs(): number {
    const since = this.#waiting[0]?.since ?? Infinity;
    return since + this.#mostMs - performance.now();
  }
}
