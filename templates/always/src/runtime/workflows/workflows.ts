/** The part that runs workflows: a tool for each. */
import type { WorkflowTool } from "../call/call.js";
import type { JsonObject } from "../data/model.js";
import type { WorkflowData } from "../data/workflow-data.js";
import { runWorkflow } from "./run.js";

export function workflowTools(
  workflows: readonly WorkflowData[],
): readonly WorkflowTool[] {
  return workflows.map((workflow) => ({
    ...workflow.listing,
    inputSchema: { ...workflow.listing.inputSchema } as JsonObject & {
      readonly type: "object";
    },
    run() {
      throw new Error("A workflow runs with the call that asks for it");
    },
    runWith: (args, call) => runWorkflow(workflow, args, call),
  }));
}
