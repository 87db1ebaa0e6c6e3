/** Events of payload format 2.0 as requests, and answers as results. */
import { describe, expect, it } from "vitest";
import { type LambdaEvent, requestOfEvent, resultOf } from "../../templates/always/src/runtime/lambda/event.js";
import { readBody } from "../../templates/always/src/runtime/http/mcp-route.js";
import { utf8, utf8Text } from "../../templates/always/src/runtime/data/bytes.js";

const { signal } = new AbortController();
const event = (more: Partial<LambdaEvent>): LambdaEvent => ({
  version: "2.0",
  rawPath: "/mcp",
  requestContext: { domainName: "x.lambda-url.eu-west-1.on.aws", http: { method: "POST", sourceIp: "192.0.2.1" } },
  ...more,
});
const bodyOf = async (more: Partial<LambdaEvent>): Promise<string | undefined> => {
  const body = await readBody(requestOfEvent(event(more), signal).request);
  return body === undefined ? undefined : utf8Text(body);
};

describe("a request", () => {
  it("has method, URL, headers and cookies of the event", () => {
    const { request, address, domain } = requestOfEvent(
      event({
        rawQueryString: "a=%2F&a=2",
        headers: { authorization: "Bearer x", accept: "a, b", gone: undefined },
        cookies: ["a=1", "b=2"],
      }),
      signal,
    );
    expect([request.method, request.url]).toEqual(["POST", "https://x.lambda-url.eu-west-1.on.aws/mcp?a=%2F&a=2"]);
    expect(Object.fromEntries(request.headers)).toEqual({
      accept: "a, b",
      authorization: "Bearer x",
      cookie: "a=1; b=2",
    });
    expect([address, domain]).toEqual(["192.0.2.1", "x.lambda-url.eu-west-1.on.aws"]);
  });

  it.each([
    ["$default", "/mcp", "/mcp"],
    ["prod", "/prod/mcp", "/mcp"],
    ["mcp", "/mcp", "/mcp"],
    ["prod", "/production/mcp", "/production/mcp"],
  ])("of the stage %s at %s is for %s", (stage, rawPath, path) => {
    const { http, domainName } = event({}).requestContext ?? {};
    const context = { stage, ...(http && { http }), ...(domainName && { domainName }) };
    expect(new URL(requestOfEvent(event({ rawPath, requestContext: context }), signal).request.url).pathname).toBe(
      path,
    );
  });

  it.each([
    ["text", { body: '{"é":1}' }, '{"é":1}'],
    ["base64", { body: Buffer.from('{"é":1}').toString("base64"), isBase64Encoded: true }, '{"é":1}'],
    ["nothing", {}, ""],
    ["what is called base64 and is none", { body: "{é}", isBase64Encoded: true }, "{é}"],
    ["more than 4 MiB", { body: "x".repeat(4 * 1024 * 1024 + 1) }, undefined],
  ])("has as its body %s", async (_name, more, body) => {
    expect(await bodyOf(more)).toBe(body);
  });

  it.each([
    ["1.0 of REST APIs", { version: "1.0" }],
    ["none, as of a load balancer", { requestContext: {} }],
  ])("is refused of an event of format %s", (_name, more) => {
    expect(() => requestOfEvent(event(more), signal)).toThrow(/payload format 2\.0/);
  });
});

describe("a result", () => {
  const streamOf = (chunks: readonly Uint8Array[], fails = false): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        if (!fails) controller.close();
      },
      pull: (controller) => controller.error(new Error("called off")),
    });

  it("is the whole text, also where a character comes in two parts, and releases what the answer held", async () => {
    const bytes = utf8("data: é\n\n");
    let released = 0;
    const result = await resultOf({
      status: 200,
      headers: { "content-type": "text/event-stream" },
      body: streamOf([bytes.subarray(0, 7), bytes.subarray(7)]),
      release: () => (released += 1),
    });
    expect(result).toEqual({
      statusCode: 200,
      headers: { "content-type": "text/event-stream" },
      body: "data: é\n\n",
      isBase64Encoded: false,
    });
    expect(released).toBe(1);
  });

  it("is what came until the call was called off", async () => {
    const { body } = await resultOf({ status: 200, headers: {}, body: streamOf([utf8("data: 1\n\n")], true) });
    expect(body).toBe("data: 1\n\n");
  });

  it("without a body is empty", async () => {
    expect((await resultOf({ status: 204, headers: {}, body: null })).body).toBe("");
  });
});
