/** The settings of several authorization servers, and which of them looks at a token. */
import { describe, expect, it } from "vitest";
import {
  joinedAuthority,
  readIssuers,
  type IssuerAuthority,
} from "../../templates/always/src/runtime/authorization/issuers.ts";

const whole = { MCP_AUTH_ISSUER: "https://as.example", MCP_PUBLIC_URL: "https://mcp.example" };
const read = (further: unknown, more: Readonly<Record<string, string>> = {}) =>
  readIssuers({
    environment: {
      ...whole,
      ...more,
      ...(further === undefined
        ? {}
        : { MCP_AUTH_ISSUERS: typeof further === "string" ? further : JSON.stringify(further) }),
    },
  } as unknown as Parameters<typeof readIssuers>[0]);

describe("further issuers", () => {
  const partner = { ISSUER: "https://id.partner.example" };

  it("are none where none is named", () => expect(read(undefined)).toHaveLength(1));

  it("have settings and callers of their own, and the public URL of all", () => {
    const [first, second] = read(
      { partners: { ...partner, AUDIENCE: "x,y", SCOPES: "a" } },
      { MCP_AUTH_AUDIENCE: "z" },
    );
    expect(first).toMatchObject({ issuer: "https://as.example", audiences: ["z"] });
    expect(first).not.toHaveProperty("callers");
    expect(second).toMatchObject({
      callers: "partners",
      issuer: "https://id.partner.example",
      audiences: ["x", "y"],
      requiredScopes: ["a"],
    });
    expect(second?.publicUrl.href).toBe("https://mcp.example/");
  });

  it.each<[unknown, string]>([
    ["{", "MCP_AUTH_ISSUERS has to be a JSON object such as"],
    ["[]", "MCP_AUTH_ISSUERS has to be a JSON object such as"],
    ['"secret-of-mine"', "MCP_AUTH_ISSUERS has to be a JSON object such as"],
    [{ Partners: partner }, "MCP_AUTH_ISSUERS, entry 1, has no name that can be used"],
    [{ "9a": partner }, "entry 1, has no name that can be used"],
    [{ ["a".repeat(65)]: partner }, "entry 1, has no name that can be used"],
    [{ user: partner }, "entry 1, has no name that can be used"],
    [{ a: partner, "b/c": partner }, "entry 2, has no name that can be used"],
    [{ partners: "x" }, "entry 1, has to have texts under names of settings"],
    [{ partners: { ...partner, SCOPES: 1 } }, "entry 1, has to have texts under names of settings"],
    [{ partners: { ...partner, NOTHING: "x" } }, "entry 1, has to have texts under names of settings"],
    [{ partners: { ...partner, MCP_AUTH_SCOPES: "x" } }, "entry 1, has to have texts under names of settings"],
    [{ partners: { ...partner, ISSUERS: "{}" } }, "entry 1, has to have texts under names of settings"],
    [{ partners: {} }, "entry 1, MCP_AUTH_ISSUER has to be"],
    [{ partners: { ISSUER: "http://id.partner.example" } }, "entry 1, MCP_AUTH_ISSUER has to be"],
    [{ partners: { ISSUER: "https://as.example" } }, "MCP_AUTH_ISSUERS names an issuer twice"],
    [{ a: partner, b: partner }, "MCP_AUTH_ISSUERS names an issuer twice"],
  ])("%j: %s", (further, message) => {
    expect(() => read(further)).toThrow(message);
    expect(() => read(further)).not.toThrow("secret-of-mine");
  });

  it("are asked about opaque tokens by one of them only", () => {
    const client = { CLIENT_ID: "me", CLIENT_SECRET: "secret-secret" };
    expect(read({ partners: { ...partner, ...client } })[1]?.introspection?.id).toBe("me");
    const first = { MCP_AUTH_CLIENT_ID: "me", MCP_AUTH_CLIENT_SECRET: "secret-secret" };
    expect(() => read({ partners: { ...partner, ...client } }, first)).toThrow("only one issuer can be asked");
  });
});

describe("a token", () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const jwt = (iss: unknown): string => `${part({ alg: "RS256" })}.${part({ iss })}.x`;
  const judge = (name: string, introspection = false, lacks = false) =>
    ({
      settings: { issuer: name, ...(introspection ? { introspection: {} } : {}) },
      authority: {
        host: name,
        callerOf: async () => name,
        insufficient: () => (lacks ? { status: 403, message: name } : undefined),
        routes: () => [name],
      },
    }) as unknown as IssuerAuthority;
  const asked = (token: string | undefined, ...judges: readonly [IssuerAuthority, ...IssuerAuthority[]]): unknown =>
    joinedAuthority(judges[0], judges.slice(1)).callerOf(token as string, "/mcp");

  it.each<[string, string | undefined, string]>([
    ["says that it is of the second", jwt("b"), "b"],
    ["says that it is of the first", jwt("a"), "a"],
    ["says that it is of another", jwt("z"), "a"],
    ["says nothing of that", jwt(undefined), "a"],
    ["is no JWT", "opaque", "c"],
    ["is a JWT without claims", `${part({})}..x`, "a"],
    ["is none", undefined, "c"],
  ])("that %s is looked at by its issuer", async (_, token, want) =>
    expect(await asked(token, judge("a"), judge("b"), judge("c", true))).toBe(want),
  );

  it("that is no JWT is looked at by the first where nobody can be asked", async () =>
    expect(await asked("opaque", judge("a"), judge("b"))).toBe("a"));

  it("that lacks a scope is told so by whoever can grant it; routes and host are the first's", () => {
    const all = joinedAuthority(judge("a"), [judge("b", false, true), judge("c", false, true)]);
    expect(all.insufficient({} as never, [], "/mcp")).toEqual({ status: 403, message: "b" });
    expect([all.host, all.routes("/mcp")]).toEqual(["a", ["a"]]);
    expect(joinedAuthority(judge("a"), []).insufficient({} as never, [], "/mcp")).toBeUndefined();
  });
});
