/** Users who sign in at the API themselves: asked by their client, in their browser, each for themselves. */
import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, call, type Called, type Door, type DoorOptions, openDoor, startApi } from "./caller-door.js";
import { Issuer, issuerKey } from "./issuer.js";
import { SharedMemory } from "./shared-memory.js";

const publicUrl = "https://mcp.example.com";
let api: Api;
let issuer: Issuer;
let close: () => Promise<void>;
const doors: Door[] = [];
/** What the token endpoint of the API was asked. */
let asked: URLSearchParams[];
let granted: () => { status?: number; body: unknown };

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
  api.answer = undefined;
  asked = [];
  granted = () => ({
    body: {
      access_token: `api-token-${asked.length}`,
      refresh_token: `refresh-token-${asked.length}`,
      token_type: "Bearer",
      expires_in: 3_600,
      id_token: "not.looked.at",
    },
  });
  issuer.answers.set("/realm/api-token", (body) => {
    asked.push(new URLSearchParams(body));
    return granted();
  });
});

afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

async function open(environment: Record<string, string> = {}, more: Omit<DoorOptions, "environment"> = {}) {
  const door = await openDoor({
    environment: {
      PETS_BASE_URL: api.url,
      PETS_BEARER: "secret-of-server",
      MCP_AUTH_ISSUER: issuer.url,
      MCP_PUBLIC_URL: publicUrl,
      PETS_SIGN_IN_URL: "https://login.example.com/authorize?tenant=acme",
      PETS_SIGN_IN_TOKEN_URL: `${issuer.url}/api-token`,
      PETS_SIGN_IN_CLIENT_ID: "mcp-at-pets",
      PETS_SIGN_IN_CLIENT_SECRET: "secret-of-mcp-at-pets",
      PETS_SIGN_IN_SCOPES: "pets offline_access",
      ...environment,
    },
    ...more,
  });
  doors.push(door);
  return door;
}

/** The page that a call asks its user to open. */
async function pageOf(door: Door, called: Called): Promise<string> {
  const { error } = await call(door, called);
  expect(error?.code).toBe(-32_042);
  const { elicitations } = error?.data as { elicitations: { mode: string; url: string; elicitationId: string }[] };
  expect(elicitations).toHaveLength(1);
  expect(elicitations[0]).toMatchObject({
    mode: "url",
    url: expect.stringContaining(`${publicUrl}/sign-in?flow=`) as unknown,
  });
  return elicitations[0]?.url ?? "";
}

const visit = ({ handler }: Door, url: string, init: RequestInit = {}): Promise<Response> =>
  handler.fetch(new Request(url, { redirect: "manual", ...init }));

/** Confirms on the page, as a browser does. */
async function confirm(door: Door, page: string) {
  const response = await visit(door, page, { method: "POST", headers: { origin: publicUrl } });
  expect(response.status).toBe(303);
  const location = new URL(response.headers.get("location") ?? "");
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return { location, cookie, setCookie: response.headers.get("set-cookie") };
}

const back = (door: Door, state: string | null, cookie: string, more = "code=the-code"): Promise<Response> =>
  visit(door, `${publicUrl}/sign-in/callback?${more}&state=${state}`, { headers: { cookie } });

async function signIn(door: Door, called: Called): Promise<void> {
  const { location, cookie } = await confirm(door, await pageOf(door, called));
  expect((await back(door, location.searchParams.get("state"), cookie)).status).toBe(200);
}

const sentAs = (): unknown[] => api.arrived.map(({ headers }) => headers["authorization"]);

describe("a call of a user who has not signed in", () => {
  it("asks for it, and works once they have: for them, and for nobody else", async () => {
    const door = await open();
    const [ada, bob] = [await issuer.token(), await issuer.token({ sub: "bob" })];
    const page = await pageOf(door, { token: ada });
    expect(await pageOf(door, { token: ada })).toBe(page);
    expect(await pageOf(door, { token: bob })).not.toBe(page);
    const shown = await visit(door, page);
    expect(shown.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const text = await shown.text();
    expect(text).toContain("<strong>user:ada</strong> wants to use <strong>Pets</strong>");
    expect(text).toContain("login.example.com");
    const { location, cookie, setCookie } = await confirm(door, page);
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/);
    const { code_challenge: challenge, state, ...rest } = Object.fromEntries(location.searchParams);
    expect(location.origin + location.pathname).toBe("https://login.example.com/authorize");
    expect(rest).toEqual({
      tenant: "acme",
      response_type: "code",
      client_id: "mcp-at-pets",
      redirect_uri: `${publicUrl}/sign-in/callback`,
      code_challenge_method: "S256",
      scope: "pets offline_access",
    });
    const done = await back(door, state ?? "", cookie);
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining("Signed in")]);
    expect(asked).toHaveLength(1);
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      grant_type: "authorization_code",
      code: "the-code",
      redirect_uri: `${publicUrl}/sign-in/callback`,
    });
    const verifier = asked[0]?.get("code_verifier") ?? "";
    expect(createHash("sha256").update(verifier).digest("base64url")).toBe(challenge);
    for (const version of ["2025-11-25", "2026-07-28"] as const)
      expect((await call(door, { token: ada, version })).isError).toBe(false);
    expect(sentAs()).toEqual(["Bearer api-token-1", "Bearer api-token-1"]);
    await pageOf(door, { token: bob });
    expect(api.arrived).toHaveLength(2);
    const [lines, seen] = [door.lines.join(""), JSON.stringify(api.arrived) + String(asked)];
    expect(lines).toContain('"event":"sign-in","api":"pets","caller":"user:ada","outcome":"ok"');
    for (const secret of ["api-token", "refresh-token", "the-code", verifier, ada.slice(-40)])
      expect(lines).not.toContain(secret);
    for (const token of [ada, bob]) expect(seen).not.toContain(token.slice(-40));
  });

  it("needs none where the operation needs no credentials", async () => {
    const door = await open();
    expect((await call(door, { tool: "get_open", token: await issuer.token() })).isError).toBe(false);
    expect(sentAs()).toEqual([undefined]);
  });

  const asking = { elicitation: { url: {} } };
  it("of a client of 2026 gets a question, and goes on when its user is back", async () => {
    const door = await open();
    const token = await issuer.token();
    const first = await call(door, { token, version: "2026-07-28", capabilities: asking });
    const requests = first.result?.["inputRequests"] as Record<string, { method: string; params: { url: string } }>;
    expect(requests["sign-in"]).toMatchObject({ method: "elicitation/create", params: { mode: "url" } });
    const { location, cookie } = await confirm(door, requests["sign-in"]?.params.url ?? "");
    const inputResponses = { "sign-in": { action: "accept" } };
    const again = call(door, { token, version: "2026-07-28", capabilities: asking, inputResponses });
    expect((await back(door, location.searchParams.get("state"), cookie)).status).toBe(200);
    expect((await again).isError).toBe(false);
    expect(sentAs()).toEqual(["Bearer api-token-1"]);
  });

  it.each<[string, Called]>([
    ["2026, and declares no such question", { version: "2026-07-28" }],
    [
      "2026, and its user declined",
      { version: "2026-07-28", capabilities: asking, inputResponses: { "sign-in": { action: "decline" } } },
    ],
    ["before 2025-11-25", { version: "2025-06-18" }],
  ])("of a client of %s gets a failed result with the page's address", async (_case, called) => {
    const told = await call(await open(), { ...called, token: await issuer.token() });
    expect(told.isError).toBe(true);
    expect(told.text).toMatch(
      /^Pets wants user:ada to sign in there first\nThe user opens https:\/\/mcp\.example\.com\/sign-in\?flow=[\w-]{20,} and signs in/,
    );
  });

  it("is nobody's where no user is known", async () => {
    const door = await open({ MCP_AUTH_ISSUER: "" });
    expect((await call(door)).text).toContain("Nobody is known to sign in at Pets");
  });
});

describe("a sign-in", () => {
  it("is for the browser that confirmed it, once, and for no state that was made up", async () => {
    const door = await open();
    const page = await pageOf(door, { token: await issuer.token() });
    const state = new URL(page).searchParams.get("flow");
    expect((await back(door, state, "mcp-sign-in=guessed")).status).toBe(403);
    const other = await confirm(door, await pageOf(door, { token: await issuer.token({ sub: "bob" }) }));
    const { cookie } = await confirm(door, page);
    for (const wrong of ["", "mcp-sign-in=", other.cookie, `x${cookie}`])
      expect((await back(door, state, wrong)).status).toBe(403);
    for (const wrong of ["", "x", "x".repeat(43), `${state}x`])
      expect((await back(door, wrong, cookie)).status).toBe(404);
    expect(asked).toEqual([]);
    const both = await Promise.all([back(door, state, cookie), back(door, state, cookie)]);
    expect(both.map(({ status }) => status).sort((one, two) => one - two)).toEqual([200, expect.any(Number)]);
    expect(asked).toHaveLength(1);
    for (const url of [page, `${publicUrl}/sign-in/callback?code=x&state=${state}`])
      expect((await visit(door, url, { headers: { cookie } })).status).toBe(404);
  });

  it.each([null, "null", "https://evil.example", "https://mcp.example.com.evil.example", "http://mcp.example.com"])(
    "is confirmed on its own page only, and not from %s",
    async (origin) => {
      const door = await open();
      const page = await pageOf(door, { token: await issuer.token() });
      const response = await visit(door, page, { method: "POST", headers: origin === null ? {} : { origin } });
      expect([response.status, response.headers.get("set-cookie")]).toEqual([403, null]);
    },
  );

  it("shows no word of a name as HTML", async () => {
    const door = await open();
    const page = await pageOf(door, { token: await issuer.token({ sub: '<img src=x onerror="x">&' }) });
    const text = await (await visit(door, page)).text();
    expect(text).not.toContain("<img");
  });

  it.each<[string, () => { status?: number; body: unknown }, string, number]>([
    ["the user refuses", () => ({ body: {} }), "error=access_denied", 400],
    ["the endpoint refuses", () => ({ status: 400, body: { error: "invalid_grant" } }), "code=x", 502],
    ["the endpoint is broken", () => ({ status: 500, body: "x" }), "code=x", 502],
    ["no token is given", () => ({ body: { token_type: "Bearer" } }), "code=x", 502],
  ])("that fails leaves the user to be asked again: %s", async (_case, answer, query, status) => {
    granted = answer;
    const door = await open();
    const token = await issuer.token();
    const page = await pageOf(door, { token });
    const { location, cookie } = await confirm(door, page);
    const response = await back(door, location.searchParams.get("state"), cookie, query);
    expect(response.status).toBe(status);
    expect(await pageOf(door, { token })).not.toBe(page);
    expect(api.arrived).toEqual([]);
  });
});

describe("what was granted", () => {
  const shortly = () => ({
    body: {
      access_token: `api-token-${asked.length}`,
      refresh_token: `refresh-token-${asked.length}`,
      token_type: "Bearer",
      expires_in: 0,
    },
  });

  it("is renewed with the latest refresh token, and asked for anew where that is taken back", async () => {
    granted = shortly;
    const door = await open();
    const token = await issuer.token();
    await signIn(door, { token });
    for (const _ of [1, 2]) expect((await call(door, { token })).isError).toBe(false);
    expect(asked.slice(1).map((one) => [one.get("grant_type"), one.get("refresh_token")])).toEqual([
      ["refresh_token", "refresh-token-1"],
      ["refresh_token", "refresh-token-2"],
    ]);
    expect(sentAs()).toEqual(["Bearer api-token-2", "Bearer api-token-3"]);
    granted = () => ({ status: 400, body: { error: "invalid_grant" } });
    await pageOf(door, { token });
    const before = asked.length;
    await pageOf(door, { token });
    expect(asked).toHaveLength(before);
    expect(api.arrived).toHaveLength(2);
  });

  it("stays where its endpoint is away", async () => {
    granted = shortly;
    const door = await open();
    const token = await issuer.token();
    await signIn(door, { token });
    granted = () => ({ status: 503, body: "x" });
    expect((await call(door, { token })).text).toContain("answered 503");
    granted = shortly;
    expect((await call(door, { token })).isError).toBe(false);
  });

  it("is renewed where the API refuses it, once, and then the user is asked", async () => {
    const door = await open();
    const token = await issuer.token();
    await signIn(door, { token });
    api.answer = ({ headers }) => ({ status: headers["authorization"] === "Bearer api-token-1" ? 401 : 200, body: {} });
    expect((await call(door, { token })).isError).toBe(false);
    expect(sentAs()).toEqual(["Bearer api-token-1", "Bearer api-token-2"]);
  });

  it("lies sealed where instances share a store, and is good at each: begun at one, ended at another", async () => {
    const store = new SharedMemory();
    const key = { REDIS_URL: "redis://127.0.0.1:1", MCP_STORE_KEY: "key-of-the-store-0123456789" };
    const [one, other] = [await open(key, { store }), await open(key, { store })];
    const token = await issuer.token();
    const page = await pageOf(one, { token });
    const { location, cookie } = await confirm(other, page);
    const during = JSON.stringify(await store.dump());
    expect((await back(one, location.searchParams.get("state"), cookie)).status).toBe(200);
    expect((await call(other, { token })).isError).toBe(false);
    expect(sentAs()).toEqual(["Bearer api-token-1"]);
    const lying = during + JSON.stringify(await store.dump());
    for (const secret of [
      "api-token",
      "refresh-token",
      "user:ada",
      asked[0]?.get("code_verifier"),
      cookie.split("=")[1],
    ])
      expect(lying).not.toContain(secret);
  });
});

it.each<[string, Record<string, string>]>([
  ["MCP_PUBLIC_URL has to be set", { MCP_PUBLIC_URL: "", MCP_AUTH_ISSUER: "" }],
  ["MCP_PUBLIC_URL has to be an https URL", { MCP_PUBLIC_URL: "http://mcp.example.com", MCP_AUTH_ISSUER: "" }],
  ["PETS_SIGN_IN_URL has to be an https URL", { PETS_SIGN_IN_URL: "javascript:alert(1)" }],
  ["PETS_SIGN_IN_TOKEN_URL has to be set", { PETS_SIGN_IN_TOKEN_URL: "" }],
  ["PETS_SIGN_IN_TOKEN_URL has to be an https URL", { PETS_SIGN_IN_TOKEN_URL: "http://id.example.com/token" }],
  ["PETS_SIGN_IN_CLIENT_ID has to be set", { PETS_SIGN_IN_CLIENT_ID: "" }],
  ["MCP_STORE_KEY has to be set", { REDIS_URL: "redis://127.0.0.1:1" }],
])("a server does not start where %s", async (message, environment) => {
  await expect(open(environment)).rejects.toThrow(message);
});
