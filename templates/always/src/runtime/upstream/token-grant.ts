/** One request for an access token (RFC 6749 §4.4, §6), and where it may go. */
import * as oauth from "oauth4webapi";
import { utf8Text } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { isWebUrl, parseUrl, parseWebUrl } from "../data/url.js";
import { ConfigurationError, UpstreamError } from "../errors.js";
import type { Secret } from "../secret.js";
import { readSecret, readSettings, readValue } from "../settings/settings.js";
import type { HttpResponse } from "./http-message.js";
import type { TokenRequest } from "./security-scheme.js";
import { allowedOrigins } from "./servers.js";
import type { Granted } from "./shared-token.js";
import {
  askForToken,
  type AskForToken,
  askingWithin,
  type TokenEndpoint,
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

// Where to ask for access tokens, and whether the client's secret may go there.

export type Grant = "client_credentials" | "refresh_token";

/** Reads a JSON document that needs no credentials. */
export type ReadJson = (endpoint: TokenEndpoint) => Promise<unknown>;

/**
 * The token endpoint (RFC 6749 §3.2) for a scheme: the variable for its URL, else the document's, or the one that the
 * OpenID provider publishes. The document alone cannot send the client's secret to a host of its choice: apart from
 * the variable, the origin has to be the API's own or listed in `<PREFIX>_ALLOWED_ORIGINS`.
 *
 * @throws ConfigurationError if nobody confirmed the origin
 */
export async function tokenEndpoint(
  request: TokenRequest,
  grant: Grant,
  readJson: ReadJson,
): Promise<TokenEndpoint> {
  const { scheme, environment } = request;
  const variable = scheme.environment.tokenUrl;
  const named = environment[variable]?.trim();
  if (named) {
    const url = isWebUrl(named) ? parseWebUrl(named) : undefined;
    if (url === undefined) {
      throw new ConfigurationError(
        `${variable} has to be an http or https URL`,
      );
    }
    return { url, allowPrivate: true };
  }
  switch (scheme.type) {
    case "oauth2": {
      const flow =
        grant === "refresh_token" ? scheme.refresh : scheme.clientCredentials;
      const url =
        grant === "refresh_token"
          ? (flow?.refreshUrl ?? flow?.tokenUrl)
          : flow?.tokenUrl;
      return confirmed(url, request);
    }
    case "openIdConnect": {
      const provider = confirmed(scheme.openIdConnectUrl, request);
      const metadata = await readJson(provider);
      const url = publishedEndpoint(metadata);
      if (url === undefined) {
        throw new UpstreamError(
          `${provider.url.host} publishes no token endpoint (OpenID Connect Discovery 1.0 §3)`,
        );
      }
      // What the provider names on its own origin is as good as the provider.
      return url.origin === provider.url.origin
        ? { ...provider, url }
        : confirmed(url.href, request);
    }
    default:
      return scheme satisfies never;
  }
}

/** The URL, which may be relative to the API's (§4.8.30.1), if its origin may have the client's secret. */
function confirmed(
  text: string | undefined,
  request: TokenRequest,
): TokenEndpoint {
  const { api, baseUrl, environment, scheme } = request;
  const base = `${baseUrl.url}/`;
  const url = text === undefined ? undefined : parseWebUrl(text, base);
  if (url === undefined) {
    throw new ConfigurationError("The document names no usable token URL", {
      hint: `Set ${scheme.environment.tokenUrl} to it.`,
    });
  }
  if (baseUrl.trusted && url.origin === baseUrl.origin)
    return { url, allowPrivate: baseUrl.allowPrivate };
  if (allowedOrigins(api, environment).includes(url.origin))
    return { url, allowPrivate: true };
  throw new ConfigurationError(
    `${url.origin}, which the document names for access tokens, is not confirmed`,
    {
      hint:
        `It would receive the client's secret. If it is right, set ${scheme.environment.tokenUrl} to the token URL, ` +
        `or add ${url.origin} to ${api.environmentPrefix}_ALLOWED_ORIGINS.`,
    },
  );
}

function publishedEndpoint(metadata: unknown): URL | undefined {
  if (
    typeof metadata !== "object" ||
    metadata === null ||
    !("token_endpoint" in metadata)
  )
    return undefined;
  const text = metadata.token_endpoint;
  return typeof text === "string" ? parseUrl(text) : undefined;
}
