/** Requests and answers as the front door has them, who waits for an answer, and how a request is called off. */
import { describe, expect, it } from "vitest";
import { HttpCancellation, Presence } from "../../templates/always/src/runtime/http/cancellation.js";
import {
  type HttpAnswer,
  type HttpRequest,
  isNoAnswer,
  jsonAnswer,
  noAnswer,
  refusalAnswer,
  responseOf,
  targetOf,
} from "../../templates/always/src/runtime/http/message.js";

describe("an answer", () => {
  it("is JSON, and a refusal says why in it", () => {
    const headers = { "content-type": "application/json" };
    expect(jsonAnswer(201, { a: [1] })).toEqual({ status: 201, headers, body: '{"a":[1]}' });
    expect(jsonAnswer(200, {}, { "x-a": "b" })).toEqual({
      status: 200,
      headers: { ...headers, "x-a": "b" },
      body: "{}",
    });
    expect(refusalAnswer(418, "No tea")).toEqual({ status: 418, headers, body: '{"error":"No tea"}' });
    expect(refusalAnswer(429, "Later", { "retry-after": "1" }).headers).toEqual({ ...headers, "retry-after": "1" });
  });

  it("is none where the request was called off", () => {
    expect(noAnswer).toEqual({ status: 499, headers: {}, body: null });
    expect([isNoAnswer(noAnswer), isNoAnswer(refusalAnswer(400, "x"))]).toEqual([true, false]);
  });

  const streamOf = (chunks: readonly string[], more: { fault?: Error; cancelled?: unknown[] } = {}) => {
    const rest = [...chunks];
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = rest.shift();
        if (next !== undefined) controller.enqueue(new TextEncoder().encode(next));
        else if (more.fault !== undefined) controller.error(more.fault);
        else controller.close();
      },
      cancel: (reason) => void more.cancelled?.push(reason),
    });
  };
  function released(answer: Omit<HttpAnswer, "release">) {
    const told: string[] = [];
    return { told, response: responseOf({ ...answer, release: () => told.push("released") }) };
  }

  it.each(["text", "", null])("%j is released as soon as there is a response of it", async (body) => {
    const { told, response } = released({ status: 202, headers: { "x-a": "b" }, body });
    expect([response.status, response.headers.get("x-a"), await response.text(), told]).toEqual([
      202,
      "b",
      body ?? "",
      ["released"],
    ]);
    expect(await responseOf({ status: 200, headers: {}, body }).text()).toBe(body ?? "");
  });

  it("that is a stream is released when it ends", async () => {
    const { told, response } = released({ status: 201, headers: { "x-a": "b" }, body: streamOf(["a", "b"]) });
    expect([response.status, response.headers.get("x-a"), told]).toEqual([201, "b", []]);
    expect([await response.text(), told]).toEqual(["ab", ["released"]]);
  });

  it("and when it fails, and when nobody reads on", async () => {
    const failed = released({ status: 200, headers: {}, body: streamOf(["a"], { fault: new Error("cut") }) });
    await expect(failed.response.text()).rejects.toThrow("cut");
    expect(failed.told).toEqual(["released"]);
    const cancelled: unknown[] = [];
    const left = released({ status: 200, headers: {}, body: streamOf(["a", "b", "c"], { cancelled }) });
    await left.response.body?.cancel("enough");
    expect([left.told, cancelled]).toEqual([["released"], ["enough"]]);
  });

  it("stays the stream that it is where nobody wants to know", async () =>
    expect(await responseOf({ status: 200, headers: {}, body: streamOf(["a", "b"]) }).text()).toBe("ab"));
});

it.each([
  ["http://localhost/mcp", "/mcp"],
  ["HTTPS://localhost:3000/mcp/a%2Fb?c=d#e", "/mcp/a%2Fb?c=d#e"],
  ["http://localhost", "/"],
  ["http://localhost?a=b", "/?a=b"],
  ["http://localhost#a", "/#a"],
  ["http://user@localhost//a/../b", "//a/../b"],
  ["/mcp?url=http://a/b", "/mcp?url=http://a/b"],
  ["/http://a/b", "/http://a/b"],
])("the target of %s is %s", (url, target) => expect(targetOf({ url } as HttpRequest)).toBe(target));

describe("whether anybody waits", () => {
  it("is told once, to all who ask, and at once where it is over", () => {
    const presence = new Presence();
    const told: string[] = [];
    presence.onEnd(() => told.push("a"));
    presence.onEnd(() => told.push("b"));
    expect([presence.isOver, told]).toEqual([false, []]);
    presence.end();
    presence.end();
    expect([presence.isOver, told]).toEqual([true, ["a", "b"]]);
    presence.onEnd(() => told.push("c"));
    expect(told).toEqual(["a", "b", "c"]);
  });
});

describe("a message calls off", () => {
  const request = (id: unknown) => ({ method: "tools/call", id });
  const cancel = (requestId: unknown) => ({ method: "notifications/cancelled", params: { requestId } });
  function running(...noted: readonly [caller: string, message: unknown][]) {
    const cancellation = new HttpCancellation();
    const presences = noted.map(([caller, message]) => {
      const presence = new Presence();
      return { presence, forget: cancellation.note(caller, message, presence) };
    });
    const over = () => presences.map(({ presence }) => presence.isOver);
    const from = (caller: string, message: unknown) => {
      cancellation.note(caller, message, new Presence())();
      return over();
    };
    return { from, forget: (at: number) => presences[at]?.forget() };
  }

  it("the request of its caller that has the id, and no other", () => {
    const { from } = running(["ann", request(1)], ["ann", request("1")], ["bob", request(1)], ["ann", request(2)]);
    expect(from("bob", cancel(2))).toEqual([false, false, false, false]);
    expect(from("ann", { method: "notifications/other", params: { requestId: 1 } })).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(from("ann", cancel(1))).toEqual([true, false, false, false]);
    expect(from("ann", cancel("1"))).toEqual([true, true, false, false]);
    expect(from("bob", cancel(1))).toEqual([true, true, true, false]);
  });

  it("none where two of that caller have it, until one of them has its answer", () => {
    const { from, forget } = running(["ann", request(1)], ["ann", request(1)]);
    expect(from("ann", cancel(1))).toEqual([false, false]);
    forget(0);
    expect(from("ann", cancel(1))).toEqual([false, true]);
  });

  it("none that has its answer", () => {
    const { from, forget } = running(["ann", request(1)]);
    forget(0);
    expect(from("ann", cancel(1))).toEqual([false]);
  });

  it("nothing that is no request", () => {
    const { from } = running(
      ["ann", { method: "notifications/initialized" }],
      ["ann", { id: 1, result: {} }],
      ["ann", cancel(5)],
    );
    for (const id of [undefined, 1, 5]) expect(from("ann", cancel(id))).toEqual([false, false, false]);
  });
});
