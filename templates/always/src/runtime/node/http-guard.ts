/** Who may speak to the HTTP server: `Host`, `Origin` and bearer token of a request. */
import type { IncomingMessage } from "node:http";
import type { TokenHolder } from "../access/access-tokens.js";
import type { Settings } from "../settings/settings.js";

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403 | 429;
  readonly message: string;
  readonly headers?: { readonly [name: string]: string };
}

export interface HttpCaller extends TokenHolder {
  /** Whether a token says who it is. */
  readonly isAuthenticated: boolean;
}

export interface Guard {
  /** Checks `Host`: a page of another name that leads to this machine must not reach the server (DNS rebinding). */
  host(request: IncomingMessage): Refusal | undefined;
  /** Checks `Origin`: nor may a foreign page that knows the server's own name. */
  origin(request: IncomingMessage): Refusal | undefined;
  /** Who asks: by bearer token, where there are any, else by address. */
  caller(request: IncomingMessage): HttpCaller | Refusal;
  /** Whether the request comes from a page that the settings allow: then it gets CORS headers. */
  allowedPage(request: IncomingMessage): string | undefined;
}

export function createGuard(settings: Settings): Guard {
  const { host, allowedHosts, allowedOrigins, accessTokens, scopes } = settings;
  const hosts = new Set(
    [...loopbackNames, host, ...allowedHosts].map((name) => hostName(name)),
  );
  const origins = new Set(allowedOrigins.map(originOf));
  const listedPage = (request: IncomingMessage) => {
    const { origin } = request.headers;
    return origin !== undefined && origins.has(originOf(origin))
      ? origin
      : undefined;
  };
  return {
    host(request) {
      const name = hostName(request.headers.host ?? "");
      if (name !== undefined && hosts.has(name)) return undefined;
      return {
        status: 403,
        message: "This Host is not served here: see MCP_ALLOWED_HOSTS",
      };
    },
    origin(request) {
      const { origin } = request.headers;
      if (
        origin !== undefined &&
        listedPage(request) === undefined &&
        !loopbackNames.includes(hostOfOrigin(origin) ?? "")
      )
        return {
          status: 403,
          message: "This Origin is not served here: see MCP_ALLOWED_ORIGINS",
        };
      return undefined;
    },
    caller(request) {
      if (accessTokens.isEmpty)
        return {
          id: `address:${request.socket.remoteAddress ?? "unknown"}`,
          scopes,
          isAuthenticated: false,
        };
      const given = /^Bearer +(\S+) *$/i.exec(
        request.headers.authorization ?? "",
      )?.[1];
      const holder =
        given === undefined ? undefined : accessTokens.holderOf(given);
      if (holder !== undefined) return { ...holder, isAuthenticated: true };
      const challenge = given === undefined ? "" : ', error="invalid_token"';
      return {
        status: 401,
        message: "A bearer token is needed",
        headers: { "WWW-Authenticate": `Bearer realm="mcp"${challenge}` },
      };
    },
    allowedPage: listedPage,
  };
}

/** The host of a `Host` header without its port, as URLs spell it. */
function hostName(host: string): string | undefined {
  const text = /^[^[\]]*:[^[\]]*:/.test(host) ? `[${host}]` : host;
  if (text === "" || /[/?#@\\\s]/.test(text)) return undefined;
  return URL.canParse(`http://${text}`)
    ? new URL(`http://${text}`).hostname
    : undefined;
}

function originOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).origin : undefined;
}

function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).hostname : undefined;
}
