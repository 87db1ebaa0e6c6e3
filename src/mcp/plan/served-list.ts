/** The list of a server as clients get it: which tools, and in which form. */
import { condensed, condensedList } from "../../../templates/always/src/runtime/finding/condense.ts";
import { discoveryTools } from "../../../templates/always/src/runtime/finding/discovery-tools.ts";
import { type EntryCost, entryCost } from "../cost.ts";
import type { ListCost, ListPlan, ListedTool, ServerApi, ServerModel, Tool, ToolListing } from "../model.ts";

/** The tool that tells whole what a folded list tells in part. */
const describing: readonly ToolListing[] = discoveryTools.filter(({ name }) => name === "describe_operation");

/** The tools of discovery that a list has. */
export function discoveryIn({
  mode,
  folded = false,
}: Pick<ListPlan, "mode"> & { readonly folded?: boolean }): readonly ToolListing[] {
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
  return [...discoveryIn(form), ...shownAs(tools.map(listingOf), form)];
}

function shownAs(listings: readonly ToolListing[], { folded }: Pick<ListPlan, "folded">): readonly ListedTool[] {
  return folded ? condensedList(listings) : listings;
}

/** The whole list of a server, with the workflows that it has. */
export function listOfServer({ apis, plan, workflows }: ServerModel): readonly ListedTool[] {
  return [...servedList(apis, plan), ...workflows.map(({ listing }) => listing)];
}

/** What a tool's entry costs: as the list has it, or, of one that is found, as the list would have it. */
export interface ShownCost extends EntryCost {
  readonly isListed: boolean;
}

/** By name, what the entries of tools cost a client. */
export function shownCosts(
  listings: readonly ToolListing[],
  plan: Pick<ListPlan, "mode" | "folded"> & { readonly listed: Iterable<string> },
): ReadonlyMap<string, ShownCost> {
  const names = new Set(plan.listed);
  const listed = listings.filter(({ name }) => plan.mode === "all" || names.has(name));
  const shown = new Map(shownAs(listed, plan).map((entry) => [entry.name, entry]));
  return new Map(
    listings.map((listing) => {
      const entry = shown.get(listing.name) ?? (plan.folded ? essenceOf(listing) : listing);
      return [listing.name, { ...entryCost(entry), isListed: shown.has(listing.name) }];
    }),
  );
}

/** The same of the tools of a server. */
export function shownCostsOf({ apis, plan }: Pick<ServerModel, "apis" | "plan">): ReadonlyMap<string, ShownCost> {
  return shownCosts(toolsOf(apis).map(listingOf), { ...plan, listed: plan.listed.map(({ name }) => name) });
}

const essences = new WeakMap<ToolListing, ListedTool>();

/** The entry of a tool in a folded list, by itself. */
export function essenceOf(listing: ToolListing): ListedTool {
  const known = essences.get(listing);
  if (known !== undefined) return known;
  const essence = condensed(listing);
  essences.set(listing, essence);
  return essence;
}

function listingOf({ listing }: Tool): ToolListing {
  return listing;
}

/** What a list costs. */
export function costOfList(list: readonly ListedTool[]): ListCost {
  return sumOfCosts(list.map(entryCost));
}

/** What several entries cost together. */
export function sumOfCosts(costs: readonly EntryCost[]): ListCost {
  return {
    tools: costs.length,
    tokens: costs.reduce((sum, { tokens }) => sum + tokens, 0),
    bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** The tools of every API, in their order. */
export function toolsOf(apis: readonly ServerApi[]): readonly Tool[] {
  return apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools));
}
