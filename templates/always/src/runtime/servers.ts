/** Which server a request goes to, and whether it may receive credentials (§4.8.5, §4.8.6). */

import { isLoopbackHost } from "./egress.js";
import { ConfigurationError } from "./errors.js";
import type { ApiData, ServerGroup, ServerPlan } from "./model.js";
import { readList } from "./settings.js";

export interface BaseUrl {
  /** Absolute, without a slash at its end, query, fragment or user information. */
  readonly url: string;
  readonly origin: string;
  /** Whether the user named this origin, or it is the document's default server: then it may get credentials. */
  readonly trusted: boolean;
  /**
   * Whether its host may have a private or loopback address: the user named it, or the document's default server is
   * on this machine. For any other host such addresses are refused when connecting.
   */
  readonly allowPrivate: boolean;
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
  environment: NodeJS.ProcessEnv,
): BaseUrl {
  const found = groupOf(api, group);
  const base = resolve(found, environment);
  const isDefault = found.id === "default";
  return {
    url: base.url,
    origin: base.origin,
    trusted:
      isDefault ||
      base.named ||
      base.origin === defaultOrigin(api, environment) ||
      allowedOrigins(api, environment).includes(base.origin),
    allowPrivate:
      base.named || (isDefault && isLoopbackHost(new URL(base.url).hostname)),
  };
}

/**
 * The origins that `<PREFIX>_ALLOWED_ORIGINS` lists: they may receive the API's credentials.
 *
 * @throws ConfigurationError if an item is no origin
 */
export function allowedOrigins(
  api: ApiData,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const name = `${api.environmentPrefix}_ALLOWED_ORIGINS`;
  return readList(environment[name]).map((item) => {
    const url = URL.canParse(item) ? new URL(item) : undefined;
    if (
      url !== undefined &&
      /^https?:$/.test(url.protocol) &&
      url.pathname === "/"
    )
      return url.origin;
    throw new ConfigurationError(
      `${name} has to list origins such as https://auth.example.com`,
    );
  });
}

interface Resolved {
  readonly url: string;
  readonly origin: string;
  /** Whether the group's environment variable gave it. */
  readonly named: boolean;
}

function groupOf(api: ApiData, id: string): ServerGroup {
  const found = api.serverGroups.find((group) => group.id === id);
  if (found === undefined)
    throw new ConfigurationError(`${api.name} has no server group "${id}"`);
  return found;
}

function resolve(group: ServerGroup, environment: NodeJS.ProcessEnv): Resolved {
  const value = environment[group.environment]?.trim();
  if (value !== undefined && value !== "") {
    const url = readBaseUrl(value);
    if (url !== undefined) return { ...url, named: true };
    throw new ConfigurationError(
      `${group.environment} has to be an http or https URL without user information, query or fragment`,
    );
  }
  for (const server of group.servers) {
    const url = readBaseUrl(fillIn(server, environment));
    if (url !== undefined) return { ...url, named: false };
  }
  throw new ConfigurationError(
    "The base URL of the API is not known: its document names no absolute server",
    {
      hint: `Set ${group.environment} to it, for example https://api.example.com/v1.`,
    },
  );
}

function defaultOrigin(
  api: ApiData,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const group = api.serverGroups.find(({ id }) => id === "default");
  try {
    return group && resolve(group, environment).origin;
  } catch {
    // Without a default server there is no origin to compare with; that it is missing is told where it is needed.
    return undefined;
  }
}

function readBaseUrl(text: string): Omit<Resolved, "named"> | undefined {
  // A variable that was left over: the URL parser takes braces also in a host.
  if (/[{}]/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain =
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (!/^https?:$/.test(url.protocol) || !plain) return undefined;
  return { url: url.href.replace(/\/+$/, ""), origin: url.origin };
}

/** A server's URL with its variables: from the environment, else their defaults (§4.8.6). */
function fillIn(server: ServerPlan, environment: NodeJS.ProcessEnv): string {
  return server.url.replace(/\{([^{}]*)\}/g, (part, name: string) => {
    const variable = server.variables.find(
      (candidate) => candidate.name === name,
    );
    if (variable === undefined) return part;
    const value = environment[variable.environment]?.trim() || variable.default;
    if (
      variable.enum !== undefined &&
      !variable.enum.includes(value) &&
      value !== variable.default
    ) {
      throw new ConfigurationError(
        `${variable.environment} has to be one of ${variable.enum.join(", ")}`,
      );
    }
    return value;
  });
}
