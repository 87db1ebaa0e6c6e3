/** Access tokens: those that are accepted, and every way in which one can be forged, stale, or another's. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { exportSPKI, SignJWT } from "jose";
import type { Authority } from "../../templates/always/src/runtime/access/authority.js";
import { createAuthority } from "../../templates/always/src/runtime/authorization/authorization.js";
import { repeatsMember } from "../../templates/always/src/runtime/authorization/jwt-access-token.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { Issuer, type IssuerKey, issuerKey, part, seconds } from "./issuer.js";

let issuer: Issuer;
let key: IssuerKey;
let foreign: IssuerKey;
const lines: string[] = [];

/** The keys of all are the same: making one takes long. */
function authority(more: Record<string, string> = {}, path = "/mcp") {
  const made: Authority = createAuthority({
    host: {
      environment: { MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com", ...more },
      exchange: issuer.exchange,
    },
    log: createLog("debug", (line) => lines.push(line)),
    title: "Shop",
    scopes: () => ["pets:read"],
  });
  return { ...made, of: (token: string | undefined) => made.callerOf(token, path) };
}

beforeAll(async () => {
  key = await issuerKey("first");
  foreign = await issuerKey("first");
  issuer = new Issuer([key, await issuerKey("rsa", "RS256")]);
});

const head = (more: object = {}): string => part({ alg: "ES256", kid: "first", typ: "at+jwt", ...more });
const body = (more: object = {}): string =>
  part({ iss: issuer.url, aud: "https://mcp.example.com/mcp", sub: "eve", exp: seconds() + 300, ...more });
const signature = async (): Promise<string> => (await issuer.token()).split(".")[2] ?? "";
/** Signed by the right key, with text in place of the claims. */
async function signedText(header: string, claims: string): Promise<string> {
  const data = `${part(header)}.${part(claims)}`;
  const signed = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    key.pair.privateKey as Parameters<typeof crypto.subtle.sign>[1],
    new TextEncoder().encode(data),
  );
  return `${data}.${Buffer.from(signed).toString("base64url")}`;
}
const hmac = (secret: string, header: object = {}): Promise<string> =>
  new SignJWT({ iss: issuer.url, aud: "https://mcp.example.com/mcp", sub: "eve", exp: seconds() + 300 })
    .setProtectedHeader({ alg: "HS256", kid: "first", typ: "at+jwt", ...header })
    .sign(new TextEncoder().encode(secret));

const forged: readonly (readonly [string, () => Promise<string> | string, RegExp])[] = [
  ["of another issuer", () => issuer.token({ iss: "https://evil.example" }), /another issuer/],
  ["of an issuer with a slash more", () => issuer.token({ iss: `${issuer.url}/` }), /another issuer/],
  ["of an issuer that is a list", () => issuer.token({ iss: [issuer.url] }), /another issuer/],
  ["without an issuer", () => issuer.token({ iss: undefined }), /iss/],
  ["for another audience", () => issuer.token({ aud: "https://api.example.com" }), /another audience/],
  ["for this host, another path", () => issuer.token({ aud: "https://mcp.example.com/mcp2" }), /another audience/],
  ["for the audience with a slash more", () => issuer.token({ aud: "https://mcp.example.com/mcp/" }), /audience/],
  ["for a part of the server", () => issuer.token({ aud: "https://mcp.example.com/mcp/pets" }), /audience/],
  ["for the audience in capitals", () => issuer.token({ aud: "HTTPS://MCP.EXAMPLE.COM/mcp" }), /audience/],
  ["for a list of others", () => issuer.token({ aud: ["https://a.example", "https://b.example"] }), /audience/],
  ["for an empty list", () => issuer.token({ aud: [] }), /audience/],
  ["for an object", () => issuer.token({ aud: { "https://mcp.example.com/mcp": true } }), /audience/],
  ["without an audience", () => issuer.token({ aud: undefined }), /aud/],
  ["for the client, as an ID token is", () => issuer.token({ aud: "claude" }), /another audience/],
  ["that has expired", () => issuer.token({ exp: seconds() - 60 }), /expired/],
  ["that expired just beyond the leeway", () => issuer.token({ exp: seconds() - 7 }), /expired/],
  ["without an end", () => issuer.token({ exp: undefined }), /exp/],
  ["whose end is a text", () => issuer.token({ exp: String(seconds() + 300) as never }), /exp|verified/],
  [
    "that ends never",
    () =>
      signedText(
        '{"alg":"ES256","kid":"first","typ":"at+jwt"}',
        `{"iss":"${issuer.url}","aud":"https://mcp.example.com/mcp","sub":"eve","exp":"Infinity"}`,
      ),
    /exp/,
  ],
  ["that begins in the future", () => issuer.token({ nbf: seconds() + 60 }), /not valid yet/],
  ["whose beginning is a text", () => issuer.token({ nbf: "now" as never }), /not valid yet/],
  ["without a subject", () => issuer.token({ sub: undefined }), /sub/],
  ["with an empty subject", () => issuer.token({ sub: "" }), /sub/],
  ["with a subject that is a list", () => issuer.token({ sub: ["ada"] as never }), /sub|verified/],
  ["with a subject of 300 characters", () => issuer.token({ sub: "a".repeat(300) }), /sub/],
  ["with a line break in its subject", () => issuer.token({ sub: "ada\nbob" }), /sub/],
  ["with a direction mark in its client", () => issuer.token({ client_id: "\u202ecl" }), /client_id/],
  ["of no algorithm", () => `${head({ alg: "none" })}.${body()}.`, /algorithm/],
  ["of no algorithm, spelled otherwise", () => `${head({ alg: "NoNe" })}.${body()}.`, /algorithm/],
  [
    "of no algorithm, with a signature",
    async () => `${head({ alg: "none" })}.${body()}.${await signature()}`,
    /algorithm/,
  ],
  ["without an algorithm", async () => `${head({ alg: undefined })}.${body()}.${await signature()}`, /algorithm/],
  ["signed with the public key as a secret", async () => hmac(await exportSPKI(key.pair.publicKey)), /algorithm/],
  ["signed with the public key's JSON as a secret", () => hmac(JSON.stringify(key.jwk)), /algorithm/],
  ["signed with an empty secret's neighbour", () => hmac("secret"), /algorithm/],
  ["signed with another key of the same name", () => issuer.token({}, {}, foreign), /signature/],
  ["with a key of a name that is not there", () => issuer.token({}, { kid: "other" }), /key/],
  ["with a path in place of a key's name", () => issuer.token({}, { kid: "../../../../dev/null" }), /key/],
  ["with SQL in place of a key's name", () => issuer.token({}, { kid: "x' UNION SELECT 'a" }), /key/],
  ["with an object in place of a key's name", () => issuer.token({}, { kid: { a: 1 } }), /key|verified/],
  ["with the name of a key of another kind", () => issuer.token({}, { kid: "rsa" }), /key/],
  ["that brings its own key", () => issuer.token({}, { jwk: foreign.jwk }, foreign), /signature/],
  [
    "that brings its own key, and no name",
    () => issuer.token({}, { jwk: foreign.jwk, kid: undefined }, foreign),
    /signature/,
  ],
  ["that says where its key is", () => issuer.token({}, { jku: "https://evil.example/keys" }, foreign), /signature/],
  [
    "that says where its certificate is",
    () => issuer.token({}, { x5u: "https://evil.example/c" }, foreign),
    /signature/,
  ],
  ["that brings its own certificate", () => issuer.token({}, { x5c: ["MIIB"] }, foreign), /signature/],
  ["with an extension that nobody knows", () => issuer.token({}, { crit: ["exp"], exp: 1 }), /extension/],
  ["with a payload that is not encoded", () => issuer.token({}, { crit: ["b64"], b64: true }), /extension/],
  ["with an empty list of extensions", async () => `${head({ crit: [] })}.${body()}.${await signature()}`, /extension/],
  ["of the type of ID tokens", () => issuer.token({}, { typ: "JWT" }), /type/],
  ["of the type of logout tokens", () => issuer.token({}, { typ: "logout+jwt" }), /type/],
  ["of the type of proofs", () => issuer.token({}, { typ: "dpop+jwt" }), /type/],
  ["without a type", () => issuer.token({}, { typ: undefined }), /type/],
  ["that is bound to a key", () => issuer.token({ cnf: { jkt: "abc" } }), /bound/],
  ["that is an ID token, with the type of an access token", () => issuer.token({ nonce: "n", at_hash: "h" }), /kind/],
  ["that says it refreshes", () => issuer.token({ typ: "Refresh" }), /kind/],
  ["whose claims were changed", async () => `${head()}.${body({ sub: "admin" })}.${await signature()}`, /signature/],
  [
    "whose header was changed",
    async () => {
      const [, claims, signed] = (await issuer.token()).split(".");
      return `${head({ a: 1 })}.${claims}.${signed}`;
    },
    /signature/,
  ],
  [
    "without a signature",
    async () => `${(await issuer.token()).split(".").slice(0, 2).join(".")}.`,
    /signature|verified/,
  ],
  [
    "with a signature of zeros",
    async () => `${(await issuer.token()).split(".").slice(0, 2).join(".")}.${"A".repeat(86)}`,
    /signature/,
  ],
  ["cut in its signature", async () => (await issuer.token()).slice(0, -10), /signature|verified/],
  ["cut in its claims", async () => (await issuer.token()).split(".").slice(0, 1).join(".") + ".eyJ.x", /claims/],
  ["of two parts", async () => (await issuer.token()).split(".").slice(0, 2).join("."), /signed JWT/],
  ["of five parts, as an encrypted one", async () => `${await issuer.token()}.a.b`, /signed JWT/],
  [
    "that names a claim twice",
    () =>
      signedText(
        '{"alg":"ES256","kid":"first","typ":"at+jwt"}',
        `{"iss":"${issuer.url}","aud":"https://mcp.example.com/mcp","sub":"ada","sub":"eve","exp":${seconds() + 300}}`,
      ),
    /twice/,
  ],
  [
    "that names a claim twice, once escaped",
    () =>
      signedText(
        '{"alg":"ES256","kid":"first","typ":"at+jwt"}',
        `{"iss":"${issuer.url}","aud":"https://mcp.example.com/mcp","sub":"ada","s\\u0075b":"eve","exp":${seconds() + 300}}`,
      ),
    /twice/,
  ],
  [
    "that names its algorithm twice",
    () =>
      signedText(
        '{"alg":"none","alg":"ES256","kid":"first","typ":"at+jwt"}',
        `{"iss":"${issuer.url}","aud":"https://mcp.example.com/mcp","sub":"ada","exp":${seconds() + 300}}`,
      ),
    /twice/,
  ],
  ["whose claims are a list", () => signedText('{"alg":"ES256","kid":"first","typ":"at+jwt"}', "[]"), /claims/],
  ["whose claims are no JSON", () => signedText('{"alg":"ES256","kid":"first","typ":"at+jwt"}', "{"), /claims/],
  ["of 9,000 characters", () => issuer.token({ more: "a".repeat(9_000) }), /longer than 8192/],
  ["of a megabyte", () => "a".repeat(1_048_576), /longer than 8192/],
  ["that is no JWT", () => "an-opaque-token-of-somebody", /no JWT/],
  ["with characters that no token has", async () => `${await issuer.token()}"`, /characters/],
  ["that is a password", () => "hunter2", /no JWT/],
];

describe(`of ${forged.length} tokens that are forged, stale or another's, is refused one`, () => {
  it.each(forged)("%s", async (_case, make, reason) => {
    const token = await make();
    const door = authority();
    lines.length = 0;
    const refusal = await door.of(token);
    expect(refusal).toMatchObject({
      status: 401,
      message: expect.stringMatching(reason) as string,
      headers: {
        "WWW-Authenticate": expect.stringMatching(
          /^Bearer resource_metadata="https:\/\/mcp\.example\.com\/\.well-known\/oauth-protected-resource\/mcp", scope="pets:read", error="invalid_token", error_description="[^"\\]*"$/,
        ) as string,
      },
    });
    // Neither to who sent it nor in the log.
    const said = `${JSON.stringify(refusal)}${lines.join("")}`;
    for (const piece of token.split(".").filter(({ length }) => length > 6)) expect(said).not.toContain(piece);
    // What a token says of keys is not followed.
    expect(issuer.asked.every((path) => issuer.answers.has(path))).toBe(true);
  });
});

/** With times that are given as seconds from now. */
const fromNow = (claims: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, typeof value === "number" ? seconds() + value : value]),
  );

describe("a token is accepted", () => {
  it("that is as it has to be, and names its caller", async () => {
    expect(await authority().of(await issuer.token({ scope: "pets:read pets:write" }))).toMatchObject({
      id: "user:ada",
      subject: "ada",
      client: "claude",
      issuer: issuer.url,
      scopes: ["pets:read", "pets:write"],
      claims: { sub: "ada" },
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["with a type in full", {}, { typ: "application/at+jwt" }],
    ["with a type in capitals", {}, { typ: "AT+JWT" }],
    ["whose list of audiences has the right one", { aud: ["https://a.example", "https://mcp.example.com/mcp"] }, {}],
    ["for the whole server", { aud: "https://mcp.example.com/mcp" }, {}],
    ["that expired within the leeway", { exp: -2 }, {}],
    ["that begins within the leeway", { nbf: 2 }, {}],
    ["of another key of the issuer", {}, { kid: "rsa", alg: "RS256" }],
  ])("%s", async (_case, claims, header) => {
    // The clock stands still, however long the test takes.
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const signer = issuer.keys.find(({ kid }) => kid === header["kid"]) ?? key;
      expect(await authority().of(await issuer.token(fromNow(claims), header, signer))).toMatchObject({
        id: "user:ada",
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it("for a path above the one that it is sent to, and not for one below", async () => {
    const whole = await issuer.token();
    const slice = await issuer.token({ aud: "https://mcp.example.com/mcp/pets" });
    const under = authority({}, "/mcp/pets");
    expect(await under.of(whole)).toMatchObject({ id: "user:ada" });
    expect(await under.of(slice)).toMatchObject({ id: "user:ada" });
    expect(await authority({}, "/mcp/orders").of(slice)).toMatchObject({ status: 401 });
    expect(await authority().of(slice)).toMatchObject({ status: 401 });
  });

  it("for the audiences that are set, and then for no other", async () => {
    const door = authority({ MCP_AUTH_AUDIENCE: "api://shop, https://shop.example.com" });
    expect(await door.of(await issuer.token({ aud: "api://shop" }))).toMatchObject({ id: "user:ada" });
    expect(await door.of(await issuer.token())).toMatchObject({ status: 401 });
  });

  it("of servers that do not mark access tokens, where that is set, and no ID token", async () => {
    const door = authority({ MCP_AUTH_TOKEN_TYPES: "at+jwt,JWT" });
    const plain = { typ: "JWT" };
    expect(await door.of(await issuer.token({}, plain))).toMatchObject({ id: "user:ada" });
    expect(await door.of(await issuer.token({}, { typ: undefined }))).toMatchObject({ id: "user:ada" });
    expect(await door.of(await issuer.token({ typ: "Bearer" }, plain))).toMatchObject({ id: "user:ada" });
    for (const claims of [{ nonce: "n" }, { at_hash: "h" }, { typ: "ID" }, { token_use: "id" }, { events: {} }])
      expect(await door.of(await issuer.token(claims, plain)), JSON.stringify(claims)).toMatchObject({ status: 401 });
  });

  it("only of the algorithms that are set", async () => {
    const door = authority({ MCP_AUTH_ALGORITHMS: "RS256" });
    expect(await door.of(await issuer.token())).toMatchObject({ status: 401 });
    expect(await door.of(await issuer.token({}, {}, issuer.keys[1]))).toMatchObject({ id: "user:ada" });
  });
});

describe("scopes, client and organisation", () => {
  it.each<[string, Record<string, unknown>, string, readonly string[]]>([
    ["words of scope", { scope: "a  b a" }, "scope,scp", ["a", "b"]],
    ["a list of scp (Okta)", { scope: undefined, scp: ["a", "b"] }, "scope,scp", ["a", "b"]],
    ["words of scp (Entra ID)", { scope: undefined, scp: "a b" }, "scope,scp", ["a", "b"]],
    ["roles, where they are set", { scope: "a", roles: ["b"] }, "scope,roles", ["a", "b"]],
    ["roles, where they are not", { scope: "a", roles: ["b"] }, "scope,scp", ["a"]],
    ["a claim within a claim (Keycloak)", { realm_access: { roles: ["b"] } }, "realm_access.roles", ["b"]],
    ["a claim with dots in its name (Auth0)", { "https://a.example/roles": ["b"] }, "https://a.example/roles", ["b"]],
    ["none", { scope: undefined }, "scope,scp", []],
    ["an empty text", { scope: "" }, "scope,scp", []],
    ["what is no text", { scope: { a: 1 }, scp: [1, "a"] }, "scope,scp", ["a"]],
    ["nothing inherited", { scope: undefined }, "constructor.name", []],
  ])("%s", async (_case, claims, names, scopes) => {
    const door = authority({ MCP_AUTH_SCOPE_CLAIMS: names });
    expect(await door.of(await issuer.token(claims))).toMatchObject({ scopes });
  });

  it.each(["client_id", "azp", "cid", "appid"])("the client is %s", async (claim) => {
    const token = await issuer.token({ client_id: undefined, [claim]: "cursor" });
    expect(await authority().of(token)).toMatchObject({ client: "cursor" });
  });

  it("a caller of two organisations is two, and no pair of names has the id of another", async () => {
    const door = authority({ MCP_AUTH_TENANT_CLAIM: "tid" });
    const of = async (tid: unknown, sub: string): Promise<unknown> => door.of(await issuer.token({ tid, sub }));
    expect(await of("a", "ada")).toMatchObject({ id: "user:a/ada", tenant: "a" });
    expect(await of("b", "ada")).toMatchObject({ id: "user:b/ada", tenant: "b" });
    expect(await of("a/b", "c")).toMatchObject({ id: "user:a%2Fb/c" });
    expect(await of("a", "b/c")).toMatchObject({ id: "user:a/b%2Fc" });
    expect(await of(undefined, "ada")).toMatchObject({ status: 401, message: /organisation/ });
    expect(await of(["a"], "ada")).toMatchObject({ status: 401 });
  });

  it("that every token has to have are asked for with 403, by all their names", async () => {
    const door = authority({ MCP_AUTH_SCOPES: "mcp, pets:read" });
    expect(await door.of(await issuer.token({ scope: "mcp pets:read" }))).toMatchObject({ id: "user:ada" });
    for (const scope of [undefined, "", "mcp"])
      expect(await door.of(await issuer.token({ scope }))).toMatchObject({
        status: 403,
        headers: { "WWW-Authenticate": /scope="mcp pets:read", error="insufficient_scope"$/ },
      });
  });
});

describe("a server is not started", () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ["with an issuer in clear text", { MCP_AUTH_ISSUER: "http://id.example.com" }, /MCP_AUTH_ISSUER.*https/],
    ["with an issuer that is none", { MCP_AUTH_ISSUER: "id" }, /MCP_AUTH_ISSUER/],
    ["with an issuer that has a query", { MCP_AUTH_ISSUER: "https://id.example.com?a" }, /without query/],
    ["with a user in the issuer's URL", { MCP_AUTH_ISSUER: "https://a:b@id.example.com" }, /without a user/],
    ["without its own URL", { MCP_PUBLIC_URL: "" }, /MCP_PUBLIC_URL has to be set/],
    ["with keys in clear text", { MCP_AUTH_JWKS_URL: "http://id.example.com/keys" }, /MCP_AUTH_JWKS_URL/],
    ["with no algorithm", { MCP_AUTH_ALGORITHMS: "none" }, /public key/],
    ["with an algorithm of secrets", { MCP_AUTH_ALGORITHMS: "RS256,HS256" }, /public key/],
    ["with an endless age of keys", { MCP_AUTH_KEYS_MS: "Infinity" }, /MCP_AUTH_KEYS_MS/],
    ["with half a client", { MCP_AUTH_CLIENT_ID: "mcp" }, /both/],
  ])("%s", (_case, more, message) => expect(() => authority(more)).toThrow(message));
});

it.each([
  ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', false],
  ['{"a":"{\\"a\\":1,\\"a\\":2}"}', false],
  ['{"a":1,"a":2}', true],
  ['{"x":{"a":1,"\\u0061":2}}', true],
  ['[{"a":[],"a":{}}]', true],
  ['{"a\\\\":1,"a":2}', false],
  ['{"__proto__":1,"__proto__":2}', true],
])("whether %s names a member twice: %s", (text, want) => expect(repeatsMember(text)).toBe(want));
