/** `openapi-to-mcp inspect`: what a server offers, what it costs, and why it is as it is. */
import { isRemote } from "../base/address.ts";
import { defined } from "../base/defined.ts";
import { CompileError, type Diagnostic, type DiagnosticCode } from "../base/diagnostics.ts";
import { readLock } from "../disk/folder.ts";
import { kindOfPath } from "../disk/project.ts";
import { refuseInterrupted } from "../disk/recover.ts";
import { type Inspected, inspect, inspectTool } from "../inspect.ts";
import type { GenerateOptions } from "../config/options.ts";
import { visibleJson } from "../base/visible.ts";
import { explanationReport } from "./explanation-report.ts";
import { inspectionReport } from "./inspection-report.ts";
import { targetReport } from "./target-report.ts";
import { type CommandLine, UsageError } from "./line.ts";
import { refuseMisspelt } from "./meant.ts";
import { readRequest } from "./request.ts";
import type { Surroundings, Terminal } from "./terminal.ts";

/**
 * Inspects what the line names, or the project that it is run in, and prints the report on standard output.
 *
 * @throws {UsageError} where the line names nothing to inspect
 * @throws {CompileError} where it cannot be read, or has no such tool
 */
export async function inspectCommand(
  line: CommandLine,
  terminal: Terminal,
  surroundings: Surroundings,
): Promise<number> {
  await refuseMisspelt(line);
  terminal.progress("Inspecting …");
  const why = line.text("why");
  const json = line.isSet("json");
  if (why !== undefined) {
    const { options } = await requested(line, surroundings);
    const tool = await inspectTool(options, why);
    terminal.result(json ? visibleJson({ ok: true, ...tool }) : explanationReport(tool, terminal.resultStyle));
    return 0;
  }
  const found = await inspected(line, surroundings);
  if (json) {
    terminal.result(visibleJson({ ok: true, ...found }));
    return 0;
  }
  for (const diagnostic of told(found.diagnostics, terminal, line)) terminal.diagnostic(diagnostic);
  const report = line.isSet("targets") ? targetReport : inspectionReport;
  terminal.result(report(found, line.isSet("verbose"), terminal.resultStyle));
  return 0;
}

function told(diagnostics: readonly Diagnostic[], terminal: Terminal, line: CommandLine): readonly Diagnostic[] {
  if (terminal.quiet) return [];
  return line.isSet("verbose") ? diagnostics : diagnostics.filter(({ severity }) => severity === "error");
}

/** What the server is made of: the documents that the line names, or those of the project. */
async function requested(
  line: CommandLine,
  surroundings: Surroundings,
): Promise<{ readonly options: GenerateOptions; readonly project: string | undefined }> {
  const [first = "."] = line.operands;
  const isProject = !isRemote(first) && (await kindOfPath(first)) === "folder";
  if (isProject && line.operands.length > 1)
    throw new UsageError("Give the folder of one project, or documents, not both.");
  if (isProject) await refuseInterrupted(first);
  const { options } = await readRequest(line, surroundings, isProject ? [] : line.operands, isProject ? [first] : []);
  const lock = isProject ? await readLock(first) : undefined;
  return {
    options: { ...options, ...defined({ lock }) },
    project: isProject ? first : undefined,
  };
}

/** What says that a document cannot be had here and now. */
const outOfReach: ReadonlySet<DiagnosticCode> = new Set([
  "unreadable-input",
  "missing-input",
  "invalid-header",
  "refused-request",
  "failed-request",
  "refused-redirect",
  "unreachable-host",
  "untrusted-certificate",
  "slow-input",
]);

/** A project is inspected as its documents make it; where they are out of reach, as its files are. */
async function inspected(line: CommandLine, surroundings: Surroundings): Promise<Inspected> {
  const { options, project } = await requested(line, surroundings);
  const toolset = line.text("toolset");
  try {
    return await inspect(options, {}, toolset);
  } catch (error) {
    const isMissing = error instanceof CompileError && error.diagnostics.some(({ code }) => outOfReach.has(code));
    if (project === undefined || toolset !== undefined || !isMissing) throw error;
    return { ...(await inspect(project)), diagnostics: error.diagnostics };
  }
}
