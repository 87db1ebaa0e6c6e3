/** From a project and its owner's code to a service that answers, over stdio or HTTP: the same on every host. */
import { byToken } from "../access.js";
import { authorityOf, trustedProxiesOf } from "../access/authority.js";
import {
  callerCredentials,
  type Present,
} from "../access/caller-credentials.js";
import { policyOf } from "../access/policy-part.js";
import type { Owner } from "../call/call.js";
import { planOf } from "../call/plan.js";
import { stepFaults } from "../call/steps.js";
import type { Credentials } from "../credentials.js";
import { customFaults } from "../custom.js";
import { defined } from "../data/defined.js";
import type { Parts } from "../data/parts.js";
import type { Project } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import type { CreateEventRoutes, EventRouteParts } from "../http/mcp-route.js";
import type { HttpHandler, HttpHandlerOptions } from "../http/handler.js";
import type { OpenRoute } from "../http/message.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import { checkStart } from "../settings/start-check.js";
import type { Store } from "../store/store.js";
import {
  discoveryOf,
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

/** Lists the ways to give a file; `undefined` where there is none but to give its content. */
async function fileLister(parts: Parts | undefined, settings: Settings) {
  const { fileRoot, fileHosts } = settings;
  if (fileRoot === undefined && fileHosts.length === 0) return undefined;
  return (await parts?.files?.())?.listedFiles(settings);
}

// What the front door serves, and with what: the same on every host.

/** @throws ConfigurationError where a setting asks for a part that the server does not have */
export async function frontOf(
  owner: Owner,
  project: Project & { readonly parts?: Parts },
  { service, tools, slices, credentials, present, routes }: Started,
  settings: Settings,
  host: Host,
  log: Log,
): Promise<HttpHandlerOptions> {
  const { parts = {} } = project;
  const authority = await authorityOf(parts, {
    host,
    log,
    title: project.data.title,
    scopes: (path) =>
      (servedAt(path, slices, settings)?.tools ?? tools).readScopes,
  });
  return {
    factory: factoryOf(service, settings),
    toolsets: service.toolsets,
    authenticate: owner.authenticate ?? byToken,
    present,
    routes,
    settings: {
      ...settings,
      ...defined({ authority, proxies: await trustedProxiesOf(parts, host) }),
    },
    log,
    watchers: service.watchers,
    events: await eventRoutesOf(parts, settings),
    unready: () =>
      hasCredentials(credentials, project, host) ? [] : ["credentials"],
  };
}

/**
 * What makes the routes; `undefined` where `MCP_SSE` is not set.
 *
 * @throws ConfigurationError where it is, and the server has no part for it
 */
async function eventRoutesOf(
  { sse }: EventRouteParts,
  settings: Pick<Settings, "sse">,
): Promise<CreateEventRoutes | undefined> {
  if (!settings.sse) return undefined;
  if (sse === undefined)
    throw new ConfigurationError(
      "MCP_SSE or --sse is set, and this server was generated without the part for clients of MCP 2024-11-05.",
      {
        hint: "Generate again with `openapi-to-mcp --feature sse`, or with `features: [sse]` in openapi-to-mcp.yaml; or unset it.",
      },
    );
  return (await sse()).createEventRoutes;
}

/** Makes the servers of the whole, or of the one toolset that the settings name. */
export function factoryOf(
  { factory, toolsets }: Service,
  { toolset }: Settings,
): ServerFactory {
  return (toolset === undefined ? undefined : toolsets.get(toolset)) ?? factory;
}

/**
 * Starts a server on a platform that hands over whatever reaches a public address: there somebody has to say who calls.
 *
 * @param options what the platform does in its own way
 * @throws ConfigurationError where nobody does; nothing is left running then
 */
export async function startPublicly(
  owner: Owner,
  project: Project & { readonly parts?: Parts },
  settings: Settings,
  store: () => Store,
  host: Host,
  log: Log,
  options: Pick<HttpHandlerOptions, "nextTurn" | "maxSubscriptions">,
): Promise<HttpHandler> {
  const started = await startService(
    owner,
    project,
    settings,
    store,
    host,
    log,
  );
  try {
    const front = await frontOf(owner, project, started, settings, host, log);
    if (isOpen(front)) throw openFault();
    // A server over stdio, which has this file as well, does without it.
    const { createHttpHandler } = await import("../http/handler.js");
    return createHttpHandler({ ...front, ...options });
  } catch (fault) {
    await started.service.close();
    throw fault;
  }
}

/** Whether whoever comes is let in. A rule of the owner's is trusted to be one. */
function isOpen({ authenticate, settings }: HttpHandlerOptions): boolean {
  const { accessTokens, authority, proxies } = settings;
  const isAsked =
    !accessTokens.isEmpty || authority !== undefined || proxies !== undefined;
  return authenticate === byToken && !isAsked;
}

function openFault(): ConfigurationError {
  return new ConfigurationError(
    "Refused to serve without MCP_AUTH_TOKEN: whoever knows the address could use the API with this server's credentials",
    {
      hint: "Set MCP_AUTH_TOKEN, MCP_AUTH_TOKENS or MCP_AUTH_ISSUER, or say who calls in src/access.ts.",
    },
  );
}

/** The toolset that a path of MCP serves, where it serves one. */
function servedAt(
  path: string,
  slices: readonly Slice[],
  { toolset }: Settings,
): Slice | undefined {
  return slices.find(
    ({ name }) =>
      name === toolset || path === `/mcp/${name}` || path === `/sse/${name}`,
  );
}

/** Whether those of every API that has some are set, as far as the owner's file can tell. */
function hasCredentials(
  credentials: Credentials,
  { apis }: Project,
  host: Host,
): boolean {
  return apis.every(({ data }) => !credentials.missing?.(data, host)?.length);
}
