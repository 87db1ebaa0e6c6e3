/**
 * A server as a platform team runs it, from the command that generates it to its audit: an authorization server says who
 * calls, a policy what they may do, people are asked before something is removed, answers are kept, everything is
 * written down and counted. Ada looks after the dogs, Bob may look; each has a client of both eras. Every test begins
 * where the one before it ended.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { compile, repository } from "../golden/sample.js";
import { type Api, type Arrived, startApi } from "../runtime/caller-door.js";
import { type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { closedPort } from "../runtime/send-fault-server.js";
import { AuthorizationServer } from "./authorization-server.js";
import { type Connected, Person, signIn } from "./person.js";

const secrets = {
  ada: "key-of-ada-0123456789",
  bob: "key-of-bob-0123456789",
  audit: "key-of-the-audit-0123456789",
  approvals: "key-of-approvals-0123456789",
};

let folder: string;
let project: string;
let api: Api;
let dogs: Map<number, { readonly id: number; readonly name: string }>;
let issuer: AuthorizationServer;
let server: HttpServer;
let probes: string;
let ada: Person;
let oldAda: Person;
let bob: Person;
let oldBob: Person;
/** Clients: of 2026-07-28, and, with `old`, of 2025-11-25. */
let clients: { readonly [of in "ada" | "oldAda" | "bob" | "oldBob"]: Connected };
/** What Ada's client of 2026-07-28 was asked, and what she says next. */
const asked: string[] = [];
let says = true;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "in-production-"));
  project = join(folder, "kennel");
  generateProject();
  api = await startApi();
  dogs = new Map(["Rex", "Ann", "Bo"].map((name, at) => [at + 1, { id: at + 1, name }]));
  api.answer = answerOf;
  const [port, probePort] = [await closedPort(), await closedPort()];
  probes = `http://127.0.0.1:${probePort}`;
  issuer = await AuthorizationServer.start(`http://127.0.0.1:${port}/mcp`, {
    renews: true,
    scopes: { bob: ["pets:read"] },
    claims: { ada: { groups: ["keepers"] }, bob: { groups: ["guests"] } },
  });
  writeFileSync(
    join(folder, "callers.json"),
    JSON.stringify({
      "user:acme/ada": { KENNEL_KEY: secrets.ada },
      "user:acme/bob": { KENNEL_KEY: secrets.bob },
    }),
    { mode: 0o600 },
  );
  const settings = {
    KENNEL_BASE_URL: api.url,
    MCP_PUBLIC_URL: `http://127.0.0.1:${port}`,
    MCP_AUTH_ISSUER: issuer.issuer,
    MCP_AUTH_TENANT_CLAIM: "org",
    MCP_CREDENTIALS_FILE: join(folder, "callers.json"),
    MCP_APPROVE: "require",
    MCP_APPROVAL_KEY: secrets.approvals,
    MCP_AUDIT_FILE: join(folder, "audit.log"),
    MCP_AUDIT_KEY: secrets.audit,
    MCP_PROBE_PORT: String(probePort),
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
  };
  server = await startHttp(join(project, "dist/main.js"), settings, ["--port", String(port)]);
});

afterAll(async () => {
  for (const { client } of Object.values(clients ?? {})) await client.close();
  await server.stop();
  await issuer.kill();
  await api.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => void api.arrived.splice(0));

/** As its owner does: by the command, and then by the compiler. */
function generateProject(): void {
  const configuration = join(repository, "test/e2e/in-production/openapi-to-mcp.yaml");
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(repository, "dist/main.js"), "--config", configuration, "--output", project],
    { encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  symlinkSync(join(repository, "node_modules"), join(project, "node_modules"));
  expect(compile(project, ".")).toBe("");
}

/** The API: who comes without the key of a person is nobody. */
function answerOf({ method, path, headers, body }: Arrived): ReturnType<NonNullable<Api["answer"]>> {
  if (headers["x-key"] !== secrets.ada && headers["x-key"] !== secrets.bob)
    return { status: 401, body: { title: "Who are you?" } };
  const kept = { "cache-control": "max-age=600", "x-request-id": "r-77" };
  const id = Number(/^\/dogs\/(\d+)$/.exec(path)?.[1]);
  const dog = dogs.get(id);
  if (path === "/wages") return { status: 200, body: [{ name: "Ada", wage: 2_000 }] };
  if (method === "POST") {
    const made = JSON.parse(body) as { id: number; name: string };
    dogs.set(made.id, made);
    return { status: 201, body: made };
  }
  if (path === "/dogs") return { status: 200, headers: kept, body: [...dogs.values()] };
  if (dog === undefined) return { status: 404, body: { title: "No such dog" } };
  if (method === "GET") return { status: 200, headers: kept, body: dog };
  dogs.delete(id);
  return { status: 204, body: "" };
}

const sent = (): readonly string[] =>
  api.arrived.map(({ method, path, headers }) => {
    const key = String(headers["x-key"]);
    const whose = key === secrets.ada ? "ada" : key === secrets.bob ? "bob" : key;
    return `${whose} ${method} ${path}`;
  });

interface Told {
  readonly isError: boolean;
  readonly text: string;
}

async function call({ client }: Connected, name: string, args: Record<string, unknown> = {}): Promise<Told> {
  const { isError, content } = await client.callTool({ name, arguments: args });
  const text = (content as { text?: string }[]).flatMap((block) => block.text ?? []).join("\n");
  return { isError: isError === true, text };
}

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    (value) => {
      throw new Error(`It went through: ${JSON.stringify(value)}`);
    },
    (fault: unknown) => fault as Error,
  );

/** What a token gets over HTTP, before anything of MCP. */
async function knock(token: string, tool?: string): Promise<{ status: number; challenge: string }> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      ...(tool === undefined
        ? { method: "tools/list", params: {} }
        : { method: "tools/call", params: { name: tool, arguments: { dogId: 1 } } }),
    }),
  });
  await response.text();
  return { status: response.status, challenge: response.headers.get("www-authenticate") ?? "" };
}

/** Keys are asked for once in five seconds at most, and who is refused often is answered late. */
async function untilKnown(token: string): Promise<void> {
  while ((await knock(token)).status === 401) await new Promise((resolve) => setTimeout(resolve, 1_000));
}

it("signs in Ada and Bob, each with a client of either era", async () => {
  [ada, oldAda, bob, oldBob] = [
    new Person("ada", issuer),
    new Person("ada", issuer),
    new Person("bob", issuer),
    new Person("bob", issuer),
  ];
  clients = {
    ada: await signIn("modern", server.url, ada, (message) => (asked.push(message), says)),
    oldAda: await signIn("v1", server.url, oldAda),
    bob: await signIn("modern", server.url, bob),
    oldBob: await signIn("v1", server.url, oldBob),
  };
  for (const person of [ada, oldAda, bob, oldBob]) {
    expect(person.asked).toHaveLength(1);
    expect(person.asked[0]?.searchParams.get("resource")).toBe(server.url);
    expect(person.asked[0]?.searchParams.get("scope")).toBe("pets:read");
  }
  expect(api.arrived).toEqual([]);
});

const finding = ["call_read_operation", "call_write_operation", "describe_operation", "find_operations"];

it("shows each what they may call, and no more", async () => {
  const names = async ({ client }: Connected) => (await client.listTools()).tools.map(({ name }) => name).sort();
  for (const name of ["ada", "oldAda"] as const) {
    // She has not asked for the scope yet that removing needs.
    expect(await names(clients[name])).toEqual(["add_dog", ...finding, "get_dog", "list_dogs", "list_wages"].sort());
    const { resources } = await clients[name].client.listResources();
    expect(resources.map(({ uri }) => uri).sort()).toEqual(["kennel://dogs", "kennel://wages"]);
    expect((await call(clients[name], "find_operations", { query: "take a dog in" })).text).toContain("add_dog");
  }
  for (const name of ["bob", "oldBob"] as const) {
    expect(await names(clients[name])).toEqual([...finding, "get_dog", "list_dogs"].sort());
    const { resources } = await clients[name].client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["kennel://dogs"]);
    for (const query of ["take a dog in", "remove a dog", "wages"]) {
      const { text } = await call(clients[name], "find_operations", { query });
      expect(text).not.toMatch(/add_dog|remove_dog|list_wages/);
    }
    const { prompts } = await clients[name].client.listPrompts();
    expect(prompts.map((prompt) => prompt.name)).toContain("explore_api");
    const { messages } = await clients[name].client.getPrompt({ name: "explore_api", arguments: {} });
    expect(JSON.stringify(messages)).toContain("get_dog");
    expect(JSON.stringify(messages)).not.toMatch(/add_dog|remove_dog|list_wages/);
    const { completion } = await clients[name].client.complete({
      ref: { type: "ref/prompt", name: "explore_api" },
      argument: { name: "tag", value: "" },
    });
    expect(completion.values).toContain("dogs");
  }
  expect(api.arrived).toEqual([]);
});

it("reads for each with a key of their own, and keeps what it read for them alone", async () => {
  for (const client of [clients.ada, clients.oldAda, clients.bob, clients.oldBob])
    expect(await call(client, "get_dog", { dogId: 3 })).toEqual({ isError: false, text: '{"id":3,"name":"Bo"}' });
  expect(sent()).toEqual(["ada GET /dogs/3", "bob GET /dogs/3"]);
  api.arrived.splice(0);
  const { contents } = await clients.oldBob.client.readResource({ uri: "kennel://dogs/2" });
  expect(contents).toMatchObject([{ text: '{"id":2,"name":"Ann"}' }]);
  expect(await call(clients.ada, "list_wages")).toEqual({ isError: false, text: '[{"name":"Ada","wage":2000}]' });
  expect(sent()).toEqual(["bob GET /dogs/2", "ada GET /wages"]);
});

it("refuses Bob what he may not do, by whichever name and way he calls it", async () => {
  const before = asked.length;
  for (const [client, person] of [
    [clients.bob, bob],
    [clients.oldBob, oldBob],
  ] as const) {
    // A scope that he has not: his client may ask for it, and is not given it.
    const remove = () => failure(call(client, "remove_dog", { dogId: 1 }));
    expect((await remove()).message).toMatch(/403|[Uu]nauthorized/);
    if (person === bob) {
      await client.finish();
      expect((await remove()).message).toMatch(/[Uu]nauthorized/);
    }
    const { status, challenge } = await knock(person.token, "remove_dog");
    expect(status).toBe(403);
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="pets:read pets:write"');
    const { status: read } = await knock(person.token);
    expect(read).toBe(200);
    // A rule that does not let him.
    const dog = { id: 9, name: "Max" };
    expect(await refusal(client, "add_dog", dog)).toBe(
      "The policy of this server does not let you call add_dog\nAsk whoever runs this server: trying again does not help.",
    );
    const wages = "The policy of this server does not let you call list_wages\nWages are for keepers.";
    expect(await refusal(client, "list_wages")).toBe(wages);
    // Ways round.
    const through = (by: string, name: string, args: object) => refusal(client, by, { name, arguments: args });
    for (const name of ["add_dog", "list_wages", "remove_dog"]) {
      const unknown = `There is no operation "${name}"`;
      expect(await through("call_write_operation", name, dog)).toContain(unknown);
      expect(await through("call_read_operation", name, dog)).toContain(unknown);
      expect(await refusal(client, "describe_operation", { name })).toContain(unknown);
    }
    expect((await failure(client.client.readResource({ uri: "kennel://wages" }))).message).toContain(wages);
  }
  expect(sent()).toEqual([]);
  expect(asked).toHaveLength(before);
  expect([...dogs.keys()]).toEqual([1, 2, 3]);
});

it("asks Ada before it removes something, with the item as it is now", async () => {
  const remove = () => call(clients.ada, "remove_dog", { dogId: 3 });
  // First her client asks for the scope that it lacks.
  expect((await failure(remove())).message).toMatch(/[Uu]nauthorized/);
  expect(ada.asked).toHaveLength(2);
  expect(ada.asked.at(-1)?.searchParams.get("scope")?.split(" ").sort()).toEqual(["pets:read", "pets:write"]);
  await clients.ada.finish();
  expect([asked, sent()]).toEqual([[], []]);

  // What was read of it before is kept, and is not what she is shown.
  dogs.set(3, { id: 3, name: "Bo the Third" });
  says = false;
  expect(await remove()).toEqual({
    isError: true,
    text: "The user did not approve this call of remove_dog\nDo not repeat it unless they ask for it.",
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain("Remove a dog (remove_dog) is about to be called.");
  expect(asked[0]).toContain(`Request:\nDELETE ${api.url}/dogs/3`);
  expect(asked[0]).toContain('As it is now (get_dog):\n{"id":3,"name":"Bo the Third"}');
  expect(asked[0]).not.toContain(secrets.ada);
  expect(sent()).toEqual(["ada GET /dogs/3"]);
  expect(dogs.has(3)).toBe(true);

  api.arrived.splice(0);
  says = true;
  expect((await remove()).isError).toBe(false);
  expect(asked).toHaveLength(2);
  expect(sent()).toEqual(["ada GET /dogs/3", "ada DELETE /dogs/3"]);
  expect(dogs.has(3)).toBe(false);
  // What was kept of it is gone, for Bob as well.
  expect((await call(clients.bob, "get_dog", { dogId: 3 })).text).toContain("HTTP 404");
});

it("has Ada's client of 2025-11-25, which cannot ask over HTTP, show her where to approve", async () => {
  const remove = () => call(clients.oldAda, "remove_dog", { dogId: 2 });
  oldAda.forgetToRenew();
  expect((await failure(remove())).message).toMatch(/[Uu]nauthorized/);
  await clients.oldAda.finish();
  const first = await remove();
  expect(first.isError).toBe(true);
  const id = /\/approvals\?id=([0-9a-f]{48})/.exec(first.text)?.[1] ?? "";
  const page = `${server.url.replace(/\/mcp$/, "")}/approvals`;
  const shown = await (await fetch(`${page}?id=${id}`)).text();
  expect(shown).toContain(`DELETE ${api.url}/dogs/2`);
  const decide = async (key: string) =>
    (await fetch(page, { method: "POST", body: new URLSearchParams({ id, key, decision: "approve" }) })).status;
  expect(await decide("a-guess-0123456789")).toBe(403);
  expect((await remove()).isError).toBe(true);
  expect(await decide(secrets.approvals)).toBe(200);
  expect(sent().filter((line) => line.includes("DELETE"))).toEqual([]);
  expect((await remove()).isError).toBe(false);
  expect(sent().filter((line) => line.includes("DELETE"))).toEqual(["ada DELETE /dogs/2"]);
  // Once.
  expect((await remove()).isError).toBe(true);
  expect([...dogs.keys()]).toEqual([1]);
});

it("goes on when the authorization server signs with another key and takes the old one back", async () => {
  const old = bob.token;
  await issuer.rotate(1);
  // Known keys last until one is needed that is not among them.
  expect((await knock(old)).status).toBe(200);
  await untilKnown(await issuer.clientToken("pets:read"));
  expect((await knock(old)).status).toBe(401);
  const before = [ada, oldAda, bob, oldBob].map((person) => person.asked.length);
  for (const client of Object.values(clients))
    expect(await call(client, "get_dog", { dogId: 1 })).toEqual({ isError: false, text: '{"id":1,"name":"Rex"}' });
  // Their clients renewed what they had, and nobody had to sign in again.
  expect([ada, oldAda, bob, oldBob].map((person) => person.asked.length)).toEqual(before);
  expect(bob.token).not.toBe(old);
  expect(sent()).toEqual(["ada GET /dogs/1", "bob GET /dogs/1"]);
});

it("goes on while the authorization server is away, and once it is back", async () => {
  await issuer.kill();
  try {
    for (const client of Object.values(clients)) {
      expect((await call(client, "get_dog", { dogId: 1 })).isError).toBe(false);
      expect((await call(client, "list_dogs")).text).toBe('[{"id":1,"name":"Rex"}]');
    }
    expect((await call(clients.ada, "add_dog", { id: 4, name: "Kim" })).isError).toBe(false);
    expect(await refusal(clients.oldBob, "add_dog", { id: 5, name: "Lou" })).toContain("does not let you");
    expect((await knock(bob.token, "remove_dog")).status).toBe(403);
  } finally {
    await issuer.revive();
  }
  expect((await call(clients.bob, "list_dogs")).text).toBe('[{"id":1,"name":"Rex"},{"id":4,"name":"Kim"}]');
  expect(sent()).toEqual(["ada GET /dogs", "bob GET /dogs", "ada POST /dogs", "bob GET /dogs"]);
});

it("has counted what happened", async () => {
  const text = await (await fetch(`${probes}/metrics`)).text();
  const calls = [...text.matchAll(/^mcp_calls_total\{tool="(\w+)",outcome="(\w+)"\} (\d+)$/gm)].map(
    ([, tool, outcome, count]) => `${tool} ${outcome} ${count}`,
  );
  expect(calls.sort()).toEqual([
    "add_dog PolicyError 3",
    "add_dog ok 1",
    "call_read_operation ArgumentError 6",
    "call_write_operation ArgumentError 6",
    "describe_operation ArgumentError 6",
    "find_operations ok 8",
    "get_dog error 1",
    "get_dog ok 13",
    "list_dogs ok 5",
    "list_wages PolicyError 4",
    "list_wages ok 1",
    "remove_dog PolicyError 4",
    "remove_dog ScopeError 9",
    "remove_dog asked 2",
    "remove_dog ok 2",
  ]);
  const requests = [...text.matchAll(/^mcp_upstream_requests_total\{.*status="(\w+)"\} (\d+)$/gm)];
  expect(requests.map(([, status, count]) => `${status} ${count}`).sort()).toEqual(["2xx 16", "4xx 2"]);
  // It is not for a while after the machine let it stand still.
  await expect.poll(async () => (await fetch(`${probes}/readyz`)).status, { timeout: 60_000 }).toBe(200);
});

it("has written down who did what, by which rule, and nobody can change it", async () => {
  expect(await server.stop()).toBe(0);
  const file = join(folder, "audit.log");
  const text = readFileSync(file, "utf8");
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, string>);
  const told = lines
    .filter(({ event, tool = "" }) => event === "call" && !finding.includes(tool))
    .map(({ caller, tool, decision, rule, approval, outcome }) =>
      [caller, tool, decision, rule, approval, outcome].filter((word) => word !== undefined).join(" "),
    );
  expect(told).toEqual([
    // Reading, and what Bob tried: over either client, with his scopes looked at before his rules.
    ...Array<string>(2).fill("user:acme/ada get_dog allow keepers ok"),
    ...Array<string>(3).fill("user:acme/bob get_dog allow readers ok"),
    "user:acme/ada list_wages allow keepers ok",
    ...[3, 3].flatMap((times) => [
      ...Array<string>(times).fill("user:acme/bob remove_dog ScopeError"),
      "user:acme/bob add_dog deny default PolicyError",
      ...Array<string>(2).fill("user:acme/bob list_wages deny wages PolicyError"),
    ]),
    // Ada was asked: said no, then yes.
    "user:acme/ada remove_dog ScopeError",
    "user:acme/ada remove_dog ask removals asked asked",
    "user:acme/ada remove_dog ask removals declined PolicyError",
    "user:acme/ada remove_dog ask removals asked asked",
    "user:acme/ada remove_dog ask removals approved ok",
    "user:acme/bob get_dog allow readers error",
    // Ada approved on the page.
    "user:acme/ada remove_dog ScopeError",
    "user:acme/ada remove_dog ask removals asked PolicyError",
    "user:acme/ada remove_dog ask removals asked PolicyError",
    "user:acme/ada remove_dog ask removals approved ok",
    "user:acme/ada remove_dog ask removals asked PolicyError",
    // With other keys, and while nobody could be asked for them.
    ...Array<string>(2).fill("user:acme/ada get_dog allow keepers ok"),
    ...Array<string>(2).fill("user:acme/bob get_dog allow readers ok"),
    ...[1, 2].flatMap(() => ["user:acme/ada get_dog allow keepers ok", "user:acme/ada list_dogs allow keepers ok"]),
    ...[1, 2].flatMap(() => ["user:acme/bob get_dog allow readers ok", "user:acme/bob list_dogs allow readers ok"]),
    "user:acme/ada add_dog allow keepers ok",
    "user:acme/bob add_dog deny default PolicyError",
    "user:acme/bob remove_dog ScopeError",
    "user:acme/bob list_dogs allow readers ok",
  ]);
  expect(lines.find(({ tool, outcome }) => tool === "get_dog" && outcome === "ok")).toMatchObject({
    method: "GET",
    path: "/dogs/{dogId}",
    caller: "user:acme/ada",
    subject: "ada",
    tenant: "acme",
    client: "desktop",
    status: 200,
    requestId: "r-77",
    arguments: ["dogId"],
  });

  const check = (): { status: number | null; out: string } => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(project, "dist/runtime/node/verify-audit.js"), file],
      { encoding: "utf8", env: { ...process.env, MCP_AUDIT_KEY: secrets.audit } },
    );
    return { status, out: stdout + stderr };
  };
  expect(check()).toMatchObject({ status: 0 });
  writeFileSync(file, text.replace("user:acme/ada", "user:acme/bob"));
  expect(check()).toMatchObject({ status: 1 });

  const everything = text + server.log.join("\n");
  for (const secret of Object.values(secrets)) expect(everything).not.toContain(secret);
  for (const token of [ada, oldAda, bob, oldBob].flatMap(({ given }) => given))
    for (const piece of token.split(".")) if (piece !== "") expect(everything).not.toContain(piece);
});

/** What somebody is told whose call does not go through. */
async function refusal(client: Connected, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const told = await call(client, name, args);
  expect(told.isError).toBe(true);
  return told.text;
}
