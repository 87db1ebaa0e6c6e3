/** What a workflow's texts may name: inputs that there are, steps that come before. */
import {
  type Expression,
  embedded,
  isExpression,
  parseExpression,
} from "../../../templates/always/src/runtime/workflows/expression.ts";
import {
  ConditionFault,
  expressionsIn,
  parseCondition,
} from "../../../templates/always/src/runtime/workflows/condition.ts";
import type { WorkflowCriterion } from "../../../templates/always/src/runtime/data/workflow-data.ts";
import type { Json } from "../../base/json.ts";
import { patternOf } from "../../base/pattern.ts";
import { likelyName } from "../../base/suggest.ts";
import { visible } from "../../base/visible.ts";
import type { CriterionWish, WorkflowWish } from "../curation/workflow.ts";
import type { Place } from "../curation/curation.ts";

/** Told of a fault at a place. */
export type TellAt = (place: Place, message: string) => void;

export class Expressions {
  readonly #inputs: readonly string[];
  /** By step, its outputs. */
  readonly #steps: ReadonlyMap<string, readonly string[]>;
  readonly #tell: TellAt;

  constructor(workflow: WorkflowWish, tell: TellAt) {
    this.#inputs = workflow.inputNames;
    this.#steps = new Map(workflow.steps.map(({ id, outputs }) => [id, outputs.map(({ name }) => name)]));
    this.#tell = tell;
  }

  /** @param isCalled whether a call has been made that `$response` and the like can stand for */
  expression(text: string, place: Place, isCalled: boolean): void {
    const parsed = parseExpression(text);
    if (parsed === undefined) this.#tell(place, `"${visible(text)}" is no expression that a step can evaluate`);
    else this.#named(parsed, text, place, isCalled);
  }

  /** All expressions of a value, whole texts and `{$…}` within texts. */
  value(value: Json, place: Place): void {
    if (typeof value === "string") return this.#text(value, place);
    if (typeof value !== "object" || value === null) return;
    for (const member of Object.values(value) as readonly Json[]) this.value(member, place);
  }

  criterion({ condition, context, type, place }: CriterionWish): WorkflowCriterion {
    if (type === "regex") {
      const given = context ?? "";
      if (given !== "") this.expression(given, place, true);
      if (patternOf(condition) === undefined)
        this.#tell(place, `"${visible(condition)}" is no regular expression that runs in bounded time`);
      return { context: given, pattern: condition };
    }
    try {
      for (const text of expressionsIn(parseCondition(condition))) this.expression(text, place, true);
    } catch (fault) {
      if (!(fault instanceof ConditionFault)) throw fault;
      this.#tell(place, `The condition "${visible(condition)}" ${visible(fault.message)}`);
    }
    return { condition };
  }

  #text(text: string, place: Place): void {
    if (isExpression(text)) return this.expression(text, place, false);
    for (const part of embedded(text)) if (typeof part !== "string") this.expression(part.expression, place, false);
  }

  #named(expression: Expression, text: string, place: Place, isCalled: boolean): void {
    switch (expression.kind) {
      case "inputs": {
        const [first = ""] = expression.name.split(".");
        if (this.#inputs.includes(expression.name) || this.#inputs.includes(first)) return;
        return this.#tell(
          place,
          `The workflow has no input "${visible(expression.name)}"${meant(expression.name, this.#inputs)}`,
        );
      }
      case "outputs": {
        const outputs = this.#steps.get(expression.step);
        if (outputs === undefined)
          return this.#tell(
            place,
            `The workflow has no step "${visible(expression.step)}"${meant(expression.step, [...this.#steps.keys()])}`,
          );
        const [first = ""] = expression.name.split(".");
        if (outputs.includes(expression.name) || outputs.includes(first)) return;
        return this.#tell(
          place,
          `The step "${visible(expression.step)}" has no output "${visible(expression.name)}"${meant(expression.name, outputs)}`,
        );
      }
      default:
        if (!isCalled) this.#tell(place, `"${visible(text)}" is not known here: nothing has been called yet`);
    }
  }
}

function meant(wanted: string, names: readonly string[]): string {
  const likely = likelyName(wanted, names);
  return likely === undefined ? "" : `; did you mean "${visible(likely)}"?`;
}
