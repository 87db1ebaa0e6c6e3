/** Tokens whose signature was found right a moment ago: to prove it again costs more than all else of a call. */
import { setNewest } from "../data/newest.js";
import type { JsonObject } from "../data/model.js";
import type { IssuerKeys } from "./issuer-keys.js";

/** Those proven last; each is as long as a token may be, at most. */
const mostKept = 1_000;

interface Proven {
  readonly claims: JsonObject;
  /** The keys of the issuer by which it was proven. */
  readonly keys: object;
}

export class ProvenTokens {
  readonly #keys: Pick<IssuerKeys, "current" | "inUse">;
  readonly #now: () => number;
  readonly #known = new Map<string, Proven>();

  /** @param now milliseconds since the epoch: tokens end by that clock */
  constructor(
    keys: Pick<IssuerKeys, "current" | "inUse">,
    now: () => number = () => Date.now(),
  ) {
    this.#keys = keys;
    this.#now = now;
  }

  /**
   * The claims of a token that was proven for a path, while it has not ended and the issuer has the same keys still.
   *
   * @throws IssuerFault where the keys are too old, and the issuer cannot be asked
   */
  async find(token: string, path: string): Promise<JsonObject | undefined> {
    const known = this.#known.get(nameOf(token, path));
    if (known === undefined || this.#hasEnded(known.claims)) return undefined;
    await this.#keys.current();
    return known.keys === this.#keys.inUse ? known.claims : undefined;
  }

  /** @throws whatever `prove` throws, of which nothing is kept */
  async keep(
    token: string,
    path: string,
    prove: () => Promise<JsonObject>,
  ): Promise<JsonObject> {
    // Of before: by keys that come meanwhile it is not proven.
    const keys = this.#keys.inUse;
    const claims = await prove();
    if (keys !== undefined)
      setNewest(this.#known, nameOf(token, path), { claims, keys }, mostKept);
    return claims;
  }

  /** Without the leeway that whoever proves it allows: in its last seconds that is asked each time. */
  #hasEnded({ exp }: JsonObject): boolean {
    return typeof exp !== "number" || exp * 1_000 <= this.#now();
  }
}

/** The path says for whom a token has to be issued. */
function nameOf(token: string, path: string): string {
  return `${token} ${path}`;
}
