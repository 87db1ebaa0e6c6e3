/** The part that serves resources. What answers for them is loaded with the first request that is about one. */
import type { Custom } from "../custom.js";
import { Late } from "../data/late.js";
import type { Project } from "../data/project.js";
import { refuseCursor, type ResourceCapability } from "../mcp/capability.js";
import type { KeptAnswers } from "../response/kept-answers.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";

export function createResources(
  project: Project,
  custom: Custom,
  tools: ToolTable,
  settings: Settings,
  kept: () => Promise<KeptAnswers>,
): ResourceCapability {
  const answers = new Late(async () => {
    const { resourceAnswers } = await import("./resource-methods.js");
    return resourceAnswers(project, custom, tools, settings, await kept());
  });
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
          return (await answers.get()).list(http);
        },
      );
      server.setRequestHandler(
        "resources/templates/list",
        async ({ params }, { http }) => {
          refuseCursor(params?.cursor);
          return (await answers.get()).listTemplates(http);
        },
      );
      server.setRequestHandler(
        "resources/read",
        async ({ params: { uri } }, context) =>
          (await answers.get()).read(uri, server, context, access),
      );
    },
    complete: async (...asked) => (await answers.get()).complete(...asked),
    toolOf: async (uri) => (await answers.get()).toolOf(uri),
    files: (reader) => async (uri) => (await answers.get()).files(reader)(uri),
    linked: async (version, tool, args, result, isShown) =>
      knowsLinks(version)
        ? (await answers.get()).linked(tool, args, result, isShown)
        : result,
    within: (...part) => createResources(...part, settings, kept),
  };
}

/** Whether clients of a revision of MCP know links. Revisions are dates. */
export function knowsLinks(protocolVersion: string | undefined): boolean {
  return protocolVersion !== undefined && protocolVersion >= "2025-06-18";
}
