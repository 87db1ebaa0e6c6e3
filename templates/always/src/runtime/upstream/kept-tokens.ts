/** Access tokens of OAuth 2 and OpenID Connect, fetched and kept: loaded with the first one that is asked for. */

import { setNewest } from "../data/newest.js";
import type { Secret } from "../secret.js";
import type { OAuthTokens, TokenRequest } from "./security-scheme.js";
import { readSecret, readValue } from "../settings/settings.js";
import { hashedKey } from "../store/store.js";
import { type Granted, usableMs, sharedToken } from "./shared-token.js";

interface Kept {
  readonly token: Secret;
  /** On a clock that only goes forward. */
  readonly until: number;
}

/** Tokens kept at most, one for each API, client and set of scopes. */
const mostTokens = 1_000;

/** `oauthTokens` of `../oauth.ts`. */
export function keptTokens(): OAuthTokens {
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<Secret>>();
  /** By the key of the token, where the server gave a new one. */
  const refreshTokens = new Map<string, Secret>();
  /** By the key of the token, the last one that the API refused. */
  const refused = new Map<string, Secret>();

  function keep(key: string, token: Secret, usable: number): Secret {
    const until = performance.now() + usable;
    setNewest(kept, key, { token, until }, mostTokens);
    return token;
  }

  async function fetchToken(
    key: string,
    request: TokenRequest,
    refreshToken = refreshTokens.get(key),
  ): Promise<Granted> {
    // Loaded when needed: it brings what speaks OAuth.
    const { requestToken } = await import("./token-grant.js");
    const granted = await requestToken(
      request,
      refreshToken ?? configuredRefreshToken(request),
    );
    if (granted.refreshToken !== undefined)
      refreshTokens.set(key, granted.refreshToken);
    return granted;
  }

  async function newToken(key: string, request: TokenRequest): Promise<Secret> {
    const { secrets } = request;
    if (secrets !== undefined) {
      const isUsable = (token: Secret) =>
        token.reveal() !== refused.get(key)?.reveal();
      const shared = await sharedToken(secrets, key, isUsable, (refreshToken) =>
        fetchToken(key, request, refreshToken),
      );
      if (shared !== undefined)
        return keep(key, shared.secret, shared.expiresInMs);
    }
    const granted = await fetchToken(key, request);
    return keep(key, granted.token, usableMs(granted));
  }

  return {
    async token(request) {
      request.signal.throwIfAborted();
      const key = await keyOf(request);
      const found = kept.get(key);
      if (found !== undefined && found.until > performance.now())
        return found.token;
      const flight =
        running.get(key) ??
        newToken(key, request).finally(() => running.delete(key));
      running.set(key, flight);
      return orAborted(flight, request.signal);
    },
    rejected(token) {
      for (const [key, entry] of kept) {
        if (entry.token !== token) continue;
        kept.delete(key);
        refused.set(key, token);
      }
    },
  };
}

function configuredRefreshToken({
  scheme,
  ...variables
}: TokenRequest): Secret | undefined {
  const usable =
    scheme.type === "openIdConnect" || scheme.refresh !== undefined;
  return usable
    ? readSecret(scheme.environment.refreshToken, variables)
    : undefined;
}

/** Tokens differ by whatever goes into the request for them; secrets enter as part of a hash. */
async function keyOf({
  api,
  scheme,
  scopes,
  baseUrl,
  ...variables
}: TokenRequest): Promise<string> {
  const { clientId, clientSecret, refreshToken, tokenUrl } = scheme.environment;
  const secrets = [clientSecret, refreshToken].map(
    (name) => readSecret(name, variables)?.reveal() ?? "",
  );
  // The name of a client is no secret: answers may hold it.
  const id = readValue(clientId, variables) ?? "";
  const parts = [
    api.name,
    baseUrl.origin,
    variables.environment[tokenUrl] ?? "",
    tokenUrl,
    [...scopes].sort(),
    [id, ...secrets],
  ];
  return hashedKey("token", JSON.stringify(parts));
}

function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
