/** Time in a workflow: how long a step may take, and what is waited between two. */
import type { WorkflowStep } from "../data/project.js";
import { CallError } from "../errors.js";
import type { CallResult } from "../response/result.js";
import { failure } from "./outcome.js";

/** Runs a step; one that takes longer than it may has failed (Arazzo 1.1.0, `timeout`). */
export async function inTime(
  { id, timeoutMs }: WorkflowStep,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<CallResult>,
): Promise<CallResult> {
  if (timeoutMs === undefined) return run(signal);
  const over = AbortSignal.timeout(timeoutMs);
  const isOver = () => over.aborted && !signal.aborted;
  try {
    const result = await run(AbortSignal.any([signal, over]));
    if (result.isError !== true || !isOver()) return result;
  } catch (fault) {
    if (!isOver()) throw fault;
  }
  return failure(`the step "${id}" took longer than ${timeoutMs} ms.`);
}

/** @throws CallError where the call is cancelled meanwhile */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
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
