/** Messages over HTTP once they are let in: which server answers them, in which form, and who is told when it is over. */
import { classifyInboundRequest, type JSONRPCMessage } from "@modelcontextprotocol/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Caller } from "../../templates/always/src/runtime/access.js";
import { Presence } from "../../templates/always/src/runtime/http/cancellation.js";
import { authInfoOf, CallTransport, createMcpExchange } from "../../templates/always/src/runtime/http/mcp-exchange.js";
import { type HttpAnswer, type HttpRequest, noAnswer } from "../../templates/always/src/runtime/http/message.js";
import type { Log } from "../../templates/always/src/runtime/log.js";
import { TableServer } from "../../templates/always/src/runtime/mcp/mcp-server.js";
import { until } from "./until.js";
import { type Answer, rows, tablesOf } from "./table-server.js";

const newest = "2026-07-28";
const metaOf = (version: string) => ({
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
});

function requestOf(headers: Record<string, string>): HttpRequest {
  return {
    method: "POST",
    url: "http://localhost/mcp",
    headers: new Headers({
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    }),
    body: null,
    signal: { aborted: false, addEventListener: () => undefined },
  };
}

const messageOf = (method: string, params: object, more: object = {}) =>
  ({ jsonrpc: "2.0", id: 1, method, params, ...more }) as unknown as JSONRPCMessage;
const newCall = (name: string, more: object = {}) =>
  messageOf("tools/call", { name, arguments: {}, _meta: { ...metaOf(newest), ...more } });
const newHeaders = (name: string) => ({ "mcp-protocol-version": newest, "mcp-method": "tools/call", "mcp-name": name });
const oldCall = (meta?: object) => messageOf("tools/call", { name: "plain", ...(meta && { _meta: meta }) });

function exchange(answer: Answer = () => ({ content: [{ type: "text", text: "done" }] }), most?: number) {
  const { tables, asked } = tablesOf(answer);
  const made: (string | undefined)[] = [];
  const told: unknown[] = [];
  const factory = (version?: string) => {
    made.push(version ?? "none");
    return new TableServer(tables, version);
  };
  const log = { debug: (event: string, fields: object) => told.push([event, fields]) } as unknown as Log;
  const mcp = createMcpExchange(factory, log, undefined, most);
  const serve = (headers: Record<string, string>, message: JSONRPCMessage, presence = new Presence()) =>
    mcp.serve(requestOf(headers), message, { id: "ann" }, presence);
  return { mcp, serve, made, told, asked };
}

const textOf = ({ body }: HttpAnswer): Promise<string> => new Response(body).text();

describe("a call of a tool is answered by a server of its revision", () => {
  it.each<[string, Record<string, string>, JSONRPCMessage, string]>([
    ["of 2026", newHeaders("plain"), newCall("plain"), newest],
    ["of 2025", { "mcp-protocol-version": "2025-11-25" }, oldCall(), "2025-11-25"],
    ["of no revision", {}, oldCall(), "none"],
  ])("%s", async (_of, headers, message, version) => {
    const { serve, made } = exchange();
    const answer = await serve(headers, message);
    expect([answer.status, answer.headers]).toEqual([200, { "content-type": "application/json" }]);
    expect(JSON.parse(await textOf(answer))).toMatchObject({ id: 1, result: { content: [{ text: "done" }] } });
    expect(made).toEqual([version]);
  });
});

describe("whatever may have to be refused is left to the SDK", () => {
  it.each<[string, Record<string, string>, JSONRPCMessage, number]>([
    ["a name that the header does not have", { ...newHeaders("plain"), "mcp-name": "own" }, newCall("plain"), 400],
    [
      "a method that the header does not have",
      { ...newHeaders("plain"), "mcp-method": "tools/list" },
      newCall("plain"),
      400,
    ],
    ["no name in the header", { "mcp-protocol-version": newest, "mcp-method": "tools/call" }, newCall("plain"), 400],
    [
      "a revision that is none",
      { ...newHeaders("plain"), "mcp-protocol-version": "2027-01-01" },
      newCall("plain"),
      400,
    ],
    ["a client that takes no JSON", { accept: "text/event-stream" }, oldCall(), 406],
    ["a client that takes no events", { accept: "application/json" }, oldCall(), 406],
    ["an old revision that is none", { "mcp-protocol-version": "2020-01-01" }, oldCall(), 400],
    ["a list", { "mcp-protocol-version": "2025-11-25" }, messageOf("tools/list", {}), 200],
  ])("%s", async (_what, headers, message, status) => {
    const { serve, asked, made } = exchange();
    expect((await serve(headers, message)).status).toBe(status);
    expect(asked).toEqual([]);
    expect(made).not.toContain(newest);
  });

  it("a name that may be an encoded one", async () => {
    rows["-x"] = { kind: "operation", policy: {}, listing: { name: "-x", inputSchema: { type: "object" } } };
    try {
      const { serve, made } = exchange();
      expect(await textOf(await serve(newHeaders("-x"), newCall("-x")))).toContain("done");
      expect(made).toEqual(["none"]);
    } finally {
      delete rows["-x"];
    }
  });

  it("which has a stream where there is one, and else JSON", async () => {
    const { serve, mcp } = exchange();
    const meta = { _meta: metaOf(newest) };
    const headers = { "mcp-protocol-version": newest, "mcp-method": "tools/list" };
    const listed = await serve(headers, messageOf("tools/list", meta));
    expect([typeof listed.body, listed.headers["content-type"]]).toEqual(["string", "application/json"]);
    const listen = messageOf("subscriptions/listen", { notifications: {}, ...meta });
    const stream = await serve({ ...headers, "mcp-method": "subscriptions/listen" }, listen);
    expect([stream.body instanceof ReadableStream, stream.headers["content-type"]]).toEqual([
      true,
      "text/event-stream",
    ]);
    await mcp.close();
    expect(await textOf(stream)).toContain("event: message");
  });

  it("which opens as many streams of subscriptions as it may, and tells the log of others", async () => {
    const { serve, told } = exchange(undefined, 0);
    const headers = { "mcp-protocol-version": newest, "mcp-method": "subscriptions/listen" };
    const listen = messageOf("subscriptions/listen", { notifications: {}, _meta: metaOf(newest) });
    expect((await serve(headers, listen)).headers["content-type"]).toBe("application/json");
    const error = "subscriptions/listen refused: subscription limit reached (0)";
    expect(told).toEqual([["protocol", { error }]]);
  });
});

describe("a client that is gone", () => {
  it("before there was a server has no answer, and none is made", async () => {
    const { serve, made } = exchange();
    const presence = new Presence();
    presence.end();
    expect(await serve({}, oldCall(), presence)).toBe(noAnswer);
    expect(await serve({}, messageOf("tools/list", {}), presence)).toBe(noAnswer);
    expect(made).toEqual([]);
  });

  it("while it is answered has none, and its call is called off", async () => {
    const { serve, asked } = exchange(() => new Promise(() => undefined));
    const presence = new Presence();
    const answer = serve({}, oldCall(), presence);
    await until(() => asked.length > 0);
    presence.end();
    expect(await answer).toBe(noAnswer);
    expect(asked[0]?.options.signal.aborted).toBe(true);
  });

  it("while the SDK answers has none", async () => {
    const { serve } = exchange();
    const presence = new Presence();
    const answer = serve({}, messageOf("tools/list", {}), presence);
    presence.end();
    expect(await answer).toBe(noAnswer);
  });
});

it("tells revisions apart as the SDK does", () => {
  const { mcp } = exchange();
  expect(mcp.isOfOldRevision(requestOf(newHeaders("plain")), newCall("plain"))).toBe(false);
  expect(mcp.isOfOldRevision(requestOf({}), oldCall())).toBe(true);
  expect(mcp.isOfOldRevision(requestOf({ "mcp-protocol-version": "2025-11-25" }), oldCall())).toBe(true);
});

describe("what the SDK is told of a caller", () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  it("is who they are, and never their token", async () => {
    const headers = { authorization: "Bearer s3cr3t-of-ann", traceparent };
    const caller: Caller = { id: "ann", tenant: "t", scopes: ["a"] };
    const taken: unknown[] = [];
    const presented = { token: "taken" } as never;
    const present = async (given: { get(name: string): string | null }, of: Caller) => {
      taken.push(given.get("authorization"), of);
      return presented;
    };
    expect(await authInfoOf(requestOf(headers), caller, present)).toEqual({
      token: "",
      clientId: "ann",
      scopes: ["a"],
      extra: { caller, presented, trace: { traceparent } },
    });
    expect(taken).toEqual(["Bearer s3cr3t-of-ann", caller]);
  });

  it("is no more than there is", async () =>
    expect(await authInfoOf(requestOf({}), { id: "bob" }, undefined)).toEqual({
      token: "",
      clientId: "bob",
      scopes: [],
      extra: { caller: { id: "bob" } },
    }));
});

describe("the transport of one call", () => {
  afterEach(() => void vi.useRealTimers());
  const answerMessage = { jsonrpc: "2.0", id: 1, result: { a: 1 } } as unknown as JSONRPCMessage;
  const progress = messageOf("notifications/progress", { progress: 1 }, { id: undefined });
  function transport(message: JSONRPCMessage, headers: Record<string, string> = {}) {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const route = classifyInboundRequest({
      httpMethod: "POST",
      protocolVersionHeader: headers["mcp-protocol-version"],
      mcpMethodHeader: headers["mcp-method"],
      mcpNameHeader: headers["mcp-name"],
      body: message,
    });
    const presence = new Presence();
    const made = new CallTransport(route, presence);
    const handed: unknown[] = [];
    let closed = 0;
    made.onmessage = (given, extra) => handed.push(given, extra);
    made.onclose = () => (closed += 1);
    const authInfo = { token: "", clientId: "ann", scopes: [] };
    const answer = made.answer(message, authInfo);
    return { made, presence, answer, handed, authInfo, closed: () => closed };
  }

  it("hands on the message with its caller, and in the new era with its revision", () => {
    const old = transport(oldCall());
    expect(old.handed).toEqual([oldCall(), { authInfo: old.authInfo }]);
    const later = transport(newCall("plain"), newHeaders("plain"));
    expect(later.handed).toEqual([
      newCall("plain"),
      { authInfo: later.authInfo, classification: expect.objectContaining({ era: "modern", revision: newest }) },
    ]);
  });

  it("answers by one message where there is no more to say", async () => {
    const { made, answer } = transport(oldCall());
    await made.send(answerMessage);
    expect(await answer).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"jsonrpc":"2.0","id":1,"result":{"a":1}}',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  const events = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  };
  const answered = 'event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{"a":1}}\n\n';
  it("answers by a stream once there is more", async () => {
    const { made, answer } = transport(newCall("plain", { progressToken: 1 }), newHeaders("plain"));
    await made.send(progress);
    const { status, headers, body } = await answer;
    expect([status, headers]).toEqual([200, events]);
    vi.advanceTimersByTime(15_000);
    await made.send(answerMessage);
    await made.send(progress);
    vi.advanceTimersByTime(15_000);
    expect(await new Response(body).text()).toBe(
      `event: message\ndata: ${JSON.stringify(progress)}\n\n: keepalive\n\n${answered}`,
    );
  });

  it("begins the stream at once where an old client asks for progress", async () => {
    const { made, answer } = transport(oldCall({ progressToken: 0 }));
    expect((await answer).headers).toEqual(events);
    await made.send(answerMessage);
    expect(await textOf(await answer)).toBe(answered);
  });

  it("is closed once, by its client or its server, and says nothing more", async () => {
    const { made, answer, presence, closed } = transport(oldCall());
    presence.end();
    await made.close();
    await made.send(answerMessage);
    expect([await answer, closed(), vi.getTimerCount()]).toEqual([noAnswer, 1, 0]);
  });

  it("breaks off its stream when it is closed, and is closed by who reads it no further", async () => {
    const broken = transport(oldCall({ progressToken: 0 }));
    const { body } = await broken.answer;
    await broken.made.close();
    await expect(new Response(body).text()).rejects.toThrow("The call was called off");
    const left = transport(oldCall({ progressToken: 0 }));
    const stream = (await left.answer).body as ReadableStream;
    await stream.cancel();
    expect([left.closed(), vi.getTimerCount()]).toEqual([1, 0]);
  });

  it("is not closed by its server after its answer", async () => {
    const { made, closed } = transport(oldCall());
    await made.send(answerMessage);
    await made.close();
    expect(closed()).toBe(0);
  });
});
