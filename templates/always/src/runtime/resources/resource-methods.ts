/** The part that serves resources: GET operations by URI, what the owner adds, and the rest of large answers. */
import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { type CallOptions, faultKey, statusKey } from "../call/call.js";
import type { Custom } from "../custom.js";
import { callerOf, callOptions, protocolVersion } from "../mcp/call-options.js";
import type {
  Asked,
  ResourceCapability,
  ToolAccess,
} from "../mcp/capability.js";
import { type Completion, noCompletion } from "../mcp/completion.js";
import { invalid, notFound, refuseCursor } from "../mcp/protocol-error.js";
import type { Project } from "../data/project.js";
import type { CallResult } from "../response/result.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";
import { ResourceCompletions } from "./completion.js";
import { resourceFiles } from "./file-resource.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import { knowsLinks, ResourceLinks } from "./resource-links.js";
import {
  type Fresh,
  type ReadContents,
  readResource,
} from "./resource-read.js";
import {
  type Resource,
  resourceArguments,
  ResourceTable,
} from "./resources.js";

export function createResources(
  project: Project,
  custom: Custom,
  tools: ToolTable,
  settings: Settings,
  answers: KeptAnswers,
): ResourceCapability {
  const resources = new ResourceTable(project, custom.resources, answers);
  const links = new ResourceLinks(resources, settings.resourceLinks);
  const completions = new ResourceCompletions(tools);
  return {
    name: "resources",
    isEmpty: resources.isEmpty,
    serve(server, access) {
      const shown = (from: readonly Resource[], http: ServerContext["http"]) =>
        visibleTo(from, http, tools).map(listed);
      server.setRequestHandler("resources/list", ({ params }, { http }) => {
        refuseCursor(params?.cursor);
        return {
          resources: shown(resources.fixed, http).map(({ at, ...rest }) => ({
            uri: at,
            ...rest,
          })),
        };
      });
      server.setRequestHandler(
        "resources/templates/list",
        ({ params }, { http }) => {
          refuseCursor(params?.cursor);
          return {
            resourceTemplates: shown(resources.templates, http).map(
              ({ at, ...rest }) => ({ uriTemplate: at, ...rest }),
            ),
          };
        },
      );
      server.setRequestHandler(
        "resources/read",
        async ({ params: { uri } }, context) => {
          const version = protocolVersion(server, context);
          const outcome = await read(
            resources,
            uri,
            access,
            callOptions(context),
          );
          return {
            contents: [...outcome.contents],
            ...cacheHint(version, outcome.fresh),
          };
        },
      );
    },
    complete: (asked, access) =>
      complete(resources, completions, asked, access),
    toolOf(uri) {
      const resource = resources.find(uri)?.resource;
      return resource?.kind === "operation" ? resource.listing.tool : undefined;
    },
    files: (reader) => resourceFiles(resources, reader),
    linked: (version, tool, args, result, isShown) =>
      knowsLinks(version) ? links.linked(tool, args, result, isShown) : result,
    within: (...part) => createResources(...part, settings, answers),
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
  const { caller, signal } = options;
  const outcome = await access.ofOwner(() =>
    readResource(uri, found, {
      caller,
      signal,
      call: (tool, args) => access.call(tool, args, options),
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

/** What a client is told of a read whose tool failed. */
function failureOf(uri: string, { content, _meta }: CallResult): ProtocolError {
  const status = _meta?.[statusKey];
  if (status === 404 || status === 410) return notFound(uri);
  return new ProtocolError(
    _meta?.[faultKey] === "ArgumentError"
      ? ProtocolErrorCode.InvalidParams
      : ProtocolErrorCode.InternalError,
    content
      .flatMap((block) => (block.type === "text" ? [block.text] : []))
      .join("\n"),
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
