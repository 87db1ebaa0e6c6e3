/** Access tokens that say nothing by themselves: the authorization server is asked about them (RFC 7662). */
import { setNewest } from "../data/newest.js";
import * as oauth from "oauth4webapi";
import { hashedKey } from "../store/store.js";
import { isJsonArray, ownValue } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import { IssuerFault, TokenFault } from "./faults.js";
import type { AskIssuer } from "./issuer-exchange.js";
import { refuseBound } from "./jwt-access-token.js";
import type { ServerMetadata } from "./server-metadata.js";
import type { AuthoritySettings, IntrospectionClient } from "./settings.js";

/** How long an answer is good: a token that is withdrawn works for no longer. */
const activeMs = 60_000;
const inactiveMs = 10_000;
/** Answers of each kind that are kept: those who invent tokens displace none that is good. */
const mostKept = 1_000;
/** Questions at the same time. */
const mostAsked = 32;
/** How long what the server publishes of itself is good. */
const metadataMs = 600_000;

interface Kept {
  readonly claims: JsonObject | undefined;
  readonly until: number;
}

export class Introspection {
  readonly #client: IntrospectionClient;
  readonly #issuer: string;
  readonly #ask: AskIssuer;
  readonly #readMetadata: () => Promise<ServerMetadata>;
  readonly #now: () => number;
  readonly #active = new Map<string, Kept>();
  readonly #inactive = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<JsonObject | undefined>>();
  #metadata:
    | { readonly value: Promise<ServerMetadata>; readonly until: number }
    | undefined;

  /** @param now milliseconds since the epoch: tokens end by that clock */
  constructor(
    client: IntrospectionClient,
    { issuer }: Pick<AuthoritySettings, "issuer">,
    ask: AskIssuer,
    readMetadata: () => Promise<ServerMetadata>,
    now: () => number = () => Date.now(),
  ) {
    this.#client = client;
    this.#issuer = issuer;
    this.#ask = ask;
    this.#readMetadata = readMetadata;
    this.#now = now;
  }

  /**
   * What the server says of a token that is good now and issued for one of the audiences.
   *
   * @throws TokenFault where it is not, IssuerFault where nobody can tell
   */
  async claimsOf(
    token: string,
    audiences: readonly string[],
  ): Promise<JsonObject> {
    const key = await hashedKey("token", token);
    const now = this.#now();
    const kept = this.#active.get(key) ?? this.#inactive.get(key);
    const claims =
      kept !== undefined && kept.until > now
        ? kept.claims
        : await this.#joined(key, token);
    if (claims === undefined) throw new TokenFault("is not active");
    refuseClaims(claims, audiences, this.#issuer, now / 1_000);
    return claims;
  }

  /** Requests that bring the same token at the same time ask once. */
  #joined(key: string, token: string): Promise<JsonObject | undefined> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    if (this.#running.size >= mostAsked)
      throw new IssuerFault("Too many tokens are asked about already");
    const asked = this.#asked(key, token).finally(() =>
      this.#running.delete(key),
    );
    this.#running.set(key, asked);
    return asked;
  }

  async #asked(key: string, token: string): Promise<JsonObject | undefined> {
    const answer = await this.#answer(token);
    const claims = ownValue(answer, "active") === true ? answer : undefined;
    const [kept, ms] =
      claims === undefined
        ? [this.#inactive, inactiveMs]
        : [this.#active, activeMs];
    this.#active.delete(key);
    this.#inactive.delete(key);
    setNewest(kept, key, { claims, until: this.#now() + ms }, mostKept);
    return claims;
  }

  async #answer(token: string): Promise<JsonObject> {
    const { url, methods } = await this.#endpoint();
    const { id, secret } = this.#client;
    const server: oauth.AuthorizationServer = {
      issuer: this.#issuer,
      introspection_endpoint: url.href,
    };
    const client: oauth.Client = { client_id: id };
    const posts =
      methods?.includes("client_secret_basic") === false &&
      methods.includes("client_secret_post");
    const proof = posts
      ? oauth.ClientSecretPost(secret.reveal())
      : oauth.ClientSecretBasic(secret.reveal());
    try {
      const response = await oauth.introspectionRequest(
        server,
        client,
        proof,
        token,
        {
          // Which URLs are safe was decided before.
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: async (_url, { method, headers, body }) => {
            const asked = await this.#ask({
              method,
              url: url.href,
              headers: Object.entries(headers),
              body: String(body),
            });
            return new Response(new Uint8Array(asked.body), {
              status: asked.status,
              headers: asked.headers,
            });
          },
          additionalParameters: { token_type_hint: "access_token" },
        },
      );
      return (await oauth.processIntrospectionResponse(
        server,
        client,
        response,
      )) as unknown as JsonObject;
    } catch (fault) {
      if (fault instanceof IssuerFault) throw fault;
      // Its message may repeat the answer, and with it the token.
      throw new IssuerFault(
        `${url.host}${url.pathname} gave no answer about a token: are MCP_AUTH_CLIENT_ID and its secret right?`,
      );
    }
  }

  async #endpoint(): Promise<{
    readonly url: URL;
    readonly methods: readonly string[] | undefined;
  }> {
    const { url } = this.#client;
    if (url !== undefined) return { url, methods: undefined };
    const { introspectionUrl, introspectionMethods } = await this.#published();
    if (introspectionUrl === undefined)
      throw new IssuerFault(
        "The issuer does not say where to ask about tokens: see MCP_AUTH_INTROSPECTION_URL",
      );
    return { url: introspectionUrl, methods: introspectionMethods };
  }

  /** Read once for all who ask meanwhile, and again where it could not be. */
  #published(): Promise<ServerMetadata> {
    if (this.#metadata === undefined || this.#metadata.until <= this.#now()) {
      const value = this.#readMetadata();
      this.#metadata = { value, until: this.#now() + metadataMs };
      value.catch(() => (this.#metadata = undefined));
    }
    return this.#metadata.value;
  }
}

/** With each request: what is kept may have ended, and is asked for by another path. */
function refuseClaims(
  claims: JsonObject,
  audiences: readonly string[],
  issuer: string,
  seconds: number,
): void {
  const { exp, nbf, iss, aud, token_type: type } = claims;
  if (iss !== undefined && iss !== issuer)
    throw new TokenFault("is of another issuer");
  if (exp !== undefined && !(typeof exp === "number" && exp > seconds))
    throw new TokenFault("has expired");
  if (nbf !== undefined && !(typeof nbf === "number" && nbf <= seconds + 5))
    throw new TokenFault("is not valid yet");
  const named = isJsonArray(aud) ? aud : [aud];
  if (!named.some((one) => audiences.some((audience) => audience === one)))
    throw new TokenFault("is for another audience");
  if (type !== undefined && String(type).toLowerCase() !== "bearer")
    throw new TokenFault("is no bearer token");
  refuseBound(claims);
}
