/** A secret anywhere but in results of tools: what else a client, a log or whoever starts the server gets to see. */
import { createServer, request } from "node:http";

import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { byToken } from "../../templates/always/src/runtime/access.ts";
import type { Owner } from "../../templates/always/src/runtime/call/call.ts";
import { environmentCredentials } from "../../templates/always/src/runtime/credentials.ts";
import type { CallPlan, ResourceData, ToolListing } from "../../templates/always/src/runtime/data/model.ts";
import { CallError } from "../../templates/always/src/runtime/errors.ts";
import { createLog, type Log } from "../../templates/always/src/runtime/log.ts";
import { createService, type Service } from "../../templates/always/src/runtime/mcp/service.ts";
import { serveHttp } from "../../templates/always/src/runtime/node/http.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { readSettings, type Settings } from "../../templates/always/src/runtime/settings/settings.ts";
import { checkStart } from "../../templates/always/src/runtime/settings/start-check.ts";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { everyPartBut } from "./parts.ts";
import { api, group } from "./credentials-fixture.ts";
import { listing } from "./mcp-fixture.ts";
import { key, leaks, shapes } from "./secret-shapes.ts";
import { listen } from "./send-fault-server.ts";

let shape = "";
let server: { port: number; close(): Promise<void> };
/** How many of the shapes were tried in which sink. */
const tried = new Map<string, number>();

beforeAll(async () => {
  server = await listen(
    createServer(({ url }, response) => {
      const status = url?.startsWith("/fails") ? 500 : 200;
      const item = { id: shape, name: shape };
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify(url?.startsWith("/items/") ? item : [item, { id: `x${shape}`, title: shape }]));
    }),
  );
});
afterAll(async () => {
  await server.close();
  const rows = [...tried].map(([sink, count]) => `${String(count).padStart(3)} shapes  ${sink}`);
  process.stdout.write(`${rows.join("\n")}\n${tried.size} sinks, no secret in any\n`);
});

const environment = { PETS_HEADER: key };

function projectOf(): Project {
  const scheme = { type: "apiKey", in: "header", name: "X-API-Key", environment: { value: "PETS_HEADER" } } as const;
  const path = { argument: "id", name: "id", in: "path", style: "simple", explode: false } as const;
  const plan = (to: string, withId = false) =>
    ({
      pointer: `/paths/${to}`,
      request: {
        method: "GET",
        path: to,
        server: "default",
        security: [[{ scheme: "header", scopes: [] }]],
        parameters: withId ? [path] : [],
        accept: ["application/json"],
      },
      responses: [],
    }) as unknown as CallPlan;
  const tools: readonly ToolListing[] = [
    listing("list_items", {}),
    listing("get_item", { id: { type: "string" } }, { required: ["id"] }),
    listing("get_failing", {}),
  ];
  const resource = (uri: string, tool: string, variables: ResourceData["variables"] = []): ResourceData => ({
    uri,
    template: variables.length > 0,
    name: tool,
    title: tool,
    description: "",
    mimeType: "application/json",
    tool,
    variables,
  });
  const list = { tool: "list_items", items: "", property: "id", parents: {} };
  const data = { file: "items", tag: "Items" };
  return {
    data: { name: "items", title: "Items", version: "1", instructions: "", apis: ["items"] },
    apis: [
      {
        data: { ...api({ header: scheme }, [group("default", `http://127.0.0.1:${server.port}`)]), groups: [data] },
        groups: [{ data, tools, bytes: 1_000 }],
        resources: [
          resource("items://all", "list_items"),
          resource("items://fails", "get_failing"),
          resource("items://all/{id}", "get_item", [{ name: "id", argument: "id", in: "path", type: "string", list }]),
        ],
        prompts: [],
        calls: async () => ({
          list_items: plan("/items"),
          get_item: plan("/items/{id}", true),
          get_failing: plan("/fails"),
        }),
        schemas: async () => ({}),
        examples: async () => ({}),
      },
    ],
  };
}

/** What the owner's code gives away. */
const owner = (): Owner => ({
  custom: {
    tools: [
      {
        name: "own_tool",
        description: "",
        inputSchema: { type: "object" },
        run: () => ({ content: [{ type: "text", text: shape }], structuredContent: { [shape]: shape } }),
      },
      {
        name: "own_fault",
        description: "",
        inputSchema: { type: "object" },
        run: () => {
          throw new Error(shape);
        },
      },
      {
        name: "own_refusal",
        description: "",
        inputSchema: { type: "object" },
        run: () => {
          throw new CallError(shape, { hint: shape });
        },
      },
    ],
    resources: [
      { uri: "own://text", name: "text", read: () => `It is ${shape}` },
      { uri: "own://bytes", name: "bytes", read: () => Buffer.from(`\u0000\u0001${shape}`) },
      {
        uri: "own://fault",
        name: "fault",
        read: () => {
          throw new Error(shape);
        },
      },
      {
        uri: "own://refusal",
        name: "refusal",
        read: () => {
          throw new CallError(shape, { hint: shape });
        },
      },
    ],
    prompts: [
      { name: "own", text: () => `Use ${shape}` },
      {
        name: "own_fault",
        text: () => {
          throw new Error(shape);
        },
      },
      {
        name: "own_refusal",
        text: () => {
          throw new CallError(shape);
        },
      },
    ],
  },
  credentials: environmentCredentials({ environment }),
  rateLimiting: rateLimit(),
});

function serviceWith(settings: Settings, log: Log): Promise<Service> {
  // Without rules on who may call what, which the start of a server would read.
  const project = { ...projectOf(), parts: everyPartBut("policy") };
  const own = owner();
  const tools = new ToolTable(project, own.custom);
  return createService(own, project, tools, settings, new MemoryStore(), nodeHost({}, settings), log);
}

/** A client of a server that was made for this shape, so that nothing is remembered from the shape before. */
async function withClient<T>(use: (client: Client) => Promise<T>): Promise<{ value: T; log: string }> {
  const lines: string[] = [];
  const log = createLog("debug", (line) => lines.push(line));
  const service = await serviceWith(readSettings({ MCP_ATTEMPTS: "1" }), log);
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "legacy" } });
  const mcp = service.factory();
  await mcp.connect(far as never);
  await client.connect(near);
  try {
    return { value: await use(client), log: lines.join("") };
  } finally {
    await client.close();
    await service.close();
  }
}

/** The words of what is thrown, and all that hangs on it. */
const orFault = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((fault: Error & { data?: unknown }) => ({ message: fault.message, data: fault.data }));

const asked: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  "completion/complete": (client) =>
    client.complete({ ref: { type: "ref/resource", uri: "items://all/{id}" }, argument: { name: "id", value: "" } }),
  "resource links": (client) => client.callTool({ name: "list_items", arguments: {} }),
  "resources/read of an operation": (client) => client.readResource({ uri: "items://all" }),
  "resources/read of an item": (client) => client.readResource({ uri: "items://all/1" }),
  "resources/read that the API refuses": (client) => client.readResource({ uri: "items://fails" }),
  ...Object.fromEntries(
    ["text", "bytes", "fault", "refusal"].map((name) => [
      `resources/read of the owner's code: ${name}`,
      (client: Client) => client.readResource({ uri: `own://${name}` }),
    ]),
  ),
  ...Object.fromEntries(
    ["own", "own_fault", "own_refusal"].map((name) => [
      `prompts/get: ${name}`,
      (client: Client) => client.getPrompt({ name }),
    ]),
  ),
  ...Object.fromEntries(
    ["own_tool", "own_fault", "own_refusal"].map((name) => [
      `tools/call of the owner's code: ${name}`,
      (client: Client) => client.callTool({ name, arguments: {} }),
    ]),
  ),
};

/** All texts of a value, its bytes decoded. */
function textsOf(value: unknown, name = ""): readonly string[] {
  if (typeof value === "string") return name === "blob" ? [Buffer.from(value, "base64").toString("latin1")] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsOf(member, key)]);
}

function noteTried(sink: string): void {
  tried.set(sink, (tried.get(sink) ?? 0) + 1);
}

describe("what a client asks for besides tools of the API", () => {
  it("holds a secret in none of the shapes, nor does the log", async () => {
    // As the first call would.
    new Secret(key);
    const leaked: string[] = [];
    for (const [name, text] of shapes) {
      shape = text;
      const { value, log } = await withClient(async (client) => {
        const seen: [string, unknown][] = [];
        for (const [sink, ask] of Object.entries(asked)) {
          seen.push([sink, await orFault(ask(client))]);
          noteTried(sink);
        }
        return seen;
      });
      noteTried("log at level debug");
      if (name === "as it is") {
        const all = new Map(value.map(([sink, answer]) => [sink, textsOf(answer).join("\n")]));
        for (const sink of Object.keys(asked))
          if (!sink.endsWith("fault")) expect(all.get(sink), sink).toContain("secret");
        expect(all.get("resource links")).toContain("items://all/x%5Bsecret%5D");
        expect(log).toContain("[secret]");
      }
      for (const [sink, answer] of [...value, ["log", log] as const])
        for (const seen of textsOf(answer)) if (leaks(seen)) leaked.push(`${sink}, ${name}: ${seen.slice(0, 200)}`);
    }
    expect(leaked).toEqual([]);
  });
});

/** Faulty settings, each with the secret within. */
const faulty: Readonly<Record<string, (text: string) => Record<string, string>>> = {
  "REDIS_URL of another protocol": (text) => ({ REDIS_URL: `http://user:${text}@cache:6379` }),
  "REDIS_URL that is no URL": (text) => ({ REDIS_URL: `:${text}@cache` }),
  "HTTPS_PROXY that is no URL": (text) => ({ HTTPS_PROXY: `user:${text}@proxy:1` }),
  "MCP_AUTH_TOKEN with a space": (text) => ({ MCP_AUTH_TOKEN: `${text} ${text}` }),
  "MCP_AUTH_TOKENS that is no JSON": (text) => ({ MCP_AUTH_TOKENS: `{"ada":{"token":"${text}` }),
  "MCP_AUTH_TOKENS with a text for an entry": (text) => ({ MCP_AUTH_TOKENS: JSON.stringify({ ada: text }) }),
  "MCP_AUTH_TOKENS with the token as a name": (text) => ({ MCP_AUTH_TOKENS: JSON.stringify({ [text]: {} }) }),
  "MCP_AUTH_TOKENS, name and token exchanged": (text) => ({
    MCP_AUTH_TOKENS: JSON.stringify({ [text]: { token: "ada" } }),
  }),
  "MCP_AUTH_TOKENS with a token twice": (text) => ({
    MCP_AUTH_TOKENS: JSON.stringify({ ada: { token: `0123456789${text}` }, bob: { token: `0123456789${text}` } }),
  }),
  MCP_PORT: (text) => ({ MCP_PORT: text }),
  MCP_LOG_LEVEL: (text) => ({ MCP_LOG_LEVEL: text }),
  "a file that is not there": (text) => ({ REDIS_URL_FILE: `/no/${text}` }),
  "a base URL with user information": (text) => ({
    PETS_BASE_URL: `https://user:${encodeURIComponent(text)}@api.example.com`,
  }),
  "a base URL with a token as its user": (text) => ({
    PETS_BASE_URL: `https://${encodeURIComponent(text)}@api.example.com`,
  }),
  "a base URL with a key in its query": (text) => ({ PETS_BASE_URL: `https://api.example.com/?key=${text}` }),
  "a base URL that is none": (text) => ({ PETS_BASE_URL: text }),
  "a setting that is none": (text) => ({ PETS_HEADR: text, MCP_AUTH_TOKN: text }),
};

describe("what is said at the start", () => {
  it.each(Object.entries(faulty))("names no secret: %s", (sink, settings) => {
    const leaked: string[] = [];
    for (const [name, text] of shapes) {
      const environment = settings(text.replaceAll("\n", ""));
      const lines: string[] = [];
      const log = createLog("debug", (line) => lines.push(line));
      let said = "";
      try {
        readSettings(environment);
        checkStart(projectOf(), environmentCredentials({ environment }), { environment }, log);
      } catch (fault) {
        expect(fault).toBeInstanceOf(CallError);
        const { message, hint = "" } = fault as CallError;
        said = `${message}\n${hint}`;
      }
      noteTried(`start: ${sink}`);
      if (name === "as it is") expect(`${said}${lines.join("")}`).not.toBe("");
      for (const seen of [said, ...lines]) if (leaks(seen)) leaked.push(`${name}: ${seen}`);
    }
    expect(leaked).toEqual([]);
  });
});

describe("what HTTP clients are refused with", () => {
  /** Asks servers for some of the shapes each: of so few refusals all are in the log, and none has to wait. */
  async function seenFor<T>(all: readonly T[], use: (one: T, port: number) => Promise<string>): Promise<string[]> {
    const seen: string[] = [];
    for (let at = 0; at < all.length; at += 10) {
      const log = createLog("debug", (line) => seen.push(line));
      const settings = readSettings({ MCP_PORT: "0", MCP_AUTH_TOKEN: key });
      const service = await serviceWith(settings, log);
      const front = await serveHttp({
        factory: service.factory,
        authenticate: byToken,
        settings,
        insecure: false,
        log,
      });
      const answers = await Promise.all(all.slice(at, at + 10).map((one) => use(one, front.port)));
      seen.push(...answers);
      for (const answer of answers) expect(answer).toMatch(/^\[4\d\d/);
      await front.drain();
      await service.close();
    }
    return seen;
  }

  const ask = (port: number, path: string, headers: Record<string, string>): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, method: "POST", headers, agent: false }, (response) => {
        let text = JSON.stringify([response.statusCode, response.headers]);
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve(text));
      });
      sent.on("error", reject);
      sent.end("{}");
    });
  const type = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const right = { ...type, authorization: `Bearer ${key}` };
  const sent: Readonly<Record<string, (text: string, port: number) => Promise<string>>> = {
    "a token that is almost right": (text, port) => ask(port, "/mcp", { ...type, authorization: `Bearer ${text}x` }),
    "another scheme": (text, port) => ask(port, "/mcp", { ...type, authorization: `Basic ${text}` }),
    "a token in the query": (text, port) => ask(port, `/mcp?access_token=${encodeURIComponent(text)}`, type),
    "a token in the path": (text, port) => ask(port, `/mcp/${encodeURIComponent(text)}`, type),
    Host: (text, port) => ask(port, "/mcp", { ...right, host: text.replaceAll(/[^\w.-]/g, "") }),
    Origin: (text, port) => ask(port, "/mcp", { ...right, origin: `https://${encodeURIComponent(text)}` }),
    "a revision": (text, port) => ask(port, "/mcp", { ...right, "mcp-protocol-version": text }),
    "a media type": (text, port) => ask(port, "/mcp", { ...right, "content-type": `text/${text}` }),
  };

  it.each(Object.entries(sent))("is not shown again: %s", async (sink, send) => {
    const seen = await seenFor(shapes, ([, text], port) => {
      noteTried(`HTTP refusal and its log: ${sink}`);
      return send(text, port);
    });
    expect(seen.filter(leaks)).toEqual([]);
  });

  it("is not cut through the midst of it in the log", async () => {
    const pads = [60, 66, 70, 74, 76, 78, 80];
    const seen = await seenFor(pads, (before, port) =>
      ask(port, `/mcp?${"-".repeat(before)}=${encodeURIComponent(key)}`, type),
    );
    expect(seen.join("")).toContain('"event":"refused"');
    expect(seen.filter((text) => text.includes(key.slice(0, 5)))).toEqual([]);
  });
});
