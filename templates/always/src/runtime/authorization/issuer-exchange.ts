/** Questions to the authorization server: each within a time and a size. */
import { utf8Text } from "../data/bytes.js";
import { parsedObject } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import { Deadline } from "../upstream/deadline.js";
import type {
  Exchange,
  HttpRequest,
  HttpResponse,
} from "../upstream/http-message.js";
import { IssuerFault } from "./faults.js";

const mostMs = 5_000;
/** Keys of a server with many, and their certificates, take some tens of kilobytes. */
const mostBytes = 524_288;

/** @throws IssuerFault where no answer comes, or a longer one than would be read */
export type AskIssuer = (request: HttpRequest) => Promise<HttpResponse>;

export function issuerExchange(exchange: Exchange): AskIssuer {
  return async (request) => {
    // Several callers wait for the same answer: none of them can call it off.
    const deadline = new Deadline(mostMs, new AbortController().signal);
    const { host } = new URL(request.url);
    try {
      const route = { allowPrivate: true };
      const { signal } = deadline;
      const response = await exchange(request, route, signal, mostBytes);
      if (!response.truncated) return response;
    } catch (cause) {
      throw new IssuerFault(
        deadline.expired
          ? `${host} did not answer within ${mostMs} ms`
          : `${host} could not be asked`,
        cause,
      );
    } finally {
      deadline.dispose();
    }
    throw new IssuerFault(`${host} sent more than ${mostBytes} bytes`);
  };
}

/**
 * Reads a JSON object that needs no credentials. Redirects are not followed.
 *
 * @returns `undefined` where there is none at that URL
 * @throws IssuerFault where nobody can tell
 */
export async function readJsonObject(
  ask: AskIssuer,
  url: URL,
): Promise<JsonObject | undefined> {
  const headers = [["accept", "application/json"]] as const;
  const { status, body } = await ask({ method: "GET", url: url.href, headers });
  if (status >= 500 || status === 429)
    throw new IssuerFault(`${url.host}${url.pathname} answered ${status}`);
  if (status !== 200) return undefined;
  const value = parsedObject(utf8Text(body));
  if (value !== undefined) return value;
  throw new IssuerFault(`${url.host}${url.pathname} gave no JSON object`);
}
