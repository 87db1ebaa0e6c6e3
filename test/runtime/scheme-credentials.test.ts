/** One security scheme by itself: which variables it lacks, what it adds to a request, and what it refuses. */
import { describe, expect, it } from "vitest";
import type { SecurityScheme } from "../../templates/always/src/runtime/data/model.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import type { Environment, Host } from "../../templates/always/src/runtime/host.ts";
import { scrub, Secret } from "../../templates/always/src/runtime/secret.ts";
import type { SharedSecrets } from "../../templates/always/src/runtime/store/shared-secrets.ts";
import {
  authorization,
  credentialsOf,
  headerValue,
  missingVariables,
  type OAuthTokens,
  type TokenRequest,
} from "../../templates/always/src/runtime/upstream/security-scheme.ts";
import { api, oauthEnvironment, schemes } from "./credentials-fixture.ts";

const nothing = { headers: [], query: [], cookies: [] };
const sent = (value: string) => ({ ...nothing, headers: [["Authorization", value]] });
const described = api(schemes);
const baseUrl = {
  url: "https://api.example.com",
  origin: "https://api.example.com",
  trusted: true,
  allowPrivate: false,
  variable: "PETS_BASE_URL",
};
const exchange = async (): Promise<never> => Promise.reject(new Error("nothing is sent"));
const { signal } = new AbortController();

/** Gives a token, and notes what it was asked for and which it should forget. */
function tokens(value = "t0k3n-of-oauth"): OAuthTokens & { asked: TokenRequest[]; forgotten: string[] } {
  const asked: TokenRequest[] = [];
  const forgotten: string[] = [];
  return {
    asked,
    forgotten,
    token: async (request) => (asked.push(request), new Secret(value)),
    rejected: (token) => void forgotten.push(token.reveal()),
  };
}

interface Given {
  readonly environment: Environment;
  readonly oauth?: OAuthTokens;
  readonly readText?: (path: string) => string;
  readonly scopes?: readonly string[];
  readonly secrets?: SharedSecrets;
}

const applied = (scheme: SecurityScheme, { environment, oauth, readText, scopes = [], secrets }: Given) =>
  credentialsOf(
    { scheme, scopes },
    {
      api: described,
      baseUrl,
      signal,
      host: { exchange } as unknown as Host,
      ...(secrets === undefined ? {} : { secrets }),
    },
    { environment, oauth, ...(readText === undefined ? {} : { readText }) },
  );

const fault = (message: string, hint?: string) =>
  expect.objectContaining({ name: "ConfigurationError", message, hint }) as unknown;
const unfit = "Check it for line breaks and characters that were pasted along.";

describe("a scheme lacks", () => {
  const { oauth, openid, header, bearer, basic, mutual } = schemes;
  const environment = oauthEnvironment("PETS_OAUTH");
  const clientOnly = { type: "oauth2", clientCredentials: oauth.clientCredentials, environment } as const;
  const refreshOnly = { type: "oauth2", refresh: oauth.refresh, environment } as const;
  const neither = { type: "oauth2", environment } as const;
  const [access, id, secret, refresh] = ["ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"].map(
    (name) => `PETS_OAUTH_${name}`,
  ) as [string, string, string, string];

  it.each<[SecurityScheme, Environment, readonly string[]]>([
    [header, {}, ["PETS_HEADER"]],
    [header, { PETS_HEADER: " \n" }, ["PETS_HEADER"]],
    [header, { PETS_HEADER: "x" }, []],
    [header, { PETS_HEADER_FILE: "/key" }, []],
    [header, { PETS_HEADER_FILE: " " }, ["PETS_HEADER"]],
    [header, { PETS_HEADER: "", PETS_HEADER_FILE: "/key" }, []],
    [bearer, {}, ["PETS_BEARER"]],
    [bearer, { PETS_BEARER: "x" }, []],
    [basic, {}, ["PETS_USERNAME", "PETS_PASSWORD"]],
    [basic, { PETS_USERNAME: "x" }, []],
    [basic, { PETS_PASSWORD_FILE: "/x" }, []],
    [mutual, {}, ["PETS_CERTIFICATE", "PETS_KEY"]],
    [mutual, { PETS_CERTIFICATE: "/c", PETS_KEY: " " }, ["PETS_KEY"]],
    [mutual, { PETS_CERTIFICATE: "/c", PETS_KEY: "/k" }, []],
    [mutual, { PETS_CERTIFICATE_FILE: "/c", PETS_KEY: "/k" }, ["PETS_CERTIFICATE"]],
    [oauth, {}, [id, secret]],
    [oauth, { [id]: "x" }, [secret]],
    [oauth, { [id]: "x", [secret]: "y" }, []],
    [oauth, { [access]: "x" }, []],
    [oauth, { [refresh]: "x" }, [id]],
    [oauth, { [refresh]: "x", [id]: "y" }, []],
    [clientOnly, { [refresh]: "x" }, [id, secret]],
    [refreshOnly, {}, [access]],
    [refreshOnly, { [id]: "x", [secret]: "y" }, [access]],
    [refreshOnly, { [refresh]: "x" }, [id]],
    [neither, { [refresh]: "x", [id]: "y", [secret]: "z" }, [access]],
    [openid, {}, ["PETS_OPENID_CLIENT_ID", "PETS_OPENID_CLIENT_SECRET"]],
    [openid, { PETS_OPENID_REFRESH_TOKEN: "x" }, ["PETS_OPENID_CLIENT_ID"]],
    [openid, { PETS_OPENID_ACCESS_TOKEN_FILE: "/x" }, []],
  ])("%j with %j: %j", (scheme, given, want) =>
    expect(missingVariables(scheme, { environment: given, oauth: tokens() })).toEqual(want),
  );

  it.each([oauth, openid, clientOnly, refreshOnly])(
    "a token itself, in a server that fetches none: %j",
    (scheme: SecurityScheme) => {
      const all = Object.fromEntries(
        ["OAUTH", "OPENID"].flatMap((name) =>
          ["CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"].map((part) => [`PETS_${name}_${part}`, "x"]),
        ),
      );
      const token = scheme.type === "openIdConnect" ? "PETS_OPENID_ACCESS_TOKEN" : access;
      expect(missingVariables(scheme, { environment: all, oauth: undefined })).toEqual([token]);
      expect(missingVariables(scheme, { environment: { [token]: "x" }, oauth: undefined })).toEqual([]);
    },
  );
});

describe("an API key", () => {
  const { header, query, cookie, prefixed, encoded } = schemes;

  it.each<[SecurityScheme, Environment, object]>([
    [header, { PETS_HEADER: "k-1" }, { ...nothing, headers: [["X-API-Key", "k-1"]] }],
    [query, { PETS_QUERY: "k 2\nü" }, { ...nothing, query: [["api_key", "k 2\nü"]] }],
    [cookie, { PETS_COOKIE: "k-3" }, { ...nothing, cookies: [["session", "k-3"]] }],
  ])("%j", async (scheme, environment, want) => expect(await applied(scheme, { environment })).toEqual(want));

  it.each([
    ["k", "Bearer k"],
    ["k e y", "k e y"],
    ["token  k", "token  k"],
    ["a!#$%&'*+.^_`|~-9 k", "a!#$%&'*+.^_`|~-9 k"],
    ["a:b k", "Bearer a:b k"],
    ["a:b", "Bearer a:b"],
    [`"a" k`, `Bearer "a" k`],
  ])("%j has a scheme of its own, or that of the document: %j", async (value, want) =>
    expect(await applied(prefixed, { environment: { PETS_PREFIXED: value } })).toEqual({
      ...nothing,
      headers: [["authorization", want]],
    }),
  );

  it("of Basic is written in base64 where it is a pair, and that is a secret as well", async () => {
    const given = (PETS_ENCODED: string) => applied(encoded, { environment: { PETS_ENCODED } });
    expect(await given("us3r:p4ss")).toEqual(sent("Basic dXMzcjpwNHNz"));
    expect(await given("dXMzcg")).toEqual(sent("Basic dXMzcg"));
    expect(await given("a:b")).toEqual(sent("Basic YTpi"));
    expect(scrub("sent YTpi.")).toBe("sent [secret].");
  });

  it.each([
    [header, "PETS_HEADER"],
    [cookie, "PETS_COOKIE"],
    [query, "PETS_QUERY"],
    [schemes.bearer, "PETS_BEARER"],
    [schemes.oauth, "PETS_OAUTH_ACCESS_TOKEN"],
  ] as const)("%j says that it is not set", async (scheme, variable) =>
    expect(await applied(scheme, { environment: {} }).catch((error: unknown) => error)).toEqual(
      fault(`${variable} is not set`),
    ),
  );

  it.each([
    [header, "PETS_HEADER"],
    [cookie, "PETS_COOKIE"],
    [schemes.bearer, "PETS_BEARER"],
    [schemes.oauth, "PETS_OAUTH_ACCESS_TOKEN"],
  ] as const)("%j starts no other header", async (scheme, variable) =>
    expect(await applied(scheme, { environment: { [variable]: "k\nX: y" } }).catch((error: unknown) => error)).toEqual(
      fault(`${variable} holds characters that no header can carry`, unfit),
    ),
  );
});

describe("a field value", () => {
  it.each(["\t", " ", "~", "\x80", "\xff", "a b", "a\tü"])("may be %j", (text) =>
    expect(headerValue("NAME", new Secret(text))).toBe(text),
  );
  it.each(["", "\x00", "\x1f", "\x7f", "\u0100", "a\n", "\nb", "a\rb", "a\u0100b"])("cannot be %j", (text) => {
    const read = () => headerValue("NAME", new Secret(text));
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(fault("NAME holds characters that no header can carry", unfit) as Error);
  });
  it("of Authorization comes alone", () => expect(authorization("a")).toEqual(sent("a")));
});

describe("a name of a scheme before its value", () => {
  const { bearer, token } = schemes;
  it.each<[SecurityScheme, string, string]>([
    [bearer, "x9q-", "Bearer x9q-"],
    [bearer, "Bearer x9q", "Bearer x9q"],
    [bearer, "bEARER x9q", "bEARER x9q"],
    [bearer, "bearerx9q", "Bearer bearerx9q"],
    [bearer, "token x9q", "Bearer token x9q"],
    [token, "x9q-", "Token x9q-"],
    [token, "Token x9q", "Token x9q"],
    [token, "tokens x9q", "Token tokens x9q"],
  ])("%j: %j is sent as %j", async (scheme, value, want) =>
    expect(await applied(scheme, { environment: { PETS_BEARER: value, PETS_TOKEN: value } })).toEqual(sent(want)),
  );
});

describe("a name and a password", () => {
  const basic = (environment: Environment) => applied(schemes.basic, { environment });
  it.each<[Environment, string]>([
    [{ PETS_USERNAME: "us3r", PETS_PASSWORD: "p4:ss" }, "us3r:p4:ss"],
    [{ PETS_USERNAME: "k3y-0nly" }, "k3y-0nly:"],
    [{ PETS_USERNAME: "k3y-0nly:" }, "k3y-0nly:"],
    [{ PETS_USERNAME: "us3r:p4ss" }, "us3r:p4ss"],
    [{ PETS_PASSWORD: "p4ss-0nly" }, ":p4ss-0nly"],
  ])("%j are sent as %s", async (environment, pair) =>
    expect(await basic(environment)).toEqual(sent(`Basic ${btoa(pair)}`)),
  );

  it("of which the name holds a colon are refused: the API would see others", async () =>
    expect(await basic({ PETS_USERNAME: "us3r:x", PETS_PASSWORD: "p4ss-w" }).catch((error: unknown) => error)).toEqual(
      fault("PETS_USERNAME must not hold a colon (RFC 7617)"),
    ));

  it("hide the password, the pair, and a name that is the key; no other name", async () => {
    await basic({ PETS_USERNAME: "Al4ddin", PETS_PASSWORD: "0pen-ses4me" });
    expect(scrub("Al4ddin, 0pen-ses4me")).toBe("Al4ddin, [secret]");
    await basic({ PETS_USERNAME: "n4me-is-k3y:" });
    expect(scrub("<n4me-is-k3y>")).toBe("<[secret]>");
    await basic({ PETS_USERNAME: "u1", PETS_PASSWORD: "p1" });
    expect(scrub("sent dTE6cDE=")).toBe("sent [secret]");
  });
});

describe("an access token", () => {
  const scopes = ["read"];

  it("is asked for with all that a request for it needs", async () => {
    const oauth = tokens();
    const environment = { PETS_OAUTH_CLIENT_ID: "x" };
    const secrets = {} as SharedSecrets;
    const readText = () => "";
    const { rejected, ...rest } = await applied(schemes.oauth, { environment, oauth, scopes, secrets, readText });
    expect(rest).toEqual(sent("Bearer t0k3n-of-oauth"));
    const common = { api: described, scheme: schemes.oauth, scopes, baseUrl, environment, signal, exchange };
    expect(oauth.asked).toStrictEqual([{ ...common, readText, secrets }]);
    expect(oauth.forgotten).toEqual([]);
    rejected?.();
    expect(oauth.forgotten).toEqual(["t0k3n-of-oauth"]);
    await applied(schemes.oauth, { environment, oauth, scopes });
    expect(oauth.asked[1]).toStrictEqual(common);
  });

  it("that the owner set is the one, also in a file, and none is asked for", async () => {
    const oauth = tokens();
    const given = { PETS_OPENID_ACCESS_TOKEN: "s3t-by-owner" };
    expect(await applied(schemes.openid, { environment: given, oauth })).toEqual(sent("Bearer s3t-by-owner"));
    const environment = { PETS_OPENID_ACCESS_TOKEN_FILE: "/t" };
    expect(await applied(schemes.openid, { environment, oauth, readText: (path) => `t0ken-in ${path}` })).toEqual(
      sent("Bearer t0ken-in /t"),
    );
    expect(oauth.asked).toEqual([]);
  });

  it("that no header can carry is refused by what it is", async () =>
    expect(
      await applied(schemes.openid, { environment: {}, oauth: tokens("b4d\ntoken") }).catch((error: unknown) => error),
    ).toEqual(fault("The access token holds characters that no header can carry", unfit)));
});

describe("a client certificate", () => {
  const readText = (path: string): string => {
    if (path === "/none") throw new Error("ENOENT");
    return `text of ${path}`;
  };
  const certificate = async (environment: Environment) =>
    (await applied(schemes.mutual, { environment, readText })).certificate;

  it("is read from the files that are named; what is not named is empty", async () => {
    const environment = { PETS_CERTIFICATE: " /c ", PETS_KEY: "/k3y", PETS_AUTHORITY: "/a" };
    expect(await applied(schemes.mutual, { environment, readText })).toEqual({
      ...nothing,
      certificate: { certificate: "text of /c", key: "text of /k3y", authority: "text of /a" },
    });
    expect(scrub("<text of /k3y>, <text of /c>")).toBe("<[secret]>, <text of /c>");
    expect(await certificate({ PETS_CERTIFICATE: "/c", PETS_AUTHORITY: " " })).toStrictEqual({
      certificate: "text of /c",
      key: "",
    });
    expect(await certificate({ PETS_KEY: "/k" })).toStrictEqual({ certificate: "", key: "text of /k" });
  });

  it("says which file cannot be read, and why to the log", async () => {
    const error: unknown = await certificate({ PETS_CERTIFICATE: "/c", PETS_KEY: "/none" }).catch(
      (error: unknown) => error,
    );
    expect(error).toEqual(fault("The PEM file that PETS_KEY names cannot be read"));
    expect(error).toHaveProperty("cause", new Error("ENOENT"));
  });

  it("cannot be where there are no files", async () =>
    expect(
      await applied(schemes.mutual, { environment: { PETS_CERTIFICATE: "/c" } }).catch((error: unknown) => error),
    ).toEqual(fault("PETS_CERTIFICATE names a file, and this server runs where there are none")));
});
