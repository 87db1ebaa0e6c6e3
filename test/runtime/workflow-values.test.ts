/** Conditions and expressions of workflows: what they come to. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.js";
import { loadJsonPath } from "../../templates/always/src/runtime/jsonpath/jsonpath.js";
import { parseCondition } from "../../templates/always/src/runtime/workflows/condition.js";
import { parseExpression } from "../../templates/always/src/runtime/workflows/expression.js";
import { evaluate, filled, holds, type Known } from "../../templates/always/src/runtime/workflows/values.js";

const known: Known = {
  inputs: { name: "Rex", "a.b": 1, deep: { list: [{ id: 7 }] }, __proto__: undefined as never },
  outputs: new Map([["one", { id: 9, page: { next: "c2" } }]]),
  given: { order: "o1" },
  workflows: new Map([["before", { inputs: { user: { name: "Ann" } }, outputs: { token: "t" } }]]),
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
    ["$response.body.items[1]", 2],
    ["$response.body.status", "Open"],
    ["$response.body.items#/0", 1],
    ["$inputs.deep.list[0].id", 7],
    ["$outputs.order", "o1"],
    ["$outputs.order.x", undefined],
    ["$workflows.before.outputs.token", "t"],
    ["$workflows.before.inputs.user#/name", "Ann"],
    ["$workflows.other.outputs.token", undefined],
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
    "$workflows.a.steps.b",
    "$sourceDescriptions.a.url",
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

describe("JSONPath", async () => {
  const jsonPath = await loadJsonPath();
  const asking = (body: JsonValue | undefined): Known =>
    ({ ...known, jsonPath, exchange: { ...known.exchange, body } }) as Known;
  const pets: JsonValue = { pets: [{ name: "Rex", tag: "dog" }, { name: "Tom" }], none: null };
  const answers = (query: string, body: JsonValue | undefined = pets, context = "$response.body"): boolean =>
    holds({ context, query }, asking(body));

  it.each<[string, boolean]>([
    ["$.pets[?@.name == 'Rex']", true],
    ["$.pets[?@.name == 'Ann']", false],
    ["$[?count(@[*]) > 1]", true],
    ["$.none", true],
    ["$.gone", false],
    ["$.pets[?match(@.name, 'R.*')]", true],
    ["$.pets[", false],
  ])("%s holds: %s", (query, isTrue) => expect(answers(query)).toBe(isTrue));

  it("finds nothing in what is not there, or is null", () => {
    expect(holds({ context: "$response.body", query: "$" }, asking(undefined))).toBe(false);
    expect(answers("$", pets, "$response.body#/none")).toBe(false);
    expect(answers("$", pets, "$inputs.gone")).toBe(false);
  });

  it.each<[string, JsonValue, boolean]>([
    ["$.pets[?@.name == '{$inputs.x}']", "Rex", true],
    ['$.pets[?@.name == "{$inputs.x}"]', "Rex", true],
    ["$.pets[?@.name == {$inputs.x}]", "Rex", true],
    ["$[?length(@) == {$inputs.x}]", 2, true],
    ["$[?length(@) == {$inputs.x}]", 3, false],
    // What comes from elsewhere is a literal, whatever it spells.
    ["$.pets[?@.name == '{$inputs.x}']", "x' || @.name == 'Rex", false],
    ['$.pets[?@.name == "{$inputs.x}"]', 'x" || @.name == "Rex', false],
    ["$.pets[?@.name == {$inputs.x}]", "'x' || @.name == 'Rex'", false],
    ["$.pets[?@.name == '{$inputs.x}']", "\\", false],
    ["$.pets[?@.name == {$inputs.x}]", { a: 1 }, false],
    ["$.pets[?@.name == {$inputs.y}]", "Rex", false],
  ])("%s with %j in it holds: %s", (query, x, isTrue) =>
    expect(holds({ context: "$response.body", query }, { ...asking(pets), inputs: { x } })).toBe(isTrue),
  );

  it.each<[string, string]>([
    [`it's "x"`, "'"],
    [`it's "x" \\`, '"'],
  ])("says %s as a literal in %s", (name, quote) => {
    const query = `$.pets[?@.name == ${quote}{$inputs.x}${quote}]`;
    expect(holds({ context: "$response.body", query }, { ...asking({ pets: [{ name }] }), inputs: { x: name } })).toBe(
      true,
    );
  });

  it("selects the one thing that a query can find, else all that it finds", () => {
    const select = (selector: string): JsonValue | undefined =>
      filled({ context: "$response.body", selector, type: "jsonpath" }, asking(pets));
    expect(select("$.pets[0].name")).toBe("Rex");
    expect(select("$.pets[9].name")).toBeUndefined();
    expect(select("$.pets[*].name")).toEqual(["Rex", "Tom"]);
    expect(select("$.pets[?@.name == 'Ann']")).toEqual([]);
  });
});

it("keeps the type of an expression in brackets that is all of a text", () => {
  expect(filled({ a: "{$statusCode}", b: "x{$statusCode}", c: "{$inputs.gone}" }, known)).toEqual({
    a: 200,
    b: "x200",
  });
});

it("takes a pattern from an expression, and none that takes for ever", () => {
  const holdsOf = (x: string, pattern = "^({$inputs.x})$"): boolean =>
    holds({ context: "$response.body#/status", pattern }, { ...known, inputs: { x } });
  expect([holdsOf("O.*"), holdsOf("C.*"), holdsOf("(")]).toEqual([true, false, false]);
});
