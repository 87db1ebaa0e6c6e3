import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { serverOf } from "../document.ts";

const answers = (schema: JsonObject): JsonObject => ({
  200: { description: "", content: { "application/json": { schema } } },
});
const list = answers({
  type: "array",
  items: { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } },
});
const item = answers({ type: "object", properties: { id: { type: "integer" } } });
const path = (name: string): JsonObject => ({ name, in: "path", required: true, schema: { type: "integer" } });

const resources = (paths: JsonObject) => serverOf({ paths }).model.apis[0]?.resources ?? [];

describe("resources", () => {
  it("have an address also where the path holds half of a surrogate pair", () => {
    const found = resources({ "/a\ud800": { get: { operationId: "list", responses: list } } });
    expect(found.map(({ uri }) => uri)).toEqual(["petstore://a%EF%BF%BD"]);
  });

  it("are GET collections, and templates where a query narrows them", () => {
    const found = resources({
      "/pets": {
        get: {
          operationId: "listPets",
          parameters: [
            { name: "limit", in: "query", schema: { type: "integer" } },
            { name: "status", in: "query", schema: { enum: ["sold", "free"] } },
          ],
          responses: list,
        },
      },
    });
    expect(found.map(({ uri, template, tool }) => [uri, template, tool])).toEqual([
      ["petstore://pets", false, "list_pets"],
      ["petstore://pets{?limit,status}", true, "list_pets"],
    ]);
    expect(found[1]?.variables).toEqual([
      { name: "limit", argument: "limit", in: "query", type: "integer" },
      { name: "status", argument: "status", in: "query", values: ["sold", "free"], type: "string" },
    ]);
  });

  it.each([
    ["petId", ["id", "petId", "pet_name"], "petId"],
    ["pet-id", ["name", "pet_id", "id"], "pet_id"],
    ["petId", ["ownerId", "id"], "id"],
    ["petName", ["id", "name"], "name"],
    ["petCode", ["id", "ownerCode"], "id"],
    ["petCode", ["ownerCode"], undefined],
  ])("find the %s of an item among %j", (parameter, names, property) => {
    const properties = Object.fromEntries(names.map((name) => [name, { type: "integer" }]));
    const items = answers({ type: "array", items: { type: "object", properties } });
    const found = resources({
      "/pets": { get: { operationId: "listPets", responses: items } },
      [`/pets/{${parameter}}`]: { get: { operationId: "getPet", parameters: [path(parameter)], responses: item } },
    });
    const single = found.find(({ uri }) => uri.includes("{"));
    expect(single?.variables[0]?.list?.property).toBe(property);
  });

  it("take from the headers only what has to be given, and complete a list from the values of its items", () => {
    const header = (name: string, required: boolean): JsonObject => ({ name, in: "header", required, schema: {} });
    const status = { name: "status", in: "query", schema: { type: "array", items: { enum: ["sold", "free"] } } };
    const found = resources({
      "/pets": { get: { parameters: [header("X-Request-ID", false), status], responses: list } },
      "/cats": { get: { parameters: [header("X-Region", true)], responses: list } },
    });
    expect(found.map(({ uri }) => uri).sort()).toEqual([
      "petstore://cats{?X_Region}",
      "petstore://pets",
      "petstore://pets{?status}",
    ]);
    expect(found.find(({ uri }) => uri.endsWith("{?status}"))?.variables).toMatchObject([{ values: ["sold", "free"] }]);
  });

  it("are GET items as templates, completed from the list beside them", () => {
    const found = resources({
      "/pets": { get: { operationId: "listPets", responses: list } },
      "/pets/{petId}": { get: { operationId: "getPet", parameters: [path("petId")], responses: item } },
    });
    expect(found[1]).toMatchObject({
      uri: "petstore://pets/{petId}",
      template: true,
      tool: "get_pet",
      mimeType: "application/json",
      variables: [{ name: "petId", type: "integer", list: { tool: "list_pets", items: "", property: "id" } }],
    });
  });

  it("tell how the items of a list are linked, below whatever they lie", () => {
    const query = { name: "version", in: "query", required: true, schema: { type: "string" } };
    const both = { parameters: [path("shop-id")] };
    const shops = {
      "/shops/{shop-id}/pets": { ...both, get: { operationId: "listPets", responses: list } },
      "/shops/{shop-id}/pets/{petId}": { ...both, get: { parameters: [path("petId")], responses: item } },
      "/cats": { get: { operationId: "listCats", responses: list } },
      "/cats/{catId}": { get: { parameters: [path("catId"), query], responses: item } },
    };
    const found = resources(shops);
    const listOf = (uri: string) =>
      found.find((entry) => entry.uri === uri)?.variables.flatMap(({ list }) => list ?? []);
    expect(listOf("petstore://shops/{shop_id}/pets/{petId}")).toEqual([
      { tool: "list_pets", items: "", property: "id", parents: { shop_id: "shop-id" } },
    ]);
    expect(listOf("petstore://cats/{catId}{?version}")).toEqual([{ tool: "list_cats", items: "", property: "id" }]);
  });

  it("know an envelope that holds one list", () => {
    const envelope = answers({
      type: "object",
      properties: { data: { type: "array", items: {} }, total: { type: "integer" } },
    });
    expect(resources({ "/pets": { get: { responses: envelope } } }).map(({ uri }) => uri)).toEqual(["petstore://pets"]);
  });

  it.each<[string, JsonObject]>([
    ["a single object", { "/status": { get: { responses: item } } }],
    [
      "two lists in one answer",
      {
        "/x": {
          get: { responses: answers({ type: "object", properties: { a: { type: "array" }, b: { type: "array" } } }) },
        },
      },
    ],
    ["what is not read by GET", { "/pets": { post: { responses: list } } }],
    [
      "what needs a body",
      {
        "/pets": {
          get: {
            requestBody: { required: true, content: { "application/json": { schema: { type: "array" } } } },
            responses: list,
          },
        },
      },
    ],
  ])("are not %s", (_, paths) => expect(resources(paths)).toEqual([]));

  it("escape what a URI template would take for its own", () => {
    const found = resources({ "/a b/{x}.json": { get: { parameters: [path("x")], responses: item } } });
    expect(found.map(({ uri }) => uri)).toEqual(["petstore://a%20b/{x}.json"]);
  });
});
