/** One request for an access token (RFC 6749 §4.4, §6). */

import { defined } from "../data/defined.js";
import * as oauth from "oauth4webapi";

import { utf8Text } from "../data/bytes.js";
import { UpstreamError } from "../errors.js";
import type { Granted } from "./shared-token.js";
import type { HttpResponse } from "./http-message.js";
import type { Secret } from "../secret.js";
import type { TokenRequest } from "./security-scheme.js";
import { readSecret, readSettings, readValue } from "../settings/settings.js";
import { tokenEndpoint, type TokenEndpoint } from "./token-endpoint.js";
import {
  type AskForToken,
  askForToken,
  askingWithin,
} from "./token-question.js";

/**
 * Asks for an access token: with the refresh token where there is one, else with the client credentials.
 *
 * @param refreshToken the latest one
 * @throws ConfigurationError if the server refuses, UpstreamError if it cannot answer; both without any secret
 */
export async function requestToken(
  request: TokenRequest,
  refreshToken: Secret | undefined,
): Promise<Granted> {
  const { scheme, environment, readText, exchange } = request;
  const { timeoutMs } = readSettings(environment, readText);
  const { environment: names } = scheme;
  return askingWithin(timeoutMs, exchange, async (ask) => {
    const endpoint = await tokenEndpoint(
      request,
      refreshToken === undefined ? "client_credentials" : "refresh_token",
      async (from) => readMetadata(from, await ask(from, readingJson)),
    );
    const client = {
      id: readValue(names.clientId, request) ?? "",
      ...defined({ secret: readSecret(names.clientSecret, request) }),
    };
    return askForToken(
      endpoint,
      client,
      ask,
      grantOf(request, refreshToken),
      (code) => {
        if (code === "invalid_grant") return names.refreshToken;
        if (code === "invalid_scope") return names.scopes;
        return `${names.clientId} and ${names.clientSecret}`;
      },
    );
  });
}

const readingJson = {
  method: "GET",
  headers: { accept: "application/json" },
  body: undefined,
  redirect: "manual",
} as const;

function grantOf(
  { scheme, scopes, environment }: TokenRequest,
  refreshToken: Secret | undefined,
): AskForToken {
  const scope =
    environment[scheme.environment.scopes]?.trim() || scopes.join(" ");
  const additionalParameters: Record<string, string> =
    scope === "" ? {} : { scope };
  return async (server, client, proof, options) =>
    refreshToken === undefined
      ? oauth.processClientCredentialsResponse(
          server,
          client,
          await oauth.clientCredentialsGrantRequest(
            server,
            client,
            proof,
            additionalParameters,
            options,
          ),
        )
      : oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(
            server,
            client,
            proof,
            refreshToken.reveal(),
            { ...options, additionalParameters },
          ),
        );
}

function readMetadata(
  { url }: TokenEndpoint,
  { status, body }: HttpResponse,
): unknown {
  try {
    if (status === 200) return JSON.parse(utf8Text(body));
  } catch {
    // Told below.
  }
  throw new UpstreamError(
    `No access token: ${url.host} does not describe its token endpoint (status ${status})`,
  );
}
