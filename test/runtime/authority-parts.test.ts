/** Parts that decide who calls and what they may do: had where settings expect them, and missed aloud where they are not there. */
import { describe, expect, it } from "vitest";
import { authorityOf, callerFields, trustedProxiesOf } from "../../templates/always/src/runtime/access/authority.ts";
import { callerCredentials } from "../../templates/always/src/runtime/access/caller-credentials.ts";
import { policyOf } from "../../templates/always/src/runtime/tools/tool-parts.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";

type Environment = Record<string, string | undefined>;
const made = { made: true };

/** What was made, by which options; or what is wrong, with what to do about it. */
async function outcome(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (fault) {
    if (fault instanceof ConfigurationError) return [fault.message, fault.hint];
    throw fault;
  }
}

describe("proxies that say who calls", () => {
  const of = (environment: Environment, has = true) => {
    const part = async () => ({ createTrustedProxies: (given: object) => ({ given }) as never });
    return outcome(() => trustedProxiesOf(has ? { proxy: part } : {}, { environment }));
  };
  const names = ["MCP_TRUSTED_PROXIES", "MCP_PROXY_USER_HEADER", "MCP_PROXY_SCOPES_HEADER"];

  it.each<Environment>([
    {},
    { MCP_TRUSTED_PROXIES: "" },
    { MCP_TRUSTED_PROXIES: "  ", MCP_PROXY_USER_HEADER: undefined },
    { MCP_TRUSTED_PROXIES_X: "1", XMCP_TRUSTED_PROXIES: "1" },
    { MCP_PROXY_HEADER: "1", MCP_PROXY_USER_HEADERS: "1", MCP_PROXY_user_HEADER: "1", MCP_PROXY_A1_HEADER: "1" },
  ])("are none where %j is set", async (environment) => {
    expect(await of(environment)).toBeUndefined();
    expect(await of(environment, false)).toBeUndefined();
  });

  it.each(names)("are believed as %s and the others say", async (name) => {
    const environment = { OTHER: "1", [name]: " 10.0.0.0/8" };
    expect(await of(environment)).toEqual({ given: environment });
  });

  it.each(names)("are missed where %s is set and nothing reads it", async (name) => {
    expect(await of({ [name]: "x" }, false)).toEqual([
      `${name} is set, and this server was generated without the part that lets a proxy say who calls.`,
      `Generate again with \`openapi-to-mcp --feature proxy\`, or with \`features: [proxy]\` in openapi-to-mcp.yaml; or unset ${name}.`,
    ]);
  });
});

describe("an authorization server that says who calls", () => {
  const of = (environment: Environment, has = true) => {
    const part = async () => ({ createAuthority: (options: object) => ({ options }) as never });
    const options = { host: { environment } } as never;
    return outcome(() => authorityOf(has ? { authorization: part } : {}, options));
  };
  const resting = [
    "ISSUERS",
    "AUDIENCE",
    "JWKS_URL",
    "ALGORITHMS",
    "TOKEN_TYPES",
    "SCOPES",
    "SCOPE_CLAIMS",
    "SCOPE_PREFIX",
    "TENANT_CLAIM",
    "KEYS_MS",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "INTROSPECTION_URL",
  ];

  it.each<Environment>([
    {},
    { MCP_AUTH_ISSUER: " " },
    { MCP_AUTH_ISSUER: undefined, MCP_AUTH_AUDIENCE: "" },
    { MCP_AUTH_TOKEN: "t0k3n-of-this-server", MCP_AUTH_TOKENS: "{}" },
    { MCP_AUTH_SCOPE: "a", MCP_AUTH_AUDIENCES: "a", XMCP_AUTH_AUDIENCE: "a", MCP_AUTH_AUDIENCE_FILES: "a" },
  ])("is nobody where %j is set", async (environment) => {
    expect(await of(environment)).toBeUndefined();
    expect(await of(environment, false)).toBeUndefined();
  });

  it("is asked where MCP_AUTH_ISSUER is set, with all that is known", async () => {
    const environment = { MCP_AUTH_AUDIENCE: "me", MCP_AUTH_ISSUER: "https://issuer.example" };
    expect(await of(environment)).toEqual({ options: { host: { environment } } });
  });

  it("is missed where it is set and nothing reads it", async () => {
    expect(await of({ MCP_AUTH_ISSUER: "https://issuer.example" }, false)).toEqual([
      "MCP_AUTH_ISSUER is set, and this server was generated without the part that checks access tokens.",
      "Generate again with `openapi-to-mcp --feature authorization --update-package`, or with `features: [authorization]` in openapi-to-mcp.yaml, and install; or unset MCP_AUTH_ISSUER.",
    ]);
  });

  it.each(resting.flatMap((name) => [`MCP_AUTH_${name}`, `MCP_AUTH_${name}_FILE`]))(
    "is missed where %s is set alone",
    async (name) => {
      for (const has of [true, false])
        expect(await of({ MCP_AUTH_ISSUER: "", [name]: "x" }, has)).toEqual([
          `${name} is set and MCP_AUTH_ISSUER is not: nobody would look at tokens`,
          "Set MCP_AUTH_ISSUER to the URL of the authorization server.",
        ]);
    },
  );
});

describe("a policy", () => {
  const of = (environment: Environment, has: boolean) => {
    const part = async () => ({ createPolicy: (options: object) => ({ options }) as never });
    return outcome(() => policyOf(has ? { policy: part } : {}, { host: { environment } } as never));
  };

  it("is kept by the part for it, whether or not a file is set", async () => {
    for (const environment of [{}, { MCP_POLICY_FILE: "policy.json" }])
      expect(await of(environment, true)).toEqual({ options: { host: { environment } } });
  });

  it("is none where there is no such part and no file", async () => {
    for (const environment of [{}, { MCP_POLICY_FILE: "  " }]) expect(await of(environment, false)).toBeUndefined();
  });

  it("in a file that nothing would keep is said", async () => {
    expect(await of({ MCP_POLICY_FILE: "policy.json" }, false)).toEqual([
      "MCP_POLICY_FILE is set, and this server was generated without the part that keeps policies.",
      "Generate again with `openapi-to-mcp --feature policy`, or with `features: [policy]` in openapi-to-mcp.yaml; or unset MCP_POLICY_FILE.",
    ]);
  });
});

describe("credentials of callers", () => {
  const own = async () => ({ headers: [], query: [], cookies: [] });
  const of = (environment: Environment, has = true) => {
    const part = async () => ({ createCallerCredentials: () => made as never, questionOf: () => undefined });
    const apis = ["PETS", "SHOP"].map((environmentPrefix) => ({ data: { environmentPrefix } }));
    const options = { own, host: { environment }, project: { apis } } as never;
    return outcome(() => callerCredentials(has ? { credentials: part } : {}, options));
  };

  it.each<Environment>([
    {},
    { MCP_CREDENTIALS: " ", PETS_SESSION_LOGIN: "" },
    { MCP_CREDENTIALS_FILES: "x", XMCP_CREDENTIALS: "x" },
    { OTHER_PASSED_HEADERS: "x", XPETS_PASSED_HEADERS: "x", PETS_PASSED_HEADERS_X: "x", PETSX_PASSED_HEADERS: "x" },
    { PETS_TOKEN_EXCHANGE_: "x", PETS_TOKEN_EXCHANGE: "x", PETS_TOKEN_EXCHANGE_url: "x", PETS_SIGN_IN_: "x" },
    { PETS_SESSION: "x", PETS_SESSION_OTHER: "x", PETS_BASE_URL: "x" },
  ])("are the server's own where %j is set", async (environment) => {
    expect(await of(environment)).toEqual({ credentials: own });
    expect(await of(environment, false)).toEqual({ credentials: own });
  });

  it.each([
    "MCP_CREDENTIALS",
    "MCP_CREDENTIALS_FILE",
    "PETS_CALLER_CREDENTIALS",
    "SHOP_PASSED_HEADERS",
    "PETS_TOKEN_EXCHANGE_URL",
    "PETS_TOKEN_EXCHANGE_CLIENT_ID",
    "SHOP_SIGN_IN_URL",
    "PETS_SESSION_LOGIN",
    "PETS_SESSION_ARGUMENTS",
  ])("are the part's where %s is set, which is missed where it is not there", async (name) => {
    expect(await of({ OTHER: "1", [name]: "x" })).toBe(made);
    expect(await of({ OTHER: "1", [name]: "x" }, false)).toEqual([
      `${name} is set, and this server was generated without the part that gives callers credentials of their own.`,
      `Generate again with \`openapi-to-mcp --feature credentials --update-package\`, or with \`features: [credentials]\` in openapi-to-mcp.yaml, and install; or unset ${name}.`,
    ]);
  });
});

it("a line of the log says of a caller what is known, and no more", () => {
  expect(callerFields({ id: "local" })).toEqual({ caller: "local" });
  expect(
    callerFields({
      id: "user:acme/ada",
      subject: "ada",
      client: "desk",
      tenant: "acme",
      issuer: "https://issuer.example",
      scopes: ["a"],
      claims: { email: "ada@example.com" },
      isAnonymous: false,
    }),
  ).toEqual({ caller: "user:acme/ada", subject: "ada", client: "desk", tenant: "acme" });
});
