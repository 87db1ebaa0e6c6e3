/** As whom an API is called, as variables say it: which way, with which settings, and what is wrong with them. */
import { describe, expect, it } from "vitest";
import { readWays } from "../../templates/always/src/runtime/credentials/settings.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { api } from "./credentials-fixture.ts";

type Set = Readonly<Record<string, string>>;
const read = (environment: Set, files: Set = {}) =>
  readWays(api(), { environment, readText: (path) => files[path] ?? "" });
const faultOf = (environment: Set): string => {
  try {
    return JSON.stringify(read(environment));
  } catch (fault) {
    if (fault instanceof ConfigurationError) return fault.message;
    throw fault;
  }
};
const exchange = {
  PETS_TOKEN_EXCHANGE_URL: "https://id.example/token",
  PETS_TOKEN_EXCHANGE_CLIENT_ID: "this-server",
  PETS_TOKEN_EXCHANGE_AUDIENCE: "pets",
};
const signIn = {
  PETS_SIGN_IN_URL: "https://id.example/authorize",
  PETS_SIGN_IN_TOKEN_URL: "https://id.example/token",
  PETS_SIGN_IN_CLIENT_ID: "this-server",
};
const session = { PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: '{"user":"$PETS_USER"}' };
const headers = { PETS_PASSED_HEADERS: "X-Tenant" };
const callers = { MCP_CREDENTIALS: "{}" };

describe("the way", () => {
  it.each<[string, Set, readonly string[]]>([
    ["nothing", {}, ["server"]],
    ["blanks", { PETS_CALLER_CREDENTIALS: "  ", PETS_PASSED_HEADERS: " ", MCP_CREDENTIALS: " " }, ["server"]],
    ["entries", callers, ["callers"]],
    ["a file of entries", { MCP_CREDENTIALS_FILE: "x" }, ["callers"]],
    ["an exchange", exchange, ["exchange"]],
    ["headers", headers, ["headers"]],
    ["a sign-in", signIn, ["sign-in"]],
    ["a session", session, ["session"]],
    ["a session with entries to log in with", { ...session, ...callers }, ["session"]],
    ["its name", { PETS_CALLER_CREDENTIALS: "server", ...callers }, ["server"]],
    ["several names", { PETS_CALLER_CREDENTIALS: " callers , server", ...callers }, ["callers", "server"]],
    [
      "all names",
      {
        PETS_CALLER_CREDENTIALS: "server,session,sign-in,headers,exchange,callers",
        ...callers,
        ...exchange,
        ...headers,
        ...signIn,
        ...session,
      },
      ["server", "session", "sign-in", "headers", "exchange", "callers"],
    ],
  ])("by %s is %j: %j", (_what, environment, ways) => expect(read(environment).ways).toEqual(ways));

  it.each<[Set, string]>([
    [{ ...callers, ...headers }, "callers, headers"],
    [{ ...exchange, ...signIn }, "exchange, sign-in"],
    [{ ...session, ...headers }, "headers, session"],
    [{ ...callers, ...exchange, ...headers, ...signIn, ...session }, "exchange, headers, sign-in, session"],
  ])("of several in %j has to be named", (environment, names) =>
    expect(faultOf(environment)).toBe(
      `PETS_CALLER_CREDENTIALS has to say which of ${names} is tried first: settings of each are there`,
    ),
  );

  it.each(["server,server", "servers", "Server", "callers,nobody", ","])("is none as %j", (text) =>
    expect(faultOf({ ...callers, PETS_CALLER_CREDENTIALS: text })).toBe(
      text === ","
        ? '{"ways":[],"passedHeaders":[]}'
        : "PETS_CALLER_CREDENTIALS has to list some of callers, exchange, headers, sign-in, session, server, each once",
    ),
  );

  it.each([
    ["callers", "MCP_CREDENTIALS"],
    ["exchange", "PETS_TOKEN_EXCHANGE_URL"],
    ["headers", "PETS_PASSED_HEADERS"],
    ["sign-in", "PETS_SIGN_IN_URL"],
    ["session", "PETS_SESSION_LOGIN"],
  ])("%s needs %s", (way, name) =>
    expect(faultOf({ PETS_CALLER_CREDENTIALS: `server,${way}` })).toBe(
      `PETS_CALLER_CREDENTIALS names ${way}, and ${name} is not set`,
    ),
  );
});

describe("headers that are handed on", () => {
  it("are known in small letters", () =>
    expect(read({ PETS_PASSED_HEADERS: "X-Tenant, Authorization ,COOKIE,x_y" }).passedHeaders).toEqual([
      "x-tenant",
      "authorization",
      "cookie",
      "x_y",
    ]));

  it.each([
    "Host",
    "content-type",
    "Content-Language",
    "Accept-Language",
    "Mcp-Session-Id",
    "Origin",
    "Sec-Fetch-Site",
    "Idempotency-Key",
    "Last-Event-ID",
    "X-Forwarded-For",
    "Proxy-Authorization",
    "a b",
    "a:",
    "X-Tenant,Host",
  ])("are none of %j", (text) =>
    expect(faultOf({ PETS_PASSED_HEADERS: text })).toBe(
      "PETS_PASSED_HEADERS names a header that cannot be handed on: it belongs to the message, to this server or to a proxy",
    ),
  );

  it.each(["Origin-Id", "X-Accept-1", "X-Mcp-1", "X-Idempotency-Key", "Last-Event-Id-2"])("may be %s", (name) =>
    expect(read({ PETS_PASSED_HEADERS: name }).passedHeaders).toEqual([name.toLowerCase()]),
  );
});

const safe = "has to be an https URL without a user; http is for this machine only";

describe("an exchange of tokens", () => {
  it("is by these settings", () => {
    expect(read(exchange).exchange).toEqual({
      url: new URL("https://id.example/token"),
      clientId: "this-server",
      grant: "token-exchange",
      audience: "pets",
    });
    const whole = read(
      {
        ...exchange,
        PETS_TOKEN_EXCHANGE_AUDIENCE: "",
        PETS_TOKEN_EXCHANGE_GRANT: "on-behalf-of",
        PETS_TOKEN_EXCHANGE_RESOURCE: "https://pets.example",
        PETS_TOKEN_EXCHANGE_SCOPE: "read write",
        PETS_TOKEN_EXCHANGE_CLIENT_SECRET_FILE: "secret.txt",
      },
      { "secret.txt": "s3cr3t-0f-the-exchange\n" },
    ).exchange;
    expect(whole).toMatchObject({ grant: "on-behalf-of", resource: "https://pets.example", scope: "read write" });
    expect(Object.keys(whole ?? {})).not.toContain("audience");
    expect(whole?.clientSecret?.reveal()).toBe("s3cr3t-0f-the-exchange");
  });

  it.each<[Set, string]>([
    [{ PETS_TOKEN_EXCHANGE_URL: "http://id.example" }, `PETS_TOKEN_EXCHANGE_URL ${safe}`],
    [
      { PETS_TOKEN_EXCHANGE_CLIENT_ID: " " },
      "PETS_TOKEN_EXCHANGE_CLIENT_ID has to be set with PETS_TOKEN_EXCHANGE_URL",
    ],
    [
      { PETS_TOKEN_EXCHANGE_GRANT: "On-Behalf-Of" },
      "PETS_TOKEN_EXCHANGE_GRANT has to be token-exchange or on-behalf-of",
    ],
    [
      { PETS_TOKEN_EXCHANGE_AUDIENCE: "" },
      "One of PETS_TOKEN_EXCHANGE_AUDIENCE, PETS_TOKEN_EXCHANGE_RESOURCE and PETS_TOKEN_EXCHANGE_SCOPE has to say what the new token is for",
    ],
  ])("is none with %j", (more, message) => expect(faultOf({ ...exchange, ...more })).toBe(message));
});

describe("a sign-in of users", () => {
  it("is by these settings", () => {
    expect(read(signIn).signIn).toEqual({
      authorizationUrl: new URL("https://id.example/authorize"),
      tokenUrl: new URL("https://id.example/token"),
      clientId: "this-server",
    });
    const whole = read({ ...signIn, PETS_SIGN_IN_CLIENT_SECRET: "s3cr3t-0f-the-sign-in", PETS_SIGN_IN_SCOPES: "a b" });
    expect([whole.signIn?.clientSecret?.reveal(), whole.signIn?.scopes]).toEqual(["s3cr3t-0f-the-sign-in", "a b"]);
  });

  it.each<[Set, string]>([
    [{ PETS_SIGN_IN_URL: "ftp://id.example" }, `PETS_SIGN_IN_URL ${safe}`],
    [{ PETS_SIGN_IN_TOKEN_URL: "https://ada@id.example" }, `PETS_SIGN_IN_TOKEN_URL ${safe}`],
    [{ PETS_SIGN_IN_TOKEN_URL: "" }, "PETS_SIGN_IN_TOKEN_URL has to be set with PETS_SIGN_IN_URL"],
    [{ PETS_SIGN_IN_CLIENT_ID: "" }, "PETS_SIGN_IN_CLIENT_ID has to be set with PETS_SIGN_IN_URL"],
  ])("is none with %j", (more, message) => expect(faultOf({ ...signIn, ...more })).toBe(message));
});

describe("a session", () => {
  it("has arguments, and the variables that are named in them, each once", () => {
    const args = {
      user: "$PETS_USER",
      list: [{ password: "$PETS_PASSWORD" }, "$PETS_USER", 1, null, true],
      plain: "not $PETS_OTHER",
    };
    expect(read({ PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: JSON.stringify(args) }).session).toEqual({
      login: "log_in",
      args,
      variables: ["PETS_USER", "PETS_PASSWORD"],
    });
    expect(read({ PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: "{}" }).session?.variables).toEqual([]);
    expect(read({ PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: '{"a":"$A1_"}' }).session?.variables).toEqual([
      "A1_",
    ]);
  });

  it.each(["", "[]", "x", '{"a":"$"}', '{"a":"$pets"}', '{"a":"$1A"}', '{"a":"$A B"}', '{"a":["$A",{"b":"$a"}]}'])(
    "is none with %j",
    (text) =>
      expect(faultOf({ PETS_SESSION_LOGIN: "log_in", PETS_SESSION_ARGUMENTS: text })).toBe(
        'PETS_SESSION_ARGUMENTS has to be a JSON object of the arguments of log_in, with variables for secrets, such as {"user":"$PETS_USER","password":"$PETS_PASSWORD"}',
      ),
  );
});
