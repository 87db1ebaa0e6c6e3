import { visible } from "../visible.ts";
import type { Diagnostic } from "../diagnostics.ts";
import type { Change } from "../disk/changes.ts";
import type { Generated } from "../generate.ts";
import type { ApiData } from "../mcp/model.ts";
import type { SurfaceDiff } from "../surface/diff.ts";
import { summaryLine } from "../surface/summary.ts";
import { costText } from "../surface/text-report.ts";
import type { Terminal } from "./terminal.ts";

/** The result of a run, as `--json` prints it. */
export interface Summary {
  readonly ok: true;
  readonly folder: string;
  readonly dryRun: boolean;
  readonly name: string;
  readonly tools: number;
  readonly resources: number;
  readonly resourceTemplates: number;
  readonly prompts: number;
  readonly skipped: readonly {
    readonly method: string;
    readonly path: string;
    readonly pointer: string;
    readonly reason: string;
  }[];
  /** Operations that nobody wants a tool of, by the reason. */
  readonly leftOut: { readonly [reason: string]: number };
  readonly files: {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly unchanged: number;
  };
  /** Environment variables that hold credentials or base URLs, and what each is for. */
  readonly variables: readonly { readonly name: string; readonly purpose: string; readonly required: boolean }[];
  readonly commands: readonly string[];
  /** What a model sees differently than in the project as it was; absent where there was none. */
  readonly surface?: SurfaceDiff;
  readonly diagnostics: readonly Diagnostic[];
}

export function summaryOf(
  generated: Generated,
  changes: readonly Change[],
  folder: string,
  dryRun: boolean,
  surface: SurfaceDiff | undefined,
): Summary {
  const { apis, project } = generated.model;
  const resources = apis.flatMap((api) => api.resources);
  const count = (kind: Change["kind"]): number => changes.filter((change) => change.kind === kind).length;
  return {
    ok: true,
    folder,
    dryRun,
    name: project.name,
    tools: apis.reduce((sum, { groups }) => sum + groups.reduce((tools, group) => tools + group.tools.length, 0), 0),
    resources: resources.filter(({ template }) => !template).length,
    resourceTemplates: resources.filter(({ template }) => template).length,
    prompts: apis.reduce((sum, { prompts }) => sum + prompts.length, 0),
    skipped: apis.flatMap(({ skipped }) =>
      skipped.map(({ method, path, pointer, reason }) => ({ method, path, pointer, reason })),
    ),
    leftOut: countBy(apis.flatMap(({ leftOut }) => leftOut ?? []).map(({ reason }) => reason)),
    files: { added: count("add"), changed: count("change"), removed: count("remove"), unchanged: count("same") },
    variables: [...apis.flatMap(({ data }) => variablesOf(data)), ...suppliedVariables(generated.model)],
    commands: [...(folder === "." ? [] : [`cd ${shellWord(folder)}`]), "npm install", "npm run build", "npm start"],
    ...(surface === undefined ? {} : { surface }),
    diagnostics: generated.diagnostics,
  };
}

/** Variables that arguments are taken from, each once. */
function suppliedVariables({ apis }: Generated["model"]): Summary["variables"] {
  const supplied = apis.flatMap(({ groups }) =>
    groups.flatMap(({ tools }) => tools.flatMap(({ call }) => call.supplied ?? [])),
  );
  const found = supplied.flatMap((item) =>
    item.kind === "environment"
      ? [{ name: item.variable, purpose: `argument ${item.argument}`, required: item.default === undefined }]
      : [],
  );
  return found.filter(({ name }, index) => found.findIndex((other) => other.name === name) === index);
}

/** How often each text stands there, in the order of the texts. */
function countBy(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of [...texts].sort()) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

function variablesOf(data: ApiData): Summary["variables"] {
  const credentials = Object.values(data.securitySchemes).flatMap((scheme) => {
    const about =
      scheme.type === "apiKey"
        ? `API key (${scheme.in})`
        : scheme.type === "http"
          ? `HTTP ${scheme.scheme}`
          : scheme.type;
    const { environment } = scheme;
    // Of OAuth's variables an access token alone is enough; the README tells the others.
    const names = "accessToken" in environment ? [environment.accessToken] : Object.values(environment);
    return names.map((name) => ({ name, purpose: about, required: false }));
  });
  const unnamed = data.serverGroups.filter(({ servers }) => !servers.some(({ url }) => /^https?:\/\//i.test(url)));
  return [
    ...unnamed.map(({ environment }) => ({ name: environment, purpose: "base URL", required: true })),
    ...credentials,
  ];
}

/** The result for a person: what was made, what to look at, what to do next. */
export function printSummary(summary: Summary, terminal: Terminal, verbose: boolean): void {
  const { bold, dim, green, yellow } = terminal.colors;
  printDiagnostics(summary, terminal, verbose);
  const counted = [
    plural(summary.tools, "tool"),
    plural(summary.resources, "resource"),
    plural(summary.resourceTemplates, "resource template"),
    plural(summary.prompts, "prompt"),
  ];
  terminal.note(
    `${green(summary.dryRun ? "Would write" : "Wrote")} ${bold(visible(summary.name))} to ${visible(summary.folder)}: ${counted.join(", ")}`,
  );
  const { added, changed, removed, unchanged } = summary.files;
  terminal.note(dim(`  files: ${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged`));
  if (summary.surface !== undefined) printSurface(summary.surface, terminal, verbose);
  for (const [reason, number] of Object.entries(summary.leftOut))
    terminal.note(dim(`  left out: ${plural(number, "operation")}, because ${visible(reason)}`));
  for (const { method, path, reason } of summary.skipped)
    terminal.note(`  ${yellow("skipped")} ${visible(method)} ${visible(path)}: ${visible(reason)}`);
  if (summary.variables.length > 0) {
    terminal.note("\nSet before you start:");
    const width = Math.max(...summary.variables.map(({ name }) => name.length));
    for (const { name, purpose, required } of summary.variables)
      terminal.note(`  ${name.padEnd(width)}  ${dim(`${visible(purpose)}${required ? ", required" : ""}`)}`);
  }
  if (!summary.dryRun) terminal.note(`\nNext:\n  ${summary.commands.join("\n  ")}`);
}

/** One line for a further run of `--watch`, below the warnings. */
export function printChange(because: string, summary: Summary, terminal: Terminal, verbose: boolean): void {
  printDiagnostics(summary, terminal, verbose);
  const { added, changed, removed } = summary.files;
  const surface = summary.surface === undefined ? "" : `; a model sees: ${summaryLine(summary.surface)}`;
  const written =
    added + changed + removed === 0
      ? "no file differs"
      : `${plural(added, "file")} added, ${changed} changed, ${removed} removed`;
  terminal.note(`${because}: ${written}${summary.surface?.verdict === "none" ? "" : surface}`);
}

function printDiagnostics(summary: Summary, terminal: Terminal, verbose: boolean): void {
  const { dim } = terminal.colors;
  const shown = terminal.quiet
    ? []
    : summary.diagnostics.filter(
        ({ code, severity }) => severity !== "info" || code === "different-configuration" || verbose,
      );
  const limit = verbose ? shown.length : 20;
  for (const diagnostic of shown.slice(0, limit)) terminal.diagnostic(diagnostic);
  if (shown.length > limit) terminal.note(dim(`… and ${shown.length - limit} more: --verbose shows all.`));
  if (shown.length > 0) terminal.note("");
}

/** Differences that are shown after a run: what breaks, as far as it fits on a screen. */
const mostBreaking = 10;

function printSurface(surface: SurfaceDiff, terminal: Terminal, verbose: boolean): void {
  const { dim, red } = terminal.colors;
  if (surface.verdict === "none") return terminal.note(dim("  a model sees no difference"));
  terminal.note(`  a model sees: ${summaryLine(surface)}`);
  const shown = surface.differences.filter(({ severity }) => severity === "major" || verbose);
  for (const { severity, subject, text, reason } of shown.slice(0, verbose ? shown.length : mostBreaking))
    terminal.note(`  ${severity === "major" ? red(severity) : severity} ${visible(subject.name)} ${text}. ${reason}.`);
  if (!verbose && shown.length > mostBreaking)
    terminal.note(dim(`  … and ${shown.length - mostBreaking} more: --verbose shows all.`));
  const { before, after } = surface.cost;
  if (before !== after) terminal.note(dim(`  ${costText(surface.cost)}`));
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The folder is the user's own word, and is shown so that it can be pasted. */
function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
