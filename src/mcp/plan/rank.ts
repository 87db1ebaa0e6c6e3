/** Which tools of a server matter most, as far as its owner, its use and its document say. */
import { isVariable, segmentsOf } from "../../../templates/always/src/runtime/finding/words.ts";
import type { ServerApi, Tool } from "../model.ts";
import { toolsOf } from "./served-list.ts";

/** A tool, and why it stands where it does. */
export interface RankedTool {
  readonly tool: Tool;
  readonly why: string;
}

/**
 * Every tool that may be listed, the most important first: those that the owner pins; those that were called most; then
 * in turn one of each tag, the largest tag first, of each tag what its document has at the root and asks for least.
 */
export function rankedTools(
  apis: readonly ServerApi[],
  usage: ReadonlyMap<string, number> = new Map(),
): readonly RankedTool[] {
  const order = new Map<Tool, string>();
  const tools = toolsOf(apis).filter(({ pinned }) => pinned?.value !== false);
  for (const tool of tools) if (tool.pinned !== undefined) order.set(tool, `listed by ${tool.pinned.by}`);
  const callsOf = ({ listing }: Tool): number => usage.get(listing.name) ?? 0;
  for (const tool of tools.filter((tool) => callsOf(tool) > 0).sort((a, b) => callsOf(b) - callsOf(a)))
    if (!order.has(tool)) order.set(tool, `called ${callsOf(tool)} ${callsOf(tool) === 1 ? "time" : "times"}`);
  for (const tool of inTurn(apis.flatMap(({ groups }) => groups.map((group) => sortedGroup(group.tools)))))
    if (tool.pinned?.value !== false && !order.has(tool)) order.set(tool, whyOf(tool));
  return [...order].map(([tool, why]) => ({ tool, why }));
}

/** One of each list, then the next of each; the longest list first. */
function inTurn(lists: readonly (readonly Tool[])[]): readonly Tool[] {
  const ordered = [...lists].sort((a, b) => b.length - a.length);
  const longest = ordered[0]?.length ?? 0;
  return Array.from({ length: longest }, (_, place) => ordered.flatMap((list) => list[place] ?? [])).flat();
}

function sortedGroup(tools: readonly Tool[]): readonly Tool[] {
  const ranks = new Map(tools.map((tool) => [tool, rankOf(tool)]));
  return [...tools].sort((a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0));
}

/** Collections and items first, then what makes and changes them; less for each level below the root and each argument. */
const methodRank: Readonly<Record<string, number>> = { GET: 3, QUERY: 3, POST: 2, PATCH: 1.5, PUT: 1.5, DELETE: 1 };

function rankOf({ listing, call: { request }, isDeprecated }: Tool): number {
  const segments = segmentsOf(request.path);
  const isItem = isVariable(segments.at(-1) ?? "");
  const fixed = segments.filter((segment) => !isVariable(segment)).length;
  const required = listing.inputSchema.required?.length ?? 0;
  return (
    (methodRank[request.method] ?? 0.5) -
    (isItem ? 0.3 : 0) -
    0.6 * fixed -
    0.25 * (segments.length - fixed) -
    0.2 * required -
    (isDeprecated === true ? 100 : 0)
  );
}

function whyOf({ call: { request } }: Tool): string {
  const isItem = request.path.endsWith("}");
  const what =
    request.method === "GET"
      ? isItem
        ? "reads one of its tag"
        : "reads a collection of its tag"
      : `${request.method} near the root of its tag`;
  return `${what}, with few arguments`;
}
