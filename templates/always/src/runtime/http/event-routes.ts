/** The part that serves clients of 2024-11-05 (`/sse`), and when a server has it. */
import type { Present } from "../access/caller-credentials.js";
import { ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/settings.js";
import type { TableServerFactory } from "./mcp-exchange.js";
import type { CallDoor, ScopeChallenge } from "./mcp-route.js";
import type { RouteGroup } from "./message.js";

export interface EventRoutesOptions {
  /** What is served, by its path of MCP. */
  readonly served: ReadonlyMap<string, TableServerFactory>;
  readonly door: CallDoor;
  /** @param path that tokens are issued for */
  challenge(path: string, factory: TableServerFactory): ScopeChallenge;
  /** Takes what credentials of the API may be made of. */
  readonly present?: Present | undefined;
  readonly mostSessions: number;
  /** Milliseconds after which a session ends in which nothing happens. */
  readonly idleMs: number;
  readonly log: Log;
}

export type CreateEventRoutes = (options: EventRoutesOptions) => RouteGroup;

export interface EventRouteParts {
  readonly sse?: () => Promise<{ createEventRoutes: CreateEventRoutes }>;
}

/**
 * What makes the routes; `undefined` where `MCP_SSE` is not set.
 *
 * @throws ConfigurationError where it is, and the server has no part for it
 */
export async function eventRoutesOf(
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
