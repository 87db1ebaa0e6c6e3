/** One call of a tool: limits, credentials, deadline, and what a client may know of faults. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Owner } from "../../templates/always/src/runtime/call/call.js";
import { createToolCalls, type ToolCalls } from "../../templates/always/src/runtime/call/run.js";
import { noCredentials } from "../../templates/always/src/runtime/credentials.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import type { Host } from "../../templates/always/src/runtime/host.js";
import { nodeHost } from "../../templates/always/src/runtime/node/host.js";
import { readProject } from "../../templates/always/src/runtime/node/project-data.js";
import { Secret } from "../../templates/always/src/runtime/secret.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";

let fixture: Fixture;
let upstream: Upstream;
let project: Project;
let calls: ToolCalls;
let host: Host;
let log: string[];

beforeAll(async () => {
  fixture = makeFixture();
  upstream = await startUpstream();
  project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
});
beforeEach(() => {
  log = [];
  upstream.requests.length = 0;
});
afterAll(async () => {
  await host.close();
  await upstream.close();
  fixture.remove();
});

async function call(
  tool: string,
  args: JsonObject,
  owner: Partial<Owner> = {},
  settings: NodeJS.ProcessEnv = {},
  signal = new AbortController().signal,
) {
  const environment = { PETSTORE_BASE_URL: upstream.url, ...settings };
  const whole: Owner = {
    custom: {},
    credentials: async () => noCredentials,
    rateLimiting: {
      limit: { admit: async () => ({ allowed: true }) },
      pacing: { ready: async () => undefined, observe: () => undefined },
    },
    ...owner,
  };
  const table = new ToolTable(project, whole.custom);
  host = nodeHost(environment, readSettings(environment));
  calls = createToolCalls({
    owner: whole,
    table,
    settings: readSettings(environment),
    store: new MemoryStore(),
    host,
    log: createLog("info", (line) => log.push(line)),
  });
  const row = table.get(tool);
  if (row === undefined) throw new Error(tool);
  return calls.call(row, args, { caller: { id: "someone" }, signal });
}

const lines = () => log.map((line) => JSON.parse(line) as JsonObject);

describe("limits", () => {
  it("refuses before anything is validated or sent, and says when to come back", async () => {
    const asked: unknown[] = [];
    const limit = {
      admit: async (...given: unknown[]) => (asked.push(given), { allowed: false as const, retryAfterMs: 1500 }),
    };
    const result = await call(
      "get_pet",
      { petId: "x" },
      { rateLimiting: { limit, pacing: { ready: async () => undefined, observe: () => undefined } } },
    );
    expect(result).toMatchObject({
      isError: true,
      _meta: { "openapi-to-mcp/fault": "LimitError", "openapi-to-mcp/retryAfterMs": 1500 },
    });
    expect(result.content).toMatchObject([
      { text: expect.stringMatching(/^Too many calls\n[\s\S]*Try again in 2 s\.$/) },
    ]);
    expect(asked).toEqual([[{ id: "someone" }, "get_pet"]]);
    expect(upstream.requests).toEqual([]);
    expect(lines()).toMatchObject([{ event: "call", tool: "get_pet", caller: "someone", outcome: "LimitError" }]);
  });

  it("waits for the origin's pace, and tells it every answer", async () => {
    const steps: string[] = [];
    const pacing = {
      ready: async (origin: string, _signal: AbortSignal, remainingMs: number) =>
        void steps.push(`ready ${origin} ${remainingMs > 0}`),
      observe: (origin: string, { status }: { status: number }) => void steps.push(`observe ${origin} ${status}`),
    };
    await call(
      "get_pet",
      { petId: 1 },
      { rateLimiting: { limit: { admit: async () => ({ allowed: true }) }, pacing } },
    );
    expect(steps).toEqual([`ready ${upstream.url} true`, `observe ${upstream.url} 200`]);
  });
});

describe("credentials", () => {
  it("are asked for by caller, and once more after a 401 that says so", async () => {
    const given: string[] = [];
    const rejected: number[] = [];
    const result = await call(
      "get_pet",
      { petId: 401 },
      {
        credentials: async ({ caller, baseUrl, api }) => {
          given.push(`${caller.id} ${api.name} ${baseUrl.trusted}`);
          return {
            ...noCredentials,
            headers: [["Authorization", "Bearer old"]],
            rejected: () => void rejected.push(given.length),
          };
        },
      },
    );
    expect(given).toEqual(["someone petstore true", "someone petstore true"]);
    expect(rejected).toEqual([1]);
    expect(upstream.requests).toEqual(["GET /pets/401", "GET /pets/401"]);
    expect(result).toMatchObject({ isError: true });
  });

  it("are not tried again where nothing better can be had", async () => {
    await call("get_pet", { petId: 401 });
    expect(upstream.requests).toEqual(["GET /pets/401"]);
  });
});

describe("arguments that came as JSON inside a string", () => {
  it("are named in the result and counted in the log", async () => {
    const result = await call("get_pet", { petId: "1" });
    expect(result).toMatchObject({ structuredContent: { id: 1 }, _meta: { "openapi-to-mcp/mended": ["petId"] } });
    expect(lines()).toMatchObject([{ event: "call", tool: "get_pet", mended: 1, outcome: "ok" }]);
    log.length = 0;
    expect((await call("get_pet", { petId: 1 }))._meta).not.toHaveProperty("openapi-to-mcp/mended");
    expect(lines()[0]).not.toHaveProperty("mended");
  });

  it("reach hooks as text and the API as numbers, where a double has too few digits", async () => {
    const seen: unknown[] = [];
    const before = (args: unknown) => (seen.push(args), args);
    await call("get_pet", { petId: "9007199254740993" }, { custom: { hooks: { get_pet: { before } } } });
    expect(seen).toEqual([{ petId: "9007199254740993" }]);
    expect(upstream.requests).toEqual(["GET /pets/9007199254740993"]);
  });
});

describe("arguments that the owner's code makes", () => {
  const ofCode = { petId: 1, note: undefined } as unknown as JsonObject;
  it.each<[string, Owner["custom"]]>([
    ["an own tool", { tools: [ownTool((_args, context) => context.call("get_pet", ofCode))] }],
    ["a before hook", { hooks: { get_pet: { before: () => ofCode } } }],
    ["a replace hook", { hooks: { get_pet: { replace: (_args, { next }) => next(ofCode) } } }],
  ])("may hold members that are undefined: %s", async (_name, custom) => {
    const result = await call(custom.tools === undefined ? "get_pet" : "own", { petId: 1 }, { custom });
    expect(result.isError, JSON.stringify(result)).not.toBe(true);
    expect(upstream.requests).toEqual(["GET /pets/1"]);
  });
});

function ownTool(run: NonNullable<Owner["custom"]["tools"]>[number]["run"]) {
  return {
    name: "own",
    description: "Mine.",
    inputSchema: { type: "object", properties: { petId: {} } },
    run,
  } as const;
}

describe("faults", () => {
  it("of this server show an id; the log has the rest", async () => {
    const result = await call(
      "get_pet",
      { petId: 1 },
      { credentials: () => Promise.reject(new TypeError("vault password is hunter2")) },
    );
    const [block] = result.content;
    const id = block?.type === "text" ? /^Internal error ([0-9a-f]{8})\./.exec(block.text)?.[1] : undefined;
    expect(id).toBeDefined();
    expect(JSON.stringify(result)).not.toContain("hunter2");
    expect(lines()).toMatchObject([
      { event: "internal error", id, error: { message: "vault password is hunter2" } },
      { event: "call", outcome: "InternalError" },
    ]);
  });

  it("show no secret, whatever their message holds", async () => {
    const secret = new Secret("s3cr3t-value-1234");
    const { CallError } = await import("../../templates/always/src/runtime/errors.js");
    const result = await call(
      "get_pet",
      { petId: 1 },
      { credentials: () => Promise.reject(new CallError(`refused: ${secret.reveal()}`)) },
    );
    expect(result.content).toEqual([{ type: "text", text: "refused: [secret]" }]);
  });

  it("a deadline that passes says how long it was", async () => {
    const result = await call("wait_slowly", {}, {}, { MCP_TIMEOUT_MS: "200" });
    expect(result).toMatchObject({ isError: true, _meta: { "openapi-to-mcp/fault": "UpstreamError" } });
  });

  it("a cancelled call ends, and says so in the log only", async () => {
    const controller = new AbortController();
    const running = call("wait_slowly", {}, {}, {}, controller.signal);
    while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect(await running).toMatchObject({ isError: true });
    expect(lines()).toMatchObject([{ outcome: "cancelled", tool: "wait_slowly", method: "GET", path: "/slow" }]);
  });

  it("a tool without its plan asks to generate again", async () => {
    const broken: Project = { ...project, apis: project.apis.map((api) => ({ ...api, calls: async () => ({}) })) };
    const saved = project;
    project = broken;
    const result = await call("get_pet", { petId: 1 }).finally(() => (project = saved));
    expect(result).toMatchObject({ isError: true });
    expect(log[0]).toContain("generate the project again");
  });
});
