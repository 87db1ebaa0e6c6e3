/** What is said of a request that is sent (conventions for HTTP client spans). */
import type { Attributes } from "@opentelemetry/api";
import { parseUrl } from "../data/url.js";
import type { HttpRequest } from "../upstream/http-message.js";

/** The operation that a call is for, where there is one. */
export interface Operation {
  readonly method?: string;
  /** Template. */
  readonly path?: string;
}

/** Those that a span may be named by; any other is `_OTHER`. */
const methods: ReadonlySet<string> = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "QUERY",
  "TRACE",
]);

/** @param operation of the call that the request is sent for; it may be another request of that, as for a token */
export function describeRequest(
  { method, url }: HttpRequest,
  operation: Operation = {},
): { readonly name: string; readonly attributes: Attributes } {
  const isKnown = methods.has(method);
  const {
    hostname = "",
    port = "",
    protocol,
    pathname = "",
  } = parseUrl(url) ?? {};
  const usual = protocol === "http:" ? 80 : 443;
  const template = fits(operation, method, pathname)
    ? operation.path
    : undefined;
  const verb = isKnown ? method : "HTTP";
  return {
    name: template === undefined ? verb : `${verb} ${template}`,
    attributes: {
      "http.request.method": isKnown ? method : "_OTHER",
      "server.address": hostname.replace(/^\[|\]$/g, ""),
      "server.port": port === "" ? usual : Number(port),
      ...(template === undefined ? {} : { "url.template": template }),
    },
  };
}

/** Whether a path, behind that of the base URL, is one of the operation's template. */
function fits(
  { method, path }: Operation,
  asked: string,
  pathname: string,
): boolean {
  if (path === undefined || method !== asked) return false;
  const given = pathname.split("/");
  const wanted = path.split("/").slice(1);
  return wanted.every((segment, index) => {
    const value = given[given.length - wanted.length + index];
    return segment.includes("{") ? value !== undefined : value === segment;
  });
}

/** The class of a fault: its code, or its name. */
export function errorType(fault: unknown): string {
  const [code] = [fault, fault instanceof Error ? fault.cause : undefined]
    .map((one) =>
      typeof one === "object" && one !== null && "code" in one
        ? one.code
        : undefined,
    )
    .filter(
      (one): one is string =>
        typeof one === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(one),
    );
  return code ?? (fault instanceof Error ? fault.name : "_OTHER");
}
