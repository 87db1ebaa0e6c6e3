/** Cookie sessions that a login operation makes: for each caller one, renewed, and for the API's own origin only. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CookieJar } from "../../templates/always/src/runtime/credentials/cookie-jar.js";
import { type Api, type Arrived, call, type Door, openDoor, startApi } from "./caller-door.js";
import { group, schemes } from "./credentials-fixture.js";
import { Issuer, issuerKey } from "./issuer.js";
import { calls } from "./mcp-fixture.js";

let api: Api;
let issuer: Issuer;
let close: () => Promise<void>;
const doors: Door[] = [];
/** Sessions that the API knows, by id. */
const sessions = new Map<string, string>();
let logins: Arrived[];
let loggedIn: (user: string) => { status: number; headers?: Record<string, string | string[]>; body: unknown };

beforeAll(async () => {
  api = await startApi();
  issuer = new Issuer([await issuerKey("first")]);
  ({ close } = await issuer.listen());
});

afterAll(async () => {
  await close();
  await api.close();
});

beforeEach(() => {
  api.arrived.length = 0;
  sessions.clear();
  logins = [];
  loggedIn = (user) => {
    const id = `session-${logins.length}-of-${user}`;
    sessions.set(id, user);
    return {
      status: 200,
      headers: { "set-cookie": [`sid=${id}; Path=/; HttpOnly`, "theme=dark; Path=/elsewhere", "old=x; Max-Age=0"] },
      body: {},
    };
  };
  api.answer = (request) => {
    if (request.path === "/login") {
      logins.push(request);
      const { user, password } = JSON.parse(request.body) as { user: string; password: string };
      return password === `password-of-${user}` ? loggedIn(user) : { status: 401, body: {} };
    }
    const id = /sid=([^;]+)/.exec(String(request.headers["cookie"]))?.[1] ?? "";
    const user = sessions.get(id);
    return user === undefined
      ? { status: 401, body: {} }
      : { status: 200, body: { user, seen: request.headers["cookie"] } };
  };
});

afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

const login = {
  pointer: "",
  responses: [],
  request: {
    method: "POST",
    path: "/login",
    server: "default",
    parameters: [],
    accept: ["application/json"],
    security: [],
    body: {
      required: true,
      fields: ["user", "password"].map((name) => ({ argument: name, name })),
      contents: [{ mediaType: "application/json", encoding: "json" }],
    },
  },
};

async function open(environment: Record<string, string> = {}, security = [[{ scheme: "cookie", scopes: [] }]]) {
  const pet = calls["get_pet"];
  const door = await openDoor({
    environment: {
      PETS_BASE_URL: api.url,
      MCP_AUTH_ISSUER: issuer.url,
      MCP_PUBLIC_URL: "https://mcp.example.com",
      PETS_SESSION_LOGIN: "log_in",
      PETS_SESSION_ARGUMENTS: '{"user":"$PETS_USER","password":"$PETS_PASSWORD"}',
      MCP_CREDENTIALS: JSON.stringify(
        Object.fromEntries(
          ["ada", "bob"].map((name) => [`user:${name}`, { PETS_USER: name, PETS_PASSWORD: `password-of-${name}` }]),
        ),
      ),
      ...environment,
    },
    securitySchemes: { cookie: schemes.cookie },
    serverGroups: [group("default")],
    calls: {
      get_pet: { ...pet, responses: [], request: { ...pet?.request, security } },
      log_in: login,
    } as never,
  });
  doors.push(door);
  return door;
}

const userOf = (text: string): unknown => (JSON.parse(text) as { user: unknown }).user;

describe("a session", () => {
  it("is made once for each caller, with their own secrets, and renewed where the API ended it", async () => {
    const door = await open();
    const [ada, bob] = [await issuer.token(), await issuer.token({ sub: "bob" })];
    const told = await Promise.all([ada, ada, bob].map((token) => call(door, { token })));
    expect(told.map(({ text }) => userOf(text))).toEqual(["ada", "ada", "bob"]);
    expect(logins.map(({ body }) => body).sort()).toEqual(
      ["ada", "bob"].map((name) => `{"user":"${name}","password":"password-of-${name}"}`),
    );
    for (const { headers } of api.arrived.filter(({ path }) => path !== "/login"))
      expect(headers["cookie"]).toMatch(/^sid=session-\d-of-(?:ada|bob)$/);
    sessions.clear();
    expect(userOf((await call(door, { token: ada, version: "2026-07-28" })).text)).toBe("ada");
    expect(logins).toHaveLength(3);
    const out = door.lines.join("") + told.map(({ body }) => body).join("");
    for (const secret of ["password-of", "session-1", "session-2"]) expect(out).not.toContain(secret);
    expect(JSON.stringify(api.arrived)).not.toContain(ada.slice(-40));
  });

  it("is nobody's who has no entry, and not the server's", async () => {
    const door = await open({ PETS_USER: "server", PETS_PASSWORD: "password-of-server" });
    const told = await call(door, { token: await issuer.token({ sub: "eve" }) });
    expect(told.text).toContain("There is nothing to log user:eve in to Pets with");
    expect(told.text).toContain("PETS_USER and PETS_PASSWORD");
    expect(api.arrived).toEqual([]);
  });

  it("is by the server's own account where no entries are set", async () => {
    const door = await open({ MCP_CREDENTIALS: "", PETS_USER: "server", PETS_PASSWORD: "password-of-server" });
    expect(userOf((await call(door, { token: await issuer.token() })).text)).toBe("server");
  });

  it("that is refused is not asked for again and again", async () => {
    const door = await open({ MCP_CREDENTIALS: '{"user:ada":{"PETS_USER":"ada","PETS_PASSWORD":"password-wrong"}}' });
    const token = await issuer.token();
    for (const _ of [1, 2, 3]) expect((await call(door, { token })).text).toContain("was refused (status 401)");
    expect(logins).toHaveLength(1);
    expect(door.lines.join("")).not.toContain("password-wrong");
  });

  it.each<[string, () => ReturnType<typeof loggedIn>, string]>([
    ["sets no cookie", () => ({ status: 200, body: {} }), "set no cookie"],
    [
      "sets one that has ended",
      () => ({ status: 200, headers: { "set-cookie": ["sid=x; Max-Age=0"] }, body: {} }),
      "set no cookie",
    ],
    ["fails", () => ({ status: 503, body: {} }), "failed (status 503)"],
  ])("of an API that %s is none", async (_case, answer, message) => {
    loggedIn = answer;
    expect((await call(await open(), { token: await issuer.token() })).text).toContain(message);
  });

  it("is not asked for where an operation needs no credentials", async () => {
    api.answer = undefined;
    await call(await open({}, []), { token: await issuer.token() });
    expect([logins.length, api.arrived.map(({ headers }) => headers["cookie"])]).toEqual([0, [undefined]]);
  });
});

it.each<[string, string[], string, string[]]>([
  ["of the origin", ["a=1"], "https://api.example.com/v1/x", ["a=1"]],
  ["of another origin", ["a=1; Domain=example.com; Path=/"], "https://www.example.com/v1", []],
  ["of another port", ["a=1; Path=/"], "https://api.example.com:8443/v1", []],
  ["below its path", ["a=1; Path=/v1/pets", "b=2; Path=/v1"], "https://api.example.com/v1/pets/1", ["a=1", "b=2"]],
  ["beside its path", ["a=1; Path=/v1/pets"], "https://api.example.com/v1/petshop", []],
  ["by default of the folder", ["a=1"], "https://api.example.com/v2", []],
  ["in use last", ["a=1; Path=/", "a=2; Path=/"], "https://api.example.com/", ["a=2"]],
  [
    "deleted at once",
    ["a=1; Path=/", "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
    "https://api.example.com/",
    [],
  ],
  [
    "with a value of its own signs",
    ['a="x%3D=="; Path=/; Secure; HttpOnly'],
    "https://api.example.com/",
    ['a="x%3D=="'],
  ],
  ["without a name", ["=1; Path=/", "no pair", "b c=1"], "https://api.example.com/", []],
])("a cookie %s goes where it belongs", (_case, fields, url, want) => {
  const jar = new CookieJar("https://api.example.com/v1/login", fields);
  expect(jar.cookiesFor(url).map(([name, value]) => `${name}=${value}`)).toEqual(want);
});

it.each<[string, Record<string, string>]>([
  ["PETS_SESSION_ARGUMENTS has to be a JSON object", { PETS_SESSION_ARGUMENTS: "" }],
  ["PETS_SESSION_ARGUMENTS has to be a JSON object", { PETS_SESSION_ARGUMENTS: '{"user":"$not a name"}' }],
  ["PETS_SESSION_LOGIN names no tool", { PETS_SESSION_LOGIN: "no_such_tool" }],
  ["holds no credential", { MCP_CREDENTIALS: '{"user:ada":{"PETS_OTHER":"x"}}' }],
])("a server does not start where %s", async (message, environment) => {
  await expect(open(environment)).rejects.toThrow(message);
});
