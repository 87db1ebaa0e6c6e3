/** Credentials of a call: which security schemes apply (§4.8.30), and what they add to the request (§4.8.27). */

import { defined } from "./data/defined.js";
import type { Environment, Variables, Host } from "./host.js";
import { ConfigurationError } from "./errors.js";
import type {
  AppliedCredentials,
  Caller,
  Presented,
} from "./upstream/http-message.js";
import type { ApiData, HttpPlan, SecurityRequirement } from "./data/model.js";
import {
  authorization,
  credentialsOf,
  headerValue,
  missingVariables,
  noCredentials,
  type CredentialSource,
  type OAuthTokens,
  type RequiredScheme,
} from "./upstream/security-scheme.js";
import type { BaseUrl } from "./upstream/servers.js";
import type { SharedSecrets } from "./store/shared-secrets.js";
import { readSecret } from "./settings/settings.js";

export { authorization, noCredentials } from "./upstream/security-scheme.js";
export type {
  OAuthScheme,
  OAuthTokens,
  TokenRequest,
} from "./upstream/security-scheme.js";

export interface CredentialRequest {
  readonly api: ApiData;
  /** Alternatives, of which one has to hold. */
  readonly security: HttpPlan["security"];
  readonly baseUrl: BaseUrl;
  /** Who calls, for credentials that differ by caller. Never the client's own token: that one is not for the API. */
  readonly caller: Caller;
  /** What of the caller's request the settings let be used for them; absent: nothing. */
  readonly presented?: Presented;
  /** Whether their user was just sent to sign in at the API, and is waited for. Default: no. */
  readonly isSigningIn?: boolean;
  readonly signal: AbortSignal;
  /** Where this server runs: its environment, and how it sends requests. */
  readonly host: Host;
  /** Secrets that this server's instances have in common; absent where `REDIS_URL` or `MCP_STORE_KEY` is not set. */
  readonly secrets?: SharedSecrets;
}

/**
 * Gives the credentials for one call.
 *
 * @throws ConfigurationError that says which variables to set, never a value
 */
export type Credentials = ((
  request: CredentialRequest,
) => Promise<AppliedCredentials>) & {
  /**
   * What could be set where nothing is that an API's document describes, one text for each way; asked when the server
   * starts. Absent where nobody can know before a call.
   *
   * @param variables of this server; absent: those that the credentials were made with
   */
  readonly missing?: (api: ApiData, variables?: Variables) => readonly string[];
  /**
   * The same with the variables of one caller in place of those of the server: `undefined` where a call needs what they
   * do not hold. Present where credentials are read from variables alone.
   */
  readonly of?: (
    request: CredentialRequest,
    variables: Variables,
  ) => Promise<AppliedCredentials | undefined>;
};

export interface CredentialOptions {
  /** Default: that of this server. */
  readonly environment?: Environment;
  /** Without it, OAuth 2 and OpenID Connect schemes take a ready access token only. */
  readonly oauth?: OAuthTokens;
}

/**
 * Credentials from environment variables, the same for every caller. Each variable may be given as a file instead:
 * `<name>_FILE` holds its path, and a file that changes counts from the next call on.
 *
 * The first alternative whose variables are all set is used, then an anonymous one if there is such. A server that
 * the user did not name gets no credentials.
 */
export function environmentCredentials(
  options: CredentialOptions = {},
): Credentials {
  const { oauth } = options;
  const of = async (request: CredentialRequest, variables: Variables) =>
    credentialsFrom(request, { ...variables, oauth });
  const sourceOf = ({ environment, readText }: Variables) => ({
    environment: options.environment ?? environment,
    ...defined({ readText }),
    oauth,
  });
  const give: Credentials = async (request) => {
    const source = sourceOf(request.host);
    const given = await credentialsFrom(request, source);
    if (given === undefined) throw missing(request, source);
    return given;
  };
  return Object.assign(give, {
    missing: (api: ApiData, variables: Variables = { environment: {} }) =>
      unsetSchemes(api, sourceOf(variables)),
    of,
  });
}

/** `undefined` where the call needs credentials and none of its alternatives is set whole. */
async function credentialsFrom(
  request: CredentialRequest,
  source: CredentialSource,
): Promise<AppliedCredentials | undefined> {
  const { api, baseUrl } = request;
  if (Object.keys(api.securitySchemes).length === 0)
    return undescribed(api, baseUrl, source);
  const need = needOf(request);
  if (need === "none") return noCredentials;
  for (const requirements of namedAlternatives(request)) {
    const schemes = schemesOf(api, requirements);
    if (
      schemes === undefined ||
      schemes.some(({ scheme }) => missingVariables(scheme, source).length > 0)
    )
      continue;
    const applied = await Promise.all(
      schemes.map((scheme) => credentialsOf(scheme, request, source)),
    );
    return applied.reduce(mergeCredentials, noCredentials);
  }
  return need === "optional" ? noCredentials : undefined;
}

/**
 * Whether a call needs credentials where its document describes some: `none` also for one that may go without them and
 * goes to a server that the owner did not name.
 *
 * @throws ConfigurationError for one that needs them there
 */
export function needOf(
  request: Pick<CredentialRequest, "api" | "security" | "baseUrl">,
): "none" | "optional" | "required" {
  const { api, security, baseUrl } = request;
  const alternatives = namedAlternatives(request);
  if (alternatives.length === 0) return "none";
  const anonymous = alternatives.length < security.length;
  if (baseUrl.trusted) return anonymous ? "optional" : "required";
  if (anonymous) return "none";
  throw untrusted(api, baseUrl);
}

/** The same where the document may describe no credentials at all: a trusted origin is then taken to need some. */
export function neededBy(
  request: Pick<CredentialRequest, "api" | "security" | "baseUrl">,
): "none" | "optional" | "required" {
  if (Object.keys(request.api.securitySchemes).length > 0)
    return needOf(request);
  return request.baseUrl.trusted ? "required" : "none";
}

function namedAlternatives({
  security,
}: Pick<CredentialRequest, "security">): HttpPlan["security"] {
  return security.filter((requirements) => requirements.length > 0);
}

function unsetSchemes(
  api: ApiData,
  source: CredentialSource,
): readonly string[] {
  const unset = Object.values(api.securitySchemes).map((scheme) =>
    missingVariables(scheme, source),
  );
  return unset.some((names) => names.length === 0)
    ? []
    : [...new Set(unset.map((names) => names.join(" and ")))];
}

/** An API whose document describes no credentials may need some all the same: `<PREFIX>_AUTHORIZATION` gives them. */
function undescribed(
  api: ApiData,
  baseUrl: BaseUrl,
  source: Variables,
): AppliedCredentials {
  const name = `${api.environmentPrefix}_AUTHORIZATION`;
  const value = baseUrl.trusted ? readSecret(name, source) : undefined;
  return value === undefined
    ? noCredentials
    : authorization(headerValue(name, value));
}

/** `undefined` if the document does not describe one of them: such an alternative cannot be met. */
function schemesOf(
  api: ApiData,
  requirements: readonly SecurityRequirement[],
): readonly RequiredScheme[] | undefined {
  const found: RequiredScheme[] = [];
  for (const { scheme: name, scopes } of requirements) {
    const scheme = Object.hasOwn(api.securitySchemes, name)
      ? api.securitySchemes[name]
      : undefined;
    if (scheme === undefined) return undefined;
    found.push({ scheme, scopes });
  }
  return found;
}

/** Those of both. */
export function mergeCredentials(
  left: AppliedCredentials,
  right: AppliedCredentials,
): AppliedCredentials {
  const certificate = right.certificate ?? left.certificate;
  const rejections = [left.rejected, right.rejected].filter(
    (rejected) => rejected !== undefined,
  );
  return {
    headers: [...left.headers, ...right.headers],
    query: [...left.query, ...right.query],
    cookies: [...left.cookies, ...right.cookies],
    ...defined({ certificate }),
    ...(rejections.length === 0
      ? {}
      : { rejected: () => rejections.forEach((rejected) => rejected()) }),
  };
}

function untrusted(api: ApiData, baseUrl: BaseUrl): ConfigurationError {
  return new ConfigurationError(
    `${baseUrl.origin} is not confirmed to receive the credentials of this API`,
    {
      hint: `If it is right, add ${baseUrl.origin} to ${api.environmentPrefix}_ALLOWED_ORIGINS.`,
    },
  );
}

function missing(
  request: CredentialRequest,
  source: CredentialSource,
): ConfigurationError {
  const { api } = request;
  const ways = namedAlternatives(request).flatMap((requirements) => {
    const schemes = schemesOf(api, requirements);
    if (schemes === undefined) return [];
    return [
      schemes
        .flatMap(({ scheme }) => missingVariables(scheme, source))
        .join(" and "),
    ];
  });
  return new ConfigurationError(
    "This call needs credentials that are not set",
    {
      hint:
        ways.length === 0
          ? "The document does not describe them: add them in src/auth.ts."
          : `Set ${[...new Set(ways)].join(", or ")} in the environment of this server.`,
    },
  );
}
