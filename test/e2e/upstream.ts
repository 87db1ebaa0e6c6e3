/** An API on loopback that records every request as it arrived, and answers as it is told. */
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";

export interface Recorded {
  readonly method: string;
  /** As it stood in the request line. */
  readonly target: string;
  /** Values by lower-case name, several joined by a comma, or by a semicolon for cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBase64?: string;
  /** Leaves the request without an answer. */
  readonly hang?: true;
}

/** An answer of JSON. */
export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

export interface Upstream {
  readonly url: string;
  readonly port: number;
  /** Since the start, in order. */
  readonly requests: Recorded[];
  /** Targets whose client went away before the answer. */
  readonly aborted: string[];
  /** What the next requests get, one after another; without any: 500. */
  answers: Answer[];
  close(): Promise<void>;
}

/** @param secure makes it an https server */
export async function startUpstream(secure?: ServerOptions): Promise<Upstream> {
  const requests: Recorded[] = [];
  const aborted: string[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    const target = request.url ?? "";
    response.on("close", () => {
      if (!response.writableEnded) aborted.push(target);
    });
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({
        method: request.method ?? "",
        target,
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      });
      const answer = upstream.answers.shift() ?? { status: 500, body: "No answer is prepared" };
      if (answer.hang === true) return;
      response.writeHead(answer.status, answer.headers);
      response.end(answer.bodyBase64 === undefined ? answer.body : Buffer.from(answer.bodyBase64, "base64"));
    });
  };
  const server: Server = secure === undefined ? createServer(listener) : createSecureServer(secure, listener);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const upstream: Upstream = {
    url: `${secure === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    requests,
    aborted,
    answers: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return upstream;
}
