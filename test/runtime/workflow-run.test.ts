/** Runs of workflows, step by step: what is called with what, what comes next, and what is said where one stops. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WorkflowData, WorkflowStep } from "../../templates/always/src/runtime/data/project.ts";
import { type Answer, flow, never, ok, ran, step, tools } from "./workflow-runner.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a workflow", () => {
  it("calls its steps in turn with what is known by then, and gives what it says", async () => {
    const first = step("a", {
      parameters: [
        { in: "query", name: "q", argument: "the_q", value: "$inputs.word" },
        { in: "query", name: "n", argument: "n", value: "$inputs.none" },
        { in: "query", name: "m", argument: "m", value: 5 },
      ],
      outputs: {
        id: "$response.body#/id",
        sent: "$request.query.q",
        url: "$url",
        method: "$method",
        etag: "$response.header.etag",
        none: "$request.query.n",
      },
    });
    const second = step("b", {
      method: "POST",
      parameters: [{ in: "path", name: "id", argument: "id", value: "$steps.a.outputs.id" }],
      body: { payload: { name: "$inputs.name" }, replacements: [], fields: { name: "new_name" } },
      outputs: { body: "$request.body#/name", status: "$statusCode" },
    });
    const schema = { type: "object", properties: { name: { default: "Rex" }, word: { default: "x" }, none: {} } };
    const main = flow("w", [first, second], {
      listing: { name: "run_w", inputSchema: schema } as unknown as WorkflowData["listing"],
      outputs: { first: "$steps.a.outputs.etag", word: "$inputs.word", nothing: "$steps.c.outputs.x" },
    });
    const answers = { tool_a: [[200, { id: 7 }, { etag: "e" }] as const] };
    const whole = await ran([main], answers, { word: "w" });
    expect(whole).toMatchObject({ text: '{"first":"e","word":"w"}', given: { first: "e", word: "w" }, isError: false });
    expect(whole.calls).toEqual([
      ["tool_a", { the_q: "w", m: 5 }, 0],
      ["tool_b", { id: 7, new_name: "Rex" }, 0],
    ]);
    expect(whole.options[0]).toMatchObject({ wholeText: true, recorded: true, signal: { aborted: false } });
    expect(await ran([flow("w", [first])], answers, { word: "w" })).toMatchObject({
      given: { id: 7, sent: "w", url: "https://a.example/tool_a", method: "GET", etag: "e" },
    });
    expect(await ran([flow("w", [first, second])], {}, { name: "N" })).toMatchObject({
      given: { body: "N", status: 200 },
    });
    expect(await ran([flow("w", [])])).toMatchObject({ text: "{}", given: {}, calls: [] });
  });

  it("stops at a step that fails, and says what was done", async () => {
    const done = step("a", { outputs: { id: "$response.body#/id" } });
    const answers = { tool_a: [[200, { id: 1 }] as const], tool_b: [[500] as const] };
    expect(await ran([flow("w", [done, step("b")])], answers)).toEqual({
      text: 'The workflow stopped at the step "b" (tool_b): HTTP 500\nDone before, and not undone: a (tool_a: 200) gave {"id":1}.',
      given: undefined,
      isError: true,
      calls: [
        ["tool_a", {}, 0],
        ["tool_b", {}, 0],
      ],
      options: expect.any(Array) as unknown,
    });
    const strict = await ran([flow("w", [step("a", { successCriteria: ok })])], { tool_a: [[204]] });
    expect(strict.text).toBe(
      'The workflow stopped at the step "a" (tool_a): it was answered with 204, but not as it has to be: $statusCode == 200.\nNothing was done before.',
    );
    const lenient = step("b", {
      successCriteria: [{ condition: "$statusCode == 404" }],
      outputs: { s: "$statusCode" },
    });
    expect(await ran([flow("w", [lenient])], { tool_b: [[404]] })).toMatchObject({ given: { s: 404 }, isError: false });
  });

  it("lets faults through that are none of a step, and ends where it is cancelled", async () => {
    await expect(ran([flow("w", [step("a")])], { tool_a: [new TypeError("no")] })).rejects.toThrow(new TypeError("no"));
    const abort = new AbortController();
    abort.abort();
    expect(await ran([flow("w", [step("a")])], {}, {}, abort)).toMatchObject({
      text: 'The workflow was cancelled before "a".\nNothing was done before.',
      isError: true,
      calls: [],
    });
  });
});

describe("a step that succeeds", () => {
  const to = (name: string, criteria = ok) => ({ type: "goto", step: name, criteria }) as const;
  it.each<[string, WorkflowStep["onSuccess"], string]>([
    ["the next step", [], "a b c"],
    ["nothing", [{ type: "end", criteria: [] }], "a"],
    ["another step", [to("c")], "a c"],
    ["the first that fits", [to("b", never), { type: "end", criteria: never }, to("c"), to("b")], "a c"],
    ["the next step, where none fits", [to("c", never)], "a b c"],
    ["nothing, where there is no such step", [to("d")], "a"],
  ])("is followed by %s", async (_name, onSuccess, want) => {
    expect(tools(await ran([flow("w", [step("a", { onSuccess }), step("b"), step("c")])]))).toBe(want);
  });

  it("may be followed by another workflow, which gives what the whole gives", async () => {
    const onSuccess = [
      { type: "goto", call: { workflow: "run_v", inputs: { x: "$steps.a.outputs.s" } }, criteria: [] },
    ] as const;
    const other = flow("v", [step("c", { outputs: { got: "$inputs.x" } })]);
    const whole = await ran([
      flow("w", [step("a", { onSuccess, outputs: { s: "$statusCode" } }), step("b")], { outputs: { s: 1 } }),
      other,
    ]);
    expect(whole).toMatchObject({ given: { got: 200 }, isError: false });
    expect(whole.calls).toEqual([
      ["tool_a", {}, 0],
      ["run_v", { x: 200 }, 0],
      ["tool_c", {}, 0],
    ]);
  });
});

describe("a step that fails", () => {
  const failing: Readonly<Record<string, readonly Answer[]>> = { tool_a: [[500]] };
  const retry = { type: "retry", afterMs: 100, limit: 2, criteria: [] } as const;

  it.each<[string, WorkflowStep["onFailure"], string, boolean]>([
    ["nothing", [], "a", true],
    [
      "nothing, where it says so",
      [
        { type: "end", criteria: [] },
        { type: "goto", step: "c", criteria: [] },
      ],
      "a",
      true,
    ],
    ["another step", [{ type: "goto", step: "c", criteria: [] }], "a c", false],
    [
      "the first that fits",
      [
        { type: "end", criteria: never },
        { type: "goto", step: "c", criteria: [{ condition: "$statusCode == 500" }] },
      ],
      "a c",
      false,
    ],
    ["itself, as often as it may be", [retry], "a a a", true],
    ["what stands behind that then", [retry, { type: "goto", step: "c", criteria: [] }], "a a a c", false],
  ])("is followed by %s", async (_name, onFailure, want, isError) => {
    const whole = await ran([flow("w", [step("a", { onFailure }), step("b"), step("c")])], failing);
    expect([tools(whole), whole.isError]).toEqual([want, isError]);
  });

  it("is repeated after its pause, or when the API says", async () => {
    const times = async (headers: Record<string, string>): Promise<readonly number[]> => {
      const answers = { tool_a: [[429, undefined, headers] as const] };
      return (await ran([flow("w", [step("a", { onFailure: [retry] })])], answers)).calls.map(([, , ms]) => ms);
    };
    expect(await times({})).toEqual([0, 100, 200]);
    expect(await times({ "retry-after": "2" })).toEqual([0, 2_000, 4_000]);
    expect(await times({ "retry-after": "0" })).toEqual([0, 0, 0]);
    expect(await times({ "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" })).toEqual([0, 100, 200]);
    expect(await times({ "retry-after": "300" })).toEqual([0, 300_000]);
    expect(await times({ "retry-after": "301" })).toEqual([0]);
  });

  it("may be repeated as often again once it has succeeded", async () => {
    const back = step("b", {
      onSuccess: [{ type: "goto", step: "a", criteria: [{ condition: "$response.body#/more == true" }] }],
    });
    const whole = await ran([flow("w", [step("a", { onFailure: [retry] }), back])], {
      tool_a: [[500], [500], [200], [500], [500], [200]],
      tool_b: [
        [200, { more: true }],
        [200, {}],
      ],
    });
    expect([tools(whole), whole.isError]).toEqual(["a a a b a a a b", false]);
  });

  it("is repeated after another step, or another workflow", async () => {
    const first = { ...retry, first: { step: "c" } };
    const again = [step("a", { onFailure: [first] }), step("b"), step("c")];
    const answers = { tool_a: [[500] as const, [200] as const] };
    expect(tools(await ran([flow("w", again)], answers))).toBe("a c a b c");
    const failed = await ran([flow("w", again)], { ...answers, tool_c: [[401]] });
    expect(failed.text).toBe(
      'The workflow stopped at the step "c" (tool_c), before "a" was repeated: HTTP 401\nNothing was done before.',
    );
    const unknown = step("a", { onFailure: [{ ...retry, first: { step: "none" } }] });
    expect(tools(await ran([flow("w", [unknown])], answers))).toBe("a a");
    const other = step("a", { onFailure: [{ ...retry, first: { call: { workflow: "run_v", inputs: { y: 1 } } } }] });
    const whole = await ran([flow("w", [other]), flow("v", [step("d")])], answers);
    expect([tools(whole), whole.calls[1]?.[1]]).toEqual(["a run_v d a", { y: 1 }]);
    const late = await ran([flow("w", [other]), flow("v", [step("d")])], { ...answers, tool_d: [[500]] });
    expect([tools(late), late.text]).toEqual([
      "a run_v d",
      'The workflow stopped at the step "a/d" (tool_d): HTTP 500\nNothing was done before.',
    ]);
  });
});
