/** Work that ends after a time, whatever it is: regular expressions of documents can take exponentially long. */
import { readFileSync } from "node:fs";
import { type Context, createContext, Script } from "node:vm";

let context: Context | undefined;
const script = new Script("run()");

/** Of the limit, the part that work has to have had of the processor before it counts as slow. */
const enough = 0.8;
/** How long each try may take, in limits. */
const tries = [1, 1, 2];

/** A limit that pieces of work share: those that one call needs. */
export interface TimeLimit {
  /**
   * What `run` gives, or `undefined` when it was stopped, or when nothing is left of the limit. It runs here and now:
   * only the clock is V8's watchdog, which also stops a regular expression in the middle of its backtracking.
   */
  run<T>(run: () => T): T | undefined;
}

/**
 * What is slow is stopped at the limit. On a busy machine time goes by without work being done, and the first call of a
 * server is its slowest: work that had less of the processor than most of the limit is tried again.
 *
 * @param limitMs milliseconds, at least 1
 */
export function timeLimit(limitMs: number): TimeLimit {
  let stopped = 0;
  let workedMs = 0;
  return {
    run<T>(run: () => T): T | undefined {
      while (workedMs < limitMs * enough) {
        const limits = tries[stopped];
        if (limits === undefined) break;
        const before = processorMs();
        try {
          return once(run, limitMs * limits);
        } catch (fault) {
          if (!isTimeout(fault)) throw fault;
          stopped += 1;
        } finally {
          workedMs += processorMs() - before;
        }
      }
      return undefined;
    },
  };
}

/** Milliseconds that the processor spent on this thread; where the system does not tell, on this process. */
function processorMs(): number {
  try {
    const [nanoseconds = ""] = readFileSync(
      "/proc/thread-self/schedstat",
      "latin1",
    ).split(" ");
    if (/^\d+$/.test(nanoseconds)) return Number(nanoseconds) / 1e6;
  } catch {
    // Only Linux has it.
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function once<T>(run: () => T, limitMs: number): T {
  context ??= createContext(Object.create(null));
  context["run"] = run;
  try {
    return script.runInContext(context, { timeout: limitMs }) as T;
  } finally {
    context["run"] = undefined;
  }
}

function isTimeout(fault: unknown): boolean {
  return (
    typeof fault === "object" &&
    fault !== null &&
    "code" in fault &&
    fault.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
