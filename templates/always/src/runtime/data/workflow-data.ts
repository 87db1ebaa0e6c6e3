/** `generated/workflows.json`: tools that call several operations, one after another, as an Arazzo document says. */
import type { JsonValue } from "./json.js";
import type { ParameterLocation, ToolListing } from "./model.js";

/** Arazzo 1.0.1 §4.6.4. Texts may hold runtime expressions (§4.7). */
export interface WorkflowData {
  readonly listing: ToolListing;
  readonly steps: readonly WorkflowStep[];
  /** By name, an expression; empty: those of the last step. */
  readonly outputs: WorkflowOutputs;
}

export type WorkflowOutputs = { readonly [name: string]: string };

/** §4.6.5 */
export interface WorkflowStep {
  readonly id: string;
  /** Name of the tool of its operation. */
  readonly tool: string;
  readonly method: string;
  readonly parameters: readonly WorkflowParameter[];
  readonly body?: WorkflowBody;
  /** All have to hold; empty: the answer is no failure. */
  readonly successCriteria: readonly WorkflowCriterion[];
  /** The first that fits is taken; where none does, the next step follows, or after a failure nothing. */
  readonly onSuccess: readonly WorkflowAction[];
  readonly onFailure: readonly WorkflowAction[];
  readonly outputs: WorkflowOutputs;
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
    /** JSON pointer into the payload. */
    readonly target: string;
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
  | { readonly context: string; readonly pattern: string };

export type WorkflowAction = {
  readonly criteria: readonly WorkflowCriterion[];
} & (
  | { readonly type: "end" }
  | { readonly type: "goto"; readonly step: string }
  | {
      readonly type: "retry";
      readonly afterMs: number;
      /** How often the step is repeated at most. */
      readonly limit: number;
    }
);
