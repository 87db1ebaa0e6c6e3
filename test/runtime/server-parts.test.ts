/** The optional parts of a server: what each is given at the start, and what of them toolsets have. */
import { InMemoryTransport, type JSONRPCMessage } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import type { Call, Owner } from "../../templates/always/src/runtime/call/call.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import type { Host } from "../../templates/always/src/runtime/host.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { createService, type ServerFactory } from "../../templates/always/src/runtime/mcp/service.js";
import { startService } from "../../templates/always/src/runtime/mcp/start.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";
import { capability } from "./table-server.js";
const log = createLog("silent");
const tool = { name: "own", description: "", inputSchema: { type: "object" }, run: () => ({ content: [] }) };
const custom = { tools: [tool] } as never;
const projectOf = (title: string, parts: object = {}) =>
  ({ data: { name: "pets", title, version: "1", instructions: "", apis: [] }, apis: [], parts }) as unknown as Project;
const ownerOf = (more: object = {}) =>
  ({
    custom,
    credentials: async () => ({}),
    rateLimiting: {
      start: () => undefined,
      limit: { admit: async () => ({ allowed: true }) },
      pacing: { ready: async () => undefined, observe: () => undefined },
    },
    ...more,
  }) as unknown as Owner;
const hostOf = (environment: Record<string, string> = {}): Host => ({
  environment,
  turn: async () => undefined,
  exchange: () => Promise.reject(new Error("nothing is sent")),
  close: async () => undefined,
});

/** What a server of the factory says of itself, after a call of its tool. */
async function greeted(factory: ServerFactory): Promise<object> {
  const [client, server] = InMemoryTransport.createLinkedPair();
  const answers: ((message: object) => void)[] = [];
  client.onmessage = (message) => answers.shift()?.(message);
  await client.start();
  await factory().connect(server);
  const ask = (id: number, method: string, params: object) =>
    new Promise<object>((resolve) => {
      answers.push(resolve);
      void client.send({ jsonrpc: "2.0", id, method, params } as unknown as JSONRPCMessage);
    });
  const clientInfo = { name: "t", version: "1" };
  const hello = await ask(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  await ask(2, "tools/call", { name: "own" });
  return (hello as { result: object }).result;
}

describe("a service with resources and prompts", () => {
  const files = () => ({}) as never;
  function made(isEmpty = false) {
    const given: unknown[][] = [];
    const calls: Pick<Call, "reach">[] = [];
    const within = { ...capability("resources").made, isEmpty, files, linked: (...all: unknown[]) => all[3] };
    const resources = { ...within, within: (...all: unknown[]) => (given.push(["within", ...all]), within) };
    const watcher = { watch: (call: Call, run: (call: Call) => unknown) => (calls.push(call), run(call)) };
    const parts = {
      resources: async () => ({
        createResources: (...all: unknown[]) => (given.push(["resources", ...all]), resources),
      }),
      prompts: async () => ({
        createPrompts: (...all: unknown[]) => (given.push(["prompts", ...all]), capability("prompts").made),
      }),
      metrics: async () => ({ createWatcher: () => watcher }),
    };
    return { given, calls, parts };
  }

  it("gives them the project and the owner's code, and toolsets theirs", async () => {
    const { given, calls, parts } = made();
    const [project, part] = [projectOf("Pets", parts), projectOf("Some pets")];
    const [tools, some] = [new ToolTable(project, custom), new ToolTable(part, custom)];
    const slice = { name: "ops", project: part, custom: { tools: [tool] } as never, tools: some };
    const settings = readSettings({});
    const store = new MemoryStore();
    const service = await createService(ownerOf(), project, tools, settings, store, hostOf(), log, [slice]);
    expect(given.map(([what, ...all]) => [what, ...all.slice(0, 4)])).toEqual([
      ["resources", project, custom, tools, settings],
      ["prompts", project, custom],
      ["within", part, slice.custom, some],
      ["prompts", part, slice.custom],
    ]);
    const capabilities = { tools: {}, resources: {}, prompts: {}, completions: {} };
    expect(await greeted(service.factory)).toMatchObject({ capabilities, serverInfo: { title: "Pets" } });
    const ops = service.toolsets.get("ops");
    expect(ops && (await greeted(ops))).toMatchObject({ capabilities, serverInfo: { title: "Some pets" } });
    expect(calls.map(({ reach }) => reach)).toEqual([
      undefined,
      { toolset: "ops", resourceFiles: files, isResourceServed: true },
    ]);
    expect([...service.toolsets.keys()]).toEqual(["ops"]);
    await service.close();
  });

  it("says of a toolset without any that it serves none", async () => {
    const { calls, parts } = made(true);
    const [project, part] = [projectOf("Pets", parts), projectOf("Some pets")];
    const slice = { name: "ops", project: part, custom, tools: new ToolTable(part, custom) };
    const tools = new ToolTable(project, custom);
    const service = await createService(ownerOf(), project, tools, readSettings({}), new MemoryStore(), hostOf(), log, [
      slice,
    ]);
    const ops = service.toolsets.get("ops");
    expect(ops && (await greeted(ops))).toMatchObject({ capabilities: { tools: {}, prompts: {}, completions: {} } });
    expect(calls[0]?.reach).toEqual({ toolset: "ops", resourceFiles: files, isResourceServed: false });
  });
});

it("a service ends one thing after the other", async () => {
  const told: string[] = [];
  const later = (what: string) => async () => {
    await new Promise((resolve) => setImmediate(resolve));
    told.push(what);
  };
  const watcher = { watch: (call: unknown, run: (call: unknown) => unknown) => run(call), close: later("watcher") };
  const project = projectOf("Pets", { metrics: async () => ({ createWatcher: () => watcher }) });
  const store = Object.assign(new MemoryStore(), { close: later("store") });
  const host = { ...hostOf(), close: later("host") };
  const policy = { close: later("policy") } as never;
  const tools = new ToolTable(project, custom);
  const service = await createService(ownerOf(), project, tools, readSettings({}), store, host, log, [], policy);
  await service.close();
  expect(told).toEqual(["policy", "watcher", "host", "store"]);
});

describe("a start with parts", () => {
  const start = (parts: object, environment: Record<string, string> = {}, more: object = {}) => {
    const project = { ...projectOf("Pets", parts), ...more } as never;
    const store = new MemoryStore();
    return startService(ownerOf(), project, readSettings(environment), () => store, hostOf(environment), log);
  };

  it("lists files where there is a way to give them", async () => {
    const listed: unknown[] = [];
    const listing = (settings: object) => (listed.push(settings), (one: unknown) => one);
    const files = async () => ({ listedFiles: listing }) as never;
    await start({ files });
    expect(listed).toEqual([]);
    const ways = [{ MCP_FILE_ROOT: "/srv/files" }, { MCP_FILE_HOSTS: "files.example" }] as Record<string, string>[];
    for (const environment of ways) await start({ files }, environment);
    expect(listed).toEqual(ways.map((environment) => readSettings(environment)));
    await start({}, { MCP_FILE_ROOT: "/srv/files" });
  });

  it("has the routes of sign-ins and of the policy, and takes what credentials are made of", async () => {
    const given: { generated?: unknown; store?: () => unknown }[] = [];
    const present = async () => ({}) as never;
    const own = async () => ({});
    const credentials = async () => ({
      createCallerCredentials: (options: object) => {
        given.push(options);
        return { credentials: own, present, routes: ["sign-in"] };
      },
      questionOf: () => undefined,
    });
    const policy = async () => ({
      createPolicy: (options: object) => (given.push(options), { routes: ["approve"], close: async () => undefined }),
    });
    const generated = { rules: [] };
    const parts = { policy, credentials };
    const started = await start(parts, { MCP_CREDENTIALS: "{}" }, { policy: generated });
    expect([started.routes, started.present, started.credentials]).toEqual([["sign-in", "approve"], present, own]);
    expect(given.map((one) => one.generated)).toEqual([undefined, generated]);
    // There is one store for all of them.
    expect(given[0]?.store?.()).toBe(given[1]?.store?.());
    const plain = await start({ policy });
    expect([plain.routes, plain.present]).toEqual([["approve"], undefined]);
    expect(given[2]).not.toHaveProperty("generated");
  });
});
