/** Answers that are kept as RFC 9111 says: for how long, for whom, until what is written, and what stands in for an API that fails. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ageKey, freshKey } from "../../templates/always/src/runtime/call/call.ts";
import { createToolCalls } from "../../templates/always/src/runtime/call/run.ts";
import { noCredentials } from "../../templates/always/src/runtime/credentials.ts";
import type { Custom } from "../../templates/always/src/runtime/custom.ts";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import type { Project } from "../../templates/always/src/runtime/data/project.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { nodeHost } from "../../templates/always/src/runtime/node/host.ts";
import { readProject } from "../../templates/always/src/runtime/node/project-data.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { type Store, StoreError } from "../../templates/always/src/runtime/store/store.ts";
import { ToolTable } from "../../templates/always/src/runtime/tools/tool-table.ts";
import { connectHttp, type Generation, startHttp } from "./mcp-connections.ts";
import { type Fixture, makeFixture } from "./mcp-fixture.ts";
import { listen } from "./send-fault-server.ts";
import { SharedMemory } from "./shared-memory.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let fixture: Fixture;
let project: Project;
let upstream: Awaited<ReturnType<typeof listen>>;
let url: string;
let answer: Answer;
/** Method, path and what a request asked, in order. */
let asked: string[];

beforeAll(async () => {
  fixture = makeFixture();
  project = readProject(`file://${fixture.folder}/dist/generated/index.js`);
  upstream = await listen(
    createServer((request, response) => {
      const condition = request.headers["if-none-match"] ?? request.headers["if-modified-since"];
      asked.push(`${request.method} ${request.url}${condition === undefined ? "" : ` ${condition}`}`);
      answer(request, response);
    }),
  );
  url = `http://127.0.0.1:${upstream.port}`;
});
afterAll(async () => {
  await upstream.close();
  fixture.remove();
});
beforeEach(() => {
  asked = [];
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T00:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};

/** Answers with how often it was asked, so that one can be told from the next. */
function counting(headers: Record<string, string>, status = 200): Answer {
  let count = 0;
  return (request, response) => {
    count += 1;
    if (request.method === "DELETE") response.writeHead(204).end();
    else
      response
        .writeHead(status, { "content-type": "application/json", date: new Date(Date.now()).toUTCString(), ...headers })
        .end(JSON.stringify({ id: count, name: "Rex" }));
  };
}

function server(store: Store = new MemoryStore(), environment: Record<string, string> = {}, custom: Custom = {}) {
  const variables = { PETSTORE_BASE_URL: url, MCP_ATTEMPTS: "1", ...environment };
  const settings = readSettings(variables);
  const calls = createToolCalls({
    owner: {
      custom,
      credentials: async () => noCredentials,
      rateLimiting: {
        limit: { admit: async () => ({ allowed: true }) },
        pacing: { ready: async () => undefined, observe: () => undefined },
      },
    },
    parts: { cache: () => import("../../templates/always/src/runtime/cache/cache.ts") },
    table: new ToolTable(project, {}),
    settings,
    store,
    host: nodeHost(variables, settings),
    log: createLog("silent", () => {}),
  });
  const table = new ToolTable(project, {});
  const call = async (tool: string, args: JsonObject, id = "ann", signal = new AbortController().signal) => {
    const { row } = table.find(tool);
    if (row === undefined) throw new Error(`There is no ${tool}`);
    return calls.call(row, args, { caller: { id }, signal });
  };
  return { call, pet: async (caller = "ann", petId = 3) => idOf(await call("get_pet", { petId }, caller)) };
}

const idOf = ({ structuredContent }: CallResult): unknown => (structuredContent as JsonObject | undefined)?.["id"];
const textOf = ({ content }: CallResult): string =>
  content.map((block) => (block.type === "text" ? block.text : "")).join("\n");

describe("an answer with max-age", () => {
  it("is used until then, says its age, and is asked for again", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { call, pet } = server();
    expect(await pet()).toBe(1);
    later(59);
    const kept = await call("get_pet", { petId: 3 });
    expect(idOf(kept)).toBe(1);
    expect(kept._meta).toMatchObject({ [ageKey]: 59, [freshKey]: { ms: 1_000, isForAll: false } });
    later(1);
    expect(await pet()).toBe(2);
    expect(asked).toEqual(["GET /pets/3", "GET /pets/3"]);
  });

  it("is another one for another URL", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { pet } = server();
    expect([await pet("ann", 3), await pet("ann", 4), await pet("ann", 3)]).toEqual([1, 2, 1]);
  });

  it("is looked up in this process by what it is for, which nothing has to be hashed for", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { pet } = server();
    const hash = vi.spyOn(crypto.subtle, "digest");
    try {
      expect(await pet("ann", 3)).toBe(1);
      expect(await pet("ann", 4)).toBe(2);
      expect(await pet("ann", 3)).toBe(1);
      expect(hash).toHaveBeenCalledTimes(0);
    } finally {
      hash.mockRestore();
    }
  });

  it("is looked up in a shared store by keys that are hashed once: further ones are those of its own path", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { pet } = server(new SharedMemory(), { MCP_STORE_KEY: "k-Q7".repeat(11) });
    await pet("ann", 3);
    const hash = vi.spyOn(crypto.subtle, "digest");
    try {
      expect(await pet("ann", 3)).toBe(1);
      expect(hash).toHaveBeenCalledTimes(0);
      expect(await pet("ann", 4)).toBe(2);
      // The caller's, that of all callers, and that of what is written there.
      expect(hash).toHaveBeenCalledTimes(3);
    } finally {
      hash.mockRestore();
    }
  });

  it("is used no longer than the owner wants", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { pet } = server(undefined, { MCP_CACHE_MAX_MS: "10000" });
    expect(await pet()).toBe(1);
    later(9);
    expect(await pet()).toBe(1);
    later(1);
    expect(await pet()).toBe(2);
  });

  it("is not kept where the cache is off", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { pet } = server(undefined, { MCP_CACHE: "off" });
    expect([await pet(), await pet()]).toEqual([1, 2]);
  });
});

describe("an answer is not kept", () => {
  it.each<[string, Record<string, string>, number?]>([
    ["that says nothing of it", {}],
    ["that was changed long ago", { "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT" }],
    ["with no-store", { "cache-control": "max-age=60, no-store" }],
    ["with no-cache", { "cache-control": "max-age=60, no-cache" }],
    ["with max-age=0", { "cache-control": "max-age=0" }],
    ["that has ended", { expires: "Thu, 01 Jan 2026 00:00:00 GMT" }],
    ["that sets a cookie", { "cache-control": "max-age=60", "set-cookie": "a=b" }],
    ["that varies by anything", { "cache-control": "max-age=60", vary: "*" }],
    ["of events", { "cache-control": "max-age=60", "content-type": "text/event-stream" }],
    ["that is a failure", { "cache-control": "max-age=60" }, 404],
    ["that is old when it comes", { "cache-control": "max-age=60", age: "60" }],
  ])("%s", async (_, headers, status) => {
    answer = counting(headers, status);
    const { call } = server();
    await call("get_pet", { petId: 3 });
    await call("get_pet", { petId: 3 });
    expect(asked).toHaveLength(2);
  });
});

describe("another caller", () => {
  it.each<[string, string, string | undefined, number]>([
    ["is asked for anew", "max-age=60", undefined, 2],
    ["has what is public", "public, max-age=60", undefined, 1],
    ["has not what is public and private", "public, private, max-age=60", undefined, 2],
    ["has not what differs by credentials", "public, max-age=60", "Authorization", 2],
    ["has not what differs by cookies", "public, max-age=60", "accept, Cookie", 2],
  ])("%s", async (_, cacheControl, vary, expected) => {
    answer = counting({ "cache-control": cacheControl, ...(vary === undefined ? {} : { vary }) });
    const { pet } = server();
    expect([await pet("ann"), await pet("bob"), await pet("bob")]).toEqual([1, expected, expected]);
  });
});

describe("whether an old answer still holds", () => {
  it("is asked by its tag, and answered from what is kept", async () => {
    let count = 0;
    answer = (request, response) => {
      count += 1;
      const headers = { "content-type": "application/json", etag: '"v1"', "cache-control": "max-age=10" };
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304, headers).end();
      else response.writeHead(200, headers).end(JSON.stringify({ id: count, name: "Rex" }));
    };
    const { call, pet } = server();
    expect(await pet()).toBe(1);
    later(11);
    const confirmed = await call("get_pet", { petId: 3 });
    expect([idOf(confirmed), confirmed.isError, confirmed._meta?.[ageKey]]).toEqual([1, undefined, 0]);
    later(9);
    expect(await pet()).toBe(1);
    expect(asked).toEqual(["GET /pets/3", 'GET /pets/3 "v1"']);
  });

  it("is no: the new one takes its place", async () => {
    let version = 1;
    answer = (_, response) =>
      response
        .writeHead(200, { "content-type": "application/json", etag: `"v${version}"`, "cache-control": "no-cache" })
        .end(JSON.stringify({ id: version, name: "Rex" }));
    const { pet } = server();
    expect(await pet()).toBe(1);
    version = 2;
    expect([await pet(), await pet()]).toEqual([2, 2]);
    expect(asked).toEqual(["GET /pets/3", 'GET /pets/3 "v1"', 'GET /pets/3 "v2"']);
  });
});

describe("what is written", () => {
  const keptThen = async (write: (calls: ReturnType<typeof server>) => Promise<unknown>, custom: Custom = {}) => {
    answer = counting({ "cache-control": "max-age=600" });
    const calls = server(undefined, {}, custom);
    await calls.pet("ann", 3);
    await calls.pet("ann", 4);
    await calls.call("list_pets", {});
    asked = [];
    await write(calls);
    asked = [];
    await calls.pet("ann", 3);
    await calls.pet("ann", 4);
    await calls.call("list_pets", {});
    return asked;
  };

  it("makes an item and the list that it is in old, and no other item, whoever wrote", async () => {
    expect(await keptThen(({ call }) => call("delete_pet", { petId: 3 }, "bob"))).toEqual(["GET /pets/3", "GET /pets"]);
  });

  it("makes it old also where code of the owner's wrote it, in the course of another call", async () => {
    const custom: Custom = {
      hooks: {
        get_photo: { before: async (args, { call }) => (await call("delete_pet", { petId: 3 }), args as object) },
      },
    };
    expect(await keptThen(({ call }) => call("get_photo", {}), custom)).toEqual(["GET /pets/3", "GET /pets"]);
  });

  it("makes all below it old", async () => {
    expect(await keptThen(({ call }) => call("create_pet", { name: "Bo" }))).toEqual([
      "GET /pets/3",
      "GET /pets/4",
      "GET /pets",
    ]);
  });

  it("is nothing where the API refused it", async () => {
    const refused = async ({ call }: ReturnType<typeof server>) => {
      answer = (_, response) => response.writeHead(409).end();
      return call("delete_pet", { petId: 3 });
    };
    expect(await keptThen(refused)).toEqual([]);
  });

  it("may have been, where no answer came", async () => {
    const broken = async ({ call }: ReturnType<typeof server>) => {
      const before = answer;
      answer = (request) => request.destroy();
      await call("delete_pet", { petId: 3 });
      answer = before;
    };
    expect(await keptThen(broken)).toEqual(["GET /pets/3", "GET /pets"]);
  });

  it("makes an answer old that was under way", async () => {
    let release = (): void => {};
    const given = counting({ "cache-control": "max-age=600" });
    answer = (request, response) => {
      if (request.method === "GET") release = () => given(request, response);
      else given(request, response);
    };
    const { call, pet } = server();
    const reading = pet();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await call("delete_pet", { petId: 3 });
    release();
    await reading;
    answer = given;
    await pet();
    expect(asked).toEqual(["GET /pets/3", "DELETE /pets/3", "GET /pets/3"]);
  });
});

describe("while the API fails", () => {
  const failing: readonly [string, Answer][] = [
    ["is away", (request) => request.destroy()],
    ["answers 503", (_, response) => response.writeHead(503).end()],
  ];

  it.each(failing)("an old answer stands in, and says so: it %s", async (_, fails) => {
    answer = counting({ "cache-control": "max-age=60" });
    const { call, pet } = server();
    await pet();
    answer = fails;
    later(100);
    const result = await call("get_pet", { petId: 3 });
    expect(idOf(result)).toBe(1);
    expect(textOf(result)).toContain("Note: the API fails at the moment. This is its answer of 100 s ago.");
    expect(result._meta?.[ageKey]).toBe(100);
  });

  it.each<[string, string, number, Record<string, string>]>([
    ["the API forbids it", "max-age=60, must-revalidate", 100, {}],
    ["the API wants to be asked each time", "max-age=60, no-cache", 1, {}],
    ["the API says until when", "max-age=60, stale-if-error=20", 81, {}],
    ["the owner does not want it", "max-age=60", 61, { MCP_CACHE_STALE_MS: "0" }],
    ["it is too old", "max-age=60", 3_661, {}],
  ])("none does where %s", async (_, cacheControl, seconds, environment) => {
    answer = counting({ "cache-control": cacheControl });
    const { call, pet } = server(undefined, environment);
    await pet();
    answer = (_request, response) => response.writeHead(503).end();
    later(seconds);
    expect((await call("get_pet", { petId: 3 })).isError).toBe(true);
  });

  it("none does for a caller who has gone", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const { call, pet } = server();
    await pet();
    later(100);
    const leaving = new AbortController();
    answer = () => leaving.abort();
    expect((await call("get_pet", { petId: 3 }, "ann", leaving.signal)).isError).toBe(true);
  });
});

describe("instances that share a store", () => {
  const key = { MCP_STORE_KEY: "of-all-instances-of-the-server" };

  it("and a key share what is kept, sealed, and what is written", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const store = new SharedMemory();
    const [one, other] = [server(store, key), server(store, key)];
    expect([await one.pet(), await other.pet(), await other.pet("bob")]).toEqual([1, 1, 2]);
    await one.call("delete_pet", { petId: 3 });
    expect([await one.pet(), await other.pet()]).toEqual([4, 4]);
    for (const [name, { value }] of await store.dump()) {
      // Neither paths nor callers can be read from it, nor answers.
      expect(name).toMatch(/^(?:cache|cache-mark|pauses):[\w+/=]{44}(?::at|:below)?$/);
      expect(atob(value.replaceAll(/[^\w+/]/g, ""))).not.toMatch(/Rex|pets/);
    }
  });

  it("and no key share what is written", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const store = new SharedMemory();
    const [one, other] = [server(store), server(store)];
    expect([await one.pet(), await other.pet(), await other.pet()]).toEqual([1, 2, 2]);
    await one.call("delete_pet", { petId: 3 });
    expect(await other.pet()).toBe(4);
    expect([...store.keys()].filter((name) => name.startsWith("cache:"))).toEqual([]);
  });

  it("go on without it", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const store = new SharedMemory();
    const { call, pet } = server(store, key);
    await pet();
    store.fail = () => new StoreError("away");
    expect(await pet()).toBe(2);
    expect((await call("delete_pet", { petId: 3 })).isError).not.toBe(true);
  });

  it("do not believe what others put there", async () => {
    answer = counting({ "cache-control": "max-age=60" });
    const store = new SharedMemory();
    const { pet } = server(store, key);
    expect([await pet("ann"), await pet("bob")]).toEqual([1, 2]);
    const own = (await store.dump()).filter(([name]) => name.startsWith("cache:"));
    // Each in the other's place, and one that is none.
    for (const [index, [name]] of own.entries())
      await store.set(name, own[own.length - 1 - index]?.[1].value ?? "", 60_000);
    expect([await pet("ann"), await pet("bob")]).toEqual([3, 4]);
    for (const [name] of own) await store.set(name, "x", 60_000);
    expect([await pet("ann"), await pet("bob")]).toEqual([5, 6]);
  });
});

describe("settings", () => {
  it.each([
    ["MCP_CACHE", "yes", "MCP_CACHE has to be on or off"],
    ["MCP_CACHE_MAX_MS", "-1", "MCP_CACHE_MAX_MS has to be a whole number from 0 to 86400000"],
    ["MCP_CACHE_STALE_MS", "1d", "MCP_CACHE_STALE_MS has to be a whole number from 0 to 86400000"],
    ["MCP_CACHE_BYTES", "1", "MCP_CACHE_BYTES has to be a whole number from 65536 to 1073741824"],
  ])("%s=%s are told", async (name, value, message) => {
    answer = counting({});
    const result = await server(undefined, { [name]: value }).call("get_pet", { petId: 3 });
    expect(textOf(result)).toContain(message);
  });
});

describe("a resource", () => {
  it.each<[Generation, object]>([
    ["modern", { ttlMs: 3_600_000, cacheScope: "public" }],
    ["legacy", { ttlMs: undefined, cacheScope: undefined }],
    ["v1", { ttlMs: undefined, cacheScope: undefined }],
  ])("tells clients how long it holds, where their era has words for it: %s", async (generation, expected) => {
    vi.useRealTimers();
    // Of a time to come, so that none of it is over before it is read.
    answer = counting({ "cache-control": "public, max-age=7200" });
    const running = await startHttp(fixture.main, { PETSTORE_BASE_URL: url });
    try {
      const client = await connectHttp(generation, running.url);
      const { ttlMs, cacheScope } = (await client.readResource({ uri: "petstore://pets/3" })) as JsonObject;
      expect({ ttlMs, cacheScope }).toEqual(expected);
      await client.close();
    } finally {
      await running.stop();
    }
  });
});
