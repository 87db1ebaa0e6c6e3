type Settled<Value> = { readonly value: Value } | { readonly reason: unknown };

/**
 * Tells late from lost. In a burst every answer comes late, but answers come; a server that is lost says nothing at
 * all, and is asked again once it does, be it to what it was asked before.
 */
export class Hearing {
  readonly #withinMs: number;
  readonly #onHeard: () => void;
  readonly #onSilent: () => void;
  #heardAt = 0;
  #isSilent = false;

  /** @param withinMs milliseconds without any answer after which the server counts as lost */
  constructor(withinMs: number, onHeard: () => void, onSilent: () => void) {
    this.#withinMs = withinMs;
    this.#onHeard = onHeard;
    this.#onSilent = onSilent;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  hear(): void {
    this.#heardAt = performance.now();
    this.#isSilent = false;
    this.#onHeard();
  }

  fallSilent(): void {
    if (this.#isSilent) return;
    this.#isSilent = true;
    this.#onSilent();
  }

  /**
   * What became of a command; `undefined` once nothing has come since it was sent.
   *
   * @param isAnswer whether a rejection came from the server
   */
  async outcomeOf<Value>(
    command: Promise<Value>,
    isAnswer: (reason: unknown) => boolean,
  ): Promise<Settled<Value> | undefined> {
    const sentAt = performance.now();
    let settled: Settled<Value> | undefined;
    const settling = command
      .then(
        (value): Settled<Value> => ({ value }),
        (reason: unknown): Settled<Value> => ({ reason }),
      )
      .then((outcome) => {
        settled = outcome;
        if ("value" in outcome || isAnswer(outcome.reason)) this.hear();
      });
    for (;;) {
      await withTimeout(settling, this.#withinMs);
      // What came while this process was busy is read before the next turn.
      if (settled === undefined) await new Promise(setImmediate);
      if (settled !== undefined) return settled;
      const quietMs = performance.now() - Math.max(sentAt, this.#heardAt);
      if (quietMs < this.#withinMs) continue;
      this.fallSilent();
      return undefined;
    }
  }
}

async function withTimeout(
  promise: Promise<void>,
  milliseconds: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
