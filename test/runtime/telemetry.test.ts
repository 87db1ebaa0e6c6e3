/** Traces and metrics through the API of OpenTelemetry, with a small SDK that writes down what it is given. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeRequest, errorType } from "../../templates/always/src/runtime/telemetry/attempt.ts";
import { connectHttp, connectStdio, type Generation, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture } from "./mcp-fixture.ts";

interface SpanLine {
  readonly name: string;
  readonly kind: number;
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly status: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface MetricLine {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly count: number;
}

/** What the owner starts beside the server. It keeps contexts or not, as some platforms do not. */
const sdk = `
import { appendFileSync } from "node:fs";
import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { MeterProvider, PeriodicExportingMetricReader, AggregationTemporality } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
const write = (line) => appendFileSync(process.env.SPANS, JSON.stringify(line) + "\\n");
if (process.env.NO_CONTEXTS === undefined)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor({
  export(spans, done) {
    for (const span of spans) write({
      name: span.name, kind: span.kind, trace: span.spanContext().traceId, id: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId, status: span.status.code, attributes: span.attributes,
    });
    done({ code: 0 });
  },
  async shutdown() {},
})] }));
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exportIntervalMillis: 3_600_000, exporter: {
  export({ scopeMetrics }, done) {
    for (const { metrics } of scopeMetrics) for (const { descriptor, dataPoints } of metrics)
      for (const { attributes, value } of dataPoints) write({ metric: descriptor.name, attributes, count: value.count });
    done({ code: 0 });
  },
  selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
  async forceFlush() {},
  async shutdown() {},
} })] }));
`;

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const token = "token-of-ada-0123456789";

let fixture: Fixture;
let upstream: Server;
let port: number;
let file: string;
let arrived: { readonly url: string; readonly parents: readonly string[]; readonly state: unknown }[] = [];
beforeAll(async () => {
  fixture = makeFixture();
  writeFileSync(join(fixture.folder, "sdk.mjs"), sdk);
  file = join(fixture.folder, "spans.ndjson");
  upstream = createServer(({ url = "", rawHeaders, headers }, response) => {
    const parents = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === "traceparent");
    arrived.push({ url, parents, state: headers["tracestate"] });
    const fails = url.endsWith("/503") && arrived.filter((one) => one.url === url).length === 1;
    response
      .writeHead(fails ? 503 : url.endsWith("/404") ? 404 : 200, { "content-type": "application/json" })
      .end(`{"id":3,"name":"Rex"}`);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  port = (upstream.address() as AddressInfo).port;
});
afterAll(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  fixture.remove();
});
beforeEach(() => {
  arrived = [];
  rmSync(file, { force: true });
});

const environment = (more: Record<string, string> = {}) => ({
  PETSTORE_BASE_URL: `http://127.0.0.1:${port}`,
  PETSTORE_KEY: "key-of-the-api-0123456789",
  MCP_AUTH_TOKENS: JSON.stringify({ ada: { token } }),
  SPANS: file,
  NODE_OPTIONS: `--import=${pathToFileURL(join(fixture.folder, "sdk.mjs"))}`,
  ...more,
});
const lines = () =>
  (existsSync(file) ? readFileSync(file, "utf8") : "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as SpanLine | MetricLine);
const spans = () => lines().filter((line): line is SpanLine => "name" in line);
const measured = () => lines().filter((line): line is MetricLine => "metric" in line);
const _meta = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: "vendor=1" };

const overHttp = async (generation: Generation, more: Record<string, string> = {}) => {
  const running = await startHttp(fixture.main, environment(more));
  try {
    const client = await connectHttp(generation, running.url, { authorization: `Bearer ${token}` });
    await client.callTool({ name: "get_pet", arguments: { petId: 3 }, _meta });
    await client.callTool({ name: "get_pet", arguments: { petId: 404 } });
    await client.callTool({ name: "get_pet", arguments: { petId: "no-number" } });
    await client.callTool({ name: "list_pets", arguments: { status: "sold", tags: ["secretive"] } });
    await client.callTool({ name: "get_pet", arguments: { petId: 503 } });
    await client.close();
  } finally {
    await running.stop();
  }
};

describe.each<[Generation, Record<string, string>]>([
  ["modern", {}],
  ["legacy", {}],
  ["v1", { NO_CONTEXTS: "yes" }],
])("a server beside an SDK, called by a client of %s, %j", (generation, more) => {
  it("has a span for each call below the client's, and one for each attempt below that, which the API is told", async () => {
    await overHttp(generation, more);
    const [call] = spans().filter(({ parent }) => parent === spanId);
    expect(call).toMatchObject({
      name: "tools/call get_pet",
      kind: 1,
      trace: traceId,
      status: 0,
      attributes: {
        "mcp.method.name": "tools/call",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "get_pet",
        "network.transport": "tcp",
        "network.protocol.name": "http",
        "openapi_to_mcp.outcome": "ok",
      },
    });
    const [attempt] = spans().filter(({ parent }) => parent === call?.id);
    expect(attempt).toMatchObject({
      name: "GET /pets/{petId}",
      kind: 2,
      trace: traceId,
      attributes: {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.template": "/pets/{petId}",
      },
    });
    expect(arrived[0]).toMatchObject({
      url: "/pets/3",
      parents: [`00-${traceId}-${attempt?.id}-01`],
      state: "vendor=1",
    });
    const ofCall = (tool: string, outcome: string) =>
      spans().filter(
        ({ name, attributes }) => name === `tools/call ${tool}` && attributes["openapi_to_mcp.outcome"] === outcome,
      );
    // Without a trace of the client's it begins one.
    const [failed] = ofCall("get_pet", "error");
    expect(failed).toMatchObject({ status: 2, attributes: { "error.type": "tool_error" } });
    expect(failed?.parent).toBeUndefined();
    expect(spans().filter(({ parent }) => parent === failed?.id)).toMatchObject([
      { status: 2, attributes: { "http.response.status_code": 404, "error.type": "404" } },
    ]);
    const [refused] = ofCall("get_pet", "ArgumentError");
    expect(refused).toMatchObject({ status: 2, attributes: { "error.type": "tool_error" } });
    expect(spans().filter(({ parent }) => parent === refused?.id)).toEqual([]);
    // Both attempts of a call that was repeated, each with a span that the API was told.
    const again = ofCall("get_pet", "ok")
      .map(({ id }) => spans().filter(({ parent }) => parent === id))
      .find(({ length }) => length === 2);
    expect(again?.map(({ attributes }) => attributes["http.request.resend_count"])).toEqual([undefined, 1]);
    expect(arrived.slice(-2).map(({ parents }) => parents[0]?.split("-")[2])).toEqual(again?.map(({ id }) => id));
    const calls = measured().filter(({ metric }) => metric === "mcp.server.operation.duration");
    expect(calls.map(({ count }) => count).reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(measured()).toContainEqual(
      expect.objectContaining({
        metric: "http.client.request.duration",
        attributes: expect.objectContaining({ "http.response.status_code": 503, "url.template": "/pets/{petId}" }),
      }),
    );
    const text = readFileSync(file, "utf8");
    for (const hidden of ["no-number", "secretive", "sold", "pets/3", "pets/404", "key-of", "token-of"])
      expect(text, hidden).not.toContain(hidden);
    // As a word: the ids of spans are of the same letters.
    expect(text).not.toMatch(/\bada\b/);
  }, 60_000);
});

it("does the same over stdio, and exports what is left when its client leaves", async () => {
  const client = await connectStdio("legacy", fixture.main, environment());
  await client.callTool({ name: "get_pet", arguments: { petId: 3 }, _meta });
  await client.close();
  await expect.poll(measured, { timeout: 30_000 }).not.toEqual([]);
  expect(spans().find(({ kind }) => kind === 1)).toMatchObject({
    parent: spanId,
    attributes: { "network.transport": "pipe" },
  });
}, 60_000);

it.each<[Generation, Record<string, string>]>([
  ["modern", {}],
  ["legacy", { NO_CONTEXTS: "yes" }],
])(
  "has a span for a resource that is read, with the call of its tool below, and for a prompt; client of %s, %j",
  async (generation, more) => {
    const client = await connectStdio(generation, fixture.main, environment(more));
    await client.readResource({ uri: "petstore://pets/3", _meta });
    await client.readResource({ uri: "petstore://nowhere", _meta }).catch(() => undefined);
    await client.readResource({ uri: "petstore://pets/404", _meta }).catch(() => undefined);
    await client.getPrompt({ name: "explore", arguments: { goal: "secretive" }, _meta });
    await client.getPrompt({ name: "no-such-prompt" }).catch(() => undefined);
    await client.close();
    await expect.poll(measured, { timeout: 30_000 }).not.toEqual([]);
    const [read, unknown, missing] = spans().filter(({ name }) => name === "resources/read");
    expect(read).toMatchObject({
      kind: 1,
      trace: traceId,
      parent: spanId,
      status: 0,
      attributes: { "mcp.method.name": "resources/read", "network.transport": "pipe" },
    });
    expect(unknown).toMatchObject({ status: 2, attributes: { "error.type": "-32602" } });
    expect(missing).toMatchObject({ status: 2, attributes: { "error.type": "-32602" } });
    const [call] = spans().filter(({ parent }) => parent === read?.id);
    expect(call).toMatchObject({ name: "tools/call get_pet", trace: traceId, status: 0 });
    const [attempt] = spans().filter(({ parent }) => parent === call?.id);
    expect(arrived[0]?.parents).toEqual([`00-${traceId}-${attempt?.id}-01`]);
    expect(spans().filter(({ name }) => name.startsWith("prompts/get"))).toMatchObject([
      { name: "prompts/get explore", parent: spanId, status: 0, attributes: { "gen_ai.prompt.name": "explore" } },
    ]);
    const methods = measured().map(({ attributes }) => attributes["mcp.method.name"]);
    expect(methods).toEqual(expect.arrayContaining(["resources/read", "prompts/get", "tools/call"]));
    const text = readFileSync(file, "utf8");
    for (const hidden of ["petstore://", "secretive", "pets/3", "no-such-prompt"])
      expect(text, hidden).not.toContain(hidden);
  },
  60_000,
);

it("changes nothing without an SDK: the trace goes on as it came", async () => {
  const client = await connectStdio("legacy", fixture.main, environment({ NODE_OPTIONS: "" }));
  const result = await client.callTool({ name: "get_pet", arguments: { petId: 3 }, _meta });
  await client.close();
  expect(result.structuredContent).toEqual({ id: 3, name: "Rex" });
  expect(arrived).toEqual([{ url: "/pets/3", parents: [_meta.traceparent], state: "vendor=1" }]);
  expect(lines()).toEqual([]);
}, 60_000);

describe("an attempt", () => {
  const described = (method: string, url: string, path = "/pets/{petId}", own = method) =>
    describeRequest({ method, url, headers: [] }, { method: own, path });

  it.each([
    ["GET", "https://api.example/pets/3?key=secret", "GET /pets/{petId}"],
    ["GET", "https://api.example/v2/base/pets/3", "GET /pets/{petId}"],
    // What is sent besides: for a token, or of the item before it is changed.
    ["POST", "https://id.example/oauth/token", "POST", "/things/{id}/x"],
    ["GET", "https://api.example/pets/3", "GET", "/pets/{petId}", "DELETE"],
    ["GET", "https://api.example/", "GET"],
    ["SECRET", "https://api.example/pets/3", "HTTP /pets/{petId}"],
  ])("%s %s is called %s", (method, url, name, path = "/pets/{petId}", own = method) => {
    const { name: found, attributes } = described(method, url, path, own);
    expect(found).toBe(name);
    expect(JSON.stringify(attributes)).not.toMatch(/secret|SECRET/);
  });

  it("has the port that is meant, and addresses without brackets", () => {
    expect(described("GET", "https://[::1]/pets/3").attributes).toMatchObject({
      "server.address": "::1",
      "server.port": 443,
    });
    expect(described("GET", "http://a.example:81/").attributes).toMatchObject({ "server.port": 81 });
  });

  it("that fails is told by code or name, never by words", () => {
    const coded = (code: unknown) => Object.assign(new Error("GET /secret"), { code });
    expect(errorType(coded("ECONNREFUSED"))).toBe("ECONNREFUSED");
    expect(errorType(new TypeError("secret", { cause: coded("UND_ERR_SOCKET") }))).toBe("UND_ERR_SOCKET");
    expect(errorType(coded("a secret"))).toBe("Error");
    expect(errorType(new DOMException("secret", "AbortError"))).toBe("AbortError");
    expect(errorType("secret")).toBe("_OTHER");
  });
});
