/** Tokens that the authorization server is asked about (RFC 7662): how, how often, and what it has to say of them. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IssuerFault } from "../../templates/always/src/runtime/authorization/faults.ts";
import { Introspection } from "../../templates/always/src/runtime/authorization/introspection.ts";
import { issuerExchange, readJsonObject } from "../../templates/always/src/runtime/authorization/issuer-exchange.ts";
import {
  MetadataReader,
  type ServerMetadata,
} from "../../templates/always/src/runtime/authorization/server-metadata.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import type { HttpRequest, HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";

const issuer = "https://issuer.example";
const good: JsonObject = { active: true, aud: "me", sub: "ada" };
const answered = (body: unknown, status = 200): HttpResponse => ({
  status,
  headers: new Headers({ "content-type": "application/json" }),
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  truncated: false,
  url: `${issuer}/ask`,
});

function asking({
  answer = () => good,
  metadata,
}: {
  answer?: (token: string) => unknown;
  /** In place of the URL of the settings. */
  metadata?: () => Promise<ServerMetadata>;
} = {}) {
  const asked: HttpRequest[] = [];
  const clock = { now: 1_000_000_000_000 };
  const introspection = new Introspection(
    { id: "server", secret: new Secret("introspect9a8b7c"), ...(metadata ? {} : { url: new URL(`${issuer}/ask`) }) },
    { issuer },
    async (request) => {
      asked.push(request);
      const given = await answer(new URLSearchParams(String(request.body)).get("token") ?? "");
      return given instanceof Object && "status" in given ? (given as HttpResponse) : answered(given);
    },
    metadata ?? (async () => ({})),
    () => clock.now,
  );
  const told = (token = "t", audiences = ["me"]) =>
    introspection.claimsOf(token, audiences).then(
      (claims) => claims["sub"],
      (fault: Error) => `${fault.name}: ${fault.message}`,
    );
  return { asked, clock, told };
}

describe("a question", () => {
  it("says which token, of which kind, and who asks", async () => {
    const { asked, told } = asking();
    expect(await told("tok")).toBe("ada");
    expect(asked).toHaveLength(1);
    const [{ method, url, headers, body } = { method: "", url: "", headers: [], body: "" }] = asked;
    expect([method, url]).toEqual(["POST", `${issuer}/ask`]);
    expect(Object.fromEntries(new URLSearchParams(String(body)))).toEqual({
      token: "tok",
      token_type_hint: "access_token",
    });
    expect(new Map(headers).get("authorization")).toBe(
      `Basic ${Buffer.from("server:introspect9a8b7c").toString("base64")}`,
    );
  });

  it.each<[readonly string[] | undefined, boolean]>([
    [undefined, false],
    [["client_secret_basic"], false],
    [["client_secret_post", "client_secret_basic"], false],
    [["client_secret_post"], true],
    [["private_key_jwt"], false],
  ])("has the secret in its body where the issuer takes %j: %s", async (introspectionMethods, isPosted) => {
    const { asked, told } = asking({
      metadata: async () => ({
        introspectionUrl: new URL(`${issuer}/published`),
        ...(introspectionMethods && { introspectionMethods }),
      }),
    });
    expect(await told()).toBe("ada");
    const form = new URLSearchParams(String(asked[0]?.body));
    expect([asked[0]?.url, form.get("client_secret")]).toEqual([
      `${issuer}/published`,
      isPosted ? "introspect9a8b7c" : null,
    ]);
  });

  it("is asked once for all who bring the token meanwhile", async () => {
    const { asked, told } = asking();
    expect(await Promise.all([told(), told(), told()])).toEqual(["ada", "ada", "ada"]);
    expect(asked).toHaveLength(1);
    await told("other");
    expect(asked).toHaveLength(2);
  });

  it("is not asked where 32 are on their way", async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { asked, told } = asking({ answer: () => gate.then(() => good) });
    const all = Array.from({ length: 33 }, (_, index) => told(`t${index}`));
    await vi.waitFor(() => expect(asked).toHaveLength(32));
    open();
    const results = await Promise.all(all);
    expect(results.filter((result) => result === "ada")).toHaveLength(32);
    expect(results.filter((result) => result !== "ada")).toEqual([
      "IssuerFault: Too many tokens are asked about already",
    ]);
    expect(await told("t33")).toBe("ada");
  });
});

describe("where to ask", () => {
  it("is read once for ten minutes, and again where it could not be", async () => {
    let reads = 0;
    const metadata = async () => {
      reads += 1;
      if (reads === 1) throw new IssuerFault("issuer.example could not be asked");
      return { introspectionUrl: new URL(`${issuer}/published`) };
    };
    const { clock, told } = asking({ metadata });
    expect(await told("a")).toBe("IssuerFault: issuer.example could not be asked");
    expect(await Promise.all([told("a"), told("b")])).toEqual(["ada", "ada"]);
    expect(reads).toBe(2);
    clock.now += 599_999;
    await told("c");
    expect(reads).toBe(2);
    clock.now += 1;
    await told("d");
    expect(reads).toBe(3);
  });

  it("has to be said by somebody", async () => {
    expect(await asking({ metadata: async () => ({}) }).told()).toBe(
      "IssuerFault: The issuer does not say where to ask about tokens: see MCP_AUTH_INTROSPECTION_URL",
    );
  });
});

describe("an answer is good", () => {
  it.each([
    [true, 59_999, 60_000],
    [false, 9_999, 10_000],
  ])("for a time, where it is %s", async (active, still, over) => {
    const { asked, clock, told } = asking({ answer: () => ({ ...good, active }) });
    const want = active ? "ada" : "TokenFault: The access token is not active";
    expect(await told()).toBe(want);
    clock.now += still;
    expect(await told()).toBe(want);
    expect(asked).toHaveLength(1);
    clock.now += over - still;
    expect(await told()).toBe(want);
    expect(asked).toHaveLength(2);
  });

  it("until it is another", async () => {
    let active = true;
    const { clock, told } = asking({ answer: () => ({ ...good, active }) });
    await told();
    active = false;
    clock.now += 60_000;
    expect(await told()).toContain("is not active");
    active = true;
    clock.now += 10_000;
    expect(await told()).toBe("ada");
  });
});

describe("a token that is active", () => {
  const seconds = 1_000_000_000;
  it.each<[string, JsonObject, string]>([
    ["for another", { aud: "you" }, "is for another audience"],
    ["for nobody", { aud: null }, "is for another audience"],
    ["for several", { aud: ["you", "me"] }, "ada"],
    ["of the issuer", { iss: issuer }, "ada"],
    ["of another issuer", { iss: "https://other.example" }, "is of another issuer"],
    ["that ends", { exp: seconds + 1 }, "ada"],
    ["that has ended", { exp: seconds }, "has expired"],
    ["that ends at no time", { exp: "tomorrow" }, "has expired"],
    ["that has begun", { nbf: seconds }, "ada"],
    ["that begins in a moment", { nbf: seconds + 5 }, "ada"],
    ["that has not begun", { nbf: seconds + 6 }, "is not valid yet"],
    ["that begins at no time", { nbf: "now" }, "is not valid yet"],
    ["of its type", { token_type: "Bearer" }, "ada"],
    ["of another type", { token_type: "DPoP" }, "is no bearer token"],
    ["bound to a key", { cnf: { jkt: "x" } }, "is bound to a key, and came without a proof of it"],
  ])("%s", async (_what, claims, want) => {
    const { told } = asking({ answer: () => ({ ...good, ...claims }) });
    expect(await told()).toBe(want === "ada" ? want : `TokenFault: The access token ${want}`);
  });
});

it("a token that is active may be for any of several audiences", async () => {
  const { told } = asking();
  expect([await told("t", ["you", "me"]), await told("t", ["me", "you"])]).toEqual(["ada", "ada"]);
  expect(await told("t", [])).toBe("TokenFault: The access token is for another audience");
});

describe("where nobody can tell", () => {
  const unknown =
    "IssuerFault: issuer.example/ask gave no answer about a token: are MCP_AUTH_CLIENT_ID and its secret right?";
  it.each<[string, unknown]>([
    ["no JSON", "no"],
    ["a refusal", answered({ error: "invalid_client" }, 401)],
    ["nothing of it", { aud: "me" }],
  ])("it is said what to look at, and nothing of the answer: %s", async (_what, answer) => {
    expect(await asking({ answer: () => answer }).told("secret-token")).toBe(unknown);
  });

  it("it is asked again the next time", async () => {
    const answers: unknown[] = ["no", good];
    const { told } = asking({ answer: () => answers.shift() });
    expect([await told(), await told()]).toEqual([unknown, "ada"]);
  });

  it("a fault on the way is told as it is", async () => {
    const { told } = asking({ answer: () => Promise.reject(new IssuerFault("issuer.example could not be asked")) });
    expect(await told()).toBe("IssuerFault: issuer.example could not be asked");
  });
});

describe("what a server publishes of itself", () => {
  const reader = (answers: Record<string, unknown>, of = issuer) => {
    const asked: string[] = [];
    const read = new MetadataReader(async ({ url }) => {
      asked.push(url);
      const found = answers[url];
      return found === undefined
        ? answered("", 404)
        : found instanceof Object && "status" in found
          ? (found as HttpResponse)
          : answered(found);
    }, of);
    return { asked, read: () => read.read() };
  };

  it.each([
    [issuer, [`${issuer}/.well-known/oauth-authorization-server`, `${issuer}/.well-known/openid-configuration`]],
    [
      `${issuer}/realm/`,
      [
        `${issuer}/.well-known/oauth-authorization-server/realm`,
        `${issuer}/.well-known/openid-configuration/realm`,
        `${issuer}/realm/.well-known/openid-configuration`,
      ],
    ],
  ])("of %s is looked for in its places", async (of, places) => {
    const { asked, read } = reader({}, of);
    await expect(read()).rejects.toThrow(`${of} publishes no metadata`);
    expect(asked).toEqual(places);
    await expect(read()).rejects.toThrow(IssuerFault);
    expect(asked).toEqual([...places, ...places]);
  });

  it("is read where it was found, and looked for again once it is gone", async () => {
    const [first, second] = [
      `${issuer}/.well-known/oauth-authorization-server`,
      `${issuer}/.well-known/openid-configuration`,
    ];
    const answers: Record<string, unknown> = { [second]: { issuer } };
    const { asked, read } = reader(answers);
    await read();
    await read();
    expect(asked).toEqual([first, second, second]);
    delete answers[second];
    await expect(read()).rejects.toThrow("publishes no metadata");
    answers[first] = { issuer };
    await read();
    expect(asked.slice(3)).toEqual([second, first]);
  });

  it("is not believed of another", async () => {
    const place = `${issuer}/.well-known/oauth-authorization-server`;
    await expect(reader({ [place]: { issuer: "https://other.example" } }).read()).rejects.toThrow(
      `MCP_AUTH_ISSUER is ${issuer}, and the metadata there names "https://other.example"`,
    );
    await expect(reader({ [place]: {} }).read()).rejects.toThrow("names undefined");
    await expect(reader({ [place]: { issuer: "x".repeat(300) } }).read()).rejects.toThrow(new RegExp(`names "x{199}$`));
  });

  it("is read for what is needed, of safe URLs only", async () => {
    const place = `${issuer}/.well-known/oauth-authorization-server`;
    const read = (more: object) => reader({ [place]: { issuer, ...more } }).read();
    expect(await read({})).toEqual({});
    expect(
      await read({
        jwks_uri: `${issuer}/keys`,
        introspection_endpoint: `${issuer}/ask`,
        introspection_endpoint_auth_methods_supported: ["a", "b"],
      }),
    ).toEqual({
      jwksUrl: new URL(`${issuer}/keys`),
      introspectionUrl: new URL(`${issuer}/ask`),
      introspectionMethods: ["a", "b"],
    });
    expect(
      await read({
        jwks_uri: "http://issuer.example/keys",
        introspection_endpoint: 7,
        introspection_endpoint_auth_methods_supported: "a",
      }),
    ).toEqual({});
  });

  it.each([
    [500, "issuer.example/x answered 500"],
    [503, "issuer.example/x answered 503"],
    [429, "issuer.example/x answered 429"],
  ])("cannot be told of by %i", async (status, want) => {
    await expect(readJsonObject(async () => answered("", status), new URL(`${issuer}/x`))).rejects.toThrow(want);
  });

  it("is none by another status, and none that is no object", async () => {
    const read = (body: unknown, status = 200) =>
      readJsonObject(async () => answered(body, status), new URL(`${issuer}/x`));
    expect(await read({}, 499)).toBeUndefined();
    expect(await read({}, 302)).toBeUndefined();
    expect(await read({ a: 1 })).toEqual({ a: 1 });
    for (const body of ["[]", "x", "1"])
      await expect(read(body)).rejects.toThrow("issuer.example/x gave no JSON object");
  });
});

describe("a question to the issuer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const request: HttpRequest = { method: "GET", url: `${issuer}/x`, headers: [] };

  it("may be asked at a private address, for 5 s, and answered by 512 KiB", async () => {
    const seen: unknown[] = [];
    const ask = issuerExchange(async (_request, route, _signal, most) => {
      seen.push(route, most);
      return answered("{}");
    });
    expect((await ask(request)).status).toBe(200);
    expect(seen).toEqual([{ allowPrivate: true }, 524_288]);
    const cut = issuerExchange(async () => ({ ...answered("{}"), truncated: true }));
    await expect(cut(request)).rejects.toThrow("issuer.example sent more than 524288 bytes");
    const gone = issuerExchange(() => Promise.reject(new Error("ECONNREFUSED of a secret")));
    await expect(gone(request)).rejects.toThrow(/^issuer\.example could not be asked$/);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is called off after 5 s", async () => {
    const ask = issuerExchange(
      (_request, _route, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    const told = ask(request).catch((fault: Error) => fault.message);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await told).toBe("issuer.example did not answer within 5000 ms");
  });
});
