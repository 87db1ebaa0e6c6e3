/** A proxy that records requests as they arrived and answers as they left; without an upstream it answers `{}`. */
import { type IncomingMessage, createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import type { RawRequest } from "./read-parameters.ts";

export interface Exchange {
  readonly request: RawRequest;
  /** What the upstream answered. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Why the upstream did not answer; the answer was made up then. */
  readonly fault?: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** The exchanges since the last time. */
  take(): readonly Exchange[];
  stop(): void;
}

export async function startProxy(upstream: string | undefined): Promise<RecordingProxy> {
  let exchanges: Exchange[] = [];
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (incoming, outgoing) => {
    void (async () => {
      const body = await gather(incoming);
      const { method = "GET", url: target = "/", rawHeaders } = incoming;
      const headers = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [[name, Buffer.from(rawHeaders[index + 1] ?? "", "latin1").toString("latin1")] as const] : [],
      );
      const request: RawRequest = { method, target, headers, body };
      const answer =
        upstream === undefined ? undefined : await forward(upstream, request).catch((fault: unknown) => String(fault));
      const madeUp = { status: 200, headers: new Map([["content-type", "application/json"]]), body: Buffer.from("{}") };
      const exchange: Exchange =
        typeof answer === "object"
          ? { request, ...answer }
          : { request, ...madeUp, ...(answer === undefined ? {} : { fault: answer }) };
      exchanges.push(exchange);
      // An answer of 5xx would make the server under test wait, repeat and give up; one of 1xx is none yet.
      const isFinal = exchange.status >= 200 && exchange.status < 500 && exchange.status !== 429;
      outgoing.writeHead(isFinal ? exchange.status : 200, Object.fromEntries(passed(exchange.headers)));
      outgoing.end(exchange.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Fields that belong to one connection, or are for this judge alone. */
const dropped = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "sl-violations"]);

function passed(headers: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => !dropped.has(name));
}

async function gather(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward(upstream: string, request: RawRequest): Promise<Omit<Exchange, "request">> {
  const { hostname, port } = new URL(upstream);
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        hostname,
        port,
        method: request.method,
        path: request.target,
        headers: request.headers.flat(),
        timeout: 60_000,
        // Prism says in a header what is wrong, place by place.
        maxHeaderSize: 16 * 1024 * 1024,
      },
      (incoming) => {
        gather(incoming).then(
          (body) =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: new Map(
                Object.entries(incoming.headers).map(([name, value]) => [
                  name,
                  Array.isArray(value) ? value.join(", ") : (value ?? ""),
                ]),
              ),
              body,
            }),
          reject,
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in a minute")));
    outgoing.end(request.body);
  });
}
