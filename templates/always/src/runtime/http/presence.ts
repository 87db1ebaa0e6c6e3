/** Whether anybody waits for the answer to a request: its client may hang up, or call it off by a message. */
export class Presence {
  #isOver = false;
  readonly #listeners: (() => void)[] = [];

  /** Whether nobody waits any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls a listener when nobody waits any more, at once where that is so already. */
  onEnd(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#listeners.push(listener);
  }

  readonly end = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const listener of this.#listeners.splice(0)) listener();
  };
}
