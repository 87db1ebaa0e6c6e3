/** The server's start from its command line: flags, settings, transports, and how the process ends. */
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Owner } from "../../templates/always/src/runtime/call/call.js";
import type { Parts } from "../../templates/always/src/runtime/data/parts.js";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.js";
import type { ProjectOnDisk } from "../../templates/always/src/runtime/node/project-data.js";
import { serve } from "../../templates/always/src/runtime/node/serve.js";
import { rateLimit } from "../../templates/always/src/runtime/rate-limit.js";
import { turns, until } from "./until.js";
/** What stdout is, whatever stands in its place meanwhile. */
const real = process.stdout;
const events = ["SIGTERM", "SIGINT", "unhandledRejection"] as const;
let before = new Map<string, readonly unknown[]>();
const own = (event: (typeof events)[number]) =>
  process.listeners(event as "SIGTERM").filter((listener) => !before.get(event)?.includes(listener));
const { argv, exitCode } = process;
let folder = "";
let out: string[] = [];
let errors = "";
let exits: unknown[] = [];
let stdin: PassThrough;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "serve-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  before = new Map(events.map((event) => [event, process.listeners(event as "SIGTERM")]));
  [out, errors, exits] = [[], "", []];
  stdin = new PassThrough();
  const stdout = Object.assign(new EventEmitter(), { writableLength: 0 });
  vi.spyOn(real, "_write").mockImplementation((chunk: Buffer | string, _encoding, done) => {
    out.push(String(chunk));
    done();
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => (errors += String(text)) !== "");
  vi.spyOn(process, "exit").mockImplementation(((code: unknown) => void exits.push(code)) as never);
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as never);
  vi.spyOn(process, "stdout", "get").mockReturnValue(stdout as never);
  vi.stubEnv("MCP_LOG_LEVEL", "info");
});
afterEach(async () => {
  await turns(3);
  for (const event of events) for (const listener of own(event)) process.off(event, listener as () => void);
  process.argv = argv;
  process.exitCode = exitCode;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const owner = {
  custom: {
    tools: [
      { name: "wait", description: "", inputSchema: { type: "object" }, run: () => new Promise(() => undefined) },
    ],
  },
  credentials: async () => ({}),
  rateLimiting: rateLimit(),
} as unknown as Owner;
const run = (flags: readonly string[], parts?: Parts, more: Partial<Owner> = {}): Promise<void> => {
  process.argv = ["node", "main.js", ...flags];
  const data = { name: "pets", title: "Pets", version: "1.2.3", instructions: "", apis: [] };
  const project = { folder, data, apis: [], ...(parts && { parts }) } as unknown as ProjectOnDisk;
  return serve({ ...owner, ...more }, project);
};
/** An owner whose own code keeps the server from starting. */
const failing = (fault: Error): Partial<Owner> => ({
  rateLimiting: {
    ...owner.rateLimiting,
    start: () => {
      throw fault;
    },
  },
});
const signal = (name: "SIGTERM" | "SIGINT"): void => own(name).forEach((listener) => (listener as () => void)());
const lines = () =>
  errors
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { event: string; level: string; port?: number; url?: string });
const listening = () => lines().find(({ event }) => event === "listening");

describe("the command line", () => {
  const part = (async () => ({})) as never;
  const usage = (sse: string, toolset: string) => `Usage: node dist/main.js [options]

Serves MCP over stdin and stdout, or over HTTP.

  --http           serve Streamable HTTP at /mcp
  --host ADDRESS   address to listen on (default: MCP_HOST, 127.0.0.1)
  --port PORT      port to listen on, 0 takes a free one (default: MCP_PORT, 3000)
${sse}  --insecure       listen beyond this machine without MCP_AUTH_TOKEN
${toolset}  --version        show the name and version of the API, and of the runtime
  --help           show this text

Environment:
`;
  it.each<[string, string, Parts | undefined, string, string]>([
    ["of a server without parts", "--help", undefined, "", ""],
    [
      "of one with parts",
      "-h",
      { sse: part, toolsets: part },
      "  --sse            serve clients of MCP 2024-11-05 at /sse, too (default: MCP_SSE)\n",
      "  --toolset NAME   serve this toolset alone (default: MCP_TOOLSET)\n",
    ],
  ])("explains itself: %s", async (_of, flag, parts, sse, toolset) => {
    await run([flag], parts);
    const text = out.join("");
    expect(text.slice(0, usage(sse, toolset).length)).toBe(usage(sse, toolset));
    expect(text).toMatch(/\n {2}MCP_PORT {17}\S.*\n/);
    expect(text.endsWith("\n\nBase URLs and credentials of the API: see src/generated/README.md.\n")).toBe(true);
    expect([errors, exits, own("SIGTERM")]).toEqual(["", [], []]);
  });

  it.each(["--version", "-v"])("says what it serves: %s", async (flag) => {
    await run([flag]);
    expect(out).toEqual([expect.stringMatching(/^pets 1\.2\.3 \(runtime \d+\.\d+\.\d+\)\n$/) as string]);
  });

  it("refuses what it does not know", async () => {
    await run(["--nonsense"]);
    expect(errors).toContain("--nonsense");
    expect([process.exitCode, out, errors.endsWith("\n")]).toEqual([1, [], true]);
  });

  it("says why the server does not start, and what to do", async () => {
    await run(["--sse", "--http"]);
    expect(errors).toBe(
      "MCP_SSE or --sse is set, and this server was generated without the part for clients of MCP 2024-11-05.\n" +
        "Generate again with `openapi-to-mcp --feature sse`, or with `features: [sse]` in openapi-to-mcp.yaml; or unset it.\n",
    );
    expect(process.exitCode).toBe(1);
  });

  it("says no secret, whatever goes wrong", async () => {
    vi.stubEnv("MCP_AUTH_TOKEN", "s3cr3t-of-the-process");
    await run([], undefined, failing(new Error("lost s3cr3t-of-the-process")));
    expect(errors).toBe("lost [secret]\n");
  });

  it("says no more than there is to say", async () => {
    await run([], undefined, failing(new ConfigurationError("The limits are none")));
    expect(errors).toBe("The limits are none\n");
  });
});

describe("over HTTP", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("it listens as its flags say, and ends by %s", async (name) => {
    vi.stubEnv("MCP_PORT", "1");
    vi.stubEnv("MCP_HOST", "192.0.2.1");
    const over = run(["--http", "--port", "0", "--host", "localhost"]);
    await until(() => listening() !== undefined);
    const { url, port, level } = listening() ?? {};
    expect([level, url]).toEqual(["info", `http://localhost:${port}/mcp`]);
    expect((await fetch(`http://localhost:${port}/livez`)).status).toBe(200);
    expect(exits).toEqual([]);
    signal(name);
    await over;
    expect([exits, out]).toEqual([[0], []]);
  });

  it("it does not listen beyond this machine unless that is wished", async () => {
    await run(["--http", "--port", "0", "--host", "0.0.0.0"]);
    expect(errors).toContain("Refused to listen on 0.0.0.0 without MCP_AUTH_TOKEN");
    const over = run(["--http", "--port", "0", "--host", "0.0.0.0", "--insecure"]);
    await until(() => listening() !== undefined);
    signal("SIGTERM");
    await over;
    expect(exits).toEqual([0]);
  });

  it("it has the settings of the project's .env", async () => {
    writeFileSync(join(folder, ".env"), "MCP_PORT=0\nMCP_HOST=localhost\n");
    try {
      for (const name of ["MCP_PORT", "MCP_HOST"]) vi.stubEnv(name, "");
      const over = run(["--http"]);
      await until(() => listening() !== undefined);
      expect(listening()?.url).toMatch(/^http:\/\/localhost:/);
      signal("SIGTERM");
      await over;
    } finally {
      rmSync(join(folder, ".env"));
    }
  });
});

describe("over a pipe", () => {
  const hello = {
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  };
  const call = { id: 2, method: "tools/call", params: { name: "wait" } };
  const send = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const waiting =
    "Waiting for an MCP client on standard input. README.md says how to connect one; Ctrl-C ends this server.\n";

  it("it answers until its input ends, and says nothing to a program", async () => {
    const over = run([]);
    send(hello);
    await until(() => out.length === 1);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({
      id: 1,
      result: { serverInfo: { name: "pets", version: "1.2.3" } },
    });
    stdin.end();
    await over;
    expect([exits, errors]).toEqual([[0], ""]);
  });

  it("it tells a person what it waits for", async () => {
    Object.assign(stdin, { isTTY: true });
    const over = run([]);
    await until(() => errors !== "");
    expect(errors).toBe(waiting);
    signal("SIGINT");
    await over;
    expect(exits).toEqual([0]);
  });

  it("calls that still run are told so before the transport gives up", async () => {
    const over = run([]);
    send(hello);
    send(call);
    await until(() => out.length === 1);
    await turns(20);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    signal("SIGTERM");
    await vi.advanceTimersByTimeAsync(8_499);
    expect(out).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await until(() => out.length === 2);
    expect(JSON.parse(out[1] ?? "")).toMatchObject({ id: 2, result: { isError: true } });
    await over;
    expect(exits).toEqual([0]);
  });

  it("what nobody handles is in the log, and ends nothing", async () => {
    const over = run([]);
    await until(() => own("unhandledRejection").length === 1);
    (own("unhandledRejection")[0] as unknown as (reason: unknown) => void)(new Error("own"));
    await until(() => lines().length === 1);
    expect(lines()[0]).toMatchObject({ level: "error", event: "unhandled rejection", error: { message: "own" } });
    send(hello);
    await until(() => out.length === 1);
    expect(exits).toEqual([]);
    signal("SIGTERM");
    await over;
  });
});
