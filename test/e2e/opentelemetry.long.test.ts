/** The SDK of OpenTelemetry, started as docs/production.md says, beside a server; and who receives what it exports. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installed } from "../conformance/packages.ts";
import { connectStdio } from "../runtime/mcp-connections.ts";
import { type Fixture, makeFixture, startUpstream, type Upstream } from "../runtime/mcp-fixture.ts";

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
}

interface OtlpTraces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

let fixture: Fixture;
let upstream: Upstream;
let receiver: Server;
let bodies: { readonly path: string; readonly text: string }[] = [];
beforeAll(async () => {
  fixture = makeFixture();
  upstream = await startUpstream();
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push({ path: request.url ?? "", text: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await upstream.close();
  fixture.remove();
});

it("gets a trace of a call over OTLP, with one span for each request and one traceparent in it", async () => {
  bodies = [];
  // Both as the documentation names them.
  const sdk = installed("@opentelemetry/auto-instrumentations-node", "0.81.2", ["@opentelemetry/api@1.9.1"]);
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const client = await connectStdio("modern", fixture.main, {
    PETSTORE_BASE_URL: upstream.url,
    PETSTORE_KEY: "key-of-the-api-0123456789",
    NODE_OPTIONS: `--import=${pathToFileURL(join(sdk, "build/src/register.js"))}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_SERVICE_NAME: "petstore-mcp",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_NODE_RESOURCE_DETECTORS: "env",
  });
  const _meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const { isError } = await client.callTool({ name: "get_pet", arguments: { petId: 1 }, _meta });
  expect(isError).not.toBe(true);
  await client.close();
  const spans = () =>
    bodies
      .filter(({ path }) => path === "/v1/traces")
      .flatMap(({ text }) => (JSON.parse(text) as OtlpTraces).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap((scope) => scope.spans)
      .filter((span) => span.traceId === traceId);
  await expect.poll(() => spans().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  const call = spans().find(({ parentSpanId }) => parentSpanId === "00f067aa0ba902b7");
  expect(call).toMatchObject({ name: "tools/call get_pet", kind: 2 });
  expect(spans()).toHaveLength(2);
  // No second one by the instrumentation of the client, which the SDK brings.
  expect(spans().filter(({ parentSpanId }) => parentSpanId === call?.spanId)).toMatchObject([
    { name: "GET /pets/{petId}", kind: 3 },
  ]);
  await expect
    .poll(
      () => bodies.find(({ path, text }) => path === "/v1/metrics" && text.includes("mcp.server.operation.duration")),
      {
        timeout: 60_000,
      },
    )
    .toBeDefined();
  expect(bodies.map(({ text }) => text).join()).not.toContain("key-of-the-api");
}, 300_000);
