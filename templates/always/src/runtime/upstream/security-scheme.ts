/** What one security scheme (§4.8.27) needs from the environment, and what it adds to a request. */

import { toBase64, utf8 } from "../data/bytes.js";
import type { Environment, Variables, Host } from "../host.js";
import { defined } from "../data/defined.js";

import { ConfigurationError } from "../errors.js";
import type { Exchange, AppliedCredentials } from "./http-message.js";
import type { ApiData, SecurityScheme } from "../data/model.js";
import { Secret } from "../secret.js";
import type { SharedSecrets } from "../store/shared-secrets.js";
import type { BaseUrl } from "./servers.js";
import { noFiles, readSecret, readValue } from "../settings/settings.js";

/** A scheme whose access tokens are fetched from an authorization server. */
export type OAuthScheme = Extract<
  SecurityScheme,
  { readonly type: "oauth2" | "openIdConnect" }
>;

export interface TokenRequest extends Variables {
  readonly api: ApiData;
  readonly scheme: OAuthScheme;
  readonly scopes: readonly string[];
  readonly baseUrl: BaseUrl;
  readonly signal: AbortSignal;
  /** Where other instances find the token, too; absent: nowhere. */
  readonly secrets?: SharedSecrets;
  /** How this server sends requests. */
  readonly exchange: Exchange;
}

/** Fetches and keeps access tokens. `oauthTokens()` of `oauth.ts` makes one, in projects that need it. */
export interface OAuthTokens {
  /** An access token that is valid for now. */
  token(request: TokenRequest): Promise<Secret>;
  /** Forgets a token that the API refused. */
  rejected(token: Secret): void;
}

/** Where credentials come from. */
export interface CredentialSource extends Variables {
  readonly oauth: OAuthTokens | undefined;
}

/** A scheme as a security requirement names it. */
export interface RequiredScheme {
  readonly scheme: SecurityScheme;
  readonly scopes: readonly string[];
}

/** A request as it is. */
export const noCredentials: AppliedCredentials = {
  headers: [],
  query: [],
  cookies: [],
};

/** The variables that have to be set before the scheme can be used. */
export function missingVariables(
  scheme: SecurityScheme,
  { environment, oauth }: CredentialSource,
): readonly string[] {
  const unset = (...names: readonly string[]) =>
    names.filter((name) => !isSet(name, environment));
  switch (scheme.type) {
    case "apiKey":
      return unset(scheme.environment.value);
    case "http":
      // Either may be empty: some APIs take their key as the user name, others as the password.
      return isBasic(scheme) &&
        unset(scheme.environment.username, scheme.environment.password).length <
          2
        ? []
        : unset(...Object.values(scheme.environment));
    case "oauth2":
    case "openIdConnect": {
      const { accessToken, clientId, clientSecret, refreshToken } =
        scheme.environment;
      if (unset(accessToken).length === 0) return [];
      const refreshes =
        scheme.type === "openIdConnect" || scheme.refresh !== undefined;
      const fetches =
        scheme.type === "openIdConnect" ||
        scheme.clientCredentials !== undefined;
      if (oauth === undefined || !(refreshes || fetches)) return [accessToken];
      if (refreshes && isSet(refreshToken, environment)) return unset(clientId);
      return fetches ? unset(clientId, clientSecret) : [accessToken];
    }
    case "mutualTLS":
      return [scheme.environment.certificate, scheme.environment.key].filter(
        (name) => !environment[name]?.trim(),
      );
    default:
      return scheme satisfies never;
  }
}

function isSet(name: string, environment: Environment): boolean {
  return (
    Boolean(environment[name]?.trim()) ||
    Boolean(environment[`${name}_FILE`]?.trim())
  );
}

type BasicScheme = Extract<
  SecurityScheme,
  { readonly environment: { readonly username: string } }
>;

function isBasic(
  scheme: Extract<SecurityScheme, { readonly type: "http" }>,
): scheme is BasicScheme {
  return "username" in scheme.environment;
}

/** The credentials of a scheme whose variables are all set. */
export async function credentialsOf(
  { scheme, scopes }: RequiredScheme,
  request: Pick<TokenRequest, "api" | "baseUrl" | "signal" | "secrets"> & {
    readonly host: Host;
  },
  source: CredentialSource,
): Promise<AppliedCredentials> {
  const { environment, readText, oauth } = source;
  switch (scheme.type) {
    case "apiKey":
      return apiKey(scheme, source);
    case "http": {
      if (isBasic(scheme)) return basic(scheme, source);
      const name = scheme.environment.value;
      const value = headerValue(name, read(name, source));
      return authorization(withScheme(scheme.scheme, value));
    }
    case "oauth2":
    case "openIdConnect": {
      const name = scheme.environment.accessToken;
      if (isSet(name, environment) || oauth === undefined) {
        return authorization(
          withScheme("bearer", headerValue(name, read(name, source))),
        );
      }
      const { api, baseUrl, signal, secrets } = request;
      const token = await oauth.token({
        api,
        scheme,
        scopes,
        baseUrl,
        environment,
        ...defined({ readText, secrets }),
        signal,
        exchange: request.host.exchange,
      });
      const value = headerValue("The access token", token);
      return {
        ...authorization(`Bearer ${value}`),
        rejected: () => oauth.rejected(token),
      };
    }
    case "mutualTLS":
      return {
        ...noCredentials,
        certificate: certificateOf(scheme, source),
      };
    default:
      return scheme satisfies never;
  }
}

/** RFC 9110 §11.6.2 */
export function authorization(value: string): AppliedCredentials {
  return { ...noCredentials, headers: [["Authorization", value]] };
}

/** §4.8.27.1 `in`, `name` */
function apiKey(
  scheme: Extract<SecurityScheme, { readonly type: "apiKey" }>,
  source: Variables,
): AppliedCredentials {
  const variable = scheme.environment.value;
  const key = read(variable, source);
  switch (scheme.in) {
    case "header":
      return {
        ...noCredentials,
        headers: [
          [scheme.name, prefixed(scheme.prefix, headerValue(variable, key))],
        ],
      };
    case "query":
      return { ...noCredentials, query: [[scheme.name, key.reveal()]] };
    case "cookie":
      return {
        ...noCredentials,
        cookies: [[scheme.name, headerValue(variable, key)]],
      };
    default:
      return scheme.in satisfies never;
  }
}

/** RFC 7617; a user name with a colon and no password besides is both, as some APIs show it: `key:`. */
function basic(scheme: BasicScheme, source: Variables): AppliedCredentials {
  const { username: name, password: secret } = scheme.environment;
  const username = readValue(name, source) ?? "";
  const password = readSecret(secret, source)?.reveal();
  // Without a password the name is the key.
  if (password === undefined) new Secret(username.replace(/:$/, ""));
  const isBoth = password === undefined && username.includes(":");
  if (username.includes(":") && !isBoth)
    throw new ConfigurationError(`${name} must not hold a colon (RFC 7617)`);
  return authorization(
    `Basic ${encodedPair(isBoth ? username : `${username}:${password ?? ""}`)}`,
  );
}

function encodedPair(pair: string): string {
  return new Secret(toBase64(utf8(pair))).reveal();
}

/** A value of `Authorization` as it is where it has a scheme of its own, else with the one that the document asks for. */
function prefixed(prefix: string | undefined, value: string): string {
  if (prefix === undefined || /^[\w!#$%&'*+.^`|~-]+ +\S/.test(value))
    return value;
  return prefix === "Basic" && value.includes(":")
    ? `Basic ${encodedPair(value)}`
    : `${prefix} ${value}`;
}

/** `Bearer abc`, also where the variable already holds the whole header value. */
function withScheme(scheme: string, value: string): string {
  if (value.toLowerCase().startsWith(`${scheme} `)) return value;
  return `${scheme.charAt(0).toUpperCase()}${scheme.slice(1)} ${value}`;
}

function certificateOf(
  scheme: Extract<SecurityScheme, { readonly type: "mutualTLS" }>,
  source: Variables,
): AppliedCredentials["certificate"] {
  const { certificate, key, authority } = scheme.environment;
  const root = pem(authority, source);
  return {
    certificate: pem(certificate, source) ?? "",
    key: new Secret(pem(key, source) ?? "").reveal(),
    ...defined({ authority: root }),
  };
}

/** The text of the PEM file that a variable names, `undefined` if the variable is not set. */
function pem(
  variable: string,
  { environment, readText }: Variables,
): string | undefined {
  const path = environment[variable]?.trim();
  if (path === undefined || path === "") return undefined;
  if (readText === undefined) throw noFiles(variable);
  try {
    return readText(path);
  } catch (cause) {
    throw new ConfigurationError(
      `The PEM file that ${variable} names cannot be read`,
      { cause },
    );
  }
}

function read(variable: string, source: Variables): Secret {
  const value = readSecret(variable, source);
  if (value === undefined)
    throw new ConfigurationError(`${variable} is not set`);
  return value;
}

/** A secret as a field value (RFC 9110 §5.5): a line feed in it would start another header. */
export function headerValue(variable: string, secret: Secret): string {
  const value = secret.reveal();
  if (/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) return value;
  throw new ConfigurationError(
    `${variable} holds characters that no header can carry`,
    {
      hint: "Check it for line breaks and characters that were pasted along.",
    },
  );
}
