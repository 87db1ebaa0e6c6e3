/** Work that ends after a time, whatever it is: regular expressions of documents can take exponentially long. */
import { type Context, createContext, Script } from "node:vm";

let context: Context | undefined;
const script = new Script("run()");

/** Of the limit, the part that work has to have had of the processor before it counts as slow. */
const enough = 0.8;

/** A limit that pieces of work share: those that one call needs. */
export interface TimeLimit {
  /**
   * What `run` gives, or `undefined` when it was stopped, or when nothing is left of the limit. It runs here and now:
   * only the clock is V8's watchdog, which also stops a regular expression in the middle of its backtracking.
   */
  run<T>(run: () => T): T | undefined;
}

/**
 * On a busy machine time goes by without work being done, and the first call of a server is its slowest: work that had
 * less of the processor than `enough` of the limit is tried again. Whatever happens, all of it ends after twice the limit.
 *
 * @param limitMs milliseconds, at least 1
 */
export function timeLimit(limitMs: number): TimeLimit {
  let passedMs = 0;
  let workedMs = 0;
  return {
    run<T>(run: () => T): T | undefined {
      while (workedMs < limitMs * enough && passedMs < limitMs * 2) {
        const start = performance.now();
        const before = process.cpuUsage();
        try {
          const left = Math.min(limitMs, limitMs * 2 - passedMs);
          return once(run, Math.max(1, Math.ceil(left)));
        } catch (fault) {
          if (!isTimeout(fault)) throw fault;
        } finally {
          const { user, system } = process.cpuUsage(before);
          workedMs += (user + system) / 1_000;
          passedMs += performance.now() - start;
        }
      }
      return undefined;
    },
  };
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
