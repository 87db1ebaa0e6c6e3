/** How a server finds the tools that it does not list, where it has that part. */
import type { FindingIndex } from "../data/finding-index.js";
import type { CallPlan, PlanData, ToolListing } from "../data/model.js";
import type { CondensedListing } from "../data/listed-tool.js";
import { ConfigurationError } from "../errors.js";
import type { Project } from "../data/project.js";
import type {
  CustomRow,
  Discovery,
  OperationRow,
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

/**
 * What is listed, and by what the rest is found; `undefined` where all is listed, and each tool whole.
 *
 * @param wanted what the environment says; default: as the project was planned
 * @throws ConfigurationError where the project was generated without discovery
 */
export async function discoveryOf(
  project: Project & {
    readonly parts?: { readonly discovery?: () => Promise<DiscoveryPart> };
  },
  wanted: PlanData["list"] | undefined,
  server: Omit<Discoverable, "index">,
): Promise<Discovery | undefined> {
  const { plan, finding, parts } = project;
  const list = wanted ?? plan?.list ?? "all";
  const isFolded = plan?.folded === true && parts?.discovery !== undefined;
  if (list === "all" && !isFolded) return undefined;
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
  };
}
