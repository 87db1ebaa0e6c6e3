/** One attempt of a request: where redirects lead it, what its end says of the API, and what this process is to blame for. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Log } from "../../templates/always/src/runtime/log.ts";
import type { OwnRoom } from "../../templates/always/src/runtime/upstream/answer-room.ts";
import { attempt, type Sending, watchOwnShare } from "../../templates/always/src/runtime/upstream/attempt.ts";
import type { Deadline } from "../../templates/always/src/runtime/upstream/deadline.ts";
import type { Exchange, HttpResponse } from "../../templates/always/src/runtime/upstream/http-message.ts";
import type { OriginState, Scope } from "../../templates/always/src/runtime/upstream/origin-breakers.ts";
import { markProxyFault, markReused } from "../../templates/always/src/runtime/upstream/upstream-failure.ts";

let clock = 0;
beforeEach(() => {
  clock = 1_000;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  vi.spyOn(performance, "now").mockImplementation(() => clock);
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const start = "https://api.example.com/v1/pets?a=1";
const answer = (status: number, location?: string): HttpResponse => ({
  status,
  headers: new Headers(location === undefined ? {} : { location }),
  body: new Uint8Array(),
  truncated: false,
  url: start,
});

interface Given {
  readonly method?: string;
  readonly room?: OwnRoom;
  readonly deadline?: Pick<Deadline, "signal" | "expired">;
  /** What the breakers say that the attempt paused. */
  readonly pauses?: Scope;
  readonly fresh?: boolean;
}

const certificate = { certificate: "c", key: "k" };
const readAlong = () => undefined;

/** One attempt at an API that does as `exchange` says, and all that is told of it. */
async function tried(exchange: Exchange, given: Given = {}) {
  const told: unknown[] = [];
  const note =
    (what: string) =>
    (...rest: readonly unknown[]) =>
      void told.push([what, ...rest]);
  const sending: Sending = {
    request: { method: given.method ?? "GET", url: start, headers: [["A", "b"]], body: "x" },
    route: { allowPrivate: true, certificate },
    maxBytes: 77,
    host: "api.example.com",
    idempotent: false,
    variable: "PETS_BASE_URL",
    source: { operation: "get", caller: "ann" },
    room: given.room,
    readAlong,
    state: {
      breakers: {
        report: (...args: readonly unknown[]) => {
          told.push(["report", ...args]);
          return given.pauses;
        },
      },
      budget: { earn: note("earn") },
    } as unknown as OriginState,
    deadline: (given.deadline ?? { signal: new AbortController().signal, expired: false }) as Deadline,
  };
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") } as unknown as Log;
  const result = await attempt(sending, given.fresh ?? false, exchange, log).catch((error: unknown) => ({
    kind: "thrown" as const,
    error,
  }));
  return { result, told, sending };
}

const source = { operation: "get", caller: "ann" };
const coded = (code: string): Error => Object.assign(new Error("canary"), { code });
const failing =
  (error: Error): Exchange =>
  async () => {
    clock += 100;
    throw error;
  };
const regular = (ms: number): void => {
  for (const end = clock + ms; clock < end;) {
    clock += 20;
    vi.advanceTimersByTime(20);
  }
};

describe("an answer", () => {
  it.each([200, 404, 429, 500, 501, 505])("of %i is one of an API that is well", async (status) => {
    const response = answer(status);
    const { result, told } = await tried(async () => response);
    expect(result).toEqual({ kind: "answer", response });
    expect(told).toEqual([["earn"], ["report", source, "healthy"]]);
  });

  it.each([502, 503, 504])("of %i is a failure", async (status) => {
    const { result, told } = await tried(async () => answer(status), { pauses: "operation" });
    expect(result).toMatchObject({ kind: "answer", response: { status } });
    expect(told).toEqual([
      ["report", source, "failed"],
      ["warn", "paused", { host: "api.example.com", scope: "operation", operation: "get", caller: "ann" }],
    ]);
  });
});

describe("no answer", () => {
  const proxied = coded("ECONNREFUSED");
  markProxyFault(proxied, "proxy.example:3128");
  const stale = coded("ECONNRESET");
  markReused(stale);

  it.each<[Error, verdict: string, kind: string, cause: string]>([
    [coded("ENOTFOUND"), "unreachable", "unsent", "dns"],
    [coded("ECONNREFUSED"), "unreachable", "unsent", "connect"],
    [coded("ECONNRESET"), "failed", "lost", "lost"],
    [coded("EMFILE"), "failed", "unsent", "files"],
    [coded("CERT_HAS_EXPIRED"), "unknown", "final", "tls"],
    [proxied, "unknown", "unsent", "proxy"],
    [stale, "unknown", "stale", "stale"],
  ])("by %o counts as %s", async (error, verdict, kind, cause) => {
    const { result, told } = await tried(async () => {
      regular(100);
      throw error;
    });
    expect(result).toMatchObject({ kind: "failure", failure: { kind, cause, error: { cause: error } } });
    expect(told).toEqual([
      ["debug", "no answer", { host: "api.example.com", cause }],
      ["report", source, verdict],
    ]);
  });

  it("is explained by the request that it was", async () => {
    const lost = async (method: string) => (await tried(failing(coded("ECONNRESET")), { method })).result;
    expect(await lost("GET")).toMatchObject({ failure: { error: { hint: "It only reads: try again." } } });
    expect(await lost("POST")).toMatchObject({
      failure: {
        error: {
          message: "api.example.com: the connection was reset",
          hint: "The call may have taken effect: read before you write again.",
        },
      },
    });
    expect((await tried(failing(coded("PRIVATE_ADDRESS")))).result).toMatchObject({
      failure: { error: { hint: "If it is meant, set PETS_BASE_URL to the URL of this server." } },
    });
  });

  it("because this process stood still, or waited for room, says nothing of the API", async () => {
    const { told } = await tried(failing(coded("ECONNRESET")));
    expect(told.at(-1)).toEqual(["report", source, "unknown"]);
    const room = { waitedMs: 0 } as { waitedMs: number };
    const waited = await tried(
      async () => {
        regular(100);
        room.waitedMs += 60;
        throw coded("ECONNREFUSED");
      },
      { room: room as unknown as OwnRoom },
    );
    expect(waited.told.at(-1)).toEqual(["report", source, "unknown"]);
  });

  it.each<[string, Pick<Deadline, "signal" | "expired">, isBusy: boolean, verdict: string]>([
    ["the time of the call is over", { signal: AbortSignal.abort("over"), expired: true }, false, "failed"],
    ["a time around it is over", { signal: AbortSignal.abort(timeout()), expired: false }, false, "failed"],
    ["its client cancels it", { signal: AbortSignal.abort("cancelled"), expired: false }, false, "unknown"],
    ["this process stood still", { signal: AbortSignal.abort("over"), expired: true }, true, "unknown"],
  ])("when %s is thrown on", async (_what, deadline, isBusy, verdict) => {
    const error = new Error("aborted");
    const { result, told } = await tried(
      async () => {
        if (isBusy) clock += 100;
        else regular(100);
        throw error;
      },
      { deadline },
    );
    expect(result).toEqual({ kind: "thrown", error });
    expect(told).toEqual([["report", source, verdict]]);
  });
});

function timeout(): DOMException {
  return new DOMException("", "TimeoutError");
}

describe("a redirect", () => {
  /** Requests that are sent where each answer leads to the next. */
  async function led(answers: readonly HttpResponse[], given: Given = {}) {
    const seen: unknown[][] = [];
    const { result, sending } = await tried(async (...args) => {
      seen.push(args);
      return answers[seen.length - 1] ?? answer(200);
    }, given);
    return { seen, urls: seen.map(([request]) => (request as { url: string }).url), result, sending };
  }

  it.each([301, 302, 303, 307, 308])("of %i is followed within the origin", async (status) => {
    for (const method of ["GET", "HEAD"]) {
      const { urls, result } = await led([answer(status, "../v2/cats?b=2#top")], { method });
      expect(urls).toEqual([start, "https://api.example.com/v2/cats?b=2"]);
      expect(result).toMatchObject({ response: { status: 200 } });
    }
  });

  it.each([200, 201, 300, 304, 305, 306, 309, 401])("is nothing that %i does", async (status) =>
    expect((await led([answer(status, "/v2")])).urls).toEqual([start]),
  );

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("of %s is an answer", async (method) =>
    expect((await led([answer(307, "/v2")], { method })).urls).toEqual([start]),
  );

  it.each([
    "https://evil.example/",
    "http://api.example.com/",
    "https://api.example.com:8443/",
    "//evil.example/",
    "https://u@api.example.com/",
    "https://:p@api.example.com/",
    "https://[",
    undefined,
  ])("to %s is not followed", async (location) => {
    const { urls, result } = await led([answer(302, location)]);
    expect(urls).toEqual([start]);
    expect(result).toMatchObject({ response: { status: 302 } });
  });

  it("is followed three times, each relative to the one before, with the same request", async () => {
    const { seen, urls, result, sending } = await led(
      ["a/b", "c", "d", "e"].map((to) => answer(302, to)),
      { fresh: true },
    );
    expect(urls).toEqual([start, ...["a/b", "a/c", "a/d"].map((path) => `https://api.example.com/v1/${path}`)]);
    expect(result).toMatchObject({ response: { status: 302 } });
    expect(seen[3]).toEqual([
      { method: "GET", url: "https://api.example.com/v1/a/d", headers: [["A", "b"]], body: "x" },
      { allowPrivate: true, certificate, fresh: true },
      sending.deadline.signal,
      77,
      undefined,
      readAlong,
    ]);
  });

  it("goes on in the room of the answer, on a kept connection where that may be", async () => {
    const room = { waitedMs: 0 } as unknown as OwnRoom;
    const { seen } = await led([answer(302, "/v2")], { room });
    expect(seen.map((args) => [args[1], args[4]])).toEqual([
      [{ allowPrivate: true, certificate, fresh: false }, room],
      [{ allowPrivate: true, certificate, fresh: false }, room],
    ]);
  });
});

describe("the share of this process", () => {
  const room = { waitedMs: 40 } as { waitedMs: number };
  const watch = () => watchOwnShare(room as unknown as OwnRoom);
  const shareAfter = (work: () => void): boolean => {
    const { isLarge, end } = watch();
    work();
    const found = isLarge();
    end();
    return found;
  };

  it.each<[string, () => void, boolean]>([
    ["nothing", () => undefined, false],
    ["time that others took", () => regular(1_000), false],
    ["a standstill of less than 50 ms more than a look needs", () => (clock += 69.9), false],
    ["a standstill of 50 ms more", () => (clock += 70), true],
    ["a standstill that is less than a quarter", () => (regular(300), (clock += 100)), false],
    ["a standstill that is more than a quarter", () => (regular(200), (clock += 100)), true],
    ["waiting for a quarter", () => (regular(100), (room.waitedMs += 25)), false],
    ["waiting for more than a quarter", () => (regular(100), (room.waitedMs += 26)), true],
    ["both together", () => (regular(340), (clock += 100), (room.waitedMs += 31)), true],
  ])("is large or not by %s", (_what, work, want) => expect(shareAfter(work)).toBe(want));

  it("holds a standstill that was over before it is asked", () => {
    const { isLarge, end } = watch();
    clock += 100;
    vi.advanceTimersByTime(20);
    regular(200);
    expect(isLarge()).toBe(true);
    regular(20);
    expect(isLarge()).toBe(false);
    end();
  });

  it("holds no standstill from before the watch began, and looks only while somebody watches", () => {
    const first = watch();
    clock += 100;
    const second = watch();
    expect([vi.getTimerCount(), first.isLarge(), second.isLarge()]).toEqual([1, true, false]);
    vi.advanceTimersByTime(20);
    expect([first.isLarge(), second.isLarge()]).toEqual([true, false]);
    first.end();
    expect(vi.getTimerCount()).toBe(1);
    second.end();
    expect(vi.getTimerCount()).toBe(0);
    clock += 500;
    expect(shareAfter(() => undefined)).toBe(false);
    expect(shareAfter(() => (clock += 100))).toBe(true);
  });

  it("is that of no room where the answer has none", () => {
    const { isLarge, end } = watchOwnShare(undefined);
    regular(100);
    expect(isLarge()).toBe(false);
    clock += 100;
    expect(isLarge()).toBe(true);
    end();
  });
});
