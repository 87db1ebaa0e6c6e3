/** Many callers in one process: none is taken for another, and none sees what another was answered. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Issuer, issuerKey } from "./issuer.js";
import { type HttpServer, startHttp } from "./mcp-connections.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";

const callers = 200;
const callsOfEach = 50;
const atOnce = 64;

let fixture: Fixture;
let upstream: Upstream;
let issuer: Issuer;
let close: () => Promise<void>;
let server: HttpServer;

beforeAll(async () => {
  upstream = await startUpstream();
  issuer = new Issuer([await issuerKey("first")]);
  ({ close } = await issuer.listen());
  fixture = makeFixture({
    custom: `import type { Tools } from "./generated/types.js";
import { defineCustom, jsonResult } from "./runtime/custom.js";
export const custom = defineCustom<Tools>({
  tools: [{
    name: "who",
    description: "Who calls, and by what.",
    inputSchema: { type: "object", properties: { canary: { type: "string" } } },
    run: async ({ canary }, { caller, call }) => {
      await call("list_pets", {});
      return jsonResult(JSON.parse(JSON.stringify({ id: caller.id, subject: caller.subject, scopes: caller.scopes, claim: caller.claims?.canary, canary })));
    },
  }],
});
`,
  });
  server = await startHttp(fixture.main, {
    PETSTORE_BASE_URL: upstream.url,
    MCP_AUTH_ISSUER: issuer.url,
    MCP_PUBLIC_URL: "https://mcp.example.com",
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
    MCP_MAX_TEXT_BYTES: "2000",
    MCP_TIMEOUT_MS: "120000",
    MCP_QUEUE_MS: "120000",
  });
});

afterAll(async () => {
  await server.stop();
  await close();
  await upstream.close();
  fixture.remove();
});

async function post(token: string, method: string, params: object, id: number): Promise<Record<string, unknown>> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
  });
  const text = await response.text();
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Record<string, unknown>;
}

const tokenOf = (name: string): Promise<string> =>
  issuer.token({ sub: name, scope: `scope-of-${name}`, canary: `claim-of-${name}` });

describe(`${callers * callsOfEach} calls of ${callers} callers, ${atOnce} at once`, () => {
  it("each are of who made them, and answered to nobody else", async () => {
    const names = Array.from({ length: callers }, (_, index) => `user-${index}`);
    const tokens = await Promise.all(names.map(tokenOf));
    let next = 0;
    let right = 0;
    const wrong: string[] = [];
    const work = async (): Promise<void> => {
      for (let index = next++; index < callers * callsOfEach; index = next++) {
        const name = names[index % callers] ?? "";
        const canary = `call-${index}-of-${name}`;
        const params = { name: "who", arguments: { canary } };
        // The same id for all: nothing may go by it alone.
        const answer = await post(tokens[index % callers] ?? "", "tools/call", params, 1);
        const [block] = (answer["result"] as { content: { text: string }[] } | undefined)?.content ?? [];
        const seen: unknown = JSON.parse(block?.text ?? "{}");
        const want = {
          id: `user:${name}`,
          subject: name,
          scopes: [`scope-of-${name}`],
          claim: `claim-of-${name}`,
          canary,
        };
        if (JSON.stringify(seen) === JSON.stringify(want)) right += 1;
        else wrong.push(`${JSON.stringify(want)} | ${JSON.stringify(answer)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(right).toBe(callers * callsOfEach);
  });
});

it("the rest of a long answer is read by whom it was kept for, by another token of theirs too, and by nobody else", async () => {
  const result = await post(await tokenOf("ada"), "tools/call", { name: "get_big", arguments: {} }, 1);
  const uri =
    /"uri":"([^"]+)"/.exec(JSON.stringify(result))?.[1] ??
    /(\w+:\/\/\S*answer\S*?)[\s"\\]/.exec(JSON.stringify(result))?.[1];
  expect(uri).toBeDefined();
  const read = async (name: string, more: object = {}): Promise<string> =>
    JSON.stringify(await post(await issuer.token({ sub: name, ...more }), "resources/read", { uri }, 2));
  expect(await read("ada")).toContain("xxxx");
  expect(await read("ada", { client_id: "another" })).toContain("xxxx");
  for (const name of ["bob", "Ada", "ada ", "ada%20"]) expect(await read(name), name).not.toContain("xxxx");
});

it("nobody calls off the call of another, whatever id they name", async () => {
  const [ada, bob] = [await tokenOf("ada"), await tokenOf("bob")];
  const running = post(ada, "tools/call", { name: "wait_slowly", arguments: { ms: 1_000 } }, 77);
  while (!upstream.requests.some((line) => line.includes("/slow")))
    await new Promise((resolve) => setTimeout(resolve, 10));
  await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${bob}`,
    },
    body: JSON.stringify({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 77 } }),
  });
  expect(JSON.stringify(await running)).toContain("done");
});
