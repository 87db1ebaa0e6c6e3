/** Connections that are not what they were: kept too long, on the way through a proxy, answered by nonsense. */
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { CallError } from "../../templates/always/src/runtime/errors.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import type { ApiData } from "../../templates/always/src/runtime/data/model.ts";
import { type SendOptions } from "../../templates/always/src/runtime/upstream/send.ts";
import { openSender } from "./sender.ts";
import { baseUrlOf } from "../../templates/always/src/runtime/upstream/servers.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { closedPort } from "./send-fault-server.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function sender(environment: NodeJS.ProcessEnv = {}) {
  const made = openSender(readSettings({ MCP_TIMEOUT_MS: "60000", ...environment }), createLog("silent"));
  closing.push(() => made.close());
  return made;
}

function options(more: Partial<SendOptions> = {}): SendOptions {
  return { signal: new AbortController().signal, idempotent: true, allowPrivate: true, ...more };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** An API that answers each connection's first requests, and treats the next ones as it is told. */
async function startKeeper(answered: number, then: (socket: Socket) => void) {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const port = await listen(
    createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
      let count = 0;
      socket.on("data", (chunk) => {
        const line = /^[A-Z]+ \S+/.exec(chunk.toString())?.[0];
        if (line === undefined) return;
        seen.push(line);
        count += 1;
        if (count > answered) then(socket);
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      });
    }),
  );
  closing.push(() => sockets.forEach((socket) => socket.destroy()));
  return { origin: `http://127.0.0.1:${port}`, seen, sockets };
}

/** Until the client has put the connection back. */
const free = () => new Promise((resolve) => setTimeout(resolve, 10));

const request = (origin: string, method = "GET") => ({ method, url: `${origin}/pets`, headers: [] });

describe("connections that the API closed while they were kept", () => {
  it.each<[string, (socket: Socket) => void]>([
    ["reset", (socket) => socket.resetAndDestroy()],
    ["closed", (socket) => socket.destroy()],
    ["ended", (socket) => socket.end()],
  ])("%s: eight reads at once are repeated on new ones, and none counts against the API", async (_how, then) => {
    const { origin, sockets } = await startKeeper(1, then);
    const made = sender();
    const round = () => Promise.all(Array.from({ length: 8 }, () => made.send(request(origin), options())));
    for (let rounds = 0; rounds < 6; rounds += 1)
      expect((await round()).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(sockets.size).toBeGreaterThan(0);
  });

  it("a write is not repeated, says that it may have taken effect, and does not open the breaker", async () => {
    const { origin, seen } = await startKeeper(1, (socket) => socket.resetAndDestroy());
    const made = sender();
    for (let count = 0; count < 8; count += 1) {
      expect((await made.send(request(origin), options())).status).toBe(200);
      await free();
      const write = made.send(request(origin, "POST"), options({ idempotent: false }));
      await expect(write).rejects.toMatchObject({
        message: expect.stringContaining("the connection that was kept open had been closed") as string,
        hint: "The call may have taken effect: read before you write again.",
      });
    }
    expect(seen.filter((line) => line.startsWith("POST"))).toHaveLength(8);
  });

  it("a connection that dies before its first answer counts, as does one that dies within an answer", async () => {
    const dead = await startKeeper(0, (socket) => socket.resetAndDestroy());
    const made = sender({ MCP_ATTEMPTS: "1" });
    for (let count = 0; count < 5; count += 1)
      await expect(made.send(request(dead.origin), options())).rejects.toMatchObject({ message: /was reset/ });
    await expect(made.send(request(dead.origin), options())).rejects.toMatchObject({ message: /are paused/ });
    const half = await startKeeper(1, (socket) =>
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", () => socket.destroy()),
    );
    await made.send(request(half.origin), options());
    await free();
    const cut = made.send(request(half.origin), options());
    await expect(cut).rejects.toMatchObject({ message: /before the answer was complete/ });
    expect(half.seen).toHaveLength(2);
  });

  it("under load on an API that closes what is idle at random, nothing fails and nothing is paused", async () => {
    let requests = 0;
    const server = createHttpServer({ keepAliveTimeout: 1 }, (_request, response) => {
      requests += 1;
      response.end("ok");
      if (requests % 7 === 0) setTimeout(() => server.closeIdleConnections(), 1);
    });
    const port = await listen(server);
    const made = sender({ MCP_MAX_CONCURRENT_CALLS: "50" });
    const worker = async (): Promise<void> => {
      for (let count = 0; count < 100; count += 1) {
        expect((await made.send(request(`http://127.0.0.1:${port}`), options())).status).toBe(200);
        if (count % 5 === 0) await new Promise((resolve) => setTimeout(resolve, count % 4));
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    server.closeAllConnections();
  });
});

describe("what a lost request may have done", () => {
  it.each([
    ["GET", true, "It only reads: try again."],
    ["PUT", true, "The call may have taken effect; sending it again has no further one."],
    ["DELETE", true, "The call may have taken effect; sending it again has no further one."],
    ["POST", false, "The call may have taken effect: read before you write again."],
  ])("%s", async (method, idempotent, hint) => {
    const { origin } = await startKeeper(0, (socket) => socket.resetAndDestroy());
    const call = sender({ MCP_ATTEMPTS: "1" }).send(request(origin, method), options({ idempotent }));
    await expect(call).rejects.toMatchObject({ hint });
  });
});

describe("a proxy that is at fault is named, and the API is not", () => {
  it.each(["http", "https"])("it cannot be reached: %s", async (protocol) => {
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const made = sender({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, MCP_ATTEMPTS: "1" });
    for (let count = 0; count < 7; count += 1) {
      const error: unknown = await made
        .send(request(`${protocol}://api.example.com`), options({ allowPrivate: false }))
        .catch((fault: unknown) => fault);
      expect(error).toMatchObject({
        message: `api.example.com: the proxy ${new URL(proxy).host} cannot be reached`,
        hint: "Check HTTPS_PROXY and HTTP_PROXY of this server: the API was not asked.",
      });
    }
  });

  it.each([
    [407, "put them into the URL of HTTPS_PROXY"],
    [403, "whether this server may reach the API"],
    [502, "whether this server may reach the API"],
  ])("it refuses with %i", async (status, hint) => {
    const port = await listen(
      createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
      }),
    );
    const made = sender({ HTTPS_PROXY: `http://127.0.0.1:${port}`, MCP_ATTEMPTS: "1" });
    const call = made.send(request("https://api.example.com"), options({ allowPrivate: false }));
    await expect(call).rejects.toMatchObject({
      message: `api.example.com: the proxy refused to connect (status ${status})`,
      hint: expect.stringContaining(hint) as string,
    });
  });
});

describe("answers that are no HTTP, or odd", () => {
  const invalid = "its answer is not valid HTTP";
  it.each<[string, string, number | string]>([
    // What was asked for is done, whatever else the header says.
    ["204 with a body", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", 204],
    ["304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304],
    ["status 000", "HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n", invalid],
    ["status 099", "HTTP/1.1 099 Nothing\r\nContent-Length: 0\r\n\r\n", invalid],
    ["status 999", "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok", 999],
    ["status of four digits", "HTTP/1.1 2000 Odd\r\nContent-Length: 2\r\n\r\nok", invalid],
    ["no status line", "hello\r\n\r\n", invalid],
    ["HTTP/0.9", "<html>hello</html>", invalid],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", invalid],
    ["304 that nobody asked for", "HTTP/1.1 304 Not Modified\r\n\r\n", 304],
    ["101 that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", invalid],
    [
      "100 before the answer",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "it sent an interim answer that nobody asked for",
    ],
    [
      "103 many times",
      `${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
      200,
    ],
    ["chunks of no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n", invalid],
    ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok", invalid],
    [
      "two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
      "has not the length that it announced",
    ],
    ["a header with a line feed in it", "HTTP/1.1 200 OK\r\nX: a\n\nb\r\nContent-Length: 2\r\n\r\nok", invalid],
    ["nothing", "", "the connection was closed before the answer was complete"],
    ["an empty gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 200],
  ])("%s", async (_case, text, expected) => {
    const port = await listen(
      createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(text));
      }),
    );
    const result: unknown = await sender({ MCP_ATTEMPTS: "1" })
      .send(request(`http://127.0.0.1:${port}`), options())
      .catch((fault: unknown) => fault);
    if (typeof expected === "number") return expect(result).toMatchObject({ status: expected });
    expect(result).toBeInstanceOf(CallError);
    expect((result as CallError).message).toContain(expected);
    expect((result as CallError).message).not.toMatch(/assert|ERR_|HPE_|expression|false ==/i);
  });
});

describe("answers that go on and on without a byte of a body", () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const endless = "it sends without an end, but no answer";
  const large = "the header of its answer is too large";
  it.each<[string, string, string, string]>([
    ["interim answers", "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", endless],
    ["extensions of a chunk", `${chunked}2;`, "a=bbbbbbbbbbbbbbbbbbbbbbbb;", endless],
    ["the words of a status", "HTTP/1.1 200 ", "OK", endless],
    ["header fields", "HTTP/1.1 200 OK\r\n", "X-A: bbbbbbbbbbbbbbbbbb\r\n", large],
    ["one header field", "HTTP/1.1 200 OK\r\nX-A: ", "b", large],
    ["trailers", `${chunked}2\r\nok\r\n0\r\n`, "X-A: bbbbbbbbbbbbbbbbbb\r\n", large],
  ])("%s", async (_case, first, again, message) => {
    const block = again.repeat(65_536 / again.length);
    let sent = 0;
    const port = await listen(
      createServer((socket) => {
        socket.on("error", () => undefined);
        const more = (): void => {
          if (socket.destroyed) return;
          sent += block.length;
          if (socket.write(block)) setImmediate(more);
          else socket.once("drain", more);
        };
        socket.once("data", () => {
          socket.write(first);
          more();
        });
      }),
    );
    const made = sender({ MCP_ATTEMPTS: "1", MCP_MAX_RESPONSE_BYTES: "1000000" });
    const call = made.send(request(`http://127.0.0.1:${port}`), options());
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining(message) as string });
    // Twice the largest body that this process reads, and what the system's buffers and one look take.
    expect(sent).toBeLessThan(512 * 1024 * 1024);
  });
});

describe("servers of paths and operations on a private host", () => {
  const api = (url: string): ApiData => ({
    name: "shop",
    title: "Shop",
    version: "1",
    environmentPrefix: "SHOP",
    serverGroups: [
      { id: "default", environment: "SHOP_BASE_URL", servers: [{ url, variables: [] }] },
      {
        id: "files",
        environment: "SHOP_FILES_BASE_URL",
        servers: [{ url: "http://10.0.0.5:8081/files", variables: [] }],
      },
    ],
    securitySchemes: {},
    groups: [],
  });

  it.each<[string, string, Record<string, string>, boolean]>([
    ["a public API", "https://shop.example.com", {}, false],
    [
      "an API that the owner set to that host",
      "https://shop.example.com",
      { SHOP_BASE_URL: "http://10.0.0.5:8080" },
      true,
    ],
    [
      "an API that the owner set to another host",
      "https://shop.example.com",
      { SHOP_BASE_URL: "http://10.0.0.6" },
      false,
    ],
    ["a server that the owner set", "https://shop.example.com", { SHOP_FILES_BASE_URL: "http://10.0.0.5" }, true],
    [
      "an origin that the owner allows",
      "https://shop.example.com",
      { SHOP_ALLOWED_ORIGINS: "http://10.0.0.5:9" },
      true,
    ],
    ["a private API of the document's own wish", "http://10.0.0.5:8080", {}, false],
  ])("beside %s", (_case, url, environment, allowed) => {
    const base = baseUrlOf(api(url), "files", environment);
    expect([base.allowPrivate, base.variable]).toEqual([allowed, "SHOP_FILES_BASE_URL"]);
  });

  it("are those of the same origin where the API is on this machine, and of the same host where the owner said so", () => {
    const local = api("http://localhost:8080");
    const files = { id: "files", environment: "SHOP_FILES_BASE_URL" };
    const on = (url: string) => ({
      ...local,
      serverGroups: [...local.serverGroups.slice(0, 1), { ...files, servers: [{ url, variables: [] }] }],
    });
    expect(baseUrlOf(on("http://localhost:8080/files"), "files", {}).allowPrivate).toBe(true);
    // The document alone must not lead to what else listens here.
    expect(baseUrlOf(on("http://localhost:18081"), "files", {}).allowPrivate).toBe(false);
    const set = { SHOP_BASE_URL: "http://localhost:8080" };
    expect(baseUrlOf(on("http://localhost:18081"), "files", set).allowPrivate).toBe(true);
    expect(baseUrlOf(on("http://10.0.0.5"), "files", {}).allowPrivate).toBe(false);
  });

  it("are refused with the variable to set", async () => {
    const call = sender().send(
      request("http://10.0.0.5:8081"),
      options({ allowPrivate: false, variable: "SHOP_FILES_BASE_URL" }),
    );
    await expect(call).rejects.toMatchObject({
      message: "10.0.0.5:8081 has a private address, where requests to a public API must not go",
      hint: "If it is meant, set SHOP_FILES_BASE_URL to the URL of this server.",
    });
  });
});
