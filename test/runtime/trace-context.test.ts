/** The trace that a call is a part of: that it reaches the API and the log (W3C Trace Context). */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnyClient, connectHttp, connectStdio, type Generation, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture } from "./mcp-fixture.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = `00-${trace}-00f067aa0ba902b7-01`;

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
