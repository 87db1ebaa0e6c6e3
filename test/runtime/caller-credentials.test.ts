/** As whom the API is called: credentials by caller, tokens exchanged, headers handed on; and what never reaches whom. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, call, type Door, type DoorOptions, openDoor, startApi } from "./caller-door.js";
import { group, schemes } from "./credentials-fixture.js";
import { Issuer, issuerKey } from "./issuer.js";
import { SharedMemory } from "./shared-memory.js";

let api: Api;
let other: Api;
let issuer: Issuer;
let folder: string;
const closers: (() => Promise<void>)[] = [];
const doors: Door[] = [];

beforeAll(async () => {
  [api, other] = [await startApi(), await startApi()];
  issuer = new Issuer([await issuerKey("first")]);
  const { close } = await issuer.listen();
  closers.push(close, api.close, other.close);
  folder = mkdtempSync(join(tmpdir(), "callers-"));
});

afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  api.arrived.length = 0;
  other.arrived.length = 0;
  issuer.asked.length = 0;
  api.answer = undefined;
});

afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

const signedIn = () => ({ MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com" });

async function open(environment: Record<string, string>, more: Omit<DoorOptions, "environment"> = {}): Promise<Door> {
  const door = await openDoor({ environment: { PETS_BASE_URL: api.url, ...environment }, ...more });
  doors.push(door);
  return door;
}

const refused = async (environment: Record<string, string>, more: Omit<DoorOptions, "environment"> = {}) =>
  expect(open(environment, more)).rejects;
const sentAs = (): (string | string[] | undefined)[] => api.arrived.map(({ headers }) => headers["authorization"]);

describe("credentials of each caller", () => {
  const entries = {
    "user:ada": { PETS_BEARER: "secret-of-ada" },
    "user:bob": { PETS_BEARER: "secret-of-bob" },
    "token:ci": { PETS_BEARER: "secret-of-ci" },
  };

  it("are sent for who has them, and the server's own for nobody", async () => {
    const ci = "static-token-of-ci-0123";
    const door = await open({
      ...signedIn(),
      PETS_BEARER: "secret-of-server",
      MCP_AUTH_TOKENS: JSON.stringify({ ci: { token: ci } }),
      MCP_CREDENTIALS: JSON.stringify(entries),
    });
    for (const sub of ["ada", "bob", "ada"]) await call(door, { token: await issuer.token({ sub }) });
    await call(door, { token: ci, version: "2026-07-28" });
    expect(sentAs()).toEqual(["ada", "bob", "ada", "ci"].map((name) => `Bearer secret-of-${name}`));
    const eve = await call(door, { token: await issuer.token({ sub: "eve" }) });
    expect(eve.isError).toBe(true);
    expect(eve.text).toBe(
      'There are no credentials of Pets for user:eve\nAsk the owner of this server for an entry "user:eve" in MCP_CREDENTIALS.',
    );
    expect(api.arrived).toHaveLength(4);
    await call(door, { tool: "get_open", token: await issuer.token({ sub: "eve" }) });
    expect(sentAs().at(-1)).toBeUndefined();
  });

  it("and those of the server for the others, where that is set", async () => {
    const door = await open({
      ...signedIn(),
      PETS_BEARER: "secret-of-server",
      PETS_CALLER_CREDENTIALS: "callers,server",
      MCP_CREDENTIALS: JSON.stringify(entries),
    });
    for (const sub of ["ada", "eve"]) await call(door, { token: await issuer.token({ sub }) });
    expect(sentAs()).toEqual(["Bearer secret-of-ada", "Bearer secret-of-server"]);
  });

  it("come from the file as it is now, and from the last one that could be used", async () => {
    const file = join(folder, "callers.json");
    writeFileSync(file, JSON.stringify({ "user:ada": { PETS_BEARER: "first-of-ada" } }), { mode: 0o600 });
    const door = await open({ ...signedIn(), MCP_CREDENTIALS_FILE: file });
    const token = await issuer.token();
    await call(door, { token });
    writeFileSync(file, JSON.stringify({ "user:ada": { PETS_BEARER: "second-of-ada" } }));
    await call(door, { token });
    writeFileSync(file, '{"user:ada":{"PETS_BEARER":"third-o');
    for (const _ of [1, 2]) await call(door, { token });
    expect(sentAs()).toEqual(["first", "second", "second", "second"].map((which) => `Bearer ${which}-of-ada`));
    expect(door.lines.filter((line) => line.includes("has to be a JSON object"))).toHaveLength(1);
    writeFileSync(file, "{}");
    expect((await call(door, { token })).text).toContain("no credentials of Pets for user:ada");
    expect(door.lines.join("")).not.toMatch(/(?:first|second|third)-o/);
  });

  it("are not read from a file that others may change; one that they may read is told of", async () => {
    const file = join(folder, "open.json");
    writeFileSync(file, "{}");
    chmodSync(file, 0o620);
    await (await refused({ MCP_CREDENTIALS_FILE: file })).toThrow("may be changed by others");
    chmodSync(file, 0o644);
    expect((await open({ MCP_CREDENTIALS_FILE: file })).lines.join("")).toContain("may be read by every user");
    chmodSync(file, 0o600);
    expect((await open({ MCP_CREDENTIALS_FILE: file })).lines.join("")).not.toContain("may be read");
  });

  it("of an organisation are taken for its people: each has a token of its own client", async () => {
    issuer.answers.set("/realm/token", (body) => {
      const id = new URLSearchParams(body).get("client_id") ?? "";
      return { body: { access_token: `token-for-${id || "basic"}`, token_type: "Bearer", expires_in: 300 } };
    });
    issuer.asked.length = 0;
    const client = (name: string) => ({ PETS_OAUTH_CLIENT_ID: name, PETS_OAUTH_CLIENT_SECRET: `secret-of-${name}` });
    const door = await open(
      {
        ...signedIn(),
        MCP_AUTH_TENANT_CLAIM: "tid",
        PETS_OAUTH_TOKEN_URL: `${issuer.url}/token`,
        PETS_OAUTH_CLIENT_ID: "server",
        PETS_OAUTH_CLIENT_SECRET: "secret-of-server",
        MCP_CREDENTIALS: JSON.stringify({ "tenant:acme": client("acme"), "user:acme/bob": client("bob") }),
      },
      { securitySchemes: { oauth: schemes.oauth } },
    );
    for (const sub of ["ada", "eve", "bob"]) await call(door, { token: await issuer.token({ sub, tid: "acme" }) });
    const stranger = await call(door, { token: await issuer.token({ tid: "umbrella" }) });
    expect(stranger.text).toContain('entry "user:umbrella/ada"');
    expect(api.arrived).toHaveLength(3);
    expect(issuer.asked.filter((path) => path === "/realm/token")).toHaveLength(2);
  });

  it("refresh by the caller's own token under the server's name, and never without it", async () => {
    const bodies: string[] = [];
    issuer.answers.set("/realm/token", (body) => {
      bodies.push(body);
      return { body: { access_token: "token-from-refresh", token_type: "Bearer" } };
    });
    const door = await open(
      {
        ...signedIn(),
        PETS_OAUTH_TOKEN_URL: `${issuer.url}/token`,
        PETS_OAUTH_CLIENT_ID: "server",
        PETS_OAUTH_CLIENT_SECRET: "secret-of-server",
        MCP_CREDENTIALS: JSON.stringify({ "user:ada": { PETS_OAUTH_REFRESH_TOKEN: "refresh-of-ada" }, "user:bob": {} }),
      },
      { securitySchemes: { oauth: schemes.oauth } },
    );
    await call(door, { token: await issuer.token() });
    const bob = await call(door, { token: await issuer.token({ sub: "bob" }) });
    expect(bob.text).toContain("The entry in MCP_CREDENTIALS lacks what this call needs");
    expect(bodies.map((body) => new URLSearchParams(body).get("refresh_token"))).toEqual(["refresh-of-ada"]);
    expect(sentAs()).toEqual(["Bearer token-from-refresh"]);
  });

  it.each<[string, string, string]>([
    ["no JSON", "user:ada=secret-canary", "has to be a JSON object"],
    ["a list", '["secret-canary"]', "has to be a JSON object"],
    ["a text for an entry", '{"user:ada":"secret-canary"}', "entry 1, is no object of texts"],
    ["a number", '{"user:ada":{"PETS_BEARER":12345678}}', "entry 1, is no object of texts"],
    ["another variable", '{"a":{},"b":{"secret-canary":"x"}}', "entry 2, has a variable that holds no credential"],
    ["where tokens are asked for", '{"a":{"PETS_BASE_URL":"secret-canary"}}', "holds no credential"],
  ])("are refused at the start where they are %s, without a word of them", async (_case, text, message) => {
    const fault = await open({ MCP_CREDENTIALS: text }).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(fault).toContain(message);
    expect(fault).not.toContain("secret-canary");
  });

  it("do not go past a rule of the owner's", async () => {
    const rule = async () => ({ headers: [], query: [], cookies: [] });
    await (
      await refused({ MCP_CREDENTIALS: "{}" }, { credentials: rule })
    ).toThrow("src/auth.ts has a rule of its own");
  });

  it("and a server without the part does not start where they are set", async () => {
    for (const name of [
      "MCP_CREDENTIALS_FILE",
      "PETS_PASSED_HEADERS",
      "PETS_TOKEN_EXCHANGE_URL",
      "PETS_CALLER_CREDENTIALS",
    ])
      await (
        await refused({ [name]: "x" }, { parts: {} })
      ).toThrow(`${name} is set, and this server was generated without`);
  });
});

describe("an exchanged token", () => {
  const exchanging = (): Record<string, string> => ({
    ...signedIn(),
    PETS_TOKEN_EXCHANGE_URL: `${issuer.url}/exchange`,
    PETS_TOKEN_EXCHANGE_CLIENT_ID: "mcp",
    PETS_TOKEN_EXCHANGE_CLIENT_SECRET: "secret-of-mcp",
    PETS_TOKEN_EXCHANGE_AUDIENCE: "pets-api",
    PETS_TOKEN_EXCHANGE_SCOPE: "pets",
  });
  let bodies: URLSearchParams[];
  let ttl: number;

  beforeEach(() => {
    bodies = [];
    ttl = 300;
    issuer.answers.set("/realm/exchange", (body) => {
      bodies.push(new URLSearchParams(body));
      const access_token = `exchanged-token-${bodies.length}`;
      return { body: { access_token, token_type: "Bearer", expires_in: ttl, issued_token_type: "x" } };
    });
  });

  it("is asked for once for each token of a caller, and is all that the API sees", async () => {
    const door = await open({ ...exchanging(), PETS_BEARER: "secret-of-server" });
    const [ada, bob] = [await issuer.token(), await issuer.token({ sub: "bob" })];
    await Promise.all([1, 2, 3].map(() => call(door, { token: ada })));
    await call(door, { token: bob });
    await call(door, { token: ada, version: "2026-07-28" });
    expect(bodies.map((body) => [body.get("subject_token"), body.get("audience"), body.get("scope")])).toEqual([
      [ada, "pets-api", "pets"],
      [bob, "pets-api", "pets"],
    ]);
    expect(bodies[0]?.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:token-exchange");
    expect(sentAs()).toEqual([1, 1, 1, 2, 1].map((index) => `Bearer exchanged-token-${index}`));
    for (const token of [ada, bob]) {
      expect(JSON.stringify(api.arrived)).not.toContain(token.slice(-40));
      expect(door.lines.join("")).not.toContain(token.slice(-40));
    }
  });

  it("is of the on-behalf-of kind where that is set", async () => {
    const door = await open({ ...exchanging(), PETS_TOKEN_EXCHANGE_GRANT: "on-behalf-of" });
    const token = await issuer.token();
    await call(door, { token });
    expect(Object.fromEntries(bodies[0] ?? [])).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: token,
      requested_token_use: "on_behalf_of",
    });
  });

  it("is asked for again where the API refuses it, once", async () => {
    api.answer = ({ headers }) =>
      headers["authorization"] === "Bearer exchanged-token-1"
        ? { status: 401, body: {} }
        : { status: 200, body: { id: 1 } };
    const door = await open(exchanging());
    expect((await call(door, { token: await issuer.token() })).isError).toBe(false);
    expect(sentAs()).toEqual(["Bearer exchanged-token-1", "Bearer exchanged-token-2"]);
  });

  it("lies sealed in a store that is shared, for other instances", async () => {
    const store = new SharedMemory();
    const key = { MCP_STORE_KEY: "key-of-the-store-0123456789" };
    const token = await issuer.token();
    for (const _ of [1, 2]) await call(await open({ ...exchanging(), ...key }, { store }), { token });
    expect(bodies).toHaveLength(1);
    expect(sentAs()).toEqual(["Bearer exchanged-token-1", "Bearer exchanged-token-1"]);
    const lying = JSON.stringify(await store.dump());
    expect(lying).toContain("secret:");
    for (const secret of ["exchanged-token", token.slice(-40)]) expect(lying).not.toContain(secret);
  });

  it("is got for nobody who has no token of an authorization server", async () => {
    const own = "static-token-of-ci-0123";
    const door = await open({ ...exchanging(), MCP_AUTH_TOKENS: JSON.stringify({ ci: { token: own } }) });
    const told = await call(door, { token: own });
    expect(told.text).toContain("token:ci came without an access token that could be exchanged for one of Pets");
    expect([bodies, api.arrived]).toEqual([[], []]);
  });

  it.each<[string, () => { status?: number; body: unknown }, RegExp]>([
    ["refuses", () => ({ status: 400, body: { error: "invalid_grant" } }), /refused \(invalid_grant\)/],
    ["does not know the server", () => ({ status: 401, body: { error: "invalid_client" } }), /_CLIENT_SECRET/],
    ["is broken", () => ({ status: 500, body: "x" }), /answered 500/],
    ["gives no token", () => ({ body: { token_type: "Bearer" } }), /is not OAuth 2/],
  ])("is not made up for where the endpoint %s: nothing is sent", async (_case, answer, message) => {
    issuer.answers.set("/realm/exchange", (body) => {
      const token = new URLSearchParams(body).get("subject_token") ?? "";
      const { status, body: told } = answer();
      return {
        ...(status && { status }),
        body: typeof told === "object" ? { ...told, error_description: token } : told,
      };
    });
    const door = await open({ ...exchanging(), PETS_BEARER: "secret-of-server" });
    const token = await issuer.token();
    const told = await call(door, { token });
    expect(told.isError).toBe(true);
    expect(told.text).toMatch(message);
    expect(api.arrived).toEqual([]);
    expect(told.body + door.lines.join("")).not.toContain(token.slice(-40));
  });

  it.each<[string, Record<string, string>, string]>([
    ["http", { PETS_TOKEN_EXCHANGE_URL: "http://id.example.com/t" }, "has to be an https URL"],
    ["no client", { PETS_TOKEN_EXCHANGE_CLIENT_ID: "" }, "PETS_TOKEN_EXCHANGE_CLIENT_ID has to be set"],
    ["no target", { PETS_TOKEN_EXCHANGE_AUDIENCE: "", PETS_TOKEN_EXCHANGE_SCOPE: "" }, "has to say what the new token"],
    ["another grant", { PETS_TOKEN_EXCHANGE_GRANT: "password" }, "has to be token-exchange or on-behalf-of"],
    ["two ways", { PETS_PASSED_HEADERS: "X-User" }, "has to say which of exchange, headers is tried first"],
    ["an unknown way", { PETS_CALLER_CREDENTIALS: "exchange,anything" }, "has to list some of"],
    ["a way that is not set", { PETS_CALLER_CREDENTIALS: "callers" }, "MCP_CREDENTIALS is not set"],
  ])("needs settings that are whole: %s", async (_case, environment, message) => {
    await (await refused({ ...exchanging(), ...environment })).toThrow(message);
  });
});

describe("headers of the caller's request", () => {
  const passing = { PETS_PASSED_HEADERS: "X-User-Token, X-Org" };
  const headers = { "x-user-token": "canary-of-ada-0123", "x-org": "acme-corporation", "x-other": "canary-other" };

  it("are handed on as they are named, with a warning at the start, and no others are", async () => {
    const door = await open({ ...passing, PETS_BEARER: "secret-of-server" });
    expect(door.lines.join("")).toContain("Pets is sent x-user-token, x-org as callers send them");
    for (const version of ["2025-11-25", "2026-07-28"] as const)
      expect((await call(door, { headers, version })).isError).toBe(false);
    expect(api.arrived).toHaveLength(2);
    for (const { headers: seen } of api.arrived) {
      expect(seen).toMatchObject({ "x-user-token": "canary-of-ada-0123", "x-org": "acme-corporation" });
      expect(seen).not.toHaveProperty("x-other");
      expect(seen).not.toHaveProperty("authorization");
    }
    const without = await call(door, { headers: { "x-other": "1" } });
    expect(without.text).toContain("The request came without x-user-token, x-org, by which Pets knows who calls");
    expect(api.arrived).toHaveLength(2);
  });

  it("go beside other credentials where those are named", async () => {
    const door = await open({ ...passing, PETS_CALLER_CREDENTIALS: "server", PETS_BEARER: "secret-of-server" });
    await call(door, { headers });
    expect(api.arrived[0]?.headers).toMatchObject({
      authorization: "Bearer secret-of-server",
      "x-org": "acme-corporation",
    });
  });

  it("are secrets by their name: what the API repeats of them is taken out, and no other word", async () => {
    api.answer = ({ headers: seen }) => ({ status: 200, body: { id: 1, seen } });
    const door = await open(passing);
    const told = await call(door, { headers });
    expect(told.body).not.toContain("canary-of-ada");
    expect(told.body).toContain("acme-corporation");
    expect(door.lines.join("")).not.toContain("canary");
  });

  it("go to no other origin: neither by a redirect nor by an operation's own server", async () => {
    api.answer = () => ({ status: 302, headers: { location: `${other.url}/pets/1` }, body: {} });
    await call(await open(passing), { headers });
    expect(other.arrived).toEqual([]);
    const elsewhere = await open(passing, {
      serverGroups: [
        group("default"),
        { id: "other", environment: "PETS_OTHER_BASE_URL", servers: [{ url: other.url, variables: [] }] },
      ],
      calls: Object.fromEntries(
        [
          ["get_pet", [[{ scheme: "bearer", scopes: [] }]]],
          ["get_open", []],
        ].map(([name, security]) => [
          name,
          {
            pointer: "",
            responses: [],
            request: { method: "GET", path: "/pets", server: "other", parameters: [], accept: [], security },
          },
        ]),
      ) as never,
    });
    const told = await call(elsewhere, { headers });
    expect(told.text).toContain("is not confirmed to receive");
    await call(elsewhere, { tool: "get_open", headers });
    expect(JSON.stringify(other.arrived)).not.toContain("canary");
  });

  it("may be the caller's token where audience and API are one, and never this server's own", async () => {
    const authorization = { PETS_PASSED_HEADERS: "Authorization" };
    await (await refused({ ...signedIn(), ...authorization })).toThrow("MCP_AUTH_AUDIENCE does not name the audience");
    const own = "static-token-of-ci-0123";
    const door = await open({
      ...signedIn(),
      ...authorization,
      MCP_AUTH_AUDIENCE: "https://shared.example.com",
      MCP_AUTH_TOKENS: JSON.stringify({ ci: { token: own } }),
    });
    const token = await issuer.token({ aud: "https://shared.example.com" });
    api.answer = ({ headers: seen }) => ({ status: 200, body: { id: 1, seen } });
    const told = await call(door, { token });
    expect(sentAs()).toEqual([`Bearer ${token}`]);
    expect(told.body + door.lines.join("")).not.toContain(token.slice(-40));
    expect((await call(door, { token: own })).text).toContain("came without authorization");
    expect(api.arrived).toHaveLength(1);
  });

  it.each(["Host", "Content-Length", "X-Forwarded-For", "Mcp-Method", "Sec-Fetch-Site", "Accept", "a b"])(
    "are none that belong to the message or to a proxy: %s",
    async (name) => {
      await (await refused({ PETS_PASSED_HEADERS: name })).toThrow("names a header that cannot be handed on");
    },
  );

  it("need a base URL that the owner named", async () => {
    await (
      await refused({ ...passing, PETS_BASE_URL: "" }, { serverGroups: [group("default", api.url)] })
    ).toThrow("PETS_BASE_URL is not");
  });
});

it("hooks and own tools are told nothing of token and headers, however they look at it", async () => {
  const seen: string[] = [];
  const { inspect } = await import("node:util");
  const door = await open(
    { ...signedIn(), PETS_PASSED_HEADERS: "X-User-Token" },
    {
      custom: {
        hooks: {
          get_pet: {
            before(args, context) {
              seen.push(JSON.stringify(context), inspect(context, { depth: 9, showHidden: true }));
              return args;
            },
          },
        },
      },
    },
  );
  const token = await issuer.token();
  await call(door, { token, headers: { "x-user-token": "canary-of-ada-0123" } });
  expect(seen).toHaveLength(2);
  expect(seen.join("")).toContain("user:ada");
  expect(seen.join("")).not.toContain("canary");
  expect(seen.join("")).not.toContain(token.slice(-40));
});
