/** Answers that do not end: what came is given, and said to be cut. */
import { createServer, type ServerResponse } from "node:http";
import { gzipSync, constants } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import type { CallPlan } from "../../templates/always/src/runtime/data/model.ts";
import { defaultLimits, readResult } from "../../templates/always/src/runtime/response/result.ts";
import { openSender, type OpenSender } from "./sender.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { listen } from "./send-fault-server.ts";

const plan: CallPlan = {
  pointer: "",
  request: { method: "GET", path: "/", server: "default", parameters: [], accept: [], security: [] },
  responses: [],
};

/** What each path sends before it hangs, or breaks where it is `/broken…`. */
const streams: Readonly<Record<string, readonly [contentType: string, body: string | Buffer, coding?: string]>> = {
  "/events": ["text/event-stream", "data: 1\n\nevent: x\ndata: 2\n\ndata: hal"],
  "/lines": ["application/x-ndjson", '{"a":1}\n{"a":2}\n{"a":'],
  "/records": ["application/json-seq", '\u001e{"a":1}\n\u001e{"a":'],
  "/watch": ["application/json;stream=watch", '{"type":"ADDED"}\n{"type":"MOD'],
  "/gzip": ["text/event-stream", gzipSync("data: 1\n\ndata: 2\n\n", { finishFlush: constants.Z_SYNC_FLUSH }), "gzip"],
  "/nothing": ["text/event-stream", ": comment\n\ndata: hal"],
  "/json": ["application/json", '{\n "a": [1,'],
  "/text": ["text/plain", "one\ntwo\n"],
  "/broken": ["text/event-stream", "data: 1\n\ndata: hal"],
  "/broken-json": ["application/json", '{\n "a": [1,'],
};

/** Enough for any machine to get what is there at once. */
const remainingMs = 5_000;

let sender: OpenSender;
let upstream: { readonly port: number; close(): Promise<void> };
let origin: string;
const hits: string[] = [];
const server = createServer((request, response: ServerResponse) => {
  const path = request.url ?? "";
  hits.push(path);
  const [contentType, body, coding] = streams[path] ?? ["text/plain", ""];
  response.writeHead(200, {
    "Content-Type": contentType,
    ...(coding === undefined ? {} : { "Content-Encoding": coding }),
  });
  response.write(body, () => path.startsWith("/broken") && setTimeout(() => response.destroy(), 50));
});

beforeAll(async () => {
  sender = openSender(readSettings({ MCP_ATTEMPTS: "1" }), createLog("silent"));
  upstream = await listen(server);
  origin = `http://127.0.0.1:${upstream.port}`;
});
afterAll(async () => {
  await sender.close();
  await upstream.close();
});

async function read(path: string, signal = new AbortController().signal) {
  const response = await sender.send(
    { method: "GET", url: origin + path, headers: [] },
    { signal, idempotent: true, allowPrivate: true, remainingMs },
  );
  return readResult(response, plan, defaultLimits);
}

describe.concurrent("a stream of records that does not end", () => {
  it.each<[string, readonly unknown[]]>([
    ["/events", [{ data: "1" }, { event: "x", data: "2" }]],
    ["/lines", [{ a: 1 }, { a: 2 }]],
    ["/records", [{ a: 1 }]],
    ["/watch", [{ type: "ADDED" }]],
    ["/gzip", [{ data: "1" }, { data: "2" }]],
  ])("gives what came until the time was over: %s", async (path, value) => {
    const result = await read(path);
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toEqual(value);
    expect(JSON.stringify(result.content)).toContain(
      "[Cut: the API was still sending when the time of this call was over.",
    );
    expect(result._meta).toMatchObject({ "openapi-to-mcp/part": { unit: "bytes" } });
  });

  it("gives what came until its connection broke", async () => {
    const result = await read("/broken");
    expect(result.structuredContent).toEqual([{ data: "1" }]);
    expect(JSON.stringify(result.content)).toContain("[Cut: the connection broke while the API was sending.");
    expect(hits.filter((path) => path === "/broken")).toHaveLength(1);
  });

  it.each(["/nothing", "/json", "/text"])("fails where no whole record came: %s", async (path) => {
    await expect(read(path)).rejects.toThrow("timed out");
  });

  it("fails where it breaks and no whole record came", async () => {
    await expect(read("/broken-json")).rejects.toThrow();
  });

  it("gives nothing to a call that was cancelled", async () => {
    const controller = new AbortController();
    const result = read("/events", controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(result).rejects.toThrow("cancelled");
  });
});

it("JSON texts on lines of their own are records also where they are called JSON", () => {
  const response = {
    status: 200,
    headers: new Headers({ "Content-Type": "application/json" }),
    body: Buffer.from('{"a":1}\n{"a":2}\n'),
    truncated: false,
    url: "",
  };
  expect(readResult(response, plan, defaultLimits).structuredContent).toEqual([{ a: 1 }, { a: 2 }]);
});
