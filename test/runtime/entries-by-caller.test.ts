/** Entries of MCP_CREDENTIALS: whose they are, what of the server's own they hide, and when they are read again. */
import { describe, expect, it } from "vitest";
import type { CredentialRequest } from "../../templates/always/src/runtime/credentials.ts";
import { CredentialsByCaller } from "../../templates/always/src/runtime/credentials/by-caller.ts";
import { Lack } from "../../templates/always/src/runtime/credentials/lack.ts";
import type { ApiData, SecurityScheme } from "../../templates/always/src/runtime/data/model.ts";
import type { AppliedCredentials, Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { api as apiWith, schemes } from "./credentials-fixture.ts";
import { configurationFault } from "./configuration-fault.ts";

const none = { headers: [], query: [], cookies: [] };
const ada: Caller = { id: "user:ada" };
const givenKey: AppliedCredentials = { ...none, headers: [["x-api-key", "k"]] };

interface Options {
  readonly entries?: unknown;
  readonly schemes?: Record<string, SecurityScheme>;
  readonly environment?: Record<string, string>;
  readonly gives?: AppliedCredentials | undefined;
  readonly further?: readonly string[];
  readonly file?: () => string;
  readonly othersMay?: (path: string) => readonly ("read" | "write")[];
}

function keeping(options: Options) {
  const { entries, environment = {}, file, othersMay } = options;
  const api = apiWith(options.schemes ?? { key: schemes.header });
  const environments: Record<string, string | undefined>[] = [];
  const lines: unknown[][] = [];
  const host = {
    environment: {
      ...environment,
      ...(entries === undefined
        ? {}
        : { MCP_CREDENTIALS: typeof entries === "string" ? entries : JSON.stringify(entries) }),
    },
    ...(file && { readText: file }),
    ...(othersMay && { othersMay }),
  };
  const line =
    (level: string) =>
    (...told: unknown[]) =>
      void lines.push([level, ...told]);
  const kept = new CredentialsByCaller(
    async (_request, variables) => {
      environments.push(variables.environment);
      return "gives" in options ? options.gives : givenKey;
    },
    [api],
    host as never,
    { error: line("error"), warn: line("warn"), info: line("info"), debug: line("debug") },
    options.further,
  );
  const request = (caller: Caller, more: object) =>
    ({
      api,
      security: [[{ scheme: Object.keys(api.securitySchemes)[0] ?? "", scopes: [] }]],
      baseUrl: baseUrlOf(api, "default", {}),
      caller,
      ...more,
    }) as unknown as CredentialRequest;
  return {
    api,
    environments,
    kept,
    lines,
    give: (caller = ada, more: { security?: unknown; api?: ApiData } = {}) => kept.give(request(caller, more)),
  };
}
const faultOf = (options: Options) => configurationFault(() => keeping(options));

describe("an entry", () => {
  it("is a caller's own, else their organisation's", async () => {
    const entries = {
      "user:ada": { PETS_HEADER: "adas" },
      "tenant:acme": { PETS_HEADER: "acmes" },
      acme: { PETS_HEADER: "nobodys" },
    };
    const { environments, give } = keeping({ entries });
    expect(await give({ id: "user:ada", tenant: "acme" })).toBe(givenKey);
    expect(await give({ id: "user:bob", tenant: "acme" })).toBe(givenKey);
    expect(await give({ id: "user:eve", tenant: "other" })).toBeInstanceOf(Lack);
    expect(environments.map(({ PETS_HEADER: value }) => value)).toEqual(["adas", "acmes"]);
  });

  it("takes the place of whatever credential the server has of its own, and of nothing else", async () => {
    const environment = { PETS_HEADER: "servers", PETS_HEADER_FILE: "file", PETS_BASE_URL: "https://x", OTHER: "1" };
    const { environments, give } = keeping({ entries: { "user:ada": {} }, environment });
    await give();
    await give();
    expect(environments[0]).toEqual({ MCP_CREDENTIALS: '{"user:ada":{}}', PETS_BASE_URL: "https://x", OTHER: "1" });
    expect(environments[1]).toBe(environments[0]);
  });

  it.each<[string, Record<string, string>, readonly string[]]>([
    ["with a refresh token of theirs", { PETS_OAUTH_REFRESH_TOKEN: "r" }, ["CLIENT_ID", "CLIENT_SECRET_FILE"]],
    ["with a file of one", { PETS_OAUTH_REFRESH_TOKEN_FILE: "r" }, ["CLIENT_ID", "CLIENT_SECRET_FILE"]],
    ["without one", { PETS_OAUTH_ACCESS_TOKEN: "t" }, []],
  ])("%s has the server's name at the token endpoint, or has not", async (_what, entry, kept) => {
    const environment = {
      PETS_OAUTH_ACCESS_TOKEN: "servers",
      PETS_OAUTH_REFRESH_TOKEN: "servers",
      PETS_OAUTH_CLIENT_ID: "servers",
      PETS_OAUTH_CLIENT_SECRET_FILE: "servers",
      PETS_OAUTH_TOKEN_URL: "servers",
      PETS_HEADER: "servers",
    };
    const entries = { "user:ada": entry };
    const both = { oauth: schemes.oauth, key: schemes.header };
    const { environments, give } = keeping({ entries, environment, schemes: both });
    await give();
    const { MCP_CREDENTIALS: _entries, ...seen } = environments[0] ?? {};
    expect(seen).toEqual({
      PETS_OAUTH_TOKEN_URL: "servers",
      ...entry,
      ...Object.fromEntries(kept.map((name) => [`PETS_OAUTH_${name}`, "servers"])),
    });
  });

  it.each<[string, Options, object, unknown]>([
    ["nothing needs", {}, { security: [] }, none],
    ["has nothing that is needed", { gives: undefined }, {}, "lack"],
    ["gives nothing that is needed", { gives: undefined }, { security: [[{ scheme: "key", scopes: [] }], []] }, none],
    ["gives what may be given", {}, { security: [[{ scheme: "key", scopes: [] }], []] }, givenKey],
  ])("that %s gives what is right", async (_what, options, more, want) => {
    const given = await keeping({ entries: { "user:ada": {} }, ...options }).give(ada, more);
    if (want === "lack")
      expect(given).toEqual({
        message: "There are no credentials of Pets for user:ada",
        hint: "The entry in MCP_CREDENTIALS lacks what this call needs: of PETS_HEADER, ask the owner of this server.",
      });
    else expect(given).toEqual(want);
  });

  it("that gives none where the document says of none lacks it", async () => {
    const { noCredentials } = await import("../../templates/always/src/runtime/credentials.ts");
    const given = await keeping({ entries: { "user:ada": {} }, schemes: {}, gives: noCredentials }).give();
    expect(given).toEqual({
      message: "There are no credentials of Pets for user:ada",
      hint: "The entry in MCP_CREDENTIALS lacks what this call needs: of PETS_AUTHORIZATION, ask the owner of this server.",
    });
  });

  it("that is not there is said, where it is needed", async () => {
    const { environments, give } = keeping({ entries: { "user:bob": {} } });
    expect(await give()).toEqual({
      message: "There are no credentials of Pets for user:ada",
      hint: 'Ask the owner of this server for an entry "user:ada" in MCP_CREDENTIALS.',
    });
    expect(await give(ada, { security: [[{ scheme: "key", scopes: [] }], []] })).toEqual(none);
    expect(environments).toEqual([]);
  });

  it("has variables for whoever reads them by themselves", () => {
    const { kept } = keeping({ entries: { "user:ada": { PETS_USER: "x" } }, further: ["PETS_USER"] });
    expect(kept.variablesFor(ada)?.environment).toEqual({ PETS_USER: "x" });
    expect(kept.variablesFor({ id: "user:bob" })).toBeUndefined();
  });
});

describe("entries are refused", () => {
  const shape = 'MCP_CREDENTIALS has to be a JSON object such as {"user:ada":{"<variable>":"…"}}';
  const texts = "is no object of texts by variable";
  it.each<[unknown, string]>([
    ["x", shape],
    ["[]", shape],
    [{ a: {}, b: 1 }, `MCP_CREDENTIALS, entry 2, ${texts}`],
    [{ a: ["x"] }, `MCP_CREDENTIALS, entry 1, ${texts}`],
    [{ a: null }, `MCP_CREDENTIALS, entry 1, ${texts}`],
    [{ a: { PETS_HEADER: 1 } }, `MCP_CREDENTIALS, entry 1, ${texts}`],
  ])("as %j", (entries, message) => expect(faultOf({ entries })).toEqual([message, undefined]));

  it.each<[string, Record<string, SecurityScheme>, string]>([
    ["no scheme", {}, "PETS_AUTHORIZATION"],
    ["a key", { key: schemes.header }, "PETS_HEADER"],
    ["a name and a password", { basic: schemes.basic }, "PETS_USERNAME, PETS_PASSWORD"],
    [
      "OAuth",
      { oauth: schemes.oauth, openid: schemes.openid },
      ["OAUTH", "OPENID"]
        .flatMap((name) =>
          ["ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"].map((one) => `PETS_${name}_${one}`),
        )
        .join(", "),
    ],
  ])("with a variable that is none of %s", (_what, given, names) => {
    expect(faultOf({ schemes: given, entries: { a: { PETS_OAUTH_TOKEN_URL: "x" } } })).toEqual([
      `MCP_CREDENTIALS, entry 1, has a variable that holds no credential of an API: those that do are ${names}`,
      undefined,
    ]);
    const all = Object.fromEntries(
      names.split(", ").flatMap((name) => [
        [name, "x"],
        [`${name}_FILE`, "x"],
      ]),
    );
    expect(faultOf({ schemes: given, entries: { a: all } })).toEqual([]);
  });

  it("but for further variables, each also as a file", () => {
    const further = ["PETS_USER"];
    expect(faultOf({ further, entries: { a: { PETS_USER: "x", PETS_USER_FILE: "x" } } })).toEqual([]);
    expect(faultOf({ further, entries: { a: { PETS_USER_NAME: "x" } } })[0]).toMatch(/are PETS_HEADER, PETS_USER$/);
  });
});

describe("a file of entries", () => {
  const environment = { MCP_CREDENTIALS_FILE: " /keys.json " };
  const entry = (value: string): string => JSON.stringify({ "user:ada": { PETS_HEADER: value } });

  it("is read with every call; while it is none that can be used, the last one counts, and that is said once", async () => {
    let text = entry("one");
    const { environments, give, lines } = keeping({ environment, file: () => text });
    const turn = async (next: string): Promise<unknown> => {
      text = next;
      await give();
      return environments.at(-1)?.["PETS_HEADER"];
    };
    expect(await turn(entry("one"))).toBe("one");
    expect(environments[0]).toBe(environments.at(-1));
    expect(await turn(entry("two"))).toBe("two");
    const shape = 'MCP_CREDENTIALS has to be a JSON object such as {"user:ada":{"<variable>":"…"}}';
    for (const broken of ["{", "{", "[]"]) expect(await turn(broken)).toBe("two");
    expect(lines).toEqual([["error", "credentials", { message: shape }]]);
    expect(await turn('{"user:ada":1}')).toBe("two");
    expect(lines).toHaveLength(2);
    expect(await turn(entry("three"))).toBe("three");
    expect(await turn("{")).toBe("three");
    expect(lines).toHaveLength(3);
  });

  it("that cannot be read any more is told of, with what to do", async () => {
    let isGone = false;
    const { give, lines } = keeping({
      environment,
      file: () => {
        if (isGone) throw new Error("ENOENT");
        return entry("one");
      },
    });
    isGone = true;
    expect(await give()).toBe(givenKey);
    expect(lines).toEqual([
      [
        "error",
        "credentials",
        {
          message: "The file that MCP_CREDENTIALS_FILE names cannot be read",
          hint: "Check its path and that this server may read it.",
        },
      ],
    ]);
  });

  it("that others may change is not read; that they may read it is told of", () => {
    const asked: string[] = [];
    const may = (...rights: ("read" | "write")[]): Options => ({
      environment,
      file: () => entry("one"),
      othersMay: (path) => (asked.push(path), rights),
    });
    for (const rights of [["write"], ["read", "write"]] as const)
      expect(faultOf(may(...rights))).toEqual([
        "The file that MCP_CREDENTIALS_FILE names may be changed by others than its owner",
        "Take that right away: chmod 600.",
      ]);
    expect(keeping(may("read")).lines).toEqual([
      [
        "warn",
        "credentials",
        { message: "The file that MCP_CREDENTIALS_FILE names may be read by every user of this machine: chmod 600." },
      ],
    ]);
    expect(keeping(may()).lines).toEqual([]);
    expect(asked).toEqual(["/keys.json", "/keys.json", "/keys.json", "/keys.json"]);
    expect(faultOf({ ...may("write"), entries: {} })).toEqual([]);
  });
});
