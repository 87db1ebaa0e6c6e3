/** Secrets are known to all tests of a process, so none here is an ordinary word. The settings: what each is by default, which values it takes, and what is said of others. */
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import {
  noFiles,
  readList,
  readSecret,
  readSettings,
  type Settings,
} from "../../templates/always/src/runtime/settings/settings.ts";
import { apiSettingsTable } from "../../templates/always/src/runtime/settings/api-settings-table.ts";
import {
  defaultOf,
  type Setting,
  settingsFor,
  settingsTable,
} from "../../templates/always/src/runtime/settings/settings-table.ts";

const revealed = (value: unknown): unknown => (value instanceof Secret ? value.reveal() : value);
function fault(environment: Record<string, string>): string {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "none";
}

it("are these where nothing is set, and where all is empty", () => {
  const defaults = {
    host: "127.0.0.1",
    port: 3000,
    allowedHosts: [],
    allowedOrigins: [],
    scopes: [],
    list: undefined,
    timeoutMs: 30_000,
    connectTimeoutMs: 5_000,
    attempts: 3,
    maxResponseBytes: 10_485_760,
    maxTextBytes: 102_400,
    maxConcurrentCalls: 64,
    queue: 256,
    queueMs: 2_000,
    connections: 128,
    rateLimit: 600,
    toolRateLimit: 120,
    tenantRateLimit: 0,
    redisUrl: undefined,
    storeKey: undefined,
    fileRoot: undefined,
    fileHosts: [],
    resourceLinks: 20,
    logLevel: "info",
    proxy: { https: undefined, http: undefined, none: "" },
  };
  expect(readSettings({})).toMatchObject(defaults);
  const empty = Object.fromEntries(settingsTable.map(({ name }) => [name, "  "]));
  expect(readSettings(empty)).toMatchObject(defaults);
});

describe("a number", () => {
  it.each<[string, keyof Settings, number, number]>([
    ["MCP_PORT", "port", 0, 65_535],
    ["MCP_TIMEOUT_MS", "timeoutMs", 1, 3_600_000],
    ["MCP_CONNECT_TIMEOUT_MS", "connectTimeoutMs", 1, 3_600_000],
    ["MCP_ATTEMPTS", "attempts", 1, 10],
    ["MCP_MAX_RESPONSE_BYTES", "maxResponseBytes", 1, 1_073_741_824],
    ["MCP_MAX_TEXT_BYTES", "maxTextBytes", 1, 1_073_741_824],
    ["MCP_MAX_CONCURRENT_CALLS", "maxConcurrentCalls", 1, 100_000],
    ["MCP_QUEUE", "queue", 0, 1_000_000],
    ["MCP_QUEUE_MS", "queueMs", 1, 3_600_000],
    ["MCP_CONNECTIONS", "connections", 1, 100_000],
    ["MCP_RATE_LIMIT", "rateLimit", 0, 1_000_000_000],
    ["MCP_TOOL_RATE_LIMIT", "toolRateLimit", 0, 1_000_000_000],
    ["MCP_TENANT_RATE_LIMIT", "tenantRateLimit", 0, 1_000_000_000],
    ["MCP_RESOURCE_LINKS", "resourceLinks", 0, 1_000],
  ])("%s is %s, from %i to %i", (name, key, least, most) => {
    for (const value of [least, most]) expect(readSettings({ [name]: ` ${value} ` })[key]).toBe(value);
    const message = `${name} has to be a whole number from ${least} to ${most}`;
    for (const value of [least - 1, most + 1, "1.5", "1e1", "0x1", "one", "1234567890123456"])
      expect(fault({ [name]: String(value) })).toBe(message);
  });
});

describe("a text", () => {
  it.each<[Record<string, string>, object]>([
    [{ MCP_HOST: " 0.0.0.0 " }, { host: "0.0.0.0" }],
    [{ MCP_ALLOWED_HOSTS: "a, b,,c " }, { allowedHosts: ["a", "b", "c"] }],
    [{ MCP_ALLOWED_ORIGINS: "https://a" }, { allowedOrigins: ["https://a"] }],
    [{ MCP_SCOPES: "pets,shops" }, { scopes: ["pets", "shops"] }],
    [{ MCP_FILE_ROOT: "/srv" }, { fileRoot: "/srv" }],
    [{ MCP_FILE_HOSTS: "a.example,b.example" }, { fileHosts: ["a.example", "b.example"] }],
    ...["all", "planned", "discovery"].map((list): [Record<string, string>, object] => [{ MCP_LIST: list }, { list }]),
    ...["silent", "error", "warn", "info", "debug"].map((logLevel): [Record<string, string>, object] => [
      { MCP_LOG_LEVEL: logLevel },
      { logLevel },
    ]),
  ])("%j is %j", (environment, want) => expect(readSettings(environment)).toMatchObject(want));

  it.each<[Record<string, string>, string]>([
    [{ MCP_LIST: "some" }, "MCP_LIST has to be all, planned or discovery"],
    [{ MCP_LOG_LEVEL: "loud" }, "MCP_LOG_LEVEL has to be silent, error, warn, info or debug"],
    [{ REDIS_URL: "http://no-redis-here.invalid" }, "REDIS_URL has to be a URL that begins with redis:// or rediss://"],
    [{ REDIS_URL: "no-redis-here.invalid:6379" }, "REDIS_URL has to be a URL that begins with redis:// or rediss://"],
    [{ HTTPS_PROXY: "no-proxy-here.invalid:3128" }, "HTTPS_PROXY has to be a URL that begins with http:// or https://"],
    [
      { http_proxy: "socks5://no-proxy-here.invalid" },
      "HTTP_PROXY has to be a URL that begins with http:// or https://",
    ],
  ])("%j is refused: %s", (environment, message) => {
    expect(fault(environment)).toBe(message);
    for (const value of Object.values(environment)) expect(fault(environment)).not.toContain(value);
  });

  it("that is a secret is a URL, or long enough", () => {
    const urls = {
      REDIS_URL: "rediss://u:p%40ss-word@redis",
      HTTPS_PROXY: "http://one-proxy.invalid:1",
      HTTP_PROXY: "https://other-proxy.invalid",
    };
    const { redisUrl, proxy } = readSettings(urls);
    expect([redisUrl, proxy.https, proxy.http].map(revealed)).toEqual(Object.values(urls));
    expect(revealed(readSettings({ REDIS_URL: "redis://plain-redis.invalid" }).redisUrl)).toBe(
      "redis://plain-redis.invalid",
    );
    expect(revealed(readSettings({ MCP_STORE_KEY: "k-Q7".repeat(8) }).storeKey)).toBe("k-Q7".repeat(8));
    expect(fault({ MCP_STORE_KEY: "k9~k9~" })).toContain("MCP_STORE_KEY");
  });

  it("of a proxy in small letters is the stronger one", () => {
    const { proxy } = readSettings({
      HTTPS_PROXY: "http://proxy-a.invalid",
      https_proxy: "http://proxy-b.invalid",
      HTTP_PROXY: "http://proxy-c.invalid",
      NO_PROXY: "d",
      no_proxy: "e",
    });
    expect([revealed(proxy.https), revealed(proxy.http), proxy.none]).toEqual([
      "http://proxy-b.invalid",
      "http://proxy-c.invalid",
      "e",
    ]);
    expect(readSettings({ NO_PROXY: "d", no_proxy: " " }).proxy.none).toBe("d");
  });
});

describe("a secret in a file", () => {
  const readText = (path: string): string => {
    if (path === "/missing") throw new Error("no such file: canary");
    return { "/token": "from~file~7\r\n", "/lines": "a\nb\n\n", "/empty": " \n" }[path] ?? "";
  };
  const read = (environment: Record<string, string>): string | undefined =>
    readSecret("KEY", { environment, readText })?.reveal();

  it.each([
    [{}, undefined],
    [{ KEY_FILE: "/token" }, "from~file~7"],
    [{ KEY_FILE: " /token " }, "from~file~7"],
    [{ KEY: "own", KEY_FILE: "/token" }, "own"],
    [{ KEY: " ", KEY_FILE: "/token" }, "from~file~7"],
    [{ KEY_FILE: "/lines" }, "a\nb"],
    [{ KEY_FILE: "/empty" }, undefined],
    [{ KEY_FILE: " " }, undefined],
  ])("%j is %j", (environment, want) => expect(read(environment)).toBe(want));

  it("is told where it cannot be read, without its path, and where there are no files", () => {
    expect(() => read({ KEY_FILE: "/missing" })).toThrow("The file that KEY_FILE names cannot be read");
    expect(() => readSecret("KEY", { environment: { KEY_FILE: "/token" } })).toThrow(noFiles("KEY_FILE").message);
    expect(noFiles("KEY_FILE").message).toBe("KEY_FILE names a file, and this server runs where there are none");
  });
});

it.each([
  [undefined, []],
  ["", []],
  [" , ,", []],
  ["a", ["a"]],
  ["a b, c", ["a b", "c"]],
])("the list %j has %j", (text, want) => expect(readList(text)).toEqual(want));

describe("the table", () => {
  const names = (parts: Parameters<typeof settingsFor>[0]): readonly string[] =>
    settingsFor(parts).map(({ name }) => name);
  const ofParts = {
    credentials: ["MCP_CREDENTIALS"],
    discovery: ["MCP_LIST"],
    files: ["MCP_FILE_ROOT", "MCP_FILE_HOSTS"],
    proxy: [
      "MCP_TRUSTED_PROXIES",
      ...["SUBJECT", "TENANT", "SCOPES", "VERIFIED"].map((name) => `MCP_PROXY_${name}_HEADER`),
    ],
    redis: ["REDIS_URL", "MCP_STORE_KEY"],
    resources: ["MCP_RESOURCE_LINKS"],
  };

  it("has every variable once, each with a sentence", () => {
    const rows: readonly Setting[] = settingsTable;
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { meaning } of [...rows, ...apiSettingsTable]) expect(meaning).toMatch(/^[A-Z][^\n]+\.$/);
    expect(rows.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "MCP_AUTH_TOKEN",
        "MCP_AUTH_TOKENS",
        "REDIS_URL",
        "MCP_STORE_KEY",
        "HTTPS_PROXY",
        "HTTP_PROXY",
      ]),
    );
    const units = (unit: string): readonly string[] => rows.filter((row) => row.unit === unit).map(({ name }) => name);
    expect(units("ms")).toEqual(rows.flatMap(({ name }) => (name.endsWith("_MS") ? [name] : [])));
    expect(units("bytes")).toEqual(["MCP_MAX_RESPONSE_BYTES", "MCP_MAX_TEXT_BYTES", "MCP_CACHE_BYTES"]);
    expect(units("per minute")).toEqual(["MCP_RATE_LIMIT", "MCP_TOOL_RATE_LIMIT", "MCP_TENANT_RATE_LIMIT"]);
    const ofEach = apiSettingsTable.filter((row) => !("part" in row));
    expect(ofEach.map(({ suffix, ...row }) => [suffix, "secret" in row])).toEqual([
      ["_ALLOWED_ORIGINS", false],
      ["_AUTHORIZATION", true],
    ]);
    const secret = apiSettingsTable.filter((row) => "part" in row && "secret" in row);
    expect(secret.map(({ suffix }) => suffix)).toEqual(["_TOKEN_EXCHANGE_CLIENT_SECRET", "_SIGN_IN_CLIENT_SECRET"]);
  });

  it("has those of the parts that a server has", () => {
    const plain = names({});
    for (const [part, own] of Object.entries(ofParts)) {
      expect(names({ [part]: {} }).filter((name) => !plain.includes(name))).toEqual(own);
      expect(plain).not.toContain(own[0]);
    }
    const rows: readonly Setting[] = settingsTable;
    const all = Object.fromEntries(rows.flatMap(({ part }) => (part === undefined ? [] : [[part, {}]])));
    expect(names(all)).toEqual(rows.map(({ name }) => name));
    expect([defaultOf("MCP_PORT"), defaultOf("MCP_LIST")]).toEqual(["3000", undefined]);
  });
});
