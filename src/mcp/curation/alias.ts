/** Names that a project has had: they stay with their tools, and those that are given up can be called for a while. */
import type { Operation } from "../../api/model.ts";
import { defined } from "../../base/defined.ts";
import type { Report } from "../../base/diagnostics.ts";
import { visible } from "../../base/visible.ts";
import type { Anchors, FormerSurface } from "./anchor.ts";
import type { Curation } from "./curation.ts";
import type { AliasData } from "../model.ts";
import { Names, maximumToolName } from "../names/names.ts";
import { type FixedName, toolNamePattern } from "../names/tool-name.ts";

/** How long an old name can be called where nothing says so, in days. */
const defaultDays = 90;

/** Names that are given, and an allocator that knows every name which is not to be given again. */
export interface Naming {
  readonly fixed: ReadonlyMap<Operation, FixedName>;
  readonly names: Names;
}

/**
 * Gives every operation that was a tool the name that it had, and every one that the owner named that name.
 *
 * @param chosen names that the owner chose; they are known to differ
 * @param renewed whether names that nobody chose are to be made anew
 */
export function fixNames(
  anchors: Anchors,
  former: FormerSurface,
  chosen: ReadonlyMap<Operation, FixedName>,
  renewed: boolean,
): Naming {
  const fixed = new Map(chosen);
  const taken = new Set([...chosen.values()].map(({ name }) => name));
  for (const [operation, { name }] of anchors.tools) {
    if (renewed || fixed.has(operation) || taken.has(name) || !toolNamePattern.test(name)) continue;
    fixed.set(operation, { name, reason: "kept from openapi-to-mcp.lock.json" });
    taken.add(name);
  }
  const present = new Set([...anchors.tools.values()]);
  const formerNames = former.tools.filter((tool) => !renewed || !present.has(tool)).map(({ name }) => name);
  const old = (former.aliases ?? []).map(({ name }) => name);
  return { fixed, names: new Names(maximumToolName, [...taken, ...formerNames, ...old]) };
}

/** What became of a tool's name: its operation, with the place to report to. */
export interface NamedOperation {
  readonly operation: Operation;
  readonly name: string;
  readonly report: Report;
}

/**
 * The old names that can still be called, sorted: those of before, and those that this run gives up. Each rename, and
 * each old name that is another tool's now, is reported.
 *
 * @param today `YYYY-MM-DD`; without it new aliases have no end unless the owner gives one
 */
export function buildAliases(
  named: readonly NamedOperation[],
  anchors: Anchors,
  former: FormerSurface,
  policy: Curation["aliases"] = { days: defaultDays },
  today: string | undefined,
): readonly AliasData[] {
  const tools = new Map(named.map((entry) => [entry.name, entry]));
  const byFormerName = new Map<string, NamedOperation>();
  for (const entry of named) {
    const tool = anchors.tools.get(entry.operation);
    if (tool !== undefined) byFormerName.set(tool.name, entry);
  }
  const aliases = new Map<string, AliasData>();
  for (const { name, tool, until } of former.aliases ?? []) {
    const successor = byFormerName.get(tool);
    if (successor === undefined || !toolNamePattern.test(name)) continue;
    const end = "until" in policy ? policy.until : until;
    aliases.set(name, { name, tool: successor.name, ...defined({ until: end }) });
  }
  const end = endOf(policy, today);
  for (const [name, successor] of byFormerName) {
    if (name === successor.name || !toolNamePattern.test(name)) continue;
    aliases.set(name, { name, tool: successor.name, ...defined({ until: end }) });
    if (!tools.has(name)) reportRename(name, successor, end);
  }
  for (const { name, tool } of aliases.values()) {
    const taker = tools.get(name);
    if (taker === undefined) continue;
    aliases.delete(name);
    if (taker.name !== tool)
      taker.report({
        code: "dropped-alias",
        pointer: taker.operation.pointer,
        message: `${name} was an old name of the tool ${tool} and is another tool now: whoever calls it so reaches that one`,
      });
  }
  return [...aliases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function reportRename(name: string, { name: now, operation, report }: NamedOperation, end: string | undefined): void {
  const callable = end === undefined ? "stays callable" : `stays callable until ${end}`;
  report({
    code: "renamed-tool",
    pointer: operation.pointer,
    message: `The tool ${name} is called ${now} now; the old name ${visible(callable)}, but allow and deny lists that hold it (also as mcp__<server>__${name}) stop matching`,
  });
}

function endOf(policy: Curation["aliases"], today: string | undefined): string | undefined {
  if ("until" in policy) return policy.until;
  const start = today === undefined ? Number.NaN : Date.parse(`${today}T00:00:00Z`);
  return Number.isNaN(start) ? undefined : new Date(start + policy.days * 86_400_000).toISOString().slice(0, 10);
}
