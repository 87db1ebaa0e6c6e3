/** Access tokens, from a token endpoint on the loopback interface. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import type { BaseUrl } from "../../templates/always/src/runtime/upstream/servers.ts";
import { oauthTokens } from "../../templates/always/src/runtime/oauth.ts";
import type { Host } from "../../templates/always/src/runtime/host.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { scrub, type Secret } from "../../templates/always/src/runtime/secret.ts";
import type { OAuthScheme, OAuthTokens } from "../../templates/always/src/runtime/upstream/security-scheme.ts";
import { api, oauthEnvironment } from "./credentials-fixture.ts";
import { listen } from "./send-fault-server.ts";

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

type Answer = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void;

let asked: Asked[] = [];
let answer: Answer;
let origin: string;
let close: () => Promise<void>;
let stranger: string;
let strangerHits = 0;
let closeStranger: () => Promise<void>;

const json = (response: ServerResponse, status: number, body: object, headers = {}): void =>
  void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

const issue: Answer = (_asked, response) =>
  json(response, 200, { access_token: `token-number-${asked.length}`, token_type: "bearer", expires_in: 3600 });

let host: Host;

beforeAll(async () => {
  host = nodeHost({}, readSettings({}));
  const server = await listen(
    createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { authorization } = request.headers;
        const one = { path: request.url ?? "", authorization, form: new URLSearchParams(body) };
        asked.push(one);
        answer(one, response, request);
      });
    }),
  );
  const other = await listen(
    createServer((_request, response) => {
      strangerHits += 1;
      response.end("{}");
    }),
  );
  [origin, close] = [`http://127.0.0.1:${server.port}`, server.close];
  [stranger, closeStranger] = [`http://127.0.0.1:${other.port}`, other.close];
  answer = issue;
});

afterEach(() => {
  asked = [];
  answer = issue;
  expect(strangerHits).toBe(0);
});

afterAll(async () => {
  await close();
  await closeStranger();
  await host.close();
});

const secrets = { PETS_CLIENT_ID: "my client", PETS_CLIENT_SECRET: "canary/secret+1" };

function scheme(more: Partial<Extract<OAuthScheme, { type: "oauth2" }>> = {}): OAuthScheme {
  return {
    type: "oauth2",
    clientCredentials: { tokenUrl: `${origin}/token`, scopes: ["read", "write"] },
    refresh: { tokenUrl: `${origin}/token`, refreshUrl: `${origin}/refresh`, scopes: [] },
    environment: oauthEnvironment("PETS"),
    ...more,
  };
}

interface Given {
  readonly tokens?: OAuthTokens;
  readonly scheme?: OAuthScheme;
  readonly scopes?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly baseUrl?: Partial<BaseUrl>;
  readonly signal?: AbortSignal;
}

function token(given: Given = {}): Promise<Secret> {
  return (given.tokens ?? oauthTokens()).token({
    api: api(),
    scheme: given.scheme ?? scheme(),
    scopes: given.scopes ?? [],
    baseUrl: {
      url: `${origin}/v1`,
      origin,
      trusted: true,
      allowPrivate: true,
      variable: "X_BASE_URL",
      ...given.baseUrl,
    },
    environment: { ...secrets, ...given.environment },
    signal: given.signal ?? new AbortController().signal,
    exchange: host.exchange,
  });
}

async function refusal(given: Given): Promise<{ name: string; message: string; hint?: string; retryAfterMs?: number }> {
  const error: unknown = await token(given).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("Expected an error");
  const said = error as Error & { hint?: string; retryAfterMs?: number };
  expect(`${said.message} ${said.hint}`).not.toContain("canary");
  return said;
}

describe("client credentials", () => {
  it("are sent in the Authorization header, with the scopes", async () => {
    expect((await token({ scopes: ["read", "write"] })).reveal()).toBe("token-number-1");
    const [first] = asked;
    expect(first?.path).toBe("/token");
    expect(Object.fromEntries(first?.form ?? [])).toEqual({ grant_type: "client_credentials", scope: "read write" });
    const decoded = Buffer.from((first?.authorization ?? "").slice(6), "base64").toString();
    expect(decoded).toBe("my+client:canary%2Fsecret%2B1");
  });

  it("are sent in the body to a server that does not know them otherwise", async () => {
    answer = (one, response, request) =>
      one.form.has("client_secret") ? issue(one, response, request) : json(response, 401, { error: "invalid_client" });
    expect((await token()).reveal()).toBe("token-number-2");
    expect(asked[1]?.form.get("client_secret")).toBe("canary/secret+1");
  });

  it("take scopes from the environment", async () => {
    await token({ scopes: ["read"], environment: { PETS_SCOPES: "all" } });
    expect(asked[0]?.form.get("scope")).toBe("all");
  });

  it("may come from files, and never show in a log", async () => {
    const issued = await token();
    expect(scrub(`Bearer ${issued.reveal()}, my secret canary/secret+1`)).toBe("Bearer [secret], my secret [secret]");
  });
});

describe("tokens", () => {
  it("are kept, and shared by calls at the same time", async () => {
    const tokens = oauthTokens();
    const all = await Promise.all(Array.from({ length: 50 }, () => token({ tokens })));
    await token({ tokens });
    expect(new Set(all.map((one) => one.reveal()))).toEqual(new Set(["token-number-1"]));
    expect(asked).toHaveLength(1);
  });

  it("differ by scopes, whatever their order", async () => {
    const tokens = oauthTokens();
    await token({ tokens, scopes: ["a", "b"] });
    await token({ tokens, scopes: ["b", "a"] });
    await token({ tokens, scopes: ["a"] });
    expect(asked).toHaveLength(2);
  });

  it("are fetched anew once they were refused, and only then", async () => {
    const tokens = oauthTokens();
    const first = await token({ tokens });
    tokens.rejected(first);
    const second = await token({ tokens });
    // A late report about the old one does not harm the new one.
    tokens.rejected(first);
    expect(await token({ tokens })).toBe(second);
    expect(asked).toHaveLength(2);
  });

  it("are fetched anew when they are about to expire", async () => {
    const tokens = oauthTokens();
    answer = (_asked, response) =>
      json(response, 200, { access_token: `short-${asked.length}`, token_type: "Bearer", expires_in: 0 });
    await token({ tokens });
    expect((await token({ tokens })).reveal()).toBe("short-2");
  });

  it.each([
    ["an hour is renewed a minute before its end", 3_600, 3_539, 3_541],
    ["100 s is renewed after nine tenths of it", 100, 89, 91],
  ])("that lives for %s", async (_case, lifetime, stillGood, tooLate) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const tokens = oauthTokens();
      answer = (_asked, response) =>
        json(response, 200, { access_token: `aging-${asked.length}`, token_type: "Bearer", expires_in: lifetime });
      const first = await token({ tokens });
      vi.advanceTimersByTime(stillGood * 1_000);
      expect(await token({ tokens })).toBe(first);
      vi.advanceTimersByTime((tooLate - stillGood) * 1_000);
      expect((await token({ tokens })).reveal()).toBe("aging-2");
    } finally {
      vi.useRealTimers();
    }
  });

  it("do not keep a call that was cancelled, nor fail the others", async () => {
    const tokens = oauthTokens();
    const controller = new AbortController();
    let finish: (() => void) | undefined;
    answer = (one, response, request) => (finish = () => issue(one, response, request));
    const cancelled = token({ tokens, signal: controller.signal });
    const waiting = token({ tokens });
    while (finish === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error("changed my mind"));
    await expect(cancelled).rejects.toThrow("changed my mind");
    finish();
    expect((await waiting).reveal()).toBe("token-number-1");
  });
});

describe("refresh tokens", () => {
  const environment = { PETS_REFRESH_TOKEN: "canary-refresh" };
  it("are used before client credentials, at their own URL", async () => {
    await token({ environment });
    expect(asked[0]?.path).toBe("/refresh");
    expect(asked[0]?.form.get("grant_type")).toBe("refresh_token");
    expect(asked[0]?.form.get("refresh_token")).toBe("canary-refresh");
  });

  it("are replaced by what the server gives", async () => {
    const tokens = oauthTokens();
    answer = (_asked, response) =>
      json(response, 200, { access_token: "rotated-access", token_type: "bearer", refresh_token: "next-refresh" });
    tokens.rejected(await token({ tokens, environment }));
    await token({ tokens, environment });
    expect(asked[1]?.form.get("refresh_token")).toBe("next-refresh");
  });

  it("need no client secret", async () => {
    await token({ environment: { ...environment, PETS_CLIENT_SECRET: "" } });
    expect(asked[0]?.authorization).toBeUndefined();
    expect(asked[0]?.form.get("client_id")).toBe("my client");
  });

  it("that were refused are named", async () => {
    answer = (_asked, response) =>
      json(response, 400, { error: "invalid_grant", error_description: "canary-refresh is no good" });
    expect(await refusal({ environment })).toMatchObject({
      name: "ConfigurationError",
      hint: "Check PETS_REFRESH_TOKEN.",
    });
  });
});

describe("the client's secret", () => {
  const elsewhere = () => scheme({ clientCredentials: { tokenUrl: `${stranger}/token`, scopes: [] } });

  it("does not go to another origin because the document says so", async () => {
    const error = await refusal({ scheme: elsewhere() });
    expect(error.name).toBe("ConfigurationError");
    expect(error.hint).toContain("set PETS_TOKEN_URL to the token URL, or add");
    expect(error.hint).toContain(`${stranger} to PETS_ALLOWED_ORIGINS`);
  });

  it("does not go to a server that nobody named", async () => {
    expect((await refusal({ baseUrl: { trusted: false } })).name).toBe("ConfigurationError");
    expect(asked).toEqual([]);
  });

  it("goes where the user says", async () => {
    await token({ scheme: elsewhere(), environment: { PETS_TOKEN_URL: `${origin}/mine` } });
    expect(asked[0]?.path).toBe("/mine");
    const baseUrl = { url: "https://api.example.com", origin: "https://api.example.com" };
    await token({ baseUrl, environment: { PETS_ALLOWED_ORIGINS: origin } });
    expect(asked[1]?.path).toBe("/token");
  });

  it("does not follow a redirect", async () => {
    answer = (_asked, response) => void response.writeHead(307, { location: `${stranger}/token` }).end();
    expect((await refusal({})).message).toContain("redirect");
  });

  it("goes to a token URL relative to the API", async () => {
    await token({ scheme: scheme({ clientCredentials: { tokenUrl: "/oauth/token", scopes: [] } }) });
    await token({ scheme: scheme({ clientCredentials: { tokenUrl: "oauth/token", scopes: [] } }) });
    expect(asked.map(({ path }) => path)).toEqual(["/oauth/token", "/v1/oauth/token"]);
  });
});

describe("OpenID Connect", () => {
  const openid = (url = `${origin}/.well-known/openid-configuration`): OAuthScheme => ({
    type: "openIdConnect",
    openIdConnectUrl: url,
    environment: oauthEnvironment("PETS"),
  });
  const publish =
    (metadata: object): Answer =>
    (one, response, request) =>
      one.path.startsWith("/.well-known") ? json(response, 200, metadata) : issue(one, response, request);

  it("finds the token endpoint", async () => {
    answer = publish({ issuer: origin, token_endpoint: `${origin}/published` });
    await token({ scheme: openid() });
    expect(asked.map(({ path }) => path)).toEqual(["/.well-known/openid-configuration", "/published"]);
    expect(asked[0]?.authorization).toBeUndefined();
  });

  it("sends no secret to a foreign endpoint that the provider publishes", async () => {
    answer = publish({ issuer: origin, token_endpoint: `${stranger}/published` });
    expect((await refusal({ scheme: openid() })).name).toBe("ConfigurationError");
  });

  it("asks no provider that nobody named", async () => {
    expect((await refusal({ scheme: openid(`${stranger}/.well-known/openid-configuration`) })).name).toBe(
      "ConfigurationError",
    );
  });

  it.each([{}, { token_endpoint: 7 }, { token_endpoint: "not a URL" }, []])("refuses %j", async (metadata) => {
    answer = publish(metadata);
    expect((await refusal({ scheme: openid() })).message).toContain("no token endpoint");
  });
});

describe("a token endpoint that fails", () => {
  it.each<[string, Answer, object]>([
    [
      "refuses the client",
      (_asked, response) => json(response, 401, { error: "invalid_client" }, { "www-authenticate": "Basic" }),
      { name: "ConfigurationError", hint: "Check PETS_CLIENT_ID and PETS_CLIENT_SECRET." },
    ],
    [
      "refuses the scope",
      (_asked, response) => json(response, 400, { error: "invalid_scope" }),
      { name: "ConfigurationError", hint: "Check PETS_SCOPES." },
    ],
    [
      "is throttled",
      (_asked, response) => void response.writeHead(429, { "retry-after": "7" }).end(),
      { name: "UpstreamError", retryAfterMs: 7_000 },
    ],
    ["is down", (_asked, response) => void response.writeHead(503).end(), { name: "UpstreamError" }],
    ["resets", (_asked, _response, request) => request.socket.resetAndDestroy(), { name: "UpstreamError" }],
    ["speaks HTML", (_asked, response) => void response.end("<p>canary</p>"), { name: "UpstreamError" }],
    ["gives no token", (_asked, response) => json(response, 200, { canary: 1 }), { name: "UpstreamError" }],
    ["gives a number", (_asked, response) => json(response, 200, { access_token: 7 }), { name: "UpstreamError" }],
  ])("%s", async (_name, behaviour, want) => {
    answer = behaviour;
    expect(await refusal({})).toMatchObject(want);
    expect(asked.length).toBeLessThanOrEqual(2);
    answer = issue;
    expect((await token()).reveal()).toMatch(/^token-number-/);
  });

  it("hangs", async () => {
    answer = () => undefined;
    expect((await refusal({ environment: { MCP_TIMEOUT_MS: "100" } })).message).toContain("timed out");
  });
});
