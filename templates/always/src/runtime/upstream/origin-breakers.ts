/**
 * Which calls of an origin wait while something of it fails: those of the operation for the caller for whom it failed; all
 * of the operation, where it fails for several; all of the caller, where several operations fail; all of the origin, where
 * both is so or no connection can be made. One endpoint, or one caller's arguments, turns off nothing else.
 */
import { setNewest } from "../data/newest.js";
import { UpstreamError } from "../errors.js";
import type { Store } from "../store/store.js";
import {
  type Breadth,
  CircuitBreaker,
  everyone,
  type Source,
  type Verdict,
} from "./circuit-breaker.js";
import { RetryBudget } from "./retry.js";
import { SharedPauses } from "./pacing.js";

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

/** Milliseconds after which whoever tries may have found out. */
const probeMs = 1_000;

/**
 * The breakers of one origin. There is one for what failed only: where all is well, nothing is kept.
 *
 * @param now milliseconds of a clock that only goes forward
 * @param random from 0 to 1
 * @param shared how other instances know of pauses, and this one of theirs; absent: it is the only one
 */
export class OriginBreakers {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #shared: SharedPauses | undefined;
  readonly #breakers = new Map<string, CircuitBreaker>();
  /** Those of whose pause other instances know. */
  readonly #told = new WeakSet<CircuitBreaker>();
  readonly #scopes = new WeakMap<CircuitBreaker, Scope>();

  constructor(
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
    shared?: SharedPauses,
  ) {
    this.#now = now;
    this.#random = random;
    this.#shared = shared;
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

  /** The same over all instances: of those, too, one request probes. */
  async sharedRefusal(source: Source): Promise<Refusal | undefined> {
    const shared = this.#shared;
    if (shared === undefined) return this.refusal(source);
    await shared.refresh();
    for (const level of levels) this.#learn(shared, level, source);
    const refusal = this.refusal(source);
    if (refusal !== undefined) return refusal;
    const claimed: Level[] = [];
    for (const level of this.#probed(source)) {
      if (await shared.claim(level.key(source))) {
        claimed.push(level);
        continue;
      }
      // Another instance is about to find out.
      for (const { key } of this.#probed(source))
        this.#breakers.get(key(source))?.report("unknown", source);
      for (const { key } of claimed) shared.release(key(source));
      return { scope: level.scope, retryAfterMs: probeMs };
    }
    return undefined;
  }

  /**
   * Tells what became of a request. `unreachable` is a failure to connect.
   *
   * @returns what this paused, the widest
   */
  report(source: Source, verdict: Verdict | "unreachable"): Scope | undefined {
    const shared = this.#shared;
    if (shared === undefined) return this.#count(source, verdict);
    const probed = this.#probed(source);
    const paused = this.#count(source, verdict);
    this.#tell(shared, source, probed);
    return paused;
  }

  /** How many breakers of each scope let nothing through, or are about to find out whether they may. */
  paused(): ReadonlyMap<Scope, number> {
    const counts = new Map<Scope, number>();
    for (const breaker of this.#breakers.values()) {
      const scope = this.#scopes.get(breaker);
      const isOpen = breaker.isProbing || breaker.pauseLeftMs !== undefined;
      if (scope !== undefined && isOpen)
        counts.set(scope, (counts.get(scope) ?? 0) + 1);
    }
    return counts;
  }

  /** Levels of which this source's request is the one that finds out. */
  #probed(source: Source): readonly Level[] {
    return levels.filter(
      ({ key }) => this.#breakers.get(key(source))?.isProbing,
    );
  }

  /** Takes over what other instances found out. */
  #learn(shared: SharedPauses, level: Level, source: Source): void {
    const key = level.key(source);
    const leftMs = shared.leftOf(key);
    if (leftMs === undefined) {
      const breaker = this.#breakers.get(key);
      if (breaker !== undefined && this.#told.has(breaker))
        this.#breakers.delete(key);
      return;
    }
    const breaker = this.#breakerOf(level, source);
    this.#told.add(breaker);
    if (!breaker.isProbing) breaker.open(leftMs);
  }

  /** Tells other instances what is paused now, and what no longer is. */
  #tell(shared: SharedPauses, source: Source, probed: readonly Level[]): void {
    for (const level of levels) {
      const key = level.key(source);
      const breaker = this.#breakers.get(key);
      const leftMs = breaker?.pauseLeftMs ?? 0;
      const isProbed = probed.includes(level);
      const isNew = breaker !== undefined && !this.#told.has(breaker);
      if (breaker !== undefined && leftMs > 0 && (isNew || isProbed)) {
        this.#told.add(breaker);
        shared.pause(key, leftMs);
      } else if (isProbed && breaker?.pauseLeftMs === undefined)
        shared.end(key);
      if (isProbed) shared.release(key);
    }
  }

  #count(source: Source, verdict: Verdict | "unreachable"): Scope | undefined {
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

  #breakerOf({ scope, key, breadth }: Level, source: Source): CircuitBreaker {
    const known = this.#breakers.get(key(source));
    if (known !== undefined) return known;
    const made = new CircuitBreaker(this.#now, this.#random, breadth);
    setNewest(this.#breakers, key(source), made, mostBreakers);
    this.#scopes.set(made, scope);
    return made;
  }
}

function isOrigin({ scope }: Level): boolean {
  return scope === "origin";
}

// What is remembered about the origins that requests go to.

export interface OriginState {
  readonly breakers: OriginBreakers;
  readonly budget: RetryBudget;
}

/** What of an origin is paused. */
export interface Paused {
  readonly host: string;
  readonly scope: Scope;
  readonly count: number;
}

export class OriginStates {
  readonly #states = new Map<string, OriginState>();
  readonly #store: Store | undefined;

  /** @param store shares what is paused with other instances; absent: nobody else needs to know */
  constructor(store: Store | undefined) {
    this.#store = store;
  }

  /** Every scope of each origin that was asked something, with 0 where nothing is paused. */
  paused(): readonly Paused[] {
    return [...this.#states].flatMap(([origin, { breakers }]) => {
      const { host } = new URL(origin);
      const counts = breakers.paused();
      return levels.map(({ scope }) => ({
        host,
        scope,
        count: counts.get(scope) ?? 0,
      }));
    });
  }

  of(origin: string): OriginState {
    const existing = this.#states.get(origin);
    if (existing !== undefined) return existing;
    const now = (): number => performance.now();
    const shared =
      this.#store?.isShared === true
        ? new SharedPauses(this.#store, "failing", origin, now)
        : undefined;
    const state = {
      breakers: new OriginBreakers(now, Math.random, shared),
      budget: new RetryBudget(),
    };
    this.#states.set(origin, state);
    return state;
  }
}
