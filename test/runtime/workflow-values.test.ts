/** Conditions and expressions of workflows: what they come to. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.js";
import { parseCondition } from "../../templates/always/src/runtime/workflows/condition.js";
import { parseExpression } from "../../templates/always/src/runtime/workflows/expression.js";
import { evaluate, filled, holds, type Known } from "../../templates/always/src/runtime/workflows/values.js";

const known: Known = {
  inputs: { name: "Rex", "a.b": 1, deep: { list: [{ id: 7 }] }, __proto__: undefined as never },
  outputs: new Map([["one", { id: 9, page: { next: "c2" } }]]),
  exchange: {
    url: "https://a.example/pets",
    method: "GET",
    statusCode: 200,
    sent: new Map<string, JsonValue>([["query limit", 5]]),
    requestBody: { x: 1 },
    headers: new Headers({ "X-Total": "12" }),
    body: { status: "Open", items: [1, 2], "a/b": "slash", none: null },
  },
};

describe("an expression", () => {
  it.each<[string, unknown]>([
    ["$url", "https://a.example/pets"],
    ["$method", "GET"],
    ["$statusCode", 200],
    ["$inputs.name", "Rex"],
    ["$inputs.a.b", 1],
    ["$inputs.deep.list#/0/id", 7],
    ["$inputs.deep#/list/0", { id: 7 }],
    ["$inputs.missing", undefined],
    ["$inputs.constructor", undefined],
    ["$steps.one.outputs.id", 9],
    ["$steps.one.outputs.page.next", "c2"],
    ["$steps.two.outputs.id", undefined],
    ["$request.query.limit", 5],
    ["$request.body#/x", 1],
    ["$response.header.x-total", "12"],
    ["$response.body#/items/1", 2],
    ["$response.body#/a~1b", "slash"],
    ["$response.body#/items/9", undefined],
    ["$response.body", known.exchange?.body],
  ])("%s", (text, value) => {
    expect(evaluate(text, known)).toEqual(value);
  });

  it.each([
    "$",
    "$5",
    "$response.query.x",
    "$response.bodyx",
    "$steps.a",
    "$steps.a.inputs.b",
    "$inputs",
    "$inputs.",
    "$workflows.a.outputs.b",
  ])("%s is none", (text) => expect(parseExpression(text)).toBeUndefined());

  it("keeps its type where it is the whole text, is text within one, and goes where it comes to nothing", () => {
    const value = {
      whole: "$statusCode",
      part: "s={$statusCode}, {$inputs.no}",
      price: "$5",
      gone: "$inputs.no",
      list: ["$inputs.no", 1],
    };
    expect(filled(value, known)).toEqual({ whole: 200, part: "s=200, ", price: "$5", list: [1] });
  });
});

describe("a condition", () => {
  it.each<[string, boolean]>([
    ["$statusCode == 200", true],
    ["$statusCode==200", true],
    ["$statusCode != 200", false],
    ["$statusCode >= 200 && $statusCode < 300", true],
    ["$response.body#/status == 'open'", true],
    ["$response.body#/status == 'it''s'", false],
    ["$response.header.x-total > 10", true],
    ["$response.header.x-total == 12", true],
    ["$response.body#/none == null", true],
    ["$response.body#/missing == null", true],
    ["$response.body#/missing", false],
    ["$response.body#/status", true],
    ["!$response.body#/missing", true],
    ["!($statusCode == 200 || $statusCode == 201)", false],
    ["$statusCode == 404 || $statusCode == 200 && true", true],
    ["$response.body#/items < 3", false],
    ["$inputs.name == 'REX'", true],
    ["true", true],
    ["false", false],
    ["-1 < 0.5", true],
  ])("%s", (condition, value) => {
    expect(holds({ condition }, known)).toBe(value);
  });

  it.each([
    "",
    "==",
    "$statusCode ==",
    "$statusCode = 200",
    "(true",
    "true)",
    "open",
    "'open",
    "$nothing == 1",
    "1 == 1 == 1",
    "!".repeat(60) + "true",
  ])("%s is none", (text) => expect(() => parseCondition(text)).toThrow());

  it.each<[string, string, boolean]>([
    ["$response.body#/status", "^O", true],
    ["$response.body#/status", "^o$", false],
    ["$statusCode", "^2\\d\\d$", true],
    ["$response.body#/missing", ".*", false],
  ])("%s has %s", (context, pattern, value) => {
    expect(holds({ context, pattern }, known)).toBe(value);
  });
});
