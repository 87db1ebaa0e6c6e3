/** The public keys of an authorization server: fetched when needed, kept while it is away, exchanged when it does. */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import { IssuerFault, TokenFault } from "./faults.js";

/** Beyond this age keys are fetched again while those that are known are used: a key that is withdrawn is so soon. */
const freshMs = 600_000;
/** Between two attempts: whoever invents names of keys cannot have the server asked more often. */
const pauseMs = 5_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

export class IssuerKeys {
  readonly #load: () => Promise<JSONWebKeySet>;
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  #known: { readonly keys: KeySet; readonly since: number } | undefined;
  #lastTry = -Infinity;
  /** Of the last attempt. */
  #fault: IssuerFault | undefined;
  #running: Promise<void> | undefined;

  /**
   * @param load fetches the keys; throws where the issuer cannot be asked
   * @param maxAgeMs how long keys are used that cannot be fetched again
   * @param now milliseconds on a clock that only goes forward
   */
  constructor(
    load: () => Promise<JSONWebKeySet>,
    maxAgeMs: number,
    now: () => number = () => performance.now(),
  ) {
    this.#load = load;
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  /**
   * The key that a token says it is signed with, among those of the issuer. What else the token says of keys (`jku`,
   * `x5u`, `jwk`) is not looked at.
   *
   * @throws TokenFault where the issuer has no such key, IssuerFault where it cannot be asked
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const match = async () => {
      try {
        return await this.#known?.keys(header, token);
      } catch (fault) {
        if (fault instanceof errors.JWKSNoMatchingKey) return undefined;
        throw fault;
      }
    };
    await this.current();
    const known = await match();
    if (known !== undefined) return known;
    await this.#refresh();
    const found = await match();
    if (found !== undefined) return found;
    throw new TokenFault("is signed with a key that its issuer does not have");
  };

  /** Others than before, and the issuer has said anew which are its own; `undefined` where it never has. */
  get inUse(): object | undefined {
    return this.#known?.keys;
  }

  /**
   * Has the keys in use be none that are too old; those that may be exchanged are so meanwhile.
   *
   * @throws IssuerFault where there are none, and it cannot be asked
   */
  async current(): Promise<void> {
    const age = this.#now() - (this.#known?.since ?? -Infinity);
    if (age <= freshMs && age <= this.#maxAgeMs) return;
    if (age > this.#maxAgeMs) return this.#refresh();
    // Not waited for: what is known is good.
    this.#refresh().catch(() => undefined);
  }

  /** @throws IssuerFault where the last attempt failed, be it a moment ago */
  async #refresh(): Promise<void> {
    if (this.#running === undefined) {
      if (this.#now() - this.#lastTry < pauseMs) {
        if (this.#fault !== undefined) throw this.#fault;
        return;
      }
      this.#lastTry = this.#now();
      this.#running = this.#fetch().finally(() => (this.#running = undefined));
    }
    return this.#running;
  }

  async #fetch(): Promise<void> {
    try {
      const keys = createLocalJWKSet(await this.#load());
      this.#known = { keys, since: this.#now() };
      this.#fault = undefined;
    } catch (fault) {
      this.#fault =
        fault instanceof IssuerFault
          ? fault
          : new IssuerFault("The issuer's keys cannot be read", fault);
      throw this.#fault;
    }
  }
}
