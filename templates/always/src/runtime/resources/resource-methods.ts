/** What is answered about resources: GET operations by URI, what the owner adds, and the rest of large answers. */
import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import {
  type CallOptions,
  faultKey,
  nextKey,
  statusKey,
} from "../call/call.js";
import { planOf } from "../call/plan.js";
import type { Custom } from "../custom.js";
import { isJsonObject, ownValue } from "../data/json-place.js";
import type { PagePlan } from "../data/model-parts.js";
import type {
  CallPlan,
  InputSchema,
  JsonObject,
  ResourceVariable,
} from "../data/model.js";
import { setNewest } from "../data/newest.js";
import type { Project } from "../data/project.js";
import {
  callerOf,
  protocolVersion,
  type Asked,
  type ToolAccess,
  type Completion,
  completionOf,
  maximumValues,
  noCompletion,
  invalid,
  notFound,
} from "../mcp/capability.js";
import type { FileCaller } from "../request/file-argument.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { CallResult } from "../response/result.js";
import type { Settings } from "../settings/settings.js";
import type { OperationRow, ToolTable } from "../tools/tool-table.js";
import {
  resourceFiles,
  type Fresh,
  type ReadContents,
  readResource,
  type Resource,
  resourceArguments,
  ResourceTable,
} from "./resources.js";
import { listIn, ResourceLinks } from "./resource-links.js";

const reading = { method: "resources/read" } as const;

export type ResourceAnswers = ReturnType<typeof resourceAnswers>;

/** What the part answers with: loaded with the first request that is about a resource. */
export function resourceAnswers(
  project: Project,
  custom: Custom,
  tools: ToolTable,
  settings: Settings,
  answers: KeptAnswers,
) {
  const resources = new ResourceTable(project, custom.resources, answers);
  const links = new ResourceLinks(resources, settings.resourceLinks);
  const completions = new ResourceCompletions(tools);
  const shown = (from: readonly Resource[], http: ServerContext["http"]) =>
    visibleTo(from, http, tools).map(listed);
  return {
    list(http: ServerContext["http"]) {
      const all = shown(resources.fixed, http);
      return {
        resources: all.map(({ at, ...rest }) => ({ uri: at, ...rest })),
      };
    },
    listTemplates(http: ServerContext["http"]) {
      const all = shown(resources.templates, http);
      return {
        resourceTemplates: all.map(({ at, ...rest }) => ({
          uriTemplate: at,
          ...rest,
        })),
      };
    },
    read: (
      uri: string,
      server: Server,
      context: ServerContext,
      access: ToolAccess,
    ) =>
      access.answer(reading, server, context, async (options) => {
        const found = await read(resources, uri, access, options);
        const version = protocolVersion(server, context);
        const hint = cacheHint(version, found.fresh);
        return { contents: [...found.contents], ...hint };
      }),
    complete: (asked: Asked, access: ToolAccess) =>
      complete(resources, completions, asked, access),
    toolOf(uri: string): string | undefined {
      const resource = resources.find(uri)?.resource;
      return resource?.kind === "operation" ? resource.listing.tool : undefined;
    },
    files: (reader: FileCaller) => resourceFiles(resources, reader),
    linked: links.linked.bind(links),
  };
}

/** Those that the caller may read. */
function visibleTo(
  resources: readonly Resource[],
  http: ServerContext["http"],
  tools: ToolTable,
): readonly Resource[] {
  if (!tools.isRestricted) return resources;
  const caller = callerOf(http);
  return resources.filter(
    ({ kind, listing }) =>
      kind === "custom" || tools.isFor(caller, listing.tool),
  );
}

function listed({ listing }: Resource) {
  const { uri, name, title, description, mimeType } = listing;
  return { at: uri, name, title, description, mimeType };
}

async function read(
  resources: ResourceTable,
  uri: string,
  access: ToolAccess,
  options: CallOptions,
): Promise<ReadContents> {
  const found = resources.find(uri);
  if (found === undefined) throw notFound(uri);
  // Code of the owner's may make several calls: a question would begin it anew, and again for the next.
  const isOwn = found.resource.kind === "custom";
  const asked = isOwn ? { ...options, asking: undefined } : options;
  const outcome = await access.ofOwner(() =>
    readResource(uri, found, {
      ...options,
      call: (tool, args) => access.call(tool, args, asked),
    }),
  );
  if (outcome.kind === "contents") return outcome;
  if (outcome.kind === "gone") throw notFound(uri);
  throw failureOf(uri, outcome.result);
}

/** How long clients may keep it: since 2026-07-28 (`server/utilities/caching`). */
function cacheHint(
  version: string | undefined,
  fresh: Fresh | undefined,
): Partial<Pick<ReadResourceResult, "ttlMs" | "cacheScope">> {
  if (fresh === undefined || version === undefined || version < "2026")
    return {};
  return { ttlMs: fresh.ms, cacheScope: fresh.isForAll ? "public" : "private" };
}

/** By the fault of a call: what is wrong with the URI, and what this caller may not read, is no failure of the server. */
function codeOf(fault: unknown): ProtocolErrorCode {
  if (fault === "ArgumentError") return ProtocolErrorCode.InvalidParams;
  return /^(?:Policy|Scope|SignIn)Error$/.test(String(fault))
    ? ProtocolErrorCode.InvalidRequest
    : ProtocolErrorCode.InternalError;
}

/** What a client is told of a read whose tool failed. */
function failureOf(uri: string, { content, _meta }: CallResult): ProtocolError {
  const status = _meta?.[statusKey];
  if (status === 404 || status === 410) return notFound(uri);
  return new ProtocolError(
    codeOf(_meta?.[faultKey]),
    content.flatMap((one) => (one.type === "text" ? one.text : [])).join("\n"),
    { uri },
  );
}

async function complete(
  resources: ResourceTable,
  completions: ResourceCompletions,
  { of, argument, typed, known, options }: Asked,
  access: ToolAccess,
): Promise<Completion> {
  const resource = resources.listed(of);
  const isShown =
    resource?.kind !== "operation" ||
    access.tools.isFor(options.caller, resource.listing.tool);
  if (resource === undefined || !isShown)
    throw invalid(`Unknown resource: ${of}`);
  if (resource.kind === "custom") return noCompletion;
  const { listing } = resource;
  const variable = listing.variables.find(({ name }) => name === argument);
  if (variable === undefined) return noCompletion;
  const values = new Map([...known].map(([key, value]) => [key, [value]]));
  return completions.complete(
    variable,
    typed,
    resourceArguments(listing, values),
    options.caller.id,
    (tool, args) => access.call(tool, args, options),
  );
}

// Completions of resource variables: from enumerated values, and from a sibling's list.

/** Values of a list, as far as it was read. */
interface ListedValues {
  readonly values: readonly string[];
  /** Whether more may follow. */
  readonly goesOn: boolean;
}

/** Calls a tool for whoever asks for the completion. */
export type ListCall = (tool: string, args: JsonObject) => Promise<CallResult>;

/** Pages of one list that are asked for. */
const mostPages = 5;
const cacheMs = 60_000;
const maximumCached = 200;

const nothing: ListedValues = { values: [], goesOn: false };

/** Completes variables of resources. Lists are kept for a minute, apart for each caller: what one may see another may not. */
export class ResourceCompletions {
  readonly #table: ToolTable;
  readonly #plan: (row: OperationRow) => Promise<Pick<CallPlan, "pages">>;
  readonly #cache = new Map<
    string,
    { readonly until: number; readonly values: Promise<ListedValues> }
  >();

  /** @param plan of the tool of a list: how that goes on */
  constructor(
    table: ToolTable,
    plan: (row: OperationRow) => Promise<Pick<CallPlan, "pages">> = planOf,
  ) {
    this.#table = table;
    this.#plan = plan;
  }

  /**
   * @param known arguments that follow from variables that the client has filled in already
   * @param caller id of whoever asks
   */
  async complete(
    variable: ResourceVariable,
    typed: string,
    known: JsonObject,
    caller: string,
    call: ListCall,
  ): Promise<Completion> {
    const { values = [], list } = variable;
    if (values.length > 0 || list === undefined)
      return completionOf(values, typed);
    const listed = await this.#listed(list, known, caller, call);
    const completion = completionOf(listed.values, typed);
    return listed.goesOn
      ? { values: completion.values, hasMore: true }
      : completion;
  }

  async #listed(
    list: NonNullable<ResourceVariable["list"]>,
    known: JsonObject,
    caller: string,
    call: ListCall,
  ): Promise<ListedValues> {
    const row = this.#table.get(list.tool);
    if (row?.kind !== "operation") return nothing;
    const schema = row.listing.inputSchema;
    const args = Object.fromEntries(
      Object.entries(known).filter(([name]) =>
        Object.hasOwn(schema.properties, name),
      ),
    );
    // A list below a parent that is not known yet cannot be asked for.
    if (schema.required?.some((name) => !Object.hasOwn(args, name)))
      return nothing;
    const key = JSON.stringify([caller, list, args]);
    const found = this.#cache.get(key);
    if (found !== undefined && found.until > performance.now())
      return found.values;
    const values = this.#plan(row).then(({ pages }) =>
      readPages(list, { ...fullPage(schema, pages), ...args }, call),
    );
    const until = performance.now() + cacheMs;
    setNewest(this.#cache, key, { until, values }, maximumCached);
    // A failure is not remembered.
    const forget = () => this.#cache.delete(key);
    values.then((found) => found.values.length === 0 && forget(), forget);
    return values;
  }
}

/** The argument for pages of as many items as are completed, or as the list allows; none where it takes no such argument. */
function fullPage(
  { properties }: InputSchema,
  { size }: Pick<PagePlan, "size"> = {},
): JsonObject {
  const schema = size === undefined ? undefined : properties[size];
  if (size === undefined || !isJsonObject(schema)) return {};
  const { type, maximum } = schema;
  if (type !== "integer" && type !== "number") return {};
  const most =
    typeof maximum === "number" ? Math.floor(maximum) : maximumValues;
  return { [size]: Math.max(1, Math.min(maximumValues, most)) };
}

/** The values of a list, page by page: each result says the arguments of the call that goes on. */
async function readPages(
  list: NonNullable<ResourceVariable["list"]>,
  first: JsonObject,
  call: ListCall,
): Promise<ListedValues> {
  const values = new Set<string>();
  let args = first;
  for (let page = 1; ; page += 1) {
    const result = await call(list.tool, args);
    // A later page that fails does not lose those before it.
    if (result.isError) return { values: [...values], goesOn: page > 1 };
    const known = values.size;
    for (const value of propertiesOf(result, list)) values.add(value);
    const next = ownValue(result._meta, nextKey);
    // A page without anything new is the last, or what it says of the next one does nothing.
    if (!isJsonObject(next) || values.size === known)
      return { values: [...values], goesOn: isJsonObject(next) && page === 1 };
    if (page === mostPages) return { values: [...values], goesOn: true };
    args = next;
  }
}

function propertiesOf(
  result: CallResult,
  { items, property }: NonNullable<ResourceVariable["list"]>,
): readonly string[] {
  return listIn(result, items)
    .map((item) => ownValue(item, property))
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map(String);
}
