import type { RunRecord } from "./record.js";
import type { Stopped } from "./stopped.js";
import type { StepExchange } from "./values.js";

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
