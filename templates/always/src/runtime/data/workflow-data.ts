/** `generated/workflows.json`: tools that call several operations, one after another, as an Arazzo document says. */
import type { JsonObject, JsonValue } from "./model-parts.js";
import type { ParameterLocation, ToolListing } from "./model.js";

/** Arazzo 1.0.1 §4.6.4. Texts may hold runtime expressions (§4.7), and values be selectors (1.1.0, Selector Object). */
export interface WorkflowData {
  /** Its workflowId: expressions name it by that. */
  readonly id: string;
  readonly listing: ToolListing;
  /** What is run before it, where it was not yet; absent: nothing. */
  readonly dependsOn?: readonly WorkflowCall[];
  readonly steps: readonly WorkflowStep[];
  /** By name, an expression or a selector; empty: those of the last step. */
  readonly outputs: JsonObject;
}

/** §4.6.5 */
export type WorkflowStep = OperationStep | SubworkflowStep;

interface StepData {
  readonly id: string;
  /** All have to hold; empty: the answer is no failure. */
  readonly successCriteria: readonly WorkflowCriterion[];
  /** The first that fits is taken; where none does, the next step follows, or after a failure nothing. */
  readonly onSuccess: readonly WorkflowAction[];
  readonly onFailure: readonly WorkflowAction[];
  readonly outputs: JsonObject;
  /** Longer than that it may not take. Absent: as long as a call may. */
  readonly timeoutMs?: number;
}

/** A step that calls an operation. */
export interface OperationStep extends StepData {
  /** Name of the tool of its operation. */
  readonly tool: string;
  readonly method: string;
  readonly parameters: readonly WorkflowParameter[];
  readonly body?: WorkflowBody;
}

/** A step that runs another workflow. */
export interface SubworkflowStep extends StepData {
  readonly call: WorkflowCall;
}

/** A run of another workflow. */
export interface WorkflowCall {
  /** Name of its tool. */
  readonly workflow: string;
  /** By the name of its input. */
  readonly inputs: JsonObject;
}

export interface WorkflowParameter {
  readonly in: ParameterLocation;
  readonly name: string;
  /** Argument of the tool that stands for it. */
  readonly argument: string;
  readonly value: JsonValue;
}

export interface WorkflowBody {
  readonly payload: JsonValue;
  readonly replacements: readonly {
    /** JSON pointer into the payload, or a JSONPath query. */
    readonly target: string;
    readonly isQuery?: true;
    readonly value: JsonValue;
  }[];
  /** Argument that takes all of it; absent where its fields are arguments. */
  readonly argument?: string;
  /** By the name of a field, its argument. */
  readonly fields?: { readonly [name: string]: string };
  /** Argument that chooses the media type, and the one that is meant. */
  readonly mediaType?: { readonly argument: string; readonly value: string };
}

export type WorkflowCriterion =
  | { readonly condition: string }
  /** What `context` gives has to hold what the regular expression describes. */
  | { readonly context: string; readonly pattern: string }
  /** Of what `context` gives, the JSONPath query has to find something. */
  | { readonly context: string; readonly query: string };

export type WorkflowAction = {
  readonly criteria: readonly WorkflowCriterion[];
} & (
  | { readonly type: "end" }
  | ({ readonly type: "goto" } & WorkflowTarget)
  | {
      readonly type: "retry";
      readonly afterMs: number;
      /** How often the step is repeated at most. */
      readonly limit: number;
      /** What is run before each repetition; absent: nothing. */
      readonly first?: WorkflowTarget;
    }
);

/** Where an action leads: a step of the same workflow, or another workflow. */
export type WorkflowTarget =
  { readonly step: string } | { readonly call: WorkflowCall };
