/** The part that serves resources. What answers for them is loaded with the first request that is about one. */
import type { Custom } from "../custom.js";
import type { Project } from "../data/project.js";
import { refuseCursor, type ResourceCapability } from "../mcp/capability.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";
import type { ResourceAnswers } from "./resource-methods.js";

export function createResources(
  project: Project,
  custom: Custom,
  tools: ToolTable,
  settings: Settings,
  kept: () => Promise<KeptAnswers>,
): ResourceCapability {
  let loaded: Promise<ResourceAnswers> | undefined;
  const load = async () => {
    const { resourceAnswers } = await import("./resource-methods.js");
    return resourceAnswers(project, custom, tools, settings, await kept());
  };
  const answers = () => (loaded ??= load());
  const own = custom.resources ?? [];
  return {
    name: "resources",
    isEmpty:
      own.length === 0 &&
      project.apis.every(({ resources }) => resources.length === 0),
    serve(server, access) {
      server.setRequestHandler(
        "resources/list",
        async ({ params }, { http }) => {
          refuseCursor(params?.cursor);
          return (await answers()).list(http);
        },
      );
      server.setRequestHandler(
        "resources/templates/list",
        async ({ params }, { http }) => {
          refuseCursor(params?.cursor);
          return (await answers()).listTemplates(http);
        },
      );
      server.setRequestHandler(
        "resources/read",
        async ({ params: { uri } }, context) =>
          (await answers()).read(uri, server, context, access),
      );
    },
    complete: async (...asked) => (await answers()).complete(...asked),
    toolOf: async (uri) => (await answers()).toolOf(uri),
    files: (reader) => async (uri) => (await answers()).files(reader)(uri),
    linked: async (version, tool, args, result, isShown) =>
      knowsLinks(version)
        ? (await answers()).linked(tool, args, result, isShown)
        : result,
    within: (...part) => createResources(...part, settings, kept),
  };
}

/** Whether clients of a revision of MCP know links. Revisions are dates. */
export function knowsLinks(protocolVersion: string | undefined): boolean {
  return protocolVersion !== undefined && protocolVersion >= "2025-06-18";
}
