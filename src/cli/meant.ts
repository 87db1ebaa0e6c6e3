/** What was probably meant by a word of the command line that names nothing. */
import { isRemote } from "../base/address.ts";
import { commands, flagWords } from "../config/commands.ts";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { namesBeside, somethingIsAt } from "../disk/project.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { type CommandLine, UsageError } from "./line.ts";

/**
 * Refuses documents, folders and other files that do not exist where something that does is called nearly so.
 *
 * @throws {UsageError} where the first word is nearly a command's
 * @throws {CompileError} `missing-input` where another word is nearly the name of a file beside it
 */
export async function refuseMisspelt(line: CommandLine): Promise<void> {
  const further = [line.text("config"), ...(line.list("overlay") ?? []), line.text("templates")];
  const named = [...line.operands, ...further.filter((path) => path !== undefined)];
  for (const [index, operand] of named.entries()) {
    if (isRemote(operand) || (await somethingIsAt(operand))) continue;
    const command = index === 0 && line.firstWord === operand ? commandMeant(operand) : undefined;
    if (command !== undefined)
      throw new UsageError(`There is no command "${operand}", and no document of that name; did you mean: ${command}`);
    const file = fileMeant(operand, await namesBeside(operand));
    if (file !== undefined) {
      const message = `"${visible(operand)}" does not exist; did you mean "${visible(file)}"?`;
      throw new CompileError([diagnosticAt("missing-input", operand, message)]);
    }
  }
}

/** The command line to begin with, where a word is nearly a command, what other programs call it, or a flag. */
function commandMeant(word: string): string | undefined {
  if (!/^[a-z][a-z-]*$/i.test(word)) return undefined;
  const usages = new Map<string, string>([
    ...flagWords.flatMap(({ flag, words }) => words.map((known): [string, string] => [known, `--${flag}`])),
    ...commands.flatMap(({ name, alsoCalled, usage }) =>
      [name, ...alsoCalled].map((known): [string, string] => [known, usage]),
    ),
  ]);
  const near = nearestName(word, usages.keys());
  return near === undefined ? undefined : `openapi-to-mcp ${usages.get(near) ?? ""}`;
}

/** A name that differs by a few letters, or by the ending that was left out. */
function fileMeant(path: string, names: readonly string[]): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const near =
    nearestName(name, names) ??
    names.find((other) => /^\.(?:ya?ml|json)$/.test(other.slice(name.length)) && other.startsWith(name));
  return near === undefined ? undefined : path.slice(0, path.length - name.length) + near;
}
