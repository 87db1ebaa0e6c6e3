/** What a workflow calls. */
import type { WorkflowCall } from "../../../templates/always/src/runtime/data/project.ts";
import type { WorkflowData } from "../model.ts";

/** The tools of the operations that a workflow calls, by way of other workflows as well. */
export function toolsOfWorkflow(workflow: WorkflowData, all: readonly WorkflowData[]): readonly string[] {
  const run = new Set([workflow]);
  for (const one of run)
    for (const { workflow: name } of callsOf(one))
      for (const other of all) if (other.listing.name === name) run.add(other);
  return [...new Set([...run].flatMap(({ steps }) => steps.flatMap((step) => ("tool" in step ? [step.tool] : []))))];
}

/** The runs of other workflows: of steps, of actions, and before all of them. */
function callsOf({ steps, dependsOn = [] }: WorkflowData): readonly WorkflowCall[] {
  return [
    ...dependsOn,
    ...steps.flatMap((step) => [
      ...("call" in step ? [step.call] : []),
      ...[...step.onSuccess, ...step.onFailure].flatMap((action) => {
        const target = action.type === "retry" ? action.first : action.type === "goto" ? action : undefined;
        return target !== undefined && "call" in target ? [target.call] : [];
      }),
    ]),
  ];
}
