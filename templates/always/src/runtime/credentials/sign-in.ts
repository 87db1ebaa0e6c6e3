/**
 * Tokens of an API that its users grant themselves (RFC 6749 §4.1, RFC 7636): asked for once, kept sealed for each caller,
 * renewed, and forgotten when the API's authorization server takes them back.
 */
import * as oauth from "oauth4webapi";
import {
  authorization,
  type CredentialRequest,
  neededBy,
  noCredentials,
} from "../credentials.js";
import { defined } from "../data/defined.js";
import { setNewest } from "../data/newest.js";
import type { ApiData } from "../data/model.js";
import { CallError, SignInError, UpstreamError } from "../errors.js";
import type { Host } from "../host.js";
import type { Secret } from "../secret.js";
import { hashedKey } from "../store/store.js";
import type { SharedSecrets } from "../store/shared-secrets.js";
import { sleep } from "../upstream/deadline.js";
import type { AppliedCredentials } from "../upstream/http-message.js";
import { headerValue } from "../upstream/security-scheme.js";
import {
  forgetShared,
  type Granted,
  keepShared,
  sharedToken,
} from "../upstream/shared-token.js";
import {
  askForToken,
  askingWithin,
  genericGrant,
} from "../upstream/token-question.js";
import { Lack } from "./lack.js";
import type { SignInSettings } from "./settings.js";
import type { Flow, SignInFlows } from "./sign-in-flows.js";

/** How long a call waits for a user who has just been sent to sign in. */
const waitMs = 20_000;
const lookMs = 500;
/** Callers whose refused token is remembered. */
const mostRefused = 5_000;

export class SignIn {
  readonly #settings: SignInSettings;
  readonly #api: ApiData;
  readonly #flows: SignInFlows;
  readonly #secrets: () => SharedSecrets;
  readonly #timeoutMs: number;
  /** By the name of the token, the last one that the API refused. */
  readonly #refused = new Map<string, Secret>();

  /** @param secrets where tokens lie, sealed */
  constructor(
    settings: SignInSettings,
    api: ApiData,
    flows: SignInFlows,
    secrets: () => SharedSecrets,
    timeoutMs: number,
  ) {
    this.#settings = settings;
    this.#api = api;
    this.#flows = flows;
    this.#secrets = secrets;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws SignInError where the caller has to sign in first */
  async give(request: CredentialRequest): Promise<AppliedCredentials | Lack> {
    const { api, caller, host, signal } = request;
    const need = neededBy(request);
    if (need === "none") return noCredentials;
    if (caller.isAnonymous === true || caller.id === "local")
      return new Lack(
        `Nobody is known to sign in at ${api.title}`,
        "Users sign in for themselves where they are told apart: over HTTP, each with a token of theirs.",
      );
    const name = await this.#nameOf(caller.id);
    const token =
      (await this.#token(name, host)) ??
      (request.isSigningIn === true
        ? await this.#awaited(name, host, signal)
        : undefined);
    if (token === undefined) {
      if (need === "optional") return noCredentials;
      const { id, url } = await this.#flows.begin(api.name, caller.id);
      throw new SignInError(
        `${api.title} wants ${caller.id} to sign in there first`,
        { url, flow: id },
      );
    }
    return {
      ...authorization(`Bearer ${headerValue("The access token", token)}`),
      rejected: () => setNewest(this.#refused, name, token, mostRefused),
    };
  }

  /** Trades what the user came back with for tokens, and keeps them for the caller who was sent. */
  async finish(flow: Flow, code: string, host: Host): Promise<void> {
    const granted = await this.#ask("authorization_code", host, {
      code,
      redirect_uri: this.#flows.redirectUri,
      code_verifier: flow.verifier,
    });
    const name = await this.#nameOf(flow.caller);
    this.#refused.delete(name);
    await keepShared(this.#secrets(), name, granted);
  }

  /** Until the user is back, or has taken too long. */
  async #awaited(
    name: string,
    host: Host,
    signal: AbortSignal,
  ): Promise<Secret | undefined> {
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      await sleep(lookMs, signal);
      const token = await this.#token(name, host);
      if (token !== undefined) return token;
    }
    return undefined;
  }

  /** A token that can be used, renewed where it has to be; `undefined` where its user has to be asked. */
  async #token(name: string, host: Host): Promise<Secret | undefined> {
    const secrets = this.#secrets();
    const isUsable = (token: Secret): boolean =>
      token.reveal() !== this.#refused.get(name)?.reveal();
    try {
      const found = await sharedToken(
        secrets,
        name,
        isUsable,
        async (refreshToken) => {
          if (refreshToken === undefined) throw new NothingKept();
          return this.#ask("refresh_token", host, {
            refresh_token: refreshToken.reveal(),
          });
        },
      );
      if (found !== undefined) return found.secret;
    } catch (fault) {
      if (fault instanceof NothingKept) return undefined;
      if (!isTakenBack(fault)) throw fault;
      await forgetShared(secrets, name);
      return undefined;
    }
    throw new UpstreamError("The store of sign-ins cannot be asked now", {
      hint: "Try again later.",
    });
  }

  async #ask(
    grant: "authorization_code" | "refresh_token",
    { exchange }: Host,
    parameters: Record<string, string>,
  ): Promise<Granted> {
    const {
      tokenUrl: url,
      clientId: id,
      clientSecret: secret,
    } = this.#settings;
    const prefix = `${this.#api.environmentPrefix}_SIGN_IN`;
    return askingWithin(this.#timeoutMs, exchange, (ask) =>
      askForToken(
        { url, allowPrivate: true },
        { id, ...defined({ secret }) },
        ask,
        genericGrant(grant, parameters),
        () => `${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET`,
      ),
    );
  }

  #nameOf(caller: string): Promise<string> {
    const { clientId, tokenUrl } = this.#settings;
    return hashedKey(
      "sign-in",
      JSON.stringify([this.#api.name, tokenUrl.href, clientId, caller]),
    );
  }
}

/** There is neither a token nor what it could be renewed with. */
class NothingKept extends Error {}

/** RFC 6749 §5.2: the refresh token is expired, revoked or another client's. */
function isTakenBack(fault: unknown): boolean {
  return (
    fault instanceof CallError &&
    fault.cause instanceof oauth.ResponseBodyError &&
    fault.cause.error === "invalid_grant"
  );
}
