/** What the front door serves, and with what: the same on every host. */
import { byToken } from "../access.js";
import { authorityOf, trustedProxiesOf } from "../access/authority.js";
import type { Owner } from "../call/call.js";
import type { Credentials } from "../credentials.js";
import { defined } from "../data/defined.js";
import type { Parts } from "../data/parts.js";
import type { Project } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import { eventRoutesOf } from "../http/event-routes.js";
import type { HttpHandler, HttpHandlerOptions } from "../http/handler.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../store/store.js";
import type { Slice } from "../tools/toolsets.js";
import type { ServerFactory, Service } from "./service.js";
import { type Started, startService } from "./start.js";

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
