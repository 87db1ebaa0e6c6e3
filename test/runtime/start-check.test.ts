/** What owners are told when a server starts, and not at its first call: base URLs, credentials, variables that are misspelt. */
import { describe, expect, it, vi } from "vitest";
import { ConfigurationError } from "../../templates/always/src/runtime/errors.ts";
import { checkStart } from "../../templates/always/src/runtime/settings/start-check.ts";

interface Group {
  readonly id: string;
  readonly environment: string;
  readonly servers: readonly { readonly url: string; readonly variables: readonly object[] }[];
}
const server = (url: string, variables: readonly object[] = []) => ({ url, variables });
const group = (id: string, environment: string, ...urls: readonly string[]): Group => ({
  id,
  environment,
  servers: urls.map((url) => server(url)),
});
const pets = (...serverGroups: readonly Group[]) => ({
  name: "pets",
  title: "Pets",
  environmentPrefix: "PETS",
  serverGroups,
  securitySchemes: { key: { environment: { value: "PETS_API_KEY" } } },
});
const usual = pets(group("default", "PETS_BASE_URL", "https://api.pets.io"));

function started(apis: readonly object[], environment: Record<string, string> = {}, credentials: object = {}) {
  const told: unknown[] = [];
  const log = {
    warn: (...line: unknown[]) => told.push(["warn", ...line]),
    error: (...line: unknown[]) => told.push(["error", ...line]),
  };
  const project = { apis: apis.map((data) => ({ data })) };
  checkStart(project as never, credentials as never, { environment }, log as never);
  return told;
}

describe("a variable", () => {
  it.each([
    ["MCP_TIMOUT_MS", "MCP_TIMEOUT_MS"],
    ["mcp_timeout_ms", "MCP_TIMEOUT_MS"],
    ["MCP_AUTH_TOKEN_FIL", "MCP_AUTH_TOKEN_FILE"],
    ["MCP_TIMEOUT_MSXX", "MCP_TIMEOUT_MS"],
    ["PETS_BASE_URI", "PETS_BASE_URL"],
    ["PETS_API_KEI", "PETS_API_KEY"],
    ["PETS_REGON", "PETS_REGION"],
    ["PETS_ALLOWED_ORIGIN", "PETS_ALLOWED_ORIGINS"],
    ["pets_base_uri", "PETS_BASE_URL"],
  ])("%s is told as a slip for %s", (name, nearest) => {
    const region = { name: "region", environment: "PETS_REGION", default: "eu" };
    const servers = [server("https://{region}.pets.io", [region])];
    const api = pets({ id: "default", environment: "PETS_BASE_URL", servers });
    expect(started([api], { [name]: "s" })).toEqual([["warn", "unknown setting", { name, nearest }]]);
  });

  it.each([
    ["is read", "MCP_TIMEOUT_MS", "7"],
    ["is the file of one", "MCP_AUTH_TOKEN_FILE", "/x"],
    ["is the file of the key of an API", "PETS_API_KEY_FILE", "/x"],
    ["is empty", "MCP_TIMOUT_MS", " "],
    ["is another program's", "XMCP_TIMOUT_MS", "7"],
    ["is another program's that begins alike", "MCPS_TIMOUT_MS", "7"],
    ["is like none", "MCP_SOMETHING_ELSE", "7"],
    ["is longer than one by three letters", "MCP_TIMEOUT_MSXXX", "7"],
    ["is another API's", "SHOPS_BASE_URI", "https://x.io"],
  ])("that %s is not told: %s", (_what, name, value) => {
    expect(started([usual], { [name]: value })).toEqual([]);
  });

  it("is told of each API", () => {
    const shops = {
      ...usual,
      environmentPrefix: "SHOPS",
      serverGroups: [group("default", "SHOPS_URL", "https://s.io")],
    };
    expect(started([usual, shops], { SHOPS_URLS: "x", PETS_BASE_URI: "y" })).toEqual([
      ["warn", "unknown setting", { name: "SHOPS_URLS", nearest: "SHOPS_URL" }],
      ["warn", "unknown setting", { name: "PETS_BASE_URI", nearest: "PETS_BASE_URL" }],
    ]);
  });
});

describe("a base URL", () => {
  const unset = (variable: string) =>
    `The base URL of the API is not known: its document names no server. Set ${variable} to it, for example https://api.example.com.`;

  it("that is missing is told where other calls work", () => {
    const api = pets(...usual.serverGroups, group("files", "PETS_FILES_URL"));
    expect(started([api])).toEqual([["error", "base URL", { message: unset("PETS_FILES_URL") }]]);
  });

  it("that is missing ends the server where no call works, each told once", () => {
    const groups = [
      group("default", "PETS_BASE_URL"),
      group("files", "PETS_FILES_URL"),
      group("more", "PETS_FILES_URL"),
    ];
    const start = (): unknown => started([pets(...groups)]);
    expect(start).toThrow(ConfigurationError);
    expect(start).toThrow(new ConfigurationError(`${unset("PETS_BASE_URL")}\n${unset("PETS_FILES_URL")}`));
  });

  it("is no matter of a server without APIs", () => {
    expect(started([])).toEqual([]);
    expect(started([pets()])).toEqual([]);
  });

  it("that may be nobody's is told, once for all that go there", () => {
    const local = "http://localhost:8080";
    const api = pets(group("default", "PETS_BASE_URL", local), group("more", "PETS_BASE_URL", local));
    const message = `Calls go to ${local}, this machine: set PETS_BASE_URL if the API is elsewhere.`;
    expect(started([api])).toEqual([["warn", "base URL", { message }]]);
    expect(started([api], { PETS_BASE_URL: local })).toEqual([]);
  });

  it("that is missing hides no doubt about another", () => {
    const api = pets(group("default", "PETS_BASE_URL", "http://localhost:1"), group("files", "PETS_FILES_URL"));
    expect(started([api])).toEqual([
      ["error", "base URL", { message: unset("PETS_FILES_URL") }],
      [
        "warn",
        "base URL",
        { message: "Calls go to http://localhost:1, this machine: set PETS_BASE_URL if the API is elsewhere." },
      ],
    ]);
  });
});

describe("credentials", () => {
  it("that nobody set are told, with all ways to set them", () => {
    const missing = vi.fn((api: { readonly title: string }) =>
      api.title === "Pets" ? ["PETS_API_KEY", "PETS_TOKEN"] : [],
    );
    const open = { ...usual, title: "Open" };
    expect(started([usual, open], { A: "b" }, { missing })).toEqual([
      ["warn", "credentials", { message: "No credentials of Pets are set. Set PETS_API_KEY, or PETS_TOKEN." }],
    ]);
    expect(missing.mock.calls).toEqual([
      [usual, { environment: { A: "b" } }],
      [open, { environment: { A: "b" } }],
    ]);
  });
});
