/** A server that is made for OpenAI's strict mode: what real clients load of it, and what reaches the API of what they write by it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { targets } from "../../src/mcp/plan/targets.ts";
import { breachesOf } from "../../src/surface/target-breaches.ts";
import { buildProject, type BuiltProject, filesOf, sampleOf } from "../golden/sample.ts";
import { connectStdio, type Generation } from "../runtime/mcp-connections.js";
import { jsonAnswer, startUpstream, type Upstream } from "./upstream.ts";

let upstream: Upstream;
const projects: BuiltProject[] = [];

async function started(generation: Generation, mode: "all" | "discovery"): Promise<Client> {
  const project = buildProject(await filesOf(sampleOf("petstore"), { list: { target: "openai-strict", mode } }));
  projects.push(project);
  const environment = { PET_STORE_BASE_URL: `${upstream.url}/v1`, PET_STORE_API_KEY: "key" };
  return (await connectStdio(generation, project.main, environment)) as Client;
}

beforeAll(async () => void (upstream = await startUpstream()));
afterAll(async () => {
  await upstream.close();
  for (const project of projects) project.remove();
});
beforeEach(() => {
  upstream.answers = [];
  upstream.requests.length = 0;
});

describe.each<[Generation, "all" | "discovery"]>([
  ["modern", "all"],
  ["legacy", "all"],
  ["modern", "discovery"],
])("a %s client of a list of %s", (generation, mode) => {
  let client: Client;
  beforeAll(async () => void (client = await started(generation, mode)));
  afterAll(() => client.close());

  /** A call of an operation, listed or found. */
  const call = (name: string, args: Record<string, unknown>) => {
    const tool = name.startsWith("get") || name.startsWith("list") ? "call_read_operation" : "call_write_operation";
    return client.callTool(
      mode === "all" ? { name, arguments: args } : { name: tool, arguments: { name, arguments: JSON.stringify(args) } },
    );
  };

  it("loads every tool", async () => {
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(3);
    expect(breachesOf(targets["openai-strict"], tools, "pet-store")).toEqual([]);
  });

  it("sends nothing of what is null, but where the API takes null", async () => {
    upstream.answers = [jsonAnswer({ id: 1, name: "Rex" }), jsonAnswer({ id: 1, name: "Rex" })];
    const first = await call("update_pet", { petId: 1, name: "Rex", status: null, tag: "(leave out)" });
    const second = await call("update_pet", { petId: 1, name: null, status: null, tag: null });
    expect([first.isError, second.isError]).not.toContain(true);
    expect(upstream.requests.map(({ body }) => JSON.parse(String(body)) as unknown)).toEqual([
      { name: "Rex" },
      { tag: null },
    ]);
  });

  it("has parameters as their defaults are where they are null", async () => {
    upstream.answers = [jsonAnswer({ pets: [] })];
    const result = await call("list_pets", { limit: null, status: null, cursor: null, "X-Request-ID": null });
    expect(result.isError).toBeFalsy();
    expect(upstream.requests.map(({ target }) => target)).toEqual(["/v1/pets"]);
  });

  it("is told what is wrong as any other is", async () => {
    const result = await call("update_pet", { petId: null, name: "Rex", status: null, tag: null });
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain("petId");
    expect(upstream.requests).toEqual([]);
  });

  it("takes what was written without the strict form, too", async () => {
    upstream.answers = [jsonAnswer({ id: 1, name: "Rex" })];
    expect((await call("update_pet", { petId: 1, name: "Rex" })).isError).toBeFalsy();
    expect(upstream.requests).toHaveLength(1);
  });
});
