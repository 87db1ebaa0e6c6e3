import { discoveryTools } from "../../templates/always/src/runtime/finding/discovery-tools.ts";
import { visible } from "../base/visible.ts";
import type { Need, Way } from "../project/needs.ts";
import type { SurfaceDiff } from "../surface/diff.ts";
import { summaryLine } from "../surface/summary.ts";
import { costText, count } from "../surface/text-report.ts";
import type { Replacement } from "./replacement.ts";
import type { Summary } from "./summary.ts";
import type { Terminal } from "./terminal.ts";

/** The result for a person: what was made, what to look at, what to do next. */
export function printSummary(summary: Summary, news: News, terminal: Terminal, verbose: boolean): void {
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
  if (summary.replacement !== undefined) printReplacement(summary.replacement, terminal);
  if (summary.surface !== undefined) printSurface(summary.surface, terminal, verbose);
  printCost(summary, terminal);
  printToolsets(summary, terminal);
  for (const [reason, number] of Object.entries(summary.leftOut))
    terminal.note(dim(`  left out: ${plural(number, "operation")}, because ${visible(reason)}`));
  for (const { method, path, reason } of summary.skipped)
    terminal.note(`  ${yellow("skipped")} ${visible(method)} ${visible(path)}: ${visible(reason)}`);
  printNeeds(news, terminal);
  if (news.isFirst && summary.credentialHosts.length > 0)
    terminal.note(
      `\nCredentials go to ${listed(summary.credentialHosts.map(visible))} and nowhere else until you add a host to credential-hosts in openapi-to-mcp.yaml.`,
    );
  if (summary.dryRun || summary.commands.length === 0) return;
  terminal.note(`\n${bold("Next:")}`);
  for (const command of summary.commands) terminal.copyable(command);
  if (news.isFirst) printConnection(summary, terminal);
}

/** What is new to the owner of a project. */
export interface News {
  /** Whether there was no project before. */
  readonly isFirst: boolean;
  /** Needs with a variable that the project did not have before. */
  readonly needs: readonly Need[];
}

/** Needs that are told one by one; more are in the server's README. */
const mostNeeds = 6;

function printNeeds({ isFirst, needs }: News, terminal: Terminal): void {
  if (needs.length === 0) return;
  const { bold, dim } = terminal.colors;
  terminal.note(`\n${bold(isFirst ? "Set before you start:" : "New, to be set before you start again:")}`);
  const shown = needs.slice(0, mostNeeds);
  const isShared = new Set(needs.filter(({ kind }) => kind === "credentials").map(({ tools }) => tools)).size > 1;
  for (const { kind, ways, optional, tools } of shown) {
    const whom = kind === "credentials" && isShared ? `, for ${plural(tools, "tool")}` : "";
    const way = ({ variables, purpose }: Way, more: string): string =>
      `${listed(variables)}  ${eachWord(`${purpose}${more}`, dim)}`;
    const [only, ...others] = ways;
    if (only !== undefined && others.length === 0)
      terminal.note(`  ${way(only, `${optional ? ", optional" : ""}${whom}`)}`);
    else {
      terminal.note(`  ${optional ? "optional, one of" : "one of"}${whom}:`);
      for (const each of ways) terminal.note(`    ${way(each, "")}`);
    }
  }
  if (needs.length > shown.length)
    terminal.note(dim(`  … and ${needs.length - shown.length} more: src/generated/README.md lists them all.`));
}

/** Each word by itself: a line may end behind any of them. */
function eachWord(text: string, paint: (word: string) => string): string {
  return text
    .split(" ")
    .map((word) => paint(visible(word)))
    .join(" ");
}

/** `A`, `A and B`, `A, B and C` */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** How a client starts the server: `npm start` by itself waits for one, and shows nothing. */
function printConnection({ name, needs, folder }: Summary, terminal: Terminal): void {
  const { bold } = terminal.colors;
  const variables = needs.flatMap(({ ways, optional }) => (optional ? [] : (ways[0]?.variables ?? [])));
  const environment = [...new Set(variables)].map((variable) => `--env ${variable}="$${variable}" `);
  terminal.note(`\n${bold("Then connect a client")}, Claude Code for example:`);
  terminal.copyable(`claude mcp add ${environment.join("")}--transport stdio ${name} -- node "$PWD/dist/main.js"`);
  terminal.note(
    `Other clients: ${visible(folder === "." ? "clients" : `${folder}/clients`)} has an entry for each. npm run mock stands in for the API.`,
  );
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

/** What the owner should know of the configuration, though nothing is wrong. */
const aboutConfiguration = new Set<string>(["different-configuration", "unused-acceptance"]);

function printDiagnostics(summary: Summary, terminal: Terminal, verbose: boolean): void {
  const { dim } = terminal.colors;
  const shown = terminal.quiet
    ? []
    : summary.diagnostics.filter(
        ({ code, severity }) => severity !== "info" || aboutConfiguration.has(code) || verbose,
      );
  const limit = verbose ? shown.length : 20;
  for (const diagnostic of shown.slice(0, limit)) terminal.diagnostic(diagnostic);
  if (shown.length > limit) terminal.note(dim(`… and ${shown.length - limit} more: --verbose shows all.`));
  if (summary.accepted.length > 0)
    terminal.note(dim(`${plural(summary.accepted.length, "finding")} accepted by the configuration.`));
  if (shown.length > 0 || summary.accepted.length > 0) terminal.note("");
}

/** What became of the owner's files, which nobody has to guess. */
function printReplacement({ of, rewritten, kept, mentions }: Replacement, terminal: Terminal): void {
  const { yellow } = terminal.colors;
  const list = (paths: readonly string[]): string => paths.map(visible).join(", ");
  terminal.note(`  in place of "${visible(of)}"`);
  if (rewritten.length > 0) terminal.note(`  written anew, since nobody had changed them: ${list(rewritten)}`);
  if (kept.length > 0) terminal.note(`  yours, and as they were: ${list(kept)}`);
  if (mentions.length > 0)
    terminal.note(`  ${yellow("edit")} what still speaks of "${visible(of)}": ${list(mentions)}`);
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
}

/** What the list costs, and, where that is more than clients take, what to do. No diagnostic: it may be meant so. */
function printCost({ cost, list, surface, tools }: Summary, terminal: Terminal): void {
  const { dim, yellow } = terminal.colors;
  if (list.mode !== "all") {
    const shown = list.tools - discoveryTools.length;
    terminal.note(
      dim(
        `  Listed: ${count(shown)} of ${plural(tools, "tool")}, and ${discoveryTools.length} that find and call the others: about ${count(list.tokens)} tokens instead of ${count(cost.tokens)}`,
      ),
    );
    terminal.note(
      `  ${yellow("hint")}  src/generated/plan.json says which and why. --list all lists every tool; "listed: true" at a tool of the configuration always lists it.`,
    );
    return;
  }
  if (list.folded)
    terminal.note(
      dim(
        `  Listed: the essence of each of ${plural(tools, "tool")}, about ${count(list.tokens)} tokens instead of ${count(cost.tokens)}; describe_operation shows the rest`,
      ),
    );
  const { before, after } = surface?.cost ?? { before: cost.tokens, after: cost.tokens };
  if (!list.folded || before !== after)
    terminal.note(
      dim(
        `  ${before === after ? `Cost of the list: about ${count(cost.tokens)} tokens` : costText({ before, after, tools: [] })}`,
      ),
    );
  if (cost.advice.length > 0)
    terminal.note(`  ${yellow("hint")}  ${cost.advice.map((advice) => `${advice}.`).join(" ")}`);
}

function printToolsets({ toolsets, workflows }: Summary, terminal: Terminal): void {
  for (const { name, calls, tokens } of workflows)
    terminal.note(
      terminal.colors.dim(
        `  Workflow ${name}: ${plural(calls.length, "step")}, about ${count(tokens)} tokens in the list`,
      ),
    );
  for (const { name, tools, list } of toolsets) {
    const part = list.mode === "all" ? "" : `, ${count(list.tools)} listed`;
    terminal.note(
      terminal.colors.dim(
        `  Toolset ${name} at /mcp/${name}: ${plural(tools.length, "tool")}${part}, about ${count(list.tokens)} tokens`,
      ),
    );
  }
}

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
