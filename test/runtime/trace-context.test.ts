/** The trace that a call is a part of: what is believed of it, and that it reaches the API and the log (W3C Trace Context). */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { traceContext } from "../../templates/always/src/runtime/call/trace-context.ts";
import { type AnyClient, connectHttp, connectStdio, type Generation, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture } from "./mcp-fixture.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = `00-${trace}-00f067aa0ba902b7-01`;

describe("a traceparent", () => {
  it("is handed on as it came, with its tracestate", () => {
    expect(traceContext({ traceparent: parent, tracestate: "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE" })).toEqual({
      traceId: trace,
      parent,
      state: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
    });
  });

  it("is taken of the first that names one", () => {
    const other = parent.replaceAll("4bf9", "aaaa");
    expect(traceContext({ traceparent: parent }, { traceparent: other })?.parent).toBe(parent);
    expect(traceContext(undefined, { traceparent: other })?.parent).toBe(other);
    expect(traceContext({ progressToken: 1 }, undefined)).toBeUndefined();
  });

  it("of a version to come keeps what is known of it", () => {
    expect(traceContext({ traceparent: `cc${parent.slice(2)}-what-comes` })?.parent).toBe(parent);
    expect(traceContext({ traceparent: `cc${parent.slice(2, -2)}ff` })?.parent).toBe(parent);
  });

  it.each([
    ["nothing", ""],
    ["a word", "yes"],
    ["a number", 4],
    ["an object", { traceId: trace }],
    ["a list", [parent]],
    ["null", null],
    ["the version ff", `ff${parent.slice(2)}`],
    ["more behind version 00", `${parent}-more`],
    ["a dash behind version 00", `${parent}-`],
    ["upper case", parent.toUpperCase()],
    ["a trace of zeros", parent.replace(trace, "0".repeat(32))],
    ["a span of zeros", parent.replace("00f067aa0ba902b7", "0".repeat(16))],
    ["a short trace", parent.replace(trace, trace.slice(1))],
    ["a long span", parent.replace("00f067aa0ba902b7", "00f067aa0ba902b7a")],
    ["no flags", parent.slice(0, -3)],
    ["flags that are no number", parent.replace(/01$/, "0x")],
    ["two at once", `${parent}, ${parent}`],
    ["a line feed within", `${parent}\r\nX-Admin: 1`],
    ["a line feed behind a version to come", `cc${parent.slice(2)}-\r\nX-Admin: 1`],
  ])("that is %s begins a new trace, without the state of the old one", (_what, traceparent) => {
    const found = traceContext({ traceparent, tracestate: "rojo=1" });
    expect(found?.parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
    expect(found?.parent).toBe(found?.traceId === trace ? parent : found?.parent);
    expect(found).not.toHaveProperty("state", "x");
    expect(JSON.stringify(found)).not.toContain("Admin");
    if (!String(traceparent).startsWith("cc")) expect(found).not.toHaveProperty("state");
  });
});

describe("a tracestate", () => {
  it.each([
    ["nothing", ""],
    ["no text", 1],
    ["a member without a value", "rojo"],
    ["a key in upper case", "Rojo=1"],
    ["a key with a space", "ro jo=1"],
    ["a value with a comma of its own", "a=1,,=2"],
    ["a line feed", "rojo=1\r\nX-Admin: 1"],
    ["a key twice", "rojo=1,rojo=2"],
    ["33 members", Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(",")],
    ["more than 512 characters", `rojo=${"x".repeat(250)},congo=${"x".repeat(250)},a=${"x".repeat(10)}`],
    ["letters beyond ASCII", "rojo=é"],
  ])("that is %s is left out, and the trace goes on", (_what, tracestate) => {
    expect(traceContext({ traceparent: parent, tracestate })).toEqual({ traceId: trace, parent });
  });
});

describe("on a running server", () => {
  let fixture: Fixture;
  let upstream: Server;
  let environment: Record<string, string>;
  let seen: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    fixture = makeFixture();
    upstream = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { "content-type": "application/json" }).end(`{"id":3,"name":"Rex"}`);
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    environment = { PETSTORE_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` };
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(async () => {
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
    fixture.remove();
  });

  const call = (client: AnyClient, meta: Record<string, unknown>) =>
    client.callTool({ name: "get_pet", arguments: { petId: 3 }, _meta: meta });
  const generations: readonly Generation[] = ["modern", "legacy", "v1"];

  it.each(generations)("reaches the API and the log, of _meta and over both transports: %s", async (generation) => {
    const running = await startHttp(fixture.main, environment);
    try {
      const client = await connectHttp(generation, running.url, { traceparent: parent.replaceAll("4bf9", "bbbb") });
      await call(client, { traceparent: parent, tracestate: "rojo=1" });
      await call(client, {});
      await client.close();
    } finally {
      await running.stop();
    }
    expect(seen.map(({ traceparent, tracestate }) => [traceparent, tracestate])).toEqual([
      [parent, "rojo=1"],
      [parent.replaceAll("4bf9", "bbbb"), undefined],
    ]);
    const traces = running.log.map((line) => JSON.parse(line) as { event: string; trace?: string });
    expect(traces.filter(({ event }) => event === "call").map((line) => line.trace)).toEqual([
      trace,
      trace.replace("4bf9", "bbbb"),
    ]);
    const client = await connectStdio(generation, fixture.main, environment);
    await call(client, { traceparent: parent });
    await call(client, {});
    await client.close();
    expect(seen.slice(2).map(({ traceparent }) => traceparent)).toEqual([parent, undefined]);
  });
});
