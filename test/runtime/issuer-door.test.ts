/** The door of an authorization server: when its keys are fetched, which tokens it lets in, and what is said to the others. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Refusal } from "../../templates/always/src/runtime/access/authority.js";
import { createAuthority } from "../../templates/always/src/runtime/authorization/authorization.js";
import { IssuerFault, TokenFault } from "../../templates/always/src/runtime/authorization/faults.js";
import { IssuerKeys } from "../../templates/always/src/runtime/authorization/issuer-keys.js";
import { provenClaims, unprovenToken } from "../../templates/always/src/runtime/authorization/jwt-access-token.js";
import { readAuthoritySettings } from "../../templates/always/src/runtime/authorization/settings.js";
import type { Caller, HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.js";
import { Issuer, issuerKey, part, seconds } from "./issuer.js";

const first = await issuerKey("first");
const second = await issuerKey("second");
let issuer: Issuer;
beforeEach(() => {
  issuer = new Issuer([first]);
});

describe("keys of an issuer", () => {
  function kept(maxAgeMs = 3_600_000) {
    const clock = { now: 0 };
    const published = async (): Promise<unknown> => ({ keys: issuer.keys.map(({ jwk }) => jwk) });
    const load = vi.fn(published);
    const keys = new IssuerKeys(load as never, maxAgeMs, () => clock.now);
    const find = (kid = "first") =>
      Promise.resolve(keys.find({ alg: "ES256", kid }, {} as never)).then(
        () => "found",
        (fault: Error) => `${fault.name}: ${fault.message}`,
      );
    return {
      clock,
      find,
      keys,
      load,
      fails: (fault: unknown) => load.mockImplementation(() => Promise.reject(fault as Error)),
      mends: () => load.mockImplementation(published),
    };
  }
  const unknown = "TokenFault: The access token is signed with a key that its issuer does not have";

  it("are fetched once for ten minutes, then meanwhile, without anybody waiting", async () => {
    const { clock, find, keys, load } = kept();
    expect(keys.inUse).toBeUndefined();
    expect(await Promise.all([find(), find()])).toEqual(["found", "found"]);
    const before = keys.inUse;
    clock.now = 600_000;
    expect([await find(), load.mock.calls.length]).toEqual(["found", 1]);
    clock.now = 600_001;
    issuer.keys = [second];
    let answer = (): void => undefined;
    const jwks = { keys: [second.jwk] };
    load.mockImplementationOnce(() => new Promise((resolve) => (answer = () => resolve(jwks))));
    expect([await find(), load.mock.calls.length]).toEqual(["found", 2]);
    answer();
    await vi.waitFor(() => expect(keys.inUse).not.toBe(before));
    expect(await find("second")).toBe("found");
    clock.now = 606_000;
    expect([await find(), load.mock.calls.length]).toEqual([unknown, 3]);
  });

  it("are fetched again for a name that is not known, once in five seconds", async () => {
    const { clock, find, load } = kept();
    await find();
    expect([await find("second"), load.mock.calls.length]).toEqual([unknown, 1]);
    clock.now = 4_999;
    expect([await find("second"), load.mock.calls.length]).toEqual([unknown, 1]);
    clock.now = 5_000;
    issuer.keys = [first, second];
    expect([await find("second"), load.mock.calls.length]).toEqual(["found", 2]);
  });

  it("are good to the end of their age while they cannot be fetched, and no longer", async () => {
    const { clock, find, fails, load, mends } = kept(900_000);
    await find();
    fails(new IssuerFault("away"));
    clock.now = 900_000;
    expect([await find(), load.mock.calls.length]).toEqual(["found", 2]);
    clock.now = 900_001;
    expect([await find(), load.mock.calls.length]).toEqual(["IssuerFault: away", 2]);
    clock.now = 905_000;
    expect([await find(), load.mock.calls.length]).toEqual(["IssuerFault: away", 3]);
    mends();
    clock.now = 909_999;
    expect(await find()).toBe("IssuerFault: away");
    clock.now = 910_000;
    expect(await find()).toBe("found");
    expect(await find("second")).toBe(unknown);
  });

  it("are fetched as often as is set, where that is sooner", async () => {
    const { clock, find, load } = kept(10_000);
    await find();
    clock.now = 10_000;
    expect([await find(), load.mock.calls.length]).toEqual(["found", 1]);
    clock.now = 10_001;
    expect([await find(), load.mock.calls.length]).toEqual(["found", 2]);
  });

  it("that are none let nobody in", async () => {
    const { clock, find, fails } = kept();
    fails(new TypeError("no keys in there"));
    expect(await find()).toBe("IssuerFault: The issuer's keys cannot be read");
    clock.now = 4_999;
    expect(await find()).toBe("IssuerFault: The issuer's keys cannot be read");
  });
});

describe("what a token says of itself", () => {
  const settings = () =>
    readAuthoritySettings({ environment: { MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com" } });
  const proven = async (token: string, audiences = ["https://mcp.example.com/mcp"]): Promise<unknown> => {
    const keys = new IssuerKeys(async () => ({ keys: issuer.keys.map(({ jwk }) => jwk) }) as never, 60_000);
    const unproven = unprovenToken(token);
    if (unproven === undefined) throw new Error("It is a JWT");
    return provenClaims(token, unproven, audiences, settings(), keys).then(
      ({ sub }) => sub,
      (fault: Error) => `${fault.name}: ${fault.message}`,
    );
  };
  const refused = (reason: string): string => `TokenFault: The access token ${reason}`;
  const other = "is a token of another kind";

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ["nothing wrong", {}, {}, "ada"],
    ["a type in full", {}, { typ: "application/AT+jwt" }, "ada"],
    ["the type of any JWT", {}, { typ: "JWT" }, refused("is of a type that is not accepted")],
    ["no type", {}, { typ: undefined }, refused("is of a type that is not accepted")],
    [
      "an algorithm that nobody accepts",
      {},
      { alg: "HS256", typ: "at+jwt" },
      refused("has an algorithm that is not accepted"),
    ],
    ["an extension", {}, { crit: ["exp"], exp: 1 }, refused("asks for an extension that is not known")],
    ["a nonce", { nonce: "x" }, {}, refused(other)],
    ["the hash of a token", { at_hash: "x" }, {}, refused(other)],
    ["the hash of a code", { c_hash: "x" }, {}, refused(other)],
    ["the hash of a state", { s_hash: "x" }, {}, refused(other)],
    ["events", { events: {} }, {}, refused(other)],
    ["the use of an ID token", { token_use: "id" }, {}, refused(other)],
    ["the type of a refresh token", { typ: "Refresh" }, {}, refused(other)],
    ["both, one of them wrong", { typ: "Bearer", token_use: "id" }, {}, refused(other)],
    ["the use of an access token", { token_use: "ACCESS", typ: "Bearer" }, {}, "ada"],
    ["the use of one by its type", { token_use: "at+jwt" }, {}, "ada"],
    ["a key that it is bound to", { cnf: {} }, {}, refused("is bound to a key, and came without a proof of it")],
    ["another issuer", { iss: "https://other.example" }, {}, refused("is of another issuer")],
    ["another audience", { aud: "https://mcp.example.com" }, {}, refused("is for another audience")],
    ["no subject", { sub: undefined }, {}, refused("lacks the claim sub, or has it wrong")],
    ["no end", { exp: undefined }, {}, refused("lacks the claim exp, or has it wrong")],
    ["no audience", { aud: undefined }, {}, refused("is for another audience")],
    ["an end that is a text", { exp: "never" }, {}, refused("lacks the claim exp, or has it wrong")],
    ["an end that is over", { exp: seconds() - 60 }, {}, refused("has expired")],
    ["an end that was a moment ago", { exp: seconds() - 2 }, {}, "ada"],
    ["a beginning that is to come", { nbf: seconds() + 60 }, {}, refused("is not valid yet")],
    ["a beginning in a moment", { nbf: seconds() + 3 }, {}, "ada"],
  ])("is looked at: %s", async (_what, claims, header, want) => {
    // What no library signs is put together by hand: it is refused before its signature is looked at.
    const byHand = "alg" in header || "crit" in header;
    const token = byHand
      ? `${part({ alg: "ES256", kid: "first", typ: "at+jwt", ...header })}.${part({ sub: "ada" })}.x`
      : await issuer.token(claims, header);
    expect(await proven(token)).toBe(want);
  });

  it("is worth nothing where somebody else signed it", async () => {
    const foreign = await issuer.token({}, { kid: "first" }, second);
    expect(await proven(foreign)).toBe(refused("has a signature that is wrong"));
    expect(await proven(await issuer.token({}, {}, second))).toBe(
      refused("is signed with a key that its issuer does not have"),
    );
    const [head, claims] = (await issuer.token()).split(".");
    expect(await proven(`${head}.${claims}.`)).toBe(refused("has a signature that is wrong"));
    expect(await proven(await issuer.token(), ["https://a.example", "https://mcp.example.com/mcp"])).toBe("ada");
  });
});

describe("at the door", () => {
  function door(more: Record<string, string> = {}, exchange?: (request: HttpRequest) => never) {
    const lines: unknown[][] = [];
    const line =
      (level: string) =>
      (...told: unknown[]) =>
        void lines.push([level, ...told]);
    const authority = createAuthority({
      host: {
        environment: { MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com", ...more },
        exchange: (exchange as never) ?? issuer.exchange,
      },
      log: { error: line("error"), warn: line("warn"), info: line("info"), debug: line("debug") },
      title: "Shop",
      scopes: (path) => [`read:${path}`],
    });
    const ask = async (token: string | undefined, path = "/mcp") => {
      const found: Caller | Refusal = await authority.callerOf(token, path);
      return "status" in found ? `${found.status} ${found.message}` : found.id;
    };
    return { authority, ask, lines };
  }
  const away = "503 The authorization server cannot be asked now";

  it("whoever has a good token comes in, by the path that it is for", async () => {
    const { ask, authority } = door();
    const token = await issuer.token();
    expect([await ask(token), await ask(token, "/mcp/triage"), await ask(token, "/other")]).toEqual([
      "user:ada",
      "user:ada",
      "401 The access token is for another audience",
    ]);
    expect([authority.host, authority.routes("/mcp").length]).toEqual(["mcp.example.com", 2]);
  });

  it.each<[string, string | undefined, string]>([
    ["no token", undefined, "An access token is needed"],
    ["a long one", "a".repeat(8_193), "The access token is longer than 8192 characters"],
    ["one that is just not too long", "a".repeat(8_192), "The access token is no JWT"],
    ["one with characters of none", "a b", "The access token has characters that no token has"],
    ["an empty one", "", "The access token has characters that no token has"],
    ["one with signs at its end", "a-._~+/==", "The access token is no JWT"],
    ["one with a sign amid it", "a=b", "The access token has characters that no token has"],
  ])("nobody comes in with %s", async (_what, token, message) => {
    expect(await door().ask(token)).toBe(`401 ${message}`);
    expect(issuer.asked).toEqual([]);
  });

  it("whoever lacks a scope that all need is told which, with where to ask", async () => {
    const { authority } = door({ MCP_AUTH_SCOPES: "shop:use,shop:see" });
    const refusal = await authority.callerOf(await issuer.token({ scope: "shop:use" }), "/mcp");
    expect(refusal).toEqual({
      status: 403,
      message: "The access token lacks a scope: shop:use shop:see are needed",
      headers: {
        "WWW-Authenticate":
          'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="shop:use shop:see", error="insufficient_scope"',
      },
    });
    expect(await authority.callerOf(await issuer.token({ scope: "shop:see shop:use" }), "/mcp")).toMatchObject({
      id: "user:ada",
    });
    const ada = { id: "user:ada", issuer: issuer.url };
    expect(authority.insufficient(ada, ["x"], "/mcp")?.status).toBe(403);
    expect(authority.insufficient({ ...ada, issuer: "https://other.example" }, ["x"], "/mcp")).toBeUndefined();
  });

  it("nobody is turned away for good while the issuer is away, and the log says what was asked", async () => {
    issuer.state = "down";
    const { authority, ask, lines } = door();
    const token = await issuer.token();
    expect(await authority.callerOf(token, "/mcp")).toEqual({
      status: 503,
      message: "The authorization server cannot be asked now",
      headers: { "Retry-After": "5" },
    });
    expect(lines).toEqual([
      ["warn", "authorization", { message: "id.example.com could not be asked", code: "ECONNREFUSED" }],
    ]);
    expect(await ask(token)).toBe(away);
  });

  it.each<[string, unknown, string]>([
    ["no keys", { keys: [] }, "id.example.com/realm/keys has no keys"],
    ["something else", { keys: {} }, "id.example.com/realm/keys has no keys"],
    ["nothing of keys", {}, "id.example.com/realm/keys has no keys"],
    ["no JSON", "x", "id.example.com/realm/keys gave no JSON object"],
  ])("nobody comes in where the issuer has %s", async (_what, body, message) => {
    issuer.answers.set("/realm/keys", () => ({ body }));
    const { ask, lines } = door();
    expect(await ask(await issuer.token())).toBe(away);
    expect(lines).toEqual([["warn", "authorization", { message }]]);
  });

  it("nobody comes in where the issuer does not say where its keys are", async () => {
    const place = "/.well-known/oauth-authorization-server/realm";
    issuer.answers.set(place, () => ({ body: { issuer: issuer.url } }));
    const { ask, lines } = door();
    expect(await ask(await issuer.token())).toBe(away);
    expect(lines).toEqual([["warn", "authorization", { message: "The issuer does not say where its keys are" }]]);
    expect(await door({ MCP_AUTH_JWKS_URL: `${issuer.url}/keys` }).ask(await issuer.token())).toBe("user:ada");
  });

  it("tokens that are no JWT are asked about where this server may ask", async () => {
    issuer.answers.set("/realm/introspect", (body) => ({
      body: {
        active: new URLSearchParams(body).get("token") === "opaque",
        sub: "bob",
        aud: "https://mcp.example.com/mcp",
      },
    }));
    const { ask } = door({ MCP_AUTH_CLIENT_ID: "server", MCP_AUTH_CLIENT_SECRET: "s3cr3t-to-ask-about-tokens" });
    expect([await ask("opaque"), await ask("other")]).toEqual(["user:bob", "401 The access token is not active"]);
    expect(await ask(await issuer.token())).toBe("user:ada");
  });

  it("faults of this server let nobody in", async () => {
    const { authority, lines } = door();
    const bad = {
      get length(): number {
        throw new TypeError("broken");
      },
    };
    expect(await authority.callerOf(bad as never, "/mcp")).toMatchObject({
      status: 401,
      message: "The access token cannot be verified",
    });
    expect(lines).toEqual([["error", "authorization", { error: new TypeError("broken") }]]);
    expect(new TokenFault("x").name).toBe("TokenFault");
  });
});
