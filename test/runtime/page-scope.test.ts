/** What a page of a list is read as: which answers are one, where its items are, and what its links are held against. */
import { describe, expect, it } from "vitest";
import type { OperationCall, Outgoing } from "../../templates/always/src/runtime/call/call.ts";
import type { PagePlan } from "../../templates/always/src/runtime/data/model-parts.ts";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import { readPage, readSigns } from "../../templates/always/src/runtime/pages/read-page.ts";
import { json } from "./answer.ts";
import { plan as httpPlan } from "./wire.ts";

const request = httpPlan({ path: "/things" });
const url = "https://api.example.com/things?limit=2";
const securitySchemes = {
  key: { type: "apiKey", in: "query", name: "api_key" },
  other: { type: "apiKey", in: "query", name: "other_key" },
  header: { type: "apiKey", in: "header", name: "X-Key" },
  basic: { type: "http", in: "query", name: "no" },
};

function callOf(inputSchema: object = { properties: { cursor: { type: "string" } } }): OperationCall {
  const row = { listing: { inputSchema }, api: { data: { securitySchemes } } };
  return { row, args: { limit: 2 } } as unknown as OperationCall;
}
function outgoingOf(input?: object): Outgoing {
  const plan = { pointer: "", request, responses: [], ...(input && { input }) };
  return { plan, request: { url } } as unknown as Outgoing;
}
const list: PagePlan = { by: "token", argument: "cursor", items: "/data" };

describe("a page", () => {
  it("has its items, and what its links are held against", () => {
    const response = json('{"data":[1,2],"next":"a"}');
    const around = {
      body: { data: [1, 2], next: "a" },
      headers: response.headers,
      request,
      url,
      schemas: { cursor: { type: "string" } },
      credentials: new Set(["api_key", "other_key"]),
    };
    expect(readPage(list, callOf(), outgoingOf(), { x: 1 }, response)).toEqual({
      ...around,
      items: [1, 2],
      args: { x: 1 },
    });
    expect(readSigns(list, callOf(), outgoingOf(), response)).toEqual({ ...around, items: [1, 2], args: { limit: 2 } });
  });

  it.each<[string, object, object | undefined, object]>([
    ["those that are listed", { properties: { a: {} } }, undefined, { a: {} }],
    ["those of its plan before them", { properties: { a: {} } }, { properties: { b: true } }, { b: true }],
    ["none where there are none", {}, undefined, {}],
    ["none where its plan has none", { properties: { a: {} } }, {}, {}],
  ])("has as schemas of arguments %s", (_what, listed, input, schemas) => {
    expect(readPage(list, callOf(listed), outgoingOf(input), {}, json('{"data":[]}'))?.schemas).toEqual(schemas);
  });

  it.each([
    [200, false, true],
    [299, false, true],
    [199, false, false],
    [300, false, false],
    [200, true, false],
  ])("is an answer of status %i, cut off: %s: %s", (status, truncated, isOne) => {
    const response = json('{"data":[]}', { status, truncated });
    const page = readPage(list, callOf(), outgoingOf(), {}, response);
    const signs = readSigns(list, callOf(), outgoingOf(), response);
    expect([page !== undefined, signs !== undefined]).toEqual([isOne, isOne]);
  });

  it("is no answer that is no JSON", () => {
    expect(readPage(list, callOf(), outgoingOf(), {}, json("{"))).toBeUndefined();
    expect(readSigns(list, callOf(), outgoingOf(), json(""))).toBeUndefined();
  });

  it.each<[string | undefined, JsonValue, readonly JsonValue[] | undefined]>([
    ["/data", { data: [1] }, [1]],
    ["/data", { data: { a: [1] } }, undefined],
    ["/data", { other: [1] }, undefined],
    ["/data", [1], undefined],
    ["", [1], [1]],
    ["", { data: [1] }, undefined],
    [undefined, [1], [1]],
    [undefined, { data: [1], n: 2 }, [1]],
    [undefined, { data: [1], more: [] }, undefined],
    [undefined, { n: 2 }, undefined],
    [undefined, 7, undefined],
    [undefined, null, undefined],
  ])("with its list at %s has of %j the items %j", (items, body, want) => {
    const { items: _items, ...others } = list;
    const plan: PagePlan = items === undefined ? others : { ...others, items };
    expect(readPage(plan, callOf(), outgoingOf(), {}, json(JSON.stringify(body)))?.items).toEqual(want);
  });
});
