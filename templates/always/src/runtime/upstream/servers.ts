/** Which server a request goes to, and whether it may receive credentials (§4.8.5, §4.8.6). */

import { isLoopbackHost, isWebUrl, parseWebUrl } from "../data/url.js";
import { defined } from "../data/defined.js";
import type { Environment } from "../host.js";
import { ConfigurationError } from "../errors.js";
import type { ApiData, ServerGroup, ServerPlan } from "../data/model.js";
import {
  exampleUrl,
  fillIn,
  isPlaceholder,
  readBaseUrl,
  readServerUrl,
  type UsableUrl,
  doubtOf,
} from "./server-url.js";
import { readList } from "../settings/settings.js";
import { visibleLine } from "../text/visible.js";

export interface BaseUrl {
  /** Absolute, without a slash at its end, query, fragment or user information. */
  readonly url: string;
  readonly origin: string;
  /** Whether the user named this origin, or it is the document's default server: then it may get credentials. */
  readonly trusted: boolean;
  /**
   * Whether its host may have a private or loopback address: the user named that host, for any part of the API, or it
   * is the origin of the document's default server on this machine. For any other such addresses are refused when
   * connecting.
   */
  readonly allowPrivate: boolean;
  /** Environment variable that the owner names it by. */
  readonly variable: string;
  /** Why it may be nobody who is meant, where only the document says it: "this machine". */
  readonly doubt?: string;
}

/**
 * The base URL for a server group: its environment variable, else its first server that can be used, with the
 * variables of its template filled in.
 *
 * @param group `id` of a server group of the API
 * @throws ConfigurationError that names the variable to set
 */
export function baseUrlOf(
  api: ApiData,
  group: string,
  environment: Environment,
): BaseUrl {
  const found = groupOf(api, group);
  const base = resolve(found, environment);
  const isDefault = found.id === "default";
  const doubt = base.named || base.chosen ? undefined : doubtOf(base.url);
  return {
    url: base.url,
    origin: base.origin,
    trusted:
      isDefault ||
      base.named ||
      base.origin === defaultOrigin(api, environment) ||
      allowedOrigins(api, environment).includes(base.origin),
    allowPrivate:
      namedHosts(api, environment).has(new URL(base.url).hostname) ||
      (isOnThisMachine(base.url) &&
        base.origin === defaultOrigin(api, environment)),
    variable: found.environment,
    ...defined({ doubt }),
  };
}

/** Hosts of every URL that the user named, for any part of the API. */
function namedHosts(
  api: ApiData,
  environment: Environment,
): ReadonlySet<string> {
  const named = api.serverGroups
    .filter((group) => environment[group.environment]?.trim())
    .flatMap((group) => urlsOf(group, environment));
  const allowed = allowedOrigins(api, environment);
  return new Set([...named, ...allowed].map((url) => new URL(url).hostname));
}

function urlsOf(
  group: ServerGroup,
  environment: Environment,
): readonly string[] {
  try {
    return [resolve(group, environment).url];
  } catch {
    // A group without a base URL is told of where its calls need it.
    return [];
  }
}

function isOnThisMachine(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

/**
 * The origins that `<PREFIX>_ALLOWED_ORIGINS` lists: they may receive the API's credentials.
 *
 * @throws ConfigurationError if an item is no origin
 */
export function allowedOrigins(
  api: ApiData,
  environment: Environment,
): readonly string[] {
  const name = `${api.environmentPrefix}_ALLOWED_ORIGINS`;
  return readList(environment[name]).map((item) => {
    const url = parseWebUrl(item);
    if (url?.pathname === "/") return url.origin;
    throw new ConfigurationError(
      `${name} has to list origins such as https://auth.example.com`,
    );
  });
}

interface Resolved extends UsableUrl {
  /** Whether the group's environment variable gave it. */
  readonly named: boolean;
  /** Whether variables of its template gave a part. */
  readonly chosen: boolean;
}

function groupOf(api: ApiData, id: string): ServerGroup {
  const found = api.serverGroups.find((group) => group.id === id);
  if (found === undefined)
    throw new ConfigurationError(`${api.name} has no server group "${id}"`);
  return found;
}

function resolve(group: ServerGroup, environment: Environment): Resolved {
  const value = environment[group.environment]?.trim();
  if (value !== undefined && value !== "") {
    const url = readBaseUrl(value);
    if (url !== undefined) return { ...url, named: true, chosen: true };
    throw new ConfigurationError(
      `${group.environment} has to be an http or https URL without user information, query or fragment`,
      { hint: exampleHint(group) },
    );
  }
  for (const server of group.servers) {
    const filled = fillIn(server, environment);
    const [wrong] = filled.wrong;
    if (wrong !== undefined) throw wrongValue(server, ...wrong);
    const url = readServerUrl(filled);
    if (url !== undefined)
      return { ...url, named: false, chosen: filled.sources.length > 0 };
    // What the owner set is what was meant: another server would not be.
    const [given] = filled.sources;
    if (given !== undefined && filled.open.length === 0)
      throw wrongValue(server, filled.sources.join(" or "), []);
  }
  throw unknownBaseUrl(group, environment);
}

function wrongValue(
  server: ServerPlan,
  variables: string,
  allowed: readonly string[],
): ConfigurationError {
  const template = visibleLine(server.url, 200);
  return new ConfigurationError(
    allowed.length > 0
      ? `${variables} has to be one of ${allowed.join(", ")}`
      : `${variables} has a value that makes no URL of ${template}`,
  );
}

/** Says what the document has instead of a base URL, and which variables would help. */
function unknownBaseUrl(
  group: ServerGroup,
  environment: Environment,
): ConfigurationError {
  const templated = group.servers.find(
    (server) => isWebUrl(server.url) && fillIn(server, environment).open.length,
  );
  if (templated !== undefined) {
    const { open } = fillIn(templated, environment);
    return new ConfigurationError(
      `The base URL of the API is not known: its document leaves parts of ${visibleLine(templated.url, 200)} open`,
      {
        hint: `Set ${open.join(" and ")}, or ${group.environment} to the whole, for example ${exampleUrl(templated)}.`,
      },
    );
  }
  const [first] = group.servers;
  const what =
    first === undefined
      ? "names no server"
      : isPlaceholder(first.url) && /^(?:https?:)?\/\//i.test(first.url)
        ? `has only ${visibleLine(first.url, 200)}, which stands for an address that it does not know`
        : /^[a-z][a-z0-9+.-]*:/i.test(first.url)
          ? `has only ${visibleLine(first.url, 200)}, which is no URL to send to`
          : `has only the relative ${visibleLine(first.url, 200)}`;
  return new ConfigurationError(
    `The base URL of the API is not known: its document ${what}`,
    { hint: exampleHint(group) },
  );
}

function exampleHint(group: ServerGroup): string {
  return `Set ${group.environment} to it, for example ${exampleUrl(group.servers[0])}.`;
}

function defaultOrigin(
  api: ApiData,
  environment: Environment,
): string | undefined {
  const group = api.serverGroups.find(({ id }) => id === "default");
  try {
    return group && resolve(group, environment).origin;
  } catch {
    // Without a default server there is no origin to compare with; that it is missing is told where it is needed.
    return undefined;
  }
}
