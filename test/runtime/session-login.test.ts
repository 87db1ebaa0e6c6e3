/** How a session is got: who is logged in with what, when again, what is said where it fails, and what of it is secret. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CredentialRequest } from "../../templates/always/src/runtime/credentials.ts";
import { Lack } from "../../templates/always/src/runtime/credentials/lack.ts";
import { Sessions } from "../../templates/always/src/runtime/credentials/session.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import type { CallError } from "../../templates/always/src/runtime/errors.ts";
import { scrub, Secret } from "../../templates/always/src/runtime/secret.ts";
import type {
  AppliedCredentials,
  HttpRequest,
  HttpResponse,
} from "../../templates/always/src/runtime/upstream/http-message.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api as apiWith, group, schemes } from "./credentials-fixture.ts";
import { turns, until } from "./until.js";

afterEach(() => void vi.useRealTimers());

const api = apiWith({ cookie: schemes.cookie }, [
  group("default", "https://api.example.com/v1"),
  group("files", "https://files.example.com"),
]);
const required = [[{ scheme: "cookie", scopes: [] }]];
const names = { USER: "ada-l0velace", PASSWORD: "p4ss-of-ada-l0velace" };
const pair = { user: "$USER", password: "$PASSWORD" };

interface Options {
  readonly args?: JsonObject;
  readonly variables?: readonly string[];
  /** By caller; absent: the same for all. */
  readonly entries?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly answer?: (request: HttpRequest, signal: AbortSignal) => Partial<HttpResponse> | Promise<HttpResponse>;
  readonly server?: string;
}

function logging({ args = pair, variables = ["USER", "PASSWORD"], entries, answer, server = "default" }: Options = {}) {
  const sent: unknown[][] = [];
  const fields = Object.keys(args).map((name) => ({ argument: name, name }));
  const plan = {
    request: {
      method: "POST",
      path: "/login",
      server,
      parameters: [],
      accept: ["application/json"],
      security: [],
      body: { required: true, fields, contents: [{ mediaType: "application/json", encoding: "json" }] },
    },
  };
  const sessions = new Sessions({
    settings: { login: "log_in", args, variables },
    api,
    plan: async () => plan as never,
    writers: {},
    variablesOf: ({ caller }) => {
      const environment = entries === undefined ? names : entries[caller.id];
      return environment && { environment };
    },
    timeoutMs: 30_000,
  });
  const host = {
    environment: {},
    exchange: async (request: HttpRequest, route: object, signal: AbortSignal, most: number) => {
      sent.push([request, route, most]);
      return answered((await answer?.(request, signal)) ?? { headers: cookie(`sid=s3ss10n-number-${sent.length}`) });
    },
  };
  const request = (more: Partial<CredentialRequest> = {}): CredentialRequest =>
    ({
      api,
      security: required,
      baseUrl: baseUrlOf(api, "default", {}),
      caller: { id: "user:ada" },
      signal: new AbortController().signal,
      host,
      ...more,
    }) as never;
  const give = (more: Partial<CredentialRequest> = {}) => sessions.give(request(more));
  return { sent, give, sessions, request };
}

const cookie = (...fields: string[]): Headers => new Headers(fields.map((field) => ["set-cookie", field]));
const answered = (more: Partial<HttpResponse>): HttpResponse => ({
  status: 200,
  headers: new Headers(),
  body: new Uint8Array(),
  truncated: false,
  url: "https://api.example.com/v1/login",
  ...more,
});
const cookiesOf = (given: AppliedCredentials | Lack): string =>
  given instanceof Lack ? given.message : given.cookies.map(([name, value]) => `${name}=${value}`).join("; ");
const faultOf = async (given: Promise<unknown>): Promise<unknown> =>
  given.then(
    () => "passed",
    ({ name, message, hint }: CallError) => [`${name}: ${message}`, hint],
  );

describe("a login", () => {
  it("is one request with the values of variables, whose cookies go to the API", async () => {
    const { sent, give } = logging();
    expect(await give()).toEqual({
      headers: [],
      query: [],
      cookies: [["sid", "s3ss10n-number-1"]],
      rejected: expect.any(Function) as unknown,
    });
    const [[request, route, most] = []] = sent;
    expect(request).toMatchObject({
      method: "POST",
      url: "https://api.example.com/v1/login",
      body: '{"user":"ada-l0velace","password":"p4ss-of-ada-l0velace"}',
    });
    expect([route, most]).toEqual([{ allowPrivate: false }, 1_048_576]);
  });

  it("has the values wherever they are named in its arguments, and all else as it is", async () => {
    const plain = { not: "a $USER", other: "$ELSE", plain: "text", number: 1, no: false, nothing: null };
    const { sent, give } = logging({ args: { list: ["$USER", { deep: "$PASSWORD", again: ["$USER"] }], ...plain } });
    await give();
    expect(JSON.parse((sent[0]?.[0] as { body: string }).body)).toEqual({
      list: ["ada-l0velace", { deep: "p4ss-of-ada-l0velace", again: ["ada-l0velace"] }],
      ...plain,
    });
  });

  it("is made for nobody where none is needed", async () => {
    const { sent, give } = logging();
    expect(await give({ security: [] })).toEqual({ headers: [], query: [], cookies: [] });
    expect(sent).toEqual([]);
  });

  it.each<[string, Options["entries"]]>([
    ["no entry", {}],
    ["a part of one", { "user:ada": { USER: "ada" } }],
    ["another part of one", { "user:ada": { PASSWORD: "p4ss-of-nobody" } }],
    ["an empty one", { "user:ada": { USER: "", PASSWORD: "" } }],
  ])("of a caller with %s is none", async (_what, entries) => {
    const { sent, give } = logging({ entries: entries ?? {} });
    const lack = await give();
    expect(lack).toBeInstanceOf(Lack);
    expect(lack).toEqual({
      message: "There is nothing to log user:ada in to Pets with",
      hint: 'Ask the owner of this server for USER and PASSWORD in an entry "user:ada" of MCP_CREDENTIALS.',
    });
    expect(await give({ security: [...required, []] })).toEqual({ headers: [], query: [], cookies: [] });
    expect(sent).toEqual([]);
  });

  it("leaves no timer behind", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await logging().give();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("goes to no server that the owner did not name", async () => {
    const { sent, give } = logging({ server: "files" });
    expect(await faultOf(give())).toEqual([
      "ConfigurationError: https://files.example.com is not confirmed to receive what logs callers in",
      undefined,
    ]);
    expect(sent).toEqual([]);
  });
});

describe("the value of a variable", () => {
  /** Those whose value is taken out of texts, once somebody was logged in with all of them: short ones are found soonest. */
  const secretsAmong = async (of: string, names: readonly string[]): Promise<readonly string[]> => {
    const values = names.map((name, index) => [name, `${of}${String.fromCharCode(97 + index)}`] as const);
    const args = Object.fromEntries(names.map((name) => [name, `$${name}`]));
    const entries = { "user:ada": Object.fromEntries(values) };
    await logging({ args, variables: names, entries }).give();
    const seen = scrub(values.map(([, value]) => `<${value}>`).join(""));
    return values.filter(([, value]) => !seen.includes(`<${value}>`)).map(([name]) => name);
  };

  it("is no secret where it names who logs in", async () => {
    const names = ["USER", "PETS_USER", "PETS_USERNAME", "PETS_USER_NAME", "LOGIN", "PETS_LOGIN", "EMAIL", "PETS_MAIL"];
    const ids = ["PETS_ACCOUNT", "PETS_TENANT", "PETS_CLIENT_ID", "PETS_CLIENTID", "PETS_USER_ID", "PETS_ACCOUNT_ID"];
    expect(await secretsAmong("u9q~", [...names, ...ids, "Pets_User"])).toEqual([]);
  });

  it("is one where it names something else", async () => {
    const names = ["PETS_PASSWORD", "PETS_USERS", "PETS_SUPERUSER", "PETS_LOGIN_KEY", "PETS_TENANT_ID", "PETS_GMAIL"];
    expect(await secretsAmong("p9q~", names)).toEqual(names);
  });
});

describe("a session", () => {
  it("is one for all calls of a caller, and another for another one and for other values", async () => {
    let entries: Record<string, Record<string, string>> = { "user:ada": { ...names }, "user:bob": { ...names } };
    const { sent, give } = logging({
      get entries() {
        return new Proxy({}, { get: (_target, id) => entries[String(id)] });
      },
    });
    const [one, two, other] = await Promise.all([give(), give(), give({ caller: { id: "user:bob" } })]);
    expect([one, two, other].map((given) => given && cookiesOf(given)).sort()).toEqual([
      "sid=s3ss10n-number-1",
      "sid=s3ss10n-number-1",
      "sid=s3ss10n-number-2",
    ]);
    expect(one && cookiesOf(one)).toBe(two && cookiesOf(two));
    expect(sent).toHaveLength(2);
    entries = { "user:ada": { ...names, PASSWORD: "an0ther-p4ss-of-ada" } };
    expect(cookiesOf(await give())).toBe("sid=s3ss10n-number-3");
  });

  it("that the API refused is made anew, once, whoever had it", async () => {
    const { sent, give } = logging();
    const [one, two] = [await give(), await give()];
    if (one instanceof Lack || two instanceof Lack) throw new Error("There are credentials");
    one.rejected?.();
    expect(cookiesOf(await give())).toBe("sid=s3ss10n-number-2");
    two.rejected?.();
    expect(cookiesOf(await give())).toBe("sid=s3ss10n-number-2");
    expect(sent).toHaveLength(2);
  });

  it("is not given to a call that was called off meanwhile", async () => {
    const gone = new AbortController();
    const { sent, give } = logging({ answer: () => (gone.abort(new Error("gone")), { headers: cookie("sid=x") }) });
    await expect(give({ signal: gone.signal })).rejects.toThrow("gone");
    expect(cookiesOf(await give())).toBe("sid=x");
    expect(sent).toHaveLength(1);
  });
});

describe("a login that fails", () => {
  const check = "Check USER and PASSWORD.";
  it.each<[number, string, string, string | undefined, boolean]>([
    [200, "", "ConfigurationError: The login of user:ada at Pets set no cookie (status 200)", check, true],
    [399, "", "ConfigurationError: The login of user:ada at Pets set no cookie (status 399)", check, true],
    [400, "sid=x", "ConfigurationError: The login of user:ada at Pets was refused (status 400)", check, true],
    [401, "", "ConfigurationError: The login of user:ada at Pets was refused (status 401)", check, true],
    [428, "", "ConfigurationError: The login of user:ada at Pets was refused (status 428)", check, true],
    [429, "sid=x", "UpstreamError: The login of user:ada at Pets failed (status 429)", "Try again later.", false],
    [499, "", "ConfigurationError: The login of user:ada at Pets was refused (status 499)", check, true],
    [500, "sid=x", "UpstreamError: The login of user:ada at Pets failed (status 500)", "Try again later.", false],
  ])("with %i and the cookie %j says so, and is tried again or not", async (status, field, message, hint, isKept) => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { sent, give } = logging({
      answer: () => ({ status, headers: field === "" ? new Headers() : cookie(field) }),
    });
    expect(await faultOf(give())).toEqual([message, hint]);
    vi.advanceTimersByTime(29_999);
    expect(await faultOf(give())).toEqual([message, hint]);
    expect(sent).toHaveLength(isKept ? 1 : 2);
    vi.advanceTimersByTime(1);
    expect(await faultOf(give())).toEqual([message, hint]);
    expect(sent).toHaveLength(isKept ? 2 : 3);
  });

  it.each([302, 399])("is none with %i and a cookie", async (status) => {
    const { give } = logging({ answer: () => ({ status, headers: cookie("sid=x") }) });
    expect(cookiesOf(await give())).toBe("sid=x");
  });

  it("by its connection is told with the reason, and tried again", async () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const answers = [() => Promise.reject(refused), () => ({ headers: cookie("sid=x") })];
    const { give } = logging({ answer: () => answers.shift()?.() ?? {} });
    const fault = await give().catch((thrown: unknown) => thrown as CallError);
    expect(fault).toMatchObject({
      name: "UpstreamError",
      message: expect.stringMatching(/^The login of user:ada at Pets failed: .*api\.example\.com/) as unknown,
      cause: refused,
    });
    expect(cookiesOf(await give())).toBe("sid=x");
  });

  it("by its time is told so, whoever waits for it", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { sent, give } = logging({
      answer: (_request, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    });
    const hashing = vi.spyOn(crypto.subtle, "digest");
    const both = Promise.all([faultOf(give()), faultOf(give())]);
    // By then both know which login they wait for.
    await Promise.all(hashing.mock.results.map(({ value }) => value as Promise<ArrayBuffer>));
    hashing.mockRestore();
    await turns(1);
    await until(() => sent.length > 0);
    await vi.advanceTimersByTimeAsync(30_000);
    const want = ["UpstreamError: The login of user:ada at Pets failed: timed out", undefined];
    expect(await both).toEqual([want, want]);
    expect([sent.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it("leaves no secret in what is said", async () => {
    const secret = new Secret(names.PASSWORD);
    const { give } = logging({ answer: () => ({ status: 401 }) });
    expect(JSON.stringify(await faultOf(give()))).not.toContain(secret.reveal());
  });
});
