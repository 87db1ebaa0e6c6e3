/** The list of a server as clients get it: which tools, and in which form. */
import { condensed, condensedList } from "../../../templates/always/src/runtime/finding/condense.ts";
import { discoveryTools } from "../../../templates/always/src/runtime/finding/discovery-tools.ts";
import { strictList } from "../../../templates/always/src/runtime/strict/strict-form.ts";
import { type EntryCost, entryCost } from "../cost.ts";
import type { JobsData, ListCost, ListedTool, ListPlan, ServerApi, ServerModel, Tool, ToolListing } from "../model.ts";

/** The tool that tells whole what a folded list tells in part. */
const describing: readonly ToolListing[] = discoveryTools.filter(({ name }) => name === "describe_operation");

/** The form of a list. */
export type ListForm = Pick<ListPlan, "mode"> & Partial<Pick<ListPlan, "folded" | "strict">>;

/** The tools of discovery that a list has. */
export function discoveryIn({ mode, folded }: ListForm): readonly ToolListing[] {
  if (mode !== "all") return discoveryTools;
  return folded === true ? describing : [];
}

/** What a list has besides the tools of the APIs: those of discovery, and others that are listed whatever the plan is. */
export function besidesIn(form: ListForm, others: readonly ToolListing[] = []): readonly ListedTool[] {
  return writtenAs([...discoveryIn(form), ...others], form);
}

/** The entries of `tools/list`, those of discovery first: what a server of this plan sends. */
export function servedList(
  apis: readonly ServerApi[],
  plan: ListForm & Pick<ListPlan, "listed">,
  others: readonly ToolListing[] = [],
): readonly ListedTool[] {
  const names = new Set(plan.listed.map(({ name }) => name));
  const tools = toolsOf(apis).filter(({ listing }) => plan.mode === "all" || names.has(listing.name));
  return [...besidesIn(plan), ...shownAs(tools.map(listingOf), plan), ...writtenAs(others, plan)];
}

function shownAs(listings: readonly ToolListing[], form: ListForm): readonly ListedTool[] {
  return writtenAs(form.folded === true ? condensedOnce(listings) : listings, form);
}

/** By the first of its tools, the list that was condensed last: plan, lock and files of clients ask for the same one. */
const condensedLists = new WeakMap<ToolListing, Record<"listings" | "entries", readonly ListedTool[]>>();

function condensedOnce(listings: readonly ToolListing[]): readonly ListedTool[] {
  const [first] = listings;
  if (first === undefined) return [];
  const known = condensedLists.get(first);
  const { length } = listings;
  if (known?.listings.length === length && listings.every((listing, index) => listing === known.listings[index]))
    return known.entries;
  const entries = condensedList(listings);
  condensedLists.set(first, { listings, entries });
  return entries;
}

const strictForms = new WeakMap<ListedTool, ListedTool>();

function writtenAs(entries: readonly ListedTool[], { strict }: ListForm): readonly ListedTool[] {
  if (strict !== true) return entries;
  return entries.map((entry) => {
    const form = strictForms.get(entry) ?? strictList([entry])[0] ?? entry;
    strictForms.set(entry, form);
    return form;
  });
}

/** The whole list of a server, with the workflows that it has, and what goes on with work. */
export function listOfServer({ apis, plan, ...others }: ServerModel): readonly ListedTool[] {
  return servedList(apis, plan, listedBesides(others));
}

/** What is listed whatever the plan is: what goes on with work, and workflows. */
export function listedBesides({ workflows, jobs }: Pick<ServerModel, "workflows" | "jobs">): readonly ToolListing[] {
  return [...jobToolsOf(jobs), ...workflows.map(({ listing }) => listing)];
}

/** The tools of a server that go on with work, each with what it does. */
export function jobEntriesOf(jobs: JobsData | undefined): readonly (readonly [id: string, listing: ToolListing])[] {
  if (jobs === undefined) return [];
  return [["check", jobs.check], ...(jobs.cancel === undefined ? [] : [["cancel", jobs.cancel] as const])];
}

/** The tools of a server that go on with work. */
export function jobToolsOf(jobs: JobsData | undefined): readonly ToolListing[] {
  return jobEntriesOf(jobs).map(([, listing]) => listing);
}

/** What a tool's entry costs: as the list has it, or, of one that is found, as the list would have it. */
export interface ShownCost extends EntryCost {
  readonly isListed: boolean;
}

/** By name, what the entries of tools cost a client. */
export function shownCosts(
  listings: readonly ToolListing[],
  plan: ListForm & { readonly listed: Iterable<string> },
): ReadonlyMap<string, ShownCost> {
  const names = new Set(plan.listed);
  const listed = listings.filter(({ name }) => plan.mode === "all" || names.has(name));
  const shown = new Map(shownAs(listed, plan).map((entry) => [entry.name, entry]));
  return new Map(
    listings.map((listing) => {
      const entry = shown.get(listing.name) ?? shownAlone(listing, plan);
      return [listing.name, { ...entryCost(entry), isListed: shown.has(listing.name) }];
    }),
  );
}

/** Servers whose tools were counted: lock, summary and reports ask for the same ones. */
const countedServers = new WeakMap<object, ReadonlyMap<string, ShownCost>>();

/** The same of the tools of a server. */
export function shownCostsOf(model: Pick<ServerModel, "apis" | "plan">): ReadonlyMap<string, ShownCost> {
  const known = countedServers.get(model);
  if (known !== undefined) return known;
  const { apis, plan } = model;
  const costs = shownCosts(toolsOf(apis).map(listingOf), { ...plan, listed: plan.listed.map(({ name }) => name) });
  countedServers.set(model, costs);
  return costs;
}

const essences = new WeakMap<ToolListing, ListedTool>();

/** The entry of a tool in a list of this form, by itself. */
export function shownAlone(listing: ToolListing, form: ListForm): ListedTool {
  const [entry] = writtenAs([form.folded === true ? essenceOf(listing) : listing], form);
  return entry ?? listing;
}

function essenceOf(listing: ToolListing): ListedTool {
  const essence = essences.get(listing) ?? condensed(listing);
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
