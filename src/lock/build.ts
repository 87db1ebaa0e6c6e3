/** The lock of a project that is being made. */
import { defined } from "../base/defined.ts";
import { sha256, shortHash } from "../base/hash.ts";
import { costOfList, jobEntriesOf, type ShownCost, shownCostsOf } from "../mcp/plan/served-list.ts";
import type { ListPlan, ServerModel, Tool, ToolListing, WorkflowData } from "../mcp/model.ts";
import {
  type Lock,
  type LockedFile,
  type LockedFurtherTool,
  type LockedList,
  type LockedTemplate,
  type LockedTool,
  type LockedWorkflow,
  lockPath,
} from "./lock.ts";

/** A file of the project, as far as the lock is concerned. */
interface LockableFile {
  readonly path: string;
  readonly text: string;
  readonly owner: "generator" | "user";
}

/**
 * The lock of a project.
 *
 * @param files all of its files but the lock itself
 * @param parts optional parts that the server has, where its files do not tell
 * @param former the lock before: files of the user's that it has were written then, and are not written now
 */
export function buildLock(
  model: ServerModel,
  files: readonly LockableFile[],
  generatorVersion: string,
  templates: readonly LockedTemplate[] = [],
  former?: Pick<Lock, "userFiles" | "written">,
  parts?: readonly string[],
): Lock {
  const written = writtenFiles(files, former);
  const costs = shownCostsOf(model);
  return {
    lockVersion: 1,
    generator: generatorVersion,
    tools: model.apis.flatMap((api) =>
      api.groups.flatMap((group) => group.tools.map((tool) => lockedTool(tool, api.data.name, costs))),
    ),
    ...(model.workflows.length === 0 ? {} : { workflows: model.workflows.map(lockedWorkflow) }),
    ...(model.jobs === undefined ? {} : { jobs: jobEntriesOf(model.jobs).map((entry) => lockedFurtherTool(...entry)) }),
    ...defined({ aliases: model.project.aliases }),
    ...(model.plan.mode === "all" && !model.plan.folded && !model.plan.strict ? {} : { list: lockedList(model.plan) }),
    ...(model.toolsets.length === 0
      ? {}
      : {
          toolsets: model.toolsets.map((toolset) => ({
            name: toolset.name,
            tools: toolset.tools,
            ...lockedList(toolset),
          })),
        }),
    prefixes: model.apis
      .map(({ data }) => ({ api: data.name, prefix: data.environmentPrefix }))
      .sort((one, other) => (one.api < other.api ? -1 : 1)),
    files: files
      .filter((file) => file.owner === "generator" && file.path !== lockPath)
      .map((file) => ({ path: file.path, sha256: sha256(file.text) }))
      .sort(byPath),
    userFiles: files
      .filter((file) => file.owner === "user")
      .map((file) => file.path)
      .sort(),
    ...(written.length === 0 ? {} : { written }),
    ...(templates.length === 0 ? {} : { templates }),
    ...defined({ parts }),
  };
}

/** A list as the lock remembers it. */
export function lockedList({ mode, folded, strict, cost, listed }: ListPlan): LockedList {
  return {
    mode,
    ...(folded ? { folded } : {}),
    ...(strict ? { strict } : {}),
    tokens: cost.tokens,
    listed: listed.map(({ name }) => name),
  };
}

function writtenFiles(
  files: readonly LockableFile[],
  former: Pick<Lock, "userFiles" | "written"> | undefined,
): readonly LockedFile[] {
  const before = new Set(former?.userFiles);
  const formerFiles = new Map(former?.written?.map((file) => [file.path, file]));
  return files
    .filter(({ owner }) => owner === "user")
    .flatMap(({ path, text }) => (before.has(path) ? (formerFiles.get(path) ?? []) : { path, sha256: sha256(text) }))
    .sort(byPath);
}

function lockedTool(tool: Tool, api: string, costs: ReadonlyMap<string, ShownCost>): LockedTool {
  const { listing } = tool;
  return {
    name: listing.name,
    api,
    pointer: tool.call.pointer,
    ...defined({ operationId: tool.operationId }),
    ...tool.anchor,
    ...listingHashes(listing),
    tokens: costs.get(listing.name)?.tokens ?? 0,
  };
}

/** A workflow as the lock knows it. */
export function lockedWorkflow({ id, listing, ...rest }: Pick<WorkflowData, "id" | "listing">): LockedWorkflow {
  const { tokens, ...entry } = lockedFurtherTool(id, listing);
  return { ...entry, steps: shortHash(rest), tokens };
}

/** A tool that is no operation's as the lock knows it. */
export function lockedFurtherTool(id: string, listing: ToolListing): LockedFurtherTool {
  const { description, input, hints } = listingHashes(listing);
  return { name: listing.name, id, description, input, hints, tokens: costOfList([listing]).tokens };
}

/** The hashes by which the lock knows an entry of `tools/list`. */
export function listingHashes(listing: ToolListing): Pick<LockedTool, "description" | "input" | "output" | "hints"> {
  return {
    description: shortHash([listing.title, listing.description]),
    input: shortHash(listing.inputSchema),
    ...(listing.outputSchema === undefined ? {} : { output: shortHash(listing.outputSchema) }),
    hints: shortHash(listing.annotations),
  };
}

function byPath(a: LockedFile, b: LockedFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
