/** One emitted server before faulty upstreams and clients, and what each fault leaves behind. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn, type StdioOptions } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import type { CallPlan, CallPlans, HttpPlan, ToolListing } from "../../templates/always/src/runtime/data/model.js";
import { listing } from "../runtime/mcp-fixture.js";

export const main = { path: "" };

/** What a tool gave, as far as it is judged here. */
export interface Saw {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: unknown;
  readonly ms: number;
}

export const pause = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it holds; a test that waits for what never comes ends at its own limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause();
}

/** Throws with `what` and what was seen where it does not hold. */
export function check(condition: boolean, what: string, seen: unknown = ""): void {
  if (!condition) throw new Error(`${what}: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Posts bytes to `/mcp`; status 0: the connection was closed without an answer. */
export function post(port: number, body: string | Buffer, headers: Record<string, string> = {}): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const request = httpRequest(
      {
        host: "127.0.0.1",
        port,
        path: "/mcp",
        method: "POST",
        agent: false,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", () => resolve({ status: 0, body: "" }));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      },
    );
    request.on("error", () => resolve({ status: 0, body: "" }));
    request.end(body);
  });
}

let ids = 0;

export const callMessage = (name: string, args: object = {}, id = (ids += 1)): object => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args },
});

/** A server over HTTP. */
export class HttpServed {
  readonly log: string[] = [];
  readonly exited: Promise<number | null>;
  port = 0;
  /** Sent with each call. */
  headers: Record<string, string> = {};

  readonly process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.process = process;
    this.exited = new Promise((resolve) => process.once("exit", resolve));
  }

  /**
   * @param shell put before the command, as `ulimit -n 200;`
   * @param port has to be named where nothing reads the log, which tells it
   */
  static async start(
    environment: Record<string, string>,
    { shell = "", node = [] as string[], stderr = "pipe" as "pipe" | number, port = 0 } = {},
  ): Promise<HttpServed> {
    const args = [...node, main.path, "--http", "--port", String(port)];
    const stdio: StdioOptions = ["ignore", "ignore", stderr];
    const env = { PATH: process.env["PATH"], MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0", ...environment };
    const child =
      shell === ""
        ? spawn(process.execPath, args, { env, stdio })
        : spawn("bash", ["-c", `${shell} exec "$0" "$@"`, process.execPath, ...args], { env, stdio });
    const served = new HttpServed(child);
    if (child.stderr === null) {
      served.port = port;
      while ((await post(port, "{}")).status === 0) await pause();
      return served;
    }
    const found = new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => {
        served.log.push(line);
        const port = /"event":"listening".*"port":(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      void served.exited.then(() => reject(new Error(`no start: ${served.log.join(" ")}`)));
    });
    served.port = await found;
    return served;
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async call(name: string, args: object = {}): Promise<Saw> {
    const began = performance.now();
    const { status, body } = await post(this.port, JSON.stringify(callMessage(name, args)), this.headers);
    const data = /^data: (.*)$/m.exec(body)?.[1] ?? body;
    const ms = Math.round(performance.now() - began);
    if (!data.startsWith("{")) return { isError: true, text: `HTTP ${status} ${data}`, structured: undefined, ms };
    return { ...sawIn(JSON.parse(data) as object), ms };
  }

  /** Calls a tool, and then another that nothing is wrong with, which has to be served. */
  async tried(name: string): Promise<Saw> {
    const saw = await this.call(name);
    const next = await this.call("get_fine");
    check(!next.isError, `the call after ${name} should be served`, next);
    return saw;
  }

  async health(): Promise<number> {
    return (await fetch(`http://127.0.0.1:${this.port}/healthz`)).status;
  }

  /** Ends it and waits. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.process.kill(signal);
    return this.exited;
  }
}

function sawIn(message: object): Omit<Saw, "ms"> {
  const { result, error } = message as {
    result?: { isError?: boolean; content?: { text?: string }[]; structuredContent?: unknown };
    error?: { code: number; message: string };
  };
  if (error !== undefined) return { isError: true, text: `${error.code} ${error.message}`, structured: undefined };
  return {
    isError: result?.isError === true,
    text: (result?.content ?? []).map(({ text = "" }) => text).join("\n"),
    structured: result?.structuredContent,
  };
}

/** A server over stdio, spoken to line by line. */
export class StdioServed {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
  readonly lines: string[] = [];
  errors = "";

  constructor(environment: Record<string, string>) {
    const env = { PATH: process.env["PATH"], MCP_RATE_LIMIT: "0", MCP_TOOL_RATE_LIMIT: "0", ...environment };
    this.child = spawn(process.execPath, [main.path], { env });
    this.child.stderr.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    this.child.stdin.on("error", () => undefined);
    createInterface({ input: this.child.stdout }).on("line", (line) => this.lines.push(line));
    this.exited = new Promise((resolve) => this.child.once("exit", resolve));
  }

  async open(): Promise<this> {
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
    this.send({ jsonrpc: "2.0", id: "open", method: "initialize", params });
    await this.answer("open");
    this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return this;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  send(message: object | string): void {
    this.child.stdin.write(typeof message === "string" ? `${message}\n` : `${JSON.stringify(message)}\n`);
  }

  /** The message with this id; throws where the server has ended without it. */
  async answer(id: number | string): Promise<object> {
    for (let from = 0; ; await pause()) {
      const ended = !this.alive;
      for (; from < this.lines.length; from += 1) {
        const message = JSON.parse(this.lines[from] ?? "") as { id?: unknown };
        if (message.id === id) return message;
      }
      if (ended) throw new Error(`ended without an answer to ${id}: ${this.errors.slice(-500)}`);
    }
  }

  async call(name: string, args: object = {}): Promise<Saw> {
    const began = performance.now();
    const message = callMessage(name, args) as { id: number };
    this.send(message);
    return { ...sawIn(await this.answer(message.id)), ms: Math.round(performance.now() - began) };
  }

  async end(): Promise<number | null> {
    this.child.stdin.end();
    return this.exited;
  }
}

/** Megabytes of resident memory: the highest since `forgetPeak`. */
export function peakMegabytes(pid: number | undefined): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0") / 1024);
}

/** Lets the peak begin anew at what is resident now. */
export function forgetPeak(pid: number | undefined): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** A tool for a path of an upstream: `get_hang` for `GET /hang`. */
export function toolsFor(
  paths: readonly {
    readonly method: string;
    readonly path: string;
    readonly server?: string;
    readonly more?: object;
  }[],
): { listings: ToolListing[]; calls: CallPlans } {
  const listings: ToolListing[] = [];
  const calls: Record<string, CallPlan> = {};
  for (const { method, path, server = "default", more = {} } of paths) {
    const name = toolName(method, path);
    const reads = method === "GET";
    listings.push(
      listing(
        name,
        { limit: { type: "integer" } },
        {
          annotations: { readOnlyHint: reads, destructiveHint: !reads, idempotentHint: reads, openWorldHint: true },
          ...(more as object),
        },
      ),
    );
    const { schema, security = [] } = more as { schema?: object; security?: HttpPlan["security"] };
    calls[name] = {
      pointer: `/paths/${path}`,
      request: {
        method,
        path,
        server,
        parameters: [{ argument: "limit", name: "limit", in: "query", style: "form", explode: true }],
        accept: ["application/json"],
        security,
      },
      responses: [{ status: "200", contents: [{ mediaType: "application/json", ...(schema ? { schema } : {}) }] }],
    } as CallPlan;
  }
  return { listings, calls };
}

export const toolName = (method: string, path: string): string =>
  `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, "_")}`;
