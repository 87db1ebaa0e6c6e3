/** Where chains of calls begin: which operations search, which say who calls, and what answers with what is asked for. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { type Findable, isCaller, isSearch, needsOf } from "../../../../src/mcp/finding/needs.ts";
import { serverOf } from "../../document.ts";

const operation = (method: string, path: string, names: readonly string[] = [], required: readonly string[] = []) =>
  ({
    listing: {
      inputSchema: { type: "object", properties: Object.fromEntries(names.map((name) => [name, {}])), required },
    },
    call: { request: { method, path } },
  }) as unknown as Findable;

describe("a search", () => {
  it.each(
    `q Q query search search_query searchQuery searchTerm search_text searchstring keyword keywords term terms text`
      .split(" ")
      .map((name) => [name]),
  )("asks for %s", (name) => expect(isSearch(operation("GET", "/pets", [name], [name]))).toBe(true));

  it.each(["subquery", "queryId", "fulltext", "textual", "research", "search_id", "seq", "keywords_only", "terms_of"])(
    "asks for no %s",
    (name) => expect(isSearch(operation("GET", "/search", [name], [name]))).toBe(false),
  );

  it.each<[string, string, boolean, boolean]>([
    ["GET", "/pets", true, true],
    ["GET", "/pets", false, false],
    ["GET", "/search/pets", false, true],
    ["GET", "/pets/find", false, true],
    ["GET", "/Lookup", false, true],
    ["GET", "/users/{id}/search", true, false],
    ["POST", "/pets/search", false, true],
    ["POST", "/search/pets", true, false],
    ["POST", "/find", true, false],
    ["DELETE", "/pets", true, false],
  ])("%s %s with words, required %s: %s", (method, path, required, is) =>
    expect(isSearch(operation(method, path, ["limit", "q"], required ? ["q"] : ["limit"]))).toBe(is),
  );

  it("asks for words", () => expect(isSearch(operation("GET", "/search"))).toBe(false));
});

describe("who calls", () => {
  it.each<[string, string, boolean]>([
    ["GET", "/me", true],
    ["GET", "/@me", true],
    ["GET", "/v1/users/self", true],
    ["GET", "/api/v1/users/myself", true],
    ["GET", "/whoami", true],
    ["GET", "/viewer", true],
    ["GET", "/current_user", true],
    ["GET", "/current-user", true],
    ["GET", "/currentUser", true],
    ["GET", "/user", true],
    ["GET", "/users", false],
    ["GET", "/me/pets", false],
    ["GET", "/home", false],
    ["GET", "/api/rest/v1/users/me", false],
    ["GET", "/orgs/{org}/me", false],
    ["PUT", "/me", false],
  ])("%s %s: %s", (method, path, is) => expect(isCaller(operation(method, path))).toBe(is));
});

describe("what an operation needs", () => {
  const answering = (schema: JsonObject): JsonObject => ({
    responses: { 200: { description: "", content: { "application/json": { schema } } } },
  });
  const of = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
  const list = (name: string): JsonObject => answering({ type: "array", items: of(name) });
  const parameter = (name: string, place: string, more: JsonObject = {}): JsonObject => ({
    name,
    in: place,
    required: place === "path",
    schema: { type: "string" },
    ...more,
  });
  const silent = { responses: {} };
  const needs = (paths: JsonObject): Record<string, readonly string[]> => {
    const schemas = Object.fromEntries(
      ["Pet", "PetResponse", "Owner"].map((name) => [name, { type: "object", properties: { id: {} } }]),
    );
    const { model } = serverOf({ paths, components: { schemas } });
    return Object.fromEntries(model.apis.flatMap((api) => [...needsOf(api)]));
  };

  it.each<[string, JsonObject, Record<string, readonly string[]>]>([
    [
      "is the collection before its parameter",
      {
        "/pets": { get: { operationId: "list", ...silent } },
        "/pets/{id}": { delete: { operationId: "drop", parameters: [parameter("id", "path")], ...silent } },
      },
      { drop: ["list"] },
    ],
    [
      "is the collection that it changes",
      { "/pets": { get: { operationId: "list", ...silent }, delete: { operationId: "clear", ...silent } } },
      { clear: ["list"] },
    ],
    [
      "is nothing of what it adds to",
      { "/pets": { get: { operationId: "list", ...silent }, post: { operationId: "add", ...silent } } },
      {},
    ],
    [
      "is what lists things of a required argument's name",
      {
        "/mine": { get: { operationId: "mine", ...list("Pet") } },
        "/feed": {
          get: { operationId: "feed", parameters: [parameter("pet_id", "query", { required: true })], ...silent },
        },
      },
      { feed: ["mine"] },
    ],
    [
      "is not what an argument names that need not be given",
      {
        "/mine": { get: { operationId: "mine", ...list("Pet") } },
        "/feed": { get: { operationId: "feed", parameters: [parameter("pet_id", "query")], ...silent } },
      },
      {},
    ],
    [
      "is found by a schema's name without what it ends in",
      {
        "/mine": { get: { operationId: "mine", ...list("PetResponse") } },
        "/feed": {
          get: { operationId: "feed", parameters: [parameter("petUuid", "query", { required: true })], ...silent },
        },
      },
      { feed: ["mine"] },
    ],
    [
      "is found in a field of an answer",
      {
        "/all": {
          get: {
            operationId: "all",
            ...answering({ type: "object", properties: { owners: { type: "array", items: { type: "object" } } } }),
          },
        },
        "/call": {
          get: { operationId: "call", parameters: [parameter("owner_id", "query", { required: true })], ...silent },
        },
      },
      { call: ["all"] },
    ],
    [
      "is what a description says, of identifiers without a thing",
      {
        "/mine": { get: { operationId: "mine", ...list("Pet") } },
        "/feed": {
          get: {
            operationId: "feed",
            parameters: [parameter("ids", "query", { description: "A list of the ids of the pets." })],
            ...silent,
          },
        },
      },
      { feed: ["mine"] },
    ],
    [
      "is what an argument is called whose description speaks of an id",
      {
        "/mine": { get: { operationId: "mine", ...list("Owner") } },
        "/feed": {
          get: {
            operationId: "feed",
            parameters: [parameter("owner", "query", { description: "The ID of it." })],
            ...silent,
          },
        },
        "/wash": {
          get: {
            operationId: "wash",
            parameters: [parameter("owner", "query", { description: "Its idea." })],
            ...silent,
          },
        },
      },
      { feed: ["mine"] },
    ],
  ])("%s", (_, paths, want) => expect(needs(paths)).toEqual(want));

  it("are searches first, then what asks for little, then what has a short path", () => {
    const found = needs({
      "/orgs/{org}/list": { get: { operationId: "ofOrg", parameters: [parameter("org", "path")], ...list("Pet") } },
      "/a/b/list": { get: { operationId: "long", ...list("Pet") } },
      "/list": { get: { operationId: "short", ...list("Pet") } },
      "/a/search": { get: { operationId: "search", parameters: [parameter("q", "query")], ...list("Pet") } },
      "/feed": {
        post: { operationId: "feed", parameters: [parameter("pet_id", "query", { required: true })], ...silent },
      },
    });
    expect(found["feed"]).toEqual(["search", "short", "long", "of_org"]);
  });

  it("are twelve at most", () => {
    const lists = Array.from({ length: 14 }, (_, index): [string, JsonObject] => [
      `/l${index}`,
      { get: { operationId: `l${index}`, ...list("Pet") } },
    ]);
    const feed = {
      post: { operationId: "feed", parameters: [parameter("pet_id", "query", { required: true })], ...silent },
    };
    expect(needs({ ...Object.fromEntries(lists), "/feed": feed })["feed"]).toHaveLength(12);
  });
});
