import type { Setting } from "./setting.js";

/** What is read of where and how it is written down what callers do. */
export const auditTable = [
  {
    name: "MCP_AUDIT_FILE",
    part: "audit",
    meaning:
      "File that lines of the audit are added to; unset, and without MCP_AUDIT_URL: standard error.",
  },
  {
    name: "MCP_AUDIT_URL",
    part: "audit",
    meaning: "Collector that lines of the audit are posted to, as NDJSON.",
  },
  {
    name: "MCP_AUDIT_TOKEN",
    part: "audit",
    secret: true,
    meaning: "Bearer token for the collector.",
  },
  {
    name: "MCP_AUDIT_SYNC",
    part: "audit",
    default: "off",
    meaning:
      "Whether a call is made only once a line says that it will be, and refused where that cannot be written: on or off.",
  },
  {
    name: "MCP_AUDIT_CHAIN",
    part: "audit",
    default: "off",
    meaning:
      "Whether each line of the audit carries the hash of the one before it: on or off.",
  },
  {
    name: "MCP_AUDIT_KEY",
    part: "audit",
    secret: true,
    meaning:
      "Secret that these hashes are made with, so that nobody else can make one; switches them on.",
  },
  {
    name: "MCP_AUDIT_VALUES",
    part: "audit",
    meaning:
      "Arguments whose values the audit has, argument or tool.argument, separated by commas; of all others it has the names.",
  },
] as const satisfies readonly Setting[];
