/** The authorization server itself: where its metadata and keys are, when they are fetched, and what if it is away. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAuthority } from "../../templates/always/src/runtime/authorization/authorization.js";
import { IssuerKeys } from "../../templates/always/src/runtime/authorization/issuer-keys.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { Issuer, issuerKey, seconds } from "./issuer.js";

const first = await issuerKey("first");
const second = await issuerKey("second");
const lines: string[] = [];
let issuer: Issuer;

beforeEach(() => {
  issuer = new Issuer([first]);
  lines.length = 0;
});

function authority(more: Record<string, string> = {}) {
  const made = createAuthority({
    host: {
      environment: { MCP_AUTH_ISSUER: issuer.url, MCP_PUBLIC_URL: "https://mcp.example.com", ...more },
      exchange: issuer.exchange,
    },
    log: createLog("debug", (line) => lines.push(line)),
    title: "Shop",
    scopes: () => [],
  });
  return (token: string | undefined) => made.callerOf(token, "/mcp");
}

const unavailable = { status: 503, headers: { "Retry-After": "5" } };
const ada = { id: "user:ada" };

describe("keys", () => {
  /** A store of keys whose clock a test has, and what it says of a token. */
  function store(maxAgeMs = 3_600_000) {
    const clock = { now: 0 };
    const load = vi.fn(async () => {
      if (issuer.state !== "up") throw new Error("away");
      return { keys: issuer.keys.map(({ jwk }) => jwk) };
    });
    const keys = new IssuerKeys(load as never, maxAgeMs, () => clock.now);
    const find = async (kid: string): Promise<string> => {
      try {
        await keys.find({ alg: "ES256", kid }, {} as never);
        return "found";
      } catch (fault) {
        return (fault as Error).name;
      }
    };
    return { clock, load, find };
  }

  it("are fetched once, and by one request for all who need them at the same time", async () => {
    const { find, load, clock } = store();
    expect(await Promise.all(Array.from({ length: 50 }, () => find("first")))).toEqual(Array(50).fill("found"));
    clock.now = 60_000;
    expect(await find("first")).toBe("found");
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("are fetched again for a name that is new, once in five seconds however many are invented", async () => {
    const { find, load, clock } = store();
    await find("first");
    for (let count = 0; count < 50; count += 1) expect(await find(`invented-${count}`)).toBe("TokenFault");
    expect(load).toHaveBeenCalledTimes(1);
    clock.now = 5_000;
    issuer.keys = [first, second];
    expect(await Promise.all(Array.from({ length: 50 }, () => find("second")))).toEqual(Array(50).fill("found"));
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("that are withdrawn are refused within ten minutes", async () => {
    const { find, clock } = store();
    await find("first");
    issuer.keys = [second];
    clock.now = 600_001;
    // What is known is used while it is fetched again.
    await vi.waitFor(async () => expect(await find("first")).toBe("TokenFault"));
    expect(await find("second")).toBe("found");
  });

  it("go on to the end of their age while the issuer is away, and a name that is new cannot be judged", async () => {
    const { find, clock } = store();
    await find("first");
    issuer.state = "down";
    for (clock.now = 5_000; clock.now <= 3_600_000; clock.now += 300_000) {
      expect(await find("first")).toBe("found");
      expect(await find("other")).toBe("IssuerFault");
    }
    clock.now = 3_600_001;
    expect(await find("first")).toBe("IssuerFault");
    issuer.state = "up";
    expect(await find("first")).toBe("IssuerFault");
    clock.now += 5_000;
    expect(await find("first")).toBe("found");
  });

  it("that were never fetched let nobody in, and the issuer is asked once in five seconds", async () => {
    const { find, load, clock } = store();
    issuer.state = "down";
    for (let count = 0; count < 20; count += 1) expect(await find("first")).toBe("IssuerFault");
    expect(load).toHaveBeenCalledTimes(1);
    clock.now = 5_000;
    issuer.state = "up";
    expect(await find("first")).toBe("found");
  });
});

describe("an issuer that is away", () => {
  it("is answered with 503 and when to come back, never with 401, 500 or a way in; then callers go on", async () => {
    const door = authority();
    issuer.state = "down";
    expect(await door(await issuer.token())).toMatchObject(unavailable);
    expect(lines.join("")).toContain("id.example.com could not be asked");
    expect(lines.join("")).toContain("ECONNREFUSED");
    // What is wrong with a token in itself is said all the same.
    expect(await door(await issuer.token({}, { typ: "JWT" }))).toMatchObject({ status: 401 });
    expect(await door(undefined)).toMatchObject({ status: 401 });
  });

  it.each<[string, () => void]>([
    ["answers 500", () => issuer.answers.set("/realm/keys", () => ({ status: 500, body: {} }))],
    ["answers 429", () => issuer.answers.set("/realm/keys", () => ({ status: 429, body: {} }))],
    ["has no keys where it says", () => issuer.answers.delete("/realm/keys")],
    ["has a list without keys", () => issuer.answers.set("/realm/keys", () => ({ body: { keys: [] } }))],
    ["has no list", () => issuer.answers.set("/realm/keys", () => ({ body: { keys: "none" } }))],
    ["has keys that are none", () => issuer.answers.set("/realm/keys", () => ({ body: { keys: [1, null] } }))],
    ["sends no JSON", () => issuer.answers.set("/realm/keys", () => ({ body: "<html>" }))],
    [
      "sends a list as metadata",
      () => issuer.answers.set("/.well-known/oauth-authorization-server/realm", () => ({ body: [] })),
    ],
    [
      "sends a megabyte",
      () => issuer.answers.set("/realm/keys", () => ({ body: { keys: [{ n: "a".repeat(1_048_576) }] } })),
    ],
    ["has no metadata", () => issuer.answers.delete("/.well-known/oauth-authorization-server/realm")],
    [
      "has another's metadata",
      () =>
        issuer.answers.set("/.well-known/oauth-authorization-server/realm", () => ({
          body: { issuer: "https://evil.example", jwks_uri: `${issuer.url}/keys` },
        })),
    ],
    [
      "has its keys in clear text",
      () =>
        issuer.answers.set("/.well-known/oauth-authorization-server/realm", () => ({
          body: { issuer: issuer.url, jwks_uri: "http://id.example.com/realm/keys" },
        })),
    ],
  ])("or that %s: 503", async (_case, bend) => {
    bend();
    expect(await authority()(await issuer.token())).toMatchObject(unavailable);
    expect(lines).toHaveLength(1);
  });

  it("is waited for five seconds at most", async () => {
    vi.useFakeTimers();
    try {
      issuer.state = "hang";
      const token = await issuer.token();
      let answer: unknown;
      void authority()(token).then((given) => (answer = given));
      await vi.advanceTimersByTimeAsync(4_999);
      expect(answer).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      expect(answer).toMatchObject(unavailable);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("metadata", () => {
  it.each([
    ["/.well-known/oauth-authorization-server/realm"],
    ["/.well-known/openid-configuration/realm"],
    ["/realm/.well-known/openid-configuration"],
  ])("is found at %s", async (place) => {
    const metadata = issuer.answers.get("/.well-known/oauth-authorization-server/realm");
    issuer.answers.delete("/.well-known/oauth-authorization-server/realm");
    issuer.answers.set(place, metadata ?? (() => ({ body: {} })));
    expect(await authority()(await issuer.token())).toMatchObject(ada);
  });

  it("is not asked for where the place of the keys is set", async () => {
    const door = authority({ MCP_AUTH_JWKS_URL: `${issuer.url}/keys` });
    expect(await door(await issuer.token())).toMatchObject(ada);
    expect(issuer.asked).toEqual(["/realm/keys"]);
  });
});

describe("a token that says nothing by itself", () => {
  const client = { MCP_AUTH_CLIENT_ID: "mcp", MCP_AUTH_CLIENT_SECRET: "the-secret-of-mcp" };
  const token = "an-opaque-token-0123456789";
  const good = (more: object = {}): object => ({
    active: true,
    sub: "ada",
    client_id: "claude",
    scope: "pets:read",
    aud: "https://mcp.example.com/mcp",
    exp: seconds() + 300,
    ...more,
  });
  const says = (body: unknown, status = 200): void =>
    void issuer.answers.set("/realm/introspect", () => ({ status, body }));

  it("is asked about once a minute, with what proves this server, and by one request for all", async () => {
    const bodies: string[] = [];
    issuer.answers.set("/realm/introspect", (body) => {
      bodies.push(body);
      return { body: good() };
    });
    const door = authority(client);
    const found = await Promise.all(Array.from({ length: 20 }, () => door(token)));
    expect(found).toEqual(Array(20).fill(found[0]));
    expect(found[0]).toMatchObject({ ...ada, client: "claude", scopes: ["pets:read"], issuer: issuer.url });
    expect(bodies).toEqual([`token_type_hint=access_token&token=${token}`]);
    expect(await door(`${token}-of-another`)).toMatchObject(ada);
    expect(bodies).toHaveLength(2);
  });

  it.each<[string, object]>([
    ["inactive", { active: false }],
    ["inactive, whatever else is said", good({ active: false })],
    ["expired", good({ exp: seconds() - 1 })],
    ["of an end that is no number", good({ exp: "never" })],
    ["not yet valid", good({ nbf: seconds() + 60 })],
    ["for another audience", good({ aud: "https://api.example.com" })],
    ["for no audience", good({ aud: undefined })],
    ["of another issuer", good({ iss: "https://evil.example" })],
    ["bound to a key", good({ cnf: { "x5t#S256": "a" } })],
    ["no bearer token", good({ token_type: "DPoP" })],
    ["nobody's", good({ sub: undefined, client_id: undefined })],
  ])("is refused where it is %s", async (_case, answer) => {
    says(answer);
    expect(await authority(client)(token)).toMatchObject({ status: 401 });
    expect(lines.join("")).not.toContain(token);
  });

  it.each<[string, unknown, number]>([
    ["500", {}, 500],
    ["401", { error: "invalid_client" }, 401],
    ["no JSON", "<html>", 200],
    ["an activity that is no boolean", { active: "true" }, 200],
    ["a list", [], 200],
  ])(
    "cannot be judged where the issuer answers %s: 503, and neither token nor secret is in the log",
    async (_c, body, status) => {
      says(body, status);
      expect(await authority(client)(token)).toMatchObject(unavailable);
      expect(lines).toHaveLength(1);
      expect(lines.join("")).not.toMatch(/opaque-token|secret-of-mcp/);
    },
  );

  it("goes on for its minute while the issuer is away, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      says(good());
      const door = authority(client);
      expect(await door(token)).toMatchObject(ada);
      issuer.state = "down";
      vi.advanceTimersByTime(59_000);
      expect(await door(token)).toMatchObject(ada);
      expect(await door("another-token-0123456789")).toMatchObject(unavailable);
      vi.advanceTimersByTime(2_000);
      expect(await door(token)).toMatchObject(unavailable);
    } finally {
      vi.useRealTimers();
    }
  });

  it("ends with its own time, though it was asked about less than a minute ago", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      says(good({ exp: seconds() + 10 }));
      const door = authority(client);
      expect(await door(token)).toMatchObject(ada);
      vi.advanceTimersByTime(11_000);
      expect(await door(token)).toMatchObject({ status: 401 });
    } finally {
      vi.useRealTimers();
    }
  });

  it("is asked about by 32 requests at the same time at most, and invented ones displace none that is good", async () => {
    issuer.answers.set("/realm/introspect", (body) => ({ body: body.includes(token) ? good() : { active: false } }));
    const door = authority(client);
    expect(await door(token)).toMatchObject(ada);
    for (let round = 0; round < 40; round += 1) {
      let open = (): void => undefined;
      issuer.gate = new Promise((resolve) => (open = resolve));
      const asked = Array.from({ length: 40 }, (_, index) => door(`invented-${round}-${index}-token`));
      const statusOf = async (found: (typeof asked)[number]): Promise<number> => {
        const answer = await found;
        return "status" in answer ? answer.status : 200;
      };
      // Those that are one too many are told so before any of the others has its answer.
      let refused = 0;
      for (const one of asked) void statusOf(one).then(() => (refused += 1));
      await vi.waitFor(() => expect(refused).toBe(8));
      open();
      const statuses = await Promise.all(asked.map(statusOf));
      expect([401, 503].map((status) => statuses.filter((one) => one === status).length)).toEqual([32, 8]);
    }
    issuer.gate = undefined;
    const before = issuer.asked.length;
    expect(await door(token)).toMatchObject(ada);
    expect(issuer.asked).toHaveLength(before);
  });

  it("is not asked about where it is a JWT, good or not", async () => {
    says(good());
    const door = authority(client);
    expect(await door(await issuer.token())).toMatchObject(ada);
    expect(await door(await issuer.token({ aud: "other" }))).toMatchObject({ status: 401 });
    expect(issuer.asked).not.toContain("/realm/introspect");
  });
});
