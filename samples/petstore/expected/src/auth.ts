/**
 * Where the API's credentials come from. This file is yours.
 *
 * As it stands: from the environment variables that src/generated/README.md names, the same for every caller. For each
 * of them, <NAME>_FILE may hold the path of a file with the value instead, as container platforms mount secrets. Access tokens
 * are fetched with the client credentials or the refresh token, and kept until shortly before they expire.
 *
 * Other credentials for each caller, here as a bearer token from a vault of yours:
 *
 *     export const credentials: Credentials = async ({ caller, baseUrl, signal }) => {
 *       if (!baseUrl.trusted) return noCredentials;
 *       const token = new Secret(await vault.read(`users/${caller.id}`, { signal }));
 *       return authorization(`Bearer ${token.reveal()}`);
 *     };
 *
 * `caller.id` is "local" over stdio; over HTTP it stands for the client that was let in. `baseUrl.trusted` tells
 * whether you named the server that the call goes to. `authorization` and `noCredentials` are in ./runtime/credentials.js,
 * `Secret` is in ./runtime/secret.js. A value that was once a `Secret` never shows in a log or message.
 * Never hand the client's own token on: it was issued for this server, not for the API. Credentials by caller from a file,
 * or by token exchange, need no rule: `features: [credentials]` in openapi-to-mcp.yaml.
 */

import {
  type Credentials,
  environmentCredentials,
} from "./runtime/credentials.js";
import { oauthTokens } from "./runtime/oauth.js";

export const credentials: Credentials = environmentCredentials({
  oauth: oauthTokens(),
});
