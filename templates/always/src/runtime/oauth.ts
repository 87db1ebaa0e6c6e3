/** Access tokens for OAuth 2 and OpenID Connect schemes: fetched when needed, kept until shortly before they expire. */

import { createHash } from "node:crypto";

import type { Secret } from "./secret.js";
import type { OAuthTokens, TokenRequest } from "./upstream/security-scheme.js";
import { readSecret } from "./settings/settings.js";
import type { Granted } from "./upstream/token-grant.js";

interface Kept {
  readonly token: Secret;
  /** On a clock that only goes forward. */
  readonly until: number;
}

/** Where the server gives no lifetime. */
const defaultLifetimeMs = 300_000;
const longestMarginMs = 60_000;
/** Tokens kept at most, one for each API, client and set of scopes. */
const mostTokens = 1_000;

/**
 * Tokens by the refresh token where one is set, else by the client credentials. Calls that need the same token at the
 * same time share one request for it.
 */
export function oauthTokens(): OAuthTokens {
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<Secret>>();
  /** By the key of the token, where the server gave a new one. */
  const refreshTokens = new Map<string, Secret>();

  async function fetchToken(
    key: string,
    request: TokenRequest,
  ): Promise<Secret> {
    const refreshToken =
      refreshTokens.get(key) ?? configuredRefreshToken(request);
    // Loaded when needed: it brings the HTTP client.
    const { requestToken } = await import("./upstream/token-grant.js");
    const granted = await requestToken(request, refreshToken);
    if (granted.refreshToken !== undefined)
      refreshTokens.set(key, granted.refreshToken);
    kept.delete(key);
    kept.set(key, {
      token: granted.token,
      until: performance.now() + usableMs(granted),
    });
    const oldest =
      kept.size > mostTokens ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return granted.token;
  }

  return {
    async token(request) {
      request.signal.throwIfAborted();
      const key = keyOf(request);
      const found = kept.get(key);
      if (found !== undefined && found.until > performance.now())
        return found.token;
      const flight =
        running.get(key) ??
        fetchToken(key, request).finally(() => running.delete(key));
      running.set(key, flight);
      return orAborted(flight, request.signal);
    },
    rejected(token) {
      for (const [key, entry] of kept) {
        if (entry.token === token) kept.delete(key);
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

/** A token is renewed a little before its end, so that it does not expire on the way. */
function usableMs({ lifetimeMs = defaultLifetimeMs }: Granted): number {
  return lifetimeMs - Math.min(longestMarginMs, lifetimeMs / 10);
}

/** Tokens differ by whatever goes into the request for them; secrets enter as part of a hash. */
function keyOf({
  api,
  scheme,
  scopes,
  baseUrl,
  ...variables
}: TokenRequest): string {
  const { clientId, clientSecret, refreshToken, tokenUrl } = scheme.environment;
  const secrets = [clientId, clientSecret, refreshToken].map(
    (name) => readSecret(name, variables)?.reveal() ?? "",
  );
  const parts = [
    api.name,
    baseUrl.origin,
    variables.environment[tokenUrl] ?? "",
    tokenUrl,
    [...scopes].sort(),
    secrets,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
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
