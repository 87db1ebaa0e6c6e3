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
  "/only-a-head": ["text/event-stream", ""],
  "/pods?watch=true": ["application/json", ""],
  "/pods?watch=false": ["application/json", ""],
  "/pods?fieldSelector=a%3Fwatch=true": ["application/json", ""],
  "/no-line": ["text/plain", "one"],
  "/character": ["text/event-stream", Buffer.concat([Buffer.from("data: 1\n\ndata: "), Buffer.from([0xf0, 0x9f])])],
  "/number": ["application/x-ndjson", "1\n12"],
  "/called-json": ["application/json", '{"type":"ADDED"}\n'],
  "/ended": ["text/event-stream", "data: 1\n\ndata: [DONE]\n\n"],
  "/broken-nothing": ["text/event-stream", ": comment\n\ndata: hal"],
  "/broken-text": ["text/plain", "one\ntwo\n"],
  "/broken-ended": ["text/event-stream", "data: 1\n\ndata: [DONE]\n\n"],
  "/ends-gzip": ["text/event-stream", gzipSync("data: 1\n\ndata: 2\n\n").subarray(0, -8), "gzip"],
  "/ends-gzip-lines": ["application/x-ndjson", gzipSync("1\n2\n").subarray(0, -3), "gzip"],
  "/ends-gzip-json": ["application/json", gzipSync('{"a":1}').subarray(0, -8), "gzip"],
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
  if (path.startsWith("/ends")) return void response.end(body);
  response.flushHeaders();
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
    ["/nothing", []],
    ["/character", [{ data: "1" }]],
    ["/number", [1]],
    ["/called-json", [{ type: "ADDED" }]],
  ])("gives what came until the time was over: %s", async (path, value) => {
    const result = await read(path);
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toEqual(value);
    expect(JSON.stringify(result.content)).toContain(
      "[Cut: the API was still sending when the time of this call was over.",
    );
    expect(result._meta).toMatchObject({ "openapi-to-mcp/part": { unit: "bytes" }, "openapi-to-mcp/cut": "time" });
    expect(JSON.stringify(result.content)).not.toContain("\ufffd");
  });

  it("gives what came until its connection broke", async () => {
    const result = await read("/broken");
    expect(result.structuredContent).toEqual([{ data: "1" }]);
    expect(JSON.stringify(result.content)).toContain("[Cut: the connection broke while the API was sending.");
    expect(hits.filter((path) => path === "/broken")).toHaveLength(1);
  });

  it.each(["/only-a-head", "/pods?watch=true"])("gives nothing where nothing came but a head: %s", async (path) => {
    expect(await read(path)).toMatchObject({
      content: [
        {
          text: "[Cut: the API was still sending when the time of this call was over. Nothing came until then.]",
        },
      ],
      structuredContent: [],
    });
  });

  it("gives lines of text, as of a log that is followed", async () => {
    const { content, _meta } = await read("/text");
    expect(content).toEqual([{ type: "text", text: expect.stringMatching(/^one\ntwo\n\n\[Cut: the API was still/) }]);
    expect(_meta).toMatchObject({ "openapi-to-mcp/cut": "time" });
  });

  it.each(["/ended", "/broken-ended"])("is whole where it said that it is over: %s", async (path) => {
    const { structuredContent, content, _meta } = await read(path);
    expect(structuredContent).toEqual([{ data: "1" }]);
    expect(JSON.stringify([content, _meta])).not.toMatch(/cut/i);
  });

  it.each<[string, readonly unknown[]]>([
    ["/ends-gzip", [{ data: "1" }, { data: "2" }]],
    ["/ends-gzip-lines", [1, 2]],
  ])("gives what can be decoded: %s", async (path, value) => {
    const result = await read(path);
    expect(result.structuredContent).toEqual(value);
    expect(JSON.stringify(result.content)).toContain("[Cut: what the API sent then cannot be decoded.");
    expect(result._meta).toMatchObject({ "openapi-to-mcp/cut": "coding" });
  });

  it.each(["/broken-nothing", "/broken-text", "/ends-gzip-json"])(
    "fails where a whole one may be had: %s",
    async (path) => {
      await expect(read(path)).rejects.toThrow();
    },
  );

  it.each(["/json", "/no-line", "/pods?watch=false", "/pods?fieldSelector=a%3Fwatch=true"])(
    "fails where no whole record came: %s",
    async (path) => {
      await expect(read(path)).rejects.toThrow("timed out");
    },
  );

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

describe("a stream that ends with an error", () => {
  const ended = (type: string, text: string) =>
    readResult(
      {
        status: 200,
        headers: new Headers({ "Content-Type": type }),
        body: Buffer.from(text),
        truncated: false,
        url: "",
      },
      plan,
      defaultLimits,
    );

  it.each([
    ["text/event-stream", "data: 1\n\nevent: error\ndata: gone\n\n"],
    ["text/event-stream", "data: 1\n\nevent: run.error\ndata: gone\n\ndata: [DONE]\n\n"],
    ["text/event-stream", 'data: 1\n\ndata: {"error":{"message":"gone"}}\n\ndata: [DONE]\n\n'],
    ["application/x-ndjson", '{"a":1}\n{"error":"gone"}\n'],
    ["application/json-seq", '\u001e{"a":1}\n\u001e{"error":"gone"}\n'],
    ["application/json", '{"type":"ADDED"}\n{"type":"ERROR","object":{"kind":"Status","reason":"gone"}}\n'],
    ["application/json", '{"status":"pulling"}\r\n{"errorDetail":{"message":"gone"},"error":"gone"}\r\n'],
  ])("fails, with what came before: %s %j", (type, text) => {
    const { isError, content, structuredContent } = ended(type, text);
    expect(isError).toBe(true);
    expect(structuredContent).toBeUndefined();
    const all = JSON.stringify(content);
    expect(all).toContain("gone");
    expect(all).toMatch(/data: 1|\ba\b|pulling|ADDED/);
    expect(all).toContain("Note: the API ended this answer with an error");
  });

  it.each([
    ["text/event-stream", "event: error\ndata: gone\n\ndata: 1\n\n"],
    ["text/event-stream", "event: no-errors\ndata: 1\n\n"],
    ["text/event-stream", 'event: log\ndata: {"error":{"message":"x"}}\n\n'],
    ["text/event-stream", 'data: {"error":null}\n\n'],
    ["application/x-ndjson", '{"a":1}\n{"level":"warn","time":1,"error":"gone"}\n'],
    ["application/json", '{"error":"gone"}\n'],
    ["application/json", '{"error":"gone"}'],
    ["text/plain", "event: error\ndata: gone\n\n"],
  ])("is none: %s %j", (type, text) => expect(ended(type, text).isError).toBeUndefined());
});
