/** Which requests the HTTP server looks at: by their `Host` and `Origin`. */
import type { AccessSettings, Refusal } from "../access.js";
import type { HttpRequest } from "./message.js";

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

export interface Guard {
  /** Checks `Host`: a page of another name that leads to this machine must not reach the server (DNS rebinding). */
  host(request: HttpRequest): Refusal | undefined;
  /** Checks `Origin`: nor may a foreign page that knows the server's own name. */
  origin(request: HttpRequest): Refusal | undefined;
  /** Whether the request comes from a page that the settings allow: then it gets CORS headers. */
  allowedPage(request: HttpRequest): string | undefined;
}

export function createGuard(settings: AccessSettings): Guard {
  const { host, allowedHosts, allowedOrigins, authority } = settings;
  const names = [...loopbackNames, host, ...allowedHosts];
  const hosts = new Set(
    [...names, authority?.host ?? host].map((name) => hostName(name)),
  );
  const origins = new Set(allowedOrigins.map(originOf));
  const listedPage = (request: HttpRequest) => {
    const origin = request.headers.get("origin");
    return origin !== null && origins.has(originOf(origin))
      ? origin
      : undefined;
  };
  return {
    host(request) {
      const name = hostName(request.headers.get("host") ?? "");
      if (name !== undefined && hosts.has(name)) return undefined;
      return {
        status: 403,
        message: "This Host is not served here: see MCP_ALLOWED_HOSTS",
      };
    },
    origin(request) {
      const origin = request.headers.get("origin");
      if (
        origin !== null &&
        listedPage(request) === undefined &&
        !loopbackNames.includes(hostOfOrigin(origin) ?? "")
      )
        return {
          status: 403,
          message: "This Origin is not served here: see MCP_ALLOWED_ORIGINS",
        };
      return undefined;
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
