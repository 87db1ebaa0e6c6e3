/** Every setting by its name, the part that reads it, its default and unit, and which are secrets: what owners have written down. */
import { describe, expect, it } from "vitest";
import { apiSettingsTable } from "../../templates/always/src/runtime/settings/api-settings-table.ts";
import type { Setting } from "../../templates/always/src/runtime/settings/parts-table.ts";
import { settingsTable } from "../../templates/always/src/runtime/settings/settings-table.ts";

type Row = readonly [name: string, part?: string | undefined, value?: string, unit?: string];
const secret = "secret";

/** In place of a default: `secret`. No secret has one. */
const rows: readonly Row[] = [
  ["MCP_HOST", undefined, "127.0.0.1"],
  ["MCP_PORT", undefined, "3000"],
  ["MCP_PROBE_PORT"],
  ["MCP_SSE", "sse", "off"],
  ["MCP_SSE_SESSIONS", "sse", "200"],
  ["MCP_SSE_IDLE_MS", "sse", "1800000", "ms"],
  ["MCP_ALLOWED_HOSTS"],
  ["MCP_ALLOWED_ORIGINS"],
  ["MCP_AUTH_TOKEN", undefined, secret],
  ["MCP_AUTH_TOKENS", undefined, secret],
  ["MCP_SCOPES"],
  ["MCP_PUBLIC_URL", "authorization"],
  ["MCP_AUTH_ISSUER", "authorization"],
  ["MCP_AUTH_ISSUERS", "authorization", secret],
  ["MCP_AUTH_AUDIENCE", "authorization"],
  ["MCP_AUTH_JWKS_URL", "authorization"],
  ["MCP_AUTH_ALGORITHMS", "authorization", "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA"],
  ["MCP_AUTH_TOKEN_TYPES", "authorization", "at+jwt"],
  ["MCP_AUTH_SCOPES", "authorization"],
  ["MCP_AUTH_SCOPE_CLAIMS", "authorization", "scope,scp"],
  ["MCP_AUTH_SCOPE_PREFIX", "authorization"],
  ["MCP_AUTH_TENANT_CLAIM", "authorization"],
  ["MCP_AUTH_KEYS_MS", "authorization", "86400000", "ms"],
  ["MCP_AUTH_CLIENT_ID", "authorization"],
  ["MCP_AUTH_CLIENT_SECRET", "authorization", secret],
  ["MCP_AUTH_INTROSPECTION_URL", "authorization"],
  ["MCP_TRUSTED_PROXIES", "proxy"],
  ["MCP_PROXY_SUBJECT_HEADER", "proxy"],
  ["MCP_PROXY_TENANT_HEADER", "proxy"],
  ["MCP_PROXY_SCOPES_HEADER", "proxy"],
  ["MCP_PROXY_VERIFIED_HEADER", "proxy"],
  ["MCP_CREDENTIALS", "credentials", secret],
  ["MCP_POLICY_FILE", "policy"],
  ["MCP_APPROVE", "policy", "auto"],
  ["MCP_APPROVAL_MS", "policy", "300000", "ms"],
  ["MCP_APPROVAL_KEY", "policy", secret],
  ["MCP_APPROVAL_WEBHOOK", "policy", secret],
  ["MCP_APPROVAL_WEBHOOK_KEY", "policy", secret],
  ["MCP_DRY_RUN", "policy", "off"],
  ["MCP_LIST", "discovery"],
  ["MCP_TOOLSET", "toolsets"],
  ["MCP_TIMEOUT_MS", undefined, "30000", "ms"],
  ["MCP_CONNECT_TIMEOUT_MS", undefined, "5000", "ms"],
  ["MCP_ATTEMPTS", undefined, "3"],
  ["MCP_MAX_RESPONSE_BYTES", undefined, "10485760", "bytes"],
  ["MCP_MAX_TEXT_BYTES", undefined, "102400", "bytes"],
  ["MCP_MAX_RESULT_TOKENS", undefined, "10000"],
  ["MCP_MAX_CONCURRENT_CALLS", undefined, "64"],
  ["MCP_QUEUE", undefined, "256"],
  ["MCP_QUEUE_MS", undefined, "2000", "ms"],
  ["MCP_CONNECTIONS", undefined, "128"],
  ["MCP_RATE_LIMIT", undefined, "600", "per minute"],
  ["MCP_TOOL_RATE_LIMIT", undefined, "120", "per minute"],
  ["MCP_CACHE", "cache", "on"],
  ["MCP_CACHE_MAX_MS", "cache", "3600000", "ms"],
  ["MCP_CACHE_STALE_MS", "cache", "3600000", "ms"],
  ["MCP_CACHE_BYTES", "cache", "33554432", "bytes"],
  ["MCP_AUDIT_FILE", "audit"],
  ["MCP_AUDIT_URL", "audit"],
  ["MCP_AUDIT_TOKEN", "audit", secret],
  ["MCP_AUDIT_SYNC", "audit", "off"],
  ["MCP_AUDIT_CHAIN", "audit", "off"],
  ["MCP_AUDIT_KEY", "audit", secret],
  ["MCP_AUDIT_VALUES", "audit"],
  ["MCP_TENANT_RATE_LIMIT", undefined, "0", "per minute"],
  ["REDIS_URL", "redis", secret],
  ["MCP_STORE_KEY", "redis", secret],
  ["MCP_FILE_ROOT", "files"],
  ["MCP_FILE_HOSTS", "files"],
  ["MCP_RESOURCE_LINKS", "resources", "20"],
  ["MCP_LOG_LEVEL", undefined, "info"],
  ["HTTPS_PROXY", undefined, secret],
  ["HTTP_PROXY", undefined, secret],
  ["NO_PROXY"],
];

const apiRows: readonly Row[] = [
  ["_ALLOWED_ORIGINS"],
  ["_AUTHORIZATION", undefined, secret],
  ["_CALLER_CREDENTIALS", "credentials"],
  ["_PASSED_HEADERS", "credentials"],
  ["_TOKEN_EXCHANGE_URL", "credentials"],
  ["_TOKEN_EXCHANGE_CLIENT_ID", "credentials"],
  ["_TOKEN_EXCHANGE_CLIENT_SECRET", "credentials", secret],
  ["_TOKEN_EXCHANGE_AUDIENCE", "credentials"],
  ["_TOKEN_EXCHANGE_RESOURCE", "credentials"],
  ["_TOKEN_EXCHANGE_SCOPE", "credentials"],
  ["_TOKEN_EXCHANGE_GRANT", "credentials"],
  ["_SIGN_IN_URL", "credentials"],
  ["_SIGN_IN_TOKEN_URL", "credentials"],
  ["_SIGN_IN_CLIENT_ID", "credentials"],
  ["_SIGN_IN_CLIENT_SECRET", "credentials", secret],
  ["_SIGN_IN_SCOPES", "credentials"],
  ["_SESSION_LOGIN", "credentials"],
  ["_SESSION_ARGUMENTS", "credentials"],
];

const rowOf = (name: string, { part, default: value, unit, secret: isSecret }: Partial<Setting>): Row => {
  expect(isSecret === true && value !== undefined, name).toBe(false);
  return [name, part, isSecret === true ? secret : value, unit];
};
const whole = (known: readonly Row[]) =>
  new Map(known.map(([name, part, value, unit]) => [name, [name, part, value, unit]]));

describe("settings that are there keep what they are", () => {
  it("of the server", () => {
    const found = new Map(settingsTable.map((row: Setting) => [row.name, rowOf(row.name, row)]));
    for (const [name, row] of whole(rows)) expect(found.get(name), name).toEqual(row);
    expect(found.size).toBe(settingsTable.length);
  });

  it("of each API", () => {
    const found = new Map(apiSettingsTable.map((row) => [row.suffix, rowOf(row.suffix, row as Partial<Setting>)]));
    for (const [name, row] of whole(apiRows)) expect(found.get(name as never), name).toEqual(row);
    expect(found.size).toBe(apiSettingsTable.length);
  });

  it("and each says in a sentence what it means", () => {
    for (const { meaning } of [...settingsTable, ...apiSettingsTable]) expect(meaning).toMatch(/^[A-Z].{10,}\.$/);
  });
});
