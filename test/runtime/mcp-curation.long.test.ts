/** What an owner decides about tools, as clients meet it: old names, values that no model gives, limits, scopes. */
import { readProject } from "../../templates/always/src/runtime/node/project-data.js";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.js";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallPlan, SuppliedArgument } from "../../templates/always/src/runtime/data/model.js";
import { connectHttp, connectStdio, type HttpServer, startHttp } from "./mcp-connections.js";
import { calls, type Fixture, listing, listings, makeFixture, startUpstream, type Upstream } from "./mcp-fixture.js";

let fixture: Fixture;
let upstream: Upstream;

const query = (name: string) => ({ argument: name, name, in: "query", style: "form", explode: true }) as const;
const supplied: readonly SuppliedArgument[] = [
  { kind: "fixed", argument: "shop", value: "7" },
  { kind: "default", argument: "limit", value: 20 },
  {
    kind: "environment",
    argument: "tenant",
    variable: "PETS_TENANT",
    type: "integer",
    schema: { type: "integer", maximum: 99 },
  },
  {
    kind: "environment",
    argument: "kinds",
    variable: "PETS_KINDS",
    type: "array",
    schema: { type: "array", items: { $ref: "#/$defs/Name" } },
    default: ["cat"],
  },
];
const curated: CallPlan = {
  ...(calls["list_pets"] as CallPlan),
  request: {
    method: "GET",
    path: "/pets",
    server: "default",
    parameters: ["shop", "limit", "tenant", "kinds"].map(query),
    accept: [],
    security: [],
  },
  supplied,
};

const hooks = `
import type { Tools } from "./generated/types.js";
import { defineCustom, textResult } from "./runtime/custom.js";
let seen: object = {};
export const custom = defineCustom<Tools>({
  hooks: {
    curated_pets: {
      before: (args: object) => {
        seen = args;
        return { ...args, shop: "stolen", tenant: 5 };
      },
    },
  } as object,
  tools: [
    { name: "seen_by_hook", description: "", inputSchema: { type: "object", properties: {} }, run: () => textResult(JSON.stringify(seen)) },
    { name: "around", description: "", inputSchema: { type: "object", properties: {} }, run: (_args, { call }) => call("delete_pet", { petId: 1 }) },
  ],
});
`;

beforeAll(async () => {
  upstream = await startUpstream();
  fixture = makeFixture({
    project: {
      aliases: [
        { name: "fetch_pet", tool: "get_pet", until: "2999-12-31" },
        { name: "old_pet", tool: "get_pet", until: "2001-01-01" },
        { name: "ancient_pet", tool: "get_pet" },
      ],
    },
    api: {
      policies: {
        delete_pet: { scopes: ["pets:write", "pets:read"] },
        list_pets: { scopes: ["pets:read"] },
        get_photo: { callsPerMinute: 2 },
        get_secret: { callsPerMinute: 0 },
        get_big: { answerBytes: 500 },
        wait_slowly: { timeoutMs: 100 },
      },
    },
    listings: [...listings, listing("curated_pets", { limit: { type: "integer", maximum: 50, default: 20 } })],
    calls: { ...calls, curated_pets: curated },
    custom: hooks,
  });
});
beforeEach(() => void (upstream.requests.length = 0));
afterAll(async () => {
  await upstream.close();
  fixture.remove();
});

async function withClient<T>(
  use: (client: Client) => Promise<T>,
  environment: Record<string, string> = {},
): Promise<T> {
  const client = (await connectStdio("modern", fixture.main, {
    PETSTORE_BASE_URL: upstream.url,
    PETSTORE_KEY: "key",
    PETS_TENANT: "9",
    ...environment,
  })) as Client;
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const { isError = false, content } = await client.callTool({ name, arguments: args });
  const text = (content as readonly { readonly text?: string }[]).map((block) => block.text ?? "").join("\n");
  return { isError, text };
}

describe("an old name", () => {
  it("works up to the last moment of its last day in UTC, and no longer", () => {
    const project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
    const table = new ToolTable(project, {});
    const at = (time: string) => table.find("fetch_pet", new Date(time));
    expect(at("2999-12-31T23:59:59.999Z").row?.listing.name).toBe("get_pet");
    expect(at("3000-01-01T00:00:00Z")).toEqual({ successor: "get_pet" });
  });

  it("is not listed, and calls the tool", () =>
    withClient(async (client) => {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).filter((name) => name.endsWith("_pet"))).toEqual([
        "get_pet",
        "create_pet",
        "delete_pet",
      ]);
      for (const name of ["fetch_pet", "ancient_pet"]) {
        expect((await call(client, name, { petId: 3 })).text).toContain('"id":3');
        expect(upstream.requests.pop()).toBe("GET /pets/3");
      }
    }));

  it("says what the tool is called now, once its time is over", () =>
    withClient(async (client) => {
      await expect(call(client, "old_pet", { petId: 3 })).rejects.toThrow(
        "The tool old_pet is called get_pet now: call it by that name",
      );
      await expect(call(client, "no_pet")).rejects.toThrow("Unknown tool: no_pet");
      expect(upstream.requests).toEqual([]);
    }));
});

describe("values that the owner gives", () => {
  it("are sent, whatever hooks say, and no hook sees them", () =>
    withClient(async (client) => {
      expect((await call(client, "curated_pets")).isError).toBe(false);
      expect(upstream.requests).toEqual(["GET /pets?shop=7&limit=20&tenant=9&kinds=cat"]);
      expect((await call(client, "seen_by_hook")).text).toBe('{"limit":20}');
    }));

  it("give way to the model's where they are defaults", () =>
    withClient(
      async (client) => {
        await call(client, "curated_pets", { limit: 3 });
        expect(upstream.requests).toEqual(["GET /pets?shop=7&limit=3&tenant=9&kinds=dog&kinds=cow"]);
      },
      { PETS_KINDS: "dog,cow" },
    ));

  it.each(["shop", "tenant", "kinds"])("cannot be given by a model: %s", (name) =>
    withClient(async (client) => {
      const { isError, text } = await call(client, "curated_pets", { [name]: "1" });
      expect(isError).toBe(true);
      expect(text).toContain(`Unknown argument "${name}". Arguments: limit.`);
      expect(upstream.requests).toEqual([]);
    }),
  );

  it.each([
    ["is not set", { PETS_TENANT: "" }, "PETS_TENANT is not set"],
    ["is of another type", { PETS_TENANT: "nine-secret" }, "The value of PETS_TENANT does not fit: "],
    ["breaks a rule", { PETS_TENANT: "100" }, "The value of PETS_TENANT does not fit: "],
    [
      "breaks a rule of a shared schema",
      { PETS_KINDS: "cat,x234567890x234567890x" },
      "The value of PETS_KINDS does not fit: ",
    ],
  ])("are named by their variable where that %s", (_name, environment, want) =>
    withClient(async (client) => {
      const { isError, text } = await call(client, "curated_pets");
      expect(isError).toBe(true);
      expect(text).toContain(want);
      expect(text).not.toMatch(/secret|x2345/);
      expect(upstream.requests).toEqual([]);
    }, environment),
  );
});

describe("limits of one tool", () => {
  it("count its calls, not those of others", () =>
    withClient(
      async (client) => {
        const results = [];
        for (let count = 0; count < 3; count++) results.push(await call(client, "get_photo"));
        expect(results.map(({ isError }) => isError)).toEqual([false, false, true]);
        expect(results[2]?.text).toContain("Too many calls");
        for (let count = 0; count < 3; count++) expect((await call(client, "get_secret")).isError).toBe(false);
        const third = [];
        for (let count = 0; count < 2; count++) third.push((await call(client, "get_big")).isError);
        expect(third).toEqual([false, true]);
      },
      { MCP_TOOL_RATE_LIMIT: "1" },
    ));

  it("cut its answers", () =>
    withClient(async (client) => {
      const result = await client.callTool({ name: "get_big", arguments: {} });
      expect(JSON.stringify(result).length).toBeLessThan(2_000);
    }));

  it("end its calls", () =>
    withClient(async (client) => {
      const { isError, text } = await call(client, "wait_slowly", { ms: 20_000 });
      expect(isError).toBe(true);
      expect(text).toMatch(/timed out after 0\.1 s|longer than/);
    }));
});

describe("scopes", () => {
  let server: HttpServer;

  async function withScopes<T>(scopes: string, use: (client: Client) => Promise<T>): Promise<T> {
    server = await startHttp(fixture.main, { PETSTORE_BASE_URL: upstream.url, MCP_SCOPES: scopes });
    const client = (await connectHttp("modern", server.url)) as Client;
    try {
      return await use(client);
    } finally {
      await client.close();
      await server.stop();
    }
  }

  it.each([
    ["", [], []],
    ["pets:read", ["list_pets"], ["pets"]],
    ["pets:write, pets:read", ["list_pets", "delete_pet"], ["pets"]],
  ])("that a caller has (%j) decide what is listed", (scopes, want, resources) =>
    withScopes(scopes, async (client) => {
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      expect(names.filter((name) => ["list_pets", "delete_pet"].includes(name))).toEqual(want);
      expect(names).toContain("get_pet");
      const listed = await client.listResources();
      expect(listed.resources.map(({ name }) => name).filter((name) => name === "pets")).toEqual(resources);
      const prompt = await client.getPrompt({ name: "explore", arguments: { goal: "x" } });
      expect(JSON.stringify(prompt).includes("- list_pets")).toBe(want.length > 0);
    }),
  );

  it("that a caller lacks are named, also behind the owner's own tools and resources", () =>
    withScopes("pets:read", async (client) => {
      const refusal = "The tool delete_pet needs the scope pets:write";
      expect((await call(client, "delete_pet", { petId: 1 })).text).toContain(refusal);
      expect((await call(client, "around")).text).toContain(refusal);
      expect(upstream.requests).toEqual([]);
      expect((await call(client, "list_pets")).isError).toBe(false);
    }));

  it("are not asked over stdio", () =>
    withClient(async (client) => {
      expect((await call(client, "delete_pet", { petId: 1 })).isError).toBe(false);
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain("delete_pet");
    }));
});
