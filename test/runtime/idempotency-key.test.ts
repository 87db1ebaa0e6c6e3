/** A key by which an API knows a call again, where its document has a header for one or the owner names one. */
import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createToolCalls } from "../../templates/always/src/runtime/call/run.ts";
import { noCredentials } from "../../templates/always/src/runtime/credentials.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { readProject } from "../../templates/always/src/runtime/node/project-data.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { calls as plans, type Fixture, listing, listings, makeFixture } from "./mcp-fixture.ts";
import { listen } from "./send-fault-server.ts";

let fixture: Fixture;
let upstream: Awaited<ReturnType<typeof listen>>;
let url: string;
/** What came of the header with each request. */
let keys: (string | undefined)[];
/** Statuses of the answers to come; then 201. */
let statuses: number[];

const createPet = plans["create_pet"];
if (createPet === undefined) throw new Error("The fixture has no create_pet");
const withHeader = (name: string) => ({
  ...createPet,
  request: {
    ...createPet.request,
    parameters: [{ argument: "key", name, in: "header" as const, style: "simple" as const, explode: false }],
  },
});
const writes = {
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
};
const tool = (name: string, schema: JsonObject) => listing(name, { name: { type: "string" }, key: schema }, writes);

beforeAll(async () => {
  fixture = makeFixture({
    listings: [
      ...listings,
      tool("create_keyed", { type: "string" }),
      tool("create_other", { type: "string", maxLength: 255 }),
      tool("create_short", { type: "string", maxLength: 35 }),
      tool("create_chosen", { type: "string", pattern: "^[A-Z]+$" }),
      tool("owned_other", { type: "string" }),
      tool("owned_same", { type: "string" }),
      tool("owned_form", { type: "string", enum: ["one", "two"] }),
    ],
    calls: {
      ...plans,
      create_keyed: withHeader("Idempotency-Key"),
      create_other: withHeader("x-idempotency-key"),
      create_short: withHeader("Idempotency-Key"),
      create_chosen: withHeader("Idempotency-Key"),
      owned_other: withHeader("Idempotency-Key"),
      owned_same: withHeader("x-request-key"),
      owned_form: withHeader("X-Request-Key"),
    },
    api: {
      policies: Object.fromEntries(
        ["create_pet", "owned_other", "owned_same", "owned_form"].map((name) => [
          name,
          { idempotencyKey: "X-Request-Key" },
        ]),
      ),
    },
  });
  upstream = await listen(
    createServer((request, response) => {
      const { "idempotency-key": key, "x-idempotency-key": other, "x-request-key": owned } = request.headers;
      keys.push([owned, key, other].flat().find((one) => one !== undefined));
      request.resume().on("end", () => {
        const status = statuses.shift() ?? 201;
        response.writeHead(status, { "content-type": "application/json" }).end('{"id":1,"name":"Rex"}');
      });
    }),
  );
  url = `http://127.0.0.1:${upstream.port}`;
});
afterAll(async () => {
  await upstream.close();
  fixture.remove();
});
beforeEach(() => {
  keys = [];
  statuses = [];
});

/** Credentials that are refused once are new ones the next time. */
async function call(name: string, args: JsonObject = {}): Promise<void> {
  const variables = { PETSTORE_BASE_URL: url, MCP_ATTEMPTS: "3" };
  const settings = readSettings(variables);
  const project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
  const table = new ToolTable(project, {});
  const calls = createToolCalls({
    owner: {
      custom: {},
      credentials: async () => ({ ...noCredentials, rejected: () => undefined }),
      rateLimiting: {
        limit: { admit: async () => ({ allowed: true }) },
        pacing: { ready: async () => undefined, observe: () => undefined },
      },
    },
    table,
    settings,
    store: new MemoryStore(),
    host: nodeHost(variables, settings),
    log: createLog("silent", () => {}),
  });
  const { row } = table.find(name);
  if (row === undefined) throw new Error(`There is no ${name}`);
  await calls.call(row, { name: "Rex", ...args }, { caller: { id: "ann" }, signal: new AbortController().signal });
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("a POST", () => {
  it.each(["create_keyed", "create_other"])(
    "has one key however often it is sent, another than the next call: %s",
    async (name) => {
      statuses = [503, 401, 502];
      await call(name);
      expect(keys).toHaveLength(4);
      expect(new Set(keys).size).toBe(1);
      expect(keys[0]).toMatch(uuid);
      await call(name);
      expect(keys[4]).toMatch(uuid);
      expect(keys[4]).not.toBe(keys[0]);
    },
  );

  it("keeps the key that its caller gives, and is repeated with it", async () => {
    statuses = [503];
    await call("create_keyed", { key: "my-own" });
    expect(keys).toEqual(["my-own", "my-own"]);
  });

  it.each(["create_pet", "owned_other", "owned_same"])(
    "has one in the header that the owner names, over its repetitions and with new credentials: %s",
    async (name) => {
      statuses = [503, 401, 502];
      await call(name);
      expect(keys).toHaveLength(4);
      expect(new Set(keys).size).toBe(1);
      expect(keys[0]).toMatch(uuid);
      await call(name);
      expect(keys[4]).not.toBe(keys[0]);
    },
  );

  it("keeps what its caller gives in that header, however it is spelled, and gets none of another form", async () => {
    statuses = [503];
    await call("owned_same", { key: "my-own" });
    expect(keys).toEqual(["my-own", "my-own"]);
    keys = [];
    statuses = [503];
    await call("owned_form");
    expect(keys).toEqual([undefined]);
  });

  it("has the owner's beside what the document calls by another name", async () => {
    await call("owned_other", { key: "my-own" });
    expect(keys[0]).toMatch(uuid);
  });

  it.each(["create_short", "create_chosen"])(
    "gets none that its document does not take, and is sent once: %s",
    async (name) => {
      statuses = [503];
      await call(name);
      expect(keys).toEqual([undefined]);
    },
  );
});
