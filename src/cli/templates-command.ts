import { defined } from "../base/defined.ts";
import { configurationName, loadConfiguration } from "../config/read.ts";
import { type Copy, writeCopies } from "../disk/copies.ts";
import { hasFile } from "../disk/folder.ts";
import { allTemplates, type TemplateFile } from "../project/template-files.ts";
import { selectTemplates } from "../project/template-selection.ts";
import { originalsFolder, readUserTemplates, shownPath, type UserTemplates } from "../project/user-templates.ts";
import { nearestName } from "../base/suggest.ts";
import { visible, visibleJson } from "../base/visible.ts";
import { type CommandLine, UsageError } from "./line.ts";
import type { Surroundings, Terminal } from "./terminal.ts";
import { textTable } from "./text-table.ts";

/** Where templates are copied to by default. */
const defaultFolder = "templates";

/** `openapi-to-mcp templates list|eject [path..]`. Returns the exit code. */
export async function templatesCommand(
  line: CommandLine,
  terminal: Terminal,
  _surroundings: Surroundings,
): Promise<number> {
  const [action, ...patterns] = line.operands;
  if (action !== "list" && action !== "eject") {
    const near = nearestName(action ?? "", ["list", "eject"]);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new UsageError(
      `Say what to do with the templates: list or eject${action === undefined ? "" : `, not ${visible(action)}`}${hint}`,
    );
  }
  const misplaced =
    action === "eject"
      ? undefined
      : line.text("output") !== undefined
        ? "output"
        : (["force", "base"] as const).find((flag) => line.isSet(flag));
  if (misplaced !== undefined) throw new UsageError(`--${misplaced} goes with eject, not with list`);
  const { templates, unknown } = selectTemplates(allTemplates(), patterns);
  const [first] = unknown;
  if (first !== undefined) {
    const hint = first.nearest === undefined ? "" : `; did you mean "${first.nearest}"?`;
    throw new UsageError(`There is no template "${visible(first.pattern)}"${hint}`);
  }
  const folder = line.text("templates") ?? (await configuredFolder());
  if (action === "list") list(templates, patterns.length === 0, folder, line, terminal);
  else await eject(templates, line.text("output") ?? folder ?? defaultFolder, line, terminal);
  return 0;
}

/** The folder that the configuration of the project in this folder names. */
async function configuredFolder(): Promise<string | undefined> {
  if (!(await hasFile(".", configurationName))) return undefined;
  return (await loadConfiguration(configurationName)).templates;
}

/** An entry of `templates list --json`. */
interface Listed {
  /** Path of the template; absent for a file of the user's that is no template of ours. */
  readonly template?: string;
  /** Path in the project. */
  readonly path: string;
  /** Who the emitted file belongs to: `generator`, written at each run, or `user`, written once. */
  readonly owner: TemplateFile["owner"];
  readonly rendered: boolean;
  /** Only in servers that have this part; absent: in all. */
  readonly feature?: string;
  /** The user's file in its place. */
  readonly replacedBy?: string;
}

function list(
  templates: readonly TemplateFile[],
  all: boolean,
  folder: string | undefined,
  line: CommandLine,
  terminal: Terminal,
): void {
  const users = folder === undefined ? undefined : readUserTemplates(folder);
  const entries = [...templates.map((file) => listed(file, users)), ...(all ? additions(templates, users) : [])];
  if (line.isSet("json")) return terminal.result(visibleJson(entries));
  const { colors, width } = terminal.resultStyle;
  const columns = [
    { title: "path" },
    { title: "written" },
    { title: "how" },
    {
      title: "template",
      paint: (cell: string) => (/\b(?:add|replac)ed by /.test(cell) ? colors.green : colors.dim)(cell),
    },
  ];
  const rows = entries.map(({ template, path, owner, rendered, feature, replacedBy }) => {
    const facts = [
      ...(template === undefined ? [] : [template]),
      ...(feature === undefined ? [] : [`only with ${feature}`]),
      ...(replacedBy === undefined ? [] : [`${template === undefined ? "added" : "replaced"} by ${replacedBy}`]),
    ];
    return [path, owner === "generator" ? "each run" : "once", rendered ? "rendered" : "copied", facts.join("  ")];
  });
  terminal.result(textTable(columns, rows, width).join("\n"));
}

function listed(file: TemplateFile, users: UserTemplates | undefined): Listed {
  // A file of the user's for a part only leaves the plain one in its place elsewhere.
  const isFor = (other: TemplateFile): boolean => other.feature === undefined || other.feature === file.feature;
  const theirs = users?.files.filter((other) => other.path === file.path && isFor(other)).at(-1);
  const { source, path, owner, rendered, feature } = file;
  return {
    template: source,
    path,
    owner: theirs?.owner ?? owner,
    rendered: theirs?.rendered ?? rendered,
    ...defined({ feature, replacedBy: theirs?.shownAs }),
  };
}

function additions(templates: readonly TemplateFile[], users: UserTemplates | undefined): readonly Listed[] {
  const ours = new Set(templates.map(({ path }) => path));
  return (users?.files ?? [])
    .filter(({ path }) => !ours.has(path))
    .map(({ path, owner, rendered, feature, shownAs }) => ({
      path,
      owner,
      rendered,
      ...defined({ feature }),
      replacedBy: shownAs ?? path,
    }));
}

/** Copies templates out, each with an original beside it by which later changes of ours can be told. */
async function eject(
  templates: readonly TemplateFile[],
  folder: string,
  line: CommandLine,
  terminal: Terminal,
): Promise<void> {
  const onlyOriginals = line.isSet("base");
  const chosen = onlyOriginals ? withUsers(templates, folder) : templates;
  const copies = chosen.flatMap(({ source, text }): readonly Copy[] => [
    ...(onlyOriginals ? [] : [{ path: source, text }]),
    { path: `${originalsFolder}/${source}`, text, replaces: true },
  ]);
  const written = await writeCopies(copies, folder, { force: line.isSet("force") });
  if (line.isSet("json")) return terminal.result(visibleJson({ folder, written }));
  const own = written.filter((path) => !path.startsWith(`${originalsFolder}/`));
  for (const path of own) terminal.note(visible(shownPath(folder, path)));
  terminal.note(
    onlyOriginals
      ? `${count(written.length, "original")} brought up to date in ${visible(shownPath(folder, originalsFolder))}.`
      : `${count(own.length, "template")} written to ${visible(folder)}.`,
  );
  if (onlyOriginals) return;
  terminal.note(
    `\nNext:\n  change what you need, and remove the copies that you leave as they are\n  openapi-to-mcp <document> --templates ${visible(folder)}\n\nKeep ${visible(shownPath(folder, originalsFolder))} in version control: a later version tells by it what changed in the generator's own.`,
  );
}

/** The templates that the user has a file in place of. */
function withUsers(templates: readonly TemplateFile[], folder: string): readonly TemplateFile[] {
  const paths = new Set(readUserTemplates(folder).files.map(({ path }) => path));
  return templates.filter(({ path }) => paths.has(path));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
