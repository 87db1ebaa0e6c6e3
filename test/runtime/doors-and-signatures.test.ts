/** Requests that are refused at the door: how many lines, how long they wait; and signatures of operations on one line. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signatureOf } from "../../templates/always/src/runtime/finding/signature.ts";
import { createGuard, HttpRefusals } from "../../templates/always/src/runtime/http/guard.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { readSettings, safeUrl } from "../../templates/always/src/runtime/settings/settings.ts";

describe("refusals", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const open = () => {
    const clock = { now: 1_000 };
    const lines: Record<string, unknown>[] = [];
    const turned: unknown[] = [];
    const log = createLog("debug", (line) => void lines.push(JSON.parse(line) as Record<string, unknown>));
    const watcher = { turnedAway: (reason: unknown) => void turned.push(reason) };
    const refusals = new HttpRefusals(log, () => clock.now, [watcher as never]);
    const refuse = (status: 401 | 403 | 503 = 401, address = "192.0.2.1", path = "/mcp") =>
      refusals.settled({ status, message: "no" }, address, path);
    /** Milliseconds until it is answered. */
    const delay = async (address?: string) => {
      const began = Date.now();
      let at = -1;
      void refuse(401, address).then(() => (at = Date.now() - began));
      await vi.advanceTimersByTimeAsync(0);
      while (at < 0) await vi.advanceTimersByTimeAsync(1);
      return at;
    };
    return { clock, lines, turned, refuse, delay };
  };

  it("of one address are answered the later the more there were, up to 2 s", async () => {
    const { delay } = open();
    const delays: number[] = [];
    for (let count = 0; count < 18; count += 1) delays.push(await delay());
    expect(delays).toEqual([...Array.from({ length: 10 }, () => 0), 50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(await delay("192.0.2.2")).toBe(0);
  });

  it("are forgotten after a minute", async () => {
    const { clock, delay } = open();
    for (let count = 0; count < 11; count += 1) await delay();
    clock.now += 59_999;
    expect(await delay()).toBe(100);
    clock.now += 1;
    expect(await delay()).toBe(0);
  });

  it("have 20 lines in a minute, and what was not said is counted", async () => {
    const { clock, lines, turned, refuse } = open();
    for (let count = 0; count < 23; count += 1) await refuse(401, `192.0.2.${count}`);
    expect(lines).toHaveLength(20);
    expect(turned).toHaveLength(23);
    clock.now += 60_000;
    await refuse(403, "192.0.2.99", `/mcp/${"x".repeat(200)}?token=secretive`);
    expect(lines.slice(20)).toMatchObject([
      { level: "warn", event: "refused", further: 3 },
      { status: 403, reason: "no", address: "192.0.2.99", path: `/mcp/${"x".repeat(95)}` },
    ]);
    clock.now += 60_000;
    await refuse();
    expect(lines).toHaveLength(23);
  });

  it("of 200 wait at once; further ones are told so", async () => {
    const { refuse } = open();
    for (let count = 0; count < 10; count += 1) await refuse();
    const waiting = Array.from({ length: 200 }, () => refuse());
    expect(await refuse()).toEqual({
      status: 429,
      message: "Too many refused requests",
      headers: { "Retry-After": "60" },
    });
    await vi.advanceTimersByTimeAsync(2_000);
    await Promise.all(waiting);
    const last = refuse();
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await last).status).toBe(401);
  });

  it("that are this server's fault never wait", async () => {
    const { refuse } = open();
    for (let count = 0; count < 30; count += 1) expect((await refuse(503)).status).toBe(503);
    expect((await refuse(401)).status).toBe(401);
  });
});

describe("a guard", () => {
  const guard = createGuard({
    ...readSettings({ MCP_ALLOWED_HOSTS: "mcp.example", MCP_ALLOWED_ORIGINS: "https://page.example" }),
    host: "192.0.2.7",
  });
  const asked = (headers: Record<string, string>) => ({ headers: new Headers(headers) }) as never;
  it.each([
    ["localhost", true],
    ["127.0.0.1:3000", true],
    ["[::1]:3000", true],
    ["::1", true],
    ["192.0.2.7", true],
    ["MCP.example:443", true],
    ["mcp.example.evil.example", false],
    ["evil.example", false],
    ["", false],
    ["mcp.example/x", false],
    ["user@mcp.example", false],
    ["mcp.example#", false],
    ["mcp.example?", false],
    ["mcp.example\\", false],
  ])("serves the host %j: %s", (host, served) => {
    const refusal = guard.host(asked({ host }));
    expect(refusal).toEqual(
      served ? undefined : { status: 403, message: "This Host is not served here: see MCP_ALLOWED_HOSTS" },
    );
  });

  it.each([
    ["https://page.example", true, true],
    ["https://PAGE.example:443", true, true],
    ["http://page.example", false, false],
    ["http://localhost:5173", true, false],
    ["http://127.0.0.1", true, false],
    ["http://[::1]:1", true, false],
    ["https://localhost.evil.example", false, false],
    ["null", false, false],
    ["x", false, false],
  ])("lets pages of %s ask: %s, and read: %s", (origin, asks, reads) => {
    expect(guard.origin(asked({ origin }))).toEqual(
      asks ? undefined : { status: 403, message: "This Origin is not served here: see MCP_ALLOWED_ORIGINS" },
    );
    expect(guard.allowedPage(asked({ origin }))).toBe(reads ? origin : undefined);
  });

  it("lets what is no page ask", () => {
    expect([guard.origin(asked({})), guard.allowedPage(asked({}))]).toEqual([undefined, undefined]);
    expect(guard.host(asked({}))).toMatchObject({ status: 403 });
  });
});

describe("a signature", () => {
  const of = (properties: JsonObject, required: readonly string[] = [], most?: number) =>
    signatureOf({ type: "object", properties, required, additionalProperties: false } as never, most);
  it.each<[string, JsonObject[string], string]>([
    ["a text", { type: "string" }, "a?"],
    ["a number", { type: "integer" }, "a?: integer"],
    ["anything", true, "a?: any"],
    ["nothing said", {}, "a?: any"],
    ["values", { enum: ["x", 1, null] }, 'a?: "x"|1|null'],
    ["six values", { enum: [1, 2, 3, 4, 5, 6] }, "a?: 1|2|3|4|5|6"],
    ["seven values", { enum: [1, 2, 3, 4, 5, 6, 7] }, "a?: 1|2|3|4|5|6|…"],
    ["a constant", { const: "x", enum: ["y"] }, 'a?: "x"'],
    ["several types", { type: ["string", "integer", "null"] }, "a?: string|integer"],
    ["alternatives", { anyOf: [{ type: "string" }, { type: "integer" }, { type: "string" }] }, "a?: string|integer"],
    ["oneOf", { oneOf: [{ type: "boolean" }, true] }, "a?: boolean|any"],
    ["no alternatives", { anyOf: [], type: "boolean" }, "a?: boolean"],
    ["a list", { type: "array", items: { type: "string" } }, "a?: string[]"],
    ["a list of anything", { type: "array" }, "a?: any[]"],
    ["a list of alternatives", { type: "array", items: { enum: ["x", "y"] } }, 'a?: ("x"|"y")[]'],
    ["a list of objects", { type: "array", items: { type: "object", properties: { b: {} } } }, "a?: object[]"],
    ["an object", { type: "object", properties: { b: {}, c: {} } }, "a?: {b,c}"],
    ["an object of nothing", { type: "object" }, "a?: object"],
    [
      "an object of eight",
      { type: "object", properties: { b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {} } },
      "a?: {b,c,d,e,f,g,h,i}",
    ],
    [
      "an object of nine",
      { type: "object", properties: { b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {}, j: {} } },
      "a?: {b,c,d,e,f,g,h,i,…}",
    ],
    ["what is 60 long", { const: "x".repeat(58) }, `a?: "${"x".repeat(58)}"`],
    ["what is longer", { const: "x".repeat(59) }, `a?: "${"x".repeat(58)}…`],
  ])("of %s", (_what, schema, want) => expect(of({ a: schema })).toBe(want));

  it("has what is required first, and always", () => {
    const properties = { a: { type: "string" }, b: { type: "integer" }, c: { type: "string" }, d: { type: "string" } };
    expect(of(properties, ["b", "d"])).toBe("b: integer, d, a?, c?");
    expect(of(properties, ["b", "d"], 5)).toBe("b: integer, d, … 2 more");
    expect(of(properties, [], 2)).toBe("a?, … 3 more");
    expect(of(properties, [], 1)).toBe("… 4 more");
    expect(of({ a: {}, b: {} }, ["a", "b"], 0)).toBe("a: any, b: any");
    expect(of({})).toBe("");
  });

  it("has 240 characters, unless more is required", () => {
    const names = Array.from({ length: 100 }, (_, index) => `n${String(index).padStart(6, "0")}`);
    const shown = of(Object.fromEntries(names.map((name) => [name, { type: "string" }])));
    // Each is eight long, and its comma two.
    expect(shown.split(", ")).toHaveLength(25);
    expect(shown.endsWith(", … 76 more")).toBe(true);
  });
});

describe("URLs of settings", () => {
  it("are safe where nobody on the way can read", () => {
    expect(safeUrl("X", "https://a.example/x?y").href).toBe("https://a.example/x?y");
    expect(safeUrl("X", "http://127.0.0.1:1/").href).toBe("http://127.0.0.1:1/");
    for (const text of [
      "http://a.example",
      "https://me@a.example",
      "https://a.example#x",
      "a.example",
      "ftp://a.example",
    ])
      expect(() => safeUrl("X", text)).toThrow(
        "X has to be an https URL without a user; http is for this machine only",
      );
  });

  it("each token of the settings is a token of callers", async () => {
    const { accessTokens } = readSettings({
      MCP_AUTH_TOKEN: "one-token-6c1f09ab",
      MCP_AUTH_TOKENS: '{"bob":{"token":"bob-token-77d2e4c1","scopes":["pets"]}}',
      MCP_SCOPES: "all",
    });
    expect(await accessTokens.holderOf("one-token-6c1f09ab")).toMatchObject({ scopes: ["all"] });
    expect(await accessTokens.holderOf("bob-token-77d2e4c1")).toEqual({ id: "token:bob", scopes: ["pets"] });
    expect(await accessTokens.holderOf("another")).toBeUndefined();
  });
});

it("a store of this process lets go of what is over", async () => {
  const clock = { now: 0 };
  const store = new MemoryStore({}, () => clock.now);
  await store.set("a", "1", 10);
  expect(await store.increment("n", 2, 10)).toEqual({ value: 2, expiresInMs: 10 });
  clock.now = 4;
  expect(await store.increment("n", 3, 10)).toEqual({ value: 5, expiresInMs: 6 });
  expect(await store.get("a")).toEqual({ value: "1", expiresInMs: 6 });
  clock.now = 10;
  expect([await store.get("a"), (await store.increment("n", 1, 10)).value]).toEqual([undefined, 1]);
  expect(await store.compareAndSet("a", undefined, "2", 10)).toBe(true);
  expect(await store.compareAndSet("a", undefined, "3", 10)).toBe(false);
  expect((await store.get("a"))?.value).toBe("2");
});
