/** An upstream on the loopback interface that fails in every way that a network and a server can. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface FaultServer {
  readonly port: number;
  readonly origin: string;
  /** Requests in the order in which they came. */
  readonly seen: Seen[];
  /** How many requests came for a path. */
  hits(path: string): number;
  /** Resolves when the connection of the next request for `/hang` is closed by the client. */
  readonly closed: Promise<void>;
  /** Bytes that the next request for `/endless` took before the client closed the connection. */
  readonly taken: Promise<number>;
  close(): Promise<void>;
}

const text = "hello ".repeat(1_000);

export type Fault = (request: IncomingMessage, response: ServerResponse, hit: number) => void;

/** What each path does; `hit` counts from 1. Paths that are not listed answer `200 ok`. */
function faults(markClosed: () => void, markTaken: (bytes: number) => void): Readonly<Record<string, Fault>> {
  const status =
    (code: number, headers: Record<string, string> = {}): Fault =>
    (_request, response) => {
      response.writeHead(code, headers).end(`status ${code}`);
    };
  const onceThenOk =
    (fault: Fault): Fault =>
    (request, response, hit) => {
      if (hit === 1) fault(request, response, hit);
      else response.end("recovered");
    };
  const encoded =
    (coding: string, body: Buffer): Fault =>
    (_request, response) => {
      response.writeHead(200, { "content-encoding": coding }).end(body);
    };
  const redirect = (code: number, location: string): Fault => status(code, { location });
  return {
    "/hang": (_request, response) => void response.on("close", markClosed),
    "/drip": (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    },
    "/reset": (request) => request.socket.resetAndDestroy(),
    "/reset-once": onceThenOk((request) => request.socket.resetAndDestroy()),
    "/half-once": onceThenOk((request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => request.socket.destroy());
    }),
    "/half": (request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => request.socket.destroy());
    },
    "/chunks-cut": (request, response) => {
      response.write("half", () => request.socket.destroy());
    },
    "/500": status(500),
    "/501": status(501),
    "/502": status(502),
    "/503": status(503),
    "/504": status(504),
    "/503-once": onceThenOk(status(503)),
    "/404": status(404),
    "/429": status(429),
    "/429-zero-once": onceThenOk(status(429, { "retry-after": "0" })),
    "/429-second-once": onceThenOk(status(429, { "retry-after": "1" })),
    "/429-half-minute": status(429, { "retry-after": "30" }),
    "/429-day": status(429, { "retry-after": "86400" }),
    "/429-negative": status(429, { "retry-after": "-1" }),
    "/429-junk": status(429, { "retry-after": "soon" }),
    "/gzip": encoded("gzip", gzipSync(text)),
    "/x-gzip": encoded("x-gzip", gzipSync(text)),
    "/deflate": encoded("deflate", deflateSync(text)),
    "/deflate-raw": encoded("deflate", deflateRawSync(text)),
    "/br": encoded("br", brotliCompressSync(text)),
    "/gzip-gzip": encoded("gzip, gzip", gzipSync(gzipSync(text))),
    "/gzip-lie": encoded("gzip", Buffer.from("not compressed")),
    "/gzip-cut": encoded("gzip", gzipSync(text).subarray(0, 20)),
    "/zstd": encoded("zstd", Buffer.from("?")),
    "/br-lie": encoded("br", Buffer.from("not compressed at all")),
    "/gzip-head": (_request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(),
    "/bomb": (request, response, hit) => encoded("gzip", gzipSync(Buffer.alloc(100_000_000)))(request, response, hit),
    "/endless": (request, response) => {
      response.on("close", () => markTaken(request.socket.bytesWritten));
      const chunk = Buffer.alloc(65_536);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", write);
      write();
    },
    "/empty": (_request, response) => void response.end(),
    "/204": (_request, response) => void response.writeHead(204).end(),
    "/large-header": status(200, { "x-large": "a".repeat(20_000) }),
    "/many-headers": (_request, response) => {
      for (let i = 0; i < 3_000; i += 1) response.setHeader(`x-${i}`, "1");
      response.end();
    },
    "/garbage": (request) => request.socket.end("this is no status line\r\n\r\n"),
    "/both-lengths": (request) =>
      request.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
    "/to-ok": redirect(302, "/ok?after=redirect"),
    "/to-ok-307": redirect(307, "/ok"),
    "/loop": redirect(302, "/loop"),
    "/to-metadata": redirect(302, "http://169.254.169.254/latest/meta-data"),
    "/to-file": redirect(302, "file:///etc/passwd"),
    "/to-userinfo": (request, response) =>
      void response.writeHead(302, { location: `http://a:b@${request.headers.host}/ok` }).end(),
  };
}

/**
 * @param elsewhere origin that `/to-elsewhere` and `/to-elsewhere-307` redirect to
 * @param more further paths, and what each does
 */
export async function startFaultServer(
  elsewhere = "http://127.0.0.1:9",
  more: Readonly<Record<string, Fault>> = {},
): Promise<FaultServer> {
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  let markClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (markClosed = resolve));
  let markTaken: (bytes: number) => void = () => undefined;
  const taken = new Promise<number>((resolve) => (markTaken = resolve));
  const table: Readonly<Record<string, Fault>> = {
    ...more,
    ...faults(
      () => markClosed(),
      (bytes) => markTaken(bytes),
    ),
    "/to-elsewhere": (_request, response) => void response.writeHead(302, { location: `${elsewhere}/landed` }).end(),
    "/to-elsewhere-307": (_request, response) =>
      void response.writeHead(307, { location: `${elsewhere}/landed` }).end(),
  };
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      const hit = (counts.get(path) ?? 0) + 1;
      counts.set(path, hit);
      const fault = table[path];
      if (fault === undefined) response.end("ok");
      else fault(request, response, hit);
    });
    request.on("error", () => undefined);
  });
  const { port, close } = await listen(server);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    seen,
    hits: (path) => counts.get(path) ?? 0,
    closed,
    taken,
    close,
  };
}

/** A TCP server that does with each connection what it is told, for example nothing. */
export async function startTcpServer(
  handle: (socket: Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  return listen(
    createTcpServer((socket) => {
      socket.on("error", () => undefined);
      handle(socket);
    }),
  );
}

export async function listen(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  for (const event of ["connection", "secureConnection"]) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, close };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await startTcpServer(() => undefined);
  await close();
  return port;
}
