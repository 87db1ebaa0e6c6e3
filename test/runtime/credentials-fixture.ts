/** An API with the parts that credentials and base URLs depend on. */

import type { ApiData, SecurityScheme, ServerGroup } from "../../templates/always/src/runtime/data/model.ts";

export function api(
  securitySchemes: { readonly [name: string]: SecurityScheme } = {},
  serverGroups: readonly ServerGroup[] = [group("default", "https://api.example.com/v1")],
): ApiData {
  return {
    name: "pets",
    title: "Pets",
    version: "1",
    environmentPrefix: "PETS",
    serverGroups,
    securitySchemes,
    groups: [],
  };
}

export function group(id: string, ...urls: readonly string[]): ServerGroup {
  return {
    id,
    environment: id === "default" ? "PETS_BASE_URL" : `PETS_${id.toUpperCase()}_BASE_URL`,
    servers: urls.map((url) => ({ url, variables: [] })),
  };
}

/** Schemes of every kind, by name. */
export const schemes = {
  header: { type: "apiKey", in: "header", name: "X-API-Key", environment: { value: "PETS_HEADER" } },
  prefixed: {
    type: "apiKey",
    in: "header",
    name: "authorization",
    prefix: "Bearer",
    environment: { value: "PETS_PREFIXED" },
  },
  encoded: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    prefix: "Basic",
    environment: { value: "PETS_ENCODED" },
  },
  query: { type: "apiKey", in: "query", name: "api_key", environment: { value: "PETS_QUERY" } },
  cookie: { type: "apiKey", in: "cookie", name: "session", environment: { value: "PETS_COOKIE" } },
  basic: {
    type: "http",
    scheme: "basic",
    environment: { username: "PETS_USERNAME", password: "PETS_PASSWORD" },
  },
  bearer: { type: "http", scheme: "bearer", environment: { value: "PETS_BEARER" } },
  token: { type: "http", scheme: "token", environment: { value: "PETS_TOKEN" } },
  oauth: {
    type: "oauth2",
    clientCredentials: { tokenUrl: "https://api.example.com/token", scopes: ["read"] },
    refresh: { tokenUrl: "https://api.example.com/token", scopes: [] },
    environment: oauthEnvironment("PETS_OAUTH"),
  },
  openid: {
    type: "openIdConnect",
    openIdConnectUrl: "https://api.example.com/.well-known/openid-configuration",
    environment: oauthEnvironment("PETS_OPENID"),
  },
  mutual: {
    type: "mutualTLS",
    environment: { certificate: "PETS_CERTIFICATE", key: "PETS_KEY", authority: "PETS_AUTHORITY" },
  },
} as const satisfies Record<string, SecurityScheme>;

export function oauthEnvironment(prefix: string) {
  return {
    accessToken: `${prefix}_ACCESS_TOKEN`,
    clientId: `${prefix}_CLIENT_ID`,
    clientSecret: `${prefix}_CLIENT_SECRET`,
    refreshToken: `${prefix}_REFRESH_TOKEN`,
    tokenUrl: `${prefix}_TOKEN_URL`,
    scopes: `${prefix}_SCOPES`,
  } as const;
}
