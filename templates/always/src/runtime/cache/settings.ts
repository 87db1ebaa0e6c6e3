/** What the environment says of the cache. */
import type { Environment } from "../host.js";
import { ConfigurationError } from "../errors.js";
import { readWord, settingOf } from "../settings/settings.js";
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
  const text = (name: SettingName) => settingOf(environment, name);
  const whole = (name: SettingName, least: number, most: number): number => {
    const value = text(name) ?? "";
    if (
      /^\d{1,12}$/.test(value) &&
      Number(value) >= least &&
      Number(value) <= most
    )
      return Number(value);
    throw new ConfigurationError(
      `${name} has to be a whole number from ${least} to ${most}`,
    );
  };
  return {
    isOn: readWord("MCP_CACHE", text("MCP_CACHE"), ["on", "off"]) === "on",
    maxMs: whole("MCP_CACHE_MAX_MS", 0, 86_400_000),
    staleMs: whole("MCP_CACHE_STALE_MS", 0, 86_400_000),
    bytes: whole("MCP_CACHE_BYTES", 65_536, 1_073_741_824),
  };
}
