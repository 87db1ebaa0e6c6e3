/**
 * The flags of the command, in one table: `--help`, the reference and the command's own reading derive from it.
 * Each stage declares the options that it takes; `GenerateOptions` composes them.
 */
import type { ServerOptions } from "./mcp/build.ts";
import type { ReadOptions } from "./spec/load.ts";

/** What `generate()` takes. */
export interface GenerateOptions extends ReadOptions, ServerOptions {
  /** Paths, http(s) URLs, or `-` for standard input. Each is an API of the server. */
  readonly inputs: readonly string[];
  /** What the project's configuration file names as input, where that differs: paths relative to the project. */
  readonly recordedInputs?: readonly string[];
}

export interface Flag {
  readonly name: string;
  readonly alias?: string;
  readonly type: "string" | "boolean" | "number" | "strings";
  readonly default?: string | number | boolean;
  readonly group: "Input" | "Output" | "Messages";
  /** One line for `--help`. */
  readonly description: string;
}

/** Every flag of `openapi-to-mcp <document>`. */
export const flags = [
  {
    name: "output",
    alias: "o",
    type: "string",
    group: "Output",
    description: "Folder of the project; default: the server's name",
  },
  {
    name: "name",
    alias: "n",
    type: "string",
    group: "Output",
    description: "Name of the server; default: from the document",
  },
  {
    name: "force",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Overwrite generated files that were edited",
  },
  {
    name: "dry-run",
    type: "boolean",
    default: false,
    group: "Output",
    description: "Say what would change and write nothing",
  },
  {
    name: "allow-ref-host",
    type: "strings",
    group: "Input",
    description: "Host that a $ref may be fetched from; repeatable",
  },
  {
    name: "allow-ref-folder",
    type: "strings",
    group: "Input",
    description: "Folder, besides the document's own, that a $ref may name files in; repeatable",
  },
  {
    name: "max-document-size",
    type: "number",
    default: 64,
    group: "Input",
    description: "Largest document to read, in MiB",
  },
  { name: "timeout", type: "number", default: 30, group: "Input", description: "Longest wait for a URL, in seconds" },
  { name: "strict", type: "boolean", default: false, group: "Messages", description: "Fail on warnings" },
  { name: "quiet", alias: "q", type: "boolean", default: false, group: "Messages", description: "Print errors only" },
  {
    name: "verbose",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print every diagnostic, notes included",
  },
  {
    name: "json",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print the result as JSON on standard output",
  },
] as const satisfies readonly Flag[];
