/** Rate limits that several instances of this server share through Redis. */

import { createClient } from "@redis/client";
import { RateLimiterRedis } from "rate-limiter-flexible";

import type { Log } from "../log.js";
import type { Secret } from "../secret.js";

/** Rejects with a result, which is no error, once its count is used up. */
export interface Counter {
  consume(key: string): Promise<unknown>;
}

export interface RedisLimiters {
  /** A limiter that counts in Redis, and in `insurance` while that says nothing. */
  limiter(name: string, points: number, insurance: Counter): Counter;
  close(): Promise<void>;
}

const longestReconnectMs = 5_000;

/**
 * Connects to Redis in the background. Commands fail at once while there is no connection, instead of waiting for it.
 *
 * @param durationS seconds of a window
 * @param answerWithinMs milliseconds without any answer after which Redis counts as lost
 */
export async function redisLimiters(
  url: Secret,
  durationS: number,
  answerWithinMs: number,
  log: Log,
): Promise<RedisLimiters> {
  const client = createClient({
    url: url.reveal(),
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 1_000,
      reconnectStrategy: (retries: number) =>
        Math.min(longestReconnectMs, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  let lost = false;
  client.on("error", (error: unknown) => {
    // Each attempt to reconnect fails again: one line says enough.
    if (!lost) log.warn("redis lost, limits are counted in memory", { error });
    lost = true;
  });
  const hearing = new Hearing(answerWithinMs);
  client.on("ready", () => {
    hearing.hear();
    if (lost) log.info("redis found again");
    lost = false;
  });
  const connected = client.connect().catch(() => undefined);
  // The connection alone is no reason for this process to stay.
  client.unref();
  // A server that is there answers the first call already.
  await Promise.race([
    connected,
    new Promise((resolve) => setTimeout(resolve, answerWithinMs).unref()),
  ]);
  return {
    limiter: (name, points, insurance) => {
      const inRedis = new RateLimiterRedis({
        storeClient: client,
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        keyPrefix: name,
        points,
        duration: durationS,
      });
      return {
        consume: async (key) => {
          const outcome = hearing.isSilent
            ? undefined
            : await hearing.outcomeOf(inRedis.consume(key));
          if (outcome === undefined) return insurance.consume(key);
          if ("value" in outcome) return outcome.value;
          if (outcome.reason instanceof Error) return insurance.consume(key);
          throw outcome.reason;
        },
      };
    },
    close: async () => client.destroy(),
  };
}

type Settled = { readonly value: unknown } | { readonly reason: unknown };

/**
 * Tells late from lost. In a burst every answer comes late, but answers come; a server that is lost says nothing at
 * all, and is asked again once it does, be it to what it was asked before.
 */
class Hearing {
  readonly #withinMs: number;
  #heardAt = 0;
  #isSilent = false;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  hear(): void {
    this.#heardAt = performance.now();
    this.#isSilent = false;
  }

  /** What became of a command; `undefined` once nothing has come since it was sent. */
  async outcomeOf(command: Promise<unknown>): Promise<Settled | undefined> {
    const sentAt = performance.now();
    let settled: Settled | undefined;
    const settling = command
      .then(
        (value): Settled => ({ value }),
        (reason: unknown): Settled => ({ reason }),
      )
      .then((outcome) => {
        settled = outcome;
        if (!("reason" in outcome && outcome.reason instanceof Error))
          this.hear();
      });
    for (;;) {
      await withTimeout(settling, this.#withinMs);
      // What came while this process was busy is read before the next turn.
      if (settled === undefined) await new Promise(setImmediate);
      if (settled !== undefined) return settled;
      const quietMs = performance.now() - Math.max(sentAt, this.#heardAt);
      if (quietMs < this.#withinMs) continue;
      this.#isSilent = true;
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
