/** Calls that a person approves: by the user of the client, or at the page of approvals; and dry runs. */
import type { Client } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { type PolicyServer, type PolicyServerOptions, startPolicyServer, textResult } from "./policy-server.ts";

const byDefault = "features: [policy]\n";
const byRule = `
workflows: [steps.json]
policy:
  custom: [cleanup]
  rules:
    - { name: deletes, effect: ask, methods: [DELETE] }
    - { name: workflow, effect: ask, tools: [replace_pet, cleanup] }
    - { name: tried, effect: allow, tools: [create_pet], dry-run: true }
    - { name: rest, effect: allow }
`;
const ada: Caller = { id: "user:ada", subject: "ada", scopes: [] };
const bob: Caller = { id: "user:bob", subject: "bob", scopes: [] };

let open: PolicyServer[] = [];
async function start(options: Partial<PolicyServerOptions> = {}): Promise<PolicyServer> {
  const server = await startPolicyServer({ configuration: byRule, ...options });
  open.push(server);
  return server;
}
afterEach(async () => {
  for (const server of open) await server.close();
  open = [];
});

type Answer = { action: "accept" | "decline" | "cancel"; content?: Record<string, unknown> };
const yes: Answer = { action: "accept", content: { approve: true } };

/** A client whose user answers each question so; and the questions. */
async function asking(server: PolicyServer, answer: Answer, caller = ada): Promise<[Client, string[]]> {
  const client = await server.as(caller, "/mcp", { capabilities: { elicitation: { form: {} } } });
  const asked: string[] = [];
  client.setRequestHandler("elicitation/create", ({ params }) => {
    asked.push(params.message);
    return answer as { action: "accept" };
  });
  return [client, asked];
}
const deletion = { name: "delete_pet", arguments: { petId: 1 } };
const textOf = (result: object): string => JSON.stringify((result as { content?: unknown }).content);

describe("the user of a client", () => {
  it("is shown the request and the item as it is now, and the call is made once they approve", async () => {
    const server = await start();
    const [client, asked] = await asking(server, yes);
    const result = await client.callTool(deletion);
    expect(result.isError).not.toBe(true);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("(delete_pet) is about to be called. It may change or remove what exists.");
    expect(asked[0]).toContain("Request:\nDELETE https://api.example.com/pets/1");
    expect(asked[0]).toContain('As it is now (get_pet):\n{"id":1,"name":"Rex"}');
    expect(asked[0]).not.toContain("k".repeat(32));
    expect(server.sent).toEqual(["GET /pets/1", "DELETE /pets/1"]);
    const calls = server.lines.map(
      (line) => JSON.parse(line) as { approval?: string; outcome?: string; rule?: string },
    );
    expect(calls).toMatchObject([
      { rule: "deletes", approval: "asked", outcome: "asked" },
      { rule: "deletes", approval: "approved", outcome: "ok" },
    ]);
  });

  it("is shown the item as the API has it, although an older one is kept", async () => {
    const names = ["Rex", "Rex the Second"];
    const server = await start({
      host: {
        exchange: async ({ url }) => ({
          status: 200,
          headers: new Headers({ "content-type": "application/json", "cache-control": "max-age=600" }),
          body: new TextEncoder().encode(JSON.stringify({ id: 1, name: names.shift() })),
          truncated: false,
          url,
        }),
      },
    });
    const [client, asked] = await asking(server, { action: "decline" });
    for (let time = 0; time < 2; time += 1)
      expect(textOf(await client.callTool({ name: "get_pet", arguments: { petId: 1 } }))).toContain("Rex");
    expect(names).toEqual(["Rex the Second"]);
    await client.callTool(deletion);
    expect(asked[0]).toContain('As it is now (get_pet):\n{"id":1,"name":"Rex the Second"}');
  });

  it.each<[string, Answer]>([
    ["declines", { action: "decline" }],
    ["closes the question", { action: "cancel" }],
    ["accepts without a yes", { action: "accept", content: { approve: false } }],
    ["accepts with another word", { action: "accept", content: { approve: "true" } }],
    ["accepts with nothing", { action: "accept", content: {} }],
  ])("who %s has nothing sent", async (_what, answer) => {
    const server = await start();
    const [client] = await asking(server, answer);
    const said = await client.callTool(deletion).then(textOf, String);
    expect(said).toMatch(/did not approve|invalid/i);
    expect(server.sent).toEqual(["GET /pets/1"]);
  });

  it("is asked about tools of the owner's and workflows as a whole, and what these call is meant by that", async () => {
    const server = await start({
      custom: {
        tools: [
          {
            name: "cleanup",
            description: "Cleans up.",
            inputSchema: { type: "object", properties: {} },
            run: (_args, { call }) => call("delete_pet", { petId: 5 }),
          },
        ],
      },
    });
    const [client, asked] = await asking(server, yes);
    for (const call of [
      { name: "cleanup", arguments: {} },
      { name: "replace_pet", arguments: { petId: 3 } },
    ])
      expect((await client.callTool(call)).isError, call.name).not.toBe(true);
    expect(asked).toHaveLength(2);
    expect(server.sent).toEqual(["DELETE /pets/5", "GET /pets/3", "DELETE /pets/3"]);
  });

  it("is not gone round by a hook of a tool that nobody asks about", async () => {
    const server = await start({
      custom: {
        hooks: {
          list_pets: { before: async (args, { call }) => (await call("delete_pet", { petId: 1 }), args as object) },
        },
      },
    });
    const [client, asked] = await asking(server, yes);
    expect(textOf(await client.callTool({ name: "list_pets", arguments: {} }))).toContain("cannot be made by the way");
    expect([asked, server.sent]).toEqual([[], []]);
  });

  it("is asked before code of the owner's takes the place of the API", async () => {
    let ran = 0;
    const server = await start({
      custom: { hooks: { delete_pet: { replace: () => (ran++, textResult("done otherwise")) } } },
    });
    const [no] = await asking(server, { action: "decline" });
    await no.callTool(deletion);
    expect(ran).toBe(0);
    const [client] = await asking(server, yes);
    expect(textOf(await client.callTool(deletion))).toContain("done otherwise");
    expect(ran).toBe(1);
  });
});

/** Messages of 2026-07-28 by hand. */
const meta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
};
async function send(server: PolicyServer, caller: Caller, params: object) {
  const { name = "delete_pet" } = params as { name?: string };
  const { text } = await server.post(
    caller,
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { ...deletion, ...params, _meta: meta } },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": name },
  );
  return (
    JSON.parse(text) as { result: { resultType?: string; requestState?: string; isError?: boolean; content?: unknown } }
  ).result;
}
const answered = (requestState: string | undefined, answer: Answer = yes) => ({
  requestState,
  inputResponses: { approve: answer },
});
const removals = ({ sent }: PolicyServer): number => sent.filter((line) => line.startsWith("DELETE")).length;

describe("a yes is good", () => {
  it("for one call, once", async () => {
    const server = await start();
    const { requestState, resultType } = await send(server, ada, {});
    expect(resultType).toBe("input_required");
    expect((await send(server, ada, answered(requestState))).isError).not.toBe(true);
    expect(removals(server)).toBe(1);
    expect((await send(server, ada, answered(requestState))).resultType).toBe("input_required");
    expect(removals(server)).toBe(1);
  });

  it("once also where it comes a hundred times at once", async () => {
    const server = await start();
    const { requestState } = await send(server, ada, {});
    await Promise.all(Array.from({ length: 100 }, () => send(server, ada, answered(requestState))));
    expect(removals(server)).toBe(1);
  });

  it.each<[string, (state: string) => [Caller, object]]>([
    ["another caller", (state) => [bob, answered(state)]],
    ["other arguments", (state) => [ada, { ...answered(state), arguments: { petId: 2 } }]],
    ["another tool", (state) => [ada, { ...answered(state), name: "replace_pet" }]],
    ["no state", () => [ada, { inputResponses: { approve: yes } }]],
    ["a state that was changed", (state) => [ada, answered(state.replace(/.$/, (last) => (last === "0" ? "1" : "0")))]],
    ["a state that is made up", () => [ada, answered("f".repeat(48))]],
    ["a state that is no name", () => [ada, answered("../../approved")]],
    ["a state that is empty", () => [ada, answered("")]],
    ["a state that is long", () => [ada, answered("a".repeat(10_000))]],
    ["an answer to another question", (state) => [ada, { requestState: state, inputResponses: { confirm: yes } }]],
    ["an answer that is a list", (state) => [ada, { requestState: state, inputResponses: [yes] }]],
    ["the capital letters of a state", (state) => [ada, answered(state.toUpperCase())]],
    ["a space behind the state", (state) => [ada, answered(`${state} `)]],
  ])("not for %s", async (_what, change) => {
    const server = await start();
    const { requestState = "" } = await send(server, ada, {});
    const [caller, params] = change(/[a-f]/.test(requestState) ? requestState : requestState);
    await send(server, caller, params).catch(() => undefined);
    expect(removals(server)).toBe(0);
    expect((await send(server, ada, answered(requestState))).isError).not.toBe(true);
    expect(removals(server)).toBe(1);
  });

  it("for as long as it says, and no longer", async () => {
    const store = new MemoryStore();
    const times: number[] = [];
    const server = await start({
      store: Object.assign(Object.create(store) as MemoryStore, {
        isShared: false,
        get: (key: string) => store.get(key),
        set: (key: string, value: string, expiresInMs: number) => (
          times.push(expiresInMs),
          store.set(key, value, expiresInMs)
        ),
        compareAndSet: (...given: Parameters<MemoryStore["compareAndSet"]>) => store.compareAndSet(...given),
        increment: (...given: Parameters<MemoryStore["increment"]>) => store.increment(...given),
        delete: (key: string) => store.delete(key),
        close: () => store.close(),
      }),
      environment: { MCP_APPROVAL_MS: "2000" },
    });
    await send(server, ada, {});
    expect(times).toEqual([2_000]);
  });

  it("at another instance that shares the store", async () => {
    const store = new MemoryStore();
    const [one, other] = [await start({ store }), await start({ store })];
    const { requestState } = await send(one, ada, {});
    expect((await send(other, ada, answered(requestState))).isError).not.toBe(true);
    expect([removals(one), removals(other)]).toEqual([0, 1]);
    expect((await send(one, ada, answered(requestState))).resultType).toBe("input_required");
  });
});

describe("a client that cannot ask", () => {
  it.each<[string, string, string, boolean]>([
    ["auto", byDefault, "what no rule names passes", true],
    ["auto", byRule, "what a rule asks about is refused", false],
    ["require", byDefault, "is refused", false],
    ["require", byRule, "is refused", false],
    ["off", byRule, "passes, and nobody is asked", true],
  ])("with %s: %j, %s", async (mode, configuration, _what, passes) => {
    const server = await start({ configuration, environment: { MCP_APPROVE: mode } });
    const client = await server.as(ada);
    const result = await client.callTool(deletion);
    expect(result.isError === true).toBe(!passes);
    if (!passes) expect(textOf(result)).toContain("this client cannot ask them");
    expect(server.sent).toEqual(passes ? ["DELETE /pets/1"] : []);
  });

  it("of before 2026-07-28 over HTTP cannot, since nothing leads back to it", async () => {
    const server = await start();
    const { text } = await server.post(ada, { jsonrpc: "2.0", id: 1, method: "tools/call", params: deletion });
    expect(text).toContain("this client cannot ask them");
    expect(server.sent).toEqual([]);
  });

  it("of addresses only (URL mode) cannot show the form", async () => {
    const server = await start();
    const client = await server.as(ada, "/mcp", { capabilities: { elicitation: { url: {} } } });
    expect(textOf(await client.callTool(deletion))).toContain("this client cannot ask them");
  });
});

describe("the page of approvals", () => {
  const key = "a-key-of-people-who-approve";
  const environment = { MCP_APPROVAL_KEY: key, MCP_PUBLIC_URL: "" };
  const page = (server: PolicyServer, init: RequestInit & { id?: string } = {}): Promise<Response> =>
    server.handler.fetch(
      new Request(`http://localhost/approvals?id=${init.id ?? ""}`, {
        ...init,
        headers: { host: "localhost", ...(init.headers as Record<string, string>) },
      }),
    );
  const post = (
    server: PolicyServer,
    form: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    page(server, {
      method: "POST",
      body: new URLSearchParams(form).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  async function waiting(): Promise<[PolicyServer, Client, string]> {
    const server = await start({ environment });
    const client = await server.as(ada);
    const said = textOf(await client.callTool(deletion));
    return [server, client, /approvals\?id=([0-9a-f]{48}) /.exec(said)?.[1] ?? ""];
  }

  it("shows the call without deciding, and lets it pass once for who knows the key", async () => {
    const [server, client, id] = await waiting();
    const shown = await page(server, { id });
    expect(shown.status).toBe(200);
    expect(shown.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const html = await shown.text();
    expect(html).toContain("DELETE https://api.example.com/pets/1");
    expect(html).not.toContain(key);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(0);
    expect((await post(server, { id, key, decision: "approve" })).status).toBe(200);
    // It is for this caller and this call.
    expect((await (await server.as(bob)).callTool(deletion)).isError).toBe(true);
    expect((await client.callTool({ ...deletion, arguments: { petId: 2 } })).isError).toBe(true);
    expect(removals(server)).toBe(0);
    expect((await client.callTool(deletion)).isError).not.toBe(true);
    expect(removals(server)).toBe(1);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(1);
    expect((await post(server, { id, key, decision: "approve" })).status).toBe(404);
    expect((await page(server, { id })).status).toBe(404);
  });

  it.each<[string, Record<string, string>, Record<string, string>, number]>([
    ["without a key", { decision: "approve" }, {}, 403],
    ["with a wrong key", { key: `${key}!`, decision: "approve" }, {}, 403],
    ["with the start of the key", { key: key.slice(0, -1), decision: "approve" }, {}, 403],
    ["from another site", { key, decision: "approve" }, { "sec-fetch-site": "cross-site" }, 403],
    ["from another host of the site", { key, decision: "approve" }, { "sec-fetch-site": "same-site" }, 403],
    ["without a decision", { key }, {}, 404],
    ["with another decision", { key, decision: "yes" }, {}, 404],
    ["for another question", { key, decision: "approve", id: "0".repeat(48) }, {}, 404],
    ["with a no", { key, decision: "decline" }, {}, 200],
  ])("lets nothing pass %s", async (_what, form, headers, status) => {
    const [server, client, id] = await waiting();
    expect((await post(server, { id, ...form }, headers)).status).toBe(status);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(0);
  });

  it("takes no more than ten wrong keys in a minute, and then not the right one either", async () => {
    const [server, , id] = await waiting();
    for (let at = 0; at < 10; at += 1)
      expect((await post(server, { id, key: String(at), decision: "approve" })).status).toBe(403);
    expect((await post(server, { id, key, decision: "approve" })).status).toBe(429);
    expect(removals(server)).toBe(0);
  });

  it("shows what a document or an item says as text", async () => {
    const server = await start({ environment, answer: () => ({ id: 1, name: "<script>alert(1)</script>" }) });
    const said = textOf(await (await server.as(ada)).callTool(deletion));
    const html = await (await page(server, { id: /id=([0-9a-f]{48})/.exec(said)?.[1] ?? "" })).text();
    expect(html).not.toContain("<script>");
    expect(html).toContain("&#60;script&#62;");
  });

  it("is not there without a key, takes no other method, and does not decide by GET", async () => {
    expect((await page(await start())).status).toBe(404);
    const [server, client, id] = await waiting();
    expect((await page(server, { id, method: "PUT" })).status).toBe(405);
    await page(server, { id: `${id}&decision=approve&key=${key}` });
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(0);
  });
});

describe("a dry run", () => {
  const body = { name: "create_pet", arguments: { name: "Rex" } };
  it("of a caller or a tool, by a rule, shows the request and sends nothing", async () => {
    const server = await start();
    const result = await (await server.as(ada)).callTool(body);
    expect(textOf(result)).toContain("Dry run: nothing was sent.");
    expect(textOf(result)).toContain("POST https://api.example.com/pets\\n");
    expect(textOf(result)).toContain('{\\"name\\":\\"Rex\\"}');
    expect(textOf(result)).not.toContain("k".repeat(32));
    expect(server.sent).toEqual([]);
    expect(server.lines.join()).toContain('"dryRun":true');
  });

  it("of the server holds for every call, and of a call for that, without a question", async () => {
    const all = await start({ environment: { MCP_DRY_RUN: "on" }, configuration: byDefault });
    const client = await all.as(ada);
    for (const call of [deletion, body, { name: "list_pets", arguments: {} }])
      expect(textOf(await client.callTool(call))).toContain("Dry run: nothing was sent.");
    await expect(client.readResource({ uri: "shop://secrets" })).resolves.toBeDefined();
    expect(all.sent).toEqual([]);
    const one = await start({ configuration: byDefault });
    const [other, asked] = await asking(one, yes);
    const tried = await other.callTool({ ...deletion, _meta: { "openapi-to-mcp/dryRun": true } });
    expect(textOf(tried)).toContain("DELETE https://api.example.com/pets/1");
    expect([one.sent, asked]).toEqual([[], []]);
    await other.callTool({ name: "get_pet", arguments: { petId: 1 } });
    expect(one.sent).toEqual(["GET /pets/1"]);
  });

  it("is refused for what is no single request", async () => {
    const server = await start({
      environment: { MCP_DRY_RUN: "on" },
      custom: { hooks: { get_pet: { replace: () => textResult("no") } } },
    });
    const client = await server.as(ada);
    for (const call of [
      { name: "replace_pet", arguments: { petId: 1 } },
      { name: "get_pet", arguments: { petId: 1 } },
    ])
      expect(textOf(await client.callTool(call))).toContain("There is no dry run");
    expect(server.sent).toEqual([]);
  });
});
