/** Runs a workflow: each step is a call of its operation, or of another workflow, with all that belongs to one. */
import type { Call } from "../call/call.js";
import { defined } from "../data/defined.js";
import { isJsonObject, ownValue } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import type {
  OperationStep,
  SubworkflowStep,
  WorkflowAction,
  WorkflowCall,
  WorkflowCriterion,
  WorkflowData,
  WorkflowStep,
  WorkflowTarget,
} from "../data/project.js";
import type { CallResult } from "../response/result.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { argumentsOf, bodyOf } from "./body.js";
import { inTime, pause } from "./in-time.js";
import { InnerRun, RunRecord, GivenUp, Stopped } from "./record.js";
import {
  answeredBody,
  calledBy,
  failure,
  nothingCalled,
  type Outcome,
  reasonOf,
  textOf,
} from "./outcome.js";
import type { JsonPath } from "../tools/tool-parts.js";
import { filled, holds, type Known, type StepExchange } from "./values.js";

/** What a workflow is run with. */
export interface RunServices {
  /** By the name of its tool. */
  readonly workflows: ReadonlyMap<string, WorkflowData>;
  readonly jsonPath?: JsonPath;
}

type Caller = Pick<Call, "callTool" | "signal" | "within">;

/** The outputs of a workflow, or, where a step failed, what it failed of and what was done until then. */
export async function runWorkflow(
  workflow: WorkflowData,
  inputs: JsonObject,
  call: Caller,
  services: RunServices,
): Promise<CallResult> {
  const inner = call.within instanceof InnerRun ? call.within : undefined;
  const own = inner ?? new InnerRun(new RunRecord(), "");
  try {
    const outputs = await new Run(
      workflow,
      inputs,
      call,
      own,
      services,
    ).outputs();
    return {
      content: [{ type: "text", text: JSON.stringify(outputs) }],
      structuredContent: outputs,
    };
  } catch (fault) {
    if (!(fault instanceof Stopped)) throw fault;
    own.stopped = fault;
    // The workflow that runs this one tells what was done, or goes another way.
    return failure(
      inner === undefined
        ? `${fault.message}\n${own.record.report()}`
        : fault.message,
    );
  }
}

/** Inputs that were not given have the default of their schema. */
function withDefaults(
  { listing: { inputSchema } }: WorkflowData,
  inputs: JsonObject,
): JsonObject {
  const defaults = Object.entries(inputSchema.properties).flatMap(
    ([name, schema]): [string, JsonValue][] => {
      const value = ownValue(schema, "default");
      return value === undefined ? [] : [[name, value]];
    },
  );
  return { ...Object.fromEntries(defaults), ...inputs };
}

/** `again`: the same step once more. */
type Next = "next" | "again" | "end" | WorkflowTarget;

class Run {
  readonly #workflow: WorkflowData;
  readonly #inputs: JsonObject;
  readonly #call: Caller;
  readonly #within: InnerRun;
  readonly #services: RunServices;
  readonly #outputs = new Map<string, JsonObject>();
  readonly #retries = new Map<WorkflowAction, number>();

  constructor(
    workflow: WorkflowData,
    inputs: JsonObject,
    call: Caller,
    within: InnerRun,
    services: RunServices,
  ) {
    this.#workflow = workflow;
    this.#inputs = withDefaults(workflow, inputs);
    this.#call = call;
    this.#within = within;
    this.#services = services;
  }

  /** @throws Stopped where a step fails and nothing is said of it */
  async outputs(): Promise<JsonObject> {
    const outputs = await this.#ran();
    this.#within.record.finished.set(this.#workflow.id, {
      inputs: this.#inputs,
      outputs,
    });
    return outputs;
  }

  async #ran(): Promise<JsonObject> {
    const { steps, outputs, dependsOn = [] } = this.#workflow;
    for (const call of dependsOn) await this.#depended(call);
    let last: JsonObject = {};
    for (let step = steps[0]; step !== undefined;) {
      const next: Next = await this.#stepped(step);
      last = this.#outputs.get(step.id) ?? {};
      if (next === "end") break;
      // One way: what it gives is given (§4.6.7).
      if (typeof next === "object" && "call" in next)
        return this.#other(next.call, `${step.id}/`);
      if (next === "next") step = steps[steps.indexOf(step) + 1];
      else if (next !== "again") step = this.#stepNamed(next.step);
    }
    return Object.keys(outputs).length === 0
      ? last
      : this.#filled(outputs, this.#known());
  }

  /** What has to be done before (§4.6.4, `dependsOn`), unless it was. */
  async #depended(call: WorkflowCall): Promise<void> {
    const { workflow } = call;
    const id = this.#services.workflows.get(workflow)?.id ?? workflow;
    if (!this.#within.record.finished.has(id))
      await this.#other(call, `${id}/`);
  }

  #stepNamed(name: string): WorkflowStep | undefined {
    return this.#workflow.steps.find(({ id }) => id === name);
  }

  /** Calls what a step calls, and says what comes next. */
  async #stepped(step: WorkflowStep): Promise<Next> {
    const { outcome, known, succeeded } = await this.#tried(step);
    if (succeeded) {
      for (const action of step.onFailure) this.#retries.delete(action);
      const action = step.onSuccess.find(({ criteria }) =>
        this.#hold(criteria, known),
      );
      return action?.type === "goto" ? action : action ? "end" : "next";
    }
    for (const action of step.onFailure) {
      if (!this.#hold(action.criteria, known)) continue;
      if (action.type === "goto") return action;
      if (action.type === "end") break;
      if (!(await this.#mayRetry(action, outcome.exchange))) continue;
      if (action.first !== undefined) await this.#before(step, action.first);
      return "again";
    }
    throw (
      outcome.stopped ??
      new Stopped(
        `The workflow stopped at the step "${this.#within.path}${step.id}" (${calledBy(step)}): ${reasonOf(outcome, step)}`,
      )
    );
  }

  /** Calls what a step calls; where that succeeds, its outputs are there. */
  async #tried(step: WorkflowStep): Promise<{
    readonly outcome: Outcome;
    readonly known: Known;
    readonly succeeded: boolean;
  }> {
    const outcome =
      "tool" in step ? await this.#called(step) : await this.#ranOther(step);
    const { result, exchange, given } = outcome;
    const known = this.#known(exchange, given);
    const isFailure = result.isError === true;
    // Where another workflow failed, there is nothing that its criteria could be about.
    const succeeded =
      step.successCriteria.length === 0 || (isFailure && "call" in step)
        ? !isFailure
        : this.#hold(step.successCriteria, known);
    if (succeeded) {
      const outputs = this.#filled(step.outputs, known);
      this.#outputs.set(step.id, outputs);
      this.#within.record.did({
        step: `${this.#within.path}${step.id}`,
        tool: calledBy(step),
        status: "tool" in step ? exchange.statusCode : undefined,
        outputs,
      });
    }
    return { outcome, known, succeeded };
  }

  /** What comes before a step is repeated (§4.6.8). */
  async #before(step: WorkflowStep, target: WorkflowTarget): Promise<void> {
    if ("call" in target) {
      await this.#other(target.call, `${step.id}/`);
      return;
    }
    const before = this.#stepNamed(target.step);
    if (before === undefined) return;
    const { outcome, succeeded } = await this.#tried(before);
    if (!succeeded)
      throw new Stopped(
        `The workflow stopped at the step "${this.#within.path}${before.id}" (${calledBy(before)}), before "${step.id}" was repeated: ${reasonOf(outcome, before)}`,
      );
  }

  async #called(step: OperationStep): Promise<Outcome> {
    this.#within.record.count(step.id, this.#call.signal);
    const known = this.#known();
    const args: Record<string, JsonValue> = {};
    const sent = new Map<string, JsonValue>();
    for (const parameter of step.parameters) {
      const value = filled(parameter.value, known);
      if (value === undefined) continue;
      args[parameter.argument] = value;
      sent.set(`${parameter.in} ${parameter.name}`, value);
    }
    const body = step.body && bodyOf(step.body, known);
    Object.assign(args, step.body && argumentsOf(step.body, body, step.id));
    let answer:
      { readonly url: string; readonly response: HttpResponse } | undefined;
    const result = await inTime(step, this.#call.signal, (signal) =>
      this.#call.callTool(step.tool, args, {
        wholeText: true,
        recorded: true,
        signal,
        observe: (url, response) => (answer = { url, response }),
      }),
    );
    const exchange: StepExchange = {
      method: step.method,
      statusCode: answer?.response.status,
      ...defined({ url: answer?.url }),
      sent,
      requestBody: body,
      headers: answer?.response.headers ?? new Headers(),
      body: answeredBody(result),
    };
    this.#within.exchange = exchange;
    return { result, exchange };
  }

  async #ranOther(step: SubworkflowStep): Promise<Outcome> {
    const inner = this.#within.within(`${step.id}/`);
    const result = await inTime(step, this.#call.signal, (signal) =>
      this.#ask(step.call, inner, signal),
    );
    const { structuredContent } = result;
    return {
      result,
      exchange: inner.exchange ?? nothingCalled,
      given: isJsonObject(structuredContent) ? structuredContent : {},
      stopped: inner.stopped,
    };
  }

  /** What another workflow gives. @throws Stopped where it does not come to its end */
  async #other(call: WorkflowCall, path: string): Promise<JsonObject> {
    const inner = this.#within.within(path);
    const { signal } = this.#call;
    const { structuredContent, isError, content } = await this.#ask(
      call,
      inner,
      signal,
    );
    this.#within.exchange = inner.exchange;
    if (isError === true)
      throw (
        inner.stopped ??
        new Stopped(
          `The workflow stopped before "${inner.path.slice(0, -1)}" (${call.workflow}): ${textOf(content)}`,
        )
      );
    return isJsonObject(structuredContent) ? structuredContent : {};
  }

  /** Calls the tool of another workflow. @throws GivenUp where it may go on no more */
  async #ask(
    { workflow, inputs }: WorkflowCall,
    inner: InnerRun,
    signal: AbortSignal,
  ): Promise<CallResult> {
    const result = await this.#call.callTool(
      workflow,
      this.#filled(inputs, this.#known()),
      { recorded: true, signal, within: inner },
    );
    if (inner.stopped instanceof GivenUp) throw inner.stopped;
    return result;
  }

  async #mayRetry(
    action: Extract<WorkflowAction, { type: "retry" }>,
    { headers }: StepExchange,
  ): Promise<boolean> {
    const retries = this.#retries.get(action) ?? 0;
    if (retries >= action.limit) return false;
    this.#retries.set(action, retries + 1);
    // What the API asks for counts (§4.6.8).
    const asked = Number(headers.get("retry-after") ?? Number.NaN) * 1000;
    const ms = Number.isFinite(asked) ? asked : action.afterMs;
    if (!this.#within.record.hasTime(ms)) return false;
    await pause(ms, this.#call.signal);
    return true;
  }

  #known(exchange?: StepExchange, given?: JsonObject): Known {
    return {
      inputs: this.#inputs,
      outputs: this.#outputs,
      workflows: new Map([
        ...this.#within.record.finished,
        [this.#workflow.id, { inputs: this.#inputs, outputs: {} }],
      ]),
      ...defined({ exchange, given, jsonPath: this.#services.jsonPath }),
    };
  }

  #hold(criteria: readonly WorkflowCriterion[], known: Known): boolean {
    return criteria.every((criterion) => holds(criterion, known));
  }

  #filled(outputs: JsonObject, known: Known): JsonObject {
    const values = filled(outputs, known);
    return isJsonObject(values) ? values : {};
  }
}
