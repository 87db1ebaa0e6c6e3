/** Several authorization servers: each speaks for its own callers, and none for those of another. */
import { beforeAll, describe, expect, it } from "vitest";
import { authorityOf } from "../../templates/always/src/runtime/access/authority.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { Issuer, issuerKey } from "./issuer.js";
import { everyPart } from "./parts.js";

let own: Issuer;
let partners: Issuer;

beforeAll(async () => {
  own = await Issuer.make();
  partners = new Issuer([await issuerKey("first")], "https://id.partners.example/realm");
});

async function authority(entry: object = {}, more: Record<string, string> = {}) {
  const host = {
    environment: {
      MCP_PUBLIC_URL: "https://mcp.example.com",
      MCP_AUTH_ISSUER: own.url,
      MCP_AUTH_ISSUERS: JSON.stringify({ partners: { ISSUER: partners.url, ...entry } }),
      ...more,
    },
    exchange: ((request, ...rest) =>
      (request.url.startsWith("https://id.partners.example") ? partners : own).exchange(
        request,
        ...rest,
      )) as Issuer["exchange"],
  };
  const made = await authorityOf(everyPart, { host, log: createLog("silent"), title: "Pets", scopes: () => [] });
  if (made === undefined) throw new Error("no authority");
  return made;
}

describe("a token", () => {
  it("is looked at by who issued it: two of one name are two callers", async () => {
    const made = await authority({ TENANT_CLAIM: "org" });
    expect(await made.callerOf(await own.token(), "/mcp")).toMatchObject({ id: "user:ada", issuer: own.url });
    expect(await made.callerOf(await partners.token({ org: "acme" }), "/mcp")).toMatchObject({
      id: "partners:acme/ada",
      tenant: "acme",
      issuer: partners.url,
    });
    expect(await made.callerOf(await partners.token(), "/mcp")).toMatchObject({ status: 401 });
  });

  it.each<[string, () => Promise<string>]>([
    ["names one issuer and is signed by the other", () => own.token({ iss: partners.url })],
    ["names the other and is signed by the first", () => partners.token({ iss: own.url })],
    ["names neither", () => own.token({ iss: "https://evil.example" })],
    ["names both", () => own.token({ iss: [own.url, partners.url] })],
    ["names nobody", () => partners.token({ iss: undefined })],
    ["is no JWT", async () => "opaque-token-0123456789"],
    ["is of a type that only the other accepts", () => own.token({}, { typ: "JWT" })],
    ["is for an audience that only the other accepts", () => own.token({ aud: "partners-audience" })],
  ])("is refused that %s", async (_case, make) => {
    const made = await authority({ TOKEN_TYPES: "at+jwt,JWT", AUDIENCE: "partners-audience" });
    expect(await made.callerOf(await make(), "/mcp")).toMatchObject({ status: 401 });
  });

  it("of one is good while the other is away", async () => {
    const made = await authority();
    partners.state = "down";
    expect(await made.callerOf(await own.token(), "/mcp")).toMatchObject({ id: "user:ada" });
    expect(await made.callerOf(await partners.token(), "/mcp")).toMatchObject({ status: 503 });
    partners.state = "up";
  });
});

it("clients are told of all of them, and a lack of scopes by who granted those that there are", async () => {
  const made = await authority({ SCOPE_PREFIX: "api://pets/" });
  const [route] = made.routes("/mcp");
  const answer = await route?.answer({ method: "GET" } as never);
  expect(JSON.parse(String(answer?.body))).toMatchObject({ authorization_servers: [own.url, partners.url] });
  const caller = await made.callerOf(await partners.token(), "/mcp");
  if ("status" in caller) throw new Error(caller.message);
  const refusal = made.insufficient(caller, ["pets:write"], "/mcp");
  expect(refusal?.headers?.["WWW-Authenticate"]).toContain('scope="api://pets/pets:write"');
});

it.each<[string, Record<string, string>]>([
  ["has to be a JSON object", { MCP_AUTH_ISSUERS: "secret-canary" }],
  ["entry 1, has no name", { MCP_AUTH_ISSUERS: '{"user":{"ISSUER":"https://a.example"}}' }],
  ["entry 1, has to have texts", { MCP_AUTH_ISSUERS: '{"a":{"ISSUER":1}}' }],
  ["entry 1, has to have texts", { MCP_AUTH_ISSUERS: '{"a":{"ISSUER":"https://a.example","secret-canary":"x"}}' }],
  ["entry 1, MCP_AUTH_ISSUER has to be", { MCP_AUTH_ISSUERS: '{"a":{"ISSUER":"http://a.example"}}' }],
  ["names an issuer twice", { MCP_AUTH_ISSUERS: '{"a":{"ISSUER":"https://id.example.com/realm"}}' }],
  [
    "only one issuer can be asked",
    {
      MCP_AUTH_CLIENT_ID: "mcp",
      MCP_AUTH_CLIENT_SECRET: "secret-0123456789",
      MCP_AUTH_ISSUERS: '{"a":{"ISSUER":"https://a.example","CLIENT_ID":"mcp","CLIENT_SECRET":"secret-canary"}}',
    },
  ],
  ["MCP_AUTH_ISSUERS is set and MCP_AUTH_ISSUER is not", { MCP_AUTH_ISSUER: "" }],
])("a server does not start where it %s", async (message, environment) => {
  const fault = await authority({}, environment).then(
    () => "",
    (error: unknown) => String(error),
  );
  expect(fault).toContain(message);
  expect(fault).not.toContain("secret-canary");
});
