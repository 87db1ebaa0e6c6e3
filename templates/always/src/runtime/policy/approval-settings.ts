import { refuseShort } from "../access/access-tokens.js";
import type { Variables } from "../data/environment.js";
import { ConfigurationError } from "../errors.js";
import type { Secret } from "../secret.js";
import { readSecret, readWord, settingOf } from "../settings/settings.js";
import type { SettingName } from "../settings/settings-table.js";

export interface ApprovalSettings {
  /** `off`: what a rule asks about is allowed. */
  readonly mode: "auto" | "require" | "off";
  /** How long a question waits for its answer. */
  readonly expiresInMs: number;
  /** What whoever decides at the page of approvals has to know. */
  readonly key?: Secret;
  /** Where that page is; absent: there is none. */
  readonly page?: string;
  /** Whether no request is sent at all. */
  readonly dryRun: boolean;
}

const longestMs = 3_600_000;

/** @throws ConfigurationError that names the variable */
export function readApprovalSettings(variables: Variables): ApprovalSettings {
  const { environment } = variables;
  const text = (name: SettingName): string =>
    settingOf(environment, name) ?? "";
  const key = readSecret("MCP_APPROVAL_KEY", variables);
  if (key !== undefined) refuseShort("MCP_APPROVAL_KEY", key.reveal(), "key");
  return {
    mode: readWord("MCP_APPROVE", text("MCP_APPROVE"), [
      "auto",
      "require",
      "off",
    ]),
    expiresInMs: timeOf(text("MCP_APPROVAL_MS")),
    dryRun:
      readWord("MCP_DRY_RUN", text("MCP_DRY_RUN"), ["off", "on"]) === "on",
    ...(key === undefined
      ? {}
      : {
          key,
          page: `${text("MCP_PUBLIC_URL").replace(/\/$/, "")}/approvals`,
        }),
  };
}

function timeOf(text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= 1_000 && value <= longestMs)
    return value;
  throw new ConfigurationError(
    `MCP_APPROVAL_MS has to be a whole number from 1000 to ${longestMs}`,
  );
}
