/** The server as a Worker and as a function of Lambda, in this process: the first request starts it, and who may call. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Owner } from "../../templates/always/src/runtime/call/call.ts";
import { createLambda } from "../../templates/always/src/runtime/node/lambda.ts";
import { readProject } from "../../templates/always/src/runtime/node/project-data.ts";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.ts";
import { createWorker } from "../../templates/always/src/runtime/worker/worker.ts";

const generated = join(import.meta.dirname, "../../samples/petstore/expected/src/generated");
const waits = {
  name: "wait",
  description: "Waits for good.",
  inputSchema: { type: "object" },
  run: () => new Promise(() => undefined),
};
const owner = {
  custom: { tools: [waits] },
  credentials: async () => ({}),
  rateLimiting: rateLimit(),
} as unknown as Owner;
const files = Object.fromEntries(
  readdirSync(generated, { recursive: true })
    .map((path) => String(path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".json"))
    .map((path) => [path, readFileSync(join(generated, path), "utf8")]),
);
const token = "platform-token-1f8e4a6b";
const apis = JSON.parse(files["apis.json"] ?? "[]") as unknown;
const baseVariable =
  /"environment":\s*"(\w+_BASE_URL)"/.exec(JSON.stringify(apis) + Object.values(files).join())?.[1] ?? "";

let upstream: Server;
let base = "";
let lines: string[] = [];
beforeAll(async () => {
  upstream = createServer((request, response) => {
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify([{ id: 1, asked: request.url }]));
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const listing = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const headers = (more: Record<string, string> = {}) => ({
  host: "localhost",
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  authorization: `Bearer ${token}`,
  ...more,
});
const bindings = () => ({
  MCP_AUTH_TOKEN: token,
  [baseVariable]: base,
  MCP_LOG_LEVEL: "info",
  OTHER: { not: "a text" },
});
/** The message of an answer, be it an event or not. */
const messageIn = (text: string) =>
  JSON.parse(text.replace(/^[\s\S]*?data: (?=\{)/, "").trim()) as Record<string, unknown>;

describe("a Worker", () => {
  const ask = (
    worker = createWorker(owner, files, {}),
    given: object = bindings(),
    more: Record<string, string> = {},
  ) =>
    worker.fetch(
      new Request("http://localhost/mcp", { method: "POST", headers: headers(more), body: JSON.stringify(listing) }),
      given as never,
    );

  it("lists its tools, from the files that are part of it", async () => {
    const response = await ask();
    expect(response.status).toBe(200);
    const { result } = messageIn(await response.text()) as { result: { tools: { name: string }[] } };
    expect(result.tools.length).toBeGreaterThan(3);
  });

  it("lets in whoever has a token only", async () => {
    const worker = createWorker(owner, files, {});
    expect((await ask(worker, bindings(), { authorization: "Bearer another-token" })).status).toBe(401);
    expect((await ask(worker)).status).toBe(200);
    expect(lines.join("\n")).toContain('"address":"unknown"');
    await ask(worker, bindings(), { authorization: "Bearer x", "cf-connecting-ip": "192.0.2.9" });
    expect(lines.join("\n")).toContain('"address":"192.0.2.9"');
  });

  it("does not start where whoever comes would be let in, says why in its log, and tries again", async () => {
    const worker = createWorker(owner, files, {});
    const refused = await ask(worker, { ...bindings(), MCP_AUTH_TOKEN: undefined });
    expect([refused.status, refused.headers.get("content-type"), await refused.text()]).toEqual([
      500,
      "application/json",
      '{"error":"This server could not start"}',
    ]);
    expect(lines.join("\n")).toContain("Refused to serve without MCP_AUTH_TOKEN");
    expect((await ask(worker)).status).toBe(200);
  });

  it("does not start without its files", async () => {
    expect((await ask(createWorker(owner, {}, {}))).status).toBe(500);
    expect(lines.join("\n")).toContain("src/generated/apis.json is not there: generate the project again");
  });

  it("has the platform wait until its answer has ended", async () => {
    const waited: Promise<unknown>[] = [];
    const response = await createWorker(owner, files, {}).fetch(
      new Request("http://localhost/mcp", { method: "POST", headers: headers(), body: JSON.stringify(listing) }),
      bindings(),
      { waitUntil: (promise) => void waited.push(promise) },
    );
    expect(response.status).toBe(200);
    expect(waited).toHaveLength(1);
    let isOver = false;
    void waited[0]?.then(() => (isOver = true));
    expect(isOver).toBe(false);
    expect(messageIn(await response.text())).toHaveProperty("result");
    await waited[0];
  });
});

describe("a function of Lambda", () => {
  const domain = "x.lambda-url.eu-west-1.on.aws";
  const event = (more: object = {}) => ({
    version: "2.0",
    rawPath: "/mcp",
    headers: headers({ host: domain }),
    requestContext: { domainName: domain, http: { method: "POST", sourceIp: "192.0.2.1" } },
    body: JSON.stringify(listing),
    ...more,
  });
  const project = readProject(pathToFileURL(join(generated, "index.ts")).href);
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  };
  beforeEach(() => {
    set({ MCP_AUTH_TOKEN: token, [baseVariable]: base, MCP_LOG_LEVEL: "silent" });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it("answers an event under the name that it is served by", async () => {
    const { handler, streaming } = createLambda(owner, project);
    expect(streaming).toBeUndefined();
    const { statusCode, body, isBase64Encoded } = await handler(event(), { getRemainingTimeInMillis: () => 30_000 });
    expect([statusCode, isBase64Encoded]).toEqual([200, false]);
    expect(messageIn(body)).toHaveProperty("result");
    const other = await handler(event({ headers: headers({ host: "evil.example" }) }));
    expect(other.statusCode).toBe(403);
    expect((await handler(event({ headers: headers({ host: domain, authorization: "Bearer x" }) }))).statusCode).toBe(
      401,
    );
  });

  it("does not start for an event of another format, nor without a token, and tries again", async () => {
    const { handler } = createLambda(owner, project);
    const over = { statusCode: 500, body: '{"error":"This server could not start"}' };
    expect(await handler(event({ version: "1.0" }))).toMatchObject(over);
    set({ MCP_AUTH_TOKEN: "" });
    expect(await handler(event())).toMatchObject(over);
    set({ MCP_AUTH_TOKEN: token });
    expect((await handler(event())).statusCode).toBe(200);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.join("")).toContain("payload format 2.0");
    expect(lines.join("")).toContain("Refused to serve without MCP_AUTH_TOKEN");
  });

  it("says so a second before the time of an invocation is over", async () => {
    const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "wait", arguments: {} } };
    const late = await createLambda(owner, project).handler(event({ body: JSON.stringify(call) }), {
      getRemainingTimeInMillis: () => 1_050,
    });
    expect([late.statusCode, late.body]).toEqual([504, '{"error":"The time of this invocation is over"}']);
  });

  it("answers under the names of the settings, too", async () => {
    set({ MCP_ALLOWED_HOSTS: "mcp.example" });
    const { statusCode } = await createLambda(owner, project).handler(
      event({ headers: headers({ host: "mcp.example" }) }),
    );
    expect(statusCode).toBe(200);
  });

  it("writes its answer as a stream where the platform has such", async () => {
    const written: unknown[] = [];
    const out = {
      write: (chunk: Uint8Array | string) => written.push(Buffer.from(chunk).toString()),
      end: () => written.push("end"),
    };
    vi.stubGlobal("awslambda", {
      streamifyResponse: (run: unknown) => run,
      HttpResponseStream: {
        from: (stream: unknown, metadata: { statusCode: number }) => (written.push(metadata.statusCode), stream),
      },
    });
    const { streaming } = createLambda(owner, project);
    await (streaming as (...given: unknown[]) => Promise<void>)(event(), out, {});
    expect([written[0], written.at(-1)]).toEqual([200, "end"]);
    expect(messageIn(written.slice(1, -1).join(""))).toHaveProperty("result");
  });
});

describe("the data of a project", () => {
  it("is found above a module, and a fault names its file", () => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    try {
      mkdirSync(join(folder, "src/generated"), { recursive: true });
      mkdirSync(join(folder, "dist/generated"), { recursive: true });
      const url = pathToFileURL(join(folder, "dist/generated/index.js")).href;
      expect(() => readProject(url)).toThrow(
        "src/generated/apis.json was not found: keep src/generated beside the compiled server",
      );
      writeFileSync(join(folder, "src/generated/apis.json"), "{");
      expect(() => readProject(url)).toThrow(/src[\\/]generated[\\/]apis\.json cannot be read: /);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const project = readProject(pathToFileURL(join(generated, "index.ts")).href, { a: 1 });
    expect([project.parts, project.folder]).toEqual([{ a: 1 }, join(generated, "../..")]);
  });
});
