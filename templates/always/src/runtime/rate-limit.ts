/** How often a caller may call tools, and how often this server calls the API. */

import type { Environment } from "./data/environment.js";
import type { Caller } from "./upstream/http-message.js";
import { createLog, type Log } from "./log.js";
import { createPacing, type Pacing } from "./upstream/pacing.js";
import type { Counter } from "./node/redis.js";
import type { Secret } from "./secret.js";
import { readSettings, type Settings } from "./settings/settings.js";

export type { Pacing } from "./upstream/pacing.js";

export type Admission =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Milliseconds. */ readonly retryAfterMs: number;
    };

export interface RateLimit {
  /** Counts a call of a tool, and tells whether it may go on. Never rejects: a limiter that is down lets calls pass. */
  admit(caller: Caller, tool: string): Promise<Admission>;
}

export interface RateLimiting {
  readonly limit: RateLimit;
  readonly pacing: Pacing;
  /** Told once, before the first call: calls per minute and caller of single tools, in place of the general limit. */
  readonly limitTools?: (limits: ReadonlyMap<string, number>) => void;
  /** Ends the connection to Redis, if there is one. */
  readonly close?: () => Promise<void>;
}

/** What is not given comes from the environment: `MCP_RATE_LIMIT`, `MCP_TOOL_RATE_LIMIT`, `REDIS_URL`. */
export interface RateLimitOptions {
  /** Calls per minute and caller; 0: no limit. */
  readonly perCaller?: number;
  /** Calls per minute, caller and tool; 0: no limit. */
  readonly perTool?: number;
  readonly redisUrl?: Secret;
  /** Milliseconds without any answer after which Redis counts as lost, and calls are counted in memory. Default: 1,000. */
  readonly redisWithinMs?: number;
  /** Default: `process.env`. Read with the first call. */
  readonly environment?: Environment;
  /** Told once when Redis is lost. Default: stderr. */
  readonly log?: Log;
}

/** One minute, in the seconds that the limiters count in. */
const durationS = 60;
/** Callers and tools that are counted one by one within a minute; further ones share a count, so memory is bounded. */
const mostKeys = 10_000;

/** Limits in this process's memory, or in Redis where `REDIS_URL` is set; while that is down, in memory. */
export function rateLimit(options: RateLimitOptions = {}): RateLimiting {
  let limiters: Promise<Limiters> | undefined;
  const keys = new BoundedKeys();
  let ofTools: ReadonlyMap<string, number> = new Map();
  const loaded = (): Promise<Limiters> =>
    (limiters ??= createLimiters(options, ofTools));
  return {
    limit: {
      async admit(caller, tool) {
        const { perCaller, perTool, ofTool } = await loaded();
        const id = keys.of(caller.id);
        const byCaller = await consume(perCaller, id);
        if (!byCaller.allowed) return byCaller;
        const limiter = ofTools.has(tool) ? ofTool.get(tool) : perTool;
        return consume(limiter, keys.of(`${id} ${tool}`));
      },
    },
    limitTools: (limits) => {
      ofTools = limits;
    },
    pacing: createPacing(),
    close: async () => (await limiters)?.close(),
  };
}

interface Limiters {
  readonly perCaller: Counter | undefined;
  readonly perTool: Counter | undefined;
  /** By tool, those with a limit of their own. */
  readonly ofTool: ReadonlyMap<string, Counter>;
  close(): Promise<void>;
}

/** The libraries are loaded with the first call, so that they do not delay the start. */
async function createLimiters(
  options: RateLimitOptions,
  ofTools: ReadonlyMap<string, number>,
): Promise<Limiters> {
  const settings = readSettings(options.environment ?? process.env);
  const { RateLimiterMemory } = await import("rate-limiter-flexible");
  const counts = countsOf(options, settings);
  const inMemory = (name: string, points: number): Counter =>
    new RateLimiterMemory({ keyPrefix: name, points, duration: durationS });
  const redisUrl = options.redisUrl ?? settings.redisUrl;
  if (redisUrl === undefined) {
    return {
      ...mapCounts(counts, ofTools, inMemory),
      close: async () => undefined,
    };
  }
  const { redisLimiters } = await import("./node/redis.js");
  const redis = await redisLimiters(
    redisUrl,
    durationS,
    options.redisWithinMs ?? 1_000,
    options.log ?? createLog(settings.logLevel),
  );
  return {
    ...mapCounts(counts, ofTools, (name, points) =>
      redis.limiter(name, points, inMemory(name, points)),
    ),
    close: redis.close,
  };
}

interface Counts {
  readonly perCaller: number;
  readonly perTool: number;
}

function countsOf(options: RateLimitOptions, settings: Settings): Counts {
  return {
    perCaller: options.perCaller ?? settings.rateLimit,
    perTool: options.perTool ?? settings.toolRateLimit,
  };
}

function mapCounts(
  { perCaller, perTool }: Counts,
  ofTools: ReadonlyMap<string, number>,
  create: (name: string, points: number) => Counter,
): Omit<Limiters, "close"> {
  return {
    perCaller: perCaller === 0 ? undefined : create("mcp-caller", perCaller),
    perTool: perTool === 0 ? undefined : create("mcp-tool", perTool),
    ofTool: new Map(
      [...ofTools]
        .filter(([, points]) => points > 0)
        .map(([tool, points]) => [tool, create(`mcp-tool-${tool}`, points)]),
    ),
  };
}

async function consume(
  limiter: Counter | undefined,
  key: string,
): Promise<Admission> {
  try {
    await limiter?.consume(key);
  } catch (refusal) {
    // The library rejects with a result, not with an error, when the count is used up.
    if (isRefusal(refusal))
      return {
        allowed: false,
        retryAfterMs: Math.max(1, Math.ceil(refusal.msBeforeNext)),
      };
    // Neither Redis nor memory could count: better a call too many than none.
  }
  return { allowed: true };
}

function isRefusal(value: unknown): value is { readonly msBeforeNext: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Error) &&
    "msBeforeNext" in value &&
    typeof value.msBeforeNext === "number"
  );
}

/** Keys as they are, up to a number per minute: callers can be many, for example by address. */
class BoundedKeys {
  readonly #known = new Set<string>();
  #since = performance.now();

  of(key: string): string {
    if (performance.now() - this.#since > durationS * 1_000) {
      this.#known.clear();
      this.#since = performance.now();
    }
    if (!this.#known.has(key) && this.#known.size >= mostKeys) return "others";
    this.#known.add(key);
    return key;
  }
}
