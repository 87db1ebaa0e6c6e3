/** What a run has done, its workflows within each other together, and how much it may still do. */
import type { JsonObject } from "../data/model.js";
import type { Finished, StepExchange } from "./values.js";

/** Calls of one run, repetitions among them, and the time that they may take. */
export const limits = { steps: 100, ms: 300_000 } as const;

/** Characters of what a step gave, in a report. */
const longestOutputs = 500;

/** A step that succeeded. */
interface Done {
  readonly step: string;
  /** What it called. */
  readonly tool: string;
  readonly status: number | undefined;
  readonly outputs: JsonObject;
}

export class RunRecord {
  /** By workflowId. */
  readonly finished = new Map<string, Finished>();
  readonly #done: Done[] = [];
  readonly #end = performance.now() + limits.ms;
  #calls = 0;

  did(done: Done): void {
    this.#done.push(done);
  }

  /** @throws GivenUp where no further call may be made */
  count(step: string, signal: AbortSignal): void {
    this.#calls += 1;
    if (signal.aborted)
      throw new GivenUp(`The workflow was cancelled before "${step}".`);
    if (this.#calls > limits.steps)
      throw new GivenUp(
        `The workflow was stopped before "${step}": it made ${limits.steps} calls.`,
      );
    if (!this.hasTime(0))
      throw new GivenUp(
        `The workflow was stopped before "${step}": it took longer than ${limits.ms / 1000} s.`,
      );
  }

  /** Whether there is time for a pause. */
  hasTime(ms: number): boolean {
    return performance.now() + ms <= this.#end;
  }

  /** What was called until now, in words. */
  report(): string {
    const done = this.#done.map(({ step, tool, status, outputs }) => {
      const gave = JSON.stringify(outputs);
      return [
        `${step} (${tool}${status === undefined ? "" : `: ${status}`})`,
        ...(gave === "{}" ? [] : [`gave ${shortened(gave)}`]),
      ].join(" ");
    });
    return done.length === 0
      ? "Nothing was done before."
      : `Done before, and not undone: ${done.join(", ")}.`;
  }
}

function shortened(text: string): string {
  return text.length > longestOutputs
    ? `${text.slice(0, longestOutputs)}…`
    : text;
}

/** Why a run stopped before its end, in words for the model. */
export class Stopped extends Error {}

/** A run that no action of a step keeps from stopping: it was cancelled, or has come to its limits. */
export class GivenUp extends Stopped {}

/** The run of a workflow, maybe within that of another one. */
export class InnerRun {
  readonly record: RunRecord;
  /** Before the names of its steps. */
  readonly path: string;
  /** The last call that it made. */
  exchange: StepExchange | undefined;
  /** Why it did not come to its end. */
  stopped: Stopped | undefined;

  constructor(record: RunRecord, path: string) {
    this.record = record;
    this.path = path;
  }

  within(path: string): InnerRun {
    return new InnerRun(this.record, this.path + path);
  }
}
