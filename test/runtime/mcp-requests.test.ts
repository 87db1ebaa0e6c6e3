/** What a call is told of the request that it came with, how users are asked, and what is not there. */
import { ProtocolError, type ServerContext, type Server } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import { QuestionForUser } from "../../templates/always/src/runtime/errors.js";
import {
  callerOf,
  completionOf,
  invalid,
  maximumValues,
  noCompletion,
  notFound,
  protocolVersion,
  refuseCursor,
} from "../../templates/always/src/runtime/mcp/capability.js";
import { callOptions, withQuestions } from "../../templates/always/src/runtime/mcp/client-request.js";
import { overHttp, overPipe, tablesOf } from "./table-server.js";

const signal = new AbortController().signal;
const trace = (digit: string) => `00-${digit.repeat(32)}-${"1".repeat(16)}-01`;
function contextOf(mcpReq: object = {}, http?: object): ServerContext {
  const state = () => undefined;
  return { mcpReq: { signal, requestState: state, ...mcpReq }, ...(http && { http }) } as unknown as ServerContext;
}

describe("who calls", () => {
  it.each<[string, object | undefined, object]>([
    ["is the user of this machine over a pipe", undefined, { id: "local" }],
    ["is unknown, and was granted nothing, where nobody says it", {}, { id: "unknown", scopes: [] }],
    ["is the client's name", { authInfo: { clientId: "c", scopes: ["a"] } }, { id: "c", scopes: ["a"] }],
    [
      "is whom the front door let in",
      { authInfo: { clientId: "c", scopes: ["a"], extra: { caller: { id: "ann", tenant: "t", scopes: ["b"] } } } },
      { id: "ann", tenant: "t", scopes: ["b"] },
    ],
  ])("%s", (_who, http, caller) => {
    expect(callerOf(http as ServerContext["http"])).toEqual(caller);
    expect(callOptions(contextOf({}, http)).caller).toEqual(caller);
  });
});

describe("a call is told", () => {
  it("nothing that was not said", () => expect(callOptions(contextOf())).toEqual({ caller: { id: "local" }, signal }));

  it.each<[string, object, object | undefined, object]>([
    [
      "what was taken of the request",
      {},
      { authInfo: { extra: { presented: { token: "t" } } } },
      { presented: { token: "t" } },
    ],
    [
      "that its user signs in",
      { inputResponses: { "sign-in": { action: "accept" } } },
      undefined,
      { isSigningIn: true },
    ],
    ["that it is tried only", { _meta: { "openapi-to-mcp/dryRun": true } }, undefined, { dryRun: true }],
    [
      "the trace of its message",
      { _meta: { traceparent: trace("a") } },
      { authInfo: { extra: { trace: { traceparent: trace("b") } } } },
      { trace: { traceId: "a".repeat(32), parent: trace("a") } },
    ],
    [
      "else that of its request",
      { _meta: {} },
      { authInfo: { extra: { trace: { traceparent: trace("b") } } } },
      { trace: { traceId: "b".repeat(32), parent: trace("b") } },
    ],
  ])("%s", (_what, request, http, told) => {
    const { caller: _caller, signal: _signal, ...rest } = callOptions(contextOf(request, http));
    expect(rest).toEqual(told);
  });

  it.each([
    { inputResponses: { "sign-in": { action: "decline" } } },
    { inputResponses: { approve: { action: "accept" } } },
    { _meta: { "openapi-to-mcp/dryRun": "true" } },
    { _meta: { "openapi-to-mcp/dryRun": false } },
    { _meta: { dryRun: true } },
  ])("nothing by %j", (request) =>
    expect(callOptions(contextOf(request))).toEqual({ caller: { id: "local" }, signal }),
  );

  it.each([0, "token"])("how to say that it goes on, one after the other, by the token %j", (progressToken) => {
    const told: object[] = [];
    const notify = (message: object) => (told.push(message), Promise.reject(new Error("gone")));
    const { progress } = callOptions(contextOf({ notify, _meta: { progressToken } }));
    progress?.("half");
    progress?.("nearly");
    const method = "notifications/progress";
    expect(told).toEqual([
      { method, params: { progressToken, progress: 1, message: "half" } },
      { method, params: { progressToken, progress: 2, message: "nearly" } },
    ]);
  });

  it("which is sent before its answer", async () => {
    const { tables } = tablesOf(({ options }) => (options.progress?.("half"), { content: [] }));
    const pipe = await overPipe(tables);
    await pipe.ask("tools/call", { name: "plain", _meta: { progressToken: "p" } });
    expect(pipe.came.slice(-2)).toMatchObject([
      { method: "notifications/progress", params: { progressToken: "p", progress: 1, message: "half" } },
      { result: { content: [] } },
    ]);
  });
});

it.each<[string | undefined, Record<string, string> | undefined, string | undefined]>([
  ["2025-11-25", { "mcp-protocol-version": "2025-06-18" }, "2025-11-25"],
  [undefined, { "mcp-protocol-version": "2025-06-18" }, "2025-06-18"],
  [undefined, {}, undefined],
  [undefined, undefined, undefined],
])("the revision is the one agreed on (%j), else that of the header %j: %j", (agreed, headers, version) => {
  const server = { getNegotiatedProtocolVersion: () => agreed } as Server;
  const http = headers && { req: new Request("http://localhost", { headers }) };
  expect(protocolVersion(server, contextOf({}, http))).toBe(version);
});

describe("a user is asked", () => {
  const server = (capabilities?: object) => ({ getClientCapabilities: () => capabilities }) as unknown as Server;
  const askingOf = async (mcpReq: object, capabilities?: object) =>
    withQuestions(true, server(capabilities), contextOf(mcpReq), async ({ asking }) => ({ asking }));

  it.each<[object | undefined, boolean]>([
    [undefined, false],
    [{}, false],
    [{ sampling: {} }, false],
    [{ elicitation: {} }, true],
    [{ elicitation: { form: {} } }, true],
    [{ elicitation: { url: {} } }, false],
    [{ elicitation: { url: {}, form: {} } }, true],
    [{ elicitation: { other: {} } }, true],
  ])("by clients of %j: %s", async (capabilities, canAsk) => {
    expect(await askingOf({}, capabilities)).toEqual({ asking: { canAsk } });
    const envelope = { "io.modelcontextprotocol/clientCapabilities": capabilities };
    expect(await askingOf({ envelope }, undefined)).toEqual({ asking: { canAsk } });
  });

  it("by what the request says of its client before what was said at first", async () =>
    expect(
      await askingOf({ envelope: { "io.modelcontextprotocol/clientCapabilities": {} } }, { elicitation: {} }),
    ).toEqual({ asking: { canAsk: false } }));

  it.each<[object, unknown, object | undefined]>([
    [{ approve: { action: "accept", content: { approve: true } } }, "st8", { state: "st8", isYes: true }],
    [{ approve: { action: "accept", content: { approve: false } } }, "st8", { state: "st8", isYes: false }],
    [{ approve: { action: "accept", content: { other: true } } }, "st8", { state: "st8", isYes: false }],
    [{ approve: { action: "accept", content: { approve: "true" } } }, undefined, { state: "", isYes: false }],
    [{ approve: { action: "decline", content: { approve: true } } }, 5, { state: "", isYes: false }],
    [{ approve: { action: "cancel" } }, "st8", { state: "st8", isYes: false }],
    [{ other: { action: "accept", content: { approve: true } } }, "st8", undefined],
  ])("and %j with the state %j is the reply %j", async (inputResponses, state, reply) =>
    expect(await askingOf({ inputResponses, requestState: () => state })).toEqual({
      asking: { canAsk: false, ...(reply && { reply }) },
    }),
  );

  it("by nobody where this server does not ask", async () =>
    expect(await withQuestions(false, server({ elicitation: {} }), contextOf(), async (options) => options)).toEqual({
      caller: { id: "local" },
      signal,
    }));

  const question = {
    approve: {
      method: "elicitation/create",
      params: {
        mode: "form",
        message: "Delete it?",
        requestedSchema: {
          type: "object",
          properties: { approve: { type: "boolean", title: "Yes, do it" } },
          required: ["approve"],
        },
      },
    },
  };
  const asks = (call: { options: { asking?: { reply?: object } } }) => {
    if (call.options.asking?.reply !== undefined) return { content: [], structuredContent: call.options.asking };
    throw new QuestionForUser("Delete it?", "st8");
  };

  it("by a result, where clients are of 2026", async () => {
    const { tables } = tablesOf(asks, { approvalMs: 1_000 });
    const meta = { "io.modelcontextprotocol/clientCapabilities": { elicitation: {} } };
    const { last } = await overHttp(tables, "2026-07-28", "tools/call", { name: "plain" }, { meta });
    expect(last.result).toMatchObject({
      resultType: "input_required",
      inputRequests: question,
      requestState: "st8",
    });
  });

  it("by a request of their own, where clients are older", async () => {
    const { tables } = tablesOf(asks, { approvalMs: 60_000 });
    const pipe = await overPipe(tables, { elicitation: {} });
    const answer = pipe.ask("tools/call", { name: "plain" });
    await pipe.until(() => pipe.came.at(-1)?.method === "elicitation/create");
    const asked = pipe.came.at(-1);
    expect(asked?.params).toMatchObject({ message: "Delete it?" });
    await pipe.send({ id: asked?.id, result: { action: "accept", content: { approve: true } } });
    expect((await answer).result).toEqual({
      content: [],
      structuredContent: { canAsk: true, reply: { state: "st8", isYes: true } },
    });
  });

  it("and any other fault stays one", async () => {
    const fault = new Error("other");
    await expect(withQuestions(true, server(), contextOf(), () => Promise.reject(fault))).rejects.toBe(fault);
  });
});

describe("a completion has what begins as was typed", () => {
  it.each<[string[], string, string[]]>([
    [["Ann", "bob", "ANNA", "Ann"], "an", ["Ann", "ANNA"]],
    [["Ann", "bob"], "AN", ["Ann"]],
    [["Ann", "bob"], "", ["Ann", "bob"]],
    [["Ann", "bob"], "nn", []],
  ])("%j by %j: %j", (values, typed, fitting) =>
    expect(completionOf(values, typed)).toEqual({ values: fitting, total: fitting.length, hasMore: false }),
  );

  it("a hundred at most", () => {
    const values = Array.from({ length: 101 }, (_none, at) => `v${at}`);
    expect(maximumValues).toBe(100);
    expect(completionOf(values.slice(0, 100), "v")).toEqual({
      values: values.slice(0, 100),
      total: 100,
      hasMore: false,
    });
    expect(completionOf(values, "v")).toEqual({ values: values.slice(0, 100), total: 101, hasMore: true });
    expect(noCompletion).toEqual({ values: [], total: 0, hasMore: false });
  });
});

describe("what is not there", () => {
  it("is a fault of the protocol, on one visible line", () => {
    expect(() => refuseCursor("x")).toThrow(invalid("This cursor is none of ours"));
    expect(refuseCursor(undefined)).toBeUndefined();
    expect(invalid("a\nb")).toBeInstanceOf(ProtocolError);
    expect([invalid("a\u0000b").code, invalid("a\u0000b").message.includes("\u0000")]).toEqual([-32602, false]);
    expect(refusal(() => refuseCursor(""))).toEqual({ code: -32602, message: "This cursor is none of ours" });
  });

  it("is named by its URI, up to 2,000 characters", () => {
    const { code, message, data } = notFound("a://b");
    expect({ code, message, data }).toEqual({
      code: -32602,
      message: "Resource not found: a://b",
      data: { uri: "a://b" },
    });
    const long = `a://${"b".repeat(1_996)}`;
    expect([notFound(long).data, notFound(`${long}c`).data]).toEqual([{ uri: long }, { uri: long }]);
    expect(notFound(`a://${"b".repeat(5_000)}`).message.length).toBeLessThan(1_000);
  });
});

function refusal(run: () => void): object | undefined {
  try {
    run();
  } catch (fault) {
    if (fault instanceof ProtocolError) return { code: fault.code, message: fault.message };
  }
  return undefined;
}
