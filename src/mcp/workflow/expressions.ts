/** What a workflow's texts may name: inputs that there are, steps and workflows that come before. */
import {
  type Expression,
  embedded,
  isExpression,
  isSelector,
  keysOf,
  parseExpression,
} from "../../../templates/always/src/runtime/workflows/expression.ts";
import {
  ConditionFault,
  expressionsIn,
  parseCondition,
} from "../../../templates/always/src/runtime/workflows/condition.ts";
import { withLiterals } from "../../../templates/always/src/runtime/workflows/selection.ts";
import type { WorkflowCriterion } from "../../../templates/always/src/runtime/data/project.ts";
import type { Json } from "../../base/json.ts";
import { patternOf } from "../../base/pattern.ts";
import { visible } from "../../base/visible.ts";
import type { CriterionWish, WorkflowWish } from "../curation/workflow.ts";
import type { Place } from "../curation/curation.ts";
import { meant } from "./operation-of.ts";
import type { QueryFault } from "./query-check.ts";

/** Told of a fault at a place. */
export type TellAt = (place: Place, message: string) => void;

/** What has been called where a text stands: nothing yet, an operation, or another workflow, whose outputs are these. */
export type Called = false | true | { readonly outputs: readonly string[] };

export class Expressions {
  readonly #workflow: WorkflowWish;
  /** By step, its outputs. */
  readonly #steps: ReadonlyMap<string, readonly string[]>;
  /** Workflows that are run before, or by it. */
  readonly #others: readonly WorkflowWish[];
  readonly #tell: TellAt;
  readonly #queryFault: QueryFault;

  constructor(
    workflow: WorkflowWish,
    others: readonly WorkflowWish[],
    tell: TellAt,
    queryFault: QueryFault = () => undefined,
  ) {
    this.#workflow = workflow;
    this.#steps = new Map(workflow.steps.map(({ id, outputs }) => [id, outputs.map(({ name }) => name)]));
    this.#others = others;
    this.#tell = tell;
    this.#queryFault = queryFault;
  }

  /** @param called what `$response`, `$outputs` and the like can stand for */
  expression(text: string, place: Place, called: Called): void {
    const parsed = parseExpression(text);
    if (parsed === undefined) this.#tell(place, `"${visible(text)}" is no expression that a step can evaluate`);
    else this.#named(parsed, text, place, called);
  }

  /** All expressions of a value: whole texts, `{$…}` within texts, selectors. */
  value(value: Json, place: Place, called: Called = false): void {
    if (typeof value === "string") return this.#text(value, place, called);
    if (typeof value !== "object" || value === null) return;
    if (isSelector(value)) {
      this.expression(value.context, place, called);
      return this.query(value.selector, place);
    }
    for (const member of Object.values(value) as readonly Json[]) this.value(member, place, called);
  }

  /** What an output is: an expression or a selector, and no other text. */
  output(value: Json, place: Place, called: Called): void {
    if (typeof value === "string" && !isWhole(value)) this.expression(value, place, called);
    else this.value(value, place, called);
  }

  query(query: string, place: Place): void {
    // What an expression comes to is a literal.
    const fault = this.#queryFault(withLiterals(query, () => "") ?? query);
    if (fault !== undefined) this.#tell(place, `"${visible(query)}" ${visible(fault)}`);
  }

  criterion({ condition, context = "", type, place }: CriterionWish, called: Called): WorkflowCriterion {
    if (type === "simple") {
      this.#condition(condition, place, called);
      return { condition };
    }
    if (context !== "") this.expression(context, place, called);
    const parts = embedded(condition);
    for (const part of parts) if (typeof part !== "string") this.expression(part.expression, place, called);
    if (type === "jsonpath") {
      this.query(condition, place);
      return { context, query: condition };
    }
    if (patternOf(parts.map((part) => (typeof part === "string" ? part : "x")).join("")) === undefined)
      this.#tell(place, `"${visible(condition)}" is no regular expression that runs in bounded time`);
    return { context, pattern: condition };
  }

  #condition(condition: string, place: Place, called: Called): void {
    try {
      for (const text of expressionsIn(parseCondition(condition))) this.expression(text, place, called);
    } catch (fault) {
      if (!(fault instanceof ConditionFault)) throw fault;
      this.#tell(place, `The condition "${visible(condition)}" ${visible(fault.message)}`);
    }
  }

  #text(text: string, place: Place, called: Called): void {
    if (isExpression(text)) return this.expression(text, place, called);
    for (const part of embedded(text)) if (typeof part !== "string") this.expression(part.expression, place, called);
  }

  #named(expression: Expression, text: string, place: Place, called: Called): void {
    switch (expression.kind) {
      case "inputs":
        return this.#among(expression.name, this.#workflow.inputNames, "The workflow has no input", place);
      case "outputs": {
        const outputs = this.#steps.get(expression.step);
        if (outputs === undefined)
          return this.#tell(
            place,
            `The workflow has no step "${visible(expression.step)}"${meant(expression.step, [...this.#steps.keys()])}`,
          );
        return this.#among(expression.name, outputs, `The step "${visible(expression.step)}" has no output`, place);
      }
      case "given":
        if (typeof called !== "object")
          return this.#tell(place, `"${visible(text)}" is not known here: the step runs no workflow that gives it`);
        return this.#among(expression.name, called.outputs, "The workflow that the step runs has no output", place);
      case "workflow":
        return this.#ofWorkflow(expression, place);
      default:
        if (called === false) this.#tell(place, `"${visible(text)}" is not known here: nothing has been called yet`);
    }
  }

  #ofWorkflow({ workflow: id, of, name }: Extract<Expression, { kind: "workflow" }>, place: Place): void {
    const known = [...this.#others, ...(of === "inputs" ? [this.#workflow] : [])];
    const found = known.find((other) => other.id === id);
    if (found === undefined)
      return this.#tell(
        place,
        `No workflow "${visible(id)}" is run before this: name it in dependsOn${meant(
          id,
          known.map((other) => other.id),
        )}`,
      );
    const names = of === "inputs" ? found.inputNames : outputNames(found);
    this.#among(name, names, `The workflow "${visible(id)}" has no ${of === "inputs" ? "input" : "output"}`, place);
  }

  /** A name may hold dots, or lead further into what it names. */
  #among(name: string, names: readonly string[], lacking: string, place: Place): void {
    const [first = ""] = keysOf(name);
    if (names.includes(name) || names.includes(first)) return;
    this.#tell(place, `${lacking} "${visible(name)}"${meant(name, names)}`);
  }
}

/** Whether a text is one expression in `{…}`. */
function isWhole(text: string): boolean {
  const parts = embedded(text);
  return parts.length === 1 && typeof parts[0] !== "string";
}

/** The names of what a workflow gives: without outputs, those of its last step. */
export function outputNames({ outputs, steps }: WorkflowWish): readonly string[] {
  return (outputs.length === 0 ? (steps.at(-1)?.outputs ?? []) : outputs).map(({ name }) => name);
}
