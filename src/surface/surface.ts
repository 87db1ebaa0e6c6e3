/** What a model and its client see of a server: the same shape for a document, an emitted project and a lock. */
import { pointerTokens } from "../json.ts";
import type { CallPlan, PromptData, ResourceData, ServerModel, Tool, ToolListing } from "../mcp/model.ts";
import { toolTokens } from "./cost.ts";
import { type Egress, egressOf, type Traffic } from "./egress.ts";
import type { Lock, LockedTool } from "./lock.ts";

/** A server as it is seen. What is absent is not known: a lock holds hashes only. */
export interface Surface {
  readonly server?: SurfaceServer;
  /** In the order in which they are listed. */
  readonly tools: readonly SurfaceTool[];
  readonly aliases: readonly SurfaceAlias[];
  readonly resources?: readonly ResourceData[];
  readonly prompts?: readonly PromptData[];
  readonly egress?: readonly Egress[];
}

/** What a server says of itself. */
export interface SurfaceServer {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
}

/** An old name that still calls a tool. */
export interface SurfaceAlias {
  readonly name: string;
  readonly tool: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string;
}

export interface SurfaceTool {
  readonly name: string;
  /** Name of its API in the server. */
  readonly api: string;
  /** JSON pointer of its operation. */
  readonly pointer: string;
  readonly operationId?: string;
  /** Estimated tokens of its entry in `tools/list`. */
  readonly tokens: number;
  /** Hashes of the entry; where they are absent, `detail` is present. */
  readonly hashes?: Pick<LockedTool, "description" | "input" | "output" | "hints">;
  readonly detail?: ToolDetail;
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
  return {
    server: { name, title, version, instructions },
    tools: model.apis.flatMap((api) =>
      api.groups.flatMap((group) => group.tools.map((tool) => surfaceTool(tool, api.data.name))),
    ),
    aliases: [],
    resources: model.apis.flatMap((api) => api.resources),
    prompts: model.apis.flatMap((api) => api.prompts),
    egress: egressOf(model.apis.map(({ data, groups }) => ({ data, traffic: trafficOf(groups) }))),
  };
}

function surfaceTool(tool: Tool, api: string): SurfaceTool {
  return {
    name: tool.listing.name,
    api,
    pointer: tool.call.pointer,
    ...(tool.operationId === undefined ? {} : { operationId: tool.operationId }),
    tokens: toolTokens(tool.listing),
    detail: toolDetail(tool.listing, tool.call),
  };
}

function trafficOf(groups: ServerModel["apis"][number]["groups"]): readonly Traffic[] {
  return groups.flatMap(({ tools }) => tools.map(({ call: { request } }) => request));
}

/** The surface that a lock remembers: which tools there are, and whether each is still the same. */
export function surfaceOfLock(lock: Lock): Surface {
  return { tools: lock.tools.map(lockedSurfaceTool), aliases: [] };
}

/** A tool as a lock remembers it. */
export function lockedSurfaceTool(tool: LockedTool): SurfaceTool {
  const { name, api, pointer, operationId, description, input, output, hints, tokens } = tool;
  return {
    name,
    api,
    pointer,
    ...(operationId === undefined ? {} : { operationId }),
    tokens,
    hashes: { description, input, ...(output === undefined ? {} : { output }), hints },
  };
}

/** A tool's entry with what its plan says of its arguments and credentials. */
export function toolDetail(listing: ToolListing, call: Pick<CallPlan, "request">): ToolDetail {
  return { listing, places: placesOf(call.request), security: call.request.security };
}

function placesOf({ parameters, body }: CallPlan["request"]): ReadonlyMap<string, string> {
  const places = new Map(parameters.map(({ argument, in: location, name }) => [argument, `${location} ${name}`]));
  for (const { argument, name } of body?.fields ?? []) places.set(argument, `body ${name}`);
  if (body?.argument !== undefined) places.set(body.argument, "body");
  if (body?.mediaTypeArgument !== undefined) places.set(body.mediaTypeArgument, "media type of the body");
  return places;
}

/** Method and path of an operation, from its pointer: `GET /pets`. The pointer itself where it is of another kind. */
export function requestOf(pointer: string): string {
  const [root, path, ...method] = pointerTokens(pointer);
  const name = method.at(-1);
  return root === "paths" && path !== undefined && name !== undefined ? `${name.toUpperCase()} ${path}` : pointer;
}
