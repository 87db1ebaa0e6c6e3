/** Spans and durations of calls and of what is sent for them: names, kinds, parents, attributes and faults. */
import { type Context, context, createContextKey, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Call, Ended, Watcher } from "../../templates/always/src/runtime/call/call.ts";
import { ArgumentError } from "../../templates/always/src/runtime/errors.ts";
import { createWatcher } from "../../templates/always/src/runtime/telemetry/telemetry.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { plan } from "./wire.ts";

const exporter = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
let reader: PeriodicExportingMetricReader;
let watcher: Watcher;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  watcher = createWatcher();
});
afterAll(async () => {
  await reader.shutdown();
  context.disable();
  trace.disable();
  metrics.disable();
});
beforeEach(() => exporter.reset());

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const given = { traceId, parent: `00-${traceId}-00f067aa0ba902b7-01`, state: "vendor=1" };
const plans = { get_pet: { pointer: "", request: plan({ method: "GET", path: "/pets/{petId}" }), responses: [] } };
const callOf = (more: object = {}, caller: object = { id: "ada", scopes: [] }) =>
  ({
    row: { kind: "operation", file: "pets", api: { calls: async () => plans }, listing: { name: "get_pet" } },
    args: {},
    caller,
    ...more,
  }) as unknown as Call;
const ended = (outcome: string): Ended => ({ result: { content: [] }, line: { outcome } }) as unknown as Ended;
const spans = () =>
  exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    id: span.spanContext().spanId,
    trace: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
    status: span.status.code,
    attributes: span.attributes,
    links: span.links.map(({ context: { spanId } }) => spanId),
  }));
const [unset, error] = [0, 2];
const [server, client] = [1, 2];
const attributes = {
  "mcp.method.name": "tools/call",
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "get_pet",
  "network.transport": "tcp",
  "network.protocol.name": "http",
};

describe("a call", () => {
  it("has a span below what the message names, and hands its own on", async () => {
    let seen: Call | undefined;
    const result = await watcher.watch(callOf({ trace: given }), async (call) => ((seen = call), ended("ok")));
    expect(result).toEqual(ended("ok"));
    const [span] = spans();
    expect(span).toEqual({
      name: "tools/call get_pet",
      kind: server,
      id: span?.id,
      trace: traceId,
      parent: "00f067aa0ba902b7",
      status: unset,
      attributes: { ...attributes, "openapi_to_mcp.outcome": "ok" },
      links: [],
    });
    expect(seen?.trace).toEqual({ traceId, parent: `00-${traceId}-${span?.id}-01`, state: "vendor=1" });
  });

  it("over stdio says so", async () => {
    await watcher.watch(callOf({}, { id: "local" }), async () => ended("ok"));
    const { "network.protocol.name": _http, ...rest } = attributes;
    expect(spans()[0]?.attributes).toEqual({
      ...rest,
      "network.transport": "pipe",
      "openapi_to_mcp.outcome": "ok",
    });
  });

  it.each([
    ["ok", undefined],
    ["cancelled", "cancelled"],
    ["error", "tool_error"],
    ["ArgumentError", "tool_error"],
  ])("that ends with %s is a failure of the type %s", async (outcome, type) => {
    await watcher.watch(callOf(), async () => ended(outcome));
    const [span] = spans();
    expect([span?.attributes["openapi_to_mcp.outcome"], span?.attributes["error.type"], span?.status]).toEqual([
      outcome,
      type,
      type === undefined ? unset : error,
    ]);
  });

  it.each([
    [new ArgumentError("words"), "ArgumentError"],
    [new Error("words"), "InternalError"],
  ])("that throws %o is told by its class", async (fault, outcome) => {
    await expect(watcher.watch(callOf(), () => Promise.reject(fault))).rejects.toBe(fault);
    expect(spans()[0]).toMatchObject({
      status: error,
      attributes: { "openapi_to_mcp.outcome": outcome, "error.type": "tool_error" },
    });
    expect(JSON.stringify(spans())).not.toContain("words");
  });

  it("is linked to what this process does meanwhile, and below it where the message names nothing", async () => {
    const outer = trace.getTracer("test").startSpan("outer");
    const within = trace.setSpan(context.active(), outer);
    const { spanId } = outer.spanContext();
    await context.with(within, () => watcher.watch(callOf({ trace: given }), async () => ended("ok")));
    await context.with(within, () => watcher.watch(callOf(), async () => ended("ok")));
    expect(spans().map(({ parent, links }) => [parent, links])).toEqual([
      ["00f067aa0ba902b7", [spanId]],
      [spanId, []],
    ]);
  });

  it("that another one makes is below that", async () => {
    await watcher.watch(callOf({ trace: given }), async () => {
      await watcher.watch(callOf({ trace: given, via: "workflow" }), async () => ended("ok"));
      return ended("ok");
    });
    const [inner, outer] = spans();
    expect(inner?.parent).toBe(outer?.id);
  });
});

describe("a request", () => {
  const request = (headers: HttpRequest["headers"] = []): HttpRequest => ({
    method: "GET",
    url: "https://api.example.com/v1/pets/3?token=secretive",
    headers,
  });
  const answer = (status = 200) => ({
    status,
    headers: new Headers(),
    body: new Uint8Array(),
    truncated: false,
    url: "",
  });
  const route = { allowPrivate: true };
  const { signal } = new AbortController();
  const send = (given: HttpRequest, make: (sent: HttpRequest, active: Context) => number | Error = () => 200) =>
    watcher.exchange?.(async (sent) => {
      const made = make(sent, context.active());
      if (made instanceof Error) throw made;
      return answer(made);
    })(given, route, signal, 1);

  it("of a call has a span below it, which the API is told in place of the call's", async () => {
    const sent: HttpRequest[] = [];
    await watcher.watch(callOf({ trace: given }), async ({ trace: own }) => {
      await send(
        request([
          ["accept", "a/b"],
          ["Traceparent", own?.parent ?? ""],
          ["TraceState", "vendor=1"],
        ]),
        (one) => (sent.push(one), 200),
      );
      return ended("ok");
    });
    const [attempt, call] = spans();
    expect(attempt).toEqual({
      name: "GET /pets/{petId}",
      kind: client,
      id: attempt?.id,
      trace: traceId,
      parent: call?.id,
      status: unset,
      attributes: {
        "http.request.method": "GET",
        "server.address": "api.example.com",
        "server.port": 443,
        "url.template": "/pets/{petId}",
        "http.response.status_code": 200,
      },
      links: [],
    });
    expect(sent[0]?.headers).toEqual([
      ["accept", "a/b"],
      ["traceparent", `00-${traceId}-${attempt?.id}-01`],
      ["tracestate", "vendor=1"],
    ]);
    expect(JSON.stringify(spans())).not.toContain("secretive");
  });

  it("finds its call by the header alone", async () => {
    const active = context.active();
    await watcher.watch(callOf({ trace: given }), async ({ trace: own }) => {
      await context.with(active, () => send(request([["traceparent", own?.parent ?? ""]])));
      return ended("ok");
    });
    const [attempt, call] = spans();
    expect([attempt?.parent, attempt?.name]).toEqual([call?.id, "GET /pets/{petId}"]);
  });

  it("of nobody has a span of its own, and a header of others stays", async () => {
    const sent: HttpRequest[] = [];
    const own = request([["traceparent", given.parent]]);
    await send(own, (one) => (sent.push(one), 200));
    expect(sent).toEqual([own]);
    expect(spans()[0]).toMatchObject({ name: "GET", kind: client });
    expect(spans()[0]?.parent).toBeUndefined();
  });

  it("without a header of ours gets none", async () => {
    const sent: HttpRequest[] = [];
    await watcher.watch(callOf({ trace: given }), async () => {
      await send(request(), (one) => (sent.push(one), 200));
      return ended("ok");
    });
    expect(sent[0]?.headers).toEqual([]);
    expect(spans()[0]?.parent).toBe(spans()[1]?.id);
  });

  it("that is sent again says how often before", async () => {
    const again = request();
    for (let count = 0; count < 3; count += 1) await send(again);
    await send(request());
    expect(spans().map(({ attributes: { "http.request.resend_count": count } }) => count)).toEqual([
      undefined,
      1,
      2,
      undefined,
    ]);
  });

  it.each<[number | Error, object, number]>([
    [399, { "http.response.status_code": 399 }, unset],
    [400, { "http.response.status_code": 400, "error.type": "400" }, error],
    [503, { "http.response.status_code": 503, "error.type": "503" }, error],
    [Object.assign(new Error("words"), { code: "ECONNRESET" }), { "error.type": "ECONNRESET" }, error],
    [new TypeError("words"), { "error.type": "TypeError" }, error],
  ])("that ends with %o says so", async (end, want, status) => {
    const told = send(request(), () => end);
    if (end instanceof Error) await expect(told).rejects.toBe(end);
    else expect((await told)?.status).toBe(end);
    const [span] = spans();
    expect(span?.attributes).toEqual({
      "http.request.method": "GET",
      "server.address": "api.example.com",
      "server.port": 443,
      ...want,
    });
    expect(span?.status).toBe(status);
  });

  it("keeps instrumentations of clients from saying it again", async () => {
    const suppressed = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
    let isSuppressed = false;
    await send(request(), (_sent, active) => ((isSuppressed = active.getValue(suppressed) === true), 200));
    expect([isSuppressed, context.active().getValue(suppressed) === true]).toEqual([true, false]);
  });
});

it("durations are measured in seconds, by the bounds of the conventions", async () => {
  await watcher.close?.();
  const [last] = measured.getMetrics().slice(-1);
  const found = new Map(
    last?.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor: { name, unit }, dataPoints }) => [name, { unit, points: dataPoints }]),
  );
  const boundsOf = (name: string) =>
    (found.get(name)?.points[0]?.value as unknown as { buckets: { boundaries: number[] } }).buckets.boundaries;
  expect([...found.keys()].sort()).toEqual(["http.client.request.duration", "mcp.server.operation.duration"]);
  for (const { unit, points } of found.values()) {
    expect(unit).toBe("s");
    for (const { value } of points) expect((value as unknown as { max: number }).max).toBeLessThan(600);
  }
  expect(boundsOf("mcp.server.operation.duration")).toEqual([
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
  ]);
  expect(boundsOf("http.client.request.duration")).toEqual([
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ]);
  const calls = found.get("mcp.server.operation.duration")?.points.map((point) => point.attributes) ?? [];
  expect(calls).toContainEqual(attributes);
  expect(calls).toContainEqual({ ...attributes, "error.type": "tool_error" });
  const requests = found.get("http.client.request.duration")?.points.map((point) => point.attributes) ?? [];
  expect(requests).toContainEqual({
    "http.request.method": "GET",
    "server.address": "api.example.com",
    "server.port": 443,
    "http.response.status_code": 503,
    "error.type": "503",
  });
});
