/** How a server finds the tools that it does not list, where it has that part. */
import type { FindingIndex } from "../data/finding-index.js";
import type {
  CallPlan,
  InputSchema,
  JsonObject,
  PlanData,
  ToolListing,
} from "../data/model.js";
import type {
  CondensedListing,
  ListedTool,
  CustomRow,
  Discovery,
  OperationRow,
  ToolTable,
} from "./tool-table.js";
import { ConfigurationError } from "../errors.js";
import type { Project } from "../data/project.js";

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
