/** The server's start: flags, settings, transport, end. */
import module from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Owner } from "../call/call.js";
import { defined } from "../data/defined.js";
import {
  readEnvironmentFile,
  hostStore,
  nodeHost,
  readText,
  writeToStderr,
} from "./host.js";
import { CallError } from "../errors.js";
import type { HttpHandlerOptions } from "../http/handler.js";
import { createLog } from "../log.js";
import { factoryOf, startService } from "../mcp/start.js";
import type { Parts } from "../data/parts.js";
import type { ProjectOnDisk } from "./project-data.js";
import {
  readSettings,
  settingsFor,
  type Settings,
} from "../settings/settings.js";
import { scrub } from "../secret.js";
import { writeStdout } from "./stdout.js";

const usageOf = (parts: Parts): string => `Usage: node dist/main.js [options]

Serves MCP over stdin and stdout, or over HTTP.

  --http           serve Streamable HTTP at /mcp
  --host ADDRESS   address to listen on (default: MCP_HOST, 127.0.0.1)
  --port PORT      port to listen on, 0 takes a free one (default: MCP_PORT, 3000)
${parts.sse === undefined ? "" : "  --sse            serve clients of MCP 2024-11-05 at /sse, too (default: MCP_SSE)\n"}\
  --insecure       listen beyond this machine without MCP_AUTH_TOKEN
${parts.toolsets === undefined ? "" : "  --toolset NAME   serve this toolset alone (default: MCP_TOOLSET)\n"}\
  --version        show the name and version of the API, and of the runtime
  --help           show this text

Environment:
${settingsFor(parts)
  .map(({ name, meaning }) => `  ${name.padEnd(24)} ${meaning}`)
  .join("\n")}

Base URLs and credentials of the API: see src/generated/README.md.
`;

const waiting =
  "Waiting for an MCP client on standard input. README.md says how to connect one; Ctrl-C ends this server.";

/** From a signal or the end of the input on; both transports give up a little later. */
const stopMs = 8_500;
/** From then on, too: platforms kill what takes ten seconds. */
const goneMs = 9_800;
/** For what is left to write in the end: at least, and at most where there was little else to wait for. */
const [leastLeftMs, mostLeftMs] = [500, 5_000];

interface Flags {
  readonly http: boolean;
  readonly insecure: boolean;
  readonly sse: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly host?: string;
  readonly port?: string;
  readonly toolset?: string;
}

/**
 * Runs the server until its client leaves or a signal ends it.
 *
 * @param owner what `src/access.ts`, `src/auth.ts`, `src/custom.ts` and `src/rate-limit.ts` export, and the steps of `src/main.ts`
 * @param project what `src/generated/index.ts` exports
 */
export async function serve(
  owner: Owner,
  project: ProjectOnDisk & { readonly parts?: Parts },
): Promise<void> {
  try {
    const flags = readFlags(process.argv.slice(2));
    if (flags.help) writeStdout(usageOf(project.parts ?? {}));
    else if (flags.version) writeStdout(`${await versionOf(project)}\n`);
    else await run(owner, project, flags);
  } catch (fault) {
    process.stderr.write(`${scrub(startFault(fault))}\n`);
    process.exitCode = 1;
  }
}

async function versionOf({ data }: ProjectOnDisk): Promise<string> {
  const { runtimeVersion } = await import("../version.js");
  return `${data.name} ${data.version} (runtime ${runtimeVersion})`;
}

function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      http: { type: "boolean", default: false },
      insecure: { type: "boolean", default: false },
      sse: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", short: "v", default: false },
      host: { type: "string" },
      port: { type: "string" },
      toolset: { type: "string" },
    },
  });
  return values;
}

async function run(
  owner: Owner,
  project: ProjectOnDisk & { readonly parts?: Parts },
  flags: Flags,
): Promise<void> {
  readEnvironmentFile(project.folder, process.env);
  const settings = flaggedSettings(flags);
  const host = nodeHost(process.env, settings);
  const log = createLog(settings.logLevel, writeToStderr);
  process.on("unhandledRejection", (reason) =>
    log.error("unhandled rejection", { error: reason }),
  );
  rememberCompiledCode(project.folder);
  const started = await startService(
    owner,
    project,
    settings,
    () => hostStore(settings, project.parts ?? {}, project.data.name, log),
    host,
    log,
  );
  const { service } = started;
  // Calls that take longer than the transports wait for are told so while there is time.
  let since: number | undefined;
  const stopLate = () => {
    since ??= performance.now();
    setTimeout(() => service.stop(), stopMs).unref();
  };
  process.once("SIGTERM", stopLate);
  process.once("SIGINT", stopLate);
  if (flags.http) {
    const { frontOf } = await import("../mcp/front.js");
    const front = await frontOf(owner, project, started, settings, host, log);
    await overHttp(front, flags.insecure);
  } else {
    const { serveStdio } = await import("./stdio.js");
    // Whoever starts it by hand would see nothing at all.
    if (process.stdin.isTTY) process.stderr.write(`${waiting}\n`);
    process.stdin.once("close", stopLate);
    await serveStdio(factoryOf(service, settings), settings, log);
  }
  const leftMs = goneMs - (performance.now() - (since ?? performance.now()));
  await service.close(Math.min(mostLeftMs, Math.max(leastLeftMs, leftMs)));
  // Sockets that are kept alive for the API would hold the process.
  process.exit(0);
}

/** Serves until a signal comes, and what runs then has ended. */
async function overHttp(
  options: HttpHandlerOptions,
  insecure: boolean,
): Promise<void> {
  const { serveHttp } = await import("./http.js");
  const front = await serveHttp({ ...options, insecure });
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  options.log.info("listening", { url: front.url, port: front.port });
  await stopped;
  await front.drain();
}

/** Flags win over the environment. */
function flaggedSettings({ host, port, toolset, sse }: Flags): Settings {
  const given = {
    MCP_HOST: host,
    MCP_PORT: port,
    MCP_TOOLSET: toolset,
    MCP_SSE: sse ? "true" : undefined,
  };
  return readSettings({ ...process.env, ...defined(given) }, readText);
}

/**
 * Keeps compiled code for the next start where Node can (22.1). In the project's own folder: a folder that others may
 * write to would let them choose what this server runs.
 */
function rememberCompiledCode(folder: string): void {
  const { enableCompileCache } = module as {
    enableCompileCache?: (folder: string) => unknown;
  };
  enableCompileCache?.(join(folder, "node_modules", ".cache", "compile"));
}

function startFault(fault: unknown): string {
  if (fault instanceof CallError)
    return [fault.message, fault.hint].filter(Boolean).join("\n");
  return fault instanceof Error ? fault.message : String(fault);
}
