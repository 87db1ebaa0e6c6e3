/** `/metrics`: what is counted, that it stays within bounds, and who may read it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Call, Ended, Watcher } from "../../templates/always/src/runtime/call/call.ts";
import { LimitError } from "../../templates/always/src/runtime/errors.ts";
import { createMetrics } from "../../templates/always/src/runtime/metrics/metrics.ts";
import { Counter, Histogram, textOf } from "../../templates/always/src/runtime/metrics/series.ts";
import { connectHttp, type HttpServer, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture } from "./mcp-fixture.ts";

/** Samples by name and labels, of a page whose every line is one of the format. */
function readPage(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
  const sample = new RegExp(String.raw`^([a-zA-Z_:][\w:]*(?:\{${label}(?:,${label})*\})?) (-?[\d.e+-]+|\+Inf)$`);
  expect(text.endsWith("\n")).toBe(true);
  const typed = new Set<string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) .+$/.exec(line);
    if (comment !== null) {
      if (comment[1] === "TYPE") {
        expect(typed, line).not.toContain(comment[2]);
        typed.add(comment[2]!);
      }
      continue;
    }
    const [, key = "", value] = sample.exec(line) ?? [];
    expect(key, line).not.toBe("");
    expect(samples.has(key), line).toBe(false);
    samples.set(key, Number(value));
  }
  return samples;
}

const call = (tool: string) => ({ row: { listing: { name: tool } } }) as unknown as Call;
const ended = (outcome: string) => async (): Promise<Ended> => ({ result: { content: [] }, line: { outcome } });
const read = (metrics: Watcher, ...caller: Parameters<NonNullable<Watcher["page"]>["text"]>) =>
  readPage(metrics.page!.text(...caller));

describe("the page", () => {
  it("has each value of a label as it is, whatever signs are in it", () => {
    const counter = new Counter("a_total", "Of all signs.", ["tool"]);
    counter.count('a"b\\c\nd{e="f"} 5');
    expect(textOf([counter.family()])).toBe(
      '# HELP a_total Of all signs.\n# TYPE a_total counter\na_total{tool="a\\"b\\\\c\\nd{e=\\"f\\"} 5"} 1\n',
    );
  });

  it("counts what is beyond its bounds together, and loses none", () => {
    const counter = new Counter("a_total", "Many.", ["tool", "outcome"], 10);
    const histogram = new Histogram("b_seconds", "Many.", ["tool"], 10);
    for (let index = 0; index < 1_000; index += 1) {
      counter.count(`tool${index % 500}`, "ok");
      histogram.observe(index, `tool${index % 500}`);
    }
    const found = readPage(textOf([counter.family(), histogram.family()]));
    expect([...found.keys()].filter((key) => key.startsWith("a_total"))).toHaveLength(11);
    expect(found.get('a_total{tool="(other)",outcome="(other)"}')).toBe(980);
    expect(found.get('b_seconds_count{tool="(other)"}')).toBe(980);
    expect(found.get('b_seconds_bucket{tool="(other)",le="+Inf"}')).toBe(980);
  });

  it("has buckets that hold each other, and times in seconds", () => {
    const histogram = new Histogram("b_seconds", "Times.", ["tool"]);
    for (const milliseconds of [5, 6, 400, 90_000]) histogram.observe(milliseconds, "x");
    const found = readPage(textOf([histogram.family()]));
    const upTo = (bound: string) => found.get(`b_seconds_bucket{tool="x",le="${bound}"}`);
    expect(["0.005", "0.01", "0.25", "0.5", "60", "+Inf"].map(upTo)).toEqual([1, 2, 2, 3, 3, 4]);
    expect(found.get('b_seconds_sum{tool="x"}')).toBeCloseTo(90.411);
    expect(found.get('b_seconds_count{tool="x"}')).toBe(4);
  });
});

describe("the metrics", () => {
  it("count calls by how they end, also those that a watcher after them refuses, and those that run", async () => {
    const metrics = createMetrics({ tools: { isFor: () => true } }, () => []);
    await metrics.watch(call("get_pet"), ended("ok"));
    await metrics.watch(call("get_pet"), ended("ArgumentError"));
    const refuse = () => Promise.reject(new LimitError("No audit"));
    await expect(metrics.watch(call("get_pet"), refuse)).rejects.toThrow("No audit");
    metrics.refused?.("call", { tool: "delete_pet", outcome: "ScopeError", caller: "user:ada" });
    metrics.refused?.("refused", { status: 401, path: "/mcp" });
    let end: (value: Ended) => void = () => undefined;
    const run = metrics.watch(call("get_pet"), () => new Promise((resolve) => (end = resolve)));
    expect(read(metrics).get("mcp_calls_running")).toBe(1);
    end({ result: { content: [] }, line: { outcome: "cancelled" } });
    await run;
    const found = read(metrics);
    expect(found.get("mcp_calls_running")).toBe(0);
    for (const outcome of ["ok", "ArgumentError", "LimitError", "cancelled"])
      expect(found.get(`mcp_calls_total{tool="get_pet",outcome="${outcome}"}`), outcome).toBe(1);
    expect(found.get('mcp_calls_total{tool="delete_pet",outcome="ScopeError"}')).toBe(1);
    expect(found.get('mcp_call_duration_seconds_count{tool="get_pet"}')).toBe(4);
    expect([...found.keys()].join()).not.toContain("ada");
  });

  it("tell which limit refused a call, those of a watcher after them among them", async () => {
    const metrics = createMetrics({ tools: { isFor: () => true } }, () => []);
    for (const limit of ["caller", "tool", "tool", "tenant", "concurrency"])
      await metrics.watch(call("get_pet"), async () => ({
        result: { content: [] },
        line: { outcome: "LimitError", limit },
      }));
    const refuse = () => Promise.reject(new LimitError("No audit", { limit: "audit" }));
    await expect(metrics.watch(call("get_pet"), refuse)).rejects.toThrow("No audit");
    await metrics.watch(call("get_pet"), ended("ok"));
    const found = read(metrics);
    const counts = ["caller", "tool", "tenant", "concurrency", "audit", "other"].map((limit) =>
      found.get(`mcp_limited_calls_total{tool="get_pet",limit="${limit}"}`),
    );
    expect(counts).toEqual([1, 2, 1, 1, 1, undefined]);
    expect(found.get('mcp_calls_total{tool="get_pet",outcome="LimitError"}')).toBe(6);
  });

  it("tell a caller nothing of tools that are not theirs", async () => {
    const tools = { isFor: ({ id }: { readonly id: string }, tool: string) => id === "ada" || tool === "get_pet" };
    const metrics = createMetrics({ tools }, () => []);
    await metrics.watch(call("get_pet"), ended("ok"));
    await metrics.watch(call("delete_pet"), ended("ok"));
    const seen = (id?: string) => [...read(metrics, id === undefined ? undefined : { id }).keys()].join();
    expect(seen("bob")).toContain("get_pet");
    expect(seen("bob")).not.toContain("delete_pet");
    for (const id of ["ada", undefined]) expect(seen(id)).toContain("delete_pet");
  });
});

describe("a server with the part", () => {
  let fixture: Fixture;
  let upstream: Server;
  let host: string;
  beforeAll(async () => {
    fixture = makeFixture();
    upstream = createServer((request, response) => {
      const status = Number(/\/pets\/(\d{3})$/.exec(request.url ?? "")?.[1] ?? 200);
      response.writeHead(status, { "content-type": "application/json" }).end(`{"id":3,"name":"Rex"}`);
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
    fixture.remove();
  });

  const served = async (environment: Record<string, string>, use: (server: HttpServer) => Promise<void>) => {
    const base = { PETSTORE_BASE_URL: `http://${host}`, PETSTORE_KEY: "key-of-the-api-0123456789" };
    const server = await startHttp(fixture.main, { ...base, ...environment });
    try {
      await use(server);
    } finally {
      expect(await server.stop()).toBe(0);
    }
  };

  it(
    "answers at the port of probes alone where there is one, under any name, without values, callers or secrets",
    () =>
      served(
        { MCP_PROBE_PORT: "0", MCP_AUTH_TOKENS: JSON.stringify({ ada: { token: "token-of-ada-0123456789" } }) },
        async (server) => {
          const authorization = "Bearer token-of-ada-0123456789";
          for (const generation of ["modern", "legacy", "v1"] as const) {
            const client = await connectHttp(generation, server.url, { authorization });
            await client.callTool({ name: "get_pet", arguments: { petId: 200 } });
            await client.callTool({ name: "get_pet", arguments: { petId: 404 } });
            await client.callTool({ name: "get_pet", arguments: { petId: "no-number" } });
            await client.callTool({ name: "no_such_tool", arguments: {} }).catch(() => undefined);
            await client.close();
          }
          // More than the log has lines for in a minute.
          await Promise.all(Array.from({ length: 24 }, () => fetch(server.url, { method: "POST" })));
          const port = server.log.map((line) => /"event":"probes","port":(\d+)/.exec(line)?.[1]).find(Boolean);
          const response = await fetch(`http://127.0.0.1:${port}/metrics`);
          expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
          const text = await response.text();
          const found = readPage(text);
          expect(found.get('mcp_calls_total{tool="get_pet",outcome="ok"}')).toBe(3);
          expect(found.get('mcp_calls_total{tool="get_pet",outcome="error"}')).toBe(3);
          expect(found.get('mcp_calls_total{tool="get_pet",outcome="ArgumentError"}')).toBe(3);
          expect(found.get(`mcp_upstream_requests_total{host="${host}",status="2xx"}`)).toBe(3);
          expect(found.get(`mcp_upstream_requests_total{host="${host}",status="4xx"}`)).toBe(3);
          expect(found.get(`mcp_upstream_paused{host="${host}",scope="origin"}`)).toBe(0);
          expect(found.get('mcp_refused_requests_total{reason="401"}')).toBe(24);
          expect(found.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
          for (const hidden of ["ada", "no-number", "no_such_tool", "key-of", "token-of"])
            expect(text, hidden).not.toContain(hidden);
          expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: "POST" })).status).toBe(405);
          const headers = { authorization };
          expect((await fetch(server.url.replace("/mcp", "/metrics"), { headers })).status).toBe(404);
        },
      ),
    60_000,
  );

  it(
    "answers where MCP does to those who may call, else, and says what is paused",
    () =>
      served(
        { MCP_AUTH_TOKEN: "token-of-all-0123456789", PETSTORE_BASE_URL: "http://127.0.0.1:9", MCP_ATTEMPTS: "1" },
        async (server) => {
          const url = server.url.replace("/mcp", "/metrics");
          const headers = { authorization: "Bearer token-of-all-0123456789" };
          const client = await connectHttp("modern", server.url, headers);
          for (let index = 0; index < 12; index += 1)
            await client.callTool({ name: "get_pet", arguments: { petId: 1 } });
          await client.close();
          expect((await fetch(url)).status).toBe(401);
          expect((await fetch(url, { headers: { ...headers, origin: "https://evil.example" } })).status).toBe(403);
          const found = readPage(await (await fetch(url, { headers })).text());
          expect(found.get('mcp_calls_total{tool="get_pet",outcome="UpstreamError"}')).toBe(12);
          expect(found.get('mcp_upstream_paused{host="127.0.0.1:9",scope="origin"}')).toBe(1);
          expect(found.get('mcp_upstream_requests_total{host="127.0.0.1:9",status="none"}')).toBeGreaterThanOrEqual(5);
        },
      ),
    60_000,
  );
});
