/** Workflows as an Arazzo document says them, its form being checked, its operations and expressions not yet. */
import type { Json, JsonObject } from "../../base/json.ts";
import type { Place } from "./curation.ts";

/** Arazzo 1.0.1 §4.6.4 */
export interface WorkflowWish {
  readonly id: string;
  readonly summary?: string;
  readonly description?: string;
  /** JSON Schema of an object. */
  readonly inputs: JsonObject;
  readonly inputNames: readonly string[];
  readonly steps: readonly StepWish[];
  readonly outputs: readonly NamedExpression[];
  readonly place: Place;
}

/** §4.6.5 */
export interface StepWish {
  readonly id: string;
  readonly operationId?: string;
  readonly operationPath?: string;
  readonly parameters: readonly ParameterWish[];
  readonly body?: BodyWish;
  readonly successCriteria: readonly CriterionWish[];
  readonly onSuccess: readonly ActionWish[];
  readonly onFailure: readonly ActionWish[];
  readonly outputs: readonly NamedExpression[];
  readonly place: Place;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
  readonly place: Place;
}

export interface ParameterWish {
  readonly name: string;
  readonly in: string;
  readonly value: Json;
  readonly place: Place;
}

export interface BodyWish {
  readonly contentType?: string;
  readonly payload: Json;
  readonly replacements: readonly { readonly target: string; readonly value: Json; readonly place: Place }[];
  readonly place: Place;
}

export interface CriterionWish {
  readonly condition: string;
  readonly context?: string;
  readonly type: "simple" | "regex";
  readonly place: Place;
}

export interface ActionWish {
  readonly type: "end" | "goto" | "retry";
  readonly step?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly retryLimit?: number;
  readonly criteria: readonly CriterionWish[];
  readonly place: Place;
}
