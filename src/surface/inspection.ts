/** What a server offers, what it costs, what its schemas lose and whom it talks to, as one value. */
import { defined } from "../base/defined.ts";
import type { ListCost, ListPlan, Loss, ServerModel, Tool, ToolListing } from "../mcp/model.ts";
import type { Egress } from "./egress.ts";
import { entryCost, toolTokens } from "../mcp/cost.ts";
import { besidesIn, costOfList, listedBesides, shownCostsOf, sumOfCosts } from "../mcp/plan/served-list.ts";
import { type Surface, type SurfaceServer, furtherTools, isListed, surfaceOfModel } from "./surface.ts";
import { count } from "./text-report.ts";

/** What there is to know of a server. Its shape is stable: new fields may come, none goes within a major version. */
export interface Inspection {
  readonly server: SurfaceServer;
  /** `documents`: of what the server is made; `files`: of a project alone, so that losses and skipped operations are not known. */
  readonly source: "documents" | "files";
  /** In the order in which they are listed. */
  readonly tools: readonly InspectedTool[];
  /** Old names that can still be called. */
  readonly aliases: Surface["aliases"];
  readonly resources: readonly { readonly uri: string; readonly template: boolean; readonly tool: string }[];
  readonly prompts: readonly { readonly name: string; readonly arguments: readonly string[] }[];
  /** Operations without a tool: faulty ones, and those that were left out. */
  readonly skipped: readonly { readonly request: string; readonly pointer: string; readonly reason: string }[];
  readonly cost: Cost;
  /** Which tools are listed, and why; absent where only the files of a project are at hand. */
  readonly plan?: ListPlan;
  /** Parts of it that are served by themselves, too; absent where there are none, or only files are at hand. */
  readonly toolsets?: readonly InspectedToolset[];
  /** Tools that call several operations; absent likewise. */
  readonly workflows?: readonly InspectedWorkflow[];
  readonly losses: {
    readonly kinds: readonly { readonly kind: Loss["kind"]; readonly count: number; readonly tools: number }[];
    readonly tools: readonly { readonly tool: string; readonly losses: readonly Loss[] }[];
  };
  readonly egress: readonly Egress[];
}

/** A toolset in the table. */
export interface InspectedToolset {
  readonly name: string;
  /** Names of the tools that it holds. */
  readonly tools: readonly string[];
  /** What it lists, discovery with it. */
  readonly list: Pick<ListPlan, "mode"> & ListPlan["cost"];
}

/** A workflow, and the tools that it calls. */
export interface InspectedWorkflow {
  readonly name: string;
  readonly calls: readonly string[];
  readonly tokens: number;
}

/** The workflows of a server. */
export function workflowsOf({ workflows }: ServerModel): readonly InspectedWorkflow[] {
  return workflows.map(({ listing, steps }) => ({
    name: listing.name,
    calls: steps.map((step) => ("tool" in step ? step.tool : step.call.workflow)),
    tokens: toolTokens(listing),
  }));
}

/** The toolsets of a server, with what each lists. */
export function toolsetsOf({ toolsets }: ServerModel): readonly InspectedToolset[] {
  return toolsets.map(({ name, tools, mode, cost }) => ({ name, tools, list: { mode, ...cost } }));
}

/** A tool in the table. */
export interface InspectedTool {
  readonly name: string;
  readonly title: string;
  readonly api: string;
  /** Tag that it is grouped by. */
  readonly tag?: string;
  /** Method and path. */
  readonly request: string;
  readonly pointer: string;
  readonly operationId?: string;
  readonly hints: ToolListing["annotations"];
  /** Whether the list has it; else it is found. */
  readonly listed: boolean;
  /** Estimated tokens of its entry as the list has it, or would have it, and the same in bytes of JSON. */
  readonly tokens: number;
  readonly bytes: number;
  /** How many things its listed schema cannot say. */
  readonly losses: number;
}

/** What `tools/list` costs, as clients get it: tools that are found and not listed cost nothing. */
export interface Cost extends ListCost {
  /** By tag, the most expensive first. */
  readonly tags: readonly CostOf[];
  /** Tools that are of no tag: those that find the others, workflows, and those that go on with work. */
  readonly besides: ListCost;
  /** What is left of the list with `--read-only`. */
  readonly readOnly: CostOf;
  /** What an owner can do about it: sentences without a full stop. */
  readonly advice: readonly string[];
}

/** The cost of a part of the tools. */
export interface CostOf extends ListCost {
  /** Tag, empty for tools without one. */
  readonly tag: string;
  /** How many of its tools the list has; the others cost nothing. */
  readonly listed: number;
}

/** Beyond this models choose worse, and some clients cut the list. */
const manyTools = 40;
/** Beyond this several clients take none of them, or refuse the request. */
const tooManyTools = 128;
/** A tenth of what a larger model can hold in mind; each conversation pays it before the first question. */
const manyTokens = 20_000;

/** The inspection of a server that was built from its documents. */
export function inspectModel(model: ServerModel): Inspection {
  const surface = surfaceOfModel(model);
  const built = new Map(model.apis.flatMap(({ groups }) => groups.flatMap(({ tools }) => tools.map(entryOf))));
  const tags = new Map(
    model.apis.flatMap(({ data, groups }) =>
      groups.flatMap(({ tools }, index) =>
        tools.map((tool) => [tool.listing.name, data.groups[index]?.tag ?? ""] as const),
      ),
    ),
  );
  const inspection = inspectSurface(surface, tags, built);
  const skipped = model.apis.flatMap((api) =>
    [...api.skipped, ...(api.leftOut ?? [])].map(({ method, path, pointer, reason }) => ({
      request: `${method} ${path}`,
      pointer,
      reason,
    })),
  );
  return {
    ...inspection,
    source: "documents",
    skipped,
    cost: costOfModel(model),
    plan: model.plan,
    ...(model.toolsets.length === 0 ? {} : { toolsets: toolsetsOf(model) }),
    ...(model.workflows.length === 0 ? {} : { workflows: workflowsOf(model) }),
  };
}

function entryOf(tool: Tool): readonly [string, Tool] {
  return [tool.listing.name, tool];
}

/**
 * The inspection of a surface that was read from a project.
 *
 * @param tags of the tools, by name
 * @param built the tools, where they were built rather than read
 */
export function inspectSurface(
  surface: Surface,
  tags: ReadonlyMap<string, string>,
  built: ReadonlyMap<string, Tool> = new Map(),
): Inspection {
  const inList = isListed(surface);
  const tools = surface.tools.flatMap(
    ({ name, api, request, pointer, operationId, tokens, bytes, detail }): InspectedTool[] => {
      if (detail === undefined) return [];
      const { listing } = detail;
      const tag = tags.get(name) ?? "";
      return [
        {
          name,
          title: listing.title,
          api,
          ...(tag === "" ? {} : { tag }),
          request,
          pointer,
          ...defined({ operationId }),
          hints: listing.annotations,
          listed: inList(name),
          tokens,
          bytes: bytes ?? entryCost(listing).bytes,
          losses: built.get(name)?.losses.length ?? 0,
        },
      ];
    },
  );
  return {
    server: surface.server ?? { name: "", title: "", version: "", instructions: "" },
    source: "files",
    tools,
    aliases: surface.aliases,
    resources: (surface.resources ?? []).map(({ uri, template, tool }) => ({ uri, template, tool })),
    prompts: (surface.prompts ?? []).map((prompt) => ({
      name: prompt.name,
      arguments: prompt.arguments.map(({ name, required }) => (required ? name : `${name}?`)),
    })),
    skipped: [],
    cost: costOf(
      tools,
      costOfList(surface.list === undefined ? [] : besidesIn(surface.list, furtherListings(surface))),
    ),
    losses: lossesOf([...built.values()]),
    egress: surface.egress ?? [],
  };
}

/** What the list of a server costs. */
export function costOfModel(model: ServerModel): Cost {
  const costs = shownCostsOf(model);
  const weighed = model.apis.flatMap(({ data, groups }) =>
    groups.flatMap(({ tools }, index) =>
      tools.map(({ listing }): Weighed => {
        const { tokens = 0, bytes = 0, isListed: listed = false } = costs.get(listing.name) ?? {};
        return { tag: data.groups[index]?.tag ?? "", hints: listing.annotations, listed, tokens, bytes };
      }),
    ),
  );
  return costOf(weighed, besidesOf(model));
}

/** Entries of tools that are of no operation. */
function furtherListings(surface: Surface): readonly ToolListing[] {
  return furtherTools(surface).flatMap(({ detail }) => detail?.listing ?? []);
}

function besidesOf({ plan, ...others }: Pick<ServerModel, "plan" | "workflows" | "jobs">): ListCost {
  return costOfList(besidesIn(plan, listedBesides(others)));
}

type Weighed = Pick<InspectedTool, "tag" | "hints" | "listed" | "tokens" | "bytes">;

function costOf(tools: readonly Weighed[], besides: ListCost): Cost {
  const byTag = new Map<string, Weighed[]>();
  for (const tool of tools) {
    const tag = tool.tag ?? "";
    const known = byTag.get(tag);
    if (known === undefined) byTag.set(tag, [tool]);
    else known.push(tool);
  }
  const tags = [...byTag].map(([tag, members]) => total(tag, members));
  tags.sort((one, other) => other.tokens - one.tokens || (one.tag < other.tag ? -1 : 1));
  const inList = tools.filter(({ listed }) => listed);
  const listed = sumOfCosts(inList);
  const whole = {
    tools: listed.tools + besides.tools,
    tokens: listed.tokens + besides.tokens,
    bytes: listed.bytes + besides.bytes,
  };
  const readOnly = total(
    "",
    inList.filter(({ hints }) => hints.readOnlyHint),
  );
  return { ...whole, tags, besides, readOnly, advice: adviceOn(whole, tags, readOnly) };
}

function total(tag: string, tools: readonly Weighed[]): CostOf {
  const inList = tools.filter(({ listed }) => listed);
  return { tag, ...sumOfCosts(inList), tools: tools.length, listed: inList.length };
}

/** In words of ours alone: a command that is pasted holds no text of a document. */
function adviceOn(
  { tools, tokens }: Pick<CostOf, "tools" | "tokens">,
  tags: readonly CostOf[],
  readOnly: CostOf,
): readonly string[] {
  if (tools <= manyTools && tokens <= manyTokens) return [];
  const fitting = tags.filter((tag) => tag.tag !== "" && tag.tools <= manyTools && tag.tokens <= manyTokens);
  return [
    ...(tools > tooManyTools
      ? [
          `${count(tools)} tools are more than many clients take (${tooManyTools} at most, some ${manyTools} to 80): select those that are needed`,
        ]
      : tools > manyTools
        ? [
            `${tools} tools are more than some clients take (${manyTools} to 80), and models choose worse among so many: select those that are needed`,
          ]
        : []),
    ...(tokens > manyTokens
      ? [
          `About ${count(tokens)} tokens are taken from a model's context before its first question${tools > manyTools ? "" : ": select what is needed"}`,
        ]
      : []),
    ...(fitting.length === 0 || tags.length < 2
      ? ["--include and --exclude take path:GLOB, operation:GLOB, method:NAME and deprecated"]
      : [
          `--include tag:NAME leaves the tools of a tag, and can be given several times; ${fitting.length} of ${tags.length} tags are small enough`,
        ]),
    ...(readOnly.tools < tools && readOnly.tools > 0
      ? [`--read-only leaves ${count(readOnly.tools)} tools, about ${count(readOnly.tokens)} tokens`]
      : []),
  ];
}

function lossesOf(tools: readonly Tool[]): Inspection["losses"] {
  const losing = tools.filter(({ losses }) => losses.length > 0);
  const kinds = new Map<Loss["kind"], { count: number; tools: number }>();
  for (const { losses } of losing) {
    for (const kind of new Set(losses.map((loss) => loss.kind))) {
      const known = kinds.get(kind) ?? { count: 0, tools: 0 };
      const found = losses.filter((loss) => loss.kind === kind).length;
      kinds.set(kind, { count: known.count + found, tools: known.tools + 1 });
    }
  }
  return {
    kinds: [...kinds]
      .map(([kind, counts]) => ({ kind, ...counts }))
      .sort((one, other) => other.count - one.count || (one.kind < other.kind ? -1 : 1)),
    tools: losing.map(({ listing, losses }) => ({ tool: listing.name, losses })),
  };
}
