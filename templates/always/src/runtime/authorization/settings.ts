/** What the environment says of the authorization server, and of the tokens that it issues. */
import type { Variables } from "../host.js";
import { defined } from "../data/defined.js";
import { parseWebUrl } from "../data/url.js";
import { ConfigurationError } from "../errors.js";
import {
  readInteger,
  readList,
  readSecret,
  settingOf,
} from "../settings/settings.js";
import type { SettingName } from "../settings/settings-table.js";
import type { Secret } from "../secret.js";
import { isSafeUrl } from "../data/url.js";

export { isSafeUrl };

export interface AuthoritySettings {
  /** Begins ids of its callers. Default: `user`. */
  readonly callers?: string;
  /** As tokens spell it: a slash at its end matters. */
  readonly issuer: string;
  /** Under which clients reach this server, without a slash at its end. */
  readonly publicUrl: URL;
  /** What tokens have to be issued for; empty: the path of MCP that they are sent to. */
  readonly audiences: readonly string[];
  readonly jwksUrl?: URL;
  readonly algorithms: readonly string[];
  /** In lower case. */
  readonly tokenTypes: ReadonlySet<string>;
  readonly requiredScopes: readonly string[];
  readonly scopeClaims: readonly string[];
  /** Stands before scopes where clients ask for them, and not in tokens. */
  readonly scopePrefix: string;
  readonly tenantClaim?: string;
  /** How long keys are good that could not be fetched again. */
  readonly keysMs: number;
  readonly introspection?: IntrospectionClient;
}

export interface IntrospectionClient {
  readonly id: string;
  readonly secret: Secret;
  readonly url?: URL;
}

/** By what a server proves that it has a private key: with another kind, whoever checks tokens could make them. */
const asymmetric = /^(?:[RPE]S(?:256|384|512)|EdDSA|Ed25519)$/;
const longestKeysMs = 604_800_000;

/** @throws ConfigurationError that names the variable */
export function readAuthoritySettings(variables: Variables): AuthoritySettings {
  const { environment } = variables;
  const text = (name: SettingName) => settingOf(environment, name);
  const list = (name: SettingName) => readList(text(name));
  const url = (name: SettingName) => readUrl(name, text(name));
  return {
    issuer: issuerOf(text("MCP_AUTH_ISSUER")),
    publicUrl: publicUrlOf(text("MCP_PUBLIC_URL")),
    audiences: list("MCP_AUTH_AUDIENCE"),
    algorithms: algorithmsOf(list("MCP_AUTH_ALGORITHMS")),
    tokenTypes: new Set(
      list("MCP_AUTH_TOKEN_TYPES").map((type) => type.toLowerCase()),
    ),
    requiredScopes: list("MCP_AUTH_SCOPES"),
    scopeClaims: list("MCP_AUTH_SCOPE_CLAIMS"),
    scopePrefix: text("MCP_AUTH_SCOPE_PREFIX") ?? "",
    keysMs: readInteger(environment, "MCP_AUTH_KEYS_MS", 0, longestKeysMs),
    ...defined({
      jwksUrl: url("MCP_AUTH_JWKS_URL"),
      tenantClaim: text("MCP_AUTH_TENANT_CLAIM"),
      introspection: introspectionOf(
        text("MCP_AUTH_CLIENT_ID"),
        readSecret("MCP_AUTH_CLIENT_SECRET", variables),
        url("MCP_AUTH_INTROSPECTION_URL"),
      ),
    }),
  };
}

function readUrl(name: SettingName, text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = parseWebUrl(text);
  if (url !== undefined && isSafeUrl(url)) return url;
  throw new ConfigurationError(
    `${name} has to be an https URL without a user; http is for this machine only`,
  );
}

function issuerOf(text: string | undefined): string {
  const url = readUrl("MCP_AUTH_ISSUER", text);
  if (text !== undefined && url?.search === "" && url.hash === "") return text;
  throw new ConfigurationError(
    "MCP_AUTH_ISSUER has to be a URL without query and fragment (RFC 8414 §2)",
  );
}

function publicUrlOf(text: string | undefined): URL {
  const url = readUrl("MCP_PUBLIC_URL", text);
  if (url?.search === "" && url.hash === "") return url;
  throw new ConfigurationError(
    "MCP_PUBLIC_URL has to be set, to a URL without query and fragment: tokens are issued for it",
    {
      hint: "Set it to what clients have before /mcp, such as https://mcp.example.com.",
    },
  );
}

function algorithmsOf(names: readonly string[]): readonly string[] {
  const wrong = names.find((name) => !asymmetric.test(name));
  if (wrong === undefined && names.length > 0) return names;
  throw new ConfigurationError(
    "MCP_AUTH_ALGORITHMS has to be a list of algorithms with a public key, such as RS256,ES256",
  );
}

function introspectionOf(
  id: string | undefined,
  secret: Secret | undefined,
  url: URL | undefined,
): IntrospectionClient | undefined {
  if (id !== undefined && secret !== undefined)
    return { id, secret, ...defined({ url }) };
  if (id === undefined && secret === undefined && url === undefined)
    return undefined;
  throw new ConfigurationError(
    "To ask the issuer about tokens, MCP_AUTH_CLIENT_ID and MCP_AUTH_CLIENT_SECRET have to be set, both",
  );
}
