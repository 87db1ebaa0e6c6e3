import { defined } from "../base/defined.ts";
import type { Diagnostic } from "../base/diagnostics.ts";
import { hiddenIn } from "../base/visible.ts";
import type { Change } from "../disk/changes.ts";
import type { Generated } from "../generate.ts";
import type { ListPlan } from "../mcp/model.ts";
import { type Need, needsOf } from "../project/needs.ts";
import { credentialHosts } from "../surface/credential-hosts.ts";
import type { SurfaceDiff } from "../surface/diff.ts";
import {
  type Cost,
  costOfModel,
  type InspectedToolset,
  type InspectedWorkflow,
  toolsetsOf,
  workflowsOf,
} from "../surface/inspection.ts";
import type { Judged } from "./acceptance.ts";
import { lockPath } from "../lock/lock.ts";
import type { Replacement } from "./replacement.ts";

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
  /** What listing every tool whole would cost a model, and what can be done about it where that is much. */
  readonly cost: Pick<Cost, "tokens" | "bytes" | "advice">;
  /** What is listed, and what that costs; tools that are not listed are found. */
  readonly list: Pick<ListPlan, "mode" | "folded"> & ListPlan["cost"];
  /** Parts of it that are served by themselves, too, with what each lists. */
  readonly toolsets: readonly InspectedToolset[];
  /** Tools that call several operations, as Arazzo documents say. */
  readonly workflows: readonly InspectedWorkflow[];
  /** Environment variables that the server needs, as alternatives where there are any. */
  readonly needs: readonly Need[];
  /** All variables of the needs, and what each is for. */
  readonly variables: readonly { readonly name: string; readonly purpose: string; readonly required: boolean }[];
  /** Origins that credentials go to by default. */
  readonly credentialHosts: readonly string[];
  /** Commands to run next; none where nothing changed. */
  readonly commands: readonly string[];
  /** What a model sees differently than in the project as it was; absent where there was none. */
  readonly surface?: SurfaceDiff;
  /** What became of the project of another API; absent where there was none. */
  readonly replacement?: Replacement;
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that the configuration accepts; they are not among the diagnostics. */
  readonly accepted: readonly Diagnostic[];
}

export function summaryOf(
  generated: Generated & Judged,
  changes: readonly Change[],
  folder: string,
  dryRun: boolean,
  surface: SurfaceDiff | undefined,
): Summary {
  const { apis, project } = generated.model;
  const resources = apis.flatMap((api) => api.resources);
  const { advice } = costOfModel(generated.model);
  const { tokens, bytes } = generated.model.plan.whole;
  const needs = needsOf(generated.model);
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
    cost: { tokens, bytes, advice },
    list: { mode: generated.model.plan.mode, folded: generated.model.plan.folded, ...generated.model.plan.cost },
    toolsets: toolsetsOf(generated.model),
    workflows: workflowsOf(generated.model),
    needs,
    variables: variablesOf(needs),
    credentialHosts: [...new Set(credentialHosts(generated.model).map(({ origin }) => origin))],
    commands: commandsAfter(changes, folder),
    ...defined({ surface }),
    diagnostics: generated.diagnostics,
    accepted: generated.accepted,
  };
}

/** How often each text stands there, in the order of the texts. */
function countBy(texts: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of [...texts].sort()) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

function variablesOf(needs: readonly Need[]): Summary["variables"] {
  const all = needs.flatMap(({ kind, ways, optional }) =>
    ways.flatMap(({ variables, purpose }) =>
      variables.map((name) => ({ name, purpose, required: !optional && kind !== "credentials" })),
    ),
  );
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

function commandsAfter(changes: readonly Change[], folder: string): readonly string[] {
  if (changes.every(({ kind }) => kind === "same")) return [];
  const inFolder = folder === "." ? [] : [`cd ${shellWord(folder)}`];
  return [...inFolder, ...(isFirst(changes) ? ["npm install"] : []), "npm run build"];
}

/** Whether there was no project before. */
export function isFirst(changes: readonly Change[]): boolean {
  return changes.some(({ path, kind }) => path === lockPath && kind === "add");
}

/** The folder is the user's own word, and is shown so that it can be pasted: what is not seen, as `$'…'` takes it. */
function shellWord(text: string): string {
  if (/^[\w./@:+-]+$/.test(text)) return text;
  const isSeen = hiddenIn(text).length === 0 && !/[\t\n\r\u2028\u2029]/.test(text);
  if (isSeen) return `'${text.replaceAll("'", `'\\''`)}'`;
  const byteOf = (byte: number): string =>
    /[ -&(-[\]-~]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, "0")}`;
  return `$'${[...Buffer.from(text)].map(byteOf).join("")}'`;
}
