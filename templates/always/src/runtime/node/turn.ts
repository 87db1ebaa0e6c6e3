/** Work that takes the processor for long, a piece at a time: health checks and other calls come in between. */

let last: Promise<void> = Promise.resolve();

/** Waits for a turn of the event loop that no other piece of heavy work has; the piece follows without waiting. */
export function ownTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
