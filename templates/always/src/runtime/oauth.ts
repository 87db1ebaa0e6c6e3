/** Access tokens for OAuth 2 and OpenID Connect schemes: fetched when needed, kept until shortly before they expire. */
import type { OAuthTokens } from "./upstream/security-scheme.js";

/**
 * Tokens by the refresh token where one is set, else by the client credentials. Calls that need the same token at the
 * same time share one request for it, over all instances where these share secrets; then a refresh token that the server
 * replaces is replaced for all.
 */
export function oauthTokens(): OAuthTokens {
  let loaded: Promise<OAuthTokens> | undefined;
  const tokens = () =>
    (loaded ??= import("./upstream/kept-tokens.js").then(({ keptTokens }) =>
      keptTokens(),
    ));
  return {
    token: async (request) => (await tokens()).token(request),
    // Before whoever asks for one next: what is asked of a promise first is told first.
    rejected: (token) => void loaded?.then((kept) => kept.rejected(token)),
  };
}
