/** A user signs in at the API's own authorization server (oidc-provider), asked by a real client of each era. */
import { createServer } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, startApi } from "../runtime/caller-door.js";
import { type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { type Fixture, makeFixture } from "../runtime/mcp-fixture.js";
import { listen } from "../runtime/send-fault-server.js";
import { acting, AuthorizationServer, browse } from "./authorization-server.js";

let api: Api;
let fixture: Fixture;
let server: HttpServer;
let authorization: AuthorizationServer;
let publicUrl: string;
const token = (name: string): string => `token-of-${name}-0123456789`;

beforeAll(async () => {
  api = await startApi();
  const free = await listen(createServer());
  await free.close();
  publicUrl = `http://127.0.0.1:${free.port}`;
  authorization = await AuthorizationServer.start("https://api.pets.example", {
    redirect: `${publicUrl}/sign-in/callback`,
  });
  fixture = makeFixture({ oauth: true });
  const people = ["ada", "bob"].map((name) => [name, { token: token(name) }]);
  server = await startHttp(
    fixture.main,
    {
      PETSTORE_BASE_URL: api.url,
      MCP_PUBLIC_URL: publicUrl,
      MCP_AUTH_TOKENS: JSON.stringify(Object.fromEntries(people)),
      PETSTORE_SIGN_IN_URL: `${authorization.issuer}/auth`,
      PETSTORE_SIGN_IN_TOKEN_URL: `${authorization.issuer}/token`,
      PETSTORE_SIGN_IN_CLIENT_ID: acting.id,
      PETSTORE_SIGN_IN_CLIENT_SECRET: acting.secret,
      PETSTORE_SIGN_IN_SCOPES: "openid pets:read",
    },
    ["--port", String(free.port)],
  );
});

afterAll(async () => {
  await server.stop();
  await authorization.kill();
  await api.close();
  fixture.remove();
});

/** What a user does in a browser: reads the page, goes on, signs in, and comes back. */
async function signIn(page: string, user: string): Promise<void> {
  authorization.user = user;
  expect(await (await fetch(page)).text()).toContain(`<strong>token:${user}</strong>`);
  const confirmed = await fetch(page, { method: "POST", redirect: "manual", headers: { origin: publicUrl } });
  const cookie = (confirmed.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const back = await browse(new URL(confirmed.headers.get("location") ?? ""), `${publicUrl}/sign-in/callback`);
  const done = await fetch(back, { headers: { cookie } });
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining("Signed in")]);
}

async function connect(
  user: string,
  mode: "auto" | "legacy",
  onPage?: (url: string) => Promise<void>,
): Promise<Client> {
  const client = new Client(
    { name: "test", version: "1" },
    { versionNegotiation: { mode }, capabilities: { elicitation: { url: {} } } },
  );
  client.setRequestHandler("elicitation/create", async ({ params }) => {
    if (params.mode !== "url") throw new Error("no form was expected");
    await onPage?.(params.url);
    return { action: "accept" };
  });
  const headers = { authorization: `Bearer ${token(user)}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } }));
  return client;
}

/** Whose tokens arrived, as their authorization server names them. */
const arrivedAs = (): unknown[] =>
  api.arrived.map(({ headers }) => {
    const [, claims = ""] = String(headers["authorization"]).split(".");
    return (JSON.parse(Buffer.from(claims, "base64url").toString()) as { sub: string }).sub;
  });

it("a client of 2026 opens the page, and its call goes on", async () => {
  const pages: string[] = [];
  const client = await connect("ada", "auto", async (url) => {
    pages.push(url);
    await signIn(url, "ada");
  });
  const result = await client.callTool({ name: "get_secret", arguments: {} });
  expect(result.isError).not.toBe(true);
  expect(pages).toHaveLength(1);
  expect(arrivedAs()).toEqual(["ada"]);
  await client.close();
});

it("a client of 2025-11-25 is told the page by an error, and calls again", async () => {
  const client = await connect("bob", "legacy");
  const fault: unknown = await client.callTool({ name: "get_secret", arguments: {} }).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: -32_042 });
  const { elicitations } = (fault as { data: { elicitations: { url: string }[] } }).data;
  await signIn(elicitations[0]?.url ?? "", "bob");
  expect((await client.callTool({ name: "get_secret", arguments: {} })).isError).not.toBe(true);
  expect(arrivedAs()).toEqual(["ada", "bob"]);
  const seen = JSON.stringify(api.arrived) + server.log.join("");
  for (const user of ["ada", "bob"]) expect(seen).not.toContain(token(user));
  await client.close();
});
