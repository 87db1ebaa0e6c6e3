/** From a project and its owner's code to a service: what keeps it from starting, what it is made of, and how it ends. */
import { describe, expect, it } from "vitest";
import { byToken } from "../../templates/always/src/runtime/access.js";
import type { Owner } from "../../templates/always/src/runtime/call/call.js";
import type { Parts } from "../../templates/always/src/runtime/data/parts.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import type { Host } from "../../templates/always/src/runtime/host.js";
import type { Log } from "../../templates/always/src/runtime/log.js";
import { createService, type Service } from "../../templates/always/src/runtime/mcp/service.js";
import { frontOf, startPublicly } from "../../templates/always/src/runtime/mcp/front.js";
import { factoryOf, type Started, startService } from "../../templates/always/src/runtime/mcp/start.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";

interface Made {
  readonly environment?: Record<string, string>;
  readonly owner?: Partial<Owner>;
  readonly parts?: Parts;
  readonly apis?: readonly object[];
}

/** What a start is given, and what it does with it. */
function given({ environment = {}, owner = {}, parts, apis = [] }: Made = {}) {
  const told: unknown[] = [];
  const note = (level: string) => (event: string, fields?: object) =>
    void told.push(fields === undefined ? [level, event] : [level, event, fields]);
  const log = Object.fromEntries(["error", "warn", "info", "debug"].map((level) => [level, note(level)]));
  const host: Host = {
    environment,
    turn: async () => undefined,
    exchange: () => Promise.reject(new Error("nothing is sent")),
    close: async () => void told.push("host closed"),
  };
  const store = new MemoryStore();
  store.close = async () => void told.push("store closed");
  const project = {
    data: { name: "pets", title: "Pets", version: "1", instructions: "", apis: [] },
    apis: apis.map((data) => ({
      data: { title: "Pets", environmentPrefix: "PETS", serverGroups: [], securitySchemes: {}, ...data },
      groups: [],
      resources: [],
      prompts: [],
    })),
    ...(parts && { parts }),
  } as unknown as Project & { parts?: Parts };
  const whole = {
    custom: {},
    credentials: async () => ({}),
    rateLimiting: { start: (services: object) => void told.push(["start", services]), limit: {}, pacing: {} },
    ...owner,
  } as unknown as Owner;
  return { told, log: log as unknown as Log, host, store, project, owner: whole, settings: readSettings(environment) };
}

const start = (made: ReturnType<typeof given>): Promise<Started> =>
  startService(made.owner, made.project, made.settings, () => made.store, made.host, made.log);
const tool = (name: string) => ({
  name,
  description: "",
  inputSchema: { type: "object" },
  run: () => ({ content: [] }),
});

describe("a service", () => {
  const serviceOf = (made: ReturnType<typeof given>): Promise<Service> => {
    const { owner, project, settings, store, host, log } = made;
    return createService(owner, project, new ToolTable(project, owner.custom), settings, store, host, log);
  };

  it.each(["resources", "prompts"] as const)(
    "does not start with %s of the owner's that no part serves",
    async (name) => {
      const made = given({ owner: { custom: { [name]: [{}] } } as never });
      await expect(serviceOf(made)).rejects.toMatchObject({
        name: "ConfigurationError",
        message: `src/custom.ts adds ${name}, and this server was generated without the part that serves them.`,
        hint: `Generate again with \`openapi-to-mcp --feature ${name}\`, or with \`features: [${name}]\` in openapi-to-mcp.yaml.`,
      });
      await serviceOf(given({ owner: { custom: { [name]: [] } } as never }));
    },
  );

  it("tells the owner's limits what they are for", async () => {
    const policies = { a: { callsPerMinute: 5 }, b: { scopes: ["x"] }, c: { callsPerMinute: 0 } };
    const made = given({ apis: [{ policies }, { policies: { d: { callsPerMinute: 9 } } }, {}] });
    await serviceOf(made);
    const ofTools = new Map([
      ["a", 5],
      ["c", 0],
      ["d", 9],
    ]);
    expect(made.told).toEqual([["start", { store: made.store, settings: made.settings, ofTools }]]);
  });

  it("warns where limits of the owner's cannot be told what they should know", async () => {
    const warning =
      "src/rate-limit.ts has no `start`: it knows neither limits of single tools nor what instances share";
    const rateLimiting = { limit: {}, pacing: {} } as unknown as Owner["rateLimiting"];
    const told = async (more: Made, isShared = false) => {
      const made = given({ owner: { rateLimiting }, ...more });
      Object.defineProperty(made.store, "isShared", { value: isShared });
      await serviceOf(made);
      return made.told;
    };
    expect(await told({})).toEqual([]);
    expect(await told({ apis: [{ policies: { a: { callsPerMinute: 1 } } }] })).toEqual([["warn", warning]]);
    expect(await told({}, true)).toEqual([["warn", warning]]);
  });

  it("ends what it was given, after those who look on have written", async () => {
    const made = given();
    const watcher = {
      watch: (_call: unknown, run: () => unknown) => run(),
      close: async (mostMs?: number) => void made.told.push(`watcher closed ${mostMs}`),
    };
    const parts = { metrics: async () => ({ createWatcher: () => watcher }) } as never;
    const { owner, settings, store, host, log } = made;
    const project = { ...made.project, parts };
    const policy = { close: async () => void made.told.push("policy closed"), approvalMs: 5 } as never;
    const service = await createService(
      owner,
      project,
      new ToolTable(project, {}),
      settings,
      store,
      host,
      log,
      [],
      policy,
    );
    expect(service.watchers).toEqual([watcher]);
    expect([...service.toolsets]).toEqual([]);
    made.told.length = 0;
    service.stop();
    await service.close(700);
    expect(made.told).toEqual(["policy closed", "watcher closed 700", "host closed", "store closed"]);
    expect(
      await service.factory.lacked({ method: "tools/call", params: { name: "x" } }, { id: "ann" }),
    ).toBeUndefined();
  });
});

describe("a start", () => {
  it("takes the owner's store where there is one, and makes one else, once", async () => {
    const own = new MemoryStore();
    const made = given({ owner: { store: own } });
    await start(made);
    expect(made.told).toMatchObject([["start", { store: own }]]);
    let count = 0;
    const other = given();
    const store = () => ((count += 1), other.store);
    await startService(other.owner, other.project, other.settings, store, other.host, other.log);
    expect(count).toBe(1);
  });

  it("tells of faults in the owner's code, and goes on", async () => {
    const hooks = { none: { before: (args: object) => args } };
    const made = given({ owner: { custom: { tools: [tool("a"), tool("a")], hooks } as never } });
    const { tools, routes, slices } = await start(made);
    expect([tools.names(), routes, slices]).toEqual([["a"], [], []]);
    const faults = made.told.filter((one) => Array.isArray(one) && one[1] === "custom");
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault).toEqual(["error", "custom", { message: expect.any(String) as string }]);
  });

  it("tells what credentials are not set", async () => {
    const missing = () => ["PETS_TOKEN", "PETS_KEY"];
    const credentials = Object.assign(async () => ({}), { missing });
    const made = given({ owner: { credentials } as never, apis: [{}] });
    await start(made);
    expect(made.told[0]).toEqual([
      "warn",
      "credentials",
      { message: "No credentials of Pets are set. Set PETS_TOKEN, or PETS_KEY." },
    ]);
  });
});

describe("the front door of a started server", () => {
  const front = async (made: ReturnType<typeof given>) =>
    frontOf(made.owner, made.project, await start(made), made.settings, made.host, made.log);

  it("asks as the owner's rule does, else by token", async () => {
    const authenticate = () => ({ id: "ann" });
    expect((await front(given({ owner: { authenticate } }))).authenticate).toBe(authenticate);
    const plain = await front(given());
    expect(plain.authenticate).toBe(byToken);
    expect([plain.events, plain.routes, plain.toolsets, plain.watchers, plain.unready?.()]).toEqual([
      undefined,
      [],
      new Map(),
      [],
      [],
    ]);
    expect(plain.settings).not.toHaveProperty("authority");
    expect(plain.settings).not.toHaveProperty("proxies");
  });

  it("says that it is not ready while credentials are missing", async () => {
    let ways: string[] = ["PETS_TOKEN"];
    const credentials = Object.assign(async () => ({}), { missing: () => ways });
    const { unready } = await front(given({ owner: { credentials } as never, apis: [{}, {}] }));
    expect(unready?.()).toEqual(["credentials"]);
    ways = [];
    expect(unready?.()).toEqual([]);
  });

  it("serves old clients where that is wished, and there is a part for it", async () => {
    const createEventRoutes = () => undefined;
    const sse = async () => ({ createEventRoutes }) as never;
    expect((await front(given({ environment: { MCP_SSE: "true" }, parts: { sse } }))).events).toBe(createEventRoutes);
    expect((await front(given({ parts: { sse } }))).events).toBeUndefined();
    await expect(front(given({ environment: { MCP_SSE: "true" } }))).rejects.toMatchObject({
      name: "ConfigurationError",
      message: "MCP_SSE or --sse is set, and this server was generated without the part for clients of MCP 2024-11-05.",
      hint: "Generate again with `openapi-to-mcp --feature sse`, or with `features: [sse]` in openapi-to-mcp.yaml; or unset it.",
    });
  });

  it("has the authority with the scopes of what each path serves", async () => {
    const made = given({ parts: { authorization: undefined } as never });
    const started = await start(made);
    const slice = (name: string) => ({ name, tools: { readScopes: [`of ${name}`] } });
    const whole = {
      ...started,
      slices: [slice("ops"), slice("all")],
      tools: { readScopes: ["of the whole"] },
    } as never;
    let scopes: (path: string) => readonly string[] = () => [];
    const authorization = async () => ({
      createAuthority: (options: { scopes: typeof scopes; title: string }) => {
        scopes = options.scopes;
        return { title: options.title };
      },
    });
    const environment = { MCP_AUTH_ISSUER: "https://as.example", MCP_PUBLIC_URL: "https://mcp.example" };
    const host = { ...made.host, environment };
    const project = { ...made.project, parts: { authorization } as never };
    const found = await frontOf(made.owner, project, whole, made.settings, host, made.log);
    expect(found.settings.authority).toEqual({ title: "Pets" });
    for (const [path, of] of [
      ["/mcp", "the whole"],
      ["/mcp/ops", "ops"],
      ["/sse/ops", "ops"],
      ["/mcp/all", "all"],
      ["/mcp/other", "the whole"],
    ] as const)
      expect(scopes(path)).toEqual([`of ${of}`]);
    await frontOf(made.owner, project, whole, { ...made.settings, toolset: "ops" }, host, made.log);
    expect(scopes("/mcp")).toEqual(["of ops"]);
  });
});

it("makes servers of the whole, or of the toolset that the settings name", () => {
  const [factory, ops] = [() => "whole", () => "ops"];
  const service = { factory, toolsets: new Map([["ops", ops]]) } as unknown as Service;
  const named = (toolset?: string) => factoryOf(service, { ...readSettings({}), ...(toolset && { toolset }) });
  expect([named(), named("ops"), named("other")]).toEqual([factory, ops, factory]);
});

describe("a server on a public address", () => {
  const publicly = (made: ReturnType<typeof given>) =>
    startPublicly(made.owner, made.project, made.settings, () => made.store, made.host, made.log, {});

  it("does not start where nobody says who calls, and leaves nothing running", async () => {
    const made = given();
    await expect(publicly(made)).rejects.toMatchObject({
      name: "ConfigurationError",
      message:
        "Refused to serve without MCP_AUTH_TOKEN: whoever knows the address could use the API with this server's credentials",
      hint: "Set MCP_AUTH_TOKEN, MCP_AUTH_TOKENS or MCP_AUTH_ISSUER, or say who calls in src/access.ts.",
    });
    expect(made.told.slice(1)).toEqual(["host closed", "store closed"]);
  });

  it.each<[string, Made]>([
    ["a token", { environment: { MCP_AUTH_TOKEN: "s3cr3t-of-the-start" } }],
    ["a rule of the owner's", { owner: { authenticate: () => ({ id: "ann" }) } }],
  ])("starts with %s", async (_what, more) => {
    const made = given(more);
    const handler = await publicly(made);
    const request = new Request("http://localhost/livez", { headers: { host: "localhost" } });
    expect((await handler.fetch(request)).status).toBe(200);
    expect(made.told).toHaveLength(1);
  });
});
