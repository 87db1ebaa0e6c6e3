/** Who calls, as a proxy says it: from its address it is believed, from any other refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { byToken } from "../../templates/always/src/runtime/access.js";
import { trustedProxiesOf } from "../../templates/always/src/runtime/access/authority.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import type { TableServerFactory } from "../../templates/always/src/runtime/http/mcp-exchange.js";
import { serveHttp } from "../../templates/always/src/runtime/node/http.js";
import { createTrustedProxies } from "../../templates/always/src/runtime/proxy/trusted-proxies.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { type Api, call, openDoor, startApi } from "./caller-door.js";

const trusting = {
  MCP_TRUSTED_PROXIES: "10.0.0.7, 192.168.0.0/16,2001:db8::/32",
  MCP_PROXY_SUBJECT_HEADER: "X-Forwarded-User",
};
const more = { MCP_PROXY_TENANT_HEADER: "X-Org", MCP_PROXY_SCOPES_HEADER: "X-Scopes" };

function who(environment: Record<string, string>, headers: Record<string, string>, address = "10.0.0.7") {
  const request = { method: "POST", url: "/mcp", headers: new Headers(headers), address };
  return createTrustedProxies(environment).callerOf(request);
}

describe("addresses", () => {
  it.each(["10.0.0.7", "::ffff:10.0.0.7", "192.168.3.4", "::FFFF:192.168.0.1", "2001:db8::5", "2001:0db8:0:0::1"])(
    "%s is a proxy's",
    (address) => {
      expect(who(trusting, { "x-forwarded-user": "ada" }, address)).toEqual({ id: "proxy:ada", subject: "ada" });
    },
  );

  it.each(["10.0.0.8", "192.169.0.1", "::1", "127.0.0.1", "2001:db9::1", "unknown", "", "10.0.0.7:80", "::ffff:a00:8"])(
    "%s is none, and what it says is refused",
    (address) => {
      expect(who(trusting, { "x-forwarded-user": "ada" }, address)).toMatchObject({ status: 403 });
      expect(who({ ...trusting, ...more }, { "x-scopes": "all" }, address)).toMatchObject({ status: 403 });
      expect(who(trusting, { "x-other": "ada" }, address)).toBeUndefined();
    },
  );
});

describe("what a proxy says", () => {
  const said = { "x-forwarded-user": "ada", "x-org": "acme/eu", "x-scopes": "pets:read, pets:write" };

  it("are the caller's name, organisation and scopes", () => {
    expect(who({ ...trusting, ...more }, said)).toEqual({
      id: "proxy:acme%2Feu/ada",
      subject: "ada",
      tenant: "acme/eu",
      scopes: ["pets:read", "pets:write"],
    });
    const { "x-scopes": _none, ...without } = said;
    expect(who({ ...trusting, ...more }, without)).toMatchObject({ scopes: [] });
  });

  it.each<[string, Record<string, string>]>([
    ["no name", { "x-org": "acme" }],
    ["an empty name", { "x-forwarded-user": " " }],
    ["two names", { "x-forwarded-user": "mallory, ada" }],
    ["a long name", { "x-forwarded-user": "a".repeat(256) }],
    ["a hidden character", { "x-forwarded-user": "ada\u00ad" }],
    ["no organisation", { "x-forwarded-user": "ada" }],
  ])("is refused, or nobody's, where there is %s", (_case, headers) => {
    const found = who({ ...trusting, ...more }, headers);
    if (headers["x-forwarded-user"] === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ status: 401 });
  });

  const certified = {
    ...trusting,
    MCP_PROXY_SUBJECT_HEADER: "X-SSL-Client-S-DN",
    MCP_PROXY_VERIFIED_HEADER: "X-SSL-Client-Verify",
  };
  it.each<[string | undefined, string]>([
    ["SUCCESS", "proxy:CN%3Dada%2CO%3DAcme"],
    ["FAILED:certificate has expired", "401"],
    ["NONE", "401"],
    ["SUCCESS, SUCCESS", "401"],
    [undefined, "401"],
  ])("of a certificate counts where it was verified: %s", (verified, want) => {
    const found = who(certified, {
      "x-ssl-client-s-dn": "CN=ada,O=Acme",
      ...(verified === undefined ? {} : { "x-ssl-client-verify": verified }),
    });
    expect(String(found && ("status" in found ? found.status : found.id))).toBe(want);
  });

  it.each<[string, string | undefined]>([
    ['By=spiffe://b;Hash=ab12;Subject="CN=ada,O=Acme";URI=spiffe://acme/ada', "spiffe://acme/ada"],
    ['Hash=ab12;Subject="CN=ada, O=Acme"', "CN=ada, O=Acme"],
    ['Hash=ab;Subject="CN=a;URI=spiffe://acme/bob"', "CN=a;URI=spiffe://acme/bob"],
    ['Hash=ab;Subject="CN=a;URI=spiffe://acme/bob;CN=b"', "CN=a;URI=spiffe://acme/bob;CN=b"],
    ['Hash=ab;Subject="CN=\\"a\\";URI=spiffe://acme/bob;b"', 'CN="a";URI=spiffe://acme/bob;b'],
    ['Subject="CN=a";Subject="CN=b"', undefined],
    ['Hash=a;Subject="CN=a",Hash=b;Subject="CN=b"', undefined],
    ['Subject="CN=a', undefined],
    ["Hash=ab12", undefined],
    ["Subject=mallory,Subject=ada", undefined],
  ])("in X-Forwarded-Client-Cert is read: %s", (value, want) => {
    const found = who(
      { ...trusting, MCP_PROXY_SUBJECT_HEADER: "X-Forwarded-Client-Cert" },
      { "x-forwarded-client-cert": value },
    );
    expect(found && "subject" in found ? found.subject : undefined).toBe(want);
  });
});

it.each<[string, Record<string, string>]>([
  ["MCP_PROXY_SUBJECT_HEADER has to say", { MCP_PROXY_SUBJECT_HEADER: "" }],
  ["has to list addresses", { MCP_TRUSTED_PROXIES: "" }],
  ["has to list addresses", { MCP_TRUSTED_PROXIES: "10.0.0.7,proxy.example.com" }],
  ["has to list addresses", { MCP_TRUSTED_PROXIES: "10.0.0.0/33" }],
  ["network of all addresses", { MCP_TRUSTED_PROXIES: "0.0.0.0/0" }],
  ["has to be the name of a header", { MCP_PROXY_SUBJECT_HEADER: "a b" }],
  ["has to be the name of a header", { MCP_PROXY_SUBJECT_HEADER: "Authorization" }],
])("a server does not start where %s: %j", (message, environment) => {
  expect(() => createTrustedProxies({ ...trusting, ...environment })).toThrow(message);
});

it("a server without the part does not start where a proxy is named", async () => {
  await expect(trustedProxiesOf({}, { environment: trusting })).rejects.toThrow("without the part that lets a proxy");
  expect(await trustedProxiesOf({}, { environment: {} })).toBeUndefined();
});

describe("at the door", () => {
  let api: Api;
  beforeAll(async () => void (api = await startApi()));
  afterAll(() => api.close());
  beforeEach(() => void (api.arrived.length = 0));

  it("who comes through the proxy is who it says, with credentials of their own; nobody else is let in", async () => {
    const door = await openDoor({
      environment: {
        ...trusting,
        PETS_BASE_URL: api.url,
        MCP_CREDENTIALS: JSON.stringify({ "proxy:ada": { PETS_BEARER: "secret-of-ada" } }),
      },
    });
    const headers = { "x-forwarded-user": "ada" };
    for (const version of ["2025-11-25", "2026-07-28"] as const)
      expect((await call(door, { headers, version, address: "10.0.0.7" })).status).toBe(200);
    expect(api.arrived.map((one) => one.headers["authorization"])).toEqual([
      "Bearer secret-of-ada",
      "Bearer secret-of-ada",
    ]);
    expect(JSON.stringify(api.arrived)).not.toContain("x-forwarded-user");
    expect((await call(door, { headers, address: "10.0.0.8" })).status).toBe(403);
    for (const address of ["10.0.0.7", "10.0.0.8"]) expect((await call(door, { address })).status).toBe(401);
    expect(api.arrived).toHaveLength(2);
    expect(door.lines.join("")).toContain('"caller":"proxy:ada"');
    await door.close();
  });

  it("the address is that of the socket, whatever headers say of another, and a server that asks a proxy is no open one", async () => {
    const environment = { ...trusting, MCP_TRUSTED_PROXIES: "10.0.0.7", MCP_PORT: "0", MCP_HOST: "0.0.0.0" };
    const settings = readSettings({ ...environment, MCP_ALLOWED_HOSTS: "127.0.0.1" });
    const proxies = createTrustedProxies(environment);
    const factory = (() => {
      throw new Error("nobody gets here");
    }) as unknown as TableServerFactory;
    const log = createLog("silent");
    const options = { factory, authenticate: byToken, log, insecure: false };
    await expect(serveHttp({ ...options, settings })).rejects.toThrow("Refused to listen");
    const front = await serveHttp({ ...options, settings: { ...settings, proxies } });
    const others: readonly Record<string, string>[] = [
      {},
      { "x-forwarded-for": "10.0.0.7" },
      { forwarded: "for=10.0.0.7" },
      { "x-real-ip": "10.0.0.7" },
    ];
    for (const more of others) {
      const response = await fetch(`http://127.0.0.1:${front.port}/mcp`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-user": "ada", ...more },
        body: "{}",
      });
      expect(response.status).toBe(403);
    }
    await front.drain();
  });
});
