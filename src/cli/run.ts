import yargs, { type Options } from "yargs";
import { CompileError } from "../diagnostics.ts";
import { type Flag, flags } from "../options.ts";
import { version } from "../version.ts";
import { generateCommand } from "./generate-command.ts";
import { type Surroundings, Terminal } from "./terminal.ts";

/** What the command line says, by flag. */
export interface Arguments {
  readonly documents: readonly string[];
  readonly output: string | undefined;
  readonly name: string | undefined;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly allowRefHost: readonly string[];
  readonly allowRefFolder: readonly string[];
  readonly maxDocumentSize: number;
  readonly timeout: number;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
}

/** Runs the command and returns its exit code. Faults of the input are printed, never thrown. */
export async function run(line: readonly string[], surroundings: Surroundings): Promise<number> {
  const parsed = await parse(line, surroundings);
  if (typeof parsed === "number") return parsed;
  const terminal = new Terminal(surroundings, parsed.quiet);
  try {
    return await generateCommand(parsed, terminal, surroundings);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    if (parsed.json) terminal.result(JSON.stringify({ ok: false, diagnostics: error.diagnostics }, null, 2));
    else for (const diagnostic of error.diagnostics) terminal.diagnostic(diagnostic);
    return 1;
  }
}

/** The arguments, or the exit code where there is nothing to run: help was shown, or the line makes no sense. */
async function parse(line: readonly string[], surroundings: Surroundings): Promise<Arguments | number> {
  let code: number | undefined;
  const parser = yargs([...line])
    .scriptName("openapi-to-mcp")
    .usage(
      "$0 <document..> [-o folder]\n\nCompiles OpenAPI documents (files, URLs or - for standard input) into an MCP server in TypeScript.",
    )
    .example("$0 petstore.yaml -o ./server", "a server for one API")
    .example("$0 https://api.example.com/openapi.json", "from a URL")
    .example("$0 orders.yaml billing.json -o ./server", "several APIs in one server")
    .options(Object.fromEntries(flags.map((flag): [string, Options] => [flag.name, yargsOption(flag)])))
    .version(version)
    .alias("v", "version")
    .help()
    .alias("h", "help")
    .strictOptions()
    .parserConfiguration({
      "duplicate-arguments-array": false,
      "greedy-arrays": false,
      "boolean-negation": false,
      "camel-case-expansion": false,
    })
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      surroundings.stderr.write(
        `${message ?? error?.message ?? "The command line makes no sense"}\nRun openapi-to-mcp --help for what it takes.\n`,
      );
      code = 2;
    });
  const values = await parser.parseAsync();
  if (code !== undefined) return code;
  if (values["help"] === true || values["version"] === true) return 0;
  const documents = values._.map(String);
  if (documents.length === 0) {
    surroundings.stderr.write(
      "Give an OpenAPI document: a path, a URL, or - for standard input.\nRun openapi-to-mcp --help for what it takes.\n",
    );
    return 2;
  }
  return toArguments(documents, values);
}

function yargsOption(flag: Flag): Options {
  const type = flag.type === "strings" ? "string" : flag.type;
  return {
    type,
    describe: flag.description,
    group: `${flag.group}:`,
    requiresArg: flag.type !== "boolean",
    ...(flag.type === "strings" ? { array: true } : {}),
    ...(flag.alias === undefined ? {} : { alias: flag.alias }),
    ...(flag.default === undefined ? {} : { default: flag.default }),
  };
}

function toArguments(documents: readonly string[], values: { readonly [name: string]: unknown }): Arguments {
  const text = (name: string): string | undefined => (typeof values[name] === "string" ? values[name] : undefined);
  const flag = (name: string): boolean => values[name] === true;
  const count = (name: string, otherwise: number): number =>
    typeof values[name] === "number" && values[name] > 0 ? values[name] : otherwise;
  const list = (name: string): readonly string[] => {
    const value = values[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return {
    documents,
    output: text("output"),
    name: text("name"),
    force: flag("force"),
    dryRun: flag("dry-run"),
    allowRefHost: list("allow-ref-host"),
    allowRefFolder: list("allow-ref-folder"),
    maxDocumentSize: count("max-document-size", 64),
    timeout: count("timeout", 30),
    strict: flag("strict"),
    quiet: flag("quiet"),
    verbose: flag("verbose"),
    json: flag("json"),
  };
}
