/** Who calls over HTTP. `src/access.ts` says it; `byToken` is how it is found out unless that says otherwise. */
import type { Settings } from "./settings/settings.js";
import type { Caller } from "./upstream/http-message.js";

export type { Caller } from "./upstream/http-message.js";

/** What is known of a request before its body is read; a `Request` has all of it but the address. */
export interface AccessRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: {
    /** The value of a field, several joined by a comma; `null` where there is none. */
    get(name: string): string | null;
  };
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

/**
 * Finds out who sends a request. Asked once for each, after `Host` and `Origin` were found to be right. What it throws
 * is in the log, and the request answered with 500.
 */
export type Authenticate = (
  request: AccessRequest,
  settings: Settings,
) => Caller | Refusal | Promise<Caller | Refusal>;

/** By bearer token (`MCP_AUTH_TOKEN`, `MCP_AUTH_TOKENS`); where none are set, each address is a caller of its own. */
export const byToken: Authenticate = async (
  request,
  { accessTokens, scopes },
) => {
  if (accessTokens.isEmpty)
    return { id: `address:${request.address}`, scopes, isAnonymous: true };
  const given = /^Bearer +(\S+) *$/i.exec(
    request.headers.get("authorization") ?? "",
  )?.[1];
  const holder =
    given === undefined ? undefined : await accessTokens.holderOf(given);
  if (holder !== undefined) return holder;
  const challenge = given === undefined ? "" : ', error="invalid_token"';
  return {
    status: 401,
    message: "A bearer token is needed",
    headers: { "WWW-Authenticate": `Bearer realm="mcp"${challenge}` },
  };
};
