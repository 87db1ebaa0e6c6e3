/** Access tokens that are kept: for whom, how long, who waits for which, and what a token that was refused changes. */
import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { oauthTokens } from "../../templates/always/src/runtime/oauth.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import type { Exchange } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type {
  OAuthScheme,
  OAuthTokens,
  TokenRequest,
} from "../../templates/always/src/runtime/upstream/security-scheme.ts";
import { api, oauthEnvironment } from "./credentials-fixture.ts";

afterEach(() => void vi.useRealTimers());

const origin = "https://api.example.com";
const environment = oauthEnvironment("PETS");
const oauth: OAuthScheme = {
  type: "oauth2",
  clientCredentials: { tokenUrl: "/token", scopes: [] },
  refresh: { tokenUrl: "/token", scopes: [] },
  environment,
};
const client = { PETS_CLIENT_ID: "me", PETS_CLIENT_SECRET: "s3cr3t-of-client" };
const baseUrl = { url: origin, origin, trusted: true, allowPrivate: false, variable: "X" };

interface Given {
  readonly tokens?: OAuthTokens;
  readonly more?: Partial<TokenRequest>;
  readonly variables?: Record<string, string>;
}

/** A token endpoint that numbers what it grants, and what calls get of it. */
function made(grant: object = { expires_in: 1_000 }) {
  const forms: Record<string, string>[] = [];
  const own = oauthTokens();
  let fault: Error | undefined;
  let hold: Promise<unknown> = Promise.resolve();
  const exchange: Exchange = async (request) => {
    forms.push(Object.fromEntries(new URLSearchParams(String(request.body))));
    const count = forms.length;
    await hold;
    if (fault !== undefined) throw fault;
    const body = { access_token: `t0k3n-${count}`, token_type: "bearer", ...grant };
    return {
      status: 200,
      headers: new Headers({ "content-type": "application/json" }),
      body: new TextEncoder().encode(JSON.stringify(body)),
      truncated: false,
      url: request.url,
    };
  };
  const secret = ({ tokens = own, more = {}, variables = {} }: Given = {}): Promise<Secret> =>
    tokens.token({
      api: api(),
      scheme: oauth,
      scopes: [],
      baseUrl,
      environment: { ...client, ...variables },
      signal: new AbortController().signal,
      exchange,
      ...more,
    });
  return {
    own,
    forms,
    secret,
    token: async (given: Given = {}) => (await secret(given)).reveal(),
    failWith: (error: Error | undefined) => void (fault = error),
    holdUntil: (until: Promise<unknown>) => void (hold = until),
  };
}

/** Until all calls that began before have found out which token they need: that takes a hash of each. */
async function hashed(): Promise<void> {
  for (let at = 0; at < 20; at += 1) await crypto.subtle.digest("SHA-256", new Uint8Array(1));
}

describe("a token", () => {
  it.each<[string, Given, isSame: boolean]>([
    ["the same call", {}, true],
    ["other scopes", { more: { scopes: ["a"] } }, false],
    ["an API of another name", { more: { api: { ...api(), name: "cats" } } }, false],
    ["another origin", { more: { baseUrl: { ...baseUrl, origin: "https://b.example", trusted: true } } }, false],
    ["another path of the origin", { more: { baseUrl: { ...baseUrl, url: `${origin}/v2` } } }, true],
    ["another client", { variables: { PETS_CLIENT_ID: "you" } }, false],
    ["another secret", { variables: { PETS_CLIENT_SECRET: "0ther-secret" } }, false],
    ["a refresh token", { variables: { PETS_REFRESH_TOKEN: "r3fr3sh-1" } }, false],
    ["another token URL", { variables: { PETS_TOKEN_URL: `${origin}/t` } }, false],
    ["other variables", { variables: { OTHER: "x" } }, true],
    [
      "a scheme with variables of its own",
      { more: { scheme: { ...oauth, environment: { ...environment, tokenUrl: "PETS_URL" } } } },
      false,
    ],
  ])("of a call is that of another with %s, or not", async (_with, given, isSame) => {
    const { token, forms } = made();
    // The document may name any URL here: it is the owner's.
    const variables = { PETS_ALLOWED_ORIGINS: `${origin}, https://b.example` };
    expect(await token({ variables })).toBe("t0k3n-1");
    expect(await token({ ...given, variables: { ...variables, ...given.variables } })).toBe(
      isSame ? "t0k3n-1" : "t0k3n-2",
    );
    expect(forms).toHaveLength(isSame ? 1 : 2);
  });

  it("of scopes is the same in whatever order they stand", async () => {
    const { token } = made();
    const of = (...scopes: string[]) => token({ more: { scopes } });
    expect([await of("a", "b"), await of("b", "a"), await of("a"), await of("a b")]).toEqual([
      "t0k3n-1",
      "t0k3n-1",
      "t0k3n-2",
      "t0k3n-3",
    ]);
  });

  it.each([
    [1_000, 940_000],
    [100, 90_000],
    [undefined, 270_000],
  ])("that lives for %s s is kept for %i ms", async (expires_in, ms) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { token } = made(expires_in === undefined ? {} : { expires_in });
    expect(await token()).toBe("t0k3n-1");
    vi.advanceTimersByTime(ms - 1);
    expect(await token()).toBe("t0k3n-1");
    vi.advanceTimersByTime(1);
    expect([await token(), await token()]).toEqual(["t0k3n-2", "t0k3n-2"]);
  });

  it("is asked for once by calls at the same time; one that fails is asked for again", async () => {
    const { token, failWith, forms, holdUntil } = made();
    holdUntil(hashed());
    failWith(Object.assign(new Error("no"), { code: "ECONNREFUSED" }));
    const all = await Promise.allSettled([token(), token(), token()]);
    expect([all.map(({ status }) => status), forms.length]).toEqual([["rejected", "rejected", "rejected"], 1]);
    failWith(undefined);
    expect(await Promise.all([token(), token()])).toEqual(["t0k3n-2", "t0k3n-2"]);
  });

  it("that was refused is replaced; one that was not kept changes nothing", async () => {
    const { own, secret, token } = made();
    const first = await secret();
    own.rejected(new Secret("t0k3n-1"));
    expect(await secret()).toBe(first);
    const other = await secret({ more: { scopes: ["a"] } });
    own.rejected(first);
    own.rejected(first);
    expect(await token()).toBe("t0k3n-3");
    expect(await secret({ more: { scopes: ["a"] } })).toBe(other);
  });
});

describe("a call that is called off", () => {
  it("before it asks, asks for nothing", async () => {
    const { secret, forms } = made();
    await expect(secret({ more: { signal: AbortSignal.abort("gone") } })).rejects.toBe("gone");
    expect(forms).toEqual([]);
  });

  it("while it waits ends at once, and others have the token", async () => {
    const { secret, token, holdUntil, forms } = made();
    let goOn: (() => void) | undefined;
    holdUntil(new Promise<void>((resolve) => (goOn = resolve)));
    const controller = new AbortController();
    const [gone, stays] = [secret({ more: { signal: controller.signal } }), token()];
    await vi.waitFor(() => expect(forms).toHaveLength(1));
    controller.abort("gone");
    await expect(gone).rejects.toBe("gone");
    goOn?.();
    expect(await stays).toBe("t0k3n-1");
    const { signal } = new AbortController();
    await secret({ more: { signal, scopes: ["other"] } });
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  });
});

describe("a refresh token", () => {
  const variables = { PETS_REFRESH_TOKEN: "r3fr3sh-0" };
  it("is the configured one until the server gives another", async () => {
    const { own, secret, forms } = made({ refresh_token: "r3fr3sh-1" });
    own.rejected(await secret({ variables }));
    await secret({ variables });
    expect(forms.map(({ refresh_token: token }) => token)).toEqual(["r3fr3sh-0", "r3fr3sh-1"]);
    const { own: plain, secret: again, forms: kept } = made();
    plain.rejected(await again({ variables }));
    await again({ variables });
    expect(kept.map(({ refresh_token: token }) => token)).toEqual(["r3fr3sh-0", "r3fr3sh-0"]);
  });

  it("is none of a scheme that has no flow for it", async () => {
    const { token, forms } = made();
    const scheme: OAuthScheme = {
      type: "oauth2",
      clientCredentials: { tokenUrl: "/token", scopes: [] },
      environment,
    };
    await token({ variables, more: { scheme } });
    expect(forms[0]).toEqual({ grant_type: "client_credentials" });
  });

  it("is one of an OpenID provider, and may come from a file", async () => {
    const { token, forms } = made();
    const scheme: OAuthScheme = { type: "openIdConnect", openIdConnectUrl: "/x", environment };
    const files = { PETS_TOKEN_URL: `${origin}/t`, PETS_REFRESH_TOKEN_FILE: "/r3fr3sh" };
    await token({ variables: files, more: { scheme, readText: (path) => `of ${path}` } });
    expect(forms[0]).toEqual({ grant_type: "refresh_token", refresh_token: "of /r3fr3sh" });
  });
});

describe("instances that share secrets", () => {
  const key = new Secret("k3y-of-all-instances-0123456789");
  function shared() {
    const store = new MemoryStore();
    const endpoint = made({ expires_in: 1_000, refresh_token: "r3fr3sh-1" });
    const instance = () => {
      const tokens = oauthTokens();
      const given = { tokens, more: { secrets: new SharedSecrets(store, key) } };
      return { tokens, secret: (variables = {}) => endpoint.secret({ ...given, variables }) };
    };
    return { ...endpoint, store, instance };
  }

  it("have one token, and one refresh token after it", async () => {
    const { instance, forms } = shared();
    const [one, other] = [instance(), instance()];
    const first = await one.secret();
    expect([first.reveal(), (await other.secret()).reveal()]).toEqual(["t0k3n-1", "t0k3n-1"]);
    one.tokens.rejected(first);
    expect((await one.secret()).reveal()).toBe("t0k3n-2");
    expect((await instance().secret()).reveal()).toBe("t0k3n-2");
    expect(forms).toEqual([
      { grant_type: "client_credentials" },
      { grant_type: "refresh_token", refresh_token: "r3fr3sh-1" },
    ]);
  });

  it("keep it by themselves, too, for as long as it is good", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { instance, store, forms } = shared();
    const one = instance();
    await one.secret();
    await store.close();
    vi.advanceTimersByTime(939_999);
    await one.secret();
    expect(forms).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await one.secret();
    expect(forms).toHaveLength(2);
  });

  it("are each on their own where the store cannot be asked", async () => {
    const { instance, store, forms } = shared();
    vi.spyOn(store, "get").mockRejectedValue(new Error("down"));
    const one = instance();
    expect([(await one.secret()).reveal(), (await one.secret()).reveal()]).toEqual(["t0k3n-1", "t0k3n-1"]);
    expect((await instance().secret()).reveal()).toBe("t0k3n-2");
    expect(forms).toHaveLength(2);
  });
});
