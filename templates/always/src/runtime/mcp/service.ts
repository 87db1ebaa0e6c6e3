/** Everything that one process serves, made once, and the factory of its MCP servers. */
import type { Owner } from "../call/call.js";
import type { Host } from "../host.js";
import { createToolCalls } from "../call/run.js";
import type { Custom } from "../custom.js";
import { defined } from "../data/defined.js";
import type { Parts } from "../data/parts.js";
import { ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import { TableServer } from "./mcp-server.js";
import type { Project } from "../data/project.js";
import { SharedSecrets } from "../store/shared-secrets.js";
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

/** Where other instances have them, too, and the owner set a key. */
function sharedSecrets(
  { storeKey }: Settings,
  store: Store,
): SharedSecrets | undefined {
  return storeKey !== undefined && store.isShared
    ? new SharedSecrets(store, storeKey)
    : undefined;
}

/** @throws ConfigurationError for additions of the owner's that this server has no part for */
function refuseUnserved(custom: Custom, parts: Parts): void {
  for (const name of ["resources", "prompts"] as const)
    if ((custom[name] ?? []).length > 0 && parts[name] === undefined)
      throw new ConfigurationError(
        `src/custom.ts adds ${name}, and this server was generated without the part that serves them.`,
        {
          hint: `Generate again with \`openapi-to-mcp --feature ${name}\`, or with \`features: [${name}]\` in openapi-to-mcp.yaml.`,
        },
      );
}

/** @throws ConfigurationError as `refuseUnserved` does */
export async function createService(
  owner: Owner,
  project: Project & { readonly parts?: Parts },
  tools: ToolTable,
  settings: Settings,
  store: Store,
  host: Host,
  log: Log,
): Promise<Service> {
  const { custom } = owner;
  const { parts = {} } = project;
  refuseUnserved(custom, parts);
  const resources = (await parts.resources?.())?.createResources(
    project,
    custom,
    tools,
    settings,
    store,
  );
  const prompts = (await parts.prompts?.())?.createPrompts(project, custom);
  startLimits(owner, project, settings, store, log);
  const calls = createToolCalls({
    owner,
    parts,
    table: tools,
    ...(resources === undefined ? {} : { resourceFiles: resources.files }),
    // A server without resources has nobody who reads them.
    ...(resources?.isEmpty === false ? { keep: resources.keep } : {}),
    settings,
    store,
    ...defined({ secrets: sharedSecrets(settings, store) }),
    host,
    log,
  });
  const tables = {
    data: project.data,
    tools,
    calls,
    ...defined({ resources, prompts }),
  };
  return {
    factory: (protocolVersion) => new TableServer(tables, protocolVersion),
    stop: () => calls.stop(),
    async close() {
      await host.close();
      resources?.close();
      await store.close();
    },
  };
}
