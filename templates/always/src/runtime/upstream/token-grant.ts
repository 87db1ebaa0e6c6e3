/** One request for an access token (RFC 6749 §4.4, §6). */

import { defined } from "../data/defined.js";
import * as oauth from "oauth4webapi";

import { utf8Text } from "../data/bytes.js";
import { Deadline } from "./deadline.js";
import { CallError, ConfigurationError, UpstreamError } from "../errors.js";
import type { Exchange } from "./exchange.js";
import type { Granted } from "./granted.js";
import type { HttpResponse } from "./http-message.js";
import { retryAfterMs } from "./retry-after.js";
import { Secret } from "../secret.js";
import type { TokenRequest } from "./security-scheme.js";
import { readSecret, readSettings, readValue } from "../settings/settings.js";
import { tokenEndpoint, type TokenEndpoint } from "./token-endpoint.js";
import { explain } from "./upstream-failure.js";

/** An access token takes far less; more would be an attack on memory. */
const mostBytes = 1_048_576;
const mostMs = 10_000;

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
  const { scheme, environment, readText } = request;
  const { timeoutMs } = readSettings(environment, readText);
  // Not the signal of a call: several calls wait for the same token.
  const deadline = new Deadline(
    Math.min(mostMs, timeoutMs),
    new AbortController().signal,
  );
  try {
    const ask = exchangeWithin(deadline, request.exchange);
    const endpoint = await tokenEndpoint(
      request,
      refreshToken === undefined ? "client_credentials" : "refresh_token",
      async (from) => readMetadata(from, await ask(from, readingJson)),
    );
    const grant = (method: oauth.ClientAuth): Promise<Granted> =>
      grantWith(method, request, refreshToken, endpoint, ask);
    const secret = readSecret(scheme.environment.clientSecret, request);
    try {
      if (secret === undefined) return await grant(oauth.None());
      return await grant(oauth.ClientSecretBasic(secret.reveal())).catch(
        (error: unknown) => {
          // A server has to take the Authorization header (RFC 6749 §2.3.1), but some only read the body.
          if (isUnknownClient(error))
            return grant(oauth.ClientSecretPost(secret.reveal()));
          throw error;
        },
      );
    } catch (error) {
      throw readable(error, endpoint, scheme);
    }
  } finally {
    deadline.dispose();
  }
}

const readingJson = {
  method: "GET",
  headers: { accept: "application/json" },
  body: undefined,
  redirect: "manual",
} as const;

function exchangeWithin(deadline: Deadline, send: Exchange): Ask {
  return async ({ url, allowPrivate }, { method, headers, body }) => {
    const message = {
      method,
      url: url.href,
      headers: Object.entries(headers),
      ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
    };
    try {
      return await send(message, { allowPrivate }, deadline.signal, mostBytes);
    } catch (error) {
      const reason = deadline.expired
        ? `${url.host}: timed out`
        : explain(error, { host: url.host, method, idempotent: false }).error
            .message;
      throw new UpstreamError(`No access token: ${reason}`, { cause: error });
    }
  };
}

type Ask = (
  endpoint: TokenEndpoint,
  init: oauth.CustomFetchOptions<string, unknown>,
) => Promise<HttpResponse>;

async function grantWith(
  method: oauth.ClientAuth,
  { scheme, scopes, ...variables }: TokenRequest,
  refreshToken: Secret | undefined,
  endpoint: TokenEndpoint,
  ask: Ask,
): Promise<Granted> {
  const server: oauth.AuthorizationServer = {
    issuer: endpoint.url.origin,
    token_endpoint: endpoint.url.href,
  };
  const clientId = readValue(scheme.environment.clientId, variables);
  const client: oauth.Client = { client_id: clientId ?? "" };
  const scope =
    variables.environment[scheme.environment.scopes]?.trim() ||
    scopes.join(" ");
  const options: oauth.TokenEndpointRequestOptions = {
    additionalParameters: scope === "" ? {} : { scope },
    // Whether plain http is acceptable was decided with the endpoint.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_url, init) =>
      toResponse(await ask(endpoint, init), endpoint),
  };
  const answer =
    refreshToken === undefined
      ? await oauth.processClientCredentialsResponse(
          server,
          client,
          await oauth.clientCredentialsGrantRequest(
            server,
            client,
            method,
            options.additionalParameters ?? {},
            options,
          ),
        )
      : await oauth.processRefreshTokenResponse(
          server,
          client,
          await oauth.refreshTokenGrantRequest(
            server,
            client,
            method,
            refreshToken.reveal(),
            options,
          ),
        );
  return {
    token: new Secret(answer.access_token),
    ...(answer.expires_in === undefined
      ? {}
      : { lifetimeMs: answer.expires_in * 1_000 }),
    ...(answer.refresh_token === undefined
      ? {}
      : { refreshToken: new Secret(answer.refresh_token) }),
  };
}

function toResponse(
  { status, headers, body }: HttpResponse,
  { url }: TokenEndpoint,
): Response {
  if (status === 429 || status >= 500) {
    const waitMs = retryAfterMs(headers);
    throw new UpstreamError(`No access token: ${url.host} answered ${status}`, {
      hint: "Try again later.",
      ...defined({ retryAfterMs: waitMs }),
    });
  }
  if (status >= 300 && status < 400) {
    // The client's secret is not carried on to wherever it leads.
    throw new UpstreamError(
      `No access token: ${url.host} answered with a redirect`,
    );
  }
  const challenge = headers.get("www-authenticate");
  return new Response(
    [204, 205].includes(status) ? null : new Uint8Array(body),
    {
      status,
      headers: {
        "content-type": headers.get("content-type") ?? "application/json",
        ...(challenge === null ? {} : { "www-authenticate": challenge }),
      },
    },
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

function isUnknownClient(error: unknown): boolean {
  return (
    (error instanceof oauth.ResponseBodyError &&
      error.error === "invalid_client") ||
    error instanceof oauth.WWWAuthenticateChallengeError
  );
}

/** An error whose message repeats nothing of the answer but its error code (RFC 6749 §5.2). */
function readable(
  error: unknown,
  { url }: TokenEndpoint,
  { environment }: TokenRequest["scheme"],
): CallError {
  if (error instanceof CallError) return error;
  const { clientId, clientSecret, refreshToken, scopes } = environment;
  if (
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.WWWAuthenticateChallengeError
  ) {
    const code =
      error instanceof oauth.ResponseBodyError &&
      /^[\w.-]{1,64}$/.test(error.error)
        ? error.error
        : "401";
    const variables =
      code === "invalid_grant"
        ? refreshToken
        : code === "invalid_scope"
          ? scopes
          : `${clientId} and ${clientSecret}`;
    return new ConfigurationError(
      `No access token: ${url.host} refused (${code})`,
      {
        hint: `Check ${variables}.`,
        cause: error,
      },
    );
  }
  return new UpstreamError(
    `No access token: ${url.host} gave an answer that is not OAuth 2`,
    { cause: error },
  );
}
