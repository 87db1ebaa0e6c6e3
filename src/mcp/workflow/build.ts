/** Tools of workflows: their operations found, their expressions checked, their flow with an end. */
import type { WorkflowStep } from "../../../templates/always/src/runtime/data/project.ts";
import { visible } from "../../base/visible.ts";
import type { CurationChecks } from "../curation/curate-argument.ts";
import { diagnosticOf } from "../curation/decision.ts";
import type { WorkflowWish } from "../curation/workflow.ts";
import type { Tool, WorkflowData } from "../model.ts";
import { joinWords, maximumToolName, type Names } from "../names/names.ts";
import { words } from "../names/words.ts";
import { refuseEndless } from "./endless.ts";
import { Expressions, type TellAt } from "./expressions.ts";
import { listingOf } from "./listing.ts";
import { type Callable, operationOf } from "./operation-of.ts";
import { Workflows } from "./references.ts";
import { operationStep, outputsData, type StepContext, workflowStep } from "./step.ts";

/** A workflow without what clients see of it, which hangs on all that it calls. */
interface Built {
  readonly data: Omit<WorkflowData, "listing">;
  /** What its own steps call. */
  readonly tools: readonly Tool[];
}

/**
 * The tools of workflows, in their order; one with a fault is left out.
 *
 * @param names hands out names that no tool has
 * @param checks told of every fault at its place
 */
export function buildWorkflows(
  wishes: readonly WorkflowWish[],
  callables: readonly Callable[],
  names: Names,
  { tell, queryFault }: CurationChecks,
): readonly WorkflowData[] {
  const workflows = new Workflows(
    new Map(wishes.map((wish) => [wish, names.allocate(joinWords(words(wish.id), maximumToolName) || "workflow")])),
  );
  const seen = new Set<string>();
  const built = new Map<WorkflowWish, Built>();
  for (const wish of wishes) {
    let faults = 0;
    const tellAt: TellAt = (place, message) => {
      faults += 1;
      tell(diagnosticOf("invalid-workflow", place, message));
    };
    if (seen.has(wish.id)) tellAt(wish.place, `The workflow "${visible(wish.id)}" is there twice`);
    seen.add(wish.id);
    workflows.refuseEndless(wish, tellAt);
    if (faults > 0) continue;
    const others = workflows.namedBy(wish);
    const expressions = new Expressions(wish, others, tellAt, queryFault);
    const own = buildWorkflow(wish, callables, { workflow: wish, workflows, expressions, tell: tellAt });
    if (faults === 0) built.set(wish, own);
  }
  const called = new Map<WorkflowWish, readonly Tool[] | undefined>();
  return [...built].flatMap(([wish, { data }]) => {
    const tools = toolsCalled(wish, workflows, built, called);
    if (tools === undefined) return [];
    const { id, ...rest } = data;
    return [{ id, listing: listingOf(workflows.nameOf(wish), wish, tools), ...rest }];
  });
}

/**
 * The tools that a workflow calls, by way of others as well; `undefined` where one of those has a fault.
 *
 * @param known those of the workflows that were asked about
 */
function toolsCalled(
  wish: WorkflowWish,
  workflows: Workflows,
  built: ReadonlyMap<WorkflowWish, Built>,
  known: Map<WorkflowWish, readonly Tool[] | undefined>,
): readonly Tool[] | undefined {
  if (known.has(wish)) return known.get(wish);
  const own = built.get(wish)?.tools;
  if (own === undefined) return undefined;
  const below = workflows.namedBy(wish).map((other) => toolsCalled(other, workflows, built, known));
  const tools = below.every((called) => called !== undefined) ? [...new Set([...own, ...below.flat()])] : undefined;
  known.set(wish, tools);
  return tools;
}

function buildWorkflow(wish: WorkflowWish, callables: readonly Callable[], context: StepContext): Built {
  const { workflows, expressions, tell } = context;
  const tools: Tool[] = [];
  const ids = wish.steps.map(({ id }) => id);
  const steps = wish.steps.flatMap((step, index): readonly WorkflowStep[] => {
    if (!/^[\w-]+$/.test(step.id))
      tell(step.place, `"${visible(step.id)}" is no stepId: it takes A-Z, a-z, 0-9, _ and -`);
    if (ids.indexOf(step.id) !== index) tell(step.place, `The step "${visible(step.id)}" is there twice`);
    if (step.workflow !== undefined) {
      const called = workflowStep(step, step.workflow, context);
      return called === undefined ? [] : [called];
    }
    const found = operationOf(step, wish, callables);
    if ("fault" in found) {
      tell(step.place, found.fault);
      return [];
    }
    tools.push(found.tool);
    return [operationStep(step, found.tool, context)];
  });
  for (const { value, place } of wish.outputs) expressions.output(value, place, false);
  if (steps.length === wish.steps.length) refuseEndless(wish, steps, tell);
  const dependsOn = wish.dependsOn.flatMap((reference) => workflows.callOf(reference, wish, [], true, tell) ?? []);
  return {
    data: {
      id: wish.id,
      ...(dependsOn.length === 0 ? {} : { dependsOn }),
      steps,
      outputs: outputsData(wish.outputs),
    },
    tools,
  };
}
