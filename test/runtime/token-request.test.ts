/** One request for an access token: what is sent, what is taken of the answer, and what is told when there is none. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConfigurationError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import type { Exchange, HttpRequest, Route } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { OAuthScheme } from "../../templates/always/src/runtime/upstream/security-scheme.ts";
import { requestToken } from "../../templates/always/src/runtime/upstream/token-grant.ts";
import { api, oauthEnvironment } from "./credentials-fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const origin = "https://api.example.com";
const environment = oauthEnvironment("PETS");
const oauth: OAuthScheme = {
  type: "oauth2",
  clientCredentials: { tokenUrl: "/token", scopes: [] },
  refresh: { tokenUrl: "/refresh", scopes: [] },
  environment,
};
const openid: OAuthScheme = { type: "openIdConnect", openIdConnectUrl: "/metadata", environment };
const client = { PETS_CLIENT_ID: "my client", PETS_CLIENT_SECRET: "s3cr3t/of+cl1ent" };

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
interface Given {
  readonly answers?: readonly Answer[];
  readonly exchange?: Exchange;
  readonly scheme?: OAuthScheme;
  readonly scopes?: readonly string[];
  readonly variables?: Record<string, string>;
  readonly refreshToken?: string;
}
const token = { access_token: "t0k3n-1", token_type: "bearer", expires_in: 3_600 };
const typed = { "content-type": "application/json" };

async function asked({ answers = [{}], scheme = oauth, scopes = [], refreshToken, ...given }: Given = {}) {
  const sent: { request: HttpRequest; route: Route; maxBytes: number }[] = [];
  const exchange: Exchange = async (request, route, _signal, maxBytes) => {
    sent.push({ request, route, maxBytes });
    const { status = 200, headers = typed, body = token } = answers[sent.length - 1] ?? {};
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return {
      status,
      headers: new Headers(headers),
      body: new TextEncoder().encode(text),
      truncated: false,
      url: request.url,
    };
  };
  const result = await requestToken(
    {
      api: api(),
      scheme,
      scopes,
      baseUrl: { url: `${origin}/v1`, origin, trusted: true, allowPrivate: false, variable: "X" },
      environment: given.variables ?? client,
      signal: new AbortController().signal,
      exchange: given.exchange ?? exchange,
    },
    refreshToken === undefined ? undefined : new Secret(refreshToken),
  ).catch((error: unknown) => error);
  /** Method and URL, the header Authorization and the form of each. */
  const told = sent.map(({ request }) => ({
    to: `${request.method} ${request.url}`,
    authorization: request.headers.find(([name]) => name.toLowerCase() === "authorization")?.[1],
    form: Object.fromEntries(new URLSearchParams(String(request.body ?? ""))),
  }));
  return { result: result as Record<string, unknown>, sent, told };
}

const basic = `Basic ${btoa("my+client:s3cr3t%2Fof%2Bcl1ent")}`;

describe("what is asked", () => {
  it("by client credentials has the scopes of the call", async () => {
    const { told, sent } = await asked({ scopes: ["read", "write"] });
    expect(told).toEqual([
      {
        to: `POST ${origin}/token`,
        authorization: basic,
        form: { grant_type: "client_credentials", scope: "read write" },
      },
    ]);
    expect(sent[0]).toMatchObject({ route: { allowPrivate: false }, maxBytes: 1_048_576 });
  });

  it.each([
    [" a b ", "a b"],
    [" ", "read"],
  ])("has the scopes %j of the owner: %s", async (PETS_SCOPES, scope) => {
    const { told } = await asked({ scopes: ["read"], variables: { ...client, PETS_SCOPES } });
    expect(told[0]?.form).toEqual({ grant_type: "client_credentials", scope });
  });

  it("by a refresh token goes to its own URL, without scopes where there are none", async () => {
    const { told } = await asked({ refreshToken: "r3fr3sh-1" });
    expect(told).toEqual([
      {
        to: `POST ${origin}/refresh`,
        authorization: basic,
        form: { grant_type: "refresh_token", refresh_token: "r3fr3sh-1" },
      },
    ]);
    expect((await asked({ refreshToken: "r3fr3sh-1", scopes: ["a"] })).told[0]?.form).toEqual({
      grant_type: "refresh_token",
      refresh_token: "r3fr3sh-1",
      scope: "a",
    });
  });

  it("without a secret names the client only", async () => {
    const { told } = await asked({ refreshToken: "r3fr3sh-1", variables: { PETS_CLIENT_ID: "me" } });
    expect(told).toEqual([
      {
        to: `POST ${origin}/refresh`,
        authorization: undefined,
        form: { grant_type: "refresh_token", refresh_token: "r3fr3sh-1", client_id: "me" },
      },
    ]);
  });

  it.each<[string, Answer]>([
    ["a code", { status: 400, body: { error: "invalid_client" } }],
    ["a challenge", { status: 401, headers: { ...typed, "www-authenticate": 'Basic realm="x"' }, body: "" }],
  ])("is asked again with the secret in the body where the client is refused by %s", async (_by, refusal) => {
    const { told, result } = await asked({ answers: [refusal, {}] });
    expect(told[1]).toEqual({
      to: `POST ${origin}/token`,
      authorization: undefined,
      form: {
        grant_type: "client_credentials",
        client_id: "my client",
        client_secret: "s3cr3t/of+cl1ent",
      },
    });
    expect(result["lifetimeMs"]).toBe(3_600_000);
  });

  it("goes over plain http where the owner says so, and is refused in the same words without a secret", async () => {
    const variables = { PETS_CLIENT_ID: "me", PETS_TOKEN_URL: "http://auth.example/t" };
    const { told, result } = await asked({ variables });
    expect([told[0]?.to, result["lifetimeMs"]]).toEqual(["POST http://auth.example/t", 3_600_000]);
    const refused = await asked({ variables, answers: [{ status: 400, body: { error: "invalid_client" } }] });
    expect(refused.result).toMatchObject({ message: "No access token: auth.example refused (invalid_client)" });
    expect(refused.sent).toHaveLength(1);
  });

  it("of a provider is where its token endpoint is", async () => {
    const metadata = { body: { token_endpoint: `${origin}/t` } };
    const { told, sent } = await asked({ scheme: openid, answers: [metadata, {}] });
    expect(told.map(({ to }) => to)).toEqual([`GET ${origin}/metadata`, `POST ${origin}/t`]);
    expect(sent[0]?.request).toEqual({
      method: "GET",
      url: `${origin}/metadata`,
      headers: [["accept", "application/json"]],
    });
  });
});

describe("what is granted", () => {
  const of = async (body: unknown, headers: Record<string, string> = typed) => {
    const { result } = await asked({ answers: [{ body, headers }] });
    const { token: access, refreshToken, ...rest } = result as { token?: Secret; refreshToken?: Secret };
    return [access?.reveal(), refreshToken?.reveal(), rest];
  };

  it("is a token, its lifetime, and a new refresh token", async () => {
    expect(await of(token)).toEqual(["t0k3n-1", undefined, { lifetimeMs: 3_600_000 }]);
    expect(await of({ access_token: "t0k3n-2", token_type: "Bearer", refresh_token: "r3fr3sh-2" })).toEqual([
      "t0k3n-2",
      "r3fr3sh-2",
      {},
    ]);
    expect(await of({ ...token, expires_in: 0 })).toEqual(["t0k3n-1", undefined, { lifetimeMs: 0 }]);
  });

  it("is read as JSON where no type is told, and whatever it says of who the user is", async () => {
    expect((await of(token, {}))[0]).toBe("t0k3n-1");
    expect((await of({ ...token, id_token: "no token" }))[0]).toBe("t0k3n-1");
  });
});

describe("what is told where no token is given", () => {
  const faultOf = async (given: Given) => (await asked(given)).result;

  it.each([
    ["invalid_grant", "Check PETS_REFRESH_TOKEN."],
    ["invalid_scope", "Check PETS_SCOPES."],
    ["unauthorized_client", "Check PETS_CLIENT_ID and PETS_CLIENT_SECRET."],
    [`a.b-c_${"d".repeat(58)}`, "Check PETS_CLIENT_ID and PETS_CLIENT_SECRET."],
  ])("by %s", async (error, hint) => {
    const fault = await faultOf({ answers: [{ status: 400, body: { error, error_description: "canary" } }] });
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(fault).toMatchObject({ message: `No access token: api.example.com refused (${error})`, hint });
    expect(fault["cause"]).toBeInstanceOf(Error);
  });

  it.each(["has a space", "e".repeat(65), "line\nfeed"])("by %j has no word of it", async (error) =>
    expect(await faultOf({ answers: [{ status: 400, body: { error } }] })).toMatchObject({
      message: "No access token: api.example.com refused (401)",
      hint: "Check PETS_CLIENT_ID and PETS_CLIENT_SECRET.",
    }),
  );

  it("by a client that is refused in both ways", async () => {
    const refusal = { status: 401, body: { error: "invalid_client" } };
    const { result, sent } = await asked({ answers: [refusal, refusal] });
    expect(result).toMatchObject({ message: "No access token: api.example.com refused (invalid_client)" });
    expect(sent).toHaveLength(2);
    const challenge = { status: 401, headers: { ...typed, "www-authenticate": "Basic" }, body: "" };
    expect(await faultOf({ answers: [challenge, challenge] })).toMatchObject({
      message: "No access token: api.example.com refused (401)",
    });
  });

  it.each<[number, Record<string, string>, object]>([
    [429, { "retry-after": "7" }, { hint: "Try again later.", retryAfterMs: 7_000 }],
    [500, {}, { hint: "Try again later.", retryAfterMs: undefined }],
    [503, { "retry-after": "1" }, { hint: "Try again later.", retryAfterMs: 1_000 }],
  ])("by %i", async (status, headers, want) => {
    const fault = await faultOf({ answers: [{ status, headers }] });
    expect(fault).toBeInstanceOf(UpstreamError);
    expect(fault).toMatchObject({ message: `No access token: api.example.com answered ${status}`, ...want });
  });

  it.each([300, 302, 399])("by a redirect of %i, which is not followed", async (status) => {
    const { result, sent } = await asked({ answers: [{ status, headers: { location: "/elsewhere" } }] });
    expect(result).toBeInstanceOf(UpstreamError);
    expect(result).toMatchObject({
      message: "No access token: api.example.com answered with a redirect",
      hint: undefined,
    });
    expect(sent).toHaveLength(1);
  });

  it.each<Answer>([
    { body: "canary" },
    { body: "{}" },
    { body: "[]" },
    { body: { ...token, token_type: "mac" } },
    { status: 201 },
    { status: 204 },
    { status: 205 },
    { status: 299 },
    { status: 400, body: "canary" },
    { status: 428 },
    { status: 499 },
  ])("by what is no answer of OAuth 2: %j", async (answer) => {
    const fault = await faultOf({ answers: [answer] });
    expect(fault).toBeInstanceOf(UpstreamError);
    expect(fault).toMatchObject({ message: "No access token: api.example.com gave an answer that is not OAuth 2" });
    expect(fault["cause"]).toBeInstanceOf(Error);
  });

  it.each<[Answer, number]>([
    [{ status: 404, body: {} }, 404],
    [{ body: "no JSON" }, 200],
    [{ status: 201, body: { token_endpoint: `${origin}/t` } }, 201],
  ])("by a provider that answers %j", async (answer, status) => {
    const fault = await faultOf({ scheme: openid, answers: [answer] });
    expect(fault).toBeInstanceOf(UpstreamError);
    expect(fault).toMatchObject({
      message: `No access token: api.example.com does not describe its token endpoint (status ${status})`,
    });
  });

  it("by a connection that fails", async () => {
    const error = Object.assign(new Error("canary"), { code: "ECONNREFUSED" });
    const fault = await faultOf({ exchange: async () => Promise.reject(error) });
    expect(fault).toBeInstanceOf(UpstreamError);
    expect(fault).toMatchObject({
      message: "No access token: api.example.com: the connection was refused",
      hint: undefined,
      cause: error,
    });
  });

  it.each([
    [{}, 10_000],
    [{ MCP_TIMEOUT_MS: "500" }, 500],
    [{ MCP_TIMEOUT_MS: "60000" }, 10_000],
  ])("with %j after %i ms without an answer", async (settings, ms) => {
    let ended: unknown;
    const exchange: Exchange = (_request, _route, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    void asked({ exchange, variables: { ...client, ...settings } }).then(({ result }) => (ended = result));
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(ended).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toMatchObject({ message: "No access token: api.example.com: timed out" });
  });
});
