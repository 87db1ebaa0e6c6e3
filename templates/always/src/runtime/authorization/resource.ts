/** This server as a protected resource: what clients read of it (RFC 9728), and how it turns requests away (RFC 6750). */
import type { Refusal } from "../access/authority.js";
import { defined } from "../data/defined.js";
import { jsonAnswer, type OpenRoute } from "../http/message.js";
import type { AuthoritySettings } from "./settings.js";

const wellKnown = "/.well-known/oauth-protected-resource";
/** A token of a scope (RFC 6749 §3.3): what else a policy holds could end the quotes that it stands in. */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

export class ProtectedResource {
  readonly #settings: AuthoritySettings;
  readonly #issuers: readonly string[];
  readonly #title: string;
  readonly #scopesAt: (path: string) => readonly string[];

  /**
   * @param issuers any of which a client may ask for a token
   * @param scopesAt that a client of a path asks for before it knows what it will call
   */
  constructor(
    settings: AuthoritySettings,
    issuers: readonly string[],
    title: string,
    scopesAt: (path: string) => readonly string[],
  ) {
    this.#settings = settings;
    this.#issuers = issuers;
    this.#title = title;
    this.#scopesAt = (path) =>
      this.#asked([...settings.requiredScopes, ...scopesAt(path)]);
  }

  /**
   * What a token for a path of MCP may be issued for: the path itself, and those above it, of which it is a part. Not
   * those below: whoever asked for less must not get more.
   */
  audiences(path: string): readonly string[] {
    const { audiences } = this.#settings;
    if (audiences.length > 0) return audiences;
    const steps = path.split("/").slice(1);
    return steps.map((_, index) =>
      this.#urlOf(`/${steps.slice(0, index + 1).join("/")}`),
    );
  }

  /** The document about a path of MCP, and where it lies; for `/mcp` also where clients look that know no path. */
  routes(path: string): readonly OpenRoute[] {
    const places = path === "/mcp" ? [path, ""] : [path];
    return places.map((place) => ({
      path: `${wellKnown}${place}`,
      methods: ["GET", "HEAD", "OPTIONS"],
      access: "open",
      anyHost: true,
      anyOrigin: true,
      answer: ({ method }) =>
        method === "OPTIONS"
          ? { status: 204, headers: forPages, body: null }
          : jsonAnswer(200, this.#document(path), {
              ...forPages,
              "cache-control": "public, max-age=300",
            }),
    }));
  }

  /** @param reason absent: there was no token, and nothing is wrong with it */
  unauthorized(path: string, reason?: string): Refusal {
    return {
      status: 401,
      message: reason ?? "An access token is needed",
      headers: this.#challenge(path, this.#scopesAt(path), {
        ...(reason === undefined ? {} : { error: "invalid_token" }),
        ...defined({ error_description: reason }),
      }),
    };
  }

  /** @param scopes all of those that the operation needs */
  insufficient(path: string, scopes: readonly string[]): Refusal {
    return {
      status: 403,
      message: `The access token lacks a scope: ${scopes.join(" ")} are needed`,
      headers: this.#challenge(path, this.#asked(scopes), {
        error: "insufficient_scope",
      }),
    };
  }

  /** Scopes as clients ask for them; to be refreshed is their own business (MCP authorization, "Scope Selection"). */
  #asked(scopes: readonly string[]): readonly string[] {
    return [...new Set(scopes)]
      .map((scope) => `${this.#settings.scopePrefix}${scope}`)
      .filter((scope) => scopeToken.test(scope) && scope !== "offline_access");
  }

  #challenge(
    path: string,
    scopes: readonly string[],
    more: { readonly [name: string]: string },
  ): { readonly [name: string]: string } {
    const scope = scopes.join(" ");
    const parameters = Object.entries({
      resource_metadata: this.#urlOf(`${wellKnown}${path}`),
      ...(scope === "" ? {} : { scope }),
      ...more,
    });
    const text = parameters.map(
      // A name of the settings' stands in some: none ends its quotes.
      ([name, value]) => `${name}="${value.replace(/[^ !#-[\]-~]/g, "?")}"`,
    );
    return { "WWW-Authenticate": `Bearer ${text.join(", ")}` };
  }

  #document(path: string): object {
    const scopes = this.#scopesAt(path);
    return {
      resource: this.#urlOf(path),
      authorization_servers: this.#issuers,
      ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
      bearer_methods_supported: ["header"],
      resource_name: this.#title,
    };
  }

  #urlOf(path: string): string {
    return `${this.#settings.publicUrl.href.replace(/\/$/, "")}${path}`;
  }
}

/** Any page may read it: it says nothing that is not meant for all (RFC 9728 §3.1). */
const forPages = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET",
  "access-control-allow-headers": "MCP-Protocol-Version",
};
