/** The tokens that clients may send, what each scheme of an API needs from its owner, and where access tokens come from. */
import { describe, expect, it } from "vitest";
import { AccessTokens, refuseShort } from "../../templates/always/src/runtime/access/access-tokens.ts";
import type { SecurityScheme } from "../../templates/always/src/runtime/data/model.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import {
  headerValue,
  missingVariables,
  type OAuthTokens,
} from "../../templates/always/src/runtime/upstream/security-scheme.ts";

const long = "a-token-of-sixteen-letters";
const other = "b-token-of-sixteen-letters";
const secret = (text: string | undefined): Secret | undefined => (text === undefined ? undefined : new Secret(text));
const tokens = (single: string | undefined, named: unknown, scopes: readonly string[] = ["all"]): AccessTokens =>
  new AccessTokens(
    secret(single),
    named === undefined ? undefined : new Secret(typeof named === "string" ? named : JSON.stringify(named)),
    scopes,
  );
const fault = (run: () => unknown): readonly unknown[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return [error.message, error.hint];
    throw error;
  }
  return ["none"];
};

describe("a token of a client", () => {
  it("tells who it is of, and what they may", async () => {
    const made = tokens(long, { ada: { token: other, scopes: ["pets"] }, "bob@x.y-z_1": { token: `${other}2` } });
    expect(made.isEmpty).toBe(false);
    // SHA-256 of the token; never the token itself.
    expect(await made.holderOf(long)).toEqual({ id: "token:a71196a4f23b", scopes: ["all"] });
    expect(await made.holderOf(other)).toEqual({ id: "token:ada", scopes: ["pets"] });
    expect(await made.holderOf(`${other}2`)).toEqual({ id: "token:bob@x.y-z_1", scopes: ["all"] });
    for (const wrong of ["", long.slice(1), `${long} `, long.toUpperCase()])
      expect(await made.holderOf(wrong)).toBeUndefined();
    const none = tokens(undefined, undefined);
    expect([none.isEmpty, await none.holderOf("")]).toEqual([true, undefined]);
  });

  const hint = "Make one with: openssl rand -base64 32";
  const shape = 'MCP_AUTH_TOKENS has to be a JSON object such as {"ada":{"token":"…","scopes":["pets"]}}';
  const name = 'has no name that can be used: up to 64 letters, digits and ".", "-", "_", "@"';
  it.each<[string | undefined, unknown, readonly unknown[]]>([
    ["q9~7".repeat(4), undefined, ["none"]],
    ["q9~".repeat(5), undefined, ["MCP_AUTH_TOKEN needs a token of at least 16 characters, without spaces", hint]],
    [
      "a ~token~ with spaces",
      undefined,
      ["MCP_AUTH_TOKEN needs a token of at least 16 characters, without spaces", hint],
    ],
    [undefined, "no~json~at~all", [shape, undefined]],
    [undefined, [], [shape, undefined]],
    [undefined, { "a b": { token: long } }, [`MCP_AUTH_TOKENS, entry 1, ${name}`, undefined]],
    [undefined, { ["a".repeat(65)]: { token: long } }, [`MCP_AUTH_TOKENS, entry 1, ${name}`, undefined]],
    [undefined, { ["a".repeat(64)]: { token: long } }, ["none"]],
    [undefined, { a: { token: long }, b: {} }, ['MCP_AUTH_TOKENS, entry 2, has no "token"', undefined]],
    [undefined, { a: long }, ['MCP_AUTH_TOKENS, entry 1, has no "token"', undefined]],
    [
      undefined,
      { a: { token: long, scopes: "pets" } },
      ['MCP_AUTH_TOKENS, entry 1, has "scopes" that are no list of texts', undefined],
    ],
    [
      undefined,
      { a: { token: long, scopes: ["pets", 1] } },
      ['MCP_AUTH_TOKENS, entry 1, has "scopes" that are no list of texts', undefined],
    ],
    [
      undefined,
      { a: { token: "q9~" } },
      ["MCP_AUTH_TOKENS, entry 1, needs a token of at least 16 characters, without spaces", hint],
    ],
    [
      long,
      { a: { token: long } },
      ["MCP_AUTH_TOKENS has the same token twice: nobody could tell its callers apart", undefined],
    ],
  ])("%s and %j: %j", (single, named, want) => expect(fault(() => tokens(single, named))).toEqual(want));

  it("and a key are measured alike", () =>
    expect(fault(() => refuseShort("KEY", "q9~", "key"))).toEqual([
      "KEY needs a key of at least 16 characters, without spaces",
      hint,
    ]));
});

describe("what is missing before a scheme can be used", () => {
  const oauth: OAuthTokens = { token: () => Promise.reject(new Error("not asked")), rejected: () => undefined };
  const missing = (scheme: unknown, set: string, fetches = true): string =>
    missingVariables(scheme as SecurityScheme, {
      environment: Object.fromEntries(set.split(" ").map((name) => [name, "x"])),
      oauth: fetches ? oauth : undefined,
    }).join(" ");
  const key = { type: "apiKey", environment: { value: "KEY" } };
  const bearer = { type: "http", scheme: "bearer", environment: { value: "TOKEN" } };
  const basic = { type: "http", scheme: "basic", environment: { username: "USER", password: "PASSWORD" } };
  const mutual = { type: "mutualTLS", environment: { certificate: "CERT", key: "KEY", authority: "CA" } };
  const environment = { accessToken: "ACCESS", clientId: "ID", clientSecret: "SECRET", refreshToken: "REFRESH" };
  const plain = { type: "oauth2", environment };
  const client = { ...plain, clientCredentials: { tokenUrl: "t" } };
  const refresh = { ...plain, refresh: { tokenUrl: "t" } };
  const both = { ...client, ...refresh };
  const openId = { type: "openIdConnect", environment };
  it.each<[unknown, string, string]>([
    [key, "", "KEY"],
    [key, "KEY", ""],
    [key, "KEY_FILE", ""],
    [bearer, "", "TOKEN"],
    [bearer, "TOKEN", ""],
    [basic, "", "USER PASSWORD"],
    [basic, "USER", ""],
    [basic, "PASSWORD", ""],
    [basic, "PASSWORD_FILE", ""],
    [mutual, "", "CERT KEY"],
    [mutual, "CERT", "KEY"],
    [mutual, "CERT KEY", ""],
    [plain, "", "ACCESS"],
    [plain, "ID SECRET REFRESH", "ACCESS"],
    [plain, "ACCESS", ""],
    [client, "", "ID SECRET"],
    [client, "ID", "SECRET"],
    [client, "ID SECRET", ""],
    [client, "REFRESH", "ID SECRET"],
    [client, "ACCESS_FILE", ""],
    [refresh, "", "ACCESS"],
    [refresh, "ID SECRET", "ACCESS"],
    [refresh, "REFRESH", "ID"],
    [refresh, "REFRESH ID", ""],
    [both, "REFRESH", "ID"],
    [both, "", "ID SECRET"],
    [openId, "", "ID SECRET"],
    [openId, "REFRESH", "ID"],
    [openId, "REFRESH_FILE ID", ""],
  ])("%j with %j: %j", (scheme, set, want) => expect(missing(scheme, set)).toBe(want));

  it("is the access token where none can be fetched", () => {
    expect([client, both, openId].map((scheme) => missing(scheme, "ID SECRET REFRESH", false))).toEqual([
      "ACCESS",
      "ACCESS",
      "ACCESS",
    ]);
  });
});

it.each([
  ["abc \t~", true],
  ["ü", true],
  ["", false],
  ["a\nb", false],
  ["a\u007f", false],
  ["€", false],
])("a header can hold the secret %j: %s", (value, can) => {
  const run = (): string => headerValue("KEY", new Secret(value));
  if (can) expect(run()).toBe(value);
  else
    expect(fault(run)).toEqual([
      "KEY holds characters that no header can carry",
      "Check it for line breaks and characters that were pasted along.",
    ]);
});
