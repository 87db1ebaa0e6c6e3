/** The reference page: every flag, key, exit code and diagnostic, from the tables that the command itself uses. */
import { commands } from "./commands.ts";
import { catalogue } from "../base/diagnostics.ts";
import { markdownCode, markdownTable, markdownText } from "../base/markdown.ts";
import { type Setting, settings } from "./options.ts";
import { configurationFields } from "./fields.ts";
import { type Field, type Shape, shapeInWords } from "./shape.ts";

/** What the command returns to its caller. */
export const exitCodes = [
  [0, "Done"],
  [
    1,
    "The input, the configuration or the folder is at fault, and nothing was written; or `--check` found a difference, or `diff` one that is as severe as `--fail-on` says",
  ],
  [2, "The command line is at fault"],
  [130, "Interrupted by Ctrl-C (143: ended from outside); nothing of what was there is lost"],
] as const;

/** The page, as Markdown. */
export function referencePage(): string {
  const byCommand = commands.flatMap(({ name, usage, description }) => [
    `### ${name === "generate" ? "Without a name: generate" : name}`,
    `\`openapi-to-mcp ${usage}\``,
    description,
    flagTable(settings.filter((setting: Setting) => setting.flag !== undefined && setting.commands.includes(name))),
  ]);
  return `${[
    "# Reference",
    "<!-- Made by `npm run reference` from the tables that the command uses: do not edit. -->",
    "## Commands and flags",
    "A path such as `./diff` is a document even if it is called like a command.",
    ...byCommand,
    "## Exit codes",
    markdownTable(
      ["Code", "Meaning"],
      exitCodes.map(([code, meaning]) => [String(code), meaning]),
    ),
    "## The configuration file",
    "`openapi-to-mcp.yaml`, in the project or named with `--config`. Paths are relative to the file. A flag wins over the file, and the file over the default. `src/generated/openapi-to-mcp.schema.json` lets editors complete it.",
    markdownTable(
      ["Key", "Takes", "Default", "Meaning", "Flag"],
      configurationFields.flatMap((field) => keyRows(field, "")),
    ),
    "## Diagnostics",
    "Each has a code, a severity, a place and what to do. Warnings and errors stop the run with `--strict`.",
    markdownTable(
      ["Code", "Severity", "What to do"],
      Object.entries(catalogue).map(([code, { severity, help }]) => [markdownCode(code), severity, markdownText(help)]),
    ),
  ].join("\n\n")}\n`;
}

function flagTable(list: readonly Setting[]): string {
  const rows = list.map(({ flag = "", alias, type, default: standard, key, description }) => [
    `${alias === undefined ? "" : `${markdownCode(`-${alias}`)}, `}${markdownCode(`--${flag}`)}`,
    type === "strings" ? "text, repeatable" : type === "string" ? "text" : type === "boolean" ? "" : "number above 0",
    standard === undefined || standard === false ? "" : String(standard),
    markdownText(description),
    key === undefined ? "" : markdownCode(key),
  ]);
  return markdownTable(["Flag", "Takes", "Default", "Meaning", "Key"], rows);
}

/** A key with the keys below it: `tools.*.arguments.*.fixed`, with `*` for a name and `[]` for an item. */
function keyRows(field: Field, prefix: string): readonly (readonly string[])[] {
  const path = prefix + field.key;
  const flag = settings.find((setting: Setting) => setting.key === path && setting.flag !== undefined);
  const name = flag !== undefined && "flag" in flag ? markdownCode(`--${flag.flag}`) : "";
  const standard = field.default === undefined ? "" : markdownCode(JSON.stringify(field.default));
  const takes = `${shapeInWords(field.shape)}${field.required === true ? ", required" : ""}`;
  return [
    [markdownCode(path), markdownText(takes), standard, markdownText(field.description), name],
    ...rowsBelow(field.shape, path),
  ];
}

function rowsBelow(shape: Shape, path: string): readonly (readonly string[])[] {
  switch (shape.kind) {
    case "list":
      return rowsBelow(shape.of, `${path}[]`);
    case "names":
      return rowsBelow(shape.of, `${path}.*`);
    case "fields":
      return shape.fields.flatMap((field) => keyRows(field, `${path}.`));
    case "either":
      return shape.of.flatMap((option) => rowsBelow(option, path));
    case "text":
    case "choice":
    case "number":
    case "boolean":
    case "any":
      return [];
    default:
      return shape satisfies never;
  }
}
