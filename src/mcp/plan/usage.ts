/** How often tools were called, by the names that they have now. */
import type { AliasData } from "../model.ts";

/** Calls by an old name are calls of the tool that answers to it. */
export function usageOfTools(
  usage: ReadonlyMap<string, number> | undefined,
  aliases: readonly AliasData[],
): ReadonlyMap<string, number> | undefined {
  if (usage === undefined) return undefined;
  const current = new Map(aliases.map(({ name, tool }) => [name, tool]));
  const calls = new Map<string, number>();
  for (const [name, count] of usage) {
    const tool = current.get(name) ?? name;
    calls.set(tool, (calls.get(tool) ?? 0) + count);
  }
  return calls;
}
