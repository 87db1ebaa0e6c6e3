/**
 * The settings of the command, in one table: `--help`, the configuration file with its JSON Schema, the reference page
 * and the command's own reading derive from it.
 */
import {
  acceptShape,
  aliasesShape,
  headersShape,
  inputShape,
  promptsShape,
  scopesShape,
  toolsShape,
} from "./curation-shape.ts";
import { featureNames } from "../project/features/names.ts";
import { featuresShape } from "./feature-shape.ts";
import { selectionSettings } from "./selection-settings.ts";
import { reading, type Setting } from "./setting.ts";
import { runtimeModes } from "../project/runtime-mode.ts";
import { runSettings } from "./run-settings.ts";
import { jobsShape } from "./jobs.ts";
import { policyShape } from "./policy.ts";
import { text } from "./shape.ts";

export type { DocumentInput, GenerateOptions } from "./generate-options.ts";
export type { Setting } from "./setting.ts";

const generate = ["generate"] as const;
const all = ["generate", "diff", "inspect", "policy", "templates"] as const;
const every = [...all, "audit"] as const;

/** Every setting, in the order in which help and reference list them. */
export const settings = [
  {
    key: "input",
    type: "strings",
    shape: { kind: "either", of: [text, { kind: "list", of: { kind: "either", of: [text, inputShape] }, least: 1 }] },
    group: "Input",
    description: "The documents: paths, URLs or - for standard input; each is an API of the server",
    commands: reading,
  },
  {
    flag: "config",
    alias: "c",
    type: "string",
    group: "Input",
    description: "Configuration file; default: openapi-to-mcp.yaml in the project's folder",
    commands: reading,
  },
  {
    key: "extends",
    type: "string",
    group: "Input",
    description: "Another configuration file, whose keys hold where this one does not have them",
    commands: reading,
  },
  {
    flag: "overlay",
    key: "overlays",
    type: "strings",
    group: "Input",
    description: "OpenAPI Overlay to apply to the documents, a file or a URL, in this order; repeatable",
    commands: reading,
  },
  {
    key: "credential-hosts",
    type: "strings",
    group: "Input",
    description: "Origins that credentials may go to by default; a document that names another one is refused",
    commands: ["generate"],
  },
  ...selectionSettings,
  {
    flag: "output",
    key: "output",
    alias: "o",
    type: "string",
    group: "Output",
    description: "Folder of the project; default: the server's name. Of templates that are copied out: templates",
    commands: ["generate", "templates"],
  },
  {
    flag: "name",
    key: "name",
    alias: "n",
    type: "string",
    group: "Output",
    description: "Name of the server; default: from the document",
    commands: reading,
  },
  {
    flag: "format",
    type: "string",
    default: "text",
    group: "Output",
    description: "How the difference is told: text, json, or markdown for a pull request",
    commands: ["diff"],
  },
  {
    flag: "fail-on",
    type: "string",
    group: "Output",
    description: "Exit with 1 where the difference is at least this: patch, minor or major",
    commands: ["diff"],
  },
  {
    flag: "why",
    type: "string",
    group: "Output",
    description: "Tool to trace: where its name, texts, hints, arguments and losses come from",
    commands: ["inspect"],
  },
  ...runSettings,
  {
    flag: "templates",
    key: "templates",
    type: "string",
    group: "Output",
    description: "Folder of templates that lie over those of the generator, by path",
    commands: all,
  },
  {
    flag: "feature",
    key: "features",
    type: "strings",
    shape: featuresShape,
    group: "Output",
    description: `Optional part that the server has though its document does not need it, or, with no- before it, has not: ${featureNames.join(", ")}; repeatable`,
    commands: reading,
  },
  {
    flag: "runtime",
    key: "runtime",
    type: "string",
    shape: { kind: "choice", of: runtimeModes, what: runtimeModes.join(" or ") },
    default: "vendored",
    group: "Output",
    description: "Where the runtime is: vendored, among the project's files, or package, a dependency of it",
    commands: generate,
  },
  {
    flag: "header",
    key: "headers",
    type: "strings",
    shape: headersShape,
    group: "Input",
    description:
      "Header to fetch the document with, to its host only; the value is in the environment: 'Authorization: Bearer $TOKEN'; repeatable",
    commands: reading,
  },
  {
    flag: "allow-ref-host",
    key: "allow-ref-hosts",
    type: "strings",
    group: "Input",
    description: "Host that a $ref may be fetched from; repeatable",
    commands: reading,
  },
  {
    flag: "allow-ref-folder",
    key: "allow-ref-folders",
    type: "strings",
    group: "Input",
    description: "Folder, besides the document's own, that a $ref may name files in; repeatable",
    commands: reading,
  },
  {
    flag: "max-document-size",
    key: "max-document-size",
    type: "number",
    default: 64,
    group: "Input",
    description: "Largest document to read, in MiB",
    commands: reading,
  },
  {
    flag: "timeout",
    key: "timeout",
    type: "number",
    default: 30,
    group: "Input",
    description: "Longest wait for a URL or a pipe, in seconds",
    commands: reading,
  },
  {
    flag: "strict",
    key: "strict",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Fail on warnings",
    commands: generate,
  },
  {
    key: "accept",
    type: "strings",
    shape: acceptShape,
    group: "Messages",
    description: "Warnings that are known and lived with: neither told nor a reason for --strict to fail",
    commands: generate,
  },
  {
    flag: "quiet",
    alias: "q",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print errors only",
    commands: every,
  },
  {
    flag: "verbose",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print everything that was found, notes included",
    commands: reading,
  },
  {
    flag: "json",
    type: "boolean",
    default: false,
    group: "Messages",
    description: "Print the result as JSON on standard output",
    commands: every,
  },
  {
    key: "tools",
    type: "strings",
    shape: toolsShape,
    group: "Curation",
    description: "What is decided about tools: by operationId, `METHOD /path` or the tool's name in the lock",
    commands: reading,
  },
  {
    key: "scopes",
    type: "strings",
    shape: scopesShape,
    group: "Curation",
    description:
      "Scopes that callers over HTTP have to have where the document names scopes of an operation: the caller's by the document's; * stands for each",
    commands: reading,
  },
  {
    key: "policy",
    type: "strings",
    shape: policyShape,
    group: "Curation",
    description: "What callers may do: rules, or the path of a file that holds them (docs/production.md)",
    commands: reading,
  },
  {
    key: "jobs",
    type: "strings",
    shape: jobsShape,
    group: "Curation",
    description:
      "Work that goes on after an answer is waited for, and what is not as it is recognised (docs/production.md)",
    commands: reading,
  },
  {
    key: "prompts",
    type: "strings",
    shape: promptsShape,
    group: "Curation",
    description: "Prompts besides those that the generator makes",
    commands: reading,
  },
  {
    key: "aliases",
    type: "strings",
    shape: aliasesShape,
    group: "Curation",
    description: "How long the old name of a renamed tool stays callable",
    commands: reading,
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
