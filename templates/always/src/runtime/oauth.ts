/** Access tokens for OAuth 2 and OpenID Connect schemes: fetched when needed, kept until shortly before they expire. */
import { Late } from "./data/late.js";
import type { OAuthTokens } from "./upstream/security-scheme.js";

/**
 * Tokens by the refresh token where one is set, else by the client credentials. Calls that need the same token at the
 * same time share one request for it, over all instances where these share secrets; then a refresh token that the server
 * replaces is replaced for all.
 */
export function oauthTokens(): OAuthTokens {
  const tokens = new Late(async () => {
    const { keptTokens } = await import("./upstream/kept-tokens.js");
    return keptTokens();
  });
  return {
    token: async (request) => (await tokens.get()).token(request),
    // Before whoever asks for one next: what is asked of a promise first is told first.
    rejected: (token) =>
      void tokens.asked?.then((kept) => kept.rejected(token)),
  };
}
