/** What a generated server does besides calls: resources, prompts, limits, and what becomes of credentials. */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { buildProject, type BuiltProject, compile, filesOf, sampleOf } from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { type Answer, jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

const secret = "canary-7f3a9c";
const pets = [
  { id: 1, name: "Rex" },
  { id: 20, name: "Ann" },
  { id: 2, name: "Bo" },
];

let project: BuiltProject;
let upstream: Upstream;
let http: HttpServer;
let environment: Record<string, string>;

beforeAll(async () => {
  project = buildProject(await filesOf(sampleOf("petstore")));
  upstream = await startUpstream();
  environment = {
    PET_STORE_BASE_URL: `${upstream.url}/v1`,
    PET_STORE_API_KEY: secret,
    PET_STORE_SHOP_ACCESS_TOKEN: `${secret}-token`,
  };
  http = await startHttp(project.main, { ...environment, MCP_LOG_LEVEL: "debug" });
});

afterAll(async () => {
  expect(await http.stop()).toBe(0);
  await upstream.close();
  project.remove();
});

beforeEach(() => {
  upstream.answers = [];
});

it("compiles with its own settings", () => expect(compile(project.folder, ".")).toBe(""));

describe.each<[Generation, "stdio" | "HTTP"]>([
  ["modern", "stdio"],
  ["legacy", "HTTP"],
])("%s client over %s", (generation, transport) => {
  let client: Client;

  beforeAll(async () => {
    client = (
      transport === "HTTP"
        ? await connectHttp(generation, http.url)
        : await connectStdio(generation, project.main, environment)
    ) as Client;
  });

  afterAll(() => client.close());

  it("is called what the document says", () => {
    expect(client.getServerVersion()).toMatchObject({ name: "pet-store", title: "Pet Store", version: "1.2.0" });
  });

  it("gives each tool a title, hints and a closed schema", async () => {
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(12);
    for (const tool of tools) {
      expect(tool.title, tool.name).toBeTruthy();
      expect(tool.inputSchema, tool.name).toMatchObject({ type: "object", additionalProperties: false });
    }
    const hints = new Map(tools.map(({ name, annotations }) => [name, annotations]));
    expect(hints.get("list_pets")).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(hints.get("search_pets")).toMatchObject({ readOnlyHint: true });
    expect(hints.get("create_pet")).toMatchObject({ readOnlyHint: false, idempotentHint: false });
    expect(hints.get("delete_pet")).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
  });

  it("offers collections as resources and items as templates", async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri).sort()).toEqual(["pet-store://orders", "pet-store://pets"]);
    const { resourceTemplates } = await client.listResourceTemplates();
    const uris = resourceTemplates.map(({ uriTemplate }) => uriTemplate);
    expect(uris).toContain("pet-store://pets/{petId}");
    expect(uris).toContain("pet-store://orders/{orderId}");
    expect(uris).toContain("pet-store://pets{?limit,status,cursor}");
  });

  it.each([
    ["pet-store://pets", "list_pets", {}, "/v1/pets"],
    [
      "pet-store://pets?limit=2&cursor=a%2Fb",
      "list_pets",
      { limit: 2, cursor: "a/b" },
      "/v1/pets?limit=2&cursor=a%2Fb",
    ],
    ["pet-store://pets/7", "get_pet", { petId: 7 }, "/v1/pets/7"],
  ])("reads %s as the tool does", async (uri, name, args, target) => {
    upstream.answers = [jsonAnswer({ pets }), jsonAnswer({ pets })];
    const { contents } = await client.readResource({ uri });
    const result = await client.callTool({ name, arguments: args });
    expect(contents).toMatchObject([{ uri, mimeType: "application/json" }]);
    expect((contents[0] as { text: string }).text).toBe((result.content as { text: string }[])[0]?.text);
    const [read, called] = upstream.requests.slice(-2);
    expect(read).toEqual(called);
    expect(read).toMatchObject({ method: "GET", target, headers: { "x-api-key": secret } });
  });

  it("does not find what is not there", async () => {
    upstream.answers = [jsonAnswer({ title: "No such pet" }, 404)];
    for (const uri of ["pet-store://pets/9", "pet-store://cats", "pet-store://pets/../orders"])
      await expect(client.readResource({ uri }), uri).rejects.toMatchObject({ code: -32602 });
  });

  it("completes an identifier from the sibling list", async () => {
    upstream.answers = [jsonAnswer({ pets })];
    const { completion } = await client.complete({
      ref: { type: "ref/resource", uri: "pet-store://pets/{petId}" },
      argument: { name: "petId", value: "2" },
    });
    expect(completion.values).toEqual(["20", "2"]);
  });

  it("completes a filter from the values that the document names", async () => {
    const { completion } = await client.complete({
      ref: { type: "ref/resource", uri: "pet-store://pets{?limit,status,cursor}" },
      argument: { name: "status", value: "s" },
    });
    expect(completion.values).toEqual(["sold"]);
  });

  it("fills prompts with the tools that they ask for", async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["explore_api", "plan_task", "check_access"]);
    const { messages } = await client.getPrompt({ name: "plan_task", arguments: { goal: "sell Rex", tag: "orders" } });
    const text = (messages[0]?.content as { text: string }).text;
    expect(text).toContain("sell Rex");
    expect(text).toContain("place_order");
    expect(text).not.toContain("list_pets");
  });

  it("does not know a tool that is none", async () => {
    for (const name of ["nothing", "__proto__", "toString"])
      await expect(client.callTool({ name, arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  // Without sessions a client of the earlier era has no way to name a running request over HTTP but to hang up.
  it("ends the request to the API when the client cancels, or hangs up", async () => {
    const own = (transport === "HTTP" ? await connectHttp(generation, http.url) : client) as Client;
    upstream.answers = [{ status: 200, hang: true }];
    const aborted = upstream.aborted.length;
    const sent = upstream.requests.length;
    const controller = new AbortController();
    const call = own.callTool({ name: "get_pet", arguments: { petId: 99 } }, { signal: controller.signal });
    const failed = expect(call).rejects.toThrow();
    await until(() => upstream.requests.length > sent);
    if (transport === "HTTP") await own.close();
    else controller.abort();
    await failed;
    await until(() => upstream.aborted.length > aborted);
    expect(upstream.requests.length).toBe(sent + 1);
  });

  it("keeps credentials out of failures, also where the API repeats them", async () => {
    const leaking = `Your key ${secret} and ${encodeURIComponent(secret)} and ${Buffer.from(secret).toString("base64")}`;
    const html = `<html><body><h1>Refused</h1><p>${leaking}</p></body></html>`;
    upstream.answers = [
      jsonAnswer({ title: leaking }, 400),
      { status: 401, headers: { "content-type": "text/plain" }, body: leaking },
      { status: 500, headers: { "content-type": "text/html" }, body: html },
    ];
    for (const petId of [1, 2, 3]) {
      const result = await client.callTool({ name: "get_pet", arguments: { petId } });
      expect(JSON.stringify(result)).not.toContain(secret);
      expect(JSON.stringify(result)).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });
});

it("keeps credentials and arguments out of its log", async () => {
  const client = (await connectHttp("modern", http.url)) as Client;
  upstream.answers = [jsonAnswer({ title: secret }, 401), jsonAnswer({}, 500)];
  await client.callTool({ name: "list_pets", arguments: { cursor: "canary-argument" } });
  await client.callTool({ name: "get_pet", arguments: { petId: 771177 } });
  await client.close();
  const log = http.log.join("\n");
  expect(log).toContain('"tool":"list_pets"');
  expect(log).not.toContain(secret);
  expect(log).not.toContain("canary-argument");
  expect(log).not.toContain("771177");
});

it("follows a redirect within its origin, and sends nothing to another", async () => {
  const other = await startUpstream();
  const client = (await connectHttp("modern", http.url)) as Client;
  const redirect = (location: string, status = 302): Answer => ({ status, headers: { location } });
  upstream.answers = [redirect("/v1/pets/2"), jsonAnswer({ id: 2, name: "Bo" })];
  const followed = await client.callTool({ name: "get_pet", arguments: { petId: 1 } });
  expect(followed.structuredContent).toEqual({ id: 2, name: "Bo" });
  upstream.answers = [
    redirect(`${other.url}/steal`),
    redirect(`${other.url}/steal`, 307),
    redirect("file:///etc/passwd"),
  ];
  for (const [name, args] of [
    ["get_pet", { petId: 1 }],
    ["create_pet", { name: "Ann" }],
    ["get_pet", { petId: 2 }],
  ] as const)
    expect(await client.callTool({ name, arguments: args })).toMatchObject({ isError: true });
  expect(other.requests).toEqual([]);
  await client.close();
  await other.close();
});

it("guards its HTTP endpoint: host, origin, size and health", async () => {
  const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const rows: readonly (readonly [string, string, Record<string, string>, string | undefined, number])[] = [
    ["its own", "/mcp", {}, list, 200],
    ["foreign host", "/mcp", { host: "evil.example" }, list, 403],
    ["foreign page", "/mcp", { origin: "https://evil.example" }, list, 403],
    ["no page", "/mcp", { origin: "null" }, list, 403],
    ["too large", "/mcp", { "content-length": "5000000" }, list, 413],
    ["no JSON", "/mcp", { "content-type": "text/plain" }, list, 415],
    ["health", "/healthz", {}, undefined, 200],
    ["health, foreign host", "/healthz", { host: "evil.example" }, undefined, 200],
    ["nothing there", "/other", {}, undefined, 404],
  ];
  for (const [name, path, headers, body, status] of rows)
    expect([name, await statusOf(path, headers, body)]).toEqual([name, status]);
});

function statusOf(path: string, headers: Record<string, string>, body: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: "127.0.0.1",
        port: http.port,
        path,
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    request.on("error", reject);
    // Of a body that is announced as larger the rest never comes: the server must not wait for it.
    if (headers["content-length"] === undefined) request.end(body);
    else request.write(body);
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
