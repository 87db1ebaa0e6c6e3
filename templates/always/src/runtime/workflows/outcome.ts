/** What a step of a workflow came to, and what is said of it. */
import type { JsonObject, JsonValue } from "../data/model.js";
import type { WorkflowStep } from "../data/project.js";
import type { CallResult } from "../response/result.js";
import type { Stopped } from "./record.js";
import type { StepExchange } from "./values.js";

/** What a step came to. */
export interface Outcome {
  readonly result: CallResult;
  readonly exchange: StepExchange;
  /** What another workflow gave, or why it did not come to its end. */
  readonly given?: JsonObject;
  readonly stopped?: Stopped | undefined;
}

export const nothingCalled: StepExchange = {
  method: "",
  statusCode: undefined,
  sent: new Map(),
  requestBody: undefined,
  headers: new Headers(),
  body: undefined,
};

export function calledBy(step: WorkflowStep): string {
  return "tool" in step ? step.tool : step.call.workflow;
}

export function failure(text: string): CallResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** What an answer holds, as the model would have seen it: after the hooks of the owner. */
export function answeredBody(result: CallResult): JsonValue | undefined {
  if (result.structuredContent !== undefined) return result.structuredContent;
  const [block] = result.content;
  if (block?.type !== "text") return undefined;
  try {
    return JSON.parse(block.text) as JsonValue;
  } catch {
    return block.text;
  }
}

export function textOf([block]: CallResult["content"]): string {
  return block?.type === "text" ? block.text : "It failed.";
}

export function reasonOf(
  { result, exchange: { statusCode } }: Outcome,
  { successCriteria }: WorkflowStep,
): string {
  if (result.isError === true) return textOf(result.content);
  const criteria = successCriteria.map((criterion) =>
    "condition" in criterion
      ? criterion.condition
      : `${criterion.context} has ${"pattern" in criterion ? criterion.pattern : criterion.query}`,
  );
  return `it was answered with ${statusCode ?? "no status"}, but not as it has to be: ${criteria.join(", and ")}.`;
}
