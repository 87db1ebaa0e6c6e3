/** Where to ask for access tokens, and whether the client's secret may go there. */

import { isWebUrl, parseUrl, parseWebUrl } from "../data/url.js";
import { ConfigurationError, UpstreamError } from "../errors.js";
import type { TokenRequest } from "./security-scheme.js";
import { allowedOrigins } from "./servers.js";

export type Grant = "client_credentials" | "refresh_token";

export interface TokenEndpoint {
  readonly url: URL;
  /** Whether its host may have a private or loopback address. */
  readonly allowPrivate: boolean;
}

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
