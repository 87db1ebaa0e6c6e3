/**
 * Which tools a server lists. Models choose worse the more they are shown, and clients load only so many: an API that is
 * too large is listed in part, and the rest is found. Made of the document and of what the owner says, without a model,
 * the same each time.
 */
import { discoveryTools } from "../../../templates/always/src/runtime/finding/discovery-tools.ts";
import { defined } from "../../base/defined.ts";
import { toolTokens } from "../cost.ts";
import type { ListMode, ListPlan, PlannedTool, ServerApi, Tool } from "../model.ts";
import { rankedTools } from "./rank.ts";

/** How much is listed; what is absent stays as it is by default. */
export interface ListOptions {
  /**
   * `all`: every tool. `planned`: discovery, and the tools that matter most. `discovery`: nothing but discovery and what
   * the owner wants to see listed. `auto`: all while they fit, else planned. Default `auto`.
   */
  readonly mode?: ListMode | "auto";
  /** Estimated tokens that `tools/list` may cost; default 20,000. */
  readonly budget?: number;
  /** Tools that are listed at most, discovery among them; default 40, which every known client loads. */
  readonly maxTools?: number;
  /** By tool, how often it was called. */
  readonly usage?: ReadonlyMap<string, number>;
}

/** What clients load without cutting: the fewest tools of those that say a number, and a fifth of a small context. */
export const portableCaps = { budget: 20_000, maxTools: 40 } as const;

/** The plan of a server's list. */
export function listPlanOf(apis: readonly ServerApi[], options: ListOptions = {}): ListPlan {
  const { budget = portableCaps.budget, maxTools = portableCaps.maxTools, mode = "auto" } = options;
  const tools = apis.flatMap(({ groups }) => groups.flatMap((group) => group.tools));
  const whole = { tools: tools.length, tokens: tokensOfAll(tools) };
  const hidden = tools.filter(({ pinned }) => pinned?.value === false);
  const isAll =
    mode === "all" || (mode === "auto" && hidden.length === 0 && whole.tools <= maxTools && whole.tokens <= budget);
  if (isAll) return { mode: "all", listed: [], cost: whole, whole };
  const listed = hotTools(
    apis,
    mode === "discovery" ? { budget: 0, maxTools: 0 } : { budget, maxTools },
    options.usage,
  );
  const names = new Set(listed.map(({ name }) => name));
  const shown = tools.filter(({ listing }) => names.has(listing.name));
  return {
    mode: mode === "discovery" ? "discovery" : "planned",
    listed,
    cost: {
      tools: shown.length + discoveryTools.length,
      tokens: tokensOfAll(shown) + discoveryTokens,
    },
    whole,
  };
}

/** What the tools of discovery cost. */
export const discoveryTokens: number = discoveryTools.reduce((sum, listing) => sum + toolTokens(listing), 0);

/** The tools to list besides those of discovery, in the order of the list; what the owner pins is always there. */
function hotTools(
  apis: readonly ServerApi[],
  { budget, maxTools }: Required<Pick<ListOptions, "budget" | "maxTools">>,
  usage: ListOptions["usage"],
): readonly PlannedTool[] {
  const chosen = new Map<string, Omit<PlannedTool, "name">>();
  let tokens = discoveryTokens;
  let count = discoveryTools.length;
  for (const { tool, why } of rankedTools(apis, usage)) {
    const cost = toolTokens(tool.listing);
    const isPinned = tool.pinned?.value === true;
    if (!isPinned && (count + 1 > maxTools || tokens + cost > budget)) continue;
    chosen.set(tool.listing.name, { why, ...defined({ pinned: isPinned ? (true as const) : undefined }) });
    tokens += cost;
    count += 1;
  }
  return apis
    .flatMap(({ groups }) => groups.flatMap(({ tools }) => tools))
    .flatMap(({ listing: { name } }) => {
      const entry = chosen.get(name);
      return entry === undefined ? [] : [{ name, ...entry }];
    });
}

function tokensOfAll(tools: readonly Tool[]): number {
  return tools.reduce((sum, { listing }) => sum + toolTokens(listing), 0);
}
