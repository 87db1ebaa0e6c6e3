/** What the cache does of a call: what it gives without asking the API, what it asks, and what makes an answer old. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { step } from "../../templates/always/src/runtime/cache/cache.ts";
import type { Call, StepServices } from "../../templates/always/src/runtime/call/call.ts";
import { LimitError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import { Secret } from "../../templates/always/src/runtime/secret.ts";
import { MemoryStore } from "../../templates/always/src/runtime/store/memory.ts";
import { type Store, StoreError } from "../../templates/always/src/runtime/store/store.ts";
import type { HttpRequest, HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { SharedMemory } from "./shared-memory.ts";

const url = "https://api.example.com/pets/3";
const start = Date.UTC(2030, 0, 1, 12);
beforeEach(() => void vi.useFakeTimers({ now: start, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

const response = (body: string, headers: Record<string, string> = {}, status = 200): HttpResponse => ({
  status,
  headers: new Headers({ date: new Date().toUTCString(), ...headers }),
  body: Buffer.from(body),
  truncated: false,
  url,
});
const resultOf = ({ body, status }: HttpResponse): CallResult => ({
  content: [{ type: "text", text: Buffer.from(body).toString() }],
  _meta: { "openapi-to-mcp/status": status },
});
const minute = { "cache-control": "max-age=60" };

interface Asked {
  readonly request?: Partial<HttpRequest>;
  readonly caller?: string;
  readonly readOnly?: boolean;
  readonly more?: Partial<Call>;
}

/** A server's cache before an API whose answers a test gives. */
function opened(environment: Record<string, string> = {}, store: Store = new MemoryStore(), storeKey?: Secret) {
  const said: object[] = [];
  const log = createLog("warn", (line) => void said.push(JSON.parse(line) as object));
  const cache = step({ host: { environment }, settings: { storeKey }, store, log } as unknown as StepServices);
  const api = {
    asked: [] as HttpRequest[],
    answer: (_request: HttpRequest): HttpResponse => response(`${api.asked.length}`, minute),
  };
  const next = async (call: Call): Promise<CallResult> => {
    if (call.response !== undefined) return resultOf(call.response);
    const { request } = call.outgoing ?? {};
    if (request === undefined) return { content: [] };
    api.asked.push(request);
    const given = api.answer(request);
    return resultOf((await call.receive?.(given)) ?? given);
  };
  const call = (asked: Asked = {}) =>
    cache(
      {
        caller: { id: asked.caller ?? "ann" },
        signal: new AbortController().signal,
        outgoing: {
          request: { method: "GET", url, headers: [], ...asked.request },
          row: { listing: asked.readOnly === undefined ? {} : { annotations: { readOnlyHint: asked.readOnly } } },
        },
        ...asked.more,
      } as unknown as Call,
      next,
    );
  const text = async (asked?: Asked) => ((await call(asked)).content[0] as { text: string }).text;
  return { api, call, text, said, cache, next };
}

describe("an answer that holds", () => {
  it("is given without asking, with its age and how long it still holds", async () => {
    const { api, call } = opened();
    const kept = (status: number, age: number, ms: number) => ({
      content: [{ type: "text", text: "1" }],
      _meta: {
        "openapi-to-mcp/status": status,
        "openapi-to-mcp/age": age,
        "openapi-to-mcp/fresh": { ms, isForAll: false },
      },
    });
    expect(await call()).toEqual(kept(200, 0, 60_000));
    later(20);
    expect(await call()).toEqual(kept(200, 20, 40_000));
    expect(api.asked).toEqual([{ method: "GET", url, headers: [] }]);
    later(40);
    expect(await call()).toMatchObject({ content: [{ text: "2" }] });
  });

  it("is another one for another caller and another URL, and the same where the API calls it public", async () => {
    const { api, text } = opened();
    const other = { request: { url: `${url}?a=b` } };
    expect([await text(), await text({ caller: "bob" }), await text(other)]).toEqual(["1", "2", "3"]);
    expect([await text(), await text({ caller: "bob" }), await text(other)]).toEqual(["1", "2", "3"]);
    api.answer = () => response(`${api.asked.length}`, { "cache-control": "public, max-age=60" });
    const open = { request: { url: `${url}/open` } };
    expect([await text(open), await text({ ...open, caller: "bob" })]).toEqual(["4", "4"]);
  });

  it("is asked for anew where the call wants that, or the cache is off", async () => {
    const { text } = opened();
    expect([await text(), await text({ more: { anew: true } }), await text()]).toEqual(["1", "2", "2"]);
    const off = opened({ MCP_CACHE: "off" });
    expect([await off.text(), await off.text()]).toEqual(["1", "2"]);
    const short = opened({ MCP_CACHE_MAX_MS: "5000" });
    await short.text();
    later(4);
    expect(await short.text()).toBe("1");
    later(1);
    expect(await short.text()).toBe("2");
  });

  it.each<[what: string, request: Partial<HttpRequest>, isKept: boolean]>([
    ["plain", {}, true],
    [
      "with another header",
      {
        headers: [
          ["x-if-match", "a"],
          ["Ranges", "a"],
          ["cookie2", "a"],
          ["x-pragma", "a"],
        ],
      },
      true,
    ],
    ["with a condition", { headers: [["If-None-Match", '"a"']] }, false],
    ["with a condition of time", { headers: [["if-modified-since", "a"]] }, false],
    ["for a range", { headers: [["Range", "bytes=0-1"]] }, false],
    [
      "with a word on caches",
      {
        headers: [
          ["accept", "a/b"],
          ["cache-control", "max-age=5"],
        ],
      },
      false,
    ],
    ["with an old word on caches", { headers: [["Pragma", "no-cache"]] }, false],
    ["with credentials of its own", { headers: [["authorization", "Basic YQ=="]] }, false],
    ["with cookies", { headers: [["Cookie", "a=b"]] }, false],
    ["with a body", { body: "a" }, false],
    ["for the head", { method: "HEAD" }, false],
  ])("is kept for a request: %s", async (_what, request, isKept) => {
    const { text } = opened();
    expect([await text({ request }), await text({ request })]).toEqual(isKept ? ["1", "1"] : ["1", "2"]);
  });

  it("goes through what the call does of answers", async () => {
    const { api, call } = opened();
    const receive = async (given: HttpResponse) => ({ ...given, body: Buffer.from(`<${Buffer.from(given.body)}>`) });
    expect(await call({ more: { receive } })).toMatchObject({ content: [{ text: "<1>" }] });
    expect(await call()).toMatchObject({ content: [{ text: "<1>" }] });
    expect(api.asked).toHaveLength(1);
  });

  it("makes room for newer ones where the owner gives no more", async () => {
    const { api, call } = opened({ MCP_CACHE_BYTES: "65536" });
    api.answer = () => response("x".repeat(30_000), minute);
    const other = { request: { url: `${url}/other` } };
    for (const asked of [{}, {}, other, other]) await call(asked);
    expect(api.asked).toHaveLength(2);
    await call();
    expect(api.asked).toHaveLength(3);
  });

  it("is none where there is nothing to send", async () => {
    const { cache, next } = opened();
    expect(await cache({ caller: { id: "ann" } } as unknown as Call, next)).toEqual({ content: [] });
  });
});

describe("an answer that is old", () => {
  const tagged = { ...minute, etag: '"a"' };
  it("is asked about, and given where it still holds", async () => {
    const { api, call } = opened();
    api.answer = ({ headers }) => (headers.length > 0 ? response("", tagged, 304) : response("1", tagged));
    await call();
    later(60);
    expect(await call()).toEqual({
      content: [{ type: "text", text: "1" }],
      _meta: {
        "openapi-to-mcp/status": 200,
        "openapi-to-mcp/age": 0,
        "openapi-to-mcp/fresh": { ms: 60_000, isForAll: false },
      },
    });
    expect(api.asked[1]?.headers).toEqual([["if-none-match", '"a"']]);
    later(59);
    await call();
    expect(api.asked).toHaveLength(2);
  });

  it("that was never kept cannot be said to hold", async () => {
    const { api, call } = opened();
    api.answer = () => response("", tagged, 304);
    expect(await call()).toEqual({ content: [{ type: "text", text: "" }], _meta: { "openapi-to-mcp/status": 304 } });
  });
});

describe("while the API fails", () => {
  const note = (seconds: number) => ({
    type: "text",
    text: `Note: the API fails at the moment. This is its answer of ${seconds} s ago.`,
  });
  const old = async (environment: Record<string, string> = {}) => {
    const server = opened(environment);
    await server.call();
    later(100);
    return server;
  };
  const away = new UpstreamError("The API is away");
  const standIn = {
    content: [{ type: "text", text: "1" }, note(100)],
    _meta: {
      "openapi-to-mcp/status": 200,
      "openapi-to-mcp/age": 100,
      "openapi-to-mcp/fresh": { ms: 0, isForAll: false },
    },
  };

  it("an old answer stands in, which is said", async () => {
    const { api, call } = await old();
    api.answer = () => response("down", {}, 503);
    expect(await call()).toEqual(standIn);
    api.answer = () => {
      throw away;
    };
    expect(await call()).toEqual(standIn);
    expect(api.asked).toHaveLength(3);
  });

  it("none does where there is none, or none may", async () => {
    const { api, call } = opened();
    api.answer = () => response("down", {}, 503);
    expect(await call()).toEqual({
      content: [{ type: "text", text: "down" }],
      _meta: { "openapi-to-mcp/status": 503 },
    });
    const forbidden = await old({ MCP_CACHE_STALE_MS: "0" });
    forbidden.api.answer = () => {
      throw away;
    };
    await expect(forbidden.call()).rejects.toBe(away);
  });

  it("none does for a fault of this server, of a later step, or of a call that was given up", async () => {
    const { api, call } = await old();
    const limit = new LimitError("Too many");
    api.answer = () => {
      throw limit;
    };
    await expect(call()).rejects.toBe(limit);
    const receive = () => Promise.reject(away);
    api.answer = () => response("2", minute);
    await expect(call({ more: { receive } })).rejects.toBe(away);
    api.answer = () => {
      throw away;
    };
    await expect(call({ more: { signal: AbortSignal.abort() } })).rejects.toBe(away);
  });
});

describe("what is written", () => {
  const after = async (status: number | Error, asked: Asked = { request: { method: "DELETE" } }) => {
    const { api, text, call } = opened();
    await text();
    api.answer = () => {
      if (status instanceof Error) throw status;
      return response("w", {}, status);
    };
    const written = await call({ ...asked, caller: "bob" }).catch((fault: unknown) => fault);
    api.answer = () => response("new", minute);
    return [await text(), written];
  };

  it.each([
    [204, "new"],
    [399, "new"],
    [400, "1"],
    [499, "1"],
    [500, "new"],
  ])("makes an answer old unless the API refused it: %i", async (status, text) => {
    expect(await after(status)).toEqual([
      text,
      { content: [{ type: "text", text: "w" }], _meta: { "openapi-to-mcp/status": status } },
    ]);
  });

  it("may have been where no answer came", async () => {
    const fault = new UpstreamError("gone");
    expect(await after(fault)).toEqual(["new", fault]);
  });

  it("is nothing by methods that read, and by tools that are said to", async () => {
    expect((await after(200, { request: { method: "HEAD" } }))[0]).toBe("1");
    expect((await after(200, { request: { method: "POST" }, readOnly: true }))[0]).toBe("1");
    expect((await after(200, { request: { method: "POST" }, readOnly: false }))[0]).toBe("new");
    expect((await after(200, { request: { method: "POST" } }))[0]).toBe("new");
  });

  it("goes through what the call does of answers", async () => {
    const seen: number[] = [];
    const receive = (given: HttpResponse) => (seen.push(given.status), { ...given, body: Buffer.from("x") });
    const [text, written] = await after(204, { request: { method: "DELETE" }, more: { receive } });
    expect([text, seen, written]).toMatchObject(["new", [204], { content: [{ text: "x" }] }]);
  });
});

describe("instances that share a store", () => {
  const key = () => new Secret("s3cr3t-of-the-store-41c7");
  it("share answers with a key, sealed, and without one only what is written", async () => {
    const store = new SharedMemory();
    const [one, two] = [opened({}, store, key()), opened({}, store, key())];
    expect([await one.text(), await two.text()]).toEqual(["1", "1"]);
    const entries = (await store.dump()).filter(([name]) => name.startsWith("cache:"));
    expect(entries.map(([name, { expiresInMs }]) => [/^cache:[\w+/=]{44}$/.test(name), expiresInMs])).toEqual([
      [true, 3_660_000],
    ]);
    expect(JSON.stringify(entries)).not.toContain("policy");
    expect(await opened({}, store, new Secret("s3cr3t-of-another-41c7")).text()).toBe("1");
    const plain = new SharedMemory();
    const [third, fourth] = [opened({}, plain), opened({}, plain)];
    expect([await third.text(), await third.text(), await fourth.text()]).toEqual(["1", "1", "1"]);
    expect([...plain.keys()].some((name) => name.startsWith("cache:"))).toBe(false);
    await fourth.call({ request: { method: "DELETE" } });
    expect([await third.text(), third.api.asked.length]).toEqual(["2", 2]);
  });

  it("go on without it, and say where a write could not be told", async () => {
    const store = new SharedMemory();
    store.fail = () => new StoreError("The store is away");
    const { text, call, said } = opened({}, store, key());
    expect([await text(), await text()]).toEqual(["1", "2"]);
    expect(said).toEqual([]);
    await call({ request: { method: "DELETE" } });
    expect(said).toMatchObject([
      {
        level: "warn",
        event: "A write could not be told to the cache of other instances",
        reason: "The store is away",
      },
    ]);
  });
});
