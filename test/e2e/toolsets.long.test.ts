/** Toolsets: real clients of parts of one server, over HTTP at paths of one process, and over stdio. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import type { Selector, ToolsetWish } from "../../src/mcp/curation/curation.ts";
import { type BuiltProject, compile, filesOf, sampleOf, writeTree } from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

const discovery = ["find_operations", "describe_operation", "call_read_operation", "call_write_operation"];
const place = { file: "test", pointer: "" };

function wish(name: string, include: Omit<Selector, "place">, more: Partial<ToolsetWish> = {}): ToolsetWish {
  return { name, include: [{ ...include, place }], exclude: [], readOnly: false, custom: [], place, ...more };
}

let project: BuiltProject;
let upstream: Upstream;
let http: HttpServer;
let environment: Record<string, string>;

beforeAll(async () => {
  const toolsets = [
    wish("orders", { path: "/orders**" }, { description: "Orders of the shop.", custom: ["count_orders", "motto"] }),
    wish("pets", { tag: "pets" }, { list: { mode: "discovery" } }),
    wish("photo", { operationId: "setPhoto" }),
    wish("lean", { path: "/orders**" }, { list: { mode: "all", budget: 100 } }),
  ];
  const curation = {
    tools: [],
    aliases: { days: 90 },
    prompts: [{ name: "greet", arguments: [], text: "Greet me.", place }],
  };
  const folder = writeTree(await filesOf(sampleOf("petstore"), { toolsets, curation }));
  writeFileSync(
    join(folder, "src/custom.ts"),
    `import { defineCustom, textResult } from "./runtime/custom.js";
export const custom = defineCustom<object>({
  tools: [
    { name: "count_orders", description: "Counts.", inputSchema: { type: "object" }, run: (_, { call }) => call("list_orders", {}) },
    { name: "hidden", description: "Hidden.", inputSchema: { type: "object" }, run: () => textResult("hidden") },
  ],
  resources: [
    { uri: "own://motto", name: "motto", read: () => "be kind" },
    { uri: "own://secret", name: "secret", read: () => "secret" },
  ],
  prompts: [{ name: "mine", text: () => "mine" }],
});
`,
  );
  expect(compile(folder, ".")).toBe("");
  project = { folder, main: join(folder, "dist/main.js"), remove: () => undefined };
  upstream = await startUpstream();
  environment = { PET_STORE_BASE_URL: `${upstream.url}/v1`, PET_STORE_API_KEY: "key", MCP_LOG_LEVEL: "info" };
  http = await startHttp(project.main, { ...environment, MCP_MAX_TEXT_BYTES: "2000" });
});

afterAll(async () => {
  expect(await http.stop()).toBe(0);
  await upstream.close();
});

beforeEach(() => {
  upstream.answers = [];
  upstream.requests.length = 0;
});

/** A client of a toolset, or without a name of the whole server. */
async function connect(transport: "http" | "stdio", generation: Generation, toolset?: string): Promise<Client> {
  const client =
    transport === "http"
      ? await connectHttp(generation, toolset === undefined ? http.url : `${http.url}/${toolset}`)
      : await connectStdio(generation, project.main, environment, toolset === undefined ? [] : ["--toolset", toolset]);
  return client as Client;
}

const namesOf = ({ tools }: Awaited<ReturnType<Client["listTools"]>>): readonly string[] =>
  tools.map(({ name }) => name);

describe.each<["http" | "stdio", Generation]>([
  ["http", "modern"],
  ["http", "legacy"],
  ["stdio", "modern"],
  ["stdio", "legacy"],
])("over %s, a %s client", (transport, generation) => {
  let orders: Client;
  let pets: Client;
  let whole: Client;

  beforeAll(async () => {
    [orders, pets, whole] = await Promise.all([
      connect(transport, generation, "orders"),
      connect(transport, generation, "pets"),
      connect(transport, generation),
    ]);
  });
  afterAll(() => Promise.all([orders.close(), pets.close(), whole.close()]));

  it("is shown what its toolset lists, and all of the server at /mcp", async () => {
    expect(namesOf(await orders.listTools())).toEqual(["list_orders", "place_order", "get_order", "count_orders"]);
    expect(namesOf(await pets.listTools())).toEqual(discovery);
    expect(namesOf(await whole.listTools())).toHaveLength(14);
    expect(namesOf(await whole.listTools())).not.toContain("find_operations");
    expect(orders.getServerVersion()).toMatchObject({ name: "pet-store-orders", title: "Pet Store: orders" });
    expect(orders.getInstructions()).toMatch(/^Orders of the shop\. 3 tools call/);
    expect(pets.getInstructions()).toContain("find_operations");
  });

  it.each(["list_pets", "find_operations", "hidden", "no_such_tool"])(
    "is refused %s, as a tool that there is not, and nothing is sent",
    async (name) => {
      await expect(orders.callTool({ name, arguments: {} })).rejects.toThrow(`Unknown tool: ${name}`);
      expect(upstream.requests).toEqual([]);
    },
  );

  it("calls what its toolset holds, listed or not, and what the owner adds to it", async () => {
    upstream.answers = [jsonAnswer([]), jsonAnswer([]), jsonAnswer({ pets: [] })];
    for (const name of ["list_orders", "count_orders"])
      expect((await orders.callTool({ name, arguments: {} })).isError).toBeFalsy();
    expect((await pets.callTool({ name: "list_pets", arguments: {} })).isError).toBeFalsy();
    expect(upstream.requests.map(({ target }) => target)).toEqual(["/v1/orders", "/v1/orders", "/v1/pets"]);
  });

  it("finds, describes and calls only what its toolset holds", async () => {
    const found = await pets.callTool({ name: "find_operations", arguments: { query: "place an order", limit: 50 } });
    const { operations } = found.structuredContent as unknown as {
      readonly operations: readonly { readonly name: string; readonly needs?: readonly string[] }[];
    };
    const named = operations.flatMap(({ name, needs = [] }) => [name, ...needs]);
    expect(named.filter((name) => name.includes("order"))).toEqual([]);
    for (const name of ["describe_operation", "call_read_operation"]) {
      const { isError, content } = await pets.callTool({ name, arguments: { name: "list_orders" } });
      expect(isError).toBe(true);
      expect(JSON.stringify(content)).toContain("There is no operation");
    }
    expect(upstream.requests).toEqual([]);
    upstream.answers = [jsonAnswer({ pets: [] })];
    const call = { name: "call_read_operation", arguments: { name: "list_pets" } };
    expect((await pets.callTool(call)).isError).toBeFalsy();
  });

  it("reads the resources of its toolset, and no others", async () => {
    const { resources } = await orders.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(["pet-store://orders", "own://motto"]);
    const { resourceTemplates } = await pets.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate).some((uri) => uri.includes("orders"))).toBe(false);
    for (const uri of ["pet-store://pets", "own://secret"])
      await expect(orders.readResource({ uri }), uri).rejects.toThrow();
    expect(upstream.requests).toEqual([]);
    expect((await orders.readResource({ uri: "own://motto" })).contents[0]).toMatchObject({ text: "be kind" });
    upstream.answers = [jsonAnswer([])];
    expect((await orders.readResource({ uri: "pet-store://orders" })).contents).toHaveLength(1);
  });

  it("is given prompts that speak of its tools, and those of the configuration", async () => {
    const { prompts } = await orders.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["explore_api", "plan_task", "check_access", "greet"]);
    const { messages } = await orders.getPrompt({ name: "explore_api" });
    expect(JSON.stringify(messages)).toContain("place_order");
    expect(JSON.stringify(messages)).not.toContain("pet:");
    await expect(orders.getPrompt({ name: "explore_api", arguments: { tag: "pets" } })).rejects.toThrow("No tool has");
    await expect(orders.getPrompt({ name: "mine" })).rejects.toThrow("Unknown prompt");
  });

  it("has completed what its toolset holds, and nothing else", async () => {
    const tags = { ref: { type: "ref/prompt" as const, name: "explore_api" }, argument: { name: "tag", value: "" } };
    expect((await orders.complete(tags)).completion.values).toEqual(["orders"]);
    expect((await pets.complete(tags)).completion.values).toEqual(["pets"]);
    const uri = { ref: { type: "ref/resource" as const, uri: "pet-store://pets/{petId}" } };
    await expect(orders.complete({ ...uri, argument: { name: "petId", value: "" } })).rejects.toThrow(
      "Unknown resource",
    );
    expect(upstream.requests).toEqual([]);
  });
});

it("reads on what was too long, by the toolset that it came from", async () => {
  const orders = await connect("http", "modern", "orders");
  upstream.answers = [jsonAnswer({ id: 1, note: "x".repeat(9_000) })];
  const result = await orders.callTool({
    name: "get_order",
    arguments: { orderId: "123e4567-e89b-12d3-a456-426614174000" },
  });
  const uri = /answer:\/\/[^\s"\\]+/.exec(JSON.stringify(result))?.[0] ?? "";
  expect(uri).not.toBe("");
  expect((await orders.readResource({ uri })).contents.length).toBeGreaterThan(0);
  await orders.close();
});

it("gives a file that is a resource of its toolset, and none of another one", async () => {
  const call = { name: "set_photo", arguments: { petId: 1, photo: { url: "pet-store://pets/7" } } };
  const photo = await connect("http", "modern", "photo");
  const pets = await connect("http", "modern", "pets");
  expect((await photo.callTool(call)).isError).toBe(true);
  expect(upstream.requests).toEqual([]);
  upstream.answers = [jsonAnswer({ id: 7, name: "Rex" }), { status: 204 }];
  expect((await pets.callTool(call)).isError).toBeFalsy();
  expect(upstream.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
    "GET /v1/pets/7",
    "PUT /v1/pets/1/photo",
  ]);
  await Promise.all([photo.close(), pets.close()]);
});

it("lists the essence of each tool where its own budget is small, and what tells the rest", async () => {
  const lean = await connect("http", "modern", "lean");
  const whole = await connect("http", "modern");
  expect(namesOf(await lean.listTools())).toEqual(["describe_operation", "list_orders", "place_order", "get_order"]);
  expect(namesOf(await whole.listTools())).not.toContain("describe_operation");
  await Promise.all([lean.close(), whole.close()]);
});

it("notes in the log by which toolset a call came", () => {
  const calls = http.log.filter((line) => line.includes('"event":"call"')).map((line) => JSON.parse(line) as object);
  expect(calls).toContainEqual(expect.objectContaining({ tool: "list_orders", toolset: "orders" }));
  expect(calls).toContainEqual(
    expect.objectContaining({ tool: "list_pets", via: "call_read_operation", toolset: "pets" }),
  );
});

it.each(["nope", "orders/", "Orders", "orders/x"])("answers 404 at /mcp/%s", async (path) => {
  const response = await fetch(`${http.url}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
  expect(response.status).toBe(404);
});

it("says which toolsets there are where another one is asked for", () => {
  const { status, stderr } = spawnSync(process.execPath, [project.main, "--toolset", "order"], {
    env: { PATH: process.env["PATH"], ...environment },
    encoding: "utf8",
    input: "",
  });
  expect(status).toBe(1);
  expect(stderr).toContain('There is no toolset "order"\nThere are orders, pets, photo, lean.');
});

it("serves nothing but the toolset that MCP_TOOLSET names", async () => {
  const alone = await startHttp(project.main, { ...environment, MCP_TOOLSET: "orders" });
  const [plain, named] = await Promise.all([
    connectHttp("modern", alone.url),
    connectHttp("modern", `${alone.url}/orders`),
  ]);
  for (const client of [plain, named]) {
    expect(namesOf(await (client as Client).listTools())).toContain("list_orders");
    expect(namesOf(await (client as Client).listTools())).not.toContain("list_pets");
    await client.close();
  }
  expect((await fetch(`${alone.url}/pets`, { method: "POST" })).status).toBe(404);
  expect(await alone.stop()).toBe(0);
});
