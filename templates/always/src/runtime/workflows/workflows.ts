/** The part that runs workflows: a tool for each. */
import type { WorkflowTool } from "../call/call.js";
import { Late } from "../data/late.js";
import type { JsonObject } from "../data/model.js";
import type { WorkflowData } from "../data/project.js";
import { type RunServices, runWorkflow } from "./run.js";
import type { JsonPathPart } from "../tools/tool-parts.js";

/** @param part reads JSONPath, where a workflow asks by it; loaded at the first run */
export function workflowTools(
  workflows: readonly WorkflowData[],
  part?: () => Promise<JsonPathPart>,
): readonly WorkflowTool[] {
  const named = new Map(
    workflows.map((workflow) => [workflow.listing.name, workflow]),
  );
  const services = new Late<RunServices>(async () => {
    const jsonPath = await (await part?.())?.loadJsonPath();
    return {
      workflows: named,
      ...(jsonPath === undefined ? {} : { jsonPath }),
    };
  });
  return workflows.map((workflow) => ({
    ...workflow.listing,
    inputSchema: { ...workflow.listing.inputSchema } as JsonObject & {
      readonly type: "object";
    },
    run() {
      throw new Error("A workflow runs with the call that asks for it");
    },
    runWith: async (args, call) =>
      runWorkflow(workflow, args, call, await services.get()),
  }));
}
