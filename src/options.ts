/**
 * The settings of the command, in one table: `--help`, the configuration file with its JSON Schema, the reference page
 * and the command's own reading derive from it. Each stage declares the options that it takes; `GenerateOptions`
 * composes them.
 */
import type { ServerOptions } from "./mcp/build.ts";
import type { ReadOptions } from "./spec/load.ts";
import type { Lock } from "./surface/lock.ts";

/** What `generate()` takes. */
export interface GenerateOptions extends ReadOptions, ServerOptions {
  /** Each is an API of the server: a path, an http(s) URL, `-` for standard input, or one of these with more to say. */
  readonly inputs: readonly (string | DocumentInput)[];
  /** What the project's configuration file names as input, where that differs: paths relative to the project. */
  readonly recordedInputs?: readonly string[];
  /** Overlays for every input, in the order in which they are applied, before the input's own; default none. */
  readonly overlays?: readonly string[];
  /** Folder with templates of the user's that lie over those of this package, by path; default none. */
  readonly templates?: string;
  /** The lock of the project as it is: names stay as it has them. Default none, as for a new project. */
  readonly lock?: Lock;
}

/** A document, and what holds of it alone. */
export interface DocumentInput {
  /** Path, http(s) URL, or `-` for standard input. */
  readonly document: string;
  /** Name of the API within the server; default: from the document. */
  readonly name?: string;
  /** Overlays for this document only, in the order in which they are applied; default none. */
  readonly overlays?: readonly string[];
}

/** The commands. The first one needs no name on the command line. */
export const commands = [
  {
    name: "generate",
    usage: "[document..] [-o folder]",
    description:
      "Compiles OpenAPI documents (files, URLs or - for standard input) into an MCP server in TypeScript. Without a document, the configuration file says what to compile.",
    examples: [
      ["petstore.yaml -o ./server", "a server for one API"],
      ["https://example.com/openapi.json", "from a URL"],
      ["one.yaml two.json -o ./server", "several APIs in one server"],
      ["", "this folder's project once more"],
    ],
  },
  {
    name: "diff",
    usage: "diff <old> [new]",
    description: "Says what a model sees differently between two documents, projects or lock files.",
    examples: [["diff old.yaml new.yaml", "what a new version of a document changes"]],
  },
  {
    name: "inspect",
    usage: "inspect <document|folder>",
    description: "Shows what a server offers, what it costs and why it is as it is.",
    examples: [["inspect petstore.yaml", "tools, resources, cost and losses"]],
  },
  {
    name: "templates",
    usage: "templates list|eject [path..]",
    description: "Lists the templates of emitted projects, or copies them out to start your own from.",
    examples: [["templates list", "every template and whose its file is"]],
  },
] as const;

export type CommandName = (typeof commands)[number]["name"];

/** One thing that can be decided, wherever it is: on the command line, in the configuration file, or in both. */
export interface Setting {
  /** Name of the flag, without its dashes; absent for what only the configuration file says. */
  readonly flag?: string;
  /** One letter that stands for the flag. */
  readonly alias?: string;
  /** What the flag takes. A flag of `strings` can be repeated. */
  readonly type: "string" | "boolean" | "number" | "strings";
  readonly default?: string | number | boolean;
  readonly group: "Input" | "Selection" | "Output" | "Messages";
  /** One line for `--help`. */
  readonly description: string;
  /** The commands that take it. */
  readonly commands: readonly CommandName[];
}

const generate = ["generate"] as const;
const reading = ["generate", "diff", "inspect"] as const;
const all = ["generate", "diff", "inspect", "templates"] as const;

/** Every setting, in the order in which help and reference list them. */
export const settings = [
  {
    flag: "output",
    alias: "o",
    type: "string",
    group: "Output",
    description: "Folder of the project; default: the server's name",
    commands: generate,
  },
  {
    flag: "name",
    alias: "n",
    type: "string",
    group: "Output",
    description: "Name of the server; default: from the document",
    commands: reading,
  },
  {
    flag: "force",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Overwrite generated files that were edited",
    commands: generate,
  },
  {
    flag: "dry-run",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Say what would change and write nothing",
    commands: generate,
  },
  {
    flag: "rename-tools",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Name tools anew that nobody chose a name for; old names stay callable for a while",
    commands: generate,
  },
  {
    flag: "allow-ref-host",
    type: "strings",
    group: "Input",
    description: "Host that a $ref may be fetched from; repeatable",
    commands: reading,
  },
  {
    flag: "allow-ref-folder",
    type: "strings",
    group: "Input",
    description: "Folder, besides the document's own, that a $ref may name files in; repeatable",
    commands: reading,
  },
  {
    flag: "max-document-size",
    type: "number",
    default: 64,
    group: "Input",
    description: "Largest document to read, in MiB",
    commands: reading,
  },
  {
    flag: "timeout",
    type: "number",
    default: 30,
    group: "Input",
    description: "Longest wait for a URL, in seconds",
    commands: reading,
  },
  {
    flag: "strict",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Fail on warnings",
    commands: generate,
  },
  {
    flag: "quiet",
    alias: "q",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print errors only",
    commands: all,
  },
  {
    flag: "verbose",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print every diagnostic, notes included",
    commands: generate,
  },
  {
    flag: "json",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print the result as JSON on standard output",
    commands: all,
  },
] as const satisfies readonly Setting[];

/** A setting that has a flag. */
export interface Flag extends Omit<Setting, "flag"> {
  readonly name: string;
}

/** The flags of all commands, in the order of the table. */
export const flags: readonly Flag[] = settings.flatMap(({ flag, ...setting }: Setting) =>
  flag === undefined ? [] : [{ ...setting, name: flag }],
);

/** Names of the flags that take a value of a type. */
export type FlagName<Type extends Setting["type"]> = Extract<
  (typeof settings)[number],
  { readonly flag: string; readonly type: Type }
>["flag"];
