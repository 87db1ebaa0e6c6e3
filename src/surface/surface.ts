/** What a model and its client see of a server: the same shape for a document, an emitted project and a lock. */
import { defined } from "../base/defined.ts";
import { pointerTo, pointerTokens } from "../base/json.ts";
import type {
  AliasData,
  CallPlan,
  JobsData,
  PromptData,
  ResourceData,
  ServerModel,
  Tool,
  ToolGroup,
  ToolListing,
  WorkflowData,
} from "../mcp/model.ts";
import { jobEntriesOf, type ShownCost, shownCostsOf } from "../mcp/plan/served-list.ts";
import { type Egress, type Traffic, destinationsOf, egressOf } from "./egress.ts";
import { lockedFurtherTool, lockedList, lockedWorkflow } from "../lock/build.ts";
import type { Lock, LockedFurtherTool, LockedList, LockedTool, LockedToolset, LockedWorkflow } from "../lock/lock.ts";

/** Where the workflows of a project lie, and the tools that go on with work. */
const workflowsPath = "src/generated/workflows.json";
const jobsPath = "src/generated/jobs.json";

/** A server as it is seen. What is absent is not known: a lock holds hashes only. */
export interface Surface {
  readonly server?: SurfaceServer;
  /** In the order in which they are listed. */
  readonly tools: readonly SurfaceTool[];
  /** Tools that call several of the others, in their order. */
  readonly workflows?: readonly SurfaceWorkflow[];
  /** Tools that go on with work that takes longer than a call. */
  readonly jobs?: readonly SurfaceTool[];
  /** Old names that still call a tool. */
  readonly aliases: readonly AliasData[];
  readonly resources?: readonly ResourceData[];
  readonly prompts?: readonly PromptData[];
  readonly egress?: readonly Egress[];
  /** What is listed of the tools, and of those of each toolset. */
  readonly list?: LockedList;
  readonly toolsets?: readonly LockedToolset[];
}

/** What a server says of itself. */
export interface SurfaceServer {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
}

/** A tool of a surface. */
export interface SurfaceTool {
  readonly name: string;
  /** Name of its API in the server. */
  readonly api: string;
  /** JSON pointer of its operation. */
  readonly pointer: string;
  readonly operationId?: string;
  /** Method and path of the operation: `GET /pets`. */
  readonly request: string;
  /** What its operation was called before: operationIds, and requests as `METHOD /path`. */
  readonly formerly?: readonly string[];
  /** Estimated tokens of its entry as `tools/list` has it, or would have it where it is found. */
  readonly tokens: number;
  /** The same in bytes of JSON; absent where only a lock is known. */
  readonly bytes?: number;
  /** Hashes of the entry; where they are absent, `detail` is present. */
  readonly hashes?: Pick<LockedTool, "description" | "input" | "output" | "hints">;
  readonly detail?: ToolDetail;
}

/** A tool that calls several others: its `operationId` is its workflowId, and no API has it. */
export interface SurfaceWorkflow extends SurfaceTool {
  /** Hash of what it calls, and of what it answers. */
  readonly steps: string;
}

/** A tool's entry in the list, and what stands behind its arguments. */
export interface ToolDetail {
  readonly listing: ToolListing;
  /** By argument, where it goes: `query limit`, `body name`. An argument that was renamed has the same place. */
  readonly places: ReadonlyMap<string, string>;
  /** Alternatives of credentials, as in `HttpPlan.security`. */
  readonly security: CallPlan["request"]["security"];
}

/** The surface of a server that was built from its documents. */
export function surfaceOfModel(model: ServerModel): Surface {
  const { name, title, version, instructions } = model.project;
  const costs = shownCostsOf(model);
  return {
    server: { name, title, version, instructions },
    tools: model.apis.flatMap((api) =>
      api.groups.flatMap((group) =>
        group.tools.map((tool) => surfaceTool(tool, api.data.name, costs.get(tool.listing.name))),
      ),
    ),
    workflows: model.workflows.map(surfaceWorkflow),
    jobs: surfaceJobTools(model.jobs),
    aliases: model.project.aliases ?? [],
    list: lockedList(model.plan),
    toolsets: model.toolsets.map((toolset) => ({ name: toolset.name, tools: toolset.tools, ...lockedList(toolset) })),
    resources: model.apis.flatMap((api) => api.resources),
    prompts: model.apis.flatMap((api) => api.prompts),
    egress: egressOf(
      model.apis.map(({ data, groups }) => ({
        destinations: destinationsOf(data),
        traffic: groups.flatMap(trafficOf),
      })),
    ),
  };
}

function surfaceTool(tool: Tool, api: string, cost: ShownCost | undefined): SurfaceTool {
  return {
    name: tool.listing.name,
    api,
    pointer: tool.call.pointer,
    ...defined({ operationId: tool.operationId }),
    request: `${tool.call.request.method} ${tool.call.request.path}`,
    ...defined({ formerly: tool.anchor?.formerly }),
    tokens: cost?.tokens ?? 0,
    ...defined({ bytes: cost?.bytes }),
    detail: toolDetail(tool.listing, tool.call),
  };
}

/** A workflow with its entry in the list. */
export function surfaceWorkflow(workflow: Pick<WorkflowData, "id" | "listing">): SurfaceWorkflow {
  return { ...lockedSurfaceWorkflow(lockedWorkflow(workflow)), detail: detailOfInputs(workflow.listing) };
}

/** A workflow as a lock remembers it. */
export function lockedSurfaceWorkflow({ steps, ...workflow }: LockedWorkflow): SurfaceWorkflow {
  return { ...furtherTool("WORKFLOW", pointerTo("/workflows", workflow.id), workflow), steps };
}

/** The tools that go on with work, with their entries in the list. */
export function surfaceJobTools(jobs: JobsData | undefined): readonly SurfaceTool[] {
  return jobEntriesOf(jobs).map(([id, listing]) => ({
    ...lockedSurfaceJobTool(lockedFurtherTool(id, listing)),
    detail: detailOfInputs(listing),
  }));
}

function lockedSurfaceJobTool(tool: LockedFurtherTool): SurfaceTool {
  return furtherTool("JOB", pointerTo("/jobs", tool.id), tool);
}

/** Of a tool that is no operation's: what it calls has a word for a method. */
function furtherTool(word: string, pointer: string, tool: LockedFurtherTool): SurfaceTool {
  const { name, id, description, input, hints, tokens } = tool;
  return {
    name,
    api: "",
    pointer,
    operationId: id,
    request: `${word} ${id}`,
    tokens,
    hashes: { description, input, hints },
  };
}

function detailOfInputs(listing: ToolListing): ToolDetail {
  const inputs = Object.keys(listing.inputSchema.properties);
  return { listing, places: new Map(inputs.map((name) => [name, `input ${name}`])), security: [] };
}

/** The tools that are no operation's, listed whatever the plan is; where they are not known, none. */
export function furtherTools({ workflows = [], jobs = [] }: Surface): readonly SurfaceTool[] {
  return [...workflows, ...jobs];
}

/** Where the calls of a group's tools go. */
export function trafficOf({ tools }: ToolGroup): readonly Traffic[] {
  return tools.map(({ call: { request } }) => request);
}

/** Whether a tool is in the list, and not found. */
export function isListed({ list }: Pick<Surface, "list">): (name: string) => boolean {
  if (list === undefined || list.mode === "all") return () => true;
  const names = new Set(list.listed);
  return (name) => names.has(name);
}

/** The surface that a lock remembers: which tools there are, and whether each is still the same. */
export function surfaceOfLock(lock: Lock): Surface {
  return {
    tools: lock.tools.map(lockedSurfaceTool),
    ...furtherToolsOfLock(lock),
    aliases: lock.aliases ?? [],
    ...listsOfLock(lock),
  };
}

/** What a lock says of lists; where it says nothing, all tools are listed. */
export function listsOfLock({ tools, list, toolsets = [] }: Lock): Required<Pick<Surface, "list" | "toolsets">> {
  const tokens = tools.reduce((sum, tool) => sum + tool.tokens, 0);
  return { list: list ?? { mode: "all", tokens, listed: [] }, toolsets };
}

/** Tools that are no operation's as a lock remembers them; one of before named none, though there may have been some. */
function furtherToolsOfLock({ workflows, jobs, files }: Lock): Pick<Surface, "workflows" | "jobs"> {
  const has = (wanted: string): boolean => files.some(({ path }) => path === wanted);
  return defined({
    workflows: workflows?.map(lockedSurfaceWorkflow) ?? (has(workflowsPath) ? undefined : []),
    jobs: jobs?.map(lockedSurfaceJobTool) ?? (has(jobsPath) ? undefined : []),
  });
}

/** A tool as a lock remembers it. */
export function lockedSurfaceTool(tool: LockedTool): SurfaceTool {
  const { name, api, pointer, operationId, request, formerly, description, input, output, hints, tokens } = tool;
  return {
    name,
    api,
    pointer,
    ...defined({ operationId }),
    request: request ?? requestOf(pointer),
    ...defined({ formerly }),
    tokens,
    hashes: { description, input, ...defined({ output }), hints },
  };
}

/** A tool's entry with what its plan says of its arguments and credentials. */
export function toolDetail(listing: ToolListing, { request }: { readonly request: SurfaceRequest }): ToolDetail {
  return { listing, places: placesOf(request), security: request.security };
}

/** The part of a plan that says where arguments go and which credentials go with them. */
export type SurfaceRequest = Pick<CallPlan["request"], "body" | "parameters" | "security">;

function placesOf({ parameters, body }: SurfaceRequest): ReadonlyMap<string, string> {
  const places = new Map(parameters.map(({ argument, in: location, name }) => [argument, `${location} ${name}`]));
  for (const { argument, name } of body?.fields ?? []) places.set(argument, `body ${name}`);
  if (body?.argument !== undefined) places.set(body.argument, "body");
  if (body?.mediaTypeArgument !== undefined) places.set(body.mediaTypeArgument, "media type of the body");
  return places;
}

/** Method and path of an operation, from its pointer. The pointer itself where it is of another kind. */
function requestOf(pointer: string): string {
  const [root, path, ...method] = pointerTokens(pointer);
  const name = method.at(-1);
  return root === "paths" && path !== undefined && name !== undefined ? `${name.toUpperCase()} ${path}` : pointer;
}
