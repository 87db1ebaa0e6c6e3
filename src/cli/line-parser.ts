/** The parser of the command line, with the help that it shows. */
import yargs, { type Argv, type Options } from "yargs";
import { defined } from "../base/defined.ts";
import { version } from "../base/version.ts";
import { commands, type CommandName } from "../config/commands.ts";
import { flags, type Flag } from "../config/options.ts";
import { parserConfiguration } from "./plain-line.ts";
import { type Surroundings, styleOf } from "./terminal.ts";

/** The parser of a command's lines. */
export function parserOf(name: CommandName, surroundings: Surroundings): Argv {
  const command = commands.find((candidate) => candidate.name === name) ?? commands[0];
  const parser = yargs([], surroundings.cwd())
    .scriptName("openapi-to-mcp")
    .usage(`$0 ${command.usage}\n\n${command.description}`)
    .options(
      Object.fromEntries(
        flags
          .filter((flag) => flag.commands.includes(name))
          .map((flag): [string, Options] => [flag.name, optionOf(flag)]),
      ),
    )
    .version(version)
    .alias("v", "version")
    .help()
    .alias("h", "help")
    .strictOptions()
    .parserConfiguration(parserConfiguration)
    .wrap(Math.min(helpWidth(surroundings), 110))
    .epilogue(`${otherCommands(name)}Exit codes: 0 done, 1 the input or the folder is at fault, 2 the command line is.`)
    .exitProcess(false);
  for (const [words, meaning] of command.examples) parser.example(`$0 ${words}`, meaning);
  return parser;
}

/** Help is text for a reader also where it goes through a pipe. */
function helpWidth({ stdout, env }: Surroundings): number {
  const { width } = styleOf(stdout, env);
  return width === Infinity ? 80 : width;
}

function otherCommands(name: CommandName): string {
  if (name !== commands[0].name) return "";
  const others = commands.slice(1).map(({ usage, description }) => `  ${usage}\n      ${description}\n`);
  return `Other commands, each with its own --help:\n${others.join("")}\n`;
}

function optionOf(flag: Flag): Options {
  return {
    type: flag.type === "strings" ? "string" : flag.type,
    describe: flag.description,
    group: `${flag.group}:`,
    requiresArg: flag.type !== "boolean",
    ...(flag.type === "strings" ? { array: true } : {}),
    ...defined({ alias: flag.alias }),
    // Shown, not set: what the line does not say is for the configuration file to say.
    ...(flag.default === undefined ? {} : { defaultDescription: String(flag.default) }),
  };
}
