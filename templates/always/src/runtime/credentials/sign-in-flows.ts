/** Sign-ins that are under way: each for one caller at one API, good for ten minutes and once. */
import * as oauth from "oauth4webapi";
import { ownValue } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import { Secret } from "../secret.js";
import { hashedKey } from "../store/store.js";
import type { SharedSecrets } from "../store/shared-secrets.js";

export const flowMs = 600_000;

export interface Flow {
  /** Name of the API. */
  readonly api: string;
  /** `Caller.id` of whom it is for. */
  readonly caller: string;
  /** `code_verifier` of RFC 7636. */
  readonly verifier: string;
}

/** All instances know of them where they share a store: the browser may come back to another one. */
export class SignInFlows {
  readonly redirectUri: string;
  readonly #page: string;
  readonly #secrets: () => SharedSecrets;

  /** @param publicUrl under which users reach this server */
  constructor(publicUrl: URL, secrets: () => SharedSecrets) {
    const base = publicUrl.href.replace(/\/$/, "");
    this.#page = `${base}/sign-in`;
    this.redirectUri = `${base}/sign-in/callback`;
    this.#secrets = secrets;
  }

  /** The sign-in of a caller: the one that is under way, else a new one. */
  async begin(
    api: string,
    caller: string,
  ): Promise<{ readonly id: string; readonly url: string }> {
    const pending = await hashedKey("pending", JSON.stringify([api, caller]));
    const known = ownValue(await this.#read(pending), "id");
    const isKnown =
      typeof known === "string" && (await this.find(known)) !== undefined;
    const id = isKnown ? known : oauth.generateRandomState();
    if (!isKnown) {
      const verifier = oauth.generateRandomCodeVerifier();
      await this.#write(flowOf(id), { api, caller, verifier });
      await this.#write(pending, { id });
    }
    return { id, url: `${this.#page}?${new URLSearchParams({ flow: id })}` };
  }

  /** `undefined` for one that is unknown, over, or ended. */
  async find(id: string): Promise<Flow | undefined> {
    if (!/^[\w-]{20,100}$/.test(id)) return undefined;
    return readFlow(await this.#read(flowOf(id)));
  }

  /** From now on only the browser that has this secret can end it. */
  async bind(id: string): Promise<string> {
    const browser = oauth.generateRandomState();
    await this.#write(browserOf(id), { browser });
    return browser;
  }

  async isBoundTo(id: string, browser: string | undefined): Promise<boolean> {
    const bound = ownValue(await this.#read(browserOf(id)), "browser");
    return bound !== undefined && bound === browser;
  }

  /** Ends it. @returns whether it was there: of two who end it, one does */
  async end(id: string): Promise<boolean> {
    const secrets = this.#secrets();
    const isFirst = await secrets.claim(`ended ${id}`, flowMs);
    await secrets.delete(flowOf(id));
    await secrets.delete(browserOf(id));
    return isFirst;
  }

  /** As a whole: the id of a sign-in alone is part of its address, which its user has to see. */
  async #write(name: string, value: JsonObject): Promise<void> {
    const text = new Secret(JSON.stringify(value));
    await this.#secrets().set(name, text, flowMs);
  }

  async #read(name: string): Promise<unknown> {
    const found = await this.#secrets().get(name);
    return found && JSON.parse(found.secret.reveal());
  }
}

const flowOf = (id: string): string => `sign-in flow ${id}`;
const browserOf = (id: string): string => `sign-in browser ${id}`;

function readFlow(value: unknown): Flow | undefined {
  const [api, caller, verifier] = ["api", "caller", "verifier"].map((name) =>
    ownValue(value, name),
  );
  return typeof api === "string" &&
    typeof caller === "string" &&
    typeof verifier === "string"
    ? { api, caller, verifier }
    : undefined;
}
