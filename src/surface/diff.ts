/** What a model will see differently: two surfaces compared, with a verdict and what else to think of. */
import { visible } from "../base/visible.ts";
import {
  type Difference,
  type Severity,
  type Subject,
  type Verdict,
  difference,
  isWording,
  verdictOf,
} from "./difference.ts";
import { compareLists } from "./list-difference.ts";
import { type Pairs, pairTools } from "./pair.ts";
import { compareEgress, comparePrompts, compareResources, compareServers } from "./server-difference.ts";
import { type Surface, type SurfaceTool, type SurfaceWorkflow, furtherTools, isListed } from "./surface.ts";
import { compareTools } from "./tool-difference.ts";

/** The difference of two surfaces. Its shape is stable: new fields may come, none goes within a major version. */
export interface SurfaceDiff {
  readonly verdict: Verdict;
  /** The most severe first; of one severity in the order of the new server's list. */
  readonly differences: readonly Difference[];
  readonly cost: CostDifference;
  /** What breaks outside of the server: sentences for the owner. */
  readonly warnings: readonly string[];
  /** `hashes` where one side is a lock: then what changed within a tool is not known. */
  readonly detail: "full" | "hashes";
}

/** Estimated tokens of `tools/list`, which may have a part of the tools only. */
export interface CostDifference {
  readonly before: number;
  readonly after: number;
  /** Tools that cost something else; 0 where there is no such tool, or where it is found and not listed. */
  readonly tools: readonly { readonly name: string; readonly before: number; readonly after: number }[];
}

const severities: readonly Severity[] = ["major", "minor", "patch"];

/** Compares two surfaces. */
export function compareSurfaces(before: Surface, after: Surface): SurfaceDiff {
  const operations = pairTools(before.tools, after.tools);
  const workflows = pairKnown(before.workflows, after.workflows);
  const jobs = pairKnown(before.jobs, after.jobs);
  const matched = {
    pairs: [...operations.pairs, ...workflows.pairs, ...jobs.pairs],
    removed: [...operations.removed, ...workflows.removed, ...jobs.removed],
    added: [...operations.added, ...workflows.added, ...jobs.added],
  };
  const names = new Map(matched.pairs.map(({ before: old, after: fresh }) => [old.name, fresh.name]));
  const tools = [...toolDifferences(matched, before, after), ...stepDifferences(workflows)];
  const required = new Map(after.tools.map(({ name, detail }) => [name, detail?.listing.inputSchema.required ?? []]));
  const resources = compareResources(
    before.resources,
    after.resources,
    (tool) => names.get(tool) ?? tool,
    (tool, argument) => required.get(tool)?.includes(argument) === true,
  );
  const isSameCount = operations.added.length === 0 && operations.removed.length === 0;
  const all = [
    ...compareServers(before.server, after.server, isSameCount ? "same" : "other"),
    ...tools,
    ...aliasDifferences(before, after),
    ...withoutEchoes(resources, tools),
    ...comparePrompts(before.prompts, after.prompts),
    ...compareEgress(before.egress, after.egress),
    ...compareLists(before, after, operations),
  ];
  return {
    verdict: verdictOf(all),
    differences: severities.flatMap((severity) => all.filter((item) => item.severity === severity)),
    cost: costDifference(matched, before, after),
    warnings: [...warningsOf(matched, before, after), ...warningsOfLists(all)],
    detail: before.server === undefined || after.server === undefined ? "hashes" : "full",
  };
}

/** Which tool is which; nothing where one side does not know its own. */
function pairKnown<Tool extends SurfaceTool>(
  before: readonly Tool[] | undefined,
  after: readonly Tool[] | undefined,
): Pairs<Tool> {
  return before === undefined || after === undefined ? { pairs: [], removed: [], added: [] } : pairTools(before, after);
}

/** What is called otherwise, though it is listed as it was. */
function stepDifferences({ pairs }: Pairs<SurfaceWorkflow>): readonly Difference[] {
  return pairs
    .filter(({ before, after }) => before.steps !== after.steps)
    .map(({ after: { name } }) =>
      difference("workflow-changed", { kind: "tool", name }, "calls other operations, or calls them in another way"),
    );
}

function allTools(surface: Surface): readonly SurfaceTool[] {
  return [...surface.tools, ...furtherTools(surface)];
}

/** Resources have the texts of their tools: what is told of the tool need not be told again. */
function withoutEchoes(resources: readonly Difference[], tools: readonly Difference[]): readonly Difference[] {
  const texts = ({ at, before, after }: Difference): string => JSON.stringify([at, before, after]);
  const wordings = new Set(tools.filter(({ kind }) => isWording(kind)).map(texts));
  return resources.filter((item) => !isWording(item.kind) || !wordings.has(texts(item)));
}

/** Tools whose calls come by those of discovery from now on, named in a warning. */
const mostNamed = 5;

function warningsOfLists(all: readonly Difference[]): readonly string[] {
  const found = [...new Set(all.filter(({ kind }) => kind === "tool-found").map(({ subject }) => subject.name))];
  if (found.length === 0) return [];
  const more = found.length > mostNamed ? `, and ${found.length - mostNamed} more` : "";
  const named = found.slice(0, mostNamed).map((name) => `"${visible(name)}"`);
  return [
    `Allow and deny lists on ${named.join(", ")}${more} do not see calls that come by call_read_operation and call_write_operation; "listed: true" in the configuration keeps a tool listed`,
  ];
}

function toolDifferences({ pairs, removed, added }: Pairs, before: Surface, after: Surface): readonly Difference[] {
  const subject = (name: string): Subject => ({ kind: "tool", name });
  const [old, fresh] = [before, after].map(allTools) as [readonly SurfaceTool[], readonly SurfaceTool[]];
  const formerly = new Map(old.map((tool) => [tool.name, tool]));
  const partners = new Map<SurfaceTool, SurfaceTool>(pairs.map((pair) => [pair.after, pair.before]));
  const requests = new Map(old.map((tool) => [`${tool.api} ${tool.request}`, tool]));
  /** A name that another operation had, or an operation that another tool called: in both ways a call does something else. */
  const replaced = (tool: SurfaceTool): readonly Difference[] => {
    const partner = partners.get(tool);
    const others = [formerly.get(tool.name), partner && requests.get(`${partner.api} ${tool.request}`)];
    return others.some((other) => other !== undefined && other !== partner)
      ? [difference("tool-replaced", subject(tool.name), "is the name of another operation than before")]
      : [];
  };
  const order = new Map(fresh.map((tool, index) => [tool, index]));
  const present = [
    ...added.map((tool) => ({ tool, former: undefined })),
    ...pairs.map((pair) => ({ tool: pair.after, former: pair.before })),
  ].sort((a, b) => (order.get(a.tool) ?? 0) - (order.get(b.tool) ?? 0));
  return [
    ...removed.map(({ name }) => difference("tool-removed", subject(name), "is no tool any more")),
    ...present.flatMap(({ tool, former }) =>
      former === undefined
        ? [difference("tool-added", subject(tool.name), "is a new tool"), ...replaced(tool)]
        : [...renaming(former, tool, after), ...replaced(tool), ...compareTools(former, tool)],
    ),
  ];
}

function renaming(before: SurfaceTool, after: SurfaceTool, surface: Surface): readonly Difference[] {
  if (before.name === after.name) return [];
  const alias = surface.aliases.find(({ name, tool }) => name === before.name && tool === after.name);
  const text = `is the new name of "${visible(before.name)}"${alias === undefined ? "" : `, which still works${alias.until === undefined ? "" : ` until ${visible(alias.until)}`}`}`;
  const kind = alias === undefined ? "tool-renamed" : "tool-renamed-with-alias";
  return [difference(kind, { kind: "tool", name: after.name }, text, { before: before.name, after: after.name })];
}

/** Aliases that come without a renaming, and those that go. */
function aliasDifferences(before: Surface, after: Surface): readonly Difference[] {
  const listed = new Set([...allTools(before), ...allTools(after)].map(({ name }) => name));
  const has = ({ aliases }: Surface, wanted: string): boolean => aliases.some(({ name }) => name === wanted);
  const subject = (name: string): Subject => ({ kind: "tool", name });
  return [
    ...before.aliases
      .filter(({ name }) => !has(after, name) && !listed.has(name))
      .map(({ name, tool }) =>
        difference("alias-removed", subject(tool), `is not called by its old name "${visible(name)}" any more`, {
          before: name,
        }),
      ),
    ...after.aliases
      .filter(({ name }) => !has(before, name) && !listed.has(name))
      .map(({ name, tool }) =>
        difference("alias-added", subject(tool), `can be called "${visible(name)}" too`, { after: name }),
      ),
  ];
}

function costDifference({ pairs, removed, added }: Pairs, before: Surface, after: Surface): CostDifference {
  const total = ({ tools, list }: Surface): number =>
    list?.tokens ?? tools.reduce((sum, { tokens }) => sum + tokens, 0);
  const costIn = (side: Surface): ((tool: SurfaceTool) => number) => {
    const listed = isListed(side);
    const always = new Set(furtherTools(side));
    return (tool) => (always.has(tool) || listed(tool.name) ? tool.tokens : 0);
  };
  const [costBefore, costAfter] = [costIn(before), costIn(after)];
  const tools = [
    ...removed.map((tool) => ({ name: tool.name, before: costBefore(tool), after: 0 })),
    ...pairs.map((pair) => ({
      name: pair.after.name,
      before: costBefore(pair.before),
      after: costAfter(pair.after),
    })),
    ...added.map((tool) => ({ name: tool.name, before: 0, after: costAfter(tool) })),
  ];
  return { before: total(before), after: total(after), tools: tools.filter((tool) => tool.before !== tool.after) };
}

/** Permission lists of clients name tools, alone or behind the server's name; what they no longer name, they miss. */
function warningsOf({ pairs, removed }: Pairs, before: Surface, after: Surface): readonly string[] {
  const server = visible(after.server?.name ?? before.server?.name ?? "<server>");
  const forms = (name: string): string => `"${visible(name)}" or "mcp__${server}__${visible(name)}"`;
  const listed = new Set(allTools(after).map(({ name }) => name));
  const still = (name: string): string => (listed.has(name) ? "; the name stands for another operation now" : "");
  return [
    ...pairs
      .filter((pair) => pair.before.name !== pair.after.name)
      .map(
        (pair) =>
          `Allow and deny lists that name ${forms(pair.before.name)} do not match this tool any more: write "${visible(pair.after.name)}"${still(pair.before.name)}`,
      ),
    ...removed.map(
      ({ name }) =>
        `Allow and deny lists that name ${forms(name)} match nothing any more: remove the entry${still(name)}`,
    ),
    ...(before.server !== undefined && after.server !== undefined && before.server.name !== after.server.name
      ? [
          `Allow and deny lists with names of the form "mcp__${visible(before.server.name)}__…" do not match any more: the server is called "${server}"`,
        ]
      : []),
  ];
}
