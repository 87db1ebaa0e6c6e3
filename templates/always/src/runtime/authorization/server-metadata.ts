/** What an authorization server publishes of itself (RFC 8414, OpenID Connect Discovery 1.0). */
import { isJsonArray, ownValue } from "../data/json-place.js";
import type { JsonObject } from "../data/model.js";
import { defined } from "../data/defined.js";
import { parseUrl } from "../data/url.js";
import { IssuerFault } from "./faults.js";
import { type AskIssuer, readJsonObject } from "./issuer-exchange.js";
import { isSafeUrl } from "./settings.js";

export interface ServerMetadata {
  readonly jwksUrl?: URL;
  readonly introspectionUrl?: URL;
  /** Ways in which a client may prove itself when it asks about tokens; absent: the server does not say. */
  readonly introspectionMethods?: readonly string[];
}

/** Reads the metadata of an issuer, each time anew: from where it was found last, or else where it may be. */
export class MetadataReader {
  readonly #ask: AskIssuer;
  readonly #issuer: string;
  #found: URL | undefined;

  constructor(ask: AskIssuer, issuer: string) {
    this.#ask = ask;
    this.#issuer = issuer;
  }

  /** @throws IssuerFault where there is none, or where it is another server's */
  async read(): Promise<ServerMetadata> {
    const places =
      this.#found === undefined ? placesOf(this.#issuer) : [this.#found];
    for (const place of places) {
      const metadata = await readJsonObject(this.#ask, place);
      if (metadata === undefined) continue;
      this.#refuseOther(metadata);
      this.#found = place;
      return read(metadata);
    }
    // Where it was found it is no more: next time it is looked for everywhere.
    this.#found = undefined;
    throw new IssuerFault(`${this.#issuer} publishes no metadata`);
  }

  /** Else one server could speak for another (RFC 8414 §3.3). */
  #refuseOther(metadata: JsonObject): void {
    const issuer = ownValue(metadata, "issuer");
    if (issuer !== this.#issuer)
      throw new IssuerFault(
        `MCP_AUTH_ISSUER is ${this.#issuer}, and the metadata there names ${JSON.stringify(issuer)?.slice(0, 200)}`,
      );
  }
}

/** In the order of the MCP specification, "Authorization Server Metadata Discovery". */
function placesOf(issuer: string): readonly URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(places)].map((place) => new URL(place));
}

function read(metadata: JsonObject): ServerMetadata {
  const url = (name: string): URL | undefined => {
    const found = parseUrl(String(ownValue(metadata, name) ?? ""));
    return found !== undefined && isSafeUrl(found) ? found : undefined;
  };
  const methods = ownValue(
    metadata,
    "introspection_endpoint_auth_methods_supported",
  );
  return defined({
    jwksUrl: url("jwks_uri"),
    introspectionUrl: url("introspection_endpoint"),
    introspectionMethods: isJsonArray(methods)
      ? methods.map(String)
      : undefined,
  });
}
