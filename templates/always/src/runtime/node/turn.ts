/** Work that takes the processor for long, a piece at a time: health checks and other calls come in between. */

/** Between two pieces: a request of another client is accepted, read and answered in one turn each. */
const turnsBetween = 3;

let last: Promise<void> = Promise.resolve();

/** Waits for a turn of the event loop that no other piece of heavy work has or is near; the piece follows without waiting. */
export function ownTurn(): Promise<void> {
  last = last.then(async () => {
    for (let turn = 0; turn < turnsBetween; turn++)
      await new Promise((resolve) => setImmediate(resolve));
  });
  return last;
}
