/** Spans of resources and prompts, whose call a request is found to be for, what is measured, and what is sent at the end. */
import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call, Ended, Watcher } from "../../templates/always/src/runtime/call/call.ts";
import type { ClientRequest, TraceContext } from "../../templates/always/src/runtime/call/trace-context.ts";
import { createWatcher } from "../../templates/always/src/runtime/telemetry/telemetry.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { plan } from "./wire.ts";

let exporter: InMemorySpanExporter;
let reader: PeriodicExportingMetricReader;
let traces: BasicTracerProvider;
let meters: MeterProvider;
let watcher: Watcher;

beforeEach(() => {
  exporter = new InMemorySpanExporter();
  traces = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  meters = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(traces);
  metrics.setGlobalMeterProvider(meters);
  watcher = createWatcher();
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await reader.shutdown();
  context.disable();
  trace.disable();
  metrics.disable();
});

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const given: TraceContext = { traceId, parent: `00-${traceId}-00f067aa0ba902b7-01`, state: "vendor=1" };
const spans = () =>
  exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    kind: span.kind,
    trace: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
    status: span.status.code,
    attributes: span.attributes,
    links: span.links.length,
  }));
const plans = { get_pet: { pointer: "", request: plan({ method: "GET", path: "/pets/{petId}" }), responses: [] } };
const callOf = (more: object = {}) =>
  ({
    row: { kind: "operation", file: "pets", api: { calls: async () => plans }, listing: { name: "get_pet" } },
    args: {},
    caller: { id: "ada", scopes: [] },
    ...more,
  }) as unknown as Call;
const ended = { result: { content: [] }, line: { outcome: "ok" } } as unknown as Ended;

const watched = <Result>(request: ClientRequest, run: (own: TraceContext | undefined) => Promise<Result>) =>
  watcher.watchRequest?.(request, run);

describe("a request of a client", () => {
  const base = { "network.transport": "tcp", "network.protocol.name": "http" };

  it("has a span below what its message names, and what it leads to is below that", async () => {
    let own: TraceContext | undefined;
    const request = { method: "prompts/get", prompt: "greet", isPipe: false, trace: given };
    const result = await watched(request, async (found) => {
      own = found;
      trace.getTracer("test").startSpan("inner").end();
      return "result";
    });
    expect(result).toBe("result");
    const [inner, span] = exporter.getFinishedSpans();
    expect(inner?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(spans()[1]).toEqual({
      name: "prompts/get greet",
      kind: 1,
      trace: traceId,
      parent: "00f067aa0ba902b7",
      status: 0,
      attributes: { "mcp.method.name": "prompts/get", "gen_ai.prompt.name": "greet", ...base },
      links: 0,
    });
    expect(own).toEqual({ traceId, parent: `00-${traceId}-${span?.spanContext().spanId}-01`, state: "vendor=1" });
  });

  it("over stdio, of no prompt, says so", async () => {
    await watched({ method: "resources/read", isPipe: true }, async () => undefined);
    expect(spans()).toMatchObject([
      {
        name: "resources/read",
        attributes: { "mcp.method.name": "resources/read", "network.transport": "pipe" },
      },
    ]);
    expect(Object.keys(spans()[0]?.attributes ?? {})).toHaveLength(2);
  });

  it.each<[unknown, string]>([
    [Object.assign(new Error("words"), { code: -32_600 }), "-32600"],
    [Object.assign(new Error("words"), { code: "E1" }), "_OTHER"],
    [new Error("words"), "_OTHER"],
    ["words", "_OTHER"],
  ])("that throws %o is a failure, and throws it on", async (fault, type) => {
    await expect(watched({ method: "a/b", isPipe: true }, () => Promise.reject(fault as Error))).rejects.toBe(fault);
    const [span] = spans();
    expect([span?.status, span?.attributes["error.type"]]).toEqual([2, type]);
    expect(JSON.stringify(spans())).not.toContain("words");
  });

  it("without an SDK is handed the trace that it came with", async () => {
    trace.disable();
    metrics.disable();
    watcher = createWatcher();
    const invalid = { ...given, traceId: "0".repeat(32) };
    for (const one of [invalid, undefined])
      expect(
        await watched(
          { method: "a/b", isPipe: true, ...(one === undefined ? {} : { trace: one }) },
          async (own) => own,
        ),
      ).toEqual(one);
  });
});

describe("what belongs to a call", () => {
  const send = async (headers: HttpRequest["headers"] = []): Promise<HttpRequest["headers"]> => {
    let sent: HttpRequest["headers"] = [];
    const exchange = watcher.exchange?.(async (request) => {
      sent = request.headers;
      return { status: 200, headers: new Headers(), body: new Uint8Array(), truncated: false, url: "" };
    });
    const request = { method: "GET", url: "https://api.example.com/pets/3", headers };
    await exchange?.(request, { allowPrivate: true }, new AbortController().signal, 1);
    return sent;
  };

  it("is a request without a header, and one with the header that the call came with", async () => {
    let sent: HttpRequest["headers"] = [];
    await watcher.watch(callOf({ trace: given }), async () => {
      await send();
      sent = await send([
        ["traceparent", given.parent],
        ["traceparents", "a"],
        ["x-tracestate", "b"],
        ["tracestate", "c"],
      ]);
      return ended;
    });
    const [one, other, call] = exporter.getFinishedSpans();
    expect([one?.name, other?.name]).toEqual(["GET /pets/{petId}", "GET /pets/{petId}"]);
    expect(other?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
    expect(sent).toEqual([
      ["traceparents", "a"],
      ["x-tracestate", "b"],
      ["traceparent", `00-${traceId}-${other?.spanContext().spanId}-01`],
      ["tracestate", "vendor=1"],
    ]);
  });

  it("is no request that is sent when it is over", async () => {
    let own: string | undefined;
    await watcher.watch(callOf(), async ({ trace: found }) => ((own = found?.parent), ended));
    await send([["traceparent", own ?? ""]]);
    expect(spans().map(({ name, parent }) => [name, parent])).toEqual([
      ["tools/call get_pet", undefined],
      ["GET", undefined],
    ]);
  });

  it("is a call that it makes, and no other call of a client", async () => {
    await watcher.watch(callOf({ trace: given, via: "workflow" }), async () => {
      await watcher.watch(callOf({ trace: given }), async () => ended);
      await watcher.watch(callOf({ trace: given, via: "workflow" }), async () => ended);
      return ended;
    });
    const [stranger, inner, outer] = exporter.getFinishedSpans();
    expect([stranger, inner, outer].map((span) => span?.parentSpanContext?.spanId)).toEqual([
      "00f067aa0ba902b7",
      outer?.spanContext().spanId,
      "00f067aa0ba902b7",
    ]);
    expect([stranger?.links.length, inner?.links.length]).toEqual([1, 0]);
  });

  it("is handed on with the flags and the state that it has", async () => {
    const unsampled: TraceContext = { traceId, parent: `00-${traceId}-00f067aa0ba902b7-00` };
    let own: TraceContext | undefined;
    await watcher.watch(callOf({ trace: unsampled }), async ({ trace: found }) => ((own = found), ended));
    expect(own?.parent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    expect(Object.keys(own ?? {})).toEqual(["traceId", "parent"]);
  });
});

it("calls, requests and what is sent for them are measured in seconds", async () => {
  let clock = 0;
  vi.spyOn(performance, "now").mockImplementation(() => clock);
  await watcher.watch(callOf(), async () => ((clock += 1_500), ended));
  await watched({ method: "a/b", isPipe: true }, async () => (clock += 2_500));
  const fault = Object.assign(new Error("words"), { code: -32_600 });
  await expect(watched({ method: "a/b", isPipe: true }, () => Promise.reject(fault))).rejects.toBe(fault);
  const exchange = watcher.exchange?.(async () => {
    clock += 250;
    return { status: 404, headers: new Headers(), body: new Uint8Array(), truncated: false, url: "" };
  });
  const request = { method: "GET", url: "https://api.example.com/pets/3", headers: [] };
  await exchange?.(request, { allowPrivate: true }, new AbortController().signal, 1);
  const { resourceMetrics } = await reader.collect();
  const [scope] = resourceMetrics.scopeMetrics;
  expect(scope?.scope.name).toBe("openapi-mcp-runtime");
  const told = scope?.metrics.map(({ descriptor: { name, description, unit }, dataPoints }) => [
    name,
    description,
    unit,
    dataPoints.map(({ attributes, value }) => [(value as { sum: number }).sum, attributes]),
  ]);
  expect(told).toEqual([
    [
      "mcp.server.operation.duration",
      "MCP request or notification duration as observed on the receiver from the time it was received until the result or ack is sent.",
      "s",
      [
        [
          1.5,
          {
            "mcp.method.name": "tools/call",
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "get_pet",
            "network.transport": "tcp",
            "network.protocol.name": "http",
          },
        ],
        [2.5, { "mcp.method.name": "a/b", "network.transport": "pipe" }],
        [0, { "mcp.method.name": "a/b", "network.transport": "pipe", "error.type": "-32600" }],
      ],
    ],
    [
      "http.client.request.duration",
      "Duration of HTTP client requests.",
      "s",
      [
        [
          0.25,
          {
            "http.request.method": "GET",
            "server.address": "api.example.com",
            "server.port": 443,
            "http.response.status_code": 404,
            "error.type": "404",
          },
        ],
      ],
    ],
  ]);
});

it("what waits is sent at the end, for two seconds at most", async () => {
  vi.useFakeTimers();
  const flushed: string[] = [];
  vi.spyOn(traces, "forceFlush").mockImplementation(async () => void flushed.push("traces"));
  vi.spyOn(meters, "forceFlush").mockImplementation(async () => void flushed.push("metrics"));
  await watcher.close?.();
  expect(flushed).toEqual(["traces", "metrics"]);
  vi.spyOn(traces, "forceFlush").mockRejectedValue(new Error("down"));
  await watcher.close?.();
  vi.spyOn(meters, "forceFlush").mockReturnValue(new Promise(() => undefined));
  vi.clearAllTimers();
  let isOver = false;
  void watcher.close?.().then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(1_999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
});
