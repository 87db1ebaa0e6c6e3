/** The list of a server as clients get it: which tools, and in which form. */
import { condensedList } from "../../../templates/always/src/runtime/finding/condense.ts";
import { discoveryTools } from "../../../templates/always/src/runtime/finding/discovery-tools.ts";
import { toolTokens } from "../cost.ts";
import type { ListCost, ListPlan, ListedTool, ServerApi, Tool, ToolListing } from "../model.ts";

/** The tool that tells whole what a folded list tells in part. */
const describing: readonly ToolListing[] = discoveryTools.filter(({ name }) => name === "describe_operation");

/** The tools of discovery that a list has. */
export function discoveryIn({ mode, folded }: Pick<ListPlan, "mode" | "folded">): readonly ToolListing[] {
  if (mode !== "all") return discoveryTools;
  return folded ? describing : [];
}

/** The entries of `tools/list`, those of discovery first: what a server of this plan sends. */
export function servedList(
  apis: readonly ServerApi[],
  plan: Pick<ListPlan, "mode" | "folded" | "listed">,
): readonly ListedTool[] {
  const names = new Set(plan.listed.map(({ name }) => name));
  const tools = toolsOf(apis).filter(({ listing }) => plan.mode === "all" || names.has(listing.name));
  return entriesOf(tools, plan);
}

/** The entries of these tools in a list, and of the tools of discovery that it has. */
export function entriesOf(tools: readonly Tool[], form: Pick<ListPlan, "mode" | "folded">): readonly ListedTool[] {
  const listings = tools.map(({ listing }) => listing);
  return [...discoveryIn(form), ...(form.folded ? condensedList(listings) : listings)];
}

/** What a list costs. */
export function costOfList(list: readonly ListedTool[]): ListCost {
  return {
    tools: list.length,
    tokens: list.reduce((sum, listing) => sum + toolTokens(listing), 0),
    bytes: list.reduce((sum, listing) => sum + Buffer.byteLength(JSON.stringify(listing)), 0),
  };
}

/** The tools of every API, in their order. */
export function toolsOf(apis: readonly ServerApi[]): readonly Tool[] {
  return apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools));
}
