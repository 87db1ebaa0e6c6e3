/** Who calls over HTTP. `src/access.ts` says it; `byToken` is how it is found out unless that says otherwise. */
import type {
  Authority,
  TrustedProxies,
  AccessRequest,
  Refusal,
} from "./access/authority.js";
import { pathOf } from "./data/url.js";
import type { Settings } from "./settings/settings.js";
import type { Caller } from "./upstream/http-message.js";

export type { Caller } from "./upstream/http-message.js";

export type { AccessRequest, Refusal } from "./access/authority.js";

/** The settings, and who says who has a token that is none of theirs. */
export interface AccessSettings extends Settings {
  /** Present where `MCP_AUTH_ISSUER` is set. */
  readonly authority?: Authority;
  /** Present where `MCP_TRUSTED_PROXIES` is set. */
  readonly proxies?: TrustedProxies;
}

/**
 * Finds out who sends a request. Asked once for each, after `Host` and `Origin` were found to be right. What it throws
 * is in the log, and the request answered with 500.
 */
export type Authenticate = (
  request: AccessRequest,
  settings: AccessSettings,
) => Caller | Refusal | Promise<Caller | Refusal>;

/**
 * By what a trusted proxy says (`MCP_TRUSTED_PROXIES`), else by bearer token (`MCP_AUTH_TOKEN`, `MCP_AUTH_TOKENS`, or
 * issued by `MCP_AUTH_ISSUER`); where none of these are set, each address is a caller of its own.
 */
export const byToken: Authenticate = async (
  request,
  { accessTokens, authority, proxies, scopes },
) => {
  const proxied = proxies?.callerOf(request);
  if (proxied !== undefined) return proxied;
  if (accessTokens.isEmpty && authority === undefined && proxies === undefined)
    return { id: `address:${request.address}`, scopes, isAnonymous: true };
  const given = /^Bearer +(\S+) *$/i.exec(
    request.headers.get("authorization") ?? "",
  )?.[1];
  const holder =
    given === undefined ? undefined : await accessTokens.holderOf(given);
  if (holder !== undefined) return holder;
  if (authority !== undefined)
    return authority.callerOf(given, request.resource ?? pathOf(request.url));
  const challenge = given === undefined ? "" : ', error="invalid_token"';
  return {
    status: 401,
    message: "A bearer token is needed",
    headers: { "WWW-Authenticate": `Bearer realm="mcp"${challenge}` },
  };
};
