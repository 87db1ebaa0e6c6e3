/** Calls that still run when the server is stopped: each is told so, instead of a connection that breaks. */
import { UpstreamError } from "../errors.js";

const again = "Call again once it runs.";

export class Stopping {
  readonly #running = new Set<() => void>();
  #isStopped = false;

  /**
   * The result of `work`, unless the server is stopped before.
   *
   * @param reads whether it changes nothing
   * @throws UpstreamError that says what is known of a call that was given up
   */
  unlessStopped<T>(reads: boolean, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped)
        return reject(
          new UpstreamError("This server is stopped", { hint: again }),
        );
      const stop = (): void => reject(givenUp(reads));
      this.#running.add(stop);
      work()
        .then(resolve, reject)
        .finally(() => this.#running.delete(stop));
    });
  }

  /** Gives up what runs, and begins nothing more. */
  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#running) stop();
  }
}

function givenUp(reads: boolean): UpstreamError {
  return new UpstreamError("This server was stopped before the call ended", {
    hint: reads
      ? again
      : "The call may have taken effect: read before you write again.",
  });
}
