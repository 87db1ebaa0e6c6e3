/** Numbers and switches of settings, whichever part reads them: one spelling, one range, one text of what is wrong. */
import { describe, expect, it } from "vitest";
import { readAuditSettings } from "../../templates/always/src/runtime/audit/settings.ts";
import { readAuthoritySettings } from "../../templates/always/src/runtime/authorization/settings.ts";
import { readCacheSettings } from "../../templates/always/src/runtime/cache/settings.ts";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import type { Environment, Host } from "../../templates/always/src/runtime/host.ts";
import { readApprovalSettings } from "../../templates/always/src/runtime/policy/approval-settings.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";

type Read = (environment: Environment) => object;
const issuer = { MCP_AUTH_ISSUER: "https://issuer.example", MCP_PUBLIC_URL: "https://mcp.example" };
const server: Read = (environment) => readSettings(environment);
const approvals: Read = (environment) => readApprovalSettings({ environment });
const cache: Read = (environment) => readCacheSettings(environment);
const authority: Read = (environment) => readAuthoritySettings({ environment: { ...issuer, ...environment } });
const audit: Read = (environment) => readAuditSettings({ environment } as Host);

function faultOf(read: Read, environment: Environment): ConfigurationError {
  try {
    read(environment);
  } catch (fault) {
    if (fault instanceof ConfigurationError) return fault;
    throw fault;
  }
  throw new Error(`${JSON.stringify(environment)} was taken`);
}

describe("a number", () => {
  const numbers: readonly (readonly [string, Read, string, number, number, string])[] = [
    ["MCP_PORT", server, "port", 0, 65_535, "Write digits alone; unset, it is 3000."],
    ["MCP_PROBE_PORT", server, "probePort", 0, 65_535, "Write digits alone."],
    ["MCP_SSE_SESSIONS", server, "sseSessions", 1, 100_000, "Write digits alone; unset, it is 200."],
    ["MCP_SSE_IDLE_MS", server, "sseIdleMs", 1, 86_400_000, "Write digits alone, in ms; unset, it is 1800000."],
    ["MCP_TIMEOUT_MS", server, "timeoutMs", 1, 3_600_000, "Write digits alone, in ms; unset, it is 30000."],
    [
      "MCP_MAX_TEXT_BYTES",
      server,
      "maxTextBytes",
      1,
      1_073_741_824,
      "Write digits alone, in bytes; unset, it is 102400.",
    ],
    [
      "MCP_RATE_LIMIT",
      server,
      "rateLimit",
      0,
      1_000_000_000,
      "Write digits alone, in calls per minute; unset, it is 600.",
    ],
    ["MCP_APPROVAL_MS", approvals, "expiresInMs", 1_000, 3_600_000, "Write digits alone, in ms; unset, it is 300000."],
    ["MCP_CACHE_MAX_MS", cache, "maxMs", 0, 86_400_000, "Write digits alone, in ms; unset, it is 3600000."],
    ["MCP_CACHE_STALE_MS", cache, "staleMs", 0, 86_400_000, "Write digits alone, in ms; unset, it is 3600000."],
    ["MCP_CACHE_BYTES", cache, "bytes", 65_536, 1_073_741_824, "Write digits alone, in bytes; unset, it is 33554432."],
    ["MCP_AUTH_KEYS_MS", authority, "keysMs", 0, 604_800_000, "Write digits alone, in ms; unset, it is 86400000."],
  ];

  it.each(numbers)("%s: its ends, with blanks around and zeros in front", (name, read, member, least, most) => {
    for (const value of [least, most])
      for (const text of [`${value}`, ` ${value} `, `${value}`.padStart(15, "0")])
        expect(read({ [name]: text })).toMatchObject({ [member]: value });
  });

  it.each(numbers)(
    "%s: anything else is refused, with range, unit and default, and without its text",
    (name, read, _, least, most, hint) => {
      const wrong = ["-7", "1.5", "1e9", "0x7f", "7_000", "7,000", "7 000", "+7", "٧", "30s", "s3cr3t-value"];
      for (const text of [...wrong, `${least - 1}`, `${most + 1}`, `${most}`.padStart(16, "0")]) {
        const fault = faultOf(read, { [name]: text });
        expect([fault.message, fault.hint]).toEqual([
          `${name} has to be a whole number from ${least} to ${most}`,
          hint,
        ]);
      }
    },
  );
});

describe("a switch", () => {
  const switches: readonly (readonly [string, Read, string, boolean])[] = [
    ["MCP_SSE", server, "sse", false],
    ["MCP_CACHE", cache, "isOn", true],
    ["MCP_DRY_RUN", approvals, "dryRun", false],
    ["MCP_AUDIT_SYNC", audit, "isSynchronous", false],
    ["MCP_AUDIT_CHAIN", audit, "isChained", false],
  ];

  it.each(switches)("%s is on or off, or true or false", (name, read, member, standard) => {
    for (const text of ["on", "true", " on "]) expect(read({ [name]: text })).toMatchObject({ [member]: true });
    for (const text of ["off", "false"]) expect(read({ [name]: text })).toMatchObject({ [member]: false });
    expect(read({ [name]: "" })).toMatchObject({ [member]: standard });
    for (const text of ["On", "TRUE", "yes", "1", "0", "onoff"])
      expect(faultOf(read, { [name]: text }).message).toBe(`${name} has to be on or off`);
  });
});

it("that is one of several words names them all", () => {
  expect(faultOf(approvals, { MCP_APPROVE: "always" }).message).toBe("MCP_APPROVE has to be auto, require or off");
  expect(faultOf(server, { MCP_LIST: "some" }).message).toBe("MCP_LIST has to be all, planned or discovery");
});
