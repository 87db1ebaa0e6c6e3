/** Runs workflows against tools that give what a test says, with the time of fake timers. */
import { vi } from "vitest";
import type { JsonObject } from "../../templates/always/src/runtime/data/model.ts";
import type {
  OperationStep,
  SubworkflowStep,
  WorkflowData,
  WorkflowStep,
} from "../../templates/always/src/runtime/data/project.ts";
import type { CallResult } from "../../templates/always/src/runtime/response/result.ts";
import { runWorkflow } from "../../templates/always/src/runtime/workflows/run.ts";

type Caller = Parameters<typeof runWorkflow>[2];
type Options = NonNullable<Parameters<Caller["callTool"]>[2]>;
/** An answer of the API: its status, what it holds, headers. */
export type Answer = readonly [status: number, body?: unknown, headers?: Record<string, string>];

export const step = (id: string, more: Partial<OperationStep> = {}): OperationStep => ({
  id,
  tool: `tool_${id}`,
  method: "GET",
  parameters: [],
  successCriteria: [],
  onSuccess: [],
  onFailure: [],
  outputs: {},
  ...more,
});
export const inner = (id: string, workflow: string, more: Partial<SubworkflowStep> = {}): SubworkflowStep => {
  const { tool: _, method: __, parameters: ___, ...rest } = step(id);
  return { ...rest, call: { workflow, inputs: {} }, ...more };
};
export const flow = (id: string, steps: readonly WorkflowStep[], more: Partial<WorkflowData> = {}): WorkflowData => ({
  id,
  listing: { name: `run_${id}`, inputSchema: { type: "object", properties: {} } } as unknown as WorkflowData["listing"],
  steps,
  outputs: {},
  ...more,
});
export const ok = [{ condition: "$statusCode == 200" }];
export const never = [{ condition: "$statusCode == 0" }];

export interface Ran {
  readonly text: string;
  readonly given: unknown;
  readonly isError: boolean;
  /** What was called, and after how many milliseconds. */
  readonly calls: readonly (readonly [tool: string, args: JsonObject, ms: number])[];
  readonly options: readonly Options[];
}

/** Runs the first of some workflows; each tool gives its answers in turn, the last one for good. */
export async function ran(
  workflows: readonly WorkflowData[],
  answers: Readonly<Record<string, readonly (Answer | Error)[]>> = {},
  inputs: JsonObject = {},
  abort: AbortController = new AbortController(),
): Promise<Ran> {
  const named = new Map(workflows.map((one) => [one.listing.name, one]));
  const calls: (readonly [string, JsonObject, number])[] = [];
  const options: Options[] = [];
  const begin = performance.now();
  const callTool: Caller["callTool"] = async (tool, args, manner = {}) => {
    calls.push([tool, args, performance.now() - begin]);
    options.push(manner);
    const workflow = named.get(tool);
    if (workflow !== undefined)
      return runWorkflow(workflow, args, { callTool, signal: abort.signal, within: manner.within } as Caller, {
        workflows: named,
      });
    const before = calls.filter(([other]) => other === tool).length - 1;
    const all = answers[tool] ?? [[200]];
    const answer = all[Math.min(before, all.length - 1)] ?? [200];
    if (answer instanceof Error) throw answer;
    const [status, body, headers] = answer as Answer;
    manner.observe?.(`https://a.example/${tool}`, { status, headers: new Headers(headers) } as never);
    return {
      content: [{ type: "text", text: `HTTP ${status}` }],
      ...(body === undefined ? {} : { structuredContent: body }),
      ...(status >= 400 ? { isError: true } : {}),
    } as CallResult;
  };
  const [first] = workflows;
  if (first === undefined) throw new Error("no workflow");
  const running = runWorkflow(first, inputs, { callTool, signal: abort.signal } as Caller, { workflows: named });
  const settled = running.then(
    (value) => ({ value }),
    (fault: unknown) => ({ fault }),
  );
  await vi.runAllTimersAsync();
  const end = await settled;
  if ("fault" in end) throw end.fault;
  const { content, structuredContent, isError } = end.value;
  const [block] = content;
  return {
    text: block?.type === "text" ? block.text : "",
    given: structuredContent,
    isError: isError === true,
    calls,
    options,
  };
}
export const tools = ({ calls }: Ran): string => calls.map(([tool]) => tool.replace("tool_", "")).join(" ");
