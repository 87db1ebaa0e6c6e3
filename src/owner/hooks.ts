/** What the owner wrote, held against the tools that there are now. */
import { type Diagnostic, diagnosticAt } from "../base/diagnostics.ts";
import { likelyName } from "../base/suggest.ts";
import { visible } from "../base/visible.ts";
import { customPath, readCustomCode } from "./custom-code.ts";

export { customPath } from "./custom-code.ts";

/** The tools that there are, and what became of those that there were. */
export interface ToolHistory {
  readonly tools: readonly string[];
  /** Old names of tools. */
  readonly aliases?: readonly { readonly name: string; readonly tool: string }[] | undefined;
  /** Names of the tools before this run. */
  readonly former?: readonly string[] | undefined;
}

/**
 * A warning for each hook whose tool is gone, naming what the tool is called now, and for each tool of the owner's that
 * is called like a generated one.
 */
export async function checkHooks(text: string, history: ToolHistory): Promise<readonly Diagnostic[]> {
  const formerTools = new Set(history.tools);
  const { hooks, tools } = await readCustomCode(text);
  const orphans = hooks.filter(({ name }) => !formerTools.has(name));
  const taken = tools.filter(({ name }) => formerTools.has(name));
  return [
    ...orphans.map(({ name, line }) => diagnosticAt("lost-hook", customPath, fateOf(name, history), { line })),
    ...taken.map(({ name, line }) =>
      diagnosticAt(
        "taken-name",
        customPath,
        `Your tool "${visible(name)}" is called like a generated one, which is called in its place`,
        { line },
      ),
    ),
  ];
}

/** What became of a hook's tool, in one sentence. */
function fateOf(hook: string, { tools, aliases = [], former = [] }: ToolHistory): string {
  const shown = `The hook "${visible(hook)}"`;
  const renamed = aliases.find(({ name }) => name === hook)?.tool;
  if (renamed !== undefined) return `${shown} has lost its tool: ${visible(hook)} is called "${renamed}" now`;
  const before = new Set(former);
  const removed = before.has(hook) ? `: ${visible(hook)} was removed` : " any more";
  // A tool that was there beside it is not what became of it.
  const likely = likelyName(hook, before.has(hook) ? tools.filter((name) => !before.has(name)) : tools);
  return `${shown} has no tool${removed}${likely === undefined ? "" : `; it may be "${likely}" now`}`;
}
