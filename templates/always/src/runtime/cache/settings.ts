/** What the environment says of the cache. */
import type { Environment } from "../host.js";
import { readInteger, readSwitch } from "../settings/settings.js";
import type { SettingName } from "../settings/settings-table.js";

export interface CacheSettings {
  readonly isOn: boolean;
  /** Milliseconds for which an answer is used at most without asking whether it still holds. */
  readonly maxMs: number;
  /** Milliseconds for which an older one may stand in while the API fails; 0: never, unless the API says so. */
  readonly staleMs: number;
  /** Bytes that are kept in this process. */
  readonly bytes: number;
}

/** @throws ConfigurationError that names the variable */
export function readCacheSettings(environment: Environment): CacheSettings {
  const whole = (name: SettingName, least: number, most: number): number =>
    readInteger(environment, name, least, most);
  return {
    isOn: readSwitch(environment, "MCP_CACHE"),
    maxMs: whole("MCP_CACHE_MAX_MS", 0, 86_400_000),
    staleMs: whole("MCP_CACHE_STALE_MS", 0, 86_400_000),
    bytes: whole("MCP_CACHE_BYTES", 65_536, 1_073_741_824),
  };
}
