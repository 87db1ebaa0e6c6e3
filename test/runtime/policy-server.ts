/** A server with a policy, made by the generator and run in this process; and clients of it, as whoever they say they are. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { loadConfiguration } from "../../src/config/read.ts";
import { completeCuration } from "../../src/config/curation.ts";
import { generate } from "../../src/generate.ts";
import type { Owner } from "../../templates/always/src/runtime/call/call.ts";
import { type Custom, textResult } from "../../templates/always/src/runtime/custom.ts";
import { type Project, projectOf } from "../../templates/always/src/runtime/data/project.ts";
import type { Parts } from "../../templates/always/src/runtime/data/parts.ts";
import type { Host } from "../../templates/always/src/runtime/host.ts";
import { createHttpHandler, type HttpHandler } from "../../templates/always/src/runtime/http/handler.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { startService } from "../../templates/always/src/runtime/mcp/start.ts";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import type { Store } from "../../templates/always/src/runtime/store/store.ts";
import type { Caller, HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { everyPart } from "./parts.ts";

const operation = (operationId: string, more: object = {}): object => ({
  operationId,
  responses: { 200: { description: "Done", content: { "application/json": { schema: { type: "object" } } } } },
  ...more,
});
const petId = { name: "petId", in: "path", required: true, schema: { type: "integer" } };
const json = (schema: object): object => ({ required: true, content: { "application/json": { schema } } });
const pets = {
  200: {
    description: "Pets",
    content: {
      "application/json": {
        schema: {
          type: "array",
          items: { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } },
        },
      },
    },
  },
};

export const shop = {
  openapi: "3.1.0",
  info: { title: "Shop", version: "1.0.0" },
  servers: [{ url: "https://api.example.com" }],
  paths: {
    "/pets": {
      get: operation("listPets", {
        tags: ["pets"],
        responses: pets,
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer" } },
          { name: "verbose", in: "query", schema: { type: "boolean" } },
          { name: "status", in: "query", schema: { type: "string", enum: ["available", "sold"] } },
        ],
      }),
      post: operation("createPet", {
        tags: ["pets"],
        requestBody: json({ type: "object", properties: { name: { type: "string" } }, required: ["name"] }),
      }),
    },
    "/pets/{petId}": {
      parameters: [petId],
      get: operation("getPet", { tags: ["pets"] }),
      put: operation("updatePet", {
        tags: ["pets"],
        requestBody: json({ type: "object", properties: { name: { type: "string" } } }),
      }),
      delete: operation("deletePet", { tags: ["pets"] }),
    },
    "/refunds": {
      post: operation("createRefund", {
        tags: ["money"],
        requestBody: json({
          type: "object",
          required: ["amount", "currency"],
          properties: {
            amount: { type: "number" },
            currency: { type: "string" },
            note: { type: "string" },
            lines: { type: "array", items: { type: "object", properties: { amount: { type: "number" } } } },
          },
        }),
      }),
    },
    "/secrets": { get: operation("listSecrets", { tags: ["internal"], responses: pets }) },
    "/secrets/{secretId}": {
      get: operation("getSecret", {
        tags: ["internal"],
        parameters: [
          { name: "secretId", in: "path", required: true, schema: { type: "string", enum: ["one", "two"] } },
        ],
      }),
    },
  },
};

/** `createPet`, and then what it made is deleted: nothing of it may go round the policy. */
const workflows = {
  arazzo: "1.0.1",
  info: { title: "Steps", version: "1.0.0" },
  sourceDescriptions: [{ name: "shop", url: "shop.json", type: "openapi" }],
  workflows: [
    {
      workflowId: "replacePet",
      summary: "Replaces a pet",
      inputs: { type: "object", properties: { petId: { type: "integer" } }, required: ["petId"] },
      steps: [
        { stepId: "look", operationId: "getPet", parameters: [{ name: "petId", in: "path", value: "$inputs.petId" }] },
        {
          stepId: "remove",
          operationId: "deletePet",
          parameters: [{ name: "petId", in: "path", value: "$inputs.petId" }],
        },
      ],
    },
  ],
};

export interface PolicyServer {
  readonly handler: HttpHandler;
  /** What the API was sent: method and URL. */
  readonly sent: string[];
  /** The same, whole. */
  readonly requests: HttpRequest[];
  /** Lines of the log. */
  readonly lines: string[];
  /** A client of the server, or of a toolset of it. */
  as(caller: Caller, path?: string, options?: ConstructorParameters<typeof Client>[1]): Promise<Client>;
  /** Posts one message as it is. */
  post(caller: Caller, message: object, headers?: Record<string, string>): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

export interface PolicyServerOptions {
  /** YAML of the configuration, besides its input. */
  readonly configuration: string;
  readonly custom?: Custom;
  readonly environment?: Record<string, string>;
  readonly aliases?: Project["data"]["aliases"];
  readonly store?: Store;
  readonly host?: Partial<Host>;
  readonly steps?: Owner["steps"];
  /** What the API answers; default: a pet. */
  readonly answer?: (request: HttpRequest) => object;
}

const parts: Parts = {
  ...everyPart,
  policy: () => import("../../templates/always/src/runtime/policy/policy.ts"),
  discovery: () => import("../../templates/always/src/runtime/finding/discovery.ts"),
  toolsets: () => import("../../templates/always/src/runtime/toolsets/slice.ts"),
  workflows: () => import("../../templates/always/src/runtime/workflows/workflows.ts"),
};

/** The files under `src/generated/` that a configuration leads to. */
export async function generatedShop(configuration: string): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "policy-"));
  try {
    writeFileSync(join(folder, "shop.json"), JSON.stringify(shop));
    writeFileSync(join(folder, "steps.json"), JSON.stringify(workflows));
    const file = join(folder, "openapi-to-mcp.yaml");
    writeFileSync(file, `input: shop.json\n${configuration}`);
    const read = await loadConfiguration(file);
    const { inputs = [], curation, list, ...more } = read;
    const { files } = await generate({
      ...more,
      inputs,
      list: list === undefined ? {} : { mode: list },
      curation: completeCuration(curation),
    });
    return new Map(files.map(({ path, text }) => [path, text]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function startPolicyServer(options: PolicyServerOptions): Promise<PolicyServer> {
  const files = await generatedShop(options.configuration);
  const read = (path: string): { value: unknown; bytes: number } | undefined => {
    const text = files.get(`src/generated/${path}`);
    return text === undefined ? undefined : { value: JSON.parse(text), bytes: text.length };
  };
  const plain = projectOf({ read, readLater: async (path) => read(path)?.value });
  const project = {
    ...plain,
    data: { ...plain.data, ...(options.aliases === undefined ? {} : { aliases: options.aliases }) },
    parts,
  };
  const environment = {
    SHOP_BASE_URL: "https://api.example.com",
    MCP_RATE_LIMIT: "0",
    MCP_TOOL_RATE_LIMIT: "0",
    ...options.environment,
  };
  const lines: string[] = [];
  const requests: HttpRequest[] = [];
  const log = createLog("info", (line) => lines.push(line));
  const settings = readSettings(environment);
  const host: Host = {
    environment,
    turn: async () => undefined,
    close: async () => undefined,
    exchange: async (request) => {
      requests.push(request);
      const isList = /\/(?:pets|secrets)(?:\?|$)/.test(request.url) && request.method === "GET";
      const value = options.answer?.(request) ?? (isList ? [{ id: 1, name: "Rex" }] : { id: 1, name: "Rex" });
      return {
        status: 200,
        headers: new Headers({ "content-type": "application/json" }),
        body: new TextEncoder().encode(JSON.stringify(value)),
        truncated: false,
        url: request.url,
      };
    },
    ...options.host,
  };
  const owner: Owner = {
    custom: options.custom ?? {},
    credentials: Object.assign(async () => ({
      headers: [["x-api-key", "k".repeat(32)]] as const,
      query: [],
      cookies: [],
    })),
    rateLimiting: rateLimit(),
    ...(options.steps === undefined ? {} : { steps: options.steps }),
  };
  const store = options.store ?? new MemoryStore();
  const { service, routes } = await startService(owner, project, settings, () => store, host, log);
  const handler = createHttpHandler({
    factory: service.factory,
    routes,
    toolsets: service.toolsets,
    authenticate: ({ headers }) => JSON.parse(headers.get("x-caller") ?? "{}") as Caller,
    settings,
    log,
  });
  const fetchAs =
    (caller: Caller) =>
    async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init);
      request.headers.set("x-caller", JSON.stringify(caller));
      request.headers.set("host", "localhost");
      return handler.fetch(request);
    };
  const open: Client[] = [];
  return {
    handler,
    requests,
    lines,
    get sent() {
      return requests.map(({ method, url }) => `${method} ${url.replace("https://api.example.com", "")}`);
    },
    async as(caller, path = "/mcp", clientOptions = {}) {
      const client = new Client(
        { name: "test", version: "1" },
        { versionNegotiation: { mode: "auto" }, ...clientOptions },
      );
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`http://localhost${path}`), { fetch: fetchAs(caller) }),
      );
      open.push(client);
      return client;
    },
    async post(caller, message, headers = {}) {
      const response = await fetchAs(caller)("http://localhost/mcp", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": "2025-11-25",
          ...headers,
        },
        body: JSON.stringify(message),
      });
      return { status: response.status, text: await response.text() };
    },
    async close() {
      for (const client of open) await client.close();
      await handler.close();
      await service.close();
    },
  };
}

export { textResult };
