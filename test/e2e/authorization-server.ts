/** A real authorization server on loopback (oidc-provider), where people sign in and consent by themselves. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { Provider } from "oidc-provider";
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js";

export const service = { id: "mcp", secret: "the-secret-of-mcp-0123456789" };

/** A client that people use. */
export const desktop = { id: "desktop", redirect: "http://127.0.0.1:9/callback" };

/** A server that acts for people who let it: the secret and the address to come back to are given. */
export const acting = { id: "acting", secret: "the-secret-of-acting-0123456789" };

/** What people may be granted; unless it is said, whatever they ask for. */
type Scopes = Readonly<Record<string, readonly string[]>>;

export interface AuthorizationOptions {
  /** Where those come back to who let `acting` act for them. */
  readonly redirect?: string;
  /** Clients of people get refresh tokens. */
  readonly renews?: true;
  readonly scopes?: Scopes;
  /** Claims of the tokens of a person, besides those that all have. */
  readonly claims?: Readonly<Record<string, object>>;
}

export class AuthorizationServer {
  readonly issuer: string;
  /** Who signs in next. */
  user = "ada";
  format: "jwt" | "opaque" = "jwt";
  readonly #port: number;
  readonly #resource: string;
  readonly #options: AuthorizationOptions;
  #server: Server;
  #keys: JWK[] = [];
  #provider: Provider | undefined;

  private constructor(server: Server, port: number, resource: string, options: AuthorizationOptions) {
    this.#options = options;
    this.#server = server;
    this.#port = port;
    this.#resource = resource;
    this.issuer = `http://127.0.0.1:${port}`;
  }

  /** @param resource URL of the MCP server, or of the API, that tokens are for */
  static async start(resource: string, options: AuthorizationOptions = {}): Promise<AuthorizationServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const made = new AuthorizationServer(server, (server.address() as AddressInfo).port, resource, options);
    await made.rotate();
    server.on("request", made.#answer);
    return made;
  }

  /**
   * Signs with a new key from now on.
   *
   * @param published how many of the last keys are
   */
  async rotate(published = 2): Promise<void> {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const kid = `key-${this.#keys.length + 1}-${Date.now()}`;
    const made = { ...(await exportJWK(privateKey)), kid, alg: "RS256", use: "sig" };
    this.#keys = [made, ...this.#keys].slice(0, published);
    this.#provider = new Provider(this.issuer, this.#configuration());
  }

  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async revive(): Promise<void> {
    this.#server = createServer(this.#answer);
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
  }

  /** What a program gets for itself. */
  async clientToken(scope: string): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${btoa(`${service.id}:${service.secret}`)}`,
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope, resource: this.#resource }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`no token: ${response.status}`);
    return token;
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.startsWith("/interaction/") !== true) this.#provider?.callback()(request, response);
    else this.#consent(request, response).catch((fault: unknown) => response.writeHead(500).end(String(fault)));
  };

  async #consent(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    if (provider === undefined) return;
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === "login")
      return provider.interactionFinished(request, response, { login: { accountId: this.user } });
    const accountId = session?.accountId ?? this.user;
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    const asked = (params.scope ?? "").split(" ");
    const may = this.#options.scopes?.[accountId] ?? asked;
    grant.addOIDCScope(params.scope ?? "");
    grant.addResourceScope(this.#resource, asked.filter((scope) => may.includes(scope)).join(" "));
    grant.rejectResourceScope(this.#resource, asked.filter((scope) => !may.includes(scope)).join(" "));
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  }

  #configuration(): object {
    return {
      // One for all that it ever is, so that what was granted outlives its keys.
      adapter: (model: string) => new MemoryAdapter(model),
      jwks: { keys: this.#keys },
      clients: [
        {
          client_id: service.id,
          client_secret: service.secret,
          grant_types: ["client_credentials"],
          redirect_uris: [],
          response_types: [],
        },
        {
          client_id: desktop.id,
          token_endpoint_auth_method: "none",
          grant_types: ["authorization_code", ...(this.#options.renews ? ["refresh_token"] : [])],
          redirect_uris: [desktop.redirect],
          response_types: ["code"],
        },
        ...(this.#options.redirect === undefined
          ? []
          : [
              {
                client_id: acting.id,
                client_secret: acting.secret,
                grant_types: ["authorization_code"],
                redirect_uris: [this.#options.redirect],
                response_types: ["code"],
              },
            ]),
      ],
      cookies: { keys: ["a key of cookies"] },
      scopes: ["openid", "pets:read", "pets:write"],
      findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: async () => ({ sub: id }) }),
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      extraTokenClaims: (_context: unknown, { accountId }: { accountId?: string }) => ({
        org: "acme",
        ...this.#options.claims?.[accountId ?? ""],
      }),
      issueRefreshToken: (_context: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
        client.grantTypeAllowed("refresh_token"),
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        introspection: { enabled: true },
        registration: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => this.#resource,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope: "pets:read pets:write",
            audience: this.#resource,
            accessTokenFormat: this.format,
            accessTokenTTL: 300,
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    };
  }
}

/** Follows a sign-in in a browser of no more than cookies, until the client's own address; gives that. */
export async function browse(start: URL, redirect: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let at = start;
  for (let step = 0; step < 10; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(at, { redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${at.href}: ${response.status} ${await response.text()}`);
    at = new URL(location, at);
    if (at.href.startsWith(redirect)) return at;
  }
  throw new Error(`no end: ${at.href}`);
}
