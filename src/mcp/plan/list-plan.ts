/**
 * Which tools a server lists. Models choose worse the more they are shown, and clients load only so many: an API that is
 * too large is listed in part, and the rest is found. Made of the document and of what the owner says, without a model,
 * the same each time.
 */
import { discoveryTools } from "../../../templates/always/src/runtime/finding/discovery-tools.ts";
import { defined } from "../../base/defined.ts";
import { toolTokens } from "../cost.ts";
import type { ListCost, ListMode, ListPlan, PlannedTool, ServerApi, ToolListing } from "../model.ts";
import { type TargetName, capsOf, targets } from "./targets.ts";
import { rankedTools } from "./rank.ts";
import { type ListForm, besidesIn, costOfList, servedList, shownAlone, toolsOf } from "./served-list.ts";

/** How much is listed; what is absent stays as it is by default. */
export interface ListOptions {
  /**
   * `all`: every tool. `planned`: discovery, and the tools that matter most. `discovery`: nothing but discovery and what
   * the owner wants to see listed. `auto`: all while they fit, else planned. Default `auto`.
   */
  readonly mode?: ListMode | "auto";
  /** For which client the list is made: what `auto` takes for too much. Default `portable`, which every client loads. */
  readonly target?: TargetName;
  /** Estimated tokens that `tools/list` may cost; default: as the target has it, 20,000. */
  readonly budget?: number;
  /** Tools that are listed at most, discovery among them; default: as the target has it, 40 for every known client. */
  readonly maxTools?: number;
  /**
   * Whether the essence of each tool is listed, and `describe_operation` shows the rest, where all of them whole would
   * cost more than the budget. Default `true`.
   */
  readonly fold?: boolean;
  /** By tool, how often it was called. */
  readonly usage?: ReadonlyMap<string, number>;
}

/** What is listed where nobody says for whom: what every client loads. */
export const portableCaps = capsOf("portable");

/**
 * The plan of a server's list.
 *
 * @param besides tools that are listed whatever the plan is, and count towards its limits; default none
 */
export function listPlanOf(
  apis: readonly ServerApi[],
  options: ListOptions = {},
  besides: readonly ToolListing[] = [],
): ListPlan {
  const { target, mode = "auto", fold = true } = options;
  const limits = { ...capsOf(target), ...defined({ budget: options.budget, maxTools: options.maxTools }) };
  const strict = targets[target ?? "portable"].strict !== undefined;
  const tools = toolsOf(apis);
  const whole = costOfList(tools.map(({ listing }) => shownAlone(listing, { mode: "all", strict })));
  const taken = costOfList(besidesIn({ mode: "all", strict }, besides));
  const folded = fold && whole.tokens + taken.tokens > limits.budget;
  const costOf = (plan: ListForm & Pick<ListPlan, "listed">): ListCost => costOfList(servedList(apis, plan, besides));
  // That there are too many tools is seen without the form of each.
  const mayHoldAll = tools.length <= limits.maxTools && tools.every(({ pinned }) => pinned?.value !== false);
  if (mode === "all" || (mode === "auto" && mayHoldAll)) {
    const form = { mode: "all", folded, strict, listed: [] } as const;
    const cost = costOf(form);
    if (mode === "all" || isWithin(cost, limits)) return { ...form, cost, whole };
  }
  const form = { mode: mode === "discovery" ? mode : "planned", folded, strict } as const;
  const listed = hotTools(
    apis,
    form,
    mode === "discovery" ? { budget: 0, maxTools: 0 } : limits,
    options.usage,
    besides,
  );
  return { ...form, listed, cost: costOf({ ...form, listed }), whole };
}

function isWithin({ tools, tokens }: ListCost, { budget, maxTools }: Caps): boolean {
  return tools <= maxTools && tokens <= budget;
}

/** What the tools of discovery cost. */
export const discoveryTokens: number = costOfList(discoveryTools).tokens;

type Caps = Required<Pick<ListOptions, "budget" | "maxTools">>;

/** The tools to list besides those of discovery, in the order of the list; what the owner pins is always there. */
function hotTools(
  apis: readonly ServerApi[],
  form: ListForm,
  { budget, maxTools }: Caps,
  usage: ListOptions["usage"],
  besides: readonly ToolListing[],
): readonly PlannedTool[] {
  const chosen = new Map<string, Omit<PlannedTool, "name">>();
  let { tokens, tools: count } = costOfList(besidesIn(form, besides));
  for (const { tool, why } of rankedTools(apis, usage)) {
    const isPinned = tool.pinned?.value === true;
    if (!isPinned && count + 1 > maxTools) continue;
    const cost = toolTokens(shownAlone(tool.listing, form));
    if (!isPinned && tokens + cost > budget) continue;
    chosen.set(tool.listing.name, { why, ...defined({ pinned: isPinned ? (true as const) : undefined }) });
    tokens += cost;
    count += 1;
  }
  return toolsOf(apis).flatMap(({ listing: { name } }) => {
    const entry = chosen.get(name);
    return entry === undefined ? [] : [{ name, ...entry }];
  });
}
