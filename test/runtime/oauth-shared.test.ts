/** Access tokens that the instances of a server have in common. */
import { createServer, type ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import type { Host } from "../../templates/always/src/runtime/host.ts";
import { oauthTokens } from "../../templates/always/src/runtime/oauth.ts";
import { scrub, Secret } from "../../templates/always/src/runtime/secret.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { hashedKey } from "../../templates/always/src/runtime/store/store.ts";
import { Seal, SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import type { OAuthTokens } from "../../templates/always/src/runtime/upstream/security-scheme.ts";
import { api, oauthEnvironment } from "./credentials-fixture.ts";
import { listen } from "./send-fault-server.ts";
import { SharedMemory } from "./shared-memory.ts";

const storeKey = new Secret("key-of-all-instances-0123456789");

let host: Host;
let origin: string;
let close: () => Promise<void>;
/** Forms that came to the token endpoint. */
let asked: URLSearchParams[] = [];
let answer: (form: URLSearchParams, response: ServerResponse) => void;
let store: SharedMemory;

const issue = (more: object = {}) => {
  return (_form: URLSearchParams, response: ServerResponse): void => {
    const body = { access_token: `access-token-${asked.length}`, token_type: "bearer", expires_in: 3_600, ...more };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
};

beforeAll(async () => {
  host = nodeHost({}, readSettings({}));
  const server = await listen(
    createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const form = new URLSearchParams(body);
        asked.push(form);
        answer(form, response);
      });
    }),
  );
  [origin, close] = [`http://127.0.0.1:${server.port}`, server.close];
});
afterAll(async () => {
  await host.close();
  await close();
});
beforeEach(() => {
  answer = issue();
  store = new SharedMemory();
});
afterEach(() => {
  asked = [];
});

const secrets = { PETS_CLIENT_ID: "my client", PETS_CLIENT_SECRET: "canary/secret+1" };

/** An instance: what it keeps by itself, and the key that it was given. */
function instance(key: Secret | "none" = storeKey, more: Record<string, string> = {}) {
  const tokens: OAuthTokens = oauthTokens();
  const shared = key === "none" ? undefined : new SharedSecrets(store, key);
  return {
    tokens,
    token: () =>
      tokens.token({
        api: api(),
        scheme: {
          type: "oauth2",
          clientCredentials: { tokenUrl: `${origin}/token`, scopes: [] },
          refresh: { tokenUrl: `${origin}/token`, scopes: [] },
          environment: oauthEnvironment("PETS"),
        },
        scopes: [],
        baseUrl: { url: origin, origin, trusted: true, allowPrivate: true, variable: "X_BASE_URL" },
        environment: { ...secrets, ...more },
        signal: new AbortController().signal,
        exchange: host.exchange,
        ...(shared === undefined ? {} : { secrets: shared }),
      }),
  };
}
const texts = (all: readonly Secret[]): readonly string[] => all.map((token) => token.reveal());

describe("instances that share a key", () => {
  it("ask for a token once, however many calls of them need it at the same time", async () => {
    const all = [instance(), instance(), instance()];
    const calls = Array.from({ length: 30 }, (_call, at) => all[at % 3]?.token() ?? Promise.reject(new Error()));
    expect(new Set(texts(await Promise.all(calls)))).toEqual(new Set(["access-token-1"]));
    expect((await instance().token()).reveal()).toBe("access-token-1");
    expect(asked).toHaveLength(1);
  });

  it("ask for another one before it ends, with the same margin as one alone", async () => {
    await instance().token();
    store.clock.now = 3_539_000;
    expect((await instance().token()).reveal()).toBe("access-token-1");
    store.clock.now = 3_540_000;
    expect((await instance().token()).reveal()).toBe("access-token-2");
  });

  it("replace what the API refused, once", async () => {
    const [one, other] = [instance(), instance()];
    const [first, same] = [await one.token(), await other.token()];
    one.tokens.rejected(first);
    expect((await one.token()).reveal()).toBe("access-token-2");
    other.tokens.rejected(same);
    expect((await other.token()).reveal()).toBe("access-token-2");
    expect(asked).toHaveLength(2);
  });

  it("use a refresh token that was replaced no second time, also after a start", async () => {
    const valid = new Set(["configured-refresh"]);
    answer = (form, response) => {
      // RFC 9700 §4.14.2: each is good for one use.
      const isValid = valid.delete(form.get("refresh_token") ?? "");
      if (!isValid)
        return void response.writeHead(400, { "content-type": "application/json" }).end(`{"error":"invalid_grant"}`);
      const next = `refresh-token-${asked.length}`;
      valid.add(next);
      issue({ refresh_token: next })(form, response);
    };
    const more = { PETS_REFRESH_TOKEN: "configured-refresh" };
    const all = [instance(storeKey, more), instance(storeKey, more)];
    for (const at of [1, 2, 3]) {
      const got = await Promise.all(all.map(({ token }) => token()));
      expect(texts(got)).toEqual([`access-token-${at}`, `access-token-${at}`]);
      all.forEach(({ tokens }, index) => tokens.rejected(got[index] ?? new Secret("none")));
    }
    store.clock.now += 3_600_000;
    expect((await instance(storeKey, more).token()).reveal()).toBe("access-token-4");
    expect(asked.map((form) => form.get("refresh_token"))).toEqual([
      "configured-refresh",
      "refresh-token-1",
      "refresh-token-2",
      "refresh-token-3",
    ]);
  });

  it("wait for one that asks, and take over from one that never comes back", async () => {
    await instance().token();
    const [[name = ""] = []] = (await store.dump()).filter(([key]) => key.startsWith("secret:"));
    await store.delete(name);
    const claims = [...store.keys()].filter((key) => key.startsWith("claim:"));
    await store.set(claims[0] ?? "", "1", 15_000);
    let got: Secret | undefined;
    const waiting = instance()
      .token()
      .then((token) => (got = token));
    // It looks again and again, and has nothing yet.
    const before = store.asked.length;
    while (store.asked.length < before + 6) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(got).toBeUndefined();
    store.clock.now += 15_000;
    expect((await waiting).reveal()).toBe("access-token-2");
  });

  it("say what the server refuses, each of them, and leave no claim behind", async () => {
    answer = (_form, response) =>
      void response.writeHead(400, { "content-type": "application/json" }).end(`{"error":"invalid_scope"}`);
    const all = [instance(), instance()];
    for (const result of await Promise.allSettled(all.map(({ token }) => token())))
      expect(result).toMatchObject({ status: "rejected", reason: { hint: "Check PETS_SCOPES." } });
    answer = issue();
    expect((await instance().token()).reveal()).toBe("access-token-3");
  });

  it("are each on their own while the store is down", async () => {
    store.fail = () => new Error("down");
    expect(texts(await Promise.all([instance().token(), instance().token()]))).toHaveLength(2);
    expect(asked).toHaveLength(2);
  });
});

describe("whoever sees the store", () => {
  it("reads no token, and finds none by guessing what it is for", async () => {
    answer = issue({ refresh_token: "refresh-token-of-all" });
    await instance().token();
    const seen = JSON.stringify(await store.dump());
    for (const secret of ["access-token-1", "refresh-token-of-all", ...Object.values(secrets), storeKey.reveal()]) {
      expect(seen).not.toContain(secret);
      expect(seen).not.toContain(Buffer.from(secret).toString("base64").slice(0, -2));
    }
    const before = [...store.keys()];
    await instance(new Secret("another-key-0123456789")).token();
    expect([...store.keys()].filter((key) => !before.includes(key))).not.toEqual([]);
    expect(asked).toHaveLength(2);
  });

  it("and puts a token in another's place, is not believed", async () => {
    const shared = new SharedSecrets(store, storeKey);
    await shared.set("one", new Secret("value-of-one"), 60_000);
    const [[from = "", entry] = []] = await store.dump();
    await shared.set("two", new Secret("value-of-two"), 60_000);
    const to = [...store.keys()].find((key) => key !== from) ?? "";
    await store.set(to, entry?.value ?? "", 60_000);
    expect(await shared.get("two")).toBeUndefined();
    expect((await shared.get("one"))?.secret.reveal()).toBe("value-of-one");
  });

  it("a token of another instance shows in no log of this one", async () => {
    const key = await hashedKey("secret", JSON.stringify([storeKey.reveal(), "one"]));
    const seal = await Seal.of(storeKey.reveal(), "secret");
    await store.set(key, await seal.close(new TextEncoder().encode("token-from-elsewhere"), "one"), 60_000);
    expect(scrub("Bearer token-from-elsewhere")).toBe("Bearer token-from-elsewhere");
    expect((await new SharedSecrets(store, storeKey).get("one"))?.secret.reveal()).toBe("token-from-elsewhere");
    expect(scrub("Bearer token-from-elsewhere")).toBe("Bearer [secret]");
  });
});

describe("instances without a key", () => {
  it("put no token into the store", async () => {
    await Promise.all([instance("none").token(), instance("none").token()]);
    expect(asked).toHaveLength(2);
    expect(store.asked).toEqual([]);
  });

  it("are told of one that can be guessed", () => {
    expect(() => readSettings({ MCP_STORE_KEY: "few-7x" })).toThrow(
      "MCP_STORE_KEY needs a key of at least 16 characters, without spaces",
    );
  });
});
