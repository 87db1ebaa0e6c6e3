/**
 * What optional parts do to the tools of a server: how those are found that it does not list, who may call them, which are
 * served by themselves, and workflows as tools.
 */
import type { Policy, StepPart } from "../call/call.js";
import type { Custom, CustomTool } from "../custom.js";
import type { JsonValue } from "../data/model-parts.js";
import type {
  CallPlan,
  InputSchema,
  JobsData,
  JsonObject,
  PlanData,
  ToolListing,
  ToolsetData,
} from "../data/model.js";
import type { FindingIndex, Project, WorkflowData } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Host, Variables } from "../host.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../store/store.js";
import {
  type CondensedListing,
  type CustomRow,
  type Discovery,
  type ListedTool,
  type OperationRow,
  ToolTable,
} from "./tool-table.js";

/** What discovery reads of the server that it belongs to. */
export interface Discoverable {
  /** What a search reads, loaded at the first one. */
  index(): Promise<FindingIndex>;
  /** Every tool, listed or not. */
  tools(): ToolTable;
  plan(row: OperationRow): Promise<CallPlan>;
}

/** `finding/discovery.ts` */
export interface DiscoveryPart {
  condensedList(listings: readonly ToolListing[]): readonly CondensedListing[];
  discoveryRows(server: Discoverable): readonly CustomRow[];
}

/** `strict/strict.ts` */
export interface StrictPart {
  /** The entries of a list as OpenAI's strict mode takes them. */
  strictList(entries: readonly ListedTool[]): readonly ListedTool[];
  /** What arguments that were written by such an entry stand for. */
  givenArguments(schema: InputSchema, args: JsonObject): JsonObject;
}

/**
 * What is listed, and by what the rest is found; `undefined` where all is listed, and each tool as its
 * data has it.
 *
 * @param wanted what the environment says; default: as the project was planned
 * @throws ConfigurationError where the project was generated without discovery
 */
export async function discoveryOf(
  project: Project & {
    readonly parts?: {
      readonly discovery?: () => Promise<DiscoveryPart>;
      readonly strict?: () => Promise<StrictPart>;
    };
  },
  wanted: PlanData["list"] | undefined,
  server: Omit<Discoverable, "index">,
): Promise<Discovery | undefined> {
  const { plan, finding, parts } = project;
  const list = wanted ?? plan?.list ?? "all";
  const isFolded = plan?.folded === true && parts?.discovery !== undefined;
  const part = plan?.strict === true ? await parts?.strict?.() : undefined;
  const strict = part && {
    written: part.strictList,
    given: part.givenArguments,
  };
  if (list === "all" && !isFolded)
    return strict && { isListed: () => true, rows: [], ...strict };
  if (
    plan === undefined ||
    finding === undefined ||
    parts?.discovery === undefined
  )
    throw new ConfigurationError(
      `MCP_LIST=${list}: this server cannot find tools, so it lists all`,
      {
        hint: "Generate it with --list planned, or with --feature discovery.",
      },
    );
  const names = new Set(
    plan.listed
      .filter(({ pinned }) => list === "planned" || pinned === true)
      .map(({ name }) => name),
  );
  const { discoveryRows, condensedList } = await parts.discovery();
  const rows = discoveryRows({ ...server, index: finding });
  return {
    isListed: (name) => list === "all" || names.has(name),
    rows:
      list === "all"
        ? rows.filter(({ listing }) => listing.name === "describe_operation")
        : rows,
    ...(isFolded ? { shown: condensedList } : {}),
    ...strict,
  };
}

// What callers may do with them, where a server has the part that decides it by a policy.

export interface PolicyOptions {
  readonly project: Project;
  readonly custom: Custom;
  /** `src/generated/policy.json`; absent: there is none. */
  readonly generated?: unknown;
  readonly host: Pick<Host, "environment" | "exchange" | "readText" | "watch">;
  readonly log: Log;
  /** Where questions wait for answers. */
  readonly store: () => Store;
}

export interface PolicyParts {
  readonly policy?: () => Promise<{
    createPolicy(options: PolicyOptions): Policy;
  }>;
}

/**
 * What decides what callers may do; `undefined` where the server has no such part.
 *
 * @throws ConfigurationError for a policy that cannot be kept, and where one is set and nothing would keep it
 */
export async function policyOf(
  { policy }: PolicyParts,
  options: PolicyOptions,
): Promise<Policy | undefined> {
  if (policy !== undefined) return (await policy()).createPolicy(options);
  if (!options.host.environment["MCP_POLICY_FILE"]?.trim()) return undefined;
  throw new ConfigurationError(
    "MCP_POLICY_FILE is set, and this server was generated without the part that keeps policies.",
    {
      hint: "Generate again with `openapi-to-mcp --feature policy`, or with `features: [policy]` in openapi-to-mcp.yaml; or unset MCP_POLICY_FILE.",
    },
  );
}

// Toolsets: parts of a server that are served by themselves, where it has that part.

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

// Workflows as tools beside those of the owner, where a server has that part.

/** `workflows/workflows.ts` */
export interface WorkflowPart {
  workflowTools(
    workflows: readonly WorkflowData[],
    jsonPath?: () => Promise<JsonPathPart>,
  ): readonly CustomTool[];
}

/** What the owner adds, and the workflows of the project. */
export async function withWorkflows(
  custom: Custom,
  {
    workflows = [],
    parts,
  }: Project & {
    readonly parts?: {
      readonly workflows?: () => Promise<WorkflowPart>;
      readonly jsonpath?: () => Promise<JsonPathPart>;
    };
  },
): Promise<Custom> {
  const part = await parts?.workflows?.();
  if (part === undefined || workflows.length === 0) return custom;
  return {
    ...custom,
    tools: [
      ...part.workflowTools(workflows, parts?.jsonpath),
      ...(custom.tools ?? []),
    ],
  };
}

// What goes on with work that takes longer than a call, where a server has that part.

/** `jobs/jobs.ts` */
export interface JobsPart extends StepPart {
  /** @param storeKey what instances have in common; absent: nothing */
  jobTools(
    names: JobsData,
    variables: Variables,
    storeKey: string | undefined,
  ): readonly CustomTool[];
}

/**
 * What the owner adds, and the tools by which clients go on with work that takes long.
 *
 * @throws ConfigurationError for a key that could be guessed
 */
export async function withJobs(
  custom: Custom,
  {
    jobs,
    parts,
  }: Project & {
    readonly parts?: { readonly jobs?: () => Promise<JobsPart> };
  },
  variables: Variables,
  { storeKey }: Pick<Settings, "storeKey">,
): Promise<Custom> {
  const part = await parts?.jobs?.();
  if (part === undefined || jobs === undefined) return custom;
  const own = part.jobTools(jobs, variables, storeKey?.reveal());
  return { ...custom, tools: [...own, ...(custom.tools ?? [])] };
}

// What JSONPath (RFC 9535) is for a server that has that part: `jsonpath/jsonpath.ts`.

/** What a query finds in a value. */
export interface Query {
  /** Whether it can find one thing at most (RFC 9535 §2.3.5.1). */
  readonly isSingular: boolean;
  /** @throws where it costs too much */
  (value: JsonValue): readonly Found[];
}

/** A result: its value, and the keys and indexes that lead to it. */
export interface Found {
  readonly value: JsonValue;
  readonly location: readonly (string | number)[];
}

/** Reads a query. @throws where it is none, or costs too much */
export type JsonPath = (text: string) => Query;

/** The part, which loads its library when it is first asked for. */
export interface JsonPathPart {
  loadJsonPath(): Promise<JsonPath>;
}
