/**
 * `npm run conformance`: the official conformance suite of MCP against this server over HTTP, in front of the mock of
 * its APIs. This file is yours.
 *
 * What the suite may fail stands in `conformance/`: scenarios that call tools, resources and prompts of fixed names, or
 * that try what a server of an API does not have. One that passes although it stands there fails the run too, so that
 * the lists only shrink. The suite is no dependency: npm fetches it, in these versions, when it is run.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { project } from "../src/generated/index.js";
import { startMock } from "../src/runtime/mock.js";
import {
  placeholderArguments,
  placeholderCredentials,
} from "../src/runtime/mock-calls.js";

interface Run {
  /** Of the suite. */
  readonly version: string;
  readonly flags: readonly string[];
  /** What it may fail, in `conformance/`. */
  readonly list: string;
}

const runs: readonly Run[] = [
  { version: "0.1.16", flags: ["--suite", "all"], list: "0.1.16.yml" },
  {
    version: "0.2.0-alpha.12",
    flags: ["--requirements", "2025-11-25"],
    list: "2025-11-25.yml",
  },
  {
    version: "0.2.0-alpha.12",
    flags: ["--requirements", "2026-07-28"],
    list: "2026-07-28.yml",
  },
];

const [major = "0"] = process.versions.node.split(".");
if (Number(major) < 22) {
  process.stderr.write(
    `The conformance suite needs Node.js 22 or newer, and this is ${process.versions.node}. The server itself does not.\n`,
  );
  process.exit(1);
}

const mock = await startMock(project);
const server = spawn(
  process.execPath,
  [join(project.folder, "dist", "main.js"), "--http", "--port", "0"],
  {
    env: {
      PATH: process.env["PATH"],
      ...placeholderCredentials(project),
      ...(await placeholderArguments(project)),
      ...mock.environment,
      // The suite asks for more at once than a client does.
      MCP_RATE_LIMIT: "0",
      MCP_TOOL_RATE_LIMIT: "0",
    },
    stdio: ["ignore", "ignore", "pipe"],
  },
);
try {
  const url = await urlOf(server);
  for (const run of runs) if (!(await passes(run, url))) process.exitCode = 1;
} finally {
  server.kill();
  await mock.close();
}

/** Where the server listens, as its log says. */
function urlOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("The log of the server is not read");
  return new Promise((resolve, reject) => {
    const log: string[] = [];
    createInterface({ input: stderr })
      .on("line", (line) => {
        log.push(line);
        const port = /"event":"listening".*"port":(\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}/mcp`);
      })
      .on("close", () => reject(new Error(log.join("\n"))));
  });
}

async function passes(
  { version, flags, list }: Run,
  url: string,
): Promise<boolean> {
  const name = `@modelcontextprotocol/conformance@${version}`;
  process.stdout.write(`\n${name} ${flags.join(" ")}\n`);
  const failures = join(project.folder, "test", "conformance", list);
  const [command, ...before] = npm();
  const suite = spawn(
    command,
    [
      ...before,
      ...["exec", "--yes", `--package=${name}`, "--", "conformance", "server"],
      ...["--url", url, ...flags, "--expected-failures", failures],
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const code = await new Promise((resolve) => suite.once("close", resolve));
  return code === 0;
}

/** npm as it runs this, on the same Node.js. */
function npm(): readonly [string, ...string[]] {
  const program = process.env["npm_execpath"];
  return program === undefined ? ["npm"] : [process.execPath, program];
}
