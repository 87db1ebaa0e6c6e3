/** Tools of workflows: their operations found, their expressions checked, their flow with an end. */
import type {
  WorkflowAction,
  WorkflowBody,
  WorkflowData,
  WorkflowOutputs,
  WorkflowParameter,
  WorkflowStep,
} from "../../../templates/always/src/runtime/data/workflow-data.ts";
import { defined } from "../../base/defined.ts";
import type { JsonObject } from "../../base/json.ts";
import { legibleText } from "../../base/plain-text.ts";
import { visible } from "../../base/visible.ts";
import type { Place } from "../curation/curation.ts";
import { type Tell, diagnosticOf } from "../curation/decision.ts";
import type {
  ActionWish,
  BodyWish,
  NamedExpression,
  ParameterWish,
  StepWish,
  WorkflowWish,
} from "../curation/workflow.ts";
import type { Tool, ToolListing } from "../model.ts";
import { joinWords, maximumToolName, type Names } from "../names/names.ts";
import { words } from "../names/words.ts";
import { shorten } from "../text/condense.ts";
import { isExpression } from "../../../templates/always/src/runtime/workflows/expression.ts";
import { Expressions, type TellAt } from "./expressions.ts";
import { jsonPayload } from "./payload.ts";
import { type Callable, operationOf } from "./operation-of.ts";

/** How often a step is repeated where its action says nothing (§4.6.8), and at most. */
const usualRetries = 1;
const mostRetries = 20;
/** Seconds between two tries at most. */
const longestPause = 60;

/**
 * The tools of workflows, in their order; one with a fault is left out.
 *
 * @param names hands out names that no tool has
 * @param tell told of every fault at its place
 */
export function buildWorkflows(
  wishes: readonly WorkflowWish[],
  callables: readonly Callable[],
  names: Names,
  tell: Tell,
): readonly WorkflowData[] {
  const seen = new Set<string>();
  return wishes.flatMap((wish) => {
    let faults = 0;
    const tellAt: TellAt = (place, message) => {
      faults += 1;
      tell(diagnosticOf("invalid-workflow", place, message));
    };
    if (seen.has(wish.id)) tellAt(wish.place, `The workflow "${visible(wish.id)}" is there twice`);
    seen.add(wish.id);
    const built = buildWorkflow(wish, callables, tellAt);
    if (faults > 0) return [];
    const name = names.allocate(joinWords(words(wish.id), maximumToolName) || "workflow");
    return [{ ...built, listing: listingOf(name, wish, built.tools) }].map(({ listing, steps, outputs }) => ({
      listing,
      steps,
      outputs,
    }));
  });
}

function buildWorkflow(
  wish: WorkflowWish,
  callables: readonly Callable[],
  tellAt: TellAt,
): Omit<WorkflowData, "listing"> & { readonly tools: readonly Tool[] } {
  const expressions = new Expressions(wish, tellAt);
  const tools: Tool[] = [];
  const ids = wish.steps.map(({ id }) => id);
  const steps = wish.steps.flatMap((step, index) => {
    if (!/^[\w-]+$/.test(step.id))
      tellAt(step.place, `"${visible(step.id)}" is no stepId: it takes A-Z, a-z, 0-9, _ and -`);
    if (ids.indexOf(step.id) !== index) tellAt(step.place, `The step "${visible(step.id)}" is there twice`);
    const found = operationOf(step, callables);
    if ("fault" in found) {
      tellAt(step.place, found.fault);
      return [];
    }
    tools.push(found.tool);
    return [stepOf(step, found.tool, expressions, ids, tellAt)];
  });
  for (const { expression, place } of wish.outputs) expressions.expression(expression, place, false);
  if (steps.length === wish.steps.length) refuseEndless(wish, steps, tellAt);
  return { steps, outputs: outputsOf(wish.outputs), tools };
}

function stepOf(
  step: StepWish,
  tool: Tool,
  expressions: Expressions,
  ids: readonly string[],
  tellAt: TellAt,
): WorkflowStep {
  for (const { value, place } of step.parameters) expressions.value(value, place);
  for (const { expression, place } of step.outputs) expressions.expression(expression, place, true);
  const body = step.body === undefined ? undefined : bodyOf(step.body, tool, expressions, tellAt);
  const actions = (wishes: readonly ActionWish[]): readonly WorkflowAction[] =>
    wishes.map((action) => actionOf(action, expressions, ids, tellAt));
  return {
    id: step.id,
    tool: tool.listing.name,
    method: tool.call.request.method,
    parameters: step.parameters.flatMap((parameter) => parameterOf(parameter, tool, tellAt) ?? []),
    ...defined({ body }),
    successCriteria: step.successCriteria.map((criterion) => expressions.criterion(criterion)),
    onSuccess: actions(step.onSuccess),
    onFailure: actions(step.onFailure),
    outputs: outputsOf(step.outputs),
  };
}

function outputsOf(outputs: readonly NamedExpression[]): WorkflowOutputs {
  return Object.fromEntries(outputs.map(({ name, expression }) => [name, expression]));
}

function parameterOf(
  { name, in: place, value, place: where }: ParameterWish,
  { call, listing }: Tool,
  tellAt: TellAt,
): WorkflowParameter | undefined {
  const isSame = (other: string): boolean =>
    place === "header" ? other.toLowerCase() === name.toLowerCase() : other === name;
  const found = call.request.parameters.find((parameter) => parameter.in === place && isSame(parameter.name));
  if (found !== undefined) return { in: found.in, name, argument: found.argument, value };
  const there = call.request.parameters.map((parameter) => `${parameter.name} in ${parameter.in}`).join(", ");
  tellAt(
    where,
    `${listing.name} has no parameter "${visible(name)}" in ${visible(place)}${there === "" ? "" : `; it has ${visible(there)}`}`,
  );
  return undefined;
}

function bodyOf(
  wish: BodyWish,
  { call, listing }: Tool,
  expressions: Expressions,
  tellAt: TellAt,
): WorkflowBody | undefined {
  const { contentType, payload, replacements, place } = wish;
  for (const { value, place: where } of replacements) expressions.value(value, where);
  const plan = call.request.body;
  if (plan === undefined) {
    tellAt(place, `${listing.name} has no body`);
    return undefined;
  }
  const known = plan.contents.map(({ mediaType }) => mediaType);
  const chosen =
    contentType === undefined ? undefined : known.find((type) => type.toLowerCase() === contentType.toLowerCase());
  if (contentType !== undefined && chosen === undefined)
    tellAt(
      place,
      `${listing.name} takes no body of the type ${visible(contentType)}, but ${visible(known.join(", "))}`,
    );
  const content = plan.contents.find(({ mediaType }) => mediaType === (chosen ?? known[0]));
  const value = content?.encoding === "json" && typeof payload === "string" ? jsonPayload(payload) : payload;
  if (value === undefined) tellAt(place, "The payload is a text that is no JSON");
  if (typeof value === "string" && plan.argument === undefined && !isExpression(value))
    tellAt(place, `${listing.name} takes a body of fields: give an object as payload`);
  expressions.value(value ?? null, place);
  return {
    payload: value ?? null,
    replacements: replacements.map(({ target, value }) => ({ target, value })),
    ...defined({ argument: plan.argument }),
    ...(plan.fields === undefined
      ? {}
      : { fields: Object.fromEntries(plan.fields.map(({ name, argument }) => [name, argument])) }),
    ...(chosen === undefined || plan.mediaTypeArgument === undefined
      ? {}
      : { mediaType: { argument: plan.mediaTypeArgument, value: chosen } }),
  };
}

function actionOf(wish: ActionWish, expressions: Expressions, ids: readonly string[], tellAt: TellAt): WorkflowAction {
  const criteria = wish.criteria.map((criterion) => expressions.criterion(criterion));
  switch (wish.type) {
    case "end":
      return { criteria, type: "end" };
    case "goto": {
      const { step = "", place } = wish;
      if (!ids.includes(step)) tellAt(place, `The workflow has no step "${visible(step)}"`);
      return { criteria, type: "goto", step };
    }
    case "retry": {
      const { retryAfter = 0, retryLimit = usualRetries, place } = wish;
      const bounded = (what: string, value: number, most: number): void => {
        if (value > most) tellAt(place, `${what} is ${value}: ${most} at most`);
      };
      bounded("retryLimit", retryLimit, mostRetries);
      bounded("retryAfter", retryAfter, longestPause);
      return { criteria, type: "retry", afterMs: retryAfter * 1000, limit: Math.floor(retryLimit) };
    }
    default:
      return wish.type satisfies never;
  }
}

/** A step from which no way leads to the end goes round for good, whatever the answers are. */
function refuseEndless({ steps: wishes }: WorkflowWish, steps: readonly WorkflowStep[], tellAt: TellAt): void {
  const end = steps.length;
  const waysFrom = ({ onSuccess }: WorkflowStep, index: number): readonly number[] => {
    const certain = onSuccess.findIndex(({ criteria }) => criteria.length === 0);
    const possible = certain < 0 ? onSuccess : onSuccess.slice(0, certain + 1);
    const targets = possible.map((action) =>
      action.type === "goto" ? steps.findIndex(({ id }) => id === action.step) : end,
    );
    return certain < 0 ? [...targets, index + 1] : targets;
  };
  const ends = new Set([end]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [index, step] of steps.entries()) {
      if (ends.has(index) || !waysFrom(step, index).some((target) => ends.has(target))) continue;
      ends.add(index);
      grown = true;
    }
  }
  const endless: { readonly id: string; readonly place: Place } | undefined = wishes.find(
    (_, index) => !ends.has(index),
  );
  if (endless !== undefined)
    tellAt(endless.place, `From the step "${visible(endless.id)}" no way leads to the end: give its goto a criterion`);
}

function listingOf(
  name: string,
  { id, summary = "", description = "", inputs }: WorkflowWish,
  tools: readonly Tool[],
): ToolListing {
  const title = shorten(legibleText(summary), 100) || id;
  const calls = tools.map(({ listing }) => listing.name).join(", ");
  const annotations = tools.map(({ listing }) => listing.annotations);
  return {
    name,
    title,
    description: [shorten(legibleText(description), 1000) || title, `Calls in turn: ${shorten(calls, 400)}.`].join(
      "\n\n",
    ),
    inputSchema: {
      properties: {},
      ...(inputs as JsonObject),
      type: "object",
      additionalProperties: false,
    } as ToolListing["inputSchema"],
    annotations: {
      readOnlyHint: annotations.every(({ readOnlyHint }) => readOnlyHint),
      destructiveHint: annotations.some(({ destructiveHint }) => destructiveHint),
      idempotentHint: annotations.every(({ idempotentHint }) => idempotentHint),
      openWorldHint: true,
    },
  };
}
