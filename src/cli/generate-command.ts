import { isAbsolute, relative, resolve } from "node:path";
import { CompileError, type Diagnostic } from "../diagnostics.ts";
import { type Change, planChanges } from "../disk/changes.ts";
import { readLock, readOwnFile } from "../disk/folder.ts";
import { writeProject } from "../disk/write.ts";
import { checkHooks, customPath } from "../owner/hooks.ts";
import { type Generated, type Stage, generate } from "../generate.ts";
import { type CommandLine, UsageError } from "./line.ts";
import { printSummary, summaryOf } from "./summary.ts";
import type { Surroundings, Terminal } from "./terminal.ts";

const stages: Readonly<Record<Stage, string>> = {
  read: "Reading",
  map: "Mapping operations to tools",
  render: "Writing TypeScript",
};

/** `openapi-to-mcp <document..>`: generates the project and writes it. Returns the exit code. */
export async function generateCommand(
  line: CommandLine,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  if (line.operands.length === 0)
    throw new UsageError("Give an OpenAPI document: a path, a URL, or - for standard input.");
  const output = line.text("output");
  const lock = output === undefined ? undefined : await readLock(output);
  const interruption = onInterrupt(terminal);
  try {
    const generated = await generate(
      {
        inputs: line.operands,
        recordedInputs: line.operands.map((document) => recordedInput(document, output, surroundings.cwd())),
        name: line.text("name"),
        allowRefHosts: line.list("allow-ref-host") ?? [],
        allowRefFolders: line.list("allow-ref-folder") ?? [],
        maxDocumentBytes: (line.count("max-document-size") ?? 64) * 1024 * 1024,
        timeoutMs: (line.count("timeout") ?? 30) * 1000,
        ...(lock === undefined ? {} : { lock }),
        renameTools: line.isSet("rename-tools"),
        today: new Date().toISOString().slice(0, 10),
        stdin: () => readAll(surroundings.stdin),
      },
      (stage) => terminal.progress(`${stages[stage]} …`),
    );
    const folder = output ?? `./${generated.model.packageName}`;
    const diagnostics = [...generated.diagnostics, ...(await lostHooks(generated, folder))];
    if (line.isSet("strict")) refuseWarnings(diagnostics);
    terminal.progress(`Writing ${folder} …`);
    const changes = line.isSet("dry-run")
      ? await plannedChanges(generated, folder, line.isSet("force"))
      : await writeProject(generated.files, folder, { force: line.isSet("force") });
    const summary = summaryOf({ ...generated, diagnostics }, changes, folder, line.isSet("dry-run"));
    if (line.isSet("json")) terminal.result(JSON.stringify(summary, null, 2));
    else printSummary(summary, terminal, line.isSet("verbose"));
    return 0;
  } finally {
    interruption.end();
  }
}

/** Hooks of the owner whose tool the document no longer has. */
async function lostHooks(generated: Generated, folder: string): Promise<readonly Diagnostic[]> {
  const custom = await readOwnFile(folder, customPath);
  if (custom === undefined) return [];
  const tools = generated.model.apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  return checkHooks(
    custom,
    tools.map((tool) => tool.listing.name),
  );
}

async function plannedChanges(generated: Generated, folder: string, force: boolean): Promise<readonly Change[]> {
  const { changes, diagnostics } = await planChanges(generated.files, folder, { force });
  if (diagnostics.length > 0) throw new CompileError(diagnostics);
  return changes;
}

/** With `--strict`, what would be told as a warning stops the run before anything is written. */
function refuseWarnings(diagnostics: readonly Diagnostic[]): void {
  const grave = diagnostics.filter(({ severity }) => severity !== "info");
  if (grave.length > 0) throw new CompileError(grave);
}

/** A document as the project's own configuration names it: relative to the project, so that both can move. */
function recordedInput(document: string, output: string | undefined, folder: string): string {
  if (document === "-" || /^https?:\/\//i.test(document)) return document;
  const path = relative(resolve(folder, output ?? "project"), resolve(folder, document)).replaceAll("\\", "/");
  return isAbsolute(path) ? document : path;
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

/** Ctrl-C ends the run without a trace on the screen; what was being written is completed or undone by the next run. */
function onInterrupt(terminal: Terminal): { end(): void } {
  const stop = (signal: NodeJS.Signals): void => {
    terminal.note("Interrupted: nothing of what was there is lost.");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return { end: () => void process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop) };
}
