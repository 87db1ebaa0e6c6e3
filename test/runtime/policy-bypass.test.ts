/** Ways round a policy: each is refused, or does what the policy lets pass; nothing that it denies reaches the API. */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Custom } from "../../templates/always/src/runtime/custom.ts";
import type { Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { type PolicyServer, startPolicyServer, textResult } from "./policy-server.ts";

const configuration = `
workflows: [steps.json]
features: [discovery]
list: planned
toolsets:
  all: {}
  money: { include: ["tag:money"], custom: [cleanup] }
policy:
  default: deny
  custom: [cleanup, peek]
  group-claims: [groups, realm_access.roles]
  rules:
    - { name: admins, effect: allow, groups: [admins] }
    - { name: by-claim, effect: allow, claims: { department: [finance] }, tools: [create_refund] }
    - name: money
      effect: allow
      subjects: [ada]
      tools: ["create_*"]
      tags: [money]
      require:
        required: [amount, currency]
        properties:
          amount: { type: number, exclusiveMinimum: 0, maximum: 100 }
          currency: { const: EUR }
          note: { pattern: "^[a-z ]*$", maxLength: 20 }
          lines: { items: { properties: { amount: { maximum: 10 } } } }
    - { name: pages, effect: allow, subjects: [ada], tools: [list_pets], cap: { limit: 50 }, drop: [verbose] }
    - { name: one-pet, effect: allow, subjects: [ada], tools: [get_pet], arguments: { properties: { petId: { const: 1 } }, required: [petId] } }
    - { name: own, effect: allow, subjects: [ada], tools: [peek, cleanup, replace_pet] }
    - { name: no-secrets, effect: deny, tags: [internal], reason: Secrets are for admins }
    - { name: readers, effect: allow, scopes: [pets:read], hints: { read-only: true } }
`;

/** What the owner's code may do for whoever calls is no more than they may. */
const custom: Custom = {
  hooks: {
    list_pets: {
      before: async (args, { call }) => {
        if ((args as { status?: string }).status === "sold") await call("delete_pet", { petId: 1 });
        return args as object;
      },
    },
  },
  tools: [
    {
      name: "cleanup",
      description: "Deletes what nobody needs.",
      inputSchema: { type: "object", properties: { petId: { type: "integer" } } },
      run: (args, { call }) => call("delete_pet", args),
    },
    {
      name: "peek",
      description: "Looks at a pet.",
      inputSchema: { type: "object", properties: { petId: { type: "integer" }, old: { type: "boolean" } } },
      annotations: { readOnlyHint: true, destructiveHint: false },
      run: (args, { call }) => call(args["old"] === true ? "old_delete" : "get_secret", { secretId: "one", ...args }),
    },
  ],
  resources: [
    {
      uri: "own://pets",
      name: "own",
      read: async (_variables, { call }) => JSON.stringify(await call("delete_pet", { petId: 1 })),
    },
  ],
  prompts: [{ name: "own", text: () => textResult("Delete a pet").content.length.toString() }],
};

const ada: Caller = { id: "user:ada", subject: "ada", scopes: [], claims: {} };
const bob: Caller = { id: "user:bob", subject: "bob", scopes: ["pets:read"], claims: {} };

let server: PolicyServer;
let client: Client;
beforeAll(async () => {
  server = await startPolicyServer({
    configuration,
    custom,
    aliases: [
      { name: "old_delete", tool: "delete_pet" },
      { name: "gone_delete", tool: "delete_pet", until: "2020-01-01" },
      { name: "old_refund", tool: "create_refund" },
    ],
  });
  client = await server.as(ada);
});
afterAll(() => server.close());
beforeEach(() => void server.requests.splice(0));

const refund = (args: object) => ({ name: "create_refund", arguments: { amount: 10, currency: "EUR", ...args } });
const read = (name: string, args?: object) => ({
  name: "call_read_operation",
  arguments: { name, ...(args && { arguments: args }) },
});
const write = (name: string, args?: object) => ({
  name: "call_write_operation",
  arguments: { name, ...(args && { arguments: args }) },
});

/** What came of a call: an error of the protocol is as good as one of the tool. */
async function outcome(call: { name: string; arguments?: object }, by: Client = client): Promise<string> {
  try {
    const { isError, content } = await by.callTool(call as { name: string });
    return `${isError === true ? "refused" : "done"} ${JSON.stringify(content)}`;
  } catch (error) {
    return `refused ${String(error)}`;
  }
}

describe("a call that the policy denies is refused, whatever it looks like, and nothing is sent", () => {
  const deny = { petId: 1 };
  it.each<[string, { name: string; arguments?: object }]>([
    ["by its name", { name: "delete_pet", arguments: deny }],
    ["without arguments", { name: "delete_pet" }],
    ["with arguments that are wrong", { name: "delete_pet", arguments: { petId: {} } }],
    ["with arguments that it has not", { name: "delete_pet", arguments: { ...deny, confirm: true } }],
    ["by an old name", { name: "old_delete", arguments: deny }],
    ["by an old name that has ended", { name: "gone_delete", arguments: deny }],
    ["in capitals", { name: "DELETE_PET", arguments: deny }],
    ["in mixed case", { name: "Delete_Pet", arguments: deny }],
    ["with a space behind it", { name: "delete_pet ", arguments: deny }],
    ["with a line feed behind it", { name: "delete_pet\n", arguments: deny }],
    ["with a NUL behind it", { name: "delete_pet\0", arguments: deny }],
    ["in full-width letters", { name: "ｄｅｌｅｔｅ_ｐｅｔ", arguments: deny }],
    ["with a Cyrillic letter", { name: "dеlete_pet", arguments: deny }],
    ["with a zero-width space", { name: "delete​_pet", arguments: deny }],
    ["with a soft hyphen", { name: "delete­_pet", arguments: deny }],
    ["with a combining mark", { name: "delete_pet\u0301", arguments: deny }],
    ["percent-encoded", { name: "delete%5Fpet", arguments: deny }],
    ["by its operationId", { name: "deletePet", arguments: deny }],
    ["by its request", { name: "DELETE /pets/{petId}", arguments: deny }],
    ["by a glob", { name: "delete_*", arguments: deny }],
    ["by a prototype's name", { name: "__proto__", arguments: deny }],
    ["by `constructor`", { name: "constructor", arguments: deny }],
    ["through call_write_operation", write("delete_pet", deny)],
    ["through call_write_operation, by an old name", write("old_delete", deny)],
    ["through call_read_operation", read("delete_pet", deny)],
    ["through call_write_operation, in capitals", write("DELETE_PET", deny)],
    [
      "through call_write_operation, its arguments as text",
      { name: "call_write_operation", arguments: { name: "delete_pet", arguments: JSON.stringify(deny) } },
    ],
    [
      "through call_write_operation, with a key too many",
      { name: "call_write_operation", arguments: { name: "delete_pet", arguments: deny, tool: "list_pets" } },
    ],
    [
      "through call_write_operation of call_write_operation",
      write("call_write_operation", { name: "delete_pet", arguments: deny }),
    ],
    ["through call_read_operation of a secret", read("get_secret", { secretId: "one" })],
    ["through call_read_operation of secrets", read("list_secrets")],
    ["by describe_operation", { name: "describe_operation", arguments: { name: "delete_pet" } }],
    ["by describe_operation, by an old name", { name: "describe_operation", arguments: { name: "old_delete" } }],
    ["by a workflow that has a step of it", { name: "replace_pet", arguments: deny }],
    ["by a tool of the owner's", { name: "cleanup", arguments: deny }],
    ["by a tool of the owner's, an old name", { name: "peek", arguments: { petId: 1, old: true } }],
    ["by a reading tool of the owner's", { name: "peek", arguments: {} }],
    ["by a hook", { name: "list_pets", arguments: { status: "sold" } }],
    ["another operation, by the default", { name: "update_pet", arguments: { petId: 1, name: "x" } }],
    ["a creation that only a tag keeps out", { name: "create_pet", arguments: { name: "x" } }],
    ["a secret", { name: "get_secret", arguments: { secretId: "one" } }],
    ["for another pet than the one", { name: "get_pet", arguments: { petId: 2 } }],
    ["for another pet, its id as text", { name: "get_pet", arguments: { petId: "2" } }],
    ["for another pet, its id as JSON in a text", { name: "get_pet", arguments: { petId: " 2 " } }],
    ["for the one pet and a digit more", { name: "get_pet", arguments: { petId: "1.0000000000000000000000001" } }],
    ["with an amount too high", refund({ amount: 101 })],
    ["with an amount too high, as text", refund({ amount: "101" })],
    ["with an amount of very many digits", refund({ amount: "100000000000000000000000" })],
    ["with an amount a little too high, of many digits", refund({ amount: "100.50000000000000000000001" })],
    ["with an amount above the most by less than a double tells", refund({ amount: "100.00000000000000000000001" })],
    ["with an amount in exponents", refund({ amount: "1e9" })],
    ["with an amount below nothing", refund({ amount: -5 })],
    ["with an amount that is a list", refund({ amount: [1] })],
    ["with an amount that is null", refund({ amount: null })],
    ["in another currency", refund({ currency: "USD" })],
    ["in a currency in small letters", refund({ currency: "eur" })],
    ["in a currency with a space", refund({ currency: "EUR " })],
    ["in a currency in full-width letters", refund({ currency: "ＥＵＲ" })],
    ["with a note that the pattern does not have", refund({ note: "Hello; DROP" })],
    ["with a note whose second line the pattern does not have", refund({ note: "ok\nDROP" })],
    ["with a note that is too long", refund({ note: "a".repeat(21) })],
    ["with a line too high", refund({ lines: [{ amount: 1 }, { amount: 11 }] })],
    ["with a line too high, as JSON in a text", refund({ lines: '[{"amount": 11}]' })],
    ["with lines in a text within a text", refund({ lines: JSON.stringify('[{"amount": 11}]') })],
    ["by the old name of a tool with limits", { ...refund({ amount: 101 }), name: "old_refund" }],
    ["by discovery, with an amount too high", write("create_refund", refund({ amount: 101 }).arguments)],
    [
      "by discovery, its arguments as text",
      {
        name: "call_write_operation",
        arguments: { name: "create_refund", arguments: JSON.stringify(refund({ amount: 101 }).arguments) },
      },
    ],
  ])("%s", async (_how, call) => {
    expect(await outcome(call)).toMatch(/^refused/);
    expect(server.sent.filter((line) => !line.startsWith("GET /pets/1"))).toEqual([]);
    // A workflow may have read before.
    if (call.name !== "replace_pet") expect(server.sent).toEqual([]);
  });

  it.each<[string, Caller]>([
    ["a group in other letters", { ...ada, claims: { groups: ["Admins"] } }],
    ["a group that begins so", { ...ada, claims: { groups: ["admins2"] } }],
    ["groups in one text", { ...ada, claims: { groups: "users admins" } }],
    ["a group of another claim", { ...ada, claims: { roles: ["admins"] } }],
    ["a scope that is called as a group", { ...ada, scopes: ["admins"] }],
    ["an id that is called as a group", { ...ada, id: "admins" }],
    ["a group within a list within a list", { ...ada, claims: { groups: [["admins"]] } }],
    ["a group that is an object", { ...ada, claims: { groups: { admins: true } } }],
  ])("to who has %s", async (_what, caller) => {
    expect(await outcome({ name: "delete_pet", arguments: { petId: 1 } }, await server.as(caller))).toMatch(/^refused/);
    expect(server.sent).toEqual([]);
  });

  it.each<[string, string]>([
    ["a template", "shop://secrets/one"],
    ["a fixed one", "shop://secrets"],
    ["in capitals", "SHOP://SECRETS/ONE"],
    ["with dots in its path", "shop://pets/../secrets/one"],
    ["percent-encoded", "shop://secrets/%6fne"],
    ["of another pet", "shop://pets/2"],
  ])("as a resource: %s", async (_how, uri) => {
    await expect(client.readResource({ uri })).rejects.toThrow();
    expect(server.sent).toEqual([]);
  });

  it("as a resource: of the kind of what may not be asked for, not of a failure of the server", async () => {
    const fault = await client.readResource({ uri: "shop://pets/2" }).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: -32600 });
    expect(String(fault)).toContain("does not let this call of get_pet pass");
  });

  it("as a resource of the owner's code, that calls what is denied", async () => {
    expect(JSON.stringify(await client.readResource({ uri: "own://pets" }))).toContain(
      "does not let you call delete_pet",
    );
    expect(server.sent).toEqual([]);
  });

  it("twice in one message: what the parser takes is what is decided about", async () => {
    const body =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_pets","name":"delete_pet","arguments":{"petId":1}}}';
    const parsed = JSON.parse(body) as object;
    expect((await server.post(ada, parsed)).text).toContain("does not let you call delete_pet");
    expect(server.sent).toEqual([]);
  });

  it("through a toolset, and to a toolset that has not the tool", async () => {
    for (const path of ["/mcp/all", "/mcp/money"]) {
      const other = await server.as(ada, path);
      for (const name of ["delete_pet", "cleanup", "old_delete"])
        expect(await outcome({ name, arguments: { petId: 1 } }, other), `${path} ${name}`).toMatch(/^refused/);
      expect(await outcome(refund({ amount: 101 }), other)).toMatch(/^refused/);
    }
    expect(server.sent).toEqual([]);
  });
});

describe("what the policy lets pass", () => {
  it.each<[{ name: string; arguments?: object }, string]>([
    [{ name: "list_pets", arguments: { limit: 20 } }, "GET /pets?limit=20"],
    [{ name: "list_pets", arguments: { limit: 500, verbose: true } }, "GET /pets?limit=50"],
    [{ name: "list_pets", arguments: { limit: "500" } }, "GET /pets?limit=50"],
    [{ name: "list_pets", arguments: { limit: "100000000000000000000000" } }, "GET /pets?limit=50"],
    [{ name: "list_pets", arguments: { limit: "50.00000000000000000000001" } }, "GET /pets?limit=50"],
    [{ name: "list_pets", arguments: {} }, "GET /pets?limit=50"],
    [read("list_pets", { limit: 51 }), "GET /pets?limit=50"],
    [{ name: "get_pet", arguments: { petId: 1 } }, "GET /pets/1"],
    [refund({}), "POST /refunds"],
    [write("create_refund", refund({ amount: 100 }).arguments), "POST /refunds"],
  ])("%j", async (call, sent) => {
    expect(await outcome(call)).toMatch(/^done/);
    expect(server.sent).toEqual([sent]);
  });

  it("says in the result what was less than was asked for", async () => {
    const { content } = await client.callTool({ name: "list_pets", arguments: { limit: 500, verbose: true } });
    expect(JSON.stringify(content)).toContain('\\"limit\\" was lowered to 50; \\"verbose\\" was left out');
    expect(
      JSON.stringify((await client.callTool({ name: "list_pets", arguments: { limit: 5 } })).content),
    ).not.toContain("policy");
  });

  it("lets an admin do all, by a claim that is a path as well", async () => {
    for (const claims of [{ groups: ["admins"] }, { realm_access: { roles: ["users", "admins"] } }]) {
      const admin = await server.as({ id: "user:eve", subject: "eve", scopes: [], claims });
      expect(await outcome({ name: "delete_pet", arguments: { petId: 3 } }, admin)).toMatch(/^done/);
      expect(await outcome({ name: "get_secret", arguments: { secretId: "one" } }, admin)).toMatch(/^done/);
      expect(await outcome({ name: "replace_pet", arguments: { petId: 3 } }, admin)).toMatch(/^done/);
    }
  });

  it("reads a resource as its tool would, with what is less", async () => {
    await client.readResource({ uri: "shop://pets" });
    expect(server.sent).toEqual(["GET /pets?limit=50"]);
  });
});

describe("what is shown", () => {
  const finding = ["call_read_operation", "call_write_operation", "describe_operation", "find_operations"];
  const names = async (by: Client): Promise<readonly string[]> =>
    (await by.listTools()).tools.map(({ name }) => name).sort();

  it("is what the caller may call", async () => {
    expect(await names(await server.as({ id: "user:nobody", scopes: [] }))).toEqual(finding);
    expect(await names(await server.as(bob, "/mcp/all"))).toEqual(["get_pet", "list_pets"]);
    const found = JSON.stringify(
      (await client.callTool({ name: "find_operations", arguments: { query: "delete a pet or a secret", limit: 50 } }))
        .content,
    );
    for (const hidden of ["delete_pet", "get_secret", "list_secrets", "update_pet"])
      expect(found).not.toContain(hidden);
    expect(found).toContain("list_pets");
  });

  it("holds for resources, their completions, links and prompts", async () => {
    const uris = JSON.stringify([await client.listResources(), await client.listResourceTemplates()]);
    expect(uris).toContain("shop://pets");
    expect(uris).not.toContain("secrets");
    await expect(
      client.complete({
        ref: { type: "ref/resource", uri: "shop://secrets/{secretId}" },
        argument: { name: "secretId", value: "" },
      }),
    ).rejects.toThrow("Unknown resource");
    const eve = await server.as({ id: "user:eve", scopes: [], claims: { groups: ["admins"] } });
    expect(JSON.stringify(await eve.listResourceTemplates())).toContain("secrets");
    for (const prompt of (await client.listPrompts()).prompts.filter(({ name }) => name !== "own")) {
      const args = Object.fromEntries((prompt.arguments ?? []).map(({ name }) => [name, "x"]));
      const text = JSON.stringify(await client.getPrompt({ name: prompt.name, arguments: args }).catch(String));
      expect(text, prompt.name).not.toMatch(/delete_pet|get_secret/);
    }
    const linked = await (
      await server.as({ ...bob, subject: "ada", scopes: [] })
    ).callTool({ name: "list_pets", arguments: {} });
    expect(JSON.stringify(linked.content)).toContain("shop://pets/1");
  });

  it("is for this caller alone: no cache may share it", async () => {
    const { text } = await server.post(
      ada,
      {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/list",
        params: {
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        },
      },
      { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list" },
    );
    expect(text).toContain('"cacheScope":"private"');
  });
});

it("says in the log which rule decided", async () => {
  server.lines.splice(0);
  await outcome({ name: "get_secret", arguments: { secretId: "one" } });
  await outcome({ name: "list_pets", arguments: {} });
  await outcome({ name: "update_pet", arguments: { petId: 1 } });
  const said = server.lines.map(
    (line) => JSON.parse(line) as { tool?: string; decision?: string; rule?: string; outcome?: string },
  );
  expect(said).toMatchObject([
    { tool: "get_secret", decision: "deny", rule: "no-secrets", outcome: "PolicyError" },
    { tool: "list_pets", decision: "allow", rule: "pages", outcome: "ok" },
    { tool: "update_pet", decision: "deny", rule: "default", outcome: "PolicyError" },
  ]);
});
