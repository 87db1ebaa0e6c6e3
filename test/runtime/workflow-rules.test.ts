/** Conditions, expressions and bodies of workflows as they are read, rule by rule. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { WorkflowBody, WorkflowStep } from "../../templates/always/src/runtime/data/project.ts";
import { argumentsOf, bodyOf } from "../../templates/always/src/runtime/workflows/body.ts";
import {
  type Condition,
  ConditionFault,
  expressionsIn,
  parseCondition,
} from "../../templates/always/src/runtime/workflows/condition.ts";
import {
  embedded,
  isExpression,
  isSelector,
  keysOf,
  parseExpression,
} from "../../templates/always/src/runtime/workflows/expression.ts";
import {
  answeredBody,
  calledBy,
  nothingCalled,
  reasonOf,
  textOf,
} from "../../templates/always/src/runtime/workflows/outcome.ts";
import { withLiterals } from "../../templates/always/src/runtime/workflows/selection.ts";
import type { Known } from "../../templates/always/src/runtime/workflows/values.ts";

/** A condition as brackets say it. */
function shown(condition: Condition): string {
  switch (condition.kind) {
    case "literal":
      return JSON.stringify(condition.value);
    case "expression":
      return condition.text;
    case "not":
      return `!${shown(condition.of)}`;
    case "compare":
      return `(${shown(condition.left)} ${condition.operator} ${shown(condition.right)})`;
    default:
      return `(${shown(condition.left)} ${condition.kind} ${shown(condition.right)})`;
  }
}

describe("a condition", () => {
  it.each([
    ["true", "true"],
    ["null", "null"],
    ["-1.5", "-1.5"],
    ["'it''s'", `"it's"`],
    ["''", '""'],
    ["$url == 'a'", '($url == "a")'],
    ["$statusCode>=200&&$statusCode<300", "(($statusCode >= 200) and ($statusCode < 300))"],
    ["true || false && null", "(true or (false and null))"],
    ["true && false || null", "((true and false) or null)"],
    ["true || false || null", "((true or false) or null)"],
    ["(true || false) && null", "((true or false) and null)"],
    ["!true == false", "(!true == false)"],
    ["!(true == false)", "!(true == false)"],
    ["!!true", "!!true"],
    ["1 != 2", "(1 != 2)"],
    ["1 <= 2", "(1 <= 2)"],
    ["1 > 2", "(1 > 2)"],
    [" ( 1 ) ", "1"],
    [`${"(".repeat(50)}1${")".repeat(50)}`, "1"],
  ])("%s is %s", (text, want) => expect(shown(parseCondition(text))).toBe(want));

  it.each([
    ["", "ends too early"],
    ["1 ==", "ends too early"],
    ["(1", "lacks a )"],
    ["1 2", "has 2 where it could end"],
    ["1 == 2 == 3", "has == where it could end"],
    ["1)", "has ) where it could end"],
    ["open", "has open: texts stand in '…', expressions begin with $"],
    ["1.", "has 1.: texts stand in '…', expressions begin with $"],
    ["01x", "has 01x: texts"],
    ["$nothing", "has $nothing, which is no expression of a step"],
    ["a = b", 'cannot be read from " = b" on'],
    ["'a", `cannot be read from "'a" on`],
    [`'${"a".repeat(30)}`, `cannot be read from "'${"a".repeat(19)}" on`],
    [`${"(".repeat(51)}1${")".repeat(51)}`, "is nested too deeply"],
    [`${"!".repeat(51)}1`, "is nested too deeply"],
  ])("%s %s", (text, message) => {
    expect(() => parseCondition(text)).toThrow(ConditionFault);
    expect(() => parseCondition(text)).toThrow(message);
  });

  it("asks its expressions, in their order", () =>
    expect(expressionsIn(parseCondition("!($url == 'a' && $method != 1) || $statusCode"))).toEqual([
      "$url",
      "$method",
      "$statusCode",
    ]));
});

describe("an expression", () => {
  it.each<[string, object | undefined]>([
    ["$url", { kind: "url" }],
    ["$urls", undefined],
    ["$request.header.X-A", { kind: "field", of: "request", in: "header", name: "X-A" }],
    ["$request.path.id", { kind: "field", of: "request", in: "path", name: "id" }],
    ["$request.query.", undefined],
    ["$response.header.x", { kind: "field", of: "response", in: "header", name: "x" }],
    ["$response.query.x", undefined],
    ["$response.path.x", undefined],
    ["$response.body", { kind: "body", of: "response", pointer: "" }],
    ["$response.body#", { kind: "body", of: "response", pointer: "" }],
    ["$response.body#/a/0", { kind: "body", of: "response", pointer: "/a/0" }],
    ["$response.body#a", undefined],
    ["$response.body.a[0].b-c", { kind: "body", of: "response", pointer: "/a/0/b-c" }],
    ["$response.payload.a#/b", { kind: "body", of: "response", pointer: "/a/b" }],
    ["$response.body.a b", undefined],
    ["$inputs.a", { kind: "inputs", name: "a", pointer: "" }],
    ["$inputs.a#/b", { kind: "inputs", name: "a", pointer: "/b" }],
    ["$inputs", undefined],
    ["$inputs.a#b", undefined],
    ["$inputs.a#/b#c", undefined],
    ["x$inputs.a", undefined],
    ["$response.body#/a#b", undefined],
    ["x$response.body", undefined],
    ["x$request.header.a", undefined],
    ["$request.query.a\nb", { kind: "field", of: "request", in: "query", name: "a\nb" }],
    ["$outputs.a", { kind: "given", name: "a", pointer: "" }],
    ["$steps.s-1.outputs.a.b#/c", { kind: "outputs", step: "s-1", name: "a.b", pointer: "/c" }],
    ["$steps.s.inputs.a", undefined],
    ["$workflows.w.inputs.a", { kind: "workflow", workflow: "w", of: "inputs", name: "a", pointer: "" }],
    ["$workflows.w.outputs.a", { kind: "workflow", workflow: "w", of: "outputs", name: "a", pointer: "" }],
    ["$components.x", undefined],
    ["url", undefined],
  ])("%s is %j", (text, want) => expect(parseExpression(text)).toEqual(want));

  it.each<[string, boolean]>([
    ...`$url $method $statusCode $request.x $response $inputs.a $outputs $steps.a $workflows $sourceDescriptions.a
      $components.b $self $message.c`
      .split(/\s+/)
      .map((text): [string, boolean] => [text, true]),
    ["$5", false],
    ["$urls", false],
    ["a $url", false],
    ["", false],
  ])("%s is meant as one: %s", (text, is) => expect(isExpression(text)).toBe(is));

  it("leads by keys, and stands within texts", () => {
    expect(keysOf("list[0].id[12]")).toEqual(["list", "0", "id", "12"]);
    expect(keysOf("a[b]")).toEqual(["a[b]"]);
    expect(embedded("a{$url}b{c}{$method}")).toEqual(["a", { expression: "$url" }, "b{c}", { expression: "$method" }]);
    expect(embedded("")).toEqual([]);
  });
});

it.each<[unknown, boolean]>([
  [{ context: "$response.body", selector: "$.a", type: "jsonpath" }, true],
  [{ context: "$response.body", selector: "$.a", type: "xpath" }, false],
  [{ context: "body", selector: "$.a", type: "jsonpath" }, false],
  [{ context: "$response.body", selector: 1, type: "jsonpath" }, false],
  [{ context: 1, selector: "$.a", type: "jsonpath" }, false],
  [{ context: "$response.body", selector: "$.a", type: "jsonpath", more: 1 }, false],
  [{ context: "$response.body", selector: "$.a" }, false],
  [null, false],
  ["$url", false],
])("%j selects: %s", (value, is) => expect(isSelector(value)).toBe(is));

describe("an expression in a query", () => {
  const values: Record<string, JsonValue> = { $text: `a'b"c\\`, $number: 5, $null: null, $list: [1] };
  it.each<[string, string | undefined]>([
    ["$[?@.a == {$number}]", "$[?@.a == 5]"],
    ["$[?@.a == {$null}]", "$[?@.a == null]"],
    ["$[?@.a == {$text}]", `$[?@.a == "a'b\\"c\\\\"]`],
    ["$[?@.a == 'x{$text}']", `$[?@.a == 'xa\\'b"c\\\\']`],
    ['$[?@.a == "x{$text}"]', `$[?@.a == "xa'b\\"c\\\\"]`],
    ["$[?@.a == 'x{$number}']", "$[?@.a == 'x5']"],
    [`$[?@.a == '\\'{$number}']`, `$[?@.a == '\\'5']`],
    [`$[?@.a == '\\'{$text}']`, `$[?@.a == '\\'a\\'b"c\\\\']`],
    [`$[?@.a == 'b' && @.c == {$number}]`, `$[?@.a == 'b' && @.c == 5]`],
    [`$["it's"][?@.a == {$number}]`, `$["it's"][?@.a == 5]`],
    ["$[?@.a == {$list}]", undefined],
    ["$[?@.a == {$missing}]", undefined],
    ["$.a", "$.a"],
  ])("%s: %s", (query, want) => expect(withLiterals(query, (expression) => values[expression])).toBe(want));
});

describe("a body", () => {
  const known = { inputs: { a: 1 }, outputs: new Map(), workflows: new Map() } as unknown as Known;
  const body = (payload: JsonValue, ...replacements: readonly (readonly [string, JsonValue])[]): WorkflowBody => ({
    payload,
    replacements: replacements.map(([target, value]) => ({ target, value })),
  });

  it.each<[WorkflowBody, JsonValue | undefined]>([
    [body({ x: "$inputs.a" }), { x: 1 }],
    [body({ x: 0, y: 2 }, ["/x", "$inputs.a"]), { x: 1, y: 2 }],
    [body({ list: [1, 2] }, ["/list/1", 3]), { list: [1, 3] }],
    [body({ list: [1, 2] }, ["/list/2", 3]), { list: [1, 2] }],
    [body({}, ["/new", 1]), { new: 1 }],
    [body({ x: { y: 1 } }, ["/x/y", 2], ["/x/z", 3]), { x: { y: 2, z: 3 } }],
    [body({ x: 1 }, ["/x/y", 2]), { x: 1 }],
    [body({ x: 1, y: 2 }, ["/x", "$inputs.missing"]), { y: 2 }],
    [body({ x: 1 }, ["", 5]), 5],
    [body({ "a/b": 1 }, ["/a~1b", 2]), { "a/b": 2 }],
    [{ ...body({ x: 1 }), replacements: [{ target: "$.x", isQuery: true, value: 2 }] }, { x: 1 }],
  ])("%j is %j", (given, want) => expect(bodyOf(given, known)).toEqual(want));

  const fields = { name: "name", tag: "body_tag" };
  it.each<[Partial<WorkflowBody>, JsonValue | undefined, object | string]>([
    [{ argument: "body" }, [1], { body: [1] }],
    [{ argument: "body" }, undefined, {}],
    [{ fields }, { name: "a", tag: "b" }, { name: "a", body_tag: "b" }],
    [{ fields }, [1], 'The body of the step "s" is no object.'],
    [{ fields }, { other: 1 }, 'The body of the step "s" has no field "other".'],
    [{}, { constructor: 1 }, 'The body of the step "s" has no field "constructor".'],
    [{ argument: "body", mediaType: { argument: "content_type", value: "a/b" } }, 1, { content_type: "a/b", body: 1 }],
    [{ mediaType: { argument: "content_type", value: "a/b" } }, undefined, { content_type: "a/b" }],
  ])("of %j: %j are the arguments %j", (more, value, want) => {
    const run = () => argumentsOf({ ...body(null), ...more }, value, "s");
    if (typeof want === "string") expect(run).toThrow(want);
    else expect(run()).toEqual(want);
  });
});

describe("an outcome", () => {
  const step = (criteria: readonly object[]): WorkflowStep =>
    ({ tool: "t", successCriteria: criteria }) as unknown as WorkflowStep;
  const text = (value: string) => ({ content: [{ type: "text" as const, text: value }] });

  it("is the answer as a model would have seen it", () => {
    expect(answeredBody({ content: [], structuredContent: { a: 1 } })).toEqual({ a: 1 });
    expect(answeredBody(text('{"a":1}'))).toEqual({ a: 1 });
    expect(answeredBody(text("plain"))).toBe("plain");
    expect(answeredBody({ content: [] })).toBeUndefined();
    expect(textOf(text("x").content)).toBe("x");
    expect(textOf([])).toBe("It failed.");
    expect(calledBy(step([]))).toBe("t");
    expect(calledBy({ call: { workflow: "w" } } as unknown as WorkflowStep)).toBe("w");
  });

  it("that was not as it had to be says why", () => {
    const of = (result: object, statusCode: number | undefined, criteria: readonly object[]) =>
      reasonOf(
        { result, exchange: { ...nothingCalled, statusCode } } as unknown as Parameters<typeof reasonOf>[0],
        step(criteria),
      );
    expect(of({ ...text("No."), isError: true }, 500, [])).toBe("No.");
    expect(of(text(""), 204, [{ condition: "$statusCode == 200" }])).toBe(
      "it was answered with 204, but not as it has to be: $statusCode == 200.",
    );
    expect(
      of(text(""), undefined, [
        { context: "$response.body", pattern: "^a" },
        { context: "$response.body", query: "$.a" },
      ]),
    ).toBe(
      "it was answered with no status, but not as it has to be: $response.body has ^a, and $response.body has $.a.",
    );
  });
});
