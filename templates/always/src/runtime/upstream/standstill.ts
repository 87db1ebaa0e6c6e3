/** How long this process itself stood still: what is late by that is not late by the fault of an API. */
import type { OwnRoom } from "./answer-room.js";

/** Share of a time that this server may take itself before a failure says nothing of the API. */
const mostOwnShare = 0.25;
/** Time between two looks, and how late a look has to be. */
const everyMs = 20;
const leastMs = 50;

let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let last = 0;
let total = 0;

export interface OwnShare {
  /** Whether this server took a good part of the time since the watch began: then nothing is held against the API. */
  isLarge(): boolean;
  /** Has to be called when the watch is over. */
  end(): void;
}

/** @param room of the answer that is waited for: waiting for it is this server's doing, too */
export function watchOwnShare(room: OwnRoom | undefined): OwnShare {
  const began = performance.now();
  const waitedMs = room?.waitedMs ?? 0;
  const standstill = watchStandstill();
  return {
    isLarge: () =>
      standstill.ms() + (room?.waitedMs ?? 0) - waitedMs >
      (performance.now() - began) * mostOwnShare,
    end: standstill.end,
  };
}

interface Standstill {
  /** Milliseconds since the watch began that nothing ran but one piece of work. */
  ms(): number;
  end(): void;
}

/** Begins to watch; looks at the clock only while somebody does. */
function watchStandstill(): Standstill {
  watchers += 1;
  if (watchers === 1) {
    last = performance.now();
    timer = setInterval(look, everyMs);
  }
  const before = total + lateness();
  return {
    // The look that would notice it may not have had its turn yet.
    ms: () => Math.max(0, total + lateness() - before),
    end: () => {
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    },
  };
}

function look(): void {
  total += lateness();
  last = performance.now();
}

function lateness(): number {
  const late = performance.now() - last - everyMs;
  return late >= leastMs ? late : 0;
}
