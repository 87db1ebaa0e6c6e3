/** Work that ends after a time, whatever it is: regular expressions of documents can take exponentially long. */
import { type Context, createContext, Script } from "node:vm";

let context: Context | undefined;
const script = new Script("run()");
/** How many times longer a second try may take: on a busy machine the time goes by without work being done. */
const patience = 4;

/**
 * What `run` gives, or `undefined` when it took longer, also at a second try. It runs here and now: only the clock is V8's watchdog, which
 * also stops a regular expression in the middle of its backtracking.
 *
 * @param limitMs milliseconds, at least 1
 */
export function withinTime<T>(run: () => T, limitMs: number): T | undefined {
  return once(run, limitMs) ?? once(run, limitMs * patience);
}

function once<T>(run: () => T, limitMs: number): T | undefined {
  context ??= createContext(Object.create(null));
  context["run"] = run;
  try {
    return script.runInContext(context, { timeout: limitMs }) as T;
  } catch (fault) {
    if (isTimeout(fault)) return undefined;
    throw fault;
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
