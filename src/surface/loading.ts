/** What each target loads of a server's list, and what is lost there. */
import { type Breach, type CheckedTool, breachesOf } from "./target-breaches.ts";
import { type TargetName, knownAs, targetNames, targets } from "../mcp/plan/targets.ts";

/** What a target makes of a list. */
export interface Loading {
  readonly target: TargetName;
  /** Tools of the list, and those that load. */
  readonly tools: number;
  readonly loads: number;
  /** The rules that are broken, the one that costs most tools first. */
  readonly lost: readonly LostTools[];
}

export interface LostTools {
  readonly rule: string;
  readonly source: string;
  /** In the order of the list. */
  readonly tools: readonly string[];
}

/**
 * @param list the tools as they are served
 * @param server its name; clients have it under that, or under the part of it that their entry in `clients/` takes
 */
export function loadingOf(target: TargetName, list: readonly CheckedTool[], server: string): Loading {
  const breaches = breachesOf(targets[target], list, knownAs(target, server, list));
  const lost = new Set(breaches.map(({ tool }) => tool));
  return { target, tools: list.length, loads: list.length - lost.size, lost: byRule(breaches) };
}

/** By every target, in the order of `targetNames`. */
export function loadingOfAll(list: readonly CheckedTool[], server: string): readonly Loading[] {
  return targetNames.map((target) => loadingOf(target, list, server));
}

function byRule(breaches: readonly Breach[]): readonly LostTools[] {
  const rules = new Map<string, { readonly source: string; readonly tools: Set<string> }>();
  for (const { rule, source, tool } of breaches) {
    const known = rules.get(rule);
    if (known === undefined) rules.set(rule, { source, tools: new Set([tool]) });
    else known.tools.add(tool);
  }
  return [...rules]
    .map(([rule, { source, tools }]) => ({ rule, source, tools: [...tools] }))
    .sort((one, other) => other.tools.length - one.tools.length || (one.rule < other.rule ? -1 : 1));
}
