/** A token of the API for the caller's (RFC 8693, and as Entra ID has it): asked for once, kept until either ends. */
import {
  authorization,
  type CredentialRequest,
  neededBy,
  noCredentials,
} from "../credentials.js";
import { defined } from "../data/defined.js";
import { setNewest } from "../data/newest.js";
import { headerValue } from "../upstream/security-scheme.js";
import { usableMs } from "../upstream/shared-token.js";
import type { AppliedCredentials } from "../upstream/http-message.js";
import type { Secret } from "../secret.js";
import type { Settings } from "../settings/settings.js";
import { hashedKey } from "../store/store.js";
import {
  type AskForToken,
  askForToken,
  askingWithin,
  genericGrant,
} from "../upstream/token-question.js";
import { Lack } from "./lack.js";
import type { ExchangeSettings } from "./settings.js";

interface Kept {
  readonly token: Secret;
  /** On a clock that only goes forward. */
  readonly until: number;
}

/** One for each caller that has a token; the oldest is asked for again. */
const mostTokens = 5_000;

export class TokenExchange {
  readonly #settings: ExchangeSettings;
  readonly #prefix: string;
  readonly #timeoutMs: number;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<Kept>>();
  /** By key, the last one that the API refused: other instances may still hand it out. */
  readonly #refused = new Map<string, Secret>();

  /** @param prefix of the variables that set it, for messages */
  constructor(
    settings: ExchangeSettings,
    prefix: string,
    { timeoutMs }: Pick<Settings, "timeoutMs">,
  ) {
    this.#settings = settings;
    this.#prefix = prefix;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws what `askForToken` does */
  async give(request: CredentialRequest): Promise<AppliedCredentials | Lack> {
    const { api, presented, caller, signal } = request;
    if (neededBy(request) === "none") return noCredentials;
    const subject = presented?.token();
    if (subject === undefined)
      return new Lack(
        `${caller.id} came without an access token that could be exchanged for one of ${api.title}`,
        "Sign in at the authorization server of this server, over HTTP.",
      );
    signal.throwIfAborted();
    const key = await hashedKey(
      "exchange",
      JSON.stringify([api.name, this.#target(), caller.id, subject.reveal()]),
    );
    const { token } = await this.#token(key, subject, request);
    return {
      ...authorization(`Bearer ${headerValue("The access token", token)}`),
      rejected: () => {
        if (this.#kept.get(key)?.token !== token) return;
        this.#kept.delete(key);
        setNewest(this.#refused, key, token, mostTokens);
      },
    };
  }

  #target(): readonly unknown[] {
    const { url, clientId, audience, resource, scope, grant } = this.#settings;
    return [url.href, clientId, audience, resource, scope, grant];
  }

  /** Calls that need the same token at the same time share one request for it. */
  async #token(
    key: string,
    subject: Secret,
    request: CredentialRequest,
  ): Promise<Kept> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > performance.now()) return kept;
    const flight =
      this.#running.get(key) ??
      this.#newToken(key, subject, request).finally(() =>
        this.#running.delete(key),
      );
    this.#running.set(key, flight);
    const found = await flight;
    request.signal.throwIfAborted();
    return found;
  }

  async #newToken(
    key: string,
    subject: Secret,
    { secrets, host, caller }: CredentialRequest,
  ): Promise<Kept> {
    const shared = await secrets?.get(key).catch(() => undefined);
    if (
      shared !== undefined &&
      shared.secret.reveal() !== this.#refused.get(key)?.reveal()
    )
      return this.#keep(key, shared.secret, shared.expiresInMs);
    const { url, clientId: id, clientSecret: secret } = this.#settings;
    const granted = await askingWithin(this.#timeoutMs, host.exchange, (ask) =>
      askForToken(
        { url, allowPrivate: true },
        { id, ...defined({ secret }) },
        ask,
        grantOf(this.#settings, subject),
        (code) =>
          code === "invalid_grant"
            ? "whether the caller's token may be exchanged there"
            : `${this.#prefix}_CLIENT_ID, _CLIENT_SECRET, _AUDIENCE, _RESOURCE and _SCOPE`,
      ),
    );
    const ms = Math.floor(
      Math.min(usableMs(granted), leftMs(caller.claims?.["exp"])),
    );
    if (ms >= 1)
      await secrets?.set(key, granted.token, ms).catch(() => undefined);
    return this.#keep(key, granted.token, ms);
  }

  #keep(key: string, token: Secret, ms: number): Kept {
    const kept = { token, until: performance.now() + ms };
    setNewest(this.#kept, key, kept, mostTokens);
    return kept;
  }
}

/** What was got for a token is not used when that has ended. */
function leftMs(exp: unknown): number {
  return typeof exp === "number"
    ? Math.max(0, exp * 1_000 - Date.now())
    : Number.POSITIVE_INFINITY;
}

function grantOf(
  { grant, audience, resource, scope }: ExchangeSettings,
  subject: Secret,
): AskForToken {
  const target = defined({ audience, resource, scope });
  const [type, parameters]: readonly [string, Record<string, string>] =
    grant === "token-exchange"
      ? [
          "urn:ietf:params:oauth:grant-type:token-exchange",
          {
            ...target,
            subject_token: subject.reveal(),
            subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
            requested_token_type:
              "urn:ietf:params:oauth:token-type:access_token",
          },
        ]
      : [
          "urn:ietf:params:oauth:grant-type:jwt-bearer",
          {
            ...target,
            assertion: subject.reveal(),
            requested_token_use: "on_behalf_of",
          },
        ];
  return genericGrant(type, parameters);
}
