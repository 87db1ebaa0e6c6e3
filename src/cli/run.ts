import { CompileError } from "../base/diagnostics.ts";
import type { CommandName } from "../config/commands.ts";
import { visible, visibleJson } from "../base/visible.ts";
import { type CommandLine, UsageError, helpFor, readLine } from "./line.ts";
import { type Surroundings, Terminal, layoutFor } from "./terminal.ts";

/**
 * Runs one command and returns its exit code.
 *
 * @throws {CompileError} where the input or the folder is at fault: exit code 1
 * @throws {UsageError} where the command line is: exit code 2
 */
export type Command = (line: CommandLine, terminal: Terminal, surroundings: Surroundings) => Promise<number>;

/** Each command is loaded when it is asked for. */
const implementations: Readonly<Record<CommandName, () => Promise<Command>>> = {
  generate: async () => (await import("./generate-command.ts")).generateCommand,
  diff: async () => (await import("./diff-command.ts")).diffCommand,
  inspect: async () => (await import("./inspect-command.ts")).inspectCommand,
  policy: async () => (await import("./policy-command.ts")).policyCommand,
  audit: async () => (await import("./audit-command.ts")).auditCommand,
  templates: async () => (await import("./templates-command.ts")).templatesCommand,
};

/**
 * Runs the command line and returns its exit code: 0 done, 1 the input or the folder is at fault, 2 the command line is.
 * Faults are printed, never thrown.
 */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  let line: CommandLine | undefined;
  const laidOut = await layoutFor(surroundings);
  let terminal = new Terminal(surroundings, false, laidOut);
  try {
    line = await readLine(words, surroundings);
    if (line === undefined) return 0;
    terminal = new Terminal(surroundings, line.isSet("quiet"), laidOut);
    const command = await implementations[line.command]();
    return await command(line, terminal, surroundings);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.line(`${visible(error.message)}\nRun ${helpFor(words)} for what it takes.`);
      return 2;
    }
    if (!(error instanceof CompileError)) throw error;
    if (line?.isSet("json") === true) terminal.result(visibleJson({ ok: false, diagnostics: error.diagnostics }));
    else for (const diagnostic of error.diagnostics) terminal.diagnostic(diagnostic);
    return 1;
  }
}
