/** What of a caller's request is used at an API: their token, exchanged for another one, and headers that are named. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { noCredentials } from "../../templates/always/src/runtime/credentials.ts";
import { TokenExchange } from "../../templates/always/src/runtime/credentials/exchange.ts";
import { headersAlone, passedHeaders } from "../../templates/always/src/runtime/credentials/passed-headers.ts";
import { presentOf } from "../../templates/always/src/runtime/credentials/presented-request.ts";
import type { ExchangeSettings } from "../../templates/always/src/runtime/credentials/settings.ts";
import { type CallError, ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { scrub, Secret } from "../../templates/always/src/runtime/secret.ts";
import type { HttpRequest, Presented } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api as apiWith, group, schemes } from "./credentials-fixture.ts";

const api = apiWith({ bearer: schemes.bearer });
const required = [[{ scheme: "bearer", scopes: [] }]];
const mine = "t0ken-0f-ada-at-this-server";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "performance"], now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

function exchanging(settings: Partial<ExchangeSettings> = {}, answer: (number: number) => object = () => ({})) {
  const asked: HttpRequest[] = [];
  const exchange = new TokenExchange(
    {
      url: new URL("https://id.example/token"),
      clientId: "server",
      clientSecret: new Secret("s3cr3tOfAnExchange"),
      grant: "token-exchange",
      audience: "pets",
      ...settings,
    },
    "PETS_TOKEN_EXCHANGE",
    { timeoutMs: 30_000 },
  );
  const host = {
    exchange: async (request: HttpRequest) => {
      asked.push(request);
      const { status = 200, ...more } = answer(asked.length) as { status?: number };
      const token = { access_token: `n3w-token-${asked.length}`, token_type: "Bearer", expires_in: 600, ...more };
      return {
        status,
        headers: new Headers({ "content-type": "application/json" }),
        body: Buffer.from(JSON.stringify(status === 200 ? token : more)),
        truncated: false,
        url: request.url,
      };
    },
  };
  const give = (more: object = {}, token: string | undefined = mine) =>
    exchange.give({
      api,
      security: required,
      baseUrl: baseUrlOf(api, "default", {}),
      caller: { id: "user:ada" },
      presented: { token: () => (token === "" ? undefined : new Secret(token)), header: () => undefined },
      signal: new AbortController().signal,
      host,
      ...more,
    } as never);
  const told = async (more: object = {}, token?: string) => {
    const given = await give(more, token);
    return "headers" in given ? given.headers[0]?.[1] : given.message;
  };
  return { asked, give, told };
}
const formOf = ({ body }: HttpRequest = { method: "", url: "", headers: [] }) =>
  Object.fromEntries(new URLSearchParams(String(body)));

describe("a token that is exchanged", () => {
  it("is asked for by RFC 8693, for what the settings name", async () => {
    const { asked, give } = exchanging({ resource: "https://pets.example", scope: "read" });
    expect(await give()).toEqual({
      headers: [["Authorization", "Bearer n3w-token-1"]],
      query: [],
      cookies: [],
      rejected: expect.any(Function) as unknown,
    });
    expect([asked[0]?.method, asked[0]?.url]).toEqual(["POST", "https://id.example/token"]);
    expect(formOf(asked[0])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      audience: "pets",
      resource: "https://pets.example",
      scope: "read",
      subject_token: mine,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    });
    expect(new Headers(asked[0]?.headers as [string, string][]).get("authorization")).toBe(
      `Basic ${Buffer.from("server:s3cr3tOfAnExchange").toString("base64")}`,
    );
  });

  it("is asked for as Entra ID has it where that is set", async () => {
    const { asked, give } = exchanging({ grant: "on-behalf-of" });
    await give();
    expect(formOf(asked[0])).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      audience: "pets",
      assertion: mine,
      requested_token_use: "on_behalf_of",
    });
  });

  it("is one for each caller and token, asked for once by all who need it", async () => {
    const { asked, told } = exchanging();
    expect(await Promise.all([told(), told()])).toEqual(["Bearer n3w-token-1", "Bearer n3w-token-1"]);
    expect(await told()).toBe("Bearer n3w-token-1");
    expect(await told({ caller: { id: "user:bob" } })).toBe("Bearer n3w-token-2");
    expect(await told({}, "an0ther-token-0f-ada")).toBe("Bearer n3w-token-3");
    expect(await told({ api: { ...api, name: "shop" } })).toBe("Bearer n3w-token-4");
    expect(asked).toHaveLength(4);
  });

  it.each<[string, object | undefined, number]>([
    ["its lifetime, but for a minute", undefined, 540_000],
    ["its caller's token", { exp: 1_800_000_100 }, 100_000],
    ["its lifetime, where the caller's token is longer", { exp: 1_800_001_000 }, 540_000],
    ["its lifetime, where the caller's token says nothing", { exp: "never" }, 540_000],
  ])("is kept until the end of %s", async (_what, claims, ms) => {
    const { told } = exchanging();
    const caller = { caller: { id: "user:ada", ...(claims && { claims }) } };
    await told(caller);
    vi.advanceTimersByTime(ms - 1);
    expect(await told(caller)).toBe("Bearer n3w-token-1");
    vi.advanceTimersByTime(1);
    expect(await told(caller)).toBe("Bearer n3w-token-2");
  });

  it("is asked for anew where the API refused it, once, whoever had it", async () => {
    const { asked, give, told } = exchanging();
    const [one, two] = [await give(), await give()];
    for (const given of [one, two]) if ("rejected" in given) given.rejected?.();
    expect(await told()).toBe("Bearer n3w-token-2");
    if ("rejected" in two) two.rejected?.();
    expect(await told()).toBe("Bearer n3w-token-2");
    expect(asked).toHaveLength(2);
  });

  it("lies among the secrets that instances share, while it lasts, and not once it was refused", async () => {
    const { asked, give, told } = exchanging();
    const kept = new Map<string, { secret: Secret; expiresInMs: number }>();
    const secrets = {
      get: async (name: string) => kept.get(name),
      set: async (name: string, secret: Secret, expiresInMs: number) => void kept.set(name, { secret, expiresInMs }),
    };
    const first = await give({ secrets });
    expect([...kept.values()].map(({ secret, expiresInMs }) => [secret.reveal(), expiresInMs])).toEqual([
      ["n3w-token-1", 540_000],
    ]);
    const other = exchanging();
    expect(await other.told({ secrets })).toBe("Bearer n3w-token-1");
    expect(other.asked).toEqual([]);
    if ("rejected" in first) first.rejected?.();
    expect(await told({ secrets })).toBe("Bearer n3w-token-2");
    expect(asked).toHaveLength(2);
    kept.clear();
    vi.advanceTimersByTime(540_000);
    await told({ secrets, caller: { id: "user:ada", claims: { exp: 1_800_000_540 } } });
    expect(kept.size).toBe(0);
  });

  it.each<Partial<ExchangeSettings>>([
    { url: new URL("https://id.example/other") },
    { clientId: "other" },
    { audience: "other" },
    { resource: "https://other.example" },
    { scope: "other" },
    { grant: "on-behalf-of" },
  ])("lies apart from one that was asked for by other settings: %j", async (settings) => {
    const kept = new Map<string, { secret: Secret; expiresInMs: number }>();
    const secrets = {
      get: async (name: string) => kept.get(name),
      set: async (name: string, secret: Secret, expiresInMs: number) => void kept.set(name, { secret, expiresInMs }),
    };
    await exchanging().give({ secrets });
    const other = exchanging(settings);
    await other.give({ secrets });
    expect([kept.size, other.asked.length]).toEqual([2, 1]);
  });

  it("is got although what instances share cannot be asked", async () => {
    const fails = () => Promise.reject(new Error("the store is gone"));
    expect(await exchanging().told({ secrets: { get: fails, set: fails } })).toBe("Bearer n3w-token-1");
  });

  it("is none where none is needed, and where the caller came without one", async () => {
    const { asked, give } = exchanging();
    expect(await give({ security: [] })).toBe(noCredentials);
    expect(await give({}, "")).toEqual({
      message: "user:ada came without an access token that could be exchanged for one of Pets",
      hint: "Sign in at the authorization server of this server, over HTTP.",
    });
    expect((await give({ presented: undefined })).constructor.name).toBe("Lack");
    expect(asked).toEqual([]);
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(give({ signal: gone })).rejects.toThrow("gone");
    expect(asked).toEqual([]);
  });

  it.each([
    ["invalid_grant", "Check whether the caller's token may be exchanged there."],
    ["invalid_scope", "Check PETS_TOKEN_EXCHANGE_CLIENT_ID, _CLIENT_SECRET, _AUDIENCE, _RESOURCE and _SCOPE."],
  ])("that is refused by %s says what to look at, and is asked for again", async (error, hint) => {
    const { told, give } = exchanging({}, (number) => (number === 1 ? { status: 400, error } : {}));
    const fault = await give().catch((thrown: unknown) => thrown as CallError);
    expect(fault).toMatchObject({ message: `No access token: id.example refused (${error})`, hint });
    expect(await told()).toBe("Bearer n3w-token-2");
  });
});

const came = (headers: Record<string, string>): Presented => ({
  token: () => undefined,
  header: (name) => headers[name],
});
const passing = (more: object = {}) =>
  ({
    api,
    security: required,
    baseUrl: baseUrlOf(api, "default", {}),
    host: { environment: { PETS_BASE_URL: " https://api.example.com/v1 " } },
    presented: came({ "x-tenant": "acme", "x-empty": "", "x-wrong": "a\nb" }),
    ...more,
  }) as never;

describe("headers of a caller's request", () => {
  const names = ["x-tenant", "x-other", "x-wrong"];
  it.each<[string, object, readonly unknown[]]>([
    ["to the base URL that the owner named", {}, [["x-tenant", "acme"]]],
    [
      "to an origin that the owner allowed",
      { host: { environment: { PETS_ALLOWED_ORIGINS: "https://x.example,https://api.example.com" } } },
      [["x-tenant", "acme"]],
    ],
    ["nowhere where the document alone names it", { host: { environment: {} } }, []],
    ["nowhere else", { host: { environment: { PETS_BASE_URL: "https://api.example.com:8443" } } }, []],
    ["not where there is no request", { presented: undefined }, []],
    ["not where none came", { presented: came({}) }, []],
  ])("go %s", (_what, more, headers) =>
    expect(passedHeaders(names, passing(more))).toEqual({ headers, query: [], cookies: [] }),
  );

  it("are secrets by their name", () => {
    const secret = [
      "x-auth",
      "x-token-id",
      "api-key",
      "x-secret",
      "cookie",
      "x-session",
      "x-jwt",
      "x-pass",
      "signature",
    ];
    const names = [...secret, "x-credential", "x-tenant", "x-organisation"];
    const values = names.map((name, index) => [name, `h9q~${String.fromCharCode(97 + index)}`] as const);
    const given = passedHeaders(names, passing({ presented: came(Object.fromEntries(values)) }));
    expect(given.headers).toEqual(values);
    const seen = scrub(values.map(([, value]) => `<${value}>`).join(""));
    const plain = values.filter(([, value]) => seen.includes(`<${value}>`));
    expect(plain.map(([name]) => name)).toEqual(["x-tenant", "x-organisation"]);
  });

  it("have a secret in them by itself, behind its scheme", () => {
    const token = "t9q~x7";
    passedHeaders(["authorization"], passing({ presented: came({ authorization: `Bearer  ${token}` }) }));
    expect(scrub(`<${token}>`)).toBe("<[secret]>");
  });

  it("are asked for where nothing else gives what is needed", () => {
    const none = { presented: came({}) };
    const lack = {
      message: "The request came without x-a, x-b, by which Pets knows who calls",
      hint: "Have the client send it with each request, over HTTP.",
    };
    expect(headersAlone(["x-tenant"], passing())).toMatchObject({ headers: [["x-tenant", "acme"]] });
    expect(headersAlone(["x-a", "x-b"], passing(none))).toEqual(lack);
    expect(headersAlone(["x-a", "x-b"], passing({ ...none, security: [...required, []] }))).toBe(noCredentials);
    const undescribed = apiWith({}, [group("default", "https://api.example.com/v1")]);
    expect(headersAlone(["x-a", "x-b"], passing({ ...none, api: undescribed, security: [] }))).toEqual(lack);
  });

  it("need an origin that the owner named", () => {
    const fault = (() => {
      try {
        return headersAlone(["x-a"], passing({ host: { environment: {} } }));
      } catch (thrown) {
        return thrown as CallError;
      }
    })();
    expect(fault).toBeInstanceOf(ConfigurationError);
    expect(fault).toMatchObject({
      message: "https://api.example.com is not confirmed to receive headers of callers",
      hint: "If it is right, add https://api.example.com to PETS_ALLOWED_ORIGINS.",
    });
  });
});

describe("what is kept of a request", () => {
  const own = "0wn-t0ken-of-this-server";
  const present = (names: readonly string[], exchanges: boolean, headers: Record<string, string>, issuer?: string) =>
    presentOf(names, exchanges, {
      accessTokens: { holderOf: async (token: string) => (token === own ? { id: "token:x", scopes: [] } : undefined) },
    } as never)(new Headers(headers), { id: "user:ada", ...(issuer && { issuer }) });
  const issued = "https://issuer.example";

  it.each<[string, string, boolean, string | undefined, string | undefined]>([
    ["of an authorization server", `Bearer ${mine}`, true, issued, mine],
    ["in small letters, with blanks", `bearer  ${mine} `, true, issued, mine],
    ["that nobody exchanges", `Bearer ${mine}`, false, issued, undefined],
    ["that no authorization server issued", `Bearer ${mine}`, true, undefined, undefined],
    ["of this server's own", `Bearer ${own}`, true, issued, undefined],
    ["of another scheme", `Basic ${mine}`, true, issued, undefined],
    ["with more behind it", `Bearer ${mine} x`, true, issued, undefined],
  ])("is a token %s, or not", async (_what, authorization, exchanges, issuer, want) =>
    expect((await present([], exchanges, { authorization }, issuer)).token()?.reveal()).toBe(want),
  );

  it("is no token where none came", async () => expect((await present([], true, {}, issued)).token()).toBeUndefined());

  it("is the headers that are named, and none that has a token of this server's own in it", async () => {
    const names = ["authorization", "x-copy", "x-tenant", "x-none"];
    const seen = async (headers: Record<string, string>): Promise<unknown> => {
      const { header } = await present(names, false, headers).then((found) => ({ header: found.header.bind(found) }));
      return [...names, "x-other"].map((name) => header(name) ?? null);
    };
    const more = { "x-tenant": "acme", "x-other": "no" };
    expect(await seen({ authorization: `Bearer ${mine}`, "x-copy": mine, ...more })).toEqual([
      `Bearer ${mine}`,
      mine,
      "acme",
      null,
      null,
    ]);
    expect(await seen({ authorization: `Bearer ${own}`, "x-copy": `<${own}>`, ...more })).toEqual([
      null,
      null,
      "acme",
      null,
      null,
    ]);
    expect(await seen(more)).toEqual([null, null, "acme", null, null]);
  });

  it("is not seen however it is printed", async () => {
    const found = await present(["x-tenant"], true, { authorization: `Bearer ${mine}`, "x-tenant": "acme" }, issued);
    expect([JSON.stringify(found), Object.keys(found)]).toEqual(["{}", []]);
  });
});
