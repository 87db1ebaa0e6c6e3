/** Operations that are not listed: found, described and called by a real client, as if they were. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { buildProject, type BuiltProject, filesOf, sampleOf } from "../golden/sample.ts";
import { connectHttp, connectStdio, type Generation, type HttpServer, startHttp } from "../runtime/mcp-connections.js";
import { jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

const discovery = ["find_operations", "describe_operation", "call_read_operation", "call_write_operation"];

let project: BuiltProject;
let upstream: Upstream;
let http: HttpServer;
let environment: Record<string, string>;

beforeAll(async () => {
  const curation = {
    prompts: [],
    aliases: { days: 90 },
    tools: [
      {
        operation: "deletePet",
        place: { file: "test", pointer: "" },
        arguments: new Map(),
        scopes: ["admin"],
      },
      { operation: "health", place: { file: "test", pointer: "" }, arguments: new Map(), listed: true },
    ],
  };
  project = buildProject(await filesOf(sampleOf("petstore"), { list: { mode: "discovery" }, curation }));
  upstream = await startUpstream();
  environment = { PET_STORE_BASE_URL: `${upstream.url}/v1`, PET_STORE_API_KEY: "key", MCP_LOG_LEVEL: "info" };
  const tokens = {
    ada: { token: "a-token-of-sixteen-letters", scopes: ["admin"] },
    bob: { token: "b-token-of-sixteen-letters", scopes: [] },
  };
  http = await startHttp(project.main, { ...environment, MCP_AUTH_TOKENS: JSON.stringify(tokens) });
});

afterAll(async () => {
  expect(await http.stop()).toBe(0);
  await upstream.close();
  project.remove();
});

beforeEach(() => {
  upstream.answers = [];
  upstream.requests.length = 0;
});

interface Found {
  readonly operations: readonly {
    readonly name: string;
    readonly request: string;
    readonly hint: string;
    readonly arguments: string;
    readonly needs?: readonly string[];
  }[];
}

async function find(client: Client, args: Record<string, unknown>): Promise<Found["operations"]> {
  const result = await client.callTool({ name: "find_operations", arguments: args });
  expect(result.isError).toBeFalsy();
  return (result.structuredContent as unknown as Found).operations;
}

describe.each<[Generation]>([["modern"], ["legacy"]])("a %s client over stdio", (generation) => {
  let client: Client;

  beforeAll(async () => {
    client = (await connectStdio(generation, project.main, environment)) as Client;
  });
  afterAll(() => client.close());

  it("is shown discovery, and what the owner wants to see listed", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([...discovery, "health"]);
    expect(client.getInstructions()).toContain("find_operations");
  });

  it.each([
    ["remove a pet", "delete_pet", "DELETE /pets/{petId}", "delete"],
    ["which pets are there", "list_pets", "GET /pets", "read"],
    ["buy something", "place_order", "POST /orders", "write"],
    ["upload the picture of a pet", "set_photo", "PUT /pets/{petId}/photo", "delete"],
  ])("finds for %j first %s", async (query, name, request, hint) => {
    expect((await find(client, { query }))[0]).toMatchObject({ name, request, hint });
  });

  it("finds only so many, of one kind, and says nothing of a kind that does not fit", async () => {
    expect(await find(client, { query: "pet", limit: 2 })).toHaveLength(2);
    const read = await find(client, { query: "pet", only: "read" });
    expect(read.length).toBeGreaterThan(2);
    expect(new Set(read.map(({ hint }) => hint))).toEqual(new Set(["read"]));
    const write = await find(client, { query: "pet", only: "write" });
    expect(write.some(({ hint }) => hint === "read")).toBe(false);
    expect(await find(client, { query: "zeppelin" })).toEqual([]);
  });

  it("says what an item needs: the collection that it is in", async () => {
    const [found] = await find(client, { query: "get one pet by its id" });
    expect(found).toMatchObject({ name: "get_pet", arguments: "petId: integer", needs: ["list_pets"] });
  });

  it("describes an operation with its whole schema", async () => {
    const { structuredContent } = await client.callTool({
      name: "describe_operation",
      arguments: { name: "get_pet" },
    });
    expect(structuredContent).toMatchObject({
      name: "get_pet",
      request: "GET /pets/{petId}",
      hint: "read",
      inputSchema: { type: "object", required: ["petId"], properties: { petId: { type: "integer" } } },
      example: { tool: "call_read_operation", arguments: { name: "get_pet" } },
    });
  });

  it.each([
    ["call_read_operation", "list_pets", { limit: 2, cursor: "a/b" }, jsonAnswer({ pets: [] })],
    ["call_write_operation", "create_pet", { name: "Rex" }, jsonAnswer({ id: 1, name: "Rex" }, 201)],
    ["call_read_operation", "get_pet", { petId: 7 }, jsonAnswer({ detail: "none" }, 404)],
  ])("calls by %s what a direct call of %s calls", async (tool, name, args, answer) => {
    upstream.answers = [answer, answer];
    const direct = await client.callTool({ name, arguments: args });
    const through = await client.callTool({ name: tool, arguments: { name, arguments: args } });
    const [one, other] = upstream.requests;
    expect(upstream.requests).toHaveLength(2);
    expect(other).toEqual(one);
    expect(through).toEqual(direct);
  });

  it.each([
    ["call_read_operation", { name: "create_pet", arguments: { name: "x" } }, "Call it with call_write_operation."],
    ["call_write_operation", { name: "list_pets" }, "Call it with call_read_operation."],
    ["call_read_operation", { name: "list_pet" }, "Did you mean list_pets?"],
    ["call_read_operation", { name: "get_pet", petId: 7 }, 'Unknown argument "petId"'],
    ["call_read_operation", { name: "get_pet", arguments: {} }, 'Missing argument "petId"'],
    ["call_read_operation", { name: "get_pet", arguments: "seven" }, "arguments"],
    ["call_read_operation", { name: "call_read_operation" }, "is listed"],
    ["describe_operation", { name: "find_operations" }, "is listed"],
  ])("refuses %s with %j, and sends nothing", async (name, args, text) => {
    const result = await client.callTool({ name, arguments: args });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content).replaceAll('\\"', '"')).toContain(text);
    expect(upstream.requests).toEqual([]);
  });
});

it.each([
  ["all", 12],
  ["planned", 5],
  ["discovery", 5],
])("lists at the start what MCP_LIST=%s says", async (list, count) => {
  const client = (await connectStdio("modern", project.main, { ...environment, MCP_LIST: list })) as Client;
  const { tools } = await client.listTools();
  await client.close();
  expect(tools).toHaveLength(count);
});

it("shows no operation to a caller who may not call it", async () => {
  const [ada, bob] = (await Promise.all(
    ["a", "b"].map((letter) =>
      connectHttp("modern", http.url, { authorization: `Bearer ${letter}-token-of-sixteen-letters` }),
    ),
  )) as [Client, Client];
  const names = async (client: Client) => (await find(client, { query: "delete a pet" })).map(({ name }) => name);
  expect(await names(ada)).toContain("delete_pet");
  expect(await names(bob)).not.toContain("delete_pet");
  for (const name of ["describe_operation", "call_write_operation"]) {
    const { isError, content } = await bob.callTool({ name, arguments: { name: "delete_pet" } });
    expect(isError, name).toBe(true);
    expect(JSON.stringify(content), name).toContain("There is no operation");
  }
  await Promise.all([ada.close(), bob.close()]);
  expect(upstream.requests).toEqual([]);
});

describe("a list of all tools that is too long", () => {
  let folded: BuiltProject;
  let client: Client;

  beforeAll(async () => {
    folded = buildProject(await filesOf(sampleOf("petstore"), { list: { mode: "all", budget: 100 } }));
    client = (await connectStdio("modern", folded.main, environment)) as Client;
  });
  afterAll(async () => {
    await client.close();
    folded.remove();
  });

  it("shows the essence of each, and the tool that tells the rest", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("describe_operation");
    expect(tools.map(({ name }) => name)).not.toContain("find_operations");
    const create = tools.find(({ name }) => name === "create_pet");
    expect(create?.annotations).toEqual({ destructiveHint: false });
    expect(create?.inputSchema).not.toHaveProperty("additionalProperties");
    expect(client.getInstructions()).toContain("describe_operation shows the rest");
    const { structuredContent } = await client.callTool({
      name: "describe_operation",
      arguments: { name: "create_pet" },
    });
    const data = JSON.parse(
      readFileSync(join(folded.folder, "src/generated/pet_store/tools/pets.json"), "utf8"),
    ) as readonly { readonly name: string; readonly inputSchema: unknown }[];
    expect(structuredContent).toMatchObject({
      inputSchema: data.find(({ name }) => name === "create_pet")?.inputSchema,
      example: { tool: "create_pet", arguments: { name: "<name>" } },
    });
  });

  it("calls with all that the whole schema takes, and nothing else", async () => {
    upstream.answers = [jsonAnswer({ id: 1, name: "Rex" }, 201)];
    const result = await client.callTool({ name: "create_pet", arguments: { name: "Rex" } });
    expect(result.isError).toBeFalsy();
    const wrong = await client.callTool({ name: "create_pet", arguments: { name: "Rex", nothing: 1 } });
    expect(wrong.isError).toBe(true);
    expect(upstream.requests).toHaveLength(1);
  });
});
