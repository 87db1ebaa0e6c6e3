/** Tokens that users grant by signing in: whom they are for, how they are got, renewed and forgotten. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallerCredentialOptions } from "../../templates/always/src/runtime/access/caller-credentials.ts";
import { noCredentials } from "../../templates/always/src/runtime/credentials.ts";
import { SignIn } from "../../templates/always/src/runtime/credentials/sign-in.ts";
import { SignInFlows } from "../../templates/always/src/runtime/credentials/sign-in-flows.ts";
import { signingIn } from "../../templates/always/src/runtime/credentials/sign-ins.ts";
import { type CallError, ConfigurationError, SignInError } from "../../templates/always/src/runtime/errors.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api as apiWith, schemes } from "./credentials-fixture.ts";

const api = apiWith({ bearer: schemes.bearer });
const required = [[{ scheme: "bearer", scopes: [] }]];
const settings = {
  authorizationUrl: new URL("https://id.example/authorize"),
  tokenUrl: new URL("https://id.example/token"),
  clientId: "server",
  clientSecret: new Secret("s3cr3tOfASignIn"),
};

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** @param answer what the token endpoint says to each question, besides a token */
function signing(answer: (form: Record<string, string>) => object = () => ({})) {
  const store = new MemoryStore();
  const secrets = new SharedSecrets(store, new Secret("s3al-0f-the-instances-of-this-server"));
  const flows = new SignInFlows(new URL("https://mcp.example/base/"), () => secrets);
  const asked: (Record<string, string> & { readonly authorization: string })[] = [];
  const exchange = async ({ url, headers, body }: HttpRequest) => {
    const form = Object.fromEntries(new URLSearchParams(String(body)));
    asked.push({ ...form, authorization: new Map(headers).get("authorization") ?? "" });
    const { status = 200, ...more } = answer(form) as { status?: number };
    const number = asked.length;
    const token = {
      access_token: `t0ken-${number}`,
      token_type: "Bearer",
      expires_in: 600,
      refresh_token: `r3fresh-${number}`,
    };
    return {
      status,
      headers: new Headers({ "content-type": "application/json" }),
      body: Buffer.from(JSON.stringify(status === 200 ? { ...token, ...more } : more)),
      truncated: false,
      url,
    };
  };
  const host = { environment: {}, exchange } as never;
  const signIn = new SignIn(settings, api, flows, () => secrets, 30_000);
  const give = (caller: string | object = "user:ada", more: object = {}) =>
    signIn.give({
      api,
      security: required,
      baseUrl: baseUrlOf(api, "default", {}),
      caller: typeof caller === "string" ? { id: caller } : caller,
      signal: new AbortController().signal,
      host,
      ...more,
    } as never);
  const told = async (caller: string | object = "user:ada", more: object = {}): Promise<string | undefined> => {
    const given = await give(caller, more).catch((fault: unknown) => fault as CallError);
    if ("headers" in given) return given.headers[0]?.[1];
    return given instanceof SignInError ? "sign in" : given.message;
  };
  const finish = async (caller = "user:ada") => {
    const { id } = await flows.begin("pets", caller);
    const flow = await flows.find(id);
    if (flow === undefined) throw new Error("The sign-in is under way");
    await signIn.finish(flow, "c0de", host);
    return flow;
  };
  return { asked, finish, flows, give, secrets, told };
}

describe("a user who has not signed in", () => {
  it("is told where to, for a call that needs it", async () => {
    const { asked, flows, give } = signing();
    const fault = (await give().catch((thrown: unknown) => thrown)) as SignInError;
    const { id, url } = await flows.begin("pets", "user:ada");
    expect(fault).toBeInstanceOf(SignInError);
    expect([fault.message, fault.signIn, fault.hint]).toEqual([
      "Pets wants user:ada to sign in there first",
      { url, flow: id },
      `The user opens ${url} and signs in; then the same call works.`,
    ]);
    expect(await give("user:ada", { security: [...required, []] })).toBe(noCredentials);
    expect(await give("user:ada", { security: [] })).toBe(noCredentials);
    expect(asked).toEqual([]);
  });

  it.each([{ id: "local" }, { id: "address:10.0.0.1", isAnonymous: true }])("is nobody as %j", async (caller) =>
    expect(await signing().give(caller)).toEqual({
      message: "Nobody is known to sign in at Pets",
      hint: "Users sign in for themselves where they are told apart: over HTTP, each with a token of theirs.",
    }),
  );
});

describe("what a user granted", () => {
  it("is got for the code that they came back with, and is theirs alone", async () => {
    const { asked, finish, give, told } = signing();
    const { verifier } = await finish();
    expect(asked).toEqual([
      {
        authorization: `Basic ${Buffer.from("server:s3cr3tOfASignIn").toString("base64")}`,
        grant_type: "authorization_code",
        code: "c0de",
        redirect_uri: "https://mcp.example/base/sign-in/callback",
        code_verifier: verifier,
      },
    ]);
    expect(await give()).toEqual({
      headers: [["Authorization", "Bearer t0ken-1"]],
      query: [],
      cookies: [],
      rejected: expect.any(Function) as unknown,
    });
    expect([await told("user:bob"), await told("user:ada"), asked.length]).toEqual(["sign in", "Bearer t0ken-1", 1]);
  });

  it("is renewed once its time is nearly over, and where the API refused it, once", async () => {
    const { asked, finish, give, told } = signing();
    await finish();
    vi.advanceTimersByTime(539_000);
    expect(await told()).toBe("Bearer t0ken-1");
    vi.advanceTimersByTime(1_001);
    expect(await told()).toBe("Bearer t0ken-2");
    expect(asked[1]).toMatchObject({ grant_type: "refresh_token", refresh_token: "r3fresh-1" });
    const given = await give();
    if ("rejected" in given) given.rejected?.();
    expect([await told(), await told(), asked.length]).toEqual(["Bearer t0ken-3", "Bearer t0ken-3", 3]);
    expect(asked[2]).toMatchObject({ grant_type: "refresh_token", refresh_token: "r3fresh-2" });
  });

  it("is good again where its user came back with what was refused", async () => {
    const { finish, give, told } = signing(() => ({ access_token: "t0ken-always-the-same" }));
    await finish();
    const given = await give();
    if ("rejected" in given) given.rejected?.();
    await finish();
    expect(await told()).toBe("Bearer t0ken-always-the-same");
  });

  it("is forgotten where it is taken back, and only then", async () => {
    let error = "invalid_grant";
    let status = 400;
    const { asked, finish, told } = signing(({ grant_type: type }) =>
      type === "refresh_token" ? { status, error } : {},
    );
    await finish();
    vi.advanceTimersByTime(541_000);
    [error, status] = ["temporarily_unavailable", 503];
    expect(await told()).toBe("No access token: id.example answered 503");
    [error, status] = ["invalid_client", 401];
    expect(await told()).toBe("No access token: id.example refused (invalid_client)");
    [error, status] = ["invalid_grant", 400];
    const before = asked.length;
    expect([await told(), await told(), asked.length - before]).toEqual(["sign in", "sign in", 1]);
  });

  it("says what to check where this server is not known there", async () => {
    const { finish } = signing(() => ({ status: 400, error: "invalid_request" }));
    await expect(finish()).rejects.toMatchObject({
      message: "No access token: id.example refused (invalid_request)",
      hint: "Check PETS_SIGN_IN_CLIENT_ID and PETS_SIGN_IN_CLIENT_SECRET.",
    });
  });

  it("cannot be told where its store cannot be asked", async () => {
    const { give, secrets } = signing();
    vi.spyOn(secrets, "get").mockRejectedValue(new Error("gone"));
    await expect(give()).rejects.toMatchObject({
      name: "UpstreamError",
      message: "The store of sign-ins cannot be asked now",
      hint: "Try again later.",
    });
  });
});

describe("a user who was just sent to sign in", () => {
  /** Until the outcome is there, half a second at a time. @returns it, and how long it took */
  async function waited(outcome: Promise<unknown>, at: (ms: number) => Promise<void> | undefined = async () => {}) {
    let done = false;
    const begin = performance.now();
    const settled = outcome.finally(() => (done = true));
    settled.catch(() => undefined);
    const breathe = async () => {
      for (let turn = 0; turn < 20 && !done; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    for (let ms = 0; !done && ms < 30_000; ms += 500) {
      await breathe();
      if (done) break;
      await at(ms);
      if (vi.getTimerCount() === 0) ms -= 500;
      else await vi.advanceTimersByTimeAsync(500);
    }
    return [await settled.catch((fault: unknown) => (fault as Error).message), performance.now() - begin] as const;
  }

  it("is waited for until they are back", async () => {
    const { finish, told } = signing();
    const back = async (ms: number): Promise<void> => {
      if (ms === 2_000) await finish();
    };
    expect(await waited(told("user:ada", { isSigningIn: true }), back)).toEqual(["Bearer t0ken-1", 2_500]);
  });

  it("is asked again after twenty seconds", async () => {
    const { told } = signing();
    expect(await waited(told("user:ada", { isSigningIn: true }))).toEqual(["sign in", 20_000]);
  });

  it("is waited for no longer than the call", async () => {
    const gone = new AbortController();
    const { give } = signing();
    const leave = async (ms: number): Promise<void> => {
      if (ms === 1_000) gone.abort(new Error("gone"));
    };
    const [said] = await waited(give("user:ada", { isSigningIn: true, signal: gone.signal }), leave);
    expect(said).toBe("gone");
  });
});

describe("a server at whose APIs users sign in", () => {
  const signs = (environment: Record<string, string>, more: object = {}, ways: readonly string[] = ["sign-in"]) => {
    const own = { ways, passedHeaders: [], ...(ways.includes("none") ? {} : { signIn: settings }) };
    const options = {
      host: { environment },
      settings: { timeoutMs: 1, ...more },
      log: {},
      store: () => new MemoryStore(),
    };
    try {
      return signingIn(options as unknown as CallerCredentialOptions, [api], new Map([["pets", own as never]]));
    } catch (fault) {
      if (fault instanceof ConfigurationError) return [fault.message, fault.hint];
      throw fault;
    }
  };
  const known = { MCP_PUBLIC_URL: " https://mcp.example " };

  it("has their pages, and none where nobody does", () => {
    const made = signs(known);
    expect(made).toMatchObject({ routes: [{ path: "/sign-in" }, { path: "/sign-in/callback" }] });
    expect(made !== undefined && "signIns" in made && [...made.signIns.keys()]).toEqual(["pets"]);
    expect(made !== undefined && "signIns" in made && made.signIns.get("pets")).toMatchObject({ api, settings });
    expect(signs(known, {}, ["server"])).toBeUndefined();
    expect(signs({}, {}, ["none"])).toBeUndefined();
  });

  it.each<[Record<string, string>, object, unknown]>([
    [{}, {}, ["MCP_PUBLIC_URL has to be set where users sign in at an API: they come back to it", undefined]],
    [
      { MCP_PUBLIC_URL: "http://mcp.example" },
      {},
      ["MCP_PUBLIC_URL has to be an https URL without a user; http is for this machine only", undefined],
    ],
    [
      known,
      { redisUrl: new Secret("redis://r3dis-of-all") },
      [
        "MCP_STORE_KEY has to be set where users sign in at an API and instances share a Redis: they may come back to another one",
        "Make one with: openssl rand -base64 32",
      ],
    ],
  ])("is not started with %j, %j", (environment, more, want) => expect(signs(environment, more)).toEqual(want));

  it("is started with a Redis and a key for it", () =>
    expect(
      signs(known, { redisUrl: new Secret("redis://r3dis-of-all"), storeKey: new Secret("s3al-0f-all-the-instances") }),
    ).toHaveProperty("routes"));
});
