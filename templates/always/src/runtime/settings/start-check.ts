/**
 * What of the environment would make calls fail, told when the server starts and not at the first call: base URLs that
 * are missing or no URL, credentials that nobody set, and variables that are spelled almost like one that exists.
 */
import type { Environment, Variables } from "../host.js";
import type { Credentials } from "../credentials.js";
import { CallError, ConfigurationError } from "../errors.js";
import type { Log } from "../log.js";
import type { ApiData } from "../data/model.js";
import type { Project } from "../data/project.js";
import { baseUrlOf } from "../upstream/servers.js";
import { apiSettingsTable, type Setting, settingsTable } from "./settings.js";
import { nearestNames } from "../text/spelling.js";

/**
 * @throws ConfigurationError where no call of any API could work, since none has a base URL
 */
export function checkStart(
  project: Project,
  credentials: Credentials,
  variables: Variables,
  log: Log,
): void {
  const { environment } = variables;
  const apis = project.apis.map(({ data }) => data);
  for (const { name, nearest } of misspelt(apis, environment))
    log.warn("unknown setting", { name, nearest });
  const faults = apis.flatMap((api) => baseUrlFaults(api, environment));
  const groups = apis.reduce((sum, api) => sum + api.serverGroups.length, 0);
  if (groups > 0 && faults.length === groups)
    throw new ConfigurationError(sentencesOf(faults).join("\n"));
  for (const message of sentencesOf(faults)) log.error("base URL", { message });
  for (const message of apis.flatMap((api) => doubts(api, environment)))
    log.warn("base URL", { message });
  for (const api of apis) {
    const ways = credentials.missing?.(api, variables) ?? [];
    if (ways.length === 0) continue;
    const message = `No credentials of ${api.title} are set. Set ${ways.join(", or ")}.`;
    log.warn("credentials", { message });
  }
}

/** One for each server group whose calls cannot be sent. */
function baseUrlFaults(
  api: ApiData,
  environment: Environment,
): readonly CallError[] {
  return api.serverGroups.flatMap(({ id }) => {
    try {
      baseUrlOf(api, id, environment);
      return [];
    } catch (fault) {
      if (fault instanceof CallError) return [fault];
      throw fault;
    }
  });
}

/** One for each server group whose calls go where only the document sends them, and hardly any API is. */
function doubts(api: ApiData, environment: Environment): readonly string[] {
  const sentences = api.serverGroups.flatMap(({ id }) => {
    try {
      const { url, variable, doubt } = baseUrlOf(api, id, environment);
      return doubt === undefined
        ? []
        : `Calls go to ${url}, ${doubt}: set ${variable} if the API is elsewhere.`;
    } catch {
      // That it has none is told already.
      return [];
    }
  });
  return [...new Set(sentences)];
}

function sentencesOf(faults: readonly CallError[]): readonly string[] {
  const texts = faults.map(({ message, hint }) =>
    hint === undefined ? `${message}.` : `${message}. ${hint}`,
  );
  return [...new Set(texts)];
}

/** Variables that are set, that nobody reads, and that are spelled almost like one that is read. */
function misspelt(
  apis: readonly ApiData[],
  environment: Environment,
): readonly { readonly name: string; readonly nearest: string }[] {
  const known = new Set(
    [...serverNames(), ...apis.flatMap(apiNames)].flatMap((name) => [
      name,
      `${name}_FILE`,
    ]),
  );
  const prefixes = ["MCP", ...apis.map((api) => api.environmentPrefix)];
  return Object.keys(environment).flatMap((name) => {
    const upper = name.toUpperCase();
    if (known.has(name) || !environment[name]?.trim()) return [];
    if (!prefixes.some((prefix) => upper.startsWith(`${prefix}_`))) return [];
    const [nearest] = nearestNames(name, [...known]);
    return nearest !== undefined && isSlip(name, nearest)
      ? [{ name, nearest }]
      : [];
  });
}

/** Another program's variable of the same prefix may be near, too: only a letter or two may be wrong. */
function isSlip(name: string, nearest: string): boolean {
  return Math.abs(name.length - nearest.length) <= 2;
}

function serverNames(): readonly string[] {
  return (settingsTable as readonly Setting[]).map(({ name }) => name);
}

function apiNames(api: ApiData): readonly string[] {
  return [
    ...api.serverGroups.flatMap((group) => [
      group.environment,
      ...group.servers.flatMap((server) =>
        server.variables.map(({ environment }) => environment),
      ),
    ]),
    ...Object.values(api.securitySchemes).flatMap((scheme) =>
      Object.values(scheme.environment),
    ),
    ...apiSettingsTable.map(
      ({ suffix }) => `${api.environmentPrefix}${suffix}`,
    ),
  ];
}
