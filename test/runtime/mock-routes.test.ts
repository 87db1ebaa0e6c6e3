/** Which answer of the mock a request gets, and which calls tests can make of any server. */
import { afterEach, describe, expect, it } from "vitest";
import type { CallPlan, ToolListing } from "../../templates/always/src/runtime/data/model.js";
import type { Project, ProjectApi } from "../../templates/always/src/runtime/data/project.js";
import { overloadedReply } from "../../templates/always/src/runtime/mcp/json-rpc.js";
import { type Mock, startMock } from "../../templates/always/src/runtime/mock.js";
import {
  exampleCall,
  placeholderArguments,
  placeholderCredentials,
} from "../../templates/always/src/runtime/mock-calls.js";
import { plan } from "./wire.ts";

interface Made {
  readonly name?: string;
  readonly calls: Readonly<Record<string, CallPlan>>;
  readonly listings?: readonly ToolListing[];
  readonly examples?: Readonly<Record<string, unknown>>;
  readonly securitySchemes?: object;
}
const apiOf = ({ name = "pets", calls, listings = [], examples = {}, securitySchemes = {} }: Made): ProjectApi =>
  ({
    data: {
      name,
      groups: [{ file: "f" }],
      serverGroups: [{ environment: `${name.toUpperCase()}_BASE_URL` }],
      securitySchemes,
    },
    groups: [{ data: { file: "f" }, tools: listings }],
    schemas: () => Promise.resolve({ Id: { type: "integer" } }),
    examples: () => Promise.resolve(examples),
    calls: () => Promise.resolve(calls),
  }) as unknown as ProjectApi;
const projectOf = (...made: readonly Made[]): Project => ({ apis: made.map(apiOf) }) as unknown as Project;

const call = (path: string, responses: unknown = [], method = "GET", more: object = {}): CallPlan =>
  ({ request: plan({ path, method }), responses, ...more }) as unknown as CallPlan;
const answers = (status: string, ...contents: readonly object[]): unknown => [{ status, contents }];
const json = (value: unknown) => ({ mediaType: "application/json", schema: { const: value } });

let mock: Mock | undefined;
afterEach(async () => {
  await mock?.close();
  mock = undefined;
});

async function asked(project: Project, ...requests: readonly string[]): Promise<readonly string[]> {
  mock = await startMock(project);
  const { port } = mock;
  const found: string[] = [];
  for (const request of requests) {
    const [method = "", path = ""] = request.split(" ");
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    expect(answer.headers.get("x-mock")).toBe("development only");
    found.push(`${answer.status} ${answer.headers.get("content-type") ?? ""} ${await answer.text()}`.trim());
  }
  expect(mock.requests).toEqual(requests);
  return found;
}

describe("a request to the mock", () => {
  it("goes to the operation that is meant most of all, by method, path and fixed query", async () => {
    const of = (path: string, method = "GET"): CallPlan =>
      call(path, answers("200", json(`${method} ${path}`)), method);
    const paths = ["/{any}", "/pets", "/{a}/{b}", "/pets/{id}", "/pets/mine", "/pets?kind=dog", "/things#two"];
    const calls = Object.fromEntries([...paths.map((path) => [path, of(path)]), ["post", of("/pets", "POST")]]);
    const said = (status: string): string => `200 application/json "${status}"`;
    expect(
      await asked(
        projectOf({ calls }),
        "GET /pets",
        "POST /pets",
        "GET /pets/5",
        "GET /pets/mine",
        "GET /shops/5",
        "GET /shops",
        "GET /pets?kind=dog&x=1",
        "GET /pets?kind=cat",
        "GET /things",
        "DELETE /pets",
        "GET /a/b/c",
      ),
    ).toEqual([
      said("GET /pets"),
      said("POST /pets"),
      said("GET /pets/{id}"),
      said("GET /pets/mine"),
      said("GET /{a}/{b}"),
      said("GET /{any}"),
      said("GET /pets?kind=dog"),
      said("GET /pets"),
      said("GET /things#two"),
      '404 application/json {"error":"No operation has this method and path"}',
      '404 application/json {"error":"No operation has this method and path"}',
    ]);
  });

  it("of several APIs goes below the name of each", async () => {
    const one = { name: "one", calls: { a: call("/a", answers("200", json(1))) } };
    const two = { name: "two", calls: { a: call("/a", answers("200", json(2))) } };
    expect(await asked(projectOf(one, two), "GET /one/a", "GET /two/a")).toEqual([
      "200 application/json 1",
      "200 application/json 2",
    ]);
    const { port = 0, environment } = mock ?? {};
    expect(environment).toEqual({
      ONE_BASE_URL: `http://127.0.0.1:${port}/one`,
      TWO_BASE_URL: `http://127.0.0.1:${port}/two`,
    });
  });

  it.each<[string, unknown, string]>([
    [
      "the first success",
      [...(answers("404", json(0)) as []), ...(answers("201", json(1)) as [])],
      "201 application/json 1",
    ],
    ["a range", answers("2XX", json(1)), "200 application/json 1"],
    ["the default", answers("default", json(1)), "200 application/json 1"],
    [
      "a success before a range",
      [...(answers("2XX", json(0)) as []), ...(answers("202", json(1)) as [])],
      "202 application/json 1",
    ],
    ["nothing", [], "204"],
    ["no content", answers("200"), "200"],
    ["what has no body", answers("204", json(1)), "204"],
    ["anything", answers("200", { mediaType: "*/*", schema: { const: "a" } }), '200 application/json "a"'],
    ["text", answers("200", { mediaType: "Text/Plain; a=b", schema: { const: "a" } }), "200 Text/Plain; a=b a"],
    ["text that is no text", answers("200", { mediaType: "text/plain", schema: { const: [1] } }), "200 text/plain [1]"],
    ["no schema", answers("200", { mediaType: "text/plain" }), "200 text/plain value"],
    ["a reference", answers("200", { mediaType: "a/b+json", schema: { $ref: "#/$defs/Id" } }), "200 a/b+json 1"],
    ["what cannot be", answers("200", { mediaType: "application/json", schema: false }), "200 application/json null"],
  ])("is answered with %s", async (_what, responses, want) =>
    expect(await asked(projectOf({ calls: { a: call("/a", responses) } }), "GET /a")).toEqual([want]),
  );

  it("is answered with the document's example, if that is no failure", async () => {
    const calls = { a: call("/a", answers("200", json(1))), b: call("/b", answers("200", json(1))) };
    const examples = {
      a: { status: 202, mediaType: "text/plain", value: "shown" },
      b: { status: 300, mediaType: "text/plain", value: "not shown" },
    };
    expect(await asked(projectOf({ calls, examples }), "GET /a", "GET /b")).toEqual([
      "202 text/plain shown",
      "200 application/json 1",
    ]);
  });
});

describe("a call that can be made of any server", () => {
  const listing = (name: string, required: readonly string[] = [], properties: object = {}): ToolListing =>
    ({
      name,
      inputSchema: { type: "object", properties, required, additionalProperties: false },
    }) as unknown as ToolListing;
  const id = { id: { type: "integer" }, other: { type: "string" } };
  const secured = (...schemes: readonly string[]): CallPlan =>
    ({
      request: plan({ security: schemes.map((scheme) => [{ scheme, scopes: [] }]) }),
      responses: [],
    }) as unknown as CallPlan;
  const securitySchemes = { cert: { type: "mutualTLS" }, key: { type: "apiKey", environment: { value: "KEY" } } };

  it.each<[string, Made, unknown]>([
    [
      "reads",
      { calls: { w: call("/", [], "POST"), r: call("/") }, listings: [listing("w"), listing("r")] },
      { tool: "r", args: {} },
    ],
    [
      "has what it needs",
      { calls: { r: call("/") }, listings: [listing("r", ["id"], id)] },
      { tool: "r", args: { id: 1 } },
    ],
    [
      "can be made up",
      { calls: { r: call("/"), s: call("/") }, listings: [listing("r", ["x"], { x: false }), listing("s")] },
      { tool: "s", args: {} },
    ],
    [
      "is valid",
      {
        calls: {
          r: call("/", [], "GET", { input: { type: "object", properties: { id: { const: "no" } }, required: ["id"] } }),
        },
        listings: [listing("r", ["id"], id)],
      },
      undefined,
    ],
    ["has a plan", { calls: {}, listings: [listing("toString")] }, undefined],
    ["needs no certificate", { calls: { r: secured("cert") }, listings: [listing("r")], securitySchemes }, undefined],
    [
      "needs none alone",
      { calls: { r: secured("cert", "key") }, listings: [listing("r")], securitySchemes },
      { tool: "r", args: {} },
    ],
  ])("%s", async (_what, made, want) => expect(await exampleCall(projectOf(made))).toEqual(want));

  it("has values for what its owner would set", async () => {
    const oauth = { environment: { accessToken: "ACCESS", clientId: "ID" } };
    const schemes = {
      ...securitySchemes,
      basic: { type: "http", environment: { username: "USER", password: "PASSWORD" } },
      oauth: { type: "oauth2", ...oauth },
      openId: { type: "openIdConnect", environment: { accessToken: "OTHER" } },
    };
    expect(placeholderCredentials(projectOf({ calls: {}, securitySchemes: schemes }))).toEqual({
      KEY: "placeholder",
      USER: "placeholder",
      PASSWORD: "placeholder",
      ACCESS: "placeholder",
      OTHER: "placeholder",
    });
    const supplied = [
      { kind: "environment", variable: "A", schema: { type: "string" } },
      { kind: "environment", variable: "B", schema: { $ref: "#/$defs/Id" } },
      { kind: "environment", variable: "C", schema: { type: "array", items: { const: 1 } } },
      { kind: "environment", variable: "D", schema: false },
      { kind: "environment", variable: "A", schema: { const: "again" } },
      { kind: "fixed", argument: "x", value: 1 },
    ];
    expect(await placeholderArguments(projectOf({ calls: { r: call("/", [], "GET", { supplied }) } }))).toEqual({
      A: "value",
      B: "1",
      C: "[1]",
      D: "placeholder",
    });
  });
});

describe("a request that there is no place for", () => {
  const text = JSON.stringify(overloadedReply({ id: 7, method: "tools/call" }, true).answer);
  it("is answered as what it asks for, with the time to come back", () => {
    expect(overloadedReply({ id: 7, method: "tools/list" }, true)).toEqual({
      answer: {
        jsonrpc: "2.0",
        id: 7,
        error: {
          code: -32000,
          message: "This server is overloaded: try again in 1 s, with fewer calls at the same time",
        },
      },
      isResult: false,
      retryAfter: 1,
    });
    expect(overloadedReply({ id: "a", method: "tools/call" }, true)).toMatchObject({
      answer: { jsonrpc: "2.0", id: "a", result: { isError: true } },
      isResult: true,
      retryAfter: 1,
    });
    expect(text).not.toContain("resultType");
    expect(overloadedReply({ id: 7, method: "tools/call" }, false).answer).toMatchObject({
      result: { resultType: "complete", isError: true },
    });
  });
});

describe("an answer of the mock that is a stream", () => {
  it.each<[string, unknown, string]>([
    [
      "text/event-stream",
      [{ event: "a\nb", id: "1", retry: 5, data: "x\ny" }, { data: { n: 1 } }],
      'event: a b\nid: 1\nretry: 5\ndata: x\ndata: y\n\ndata: {"n":1}\n\n',
    ],
    ["text/event-stream; charset=utf-8", { n: 1 }, 'data: {"n":1}\n\n'],
    ["text/event-stream", "data: as it is\n\n", "data: as it is\n\n"],
    ["text/event-stream", "plain", "data: plain\n\n"],
    ["application/x-ndjson", [{ n: 1 }, 2], '{"n":1}\n2\n'],
    ["application/jsonl", { n: 1 }, '{"n":1}\n'],
    ["application/jsonl", "1\n2\n", "1\n2\n"],
    ["application/json-seq", [1, 2], "\u001e1\n\u001e2\n"],
    ["application/json", [1, 2], "[1,2]"],
    ["application/json", "text", '"text"'],
    ["text/plain", "text", "text"],
  ])("%s of %j is as its media type has it", async (mediaType, value, body) => {
    const calls = { a: call("/a", answers("200", { mediaType, schema: { const: value } })) };
    expect(await asked(projectOf({ calls }), "GET /a")).toEqual([`200 ${mediaType} ${body}`.trim()]);
  });
});
