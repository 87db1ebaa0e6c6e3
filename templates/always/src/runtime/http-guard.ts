/** Who may speak to the HTTP server: `Host`, `Origin` and bearer token of a request. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Secret } from "./secret.js";
import type { Settings } from "./settings.js";

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
  readonly headers?: { readonly [name: string]: string };
}

export interface Guard {
  /** Checks `Host` and `Origin`: a page in a browser on this machine must not reach the server (DNS rebinding). */
  origin(request: IncomingMessage): Refusal | undefined;
  /** Checks the bearer token, where one is set. */
  token(request: IncomingMessage): Refusal | undefined;
  /** Whether the request comes from a page that the settings allow: then it gets CORS headers. */
  allowedPage(request: IncomingMessage): string | undefined;
  /** Whom limits and credentials are for. Never the token itself. */
  callerId(request: IncomingMessage): string;
}

export function createGuard(settings: Settings): Guard {
  const { host, allowedHosts, allowedOrigins, authToken } = settings;
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
    origin(request) {
      const name = hostName(request.headers.host ?? "");
      if (name === undefined || !hosts.has(name))
        return {
          status: 403,
          message: "This Host is not served here: see MCP_ALLOWED_HOSTS",
        };
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
    token(request) {
      if (authToken === undefined) return undefined;
      const given = /^Bearer +(\S+) *$/i.exec(
        request.headers.authorization ?? "",
      )?.[1];
      if (given !== undefined && sameToken(given, authToken)) return undefined;
      const challenge = given === undefined ? "" : ', error="invalid_token"';
      return {
        status: 401,
        message: "A bearer token is needed",
        headers: { "WWW-Authenticate": `Bearer realm="mcp"${challenge}` },
      };
    },
    allowedPage: listedPage,
    callerId: (request) =>
      authToken === undefined
        ? `address:${request.socket.remoteAddress ?? "unknown"}`
        : `token:${digest(authToken.reveal()).toString("hex").slice(0, 12)}`,
  };
}

/** Digests have one length, and comparing them takes the same time wherever they differ. */
function sameToken(given: string, expected: Secret): boolean {
  return timingSafeEqual(digest(given), digest(expected.reveal()));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
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
