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
  /** Those that have to be given, since they have no default. */
  readonly requiredInputs: readonly string[];
  /** Workflows that have to be done before. */
  readonly dependsOn: readonly Reference[];
  readonly steps: readonly StepWish[];
  readonly outputs: readonly NamedValue[];
  /** Addresses of the document that it stands in: a reference without a source means one of them. */
  readonly document: readonly string[];
  /** By name, what else its document names. */
  readonly sources: ReadonlyMap<string, SourceWish>;
  readonly place: Place;
}

/** §4.6.3 */
export interface SourceWish {
  readonly type: "openapi" | "arazzo";
  /** Where it may be: absolute paths or URLs. */
  readonly addresses: readonly string[];
}

/** A text that names something, and where it stands. */
export interface Reference {
  readonly text: string;
  readonly place: Place;
}

/** §4.6.5; one of `operationId`, `operationPath` and `workflow` is there. */
export interface StepWish {
  readonly id: string;
  readonly operationId?: string;
  readonly operationPath?: string;
  readonly workflow?: Reference;
  readonly parameters: readonly ParameterWish[];
  readonly body?: BodyWish;
  readonly successCriteria: readonly CriterionWish[];
  readonly onSuccess: readonly ActionWish[];
  readonly onFailure: readonly ActionWish[];
  readonly outputs: readonly NamedValue[];
  /** Steps that have to be done before (1.1.0). */
  readonly dependsOn: readonly Reference[];
  /** Milliseconds (1.1.0). */
  readonly timeout?: number;
  readonly place: Place;
}

/** An expression or a selector. */
export interface NamedValue {
  readonly name: string;
  readonly value: Json;
  readonly place: Place;
}

export interface ParameterWish {
  readonly name: string;
  /** Absent for inputs of a workflow. */
  readonly in?: string;
  readonly value: Json;
  /** Whether it is given to every step of its workflow. */
  readonly isShared?: true;
  readonly place: Place;
}

export interface BodyWish {
  readonly contentType?: string;
  readonly payload: Json;
  readonly replacements: readonly {
    readonly target: string;
    readonly isQuery?: true;
    readonly value: Json;
    readonly place: Place;
  }[];
  readonly place: Place;
}

export interface CriterionWish {
  readonly condition: string;
  readonly context?: string;
  readonly type: "simple" | "regex" | "jsonpath";
  readonly place: Place;
}

export interface ActionWish {
  readonly type: "end" | "goto" | "retry";
  readonly name: string;
  readonly step?: string;
  readonly workflow?: Reference;
  /** Inputs of that workflow (1.1.0). */
  readonly parameters: readonly ParameterWish[];
  /** Seconds. */
  readonly retryAfter?: number;
  readonly retryLimit?: number;
  readonly criteria: readonly CriterionWish[];
  readonly place: Place;
}
