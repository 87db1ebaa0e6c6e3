/** A server on this machine that keeps the bytes it receives, and what the runtime's own client sends to it. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { HttpRequest } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { openSender } from "../runtime/sender.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly target: string;
  /** Fields in the order of their arrival; values as Latin-1. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface Loopback {
  readonly baseUrl: string;
  /** Sends a request and gives what arrived. */
  send(request: HttpRequest): Promise<Received>;
  close(): Promise<void>;
}

/** A server that answers 204 to each request once all of it is there. */
export async function loopback(): Promise<Loopback> {
  const received: Received[] = [];
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const request = parse(bytes);
      if (request === undefined) return;
      received.push(request);
      bytes = Buffer.alloc(0);
      socket.write("HTTP/1.1 204 No Content\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sender = openSender(readSettings({}), createLog("silent"));
  const { signal } = new AbortController();
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    async send(request) {
      await sender.send(request, { signal, idempotent: false, allowPrivate: true });
      const arrived = received.pop();
      if (arrived === undefined || received.length > 0) throw new Error("not just this one request arrived");
      return arrived;
    },
    async close() {
      await sender.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A complete request (RFC 9112 §2.1), or `undefined` while some of it is missing. */
function parse(bytes: Buffer): Received | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...fields] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = fields.map((field): readonly [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon), field.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
  });
  const length = Number(headers.find(([name]) => name.toLowerCase() === "content-length")?.[1] ?? 0);
  const body = bytes.subarray(end + 4);
  if (body.length < length) return undefined;
  const [method = "", target = ""] = line.split(" ");
  return { method, target, headers, body };
}
