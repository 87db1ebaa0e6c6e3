/** Everything that one process serves, made once, and the factory of its MCP servers. */
import type { Owner } from "../call/call.js";
import { createToolCalls } from "../call/run.js";
import { ResourceCompletions } from "../resources/completion.js";
import { KeptAnswers } from "../resources/kept-answers.js";
import type { Log } from "../log.js";
import { TableServer } from "./mcp-server.js";
import type { Project } from "../node/project-data.js";
import { PromptTable } from "../prompts/prompt-table.js";
import { ResourceLinks } from "../resources/resource-links.js";
import { ResourceTable } from "../resources/resources.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";

export interface Service {
  /** Makes the server of one connection, or of one HTTP request; that may name its revision of MCP. */
  readonly factory: (protocolVersion?: string) => TableServer;
  /** Answers the calls that still run with what is known of them. */
  stop(): void;
  close(): Promise<void>;
}

/** Tells the owner's rate limiting what each tool allows. */
function limitTools({ rateLimiting }: Owner, project: Project, log: Log): void {
  const limits = new Map(
    project.apis.flatMap(({ data }) =>
      Object.entries(data.policies ?? {}).flatMap(
        ([tool, { callsPerMinute }]) =>
          callsPerMinute === undefined ? [] : [[tool, callsPerMinute] as const],
      ),
    ),
  );
  if (limits.size === 0) return;
  if (rateLimiting.limitTools === undefined)
    log.warn("src/rate-limit.ts does not know limits of single tools");
  else rateLimiting.limitTools(limits);
}

export function createService(
  owner: Owner,
  project: Project,
  tools: ToolTable,
  settings: Settings,
  log: Log,
): Service {
  const answers = new KeptAnswers();
  const resources = new ResourceTable(project, owner.custom.resources, answers);
  limitTools(owner, project, log);
  const calls = createToolCalls({
    owner,
    table: tools,
    resources,
    // A server without resources has nobody who reads them.
    ...(resources.isEmpty ? {} : { answers }),
    settings,
    environment: process.env,
    log,
  });
  const tables = {
    data: project.data,
    tools,
    resources,
    links: new ResourceLinks(resources, settings.resourceLinks),
    prompts: new PromptTable(project, owner.custom),
    completions: new ResourceCompletions(tools),
    calls,
  };
  return {
    factory: (protocolVersion) => new TableServer(tables, protocolVersion),
    stop: () => calls.stop(),
    async close() {
      await calls.close();
      answers.close();
      await owner.rateLimiting.close?.();
    },
  };
}
