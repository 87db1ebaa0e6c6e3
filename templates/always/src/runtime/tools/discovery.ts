/** How a server finds the tools that it does not list, where it has that part. */
import type { FindingIndex } from "../data/finding-index.js";
import type { CallPlan, PlanData } from "../data/model.js";
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
  discoveryRows(server: Discoverable): readonly CustomRow[];
}

/**
 * What is listed, and by what the rest is found; `undefined` where all is listed.
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
  if (list === "all") return undefined;
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
  const { discoveryRows } = await parts.discovery();
  return {
    isListed: (name) => names.has(name),
    rows: discoveryRows({ ...server, index: finding }),
  };
}
