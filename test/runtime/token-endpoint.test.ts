/** Where access tokens are asked for: by the owner's variable, by the document where it is confirmed, and nowhere else. */
import { describe, expect, it } from "vitest";
import { ConfigurationError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import type { OAuthScheme, TokenRequest } from "../../templates/always/src/runtime/upstream/security-scheme.ts";
import { type Grant, tokenEndpoint } from "../../templates/always/src/runtime/upstream/token-grant.ts";
import type { TokenEndpoint } from "../../templates/always/src/runtime/upstream/token-question.ts";
import { api, oauthEnvironment } from "./credentials-fixture.ts";

const origin = "https://api.example.com";
const environment = oauthEnvironment("PETS");
const clientOf = (tokenUrl: string): OAuthScheme => ({
  type: "oauth2",
  clientCredentials: { tokenUrl, scopes: [] },
  environment,
});
const both: OAuthScheme = {
  type: "oauth2",
  clientCredentials: { tokenUrl: "client", scopes: [] },
  refresh: { tokenUrl: "refresh", refreshUrl: "again", scopes: [] },
  environment,
};
const openid: OAuthScheme = {
  type: "openIdConnect",
  openIdConnectUrl: "/.well-known/openid-configuration",
  environment,
};

interface Given {
  readonly scheme?: OAuthScheme;
  readonly grant?: Grant;
  readonly base?: Partial<TokenRequest["baseUrl"]>;
  readonly variables?: Record<string, string>;
  /** What the provider publishes. */
  readonly metadata?: unknown;
}

/** URL, and whether it may be private; and whom it asked for metadata. */
async function endpoint({ scheme = both, grant = "client_credentials", base, variables = {}, metadata }: Given) {
  const asked: TokenEndpoint[] = [];
  const request: TokenRequest = {
    api: api(),
    scheme,
    scopes: [],
    baseUrl: { url: `${origin}/v1`, origin, trusted: true, allowPrivate: false, variable: "X", ...base },
    environment: variables,
    signal: new AbortController().signal,
    exchange: async () => Promise.reject(new Error("nothing is sent")),
  };
  const found = await tokenEndpoint(request, grant, async (from) => (asked.push(from), metadata));
  return { found: [found.url.href, found.allowPrivate], asked };
}

const fault = (given: Given): Promise<unknown> => endpoint(given).catch((error: unknown) => error);

describe("the owner's URL", () => {
  it.each([
    [" https://auth.example/t ", "https://auth.example/t"],
    ["HTTP://10.0.0.1/t", "http://10.0.0.1/t"],
  ])("%j is the one, wherever it leads", async (PETS_TOKEN_URL, want) => {
    for (const scheme of [both, openid]) {
      const { found, asked } = await endpoint({ scheme, variables: { PETS_TOKEN_URL } });
      expect([found, asked]).toEqual([[want, true], []]);
    }
  });

  it.each(["ftp://a.example/t", "auth.example/t", "/token", "https://"])("cannot be %s", async (PETS_TOKEN_URL) => {
    const error = await fault({ variables: { PETS_TOKEN_URL } });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ message: "PETS_TOKEN_URL has to be an http or https URL", hint: undefined });
  });

  it("counts as unset where it is empty", async () =>
    expect((await endpoint({ variables: { PETS_TOKEN_URL: " " } })).found).toEqual([`${origin}/v1/client`, false]));
});

describe("the document's URL", () => {
  it.each<[Grant, OAuthScheme, string]>([
    ["client_credentials", both, `${origin}/v1/client`],
    ["refresh_token", both, `${origin}/v1/again`],
    ["refresh_token", { ...both, refresh: { tokenUrl: "/r", scopes: [] } } as OAuthScheme, `${origin}/r`],
    ["client_credentials", clientOf(`${origin}/t?a=b`), `${origin}/t?a=b`],
    ["client_credentials", clientOf("../t"), `${origin}/t`],
  ])("for %s of %j is %s", async (grant, scheme, want) =>
    expect((await endpoint({ grant, scheme })).found).toEqual([want, false]),
  );

  it.each<[Grant, OAuthScheme]>([
    ["refresh_token", clientOf("/t")],
    ["client_credentials", { type: "oauth2", refresh: { tokenUrl: "/t", scopes: [] }, environment }],
    ["client_credentials", clientOf("ftp://a.example/t")],
    ["client_credentials", clientOf("https://")],
    ["client_credentials", { ...openid, openIdConnectUrl: "mailto:a@b.example" } as OAuthScheme],
  ])("for %s of %j is none", async (grant, scheme) => {
    const error = await fault({ grant, scheme });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      message: "The document names no usable token URL",
      hint: "Set PETS_TOKEN_URL to it.",
    });
  });

  it("may be private where that of the API may be, or the owner listed its origin", async () => {
    expect((await endpoint({ base: { allowPrivate: true } })).found).toEqual([`${origin}/v1/client`, true]);
    const scheme = clientOf("https://auth.example/t");
    const variables = { PETS_ALLOWED_ORIGINS: "https://b.example, https://auth.example" };
    expect((await endpoint({ scheme, variables })).found).toEqual(["https://auth.example/t", true]);
    expect((await endpoint({ base: { trusted: false }, variables: { PETS_ALLOWED_ORIGINS: origin } })).found).toEqual([
      `${origin}/v1/client`,
      true,
    ]);
  });

  it.each<[string, Given]>([
    ["https://auth.example", { scheme: clientOf("https://auth.example/t") }],
    ["http://api.example.com", { scheme: clientOf("http://api.example.com/t") }],
    ["https://api.example.com", { base: { trusted: false } }],
    ["https://id.example", { scheme: { ...openid, openIdConnectUrl: "https://id.example/x" } as OAuthScheme }],
    ["https://id.example", { scheme: openid, metadata: { token_endpoint: "https://id.example/t" } }],
  ])("at %s has to be confirmed", async (where, given) => {
    const error = await fault(given);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({
      message: `${where}, which the document names for access tokens, is not confirmed`,
      hint:
        "It would receive the client's secret. If it is right, set PETS_TOKEN_URL to the token URL, " +
        `or add ${where} to PETS_ALLOWED_ORIGINS.`,
    });
  });
});

describe("an OpenID provider", () => {
  it("is asked for its token endpoint, which is as good as itself on its origin", async () => {
    const metadata = { token_endpoint: `${origin}/t` };
    const { found, asked } = await endpoint({ scheme: openid, metadata, base: { allowPrivate: true } });
    expect(found).toEqual([`${origin}/t`, true]);
    expect(asked).toEqual([{ url: new URL(`${origin}/.well-known/openid-configuration`), allowPrivate: true }]);
  });

  it("may name another origin that the owner listed", async () => {
    const variables = { PETS_ALLOWED_ORIGINS: "https://id.example" };
    const metadata = { token_endpoint: "https://id.example/t" };
    expect((await endpoint({ scheme: openid, metadata, variables })).found).toEqual(["https://id.example/t", true]);
  });

  it.each([null, 1, "text", [], {}, { token_endpoint: 7 }, { token_endpoint: null }, { token_endpoint: "no URL" }])(
    "that says %j has none",
    async (metadata) => {
      const error = await fault({ scheme: openid, metadata });
      expect(error).toBeInstanceOf(UpstreamError);
      expect(error).toHaveProperty(
        "message",
        "api.example.com publishes no token endpoint (OpenID Connect Discovery 1.0 §3)",
      );
    },
  );
});
