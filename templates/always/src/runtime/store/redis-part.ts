/** The part that keeps in Redis what several instances share. */
import type { Log } from "../log.js";
import type { Secret } from "../secret.js";
import type { Store } from "./store.js";

export interface RedisOptions {
  readonly url: Secret;
  /** Begins every key, so that servers of different APIs can share one Redis. */
  readonly prefix: string;
  /** Milliseconds without any answer after which Redis counts as lost. Default: 1,000. */
  readonly withinMs?: number;
  /** Told once when Redis is lost, and once when it is found again. */
  readonly log: Log;
}

export interface StoreParts {
  readonly redis?: () => Promise<{
    redisStore(options: RedisOptions): Promise<Store>;
  }>;
}
