/** The command line: which command it names, what it says by flag, and the help. */
import { withoutFileScheme } from "../base/address.ts";
import { commands, type CommandName } from "../config/commands.ts";
import { flags, type Flag, type FlagName } from "../config/options.ts";
import { nearestName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { type LineValues, plainLine } from "./plain-line.ts";
import type { Surroundings } from "./terminal.ts";

/** The command that a line names, or the first one where it names none, and what else the line says. */
interface NamedCommand {
  readonly command: CommandName;
  readonly firstWord?: string;
  readonly rest: readonly string[];
}

/** What the command line says. A flag that it does not name is `undefined`, whatever its default is. */
export class CommandLine {
  readonly command: CommandName;
  /** What stands there besides flags, without the name of the command. */
  readonly operands: readonly string[];
  /** The first of them, where it stands in the place of a command's name: no `--` before it. */
  readonly firstWord: string | undefined;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor({ command, firstWord }: NamedCommand, operands: readonly string[], values: ReadonlyMap<string, unknown>) {
    this.command = command;
    this.firstWord = firstWord;
    this.operands = operands;
    this.#values = values;
  }

  /** Whether it has the flag, whatever that says. */
  says(name: string): boolean {
    return this.#values.get(name) !== undefined;
  }

  text(name: FlagName<"string">): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  count(name: FlagName<"number">): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  isSet(name: FlagName<"boolean">): boolean {
    return this.#values.get(name) === true;
  }

  list(name: FlagName<"strings">): readonly string[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.map(String) : undefined;
  }
}

/** A command line that makes no sense: the command prints the message and exits with 2. */
export class UsageError extends Error {}

/** The command whose help tells more about a line. */
export function helpFor(line: readonly string[]): string {
  const { command } = commandOf(line);
  return `openapi-to-mcp${command === commands[0].name ? "" : ` ${command}`} --help`;
}

/**
 * Reads a command line. `undefined` where there is nothing to run, since help or version was shown.
 *
 * @throws {UsageError} where it makes no sense
 */
export async function readLine(line: readonly string[], surroundings: Surroundings): Promise<CommandLine | undefined> {
  const named = commandOf(line[0] === "help" ? [...line.slice(1), "--help"] : line);
  const { command, rest } = named;
  const taken = flags.filter((flag) => flag.commands.includes(command));
  const read = plainLine(rest, taken) ?? (await parsedLine(command, rest, surroundings));
  if (read === undefined) return undefined;
  for (const { name, type } of taken) {
    const value = read.values.get(name);
    if (type === "number" && value !== undefined && !(typeof value === "number" && value > 0))
      throw new UsageError(`--${name} needs a number above 0`);
    if (type !== "strings" && Array.isArray(value)) throw new UsageError(`--${name} is given more than once`);
  }
  return new CommandLine(named, read.operands.map(withoutFileScheme), read.values);
}

/**
 * What the parser makes of a line. `undefined` where it showed help or version.
 *
 * @throws {UsageError} where the line makes no sense
 */
async function parsedLine(
  command: CommandName,
  line: readonly string[],
  surroundings: Surroundings,
): Promise<LineValues | undefined> {
  const { parserOf } = await import("./line-parser.ts");
  const parser = parserOf(command, surroundings);
  let fault: string | undefined;
  parser.fail((message: string | null, error: Error | undefined) => {
    fault ??= message ?? error?.message ?? "The command line makes no sense";
  });
  let shown = "";
  const values = await parser.parseAsync([...line], {}, (_error, _values, output) => void (shown = output));
  if (fault !== undefined) throw new UsageError(explained(fault, command));
  if (values["help"] === true || values["version"] === true) {
    surroundings.stdout.write(`${shown}\n`);
    return undefined;
  }
  return { operands: values._.map(String), values: new Map(Object.entries(values)) };
}

/** The command is the first word that is no flag and no value of one; a path such as `./diff` is no command. */
function commandOf(line: readonly string[]): NamedCommand {
  const withValue = new Set(
    flags
      .filter(({ type }) => type !== "boolean")
      .flatMap(({ name, alias }) => [`--${name}`, ...(alias === undefined ? [] : [`-${alias}`])]),
  );
  for (let index = 0; index < line.length; index += 1) {
    const word = line[index] ?? "";
    if (word === "--") break;
    if (word.startsWith("-") && word !== "-") {
      const flag = /^-[a-z]{2,}$/.test(word) ? `-${word.at(-1)}` : word;
      if (withValue.has(flag)) index += 1;
      continue;
    }
    const command = commands.find(({ name }) => name === word);
    if (command !== undefined) return { command: command.name, rest: line.filter((_, other) => other !== index) };
    return { command: commands[0].name, firstWord: word, rest: line };
  }
  return { command: commands[0].name, rest: line };
}

/** What stands against a line, with the flag that was probably meant. */
function explained(fault: string, command: CommandName): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(fault)?.[1]?.split(", ") ?? [];
  return unknown.length === 0 ? fault : unknown.map((word) => unknownFlag(word, command)).join("; ");
}

function unknownFlag(word: string, command: CommandName): string {
  const shown = `${word.length === 1 ? "-" : "--"}${visible(word)}`;
  const taken = flags.filter(({ commands: takers }) => takers.includes(command));
  const other = flags.find(({ name, alias }) => name === word || alias === word);
  if (other !== undefined) return `--${other.name} is a flag of ${other.commands.join(" and ")}, not of ${command}`;
  const near = flagMeant(word, taken) ?? flagMeant(word, flags);
  return `${shown} is no flag${near === undefined ? "" : `; did you mean --${near}?`}`;
}

/** The flag of a command that a word nearly is: by letters, or as the only one that begins so. */
function flagMeant(word: string, taken: readonly Flag[]): string | undefined {
  const names = [...taken.map(({ name }) => name), "help", "version"];
  const beginning = names.filter((name) => name.startsWith(word));
  return nearestName(word, names) ?? (beginning.length === 1 ? beginning[0] : undefined);
}
