/** What the front door serves, and with what: the same on every host. A server over stdio has no such door. */
import { byToken } from "../access.js";
import { authorityOf, trustedProxiesOf } from "../access/authority.js";
import type { Owner } from "../call/call.js";
import type { Credentials } from "../credentials.js";
import { defined } from "../data/defined.js";
import type { Parts } from "../data/parts.js";
import type { Project } from "../data/project.js";
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import type { HttpHandler, HttpHandlerOptions } from "../http/handler.js";
import type { CreateEventRoutes, EventRouteParts } from "../http/mcp-route.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../store/store.js";
import type { Slice } from "../tools/tool-parts.js";
import { factoryOf, type Started, startService } from "./start.js";

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
    // As all that needs the SDK, after what may refuse to start.
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
