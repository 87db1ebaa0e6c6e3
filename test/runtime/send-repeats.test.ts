/** Attempts of one call: when the next is made, on which connection, and what ends them; without an API, by a clock in hand. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ArgumentError, LimitError, UpstreamError } from "../../templates/always/src/runtime/errors.ts";
import type { Log } from "../../templates/always/src/runtime/log.ts";
import { readSettings } from "../../templates/always/src/runtime/settings/settings.ts";
import type { OwnRoom } from "../../templates/always/src/runtime/upstream/answer-room.ts";
import type { Exchange, HttpResponse, Route } from "../../templates/always/src/runtime/upstream/http-message.ts";
import { createSender, type SendOptions } from "../../templates/always/src/runtime/upstream/send.ts";
import { markReused } from "../../templates/always/src/runtime/upstream/upstream-failure.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const url = "https://api.example.com/v1/pets";
const answer = (status: number, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: new Headers(headers),
  body: new Uint8Array(),
  truncated: false,
  url,
});
const coded = (code: string): Error => Object.assign(new Error("canary"), { code });
const stale = (): Error => {
  const error = coded("ECONNRESET");
  markReused(error);
  return error;
};
/** Ends when it is told to. */
const hanging: Exchange = (_request, _route, signal) =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });

/** A sender of an API that gives these answers in turn, the last one again and again. */
function made(answers: readonly (HttpResponse | Error | "hang")[], settings: Record<string, string> = {}) {
  const sent: { at: number; route: Route; rest: readonly unknown[] }[] = [];
  const told: unknown[][] = [];
  const exchange: Exchange = async (request, route, signal, ...rest) => {
    sent.push({ at: Date.now(), route, rest });
    const next = answers[Math.min(sent.length, answers.length) - 1] ?? answer(200);
    if (next === "hang") return hanging(request, route, signal, ...rest);
    if (next instanceof Error) throw next;
    return next;
  };
  const note = (...args: readonly unknown[]) => void told.push([...args]);
  const log = { debug: note, info: note, warn: note, error: note } as unknown as Log;
  const sender = createSender(readSettings({ MCP_ATTEMPTS: "3", ...settings }), log, exchange);
  /** How a call ends, and after how many milliseconds. */
  const call = async (more: Partial<SendOptions> = {}, method = "GET") => {
    const began = Date.now();
    let ended = -1;
    const result = sender
      .send(
        { method, url, headers: [] },
        { signal: new AbortController().signal, idempotent: true, allowPrivate: false, ...more },
      )
      .then(
        ({ status }) => status,
        (error: unknown) => error,
      )
      .finally(() => (ended = Date.now() - began));
    await vi.advanceTimersByTimeAsync(0);
    if (ended < 0) await vi.runAllTimersAsync();
    return { result: (await result) as number | (Error & Record<string, unknown>), ended };
  };
  const retried = () => told.filter(([event]) => event === "retry").map(([, fields]) => fields);
  return { sender, sent, call, retried };
}

describe("a request is sent again", () => {
  it.each<[string, HttpResponse | Error, reason: string, waitMs: number, string]>([
    ["503", answer(503), "unavailable", 25, "api.example.com is not available"],
    ["503 with a time", answer(503, { "retry-after": "2" }), "unavailable", 2_000, "api.example.com is not available"],
    ["429", answer(429), "throttled", 500, "api.example.com asks to slow down"],
    ["no connection", coded("ECONNREFUSED"), "connection", 25, "The connection to api.example.com failed"],
  ])("after %s, when its time has come", async (_what, first, reason, waitMs, words) => {
    const { call, sent, retried } = made([first, answer(200)]);
    const told: unknown[][] = [];
    expect(await call({ onRetry: (...args) => void told.push(args) })).toEqual({ result: 200, ended: waitMs });
    expect(sent).toHaveLength(2);
    expect(told).toEqual([[words, waitMs]]);
    expect(retried()).toEqual([{ host: "api.example.com", reason, waitMs, attempt: 1 }]);
  });

  it("twice as late each time, and as often as the settings say", async () => {
    const { call, sent, retried } = made([answer(503)]);
    const began = Date.now();
    expect(await call()).toEqual({ result: 503, ended: 75 });
    expect(sent.map(({ at }) => at - began)).toEqual([0, 25, 75]);
    expect(retried()).toMatchObject([
      { attempt: 1, waitMs: 25 },
      { attempt: 2, waitMs: 50 },
    ]);
    const once = made([answer(503)], { MCP_ATTEMPTS: "1" });
    expect(await once.call()).toEqual({ result: 503, ended: 0 });
    expect(once.sent).toHaveLength(1);
  });

  it("at once, on a connection of its own, where a kept one had been closed; that is no further attempt", async () => {
    const { call, sent, retried } = made([stale(), answer(503), answer(503), answer(503)]);
    expect((await call()).result).toBe(503);
    expect(sent.map(({ route }) => route.fresh)).toEqual([false, true, true, true]);
    expect(retried()).toHaveLength(2);
  });

  it.each<[string, HttpResponse | Error, Partial<SendOptions>]>([
    ["a further effect", answer(503), { idempotent: false }],
    ["an answer that is final", answer(500), {}],
    ["a connection that cannot be secure", coded("CERT_HAS_EXPIRED"), {}],
    ["a time that is not there", answer(503, { "retry-after": "7" }), { remainingMs: 7_000 }],
  ])("never with %s", async (_what, first, options) => {
    const { call, sent } = made([first, answer(200)]);
    const { result, ended } = await call(options);
    expect(ended).toBe(0);
    if (first instanceof Error) expect(result).toBeInstanceOf(UpstreamError);
    else expect(result).toBe(first.status);
    expect(sent).toHaveLength(1);
  });

  it("within a time that is there", async () => {
    const { call } = made([answer(503, { "retry-after": "7" }), answer(200)]);
    expect(await call({ remainingMs: 7_001 })).toEqual({ result: 200, ended: 7_000 });
  });

  it("only as often as answers to others allow", async () => {
    const { call, sent } = made([answer(429, { "retry-after": "0.001" })], { MCP_ATTEMPTS: "2" });
    for (let at = 0; at < 166; at += 1) await call();
    expect(sent).toHaveLength(332);
    await call();
    expect(sent).toHaveLength(333);
  });

  it("not where its API failed so often: the last answer is what it ends with", async () => {
    const { sender, call, sent } = made([answer(503)], { MCP_ATTEMPTS: "10" });
    const source = { operation: "get", caller: "ann" };
    expect((await call({ source })).result).toBe(503);
    expect(sent).toHaveLength(5);
    const { result } = await call({ source });
    expect(result).toBeInstanceOf(UpstreamError);
    expect(result).toMatchObject({
      message: "This operation of api.example.com failed several times in a row; calls of it are paused",
    });
    expect((await call({ source: { operation: "put", caller: "ann" }, idempotent: false })).result).toBe(503);
    expect(sender.paused().filter(({ count }) => count > 0)).toEqual([
      { host: "api.example.com", scope: "call", count: 1 },
    ]);
  });
});

describe("a request", () => {
  it("is sent with what its call says, and else by the settings", async () => {
    const certificate = { certificate: "c", key: "k" };
    const room = { gaveUp: false, waitedMs: 0 } as unknown as OwnRoom;
    const readAlong = () => undefined;
    const { call, sent } = made([answer(200)], { MCP_MAX_RESPONSE_BYTES: "1000" });
    await call({ certificate, allowPrivate: true, maxBytes: 7, room, readAlong });
    await call();
    expect(sent.map(({ route, rest }) => [route, ...rest])).toEqual([
      [{ allowPrivate: true, certificate, fresh: false }, 7, room, readAlong],
      [{ allowPrivate: false, certificate: undefined, fresh: false }, 1_000, undefined, undefined],
    ]);
  });

  it("of CONNECT is none that could be sent", async () => {
    const { call, sent } = made([answer(200)]);
    const { result } = await call({}, "CONNECT");
    expect(result).toBeInstanceOf(ArgumentError);
    expect(result).toHaveProperty("message", "The method CONNECT cannot be sent");
    expect(sent).toEqual([]);
  });

  it("that is called off ends with that reason", async () => {
    const controller = new AbortController();
    controller.abort("gone");
    expect((await made([answer(200)]).call({ signal: controller.signal })).result).toBe("gone");
  });
});

describe("an API that takes too long", () => {
  const late = "Ask for less at once, or raise MCP_TIMEOUT_MS.";
  it.each<[Record<string, string>, Partial<SendOptions>, string, number, string, string]>([
    [{ MCP_TIMEOUT_MS: "1500" }, {}, "GET", 1_500, "1.5 s", late],
    [{}, { remainingMs: 250.4 }, "PUT", 250, "0.25 s", late],
    [
      {},
      { remainingMs: 2_000, idempotent: false },
      "POST",
      2_000,
      "2 s",
      "The call may have taken effect: read before you write again.",
    ],
    [{}, { remainingMs: 2_000, idempotent: false }, "GET", 2_000, "2 s", "It only reads: try again."],
    [
      {},
      { remainingMs: 2_000, idempotent: false, room: { gaveUp: true } as OwnRoom },
      "POST",
      2_000,
      "2 s",
      "The call may have taken effect: read before you write again.",
    ],
  ])("with %j and %j by %s: told after %i ms", async (settings, options, method, ms, time, hint) => {
    const { result, ended } = await made(["hang"], settings).call(options, method);
    expect(Math.floor(ended)).toBe(ms);
    expect(result).toBeInstanceOf(UpstreamError);
    expect(result).toMatchObject({
      message: `api.example.com: timed out after ${time}`,
      hint,
      cause: { name: "TimeoutError" },
    });
  });

  const overloaded = {
    message: "This server is overloaded: the call waited for its turn until its time was over",
    hint: "Try again in a second, with fewer calls at the same time.",
    limit: "concurrency",
    retryAfterMs: 1_000,
    cause: { name: "TimeoutError" },
  };

  it("is not at fault where the call waited for room for its answer", async () => {
    const room = { gaveUp: true, waitedMs: 0 } as unknown as OwnRoom;
    const { result } = await made(["hang"]).call({ remainingMs: 2_000, room });
    expect(result).toBeInstanceOf(LimitError);
    expect(result).toMatchObject(overloaded);
  });

  it("is not at fault where the call waited for its turn, and its own reason stays", async () => {
    const { call, sender, sent } = made(["hang"], { MCP_MAX_CONCURRENT_CALLS: "1", MCP_QUEUE: "5" });
    const first = new AbortController();
    const options = { idempotent: true, allowPrivate: false };
    const request = { method: "GET", url, headers: [] };
    const holds = sender.send(request, { ...options, signal: first.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(0);
    const second = new AbortController();
    const waits = sender.send(request, { ...options, signal: second.signal }).catch((error: unknown) => error);
    const late = sender
      .send(request, { ...options, signal: new AbortController().signal, remainingMs: 500 })
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(500);
    expect(await late).toBeInstanceOf(LimitError);
    expect(await late).toMatchObject(overloaded);
    second.abort("second gone");
    expect(await waits).toBe("second gone");
    first.abort("first gone");
    expect(await holds).toBe("first gone");
    expect(sent).toHaveLength(1);
    // The place is free again.
    expect((await call({ remainingMs: 100 })).ended).toBe(100);
    expect(sent).toHaveLength(2);
  });
});
