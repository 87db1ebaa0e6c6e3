import { defaultBaseUrl } from "../../templates/always/src/runtime/upstream/server-url.ts";
import type { Api, Operation } from "../api/model.ts";
import type { JsonObject } from "../base/json.ts";
import type { Report } from "../base/diagnostics.ts";
import { defined } from "../base/defined.ts";
import { shortHash } from "../base/hash.ts";
import { plainText } from "../base/plain-text.ts";
import { visible } from "../base/visible.ts";
import { type NamedOperation, buildAliases, fixNames } from "./curation/alias.ts";
import {
  type AnchorableApi,
  type Anchors,
  type FormerSurface,
  anchorOperations,
  formerApiNames,
  moveOf,
} from "./curation/anchor.ts";
import { chosenNames, decideTools } from "./curation/curate.ts";
import type { CurationChecks } from "./curation/curate-argument.ts";
import { ownPrompts } from "./curation/curate-prompt.ts";
import type { Curation, Selection, ToolsetWish } from "./curation/curation.ts";
import type { Decision } from "./curation/decision.ts";
import { scopeDecisions } from "./curation/scope-table.ts";
import { buildWithinExtent, withTools } from "./extent.ts";
import { shorten } from "./text/condense.ts";
import { groupByTag, groupedOrder } from "./group.ts";
import { ToolInputs } from "./input/input.ts";
import { instructionsOf } from "./text/instructions.ts";
import {
  type Selected,
  documentDecisions,
  leftOutOperations,
  schemasOf,
  withoutLeftOut,
  withoutWriting,
} from "./curation/left-out.ts";
import type { ServerApi, ServerModel } from "./model.ts";
import { prefixOfApi } from "./names/environment-prefix.ts";
import { EnvironmentNames, Names, fileNameWish, fileNames } from "./names/names.ts";
import { words } from "./names/words.ts";
import { listedOutput, resultSchema } from "./listed/output.ts";
import { buildPrompts } from "./prompt.ts";
import { type CapabilityOptions, withPrompts, withWanted } from "./capabilities.ts";
import type { BuiltTool } from "./built-tool.ts";
import { buildResources } from "./resource.ts";
import { examplesOf } from "./examples.ts";
import { type ListOptions, listPlanOf } from "./plan/list-plan.ts";
import { buildJobs } from "./job/build.ts";
import { buildWorkflows } from "./workflow/build.ts";
import type { WorkflowWish } from "./curation/workflow.ts";
import { callablesOf } from "./workflow/operation-of.ts";
import { listedBesides } from "./plan/served-list.ts";
import { toolsetPlansOf } from "./plan/toolset-plan.ts";
import { usageOfTools } from "./plan/usage.ts";
import { securityData, serverGroups } from "./security.ts";
import { reportSuspicious } from "./text/suspicious.ts";
import { type ToolName, allocateToolNames } from "./names/tool-name.ts";
import { buildTool } from "./tool.ts";
import { noCheck } from "./curation/value-check.ts";

export interface ServerOptions extends CapabilityOptions {
  /** Name of the server, by default that of its first API. */
  readonly name?: string | undefined;
  /** Which operations become tools; default all. */
  readonly selection?: Selection;
  /** What the owner decides about tools; default nothing. */
  readonly curation?: Curation;
  /** The tools of the project as it is: names stay as they are there. Default: there is no project yet. */
  readonly lock?: FormerSurface;
  /** Makes the names anew that nobody chose; those of before can be called for a while. Default `false`. */
  readonly renameTools?: boolean | undefined;
  /** How much of the tools is listed; default: all while they fit, else those that matter most. */
  readonly list?: ListOptions;
  /** Parts of the server that are served by themselves, too; default none. */
  readonly toolsets?: readonly ToolsetWish[];
  /** What calls several operations, one after another; default nothing. */
  readonly workflowWishes?: readonly WorkflowWish[];
  /** The day of this run, `YYYY-MM-DD`: how long old names can be called counts from it. Without it they have no end. */
  readonly today?: string | undefined;
}

/** An API with the place that its findings are reported to. */
export interface ApiInput {
  readonly api: Api;
  /** Where its document is, as an absolute path or URL: workflows may name it by that. */
  readonly address?: string | undefined;
  /** What the owner calls the API; default: after its title or its file. */
  readonly name?: string | undefined;
  readonly report: Report;
}

/** An API with its name and what its tools are made with. */
interface NamedApi extends ApiInput {
  readonly name: string;
  readonly inputs: ToolInputs;
}

/** What of an API becomes tools, with their names. */
interface SelectedApi extends NamedApi, Selected {
  readonly tools: readonly ToolName[];
}

/** Output schemas are listed while all of them together stay below this, in characters of JSON. */
const outputSchemaBudget = 100_000;
/** Where faults of the owner's entries go, and what their values are checked with. */
const unchecked = { tell: (): void => {}, valueCheck: noCheck };

/**
 * The MCP server for one or more APIs: every name allocated, every operation a tool.
 *
 * @param checks of what the owner decides; default: values are not checked, and nobody is told of faults
 */
export function buildServer(
  inputs: readonly ApiInput[],
  options: ServerOptions = {},
  checks: CurationChecks = unchecked,
): ServerModel {
  const former = options.lock ?? { tools: [] };
  const apiNames = fileNames();
  const formerApis = new Set(former.tools.map(({ api }) => api));
  const kept = formerApiNames(
    inputs.map((input) => (input.name === undefined ? apiNameWish(input, formerApis) : undefined)),
    former.tools,
  );
  const named = inputs.map((input, index): NamedApi => ({
    ...input,
    name: apiNames.allocate(kept[index] ?? apiNameWish(input, formerApis)),
    inputs: new ToolInputs(),
  }));
  const anchors = anchorOperations(named.map(anchorable), former.tools);
  const { selection, curation } = options;
  const all = inputs.flatMap(({ api }) => api.operations);
  const decisions = decideTools(
    named.map(({ name, api: { operations } }) => ({ name, operations })),
    curation,
    scopeDecisions(all, curation?.scopes ?? [], documentDecisions(all), checks.tell),
    former,
    anchors,
    checks.tell,
  );
  const prefixOf = ({ name }: NamedApi): string | undefined => (named.length > 1 ? name : undefined);
  const without = leftOutOperations(all, decisions, selection, checks.tell);
  const chosen = chosenNames(decisions, anchors, without, checks.tell, (operation, finding) =>
    inputs.find(({ api }) => api.operations.includes(operation))?.report(finding),
  );
  const { fixed, names } = fixNames(anchors, former, chosen, options.renameTools === true);
  const selected = named.map((input) => {
    const rest = withoutLeftOut(input.api, without, selection);
    const tools = allocateToolNames(rest.api.operations, prefixOf(input), names, fixed);
    return { ...input, ...withoutWriting(tools, rest, decisions, selection) };
  });
  const operations = selected.flatMap(({ report, tools }) => tools.map((tool) => ({ ...tool, report })));
  for (const entry of operations) reportMove(entry, anchors);
  const plain = selected
    .map((input) =>
      buildServerApi(input, prefixOf(input), {
        anchors,
        decisions,
        checks,
        variables: prefixOfApi(input.name, former),
      }),
    )
    .map((api) => withWanted(api, options));
  const { apis, ...jobs } = buildJobs(plain, selected, options.jobs, names, checks.tell);
  const aliases = buildAliases(withTools(operations, apis), anchors, former, curation?.aliases, options.today);
  const list = { ...options.list, ...defined({ usage: usageOfTools(options.list?.usage, aliases) }) };
  const workflows = buildWorkflows(options.workflowWishes ?? [], callablesOf(selected, apis), names, checks);
  const plan = listPlanOf(apis, list, listedBesides({ workflows, ...jobs }));
  const prompts = ownPrompts(curation?.prompts ?? [], checks.tell);
  const first = inputs[0]?.api;
  const served = withPrompts(apis, prompts);
  const name = (words(options.name ?? apis[0]?.data.name ?? "api").join("-") || "api").slice(0, 60).replace(/-$/, "");
  const title = shorten(apis.map(({ data }) => data.title).join(", "), 200) || name;
  const whole = { title, apis: served, operations, ownPrompts: new Set(prompts.map((prompt) => prompt.name)) };
  return {
    project: {
      name,
      title,
      version: shorten(plainText(first?.version ?? "0.0.0"), 60),
      instructions: instructionsOf(apis, plan),
      apis: apis.map(({ data }) => data.name),
      ...(aliases.length === 0 ? {} : { aliases }),
    },
    packageName: name.endsWith("mcp") ? name : `${name}-mcp`,
    apis: served,
    plan,
    toolsets: toolsetPlansOf(options.toolsets ?? [], { ...whole, workflows, ...jobs }, list, checks.tell),
    workflows,
    ...jobs,
  };
}

/** Stems that say what a file is, not which API it describes. */
const genericStems = new Set(
  "openapi swagger api apis spec specification schema schemas index root main bundle bundled document doc docs api_docs api_definition v1 v2 v3 v4 json yaml openapi_v3 swagger_v2".split(
    " ",
  ),
);

/** Characters of a name that is made of a title, in whole words. */
const titleLength = 30;

/**
 * An API is called as its title is, without what every title says; where nothing is left, as its file is. A project that
 * is called as its file is stays so.
 *
 * @param known names of the APIs of the project as it is
 */
function apiNameWish({ api, name }: ApiInput, known: ReadonlySet<string>): string {
  if (name !== undefined) return fileNameWish(name, "api");
  const stem = fileNameWish((api.stem ?? "").replace(/\.(?:openapi|swagger)$/i, ""), "");
  const fromFile = genericStems.has(stem) ? "" : stem;
  if (known.has(fromFile)) return fromFile;
  const general =
    /\b(?:the|apis?|open ?api|swagger|specification|definition|documentation|reference|rest(?:ful)?)\b|\bv?\d+(?:\.[\dx]+)*\b/gi;
  let wish = "";
  for (const word of words(plainText(api.title).replace(general, " "))) {
    const longer = wish === "" ? word : `${wish}_${word}`;
    if (longer.length > titleLength) break;
    wish = longer;
  }
  return fileNameWish(wish, fromFile || "api");
}

/** What an API's operations look like to a client, made once for each that is asked about. */
function anchorable({ api, name, inputs }: NamedApi): AnchorableApi {
  const known = new Map<Operation, ReturnType<AnchorableApi["hashesOf"]>>();
  return {
    name,
    operations: api.operations,
    hashesOf(operation) {
      const found = known.get(operation);
      if (found !== undefined) return found;
      const output = listedOutput(resultSchema(operation));
      const hashes = {
        input: shortHash(inputs.plain(operation).listed),
        output: output === undefined ? undefined : shortHash(output),
      };
      known.set(operation, hashes);
      return hashes;
    },
  };
}

function reportMove({ operation, name, report }: NamedOperation, anchors: Anchors): void {
  const tool = anchors.tools.get(operation);
  const move = tool === undefined ? undefined : moveOf(operation, tool);
  if (move === undefined) return;
  const guess = anchors.guessed.has(operation) ? ", by its likeness" : "";
  report({ code: "moved-operation", pointer: operation.pointer, message: `The tool ${name} ${move}${guess}` });
}

/** What became of operations, and what the owner decides about them. */
interface Decisions {
  readonly anchors: Anchors;
  readonly decisions: ReadonlyMap<Operation, Decision>;
  readonly checks: CurationChecks;
}

function buildServerApi(
  { api, name, inputs, report, tools, leftOut }: SelectedApi,
  prefix: string | undefined,
  { anchors, decisions, checks, variables }: Decisions & { readonly variables: string },
): ServerApi {
  const environment = new EnvironmentNames(variables);
  const servers = serverGroups(api, environment);
  const securitySchemes = securityData(api, environment);
  const typeNames = new Names(120, [...api.schemas.definitions.keys()]);
  const { built, skipped } = buildWithinExtent(tools, report, (toolName) =>
    buildTool(toolName, {
      server: servers.idOf(toolName.operation.servers),
      former: anchors.tools.get(toolName.operation),
      typeNames,
      inputs,
      report,
      decision: decisions.get(toolName.operation),
      checks,
    }),
  );
  const listed = withOutputSchemas(built);
  const { groups, data } = groupByTag(api, listed);
  const open = servers.groups.find((group) => group.servers.every((server) => defaultBaseUrl(server) === undefined));
  if (open !== undefined) {
    const given = open.servers[0]?.url;
    report({
      code: "relative-server",
      pointer: "/servers",
      message: `The document names no base URL that requests can go to${given === undefined ? "" : `, only ${visible(given)}`}`,
    });
  }
  reportSuspicious(api, report);
  return {
    data: {
      name,
      title: plainText(api.title) || name,
      version: shorten(plainText(api.version), 60),
      environmentPrefix: environment.prefix,
      serverGroups: servers.groups,
      securitySchemes,
      groups: data,
      ...policiesOf(built),
    },
    groups,
    schemas: leftOut.length === 0 ? api.schemas.definitions : schemasOf(built, api.schemas.definitions),
    resources: buildResources(
      groupedOrder(groups, listed),
      name.replaceAll("_", "-").replace(/^(?=[^a-z])/, "api-"),
      checks.tell,
    ),
    prompts: buildPrompts(
      name,
      data.flatMap(({ tag }) => (tag === undefined ? [] : [tag])),
      prefix === undefined ? "" : `${prefix}_`,
    ),
    examples: examplesOf(built),
    skipped: [...api.skipped, ...skipped],
    ...(leftOut.length === 0 ? {} : { leftOut }),
  };
}

/** The owner's limits by tool, in the order of their names. */
function policiesOf(built: readonly BuiltTool[]): Pick<ServerApi["data"], "policies"> {
  const entries = built.flatMap(({ tool, policy }) =>
    policy === undefined ? [] : [[tool.listing.name, policy] as const],
  );
  if (entries.length === 0) return {};
  return { policies: Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))) };
}

/** Lists the output schemas, unless all of them together would weigh down the list. */
function withOutputSchemas(built: readonly BuiltTool[]): readonly BuiltTool[] {
  const schemas: (JsonObject | undefined)[] = [];
  let spent = 0;
  for (const { result } of built) {
    const schema = listedOutput(result);
    spent += JSON.stringify(schema ?? {}).length;
    if (spent > outputSchemaBudget) return built;
    schemas.push(schema);
  }
  return built.map((entry, index) => {
    const outputSchema = schemas[index];
    if (outputSchema === undefined) return entry;
    const { annotations, ...texts } = entry.tool.listing;
    return { ...entry, tool: { ...entry.tool, listing: { ...texts, outputSchema, annotations } } };
  });
}
