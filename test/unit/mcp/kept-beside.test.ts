/** What stands beside a next link, a multipart body without a schema, and a list behind what writes. */
import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { toolOf } from "../document.ts";

const text = { type: "string" };
const integer = { type: "integer" };
const list = { type: "array", items: { type: "object", properties: { id: text } } };
const answer = (properties: JsonObject): JsonObject => ({
  200: { description: "", content: { "application/json": { schema: { type: "object", properties } } } },
});

it("an OData list keeps its own parameters beside $skiptoken", () => {
  const { call } = toolOf({
    parameters: [{ name: "$top", in: "query", schema: integer }],
    responses: answer({ value: list, "@odata.nextLink": text }),
  });
  expect(call.request.parameters.map(({ name }) => name)).toEqual(["$top", "$skiptoken"]);
});

it.each([
  ["get", "page"],
  ["post", undefined],
  ["put", undefined],
  ["patch", undefined],
])("a list that is answered to %s comes by %s", (method, want) => {
  const parameters = [{ name: "page", in: "query", schema: integer }];
  expect(toolOf({ parameters, responses: answer({ items: list }) }, { method }).call.pages?.by).toBe(want);
});

const bodyOf = (mediaType: string, content: JsonObject) =>
  toolOf({ requestBody: { required: true, content: { [mediaType]: content } } }, { method: "post" });

it("a multipart body that says nothing is an object of fields", () =>
  expect(bodyOf("multipart/form-data", {}).listing.inputSchema.properties["body"]).toMatchObject({ type: "object" }));

it("a multipart body whose items are described one by one is a list of them", () =>
  expect(bodyOf("multipart/mixed", { itemSchema: text }).listing.inputSchema.properties["body"]).toMatchObject({
    type: "array",
    items: text,
  }));

it("a range of XML is sent as XML where fields are described", () =>
  expect(
    bodyOf("application/*+xml", { schema: { type: "object", properties: { a: text } } }).call.request.body?.contents,
  ).toMatchObject([{ mediaType: "application/xml" }]));
