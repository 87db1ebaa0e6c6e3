/** Sessions of clients of MCP 2024-11-05: what their stream says, who may post, how many there are, and when they end. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HttpAnswer, HttpRequest } from "../../templates/always/src/runtime/http/message.ts";
import { createLog } from "../../templates/always/src/runtime/log.ts";
import { createEventRoutes } from "../../templates/always/src/runtime/sse/sse.ts";
import { SseSession } from "../../templates/always/src/runtime/sse/session.ts";
import type { Caller } from "../../templates/always/src/runtime/upstream/http-message.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Texts of a stream, one after the other; `undefined` once it is over. */
function reading(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  return {
    next: async () => {
      const { value } = await reader.read();
      return value && new TextDecoder().decode(value);
    },
    cancel: () => reader.cancel(),
  };
}

const call = (id: unknown, method = "tools/call") => ({ jsonrpc: "2.0", id, method }) as never;
const answer = (id: unknown) => ({ jsonrpc: "2.0", id, result: {} }) as never;
const nobody = {} as never;

describe("a session", () => {
  function open(idleMs = 60_000) {
    const ended = vi.fn();
    const session = new SseSession({ callerId: "ann", messagesAt: (id) => `/post/${id}`, idleMs, onEnd: ended });
    const closed = vi.fn();
    session.onclose = closed;
    const got: unknown[] = [];
    session.onmessage = (message, extra) => void got.push([message, extra]);
    return { session, ended, closed, got, stream: reading(session.body) };
  }

  it("says first where to post, then each message as an event", async () => {
    const { session, stream } = open();
    expect(session.id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(session.callerId).toBe("ann");
    await session.start();
    expect(await stream.next()).toBe(`event: endpoint\ndata: /post/${session.id}\n\n`);
    await session.send(answer(1));
    expect(await stream.next()).toBe('event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
    await session.close();
    expect(await stream.next()).toBeUndefined();
  });

  it("hands on what is posted, with who posted it", () => {
    const { session, got } = open();
    const auth = { clientId: "ann" } as never;
    expect(session.take(call(1), auth, () => {})).toBe(true);
    expect(got).toEqual([[{ jsonrpc: "2.0", id: 1, method: "tools/call" }, { authInfo: auth }]]);
  });

  it("releases what a request took with its answer, not with what is told meanwhile or with another's", async () => {
    const { session } = open();
    const released: string[] = [];
    session.take(call(1), nobody, () => released.push("1"));
    session.take(call("1"), nobody, () => released.push("'1'"));
    await session.send({ jsonrpc: "2.0", method: "notifications/progress", params: {} } as never);
    await session.send(call(1, "elicitation/create"));
    expect(released).toEqual([]);
    await session.send(answer("1"));
    expect(released).toEqual(["'1'"]);
    await session.send(answer("1"));
    await session.send(answer(1));
    expect(released).toEqual(["'1'", "1"]);
    expect(session.take(call(1), nobody, () => {})).toBe(true);
  });

  it("takes no second request with the id of one that runs, and holds nothing for it", () => {
    const { session, got } = open();
    const [first, second] = [vi.fn(), vi.fn()];
    expect(session.take(call(7), nobody, first)).toBe(true);
    expect(session.take(call(7), nobody, second)).toBe(false);
    expect([first.mock.calls.length, second.mock.calls.length, got.length]).toEqual([0, 1, 1]);
  });

  it("holds nothing for what has no answer", () => {
    const { session, got } = open();
    const released = vi.fn();
    expect(session.take({ jsonrpc: "2.0", method: "notifications/initialized" } as never, nobody, released)).toBe(true);
    expect(session.take(answer(3), nobody, released)).toBe(true);
    expect([released.mock.calls.length, got.length]).toEqual([2, 2]);
  });

  it("ends once, releases what runs, tells it, and takes nothing more", async () => {
    const { session, ended, closed, got, stream } = open();
    const released = vi.fn();
    session.take(call(1), nobody, released);
    await session.close();
    await session.close();
    expect([released, ended, closed].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
    const late = vi.fn();
    expect(session.take(call(2), nobody, late)).toBe(false);
    expect([late.mock.calls.length, got.length]).toEqual([1, 1]);
    await session.send(answer(1));
    expect(await stream.next()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends when its reader goes", async () => {
    const { ended, stream } = open();
    await stream.cancel();
    expect(ended).toHaveBeenCalledOnce();
  });

  it("waits for what runs when it is to finish", async () => {
    const { session, ended } = open();
    session.take(call(1), nobody, () => {});
    session.take(call(2), nobody, () => {});
    session.finish();
    await session.send(answer(1));
    expect(ended).not.toHaveBeenCalled();
    await session.send(answer(2));
    expect(ended).toHaveBeenCalledOnce();
    const idle = open();
    await idle.session.send(answer(9));
    expect(idle.ended).not.toHaveBeenCalled();
    idle.session.finish();
    expect(idle.ended).toHaveBeenCalledOnce();
  });

  it("gives a sign of life every 15 s", async () => {
    const { session, stream } = open(60_000);
    vi.advanceTimersByTime(15_000);
    expect(await stream.next()).toBe(": keepalive\n\n");
    await session.close();
  });

  it("ends after its time without a post, not while something runs", async () => {
    const { session, ended } = open(40_000);
    vi.advanceTimersByTime(30_000);
    session.take({ jsonrpc: "2.0", method: "notifications/initialized" } as never, nobody, () => {});
    vi.advanceTimersByTime(30_000);
    expect(ended).not.toHaveBeenCalled();
    session.take(call(1), nobody, () => {});
    vi.advanceTimersByTime(90_000);
    expect(ended).not.toHaveBeenCalled();
    await session.send(answer(1));
    vi.advanceTimersByTime(15_000);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("of a time shorter than the signs of life ends by it", () => {
    const { ended } = open(1_000);
    vi.advanceTimersByTime(1_000);
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends for a client that reads nothing for 4 MiB", async () => {
    const { session, ended } = open();
    const long = { jsonrpc: "2.0", method: "x", params: { text: "x".repeat(1024 * 1024) } } as never;
    for (let sent = 0; sent < 4; sent += 1) await session.send(long);
    expect(ended).not.toHaveBeenCalled();
    await session.send(long);
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe("the routes", () => {
  const ann: Caller = { id: "ann", scopes: ["read"] };
  const bob: Caller = { id: "bob" };

  function serve({ most = 100, isFull = false, lacks = false, path = "/mcp" } = {}) {
    const seen: SseSession[] = [];
    const got: unknown[] = [];
    const left = vi.fn();
    const entered: unknown[] = [];
    const lines: string[] = [];
    const asked: string[] = [];
    const group = createEventRoutes({
      served: new Map([
        [
          path,
          () => ({
            connect: async (session: SseSession) => {
              seen.push(session);
              session.onmessage = (message, extra) => void got.push([message, extra?.authInfo?.clientId]);
              await session.start();
            },
          }),
        ],
      ]) as never,
      door: {
        enter: async (method: unknown) => {
          entered.push(method);
          return isFull ? undefined : left;
        },
      } as never,
      challenge: (at) => {
        asked.push(at);
        return (() => (lacks ? { status: 403, headers: {}, body: "lacks" } : undefined)) as never;
      },
      mostSessions: most,
      idleMs: 60_000,
      log: createLog("debug", (line) => void lines.push(line)),
    });
    const [get, post] = group.routes;
    if (get === undefined || post === undefined) throw new Error("There are two routes");
    return { group, get, post, seen, got, left, entered, lines, asked };
  }
  const gone = () => {
    const controller = new AbortController();
    return { abort: () => controller.abort(), signal: controller.signal };
  };
  const request = (
    url: string,
    body?: string,
    signal: HttpRequest["signal"] = new AbortController().signal,
  ): HttpRequest => ({
    method: body === undefined ? "GET" : "POST",
    url: `http://127.0.0.1${url}`,
    headers: new Headers({ "content-type": "application/json" }),
    body:
      body === undefined
        ? null
        : (async function* () {
            yield new TextEncoder().encode(body);
          })(),
    signal,
  });
  const statusOf = async (given: HttpAnswer | Promise<HttpAnswer>) => {
    const { status, headers, body } = await given;
    return [status, headers["retry-after"], typeof body === "string" ? body : ""];
  };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const placeOf = (session: SseSession | undefined) => `/messages?sessionId=${session?.id}`;

  it("stand beside those of MCP", () => {
    const places = (path: string) =>
      serve({ path }).group.routes.map(({ path: at, methods, access, resource }) => [at, methods, access, resource]);
    expect(places("/mcp")).toEqual([
      ["/sse", ["GET"], "caller", undefined],
      ["/messages", ["POST"], "caller", "/sse"],
    ]);
    expect(places("/mcp/pets")).toEqual([
      ["/sse/pets", ["GET"], "caller", undefined],
      ["/messages/pets", ["POST"], "caller", "/sse/pets"],
    ]);
    expect(serve({ path: "/mcp/pets" }).asked).toEqual(["/sse/pets"]);
  });

  it("open a stream that nothing on the way keeps back", async () => {
    const { get, seen, lines } = serve();
    const opened = await get.answer(request("/sse"), ann);
    expect([opened.status, opened.headers]).toEqual([
      200,
      {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
    ]);
    const stream = reading(opened.body as ReadableStream<Uint8Array>);
    expect(await stream.next()).toBe(`event: endpoint\ndata: ${placeOf(seen[0])}\n\n`);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "session", caller: "ann", sessions: 1 });
    opened.release?.();
    expect(await stream.next()).toBeUndefined();
  });

  it("take a message of the caller who opened, and answer by the stream", async () => {
    const { get, post, seen, got, left, entered } = serve();
    const opened = await get.answer(request("/sse"), ann);
    const stream = reading(opened.body as ReadableStream<Uint8Array>);
    await stream.next();
    expect(await statusOf(post.answer(request(placeOf(seen[0]), ping), ann))).toEqual([202, undefined, "Accepted"]);
    expect(got).toEqual([[JSON.parse(ping), "ann"]]);
    expect(entered).toEqual(["ping"]);
    expect(left).not.toHaveBeenCalled();
    await seen[0]?.send(answer(1));
    expect(left).toHaveBeenCalledOnce();
    expect(await stream.next()).toContain('"id":1');
  });

  it("do not say of another's session that there is one", async () => {
    const { get, post, seen, got } = serve();
    await get.answer(request("/sse"), ann);
    const none = [404, undefined, '{"error":"There is no such session: GET /sse"}'];
    expect(await statusOf(post.answer(request(placeOf(seen[0]), ping), bob))).toEqual(none);
    expect(await statusOf(post.answer(request("/messages?sessionId=x", ping), ann))).toEqual(none);
    expect(await statusOf(post.answer(request("/messages", ping), ann))).toEqual(none);
    expect(got).toEqual([]);
  });

  it("refuse what is no message, what lacks a scope, and an id that runs", async () => {
    const { get, post, seen } = serve();
    await get.answer(request("/sse"), ann);
    const at = placeOf(seen[0]);
    expect((await post.answer(request(at, "{"), ann)).status).toBe(400);
    await post.answer(request(at, ping), ann);
    expect(await statusOf(post.answer(request(at, ping), ann))).toEqual([
      400,
      undefined,
      '{"error":"A request with this id is still running"}',
    ]);
    const lacking = serve({ lacks: true });
    await lacking.get.answer(request("/sse"), ann);
    expect(await statusOf(lacking.post.answer(request(placeOf(lacking.seen[0]), ping), ann))).toEqual([
      403,
      undefined,
      "lacks",
    ]);
    expect(lacking.got).toEqual([]);
  });

  it("answer what finds no room by the stream, too", async () => {
    const { get, post, seen, got } = serve({ isFull: true });
    const opened = await get.answer(request("/sse"), ann);
    const stream = reading(opened.body as ReadableStream<Uint8Array>);
    await stream.next();
    expect((await post.answer(request(placeOf(seen[0]), ping), ann)).status).toBe(202);
    expect(await stream.next()).toContain('"code":-32000');
    const call = '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"x"}}';
    expect((await post.answer(request(placeOf(seen[0]), call), ann)).status).toBe(202);
    const refused = (await stream.next()) ?? "";
    expect(refused).toContain('"isError":true');
    expect(refused).not.toContain("resultType");
    expect(got).toEqual([]);
  });

  it("end an idle session by the settings", async () => {
    const { get, post, seen } = serve();
    await get.answer(request("/sse"), ann);
    vi.advanceTimersByTime(60_000);
    expect((await post.answer(request(placeOf(seen[0]), ping), ann)).status).toBe(404);
  });

  it("end a session whose client is gone, also before it began", async () => {
    const { get, post, seen } = serve();
    const first = gone();
    await get.answer(request("/sse", undefined, first.signal), ann);
    first.abort();
    expect((await post.answer(request(placeOf(seen[0]), ping), ann)).status).toBe(404);
    const second = gone();
    second.abort();
    await get.answer(request("/sse", undefined, second.signal), ann);
    expect((await post.answer(request(placeOf(seen[1]), ping), ann)).status).toBe(404);
  });

  it("open 20 for a caller, and as many for all as the settings say", async () => {
    const { get, seen } = serve();
    for (let index = 0; index < 20; index += 1) expect((await get.answer(request("/sse"), ann)).status).toBe(200);
    expect(await statusOf(get.answer(request("/sse"), ann))).toEqual([
      429,
      "10",
      '{"error":"20 sessions are yours already"}',
    ]);
    expect((await get.answer(request("/sse"), bob)).status).toBe(200);
    await seen[0]?.close();
    expect((await get.answer(request("/sse"), ann)).status).toBe(200);
    const few = serve({ most: 1 });
    expect((await few.get.answer(request("/sse"), ann)).status).toBe(200);
    expect(await statusOf(few.get.answer(request("/sse"), bob))).toEqual([
      503,
      "10",
      '{"error":"There are too many sessions"}',
    ]);
  });

  it("open none once they drain, and end those in which nothing runs", async () => {
    const { group, get, post, seen } = serve();
    await get.answer(request("/sse"), ann);
    await get.answer(request("/sse"), ann);
    await post.answer(request(placeOf(seen[0]), ping), ann);
    const ends: number[] = [];
    seen.forEach((session, index) => (session.onclose = () => void ends.push(index)));
    group.drain();
    expect(ends).toEqual([1]);
    expect(await statusOf(get.answer(request("/sse"), ann))).toEqual([
      503,
      "10",
      '{"error":"This server is about to end"}',
    ]);
    await group.close();
    expect(ends).toEqual([1, 0]);
  });
});
