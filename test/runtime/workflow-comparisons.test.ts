/** What two values of a workflow come to when they are compared, and what is put into bodies where a place is found by a query. */
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../templates/always/src/runtime/data/model.ts";
import type { WorkflowBody } from "../../templates/always/src/runtime/data/project.ts";
import type { Found, JsonPath } from "../../templates/always/src/runtime/tools/tool-parts.ts";
import { argumentsOf, bodyOf } from "../../templates/always/src/runtime/workflows/body.ts";
import { foundBy, selected } from "../../templates/always/src/runtime/workflows/selection.ts";
import { evaluate, filled, holds, type Known } from "../../templates/always/src/runtime/workflows/values.ts";

const known = (inputs: Readonly<Record<string, JsonValue>> = {}): Known => ({ inputs, outputs: new Map() });
const compared = (left: JsonValue | undefined, operator: string, right: JsonValue | undefined): boolean => {
  const given = { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
  return holds({ condition: `$inputs.left ${operator} $inputs.right` }, known(given));
};
const operators = ["==", "!=", "<", "<=", ">", ">="];

describe("two values", () => {
  it.each<[JsonValue | undefined, JsonValue | undefined, string]>([
    [1, 1, "== <= >="],
    [1, 2, "!= < <="],
    [2, 1, "!= > >="],
    ["1", 1, "== <= >="],
    [1, "2", "!= < <="],
    ["10", 9, "!= > >="],
    ["10", "9", "!= < <="],
    ["", 0, "!="],
    [" ", 0, "!="],
    ["x", 0, "!="],
    ["1x", 1, "!="],
    ["Ab", "aB", "== <= >="],
    ["a", "B", "!= < <="],
    ["b", "A", "!= > >="],
    [true, true, "=="],
    [true, false, "!="],
    [true, 1, "!="],
    ["true", true, "!="],
    [null, undefined, "=="],
    [undefined, undefined, "=="],
    [null, 0, "!="],
    [undefined, "", "!="],
    [[1, 2], [1, 2], "== <= >="],
    [[1, 2], [2, 1], "!= < <="],
    [{ a: "B" }, { a: "B" }, "== <= >="],
    [{ a: "B" }, { a: "b" }, "!= < <="],
    [[1], 1, "!="],
  ])("%j and %j are: %s", (left, right, want) =>
    expect(operators.filter((operator) => compared(left, operator, right)).join(" ")).toBe(want),
  );

  it.each<[JsonValue | undefined, boolean]>([
    [true, true],
    [0, true],
    ["", true],
    ["false", true],
    [[], true],
    [false, false],
    [null, false],
    [undefined, false],
  ])("%j alone holds: %s", (left, want) => {
    const given = known(left === undefined ? {} : { left });
    expect(holds({ condition: "$inputs.left" }, given)).toBe(want);
    expect(holds({ condition: "!$inputs.left" }, given)).toBe(!want);
  });

  it.each([
    ["true", "true", true, true],
    ["true", "false", false, true],
    ["false", "true", false, true],
    ["false", "false", false, false],
    ["null", "true", false, true],
  ])("%s and %s hold together: %s; one of them: %s", (left, right, both, one) => {
    expect(holds({ condition: `${left} && ${right}` }, known())).toBe(both);
    expect(holds({ condition: `${left} || ${right}` }, known())).toBe(one);
  });
});

it("what is not known yet comes to nothing", () => {
  const texts = [
    "$url",
    "$method",
    "$statusCode",
    "$request.query.a",
    "$request.body",
    "$response.body",
    "$response.header.a",
    "$steps.a.outputs.b",
    "$outputs.a",
    "$workflows.a.outputs.b",
    "$inputs.a",
    "none",
  ];
  expect(texts.map((text) => evaluate(text, known()))).toEqual(texts.map(() => undefined));
  expect(evaluate("$workflows.a.outputs.b", { ...known(), workflows: new Map() })).toBeUndefined();
});

it("texts have values in them as JSON, and nothing for what is not there", () => {
  const given = known({ a: { b: [1] }, c: "x", n: null, t: true });
  expect(filled("{$inputs.a}-{$inputs.c}-{$inputs.n}-{$inputs.t}-{$inputs.z}", given)).toBe('{"b":[1]}-x-null-true-');
  expect(filled({ list: [["$inputs.c", "$inputs.z"], { k: "$inputs.z" }], n: null, f: false }, given)).toEqual({
    list: ["x", {}],
    n: null,
    f: false,
  });
  expect(holds({ context: "$inputs.a", pattern: '^\\{"b":\\[{$inputs.n}?1' }, given)).toBe(false);
  expect(holds({ context: "$inputs.a", pattern: '^\\{"b":' }, given)).toBe(true);
  expect(holds({ context: "$inputs.n", pattern: "null" }, given)).toBe(false);
});

describe("a query", () => {
  /** Finds what it is told to, whatever it is asked. */
  const finding =
    (found: readonly Found[], isSingular = false): JsonPath =>
    () =>
      Object.assign(() => found, { isSingular });
  const one: Found = { value: 1, location: ["list", 1] };
  const two: Found = { value: 2, location: ["a"] };
  const broken: JsonPath = () => {
    throw new Error("no query");
  };

  it("finds nothing where it is none", () => {
    expect(foundBy(broken, "$.a", {})).toEqual([]);
    expect(foundBy(finding([one]), "$.a", {})).toEqual([one]);
  });

  it("selects the one thing, or a list", () => {
    const selector = { context: "$url", selector: "$.a", type: "jsonpath" } as const;
    expect(selected(selector, {}, finding([one, two], true))).toBe(1);
    expect(selected(selector, {}, finding([one, two]))).toEqual([1, 2]);
    expect(selected(selector, {}, finding([], true))).toBeUndefined();
    expect(selected(selector, undefined, finding([one]))).toBeUndefined();
    expect(selected(selector, {}, undefined)).toBeUndefined();
  });

  const body = (payload: JsonValue, value: JsonValue): WorkflowBody => ({
    payload,
    replacements: [{ target: "$..x", isQuery: true, value }],
  });
  const payload = { list: [1, 2, 3], a: { b: 1 }, c: 5 };

  it("finds every place that something is put into", () => {
    const given = { ...known({ v: "new" }), jsonPath: finding([one, two]) };
    expect(bodyOf(body(payload, "$inputs.v"), given)).toEqual({ list: [1, "new", 3], a: "new", c: 5 });
    expect(bodyOf(body(payload, "$inputs.gone"), given)).toEqual({ list: [1, null, 3], c: 5 });
    expect(bodyOf(body("$inputs.gone", 1), given)).toBeUndefined();
    expect(bodyOf(body(payload, 1), known())).toEqual(payload);
    expect(bodyOf(body(payload, 1), { ...known(), jsonPath: broken })).toEqual(payload);
  });

  it("puts one after the other, at the place where it was", () => {
    const replacements = [
      { target: "/a", value: { b: 2, d: 3 } },
      { target: "/a/b", value: "$inputs.v" },
    ];
    const whole = bodyOf({ payload, replacements }, known({ v: 9 }));
    expect(whole).toEqual({ list: [1, 2, 3], c: 5, a: { d: 3, b: 9 } });
  });
});

it("fields of a body are arguments, beside the media type that is chosen", () => {
  const body: WorkflowBody = {
    payload: null,
    replacements: [],
    fields: { a: "arg-a" },
    mediaType: { argument: "content_type", value: "a/b" },
  };
  expect(argumentsOf(body, { a: 1 }, "s")).toEqual({ content_type: "a/b", "arg-a": 1 });
});
