/** The door with an authorization server: who gets how far, by Host, Origin and token; what is said of whom to ask. */
import { beforeAll, describe, expect, it } from "vitest";
import { byToken } from "../../templates/always/src/runtime/access.js";
import { authorityOf } from "../../templates/always/src/runtime/access/authority.js";
import type { Owner } from "../../templates/always/src/runtime/call/call.js";
import type { ProjectApi, Project } from "../../templates/always/src/runtime/data/project.js";
import { createHttpHandler, type HttpHandler } from "../../templates/always/src/runtime/http/handler.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { createService } from "../../templates/always/src/runtime/mcp/service.js";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";
import { Issuer, issuerKey } from "./issuer.js";
import { calls, listing } from "./mcp-fixture.js";
import { everyPart } from "./parts.js";

const shown = listing("get_pet", { petId: { type: "integer" } }, { required: ["petId"] });
const writing = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true };
const resource = {
  uri: "petstore:///pets/{petId}",
  name: "pet",
  title: "Pet",
  description: "",
  mimeType: "application/json",
  tool: "get_pet",
  variables: [{ name: "petId", argument: "petId", type: "integer" }],
};
const api = {
  data: {
    name: "petstore",
    title: "Petstore",
    version: "1",
    environmentPrefix: "PETSTORE",
    serverGroups: [{ id: "default", environment: "PETSTORE_BASE_URL", servers: [] }],
    securitySchemes: {},
    groups: [{ file: "pets", tag: "Pets" }],
    policies: { get_pet: { scopes: ["pets:read"] }, delete_pet: { scopes: ["pets:read", "pets:write"] } },
  },
  groups: [
    {
      data: { file: "pets", tag: "Pets" },
      tools: [shown, listing("delete_pet", { petId: { type: "integer" } }, { annotations: writing })],
      bytes: 100,
    },
  ],
  resources: [resource],
  prompts: [],
  calls: async () => calls,
  schemas: async () => ({}),
  examples: async () => ({}),
} as unknown as ProjectApi;

let issuer: Issuer;
const lines: string[] = [];
/** What the API was sent: method, URL, and all of its headers. */
const sent: string[] = [];

beforeAll(async () => {
  issuer = new Issuer([await issuerKey("first")]);
});

async function door(environment: Record<string, string> = {}): Promise<HttpHandler> {
  const variables = {
    MCP_AUTH_ISSUER: issuer.url,
    MCP_PUBLIC_URL: "https://mcp.example.com",
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
    PETSTORE_BASE_URL: "https://api.example.com",
    ...environment,
  };
  const log = createLog("debug", (line) => lines.push(line));
  const settings = readSettings(variables);
  const project: Project = {
    data: { name: "petstore", title: "Petstore", version: "1", instructions: "", apis: ["petstore"] },
    apis: [api],
  };
  const owner = {
    custom: {},
    credentials: async () => ({ headers: [], query: [], cookies: [] }),
    rateLimiting: rateLimit(),
  };
  const own = owner as unknown as Owner;
  const tools = new ToolTable(project, own.custom);
  const host = {
    environment: variables,
    turn: async () => undefined,
    close: async () => undefined,
    exchange: (async (request, ...rest) => {
      if (!request.url.startsWith("https://api.example.com")) return issuer.exchange(request, ...rest);
      sent.push(JSON.stringify(request));
      const body = new TextEncoder().encode(`{"id":${/\d+$/.exec(request.url)?.[0] ?? "0"}}`);
      return {
        status: 200,
        headers: new Headers({ "content-type": "application/json" }),
        body,
        truncated: false,
        url: request.url,
      };
    }) as typeof issuer.exchange,
  };
  const { resources } = everyPart;
  const service = await createService(
    own,
    { ...project, parts: { ...(resources && { resources }) } },
    tools,
    settings,
    new MemoryStore(),
    host,
    log,
  );
  const authority = await authorityOf(everyPart, {
    host,
    log,
    title: "Petstore",
    scopes: (path) => (path === "/mcp/pets" ? ["pets:list"] : tools.readScopes),
  });
  if (authority === undefined) throw new Error("no authority");
  return createHttpHandler({
    factory: service.factory,
    toolsets: new Map([["pets", service.factory]]),
    authenticate: byToken,
    settings: { ...settings, authority },
    log,
  });
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  readonly origin?: string;
  readonly authorization?: string;
  readonly version?: "2025-11-25" | "2026-07-28";
  readonly message?: { readonly method: string; readonly params: Record<string, unknown> };
}

function request({
  path = "/mcp",
  method = "POST",
  host = "mcp.example.com",
  origin,
  authorization,
  version = "2025-11-25",
  message = { method: "tools/list", params: {} },
}: Asked): Request {
  const isNew = version === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = isNew ? { ...message.params, _meta: meta } : message.params;
  const name = message.params["name"] ?? message.params["uri"];
  return new Request(`http://localhost${path}`, {
    method,
    headers: {
      host,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": version,
      ...(isNew ? { "mcp-method": message.method, ...(name === undefined ? {} : { "mcp-name": String(name) }) } : {}),
      ...(origin === undefined ? {} : { origin }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(method === "POST" ? { body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: message.method, params }) } : {}),
  });
}

const tool = (name: string, args: object = { petId: 1 }) => ({
  method: "tools/call",
  params: { name, arguments: args },
});
const bearer = async (claims: Record<string, unknown> = {}): Promise<string> => `Bearer ${await issuer.token(claims)}`;

describe("by Host, Origin and token", () => {
  const hosts: readonly (readonly [string, boolean])[] = [
    ["mcp.example.com", true],
    ["localhost", true],
    ["evil.example", false],
    ["mcp.example.com.evil.example", false],
    ["10.1.2.3", false],
  ];
  const origins: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, true],
    ["https://app.example.com", true],
    ["https://evil.example", false],
    ["null", false],
  ];
  const tokens: readonly (readonly [string, () => Promise<string | undefined>, number])[] = [
    ["none", async () => undefined, 401],
    ["a good one", () => bearer(), 200],
    ["another audience's", () => bearer({ aud: "https://api.example.com" }), 401],
  ];
  const cells = hosts.flatMap(([host, hostIsServed]) =>
    origins.flatMap(([origin, originIsServed]) =>
      tokens.map(([name, make, status]) => ({
        host,
        origin,
        name,
        make,
        want: hostIsServed && originIsServed ? status : 403,
      })),
    ),
  );

  it(`has ${cells.length} cells, and each is as it has to be`, async () => {
    const seen: string[] = [];
    const wanted: string[] = [];
    for (const { host, origin, name, make, want } of cells) {
      const handler = await door({ MCP_ALLOWED_ORIGINS: "https://app.example.com" });
      const authorization = await make();
      const asked = {
        host,
        ...(origin === undefined ? {} : { origin }),
        ...(authorization === undefined ? {} : { authorization }),
      };
      const { status, headers } = await handler.fetch(request(asked));
      const cell = `${host} | ${origin ?? "no origin"} | ${name}`;
      seen.push(`${cell}: ${status} ${headers.has("www-authenticate") ? "challenge" : ""}`);
      wanted.push(`${cell}: ${want} ${want === 401 ? "challenge" : ""}`);
    }
    expect(cells.length).toBeGreaterThanOrEqual(40);
    expect(seen).toEqual(wanted);
  });

  it.each<[string, string]>([
    ["Basic", "Basic YWRhOnB3"],
    ["no scheme", "TOKEN"],
    ["two tokens", "Bearer TOKEN TOKEN"],
    ["two headers", "Bearer TOKEN, Bearer TOKEN"],
    ["a tab between", "Bearer\tTOKEN"],
    ["another scheme", "DPoP TOKEN"],
    ["quotes", 'Bearer "TOKEN"'],
    ["nothing", "Bearer "],
  ])("a good token is not taken by %s", async (_case, given) => {
    const authorization = given.replaceAll("TOKEN", await issuer.token());
    expect((await (await door()).fetch(request({ authorization }))).status).toBe(401);
  });

  it("a token in the address is not taken, and is not in the log", async () => {
    const token = await issuer.token();
    lines.length = 0;
    expect((await (await door()).fetch(request({ path: `/mcp?access_token=${token}` }))).status).toBe(401);
    expect(lines.join("")).toContain('"event":"refused"');
    for (const piece of token.split(".")) expect(lines.join("")).not.toContain(piece);
  });

  it("static tokens by name go on beside those of the authorization server", async () => {
    const token = "token-of-bob-0123456789";
    const handler = await door({ MCP_AUTH_TOKENS: JSON.stringify({ bob: { token, scopes: ["pets:read"] } }) });
    expect((await handler.fetch(request({ authorization: `Bearer ${token}` }))).status).toBe(200);
    expect((await handler.fetch(request({ authorization: await bearer() }))).status).toBe(200);
    // What no authorization server has granted it cannot grant: the call says it, and no status.
    const answer = await handler.fetch(request({ authorization: `Bearer ${token}`, message: tool("delete_pet") }));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("ScopeError");
  });
});

describe("what clients read of whom to ask (RFC 9728)", () => {
  it.each(["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"])(
    "lies at %s, for whoever asks, under any name and from any page",
    async (path) => {
      const handler = await door({ MCP_AUTH_SCOPES: "mcp, offline_access" });
      for (const more of [{}, { host: "10.1.2.3" }, { origin: "https://evil.example" }]) {
        const response = await handler.fetch(request({ path, method: "GET", ...more }));
        expect(response.status).toBe(200);
        expect(response.headers.get("access-control-allow-origin")).toBe("*");
        expect(response.headers.get("content-type")).toBe("application/json");
        expect(await response.json()).toEqual({
          resource: "https://mcp.example.com/mcp",
          authorization_servers: [issuer.url],
          scopes_supported: ["mcp", "pets:read"],
          bearer_methods_supported: ["header"],
          resource_name: "Petstore",
        });
      }
      const preflight = await handler.fetch(request({ path, method: "OPTIONS", origin: "https://evil.example" }));
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
      expect((await handler.fetch(request({ path }))).status).toBe(405);
    },
  );

  it("is where a challenge leads, and a page that is allowed may read the challenge", async () => {
    const handler = await door({
      MCP_PUBLIC_URL: "https://mcp.example.com/shop/",
      MCP_ALLOWED_ORIGINS: "https://app.example.com",
    });
    const response = await handler.fetch(request({ origin: "https://app.example.com" }));
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe(
      'Bearer resource_metadata="https://mcp.example.com/shop/.well-known/oauth-protected-resource/mcp", scope="pets:read"',
    );
    expect(response.headers.get("access-control-expose-headers")).toBe("WWW-Authenticate");
    const token = await bearer({ aud: "https://mcp.example.com/shop/mcp" });
    expect((await handler.fetch(request({ authorization: token }))).status).toBe(200);
  });

  it("is there for each path of MCP: a token for all of it is good for a part, and not the reverse", async () => {
    const handler = await door();
    const path = "/.well-known/oauth-protected-resource/mcp/pets";
    expect(await (await handler.fetch(request({ path, method: "GET" }))).json()).toMatchObject({
      resource: "https://mcp.example.com/mcp/pets",
      scopes_supported: ["pets:list"],
    });
    const none = await handler.fetch(request({ path: "/mcp/pets" }));
    expect(none.headers.get("www-authenticate")).toBe(
      `Bearer resource_metadata="https://mcp.example.com${path}", scope="pets:list"`,
    );
    const of = async (path: string, aud: string): Promise<number> =>
      (await handler.fetch(request({ path, authorization: await bearer({ aud }) }))).status;
    expect(await of("/mcp/pets", "https://mcp.example.com/mcp/pets")).toBe(200);
    expect(await of("/mcp/pets", "https://mcp.example.com/mcp")).toBe(200);
    expect(await of("/mcp", "https://mcp.example.com/mcp/pets")).toBe(401);
    const authorization = await bearer({ aud: "https://mcp.example.com/mcp/pets" });
    const lacking = await handler.fetch(request({ path: "/mcp/pets", authorization, message: tool("delete_pet") }));
    expect([lacking.status, lacking.headers.get("www-authenticate")]).toEqual([
      403,
      `Bearer resource_metadata="https://mcp.example.com${path}", scope="pets:read pets:write", error="insufficient_scope"`,
    ]);
  });

  it("names scopes as clients have to ask for them", async () => {
    const handler = await door({ MCP_AUTH_SCOPE_PREFIX: "api://shop/", MCP_AUTH_SCOPES: "mcp" });
    const authorization = await bearer({ scope: "mcp pets:read" });
    expect((await handler.fetch(request({ authorization }))).status).toBe(200);
    const challenge = async (asked: Asked) => (await handler.fetch(request(asked))).headers.get("www-authenticate");
    expect(await challenge({})).toContain('scope="api://shop/mcp api://shop/pets:read"');
    expect(await challenge({ authorization, message: tool("delete_pet") })).toContain(
      'scope="api://shop/pets:read api://shop/pets:write", error="insufficient_scope"',
    );
  });

  it("is not there without an authorization server", async () => {
    const settings = readSettings({});
    const handler = createHttpHandler({
      factory: () => {
        throw new Error("not reached");
      },
      authenticate: byToken,
      settings,
      log: createLog("silent"),
    });
    const path = "/.well-known/oauth-protected-resource";
    expect((await handler.fetch(request({ path, method: "GET", host: "localhost" }))).status).toBe(404);
  });
});

describe.each(["2025-11-25", "2026-07-28"] as const)("scopes of an operation, for a client of %s", (version) => {
  const challenge = (scopes: string) =>
    `Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp", scope="${scopes}", error="insufficient_scope"`;

  it.each<[string, { method: string; params: Record<string, unknown> }, string]>([
    ["a tool", tool("delete_pet"), "pets:read pets:write"],
    ["a tool, whatever its arguments", tool("delete_pet", { petId: "no number" }), "pets:read pets:write"],
  ])("are asked for with 403, all of them: %s", async (_case, message, scopes) => {
    const handler = await door();
    sent.length = 0;
    lines.length = 0;
    const response = await handler.fetch(request({ authorization: await bearer(), version, message }));
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([403, challenge(scopes)]);
    expect(sent).toEqual([]);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      {
        event: "call",
        tool: "delete_pet",
        caller: "user:ada",
        subject: "ada",
        client: "claude",
        outcome: "ScopeError",
      },
    ]);
  });

  it("are asked for with 403 where a resource is read", async () => {
    const message = { method: "resources/read", params: { uri: "petstore:///pets/7" } };
    const handler = await door();
    const none = await handler.fetch(request({ authorization: await bearer({ scope: "" }), version, message }));
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([403, challenge("pets:read")]);
    const read = await handler.fetch(request({ authorization: await bearer(), version, message }));
    expect(read.status).toBe(200);
    expect(await read.text()).toContain('{\\"id\\":7}');
  });

  it("that are there let the call through, without the caller's token", async () => {
    sent.length = 0;
    lines.length = 0;
    const authorization = await bearer({ scope: "pets:write pets:read" });
    const response = await (
      await door()
    ).fetch(request({ authorization, version, message: tool("get_pet", { petId: 7 }) }));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"id":7');
    expect(sent).toHaveLength(1);
    for (const piece of authorization.slice(7).split(".")) {
      expect(sent.join("")).not.toContain(piece);
      expect(lines.join("")).not.toContain(piece);
    }
    expect(sent.join("").toLowerCase()).not.toContain("authorization");
  });

  it("decide what is listed", async () => {
    const handler = await door();
    const names = async (scope: string): Promise<readonly string[]> => {
      const text = await (await handler.fetch(request({ authorization: await bearer({ scope }), version }))).text();
      return [...text.matchAll(/"name":"(\w+_pet)"/g)].map(([, name = ""]) => name);
    };
    expect(await names("")).toEqual([]);
    expect(await names("pets:read")).toEqual(["get_pet"]);
    expect(await names("pets:read pets:write")).toEqual(["get_pet", "delete_pet"]);
  });
});

it("an issuer that is away is 503 at the door, with no delay however often, and the log says why", async () => {
  const handler = await door();
  issuer.state = "down";
  lines.length = 0;
  try {
    for (let count = 0; count < 30; count += 1) {
      const response = await handler.fetch(request({ authorization: await bearer() }));
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    }
    expect(lines.join("")).toContain("could not be asked");
  } finally {
    issuer.state = "up";
  }
});
