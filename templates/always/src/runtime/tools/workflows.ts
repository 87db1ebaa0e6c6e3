/** Workflows as tools beside those of the owner, where a server has that part. */
import type { Custom, CustomTool } from "../custom.js";
import type { Project } from "../data/project.js";
import type { WorkflowData } from "../data/workflow-data.js";
import type { JsonPathPart } from "../data/json-path.js";

/** `workflows/workflows.ts` */
export interface WorkflowPart {
  workflowTools(
    workflows: readonly WorkflowData[],
    jsonPath?: () => Promise<JsonPathPart>,
  ): readonly CustomTool[];
}

/** What the owner adds, and the workflows of the project. */
export async function withWorkflows(
  custom: Custom,
  {
    workflows = [],
    parts,
  }: Project & {
    readonly parts?: {
      readonly workflows?: () => Promise<WorkflowPart>;
      readonly jsonpath?: () => Promise<JsonPathPart>;
    };
  },
): Promise<Custom> {
  const part = await parts?.workflows?.();
  if (part === undefined || workflows.length === 0) return custom;
  return {
    ...custom,
    tools: [
      ...part.workflowTools(workflows, parts?.jsonpath),
      ...(custom.tools ?? []),
    ],
  };
}
