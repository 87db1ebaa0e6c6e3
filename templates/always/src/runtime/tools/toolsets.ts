/** Toolsets: parts of a server that are served by themselves, where it has that part. */
import type { Custom } from "../custom.js";
import type { ToolsetData } from "../data/model.js";
import type { Project } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Settings } from "../settings/settings.js";
import {
  type Discoverable,
  discoveryOf,
  type DiscoveryPart,
} from "./discovery.js";
import { ToolTable } from "./tool-table.js";

/** A server as far as a toolset holds it. */
export interface Slice {
  readonly name: string;
  readonly project: Project;
  readonly custom: Custom;
  readonly tools: ToolTable;
}

/** `toolsets/slice.ts` */
export interface ToolsetPart {
  sliceOf(
    project: Project,
    custom: Custom,
    toolset: ToolsetData,
  ): Pick<Slice, "project" | "custom">;
}

/** A project with the parts that its toolsets are made by. */
export type ProjectWithToolsets = Project & {
  readonly parts?: {
    readonly discovery?: () => Promise<DiscoveryPart>;
    readonly toolsets?: () => Promise<ToolsetPart>;
  };
};

/**
 * The toolsets of a server, each with its own table of tools.
 *
 * @param tools of the whole server
 * @throws ConfigurationError where the one that is asked for is none of them
 */
export async function toolsetsOf(
  project: ProjectWithToolsets,
  custom: Custom,
  tools: ToolTable,
  settings: Pick<Settings, "list" | "toolset">,
  plan: Discoverable["plan"],
): Promise<readonly Slice[]> {
  const part = await project.parts?.toolsets?.();
  const all = part === undefined ? [] : (project.plan?.toolsets ?? []);
  const { toolset: wanted, list } = settings;
  if (wanted !== undefined && !all.some(({ name }) => name === wanted))
    throw unknownToolset(wanted, all);
  const served =
    wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  return Promise.all(
    served.flatMap((toolset) =>
      part === undefined
        ? []
        : sliced(
            part.sliceOf(project, custom, toolset),
            toolset.name,
            tools,
            list,
            plan,
          ),
    ),
  );
}

async function sliced(
  { project, custom }: Pick<Slice, "custom"> & { project: ProjectWithToolsets },
  name: string,
  whole: ToolTable,
  list: Settings["list"],
  plan: Discoverable["plan"],
): Promise<Slice> {
  const discovery = await discoveryOf(project, list, {
    tools: () => tools,
    plan,
  });
  const tools: ToolTable = new ToolTable(
    project,
    custom,
    undefined,
    discovery,
    whole,
    whole.gateOf(name),
  );
  return { name, project, custom, tools };
}

function unknownToolset(
  name: string,
  all: readonly ToolsetData[],
): ConfigurationError {
  return new ConfigurationError(`There is no toolset "${name}"`, {
    hint:
      all.length === 0
        ? "This server has none: name them under `toolsets` in openapi-to-mcp.yaml and generate it again."
        : `There ${all.length === 1 ? "is" : "are"} ${all.map((toolset) => toolset.name).join(", ")}.`,
  });
}
