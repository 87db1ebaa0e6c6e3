/** Messages before the SDK sees them: what is refused, with which code and id, and in one sentence. */
import { describe, expect, it } from "vitest";
import { readMessage } from "../../templates/always/src/runtime/mcp/json-rpc.js";
import { LineReader } from "../../templates/always/src/runtime/node/stdio.js";

const read = (text: string) => readMessage(Buffer.from(text));
const request = (method: string, params?: unknown, more: object = {}) =>
  JSON.stringify({ jsonrpc: "2.0", id: 7, method, ...(params === undefined ? {} : { params }), ...more });
const client = { name: "t", version: "1" };
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describe("a message that is none is refused", () => {
  it.each<[string, string, string | number | null | undefined, number, RegExp]>([
    ["no JSON", "{", null, -32700, /no JSON/],
    ["a batch", `[${request("ping")}]`, null, -32600, /Batches/],
    ["an empty batch", "[]", null, -32600, /Batches/],
    ["null", "null", null, -32600, /object/],
    ["a text", '"ping"', null, -32600, /object/],
    ["no version", '{"id":7,"method":"ping"}', 7, -32600, /jsonrpc/],
    ["another version", '{"jsonrpc":"1.0","id":7,"method":"ping"}', 7, -32600, /jsonrpc/],
    ["a number as version", '{"jsonrpc":2.0,"id":7,"method":"ping"}', 7, -32600, /jsonrpc/],
    ["no method", '{"jsonrpc":"2.0","id":7}', 7, -32600, /method/],
    ["a number as method", '{"jsonrpc":"2.0","id":"a","method":5}', "a", -32600, /method/],
    ["null as id", '{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600, /"id"/],
    ["a fraction as id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', null, -32600, /"id"/],
    ["an object as id", '{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32600, /"id"/],
    ["null as params", '{"jsonrpc":"2.0","id":7,"method":"tools/list","params":null}', 7, -32600, /params/],
    ["a list as params", request("tools/list", []), 7, -32600, /params/],
    ["a text as params", request("tools/list", "x"), 7, -32600, /params/],
    [
      "a notification with a list",
      '{"jsonrpc":"2.0","method":"notifications/x","params":[]}',
      undefined,
      -32600,
      /par/,
    ],
    ["a member too many", '{"jsonrpc":"2.0","id":7,"method":"ping","extra":1}', 7, -32600, /no members but "jsonrpc"/],
    ["a request with a result", '{"jsonrpc":"2.0","id":7,"method":"ping","result":{}}', 7, -32600, /no members but/],
    ["an id of 3.9 MB", `{"jsonrpc":"2.0","id":"${"x".repeat(3_900_000)}","method":"ping"}`, null, -32600, /"id" may/],
    ["a method of 3.9 MB", request("x".repeat(3_900_000)), 7, -32600, /"method" may have at most 1024/],
    [
      "100,000 levels",
      request("tools/call", 0).replace(":0}", `:{"name":"x","arguments":{"a":${nested(100_000)}}}}`),
      7,
      -32602,
      /128 levels/,
    ],
    [
      "200,000 keys",
      request("ping", { _meta: Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1])) }),
      7,
      -32602,
      /20000 values/,
    ],
  ])("%s", (_case, text, id, code, message) => {
    const incoming = read(text);
    expect(incoming.kind === "refused" && incoming.refusal).toEqual({
      ...(id === undefined ? {} : { id }),
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it("bytes that are no UTF-8", () => {
    const incoming = readMessage(
      Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    );
    expect(incoming).toMatchObject({ kind: "refused", refusal: { id: null, code: -32700, message: /UTF-8/ } });
  });
});

describe("parameters that are not as the protocol has them are told in one sentence", () => {
  it.each<[string, unknown, string]>([
    ["initialize", {}, '"protocolVersion" has to be a string'],
    [
      "initialize",
      { protocolVersion: 1, capabilities: {}, clientInfo: client },
      '"protocolVersion" has to be a string',
    ],
    ["initialize", { protocolVersion: "x", clientInfo: client }, '"capabilities" has to be an object'],
    [
      "initialize",
      { protocolVersion: "x", capabilities: {}, clientInfo: { name: 1 } },
      '"clientInfo.name" has to be a string',
    ],
    ["tools/list", { cursor: 1 }, '"cursor" has to be a string'],
    ["tools/call", undefined, '"name" has to be a string'],
    ["tools/call", { name: ["x"] }, '"name" has to be a string'],
    ["tools/call", { name: "x", arguments: null }, '"arguments" has to be an object'],
    ["tools/call", { name: "x", arguments: [] }, '"arguments" has to be an object'],
    ["tools/call", { name: "x", arguments: "{}" }, '"arguments" has to be an object'],
    ["tools/call", { name: "x", _meta: 1 }, '"_meta" has to be an object'],
    ["resources/read", {}, '"uri" has to be a string'],
    ["resources/read", { uri: {} }, '"uri" has to be a string'],
    ["prompts/get", {}, '"name" has to be a string'],
    ["prompts/get", { name: "x", arguments: { a: 1 } }, 'Each value of "arguments" has to be a string'],
    ["tools/call", { name: "x".repeat(3_900_000) }, '"name" may have at most 1024 characters'],
    ["resources/read", { uri: "x".repeat(3_900_000) }, '"uri" may have at most 16384 characters'],
    [
      "tools/list",
      { _meta: { "io.modelcontextprotocol/protocolVersion": "x".repeat(3_900_000) } },
      '"_meta.io.modelcontextprotocol/protocolVersion" may have at most 1024 characters',
    ],
    // These the SDK would pass over without an answer, or answer with -32603 and its validator's words.
    [
      "ping",
      { _meta: { progressToken: null } },
      '"_meta.progressToken" is not of the type that the protocol has for it',
    ],
    [
      "ping",
      { _meta: { progressToken: 1.5 } },
      '"_meta.progressToken" is not of the type that the protocol has for it',
    ],
    ["tools/call", { name: "x", task: { ttl: "1" } }, '"task.ttl" has to be a number'],
    [
      "initialize",
      { protocolVersion: "x", capabilities: { roots: { listChanged: "yes" } }, clientInfo: client },
      '"capabilities.roots.listChanged" is not of the type that the protocol has for it',
    ],
    ["completion/complete", {}, '"ref.type" has to be "ref/prompt" or "ref/resource"'],
    ["completion/complete", { ref: { type: "ref/tool" } }, '"ref.type" has to be "ref/prompt" or "ref/resource"'],
    ["completion/complete", { ref: { type: "ref/resource" } }, '"ref.uri" has to be a string'],
    ["completion/complete", { ref: { type: "ref/prompt", name: "x" } }, '"argument" has to be an object'],
    [
      "completion/complete",
      { ref: { type: "ref/prompt", name: "x" }, argument: { name: "a", value: 1 } },
      '"argument.value" has to be a string',
    ],
    [
      "completion/complete",
      { ref: { type: "ref/prompt", name: "x" }, argument: { name: "a", value: "" }, context: { arguments: { a: 1 } } },
      'Each value of "context.arguments" has to be a string',
    ],
  ])("%s %j", (method, params, fault) => {
    expect(read(request(method, params))).toEqual({
      kind: "refused",
      refusal: { id: 7, code: -32602, message: `Invalid params: ${fault}` },
    });
  });
});

describe("what is right passes as it is", () => {
  it.each<[string, string]>([
    ["a request", request("tools/call", { name: "x", arguments: { a: { b: [1] } }, _meta: { progressToken: 1 } })],
    ["a request without parameters", request("tools/list")],
    ["a method of the future", request("sampling/dream", { any: 1 })],
    ["a text as id", '{"jsonrpc":"2.0","id":"a","method":"ping"}'],
    ["a notification", '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    ["an answer", '{"jsonrpc":"2.0","id":1,"result":{}}'],
    ["an error as answer", '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}'],
  ])("%s", (_case, text) => expect(read(text)).toEqual({ kind: "message", message: JSON.parse(text) as unknown }));

  // That revision demands batches, which this server does not take.
  it("a client of 2025-03-26 is offered the revision before", () => {
    const params = { protocolVersion: "2025-03-26", capabilities: {}, clientInfo: client };
    expect(read(request("initialize", params))).toMatchObject({
      message: { params: { protocolVersion: "2024-11-05", clientInfo: client } },
    });
  });
});

describe("lines", () => {
  function lines(chunks: readonly string[], most = 8) {
    const seen: string[] = [];
    const reader = new LineReader(
      most,
      (line) => seen.push(Buffer.from(line).toString()),
      () => seen.push("(too long)"),
    );
    for (const chunk of chunks) reader.read(Buffer.from(chunk));
    return seen;
  }
  it.each<[string, readonly string[], readonly string[]]>([
    ["whole", ["a\nb\n"], ["a", "b"]],
    ["in pieces", ["a", "b", "\n", "c\nd", "e\n"], ["ab", "c", "de"]],
    ["with carriage returns", ["a\r\n", "b\r", "\n"], ["a", "b"]],
    ["empty ones are left out", ["\n\r\n\na\n"], ["a"]],
    ["without an end are not handed on", ["a\nb"], ["a"]],
    ["too long, told once and passed over", ["123456789", "xxx", "y\nb\n"], ["(too long)", "b"]],
    ["of the longest length", ["12345678\n"], ["12345678"]],
  ])("%s", (_case, chunks, expected) => expect(lines(chunks)).toEqual(expected));

  it("of many chunks are put together once", () => {
    const chunks = Array.from({ length: 10_000 }, () => "x".repeat(100));
    expect(lines([...chunks, "\n"], 1_000_000).map((line) => line.length)).toEqual([1_000_000]);
  });
});
