/** The official clients of both generations, over both transports, to one server under test. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdioTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as OldTransport } from "@modelcontextprotocol/sdk/shared/transport.js";

export type AnyClient = Client | OldClient;

export interface HttpServer {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** Lines of its log. */
  readonly log: string[];
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the server over HTTP on a free port, with further flags. */
export async function startHttp(
  main: string,
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<HttpServer> {
  const child = spawn(process.execPath, [main, "--http", "--port", "0", ...flags], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      log.push(line);
      const found = /"event":"listening".*"port":(\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void exited.then(() => reject(new Error(log.join("\n"))));
  });
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    process: child,
    log,
    stop: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

const info = { name: "test", version: "1" };

export type Generation = "modern" | "legacy" | "v1";

export async function connectStdio(
  generation: Generation,
  main: string,
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<AnyClient> {
  const server = {
    command: process.execPath,
    args: [main, ...flags],
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stderr: "ignore" as const,
  };
  if (generation === "v1") return connectOld(new OldStdioTransport(server));
  const client = newClient(generation);
  await client.connect(new StdioClientTransport(server));
  return client;
}

export async function connectHttp(
  generation: Generation,
  url: string,
  headers: Record<string, string> = {},
): Promise<AnyClient> {
  const options = { requestInit: { headers } };
  if (generation === "v1") return connectOld(new OldHttpTransport(new URL(url), options) as OldTransport);
  const client = newClient(generation);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
  return client;
}

async function connectOld(transport: OldTransport): Promise<OldClient> {
  const client = new OldClient(info);
  await client.connect(transport);
  return client;
}

function newClient(generation: "modern" | "legacy"): Client {
  return new Client(info, { versionNegotiation: { mode: generation === "modern" ? "auto" : "legacy" } });
}
