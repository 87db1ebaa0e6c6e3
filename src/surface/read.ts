/** The surface of a project from its files: what its server shows, whoever wrote it. */
import { defined } from "../base/defined.ts";
import { CompileError, diagnosticAt } from "../base/diagnostics.ts";
import { type Json, own, ownString } from "../base/json.ts";
import type { PromptData, ResourceData } from "../mcp/model.ts";
import { shownCosts } from "../mcp/plan/served-list.ts";
import { type Destinations, type Traffic, egressOf } from "./egress.ts";
import type { Lock, LockedTool } from "../lock/lock.ts";
import {
  aliasesOf,
  destinationsIn,
  folderNames,
  jobsOf,
  list,
  listingOf,
  parseData,
  listPlanOf,
  planOf,
  promptsOf,
  resourcesOf,
  serverOf,
  workflowsOf,
} from "./read-data.ts";
import {
  type Surface,
  type SurfaceTool,
  listsOfLock,
  lockedSurfaceTool,
  surfaceJobTools,
  surfaceWorkflow,
  toolDetail,
} from "./surface.ts";

/** Where the data of a project lies. */
export const dataFolder = "src/generated";

/** What is known of the server, below that folder. */
export const serverFile = "apis.json";

/** The files of a project, by their path. */
export interface SurfaceFiles {
  /** Text of a file, `undefined` where there is none. */
  read(path: string): Promise<string | undefined>;
}

/** What need not be read, since it is known to be the same on the other side. */
export interface KnownFiles {
  /** Whether the listings of a group, and the plans of its calls, are the same. */
  isKnown(api: string, group: string): boolean;
  /** Where the calls of such a group go. */
  traffic(api: string, group: string): readonly Traffic[];
}

/** A surface with what only its files say. */
export interface ReadSurface {
  readonly surface: Surface;
  /** By tool, the tag that it is grouped by. */
  readonly tags: ReadonlyMap<string, string>;
}

const nothingKnown: KnownFiles = { isKnown: () => false, traffic: () => [] };

/**
 * Reads the surface of a project. `undefined` where there is none: no `apis.json`.
 *
 * @param lock of the project; it knows operationIds, and tools whose files need not be read
 * @param known groups of tools to take from the lock
 * @throws {CompileError} `unreadable-project` where a file holds no JSON
 */
export async function readSurface(
  files: SurfaceFiles,
  lock: Lock | undefined,
  known: KnownFiles = nothingKnown,
): Promise<ReadSurface | undefined> {
  const read = async (path: string): Promise<Json | undefined> => {
    const file = `${dataFolder}/${path}`;
    const text = await files.read(file);
    if (text === undefined) return undefined;
    const value = parseData(text);
    if (value === undefined)
      throw new CompileError([diagnosticAt("unreadable-project", file, "The file holds no JSON that can be read")]);
    return value;
  };
  const project = await read(serverFile);
  if (project === undefined) return undefined;
  const locked = new Map((lock?.tools ?? []).map((tool) => [tool.name, tool]));
  const tags = new Map<string, string>();
  const tools: SurfaceTool[] = [];
  const resources: ResourceData[] = [];
  const prompts: PromptData[] = [];
  const apis: { readonly destinations: Destinations; readonly traffic: readonly Traffic[] }[] = [];
  for (const api of folderNames(own(project, "apis"))) {
    const data = await read(`${api}/api.json`);
    const traffic: Traffic[] = [];
    for (const entry of list(own(data, "groups"))) {
      const [group] = folderNames([ownString(entry, "file") ?? ""]);
      if (group === undefined) continue;
      if (known.isKnown(api, group)) {
        traffic.push(...known.traffic(api, group));
        continue;
      }
      const plans = await read(`${api}/calls/${group}.json`);
      for (const item of list(await read(`${api}/tools/${group}.json`))) {
        const listing = listingOf(item);
        if (listing === undefined) continue;
        const plan = planOf(own(plans, listing.name));
        traffic.push(plan.request);
        tags.set(listing.name, ownString(entry, "tag") ?? "");
        tools.push({
          name: listing.name,
          api,
          pointer: plan.pointer,
          ...rememberedOf(locked.get(listing.name)),
          request: plan.operation,
          tokens: locked.get(listing.name)?.tokens ?? 0,
          detail: toolDetail(listing, plan),
        });
      }
    }
    apis.push({ destinations: destinationsIn(api, data), traffic });
    resources.push(...resourcesOf(await read(`${api}/resources.json`)));
    prompts.push(...promptsOf(await read(`${api}/prompts.json`)));
  }
  const surface: Surface = {
    server: serverOf(project),
    tools: known === nothingKnown ? measured(tools, listPlanOf(await read("plan.json"))) : inOrder(tools, lock),
    workflows: workflowsOf(await read("workflows.json")).map(surfaceWorkflow),
    jobs: surfaceJobTools(jobsOf(await read("jobs.json"))),
    aliases: aliasesOf(own(project, "aliases")),
    resources,
    prompts,
    egress: egressOf(apis),
    ...(lock === undefined ? {} : listsOfLock(lock)),
  };
  return { surface, tags };
}

/** Tools with what they cost in the list of their server, of which all are known. */
function measured(tools: readonly SurfaceTool[], plan: Parameters<typeof shownCosts>[1]): readonly SurfaceTool[] {
  const costs = shownCosts(
    tools.flatMap(({ detail }) => detail?.listing ?? []),
    plan,
  );
  return tools.map((tool) => {
    const { tokens = tool.tokens, bytes } = costs.get(tool.name) ?? {};
    return { ...tool, tokens, ...defined({ bytes }) };
  });
}

function rememberedOf(tool: LockedTool | undefined): Pick<SurfaceTool, "operationId" | "formerly"> {
  return {
    ...defined({ operationId: tool?.operationId, formerly: tool?.formerly }),
  };
}

/** All tools of the lock in its order, those that were read with their details. */
function inOrder(tools: readonly SurfaceTool[], lock: Lock | undefined): readonly SurfaceTool[] {
  const found = new Map(tools.map((tool) => [tool.name, tool]));
  const locked = (lock?.tools ?? []).map((tool) => found.get(tool.name) ?? lockedSurfaceTool(tool));
  const names = new Set(locked.map(({ name }) => name));
  return [...locked, ...tools.filter(({ name }) => !names.has(name))];
}
