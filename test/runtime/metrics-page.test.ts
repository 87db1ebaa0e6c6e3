/** The page of metrics as Prometheus reads it, line by line, and what of requests to APIs is counted. */
import { describe, expect, it } from "vitest";
import { createMetrics, createWatcher } from "../../templates/always/src/runtime/metrics/metrics.ts";
import { Counter, Histogram, textOf, textType } from "../../templates/always/src/runtime/metrics/series.ts";
import type { Exchange } from "../../templates/always/src/runtime/upstream/http-message.ts";

describe("a page", () => {
  it("has each metric with its help, its type and its samples", () => {
    const counter = new Counter("calls_total", "Calls.", ["tool", "outcome"]);
    counter.count("a", "ok");
    counter.count("a", "ok");
    counter.count("b", 'x\\y"z\n');
    const gauge = { name: "running", help: "Now.", type: "gauge", samples: [{ labels: {}, value: 0 }] } as const;
    expect(textOf([counter.family(), gauge])).toBe(
      [
        "# HELP calls_total Calls.",
        "# TYPE calls_total counter",
        'calls_total{tool="a",outcome="ok"} 2',
        'calls_total{tool="b",outcome="x\\\\y\\"z\\n"} 1',
        "# HELP running Now.",
        "# TYPE running gauge",
        "running 0",
        "",
      ].join("\n"),
    );
  });

  it("has nothing of a metric without samples", () =>
    expect(textOf([new Counter("a", "A.", ["b"]).family(), new Histogram("c", "C.", ["d"]).family()])).toBe(""));

  it("has times by bounds in seconds, each of which holds the lesser ones", () => {
    const histogram = new Histogram("seconds", "Time.", ["tool"]);
    for (const ms of [5, 5.1, 60_000, 60_001]) histogram.observe(ms, "a");
    const bounds: [string, number][] = [
      ["0.005", 1],
      ["0.01", 2],
      ["0.025", 2],
      ["0.05", 2],
      ["0.1", 2],
      ["0.25", 2],
      ["0.5", 2],
      ["1", 2],
      ["2.5", 2],
      ["5", 2],
      ["10", 2],
      ["30", 2],
      ["60", 3],
      ["+Inf", 4],
    ];
    expect(textOf([histogram.family()])).toBe(
      [
        "# HELP seconds Time.",
        "# TYPE seconds histogram",
        ...bounds.map(([le, value]) => `seconds_bucket{tool="a",le="${le}"} ${value}`),
        'seconds_sum{tool="a"} 120.0111',
        'seconds_count{tool="a"} 4',
        "",
      ].join("\n"),
    );
  });

  it("tells as many rows apart as it may, and counts the rest together", () => {
    const counter = new Counter("a", "A.", ["b", "c"], 2);
    for (const value of ["1", "2", "3", "4", "1"]) counter.count(value, "x");
    expect(counter.family().samples).toEqual([
      { labels: { b: "1", c: "x" }, value: 2 },
      { labels: { b: "2", c: "x" }, value: 1 },
      { labels: { b: "(other)", c: "(other)" }, value: 2 },
    ]);
    const histogram = new Histogram("a", "A.", ["b"], 1);
    for (const value of ["1", "2", "3"]) histogram.observe(1, value);
    const counts = histogram.family().samples.filter(({ suffix }) => suffix === "_count");
    expect(counts.map(({ labels, value }) => [labels["b"], value])).toEqual([
      ["1", 1],
      ["(other)", 2],
    ]);
  });

  it("tells 2,000 rows of counters apart, and 500 of times", () => {
    const counter = new Counter("a", "A.", ["b"]);
    const histogram = new Histogram("a", "A.", ["b"]);
    for (let index = 0; index < 2_500; index += 1) {
      counter.count(`${index}`);
      histogram.observe(1, `${index}`);
    }
    expect(counter.family().samples).toHaveLength(2_001);
    expect(histogram.family().samples.filter(({ suffix }) => suffix === "_sum")).toHaveLength(501);
  });
});

describe("requests to APIs", () => {
  const answering =
    (status: number | Error): Exchange =>
    async ({ url }) => {
      if (status instanceof Error) throw status;
      return { status, headers: new Headers(), body: new Uint8Array(), truncated: false, url };
    };
  const signal = new AbortController().signal;
  const pageOf = (metrics: ReturnType<typeof createWatcher>) => metrics.page?.text() ?? "";

  it("are counted by host and class of status, also those without an answer", async () => {
    const metrics = createMetrics({ tools: { isFor: () => true } }, () => []);
    const send = (url: string, status: number | Error) =>
      metrics.exchange?.(answering(status))({ method: "GET", url, headers: [] }, { allowPrivate: true }, signal, 1);
    expect(await send("https://a.example/x", 200)).toMatchObject({ status: 200 });
    await send("https://a.example/y?token=1", 299);
    await send("https://a.example:81/", 404);
    await expect(send("https://a.example/", new Error("gone"))).rejects.toThrow("gone");
    const page = pageOf(metrics);
    for (const line of [
      'mcp_upstream_requests_total{host="a.example",status="2xx"} 2',
      'mcp_upstream_requests_total{host="a.example:81",status="4xx"} 1',
      'mcp_upstream_requests_total{host="a.example",status="none"} 1',
      'mcp_upstream_duration_seconds_count{host="a.example"} 3',
    ])
      expect(page).toContain(`${line}\n`);
    expect(page).not.toContain("token");
  });

  it("that are paused are told by host and scope", () => {
    const metrics = createWatcher({ tools: { isFor: () => true } } as never);
    expect(pageOf(metrics)).not.toContain("mcp_upstream_paused");
    metrics.uses?.({ paused: () => [{ host: "a.example", scope: "origin", count: 2 }] } as never);
    expect(pageOf(metrics)).toContain('mcp_upstream_paused{host="a.example",scope="origin"} 2\n');
  });

  it("that were turned away are told by reason, and refused calls by tool", () => {
    const metrics = createMetrics({ tools: { isFor: () => true } }, () => [
      { name: "host_up", help: "Up.", type: "gauge", samples: [{ labels: {}, value: 1 }] },
    ]);
    metrics.turnedAway?.(401);
    metrics.turnedAway?.("overloaded");
    metrics.refused?.("call", { tool: "a", outcome: "ScopeError" });
    metrics.refused?.("call", { tool: 7, outcome: "ScopeError" });
    metrics.refused?.("other", { tool: "a", outcome: "ScopeError" });
    const page = pageOf(metrics);
    for (const line of [
      'mcp_refused_requests_total{reason="401"} 1',
      'mcp_refused_requests_total{reason="overloaded"} 1',
      'mcp_calls_total{tool="a",outcome="ScopeError"} 1',
      "mcp_calls_running 0",
      "host_up 1",
    ])
      expect(page).toContain(`${line}\n`);
    expect(page.match(/ScopeError/g)).toHaveLength(1);
    expect(page).toMatch(
      /^# HELP mcp_runtime_info .+\n# TYPE mcp_runtime_info gauge\nmcp_runtime_info\{version="[^"]+"\} 1\n/,
    );
  });

  it("are told at /metrics, in the text format", () => {
    expect(textType).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(createWatcher({ tools: { isFor: () => true } } as never).page).toMatchObject({
      path: "/metrics",
      type: textType,
    });
  });
});
