/** The settings: read from the environment, and checked. `settingsTable` names them all. */

import { isSafeUrl, parseUrl, parseWebUrl } from "../data/url.js";
import type { Environment, Variables } from "../host.js";

import { defined } from "../data/defined.js";
import { AccessTokens, refuseShort } from "../access/access-tokens.js";
import type { PlanData } from "../data/model.js";
import { ConfigurationError } from "../errors.js";
import type { LogLevel } from "../log.js";
import { Secret } from "../secret.js";
import { apiSettingsTable } from "./api-settings-table.js";
import {
  defaultOf,
  type Setting,
  type SettingName,
  settingsFor,
  settingsTable,
} from "./settings-table.js";

export { apiSettingsTable, type Setting, settingsFor, settingsTable };

/** The settings, checked. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Where probes are answered besides. */
  readonly probePort: number | undefined;
  /** Whether clients of MCP 2024-11-05 are served. */
  readonly sse: boolean;
  /** Their sessions at the same time. */
  readonly sseSessions: number;
  readonly sseIdleMs: number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** What HTTP clients identify themselves by; empty: they need no token. */
  readonly accessTokens: AccessTokens;
  /** Scopes of callers over HTTP whose token names none. */
  readonly scopes: readonly string[];
  /** Which tools are listed; `undefined`: as the server was generated. */
  readonly list: PlanData["list"] | undefined;
  /** The only toolset that is served; `undefined`: the whole server. */
  readonly toolset: string | undefined;
  /** Milliseconds for one call of the API, with all its attempts. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How often a request is sent at most, the first time included. */
  readonly attempts: number;
  /** Decoded bytes of an answer. */
  readonly maxResponseBytes: number;
  readonly maxTextBytes: number;
  /** Estimated tokens of a result's text; 0: no limit. */
  readonly maxResultTokens: number;
  readonly maxConcurrentCalls: number;
  readonly queue: number;
  /** Milliseconds that a call waits for its turn at most. */
  readonly queueMs: number;
  /** Per origin. */
  readonly connections: number;
  /** Calls per minute and caller; 0: no limit. */
  readonly rateLimit: number;
  /** Calls per minute, caller and tool; 0: no limit. */
  readonly toolRateLimit: number;
  /** Calls per minute of all callers of an organisation; 0: no limit. */
  readonly tenantRateLimit: number;
  readonly redisUrl: Secret | undefined;
  /** What secrets in the store are sealed with; absent: none is put there. */
  readonly storeKey: Secret | undefined;
  readonly fileRoot: string | undefined;
  /** Hosts that files are fetched from, as in a URL. */
  readonly fileHosts: readonly string[];
  /** Links to items in one result, at most. */
  readonly resourceLinks: number;
  readonly logLevel: LogLevel;
  /** URLs of proxies; `none`: hosts that are reached directly. */
  readonly proxy: {
    readonly https: Secret | undefined;
    readonly http: Secret | undefined;
    readonly none: string;
  };
}

const listModes = [
  "all",
  "planned",
  "discovery",
] as const satisfies readonly PlanData["list"][];
const logLevels = [
  "silent",
  "error",
  "warn",
  "info",
  "debug",
] as const satisfies readonly LogLevel[];

/**
 * Reads and checks all settings. A variable that is empty counts as unset.
 *
 * @param readText how the files are read that some variables name; absent: there are none
 * @throws ConfigurationError that names the variable
 */
export function readSettings(
  environment: Environment,
  readText?: Variables["readText"],
): Settings {
  const variables: Variables = { environment, ...defined({ readText }) };
  const text = (name: SettingName) => settingOf(environment, name);
  const integer = (name: SettingName, least: number, most: number) =>
    readInteger(environment, name, least, most);
  const list = (name: SettingName) => readList(text(name));
  const secret = (name: SettingName) => readSecret(name, variables);
  return {
    host: text("MCP_HOST") ?? "127.0.0.1",
    port: integer("MCP_PORT", 0, 65_535),
    probePort:
      text("MCP_PROBE_PORT") === undefined
        ? undefined
        : integer("MCP_PROBE_PORT", 0, 65_535),
    sse: readSwitch(environment, "MCP_SSE"),
    sseSessions: integer("MCP_SSE_SESSIONS", 1, 100_000),
    sseIdleMs: integer("MCP_SSE_IDLE_MS", 1, 86_400_000),
    allowedHosts: list("MCP_ALLOWED_HOSTS"),
    allowedOrigins: list("MCP_ALLOWED_ORIGINS"),
    accessTokens: new AccessTokens(
      secret("MCP_AUTH_TOKEN"),
      secret("MCP_AUTH_TOKENS"),
      list("MCP_SCOPES"),
    ),
    scopes: list("MCP_SCOPES"),
    list:
      text("MCP_LIST") === undefined
        ? undefined
        : readWord("MCP_LIST", text("MCP_LIST"), listModes),
    toolset: text("MCP_TOOLSET"),
    timeoutMs: integer("MCP_TIMEOUT_MS", 1, 3_600_000),
    connectTimeoutMs: integer("MCP_CONNECT_TIMEOUT_MS", 1, 3_600_000),
    attempts: integer("MCP_ATTEMPTS", 1, 10),
    maxResponseBytes: integer("MCP_MAX_RESPONSE_BYTES", 1, 1_073_741_824),
    maxTextBytes: integer("MCP_MAX_TEXT_BYTES", 1, 1_073_741_824),
    maxResultTokens: integer("MCP_MAX_RESULT_TOKENS", 0, 1_000_000_000),
    maxConcurrentCalls: integer("MCP_MAX_CONCURRENT_CALLS", 1, 100_000),
    queue: integer("MCP_QUEUE", 0, 1_000_000),
    queueMs: integer("MCP_QUEUE_MS", 1, 3_600_000),
    connections: integer("MCP_CONNECTIONS", 1, 100_000),
    rateLimit: integer("MCP_RATE_LIMIT", 0, 1_000_000_000),
    toolRateLimit: integer("MCP_TOOL_RATE_LIMIT", 0, 1_000_000_000),
    tenantRateLimit: integer("MCP_TENANT_RATE_LIMIT", 0, 1_000_000_000),
    redisUrl: readUrl("REDIS_URL", secret("REDIS_URL"), ["redis:", "rediss:"]),
    storeKey: longEnough("MCP_STORE_KEY", secret("MCP_STORE_KEY")),
    fileRoot: text("MCP_FILE_ROOT"),
    fileHosts: list("MCP_FILE_HOSTS"),
    resourceLinks: integer("MCP_RESOURCE_LINKS", 0, 1_000),
    logLevel: readWord("MCP_LOG_LEVEL", text("MCP_LOG_LEVEL"), logLevels),
    proxy: {
      https: proxyOf("HTTPS_PROXY", variables),
      http: proxyOf("HTTP_PROXY", variables),
      none: nonEmpty(environment["no_proxy"]) ?? text("NO_PROXY") ?? "",
    },
  };
}

/**
 * The secret in the variable `name`, or in the file whose path `<name>_FILE` holds; the variable wins.
 * The line feed at the end of a file is not part of it.
 *
 * @throws ConfigurationError if the file cannot be read
 */
export function readSecret(
  name: string,
  variables: Variables,
): Secret | undefined {
  const value = readValue(name, variables);
  return value === undefined ? undefined : new Secret(value);
}

/** The same for what is no secret, such as the name of a user: answers may hold it. */
export function readValue(
  name: string,
  { environment, readText }: Variables,
): string | undefined {
  const value = nonEmpty(environment[name]);
  if (value !== undefined) return value;
  const path = nonEmpty(environment[`${name}_FILE`]);
  if (path === undefined) return undefined;
  if (readText === undefined) throw noFiles(`${name}_FILE`);
  let content: string;
  try {
    content = readText(path).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new ConfigurationError(
      `The file that ${name}_FILE names cannot be read`,
      {
        hint: "Check its path and that this server may read it.",
        cause,
      },
    );
  }
  return nonEmpty(content);
}

/** What is said of a variable that names a file where there are none. */
export function noFiles(variable: string): ConfigurationError {
  return new ConfigurationError(
    `${variable} names a file, and this server runs where there are none`,
  );
}

/** What a variable is set to, else its default; `undefined`: neither. */
export function settingOf(
  environment: Environment,
  name: SettingName,
): string | undefined {
  return nonEmpty(environment[name]) ?? defaultOf(name);
}

/**
 * What a variable is set to, else its default, as a whole number: 1 to 15 digits and nothing else.
 *
 * @throws ConfigurationError that names the variable and its range, and has nothing of its text: that may be a secret in
 * the wrong place
 */
export function readInteger(
  environment: Environment,
  name: SettingName,
  least: number,
  most: number,
): number {
  const text = settingOf(environment, name) ?? "";
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const { unit, default: standard }: Partial<Setting> =
    settingsTable.find((row) => row.name === name) ?? {};
  throw new ConfigurationError(
    `${name} has to be a whole number from ${least} to ${most}`,
    {
      hint: `Write digits alone${unit === undefined ? "" : `, in ${unit === "per minute" ? "calls per minute" : unit}`}${standard === undefined ? "" : `; unset, it is ${standard}`}.`,
    },
  );
}

/**
 * Whether a variable is on: `on` or `true`, `off` or `false`.
 *
 * @throws ConfigurationError where it is set to anything else
 */
export function readSwitch(
  environment: Environment,
  name: SettingName,
): boolean {
  const text = settingOf(environment, name);
  if (text === "true" || text === "false") return text === "true";
  return readWord(name, text, ["on", "off"]) === "on";
}

/** @throws ConfigurationError where a text is none of several words */
export function readWord<Word extends string>(
  name: SettingName,
  text: string | undefined,
  words: readonly Word[],
): Word {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new ConfigurationError(
    `${name} has to be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
  );
}

/**
 * A URL that tokens and secrets travel to: nobody on the way may read them.
 *
 * @throws ConfigurationError that names the variable, and has nothing of its text
 */
export function safeUrl(name: string, text: string): URL {
  const url = parseWebUrl(text);
  if (url?.hash === "" && isSafeUrl(url)) return url;
  throw new ConfigurationError(
    `${name} has to be an https URL without a user; http is for this machine only`,
  );
}

/** The items of a list separated by commas. */
export function readList(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function nonEmpty(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function longEnough(
  name: SettingName,
  value: Secret | undefined,
): Secret | undefined {
  if (value !== undefined) refuseShort(name, value.reveal(), "key");
  return value;
}

function readUrl(
  name: string,
  value: Secret | undefined,
  protocols: readonly string[],
): Secret | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value.reveal());
  if (url !== undefined && protocols.includes(url.protocol)) {
    // The password is a secret also without the rest of the URL.
    if (url.password !== "") new Secret(unescaped(url.password));
    return value;
  }
  // The value may hold a password: the message does not repeat it.
  throw new ConfigurationError(
    `${name} has to be a URL that begins with ${protocols.join("// or ")}//`,
  );
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By convention the lower-case name of a proxy variable is the stronger one. */
function proxyOf(
  name: "HTTPS_PROXY" | "HTTP_PROXY",
  variables: Variables,
): Secret | undefined {
  const value =
    readSecret(name.toLowerCase(), variables) ?? readSecret(name, variables);
  return readUrl(name, value, ["http:", "https:"]);
}
