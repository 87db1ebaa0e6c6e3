/** A server with its front door, in this process, before a real API on loopback that records whole requests. */
import { createServer } from "node:http";
import { byToken } from "../../templates/always/src/runtime/access.js";
import { authorityOf, trustedProxiesOf } from "../../templates/always/src/runtime/access/authority.js";
import type { Owner } from "../../templates/always/src/runtime/call/call.js";
import { type Credentials, environmentCredentials } from "../../templates/always/src/runtime/credentials.js";
import type { ApiData, CallPlans, HttpPlan, SecurityScheme } from "../../templates/always/src/runtime/data/model.js";
import type { Parts } from "../../templates/always/src/runtime/data/parts.js";
import type { ProjectApi } from "../../templates/always/src/runtime/data/project.js";
import { createHttpHandler, type HttpHandler } from "../../templates/always/src/runtime/http/handler.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import { startService } from "../../templates/always/src/runtime/mcp/start.js";
import { nodeHost, readText } from "../../templates/always/src/runtime/node/host.js";
import { oauthTokens } from "../../templates/always/src/runtime/oauth.js";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.js";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.js";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.js";
import type { Store } from "../../templates/always/src/runtime/store/store.js";
import { group, schemes } from "./credentials-fixture.js";
import { calls as plans, listing } from "./mcp-fixture.js";
import { everyPart } from "./parts.js";
import { listen } from "./send-fault-server.js";

export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
}

export interface Api {
  readonly url: string;
  readonly arrived: Arrived[];
  /** Says what is answered; absent: a pet. */
  answer?:
    ((request: Arrived) => { status: number; headers?: Record<string, string | string[]>; body: unknown }) | undefined;
  close(): Promise<void>;
}

export async function startApi(): Promise<Api> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const { method = "", url: path = "", headers } = request;
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const one = { method, path, headers, body: text };
      arrived.push(one);
      const { status, headers: more, body } = api.answer?.(one) ?? { status: 200, body: { id: 1, name: "Rex" } };
      response.writeHead(status, { "content-type": "application/json", ...more });
      response.end(JSON.stringify(body));
    });
  });
  const { port, close } = await listen(server);
  const api: Api = { url: `http://127.0.0.1:${port}`, arrived, close };
  return api;
}

export interface Door {
  readonly handler: HttpHandler;
  readonly lines: string[];
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly environment: Record<string, string>;
  /** Of the API, and which of them its operations ask for. Default: a bearer token and none besides. */
  readonly securitySchemes?: { readonly [name: string]: SecurityScheme };
  readonly security?: HttpPlan["security"];
  readonly serverGroups?: ApiData["serverGroups"];
  readonly calls?: CallPlans;
  readonly credentials?: Credentials;
  readonly custom?: Owner["custom"];
  readonly parts?: Parts;
  readonly store?: Store;
}

/** `get_pet`, `delete_pet`, and `get_open`, which needs no credentials. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const environment = { MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0", ...options.environment };
  const lines: string[] = [];
  const log = createLog("debug", (line) => lines.push(line));
  const settings = readSettings(environment, readText);
  const host = nodeHost(environment, settings);
  const securitySchemes = options.securitySchemes ?? { bearer: schemes.bearer };
  const security =
    options.security ?? Object.keys(securitySchemes).map((scheme) => [{ scheme, scopes: [] as readonly string[] }]);
  const plan = (name: string, asked: HttpPlan["security"]) => {
    const found = plans[name];
    if (found === undefined) throw new Error(name);
    return { ...found, responses: [], request: { ...found.request, security: asked } };
  };
  const calls: CallPlans = options.calls ?? {
    get_pet: plan("get_pet", security),
    delete_pet: plan("delete_pet", security),
    get_open: plan("get_pet", []),
  };
  const petId = { petId: { type: "integer" } };
  const api = {
    data: {
      name: "pets",
      title: "Pets",
      version: "1",
      environmentPrefix: "PETS",
      serverGroups: options.serverGroups ?? [group("default")],
      securitySchemes,
      groups: [{ file: "pets", tag: "Pets" }],
    },
    groups: [
      {
        data: { file: "pets", tag: "Pets" },
        tools: Object.keys(calls).map((name) => listing(name, petId, { required: ["petId"] })),
        bytes: 100,
      },
    ],
    resources: [],
    prompts: [],
    calls: async () => calls,
    schemas: async () => ({}),
    examples: async () => ({}),
  } as unknown as ProjectApi;
  const project = {
    data: { name: "pets", title: "Pets", version: "1", instructions: "", apis: ["pets"] },
    apis: [api],
    parts: options.parts ?? everyPart,
  };
  const owner: Owner = {
    custom: options.custom ?? {},
    credentials: options.credentials ?? environmentCredentials({ oauth: oauthTokens() }),
    rateLimiting: rateLimit(),
  };
  const started = await startService(owner, project, settings, () => options.store ?? new MemoryStore(), host, log);
  const authority = await authorityOf(project.parts, { host, log, title: "Pets", scopes: () => [] });
  const proxies = await trustedProxiesOf(project.parts, host);
  const handler = createHttpHandler({
    factory: started.service.factory,
    authenticate: byToken,
    present: started.present,
    routes: started.routes,
    settings: { ...settings, ...(authority && { authority }), ...(proxies && { proxies }) },
    log,
  });
  return { handler, lines, close: () => started.service.close() };
}

export interface Called {
  readonly tool?: string;
  readonly args?: object;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly version?: "2025-06-18" | "2025-11-25" | "2026-07-28";
  readonly address?: string;
  /** Of a client of 2026. Default: none. */
  readonly capabilities?: object;
  /** What its user says to questions, where the call is repeated. */
  readonly inputResponses?: object;
}

export interface Told {
  readonly status: number;
  /** Of the answer as it came. */
  readonly body: string;
  readonly isError: boolean;
  readonly text: string;
  /** Of JSON-RPC, where there is no result. */
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly result?: Record<string, unknown>;
}

/** Calls a tool through the door, as a client of an era does. */
export async function call({ handler }: Door, called: Called = {}): Promise<Told> {
  const { tool = "get_pet", args = { petId: 1 }, token, headers = {}, version = "2025-11-25", address } = called;
  const { capabilities = {}, inputResponses } = called;
  const isNew = version === "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  };
  const params = {
    name: tool,
    arguments: args,
    ...(isNew ? { _meta: meta } : {}),
    ...(inputResponses && { inputResponses }),
  };
  const request = new Request("http://localhost/mcp", {
    method: "POST",
    headers: {
      host: "localhost",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": version,
      ...(isNew ? { "mcp-method": "tools/call", "mcp-name": tool } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const response = await handler.fetch(request, address);
  const body = await response.text();
  const json = /^data: (.*)$/m.exec(body)?.[1] ?? body;
  const { result, error } = (json === "" ? {} : JSON.parse(json)) as {
    result?: { isError?: boolean; content?: { text?: string }[] };
    error?: NonNullable<Told["error"]>;
  };
  const text = (result?.content ?? []).map((block) => block.text ?? "").join("\n");
  return {
    status: response.status,
    body,
    isError: result?.isError === true,
    text,
    ...(typeof error === "object" && { error }),
    ...(result && { result }),
  };
}
