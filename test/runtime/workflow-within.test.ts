/** Workflows within each other: what they give, how they fail, and which are run before. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flow, inner, ok, ran, step, tools } from "./workflow-runner.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a workflow within another", () => {
  it("gives its outputs to the step that runs it", async () => {
    const outer = inner("a", "run_v", {
      call: { workflow: "run_v", inputs: { x: "$inputs.x", none: "$inputs.none" } },
      outputs: {
        got: "$outputs.y",
        status: "$statusCode",
        of: "$workflows.v.outputs.y",
        mine: "$workflows.w.inputs.x",
      },
    });
    const v = flow("v", [step("b", { outputs: { y: "$inputs.x" } })]);
    const whole = await ran(
      [flow("w", [outer, step("c")], { outputs: { all: "$steps.a.outputs" } }), v],
      { tool_c: [[500]] },
      { x: 3 },
    );
    expect(whole.calls.slice(0, 2)).toEqual([
      ["run_v", { x: 3 }, 0],
      ["tool_b", {}, 0],
    ]);
    expect(whole.text).toBe(
      'The workflow stopped at the step "c" (tool_c): HTTP 500\nDone before, and not undone: a/b (tool_b: 200) gave {"y":3}, a (run_v) gave {"got":3,"status":200,"of":3,"mine":3}.',
    );
    expect(whole.options[0]).toMatchObject({ recorded: true, within: { path: "a/" } });
  });

  it("that fails is a failure of that step, whatever its criteria, which may go another way", async () => {
    const v = flow("v", [step("b")]);
    const answers = { tool_b: [[500] as const] };
    const text = 'The workflow stopped at the step "a/b" (tool_b): HTTP 500\nNothing was done before.';
    const criteria = { successCriteria: [{ condition: "$statusCode == 500" }] };
    expect(await ran([flow("w", [inner("a", "run_v", criteria)]), v], answers)).toMatchObject({ text, isError: true });
    const onFailure = [{ type: "goto", step: "c", criteria: [{ condition: "$statusCode == 500" }] }] as const;
    const whole = await ran([flow("w", [inner("a", "run_v", { onFailure }), step("c")]), v], answers);
    expect([tools(whole), whole.isError]).toEqual(["run_v b c", false]);
    const unmet = inner("a", "run_v", { successCriteria: [{ condition: "$outputs.x == 1" }] });
    expect((await ran([flow("w", [unmet]), v])).text).toBe(
      'The workflow stopped at the step "a" (run_v): it was answered with 200, but not as it has to be: $outputs.x == 1.\nDone before, and not undone: a/b (tool_b: 200).',
    );
  });

  it("that calls nothing has no status", async () => {
    const unmet = inner("a", "run_v", { successCriteria: ok });
    expect((await ran([flow("w", [unmet]), flow("v", [])])).text).toBe(
      'The workflow stopped at the step "a" (run_v): it was answered with no status, but not as it has to be: $statusCode == 200.\nNothing was done before.',
    );
  });

  it("that has come to its limits stops the whole", async () => {
    const onFailure = [{ type: "goto", step: "c", criteria: [] }] as const;
    const loop = flow("v", [step("b", { onSuccess: [{ type: "goto", step: "b", criteria: [] }] })]);
    const whole = await ran([flow("w", [inner("a", "run_v", { onFailure }), step("c")]), loop]);
    expect(whole.text).toMatch(
      /^The workflow was stopped before "b": it made 100 calls\.\nDone before, and not undone: /,
    );
    expect(whole.calls).toHaveLength(101);
  });

  it("is run before, where that depends on it, once", async () => {
    const dependsOn = ["run_v", "run_u"].map((workflow) => ({ workflow, inputs: { z: 1 } }));
    const u = flow("u", [step("d", { outputs: { z: "$inputs.z" } })], { dependsOn: dependsOn.slice(0, 1) });
    const main = flow("w", [step("a")], {
      dependsOn,
      outputs: { z: "$workflows.u.outputs.z", given: "$workflows.u.inputs.z" },
    });
    const v = flow("v", [step("b")]);
    const whole = await ran([main, v, u]);
    expect([tools(whole), whole.given]).toEqual(["run_v b run_u d a", { z: 1, given: 1 }]);
    const failed = await ran([main, v, u], { tool_d: [[500]] });
    expect(failed.text).toBe(
      'The workflow stopped at the step "u/d" (tool_d): HTTP 500\nDone before, and not undone: v/b (tool_b: 200).',
    );
    const missing = await ran([flow("w", [step("a")], { dependsOn: [{ workflow: "tool_x", inputs: {} }] })], {
      tool_x: [[500]],
    });
    expect(missing.text).toBe('The workflow stopped before "tool_x" (tool_x): HTTP 500\nNothing was done before.');
  });
});
