import { definedValue, isJsonObject } from "../data/json-place.js";
import type { CallContext } from "../custom.js";
import type { JsonObject } from "../data/model.js";
import type { CallResult } from "../response/result.js";
import { type Call, isWorkflow, type Step, type StepServices } from "./call.js";

/** Runs the owner's code around the API, or in its place. Ends a call with what that throws. */
export function hooks(services: StepServices): Step {
  const all = services.owner.custom.hooks ?? {};
  return async (call, next) => {
    const { row, args: given } = call;
    const context = contextOf(call);
    if (row.kind === "custom")
      return isWorkflow(row.tool)
        ? row.tool.runWith(given, call, services)
        : row.tool.run(given, context);
    const { name } = row.listing;
    const own = Object.hasOwn(all, name) ? all[name] : undefined;
    if (own === undefined) return next(call);
    const ask = (args: unknown) =>
      next({ ...call, args: argumentsOf(args, "next") });
    const args = argumentsOf(
      (await own.before?.(given, context)) ?? given,
      "before",
    );
    const result =
      own.replace === undefined
        ? await ask(args)
        : await own.replace(args, { ...context, next: ask });
    return ((await own.after?.(result, context)) ?? result) as CallResult;
  };
}

function contextOf({ row, caller, signal, callTool }: Call): CallContext {
  return {
    tool: row.listing.name,
    caller,
    signal,
    call: async (tool, args) => callTool(tool, argumentsOf(args, "call")),
  };
}

/** @throws TypeError where the owner's code gives no object */
function argumentsOf(value: unknown, hook: string): JsonObject {
  const args = definedValue(value);
  if (isJsonObject(args)) return args;
  throw new TypeError(`The hook "${hook}" has to give an object of arguments`);
}
