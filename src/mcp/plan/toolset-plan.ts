/** Toolsets: parts of a server that are served by themselves, each with a plan of what it lists. */
import { defined } from "../../base/defined.ts";
import { legibleText } from "../../base/plain-text.ts";
import { visible } from "../../base/visible.ts";
import type { Operation } from "../../api/model.ts";
import type { ToolsetWish } from "../curation/curation.ts";
import { type Tell, diagnosticOf } from "../curation/decision.ts";
import { deselected } from "../curation/select.ts";
import type { JobsData, ServerApi, ServerModel, ToolsetPlan, WorkflowData } from "../model.ts";
import { shorten } from "../text/condense.ts";
import { instructionsOf } from "../text/instructions.ts";
import { type ListOptions, listPlanOf } from "./list-plan.ts";
import { toolsOfWorkflow } from "../workflow/calls.ts";
import { listedBesides, toolsOf } from "./served-list.ts";

/** What there is to choose from. */
export interface Whole {
  readonly title: string;
  readonly apis: readonly ServerApi[];
  /** The operations that are tools, with their names. */
  readonly operations: readonly { readonly operation: Operation; readonly name: string }[];
  /** Names of prompts that the owner wrote: every toolset has them. */
  readonly ownPrompts: ReadonlySet<string>;
  /** A toolset has those that call nothing else than what it holds. */
  readonly workflows: readonly WorkflowData[];
  /** A toolset has them where it holds what starts work. */
  readonly jobs?: JobsData;
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** Characters of a toolset's description in its instructions. */
const longestDescription = 600;

/**
 * The toolsets of a server, in the order of the configuration.
 *
 * @param options how much of the server is listed
 * @param tell told of names that cannot stand in a URL, of selectors that fit no tool, and of toolsets that hold none
 */
export function toolsetPlansOf(
  wishes: readonly ToolsetWish[],
  whole: Whole,
  options: ListOptions,
  tell: Tell,
): readonly ToolsetPlan[] {
  return wishes.flatMap((wish) => {
    const { name, place } = wish;
    if (!namePattern.test(name)) {
      const needs = "takes a-z, 0-9 and - between them, at most 40, since it stands in a URL";
      tell(diagnosticOf("invalid-toolset", place, `The toolset "${visible(name)}" ${needs}`));
      return [];
    }
    const tools = heldTools(wish, whole, tell);
    if (tools.size > 0) return [planOf(wish, whole, tools, options)];
    tell(diagnosticOf("empty-toolset", place, `The toolset "${name}" holds no tool`));
    return [];
  });
}

/** The names of the tools that a toolset holds. */
function heldTools({ include, exclude, readOnly }: ToolsetWish, { apis, operations }: Whole, tell: Tell): Set<string> {
  const built = new Map(toolsOf(apis).map((tool) => [tool.listing.name, tool]));
  const there = operations.filter(({ name }) => built.has(name));
  const without = deselected(
    there.map(({ operation }) => operation),
    { include, exclude, readOnly: false },
    tell,
  );
  const held = there.filter(
    ({ operation, name }) =>
      !without.has(operation) && (!readOnly || built.get(name)?.listing.annotations.readOnlyHint === true),
  );
  return new Set(held.map(({ name }) => name));
}

function planOf(wish: ToolsetWish, whole: Whole, tools: ReadonlySet<string>, options: ListOptions): ToolsetPlan {
  const { name, description = "", list, custom } = wish;
  const apis = apisWithin(whole.apis, tools, whole.ownPrompts);
  const workflows = whole.workflows.filter((workflow) =>
    toolsOfWorkflow(workflow, whole.workflows).every((tool) => tools.has(tool)),
  );
  const startsWork = toolsOf(apis).some(({ call }) => call.job !== undefined);
  const besides = listedBesides({ workflows, ...(startsWork ? defined({ jobs: whole.jobs }) : {}) });
  const plan = listPlanOf(apis, { ...options, mode: "auto", ...list }, besides);
  const purpose = shorten(legibleText(description), longestDescription);
  return {
    ...plan,
    name,
    title: shorten(`${whole.title}: ${name}`, 200),
    instructions: [purpose, instructionsOf(apis, plan)].filter((text) => text !== "").join(" "),
    tools: toolsOf(apis).map(({ listing }) => listing.name),
    prompts: apis.flatMap(({ prompts }) => prompts.map((prompt) => prompt.name)),
    custom: [...custom, ...besides.map((listing) => listing.name)],
  };
}

/** The APIs as far as some tools go; prompts that speak of an API's tools stay where it has some. */
function apisWithin(
  apis: readonly ServerApi[],
  tools: ReadonlySet<string>,
  keptPrompts: ReadonlySet<string>,
): readonly ServerApi[] {
  return apis.map((api) => {
    const groups = api.groups
      .map((group) => ({ ...group, tools: group.tools.filter(({ listing }) => tools.has(listing.name)) }))
      .filter((group) => group.tools.length > 0);
    const files = new Set(groups.map(({ file }) => file));
    return {
      ...api,
      data: { ...api.data, groups: api.data.groups.filter(({ file }) => files.has(file)) },
      groups,
      resources: api.resources.filter(({ tool }) => tools.has(tool)),
      prompts: api.prompts.filter((prompt) => groups.length > 0 || keptPrompts.has(prompt.name)),
    };
  });
}

/** The server as its clients see it by a toolset. */
export function withinToolset(
  model: ServerModel,
  { name, title, instructions, tools, prompts, custom, ...plan }: ToolsetPlan,
): ServerModel {
  const names = new Set(tools);
  const besides = new Set(custom);
  const { aliases, ...project } = model.project;
  const { jobs, ...rest } = model;
  const left = (aliases ?? []).filter(({ tool }) => names.has(tool));
  return {
    ...rest,
    ...(jobs !== undefined && besides.has(jobs.check.name) ? { jobs } : {}),
    project: {
      ...project,
      name: `${project.name}-${name}`,
      title,
      instructions,
      ...(left.length === 0 ? {} : { aliases: left }),
    },
    apis: apisWithin(model.apis, names, new Set(prompts)).map((api) => ({ ...api, skipped: [], leftOut: [] })),
    plan,
    toolsets: [],
    workflows: model.workflows.filter(({ listing }) => besides.has(listing.name)),
  };
}
