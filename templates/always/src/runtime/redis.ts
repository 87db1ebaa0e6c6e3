/** Rate limits that several instances of this server share through Redis. */

import { createClient } from "@redis/client";
import {
  type RateLimiterAbstract,
  RateLimiterRedis,
  RLWrapperTimeouts,
} from "rate-limiter-flexible";

import type { Log } from "./log.js";
import type { Secret } from "./secret.js";

export interface RedisLimiters {
  /** A limiter that counts in Redis, and in `insurance` while that does not answer in time. */
  limiter(
    name: string,
    points: number,
    insurance: RateLimiterAbstract,
  ): RateLimiterAbstract;
  close(): Promise<void>;
}

const longestReconnectMs = 5_000;

/**
 * Connects to Redis in the background. Commands fail at once while there is no connection, instead of waiting for it.
 *
 * @param durationS seconds of a window
 * @param answerWithinMs milliseconds that a call waits for Redis
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
  client.on("ready", () => {
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
      // Only the outer one has the insurance: a command that fails after it was given up must not count once more.
      return new RLWrapperTimeouts({
        limiter: inRedis,
        timeoutMs: answerWithinMs,
        insuranceLimiter: insurance,
      });
    },
    close: async () => client.destroy(),
  };
}
