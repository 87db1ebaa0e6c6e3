/** Platforms that run a bundle. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import type { Bundle } from "./bundle.ts";

export interface Running {
  /** Of its MCP endpoint. */
  readonly url: string;
  stop(): void;
}

export type Platform = (bundle: Bundle, environment: Readonly<Record<string, string>>) => Promise<Running>;

/** A process of Node.js, of which the bundle sees no more than the web standard. */
export const ownPlatform: Platform = async ({ path }, environment) => {
  const program = join(import.meta.dirname, "platform.mjs");
  const server = spawn(process.execPath, [program, path, JSON.stringify(environment)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(server.stdout, "data")) as [Buffer];
  return { url: `http://127.0.0.1:${port.toString().trim()}/mcp`, stop: () => void server.kill() };
};

/** workerd, the runtime of Cloudflare's workers: 160 MB, so that it is no dependency of this repository. */
export const workerd =
  (program: string): Platform =>
  async ({ path }, environment) => {
    const port = await freePort();
    const bindings = Object.entries(environment).map(
      ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`,
    );
    const configuration = join(dirname(path), "workerd.capnp");
    writeFileSync(
      configuration,
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .server), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const server :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed ${JSON.stringify(basename(path))})],
  compatibilityDate = "2026-01-01",
  bindings = [${bindings.join(", ")}],
);
`,
    );
    const server = spawn(program, ["serve", configuration], { stdio: ["ignore", "inherit", "inherit"] });
    const url = `http://127.0.0.1:${port}/mcp`;
    while (server.exitCode === null && !(await isAnswering(url)))
      await new Promise((resolve) => setTimeout(resolve, 20));
    return { url, stop: () => void server.kill() };
  };

async function isAnswering(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
