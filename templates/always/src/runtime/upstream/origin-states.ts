/** What is remembered about the origins that requests go to. */

import type { Store } from "../store/store.js";
import { OriginBreakers } from "./origin-breakers.js";
import { RetryBudget } from "./retry.js";
import { SharedPauses } from "./shared-pauses.js";

export interface OriginState {
  readonly breakers: OriginBreakers;
  readonly budget: RetryBudget;
}

export class OriginStates {
  readonly #states = new Map<string, OriginState>();
  readonly #store: Store | undefined;

  /** @param store shares what is paused with other instances; absent: nobody else needs to know */
  constructor(store: Store | undefined) {
    this.#store = store;
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
