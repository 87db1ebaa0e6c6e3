/** This server as an OAuth 2.1 resource server: an authorization server says who calls, by tokens issued for it. */
import type { JSONWebKeySet } from "jose";
import type {
  Authority,
  AuthorityOptions,
  Refusal,
} from "../access/authority.js";
import type { JsonObject } from "../data/model.js";
import { isJsonArray } from "../data/json-place.js";
import type { Log } from "../log.js";
import type { Caller } from "../upstream/http-message.js";
import { callerOf } from "./caller.js";
import { IssuerFault, TokenFault } from "./faults.js";
import { Introspection } from "./introspection.js";
import { joinedAuthority, readIssuers } from "./issuers.js";
import { IssuerKeys } from "./issuer-keys.js";
import {
  type AskIssuer,
  issuerExchange,
  readJsonObject,
} from "./issuer-exchange.js";
import { provenClaims, unprovenToken } from "./jwt-access-token.js";
import { ProvenTokens } from "./proven-tokens.js";
import { ProtectedResource } from "./resource.js";
import { MetadataReader } from "./server-metadata.js";
import type { AuthoritySettings } from "./settings.js";

/** Tokens with hundreds of groups in them stay below it; more would be work for nothing. */
const mostCharacters = 8_192;
/** Seconds after which the authorization server is asked again. */
const retryAfter = 5;

/** @throws ConfigurationError for settings that are no good */
export function createAuthority(options: AuthorityOptions): Authority {
  const [first, ...further] = readIssuers(options.host).map(
    (settings, _index, all) => ({
      settings,
      authority: authorityOfIssuer(
        options,
        settings,
        all.map(({ issuer }) => issuer),
      ),
    }),
  );
  if (first === undefined) throw new Error("There is one at least");
  return further.length === 0
    ? first.authority
    : joinedAuthority(first, further);
}

/** @param issuers of all, for clients that ask whom to ask */
function authorityOfIssuer(
  options: AuthorityOptions,
  settings: AuthoritySettings,
  issuers: readonly string[],
): Authority {
  const { host, log, title } = options;
  const ask = issuerExchange(host.exchange);
  const metadata = new MetadataReader(ask, settings.issuer);
  const keys = new IssuerKeys(
    keyLoader(settings, ask, metadata),
    settings.keysMs,
  );
  const proven = new ProvenTokens(keys);
  const { introspection: client } = settings;
  const introspection =
    client && new Introspection(client, settings, ask, () => metadata.read());
  const resource = new ProtectedResource(settings, issuers, title, (path) =>
    options.scopes(path),
  );

  async function claimsOf(token: string, path: string): Promise<JsonObject> {
    if (token.length > mostCharacters)
      throw new TokenFault(`is longer than ${mostCharacters} characters`);
    // RFC 6750 §2.1.
    if (!/^[\w.~+/-]+=*$/.test(token))
      throw new TokenFault("has characters that no token has");
    const known = await proven.find(token, path);
    if (known !== undefined) return known;
    const audiences = resource.audiences(path);
    const unproven = unprovenToken(token);
    if (unproven !== undefined)
      return proven.keep(token, path, () =>
        provenClaims(token, unproven, audiences, settings, keys),
      );
    if (introspection === undefined) throw new TokenFault("is no JWT");
    return introspection.claimsOf(token, audiences);
  }

  async function judged(
    token: string,
    path: string,
  ): Promise<Caller | Refusal> {
    const caller = callerOf(await claimsOf(token, path), settings);
    const { requiredScopes } = settings;
    return requiredScopes.every((scope) => caller.scopes?.includes(scope))
      ? caller
      : resource.insufficient(path, requiredScopes);
  }

  return {
    host: settings.publicUrl.host,
    async callerOf(token, path) {
      if (token === undefined) return resource.unauthorized(path);
      try {
        return await judged(token, path);
      } catch (fault) {
        return refusalFor(fault, path, resource, log);
      }
    },
    insufficient: ({ issuer }, needed, path) =>
      issuer === settings.issuer
        ? resource.insufficient(path, needed)
        : undefined,
    routes: (path) => resource.routes(path),
  };
}

/** Nothing that is thrown lets anybody in. */
function refusalFor(
  fault: unknown,
  path: string,
  resource: ProtectedResource,
  log: Log,
): Refusal {
  if (fault instanceof TokenFault)
    return resource.unauthorized(path, fault.message);
  if (fault instanceof IssuerFault) {
    const { message, cause } = fault;
    log.warn("authorization", { message, ...codeOf(cause) });
    return {
      status: 503,
      message: "The authorization server cannot be asked now",
      headers: { "Retry-After": String(retryAfter) },
    };
  }
  log.error("authorization", { error: fault });
  return resource.unauthorized(path, "The access token cannot be verified");
}

function codeOf(cause: unknown): { readonly code?: string } {
  return cause instanceof Error && "code" in cause
    ? { code: String(cause.code) }
    : {};
}

function keyLoader(
  { jwksUrl }: AuthoritySettings,
  ask: AskIssuer,
  metadata: MetadataReader,
): () => Promise<JSONWebKeySet> {
  return async () => {
    const url = jwksUrl ?? (await metadata.read()).jwksUrl;
    if (url === undefined)
      throw new IssuerFault("The issuer does not say where its keys are");
    const found = await readJsonObject(ask, url);
    const keys = found?.["keys"];
    // A server that has lost its keys for a moment withdraws none of them.
    if (!isJsonArray(keys) || keys.length === 0)
      throw new IssuerFault(`${url.host}${url.pathname} has no keys`);
    return { keys } as unknown as JSONWebKeySet;
  };
}
