/** Who is let in over HTTP, who is told to wait, and what is said at the start. */
import { describe, expect, it, vi } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessTokens } from "../../templates/always/src/runtime/access/access-tokens.js";
import { environmentCredentials } from "../../templates/always/src/runtime/credentials.js";
import { readEnvironmentFile } from "../../templates/always/src/runtime/node/host.js";
import { EventLoop } from "../../templates/always/src/runtime/node/http.js";
import { HttpRefusals } from "../../templates/always/src/runtime/http/guard.js";
import { createLog } from "../../templates/always/src/runtime/log.js";
import type { ApiData } from "../../templates/always/src/runtime/data/model.js";
import type { Project } from "../../templates/always/src/runtime/data/project.js";
import { Secret } from "../../templates/always/src/runtime/secret.js";
import { checkStart } from "../../templates/always/src/runtime/settings/start-check.js";

const ada = "token-of-ada-0123456789";
const bob = "token-of-bob-0123456789";
const named = (value: unknown) => new Secret(typeof value === "string" ? value : JSON.stringify(value));

describe("bearer tokens", () => {
  it("by name, each with its own id and scopes", async () => {
    const tokens = new AccessTokens(
      new Secret("the-single-token-0123456789"),
      named({ ada: { token: ada, scopes: ["pets", "orders"] }, bob: { token: bob } }),
      ["pets"],
    );
    expect(tokens.isEmpty).toBe(false);
    expect(await tokens.holderOf(ada)).toEqual({ id: "token:ada", scopes: ["pets", "orders"] });
    expect(await tokens.holderOf(bob)).toEqual({ id: "token:bob", scopes: ["pets"] });
    expect(await tokens.holderOf("the-single-token-0123456789")).toEqual({
      id: expect.stringMatching(/^token:[0-9a-f]{12}$/) as string,
      scopes: ["pets"],
    });
    for (const wrong of ["", "x", `${ada}x`, ada.slice(1), ada.toUpperCase()])
      expect(await tokens.holderOf(wrong), wrong).toBeUndefined();
  });

  it.each<[string, unknown, RegExp]>([
    ["no JSON", "ada:secret-token-012345", /has to be a JSON object/],
    ["a list", [ada], /has to be a JSON object/],
    ["a text in place of an entry", { ada }, /entry 1, has no "token"/],
    ["a token in place of a name", { "secret-token-012345": {} }, /entry 1, has no "token"/],
    ["name and token exchanged", { "secret-token-012345": { token: "ada" } }, /entry 1, needs a token/],
    ["a short token", { ada: { token: "ab" } }, /entry 1, needs a token of at least 16 characters/],
    ["a token with a space", { ada: { token: "0123456789 0123456789" } }, /without spaces/],
    ["a name with a line break", { "a\nb": { token: ada } }, /entry 1, has no name/],
    ["scopes that are no list", { ada: { token: ada, scopes: "pets" } }, /"scopes" that are no list/],
    ["the same token twice", { ada: { token: ada }, bob: { token: ada } }, /the same token twice/],
  ])("are refused at the start, and not shown: %s", (_case, value, message) => {
    const make = () => new AccessTokens(undefined, named(value), []);
    expect(make).toThrow(message);
    expect(make).not.toThrow(/secret-token|token-of-ada|0123456789/);
  });

  it("of two letters are refused", () =>
    expect(() => new AccessTokens(new Secret("ab"), undefined, [])).toThrow(
      /MCP_AUTH_TOKEN needs a token of at least 16/,
    ));
});

describe("refusals at the door", () => {
  const refusal = { status: 401, message: "A bearer token is needed" } as const;
  function door(now = () => 0) {
    const lines: Record<string, unknown>[] = [];
    const log = createLog("info", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
    return { lines, refusals: new HttpRefusals(log, now) };
  }

  it("are logged, up to twenty a minute, and the rest is counted", async () => {
    let now = 0;
    const { lines, refusals } = door(() => now);
    vi.useFakeTimers();
    for (let count = 0; count < 5_000; count += 1) void refusals.settled(refusal, `10.0.0.${count}`, "/mcp");
    vi.useRealTimers();
    expect(lines).toHaveLength(20);
    expect(lines[0]).toMatchObject({
      level: "warn",
      event: "refused",
      status: 401,
      reason: "A bearer token is needed",
      address: "10.0.0.0",
      path: "/mcp",
    });
    now = 60_000;
    await refusals.settled(refusal, "10.0.0.1", "/mcp");
    expect(lines).toHaveLength(22);
    expect(lines[20]).toMatchObject({ event: "refused", further: 4_980 });
  });

  it("come later the more there are from one address, and those of others at once", async () => {
    const { refusals } = door();
    vi.useFakeTimers();
    try {
      const answered: number[] = [];
      for (let count = 1; count <= 16; count += 1)
        void refusals.settled(refusal, "10.0.0.1", "/mcp").then(() => answered.push(count));
      await vi.advanceTimersByTimeAsync(0);
      expect(answered).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await vi.advanceTimersByTimeAsync(399);
      expect(answered).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
      let other = false;
      void refusals.settled(refusal, "10.0.0.2", "/mcp").then(() => (other = true));
      await vi.advanceTimersByTimeAsync(0);
      expect(other).toBe(true);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(answered).toHaveLength(16);
    } finally {
      vi.useRealTimers();
    }
  });

  it("beyond two hundred that wait are 429 at once", async () => {
    const { refusals } = door();
    vi.useFakeTimers();
    try {
      const statuses: number[] = [];
      for (let count = 0; count < 300; count += 1)
        void refusals.settled(refusal, "10.0.0.1", "/mcp").then(({ status }) => statuses.push(status));
      await vi.advanceTimersByTimeAsync(0);
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(90);
    } finally {
      vi.useRealTimers();
    }
  });
});

const api = (more: Partial<ApiData> = {}): ApiData => ({
  name: "shop",
  title: "Shop",
  version: "1",
  environmentPrefix: "SHOP",
  serverGroups: [{ id: "default", environment: "SHOP_BASE_URL", servers: [] }],
  securitySchemes: {
    key: { type: "apiKey", in: "header", name: "X-Key", environment: { value: "SHOP_API_KEY" } },
    token: { type: "http", scheme: "bearer", environment: { value: "SHOP_TOKEN" } },
  },
  groups: [],
  ...more,
});

function start(environment: Record<string, string>, apis: readonly ApiData[] = [api()]) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog("info", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  const project = { apis: apis.map((data) => ({ data })) } as unknown as Project;
  checkStart(project, environmentCredentials({ environment }), { environment }, log);
  return lines;
}

describe("at the start", () => {
  const url = { SHOP_BASE_URL: "https://shop.example.com" };

  it.each<[string, Record<string, string>, RegExp]>([
    ["no base URL", {}, /base URL .* is not known[^]*SHOP_BASE_URL/],
    ["nonsense", { SHOP_BASE_URL: "shop" }, /SHOP_BASE_URL has to be an http or https URL/],
    ["another protocol", { SHOP_BASE_URL: "ftp://shop.example.com" }, /SHOP_BASE_URL/],
  ])("is an error where no call could work: %s", (_case, environment, message) =>
    expect(() => start(environment)).toThrow(message),
  );

  it("tells of one API that has no base URL, and serves the other", () => {
    const other = api({
      name: "pay",
      environmentPrefix: "PAY",
      serverGroups: [{ id: "default", environment: "PAY_BASE_URL", servers: [] }],
      securitySchemes: {},
    });
    expect(start({ ...url, SHOP_TOKEN: "x" }, [api(), other])).toMatchObject([
      { level: "error", event: "base URL", message: /PAY_BASE_URL/ },
    ]);
  });

  it("tells what credentials could be set, unless some are", () => {
    expect(start(url)).toMatchObject([
      {
        level: "warn",
        event: "credentials",
        message: "No credentials of Shop are set. Set SHOP_API_KEY, or SHOP_TOKEN.",
      },
    ]);
    expect(start({ ...url, SHOP_TOKEN: "x" })).toEqual([]);
    expect(start({ ...url, SHOP_API_KEY_FILE: "/run/secrets/key" })).toEqual([]);
    expect(start(url, [api({ securitySchemes: {} })])).toEqual([]);
  });

  it.each<[string, string | undefined]>([
    ["MCP_AUTH_TOKN", "MCP_AUTH_TOKEN"],
    ["MCP_AUTHTOKEN", "MCP_AUTH_TOKEN"],
    ["mcp_port", "MCP_PORT"],
    ["MCP_TIMEOUT", undefined],
    ["MCP_ALLOWED_HOST", "MCP_ALLOWED_HOSTS"],
    ["SHOP_BASEURL", "SHOP_BASE_URL"],
    ["SHOP_APIKEY", "SHOP_API_KEY"],
    ["SHOP_WINDOW", undefined],
    ["MCP_AUTH_TOKEN", undefined],
    ["MCP_AUTH_TOKEN_FILE", undefined],
    ["SHOP_ALLOWED_ORIGINS", undefined],
    ["PATH", undefined],
  ])("names what %s is nearest to: %s", (name, nearest) => {
    const lines = start({ ...url, SHOP_TOKEN: "x", [name]: "https://a.example.com" });
    expect(lines).toMatchObject(
      nearest === undefined ? [] : [{ level: "warn", event: "unknown setting", name, nearest }],
    );
  });
});

describe("the project's .env", () => {
  it("fills in what is not set, or set to nothing", () => {
    const folder = mkdtempSync(join(tmpdir(), "env-"));
    try {
      const environment: Record<string, string> = { A: "own", B: "" };
      readEnvironmentFile(folder, environment);
      expect(environment).toEqual({ A: "own", B: "" });
      writeFileSync(join(folder, ".env"), '# comment\nA=file\nB="two words"\nC=3\nD=\n');
      readEnvironmentFile(folder, environment);
      expect(environment).toEqual({ A: "own", B: "two words", C: "3", D: "" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("an event loop that stands still", () => {
  it("is told for ten seconds, and logged once", () => {
    vi.useFakeTimers();
    let now = 0;
    const lines: Record<string, unknown>[] = [];
    const log = createLog("info", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
    const loop = new EventLoop(log, () => now);
    try {
      const passed = (ms: number): void => {
        now += ms;
        vi.advanceTimersByTime(250);
      };
      passed(250);
      passed(1_249);
      expect(loop.stoodStill()).toBe(false);
      passed(1_250);
      expect(loop.stoodStill()).toBe(true);
      for (let look = 0; look < 39; look += 1) passed(250);
      expect(loop.stoodStill()).toBe(true);
      passed(250);
      expect(loop.stoodStill()).toBe(false);
      expect(lines).toMatchObject([{ level: "warn", event: "stood still", ms: 1_000 }]);
      // A probe may come before the look that would have noticed it.
      now += 2_000;
      expect(loop.stoodStill()).toBe(true);
    } finally {
      loop.end();
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    }
  });
});
