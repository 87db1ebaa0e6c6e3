/** MCP at a path: a message is read, let in, served and released, or refused before it costs anything. */
import { describe, expect, it } from "vitest";
import type { Caller } from "../../templates/always/src/runtime/access.js";
import type { Presence } from "../../templates/always/src/runtime/http/cancellation.js";
import type { McpExchange } from "../../templates/always/src/runtime/http/mcp-exchange.js";
import { CallDoor, createMcpRoute, type ScopeChallenge } from "../../templates/always/src/runtime/http/mcp-route.js";
import { type HttpAnswer, type HttpRequest, noAnswer } from "../../templates/always/src/runtime/http/message.js";

const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x" } };
const ann: Caller = { id: "ann" };

function routeAt(
  more: { most?: number; challenge?: ScopeChallenge; serve?: () => Promise<HttpAnswer>; isOld?: boolean } = {},
) {
  const served: { message: object; caller: Caller; presence: Presence }[] = [];
  const told: string[] = [];
  const mcp: McpExchange = {
    serve: async (_request, message, caller, presence) => {
      served.push({ message, caller, presence });
      return more.serve?.() ?? { status: 200, headers: { "x-a": "b" }, body: "served" };
    },
    isOfOldRevision: () => more.isOld ?? true,
    close: async () => void told.push("closed"),
  };
  const door = new CallDoor(
    more.most ?? 10,
    (run) => run(),
    () => told.push("full"),
  );
  const route = createMcpRoute("/mcp/x", mcp, door, more.challenge ?? (async () => undefined));
  const listeners: (() => void)[] = [];
  const post = (body: unknown, caller = ann, type = "application/json", aborted = false) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const request = {
      method: "POST",
      url: "http://localhost/mcp/x",
      headers: new Headers({ "content-type": type }),
      body: [Buffer.from(text)] as unknown as HttpRequest["body"],
      signal: { aborted, addEventListener: (_type: string, listener: () => void) => void listeners.push(listener) },
    } as HttpRequest;
    return route.answer(request, caller);
  };
  return { route, post, served, told, abort: () => listeners.forEach((listener) => listener()) };
}

describe("a message", () => {
  it("is served as it came, for its caller, and its answer is released", async () => {
    const { route, post, served, told } = routeAt();
    const answer = await post(call);
    expect(answer).toEqual({
      status: 200,
      headers: { "x-a": "b" },
      body: "served",
      release: expect.any(Function) as unknown,
    });
    expect(served).toMatchObject([{ message: call, caller: ann, presence: { isOver: false } }]);
    expect([route.path, route.methods, route.access]).toEqual(["/mcp/x", ["POST"], "caller"]);
    await route.close();
    expect(told).toEqual(["closed"]);
  });

  const refusal = (id: unknown, code: number, message: string) =>
    JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
  it.each<[string, unknown, string, number, string]>([
    ["of another type", call, "text/plain", 415, '{"error":"Send application/json"}'],
    ["that is no JSON", "{", "application/json", 400, refusal(null, -32700, "Parse error: this is no JSON")],
    ["that is a batch", [], "application/json", 400, refusal(null, -32600, "Batches are not supported")],
    [
      "whose parameters are wrong",
      { ...call, params: {} },
      "application/json",
      200,
      refusal(1, -32602, 'Invalid params: "name" has to be a string'),
    ],
    [
      "that is a notification with a fault",
      { jsonrpc: "2.0", method: 5 },
      "application/json",
      400,
      refusal(null, -32600, '"method" has to be a string'),
    ],
    ["that is too long", "x".repeat(4_194_305), "application/json", 413, '{"error":"The limit is 4194304 bytes"}'],
  ])("%s is refused", async (_what, body, type, status, text) => {
    const { post, served } = routeAt();
    const answer = await post(body, ann, type);
    expect([answer.status, answer.body, answer.release, served]).toEqual([status, text, undefined, []]);
  });

  it("whose client is gone before it is read has no answer", async () => {
    const { post, served } = routeAt();
    expect(await post(call, ann, "application/json", true)).toBe(noAnswer);
    expect(served).toEqual([]);
  });

  it("whose caller lacks a scope is answered by that, before it takes a place", async () => {
    const asked: unknown[] = [];
    const stepUp = { status: 403, headers: {}, body: "more" };
    const { post, served } = routeAt({
      challenge: async (message, caller) => (asked.push(message, caller), stepUp),
      most: 0,
    });
    expect(await post(call)).toBe(stepUp);
    expect([asked, served]).toEqual([[call, ann], []]);
  });
});

describe("places", () => {
  it("are taken by calls until they are released, in each way", async () => {
    let fails = false;
    const serve = async () => {
      if (fails) throw new Error("own");
      return { status: 200, headers: {}, body: "ok" };
    };
    const { post, told } = routeAt({ most: 1, serve });
    const first = await post(call);
    const full = await post({ ...call, id: 2 });
    expect([full.status, full.headers["retry-after"], told]).toEqual([200, "1", ["full"]]);
    expect(full.body).toContain('"id":2,"result"');
    expect(full.body).not.toContain("resultType");
    full.release?.();
    expect((await post({ ...call, method: "tools/list", params: {} })).body).toBe("ok");
    first.release?.();
    fails = true;
    await expect(post(call)).rejects.toThrow("own");
    fails = false;
    expect((await post(call)).body).toBe("ok");
  });

  it("that are not there are told as the revision has it", async () => {
    const { post } = routeAt({ most: 0, isOld: false });
    expect((await post(call)).body).toContain('"resultType":"complete"');
    const read = await post({ ...call, method: "resources/read", params: { uri: "a://b" } });
    expect([read.status, read.headers["retry-after"]]).toEqual([503, "1"]);
  });
});

describe("whoever waits for an answer", () => {
  const cancel = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } };
  it("waits no more once they hang up", async () => {
    const { post, served, abort } = routeAt();
    await post(call);
    abort();
    expect(served[0]?.presence.isOver).toBe(true);
  });

  it("may call it off by a message, until it is released", async () => {
    const { post, served } = routeAt();
    await post(call);
    await post(cancel);
    expect(served[0]?.presence.isOver).toBe(true);
    (await post(call)).release?.();
    await post(cancel);
    expect(served[2]?.presence.isOver).toBe(false);
  });

  it("may not where nobody knows who they are", async () => {
    const { post, served } = routeAt();
    const nobody: Caller = { id: "address:10.0.0.7", isAnonymous: true };
    await post(call, nobody);
    await post(cancel, nobody);
    expect(served[0]?.presence.isOver).toBe(false);
  });

  it("for what changes waits no more once the server drains", async () => {
    const { route, post, served } = routeAt();
    const listen = { jsonrpc: "2.0", id: 1, method: "subscriptions/listen" };
    await post(listen);
    await post(call);
    (await post(listen)).release?.();
    route.endSubscriptions();
    expect(served.map(({ presence }) => presence.isOver)).toEqual([true, false, false]);
  });
});
