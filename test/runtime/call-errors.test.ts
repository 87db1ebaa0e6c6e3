/** What failed calls tell, lines of the log, what an owner's additions must not be, and who a caller is by its token. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AccessSettings, byToken } from "../../templates/always/src/runtime/access.ts";
import {
  customFaults,
  type CustomTool,
  defineCustom,
  jsonResult,
  textResult,
} from "../../templates/always/src/runtime/custom.ts";
import * as errors from "../../templates/always/src/runtime/errors.ts";
import { createLog, type LogLevel } from "../../templates/always/src/runtime/log.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { cutWords, idempotentMethods, safeMethods } from "../../templates/always/src/runtime/upstream/http-message.ts";

describe("an error", () => {
  const { CallError } = errors;
  it.each([
    CallError,
    errors.ArgumentError,
    errors.ConfigurationError,
    errors.ScopeError,
    errors.PolicyError,
    errors.UpstreamError,
    errors.LimitError,
  ])("has its name, hint, time and cause: %o", (Kind) => {
    const cause = new Error("why");
    const error = new Kind("what", { hint: "do", retryAfterMs: 7, cause });
    expect(error).toBeInstanceOf(CallError);
    expect([error.name, error.message, error.hint, error.retryAfterMs, error.cause]).toEqual([
      Kind.name,
      "what",
      "do",
      7,
      cause,
    ]);
    const bare = new Kind("what");
    expect([bare.hint, bare.retryAfterMs, "cause" in bare]).toEqual([undefined, undefined, false]);
  });

  it("of a limit says which one", () => {
    expect(new errors.LimitError("x").limit).toBe("other");
    expect(new errors.LimitError("x", { limit: "caller" }).limit).toBe("caller");
  });

  it("of a sign-in leads there", () => {
    const signIn = { url: "https://a.example/in", flow: "f1" };
    expect(new errors.SignInError("Sign in first", signIn)).toMatchObject({
      name: "SignInError",
      message: "Sign in first",
      hint: "The user opens https://a.example/in and signs in; then the same call works.",
      signIn,
    });
  });

  it("of a question is none of a call", () => {
    const question = new errors.QuestionForUser("Sure?", "state-1");
    expect(question).toMatchObject({ name: "QuestionForUser", message: "Sure?", state: "state-1" });
    expect(question).not.toBeInstanceOf(CallError);
  });

  it("of a part that is missing names the file that lists parts", () => {
    const error = errors.missingPart("reads files");
    expect(error).toBeInstanceOf(errors.ConfigurationError);
    expect([error.message, error.hint]).toEqual([
      "This server was generated without the part that reads files.",
      "src/generated/index.ts has to name it: generate again.",
    ]);
  });
});

describe("a line of the log", () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-01-02T03:04:05.678Z") }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  function logged(level: LogLevel, ...args: [string, { readonly [name: string]: unknown }?]): string[] {
    const lines: string[] = [];
    const log = createLog(level, (line) => void lines.push(line));
    for (const at of ["error", "warn", "info", "debug"] as const) log[at](...args);
    return lines;
  }
  const line = (fields: object) =>
    `${JSON.stringify({ time: "2026-01-02T03:04:05.678Z", level: "error", event: "e", ...fields })}\n`;

  it.each<[LogLevel, readonly string[]]>([
    ["silent", []],
    ["error", ["error"]],
    ["warn", ["error", "warn"]],
    ["info", ["error", "warn", "info"]],
    ["debug", ["error", "warn", "info", "debug"]],
  ])("of %s is one of those: %j", (level, want) =>
    expect(logged(level, "e", { a: 1 })).toEqual(want.map((at) => line({ level: at, a: 1 }))),
  );

  it("has what JSON has no word for", () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle["self"] = circle;
    const fault = Object.assign(new Error("broken", { cause: "why" }), { code: "E1", other: 1 });
    fault.stack = "at x";
    const plain = Object.assign(new TypeError("odd"), { code: 7 });
    plain.stack = "at y";
    const [text = ""] = logged("error", "e", { big: 12n, circle, fault, plain, none: null, text: "t" });
    expect(text).toBe(
      line({
        big: "12",
        circle: { a: 1, self: "[seen above]" },
        fault: { name: "Error", message: "broken", code: "E1", cause: "why", stack: "at x" },
        plain: { name: "TypeError", message: "odd", stack: "at y" },
        none: null,
        text: "t",
      }),
    );
    expect(logged("error", "e")).toEqual([line({})]);
  });

  it("has no secret, and is cut where it is too long", () => {
    new Secret("l0gged-s3cr3t");
    expect(logged("error", "e", { a: "<l0gged-s3cr3t>" })).toEqual([line({ a: "<[secret]>" })]);
    const room = 16_384 - line({ a: "" }).length + 1;
    expect(logged("error", "e", { a: "x".repeat(room) })).toEqual([line({ a: "x".repeat(room) })]);
    const [cut = ""] = logged("error", "e l0gged-s3cr3t", { a: "x".repeat(room) });
    const found = JSON.parse(cut) as { cut: string };
    expect({ ...found, cut: found.cut.length }).toEqual({
      time: "2026-01-02T03:04:05.678Z",
      level: "error",
      event: "e [secret]",
      cut: 16_384,
    });
    expect(found.cut.startsWith('{"time":"2026-01-02T03:04:05.678Z","level":"error","event":"e [secret]"')).toBe(true);
  });

  it("that cannot be written fails nobody", () => {
    const broken = createLog("info", () => {
      throw new Error("gone");
    });
    expect(() => broken.error("e")).not.toThrow();
    const odd = {
      get a(): never {
        throw new Error("odd");
      },
    };
    expect(logged("error", "e", { odd })).toEqual([]);
  });

  it("goes to stderr where nothing else is said", () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    createLog("error").error("e");
    expect(told.mock.calls).toEqual([[line({}).trimEnd()]]);
  });
});

describe("what an owner adds", () => {
  const tool = (name: string) => ({ name }) as CustomTool;
  it("must be hooks of tools that there are, and tools of other names", () => {
    const isTool = (name: string) => name === "get_pet";
    expect(customFaults({}, isTool)).toEqual([]);
    expect(customFaults({ hooks: { get_pet: {} }, tools: [tool("own")] }, isTool)).toEqual([]);
    expect(
      customFaults({ hooks: { a: {}, get_pet: {} }, tools: [tool("own"), tool("get_pet"), tool("own")] }, isTool),
    ).toEqual([
      'src/custom.ts has a hook for "a", which is no tool',
      'src/custom.ts adds a tool "get_pet", but that name is taken',
      'src/custom.ts adds a tool "own", but that name is taken',
    ]);
    const custom = { hooks: {} };
    expect(defineCustom(custom)).toBe(custom);
  });

  it("may answer with a text or with JSON", () => {
    expect(textResult("t")).toEqual({ content: [{ type: "text", text: "t" }] });
    expect(jsonResult({ a: [1] })).toEqual({
      content: [{ type: "text", text: '{"a":[1]}' }],
      structuredContent: { a: [1] },
    });
  });
});

describe("a caller by token", () => {
  const holder = { id: "token:ada", scopes: ["a"] };
  const asked: unknown[] = [];
  const settings = (more: object, isEmpty = false) =>
    ({
      scopes: ["s"],
      accessTokens: { isEmpty, holderOf: async (token: string) => (token === "g00d" ? holder : undefined) },
      ...more,
    }) as unknown as AccessSettings;
  const authority = { callerOf: (...args: readonly unknown[]) => (asked.push(args), { id: "of authority" }) };
  const by = (given: AccessSettings, authorization?: string, more: object = {}) =>
    byToken(
      {
        method: "POST",
        url: "/mcp?x=1",
        headers: new Headers(authorization === undefined ? {} : { authorization }),
        address: "192.0.2.1",
        ...more,
      },
      given,
    );
  const refused = (challenge: string) => ({
    status: 401,
    message: "A bearer token is needed",
    headers: { "WWW-Authenticate": challenge },
  });

  it("is its address where no token is asked for", async () => {
    const anonymous = { id: "address:192.0.2.1", scopes: ["s"], isAnonymous: true };
    for (const authorization of [undefined, "Bearer g00d"])
      expect(await by(settings({}, true), authorization)).toEqual(anonymous);
  });

  it.each([
    ["Bearer g00d", holder],
    ["bEARER   g00d  ", holder],
    ["Bearer b4d", refused('Bearer realm="mcp", error="invalid_token"')],
    [undefined, refused('Bearer realm="mcp"')],
    ["Bearer", refused('Bearer realm="mcp"')],
    ["Bearer g00d g00d", refused('Bearer realm="mcp"')],
    ["XBearer g00d", refused('Bearer realm="mcp"')],
    ["Bearerg00d", refused('Bearer realm="mcp"')],
  ])("by %j is %j", async (authorization, want) => expect(await by(settings({}), authorization)).toEqual(want));

  it("is whom an authority says, where no token of the server's own says it", async () => {
    expect(await by(settings({ authority }), "Bearer g00d")).toEqual(holder);
    expect(asked).toEqual([]);
    expect(await by(settings({ authority }, true), "Bearer 0ther")).toEqual({ id: "of authority" });
    await by(settings({ authority }, true));
    await by(settings({ authority }, true), "Bearer 0ther", { resource: "/tools/mcp" });
    expect(asked.splice(0)).toEqual([
      ["0ther", "/mcp"],
      [undefined, "/mcp"],
      ["0ther", "/tools/mcp"],
    ]);
  });

  it("is whom a proxy says before all else; of whom it says nothing, a token is needed", async () => {
    const proxies = { callerOf: () => ({ id: "of proxy" }) };
    expect(await by(settings({ authority, proxies }), "Bearer g00d")).toEqual({ id: "of proxy" });
    const silent = { callerOf: () => undefined };
    expect(await by(settings({ proxies: silent }, true))).toEqual(refused('Bearer realm="mcp"'));
    expect(await by(settings({ proxies: silent }), "Bearer g00d")).toEqual(holder);
  });
});

it.each([
  [undefined, "this server reads no more of an answer"],
  ["time", "the API was still sending when the time of this call was over"],
  ["connection", "the connection broke while the API was sending"],
  ["coding", "what the API sent then cannot be decoded"],
] as const)("an answer that %s cuts: %s", (cutBy, want) => expect(cutWords(cutBy)).toBe(want));

it("methods promise what RFC 9110 says", () => {
  expect([...safeMethods]).toEqual(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]);
  expect([...idempotentMethods]).toEqual(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PUT", "DELETE"]);
});
