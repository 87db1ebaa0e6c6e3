/** A request that is wrong in one thing is caught, and the same request without the fault is not. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import type { CallPlan, Tool } from "../../src/mcp/model.ts";
import { ReadDocument } from "./document.ts";
import { judgeRequest } from "./judge-call.ts";
import type { RawRequest } from "./read-parameters.ts";

const pet: JsonObject = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string" },
    age: { type: "integer", minimum: 0 },
    tags: { type: "array", xml: { wrapped: true }, items: { type: "string", xml: { name: "tag" } } },
    owner: { type: "object", properties: { id: { type: "integer" } } },
    photo: { type: "string", format: "binary" },
  },
};
const read = ReadDocument.of({
  openapi: "3.1.0",
  paths: {
    "/pets/{petId}": {
      post: {
        parameters: [
          { name: "petId", in: "path", required: true, schema: { type: "integer" } },
          { name: "tags", in: "query", schema: { type: "array", items: { type: "string" } } },
          { name: "ids", in: "query", explode: false, schema: { type: "array", items: { type: "integer" } } },
          {
            name: "filter",
            in: "query",
            style: "deepObject",
            schema: { type: "object", properties: { age: { type: "integer" } } },
          },
          { name: "X-Note", in: "header", schema: { type: "string" } },
          { name: "session", in: "cookie", schema: { type: "string" } },
        ],
        requestBody: {
          required: true,
          content: Object.fromEntries(
            ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"].map(
              (mediaType) => [mediaType, { schema: pet }],
            ),
          ),
        },
      },
    },
    "/pets/{petId}/toys": { post: {} },
  },
});
const parameter = (
  argument: string,
  place: "path" | "query" | "header" | "cookie",
): CallPlan["request"]["parameters"][number] => ({
  argument,
  name: argument,
  in: place,
  style: "form",
  explode: true,
});
const tool: Pick<Tool, "call"> = {
  call: {
    pointer: "/paths/~1pets~1{petId}/post",
    request: {
      method: "POST",
      path: "/pets/{petId}",
      server: "default",
      parameters: [
        parameter("petId", "path"),
        parameter("tags", "query"),
        parameter("ids", "query"),
        parameter("filter", "query"),
        parameter("X-Note", "header"),
        parameter("session", "cookie"),
      ],
      body: { required: true, argument: "body", contents: [{ mediaType: "application/json", encoding: "json" }] },
      accept: [],
      security: [],
    },
    responses: [],
  },
};

interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: RawRequest["headers"];
  readonly contentType?: string;
  readonly body?: string;
}

const args: JsonObject = {
  petId: 7,
  tags: ["a b", "c"],
  ids: [1, 2],
  filter: { age: 3 },
  "X-Note": "hello",
  session: "s",
  body: { name: "Rex", age: 3, tags: ["x", "y"], owner: { id: 5 } },
};
const target = "/pets/7?tags=a%20b&tags=c&ids=1,2&filter%5Bage%5D=3";
const headers = [
  ["X-Note", "hello"],
  ["Cookie", "session=s"],
] as const;
const bodies = {
  "application/json": '{"name":"Rex","age":3,"tags":["x","y"],"owner":{"id":5}}',
  "application/x-www-form-urlencoded": "name=Rex&age=3&tags=x&tags=y&owner=%7B%22id%22%3A5%7D",
  "multipart/form-data; boundary=b":
    part("name", "Rex") +
    part("age", "3") +
    part("tags", "x") +
    part("tags", "y") +
    part("owner", '{"id":5}') +
    "--b--\r\n",
  "application/xml":
    "<pet><name>Rex</name><age>3</age><tags><tag>x</tag><tag>y</tag></tags><owner><id>5</id></owner></pet>",
};

function part(name: string, text: string): string {
  return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
}

/** The questions that a request fails. */
function questionsOf(sent: Sent, given: JsonObject = args): readonly string[] {
  const operation = read.operation(tool.call.pointer, tool.call.request);
  if (operation === undefined) throw new Error("The document has the operation");
  const contentType = sent.contentType ?? "application/json";
  const request: RawRequest = {
    method: sent.method ?? "POST",
    target: sent.target ?? target,
    headers: [["content-type", contentType], ...(sent.headers ?? headers)],
    body: Buffer.from(sent.body ?? bodies[contentType as keyof typeof bodies]),
  };
  const exchange = { request, status: 200, headers: new Map<string, string>(), body: Buffer.from("{}") };
  const bench = { check: read.check, withPrism: false, credentials: new Set<string>() };
  return [...new Set(judgeRequest(bench, tool, operation, given, exchange).map(({ question }) => question))];
}

describe("what is right", () => {
  it.each(Object.keys(bodies))("with a body of %s", (contentType) => {
    expect(questionsOf({ contentType })).toEqual([]);
  });
});

const json = (change: JsonObject): string => JSON.stringify({ ...(args["body"] as JsonObject), ...change });

const broken: readonly (readonly [string, Sent, readonly string[]])[] = [
  ["another method", { method: "PUT" }, ["route"]],
  ["the route of another operation", { target: target.replace("/pets/7", "/pets/7/toys") }, ["route"]],
  ["another path parameter", { target: target.replace("/pets/7", "/pets/8") }, ["arrived"]],
  ["an array that is not exploded", { target: target.replace("tags=a%20b&tags=c", "tags=a%20b,c") }, ["arrived"]],
  ["an array that is exploded", { target: target.replace("ids=1,2", "ids=1&ids=2") }, ["arrived"]],
  [
    "a deep object written as JSON",
    { target: target.replace("filter%5Bage%5D=3", "filter=%7B%22age%22%3A3%7D") },
    ["arrived"],
  ],
  ["a parameter that was dropped", { target: target.replace("&ids=1,2", "") }, ["arrived"]],
  ["a parameter that nobody gave", { target: `${target}&extra=1` }, ["arrived"]],
  ["a space that became a plus twice", { target: target.replace("a%20b", "a%2Bb") }, ["arrived"]],
  ["a header that was dropped", { headers: [["Cookie", "session=s"]] }, ["arrived"]],
  [
    "a cookie that was changed",
    {
      headers: [
        ["X-Note", "hello"],
        ["Cookie", "session=t"],
      ],
    },
    ["arrived"],
  ],
  [
    "a media type of another kind",
    { contentType: "text/plain", body: bodies["application/json"] },
    ["arrived", "schema"],
  ],
  ["no body", { body: "" }, ["arrived", "schema"]],
  ["a body that is not JSON", { body: "name=Rex" }, ["arrived"]],
  ["a field that was dropped", { body: '{"age":3,"tags":["x","y"],"owner":{"id":5}}' }, ["arrived", "schema"]],
  ["an optional field that was dropped", { body: '{"name":"Rex","tags":["x","y"],"owner":{"id":5}}' }, ["arrived"]],
  ["a text for a number", { body: json({ age: "3" }) }, ["arrived", "schema"]],
  ["a text for an object", { body: json({ owner: '{"id":5}' }) }, ["arrived", "schema"]],
  [
    "a form field that was dropped",
    { contentType: "application/x-www-form-urlencoded", body: "age=3&tags=x&tags=y&owner=%7B%22id%22%3A5%7D" },
    ["arrived", "schema"],
  ],
  [
    "an object in a form that became [object Object]",
    {
      contentType: "application/x-www-form-urlencoded",
      body: "name=Rex&age=3&tags=x&tags=y&owner=%5Bobject+Object%5D",
    },
    ["arrived", "schema"],
  ],
  [
    "a part that is missing",
    {
      contentType: "multipart/form-data; boundary=b",
      body: bodies["multipart/form-data; boundary=b"].replace(part("name", "Rex"), ""),
    },
    ["arrived", "schema"],
  ],
  [
    "an item of an array of parts that is missing",
    {
      contentType: "multipart/form-data; boundary=b",
      body: bodies["multipart/form-data; boundary=b"].replace(part("tags", "y"), ""),
    },
    ["arrived"],
  ],
  [
    "an XML element that is missing",
    { contentType: "application/xml", body: bodies["application/xml"].replace("<name>Rex</name>", "") },
    ["arrived", "schema"],
  ],
  [
    "an XML element with the name of the property's neighbour",
    { contentType: "application/xml", body: bodies["application/xml"].replace("<name>Rex</name>", "<age>Rex</age>") },
    ["arrived", "schema"],
  ],
];

describe("what is wrong", () => {
  it.each(broken)("%s", (_, sent, questions) => {
    expect(questionsOf(sent)).toEqual(questions);
  });
});

it("does not take silence of Prism for consent", () => {
  const operation = read.operation(tool.call.pointer, tool.call.request);
  if (operation === undefined) throw new Error("The document has the operation");
  const request: RawRequest = {
    method: "POST",
    target,
    headers: [["content-type", "application/json"], ...headers],
    body: Buffer.from(bodies["application/json"]),
  };
  const exchange = {
    request,
    status: 200,
    headers: new Map<string, string>(),
    body: Buffer.from("{}"),
    fault: "ended",
  };
  const bench = { check: read.check, withPrism: true, credentials: new Set<string>() };
  expect(judgeRequest(bench, tool, operation, args, exchange).map(({ question }) => question)).toEqual(["accepted"]);
});

describe("values that the document forbids are told also where they arrived", () => {
  const wrong: readonly (readonly [string, JsonObject, Sent])[] = [
    ["a text for a number in the path", { petId: "seven" }, { target: target.replace("/pets/7", "/pets/seven") }],
    ["a text for a number in a list", { ids: ["a"] }, { target: target.replace("ids=1,2", "ids=a") }],
    [
      "a text for a number in a deep object",
      { filter: { age: "old" } },
      { target: target.replace("%5D=3", "%5D=old") },
    ],
    ["a number below its bound in the body", { body: { name: "Rex", age: -1 } }, { body: '{"name":"Rex","age":-1}' }],
    [
      "a text for a number in a form",
      { body: { name: "Rex", age: "old" } },
      { contentType: "application/x-www-form-urlencoded", body: "name=Rex&age=old" },
    ],
    [
      "a text for a number in XML",
      { body: { name: "Rex", age: "old" } },
      { contentType: "application/xml", body: "<pet><name>Rex</name><age>old</age></pet>" },
    ],
  ];
  it.each(wrong)("%s", (_, change, sent) => {
    expect(questionsOf(sent, { ...args, ...change })).toEqual(["schema"]);
  });
});
