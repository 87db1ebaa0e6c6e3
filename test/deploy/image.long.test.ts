/**
 * The steps of the Dockerfile, run: what it copies and builds, then the server as another user in a folder that nobody
 * may write to, and its health check, on every port that it can be given. Docker itself is not asked.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileSet } from "../../src/project/files.ts";
import { filesOf, readTree, repository, sampleOf } from "../golden/sample.ts";
import { connectHttp } from "../runtime/mcp-connections.js";
import { runStages, stagesOf, wordsOf } from "./dockerfile.js";

const secret = "not-for-any-layer-5f1c";
const text = readFileSync(join(repository, "templates/once/Dockerfile"), "utf8");
const stages = stagesOf(text);
const image = stages.at(-1);
if (image === undefined) throw new Error("The Dockerfile has stages");

let root: string;
let app: string;

/** The owner's folder, with what has to stay in it. */
function project(files: FileSet, folder: string): string {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const path of [".env", ".env.production", "key.pem"])
    writeFileSync(
      join(folder, path),
      `TOKEN=${secret}
`,
    );
  return folder;
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "image-"));
  chmodSync(root, 0o755);
  const context = project(await filesOf(sampleOf("petstore")), join(root, "context"));
  app = await runStages(stages, context, join(root, "layers"));
  execFileSync("chmod", ["-R", "a-w", app]);
});

afterAll(() => {
  execFileSync("chmod", ["-R", "u+w", app]);
  rmSync(root, { recursive: true });
});

/** The user of the image, where this process may become another one. */
const [uid, gid] = (image.instructions.find(({ name }) => name === "USER")?.rest ?? "").split(":").map(Number);
const user = process.getuid?.() === 0 ? { uid, gid } : {};

interface Started {
  readonly child: ChildProcess;
  readonly log: readonly string[];
}

/** The container: `ENTRYPOINT`, `CMD` or what is given in its place, and nothing of this process's environment. */
async function started(command: readonly string[], environment: Record<string, string>): Promise<Started> {
  const [, ...rest] = wordsOf(image as never, "ENTRYPOINT");
  const child = spawn(process.execPath, [...rest, ...command], {
    cwd: app,
    env: {
      NODE_ENV: "production",
      PET_STORE_API_KEY: "key",
      MCP_AUTH_TOKEN: "a-token-that-is-long-enough",
      ...environment,
    },
    stdio: ["ignore", "ignore", "pipe"],
    ...user,
  });
  const log: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr as never }).on("line", (line) => {
      log.push(line);
      if (line.includes('"listening"')) resolve();
    });
    child.once("close", () => reject(new Error(log.join("\n"))));
  });
  return { child, log };
}

async function stopped({ child }: Started): Promise<number | null> {
  const end = once(child, "close") as Promise<[number | null]>;
  child.kill("SIGTERM");
  return (await end)[0];
}

/** What the health check says of a container whose first process is this one. */
function health({ child }: Started, environment: Record<string, string>): number | null {
  const [, ...words] = wordsOf(image as never, "HEALTHCHECK");
  const line = words.map((word) => word.replace("/proc/1/", `/proc/${child.pid}/`));
  return spawnSync(process.execPath, line, { env: environment, cwd: app }).status;
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

describe("the image", () => {
  it("holds the compiled server, its dependencies and its data, and nothing else", () => {
    const paths = [...readTree(app).keys()];
    expect(
      paths.filter((path) => !/^(?:package\.json$|dist\/|node_modules\/|src\/generated\/.*\.json$)/.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => path.startsWith("node_modules/typescript/"))).toEqual([]);
    expect(paths).toContain("dist/main.js");
  });

  it("has no secret of the owner's folder, in any stage", () => {
    const found = [...readTree(join(root, "layers"))]
      .filter(([, content]) => content.includes(secret))
      .map(([path]) => path);
    expect(found).toEqual([]);
  });

  it("takes less than 40 MB beside its base", () => {
    const [kilobytes = ""] = execFileSync("du", ["-sk", app], { encoding: "utf8" }).split("\t");
    expect(Number(kilobytes)).toBeLessThan(40_000);
  });
});

describe.runIf(process.platform === "linux")("the server in it, as another user, where nothing can be written", () => {
  it("answers a client, and ends at SIGTERM", async () => {
    const port = await freePort();
    const server = await started(wordsOf(image as never, "CMD"), { MCP_PORT: port });
    const client = await connectHttp("modern", `http://127.0.0.1:${port}/mcp`, {
      authorization: "Bearer a-token-that-is-long-enough",
    });
    expect((await client.listTools()).tools.length).toBeGreaterThan(3);
    await client.close();
    expect(server.log.filter((line) => /EACCES|EROFS|EPERM/.test(line))).toEqual([]);
    expect(await stopped(server)).toBe(0);
  });

  it.each([
    ["MCP_PORT", async () => ({ flags: [], environment: { MCP_PORT: await freePort() } })],
    ["--port NUMBER", async () => ({ flags: ["--port", await freePort()], environment: {} })],
    [
      "--port=NUMBER, which wins over MCP_PORT",
      async () => ({ flags: [`--port=${await freePort()}`], environment: { MCP_PORT: "1" } }),
    ],
    [
      "MCP_PROBE_PORT, which is asked first",
      async () => ({ flags: ["--port", await freePort()], environment: { MCP_PROBE_PORT: await freePort() } }),
    ],
  ] as const)("is healthy while it runs, and not when it has ended: %s", async (_name, make) => {
    const { flags, environment } = await make();
    const server = await started([...wordsOf(image as never, "CMD"), ...flags], environment as Record<string, string>);
    expect(health(server, environment as Record<string, string>)).toBe(0);
    // Stopped where it stands, it answers no more, and its command line can still be read.
    server.child.kill("SIGKILL");
    await once(server.child, "close");
    expect(
      health({ ...server, child: process as never }, { MCP_PORT: "1", ...environment } as Record<string, string>),
    ).toBe(1);
  });

  it("does not start for all addresses without a token", async () => {
    await expect(started(wordsOf(image as never, "CMD"), { MCP_AUTH_TOKEN: "", MCP_PORT: "0" })).rejects.toThrow(
      /Refused to listen on 0\.0\.0\.0/,
    );
  });
});
