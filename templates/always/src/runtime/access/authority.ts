/** The parts that let others say who calls over HTTP, an authorization server (OAuth 2.1) or a proxy, and when a server has them. */
import { defined } from "../data/defined.js";
import type { Environment, Host } from "../host.js";
import type { JsonObject } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { OpenRoute } from "../http/message.js";
import type { Log } from "../log.js";
import type { Caller } from "../upstream/http-message.js";

export interface Authority {
  /** Host name under which clients reach this server. */
  readonly host: string;
  /**
   * Who sends a request with a token, or why it is turned away. Never throws.
   *
   * @param token as it was sent; `undefined` where there was none
   * @param path of MCP that the request goes to: a token is issued for one of them and those below it
   */
  callerOf(token: string | undefined, path: string): Promise<Caller | Refusal>;
  /** What a caller is told who lacks one of an operation's scopes; `undefined` for one whose scopes are not granted here. */
  insufficient(
    caller: Caller,
    scopes: readonly string[],
    path: string,
  ): Refusal | undefined;
  /** Where clients read whom to ask for a token for a path of MCP (RFC 9728 §3). */
  routes(path: string): readonly OpenRoute[];
}

export interface AuthorityOptions {
  readonly host: Pick<Host, "environment" | "readText" | "exchange">;
  readonly log: Log;
  /** Of the server, for people who are asked to consent. */
  readonly title: string;
  /** Scopes that a client of a path of MCP asks for first: those of its tools that read. */
  scopes(path: string): readonly string[];
}

export interface AuthorityParts {
  readonly authorization?: () => Promise<{
    createAuthority(options: AuthorityOptions): Authority;
  }>;
}

/** Proxies that say who calls, in headers. */
export interface TrustedProxies {
  /** `undefined` for a request of which no proxy says anything. */
  callerOf(request: AccessRequest): Caller | Refusal | undefined;
}

export interface ProxyParts {
  readonly proxy?: () => Promise<{
    createTrustedProxies(environment: Environment): TrustedProxies;
  }>;
}

/**
 * `undefined` where `MCP_TRUSTED_PROXIES` is not set.
 *
 * @throws ConfigurationError where settings expect it and the server has no part for it
 */
export async function trustedProxiesOf(
  { proxy }: ProxyParts,
  { environment }: Pick<Host, "environment">,
): Promise<TrustedProxies | undefined> {
  const set = Object.keys(environment).find(
    (name) =>
      /^MCP_(?:TRUSTED_PROXIES$|PROXY_[A-Z]+_HEADER$)/.test(name) &&
      environment[name]?.trim(),
  );
  if (set === undefined) return undefined;
  if (proxy === undefined)
    throw new ConfigurationError(
      `${set} is set, and this server was generated without the part that lets a proxy say who calls.`,
      {
        hint: `Generate again with \`openapi-to-mcp --feature proxy\`, or with \`features: [proxy]\` in openapi-to-mcp.yaml; or unset ${set}.`,
      },
    );
  return (await proxy()).createTrustedProxies(environment);
}

/** Without it no token is looked at. */
const deciding = "MCP_AUTH_ISSUER";
/** Who sets one of these expects tokens to be. */
const resting =
  /^MCP_AUTH_(?:ISSUERS|AUDIENCE|JWKS_URL|ALGORITHMS|TOKEN_TYPES|SCOPES|SCOPE_CLAIMS|SCOPE_PREFIX|TENANT_CLAIM|KEYS_MS|CLIENT_ID|CLIENT_SECRET|INTROSPECTION_URL)(?:_FILE)?$/;

/**
 * Who says who calls; `undefined` where `MCP_AUTH_ISSUER` is not set.
 *
 * @throws ConfigurationError where settings expect it and the server has no part for it: to go on would be to let in
 *   whoever comes
 */
export async function authorityOf(
  { authorization }: AuthorityParts,
  options: AuthorityOptions,
): Promise<Authority | undefined> {
  const set = Object.entries(options.host.environment).flatMap(
    ([name, value]) => (value?.trim() ? name : []),
  );
  if (!set.includes(deciding)) {
    const lonely = set.find((name) => resting.test(name));
    if (lonely === undefined) return undefined;
    throw new ConfigurationError(
      `${lonely} is set and ${deciding} is not: nobody would look at tokens`,
      { hint: `Set ${deciding} to the URL of the authorization server.` },
    );
  }
  if (authorization === undefined)
    throw new ConfigurationError(
      `${deciding} is set, and this server was generated without the part that checks access tokens.`,
      {
        hint: `Generate again with \`openapi-to-mcp --feature authorization --update-package\`, or with \`features: [authorization]\` in openapi-to-mcp.yaml, and install; or unset ${deciding}.`,
      },
    );
  return (await authorization()).createAuthority(options);
}

/** What is known of a request before its body is read, and how it is turned away. */

/** A `Request` has all of it but the address. */
export interface AccessRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: {
    /** The value of a field, several joined by a comma; `null` where there is none. */
    get(name: string): string | null;
  };
  /** Path of MCP that tokens are issued for, where it is another one than that of the URL. */
  readonly resource?: string;
  /** Of whoever is connected: the client, or what stands before this server. */
  readonly address: string;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403 | 429 | 503;
  /** Shown to whoever asked, and in the log. */
  readonly message: string;
  readonly headers?: { readonly [name: string]: string };
}

/** What a line of the log says of who calls. */
export function callerFields({
  id,
  subject,
  client,
  tenant,
}: Caller): JsonObject {
  return { caller: id, ...defined({ subject, client, tenant }) };
}
