/** Signing in: real clients of each era, a real authorization server, and an emitted server between them. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "../runtime/mcp-fixture.js";
import { closedPort } from "../runtime/send-fault-server.js";
import { AuthorizationServer, desktop, service } from "./authorization-server.js";
import { type Connected, Person, signIn } from "./person.js";

let fixture: Fixture;
let upstream: Upstream;
let issuer: AuthorizationServer;
let server: HttpServer;

beforeAll(async () => {
  upstream = await startUpstream();
  fixture = makeFixture({
    api: {
      policies: {
        list_pets: { scopes: ["pets:read"] },
        get_pet: { scopes: ["pets:read"] },
        delete_pet: { scopes: ["pets:read", "pets:write"] },
      },
    },
  });
  const port = await closedPort();
  issuer = await AuthorizationServer.start(`http://127.0.0.1:${port}/mcp`);
  server = await startHttp(
    fixture.main,
    {
      PETSTORE_BASE_URL: upstream.url,
      MCP_PUBLIC_URL: `http://127.0.0.1:${port}`,
      MCP_AUTH_ISSUER: issuer.issuer,
      MCP_AUTH_CLIENT_ID: service.id,
      MCP_AUTH_CLIENT_SECRET: service.secret,
      MCP_AUTH_TENANT_CLAIM: "org",
    },
    ["--port", String(port)],
  );
});

afterAll(async () => {
  await server.stop();
  await issuer.kill();
  await upstream.close();
  fixture.remove();
});

const signedIn = (generation: Generation, person: Person): Promise<Connected> => signIn(generation, server.url, person);

const names = async ({ client }: Connected): Promise<readonly string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);

const linesOf = (tool: string): readonly Record<string, unknown>[] =>
  server.log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line["event"] === "call" && line["tool"] === tool);

async function status(token: string, method = "tools/list"): Promise<number> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: {} }),
  });
  await response.text();
  return response.status;
}

async function becomes(token: string, want: number): Promise<void> {
  while ((await status(token)) !== want) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.each(["modern", "legacy", "v1"] as const)("a %s client", (generation) => {
  it("finds whom to ask, signs its user in, and calls with what it was given", async () => {
    const ada = new Person("ada", issuer);
    const connected = await signedIn(generation, ada);
    const asked = ada.asked[0]?.searchParams;
    expect(asked?.get("resource")).toBe(server.url);
    expect(asked?.get("scope")).toBe("pets:read");
    expect(await names(connected)).not.toContain("delete_pet");
    const { content } = await connected.client.callTool({ name: "get_pet", arguments: { petId: 5 } });
    expect(JSON.stringify(content)).toContain("Rex");
    const line = { caller: "user:acme/ada", subject: "ada", tenant: "acme", client: desktop.id, outcome: "ok" };
    await vi.waitFor(() => expect(linesOf("get_pet").at(-1)).toMatchObject(line));
    for (const piece of ada.token.split(".")) expect(server.log.join("")).not.toContain(piece);
    await connected.client.close();
  });

  it("is told which scopes a call needs, all of them, gets them, and the call goes through", async () => {
    const bob = new Person("bob", issuer);
    const connected = await signedIn(generation, bob);
    const call = { name: "delete_pet", arguments: { petId: 5 } };
    const before = upstream.requests.length;
    await expect(connected.client.callTool(call)).rejects.toThrow(/[Uu]nauthorized|403|[Ss]cope/);
    expect(upstream.requests).toHaveLength(before);
    const scopes = bob.asked.at(-1)?.searchParams.get("scope")?.split(" ");
    expect(scopes).toEqual(expect.arrayContaining(["pets:read", "pets:write"]));
    await connected.finish();
    const { isError } = await connected.client.callTool(call);
    expect(isError).not.toBe(true);
    expect(upstream.requests.at(-1)).toBe("DELETE /pets/5");
    expect(await names(connected)).toContain("delete_pet");
    await connected.client.close();
  });
});

describe("the authorization server", () => {
  it("signs with a new key: tokens of both go on", async () => {
    const old = await issuer.clientToken("pets:read");
    expect(await status(old)).toBe(200);
    await issuer.rotate();
    const next = await issuer.clientToken("pets:read");
    await becomes(next, 200);
    expect(await status(old)).toBe(200);
  });

  it("is killed: who has a token goes on; and comes back with a new key", async () => {
    const known = await issuer.clientToken("pets:read");
    await becomes(known, 200);
    await issuer.kill();
    for (let count = 0; count < 20; count += 1) expect(await status(known)).toBe(200);
    await issuer.revive();
    await issuer.rotate();
    await becomes(await issuer.clientToken("pets:read"), 200);
    expect(await status(known)).toBe(200);
  });

  it("gives tokens that say nothing by themselves: they are asked about", async () => {
    issuer.format = "opaque";
    try {
      const token = await issuer.clientToken("pets:read");
      expect(token).not.toContain(".");
      expect(await status(token)).toBe(200);
      expect(await status(`${token}x`)).toBe(401);
    } finally {
      issuer.format = "jwt";
    }
  });
});
