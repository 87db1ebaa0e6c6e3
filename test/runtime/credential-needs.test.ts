/** Whether a call needs credentials, what is said where they are not set, and how those of several schemes come together. */
import { describe, expect, it } from "vitest";
import {
  type CredentialRequest,
  environmentCredentials,
  mergeCredentials,
  needOf,
  neededBy,
} from "../../templates/always/src/runtime/credentials.ts";
import type { HttpPlan } from "../../templates/always/src/runtime/data/model.ts";
import type { Environment, Host } from "../../templates/always/src/runtime/host.ts";
import { api, schemes } from "./credentials-fixture.ts";

const needs = (...alternatives: readonly string[][]): HttpPlan["security"] =>
  alternatives.map((names) => names.map((scheme) => ({ scheme, scopes: [] })));
const nothing = { headers: [], query: [], cookies: [] };
const sent = (value: string) => ({ ...nothing, headers: [["Authorization", value]] });

interface Given {
  readonly security?: HttpPlan["security"];
  readonly environment?: Environment;
  readonly readText?: (path: string) => string;
  readonly trusted?: boolean;
  readonly data?: CredentialRequest["api"];
}

const requestOf = (given: Given): CredentialRequest => ({
  api: given.data ?? api(schemes),
  security: given.security ?? needs(["bearer"]),
  baseUrl: {
    url: "https://api.example.com/v1",
    origin: "https://api.example.com",
    trusted: given.trusted ?? true,
    allowPrivate: false,
    variable: "PETS_BASE_URL",
  },
  caller: { id: "local" },
  signal: new AbortController().signal,
  host: {
    environment: given.environment ?? {},
    ...(given.readText === undefined ? {} : { readText: given.readText }),
    exchange: async () => Promise.reject(new Error("nothing is sent")),
  } as unknown as Host,
});

const unconfirmed = {
  name: "ConfigurationError",
  message: "https://api.example.com is not confirmed to receive the credentials of this API",
  hint: "If it is right, add https://api.example.com to PETS_ALLOWED_ORIGINS.",
};

describe("credentials", () => {
  it.each<[HttpPlan["security"], trusted: boolean, want: string | undefined]>([
    [needs(), true, "none"],
    [needs([]), true, "none"],
    [needs(), false, "none"],
    [needs(["bearer"]), true, "required"],
    [needs(["bearer"], ["header"]), true, "required"],
    [needs(["bearer"], []), true, "optional"],
    [needs([], ["bearer"]), true, "optional"],
    [needs(["bearer"], []), false, "none"],
    [needs(["bearer"]), false, undefined],
  ])("for %j (trusted: %s) are: %s", (security, trusted, want) => {
    for (const need of [needOf, neededBy])
      if (want === undefined) expect(() => need(requestOf({ security, trusted }))).toThrow(unconfirmed.message);
      else expect(need(requestOf({ security, trusted }))).toBe(want);
  });

  it("of an API that describes none are taken to be needed where it is trusted", () => {
    const data = api({});
    expect(neededBy(requestOf({ data, security: needs() }))).toBe("required");
    expect(neededBy(requestOf({ data, security: needs(), trusted: false }))).toBe("none");
  });

  it("go to no server that is not confirmed", async () => {
    const refused = environmentCredentials()(requestOf({ trusted: false, environment: { PETS_BEARER: "x" } }));
    await expect(refused).rejects.toMatchObject(unconfirmed);
  });
});

describe("what is missing", () => {
  const refusal = (security: HttpPlan["security"], environment: Environment = {}) =>
    environmentCredentials()(requestOf({ security, environment })).catch((error: unknown) => error);

  it.each<[HttpPlan["security"], Environment, string]>([
    [needs(["bearer"]), {}, "Set PETS_BEARER in the environment of this server."],
    [
      needs(["header", "query"], ["bearer"], []),
      {},
      "Set PETS_HEADER and PETS_QUERY, or PETS_BEARER in the environment of this server.",
    ],
    [
      needs(["header", "query"], ["bearer"], ["bearer"], ["unknown"]),
      { PETS_QUERY: "x" },
      "Set PETS_HEADER, or PETS_BEARER in the environment of this server.",
    ],
    [needs(["unknown"]), {}, "The document does not describe them: add them in src/auth.ts."],
    [needs(["bearer", "unknown"]), {}, "The document does not describe them: add them in src/auth.ts."],
  ])("for %j with %j is told", async (security, environment, hint) => {
    const optional = security.some((one) => one.length === 0);
    if (optional) expect(await refusal(security, environment)).toEqual(nothing);
    else
      expect(await refusal(security, environment)).toMatchObject({
        name: "ConfigurationError",
        message: "This call needs credentials that are not set",
        hint,
      });
  });

  it("at the start is each way once, and nothing where one is set", () => {
    const { header, query, basic, mutual } = schemes;
    const missing = (given: Parameters<typeof api>[0], ...rest: [{ environment: Environment }?]) =>
      environmentCredentials().missing?.(api(given), ...rest);
    expect(missing({ header, basic, again: header, mutual })).toEqual([
      "PETS_HEADER",
      "PETS_USERNAME and PETS_PASSWORD",
      "PETS_CERTIFICATE and PETS_KEY",
    ]);
    expect(missing({ header, query }, { environment: { PETS_QUERY: "x" } })).toEqual([]);
    expect(missing({ header, query }, { environment: { PETS_OTHER: "x" } })).toEqual(["PETS_HEADER", "PETS_QUERY"]);
    expect(missing({})).toEqual([]);
  });

  it("for one caller is no error: it has none", async () => {
    const { of } = environmentCredentials({ environment: { PETS_BEARER: "of-s3rver" } });
    const request = requestOf({});
    expect(await of?.(request, { environment: {} })).toBeUndefined();
    expect(await of?.(request, { environment: { PETS_BEARER: "of-c4ller" } })).toEqual(sent("Bearer of-c4ller"));
  });
});

describe("variables", () => {
  it("are those of the owner's code before those of this server, whose files they name", async () => {
    const host = { PETS_BEARER: "of-h0st" };
    expect(await environmentCredentials()(requestOf({ environment: host }))).toEqual(sent("Bearer of-h0st"));
    const environment = { PETS_BEARER_FILE: "/t0ken" };
    const readText = (path: string) => `of ${path}`;
    expect(await environmentCredentials({ environment })(requestOf({ environment: host, readText }))).toEqual(
      sent("Bearer of /t0ken"),
    );
    const { missing } = environmentCredentials({ environment });
    expect(missing?.(api({ bearer: schemes.bearer }))).toEqual([]);
  });

  it("of an API that describes none hold the whole header", async () => {
    const data = api({});
    const give = (environment: Environment, trusted = true) =>
      environmentCredentials()(requestOf({ data, security: needs(), environment, trusted }));
    expect(await give({ PETS_AUTHORIZATION: "Own wh0le-value" })).toEqual(sent("Own wh0le-value"));
    expect(await give({ PETS_AUTHORIZATION: "Own wh0le-value" }, false)).toEqual(nothing);
    expect(await give({})).toEqual(nothing);
    await expect(give({ PETS_AUTHORIZATION: "a\nb-s3cret" })).rejects.toMatchObject({
      message: "PETS_AUTHORIZATION holds characters that no header can carry",
    });
  });
});

it("credentials of several schemes come together, and are all refused at once", async () => {
  const dropped: string[] = [];
  const [left, right] = [
    { certificate: "l", key: "l" },
    { certificate: "r", key: "r" },
  ];
  const one = { headers: [["A", "1"]], query: [["b", "1"]], cookies: [["c", "1"]] } as const;
  const two = { headers: [["A", "2"]], query: [["b", "2"]], cookies: [["c", "2"]] } as const;
  expect(mergeCredentials(one, two)).toStrictEqual({
    headers: [
      ["A", "1"],
      ["A", "2"],
    ],
    query: [
      ["b", "1"],
      ["b", "2"],
    ],
    cookies: [
      ["c", "1"],
      ["c", "2"],
    ],
  });
  const certified = (a: object, b: object) => mergeCredentials({ ...one, ...a }, { ...two, ...b }).certificate;
  expect(certified({ certificate: left }, {})).toBe(left);
  expect(certified({}, { certificate: right })).toBe(right);
  expect(certified({ certificate: left }, { certificate: right })).toBe(right);
  const rejected = (name: string) => ({ rejected: () => void dropped.push(name) });
  mergeCredentials({ ...one, ...rejected("l") }, two).rejected?.();
  mergeCredentials(one, { ...two, ...rejected("r") }).rejected?.();
  mergeCredentials({ ...one, ...rejected("a") }, { ...two, ...rejected("b") }).rejected?.();
  expect(dropped).toEqual(["l", "r", "a", "b"]);
});
