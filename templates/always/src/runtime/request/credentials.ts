/** Adding credentials to a request (§4.8.27): headers, query pairs, cookies. */
import { ConfigurationError } from "../errors.js";
import type {
  AppliedCredentials,
  HttpRequest,
} from "../upstream/http-message.js";
import {
  cookieName,
  cookieValue,
  headerFault,
  type HeaderField,
  isForbiddenHeader,
  isToken,
} from "./header.js";
import { percentEncode } from "./percent.js";

/**
 * The request with its credentials. They replace a header, query pair or cookie of the same name: no argument can
 * stand in for a credential. Messages never hold a value.
 *
 * @throws ConfigurationError for a credential that HTTP cannot carry.
 */
export function withCredentials(
  request: HttpRequest,
  credentials: AppliedCredentials,
): HttpRequest {
  const headers = withHeaders(request.headers, credentials.headers);
  return {
    ...request,
    url: withQuery(request.url, credentials.query),
    headers: withCookies(headers, credentials.cookies),
  };
}

function withHeaders(
  headers: readonly HeaderField[],
  added: readonly HeaderField[],
): readonly HeaderField[] {
  for (const [name, value] of added) {
    if (!isToken(name) || isForbiddenHeader(name))
      throw new ConfigurationError(
        `A credential cannot be sent in the header "${name}".`,
      );
    const fault = headerFault(value);
    if (fault !== undefined)
      throw new ConfigurationError(`The credential for "${name}" ${fault}.`);
  }
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  return [
    ...headers.filter(([name]) => !names.has(name.toLowerCase())),
    ...added,
  ];
}

function withQuery(
  url: string,
  added: readonly (readonly [string, string])[],
): string {
  if (added.length === 0) return url;
  const names = new Set(added.map(([name]) => name));
  const mark = url.indexOf("?");
  const kept = (mark < 0 ? "" : url.slice(mark + 1))
    .split("&")
    .filter((pair) => pair !== "" && !names.has(decodedName(pair)));
  const pairs = added.map(
    ([name, value]) => `${encode(name, name)}=${encode(value, name)}`,
  );
  return `${mark < 0 ? url : url.slice(0, mark)}?${[...kept, ...pairs].join("&")}`;
}

function decodedName(pair: string): string {
  const name = (pair.split("=")[0] ?? "").replaceAll("+", " ");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function withCookies(
  headers: readonly HeaderField[],
  added: readonly (readonly [string, string])[],
): readonly HeaderField[] {
  if (added.length === 0) return headers;
  const isCookie = ([name]: HeaderField): boolean =>
    name.toLowerCase() === "cookie";
  const names = new Set(added.map(([name]) => cookieName(name)));
  const kept = headers
    .filter(isCookie)
    .flatMap(([, value]) => value.split("; "))
    .filter((pair) => !names.has(pair.split("=")[0] ?? ""));
  const pairs = added.map(
    ([name, value]) =>
      `${cookieName(name)}=${wellFormed(name, value, cookieValue)}`,
  );
  return [
    ...headers.filter((field) => !isCookie(field)),
    ["Cookie", [...kept, ...pairs].join("; ")],
  ];
}

function encode(text: string, name: string): string {
  return wellFormed(name, text, percentEncode);
}

function wellFormed(
  name: string,
  text: string,
  write: (text: string) => string,
): string {
  if (/\p{Cs}/u.test(text))
    throw new ConfigurationError(
      `The credential for "${name}" is no Unicode text.`,
    );
  return write(text);
}
