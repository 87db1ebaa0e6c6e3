/** This server as a protected resource: what it publishes of itself (RFC 9728), and how it turns requests away (RFC 6750). */
import { describe, expect, it } from "vitest";
import { ProtectedResource } from "../../templates/always/src/runtime/authorization/resource.ts";
import { readAuthoritySettings } from "../../templates/always/src/runtime/authorization/settings.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/http/message.ts";

const needed = { MCP_AUTH_ISSUER: "https://issuer.example", MCP_PUBLIC_URL: "https://mcp.example/base/" };
const read = (environment: Record<string, string> = {}) =>
  readAuthoritySettings({ environment: { ...needed, ...environment } } as never);
const resource = (environment: Record<string, string> = {}, scopes: readonly string[] = [], title = "Pets") =>
  new ProtectedResource(read(environment), ["https://issuer.example", "https://second.example"], title, () => scopes);
const wellKnown = "/.well-known/oauth-protected-resource";

describe("the document", () => {
  const answer = async (method: string, of = resource({}, ["read"]), path = "/mcp") => {
    const [route] = of.routes(path);
    return route?.answer({ method } as HttpRequest);
  };
  const forPages = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "MCP-Protocol-Version",
  };

  it("lies at the path of each endpoint, and of the whole also where no path is known", () => {
    const places = (path: string) =>
      resource()
        .routes(path)
        .map((route) => route.path);
    expect(places("/mcp")).toEqual([`${wellKnown}/mcp`, wellKnown]);
    expect(places("/mcp/pets")).toEqual([`${wellKnown}/mcp/pets`]);
    for (const route of resource().routes("/mcp"))
      expect(route).toMatchObject({
        methods: ["GET", "HEAD", "OPTIONS"],
        access: "open",
        anyHost: true,
        anyOrigin: true,
      });
  });

  it("says who gives tokens, for what, and with which scopes; any page may read it, for a while", async () => {
    expect(await answer("GET")).toEqual({
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "public, max-age=300", ...forPages },
      body: JSON.stringify({
        resource: "https://mcp.example/base/mcp",
        authorization_servers: ["https://issuer.example", "https://second.example"],
        scopes_supported: ["read"],
        bearer_methods_supported: ["header"],
        resource_name: "Pets",
      }),
    });
    const plain = await answer("GET", resource());
    expect(JSON.parse(String(plain?.body))).not.toHaveProperty("scopes_supported");
  });

  it("may be asked for by pages first", async () =>
    expect(await answer("OPTIONS")).toEqual({ status: 204, headers: forPages, body: null }));

  it("has the scopes that are needed by all before those of the path, each once, as clients ask for them", async () => {
    const of = resource({ MCP_AUTH_SCOPES: "all,read", MCP_AUTH_SCOPE_PREFIX: "api://x/" }, [
      "read",
      "write",
      "offline access",
      'quo"te',
    ]);
    const document = JSON.parse(String((await answer("GET", of))?.body)) as object;
    expect(document).toHaveProperty("scopes_supported", ["api://x/all", "api://x/read", "api://x/write"]);
    expect(JSON.parse(String((await answer("GET", resource({}, ["offline_access", "a"])))?.body))).toHaveProperty(
      "scopes_supported",
      ["a"],
    );
  });
});

describe("a token", () => {
  it("may be for the path, and for what is above it", () => {
    expect(resource().audiences("/mcp")).toEqual(["https://mcp.example/base/mcp"]);
    expect(resource().audiences("/mcp/pets")).toEqual([
      "https://mcp.example/base/mcp",
      "https://mcp.example/base/mcp/pets",
    ]);
  });
  it("is for what the settings say, where they do", () =>
    expect(resource({ MCP_AUTH_AUDIENCE: "a, b" }).audiences("/mcp")).toEqual(["a", "b"]));
});

describe("a request is turned away", () => {
  const metadata = `resource_metadata="https://mcp.example/base${wellKnown}/mcp"`;
  it("without a token, with where to get one", () =>
    expect(resource({}, ["read", "write"]).unauthorized("/mcp")).toEqual({
      status: 401,
      message: "An access token is needed",
      headers: { "WWW-Authenticate": `Bearer ${metadata}, scope="read write"` },
    }));

  it("with a faulty one, with why, in signs that a header holds", () =>
    expect(resource().unauthorized("/mcp", 'It is "over"\\é')).toEqual({
      status: 401,
      message: 'It is "over"\\é',
      headers: {
        "WWW-Authenticate": `Bearer ${metadata}, error="invalid_token", error_description="It is ?over???"`,
      },
    }));

  it("that lacks a scope, with all that are needed", () =>
    expect(resource({ MCP_AUTH_SCOPE_PREFIX: "p:" }).insufficient("/mcp", ["a", "b"])).toEqual({
      status: 403,
      message: "The access token lacks a scope: a b are needed",
      headers: { "WWW-Authenticate": `Bearer ${metadata}, scope="p:a p:b", error="insufficient_scope"` },
    }));
});

describe("the settings", () => {
  it("are these where only what is needed is set", () => {
    const { publicUrl, ...rest } = read();
    expect(publicUrl.href).toBe("https://mcp.example/base/");
    expect(rest).toEqual({
      issuer: "https://issuer.example",
      audiences: [],
      algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
      tokenTypes: new Set(["at+jwt"]),
      requiredScopes: [],
      scopeClaims: ["scope", "scp"],
      scopePrefix: "",
      keysMs: 86_400_000,
    });
  });

  it("say each what they say", () => {
    const { jwksUrl, introspection, ...rest } = read({
      MCP_AUTH_AUDIENCE: "a,b",
      MCP_AUTH_ALGORITHMS: "ES256, Ed25519",
      MCP_AUTH_TOKEN_TYPES: "JWT, At+Jwt",
      MCP_AUTH_SCOPES: "x y,z",
      MCP_AUTH_SCOPE_CLAIMS: "roles,realm_access.roles",
      MCP_AUTH_TENANT_CLAIM: "tid",
      MCP_AUTH_KEYS_MS: "604800000",
      MCP_AUTH_JWKS_URL: "https://issuer.example/keys",
      MCP_AUTH_CLIENT_ID: "me",
      MCP_AUTH_CLIENT_SECRET: "introspection-4471ce",
      MCP_AUTH_INTROSPECTION_URL: "https://issuer.example/ask",
    });
    expect(rest).toMatchObject({
      audiences: ["a", "b"],
      algorithms: ["ES256", "Ed25519"],
      tokenTypes: new Set(["jwt", "at+jwt"]),
      scopeClaims: ["roles", "realm_access.roles"],
      tenantClaim: "tid",
      keysMs: 604_800_000,
    });
    expect(jwksUrl?.href).toBe("https://issuer.example/keys");
    expect([introspection?.id, introspection?.secret.reveal(), introspection?.url?.href]).toEqual([
      "me",
      "introspection-4471ce",
      "https://issuer.example/ask",
    ]);
  });

  it.each<[Record<string, string>, string]>([
    [{ MCP_AUTH_ISSUER: "" }, "MCP_AUTH_ISSUER has to be a URL without query and fragment (RFC 8414 §2)"],
    [{ MCP_AUTH_ISSUER: "https://a.example?b" }, "without query and fragment"],
    [{ MCP_AUTH_ISSUER: "https://a.example#b" }, "without query and fragment"],
    [{ MCP_AUTH_ISSUER: "http://a.example" }, "MCP_AUTH_ISSUER has to be an https URL without a user"],
    [{ MCP_AUTH_ISSUER: "https://me@a.example" }, "MCP_AUTH_ISSUER has to be an https URL without a user"],
    [{ MCP_PUBLIC_URL: "" }, "MCP_PUBLIC_URL has to be set, to a URL without query and fragment"],
    [{ MCP_PUBLIC_URL: "https://a.example?b" }, "MCP_PUBLIC_URL has to be set"],
    [{ MCP_PUBLIC_URL: "https://a.example#b" }, "MCP_PUBLIC_URL has to be set"],
    [{ MCP_AUTH_ALGORITHMS: "RS256,HS256" }, "MCP_AUTH_ALGORITHMS has to be a list of algorithms with a public key"],
    [{ MCP_AUTH_ALGORITHMS: "none" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ALGORITHMS: "xRS256" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ALGORITHMS: "RS256x" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ALGORITHMS: "," }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_KEYS_MS: "604800001" }, "MCP_AUTH_KEYS_MS has to be a whole number from 0 to 604800000"],
    [{ MCP_AUTH_KEYS_MS: "1.5" }, "MCP_AUTH_KEYS_MS"],
    [{ MCP_AUTH_KEYS_MS: "-1" }, "MCP_AUTH_KEYS_MS"],
    [{ MCP_AUTH_JWKS_URL: "http://a.example" }, "MCP_AUTH_JWKS_URL has to be an https URL"],
    [{ MCP_AUTH_CLIENT_ID: "me" }, "MCP_AUTH_CLIENT_ID and MCP_AUTH_CLIENT_SECRET have to be set, both"],
    [{ MCP_AUTH_CLIENT_SECRET: "introspection-4471ce" }, "have to be set, both"],
    [{ MCP_AUTH_INTROSPECTION_URL: "https://a.example" }, "have to be set, both"],
  ])("%j is refused", (environment, want) => expect(() => read(environment)).toThrow(want));
});
