/** How much of answers this process holds at the same time: bodies wait on their connections until there is room. */

/** Bytes of each answer that need no room, so that short ones never wait. */
const freeBytes = 256 * 1024;
/** Bytes that all others share. */
const sharedBytes = 16 * 1024 * 1024;
/** Answers that may go on when nothing is left of those. */
const mostBeyond = 3;

export interface RoomLimits {
  readonly freeBytes: number;
  readonly sharedBytes: number;
  readonly mostBeyond: number;
}

/** The room of one call's answer. */
export interface OwnRoom {
  /** Milliseconds that the call waited for room. */
  readonly waitedMs: number;
  /** Whether the call ended while it waited. */
  readonly gaveUp: boolean;
  /**
   * Asks to hold more bytes; nothing to wait for where there is room.
   *
   * @throws the signal's reason if it aborts
   */
  take(bytes: number, signal: AbortSignal): Promise<void> | undefined;
  /** Gives back all that the call holds: it is read, or read anew. */
  release(): void;
}

/**
 * Shared by all answers. What is read by little and little takes little; when all is taken, a few answers at a time go on
 * to their end, so that none waits for itself.
 */
export class AnswerRoom {
  readonly #limits: RoomLimits;
  readonly #beyond = new Set<object>();
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  constructor(limits: Partial<RoomLimits> = {}) {
    this.#limits = { freeBytes, sharedBytes, mostBeyond, ...limits };
  }

  open(): OwnRoom {
    const own: Own = { held: 0, taken: 0, waitedMs: 0, gaveUp: false };
    return {
      get waitedMs() {
        return own.waitedMs;
      },
      get gaveUp() {
        return own.gaveUp;
      },
      take: (bytes, signal) => {
        own.held += bytes;
        const more = own.held - own.taken - this.#limits.freeBytes;
        if (more <= 0) return undefined;
        own.taken += more;
        if (this.#waiting.length === 0 && this.#admit(own, more))
          return undefined;
        if (this.#beyond.has(own)) {
          this.#taken += more;
          return undefined;
        }
        const began = performance.now();
        return this.#wait(own, more, signal).finally(() => {
          own.waitedMs += performance.now() - began;
        });
      },
      release: () => {
        this.#taken -= own.taken;
        own.held = 0;
        own.taken = 0;
        this.#beyond.delete(own);
        this.#admitNext();
      },
    };
  }

  #admit(own: object, bytes: number): boolean {
    const { sharedBytes: most } = this.#limits;
    const fits = this.#taken + bytes <= most;
    if (!fits && !this.#beyond.has(own)) {
      if (this.#beyond.size >= this.#limits.mostBeyond) return false;
      this.#beyond.add(own);
    }
    this.#taken += bytes;
    return true;
  }

  #wait(own: Own, bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        own.taken -= bytes;
        own.gaveUp = true;
        reject(signal.reason);
        this.#admitNext();
      };
      const waiting: Waiting = {
        own,
        bytes,
        admitted: () => {
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      if (signal.aborted) {
        own.taken -= bytes;
        return reject(signal.reason);
      }
      this.#waiting.push(waiting);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  #admitNext(): void {
    for (
      let first = this.#waiting[0];
      first !== undefined && this.#admit(first.own, first.bytes);
      first = this.#waiting[0]
    ) {
      this.#waiting.shift();
      first.admitted();
    }
  }
}

interface Own {
  held: number;
  taken: number;
  waitedMs: number;
  gaveUp: boolean;
}

interface Waiting {
  readonly own: object;
  readonly bytes: number;
  readonly admitted: () => void;
}

/** The one of this process: its memory is one, however many APIs it has. */
export const answerRoom = new AnswerRoom();
