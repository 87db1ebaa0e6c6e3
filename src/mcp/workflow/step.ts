/** The steps of a workflow: their arguments, bodies and actions, with every fault at its place. */
import type {
  OperationStep,
  WorkflowAction,
  WorkflowBody,
  WorkflowParameter,
  WorkflowStep,
  WorkflowTarget,
} from "../../../templates/always/src/runtime/data/project.ts";
import { isExpression, isSelector } from "../../../templates/always/src/runtime/workflows/expression.ts";
import { defined } from "../../base/defined.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { visible } from "../../base/visible.ts";
import type {
  ActionWish,
  BodyWish,
  NamedValue,
  ParameterWish,
  Reference,
  StepWish,
  WorkflowWish,
} from "../curation/workflow.ts";
import type { Tool } from "../model.ts";
import { type Called, type Expressions, outputNames, type TellAt } from "./expressions.ts";
import { formPayload, jsonPayload } from "./payload.ts";
import type { Workflows } from "./references.ts";

/** How often a step is repeated where its action says nothing (Arazzo 1.0.1 §4.6.8), and at most. */
const usualRetries = 1;
const mostRetries = 20;
/** Seconds between two tries at most. */
const longestPause = 60;

/** What a step is built with. */
export interface StepContext {
  readonly workflow: WorkflowWish;
  readonly workflows: Workflows;
  readonly expressions: Expressions;
  readonly tell: TellAt;
}

/** A step that calls the operation of a tool. */
export function operationStep(step: StepWish, tool: Tool, context: StepContext): OperationStep {
  const { expressions } = context;
  for (const { value, place } of step.parameters) expressions.value(value, place);
  const body = step.body === undefined ? undefined : bodyOf(step.body, tool, context);
  return {
    ...stepData(step, true, context),
    tool: tool.listing.name,
    method: tool.call.request.method,
    parameters: step.parameters.flatMap((parameter) => parameterOf(parameter, tool, context.tell) ?? []),
    ...defined({ body }),
  };
}

/** A step that runs another workflow; `undefined` where there is no such workflow. */
export function workflowStep(step: StepWish, reference: Reference, context: StepContext): WorkflowStep | undefined {
  const { workflow, workflows, expressions, tell } = context;
  for (const { value, place } of step.parameters) expressions.value(value, place);
  const call = workflows.callOf(reference, workflow, step.parameters, false, tell);
  const called = workflows.find(reference, workflow, () => undefined);
  if (call === undefined || called === undefined) return undefined;
  return { ...stepData(step, { outputs: outputNames(called) }, context), call };
}

/** By name, expressions and selectors. */
export function outputsData(outputs: readonly NamedValue[]): JsonObject {
  return Object.fromEntries(outputs.map(({ name, value }) => [name, value]));
}

function stepData(
  step: StepWish,
  called: Called,
  context: StepContext,
): Omit<OperationStep, "tool" | "method" | "parameters"> {
  const { workflow, expressions, tell } = context;
  for (const { value, place } of step.outputs) expressions.output(value, place, called);
  const before = workflow.steps.slice(0, workflow.steps.indexOf(step)).map(({ id }) => id);
  for (const { text, place } of step.dependsOn)
    if (!before.includes(text))
      tell(place, `No step "${visible(text)}" comes before this one: steps are run in the order in which they stand`);
  const actions = (wishes: readonly ActionWish[]): readonly WorkflowAction[] =>
    wishes.map((action) => actionOf(action, called, context));
  return {
    id: step.id,
    successCriteria: step.successCriteria.map((criterion) => expressions.criterion(criterion, called)),
    onSuccess: actions(step.onSuccess),
    onFailure: actions(step.onFailure),
    outputs: outputsData(step.outputs),
    ...defined({ timeoutMs: step.timeout }),
  };
}

function parameterOf(
  { name, in: place, value, place: where }: ParameterWish,
  { call, listing }: Tool,
  tell: TellAt,
): WorkflowParameter | undefined {
  if (place === undefined) {
    tell(where, `A parameter of an operation needs "in": path, query, header or cookie`);
    return undefined;
  }
  const isSame = (other: string): boolean =>
    place === "header" ? other.toLowerCase() === name.toLowerCase() : other === name;
  const found = call.request.parameters.find((parameter) => parameter.in === place && isSame(parameter.name));
  if (found !== undefined) return { in: found.in, name, argument: found.argument, value };
  const there = call.request.parameters.map((parameter) => `${parameter.name} in ${parameter.in}`).join(", ");
  tell(
    where,
    `${listing.name} has no parameter "${visible(name)}" in ${visible(place)}${there === "" ? "" : `; it has ${visible(there)}`}`,
  );
  return undefined;
}

function bodyOf(wish: BodyWish, { call, listing }: Tool, { expressions, tell }: StepContext): WorkflowBody | undefined {
  const { contentType, payload, replacements, place } = wish;
  const plan = call.request.body;
  if (plan === undefined) {
    tell(place, `${listing.name} has no body`);
    return undefined;
  }
  for (const { target, isQuery, value, place: where } of replacements) {
    expressions.value(value, where);
    if (isQuery === true) expressions.query(target, where);
  }
  const known = plan.contents.map(({ mediaType }) => mediaType);
  const chosen =
    contentType === undefined ? undefined : known.find((type) => type.toLowerCase() === contentType.toLowerCase());
  if (contentType !== undefined && chosen === undefined)
    tell(place, `${listing.name} takes no body of the type ${visible(contentType)}, but ${visible(known.join(", "))}`);
  const content = plan.contents.find(({ mediaType }) => mediaType === (chosen ?? known[0]));
  const value = payloadOf(payload, content?.encoding);
  if (value === undefined) tell(place, "The payload is a text that is no JSON");
  const isText = typeof value === "string" && !isExpression(value);
  if (isText && plan.argument === undefined)
    tell(place, `${listing.name} takes a body of fields: give an object as payload`);
  expressions.value(value ?? null, place);
  return {
    payload: value ?? null,
    replacements: replacements.map(({ target, isQuery, value: instead }) => ({
      target,
      ...defined({ isQuery }),
      value: instead,
    })),
    ...defined({ argument: plan.argument }),
    ...(plan.fields === undefined
      ? {}
      : { fields: Object.fromEntries(plan.fields.map(({ name, argument }) => [name, argument])) }),
    ...(chosen === undefined || plan.mediaTypeArgument === undefined
      ? {}
      : { mediaType: { argument: plan.mediaTypeArgument, value: chosen } }),
  };
}

/** A payload that is written as a text of its media type, as the value that it spells. */
function payloadOf(payload: Json, encoding: string | undefined): Json | undefined {
  if (typeof payload !== "string" || isSelector(payload)) return payload;
  switch (encoding) {
    case "json":
      return jsonPayload(payload);
    case "form":
      return formPayload(payload);
    default:
      return payload;
  }
}

function actionOf(wish: ActionWish, called: Called, context: StepContext): WorkflowAction {
  const criteria = wish.criteria.map((criterion) => context.expressions.criterion(criterion, called));
  for (const { value, place } of wish.parameters) context.expressions.value(value, place);
  switch (wish.type) {
    case "end":
      return { criteria, type: "end" };
    case "goto": {
      const target = targetOf(wish, context) ?? { step: "" };
      return { criteria, type: "goto", ...target };
    }
    case "retry": {
      const { retryAfter = 0, retryLimit = usualRetries, place } = wish;
      const bounded = (what: string, value: number, most: number): void => {
        if (value > most) context.tell(place, `${what} is ${value}: ${most} at most`);
      };
      bounded("retryLimit", retryLimit, mostRetries);
      bounded("retryAfter", retryAfter, longestPause);
      const first = targetOf(wish, context);
      return {
        criteria,
        type: "retry",
        afterMs: retryAfter * 1000,
        limit: Math.floor(retryLimit),
        ...defined({ first }),
      };
    }
    default:
      return wish.type satisfies never;
  }
}

/** Where an action leads; `undefined` where it leads nowhere else. */
function targetOf(
  { step, workflow: reference, parameters, place }: ActionWish,
  context: StepContext,
): WorkflowTarget | undefined {
  const { workflow, workflows, tell } = context;
  if (reference !== undefined) {
    const call = workflows.callOf(reference, workflow, parameters, true, tell);
    return call === undefined ? undefined : { call };
  }
  if (step === undefined) return undefined;
  if (!workflow.steps.some(({ id }) => id === step)) tell(place, `The workflow has no step "${visible(step)}"`);
  return { step };
}
