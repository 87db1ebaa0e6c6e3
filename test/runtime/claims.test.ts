/** What is believed of an access token before and after it is proven, rule by rule, and of the settings for it. */
import { describe, expect, it } from "vitest";
import { callerOf, scopesOf } from "../../templates/always/src/runtime/authorization/caller.ts";
import { TokenFault } from "../../templates/always/src/runtime/authorization/faults.ts";
import {
  repeatsMember,
  refuseBound,
  unprovenToken,
} from "../../templates/always/src/runtime/authorization/jwt-access-token.ts";
import {
  type AuthoritySettings,
  isSafeUrl,
  readAuthoritySettings,
} from "../../templates/always/src/runtime/authorization/settings.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";

const settings = { issuer: "https://as.example", scopeClaims: ["scope", "scp"] } as unknown as AuthoritySettings;

describe("a caller", () => {
  const of = (claims: JsonObject, more: Partial<AuthoritySettings> = {}) => callerOf(claims, { ...settings, ...more });

  it.each<[JsonObject, Partial<AuthoritySettings>, object]>([
    [{ sub: "ann" }, {}, { id: "user:ann", subject: "ann", scopes: [] }],
    [{ sub: "ann/x y" }, {}, { id: "user:ann%2Fx%20y", subject: "ann/x y" }],
    [{ sub: "ann" }, { callers: "staff" }, { id: "staff:ann" }],
    [{ sub: "ann", org: "o" }, { tenantClaim: "org" }, { id: "user:o/ann", tenant: "o" }],
    [{ sub: "b", org: "o/a" }, { tenantClaim: "org" }, { id: "user:o%2Fa/b" }],
    [{ sub: "ann", client_id: "c" }, {}, { id: "user:ann", client: "c" }],
    [{ sub: "ann", azp: "z" }, {}, { client: "z" }],
    [{ sub: "ann", cid: "o" }, {}, { client: "o" }],
    [{ sub: "ann", appid: "e" }, {}, { client: "e" }],
    [{ sub: "ann", appid: "e", client_id: "c" }, {}, { client: "c" }],
    [{ client_id: "c" }, {}, { id: "user:c", subject: "c", client: "c" }],
    [{ sub: "x".repeat(255) }, {}, { subject: "x".repeat(255) }],
    [{ sub: "ann", scope: "a b" }, {}, { scopes: ["a", "b"], issuer: "https://as.example" }],
  ])("of %j with %j", (claims, more, want) => expect(of(claims, more)).toMatchObject({ claims, ...want }));

  it("has no tenant and no client where none is named", () => {
    expect(of({ sub: "ann", org: "o" })).not.toHaveProperty("tenant");
    expect(of({ sub: "ann" })).not.toHaveProperty("client");
  });

  it.each<[JsonObject, Partial<AuthoritySettings>, string]>([
    [{}, {}, "names no subject"],
    [{ sub: "" }, {}, "has a claim that is no name: sub"],
    [{ sub: 1 }, {}, "has a claim that is no name: sub"],
    [{ sub: "a\nb" }, {}, "has a claim that is no name: sub"],
    [{ sub: "a\u200eb" }, {}, "has a claim that is no name: sub"],
    [{ sub: "x".repeat(256) }, {}, "has a claim that is no name: sub"],
    [{ sub: "ann", client_id: [] }, {}, "has a claim that is no name: client_id"],
    [{ sub: "ann" }, { tenantClaim: "org" }, "names no organisation"],
    [{ sub: "ann", org: null }, { tenantClaim: "org" }, "has a claim that is no name: org"],
  ])("is nobody by %j with %j: %s", (claims, more, message) => {
    expect(() => of(claims, more)).toThrow(new TokenFault(message));
  });
});

it.each<[JsonObject, readonly string[], readonly string[]]>([
  [{ scope: "a  b a" }, ["scope"], ["a", "b"]],
  [{ scp: ["a", "b c", 1, ""] }, ["scp"], ["a", "b c"]],
  [{ scope: "a", scp: ["b", "a"] }, ["scope", "scp"], ["a", "b"]],
  [{ scope: "a", scp: ["b"] }, ["scp"], ["b"]],
  [{ scope: 1 }, ["scope"], []],
  [{}, ["scope", "constructor"], []],
])("the scopes of %j by %j are %j", (claims, names, scopes) => expect(scopesOf(claims, names)).toEqual(scopes));

it.each<[string, boolean]>([
  ['{"a":1,"b":2}', false],
  ['{"a":1,"a":2}', true],
  ['{"a":1,"\\u0061":2}', true],
  ['{"a":{"a":1},"b":{"a":1}}', false],
  ['{"a":[{"b":1},{"b":2}]}', false],
  ['{"a":[{"b":1,"b":2}]}', true],
  ['{"a":{"b":1},"a":2}', true],
  ['["a","a"]', false],
  ['{"a":"b","c":"b"}', false],
  ['{"a":"\\",\\"a\\":1"}', false],
  ['{"a":"{","a":1}', true],
  ['{"__proto__":1,"__proto__":2}', true],
  ["1", false],
])("%s names a member twice: %s", (json, twice) => expect(repeatsMember(json)).toBe(twice));

describe("a token", () => {
  const part = (value: unknown): string =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const header = part({ alg: "RS256" });

  it.each(["opaque", "", ".", "a.b.c", `${part("[]")}.${part({})}.x`, `${part("1")}.${part({})}.x`, "%%%.b.c"])(
    "%j is no JWT",
    (token) => expect(unprovenToken(token)).toBeUndefined(),
  );

  it.each([
    [header, "is no signed JWT"],
    [`${header}.${part({})}`, "is no signed JWT"],
    [`${header}.${part({})}.x.y`, "is no signed JWT"],
    [`${header}.${part({})}.x.y.z`, "is no signed JWT"],
    [`${header}..x`, "has no claims"],
    [`${header}.${part("[]")}.x`, "has no claims"],
    [`${header}.${part('{"sub":"a","sub":"b"}')}.x`, "names a member twice"],
    [`${part('{"alg":"none","alg":"RS256"}')}.${part({})}.x`, "names a member twice"],
  ])("%s %s", (token, message) => expect(() => unprovenToken(token)).toThrow(new TokenFault(message)));

  it("says what it says", () =>
    expect(unprovenToken(`${header}.${part({ sub: "a" })}.x`)).toEqual({
      header: { alg: "RS256" },
      claims: { sub: "a" },
    }));

  it("that is bound to a key is refused", () => {
    expect(() => refuseBound({ cnf: { jkt: "x" } })).toThrow("is bound to a key, and came without a proof of it");
    expect(() => refuseBound({ sub: "a" })).not.toThrow();
  });
});

it.each<[string, boolean]>([
  ["https://a.example", true],
  ["http://a.example", false],
  ["http://localhost:8080", true],
  ["http://127.0.0.1", true],
  ["http://[::1]", true],
  ["http://localhost.evil.example", false],
  ["https://ann@a.example", false],
  ["https://:pw@a.example", false],
  ["http://ann@localhost", false],
])("%s may have keys and secrets: %s", (url, safe) => expect(isSafeUrl(new URL(url))).toBe(safe));

describe("the settings of an authorization server", () => {
  const whole = { MCP_AUTH_ISSUER: "https://as.example/t", MCP_PUBLIC_URL: "https://mcp.example" };
  const read = (more: Readonly<Record<string, string>>) =>
    readAuthoritySettings({ environment: { ...whole, ...more }, readFile: () => "" } as unknown as Parameters<
      typeof readAuthoritySettings
    >[0]);

  it("are these, where little is set", () => {
    const found = read({});
    expect(found).toMatchObject({ issuer: "https://as.example/t", audiences: [], requiredScopes: [], scopePrefix: "" });
    expect(found.publicUrl.href).toBe("https://mcp.example/");
    for (const name of ["jwksUrl", "tenantClaim", "introspection"]) expect(found).not.toHaveProperty(name);
  });

  it("are lists between commas, types in lower case", () => {
    const found = read({
      MCP_AUTH_AUDIENCE: "a, b",
      MCP_AUTH_TOKEN_TYPES: "AT+JWT,JWT",
      MCP_AUTH_ALGORITHMS: "ES256,EdDSA",
    });
    expect(found.audiences).toEqual(["a", "b"]);
    expect([...found.tokenTypes]).toEqual(["at+jwt", "jwt"]);
    expect(found.algorithms).toEqual(["ES256", "EdDSA"]);
  });

  it.each(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"])(
    "may have the algorithm %s",
    (name) => expect(read({ MCP_AUTH_ALGORITHMS: name }).algorithms).toEqual([name]),
  );

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ MCP_AUTH_ALGORITHMS: "RS256,HS256" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ALGORITHMS: "none" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ALGORITHMS: "xRS256" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ALGORITHMS: "RS2567" }, "MCP_AUTH_ALGORITHMS"],
    [{ MCP_AUTH_ISSUER: "https://as.example?x=1" }, "MCP_AUTH_ISSUER"],
    [{ MCP_AUTH_ISSUER: "https://as.example#x" }, "MCP_AUTH_ISSUER"],
    [{ MCP_AUTH_ISSUER: "http://as.example" }, "MCP_AUTH_ISSUER"],
    [{ MCP_AUTH_ISSUER: "as" }, "MCP_AUTH_ISSUER"],
    [{ MCP_PUBLIC_URL: "" }, "MCP_PUBLIC_URL"],
    [{ MCP_PUBLIC_URL: "https://mcp.example?x=1" }, "MCP_PUBLIC_URL"],
    [{ MCP_AUTH_JWKS_URL: "http://as.example/keys" }, "MCP_AUTH_JWKS_URL"],
    [{ MCP_AUTH_KEYS_MS: "604800001" }, "MCP_AUTH_KEYS_MS"],
    [{ MCP_AUTH_KEYS_MS: "-1" }, "MCP_AUTH_KEYS_MS"],
    [{ MCP_AUTH_KEYS_MS: "1.5" }, "MCP_AUTH_KEYS_MS"],
    [{ MCP_AUTH_CLIENT_ID: "me" }, "MCP_AUTH_CLIENT_SECRET"],
    [{ MCP_AUTH_CLIENT_SECRET: "secret-secret" }, "MCP_AUTH_CLIENT_ID"],
    [{ MCP_AUTH_INTROSPECTION_URL: "https://as.example/i" }, "MCP_AUTH_CLIENT_ID"],
  ])("%j is refused, and names %s", (more, name) => expect(() => read(more)).toThrow(name));

  it("keep keys for a week at most, and ask with both of a client's names", () => {
    expect(read({ MCP_AUTH_KEYS_MS: "604800000" }).keysMs).toBe(604_800_000);
    expect(read({ MCP_AUTH_KEYS_MS: "0" }).keysMs).toBe(0);
    const { introspection } = read({ MCP_AUTH_CLIENT_ID: "me", MCP_AUTH_CLIENT_SECRET: "secret-secret" });
    expect(introspection).toMatchObject({ id: "me" });
    expect(introspection).not.toHaveProperty("url");
  });
});
