/** Everything that one process serves, made once, and the factory of its MCP servers. */
import type { Owner } from "../call/call.js";
import type { Host } from "../host.js";
import { createToolCalls } from "../call/run.js";
import { ResourceCompletions } from "../resources/completion.js";
import { KeptAnswers } from "../resources/kept-answers.js";
import { defined } from "../data/defined.js";
import type { Parts } from "../data/parts.js";
import type { Log } from "../log.js";
import { TableServer } from "./mcp-server.js";
import type { Project } from "../data/project.js";
import { PromptTable } from "../prompts/prompt-table.js";
import { ResourceLinks } from "../resources/resource-links.js";
import { ResourceTable } from "../resources/resources.js";
import type { Store } from "../store/store.js";
import type { Settings } from "../settings/settings.js";
import type { ToolTable } from "../tools/tool-table.js";

export interface Service {
  /** Makes the server of one connection, or of one HTTP request; that may name its revision of MCP. */
  readonly factory: (protocolVersion?: string) => TableServer;
  /** Answers the calls that still run with what is known of them. */
  stop(): void;
  close(): Promise<void>;
}

/** Tells the owner's rate limiting what it is for. */
function startLimits(
  { rateLimiting }: Owner,
  project: Project,
  settings: Settings,
  store: Store,
  log: Log,
): void {
  const ofTools = new Map(
    project.apis.flatMap(({ data }) =>
      Object.entries(data.policies ?? {}).flatMap(
        ([tool, { callsPerMinute }]) =>
          callsPerMinute === undefined ? [] : [[tool, callsPerMinute] as const],
      ),
    ),
  );
  if (rateLimiting.start !== undefined)
    rateLimiting.start({ store, settings, ofTools });
  else if (ofTools.size > 0 || store.isShared)
    log.warn(
      "src/rate-limit.ts has no `start`: it knows neither limits of single tools nor what instances share",
    );
}

export function createService(
  owner: Owner,
  project: Project & { readonly parts?: Parts },
  tools: ToolTable,
  settings: Settings,
  store: Store,
  host: Host,
  log: Log,
): Service {
  const answers = new KeptAnswers({}, store);
  const resources = new ResourceTable(project, owner.custom.resources, answers);
  startLimits(owner, project, settings, store, log);
  const calls = createToolCalls({
    owner,
    ...defined({ parts: project.parts }),
    table: tools,
    resources,
    // A server without resources has nobody who reads them.
    ...(resources.isEmpty ? {} : { answers }),
    settings,
    host,
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
      await host.close();
      answers.close();
      await store.close();
    },
  };
}
