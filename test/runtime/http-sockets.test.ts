/** MCP over HTTP on Node.js: requests and answers on sockets, and probes on a port of their own. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { UnderlyingSource } from "node:stream/web";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpAnswer, HttpRequest } from "../../templates/always/src/runtime/http/message.js";
import type { Log } from "../../templates/always/src/runtime/log.js";
import {
  listening,
  requestOf,
  serveProbes,
  writeAnswer,
} from "../../templates/always/src/runtime/node/http-exchange.js";
import { until } from "./until.js";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const streamOf = (chunks: readonly string[], more: UnderlyingSource<Uint8Array> = {}) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => chunks.forEach((chunk) => controller.enqueue(Buffer.from(chunk))),
    ...more,
  });

type Handle = (incoming: IncomingMessage, response: ServerResponse) => unknown;
/** A server that does that with each request, and what a client gets on a socket for what it writes. */
async function serving(handle: Handle) {
  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = (text: string) => {
    const socket: Socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    let got = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (got += chunk));
    socket.write(text);
    closing.push(() => socket.destroy());
    const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    return { socket, got: () => got, ended };
  };
  return { port, open };
}

describe("a request on a socket", () => {
  async function requested(text: string): Promise<HttpRequest> {
    let made: HttpRequest | undefined;
    const { open } = await serving((incoming, response) => (made = requestOf(incoming, response)));
    open(text);
    await until(() => made !== undefined);
    return made as unknown as HttpRequest;
  }

  it.each([
    ["localhost", "localhost"],
    ["LOCAL.example:3000", "LOCAL.example:3000"],
    ["[::1]:3000", "[::1]:3000"],
    ["[::FFFF:127.0.0.1]", "[::FFFF:127.0.0.1]"],
    ["127.0.0.1", "127.0.0.1"],
    ["evil.example/mcp?", "localhost"],
    ["user@evil.example", "localhost"],
    ["a:b", "localhost"],
    ["a:80x", "localhost"],
    ["[::1]x", "localhost"],
    ["x[::1]", "localhost"],
    ["", "localhost"],
  ])("for the host %j has the URL of %s", async (host, authority) => {
    const { url, method } = await requested(`GET /a%2Fb?c=d HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect([url, method]).toEqual([`http://${authority}/a%2Fb?c=d`, "GET"]);
  });

  it("has all of its fields, and its body", async () => {
    const { headers, body, method } = await requested(
      "POST / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nSet-Cookie: b\r\nSet-Cookie: c\r\nContent-Length: 3\r\n\r\nabc",
    );
    expect([method, headers.get("x-a"), headers.getSetCookie()]).toEqual(["POST", "1, 2", ["b", "c"]]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("abc");
  });

  it("is called off when its client is gone before the answer, and not after", async () => {
    const seen: string[] = [];
    let made: HttpRequest | undefined;
    const { open } = await serving((incoming, response) => {
      made = requestOf(incoming, response);
      made.signal.addEventListener("abort", () => seen.push(incoming.url ?? ""));
      response.once("close", () => seen.push(`closed ${incoming.url}`));
      if (incoming.url === "/answered") response.end("ok");
    });
    const gone = open("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
    await until(() => made !== undefined);
    expect(made?.signal.aborted).toBe(false);
    gone.socket.destroy();
    await until(() => seen.length === 2);
    expect([made?.signal.aborted, seen.splice(0)]).toEqual([true, ["/gone", "closed /gone"]]);
    const { socket, got } = open("GET /answered HTTP/1.1\r\nHost: a\r\n\r\n");
    await until(() => got().includes("ok"));
    socket.destroy();
    await until(() => seen.length === 1);
    expect([made?.signal.aborted, seen]).toEqual([false, ["closed /answered"]]);
  });
});

describe("an answer on a socket", () => {
  const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const answering = (answer: HttpAnswer, isLast = false) =>
    serving((incoming, response) => {
      response.sendDate = false;
      return writeAnswer(incoming, response, answer, isLast);
    });

  it.each<[string, HttpAnswer, string]>([
    ["a text", { status: 200, headers: { "x-a": "b" }, body: "ä" }, "x-a: b\r\ncontent-length: 2\r\n|\r\n\r\nä"],
    ["no body", { status: 404, headers: {}, body: null }, "content-length: 0\r\n|\r\n\r\n"],
    ["none", { status: 204, headers: { "x-a": "b" }, body: null }, "x-a: b\r\n|\r\n\r\n"],
  ])("has %s with its length", async (_what, answer, text) => {
    const { open } = await answering(answer);
    const { got } = open(get);
    const [head = "", tail = ""] = text.split("|");
    await until(() => got().endsWith(tail));
    expect(got()).toContain(`HTTP/1.1 ${answer.status} `);
    expect(got().toLowerCase()).toContain(head);
    expect(got().includes("content-length")).toBe(answer.status !== 204);
    expect(got()).toContain("Connection: keep-alive");
  });

  it("ends its connection where it is the last, and else says nothing of it, whatever its fields do", async () => {
    const last = await answering({ status: 200, headers: {}, body: "last" }, true);
    const { got, ended } = last.open(get);
    await ended;
    expect(got()).toMatch(/\r\nconnection: close\r\n[^]*\r\n\r\nlast$/);
    const kept = await answering({ status: 200, headers: { connection: "close" }, body: "kept" });
    const other = kept.open(get);
    await until(() => other.got().endsWith("kept"));
    expect(other.got()).toContain("Connection: keep-alive");
  });

  it("is a stream piece by piece, released when it has left", async () => {
    const told: string[] = [];
    const body = streamOf(["one", "two"], { pull: (controller) => controller.close() });
    const { open } = await answering({ status: 200, headers: {}, body, release: () => told.push("released") }, true);
    const { got, ended } = open(get);
    await ended;
    expect(got()).toMatch(/\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/);
    expect(told).toEqual(["released"]);
  });

  it("is released and its stream cancelled where the client is gone", async () => {
    const told: string[] = [];
    const cancel = (): void => void told.push("cancelled");
    const gone = await serving((incoming, response) => {
      response.once("close", () => {
        const answer = { status: 200, headers: {}, body: streamOf(["x"], { cancel }) };
        void writeAnswer(incoming, response, { ...answer, release: () => told.push("released") }, false);
      });
      response.destroy();
    });
    gone.open(get);
    await until(() => told.length === 2);
    expect(told).toEqual(["released", "cancelled"]);
  });

  it("is none where the request was called off, or its stream breaks", async () => {
    const off = await answering({ status: 499, headers: {}, body: null });
    const first = off.open(get);
    await first.ended;
    expect(first.got()).toBe("");
    let fail: (fault: Error) => void = () => undefined;
    const body = streamOf(["half"], {
      start: (controller) => (controller.enqueue(Buffer.from("half")), (fail = (fault) => controller.error(fault))),
    });
    const broken = await answering({ status: 200, headers: {}, body });
    const second = broken.open(get);
    await until(() => second.got().includes("half"));
    fail(new Error("called off"));
    await second.ended;
    expect(second.got()).not.toContain("0\r\n\r\n");
  });

  it("leaves at once, and ends when the client has sent what it still sends", async () => {
    const { open } = await answering({ status: 413, headers: {}, body: "too long" }, true);
    const { socket, got, ended } = open("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    await until(() => got().endsWith("too long"));
    expect(socket.destroyed).toBe(false);
    socket.write("def");
    await ended;
    expect(got()).toContain("HTTP/1.1 413 ");
  });
});

describe("a port", () => {
  it("is the one that was given, or a free one", async () => {
    const server = createServer();
    closing.push(() => server.close());
    const port = await listening(server, "127.0.0.1", 0, "hint");
    expect(port).toBeGreaterThan(0);
    const other = createServer();
    await expect(listening(other, "127.0.0.1", port, "Choose another.")).rejects.toMatchObject({
      name: "ConfigurationError",
      message: `Cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
      hint: "Choose another.",
      cause: { code: "EADDRINUSE" },
    });
    await expect(listening(createServer(), undefined, port, "x")).rejects.toMatchObject({
      message: `Cannot listen on port ${port} (EADDRINUSE)`,
    });
  });

  it("of probes answers them, and ends with its connections", async () => {
    const told: unknown[] = [];
    const log = { info: (event: string, fields: object) => told.push([event, fields]) } as unknown as Log;
    const probe = async ({ method, url }: HttpRequest) => {
      if (url.endsWith("/fault")) throw new Error("own");
      return { status: 200, headers: {}, body: `${method} ${url}` };
    };
    const end = await serveProbes({ probe }, 0, log);
    closing.push(end);
    const [[, { port }]] = told as [[string, { port: number }]];
    expect(told).toEqual([["probes", { port }]]);
    const answer = await fetch(`http://127.0.0.1:${port}/livez`);
    expect([await answer.text(), answer.headers.get("connection")]).toEqual([
      `GET http://127.0.0.1:${port}/livez`,
      "close",
    ]);
    await expect(fetch(`http://127.0.0.1:${port}/fault`)).rejects.toThrow();
    end();
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
    const server = createServer();
    closing.push(() => server.close());
    const taken = await listening(server, undefined, 0, "x");
    await expect(serveProbes({ probe }, taken, log)).rejects.toMatchObject({
      hint: "Choose another port with MCP_PROBE_PORT.",
    });
  });
});
