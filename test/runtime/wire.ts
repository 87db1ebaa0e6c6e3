/** Plans for tests of the request, and a loopback server that records the bytes it receives. */
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { buildRequest } from "../../templates/always/src/runtime/request/build.ts";
import type { HttpRequest } from "../../templates/always/src/runtime/http-message.ts";
import type {
  BodyContent,
  BodyPlan,
  HttpPlan,
  JsonObject,
  JsonValue,
  ParameterPlan,
} from "../../templates/always/src/runtime/model.ts";

export const base = "https://api.example.com/v1";

export function plan(parts: Partial<HttpPlan> = {}): HttpPlan {
  return { method: "GET", path: "/things", server: "default", parameters: [], accept: [], security: [], ...parts };
}

export function parameter(place: ParameterPlan["in"], parts: Partial<ParameterPlan> = {}): ParameterPlan {
  const style = place === "path" || place === "header" ? "simple" : "form";
  return { argument: "color", name: "color", in: place, style, explode: style === "form", ...parts };
}

/** A POST whose argument `body` is the whole body. */
export function bodyPlan(content: BodyContent, parts: Partial<BodyPlan> = {}): HttpPlan {
  return plan({ method: "POST", body: { required: true, argument: "body", contents: [content], ...parts } });
}

export async function build(httpPlan: HttpPlan, args: JsonObject, baseUrl = base): Promise<HttpRequest> {
  return buildRequest(httpPlan, args, {
    baseUrl,
    readFile: () => Promise.reject(new Error("no file is read here")),
  });
}

/** What one parameter `color` makes of a value: the URL behind the base, or a header. */
export async function target(parameterPlan: ParameterPlan, value: JsonValue, path = "/things"): Promise<string> {
  const request = await build(plan({ path, parameters: [parameterPlan] }), { color: value });
  return request.url.slice(base.length);
}

export async function header(
  parameterPlan: ParameterPlan,
  value: JsonValue,
  name: string,
): Promise<string | undefined> {
  const request = await build(plan({ parameters: [parameterPlan] }), { color: value });
  return request.headers.find(([key]) => key === name)?.[1];
}

export function contentType(request: HttpRequest): string | undefined {
  return request.headers.find(([name]) => name === "Content-Type")?.[1];
}

export interface Recorder {
  readonly baseUrl: string;
  /** Sends with `node:http` and returns what arrived, byte by byte as Latin-1. */
  send(request: HttpRequest): Promise<string>;
  close(): Promise<void>;
}

/** A server that answers 204 to anything once a request is complete. */
export async function recorder(): Promise<Recorder> {
  const received: string[] = [];
  const server = createServer((socket) => {
    let bytes = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      bytes += chunk;
      const end = bytes.indexOf("\r\n\r\n");
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(bytes)?.[1] ?? 0);
      if (end < 0 || bytes.length < end + 4 + length) return;
      received.push(bytes);
      socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    send: (request) =>
      new Promise((resolve, reject) => {
        const body = request.body === undefined ? undefined : Buffer.from(request.body);
        const outgoing = httpRequest(request.url, { method: request.method }, (response) => {
          response.resume();
          response.on("end", () => resolve(received.pop() ?? ""));
        });
        outgoing.on("error", reject);
        for (const [name, value] of request.headers) outgoing.setHeader(name, value);
        if (body !== undefined) outgoing.setHeader("Content-Length", body.byteLength);
        outgoing.end(body);
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
