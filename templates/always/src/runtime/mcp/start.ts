/** From a project and its owner's code to a service that answers: the same on every host, over stdio and HTTP. */
import {
  callerCredentials,
  type Present,
} from "../access/caller-credentials.js";
import type { Owner } from "../call/call.js";
import { stepFaults } from "../call/steps.js";
import type { Credentials } from "../credentials.js";
import { customFaults } from "../custom.js";
import { defined } from "../data/defined.js";
import type { Parts } from "../data/parts.js";
import type { Project } from "../data/project.js";
import type { Host } from "../host.js";
import type { OpenRoute } from "../http/message.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import { checkStart } from "../settings/start-check.js";
import type { Store } from "../store/store.js";
import {
  discoveryOf,
  type Discoverable,
  policyOf,
  type Slice,
  toolsetsOf,
  withJobs,
  withWorkflows,
} from "../tools/tool-parts.js";
import { ToolTable } from "../tools/tool-table.js";
import type { ServerFactory, Service } from "./service.js";

/** What runs, and what it serves. */
export interface Started {
  readonly service: Service;
  readonly tools: ToolTable;
  readonly slices: readonly Slice[];
  /** As whom the APIs are called. */
  readonly credentials: Credentials;
  /** What is taken of a caller's request for them; absent: nothing. */
  readonly present?: Present;
  /** What is answered beside MCP; absent: nothing. */
  readonly routes?: readonly OpenRoute[];
}

/**
 * @param store made once it is known that the server can start
 * @throws ConfigurationError where a setting or the owner's code keeps it from starting
 */
export async function startService(
  given: Owner,
  project: Project & { readonly parts?: Parts },
  settings: Settings,
  store: () => Store,
  host: Host,
  log: Log,
): Promise<Started> {
  const custom = await withJobs(
    await withWorkflows(given.custom, project),
    project,
    host,
    settings,
  );
  let made: Store | undefined;
  const stored = () => (made ??= given.store ?? store());
  const { credentials, present, routes } = await callerCredentials(
    project.parts ?? {},
    { own: given.credentials, project, settings, host, store: stored, log },
  );
  const owner: Owner = { ...given, custom, credentials };
  const { steps } = owner;
  const policy = await policyOf(project.parts ?? {}, {
    project,
    custom,
    host,
    log,
    store: stored,
    ...defined({ generated: project.policy }),
  });
  const tools: ToolTable = new ToolTable(
    project,
    custom,
    await fileLister(project.parts, settings),
    await discoveryOf(project, settings.list, {
      tools: () => tools,
      plan: planOf,
    }),
    undefined,
    policy?.gate,
  );
  const slices = await toolsetsOf(project, custom, tools, settings, planOf);
  const faults = customFaults(
    custom,
    (name) => tools.get(name)?.kind === "operation",
  );
  for (const message of faults) log.error("custom", { message });
  for (const message of stepFaults(steps, project.parts))
    log.warn("steps", { message });
  checkStart(project, credentials, host, log);
  // The SDK is most of what there is to load: it comes after what may refuse to start.
  const { createService } = await import("./service.js");
  const service = await createService(
    owner,
    project,
    tools,
    settings,
    stored(),
    host,
    log,
    slices,
    policy,
  );
  return {
    service,
    tools,
    slices,
    credentials,
    ...defined({ present }),
    routes: [...(routes ?? []), ...(policy?.routes ?? [])],
  };
}

/** Loaded when a plan is asked for: a list needs none. */
const planOf: Discoverable["plan"] = async (row) =>
  (await import("../call/plan.js")).planOf(row);

/** Lists the ways to give a file; `undefined` where there is none but to give its content. */
async function fileLister(parts: Parts | undefined, settings: Settings) {
  const { fileRoot, fileHosts } = settings;
  if (fileRoot === undefined && fileHosts.length === 0) return undefined;
  return (await parts?.files?.())?.listedFiles(settings);
}

/** Makes the servers of the whole, or of the one toolset that the settings name. */
export function factoryOf(
  { factory, toolsets }: Service,
  { toolset }: Settings,
): ServerFactory {
  return (toolset === undefined ? undefined : toolsets.get(toolset)) ?? factory;
}
