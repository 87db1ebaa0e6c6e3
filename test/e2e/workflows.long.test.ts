/** Workflows: tools that call several operations, by a real client, with an upstream that records each request. */
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { writeFileSync } from "node:fs";
import { type BuiltProject, compile, filesOf, sampleOf, writeTree } from "../golden/sample.ts";
import { connectHttp, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

const order = "123e4567-e89b-12d3-a456-426614174000";
const open = { status: 200, headers: { "content-type": "text/plain" }, body: "open" };
const closed = { ...open, body: "closed" };

let project: BuiltProject;
let upstream: Upstream;
let http: HttpServer;

beforeAll(async () => {
  const place = { file: "", pointer: "" };
  const toolsets = [
    { name: "all", include: [], exclude: [], readOnly: false, custom: [], place },
    { name: "orders", include: [{ tag: "orders", place }], exclude: [], readOnly: false, custom: [], place },
  ];
  const folder = writeTree(await filesOf(sampleOf("curation/workflows"), { toolsets }));
  writeFileSync(
    join(folder, "src/custom.ts"),
    `import { defineCustom } from "./runtime/custom.js";
export const custom = defineCustom<Record<string, { arguments: Record<string, unknown>; result: unknown }>>({
  hooks: { get_order: { before: (args) => { hooked.push(args); return args; } } },
});
export const hooked: unknown[] = [];
`,
  );
  expect(compile(folder, ".")).toBe("");
  project = { folder, main: join(folder, "dist/main.js"), remove: () => undefined };
  upstream = await startUpstream();
  http = await startHttp(project.main, {
    PET_STORE_BASE_URL: `${upstream.url}/v1`,
    PET_STORE_API_KEY: "key-that-nobody-sees",
    MCP_LOG_LEVEL: "info",
    MCP_ATTEMPTS: "1",
  });
});

afterAll(async () => {
  expect(await http.stop()).toBe(0);
  await upstream.close();
});

beforeEach(() => {
  upstream.answers = [];
  upstream.requests.length = 0;
});

const pet = jsonAnswer({ id: 7, name: "Rex" }, 201);
const placed = { ...jsonAnswer({ id: order, petId: 7, quantity: 2 }, 201) };
const read = jsonAnswer({ id: order, petId: 7, quantity: 2 });
const sent = (): readonly string[] => upstream.requests.map(({ method, target }) => `${method} ${target}`);
const textOf = ({ content }: { readonly content: unknown }): string =>
  (content as readonly { readonly text: string }[])[0]?.text ?? "";

describe.each<[Generation]>([["modern"], ["legacy"]])("a %s client", (generation) => {
  let client: Client;
  const buy = (args: Record<string, unknown>) => client.callTool({ name: "buy_new_pet", arguments: args });

  beforeAll(async () => {
    client = (await connectHttp(generation, http.url)) as Client;
  });
  afterAll(() => client.close());

  it("is shown a workflow as a tool, with its inputs and the hints of the worst that it calls", async () => {
    const { tools } = await client.listTools();
    const tool = tools.find(({ name }) => name === "buy_new_pet");
    expect(tools).toHaveLength(14);
    expect(tool).toMatchObject({
      title: "Add a pet and order it",
      inputSchema: { required: ["name"], properties: { trace: { type: "string", default: "shop" } } },
      annotations: { readOnlyHint: false, destructiveHint: false },
    });
    expect(tool?.description).toContain("create_pet, health, place_order, get_order");
  });

  it("runs its steps, each with what the ones before gave, and is given its outputs", async () => {
    upstream.answers = [pet, open, placed, read];
    const result = await buy({ name: "Rex", quantity: 2, trace: "t1" });
    expect(textOf(result)).toContain(order);
    expect(result.structuredContent).toEqual({
      pet: 7,
      order,
      quantity: 2,
      from: `${upstream.url}/v1/orders/${order}`,
    });
    expect(sent()).toEqual(["POST /v1/pets", "GET /v1/health", "POST /v1/orders", `GET /v1/orders/${order}`]);
    const [first, , third] = upstream.requests;
    expect(first?.headers["x-request-id"]).toBe("buy-t1");
    expect(JSON.parse(String(first?.body))).toEqual({ name: "Rex", tag: "for Rex", status: "pending" });
    expect(JSON.parse(String(third?.body))).toEqual({ petId: 7, quantity: 2 });
  });

  it("repeats a step as often as its action says, and goes on", async () => {
    upstream.answers = [pet, closed, closed, open, placed, read];
    expect((await buy({ name: "Rex", quantity: 1 })).isError).toBeFalsy();
    expect(sent().filter((line) => line.endsWith("/health"))).toHaveLength(3);
  });

  it("is told at which step it stopped, why, and what was done until then", async () => {
    upstream.answers = [pet, closed, closed, closed];
    const result = await buy({ name: "Rex", quantity: 1 });
    expect(result.isError).toBe(true);
    expect(sent()).toHaveLength(4);
    expect(textOf(result)).toMatch(/^The workflow stopped at the step "open" \(health\): it was answered with 200/);
    expect(textOf(result)).toContain('Done before, and not undone: add (create_pet: 201) gave {"pet":7}.');
  });

  it("has inputs that are not given as their schema says, and no text of an input becomes JSON", async () => {
    upstream.answers = [pet, open, placed, read];
    const name = 'Rex", "status": "sold';
    expect((await buy({ name })).isError).toBeFalsy();
    const [first, , third] = upstream.requests;
    expect(JSON.parse(String(first?.body))).toEqual({ name, tag: `for ${name}`, status: "pending" });
    expect(first?.headers["x-request-id"]).toBe("buy-shop");
    expect(JSON.parse(String(third?.body))).toEqual({ petId: 7, quantity: 1 });
  });

  it("runs one that stands in the configuration, with a criterion in JSONPath", async () => {
    upstream.answers = [jsonAnswer({ pets: [{ id: 7, name: "Rex", status: "available" }] }), placed];
    const result = await client.callTool({ name: "order_first_pet", arguments: {} });
    expect(result.structuredContent).toEqual({ order });
    expect(JSON.parse(String(upstream.requests[1]?.body))).toEqual({ petId: 7, quantity: 1 });
    upstream.answers = [jsonAnswer({ pets: [] })];
    const none = await client.callTool({ name: "order_first_pet", arguments: {} });
    expect(textOf(none)).toContain("$response.body has $.pets[?@.name]");
  });

  it("is told what the operation says of a failure", async () => {
    upstream.answers = [pet, open, jsonAnswer({ title: "Sold out" }, 409)];
    const result = await buy({ name: "Rex", quantity: 1 });
    expect(textOf(result)).toContain('stopped at the step "order" (place_order): HTTP 409');
    expect(textOf(result)).toContain("Sold out");
    expect(textOf(result)).toContain('add (create_pet: 201) gave {"pet":7}, open (health: 200).');
  });

  it("holds a regex against its context", async () => {
    upstream.answers = [jsonAnswer({ id: 7, name: "rex" }, 201)];
    const result = await buy({ name: "rex", quantity: 1 });
    expect(textOf(result)).toContain("$response.body#/name has ^[A-Z]");
    expect(sent()).toEqual(["POST /v1/pets"]);
  });

  it.each([
    [{}, 'Missing argument "name"'],
    [{ name: "" }, "name"],
    [{ name: "Rex", colour: "red" }, 'Unknown argument "colour"'],
  ])("is refused %j before anything is sent", async (args, text) => {
    const result = await buy(args);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(text);
    expect(sent()).toEqual([]);
  });

  it("has the arguments of each step checked like those of a call of its own", async () => {
    upstream.answers = [jsonAnswer({ id: "seven", name: "Rex" }, 201), open];
    const result = await buy({ name: "Rex", quantity: 1 });
    expect(textOf(result)).toContain('stopped at the step "order" (place_order)');
    expect(textOf(result)).toContain("petId");
    expect(sent()).toEqual(["POST /v1/pets", "GET /v1/health"]);
  });
});

it("writes a line of the log for the workflow, and one for each of its calls, which name it", () => {
  const lines = http.log
    .filter((line) => line.includes('"event":"call"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toContainEqual(expect.objectContaining({ tool: "buy_new_pet", outcome: "ok" }));
  for (const tool of ["create_pet", "health", "place_order", "get_order"])
    expect(lines).toContainEqual(expect.objectContaining({ tool, via: "buy_new_pet" }));
  expect(lines).toContainEqual(expect.objectContaining({ tool: "place_order", via: "buy_new_pet", status: 409 }));
  expect(JSON.stringify(lines)).not.toContain("key-that-nobody-sees");
});

it("belongs to the toolsets that hold all that it calls", async () => {
  const [all, orders] = (await Promise.all([
    connectHttp("modern", `${http.url}/all`),
    connectHttp("modern", `${http.url}/orders`),
  ])) as [Client, Client];
  expect((await all.listTools()).tools.map(({ name }) => name)).toContain("buy_new_pet");
  expect((await orders.listTools()).tools.map(({ name }) => name)).not.toContain("buy_new_pet");
  await expect(orders.callTool({ name: "buy_new_pet", arguments: { name: "Rex" } })).rejects.toThrow("Unknown tool");
  expect(upstream.requests).toEqual([]);
  await Promise.all([all.close(), orders.close()]);
});
