/** The bounds of messages, whole texts of refusals, and what each method of the protocol asks of its parameters. */
import { describe, expect, it } from "vitest";
import { overloadedReply, readMessage } from "../../templates/always/src/runtime/mcp/json-rpc.js";

const read = (message: unknown) => readMessage(Buffer.from(JSON.stringify(message)));
const request = (method: string, params?: object, id: string | number = 7) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params === undefined ? {} : { params }),
});
const refusalOf = (message: unknown) => {
  const incoming = read(message);
  return incoming.kind === "refused" ? incoming.refusal : undefined;
};
const faultOf = (method: string, params?: object) => refusalOf(request(method, params))?.message;
const nested = (levels: number): object => {
  let value: object = {};
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
};

describe("a refusal says in one sentence what a message has to be", () => {
  it.each<[unknown, string | number | null | undefined, number, string]>([
    [[], null, -32600, "Batches are not supported"],
    ["ping", null, -32600, "A message has to be an object"],
    [{ jsonrpc: "2.0", id: true, method: "ping" }, null, -32600, '"id" has to be a string or a whole number'],
    [{ id: 7, method: "ping" }, 7, -32600, '"jsonrpc" has to be "2.0"'],
    [{ jsonrpc: "2.0", id: 7 }, 7, -32600, '"method" has to be a string'],
    [{ jsonrpc: "2.0", id: 7, result: 1 }, 7, -32600, '"method" has to be a string'],
    [{ jsonrpc: "2.0", id: 7, error: "x" }, 7, -32600, '"method" has to be a string'],
    [{ jsonrpc: "2.0", result: {} }, undefined, -32600, '"method" has to be a string'],
    [{ jsonrpc: "2.0", error: {} }, undefined, -32600, '"method" has to be a string'],
    [
      { jsonrpc: "2.0", id: "a", method: "ping", more: 1 },
      "a",
      -32600,
      'A request has no members but "jsonrpc", "id", "method", "params"',
    ],
    [{ jsonrpc: "2.0", id: 7, method: "ping", params: 1 }, 7, -32600, '"params" has to be an object'],
    [{ jsonrpc: "2.0", method: "ping", params: [] }, undefined, -32600, '"params" has to be an object'],
    [
      request("ping", nested(129)),
      7,
      -32602,
      "The message nests deeper than 128 levels or holds more than 20000 values",
    ],
  ])("%.80j", (message, id, code, text) =>
    expect(refusalOf(message)).toEqual({ ...(id === undefined ? {} : { id }), code, message: text }),
  );

  it.each([
    ["{", "Parse error: this is no JSON"],
    ["", "Parse error: this is no JSON"],
    [Uint8Array.of(0x22, 0xff, 0x22), "Parse error: this is no UTF-8"],
  ])("%j", (bytes, message) =>
    expect(readMessage(Buffer.from(bytes as string))).toEqual({
      kind: "refused",
      refusal: { id: null, code: -32700, message },
    }),
  );

  it("reads what a name of JavaScript's own is called as any other", () => {
    expect(faultOf("constructor", {})).toBeUndefined();
    expect(faultOf("toString", { _meta: 1 })).toBe('Invalid params: "_meta" has to be an object');
  });
});

describe("a message is as long as it may be, and no longer", () => {
  const text = (length: number): string => "x".repeat(length);
  it.each<[string, (length: number) => object, number, string]>([
    ["an id", (length) => request("ping", undefined, text(length)), 1_024, '"id" may have at most 1024 characters'],
    ["a method", (length) => request(text(length)), 1_024, '"method" may have at most 1024 characters'],
    [
      "a name",
      (length) => request("prompts/get", { name: text(length) }),
      1_024,
      'Invalid params: "name" may have at most 1024 characters',
    ],
    [
      "a URI",
      (length) => request("resources/read", { uri: text(length) }),
      16_384,
      'Invalid params: "uri" may have at most 16384 characters',
    ],
    [
      "a token of progress",
      (length) => request("ping", { _meta: { progressToken: text(length) } }),
      1_024,
      'Invalid params: "_meta.progressToken" may have at most 1024 characters',
    ],
    [
      "a revision",
      (length) => request("initialize", { protocolVersion: text(length), ...initialize }),
      1_024,
      'Invalid params: "protocolVersion" may have at most 1024 characters',
    ],
  ])("%s", (_of, make, most, message) => {
    expect(refusalOf(make(most))).toBeUndefined();
    expect(refusalOf(make(most + 1))?.message).toBe(message);
  });

  it("nests up to 128 levels, the message itself the first", () => {
    expect(refusalOf(request("ping", nested(127)))).toBeUndefined();
    expect(refusalOf(request("ping", nested(128)))?.code).toBe(-32602);
  });

  it("holds up to 20,000 values, its own members among them", () => {
    const values = (count: number) => request("ping", { a: Array.from({ length: count }, () => null) });
    // jsonrpc, id, method, params and the list are five.
    expect(refusalOf(values(19_995))).toBeUndefined();
    expect(refusalOf(values(19_996))?.code).toBe(-32602);
  });
});

const initialize = { capabilities: {}, clientInfo: { name: "t", version: "1" } };

describe("each method has its parameters", () => {
  const argument = { name: "a", value: "b" };
  const prompt = { type: "ref/prompt", name: "p" };
  it.each<[string, object | undefined, string]>([
    ["initialize", undefined, '"protocolVersion" has to be a string'],
    ["initialize", { ...initialize, protocolVersion: "x", clientInfo: 1 }, '"clientInfo" has to be an object'],
    [
      "initialize",
      { ...initialize, protocolVersion: "x", clientInfo: { name: "t" } },
      '"clientInfo.version" has to be a string',
    ],
    ["tools/list", { cursor: null }, '"cursor" has to be a string'],
    ["resources/list", { cursor: 1 }, '"cursor" has to be a string'],
    ["resources/templates/list", { cursor: 1 }, '"cursor" has to be a string'],
    ["prompts/list", { cursor: 1 }, '"cursor" has to be a string'],
    ["tools/call", { name: "x", task: 1 }, '"task" has to be an object'],
    ["tools/call", { name: "x", task: { ttl: "1" } }, '"task.ttl" has to be a number'],
    ["prompts/get", { name: "x", arguments: 1 }, '"arguments" has to be an object'],
    ["prompts/get", { name: "x", arguments: { a: "1", b: null } }, 'Each value of "arguments" has to be a string'],
    ["completion/complete", { ref: { type: "ref/prompt" }, argument }, '"ref.name" has to be a string'],
    ["completion/complete", { ref: { type: "ref/resource", uri: 1 }, argument }, '"ref.uri" has to be a string'],
    ["completion/complete", { ref: prompt, argument: { value: "" } }, '"argument.name" has to be a string'],
    ["completion/complete", { ref: prompt, argument: { name: "a" } }, '"argument.value" has to be a string'],
    ["completion/complete", { ref: prompt, argument, context: [] }, '"context" has to be an object'],
    [
      "completion/complete",
      { ref: prompt, argument, context: { arguments: 1 } },
      '"context.arguments" has to be an object',
    ],
    [
      "tools/list",
      { _meta: { "io.modelcontextprotocol/protocolVersion": "x".repeat(1_025) } },
      '"_meta.io.modelcontextprotocol/protocolVersion" may have at most 1024 characters',
    ],
    ["ping", { _meta: { progressToken: {} } }, '"_meta.progressToken" is not of the type that the protocol has for it'],
    [
      "initialize",
      { ...initialize, protocolVersion: "x", clientInfo: { name: "t", version: "1", icons: [{ src: 1 }] } },
      '"clientInfo.icons.0.src" is not of the type that the protocol has for it',
    ],
  ])("%s %j", (method, params, fault) => {
    expect(refusalOf(request(method, params))).toEqual({ id: 7, code: -32602, message: `Invalid params: ${fault}` });
  });

  it.each<[string, object | undefined]>([
    ["initialize", { ...initialize, protocolVersion: "x" }],
    ["tools/list", undefined],
    ["tools/list", { cursor: "a" }],
    ["tools/call", { name: "x" }],
    ["tools/call", { name: "x", arguments: {}, task: {} }],
    ["tools/call", { name: "x", task: { ttl: 5 } }],
    ["resources/list", { cursor: "" }],
    ["resources/read", { uri: "a://b" }],
    ["prompts/get", { name: "x", arguments: {} }],
    ["prompts/get", { name: "x", arguments: { a: "1" } }],
    ["completion/complete", { ref: prompt, argument }],
    ["completion/complete", { ref: { type: "ref/resource", uri: "a://b" }, argument, context: {} }],
    ["completion/complete", { ref: prompt, argument, context: { arguments: { a: "b" } } }],
    ["ping", { _meta: { progressToken: 1 } }],
    ["ping", { _meta: { progressToken: "1", "io.modelcontextprotocol/protocolVersion": "2026-07-28" } }],
  ])("%s %j is let through", (method, params) =>
    expect(read(request(method, params))).toEqual({ kind: "message", message: request(method, params) }),
  );

  it("asks nothing of the parameters of a notification, which nobody could be told of", () => {
    const notification = {
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { _meta: 1, progressToken: null },
    };
    expect(read(notification)).toEqual({ kind: "message", message: notification });
    expect(refusalOf({ jsonrpc: "2.0", method: "tools/call", params: nested(129) })).toEqual({
      code: -32602,
      message: "The message nests deeper than 128 levels or holds more than 20000 values",
    });
  });
});

describe("a client of 2025-03-26, which demands batches, is offered the revision before", () => {
  const asked = (method: string, protocolVersion: string) => request(method, { ...initialize, protocolVersion });
  it.each([
    ["initialize", "2025-03-26", "2024-11-05"],
    ["initialize", "2025-06-18", "2025-06-18"],
    ["initialize", "2024-11-05", "2024-11-05"],
    ["sampling/dream", "2025-03-26", "2025-03-26"],
  ])("%s of %s is read as of %s", (method, given, seen) =>
    expect(read(asked(method, given))).toEqual({ kind: "message", message: asked(method, seen) }),
  );
});

describe("a request that there is no place for is told when to come back", () => {
  const text = "This server is overloaded\nTry again with fewer calls at the same time.\nTry again in 1 s.";
  const result = {
    content: [{ type: "text", text }],
    isError: true,
    _meta: { "openapi-to-mcp/fault": "LimitError", "openapi-to-mcp/retryAfterMs": 1_000 },
  };
  it("by the result of a tool, as the client's revision has it", () => {
    const call = request("tools/call", { name: "x" });
    expect(overloadedReply(call, true)).toEqual({
      answer: { jsonrpc: "2.0", id: 7, result },
      isResult: true,
      retryAfter: 1,
    });
    expect(overloadedReply(call, false)).toEqual({
      answer: { jsonrpc: "2.0", id: 7, result: { ...result, resultType: "complete" } },
      isResult: true,
      retryAfter: 1,
    });
  });

  it.each([true, false])("by an error where it calls none, whether it is old or not: %s", (isOld) => {
    const message = "This server is overloaded: try again in 1 s, with fewer calls at the same time";
    expect(overloadedReply(request("resources/read", { uri: "a://b" }, "b"), isOld)).toEqual({
      answer: { jsonrpc: "2.0", id: "b", error: { code: -32000, message } },
      isResult: false,
      retryAfter: 1,
    });
  });
});
