import type { Setting } from "./setting.js";

/** What is read of how long answers are kept. */
export const cacheTable = [
  {
    name: "MCP_CACHE",
    part: "cache",
    default: "on",
    meaning: "Whether answers are kept as the API allows: on or off.",
  },
  {
    name: "MCP_CACHE_MAX_MS",
    part: "cache",
    default: "3600000",
    unit: "ms",
    meaning:
      "How long an answer is used without asking the API again, at most, whatever it says.",
  },
  {
    name: "MCP_CACHE_STALE_MS",
    part: "cache",
    default: "3600000",
    unit: "ms",
    meaning:
      "How long after its end an answer may stand in while the API fails, unless it says otherwise; 0: never.",
  },
  {
    name: "MCP_CACHE_BYTES",
    part: "cache",
    default: "33554432",
    unit: "bytes",
    meaning:
      "Memory for kept answers where instances share no store; the oldest go first.",
  },
] as const satisfies readonly Setting[];
