import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { environmentCredentials, type OAuthTokens } from "../../templates/always/src/runtime/credentials.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import type { ApiData, HttpPlan } from "../../templates/always/src/runtime/data/model.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { api, schemes } from "./credentials-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "credentials-"));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

afterAll(() => rmSync(folder, { recursive: true }));

const described = api(schemes);
const needs = (...alternatives: readonly string[][]): HttpPlan["security"] =>
  alternatives.map((names) => names.map((scheme) => ({ scheme, scopes: [] })));

interface Given {
  readonly api?: ApiData;
  readonly security?: HttpPlan["security"];
  readonly environment?: NodeJS.ProcessEnv;
  readonly trusted?: boolean;
  readonly oauth?: OAuthTokens;
}

function credentials({ api: data = described, security = [], environment = {}, trusted = true, oauth }: Given) {
  return environmentCredentials({ environment, oauth })({
    api: data,
    security,
    baseUrl: {
      url: "https://api.example.com",
      origin: "https://api.example.com",
      trusted,
      allowPrivate: false,
      variable: "SHOP_BASE_URL",
    },
    caller: { id: "local" },
    signal: new AbortController().signal,
    host: nodeHost({}, readSettings({})),
  });
}

async function refusal(given: Given): Promise<ConfigurationError> {
  const result = await credentials(given).catch((error: unknown) => error);
  if (result instanceof ConfigurationError) return result;
  throw new Error(`Expected a ConfigurationError, got ${JSON.stringify(result)}`);
}

const nothing = { headers: [], query: [], cookies: [] };
const authorization = (value: string) => ({ ...nothing, headers: [["Authorization", value]] });

describe("schemes", () => {
  it.each<[string, NodeJS.ProcessEnv, object]>([
    ["header", { PETS_HEADER: "k e y" }, { ...nothing, headers: [["X-API-Key", "k e y"]] }],
    ["query", { PETS_QUERY: "a&b=ü" }, { ...nothing, query: [["api_key", "a&b=ü"]] }],
    ["cookie", { PETS_COOKIE: "abc" }, { ...nothing, cookies: [["session", "abc"]] }],
    [
      "basic",
      { PETS_USERNAME: "Aladdin", PETS_PASSWORD: "open sesame" },
      authorization("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
    ],
    ["basic", { PETS_USERNAME: "tést", PETS_PASSWORD: "" }, authorization("Basic dMOpc3Q6")],
    ["basic", { PETS_USERNAME: "key" }, authorization(`Basic ${btoa("key:")}`)],
    ["basic", { PETS_PASSWORD: "key" }, authorization(`Basic ${btoa(":key")}`)],
    ["basic", { PETS_USERNAME: "key:" }, authorization(`Basic ${btoa("key:")}`)],
    ["basic", { PETS_USERNAME: "u:p" }, authorization(`Basic ${btoa("u:p")}`)],
    ["prefixed", { PETS_PREFIXED: "abc" }, { ...nothing, headers: [["authorization", "Bearer abc"]] }],
    ["prefixed", { PETS_PREFIXED: "bearer abc" }, { ...nothing, headers: [["authorization", "bearer abc"]] }],
    ["prefixed", { PETS_PREFIXED: "Token abc" }, { ...nothing, headers: [["authorization", "Token abc"]] }],
    ["encoded", { PETS_ENCODED: "u:p" }, authorization(`Basic ${btoa("u:p")}`)],
    ["encoded", { PETS_ENCODED: btoa("u:p") }, authorization(`Basic ${btoa("u:p")}`)],
    ["encoded", { PETS_ENCODED: "Basic abc" }, authorization("Basic abc")],
    ["bearer", { PETS_BEARER: "abc" }, authorization("Bearer abc")],
    ["bearer", { PETS_BEARER: "Bearer abc" }, authorization("Bearer abc")],
    ["bearer", { PETS_BEARER: " abc\n" }, authorization("Bearer abc")],
    ["token", { PETS_TOKEN: "abc" }, authorization("Token abc")],
    ["oauth", { PETS_OAUTH_ACCESS_TOKEN: "abc" }, authorization("Bearer abc")],
    ["openid", { PETS_OPENID_ACCESS_TOKEN: "abc" }, authorization("Bearer abc")],
  ])("%s with %j", async (scheme, environment, want) => {
    expect(await credentials({ security: needs([scheme]), environment })).toEqual(want);
  });

  it("reads PEM files", async () => {
    const environment = {
      PETS_CERTIFICATE: file("certificate.pem", "certificate text"),
      PETS_KEY: file("key.pem", "canary key text"),
      PETS_AUTHORITY: file("authority.pem", "authority text"),
    };
    const { certificate } = await credentials({ security: needs(["mutual"]), environment });
    expect(certificate).toEqual({
      certificate: "certificate text",
      key: "canary key text",
      authority: "authority text",
    });
  });

  it("reads a secret from a file, anew for each call", async () => {
    const environment = { PETS_BEARER_FILE: file("token", "canary-first\n") };
    const given = { security: needs(["bearer"]), environment };
    expect(await credentials(given)).toEqual(authorization("Bearer canary-first"));
    file("token", "canary-second");
    expect(await credentials(given)).toEqual(authorization("Bearer canary-second"));
  });
});

describe("alternatives", () => {
  it.each<[string, HttpPlan["security"], NodeJS.ProcessEnv, object]>([
    ["no requirement", needs(), { PETS_BEARER: "abc" }, nothing],
    ["an anonymous one only", needs([]), { PETS_BEARER: "abc" }, nothing],
    [
      "the first complete one",
      needs(["header", "query"], ["bearer"]),
      { PETS_HEADER: "h", PETS_BEARER: "b" },
      authorization("Bearer b"),
    ],
    [
      "all of one",
      needs(["header", "query"]),
      { PETS_HEADER: "h", PETS_QUERY: "q" },
      { ...nothing, headers: [["X-API-Key", "h"]], query: [["api_key", "q"]] },
    ],
    [
      "the order of the document",
      needs(["bearer"], ["header"]),
      { PETS_HEADER: "h", PETS_BEARER: "b" },
      authorization("Bearer b"),
    ],
    ["credentials before none", needs([], ["bearer"]), { PETS_BEARER: "b" }, authorization("Bearer b")],
    ["none if nothing is set", needs(["bearer"], []), {}, nothing],
    ["an empty variable is not set", needs(["bearer"], []), { PETS_BEARER: "" }, nothing],
    [
      "a scheme that is not described",
      needs(["__proto__"], ["bearer"]),
      { PETS_BEARER: "b" },
      authorization("Bearer b"),
    ],
  ])("%s", async (_name, security, environment, want) => {
    expect(await credentials({ security, environment })).toEqual(want);
  });

  it.each<[HttpPlan["security"], NodeJS.ProcessEnv, string]>([
    [needs(["bearer"]), {}, "Set PETS_BEARER in"],
    [needs(["header", "query"], ["bearer"]), { PETS_HEADER: "h" }, "Set PETS_QUERY, or PETS_BEARER in"],
    [needs(["basic"]), {}, "Set PETS_USERNAME and PETS_PASSWORD in"],
    [needs(["basic"]), { PETS_USERNAME: "", PETS_PASSWORD: "" }, "Set PETS_USERNAME and PETS_PASSWORD in"],
    [needs(["oauth"]), { PETS_OAUTH_CLIENT_ID: "i" }, "Set PETS_OAUTH_ACCESS_TOKEN in"],
    [needs(["mutual"]), { PETS_KEY: "k" }, "Set PETS_CERTIFICATE in"],
    [needs(["toString"]), {}, "src/auth.ts"],
  ])("%j with %j: %s", async (security, environment, hint) => {
    expect((await refusal({ security, environment })).hint).toContain(hint);
  });
});

describe("an API without a description of credentials", () => {
  const undescribed = api({});
  const environment = { PETS_AUTHORIZATION: "token abc" };
  it("takes the whole header value from a variable", async () => {
    expect(await credentials({ api: undescribed, environment })).toEqual(authorization("token abc"));
    expect(await credentials({ api: undescribed })).toEqual(nothing);
  });

  it("does not send it to a server that nobody named", async () => {
    expect(await credentials({ api: undescribed, environment, trusted: false })).toEqual(nothing);
  });

  it("has no such variable once the document describes credentials", async () => {
    expect(await credentials({ environment })).toEqual(nothing);
  });
});

describe("a server that nobody named", () => {
  const environment = { PETS_BEARER: "canary-token" };
  it("gets no credentials", async () => {
    const error = await refusal({ security: needs(["bearer"]), environment, trusted: false });
    expect(`${error.message} ${error.hint}`).toContain("https://api.example.com to PETS_ALLOWED_ORIGINS");
    expect(await credentials({ security: needs(["bearer"], []), environment, trusted: false })).toEqual(nothing);
  });
});

describe("secrets", () => {
  it.each(["a\nb", "a\r\nX-Evil: 1", "a\0b", "snow\u2603man"])(
    "%j is refused without being repeated",
    async (value) => {
      for (const [scheme, variable] of [
        ["bearer", "PETS_BEARER"],
        ["header", "PETS_HEADER"],
        ["cookie", "PETS_COOKIE"],
      ] as const) {
        const error = await refusal({ security: needs([scheme]), environment: { [variable]: value } });
        expect(error.message).toContain(variable);
        expect(`${error.message} ${error.hint}`).not.toContain(value);
      }
    },
  );

  it("names the variable of a file that cannot be read, not the file", async () => {
    const environment = { PETS_BEARER_FILE: join(folder, "missing") };
    const error = await refusal({ security: needs(["bearer"]), environment });
    expect(error.message).toContain("PETS_BEARER_FILE");
    expect(error.message).not.toContain(folder);
  });
});

describe("OAuth tokens", () => {
  const environment = { PETS_OAUTH_CLIENT_ID: "id", PETS_OAUTH_CLIENT_SECRET: "canary-secret" };
  it("are asked for, and dropped when they were refused", async () => {
    const dropped: Secret[] = [];
    const token = new Secret("fetched-token");
    const oauth: OAuthTokens = { token: async () => token, rejected: (refused) => dropped.push(refused) };
    const applied = await credentials({ security: needs(["oauth"]), environment, oauth });
    expect(applied.headers).toEqual([["Authorization", "Bearer fetched-token"]]);
    applied.rejected?.();
    expect(dropped).toEqual([token]);
  });

  it("are not asked for where an access token is set", async () => {
    const oauth: OAuthTokens = {
      token: () => Promise.reject(new Error("asked")),
      rejected: () => undefined,
    };
    const given = {
      security: needs(["oauth"]),
      environment: { ...environment, PETS_OAUTH_ACCESS_TOKEN: "canary-mine" },
    };
    const applied = await credentials({ ...given, oauth });
    expect(applied).toEqual(authorization("Bearer canary-mine"));
    expect(applied.rejected).toBeUndefined();
  });
});
