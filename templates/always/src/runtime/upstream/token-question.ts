/** Questions to a token endpoint (RFC 6749 §3.2): how the client proves itself, and what of an answer may be told. */

import * as oauth from "oauth4webapi";

import { utf8, utf8Text } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { isJsonObject } from "../data/json-place.js";
import { Deadline } from "./deadline.js";
import { CallError, ConfigurationError, UpstreamError } from "../errors.js";
import type { Exchange, HttpResponse } from "./http-message.js";
import type { Granted } from "./shared-token.js";
import { retryAfterMs } from "./retry.js";
import { Secret } from "../secret.js";
import { explain } from "./upstream-failure.js";

/** An access token takes far less; more would be an attack on memory. */
const mostBytes = 1_048_576;
const mostMs = 10_000;

export interface TokenEndpoint {
  readonly url: URL;
  /** Whether its host may have a private or loopback address. */
  readonly allowPrivate: boolean;
}

/** This server at a token endpoint. */
export interface TokenClient {
  readonly id: string;
  /** Absent: it has none, and names itself only. */
  readonly secret?: Secret;
}

/** One way of asking for a token. */
export type AskForToken = (
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  proof: oauth.ClientAuth,
  options: oauth.TokenEndpointRequestOptions,
) => Promise<oauth.TokenEndpointResponse>;

/** Asks by a type of grant that is named by its parameters alone (RFC 6749 §4.5). */
export function genericGrant(
  type: string,
  parameters: Record<string, string>,
): AskForToken {
  return async (server, client, proof, options) =>
    oauth.processGenericTokenEndpointResponse(
      server,
      client,
      await oauth.genericTokenEndpointRequest(
        server,
        client,
        proof,
        type,
        parameters,
        options,
      ),
    );
}

/** Sends one request of an OAuth client. @throws UpstreamError where no answer comes */
export type Ask = (
  endpoint: TokenEndpoint,
  init: oauth.CustomFetchOptions<string, unknown>,
) => Promise<HttpResponse>;

/**
 * Asks for an access token; where the endpoint does not know the client by the `Authorization` header, once more with
 * its secret in the body.
 *
 * @param check what to check where the endpoint refuses, by its error code, as the end of "Check …"
 * @throws ConfigurationError if the server refuses, UpstreamError if it cannot answer; both without any secret
 */
export async function askForToken(
  endpoint: TokenEndpoint,
  { id, secret }: TokenClient,
  ask: Ask,
  grant: AskForToken,
  check: (code: string) => string,
): Promise<Granted> {
  const server: oauth.AuthorizationServer = {
    issuer: endpoint.url.origin,
    token_endpoint: endpoint.url.href,
  };
  const options: oauth.TokenEndpointRequestOptions = {
    // Whether plain http is acceptable was decided with the endpoint.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_url, init) =>
      toResponse(withoutIdToken(await ask(endpoint, init)), endpoint),
  };
  const by = async (proof: oauth.ClientAuth): Promise<Granted> =>
    granted(await grant(server, { client_id: id }, proof, options));
  try {
    if (secret === undefined) return await by(oauth.None());
    return await by(oauth.ClientSecretBasic(secret.reveal())).catch(
      (error: unknown) => {
        // A server has to take the Authorization header (RFC 6749 §2.3.1), but some only read the body.
        if (isUnknownClient(error))
          return by(oauth.ClientSecretPost(secret.reveal()));
        throw error;
      },
    );
  } catch (error) {
    throw readable(error, endpoint, check);
  }
}

/** @param timeoutMs of a call: a question has no longer */
export async function askingWithin<Value>(
  timeoutMs: number,
  exchange: Exchange,
  run: (ask: Ask) => Promise<Value>,
): Promise<Value> {
  // Not the signal of a call: several calls wait for the same token.
  const deadline = new Deadline(
    Math.min(mostMs, timeoutMs),
    new AbortController().signal,
  );
  try {
    return await run(exchangeWithin(deadline, exchange));
  } finally {
    deadline.dispose();
  }
}

function exchangeWithin(deadline: Deadline, send: Exchange): Ask {
  return async ({ url, allowPrivate }, { method, headers, body }) => {
    const message = {
      method,
      url: url.href,
      headers: Object.entries(headers),
      ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
    };
    try {
      return await send(message, { allowPrivate }, deadline.signal, mostBytes);
    } catch (error) {
      const reason = deadline.expired
        ? `${url.host}: timed out`
        : explain(error, { host: url.host, method, idempotent: false }).error
            .message;
      throw new UpstreamError(`No access token: ${reason}`, { cause: error });
    }
  };
}

/** Who the user is, is not asked here: what a server says of it besides is not looked at, so it cannot be wrong. */
function withoutIdToken(response: HttpResponse): HttpResponse {
  try {
    const value: unknown = JSON.parse(utf8Text(response.body));
    if (!isJsonObject(value) || !("id_token" in value)) return response;
    const rest = Object.entries(value).filter(([name]) => name !== "id_token");
    const body = utf8(JSON.stringify(Object.fromEntries(rest)));
    return { ...response, body };
  } catch {
    return response;
  }
}

function granted(answer: oauth.TokenEndpointResponse): Granted {
  return {
    token: new Secret(answer.access_token),
    ...(answer.expires_in === undefined
      ? {}
      : { lifetimeMs: answer.expires_in * 1_000 }),
    ...(answer.refresh_token === undefined
      ? {}
      : { refreshToken: new Secret(answer.refresh_token) }),
  };
}

function toResponse(
  { status, headers, body }: HttpResponse,
  { url }: TokenEndpoint,
): Response {
  if (status === 429 || status >= 500) {
    const waitMs = retryAfterMs(headers);
    throw new UpstreamError(`No access token: ${url.host} answered ${status}`, {
      hint: "Try again later.",
      ...defined({ retryAfterMs: waitMs }),
    });
  }
  if (status >= 300 && status < 400) {
    // The client's secret is not carried on to wherever it leads.
    throw new UpstreamError(
      `No access token: ${url.host} answered with a redirect`,
    );
  }
  const challenge = headers.get("www-authenticate");
  return new Response(
    [204, 205].includes(status) ? null : new Uint8Array(body),
    {
      status,
      headers: {
        "content-type": headers.get("content-type") ?? "application/json",
        ...(challenge === null ? {} : { "www-authenticate": challenge }),
      },
    },
  );
}

function isUnknownClient(error: unknown): boolean {
  return (
    (error instanceof oauth.ResponseBodyError &&
      error.error === "invalid_client") ||
    error instanceof oauth.WWWAuthenticateChallengeError
  );
}

/** An error whose message repeats nothing of the answer but its error code (RFC 6749 §5.2). */
function readable(
  error: unknown,
  { url }: TokenEndpoint,
  check: (code: string) => string,
): CallError {
  if (error instanceof CallError) return error;
  if (
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.WWWAuthenticateChallengeError
  ) {
    const code =
      error instanceof oauth.ResponseBodyError &&
      /^[\w.-]{1,64}$/.test(error.error)
        ? error.error
        : "401";
    return new ConfigurationError(
      `No access token: ${url.host} refused (${code})`,
      { hint: `Check ${check(code)}.`, cause: error },
    );
  }
  return new UpstreamError(
    `No access token: ${url.host} gave an answer that is not OAuth 2`,
    { cause: error },
  );
}
