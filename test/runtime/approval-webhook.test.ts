/** Calls that are approved out of band: whoever the owner names is told, and decides by a signed link. */
import { createHmac } from "node:crypto";
import type { Client } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { readApprovalSettings } from "../../templates/always/src/runtime/policy/approval-settings.ts";
import { signingWith } from "../../templates/always/src/runtime/policy/signing.ts";
import { ApprovalWebhook } from "../../templates/always/src/runtime/policy/webhook.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Caller, HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { type PolicyServer, type PolicyServerOptions, startPolicyServer } from "./policy-server.ts";

const configuration = `
policy:
  rules:
    - { name: deletes, effect: ask, methods: [DELETE] }
    - { name: secret, effect: ask, tools: [get_secret] }
    - { name: rest, effect: allow }
`;
const ada: Caller = { id: "user:ada", subject: "ada", client: "desk", tenant: "acme", scopes: [] };
const bob: Caller = { id: "user:bob", subject: "bob", scopes: [] };
const key = Buffer.alloc(32, 7);
const hook = "https://hooks.example.com/services/T0/B0/very-long-secret-path";
const environment = {
  MCP_APPROVAL_WEBHOOK: hook,
  MCP_APPROVAL_WEBHOOK_KEY: `whsec_${key.toString("base64")}`,
  MCP_PUBLIC_URL: "http://localhost",
};
const deletion = { name: "delete_pet", arguments: { petId: 1 } };
const textOf = (result: object): string => JSON.stringify((result as { content?: unknown }).content);

interface Told {
  readonly request: HttpRequest;
  readonly data: Record<string, string>;
}
let open: PolicyServer[] = [];
async function start(options: Partial<PolicyServerOptions> = {}): Promise<[PolicyServer, Told[]]> {
  const told: Told[] = [];
  const server = await startPolicyServer({
    configuration,
    ...options,
    environment: { ...environment, ...options.environment },
    answer: (request) => {
      if (request.url !== hook) return { id: 1, name: "Rex" };
      const { data } = JSON.parse(String(request.body)) as { data: Record<string, string> };
      told.push({ request, data });
      return {};
    },
  });
  open.push(server);
  return [server, told];
}
afterEach(async () => {
  for (const server of open) await server.close();
  open = [];
});

const removals = ({ requests }: PolicyServer): number => requests.filter(({ method }) => method === "DELETE").length;
const get = (server: PolicyServer, link: string): Promise<Response> =>
  server.handler.fetch(new Request(link, { headers: { host: "localhost" } }));
const post = (server: PolicyServer, form: Record<string, string>, headers: object = {}): Promise<Response> =>
  server.handler.fetch(
    new Request("http://localhost/approvals", {
      method: "POST",
      body: new URLSearchParams(form).toString(),
      headers: { host: "localhost", "content-type": "application/x-www-form-urlencoded", ...headers },
    }),
  );
/** What the form of a link's page sends. */
const formOf = (link: string, decision = "approve"): Record<string, string> => ({
  ...Object.fromEntries(new URL(link).searchParams),
  decision,
});
const signed = (id: string, until: number | string, by: Uint8Array = key): Record<string, string> => ({
  id,
  until: String(until),
  signature: createHmac("sha256", by).update(`approval-link.${id}.${until}`).digest("base64url"),
});
/** The message with this number, once it came: no call waits for it. */
async function came(told: readonly Told[], number = 1): Promise<Told> {
  return vi.waitFor(
    () => {
      const found = told[number - 1];
      if (found === undefined) throw new Error(`${told.length} messages came`);
      return found;
    },
    { timeout: 30_000 },
  );
}
const linkIn = async (told: readonly Told[], number = 1): Promise<string> =>
  (await came(told, number)).data["link"] ?? "";
async function waiting(options: Partial<PolicyServerOptions> = {}): Promise<[PolicyServer, Client, string, Told[]]> {
  const [server, told] = await start(options);
  const client = await server.as(ada);
  await client.callTool(deletion);
  return [server, client, await linkIn(told), told];
}

describe("a call that waits for approval out of band", () => {
  it("is told of in one signed message, which says what, who, until when, and has no secret", async () => {
    const [server, told] = await start();
    const said = textOf(await (await server.as(ada)).callTool(deletion));
    expect(said).toContain("A call of delete_pet has to be approved by a person");
    expect(said).toContain(
      "has been told of it. Once they have approved, make the same call again. They have 5 minutes",
    );
    expect(said).not.toContain("signature");
    expect(said).not.toContain(hook);
    const first = await came(told);
    expect(told).toHaveLength(1);
    expect(first.data).toMatchObject({
      server: expect.stringContaining("shop") as string,
      tool: "delete_pet",
      caller: "user:ada",
      subject: "ada",
      client: "desk",
      tenant: "acme",
      rule: "deletes",
      link: expect.stringMatching(
        /^http:\/\/localhost\/approvals\?id=[0-9a-f]{48}&until=\d{13}&signature=[\w-]{43}$/,
      ) as string,
    });
    expect(first.data["preview"]).toContain("DELETE https://api.example.com/pets/1");
    expect(first.data["preview"]).toContain('As it is now (get_pet):\n{"id":1,"name":"Rex"}');
    const until = Number(new URL(first.data["link"] ?? "").searchParams.get("until"));
    expect(first.data["expires"]).toBe(new Date(until).toISOString());
    expect(String(first.request.body)).not.toContain("k".repeat(32));
    expect(String(first.request.body)).not.toContain("very-long-secret-path");
    // As any library of Standard Webhooks checks it.
    const headers = Object.fromEntries(first.request.headers ?? []);
    const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${String(first.request.body)}`;
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(content).digest("base64")}`);
    expect(removals(server)).toBe(0);
  });

  it("passes once after the link's page approved it: GET shows only, as often as it is fetched", async () => {
    const [server, client, link] = await waiting();
    for (let times = 0; times < 3; times += 1) {
      const shown = await get(server, link);
      expect(shown.status).toBe(200);
      expect(shown.headers.get("referrer-policy")).toBe("no-referrer");
      const html = await shown.text();
      expect(html).toContain("DELETE https://api.example.com/pets/1");
      expect(html).not.toContain('name="key"');
    }
    await get(server, `${link}&decision=approve`);
    await server.handler.fetch(new Request(link, { method: "HEAD", headers: { host: "localhost" } }));
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(0);
    expect((await post(server, formOf(link))).status).toBe(200);
    expect((await client.callTool(deletion)).isError).not.toBe(true);
    expect(removals(server)).toBe(1);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(1);
  });

  it("is told of once, however often it is repeated, also at the same time, and anew once it was decided", async () => {
    const [server, told] = await start();
    const client = await server.as(ada);
    await Promise.all(Array.from({ length: 20 }, () => client.callTool(deletion)));
    await client.callTool(deletion);
    await came(told);
    await client.callTool({ ...deletion, arguments: { petId: 2 } });
    await came(told, 2);
    await (await server.as(bob)).callTool(deletion);
    await came(told, 3);
    expect(told.map(({ data }) => data["caller"])).toEqual(["user:ada", "user:ada", "user:bob"]);
    await post(server, formOf(await linkIn(told)));
    expect((await client.callTool(deletion)).isError).not.toBe(true);
    await client.callTool(deletion);
    await came(told, 4);
  });

  it("that was refused is told to the model as refused, and can be asked for again", async () => {
    const [server, client, link, told] = await waiting();
    expect((await post(server, formOf(link, "decline"))).status).toBe(200);
    expect(textOf(await client.callTool(deletion))).toContain(
      "Whoever decides did not approve this call of delete_pet",
    );
    expect(textOf(await client.callTool(deletion))).toContain("has been told of it");
    await came(told, 2);
    expect(removals(server)).toBe(0);
    const calls = server.lines.map((line) => JSON.parse(line) as { event?: string; approval?: string });
    expect(calls.flatMap(({ approval }) => approval ?? [])).toEqual(["asked", "declined", "asked"]);
  });

  it("can be decided at another instance that shares the store, and told of by one of both", async () => {
    const store = new MemoryStore();
    const [one, toldByOne] = await start({ store });
    const [other, toldByOther] = await start({ store });
    await (await one.as(ada)).callTool(deletion);
    await (await other.as(ada)).callTool(deletion);
    await came(toldByOne);
    expect([toldByOne.length, toldByOther.length]).toEqual([1, 0]);
    expect((await post(other, formOf(await linkIn(toldByOne)))).status).toBe(200);
    expect((await (await one.as(ada)).callTool(deletion)).isError).not.toBe(true);
    expect((await (await other.as(ada)).callTool(deletion)).isError).toBe(true);
    expect(removals(one) + removals(other)).toBe(1);
  });

  it("of before 2026-07-28 over HTTP, which cannot be asked, goes the same way", async () => {
    const [server, told] = await start();
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: deletion };
    expect((await server.post(ada, message)).text).toContain("has been told of it");
    expect((await post(server, formOf(await linkIn(told)))).status).toBe(200);
    expect((await server.post(ada, message)).text).not.toContain('"isError":true');
    expect(removals(server)).toBe(1);
  });

  it("is asked of the user where the client can, and nobody else is told", async () => {
    const [server, told] = await start();
    const client = await server.as(ada, "/mcp", { capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { approve: true } }));
    expect((await client.callTool(deletion)).isError).not.toBe(true);
    expect(told).toEqual([]);
  });

  it("can be decided with the key as well, by the link that the model is given", async () => {
    const approvalKey = "a-key-of-people-who-approve";
    const [server, told] = await start({ environment: { MCP_APPROVAL_KEY: approvalKey } });
    const client = await server.as(ada);
    const said = textOf(await client.callTool(deletion));
    const id = /approvals\?id=([0-9a-f]{48}) /.exec(said)?.[1] ?? "";
    // What the model knows is no right to decide.
    expect(await linkIn(told)).not.toContain(id);
    expect((await post(server, { id, decision: "approve" })).status).toBe(403);
    expect((await post(server, { id, key: approvalKey, decision: "approve" })).status).toBe(200);
    expect((await client.callTool(deletion)).isError).not.toBe(true);
  });
});

describe("a link decides nothing", () => {
  const later = 4_102_444_800_000;
  it.each<[string, (form: Record<string, string>) => Record<string, string>]>([
    ["without a signature", ({ id = "" }) => ({ id })],
    ["without a signature, and with a key that nobody set", ({ id = "" }) => ({ id, key: "" })],
    ["with an empty signature", (form) => ({ ...form, signature: "" })],
    ["whose signature was changed", (form) => ({ ...form, signature: flipped(form["signature"]) })],
    ["whose signature is cut", (form) => ({ ...form, signature: form["signature"]?.slice(0, -1) ?? "" })],
    ["whose signature has more behind it", (form) => ({ ...form, signature: `${form["signature"]}=` })],
    ["signed with another key", ({ id = "", until = "" }) => signed(id, until, Buffer.alloc(32, 8))],
    ["signed with no key", ({ id = "", until = "" }) => signed(id, until, Buffer.alloc(0))],
    ["that would be good for longer than it was signed for", (form) => ({ ...form, until: String(later) })],
    ["whose time has zeros before it", (form) => ({ ...form, until: `0${form["until"]}` })],
    ["whose time is none", (form) => ({ ...form, until: "never" })],
    ["whose time is over", ({ id = "" }) => signed(id, 1_000)],
    ["of another question", ({ until = "" }) => signed("0".repeat(48), until)],
    [
      "whose signature is for another question",
      (form) => ({ ...signed("0".repeat(48), form["until"] ?? ""), id: form["id"] ?? "" }),
    ],
    ["whose name is in capital letters", ({ id = "", until = "" }) => signed(id.toUpperCase(), until)],
    ["that has no decision", ({ decision: _decision, ...form }) => ({ ...form, decision: "" })],
    ["with another decision", (form) => ({ ...form, decision: "yes" })],
  ])("%s", async (_what, change) => {
    const [server, client, link] = await waiting();
    const form = { decision: "approve", ...change(formOf(link)) };
    expect([403, 404]).toContain((await post(server, form)).status);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(0);
    // The right one is still good.
    expect((await post(server, formOf(link))).status).toBe(200);
  });

  it("a second time, not for both of two who decide at once, and not after it was answered with a no", async () => {
    const [server, client, link] = await waiting();
    const both = await Promise.all([post(server, formOf(link)), post(server, formOf(link, "decline"))]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await post(server, formOf(link))).status).toBe(404);
    expect((await get(server, link)).status).toBe(404);
    await client.callTool(deletion);
    await client.callTool(deletion);
    expect(removals(server)).toBeLessThanOrEqual(1);
  });

  it.each(["cross-site", "same-site"])("from a page of another origin (%s)", async (site) => {
    const [server, client, link] = await waiting();
    expect((await post(server, formOf(link), { "sec-fetch-site": site })).status).toBe(403);
    expect((await client.callTool(deletion)).isError).toBe(true);
    expect(removals(server)).toBe(0);
  });

  it("for another caller, other arguments or another tool", async () => {
    const [server, client, link] = await waiting();
    await post(server, formOf(link));
    expect((await (await server.as(bob)).callTool(deletion)).isError).toBe(true);
    expect((await client.callTool({ ...deletion, arguments: { petId: 2 } })).isError).toBe(true);
    expect((await client.callTool({ name: "get_secret", arguments: { secretId: "one" } })).isError).toBe(true);
    expect(removals(server)).toBe(0);
  });

  function flipped(text = ""): string {
    return `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;
  }
});

describe("the webhook", () => {
  const settings = { url: new Secret("https://hooks.example.com/one"), key };
  function sending(statuses: readonly (number | Error)[]) {
    const left = [...statuses];
    const requests: HttpRequest[] = [];
    const lines: string[] = [];
    let lost = 0;
    const webhook = new ApprovalWebhook(
      settings,
      signingWith(key),
      async (request) => {
        requests.push(request);
        const status = left.shift() ?? 200;
        if (typeof status !== "number") throw status;
        return { status, headers: new Headers(), body: new Uint8Array(), truncated: false, url: request.url };
      },
      createLog("info", (line) => lines.push(line)),
      [0, 0, 0],
    );
    const tell = (): boolean => webhook.tell("approval.requested", {}, async () => void (lost += 1));
    return { webhook, requests, lines, tell, lost: () => lost };
  }

  it.each<[string, readonly (number | Error)[], number, boolean]>([
    ["that takes it is told once", [204], 1, true],
    ["that fails is told again", [500, 429, 202], 3, true],
    ["that cannot be reached is told again", [new Error("reset"), 200], 2, true],
    ["that goes on failing is given up", [503, 503, 503], 3, false],
    ["that does not want it is not asked twice", [404], 1, false],
    ["that leads elsewhere is not followed", [302], 1, false],
  ])("%s", async (_what, statuses, attempts, isTold) => {
    const { webhook, requests, lines, tell, lost } = sending(statuses);
    expect(tell()).toBe(true);
    await webhook.close();
    expect(requests).toHaveLength(attempts);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => Object.fromEntries(headers)["webhook-id"])).size).toBe(1);
    expect(lost()).toBe(isTold ? 0 : 1);
    expect(lines).toHaveLength(isTold ? 0 : 1);
    expect(lines.join()).not.toContain("hooks.example.com/one");
  });

  it("has a bound: what is beyond it is refused at once", async () => {
    const { webhook, tell } = sending([]);
    const taken = Array.from({ length: 150 }, tell);
    expect(taken.filter((one) => one)).toHaveLength(100);
    await webhook.close();
    expect(tell()).toBe(true);
    await webhook.close();
  });

  it("that took nothing is told of the call when it is made again", async () => {
    let refuses = true;
    const told: string[] = [];
    const server = await startPolicyServer({
      configuration,
      environment,
      host: {
        exchange: async ({ url }) => {
          if (url === hook) told.push(url);
          return {
            status: url === hook && refuses ? 410 : 200,
            headers: new Headers({ "content-type": "application/json" }),
            body: new TextEncoder().encode('{"id":1}'),
            truncated: false,
            url,
          };
        },
      },
    });
    open.push(server);
    const client = await server.as(ada);
    await client.callTool(deletion);
    await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
    refuses = false;
    await expect.poll(async () => (await client.callTool(deletion), told.length), { timeout: 30_000 }).toBe(2);
  });

  it("that never answers is in nobody's way", async () => {
    const server = await startPolicyServer({
      configuration,
      environment,
      host: {
        exchange: ({ url }, _route, signal) =>
          url === hook
            ? new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))))
            : Promise.resolve({
                status: 200,
                headers: new Headers({ "content-type": "application/json" }),
                body: new TextEncoder().encode('{"id":1}'),
                truncated: false,
                url,
              }),
      },
    });
    open.push(server);
    const client = await server.as(ada);
    expect(textOf(await client.callTool(deletion))).toContain("has been told of it");
    expect((await client.callTool({ name: "get_pet", arguments: { petId: 1 } })).isError).not.toBe(true);
  });
});

describe("settings of the webhook", () => {
  const read = (changed: Record<string, string | undefined>) => () =>
    readApprovalSettings({ environment: { ...environment, ...changed } as Record<string, string> });
  it.each<[string, Record<string, string | undefined>, RegExp | undefined]>([
    ["https", {}, undefined],
    ["http of this machine", { MCP_APPROVAL_WEBHOOK: "http://127.0.0.1:9000/x" }, undefined],
    ["a key without a prefix", { MCP_APPROVAL_WEBHOOK_KEY: key.toString("base64") }, undefined],
    [
      "http elsewhere",
      { MCP_APPROVAL_WEBHOOK: "http://hooks.example.com/x" },
      /^MCP_APPROVAL_WEBHOOK has to be an https URL/,
    ],
    ["a name like this machine's", { MCP_APPROVAL_WEBHOOK: "http://localhost.example.com" }, /has to be an https URL/],
    ["a user", { MCP_APPROVAL_WEBHOOK: "https://a:b@hooks.example.com" }, /without a user/],
    ["no URL", { MCP_APPROVAL_WEBHOOK: "hooks" }, /has to be an https URL/],
    ["a file", { MCP_APPROVAL_WEBHOOK: "file:///etc/passwd" }, /has to be an https URL/],
    ["no key", { MCP_APPROVAL_WEBHOOK_KEY: undefined }, /have to be set, both/],
    ["a key alone", { MCP_APPROVAL_WEBHOOK: undefined }, /have to be set, both/],
    ["a short key", { MCP_APPROVAL_WEBHOOK_KEY: Buffer.alloc(15).toString("base64") }, /base64 of 16 bytes/],
    ["a key that is no base64", { MCP_APPROVAL_WEBHOOK_KEY: "not base64, but long enough" }, /base64 of 16 bytes/],
    ["no public URL", { MCP_PUBLIC_URL: undefined }, /^MCP_PUBLIC_URL has to be an https URL/],
    [
      "a public URL without TLS",
      { MCP_PUBLIC_URL: "http://mcp.example.com" },
      /^MCP_PUBLIC_URL has to be an https URL/,
    ],
  ])("%s", (_what, changed, fault) => {
    if (fault === undefined) return void expect(read(changed)).not.toThrow();
    expect(read(changed)).toThrow(fault);
    // Not a word of the address.
    if (changed["MCP_APPROVAL_WEBHOOK"]?.includes("hooks.example") === true)
      expect(read(changed)).not.toThrow(/hooks\.example/);
  });
});

describe("a resource whose tool is asked about", () => {
  const uri = "shop://secrets/one";
  const capabilities = { elicitation: { form: {} } };
  const reads = ({ requests }: PolicyServer): string[] =>
    requests.filter(({ url }) => url !== hook).map(({ method, url }) => `${method} ${new URL(url).pathname}`);

  it.each<[string, object, string[], boolean]>([
    ["approves", { action: "accept", content: { approve: true } }, ["GET /secrets/one"], true],
    ["declines", { action: "decline" }, [], false],
  ])("is read where the client's user %s", async (_what, answer, sent, passes) => {
    const [server, told] = await start();
    const client = await server.as(ada, "/mcp", { capabilities });
    const asked: string[] = [];
    client.setRequestHandler("elicitation/create", ({ params }) => {
      asked.push(params.message);
      return answer as { action: "accept" };
    });
    const read = client.readResource({ uri });
    if (passes) expect((await read).contents).toHaveLength(1);
    else await expect(read).rejects.toThrow(/did not approve/);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain("GET https://api.example.com/secrets/one");
    expect(reads(server)).toEqual(sent);
    expect(told).toEqual([]);
  });

  it("is approved out of band where the client cannot ask, and the error says so", async () => {
    const [server, told] = await start();
    const client = await server.as(ada);
    await expect(client.readResource({ uri })).rejects.toThrow(/has been told of it/);
    expect(reads(server)).toEqual([]);
    await post(server, formOf(await linkIn(told)));
    expect((await client.readResource({ uri })).contents).toHaveLength(1);
    await expect(client.readResource({ uri })).rejects.toThrow(/has to be approved by a person/);
    expect(reads(server)).toEqual(["GET /secrets/one"]);
  });

  it("is refused with what to do where nobody can be asked", async () => {
    const server = await startPolicyServer({ configuration });
    open.push(server);
    await expect((await server.as(ada)).readResource({ uri })).rejects.toThrow(
      /set MCP_APPROVAL_WEBHOOK or MCP_APPROVAL_KEY/,
    );
    expect(server.sent).toEqual([]);
  });

  it("that is the owner's own is not begun anew by a question: what it reads goes out of band", async () => {
    let begun = 0;
    const [server, told] = await start({
      custom: {
        resources: [
          {
            uri: "own://both",
            name: "both",
            read: async (_variables, { call }) => {
              begun += 1;
              const { content } = await call("get_secret", { secretId: "one" });
              return JSON.stringify(content);
            },
          },
        ],
      },
    });
    const client = await server.as(ada, "/mcp", { capabilities });
    client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { approve: true } }));
    await client.readResource({ uri: "own://both" }).catch(() => undefined);
    await came(told);
    expect(begun).toBe(1);
  });
});
