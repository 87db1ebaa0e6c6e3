/** The environment variables that are the same for every API: one table, from which the documentation derives. */
import {
  auditTable,
  authorizationTable,
  cacheTable,
  callersTable,
  type Setting,
} from "./parts-table.js";

export type { Setting } from "./parts-table.js";

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
    name: "MCP_PROBE_PORT",
    meaning:
      "Port of every address that answers /livez, /readyz, /healthz and, where there is such, /metrics, and nothing else; unset: only MCP_PORT does.",
  },
  {
    name: "MCP_SSE",
    part: "sse",
    default: "off",
    meaning:
      "Whether clients of MCP 2024-11-05 are served, too, at /sse and /messages: on or off.",
  },
  {
    name: "MCP_SSE_SESSIONS",
    part: "sse",
    default: "200",
    meaning: "Sessions of such clients at the same time; a caller has 20.",
  },
  {
    name: "MCP_SSE_IDLE_MS",
    part: "sse",
    default: "1800000",
    unit: "ms",
    meaning: "How long a session lasts in which nothing is asked.",
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
    name: "MCP_AUTH_TOKENS",
    secret: true,
    meaning:
      'Bearer tokens by name, each with limits, log lines and scopes of its own: {"ada":{"token":"…","scopes":["pets"]}}.',
  },
  {
    name: "MCP_SCOPES",
    meaning:
      "Scopes, separated by commas, that HTTP clients have whose token names none; tools that ask for others are kept from them.",
  },
  ...authorizationTable,
  ...callersTable,
  {
    name: "MCP_POLICY_FILE",
    part: "policy",
    meaning:
      "Policy in JSON, in place of the one that the server was generated with; a changed file holds from then on.",
  },
  {
    name: "MCP_APPROVE",
    part: "policy",
    default: "auto",
    meaning:
      "Calls that the policy asks about, where a client cannot ask its user: auto lets pass what no rule names, require refuses them, off allows all without a question.",
  },
  {
    name: "MCP_APPROVAL_MS",
    part: "policy",
    default: "300000",
    unit: "ms",
    meaning: "How long a question waits for its answer.",
  },
  {
    name: "MCP_APPROVAL_KEY",
    part: "policy",
    secret: true,
    meaning:
      "Key of people who approve calls at /approvals, over HTTP, for clients that cannot ask; unset: there is no such page.",
  },
  {
    name: "MCP_APPROVAL_WEBHOOK",
    part: "policy",
    secret: true,
    meaning:
      "URL that is told of calls which wait to be approved and whose clients cannot ask, with a link to MCP_PUBLIC_URL that lets whoever has it decide; unset: nobody is.",
  },
  {
    name: "MCP_APPROVAL_WEBHOOK_KEY",
    part: "policy",
    secret: true,
    meaning:
      "Key that these messages and links are signed with, as Standard Webhooks has it: base64, of 16 bytes at least.",
  },
  {
    name: "MCP_DRY_RUN",
    part: "policy",
    default: "off",
    meaning: "Whether requests are shown in place of being sent: on or off.",
  },
  {
    name: "MCP_LIST",
    part: "discovery",
    meaning:
      "Which tools are listed: all, planned (those of src/generated/plan.json, and what finds the others), or discovery; default: as the server was generated.",
  },
  {
    name: "MCP_TOOLSET",
    part: "toolsets",
    meaning:
      "Toolset that is served in place of the whole server, as --toolset; unset: all of it, and over HTTP each toolset at /mcp/<toolset>.",
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
    meaning:
      "Longest text in a result, up to 3.5 MiB; lists are cut between their items, and structured content with them.",
  },
  {
    name: "MCP_MAX_RESULT_TOKENS",
    default: "10000",
    meaning:
      "Estimated tokens of text in a result; the rest can be had by further calls; 0 leaves it to MCP_MAX_TEXT_BYTES.",
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
    name: "MCP_QUEUE_MS",
    default: "2000",
    unit: "ms",
    meaning:
      "Longest wait of a call for its turn; calls that would wait longer, as the last ones took, are refused at once.",
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
  ...cacheTable,
  ...auditTable,
  {
    name: "MCP_TENANT_RATE_LIMIT",
    default: "0",
    unit: "per minute",
    meaning:
      "Calls per minute that all callers of an organisation may make together; 0: no limit.",
  },
  {
    name: "REDIS_URL",
    part: "redis",
    secret: true,
    meaning:
      "Redis server that several instances share: limits, the rest of long answers, what is paused; unset: this process's memory.",
  },
  {
    name: "MCP_STORE_KEY",
    part: "redis",
    secret: true,
    meaning:
      "Key that several instances have in common: with it access tokens lie in Redis too, sealed; unset: each instance gets its own.",
  },
  {
    name: "MCP_JOB_KEY",
    part: "jobs",
    secret: true,
    meaning:
      "Key that handles of work are sealed with: instances that have it in common take each other's, also after a restart; unset: MCP_STORE_KEY; without either, handles end with the server.",
  },
  {
    name: "MCP_FILE_ROOT",
    part: "files",
    meaning:
      "Folder below which tools may read files to upload; unset: they may read none.",
  },
  {
    name: "MCP_FILE_HOSTS",
    part: "files",
    meaning:
      "Hosts, separated by commas, that tools may fetch files to upload from, by https; unset: none.",
  },
  {
    name: "MCP_RESOURCE_LINKS",
    part: "resources",
    default: "20",
    meaning:
      "Items of a list that a result links to as resources, at most; 0 sets no links.",
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

/** Those that a server with these parts reads. */
export function settingsFor(parts: {
  readonly [Part in NonNullable<Setting["part"]>]?: unknown;
}): readonly (typeof settingsTable)[number][] {
  return settingsTable.filter(
    (setting) => !("part" in setting) || parts[setting.part] !== undefined,
  );
}

export type SettingName = (typeof settingsTable)[number]["name"];

/** What a variable counts as while it is unset; `undefined`: as nothing. */
export function defaultOf(name: SettingName): string | undefined {
  const setting: Setting | undefined = settingsTable.find(
    (row) => row.name === name,
  );
  return setting?.default;
}
