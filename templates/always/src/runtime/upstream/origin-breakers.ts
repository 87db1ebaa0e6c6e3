/**
 * Which calls of an origin wait while something of it fails: those of the operation for the caller for whom it failed; all
 * of the operation, where it fails for several; all of the caller, where several operations fail; all of the origin, where
 * both is so or no connection can be made. One endpoint, or one caller's arguments, turns off nothing else.
 */
import {
  type Breadth,
  CircuitBreaker,
  everyone,
  type Source,
  type Verdict,
} from "./circuit-breaker.js";
import { UpstreamError } from "../errors.js";

/** What is paused, from the narrowest on. */
export type Scope = "call" | "operation" | "caller" | "origin";

interface Level {
  readonly scope: Scope;
  readonly breadth: Breadth;
  /** Calls with the same key share a breaker. */
  readonly key: (source: Source) => string;
}

const several = { operations: 3, callers: 2 };

const levels: readonly Level[] = [
  {
    scope: "call",
    breadth: { operations: 1, callers: 1 },
    key: ({ operation, caller }) => JSON.stringify([operation, caller]),
  },
  {
    scope: "operation",
    breadth: { operations: 1, callers: several.callers },
    key: ({ operation }) => `operation ${operation ?? ""}`,
  },
  {
    scope: "caller",
    breadth: { operations: several.operations, callers: 1 },
    key: ({ caller }) => `caller ${caller ?? ""}`,
  },
  { scope: "origin", breadth: several, key: () => "" },
];

/** Breakers that are remembered; beyond it the oldest are forgotten. */
const mostBreakers = 1_000;

export interface Refusal {
  readonly scope: Scope;
  /** Milliseconds after which asking again makes sense. */
  readonly retryAfterMs: number;
}

/** What a call is told that must not go. */
export function paused(
  host: string,
  { scope, retryAfterMs }: Refusal,
): UpstreamError {
  return new UpstreamError(
    scope === "call" || scope === "operation"
      ? `This operation of ${host} failed several times in a row; calls of it are paused`
      : `${host} failed several times in a row; calls to it are paused`,
    {
      hint:
        scope === "call" || scope === "operation"
          ? "Try again later; other tools may work."
          : "Try again later.",
      retryAfterMs,
    },
  );
}

/**
 * The breakers of one origin. There is one for what failed only: where all is well, nothing is kept.
 *
 * @param now milliseconds of a clock that only goes forward
 * @param random from 0 to 1
 */
export class OriginBreakers {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
  ) {
    this.#now = now;
    this.#random = random;
  }

  /** Asks to send a request. `undefined`: it may go, and `report` has to be called once it is over. */
  refusal(source: Source): Refusal | undefined {
    if (this.#breakers.size === 0) return undefined;
    // The widest is told. None counts a request as its probe that another one refuses.
    for (const { scope, key } of [...levels].reverse()) {
      const retryAfterMs = this.#breakers.get(key(source))?.wouldRefuse;
      if (retryAfterMs !== undefined) return { scope, retryAfterMs };
    }
    for (const { key } of levels) this.#breakers.get(key(source))?.refusal();
    return undefined;
  }

  /**
   * Tells what became of a request. `unreachable` is a failure to connect.
   *
   * @returns what this paused, the widest
   */
  report(source: Source, verdict: Verdict | "unreachable"): Scope | undefined {
    if (verdict !== "failed" && verdict !== "unreachable") {
      if (this.#breakers.size > 0) this.#settle(source, verdict);
      return undefined;
    }
    const isShared = verdict === "unreachable";
    // Whatever was asked for, nothing was: of its own account a call that found no connection waits no longer than others.
    const counted = isShared ? levels.filter(isOrigin) : levels;
    if (isShared) this.#settle(source, "unknown", isOrigin);
    let paused: Scope | undefined;
    for (const level of counted)
      if (
        this.#breakerOf(level, source).report(
          "failed",
          isShared ? everyone : source,
        )
      )
        paused = level.scope;
    return paused;
  }

  #settle(
    source: Source,
    verdict: "healthy" | "unknown",
    except: (level: Level) => boolean = () => false,
  ): void {
    for (const level of levels) {
      if (except(level)) continue;
      const key = level.key(source);
      const breaker = this.#breakers.get(key);
      breaker?.report(verdict, source);
      if (breaker?.isCalm) this.#breakers.delete(key);
    }
  }

  #breakerOf({ key, breadth }: Level, source: Source): CircuitBreaker {
    const known = this.#breakers.get(key(source));
    if (known !== undefined) return known;
    const made = new CircuitBreaker(this.#now, this.#random, breadth);
    this.#breakers.set(key(source), made);
    const [oldest] = this.#breakers.keys();
    if (this.#breakers.size > mostBreakers && oldest !== undefined)
      this.#breakers.delete(oldest);
    return made;
  }
}

function isOrigin({ scope }: Level): boolean {
  return scope === "origin";
}
