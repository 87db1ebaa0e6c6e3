/** Every metric that there is: its name, what is said of it, its labels and its numbers, on one page. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call, Ended } from "../../templates/always/src/runtime/call/call.ts";
import { ArgumentError, LimitError } from "../../templates/always/src/runtime/errors.ts";
import { createMetrics } from "../../templates/always/src/runtime/metrics/metrics.ts";
import type { Exchange } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { runtimeVersion } from "../../templates/always/src/runtime/version.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const call = (name: string) => ({ row: { listing: { name } } }) as unknown as Call;
const ended = (line: object): Ended => ({ result: { content: [] }, line }) as unknown as Ended;
const opened = () => createMetrics({ tools: { isFor: () => true } }, () => []);
const lines = (metrics: ReturnType<typeof opened>, kind: RegExp) =>
  (metrics.page?.text() ?? "").split("\n").filter((line) => kind.test(line));
const send = (metrics: ReturnType<typeof opened>, url: string, exchange: Exchange) =>
  metrics.exchange?.(exchange)(
    { method: "GET", url, headers: [] },
    { allowPrivate: true },
    new AbortController().signal,
    1,
  );
const answering =
  (status: number, ms = 0): Exchange =>
  async ({ url }) => {
    vi.advanceTimersByTime(ms);
    return { status, headers: new Headers(), body: new Uint8Array(), truncated: false, url };
  };

describe("a page of all metrics", () => {
  it("says of each what it counts", async () => {
    const metrics = opened();
    await metrics.watch(call("a"), async () => ended({ outcome: "LimitError", limit: "tool" }));
    metrics.turnedAway?.(401);
    await send(metrics, "https://a.example/", answering(200));
    metrics.uses?.({ paused: () => [{ host: "a.example", scope: "origin", count: 1 }] } as never);
    expect(lines(metrics, /^#/)).toEqual([
      "# HELP mcp_runtime_info Version of the server's runtime.",
      "# TYPE mcp_runtime_info gauge",
      "# HELP mcp_calls_total Calls by how they ended.",
      "# TYPE mcp_calls_total counter",
      "# HELP mcp_limited_calls_total Calls that a limit refused, by which: caller, tool, tenant, concurrency, api, audit, other.",
      "# TYPE mcp_limited_calls_total counter",
      "# HELP mcp_call_duration_seconds Time of calls, from their first step to their result.",
      "# TYPE mcp_call_duration_seconds histogram",
      "# HELP mcp_calls_running Calls that have no result yet.",
      "# TYPE mcp_calls_running gauge",
      "# HELP mcp_refused_requests_total Requests that were turned away before there was a call, by HTTP status, or overloaded.",
      "# TYPE mcp_refused_requests_total counter",
      "# HELP mcp_upstream_requests_total Requests that were sent, each attempt of them, by class of the answer's status; none: no answer came.",
      "# TYPE mcp_upstream_requests_total counter",
      "# HELP mcp_upstream_duration_seconds Time of requests that were sent, to the end of the answer.",
      "# TYPE mcp_upstream_duration_seconds histogram",
      "# HELP mcp_upstream_paused What is paused at a host since it failed: single calls, operations, callers, or all of it.",
      "# TYPE mcp_upstream_paused gauge",
    ]);
    expect(lines(metrics, /^(?!#|.*le=)./)).toEqual([
      `mcp_runtime_info{version="${runtimeVersion}"} 1`,
      'mcp_calls_total{tool="a",outcome="LimitError"} 1',
      'mcp_limited_calls_total{tool="a",limit="tool"} 1',
      'mcp_call_duration_seconds_sum{tool="a"} 0',
      'mcp_call_duration_seconds_count{tool="a"} 1',
      "mcp_calls_running 0",
      'mcp_refused_requests_total{reason="401"} 1',
      'mcp_upstream_requests_total{host="a.example",status="2xx"} 1',
      'mcp_upstream_duration_seconds_sum{host="a.example"} 0',
      'mcp_upstream_duration_seconds_count{host="a.example"} 1',
      'mcp_upstream_paused{host="a.example",scope="origin"} 1',
    ]);
  });

  it("has of a server that did nothing its version and that nothing runs", () => {
    expect(lines(opened(), /^[^#]/)).toEqual([
      `mcp_runtime_info{version="${runtimeVersion}"} 1`,
      "mcp_calls_running 0",
    ]);
  });
});

describe("a call", () => {
  it("has its time, and how it ended, also where it threw", async () => {
    const metrics = opened();
    const after = async (ms: number, end: () => Ended) => {
      const run = async () => {
        vi.advanceTimersByTime(ms);
        return end();
      };
      return metrics.watch(call("a"), run).catch((fault: unknown) => fault);
    };
    const throwing = (fault: Error) => () => {
      throw fault;
    };
    const first = ended({ outcome: "ok" });
    expect(await after(250, () => first)).toBe(first);
    const limit = new LimitError("Too many");
    expect(await after(1_000, throwing(limit))).toBe(limit);
    await after(0, throwing(new LimitError("Too many", { limit: "audit" })));
    await after(0, throwing(new ArgumentError("Wrong")));
    await after(0, throwing(new Error("Broken")));
    await after(0, () => ended({ outcome: "LimitError", limit: 7 }));
    expect(lines(metrics, /^mcp_(?:calls_total|limited|call_duration_seconds_(?:sum|count))/)).toEqual([
      'mcp_calls_total{tool="a",outcome="ok"} 1',
      'mcp_calls_total{tool="a",outcome="LimitError"} 3',
      'mcp_calls_total{tool="a",outcome="ArgumentError"} 1',
      'mcp_calls_total{tool="a",outcome="InternalError"} 1',
      'mcp_limited_calls_total{tool="a",limit="other"} 1',
      'mcp_limited_calls_total{tool="a",limit="audit"} 1',
      'mcp_call_duration_seconds_sum{tool="a"} 1.25',
      'mcp_call_duration_seconds_count{tool="a"} 6',
    ]);
    expect(lines(metrics, /le="(?:0.1|0.25|0.5|1)"/).map((line) => line.split(" ")[1])).toEqual(["4", "5", "5", "6"]);
  });

  it("runs until it has ended", async () => {
    const metrics = opened();
    let end: (value: Ended) => void = () => undefined;
    const runs = [1, 2].map(() => metrics.watch(call("a"), () => new Promise((resolve) => (end = resolve))));
    const running = () => lines(metrics, /^mcp_calls_running/);
    expect(running()).toEqual(["mcp_calls_running 2"]);
    end(ended({ outcome: "ok" }));
    await runs[1];
    expect(running()).toEqual(["mcp_calls_running 1"]);
  });
});

describe("requests to APIs", () => {
  it("have the time until their answer, and its class", async () => {
    const metrics = opened();
    const statuses = [100, 199, 200, 302, 404, 500, 599];
    for (const status of statuses) await send(metrics, "https://a.example:81/x?y", answering(status, 100));
    expect(lines(metrics, /^mcp_upstream_(?:requests|duration_seconds_(?:sum|count))/)).toEqual([
      'mcp_upstream_requests_total{host="a.example:81",status="1xx"} 2',
      'mcp_upstream_requests_total{host="a.example:81",status="2xx"} 1',
      'mcp_upstream_requests_total{host="a.example:81",status="3xx"} 1',
      'mcp_upstream_requests_total{host="a.example:81",status="4xx"} 1',
      'mcp_upstream_requests_total{host="a.example:81",status="5xx"} 2',
      'mcp_upstream_duration_seconds_sum{host="a.example:81"} 0.7',
      'mcp_upstream_duration_seconds_count{host="a.example:81"} 7',
    ]);
  });

  it("are told apart by 500 hosts and classes, and their times by 100 hosts", async () => {
    const metrics = opened();
    const answer = answering(200);
    for (let index = 0; index < 502; index += 1) await send(metrics, `https://h${index}.example/`, answer);
    const requests = lines(metrics, /^mcp_upstream_requests_total/);
    expect([requests.length, requests[499], requests[500]]).toEqual([
      501,
      'mcp_upstream_requests_total{host="h499.example",status="2xx"} 1',
      'mcp_upstream_requests_total{host="(other)",status="(other)"} 2',
    ]);
    const counts = lines(metrics, /^mcp_upstream_duration_seconds_count/);
    expect([counts.length, counts[100]]).toEqual([101, 'mcp_upstream_duration_seconds_count{host="(other)"} 402']);
  });
});
