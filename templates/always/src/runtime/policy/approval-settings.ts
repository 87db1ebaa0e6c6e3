import { refuseShort } from "../access/access-tokens.js";
import { fromBase64 } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import type { Variables } from "../host.js";
import { ConfigurationError } from "../errors.js";
import type { Secret } from "../secret.js";
import {
  readInteger,
  readSecret,
  readSwitch,
  readWord,
  safeUrl,
  settingOf,
} from "../settings/settings.js";
import type { SettingName } from "../settings/settings-table.js";

export interface ApprovalSettings {
  /** `off`: what a rule asks about is allowed. */
  readonly mode: "auto" | "require" | "off";
  /** How long a question waits for its answer. */
  readonly expiresInMs: number;
  /** What whoever decides at the page of approvals has to know, unless they have a signed link. */
  readonly key?: Secret;
  /** Where that page is; absent: there is none. */
  readonly page?: string;
  /** Who is told of questions; absent: nobody. */
  readonly webhook?: WebhookSettings;
  /** Whether no request is sent at all. */
  readonly dryRun: boolean;
}

export interface WebhookSettings {
  /** Its address is often all that it takes to write there. */
  readonly url: Secret;
  /** What messages and links are signed with: 16 bytes at least. */
  readonly key: Uint8Array<ArrayBuffer>;
}

const longestMs = 3_600_000;
const fewestKeyBytes = 16;

/** @throws ConfigurationError that names the variable */
export function readApprovalSettings(variables: Variables): ApprovalSettings {
  const { environment } = variables;
  const text = (name: SettingName): string =>
    settingOf(environment, name) ?? "";
  const key = readSecret("MCP_APPROVAL_KEY", variables);
  if (key !== undefined) refuseShort("MCP_APPROVAL_KEY", key.reveal(), "key");
  const webhook = webhookOf(variables);
  const publicUrl = text("MCP_PUBLIC_URL");
  if (webhook !== undefined) safeUrl("MCP_PUBLIC_URL", publicUrl);
  return {
    mode: readWord("MCP_APPROVE", text("MCP_APPROVE"), [
      "auto",
      "require",
      "off",
    ]),
    expiresInMs: readInteger(environment, "MCP_APPROVAL_MS", 1_000, longestMs),
    dryRun: readSwitch(environment, "MCP_DRY_RUN"),
    ...defined({ key, webhook }),
    ...(key === undefined && webhook === undefined
      ? {}
      : { page: `${publicUrl.replace(/\/$/, "")}/approvals` }),
  };
}

function webhookOf(variables: Variables): WebhookSettings | undefined {
  const url = readSecret("MCP_APPROVAL_WEBHOOK", variables);
  const key = readSecret("MCP_APPROVAL_WEBHOOK_KEY", variables);
  if (url === undefined && key === undefined) return undefined;
  if (url === undefined || key === undefined)
    throw new ConfigurationError(
      "MCP_APPROVAL_WEBHOOK and MCP_APPROVAL_WEBHOOK_KEY have to be set, both: whoever gets a message has to know that it is from this server",
      { hint: "Make a key with: openssl rand -base64 32" },
    );
  safeUrl("MCP_APPROVAL_WEBHOOK", url.reveal());
  const bytes = fromBase64(key.reveal().replace(/^whsec_/, ""));
  if (bytes === undefined || bytes.length < fewestKeyBytes)
    throw new ConfigurationError(
      `MCP_APPROVAL_WEBHOOK_KEY has to be base64 of ${fewestKeyBytes} bytes at least`,
      { hint: "Make one with: openssl rand -base64 32" },
    );
  return { url, key: bytes };
}
