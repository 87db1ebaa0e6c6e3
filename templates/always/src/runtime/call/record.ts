import { callerFields } from "../access/authority.js";
import { utf8Length } from "../data/bytes.js";
import { defined } from "../data/defined.js";
import { CallError } from "../errors.js";
import type { JsonObject } from "../data/model.js";
import type { CallResult } from "../response/result.js";
import type { ToolRow } from "../tools/tool-table.js";
import {
  type Call,
  type CallServices,
  mendedKey,
  statusKey,
  type Step,
} from "./call.js";
import { faultResult } from "./fault.js";
import { planOf } from "./plan.js";

/** One line of the log for each call, whatever ends it. Makes results of the faults that steps after it throw. */
export function record({ log }: CallServices): Step {
  return async (call, next) => {
    const started = performance.now();
    let result: CallResult;
    let fault: unknown;
    try {
      result = await next(call);
    } catch (thrown) {
      fault = thrown;
      result = faultResult(thrown, log, call.signal);
    }
    log.info("call", {
      tool: call.row.listing.name,
      ...defined({ via: call.via, toolset: call.reach?.toolset }),
      ...(await routeOf(call.row)),
      ...callerFields(call.caller),
      ...call.notes,
      ...auditFields(result),
      outcome: outcomeOf(result, fault, call),
      ms: Math.round(performance.now() - started),
    });
    return result;
  };
}

/** Method and path template of the operation behind a tool. */
async function routeOf(row: ToolRow): Promise<JsonObject> {
  if (row.kind === "custom") return {};
  try {
    const { method, path } = (await planOf(row)).request;
    return { method, path };
  } catch {
    return {};
  }
}

function outcomeOf(
  result: CallResult,
  fault: unknown,
  { signal }: Call,
): string {
  if (signal.aborted) return "cancelled";
  if (fault instanceof CallError) return fault.name;
  if (fault !== undefined) return "InternalError";
  return result.isError ? "error" : "ok";
}

/** Status of the API's answer, where there is one, how many arguments were mended, and bytes of text. */
function auditFields(result: CallResult): JsonObject {
  const status = result._meta?.[statusKey];
  const mended = result._meta?.[mendedKey];
  const bytes = result.content.reduce(
    (total, block) =>
      total + (block.type === "text" ? utf8Length(block.text) : 0),
    0,
  );
  return {
    ...defined({ status }),
    ...(Array.isArray(mended) ? { mended: mended.length } : {}),
    bytes,
  };
}
