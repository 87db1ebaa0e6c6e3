/** MCP over a pipe: what is read, begun, refused and answered, and how it ends. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Log } from "../../templates/always/src/runtime/log.js";
import { TableServer } from "../../templates/always/src/runtime/mcp/mcp-server.js";
import { serveStdio } from "../../templates/always/src/runtime/node/stdio.js";
import type { Settings } from "../../templates/always/src/runtime/settings/settings.js";
import { turns, until } from "./until.js";
import { tablesOf } from "./table-server.js";

interface Line {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: { readonly content?: readonly { readonly text?: string }[]; readonly resultType?: string };
  readonly error?: { readonly code: number; readonly message: string };
}

const written: string[] = [];
/** What `writeStdout` writes to, whatever stands in its place meanwhile. */
const real = process.stdout;

const lines = (): Line[] => written.map((text) => JSON.parse(text) as Line);
const ids = (): unknown[] => lines().map(({ id }) => id);

let stdin: PassThrough;
let stdout: EventEmitter & { writableLength: number };
const signals = ["SIGTERM", "SIGINT"] as const;
const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
const ownListener = (signal: (typeof signals)[number]) =>
  process.listeners(signal).filter((listener) => !before.get(signal)?.includes(listener));

beforeEach(() => {
  written.length = 0;
  stdin = new PassThrough();
  stdout = Object.assign(new EventEmitter(), { writableLength: 0 });
  vi.spyOn(real, "_write").mockImplementation((chunk: Buffer | string, _encoding, done) => {
    written.push(String(chunk));
    done();
  });
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as never);
  vi.spyOn(process, "stdout", "get").mockReturnValue(stdout as never);
});
afterEach(async () => {
  stdout.emit("error", new Error("over"));
  await turns(5);
  for (const signal of signals) for (const listener of ownListener(signal)) process.off(signal, listener);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A server whose tools answer when they are told to. */
async function serve(timeoutMs = 60_000) {
  const ends: (() => void)[] = [];
  const { tables, asked } = tablesOf(({ args }) => {
    if (args["now"] === true) return { content: [{ type: "text", text: "now" }] };
    return new Promise((resolve) => ends.push(() => resolve({ content: [{ type: "text", text: "done" }] })));
  });
  const told: unknown[] = [];
  const log = {
    error: (event: string, fields: object) => told.push(["error", event, fields]),
    debug: (event: string, fields: object) => told.push(["debug", event, fields]),
  } as unknown as Log;
  let isOver = false;
  const over = serveStdio(() => new TableServer(tables), { timeoutMs } as Settings, log).then(() => (isOver = true));
  const send = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const call = (id: number | string, args: object = {}, more: object = {}) =>
    send({ id, method: "tools/call", params: { name: "plain", arguments: args, ...more } });
  send({
    id: "hello",
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  });
  await until(() => written.length === 1);
  written.length = 0;
  return { send, call, asked, ends, told, over, isOver: () => isOver };
}

describe("each request is answered, on a line of its own", () => {
  it("in the order of what is done first", async () => {
    const { call, ends } = await serve();
    call(1);
    call(2, { now: true });
    await until(() => written.length === 1);
    ends[0]?.();
    await until(() => written.length === 2);
    expect(ids()).toEqual([2, 1]);
    for (const text of written) expect(text).toMatch(/^[^\n]+\n$/);
  });

  it("also one that is none, but no notification", async () => {
    const { send, told } = await serve();
    send({ id: 1, method: 5 });
    stdin.write("{\n");
    send({ method: 5 });
    send({ id: 2, method: "ping" });
    await until(() => written.length === 3);
    expect(lines().slice(0, 2)).toEqual([
      { jsonrpc: "2.0", id: 1, error: { code: -32600, message: '"method" has to be a string' } },
      { jsonrpc: "2.0", id: null, error: { code: -32700, message: "Parse error: this is no JSON" } },
    ]);
    expect(told[0]).toEqual(["debug", "protocol", { error: '"method" has to be a string' }]);
  });

  it("and a line that is too long", async () => {
    const { told, call } = await serve();
    const chunk = Buffer.alloc(1_048_576, 0x20);
    for (let count = 0; count < 10; count += 1) stdin.write(chunk);
    stdin.write(" \n");
    call(1, { now: true });
    await until(() => written.length === 2);
    expect(lines()[0]).toEqual({
      jsonrpc: "2.0",
      id: null,
      error: { code: -32600, message: "A message may have at most 10485760 bytes" },
    });
    expect(told).toEqual([["error", "message too long", { bytes: 10_485_760 }]]);
    expect(ids()).toEqual([null, 1]);
  });
});

describe("requests begin as there is room", () => {
  it("sixteen at once, the next when one has its answer", async () => {
    const { call, asked, ends } = await serve();
    for (let id = 1; id <= 18; id += 1) call(id);
    await until(() => asked.length === 16);
    await turns(30);
    expect(asked).toHaveLength(16);
    ends[3]?.();
    await until(() => asked.length === 17);
    await turns(30);
    expect(asked).toHaveLength(17);
    expect(ids()).toEqual([4]);
  });

  it("unless more than a mebibyte waits for the client to read it", async () => {
    const { call, asked } = await serve();
    stdout.writableLength = 1_048_577;
    call(1);
    await turns(30);
    expect(asked).toHaveLength(0);
    stdout.writableLength = 1_048_576;
    stdout.emit("drain");
    await until(() => asked.length === 1);
    stdout.writableLength = 0;
  });

  it("and the input is read no further while more than 256 KiB wait", async () => {
    const { call, asked, ends } = await serve();
    for (let id = 1; id <= 16; id += 1) call(id);
    await until(() => asked.length === 16);
    const length = (text: string) => Buffer.byteLength(JSON.stringify({ jsonrpc: "2.0", ...message(text) }));
    const message = (text: string) => ({
      id: 17,
      method: "tools/call",
      params: { name: "plain", arguments: { text } },
    });
    const text = "x".repeat(262_144 - length(""));
    call(17, { text });
    await turns(10);
    expect(stdin.isPaused()).toBe(false);
    call(18, { now: true });
    await turns(10);
    expect(stdin.isPaused()).toBe(true);
    ends[0]?.();
    await turns(30);
    expect(stdin.isPaused()).toBe(false);
  });
});

describe("a request is called off", () => {
  const cancel = (requestId: unknown) => ({ method: "notifications/cancelled", params: { requestId } });
  it("before its turn, and is neither begun nor answered", async () => {
    const { call, send, asked, ends } = await serve();
    for (let id = 1; id <= 16; id += 1) call(id);
    call("17", { of: 17 });
    call(17, { of: "number" });
    await until(() => asked.length === 16);
    send(cancel("17"));
    send(cancel({}));
    await turns(5);
    ends[0]?.();
    await until(() => asked.length === 17);
    expect(asked.at(-1)?.args).toEqual({ of: "number" });
    expect(ids()).toEqual([1]);
  });

  it("while it runs, and makes room for another", async () => {
    const { call, send, asked } = await serve();
    for (let id = 1; id <= 17; id += 1) call(id);
    await until(() => asked.length === 16);
    send({ method: "notifications/other", params: { requestId: 2 } });
    await turns(10);
    expect(asked).toHaveLength(16);
    send(cancel(2));
    await until(() => asked.length === 17);
    expect(asked.map(({ options }) => options.signal.aborted).indexOf(true)).toBe(1);
    expect(ids()).toEqual([]);
  });
});

describe("a request that waits for longer than a call may take", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  const meta = { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };
  it("is refused as its revision has it", async () => {
    const { call, asked } = await serve(2_000);
    for (let id = 1; id <= 16; id += 1) call(id);
    call(17);
    call(18, {}, meta);
    await until(() => asked.length === 16);
    await turns(10);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ids()).toEqual([17, 18]);
    for (const { result } of lines()) expect(result?.content?.[0]?.text).toContain("This server is overloaded");
    expect(lines().map(({ result }) => result?.resultType)).toEqual([undefined, "complete"]);
    for (const text of written) expect(text).toMatch(/^[^\n]+\n$/);
  });

  it("is not while the client would not read it", async () => {
    const { call, asked } = await serve(2_000);
    for (let id = 1; id <= 17; id += 1) call(id);
    await until(() => asked.length === 16);
    await turns(10);
    stdout.writableLength = 1_048_577;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(written).toEqual([]);
    stdout.writableLength = 1_048_576;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(ids()).toEqual([17]);
  });
});

describe("it ends", () => {
  it.each(["end", "close", "error"])("after what was asked before its input did, by %s", async (event) => {
    const { call, send, asked, ends, isOver, over } = await serve();
    for (let id = 1; id <= 17; id += 1) call(id);
    send({ id: 18, method: "subscriptions/listen", params: {} });
    await until(() => asked.length === 16);
    await turns(10);
    stdin.emit(event, new Error("gone"));
    call(19, { now: true });
    await turns(10);
    expect([isOver(), stdin.isPaused()]).toEqual([false, true]);
    for (const end of ends.splice(0)) end();
    await until(() => asked.length === 17);
    await turns(10);
    expect(isOver()).toBe(false);
    ends[0]?.();
    await over;
    expect(ids().filter((id) => id !== 18)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  });

  it.each(signals)("at once by %s where nothing runs", async (signal) => {
    const { over } = await serve();
    const [listener, ...more] = ownListener(signal);
    expect([typeof listener, more]).toEqual(["function", []]);
    (listener as () => void)();
    await over;
  });

  it("after nine seconds at the latest, and tells what has no answer yet", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { call, asked, isOver, over } = await serve();
    for (let id = 1; id <= 17; id += 1) call(id);
    await until(() => asked.length === 16);
    await turns(10);
    stdin.end();
    await turns(10);
    await vi.advanceTimersByTimeAsync(8_999);
    expect([isOver(), written]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(1);
    await over;
    expect(ids()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(lines()[16]).toEqual({
      jsonrpc: "2.0",
      id: 17,
      error: { code: -32000, message: "The server was stopped" },
    });
    for (const { options } of asked) expect(options.signal.aborted).toBe(true);
  });

  it("at once where the client is gone, and writes nothing more", async () => {
    const { call, send, asked, ends, over } = await serve();
    call(1);
    await until(() => asked.length === 1);
    stdout.emit("error", new Error("EPIPE"));
    await over;
    expect([asked[0]?.options.signal.aborted, stdin.isPaused()]).toEqual([true, true]);
    ends[0]?.();
    send({ id: 2 });
    await turns(10);
    expect(written).toEqual([]);
  });
});
