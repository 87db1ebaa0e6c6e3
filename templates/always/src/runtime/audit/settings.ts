/** What the environment says of the audit. */
import { ConfigurationError } from "../errors.js";
import type { Host } from "../host.js";
import type { Secret } from "../secret.js";
import {
  readList,
  readSecret,
  readSwitch,
  settingOf,
} from "../settings/settings.js";
import type { SettingName } from "../settings/settings-table.js";
import { parseUrl } from "../data/url.js";

export interface AuditSettings {
  /** File that lines are added to. */
  readonly file: string | undefined;
  /** Where lines are sent. */
  readonly collector: string | undefined;
  readonly collectorToken: Secret | undefined;
  /** Whether no call is made before its line is written. */
  readonly isSynchronous: boolean;
  /** Whether each line carries the hash of the one before it. */
  readonly isChained: boolean;
  /** What hashes are made with, so that nobody without it can make one. */
  readonly key: Secret | undefined;
  /** Arguments whose values are written, `argument` or `tool.argument`. */
  readonly values: ReadonlySet<string>;
}

/** @throws ConfigurationError that names the variable */
export function readAuditSettings(host: Host): AuditSettings {
  const text = (name: SettingName) => settingOf(host.environment, name);
  const isOn = (name: SettingName) => readSwitch(host.environment, name);
  const key = readSecret("MCP_AUDIT_KEY", host);
  const file = text("MCP_AUDIT_FILE");
  const collector = readCollector(text("MCP_AUDIT_URL"));
  if (file !== undefined && collector !== undefined)
    throw new ConfigurationError(
      "MCP_AUDIT_FILE and MCP_AUDIT_URL are both set: lines go to one place",
    );
  return {
    file,
    collector,
    collectorToken: readSecret("MCP_AUDIT_TOKEN", host),
    isSynchronous: isOn("MCP_AUDIT_SYNC"),
    isChained: key !== undefined || isOn("MCP_AUDIT_CHAIN"),
    key,
    values: new Set(readList(text("MCP_AUDIT_VALUES"))),
  };
}

function readCollector(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = parseUrl(text);
  const isPlain = url?.username === "" && url.password === "";
  if (isPlain && ["https:", "http:"].includes(url.protocol)) return url.href;
  throw new ConfigurationError(
    "MCP_AUDIT_URL has to be a URL that begins with https:// or http://, without a user or password",
    { hint: "MCP_AUDIT_TOKEN is what the collector knows this server by." },
  );
}
