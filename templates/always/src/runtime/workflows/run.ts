/** Runs a workflow: each step is a call of its operation, with all that belongs to one. */
import type { Call } from "../call/call.js";
import { defined } from "../data/defined.js";
import { isJsonObject, ownValue, pointerTokens } from "../data/json-place.js";
import type { JsonObject, JsonValue } from "../data/model.js";
import type {
  WorkflowAction,
  WorkflowBody,
  WorkflowCriterion,
  WorkflowData,
  WorkflowStep,
} from "../data/workflow-data.js";
import { CallError } from "../errors.js";
import type { CallResult } from "../response/result.js";
import type { HttpResponse } from "../upstream/http-message.js";
import { filled, holds, type Known, type StepExchange } from "./values.js";

/** Calls of one run, repetitions among them, and the time that they may take. */
export const limits = { steps: 100, ms: 300_000 } as const;

/** A step that was called, and how that went. */
interface Done {
  readonly step: WorkflowStep;
  readonly status: number | undefined;
}

/** Why a run stopped before its end. */
class Stopped extends Error {}

/** The outputs of a workflow, or, where a step failed, what it failed of and what was done until then. */
export async function runWorkflow(
  workflow: WorkflowData,
  inputs: JsonObject,
  call: Pick<Call, "callTool" | "signal">,
): Promise<CallResult> {
  const run = new Run(workflow, withDefaults(workflow, inputs), call);
  try {
    const outputs = await run.outputs();
    return {
      content: [{ type: "text", text: JSON.stringify(outputs) }],
      structuredContent: outputs,
    };
  } catch (fault) {
    if (!(fault instanceof Stopped)) throw fault;
    return {
      content: [{ type: "text", text: `${fault.message}\n${run.report()}` }],
      isError: true,
    };
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

class Run {
  readonly #workflow: WorkflowData;
  readonly #inputs: JsonObject;
  readonly #call: Pick<Call, "callTool" | "signal">;
  readonly #outputs = new Map<string, JsonObject>();
  readonly #done: Done[] = [];
  readonly #retries = new Map<WorkflowAction, number>();
  readonly #end = performance.now() + limits.ms;
  #calls = 0;

  constructor(
    workflow: WorkflowData,
    inputs: JsonObject,
    call: Pick<Call, "callTool" | "signal">,
  ) {
    this.#workflow = workflow;
    this.#inputs = inputs;
    this.#call = call;
  }

  /** @throws Stopped where a step fails and nothing is said of it */
  async outputs(): Promise<JsonObject> {
    const { steps, outputs } = this.#workflow;
    let index: number | undefined = 0;
    let last: JsonObject = {};
    for (let step = steps[0]; step !== undefined; step = steps[index]) {
      const next: Next = await this.#stepped(step);
      last = this.#outputs.get(step.id) ?? {};
      if (next === "end") break;
      index =
        next === "next"
          ? steps.indexOf(step) + 1
          : next === "again"
            ? steps.indexOf(step)
            : steps.findIndex(({ id }) => id === next.step);
    }
    return Object.keys(outputs).length === 0
      ? last
      : this.#filled(outputs, this.#known());
  }

  /** What was called until now, in words. */
  report(): string {
    const done = this.#done.map(
      ({ step, status }) =>
        `${step.id} (${step.tool}${status === undefined ? "" : `: ${status}`})`,
    );
    return done.length === 0
      ? "Nothing was done before."
      : `Done before, and not undone: ${done.join(", ")}.`;
  }

  /** Calls the operation of a step, and says what comes next. */
  async #stepped(step: WorkflowStep): Promise<Next> {
    this.#refuseMore(step);
    const { result, exchange } = await this.#called(step);
    const known = this.#known(exchange);
    const succeeded =
      step.successCriteria.length === 0
        ? result.isError !== true
        : this.#hold(step.successCriteria, known);
    if (succeeded) {
      this.#done.push({ step, status: exchange.statusCode });
      this.#outputs.set(step.id, this.#filled(step.outputs, known));
      const action = step.onSuccess.find(({ criteria }) =>
        this.#hold(criteria, known),
      );
      if (action === undefined) return "next";
      return action.type === "goto" ? { step: action.step } : "end";
    }
    for (const action of step.onFailure) {
      if (!this.#hold(action.criteria, known)) continue;
      if (action.type === "goto") return { step: action.step };
      if (action.type === "end") break;
      if (!(await this.#mayRetry(action, exchange))) continue;
      return "again";
    }
    throw new Stopped(
      `The workflow stopped at the step "${step.id}" (${step.tool}): ${reasonOf(result, step, exchange)}`,
    );
  }

  #refuseMore(step: WorkflowStep): void {
    this.#calls += 1;
    if (this.#call.signal.aborted)
      throw new Stopped(`The workflow was cancelled before "${step.id}".`);
    if (this.#calls > limits.steps)
      throw new Stopped(
        `The workflow was stopped before "${step.id}": it made ${limits.steps} calls.`,
      );
    if (performance.now() > this.#end)
      throw new Stopped(
        `The workflow was stopped before "${step.id}": it took longer than ${limits.ms / 1000} s.`,
      );
  }

  async #called(
    step: WorkflowStep,
  ): Promise<{ readonly result: CallResult; readonly exchange: StepExchange }> {
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
    Object.assign(args, step.body && argumentsOf(step.body, body, step));
    let answer:
      { readonly url: string; readonly response: HttpResponse } | undefined;
    const result = await this.#call.callTool(step.tool, args, {
      wholeText: true,
      recorded: true,
      observe: (url, response) => (answer = { url, response }),
    });
    return {
      result,
      exchange: {
        method: step.method,
        statusCode: answer?.response.status,
        ...defined({ url: answer?.url }),
        sent,
        requestBody: body,
        headers: answer?.response.headers ?? new Headers(),
        body: answeredBody(result),
      },
    };
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
    if (performance.now() + ms > this.#end) return false;
    await pause(ms, this.#call.signal);
    return true;
  }

  #known(exchange?: StepExchange): Known {
    const outputs = this.#outputs;
    return { inputs: this.#inputs, outputs, ...defined({ exchange }) };
  }

  #hold(criteria: readonly WorkflowCriterion[], known: Known): boolean {
    return criteria.every((criterion) => holds(criterion, known));
  }

  #filled(outputs: JsonObject, known: Known): JsonObject {
    const values = filled(outputs, known);
    return isJsonObject(values) ? values : {};
  }
}

/** `again`: the same step once more. */
type Next = "next" | "again" | "end" | { readonly step: string };

function bodyOf(body: WorkflowBody, known: Known): JsonValue | undefined {
  const payload = filled(body.payload, known);
  return body.replacements.reduce<JsonValue | undefined>(
    (whole, { target, value }) =>
      replaced(whole, pointerTokens(target), filled(value, known)),
    payload,
  );
}

/** A value with another one at a place; where there is no such place, as it was. */
function replaced(
  whole: JsonValue | undefined,
  [key, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((item: JsonValue, index) =>
      String(index) === key ? (replaced(item, rest, value) ?? null) : item,
    );
  if (!isJsonObject(whole)) return whole;
  const member = replaced(ownValue(whole, key), rest, value);
  return Object.fromEntries([
    ...Object.entries(whole).filter(([name]) => name !== key),
    ...(member === undefined ? [] : [[key, member] as const]),
  ]);
}

function argumentsOf(
  { argument, fields = {}, mediaType }: WorkflowBody,
  body: JsonValue | undefined,
  { id }: WorkflowStep,
): JsonObject {
  const chosen =
    mediaType === undefined ? {} : { [mediaType.argument]: mediaType.value };
  if (body === undefined) return chosen;
  if (argument !== undefined) return { ...chosen, [argument]: body };
  if (!isJsonObject(body))
    throw new Stopped(`The body of the step "${id}" is no object.`);
  const entries = Object.entries(body).map(([name, value]) => {
    if (!Object.hasOwn(fields, name))
      throw new Stopped(`The body of the step "${id}" has no field "${name}".`);
    return [fields[name] ?? name, value] as const;
  });
  return { ...chosen, ...Object.fromEntries(entries) };
}

/** What an answer holds, as the model would have seen it: after the hooks of the owner. */
function answeredBody(result: CallResult): JsonValue | undefined {
  if (result.structuredContent !== undefined) return result.structuredContent;
  const [block] = result.content;
  if (block?.type !== "text") return undefined;
  try {
    return JSON.parse(block.text) as JsonValue;
  } catch {
    return block.text;
  }
}

function reasonOf(
  result: CallResult,
  { successCriteria }: WorkflowStep,
  { statusCode }: StepExchange,
): string {
  const [block] = result.content;
  if (result.isError === true && block?.type === "text") return block.text;
  const criteria = successCriteria.map((criterion) =>
    "condition" in criterion
      ? criterion.condition
      : `${criterion.context} has ${criterion.pattern}`,
  );
  return `it was answered with ${statusCode ?? "no status"}, but not as it has to be: ${criteria.join(", and ")}.`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new CallError("The workflow was cancelled."));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
