/** Leads calls through their steps. Whatever is called, and however it came, goes this way. */
import { defined } from "../data/defined.js";
import { Late } from "../data/late.js";
import { QuestionForUser } from "../errors.js";
import type { JsonObject } from "../data/model.js";
import type { CallResult } from "../response/result.js";
import { scrubResult } from "../secret.js";
import type { Sender } from "../upstream/send.js";
import type { ToolRow } from "../tools/tool-table.js";
import type {
  Call,
  CallOptions,
  CallServices,
  NamedStep,
  Next,
  Step,
  StepServices,
} from "./call.js";
import { explain, faultResult } from "./fault.js";
import { standardSteps } from "./steps.js";
import { Stopping } from "./stopping.js";

export interface ToolCalls {
  /**
   * Faults are results with `isError`, so that the model reads them.
   *
   * @throws QuestionForUser where the options say that the user can be asked; nothing else
   */
  call(
    row: ToolRow,
    args: JsonObject,
    options: CallOptions,
  ): Promise<CallResult>;
  /** What a caller may know of a fault; the log gets what it may not. */
  explain(fault: unknown): string;
  /** Gives up the calls that run: each has a result that says so. */
  stop(): void;
}

export function createToolCalls(given: CallServices): ToolCalls {
  const { owner, table, log, settings, store, host, watchers = [] } = given;
  const sender = new Late<Sender>(async () => {
    const { createSender } = await import("../upstream/send.js");
    const made = createSender(settings, log, host.exchange, store);
    for (const watcher of watchers) watcher.uses?.(made);
    return made;
  });
  const services: StepServices = {
    ...given,
    stopping: new Stopping(),
    sender: () => sender.get(),
  };
  const steps = (owner.steps ?? standardSteps).filter(
    ({ part }) => part === undefined || given.parts?.[part] !== undefined,
  );
  const made = makeOnce(services);
  const whole = chain(steps, made);
  const inner = chain(
    steps.filter(({ once }) => once !== true),
    made,
  );

  function callOf(
    row: ToolRow,
    args: JsonObject,
    options: CallOptions,
    wholeText: boolean,
  ): Call {
    const notes = {};
    const outer = options.outer ?? notes;
    // Only what the client asked for ends with a question to its user.
    const further: CallOptions = { ...options, asking: undefined, outer };
    return {
      ...options,
      row,
      args,
      wholeText,
      notes,
      async callTool(tool, args, how) {
        const found = table.find(tool).row;
        if (found === undefined) throw new Error(`There is no tool "${tool}"`);
        const {
          recorded,
          observe,
          within,
          anew,
          signal = options.signal,
          wholeText: isWhole = wholeText,
        } = how ?? {};
        const own =
          recorded === true
            ? { ...further, signal, via: row.listing.name }
            : { ...further, signal };
        return (recorded === true ? whole : inner)({
          ...callOf(found, args, own, isWhole),
          ...defined({ observe, within, anew }),
        });
      },
    };
  }

  return {
    async call(row, args, options) {
      try {
        return scrubResult(await whole(callOf(row, args, options, false)));
      } catch (fault) {
        if (fault instanceof QuestionForUser) throw fault;
        return faultResult(fault, log, options.signal);
      }
    },
    explain: (fault) => explain(fault, log),
    stop: () => services.stopping.stop(),
  };
}

type Made = (named: NamedStep) => Step | Promise<Step>;

/**
 * Makes each step when the first call reaches it, and once for all calls, also for those that others make: what a step
 * keeps is one.
 */
function makeOnce(services: StepServices): Made {
  const made = new Map<NamedStep, Step | Promise<Step>>();
  return (named) => {
    const known = made.get(named);
    if (known !== undefined) return known;
    const making = (async () => named.make(services))();
    made.set(named, making);
    making.then(
      (step) => made.set(named, step),
      () => made.delete(named),
    );
    return making;
  };
}

/** The steps as one. */
function chain(
  steps: readonly NamedStep[],
  made: Made,
): (call: Call) => Promise<CallResult> {
  const enter = async (index: number, call: Call): Promise<CallResult> => {
    const named = steps[index];
    if (named === undefined)
      throw new Error("No step of src/main.ts gave a result");
    const step = made(named);
    const next: Next = (changed) => enter(index + 1, changed);
    return typeof step === "function"
      ? step(call, next)
      : (await step)(call, next);
  };
  return (call) => enter(0, call);
}
