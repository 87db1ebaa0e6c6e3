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
import { type BaseUrl, baseUrlOf } from "../upstream/servers.js";
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
  const bases = apis.flatMap((api) => baseUrls(api, environment));
  const faults = bases.filter((base) => base instanceof CallError);
  if (bases.length > 0 && faults.length === bases.length)
    throw new ConfigurationError(sentencesOf(faults).join("\n"));
  for (const message of sentencesOf(faults)) log.error("base URL", { message });
  for (const message of doubts(bases)) log.warn("base URL", { message });
  for (const api of apis) {
    const ways = credentials.missing?.(api, variables) ?? [];
    if (ways.length === 0) continue;
    const message = `No credentials of ${api.title} are set. Set ${ways.join(", or ")}.`;
    log.warn("credentials", { message });
  }
}

/** That of each server group, or why its calls cannot be sent. */
function baseUrls(
  api: ApiData,
  environment: Environment,
): readonly (BaseUrl | CallError)[] {
  return api.serverGroups.map(({ id }) => {
    try {
      return baseUrlOf(api, id, environment);
    } catch (fault) {
      if (fault instanceof CallError) return fault;
      throw fault;
    }
  });
}

/** One for each that only the document says, and where hardly any API is. */
function doubts(bases: readonly (BaseUrl | CallError)[]): readonly string[] {
  const sentences = bases.flatMap((base) =>
    base instanceof CallError || base.doubt === undefined
      ? []
      : `Calls go to ${base.url}, ${base.doubt}: set ${base.variable} if the API is elsewhere.`,
  );
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
