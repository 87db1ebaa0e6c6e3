/** As whom an API is called where the settings name ways: one after another, and what is said where none has credentials. */
import { describe, expect, it, vi } from "vitest";
import type { CallerCredentialOptions } from "../../templates/always/src/runtime/access/caller-credentials.ts";
import { createCallerCredentials } from "../../templates/always/src/runtime/credentials/caller-credentials.ts";
import type { ApiData, SecurityScheme } from "../../templates/always/src/runtime/data/model.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { AppliedCredentials, HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api as apiWith, schemes } from "./credentials-fixture.ts";
import { configurationFault } from "./configuration-fault.ts";

type Environment = Readonly<Record<string, string>>;
const none = { headers: [], query: [], cookies: [] };
const servers: AppliedCredentials = { ...none, headers: [["X-API-Key", "servers"]] };
const base = { PETS_BASE_URL: "https://api.example.com/v1" };
const loginPlan = {
  request: { method: "POST", path: "/login", server: "default", parameters: [], accept: [], security: [] },
};

interface Options {
  readonly own?: Partial<CallerCredentialOptions["own"]>;
  readonly plans?: object;
  readonly scheme?: SecurityScheme;
}
function server(
  environment: Environment,
  { own = {}, plans = { log_in: loginPlan }, scheme = schemes.header }: Options = {},
) {
  const api = apiWith({ key: scheme });
  const sent: HttpRequest[] = [];
  const lines: unknown[][] = [];
  const host = {
    environment,
    exchange: async (request: HttpRequest) => {
      sent.push(request);
      return {
        status: 200,
        headers: new Headers([["set-cookie", "sid=s3ss10n-of-somebody"]]),
        body: new Uint8Array(),
        truncated: false,
        url: request.url,
      };
    },
  };
  const give = vi.fn(async () => servers);
  const groups = [
    { data: { file: "other" }, tools: [{ name: "get_pet" }] },
    { data: { file: "users" }, tools: [{ name: "log_out" }, { name: "log_in" }] },
  ];
  const calls = vi.fn(async () => plans);
  const made = createCallerCredentials({
    own: Object.assign(give, own),
    project: { apis: [{ data: api, groups, calls }] },
    settings: { timeoutMs: 30_000, accessTokens: { holderOf: async () => undefined } },
    host,
    store: () => new MemoryStore(),
    log: { warn: (...line: unknown[]) => void lines.push(["warn", ...line]), error: () => undefined },
  } as never);
  const ask = (more: object = {}) =>
    made.credentials({
      api,
      security: [[{ scheme: "key", scopes: [] }]],
      baseUrl: baseUrlOf(api, "default", environment),
      caller: { id: "user:ada" },
      signal: new AbortController().signal,
      host,
      ...more,
    } as never);
  return { api, ask, calls, give, lines, made, sent };
}
const presented = (headers: Record<string, string>) => ({
  presented: { token: () => undefined, header: (name: string) => headers[name] },
});
const ofEntry = async () => ({ ...none, headers: [["X-API-Key", "adas"]] }) as AppliedCredentials;

describe("an API is called", () => {
  it("as the server, where nothing else is set", async () => {
    const { ask, made } = server(base);
    expect(await ask()).toBe(servers);
    expect(Object.keys(made)).toEqual(["credentials"]);
  });

  it("by the first way that has credentials, and as the server only where that is named", async () => {
    const entries = { ...base, MCP_CREDENTIALS: '{"user:ada":{"PETS_HEADER":"x"}}' };
    const alone = server(entries, { own: { of: ofEntry } });
    expect((await alone.ask()).headers).toEqual([["X-API-Key", "adas"]]);
    expect(alone.give).not.toHaveBeenCalled();
    const bob = { caller: { id: "user:bob" } };
    await expect(alone.ask(bob)).rejects.toMatchObject({
      name: "ConfigurationError",
      message: "There are no credentials of Pets for user:bob",
      hint: 'Ask the owner of this server for an entry "user:bob" in MCP_CREDENTIALS.',
    });
    const both = server({ ...entries, PETS_CALLER_CREDENTIALS: "callers,server" }, { own: { of: ofEntry } });
    expect([(await both.ask()).headers, await both.ask(bob)]).toEqual([[["X-API-Key", "adas"]], servers]);
    const turned = server({ ...entries, PETS_CALLER_CREDENTIALS: "server,callers" }, { own: { of: ofEntry } });
    expect(await turned.ask()).toBe(servers);
  });

  it("by none, with what each of them lacks", async () => {
    const { ask } = server(
      { ...base, MCP_CREDENTIALS: "{}", PETS_PASSED_HEADERS: "x-user", PETS_CALLER_CREDENTIALS: "headers,callers" },
      { own: { of: ofEntry } },
    );
    await expect(ask(presented({}))).rejects.toMatchObject({
      message:
        "The request came without x-user, by which Pets knows who calls; There are no credentials of Pets for user:ada",
      hint: 'Have the client send it with each request, over HTTP. Ask the owner of this server for an entry "user:ada" in MCP_CREDENTIALS.',
    });
  });

  it("for entries only where src/auth.ts can take them", () => {
    const message = "MCP_CREDENTIALS is set, and src/auth.ts has a rule of its own";
    const hint = "Have src/auth.ts export environmentCredentials(), or unset MCP_CREDENTIALS and let the rule say it.";
    const session = { PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: '{"a":"$PETS_USER"}' };
    for (const more of [{}, session, { MCP_CREDENTIALS: "", MCP_CREDENTIALS_FILE: "x" }] as readonly Environment[])
      expect(configurationFault(() => server({ ...base, MCP_CREDENTIALS: "{}", ...more }))).toEqual([message, hint]);
    expect(configurationFault(() => server({ ...base, ...session }))).toEqual([]);
    expect(
      configurationFault(() => server({ ...base, MCP_CREDENTIALS: "{}", PETS_CALLER_CREDENTIALS: "server" })),
    ).toEqual([]);
  });

  it("with what is missing at the start told only where it is called as the server first", () => {
    const own = { of: ofEntry, missing: () => ["PETS_HEADER"] };
    const missing = (environment: Environment, given: Options = { own }) => {
      const { api, made } = server({ ...base, ...environment }, given);
      return made.credentials.missing?.(api);
    };
    expect(missing({})).toEqual(["PETS_HEADER"]);
    expect(missing({}, {})).toEqual([]);
    expect(missing({ MCP_CREDENTIALS: "{}" })).toEqual([]);
    expect(missing({ MCP_CREDENTIALS: "{}", PETS_CALLER_CREDENTIALS: "server,callers" })).toEqual(["PETS_HEADER"]);
    const { made } = server(base, { own });
    expect(made.credentials.missing?.({ ...apiWith(), name: "other" } as ApiData)).toEqual([]);
  });
});

describe("headers of callers", () => {
  const passing = { ...base, PETS_PASSED_HEADERS: "X-Tenant, X-API-Key", PETS_CALLER_CREDENTIALS: "server" };

  it("go beside other credentials, and not twice", async () => {
    const { ask } = server(passing);
    expect((await ask(presented({ "x-tenant": "acme", "x-api-key": "adas" }))).headers).toEqual([
      ["X-API-Key", "servers"],
      ["x-tenant", "acme"],
    ]);
    expect(await ask(presented({ "x-api-key": "adas" }))).toBe(servers);
    expect(await ask(presented({}))).toBe(servers);
  });

  it("are told of at the start, and taken of each request", async () => {
    const { lines, made } = server(passing);
    expect(lines).toEqual([
      [
        "warn",
        "credentials",
        { message: "Pets is sent x-tenant, x-api-key as callers send them: PETS_PASSED_HEADERS." },
      ],
    ]);
    const found = await made.present?.(new Headers({ "X-Tenant": "acme", other: "x" }), { id: "user:ada" });
    expect([found?.header("x-tenant"), found?.header("other")]).toEqual(["acme", undefined]);
  });

  it("need a base URL that is set", () =>
    expect(configurationFault(() => server({ PETS_PASSED_HEADERS: "x-tenant", PETS_BASE_URL: " " }))).toEqual([
      "PETS_PASSED_HEADERS is set, and PETS_BASE_URL is not: the document alone does not say where headers of callers go",
      undefined,
    ]));

  it.each<[Environment, boolean]>([
    [{ MCP_AUTH_ISSUER: "https://issuer.example" }, false],
    [{ MCP_AUTH_ISSUER: "https://issuer.example", MCP_AUTH_AUDIENCE: " " }, false],
    [{ MCP_AUTH_ISSUER: "https://issuer.example", MCP_AUTH_AUDIENCE: "both" }, true],
    [{ MCP_AUTH_ISSUER: " " }, true],
    [{}, true],
  ])("may be tokens of this server only where the API shares the audience: %j %s", (environment, isGood) => {
    const given = { ...base, PETS_PASSED_HEADERS: "Authorization", ...environment };
    expect(configurationFault(() => server(given))).toEqual(
      isGood
        ? []
        : [
            "PETS_PASSED_HEADERS names Authorization, and MCP_AUTH_AUDIENCE does not name the audience that this server shares with the API",
            "A token that was issued for this server alone is none of the API's: exchange it, or set MCP_AUTH_AUDIENCE.",
          ],
    );
    expect(configurationFault(() => server({ ...given, PETS_PASSED_HEADERS: "x-tenant" }))).toEqual([]);
  });
});

describe("a session", () => {
  const session = { ...base, PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: '{"a":"$PETS_USER"}' };
  const cookies = { scheme: schemes.cookie };

  it("is logged in to by the tool that is named, with variables of the server, or of the caller", async () => {
    const own = server({ ...session, PETS_USER: "servers-user" }, cookies);
    expect((await own.ask()).cookies).toEqual([["sid", "s3ss10n-of-somebody"]]);
    expect(own.sent.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST https://api.example.com/v1/login"]);
    expect(own.calls.mock.calls).toEqual([["users"]]);
    const entries = { ...session, PETS_USER: "servers-user", MCP_CREDENTIALS: '{"user:ada":{"PETS_USER":"ada"}}' };
    const each = server(entries, { ...cookies, own: { of: ofEntry } });
    expect((await each.ask()).cookies).toEqual([["sid", "s3ss10n-of-somebody"]]);
    await expect(each.ask({ caller: { id: "user:bob" } })).rejects.toThrow("There is nothing to log user:bob in");
  });

  it("needs a tool of the API that logs in", async () => {
    const message = "PETS_SESSION_LOGIN names no tool of this API";
    expect(configurationFault(() => server({ ...session, PETS_SESSION_LOGIN: "log_on" }))).toEqual([
      message,
      undefined,
    ]);
    await expect(server({ ...session, PETS_USER: "x" }, { ...cookies, plans: {} }).ask()).rejects.toThrow(message);
  });
});

describe("what else a server has", () => {
  const id = "https://id.example";
  it("is what is needed of a request where tokens are exchanged", async () => {
    const exchange = {
      PETS_TOKEN_EXCHANGE_URL: `${id}/token`,
      PETS_TOKEN_EXCHANGE_CLIENT_ID: "server",
      PETS_TOKEN_EXCHANGE_AUDIENCE: "pets",
    };
    const { ask, made } = server({ ...base, ...exchange });
    expect(Object.keys(made)).toEqual(["credentials", "present"]);
    const headers = new Headers({ authorization: "Bearer t0ken-0f-ada-here" });
    const found = await made.present?.(headers, { id: "user:ada", issuer: id });
    expect(found?.token()?.reveal()).toBe("t0ken-0f-ada-here");
    await expect(ask()).rejects.toThrow("came without an access token that could be exchanged for one of Pets");
    expect(Object.keys(server({ ...base, ...exchange, PETS_CALLER_CREDENTIALS: "server" }).made)).toEqual([
      "credentials",
    ]);
  });

  it("is pages where users sign in", async () => {
    const signIn = {
      PETS_SIGN_IN_URL: `${id}/authorize`,
      PETS_SIGN_IN_TOKEN_URL: `${id}/token`,
      PETS_SIGN_IN_CLIENT_ID: "server",
      MCP_PUBLIC_URL: "https://mcp.example",
    };
    const { ask, made } = server({ ...base, ...signIn });
    expect(made.routes?.map(({ path }) => path)).toEqual(["/sign-in", "/sign-in/callback"]);
    expect(made.present).toBeUndefined();
    await expect(ask()).rejects.toThrow("Pets wants user:ada to sign in there first");
  });
});
