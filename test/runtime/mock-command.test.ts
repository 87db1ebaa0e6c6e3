/** The command that starts the mock: what it prints, and why it does not start. */
import { Server } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { type Mock, runMock, startMock } from "../../templates/always/src/runtime/mock.ts";

const usage = `Usage: npm run mock -- [options]

Answers like the API, with made-up values, for development only.

  --port PORT  port to listen on, 0 takes a free one (default: 4010)
  --help       show this text
`;

function projectOf(schemas: () => Promise<object> = () => Promise.resolve({})): Project {
  const api = {
    data: { name: "pets", groups: [], serverGroups: [{ environment: "PETS_BASE_URL" }, { environment: "FILES_URL" }] },
    schemas,
    examples: () => Promise.resolve({}),
  };
  return { apis: [api] } as unknown as Project;
}

let out = "";
let err = "";
const { argv, exitCode } = process;
beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => (out += String(text)) !== "");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => (err += String(text)) !== "");
});
afterEach(() => {
  vi.restoreAllMocks();
  process.argv = argv;
  process.exitCode = exitCode;
});

async function told(flags: readonly string[], project = projectOf()) {
  process.argv = ["node", "mock", ...flags];
  await runMock(project);
  return { out, err, failed: process.exitCode === 1 };
}

describe("the command of the mock", () => {
  it.each(["--help", "-h"])("shows how it is used: %s", async (flag) => {
    expect(await told([flag])).toEqual({ out: usage, err: "", failed: false });
  });

  it.each(["65536", "100000", "x", "", "4.5", "1e3", "a1", "1a"])("takes no port %j", async (port) => {
    expect(await told([`--port=${port}`])).toEqual({
      out: "",
      err: `--port has to be a number from 0 to 65535\n\n${usage}\n`,
      failed: true,
    });
  });

  it("shows how it is used where a flag is none", async () => {
    const { out: shown, err: said, failed } = await told(["--no"]);
    expect([shown, said.startsWith("Unknown option '--no'"), said.endsWith(`\n\n${usage}\n`), failed]).toEqual([
      "",
      true,
      true,
      true,
    ]);
  });

  it.each([
    [[], 4010],
    [["--port", "65535"], 65535],
  ])("says that its port is taken: %j", async (flags, port) => {
    const taken = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
      queueMicrotask(() => this.emit("error", Object.assign(new Error("taken"), { code: "EADDRINUSE", port })));
      return this;
    });
    expect(await told(flags)).toEqual({
      out: "",
      err: `Port ${port} is taken: choose another one with --port\n`,
      failed: true,
    });
    expect(taken.mock.calls[0]?.slice(0, 2)).toEqual([port, "127.0.0.1"]);
  });

  it.each([
    [{ code: "EACCES", port: 80 }, "Port 80 is not yours to listen on: choose one above 1023 with --port\n"],
    [{ code: "ENOENT" }, "broken\n"],
    [{}, "broken\n"],
  ])("says what else stopped it: %j", async (details, said) => {
    const project = projectOf(() => Promise.reject(Object.assign(new Error("broken"), details)));
    expect(await told(["--port", "0"], project)).toEqual({ out: "", err: said, failed: true });
  });
});

describe("the mock that a command started", () => {
  /** Runs it until a signal comes. */
  async function running(flags: readonly string[], signal: string) {
    const handlers = new Map<unknown, () => void>();
    vi.spyOn(process, "once").mockImplementation((event, handler) => {
      handlers.set(event, handler as () => void);
      return process;
    });
    process.argv = ["node", "mock", ...flags];
    let isOver = false;
    const done = runMock(projectOf()).then(() => (isOver = true));
    await vi.waitFor(() => expect(handlers.size).toBe(2));
    const port = Number(/on port (\d+)/.exec(err)?.[1]);
    const { status } = await fetch(`http://127.0.0.1:${port}/x`);
    const wasOver = isOver;
    handlers.get(signal)?.();
    await done;
    const isClosed = await fetch(`http://127.0.0.1:${port}/x`).then(
      () => false,
      () => true,
    );
    return { port, status, wasOver, isClosed };
  }

  it.each(["SIGTERM", "SIGINT"])("says what to set, and ends by %s", async (signal) => {
    const { port, ...others } = await running(["--port", "0"], signal);
    expect(port).toBeGreaterThan(0);
    expect(others).toEqual({ status: 404, wasOver: false, isClosed: true });
    const base = `http://127.0.0.1:${port}`;
    expect({ out, err }).toEqual({
      out: `{"port":${port}}\n`,
      err: `Mock API for development only, on port ${port}. Start the server with:\n  PETS_BASE_URL=${base}\n  FILES_URL=${base}\n`,
    });
    expect(process.exitCode).toBe(exitCode);
  });

  it("says its port to programs only where it was to take a free one", async () => {
    const free: Mock = await startMock(projectOf());
    await free.close();
    const { port } = await running(["--port", String(free.port)], "SIGTERM");
    expect([port, out]).toEqual([free.port, ""]);
  });
});
