/** Why a tool is as it is. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { buildServer } from "../../../src/mcp/build.ts";
import { reasonsOf } from "../../../src/mcp/reasons.ts";
import type { Reason } from "../../../src/mcp/model.ts";
import { apiOf } from "../document.ts";

/** The reasons of one tool, by what they are about. */
function reasons(path: string, method: string, operation: JsonObject, more: JsonObject = {}): Map<string, string> {
  const { api } = apiOf({ paths: { ...more, [path]: { [method]: { responses: {}, ...operation } } } });
  const [server] = buildServer([{ api, report: () => {} }]).apis;
  const found = api.operations.find((entry) => entry.path === path && entry.method === method.toUpperCase());
  const tool = server?.groups
    .flatMap(({ tools }) => tools)
    .find(({ call }) => call.request.path === path && call.request.method === method.toUpperCase());
  if (server === undefined || found === undefined || tool === undefined) throw new Error("no tool");
  return new Map(reasonsOf(tool, found, server).map(({ about, text }) => [about, text]));
}

const about = (part: Reason["about"], ...given: Parameters<typeof reasons>): string | undefined =>
  reasons(...given).get(part);

const answer = (schema: JsonObject): JsonObject => ({
  responses: { 200: { content: { "application/json": { schema } } } },
});
const list = { type: "array", items: { type: "object" } };
const id = { parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }] };

describe("the title and the description", () => {
  it.each<[JsonObject, string, string]>([
    [
      {},
      "the words of the name, since there is no summary",
      "method and path, since there is neither summary nor description",
    ],
    [{ summary: "List" }, "the summary", "the summary"],
    [{ description: "Lists." }, "the words of the name, since there is no summary", "the description"],
    [{ summary: "List", description: "Says more." }, "the summary", "summary and description"],
    [{ summary: "List", description: "List all." }, "the summary", "the description"],
    [{ summary: "List", deprecated: true }, "the summary", "the summary, marked as deprecated"],
    [{ summary: "x".repeat(2000) }, "the summary, cut to 100 characters", "the summary, shortened"],
  ])("of %j", (operation, title, description) => {
    const found = reasons("/pets", "get", operation);
    expect([found.get("title"), found.get("description")]).toEqual([title, description]);
  });
});

describe("a resource", () => {
  it.each<[string, string, string, JsonObject, string]>([
    ["a list", "/pets", "get", answer(list), "read as petstore://pets, since the answer is a list"],
    [
      "a list in an object",
      "/pets",
      "get",
      answer({ type: "object", properties: { a: list } }),
      "read as petstore://pets, since the answer holds one list, at /a",
    ],
    [
      "an item",
      "/pets/{id}",
      "get",
      id,
      "read as petstore://pets/{id}, since the path ends in a parameter: it stands for one item",
    ],
    [
      "no list",
      "/pets",
      "get",
      answer({ type: "object" }),
      "no resource: the path ends in no parameter, and the answer is neither a list nor an object around one",
    ],
    ["no GET", "/pets", "post", answer(list), "no resource: POST is no GET"],
    [
      "a body",
      "/pets/{id}",
      "get",
      { ...id, requestBody: { required: true, content: { "text/plain": { schema: { type: "string" } } } } },
      'no resource: a URI cannot carry the argument "body" of the body',
    ],
  ])("that is %s", (_, path, method, operation, want) => expect(about("resource", path, method, operation)).toBe(want));

  it("that has the URI of another one", () =>
    expect(about("resource", "/pets?sort=name", "get", answer(list), { "/pets": { get: answer(list) } })).toBe(
      "no resource: another operation has the same URI",
    ));
});

describe("an output schema", () => {
  it.each<[JsonObject, string]>([
    [{}, "no output schema: the document describes no JSON answer"],
    [answer(list), "no output schema: the answer is no object with named fields"],
    [answer({ type: "object", properties: { a: {} } }), "the fields of the JSON object that a success answers with"],
    [
      answer({
        type: "object",
        properties: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`name${i}`, {}])),
      }),
      "no output schema: it would take more than 2000 characters",
    ],
  ])("of %j", (operation, want) => expect(about("result", "/pets", "get", operation)).toBe(want));
});

describe("a group", () => {
  it.each<[JsonObject, JsonObject, string]>([
    [{ tags: ["Dogs", "Cats"] }, {}, 'in dogs.json, by the first tag "Dogs"'],
    [{}, {}, "in pets.json, by the first segment of the path, since the document has no tags"],
    [{}, { "/a": { get: { tags: ["x"], responses: {} } } }, "in untagged.json, since the operation has no tag"],
    [
      { tags: ["Dogs"] },
      {
        "/a": { get: { tags: ["Cats"], responses: {} } },
        "/b": { get: { tags: ["Dogs"], responses: {} }, post: { tags: ["Dogs"], responses: {} } },
      },
      'in dogs.json, by the first tag "Dogs"',
    ],
  ])("of %j beside %j", (operation, more, want) => expect(about("tags", "/pets", "get", operation, more)).toBe(want));
});

describe("the reasons of a tool", () => {
  it("are one for each thing, where the owner decided it", () => {
    const { api } = apiOf({
      paths: { "/pets": { get: { operationId: "list", "x-mcp": { title: "T", description: "D." }, responses: {} } } },
    });
    const [server] = buildServer([{ api, report: () => {} }]).apis;
    const [tool, operation] = [server?.groups[0]?.tools[0], api.operations[0]];
    if (server === undefined || tool === undefined || operation === undefined) throw new Error("no tool");
    const all = reasonsOf(tool, operation, server);
    for (const part of ["title", "description"])
      expect(all.filter((reason) => reason.about === part)).toEqual([
        { about: part, text: expect.stringContaining("x-mcp") },
      ]);
  });

  it("come in one order, each about one thing once where it is decided", () => {
    const page = { name: "page", in: "query", schema: { type: "integer" } };
    const found = reasons("/pets", "get", { summary: "List", tags: ["Pets"], parameters: [page], ...answer(list) });
    expect([...found.keys()]).toEqual(["name", "title", "description", "hints", "tags", "result", "resource", "pages"]);
    expect(found.get("pages")).toBe('by the number of the page, "page", from 1 on');
  });
});
