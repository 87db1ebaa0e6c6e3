/** The environment variables that are the same for every API: one table, from which the documentation derives. */

import { readFileSync } from "node:fs";
import { unescape } from "node:querystring";

import { ConfigurationError } from "./errors.js";
import type { LogLevel } from "./log.js";
import { Secret } from "./secret.js";

/** A row of `settingsTable`. */
export interface Setting {
  readonly name: string;
  /** As it would be written into the environment; absent: unset. */
  readonly default?: string;
  readonly unit?: "ms" | "bytes" | "per minute";
  /** One sentence. */
  readonly meaning: string;
  /** May also be given as a file: `<name>_FILE` holds its path. */
  readonly secret?: true;
}

/** Every variable that `readSettings` knows, in the order in which it is documented. */
export const settingsTable = [
  {
    name: "MCP_HOST",
    default: "127.0.0.1",
    meaning: "Address that the HTTP server listens on.",
  },
  {
    name: "MCP_PORT",
    default: "3000",
    meaning: "Port that the HTTP server listens on; 0 takes a free one.",
  },
  {
    name: "MCP_ALLOWED_HOSTS",
    meaning:
      "Host names, separated by commas, that the HTTP server answers to besides localhost, 127.0.0.1 and [::1].",
  },
  {
    name: "MCP_ALLOWED_ORIGINS",
    meaning:
      "Web origins, separated by commas, whose pages may call the HTTP server.",
  },
  {
    name: "MCP_AUTH_TOKEN",
    secret: true,
    meaning:
      "Bearer token that HTTP clients have to send; needed to listen on more than this machine.",
  },
  {
    name: "MCP_TIMEOUT_MS",
    default: "30000",
    unit: "ms",
    meaning: "Time for one call of the API, with all its attempts.",
  },
  {
    name: "MCP_CONNECT_TIMEOUT_MS",
    default: "5000",
    unit: "ms",
    meaning: "Time to connect to the API.",
  },
  {
    name: "MCP_ATTEMPTS",
    default: "3",
    meaning:
      "How often a request is sent at most, the first time included, where repeating it is safe.",
  },
  {
    name: "MCP_MAX_RESPONSE_BYTES",
    default: "10485760",
    unit: "bytes",
    meaning:
      "Longest answer of the API that is read, after decompression; the rest is cut off.",
  },
  {
    name: "MCP_MAX_TEXT_BYTES",
    default: "102400",
    unit: "bytes",
    meaning: "Longest text in a result; the rest is cut off.",
  },
  {
    name: "MCP_MAX_CONCURRENT_CALLS",
    default: "64",
    meaning: "Calls of the API that run at the same time.",
  },
  {
    name: "MCP_QUEUE",
    default: "256",
    meaning: "Calls that may wait for their turn; further ones are refused.",
  },
  {
    name: "MCP_CONNECTIONS",
    default: "128",
    meaning: "Connections to one origin of the API.",
  },
  {
    name: "MCP_RATE_LIMIT",
    default: "600",
    unit: "per minute",
    meaning: "Tool calls that one caller may make; 0 sets no limit.",
  },
  {
    name: "MCP_TOOL_RATE_LIMIT",
    default: "120",
    unit: "per minute",
    meaning:
      "Calls of the same tool that one caller may make; 0 sets no limit.",
  },
  {
    name: "REDIS_URL",
    secret: true,
    meaning:
      "Redis server that holds the rate limits of several instances; unset: this process's memory.",
  },
  {
    name: "MCP_FILE_ROOT",
    meaning:
      "Folder below which tools may read files to upload; unset: they may read none.",
  },
  {
    name: "MCP_LOG_LEVEL",
    default: "info",
    meaning:
      "Least severe lines of the log on stderr: silent, error, warn, info or debug.",
  },
  {
    name: "HTTPS_PROXY",
    secret: true,
    meaning: "Proxy for https requests to the API.",
  },
  {
    name: "HTTP_PROXY",
    secret: true,
    meaning: "Proxy for http requests to the API.",
  },
  {
    name: "NO_PROXY",
    meaning:
      "Host names, separated by commas, that are reached without the proxy.",
  },
] as const satisfies readonly Setting[];

/** Variables that each API has besides its base URLs and credentials: the name is the API's prefix and `suffix`. */
export const apiSettingsTable = [
  {
    suffix: "_ALLOWED_ORIGINS",
    meaning:
      "Origins, separated by commas, that may receive this API's credentials besides the origin of its base URL.",
  },
  {
    suffix: "_AUTHORIZATION",
    secret: true,
    meaning:
      "Whole value of the Authorization header, for an API whose document describes no credentials.",
  },
] as const satisfies readonly {
  readonly suffix: string;
  readonly meaning: string;
  readonly secret?: true;
}[];

/** The settings, checked. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly authToken: Secret | undefined;
  /** Milliseconds for one call of the API, with all its attempts. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How often a request is sent at most, the first time included. */
  readonly attempts: number;
  /** Decoded bytes of an answer. */
  readonly maxResponseBytes: number;
  readonly maxTextBytes: number;
  readonly maxConcurrentCalls: number;
  readonly queue: number;
  /** Per origin. */
  readonly connections: number;
  /** Calls per minute and caller; 0: no limit. */
  readonly rateLimit: number;
  /** Calls per minute, caller and tool; 0: no limit. */
  readonly toolRateLimit: number;
  readonly redisUrl: Secret | undefined;
  readonly fileRoot: string | undefined;
  readonly logLevel: LogLevel;
  /** URLs of proxies; `none`: hosts that are reached directly. */
  readonly proxy: {
    readonly https: Secret | undefined;
    readonly http: Secret | undefined;
    readonly none: string;
  };
}

type SettingName = (typeof settingsTable)[number]["name"];

/**
 * Reads and checks all settings. A variable that is empty counts as unset.
 *
 * @throws ConfigurationError that names the variable
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const text = (name: SettingName) =>
    nonEmpty(environment[name]) ?? defaultOf(name);
  const integer = (name: SettingName, least: number, most: number) =>
    readInteger(name, text(name), least, most);
  const list = (name: SettingName) => readList(text(name));
  const secret = (name: SettingName) => readSecret(name, environment);
  return {
    host: text("MCP_HOST") ?? "127.0.0.1",
    port: integer("MCP_PORT", 0, 65_535),
    allowedHosts: list("MCP_ALLOWED_HOSTS"),
    allowedOrigins: list("MCP_ALLOWED_ORIGINS"),
    authToken: secret("MCP_AUTH_TOKEN"),
    timeoutMs: integer("MCP_TIMEOUT_MS", 1, 3_600_000),
    connectTimeoutMs: integer("MCP_CONNECT_TIMEOUT_MS", 1, 3_600_000),
    attempts: integer("MCP_ATTEMPTS", 1, 10),
    maxResponseBytes: integer("MCP_MAX_RESPONSE_BYTES", 1, 1_073_741_824),
    maxTextBytes: integer("MCP_MAX_TEXT_BYTES", 1, 1_073_741_824),
    maxConcurrentCalls: integer("MCP_MAX_CONCURRENT_CALLS", 1, 100_000),
    queue: integer("MCP_QUEUE", 0, 1_000_000),
    connections: integer("MCP_CONNECTIONS", 1, 100_000),
    rateLimit: integer("MCP_RATE_LIMIT", 0, 1_000_000_000),
    toolRateLimit: integer("MCP_TOOL_RATE_LIMIT", 0, 1_000_000_000),
    redisUrl: readUrl("REDIS_URL", secret("REDIS_URL"), ["redis:", "rediss:"]),
    fileRoot: text("MCP_FILE_ROOT"),
    logLevel: readLogLevel(text("MCP_LOG_LEVEL")),
    proxy: {
      https: proxyOf("HTTPS_PROXY", environment),
      http: proxyOf("HTTP_PROXY", environment),
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
  environment: NodeJS.ProcessEnv,
): Secret | undefined {
  const value = nonEmpty(environment[name]);
  if (value !== undefined) return new Secret(value);
  const path = nonEmpty(environment[`${name}_FILE`]);
  if (path === undefined) return undefined;
  let content: string;
  try {
    content = readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new ConfigurationError(
      `The file that ${name}_FILE names cannot be read`,
      {
        hint: "Check its path and that this server may read it.",
        cause,
      },
    );
  }
  return content === "" ? undefined : new Secret(content);
}

/** The items of a list separated by commas. */
export function readList(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function defaultOf(name: SettingName): string | undefined {
  const setting: Setting | undefined = settingsTable.find(
    (row) => row.name === name,
  );
  return setting?.default;
}

function nonEmpty(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function readInteger(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number {
  const value =
    text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ConfigurationError(
    `${name} has to be a whole number from ${least} to ${most}`,
  );
}

function readLogLevel(text: string | undefined): LogLevel {
  switch (text) {
    case "silent":
    case "error":
    case "warn":
    case "info":
    case "debug":
      return text;
    default:
      throw new ConfigurationError(
        "MCP_LOG_LEVEL has to be silent, error, warn, info or debug",
      );
  }
}

function readUrl(
  name: string,
  value: Secret | undefined,
  protocols: readonly string[],
): Secret | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value.reveal())
    ? new URL(value.reveal())
    : undefined;
  if (url !== undefined && protocols.includes(url.protocol)) {
    // The password is a secret also without the rest of the URL.
    // Unlike `decodeURIComponent`, `unescape` of node:querystring never throws.
    if (url.password !== "") new Secret(unescape(url.password));
    return value;
  }
  // The value may hold a password: the message does not repeat it.
  throw new ConfigurationError(
    `${name} has to be a URL that begins with ${protocols.join("// or ")}//`,
  );
}

/** By convention the lower-case name of a proxy variable is the stronger one. */
function proxyOf(
  name: "HTTPS_PROXY" | "HTTP_PROXY",
  environment: NodeJS.ProcessEnv,
): Secret | undefined {
  const value =
    readSecret(name.toLowerCase(), environment) ??
    readSecret(name, environment);
  return readUrl(name, value, ["http:", "https:"]);
}
