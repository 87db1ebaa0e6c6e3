/** How much the tools of an API take in the files of the project: many operations times a large schema has no bound. */
import { isArray, type Json } from "../base/json.ts";
import type { Report } from "../base/diagnostics.ts";
import type { BuiltTool } from "./built-tool.ts";
import type { ServerApi, SkippedOperation } from "./model.ts";
import type { ToolName } from "./names/tool-name.ts";

/** Characters of all tools of an API; the largest documents that are published take half of it. */
const mostOfAll = 40_000_000;
/** What a tool takes in any case. */
const least = 1_500;
/** What an item of a list takes besides itself: values have types as well. */
const item = 30;
/** Tools that are found not to fit before no further one is built. */
const mostTried = 20;
const reason = "all tools together would take more than 40 MB of the project";

/**
 * Builds the tools that fit, in the order of the operations, and tells of the others at the first of them.
 *
 * @param build makes the tool of a name
 */
export function buildWithinExtent(
  names: readonly ToolName[],
  report: Report,
  build: (name: ToolName) => BuiltTool,
): { readonly built: readonly BuiltTool[]; readonly skipped: readonly SkippedOperation[] } {
  const built: BuiltTool[] = [];
  const skipped: SkippedOperation[] = [];
  let left = mostOfAll;
  for (const name of names) {
    const { pointer, method, path } = name.operation;
    const entry = skipped.length < mostTried && left > 0 ? build(name) : undefined;
    const extent = entry === undefined ? Number.POSITIVE_INFINITY : extentOf(entry);
    if (entry !== undefined && extent <= left) {
      built.push(entry);
      left -= extent;
    } else skipped.push({ pointer, method, path, reason });
  }
  const [first, ...others] = skipped;
  if (first !== undefined) {
    const which = others.length === 0 ? "This operation becomes" : `This operation and ${others.length} others become`;
    const message = `${which} no tool, since ${reason}`;
    report({ code: "too-large", pointer: first.pointer, message });
  }
  return { built, skipped };
}

/** Those of the operations that became tools. */
export function withTools<T extends { readonly name: string }>(
  operations: readonly T[],
  apis: readonly ServerApi[],
): readonly T[] {
  const tools = apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  const built = new Set(tools.map(({ listing }) => listing.name));
  return operations.filter(({ name }) => built.has(name));
}

function extentOf({ tool }: BuiltTool): number {
  return [tool.listing, tool.call, tool.result].reduce((sum, part) => sum + printed(part as Json, 1), least);
}

/** About how many characters a value takes as it is printed. */
function printed(value: Json | undefined, depth: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  let characters = 4;
  if (isArray(value)) for (const entry of value) characters += item + 2 * depth + printed(entry, depth + 1);
  else for (const key in value) characters += key.length + 6 + 2 * depth + printed(value[key], depth + 1);
  return characters;
}
